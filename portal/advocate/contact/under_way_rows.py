"""What a stop found under way, in words: what left before it, what is on paper, and how much was cancelled."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_login import current_user

from outreach.access import Action
from outreach.case_file.view import CaseHead
from outreach.messaging.halting import LeftLetter, LeftText, UnderWay
from outreach.reaching.destinations import Destination
from outreach.terms import LetterState, TextState
from portal.advocate import words
from portal.advocate.cards import Moment, Step
from portal.advocate.cases.page import case_link
from portal.advocate.cases.pages import StopPage, UnderWayRow
from portal.advocate.moments import moment, whole_day

NOTHING_LEFT = "Nothing was on its way. No text or letter had left that could still arrive."
SAID = {
    TextState.SENDING: "It was leaving as you stopped. It can not be called back. It may arrive.",
    TextState.UNKNOWN: "It may have left before the stop. Nobody knows if it arrives.",
    TextState.ACCEPTED: "It left before the stop. It can not be called back. It may arrive.",
    TextState.SENT: "It left before the stop. It may be there.",
    TextState.DELIVERED: "It left before the stop. It has arrived.",
    TextState.UNDELIVERED: "It left before the stop. It did not arrive.",
    TextState.FAILED: "It did not go out.",
}
ON_PAPER = "It is on paper, or can be. Take it out of the mail pile and tear it up."
IN_THE_MAIL = "It is in the mail. It can not be called back."


def page(
    head: CaseHead, ways: Sequence[Destination], found: UnderWay, *, since: datetime | None, now: datetime
) -> StopPage:
    """Return the page of a stop."""
    labels = {each.id: words.destination_label(each) for each in ways}
    zone = ZoneInfo(head.standing.zone)
    texts = (_text(each, labels.get(each.destination_id, "a phone"), now=now, zone=zone) for each in found.texts)
    letters = (_letter(each, labels.get(each.destination_id, "an address")) for each in found.letters)
    may_lift = current_user.card.may(Action.LIFT_PAUSE)
    return StopPage(
        title="All contact is paused",
        handle=head.handle,
        back=case_link(head.id, head.handle),
        since=when(since, now=now, zone=zone) if since else None,
        stopped=_stopped(found),
        rows=(*texts, *letters),
        empty=NOTHING_LEFT,
        next_sentence="You can lift it, with a reason and a new answer for each way."
        if may_lift
        else "Only a supervisor can lift it. Was it a wrong tap? Tell a supervisor.",
        lift=Step("Lift the pause", url_for("pauses.lift", case_id=head.id)) if may_lift else None,
    )


def when(at: datetime, *, now: datetime, zone: ZoneInfo) -> Moment:
    """Return the moment of a stop, or of a text's leaving."""
    return moment(at, now=now, zone=zone)


def _stopped(found: UnderWay) -> str:
    counted = (_count(found.texts_stopped, "text"), _count(found.letters_stopped, "letter"))
    said = " and ".join(filter(None, counted))
    return f"Stopped in time: {said}." if said else "Nothing was waiting to go out."


def _count(number: int, noun: str) -> str:
    return "" if not number else f"one {noun}" if number == 1 else f"{number} {noun}s"


def _text(text: LeftText, label: str, *, now: datetime, zone: ZoneInfo) -> UnderWayRow:
    return UnderWayRow(
        label=f"Text, {label[0].lower()}{label[1:]}",
        state=words.TEXT_STATES[text.state],
        when=when(text.claimed_at, now=now, zone=zone),
        sentence=SAID[text.state],
    )


def _letter(letter: LeftLetter, label: str) -> UnderWayRow:
    named: dict[str, Any] = {"letter_id": letter.id}
    is_printed = letter.state is LetterState.PRINTED
    steps: tuple[Step, ...] = (
        Step("It is torn up", url_for("letters.cancel", **named), "post"),
        Step("It is in the mail", url_for("letters.note_gone", **named), "post"),
    )
    if letter.batch_id is not None:
        steps = (Step("Open its stack", url_for("letter_batches.show", batch_id=letter.batch_id)),)
    return UnderWayRow(
        label=f"Letter, {label[0].lower()}{label[1:]}",
        state=words.LETTER_STATES[letter.state],
        when=whole_day(letter.state_at.date()),
        sentence=ON_PAPER if is_printed else IN_THE_MAIL,
        steps=steps if is_printed else (),
    )
