"""No call-in turns green by a word that whoever holds her phone or opens her mail could have sent."""

from datetime import timedelta
from uuid import UUID

import pytest
from builders import NOW, a_case, a_destination, a_staff_member
from case_parts import a_notice, a_task
from sqlalchemy import select

from outreach import audit, cases
from outreach.access import StaffCard
from outreach.attempts import outcomes
from outreach.attempts.outcomes import CALL_IN_STAYS_OPEN, SUPERVISOR_DECIDES
from outreach.attempts.recording import Logged, Made, log_attempt
from outreach.call_ins import answering, closing
from outreach.call_ins.board import CallIn, find_call_in
from outreach.call_ins.closing import Wanted
from outreach.call_ins.interlock import Colour, Stand
from outreach.call_ins.late_tellings import late_tellings
from outreach.protocols.steps import Step
from outreach.records.engine import Vault
from outreach.records.on_call import PageCall
from outreach.records.staff import Staff
from outreach.records.work import Attempt, Task
from outreach.staff.staffing import card
from outreach.terms import Channel, ClosedAs, Outcome, PageAbout, ReachedBy, Role, TaskState

ANYONES = (Channel.TEXT, Channel.VOICEMAIL, Channel.LETTER, Channel.EMAIL)
"""Ways in which it is not heard that it is she."""
STOPS = (Outcome.DO_NOT_CONTACT, Outcome.SHE_WILL_CONTACT_US)
CALL_IN = NOW + timedelta(days=10)


class Telling:
    """A woman with a phone and a call-in in ten days, and one who supervises and records what came back."""

    def __init__(self, vault: Vault, **phone: object) -> None:
        self.vault = vault
        with vault.writing() as session:
            self.boss = a_staff_member(session, role=Role.SUPERVISOR)
            self.case_id = a_case(session, assigned_to=self.boss)
            self.phone = a_destination(session, self.case_id, **phone)
            self.notice = a_notice(session, self.case_id)
            self.other = a_task(session, self.case_id, Step.OUTREACH)
            audit.record(session, action="test.case", by=None, cases=[self.case_id], now=NOW)

    def records(self, channel: Channel, outcome: Outcome, **more: object) -> Logged:
        made = Made(channel, outcome, self.phone.id, task_id=self.notice)._replace(**more)
        with self.vault.writing() as session:
            return log_attempt(session, self.case_id, made, by=self.boss, now=NOW)

    def who(self) -> StaffCard:
        with self.vault.reading() as session:
            return card(session.get_one(Staff, self.boss))

    def shown(self) -> CallIn:
        with self.vault.reading() as session:
            return find_call_in(session, self.who(), self.notice, now=NOW)

    def state(self, task_id: UUID) -> str:
        with self.vault.reading() as session:
            return session.get_one(Task, task_id).state

    def count(self, table: type[Attempt] | type[PageCall]) -> int:
        with self.vault.reading() as session:
            return len(session.scalars(select(table)).all())


def check_it_stays_open(telling: Telling, channel: Channel, outcome: Outcome) -> None:
    said = telling.records(channel, outcome)
    shown = telling.shown()
    assert (shown.countdown.stand, shown.countdown.colour) == (Stand.NOT_TOLD, Colour.AMBER)
    assert said.ask[-1] in (CALL_IN_STAYS_OPEN, SUPERVISOR_DECIDES)
    assert telling.count(Attempt) == 1


@pytest.mark.req("13")
@pytest.mark.req("17")
@pytest.mark.parametrize("outcome", [Outcome.REACHED, Outcome.DECLINED])
@pytest.mark.parametrize("channel", ANYONES)
def test_no_word_that_anyone_could_have_sent_makes_a_call_in_green(
    vault: Vault, channel: Channel, outcome: Outcome
) -> None:
    check_it_stays_open(Telling(vault), channel, outcome)


@pytest.mark.req("13")
def test_planted_belief_in_whoever_holds_her_phone_is_caught(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "_LIVE", tuple(Channel))
    with pytest.raises(AssertionError):
        check_it_stays_open(Telling(vault), Channel.TEXT, Outcome.DECLINED)


