"""A notice that was never given is missed for ever, and says whose it was to prevent."""

from datetime import timedelta

import pytest
from builders import NOW, a_case

from outreach import audit
from outreach.plans import PlannedTask
from outreach.records.engine import Vault
from outreach.records.work import Task
from outreach.scheduling.escalation import look_at_due
from outreach.steps import Step
from outreach.tasks import add_task
from outreach.terms import Level, MissedCause, TaskState

LEAD = timedelta(hours=72)


@pytest.mark.req("13")
@pytest.mark.parametrize(
    ("told_before", "cause"),
    [
        (timedelta(hours=30), MissedCause.TOLD_TOO_LATE),
        (timedelta(hours=71), MissedCause.TOLD_TOO_LATE),
        (timedelta(hours=100), MissedCause.NO_SAFE_WAY),
    ],
)
def test_a_passed_call_in_is_missed_with_its_cause(vault: Vault, told_before: timedelta, cause: MissedCause) -> None:
    call_in_at = NOW + told_before
    notice = PlannedTask(Step.NOTICE_BEFORE_CALL_IN, Level.B, NOW, call_in_at - LEAD, (call_in_at,), "e-1", call_in_at)
    with vault.writing() as session:
        task_id = add_task(session, a_case(session), notice)
        audit.record(session, action="test.task", by=audit.WORKER, cases=[], now=NOW)

    look_at_due(vault, now=call_in_at - timedelta(minutes=1))
    look_at_due(vault, now=call_in_at)

    with vault.reading() as session:
        task = session.get_one(Task, task_id)
        assert (task.state, task.missed_cause) == (TaskState.MISSED, cause)
