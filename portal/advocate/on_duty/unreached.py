"""Who can not be paged on their phone, and what to do, in sentences: for the on-call page and for supervisors."""

from datetime import datetime

from flask import url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from outreach.on_duty import on_call
from outreach.on_duty.unreached_phones import Cause, Unreached, unreached_phones
from portal.advocate.cards import Hold, Step
from portal.advocate.moments import moment
from portal.advocate.parts import parts
from portal.advocate.words import full_stop

WHY = {
    Cause.UNREACHABLE: "The push service did not answer.",
    Cause.REFUSED: "The push service said no.",
}
_MEND = "It is tried again until somebody has seen the page. Call them yourself. Tell the person who runs Wayside now."
_ON_SCREEN = Hold(
    "No phone can be paged here. Pages stand on screens only.",
    "Whoever is on call keeps a page of Wayside open. The person who runs Wayside can set up pages to phones.",
    (),
)


def phone_holds(session: Session, at: datetime, *, is_rota: bool = False) -> tuple[Hold, ...]:
    """
    Return whom a page does not reach on their phone, one hold a cause, with what to do.

    Args:
        is_rota: whether the page is the rota itself, to which no step has to lead.
    """
    if not parts().pager_base:  # The rota says so beside one's own phone; without a rota nobody counts on pages.
        is_counted_on = bool(on_call.shifts(session, since=at, until=at + on_call.AHEAD))
        return (_ON_SCREEN,) if is_counted_on and not is_rota else ()
    found = unreached_phones(session, now=at)
    bare = [each.name for each in found if each.cause is Cause.NO_PHONE]
    there = () if is_rota else (Step("Who is on call", url_for("rota.show")),)
    none = (_no_phone(bare, there),) if bare else ()
    return (*none, *(_failed(each, at) for each in found if each.cause is not Cause.NO_PHONE))


def _no_phone(names: list[str], steps: tuple[Step, ...]) -> Hold:
    mend = "Pages stand on their screens only. Each opens On call and presses “Set up my phone”. Until then, call them."
    if current_user.card.name in names:
        mend = f"{mend} You are one of them: press the button under Your phone."
    return Hold(full_stop(f"These phones are not set up for pages: {', '.join(names)}"), mend, steps)


def _failed(each: Unreached, at: datetime) -> Hold:
    when = f", {moment(each.since, now=at, zone=parts().zone).words}" if each.since else ""
    return Hold(f"The last page to the phone of {each.name} did not arrive{when}. {WHY[each.cause]}", _MEND, ())
