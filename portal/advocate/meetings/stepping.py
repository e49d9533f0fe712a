"""Taking one step of a meeting and going back to its page; what was written with it may be a call for help."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from outreach.access import NoSuchCase
from outreach.meetings import help as meeting_help
from outreach.meetings import view as meetings
from outreach.meetings.help import Sent
from outreach.meetings.keeping import NotTheirs
from outreach.meetings.planning import WrongState
from portal.advocate.meetings import cards
from portal.advocate.meetings.forms import Refused
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render


def take_step(
    meeting_id: UUID, do: Callable[..., object], *, said: str, sent: Sent | None = None, heeds_itself: bool = False
) -> ResponseReturnValue:
    """
    Take one step of a meeting, and go back to it; what somebody settled meanwhile stays.

    Args:
        do: takes session, colleague and meeting, and the time as `now`.
        sent: what was written or pressed with it: a call for help goes out whatever becomes of the step.
        heeds_itself: the step sees to that, where it can be taken.
    """
    at, card = now(), current_user.card
    try:
        with parts().vault.writing() as session:
            meeting = meetings.find_to_change(session, card, meeting_id)
            do(session, card, meeting, now=at)
            if sent is not None and not heeds_itself:
                meeting_help.heed(session, card, meeting, sent, now=at)
            is_seen = meetings.is_seen(session, card, meeting_id)
    except NoSuchCase:
        heed_anyway(meeting_id, sent)
        raise
    except NotTheirs:
        raise NoSuchCase from None
    except WrongState:
        said = "ended"
        heed_anyway(meeting_id, sent)
        is_seen = True
    notice(said)
    return redirect(url_for("meetings.show", meeting_id=meeting_id) if is_seen else url_for("meetings.index"), 303)


def heed_anyway(meeting_id: UUID, sent: Sent | None) -> None:
    """
    Call for help where it was asked for with a step that could not be taken; the answer stays as it is.

    Also by who goes there and was kept away from the case since they opened the page.
    """
    if sent is None:
        return
    with parts().vault.writing() as session:
        card = current_user.card
        meeting = meetings.find_to_heed(session, card, meeting_id)
        if meeting is not None:
            meeting_help.heed(session, card, meeting, sent, now=now())


def meeting_page(meeting_id: UUID, **forms: Any) -> str:
    """Return the page of a meeting, with the forms that were refused; recorded."""
    at = now()
    with parts().vault.writing() as session:
        card = meetings.read_meeting(session, current_user.card, meeting_id, now=at)
    return render("meetings/show.html", cards.page(card, now=at, refused=Refused(**forms)))
