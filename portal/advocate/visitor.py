"""Who is signed in, from the session row that the cookie's token names. Looked up afresh at every request."""

from dataclasses import dataclass, field
from datetime import datetime

from flask import Response
from flask_login import LoginManager, UserMixin

from outreach.access import StaffCard
from outreach.on_duty import on_call, paging
from outreach.staff import sessions as staff_sessions
from portal.advocate.parts import now, parts


@dataclass(frozen=True, slots=True)
class Visitor(UserMixin):
    """A signed-in colleague."""

    card: StaffCard
    token: str = field(repr=False)
    is_on_call: bool = False
    paged_at: datetime | None = None
    """When the newest page came that nobody has seen yet."""

    def get_id(self) -> str:
        """Return what the cookie carries: the random token, which the database knows only as a hash."""
        return self.token


class NoCookieLogin(LoginManager):
    """Flask-Login without its year-long remember cookie: none is set, none is read."""

    def _load_user_from_remember_cookie(self, cookie: str) -> None:
        return None

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


def load_visitor(token: str) -> Visitor | None:
    """Return whose live session this is; moves its idle clock on, once a minute at most."""
    vault, at = parts().vault, now()
    with vault.reading() as session:
        found = staff_sessions.resume(session, token, now=at)
        if found is None:
            return None
        card, is_time_to_note = found
        is_on_call = on_call.shift_of(session, card, at=at) is not None
        pages = paging.waiting_for(session, card.id)
    if is_time_to_note:
        with vault.writing() as session:
            staff_sessions.note_seen(session, token, now=at)
    return Visitor(card, token, is_on_call, pages[0].called_at if pages else None)
