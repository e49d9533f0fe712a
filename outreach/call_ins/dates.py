"""
What an agency has said of one call-in's date, and which of it stands: the word that is newest by its own time. Pure.

A correction takes the place of the word it corrects, in whichever order the two arrive; of two corrections of one word
the newer does, by the agency's own time. Of two words of one moment nobody can say which is newer: neither makes the
other stale, and a human looks at both.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from outreach.intake.event_terms import EventKind
from outreach.protocols.plans import CaseSoFar, Happening, OpenTask
from outreach.protocols.steps import Step
from outreach.terms import TaskState

_PROPOSED = (Step.ACKNOWLEDGE_RESCHEDULE, Step.ACKNOWLEDGE_CANCEL)


class Word(NamedTuple):
    """What one event says of a call-in: its date, or None where it is off."""

    said_at: datetime
    """Of a correction: when that was said which it corrects."""
    call_in_at: datetime | None
    corrected_at: datetime | None = None
    """When the agency corrected it, by its own time; None for a word as it was first said."""


def first_told_in(happenings: Sequence[Happening], event_id: str) -> str:
    """Return the event that first told of a call-in, where `event_id` itself only moved or corrected it."""
    # A correction says whose date it was also where the word that it corrects has not arrived.
    corrected = {each.refers_to: each.corrected.refers_to for each in happenings if each.corrected}
    refers = corrected | {each.event_id: each.refers_to for each in happenings}
    passed: set[str] = set()
    while (earlier := refers.get(event_id)) and event_id not in passed:
        passed.add(event_id)
        event_id = earlier
    return event_id


def newer_words(event: Happening, case: CaseSoFar, call_in: str) -> list[Word]:
    """Return what was said after `event` of the call-in first told of under `call_in`, or corrected of it since."""
    words = _words(case, call_in)
    own = words.pop(event.event_id, None)
    newer = [word for word in words.values() if word.said_at > event.occurred_at]
    return [own, *newer] if own and _rank(own.corrected_at) > _rank(event.corrected_at) else newer


def is_outdated(event: Happening, case: CaseSoFar, call_in: str) -> bool:
    """Tell whether something newer was said before of the call-in first told of under `call_in`."""
    return bool(newer_words(event, case, call_in))


def proposals_of(case: CaseSoFar, call_in: str) -> list[OpenTask]:
    """Return what waits for a human about a call-in: other dates of it, and that it is off."""
    return [
        task
        for task in case.tasks
        if task.step in _PROPOSED and task.state is TaskState.OPEN and task.event_id == call_in
    ]


def stale_proposals(event: Happening, case: CaseSoFar, call_in: str) -> list[OpenTask]:
    """Return what waits for a human and was said before `event`: it holds no more, whatever they would answer."""
    words = _words(case, call_in)
    own = words.get(event.event_id)
    if own and (own.corrected_at is None or _rank(own.corrected_at) < _rank(event.corrected_at)):
        del words[event.event_id]
    newest: dict[datetime | None, datetime] = {}
    for word in words.values():
        newest[word.call_in_at] = max(word.said_at, newest.get(word.call_in_at, word.said_at))
    found = ((task, newest.get(task.call_in_at)) for task in proposals_of(case, call_in))
    return [task for task, said_at in found if said_at is None or said_at < event.occurred_at]


def was_called_off_since(case: CaseSoFar, call_in: str, *, since: datetime) -> bool:
    """Tell whether a human settled, of a call-in, that it was off, or was not: she may have heard either."""
    return any(
        task.step is Step.ACKNOWLEDGE_CANCEL
        and task.state is TaskState.DONE
        and task.event_id == call_in
        and task.opens_at >= since
        for task in case.tasks
    )


def _words(case: CaseSoFar, call_in: str) -> dict[str, Word]:
    """Return what the case's earlier events say of a call-in, by the event that said it; its last correction counts."""
    said: dict[str, Word] = {}
    for each in sorted(case.happenings, key=lambda happening: happening.received_at):
        told = each.corrected or each
        is_about_dates = told.call_in_at is not None or told.kind is EventKind.CALL_IN_CANCELLED
        if not is_about_dates or first_told_in(case.happenings, each.event_id) != call_in:
            continue
        said_by = each.refers_to if each.corrected and each.refers_to else each.event_id
        word = Word(told.occurred_at, told.call_in_at, each.occurred_at if each.corrected else None)
        known = said.get(said_by)
        if known is None or _rank(word.corrected_at) >= _rank(known.corrected_at):
            said[said_by] = word
    return said


def _rank(corrected_at: datetime | None) -> datetime:
    return corrected_at or datetime.min.replace(tzinfo=UTC)
