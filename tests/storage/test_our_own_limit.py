"""A way she said is safe, shut only by our own limit of tries, is a way: nobody signs that there is none."""

from datetime import timedelta
from uuid import UUID

import pytest
from builders import NOW, a_case, a_destination, a_staff_member

from outreach import audit
from outreach.access import StaffCard
from outreach.attempts.recording import Made, log_attempt
from outreach.call_ins import closing
from outreach.call_ins.closing import MayNotClose, Wanted
from outreach.call_ins.interlock import Lack
from outreach.gate.answers import Held
from outreach.gate.reasons import Reason
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.reaching.next_way import ELSEWHERE
from outreach.records.engine import Vault
from outreach.records.staff import Staff
from outreach.staff.staffing import card
from outreach.tasks import add_task
from outreach.terms import Channel, ClosedAs, Level, Outcome, Role

CALL_IN = NOW + timedelta(hours=8)
"""Tonight at six."""
NO_WAY = Wanted(ClosedAs.NO_SAFE_WAY, "She does not answer.", ELSEWHERE)


def a_call_in_tonight(vault: Vault, *, calls: int) -> tuple[StaffCard, UUID]:
    """Store a woman who said that calls are safe, a call-in tonight, and unanswered calls of today."""
    with vault.writing() as session:
        boss = a_staff_member(session, role=Role.SUPERVISOR)
        case_id = a_case(session, assigned_to=boss, level="B")
        phone = a_destination(session, case_id)
        looks = tuple(CALL_IN - timedelta(hours=hours) for hours in (72, 24, 0))
        begun = NOW - timedelta(days=4)
        planned = PlannedTask(Step.NOTICE_BEFORE_CALL_IN, Level.B, begun, looks[0], looks, "e-1", CALL_IN)
        notice = add_task(session, case_id, planned)
        audit.record(session, action="test.case", by=None, cases=[case_id], now=NOW)
    with vault.writing() as session:
        for number in range(calls):
            at = NOW - timedelta(minutes=5 * number + 5)
            log_attempt(session, case_id, Made(Channel.CALL, Outcome.NO_ANSWER, phone.id, notice, at), by=boss, now=NOW)
        return card(session.get_one(Staff, boss)), notice


def sign(vault: Vault, boss: StaffCard, notice: UUID) -> None:
    with vault.writing() as session:
        closing.close(session, boss, notice, NO_WAY, now=NOW)


@pytest.mark.req("13")
@pytest.mark.req("18")
@pytest.mark.parametrize(("calls", "lack"), [(0, Lack.A_WAY_IS_OPEN), (2, Lack.ONE_MORE_TRY)])
def test_nobody_signs_that_there_is_no_way_where_only_our_limit_shuts_it(vault: Vault, calls: int, lack: Lack) -> None:
    boss, notice = a_call_in_tonight(vault, calls=calls)
    with pytest.raises(MayNotClose) as refused:
        sign(vault, boss, notice)
    assert refused.value.lacking == (lack,)


@pytest.mark.req("13")
def test_planted_limit_that_counts_as_no_way_is_caught(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closing, "_OUR_LIMITS", (Reason.ATTEMPTS_FOR_EVENT,))
    monkeypatch.setattr(closing, "WAITS_FOR_US", ())
    boss, notice = a_call_in_tonight(vault, calls=2)
    with pytest.raises(pytest.fail.Exception), pytest.raises(MayNotClose):
        sign(vault, boss, notice)


@pytest.mark.req("13")
def test_nobody_signs_while_a_supervisor_is_to_agree_anew_after_news(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "_decisions", lambda *_, **__: [Held(Reason.NEWS_SINCE_LEAVE)])
    boss, notice = a_call_in_tonight(vault, calls=0)
    with pytest.raises(MayNotClose) as refused:
        sign(vault, boss, notice)
    assert refused.value.lacking == (Lack.OURS_TO_SETTLE,)
