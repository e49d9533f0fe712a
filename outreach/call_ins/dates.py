"""
What an agency has said of one call-in's date, and which of it stands: the word that is newest by its own time. Pure.

A correction takes the place of the word it corrects. Of two words of one moment nobody can say which is newer: neither
makes the other stale, and a human looks at both.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from outreach.intake.event_terms import EventKind
from outreach.protocols.plans import CaseSoFar, Happening, OpenTask
from outreach.protocols.steps import Step
from outreach.terms import TaskState

_PROPOSED = (Step.ACKNOWLEDGE_RESCHEDULE, Step.ACKNOWLEDGE_CANCEL)


class Word(NamedTuple):
    """What one event says of a call-in: its date, or None where it is off."""

    said_at: datetime
    call_in_at: datetime | None


def first_told_in(happenings: Sequence[Happening], event_id: str) -> str:
    """Return the event that first told of a call-in, where `event_id` itself only moved or corrected it."""
    refers = {each.event_id: each.refers_to for each in happenings if each.refers_to}
    passed: set[str] = set()
    while event_id in refers and event_id not in passed:
        passed.add(event_id)
        event_id = refers[event_id]
    return event_id


def is_outdated(event: Happening, case: CaseSoFar, call_in: str) -> bool:
    """Tell whether something newer was said before of the call-in first told of under `call_in`."""
    return any(word.said_at > event.occurred_at for word in _other_words(event, case, call_in))


def proposals_of(case: CaseSoFar, call_in: str) -> list[OpenTask]:
    """Return what waits for a human about a call-in: other dates of it, and that it is off."""
    return [
        task
        for task in case.tasks
        if task.step in _PROPOSED and task.state is TaskState.OPEN and task.event_id == call_in
    ]


def stale_proposals(event: Happening, case: CaseSoFar, call_in: str) -> list[OpenTask]:
    """Return what waits for a human and was said before `event`: it holds no more, whatever they would answer."""
    words = _other_words(event, case, call_in)
    newest: dict[datetime | None, datetime] = {}
    for word in words:
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


def _other_words(event: Happening, case: CaseSoFar, call_in: str) -> list[Word]:
    """Return what the case's earlier events say of a call-in, but for one that `event` itself corrects."""
    said: dict[str, Word] = {}
    for each in sorted(case.happenings, key=lambda happening: happening.received_at):
        word = each.corrected or each
        is_about_dates = word.call_in_at is not None or word.kind is EventKind.CALL_IN_CANCELLED
        if is_about_dates and first_told_in(case.happenings, each.event_id) == call_in:
            corrects = each.refers_to if each.corrected and each.refers_to else each.event_id
            said[corrects] = Word(word.occurred_at, word.call_in_at)
    said.pop(event.event_id, None)
    return list(said.values())
