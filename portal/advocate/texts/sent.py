"""Texts and letters of a case as rows: where each stands, why it is held, what can be done with it."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import url_for

from outreach.case_file.view import CaseView
from outreach.gate.reasons import REASONS, Reason
from outreach.messaging.letters.desk import LetterCard
from outreach.messaging.letters.release import CHANGED_SINCE
from outreach.messaging.letters.void_pages import VoidCard
from outreach.messaging.text_tasks import HELD_BECAUSE
from outreach.messaging.threads import TextCard
from outreach.safe_contact import Allowed
from outreach.terms import Channel, LetterState, TextState
from portal.advocate import words
from portal.advocate.cards import Chip, Hold, Step
from portal.advocate.cases.pages import LetterRow, TextRow
from portal.advocate.contact import ways
from portal.advocate.moments import moment, whole_day

LETTERS = {"short": "The short letter", "full": "The full letter"}
FOR_TWO = "She did not ask for it, so two people release it: it goes in a stack."
HER_WORD = "She stopped texts."
NOT_GONE = (TextState.PLANNED, TextState.HELD)


def text_rows(view: CaseView, *, now: datetime) -> tuple[TextRow, ...]:
    """Return the texts of a case, newest first."""
    labels = _labels(view)
    zone = ZoneInfo(view.head.standing.zone)
    return tuple(
        TextRow(
            label=labels.get(str(each.destination_id), "Text"),
            state=words.TEXT_STATES[each.state],
            when=moment(each.state_at if each.state is not TextState.PLANNED else each.release_at, now=now, zone=zone),
            words=each.body,
            hold=_hold_in_case(view, each, now=now),
            steps=text_steps(each),
        )
        for each in view.texts
    )


def letter_rows(view: CaseView, *, now: datetime) -> tuple[LetterRow, ...]:
    """Return the letters of a case, newest first."""
    zone = ZoneInfo(view.head.standing.zone)
    return tuple(
        LetterRow(
            label=LETTERS.get(each.template, "A letter"),
            state=_letter_state(each),
            # Of what became of a letter the day alone is kept.
            when=moment(each.release_at, now=now, zone=zone)
            if each.state is LetterState.RELEASED
            else whole_day(each.state_at.date()),
            hold=letter_hold(each),
            notes=_letter_notes(each),
            steps=_letter_steps(each),
        )
        for each in view.letters
    )


def _labels(view: CaseView) -> dict[str, str]:
    return {str(way.destination.id): words.destination_label(way.destination, Channel.TEXT) for way in view.ways}


def text_hold(text: TextCard) -> Hold | None:
    """Return why a text is held and what to do; None where it is not."""
    if text.state is not TextState.HELD or text.held_reason is None:
        return None
    return why_held(text.held_reason)


def _hold_in_case(view: CaseView, text: TextCard, *, now: datetime) -> Hold | None:
    """Return why a text is held, with the buttons that open its way: the next step is on the page that says why."""
    hold = text_hold(text)
    to = (way for way in view.ways if (way.destination.id, way.channel) == (text.destination_id, Channel.TEXT))
    way = next(to, None)
    if hold is None or way is None or isinstance(way.decision, Allowed):
        return hold
    steps = (*_call(view, text.destination_id), *ways.mending_steps(view, way, now=now))
    if way.decision.reason.value == text.held_reason or way.decision.cause == hold.cause:
        return replace(hold, steps=steps)
    return Hold(f"{hold.cause} Now also: {way.decision.cause}", way.decision.remedy, steps)


def _call(view: CaseView, destination_id: UUID) -> tuple[Step, ...]:
    """Return the call to this phone while one may be made: most holds on a text end with her word, live."""
    calls = (way for way in view.ways if (way.destination.id, way.channel) == (destination_id, Channel.CALL))
    return tuple(step for way in calls for step in ways.open_steps(view.head.id, way))


def why_held(reason: str | None) -> Hold:
    """Return why a text is held, and what to do."""
    if reason in {each.value for each in Reason}:
        said = REASONS[Reason(reason)].worded()
        return Hold(said.cause, said.remedy, ())
    return Hold(HELD_BECAUSE.get(reason or "unreadable", HER_WORD), "Call her, or write a new text in her hours.", ())


def text_steps(text: TextCard) -> tuple[Step, ...]:
    """Return what can be done with a text that has not left."""
    if text.state not in NOT_GONE:
        return ()
    another_day = Step("Another day", url_for("outbox.new_time", text_id=text.id))
    return (another_day, Step("Cancel", url_for("texts.cancel", text_id=text.id), "post"))


def _letter_notes(letter: LetterCard) -> tuple[str, ...]:
    """Return who looks at it first, and which pages of it are void and why."""
    waits = letter.state in (LetterState.RELEASED, LetterState.PRINTED)
    two = (FOR_TWO,) if waits and not letter.goes_alone and letter.batch_id is None else ()
    return (*two, *(void_words(each) for each in letter.voids))


def void_words(page: VoidCard) -> str:
    """Return since when a page is void, who said so, and why."""
    return f"A page of it is void since {whole_day(page.on).words} ({page.by}): {page.why}"


def _letter_state(letter: LetterCard) -> Chip:
    is_over = letter.is_handed and letter.state is LetterState.MAILED
    return words.HANDED if is_over else words.LETTER_STATES[letter.state]


def letter_hold(letter: LetterCard) -> Hold | None:
    """Return why a letter is held and what to do; None where it is not."""
    if letter.state is not LetterState.HELD:
        return None
    if letter.held is None:
        return Hold(letter.held_because, "Cancel it and look at it again.", ())
    said = REASONS[letter.held].worded()
    return Hold(said.cause, said.remedy, ())


def _letter_steps(letter: LetterCard) -> tuple[Step, ...]:
    named: dict[str, Any] = {"letter_id": letter.id}
    if letter.batch_id is not None and letter.state in (LetterState.RELEASED, LetterState.PRINTED):
        return (Step("Open its stack", url_for("letter_batches.show", batch_id=letter.batch_id)),)
    page = (Step("Open the page", url_for("letters.printed", **named)),) if letter.has_page else ()
    cancel = Step("Cancel", url_for("letters.cancel", **named), "post")
    again = Step("Spoiled? Make it again", url_for("reprints.new", **named))
    gone = Step("It had gone already", url_for("letters.note_gone", **named), "post")
    if letter.state in (LetterState.RELEASED, LetterState.PRINTED) and not letter.goes_alone:
        return (Step("Put it into a stack", url_for("letter_board.show")), cancel)
    if letter.state is LetterState.PRINTED:
        mail = "She has it" if letter.is_handed else "Check and mark as mailed"
        return (*page, Step(mail, url_for("letters.mail", **named), "post", "main"), again, cancel)
    if letter.state is LetterState.MAILED and letter.is_handed:
        return page
    if letter.state is LetterState.MAILED:
        return (*page, Step("It came back", url_for("letters.give_back", **named), "post"))
    if letter.state is LetterState.HELD and any(each.why == CHANGED_SINCE for each in letter.voids):
        return (gone, cancel)
    return (cancel,) if letter.state in (LetterState.RELEASED, LetterState.HELD) else ()
