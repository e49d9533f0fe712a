"""A letter to where mail is not known to be safe takes two people; any colleague after half an hour (20a, 44)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from builders import NOW, a_staff_member
from letter_world import LATER, World, an_offenders_letter_soon, text_of

from outreach.access import StaffCard
from outreach.approvals.approving import NotTheirsToDecide
from outreach.approvals.mail_approvals import Address
from outreach.approvals.second_person import Wish
from outreach.gate.reasons import Reason
from outreach.messaging.errors import NotAllowed
from outreach.messaging.letters import cold_mail
from outreach.on_duty import paging
from outreach.records.cases import CaseRecord
from outreach.records.errors import NoSuchRecord
from outreach.records.letters import MailApproval
from outreach.records.staff import Staff
from outreach.staff.staffing import card
from outreach.terms import LetterState, Role

pytestmark = pytest.mark.req("44")
SOONER, AFTER = NOW + timedelta(minutes=29, seconds=59), NOW + timedelta(minutes=30)


class Office:
    """Rosa's case with an address nobody checked, a colleague and a supervisor."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rosa = self._card(world.by)
        with world.vault.writing() as session:
            colleague = a_staff_member(session, name="Ana Bell")
            supervisor = a_staff_member(session, role=Role.SUPERVISOR, name="Mo Sand")
        self.colleague, self.supervisor = self._card(colleague), self._card(supervisor)

    def _card(self, staff_id: UUID) -> StaffCard:
        with self.world.vault.reading() as session:
            return card(session.get_one(Staff, staff_id))

    def ask(self, mailbox: str = "unknown", *, now: datetime = NOW) -> UUID:
        about = Address(self.world.case_id, self.world.home.id)
        with self.world.vault.writing() as session:
            cold_mail.wish_to_write(session, self.rosa, about, reason="No phone is known.", mailbox=mailbox, now=now)
        return self.waiting(self.rosa, now)[0].id

    def waiting(self, staff: StaffCard, now: datetime) -> tuple[Wish, ...]:
        with self.world.vault.reading() as session:
            return cold_mail.waiting(session, staff, now=now)

    def answer(self, staff: StaffCard, wish_id: UUID, now: datetime, *, agrees: bool = True) -> None:
        with self.world.vault.writing() as session:
            cold_mail.answer(session, staff, wish_id, agrees=agrees, reason="I see no other way.", now=now)

    def refuses(self, staff: StaffCard, wish_id: UUID, now: datetime) -> bool:
        try:
            self.answer(staff, wish_id, now)
        except (NoSuchRecord, NotTheirsToDecide):
            return True
        return False


@pytest.fixture
def office(make: Callable[..., World]) -> Office:
    return Office(make(home={"verdicts": {}, "name_to_use": ""}))


def test_the_letter_waits_for_a_second_person_and_then_says_nothing(office: Office) -> None:
    wish = office.ask()
    with pytest.raises(NotAllowed) as refusal:
        office.world.release("short", now=NOW)
    assert refusal.value.decision.reason is Reason.COLD_MAIL_DECISION

    office.answer(office.supervisor, wish, NOW)
    with pytest.raises(NotAllowed) as refusal:
        office.world.release("full", now=NOW)
    assert refusal.value.decision.reason is Reason.TOO_MUCH_SAID
    letter_id = office.world.release("short", now=NOW)
    office.world.print_due()

    assert "advoca" not in text_of(office.world.page(letter_id)).casefold()


@pytest.mark.req("20a")
def test_any_colleague_may_agree_when_no_supervisor_did_in_half_an_hour(office: Office) -> None:
    wish = office.ask()

    assert office.refuses(office.colleague, wish, SOONER)
    assert office.waiting(office.colleague, SOONER) == ()
    assert [each.id for each in office.waiting(office.colleague, AFTER)] == [wish]
    office.answer(office.colleague, wish, AFTER)

    assert office.world.release("short", now=AFTER)


