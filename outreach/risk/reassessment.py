"""
The tasks of talking again: ended when she was asked, made when something changed or while danger is high.

What asks for a talk, and by when, is decided in outreach.risk.triggers (pure).
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.case_file.contents import read_as
from outreach.case_file.standing import open_standing
from outreach.protocols.planning import case_so_far, protocol_kept
from outreach.protocols.steps import STEPS, Step
from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseRecord
from outreach.records.keys import seal, unseal
from outreach.records.risk import DangerChange
from outreach.records.work import Task
from outreach.risk.boxes import KeptChange
from outreach.risk.cards import was_high
from outreach.risk.talks import talks_of
from outreach.risk.triggers import Trigger, after_change
from outreach.tasks import add_tasks, end_task, tasks_of
from outreach.terms import TaskState


def settle(
    session: Session,
    case_id: UUID,
    *,
    outcome: str,
    by: UUID,
    now: datetime,
    action: str = "assess",
    is_high: bool = False,
) -> None:
    """
    End what asked for this talk, and plan the next one while danger is high. The caller audits.

    Args:
        outcome: done, skipped or declined: to have offered it is enough.
        action: which talk it was: `assess` about danger, `plan` about the plan.
    """
    for task in tasks_of(session, case_id):
        if task.state == TaskState.OPEN and STEPS[Step(task.step)].action == action:
            end_task(session, task, TaskState.DONE, now=now, outcome=outcome, ended_by=str(by))
    session.flush()
    if is_high:
        _follow(session, case_id, (Trigger.HIGH,), now=now, steps=(Step.REASSESS,))


def note_change(
    session: Session, case_id: UUID, what: Collection[Trigger], *, words: str, by: UUID, now: datetime
) -> None:
    """Keep what changed for her, and plan the talk it asks for. Audited. Raises ValueError when nothing is named."""
    if not what:
        raise ValueError("say what changed")
    row = uuid4()
    kept = KeptChange(now.isoformat(), str(by), [each.value for each in what], words.strip())
    box = seal(session, BoxNumber.DANGER_CHANGE, kept, owner=case_id, row=row)
    session.add(DangerChange(id=row, case_id=case_id, change_box=box))
    _follow(session, case_id, what, now=now)
    audit.record(session, action="danger.change", by=by, cases=[case_id], now=now)


def take_up_again(session: Session, case_id: UUID, *, now: datetime) -> None:
    """Plan the next talk where danger was high when she asked for no contact, and she wants it again. Caller audits."""
    if was_high(session, case_id):
        _follow(session, case_id, (Trigger.HIGH,), now=now, steps=(Step.REASSESS,))


def changes_of(session: Session, case_id: UUID) -> tuple[KeptChange, ...]:
    """Return what changed for her, the newest first. Unaudited: the page that shows it records the read."""
    rows = session.scalars(select(DangerChange).where(DangerChange.case_id == case_id)).all()
    found = [
        read_as(KeptChange, unseal(session, BoxNumber.DANGER_CHANGE, row.change_box, owner=case_id, row=row.id))
        for row in rows
    ]
    return tuple(sorted(found, key=lambda each: datetime.fromisoformat(each.at), reverse=True))


def _follow(
    session: Session, case_id: UUID, triggers: Collection[Trigger], *, now: datetime, steps: Iterable[Step] = ()
) -> None:
    session.flush()
    record = session.get_one(CaseRecord, case_id)
    protocol = protocol_kept(session, record.protocol_digest)
    so_far = case_so_far(
        session,
        open_standing(session, case_id, record.standing_box),
        earlier=(),
        tasks=tasks_of(session, case_id),
        protocol=protocol,
        talks=talks_of(session, case_id),
    )
    made = after_change(triggers, so_far, protocol, now=now, steps=steps)
    for task_id in made.superseded:
        end_task(session, session.get_one(Task, task_id), TaskState.SUPERSEDED, now=now)
    add_tasks(session, case_id, [(each, {}) for each in made.tasks])