@pytest.mark.req("13")
@pytest.mark.req("17")
@pytest.mark.parametrize("outcome", STOPS)
@pytest.mark.parametrize("channel", ANYONES)
def test_a_stop_that_anyone_could_have_sent_holds_contact_and_leaves_the_call_in_to_a_supervisor(
    vault: Vault, channel: Channel, outcome: Outcome
) -> None:
    telling = Telling(vault)
    check_it_stays_open(telling, channel, outcome)

    with vault.reading() as session:
        standing, _ = cases.standing(session, telling.case_id)
        pages = session.scalars(select(PageCall).where(PageCall.about == PageAbout.CALL_IN.value)).all()
        assert session.get_one(Task, telling.notice).escalated_at == NOW
    assert standing.do_not_contact or standing.she_will_contact_us
    assert telling.state(telling.other) == TaskState.DONE
    assert pages
    with vault.writing() as session:
        closing.close(session, telling.who(), telling.notice, Wanted(ClosedAs.HER_WORD, "Seen at court."), now=NOW)
    assert (telling.shown().countdown.stand, telling.shown().countdown.colour) == (Stand.HER_WORD, Colour.NONE)


@pytest.mark.req("13")
def test_planted_stop_by_text_that_ends_the_call_in_is_caught(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    def ends(session, task, ended, *, is_its_own, by, now):  # type: ignore[no-untyped-def]
        answering.end_task(session, task, TaskState.DONE, now=now, outcome=ended.outcome.value)
        return ()

    monkeypatch.setattr(answering, "end_notice", ends)
    with pytest.raises(AssertionError):
        check_it_stays_open(Telling(vault), Channel.TEXT, Outcome.DO_NOT_CONTACT)


@pytest.mark.req("17")
@pytest.mark.parametrize(
    ("outcome", "stand"),
    [
        (Outcome.REACHED, Stand.TOLD),
        (Outcome.DECLINED, Stand.DECLINED),
        (Outcome.DO_NOT_CONTACT, Stand.HER_WORD),
        (Outcome.SHE_WILL_CONTACT_US, Stand.HER_WORD),
    ],
)
@pytest.mark.parametrize("by", [ReachedBy.VOICE, ReachedBy.RELAY])
def test_what_she_says_live_settles_it_by_voice_or_by_relay(
    vault: Vault, outcome: Outcome, stand: Stand, by: ReachedBy
) -> None:
    telling = Telling(vault, reached_by=by)
    assert CALL_IN_STAYS_OPEN not in telling.records(Channel.CALL, outcome).ask
    assert telling.shown().countdown.stand is stand


@pytest.mark.req("17")
def test_a_no_by_text_to_other_help_is_kept_as_a_no(vault: Vault) -> None:
    telling = Telling(vault)
    assert telling.records(Channel.TEXT, Outcome.DECLINED, task_id=telling.other).ask == ()
    assert telling.state(telling.other) == TaskState.DONE


@pytest.mark.req("13")
def test_a_no_by_text_written_down_after_the_call_in_is_no_telling_to_sign(vault: Vault) -> None:
    telling, later = Telling(vault), CALL_IN + timedelta(hours=1)
    made = Made(Channel.TEXT, Outcome.DECLINED, telling.phone.id, telling.notice, CALL_IN - timedelta(hours=1))
    with vault.writing() as session:
        log_attempt(session, telling.case_id, made, by=telling.boss, now=later)
    with vault.reading() as session:
        assert late_tellings(session, telling.who(), now=later) == ()


@pytest.mark.req("13")
def test_no_answer_of_hers_ends_what_a_human_must_decide(vault: Vault) -> None:
    telling = Telling(vault)
    with vault.writing() as session:
        check = a_task(session, telling.case_id, Step.ACKNOWLEDGE_CANCEL)
        audit.record(session, action="test.task", by=None, cases=[telling.case_id], now=NOW)
    telling.records(Channel.CALL, Outcome.DECLINED, task_id=check)
    assert telling.state(check) == TaskState.OPEN
