"""She was told before a call-in and it was written down after: what was written, and a supervisor's look at it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import RadioField, TextAreaField

from outreach.access import Action, StaffCard
from outreach.call_ins.interlock import Stand
from outreach.call_ins.late_tellings import LateTelling, Seen, late_tellings
from outreach.call_ins.view import CallInView
from outreach.late_entry import FARTHEST
from outreach.terms import Outcome
from portal.advocate import words
from portal.advocate.call_ins.pages import LatePart
from portal.advocate.cards import Fact, Step
from portal.advocate.forms import StrictForm, at_most, need, offer
from portal.advocate.moments import moment
from portal.advocate.pages import TeamRow, TeamSection
from portal.advocate.parts import parts

FOUND = {Seen.TOLD: "She was told in time", Seen.MISSED: "It stays missed"}
WAITS = "It stays missed until a supervisor has looked at it: one who did not write it down."


class LookForm(StrictForm):
    """What a supervisor found."""

    found = RadioField("What did you find?", [need("Choose what you found.")], choices=offer(FOUND.items()))
    reason = TextAreaField(
        "What did you look at?", [need("Write what you looked at."), at_most(500)], description="Such as: the sheet."
    )


def part(view: CallInView, form: LookForm | None, *, at: datetime) -> LatePart | None:
    """Return what the page of a call-in says of it; None where nothing was written down afterwards."""
    late, zone = view.late, ZoneInfo(view.call_in.zone)
    if late is None:
        return None
    told, written = (moment(each, now=at, zone=zone).full for each in (late.told_at, late.written_at))
    facts = [
        Fact("What happened", words.OUTCOMES[late.outcome]),
        Fact("When", told),
        Fact("Written down", f"{written}, by {view.names.get(str(late.written_by), 'a colleague')}"),
    ]
    if late.signed is not None:
        who = view.names.get(late.signed.signed_by, "A supervisor")
        when = moment(datetime.fromisoformat(late.signed.signed_at), now=at, zone=zone).full
        facts += [Fact("Found", f"{FOUND[Seen(late.signed.kind)]}. {late.signed.reason}"), Fact("By", f"{who}, {when}")]
    is_theirs = current_user.card.may(Action.SIGN_CALL_IN) and current_user.card.id != late.written_by
    action = url_for("paper_looks.create", notice_id=late.task_id)
    waits = late.signed is None
    return LatePart(
        sentence=WAITS if waits else "",
        facts=tuple(facts),
        form=(form or LookForm()).card(action, "Sign it") if waits and is_theirs else None,
    )


def entry_steps(view: CallInView, *, at: datetime) -> tuple[Step, ...]:
    """Return the way to write down that she was told before, for a call-in that was missed not long ago."""
    found = view.call_in
    if found.countdown.stand is not Stand.MISSED or view.late is not None or found.at < at - FARTHEST:
        return ()
    named: dict[str, Any] = {"case_id": found.case_id, "task": found.task_id, "outcome": Outcome.REACHED.value}
    return (Step("She was told before it", url_for("attempts.new", **named)),)


def count(session: Session, card: StaffCard, *, at: datetime) -> int:
    """Return how many wait for this person's look."""
    found = late_tellings(session, card, now=at) if card.may(Action.SIGN_CALL_IN) else ()
    return sum(each.written_by != card.id for each in found)


def section(at: datetime) -> TeamSection | None:
    """Return what waits for a supervisor's look; None while nothing does."""
    with parts().vault.reading() as session:
        found = late_tellings(session, current_user.card, now=at)
    if not found:
        return None
    rows = tuple(_row(each, at=at) for each in found)
    return TeamSection(key="paper", title="Told in time, written down later", rows=rows, empty="")


def _row(late: LateTelling, *, at: datetime) -> TeamRow:
    said = moment(late.told_at, now=at, zone=parts().zone).words
    return TeamRow(
        handle=late.handle,
        href=url_for("cases.show", case_id=late.case_id),
        level=None,
        waits=moment(late.written_at, now=at, zone=parts().zone),
        sentence=f"A colleague says that she was told {said}. Look at the paper.",
        steps=(Step("Look at it", url_for("call_in_closing.show", notice_id=late.task_id), look="main"),),
    )
