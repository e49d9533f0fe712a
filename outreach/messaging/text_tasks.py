"""The human task behind every text that did not clearly arrive: nothing is lost silently (P5)."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.work import Task, Text
from outreach.tasks import add_task, detail_of, end_task
from outreach.terms import TaskState

DUE = timedelta(hours=4)
"""A text that did not go out meant something to somebody today."""

HELD_BECAUSE = {
    "window_too_short": "There were less than five minutes of her hours left.",
    "no_connection": "The phone company could not be reached.",
    "busy": "The phone company was too busy while her hours lasted.",
    "refused": "The phone company refused it.",
    "not_ours": "Our own texting account refused it. Tell whoever runs this system.",
    "words_to_avoid": "It held a word she asked us to avoid.",
    "telling_words": "It holds a word that tells, or a name we learned of since. Say it in a call.",
    "not_approved": "The approved words were changed since. Release a text with the new words.",
    "too_old": "It was planned for a time that has passed.",
    "phone_not_checked": "The phone company did not say what kind of phone this is.",
    "phone_landline": "The phone company says this phone gets no texts.",
    "phone_voip": "The phone company says this is an internet number, which others may hold.",
    "phone_reassigned": "The phone company says this number may be another person's now.",
    "phone_invalid": "The phone company says there is no such number.",
    "unreadable": "Something is wrong in what we know of it.",
}
"""Why a text is held, besides the gate's own reasons; shown to the advocate."""


def ask_to_check(session: Session, text: Text, *, now: datetime) -> UUID:
    """Open the task to find out about a text, or another way; one for each text."""
    known = open_check(session, text)
    if known is not None:
        return known.id
    return add_task(session, text.case_id, _planned(Step.TEXT_CHECK, now), text_id=str(text.id))


def end_check(session: Session, text: Text, *, now: datetime) -> None:
    """End that task when the provider told us after all."""
    known = open_check(session, text)
    if known is not None:
        end_task(session, known, TaskState.DONE, now=now, outcome="acknowledged")


def open_check(session: Session, text: Text) -> Task | None:
    """Return the open task about a text."""
    query = select(Task).where(
        Task.case_id == text.case_id, Task.step == Step.TEXT_CHECK.value, Task.state == TaskState.OPEN.value
    )
    return next((task for task in session.scalars(query) if detail_of(session, task).text_id == str(text.id)), None)


def ask_about_texts(session: Session, case_id: UUID, *, now: datetime) -> UUID:
    """Open the task to ask her, live, whether texts are still OK."""
    return _one_open(session, case_id, Step.TEXT_QUESTION, now)


def ask_to_read(session: Session, case_id: UUID, *, now: datetime) -> UUID:
    """Open the task to read what came in from a phone of hers, without a word of it."""
    return _one_open(session, case_id, Step.TEXT_MESSAGE, now)


def tell_of_stop(session: Session, case_id: UUID, *, now: datetime) -> UUID:
    """Open the task to see to another way: a STOP may be hers, or of someone who wants her alone."""
    return _one_open(session, case_id, Step.TEXT_STOPPED, now)


def ask_to_check_ways(session: Session, case_id: UUID, *, now: datetime) -> UUID:
    """Open the task to check each way: a phone of hers is in other hands."""
    return _one_open(session, case_id, Step.CHECK_WAYS, now)


def _one_open(session: Session, case_id: UUID, step: Step, now: datetime) -> UUID:
    """Open a task unless one like it is open: a flood of texts is one thing to do, and its first due time stands."""
    known = select(Task.id).where(Task.case_id == case_id, Task.step == step.value, Task.state == TaskState.OPEN.value)
    return session.scalars(known.limit(1)).first() or add_task(session, case_id, _planned(step, now))


def _planned(step: Step, now: datetime) -> PlannedTask:
    return PlannedTask(step, None, opens_at=now, due_at=now + DUE)
