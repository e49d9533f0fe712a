"""Her number stands in another case too: her no to it, and somebody else's hands on it, count there as well."""

from collections.abc import Callable
from uuid import UUID

import pytest
from builders import a_case, a_destination, a_verdict
from linked_cases import a_linked_case, dana, flip_a_byte, lose_keys, release
from texting import HER_PHONE, WEEKDAYS, Desk

from outreach import cases, people
from outreach.attempts import recording as attempting
from outreach.attempts.recording import Made
from outreach.her_word import pausing
from outreach.her_word.pausing import Again, Lift
from outreach.messaging import withdrawals
from outreach.messaging.withdrawals import Route, Withdrawal, withdraw
from outreach.reaching import freezing, reach
from outreach.reaching.destinations import Destination
from outreach.records.cases import CaseRecord
from outreach.records.work import Text
from outreach.terms import Channel, Outcome, Role, TextState


@pytest.fixture
def other(desk: Desk) -> UUID:
    return a_linked_case(desk, desk.case)


def phone_of(desk: Desk, case_id: UUID) -> Destination:
    with desk.vault.reading() as session:
        return next(each for each in people.destinations(session, case_id) if each.value == HER_PHONE)


def state_of(desk: Desk, text_id: UUID) -> str:
    with desk.vault.reading() as session:
        return session.get_one(Text, text_id).state


def says_no_to_this_phone(desk: Desk) -> None:
    said = Withdrawal(route=Route.CALL, said_at=desk.clock.now(), heard_by="Dana", is_for_all=False)
    with desk.vault.writing() as session:
        withdraw(session, desk.case, desk.phone.id, said, by=desk.staff, now=desk.clock.now())


def someone_else_answered(desk: Desk) -> None:
    made = Made(Channel.CALL, Outcome.UNSAFE, desk.phone.id, she_contacted_us=True)
    with desk.vault.writing() as session:
        attempting.log_attempt(session, desk.case, made, by=desk.staff, now=desk.clock.now())


@pytest.mark.req("32")
def test_her_no_to_one_phone_stops_that_phone_in_her_other_case_too(desk: Desk, other: UUID) -> None:
    text_id = release(desk, other)

    says_no_to_this_phone(desk)

    assert phone_of(desk, other).text_consent_at is None
    assert state_of(desk, text_id) == TextState.CANCELLED


@pytest.mark.req("26")
def test_a_phone_in_other_hands_is_shut_in_her_other_case_too(desk: Desk, other: UUID) -> None:
    someone_else_answered(desk)

    assert phone_of(desk, desk.case).compromised
    assert phone_of(desk, other).compromised


@pytest.mark.req("26")
def test_a_phone_two_women_share_stays_open_to_a_call_for_the_other(desk: Desk) -> None:
    with desk.vault.writing() as session:
        sister = a_case(session, assigned_to=desk.staff)
        a_destination(session, sister, value=HER_PHONE, verdicts={Channel.CALL: a_verdict()}, windows=(WEEKDAYS,))
    someone_else_answered(desk)

    assert not phone_of(desk, sister).compromised
    assert Channel.CALL in phone_of(desk, sister).verdicts


@pytest.mark.req("26")
@pytest.mark.parametrize("damage", [lose_keys, flip_a_byte])
def test_a_case_that_does_not_open_keeps_no_phone_from_being_stopped(
    desk: Desk, damage: Callable[[Desk, UUID], None], other: UUID
) -> None:
    damage(desk, other)

    someone_else_answered(desk)

    assert phone_of(desk, desk.case).compromised


@pytest.mark.req("26")
@pytest.mark.parametrize("damage", [lose_keys, flip_a_byte])
def test_a_case_that_does_not_open_keeps_her_no_from_nothing(
    desk: Desk, damage: Callable[[Desk, UUID], None], other: UUID
) -> None:
    damage(desk, other)

    says_no_to_this_phone(desk)

    assert phone_of(desk, desk.case).text_consent_at is None


@pytest.mark.req("26")
def test_a_stop_can_be_lifted_though_her_other_case_does_not_open(desk: Desk, other: UUID) -> None:
    with desk.vault.writing() as session:
        pausing.pause(session, dana(desk), desk.case, now=desk.clock.now())
    lose_keys(desk, other)
    with desk.vault.writing() as session:
        version = session.get_one(CaseRecord, desk.case).version
        ways = {each.id: Again.UNKNOWN for each in people.destinations(session, desk.case)}
        lift = Lift(reason="She called.", ways=ways)
        pausing.lift(session, dana(desk, Role.SUPERVISOR), desk.case, lift, version=version, now=desk.clock.now())


@pytest.mark.req("17")
@pytest.mark.parametrize("outcome", [Outcome.DO_NOT_CONTACT, Outcome.SHE_WILL_CONTACT_US])
def test_her_wish_is_kept_though_her_other_case_does_not_open(desk: Desk, other: UUID, outcome: Outcome) -> None:
    lose_keys(desk, other)
    with desk.vault.writing() as session:
        made = Made(Channel.CALL, outcome, desk.phone.id)
        attempting.log_attempt(session, desk.case, made, by=desk.staff, now=desk.clock.now())

    with desk.vault.reading() as session:
        standing, _ = cases.standing(session, desk.case)
        assert standing.do_not_contact or standing.she_will_contact_us


@pytest.mark.req("26")
def test_planted_stop_that_looks_at_one_case_alone_is_caught(
    desk: Desk, other: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    for asks in (freezing, reach, withdrawals):
        monkeypatch.setattr(asks, "cases_of_person", lambda _session, case_id: frozenset({case_id}))

    with pytest.raises(AssertionError):
        test_her_no_to_one_phone_stops_that_phone_in_her_other_case_too(desk, other)
    with pytest.raises(AssertionError):
        test_a_phone_in_other_hands_is_shut_in_her_other_case_too(desk, other)