@pytest.mark.req("20a")
def test_supervisors_are_paged_when_somebody_asks(office: Office) -> None:
    office.ask()

    with office.world.vault.reading() as session:
        assert [each.about for each in paging.waiting_for(session, office.supervisor.id)] == ["approval"]
        assert not paging.waiting_for(session, office.colleague.id)


@pytest.mark.req("20a")
def test_who_asked_never_answers(office: Office) -> None:
    wish = office.ask()

    for now in (NOW, AFTER, LATER):
        assert office.waiting(office.rosa, now)[0].is_mine
        assert office.refuses(office.rosa, wish, now)


def test_planted_answer_by_who_asked_is_caught(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    real = cold_mail.wish_of
    monkeypatch.setattr(cold_mail, "wish_of", lambda *given: _as_anothers(real(*given)))
    monkeypatch.setattr("outreach.approvals.approving._is_first_again", lambda *given, **named: False)

    with pytest.raises(AssertionError):
        test_who_asked_never_answers(office)


def _as_anothers(wish: Wish) -> Any:
    return replace(wish, is_mine=False)


def test_a_walled_case_is_answered_by_a_supervisor_alone(office: Office) -> None:
    wish = office.ask()
    with office.world.vault.writing() as session:
        session.get_one(CaseRecord, office.world.case_id).is_restricted = True

    assert office.waiting(office.colleague, LATER) == ()
    assert office.refuses(office.colleague, wish, LATER)
    office.answer(office.supervisor, wish, LATER)


def test_a_no_takes_the_first_reason_back(office: Office) -> None:
    wish = office.ask()
    office.answer(office.supervisor, wish, NOW, agrees=False)

    assert office.waiting(office.supervisor, NOW) == ()
    with pytest.raises(NotAllowed):
        office.world.release("short", now=NOW)
    again = office.ask()
    office.answer(office.supervisor, again, NOW)
    assert office.world.release("short", now=NOW)


def test_two_answers_at_once_count_once(office: Office) -> None:
    wish = office.ask()
    office.answer(office.supervisor, wish, AFTER)

    assert office.refuses(office.colleague, wish, AFTER)


@pytest.mark.req("46a")
def test_no_letter_is_wished_for_into_a_mailbox_that_is_the_partners_too(office: Office) -> None:
    with pytest.raises(cold_mail.SharedMailbox):
        office.ask("yes")

    assert office.waiting(office.supervisor, NOW) == ()


@pytest.mark.req("46a")
@pytest.mark.req("27")
def test_two_peoples_yes_opens_no_shared_mailbox_and_no_day_beside_the_partners_letter(office: Office) -> None:
    wish = office.ask("no")
    office.answer(office.supervisor, wish, NOW)
    office.world.save(shared_with_offender=True)
    with pytest.raises(NotAllowed) as refusal:
        office.world.release("short", now=NOW)
    assert refusal.value.decision.reason is Reason.PARTNER_MAY_SEE

    office.world.save(shared_with_offender=False)
    letter_id = office.world.release("short", now=NOW)
    an_offenders_letter_soon(office.world)
    assert office.world.print_due().printed == 0
    assert office.world.card().id == letter_id
    assert office.world.card().state is not LetterState.PRINTED


@pytest.mark.req("P6")
def test_who_answers_sees_the_reason_and_the_plain_words_but_not_who_she_is(office: Office) -> None:
    wish = office.ask("no")
    with office.world.vault.writing() as session:
        shown = cold_mail.read(session, office.colleague, wish, now=AFTER)

    assert (shown.reason, shown.mailbox, shown.where) == ("No phone is known.", "no", "home")
    assert shown.words
    assert not any(private in repr(shown) for private in ("Lena", "Ortiz", "Elm St"))


@pytest.mark.req("C-5")
def test_reasons_are_stored_sealed(office: Office) -> None:
    wish = office.ask()
    with office.world.vault.reading() as session:
        assert b"No phone" not in session.get_one(MailApproval, wish).words_box
