"""Which word of an agency stands of a call-in: the newest by its own time; a correction replaces what it corrects."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from outreach.call_ins.dates import is_outdated, newer_words, stale_proposals
from outreach.intake.event_terms import EventKind
from outreach.protocols.plans import CaseSoFar, Happening, OpenTask
from outreach.protocols.steps import Step
from outreach.terms import Level, TaskState

NOW = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def word(event_id: str, said: int, call_in: int | None, *, refers_to: str | None = "first") -> Happening:
    """A date said so many days from now, of a call-in so many days from now; None: it is off."""
    kind = EventKind.CALL_IN_RESCHEDULED if call_in is not None else EventKind.CALL_IN_CANCELLED
    at = NOW + call_in * DAY if call_in is not None else None
    return Happening(event_id, kind, NOW + said * DAY, NOW + said * DAY, call_in_at=at, refers_to=refers_to)


def correction(event_id: str, said: int, corrected: Happening) -> Happening:
    at = NOW + said * DAY
    return Happening(event_id, EventKind.CORRECTION, at, at, refers_to=corrected.event_id, corrected=corrected)


def corrects(event_id: str, said: int, call_in: int) -> Happening:
    """What a correction said so many days from now puts in place of a word of five days ago."""
    return word(event_id, -5, call_in)._replace(corrected_at=NOW + said * DAY)


def asks(step: Step, call_in: int | None = None) -> OpenTask:
    at = NOW + call_in * DAY if call_in is not None else None
    return OpenTask(uuid4(), step, Level.B, TaskState.OPEN, NOW, NOW, "first", at)


FIRST = word("first", -9, 10, refers_to=None)


@pytest.mark.req("6")
@pytest.mark.parametrize(
    ("before", "event", "outdated"),
    [
        ((FIRST,), word("a", -8, 12), False),
        ((FIRST, word("a", -5, 12)), word("b", -6, 14), True),
        ((FIRST, word("a", -5, 12)), word("b", -5, 14), False),
        ((FIRST, word("a", -5, None)), word("b", -6, 14), True),
        ((FIRST, word("a", -5, 12, refers_to="another")), word("b", -6, 14), False),
        ((FIRST, word("a", -5, 12)), word("a", -5, 13), False),
        ((FIRST, correction("c", -1, word("a", -5, 12))), word("b", -3, 14), False),
        ((FIRST, correction("c", -1, word("a", -5, 12))), corrects("a", -2, 14), True),
        ((FIRST, correction("c", -1, word("a", -5, 12))), corrects("a", -1, 14), False),
        ((FIRST, correction("c", -2, word("a", -5, 12))), corrects("a", -1, 14), False),
        ((FIRST, correction("c", -1, word("a", -5, 12))), word("a", -5, 14), True),
    ],
    ids=[
        "newer",
        "older",
        "one moment",
        "off since",
        "another call-in",
        "corrects itself",
        "corrected, not newer",
        "an older correction",
        "two corrections of one moment",
        "a newer correction",
        "corrected before it came",
    ],
)
def test_a_word_is_outdated_by_a_newer_one_of_the_same_call_in(before, event, outdated):
    assert is_outdated(event, CaseSoFar(happenings=before), "first") is outdated


@pytest.mark.req("15")
@pytest.mark.parametrize(
    ("before", "task", "is_stale"),
    [
        (word("a", -5, 12), asks(Step.ACKNOWLEDGE_RESCHEDULE, 12), True),
        (word("a", -2, 12), asks(Step.ACKNOWLEDGE_RESCHEDULE, 12), False),
        (word("a", -5, None), asks(Step.ACKNOWLEDGE_CANCEL), True),
        (word("a", -2, None), asks(Step.ACKNOWLEDGE_CANCEL), False),
        (word("a", -5, 12), asks(Step.ACKNOWLEDGE_RESCHEDULE, 12)._replace(event_id="another"), False),
        (word("a", -5, 12), asks(Step.ACKNOWLEDGE_RESCHEDULE, 12)._replace(state=TaskState.DONE), False),
    ],
    ids=["older", "one moment", "off, older", "off, one moment", "another call-in", "settled"],
)
def test_a_question_is_stale_once_something_newer_was_said(before, task, is_stale):
    case = CaseSoFar(tasks=(task,), happenings=(FIRST, before))
    assert (task in stale_proposals(word("b", -2, 14), case, "first")) is is_stale


@pytest.mark.req("6")
def test_a_correction_makes_the_question_of_what_it_corrects_stale():
    asked = asks(Step.ACKNOWLEDGE_RESCHEDULE, 12)
    case = CaseSoFar(tasks=(asked,), happenings=(FIRST, word("a", -5, 12)))
    assert stale_proposals(word("a", -5, 13), case, "first") == [asked]


@pytest.mark.req("15")
@pytest.mark.parametrize(("said", "is_stale"), [(-1, True), (-2, False)], ids=["a newer one", "one of the same moment"])
def test_a_correction_makes_the_question_of_an_older_correction_stale(said, is_stale):
    asked = asks(Step.ACKNOWLEDGE_RESCHEDULE, 12)
    case = CaseSoFar(tasks=(asked,), happenings=(FIRST, correction("c", -2, word("a", -5, 12))))
    assert (asked in stale_proposals(corrects("a", said, 14), case, "first")) is is_stale


@pytest.mark.req("6")
def test_the_newer_of_two_corrections_counts_in_whichever_order_they_came():
    newer, older = correction("c2", -1, word("a", -5, 12)), correction("c1", -3, word("a", -5, 14))
    came = (FIRST, word("a", -5, 17), newer, older._replace(received_at=NOW))
    (stands,) = newer_words(word("b", -6, 20), CaseSoFar(happenings=came), "first")
    assert stands.call_in_at == NOW + 12 * DAY
