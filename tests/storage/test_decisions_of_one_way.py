"""A decision holds for the one way it is about, and once where it is for one more; a met request ends."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from builders import NOW, a_case, a_destination, a_staff_member

from outreach.access import NoSuchCase, StaffCard
from outreach.approvals import approving
from outreach.approvals.approving import Decided
from outreach.attempts.recording import Made, log_attempt
from outreach.gate.facts import Approval, CaseFacts, Given, Request
from outreach.gate.gate_facts import facts_for_gate
from outreach.gate.questions import Question
from outreach.her_word.requests import live_requests, record_request
from outreach.records.engine import Vault
from outreach.records.staff import Staff
from outreach.staff.staffing import card
from outreach.terms import Channel, Outcome, Role

LATER = NOW + timedelta(minutes=10)


class Place:
    """A case with two phones, and who works on it."""

    def __init__(self, vault: Vault, role: Role = Role.SUPERVISOR) -> None:
        self.vault = vault
        with vault.writing() as session:
            self.by = a_staff_member(session, role=role)
            self.case_id = a_case(session, assigned_to=self.by)
            self.phone = a_destination(session, self.case_id)
            self.other = a_destination(session, self.case_id, value="+13365550177")
            self.elsewhere = a_destination(session, a_case(session), value="+13365550178")

    def card(self) -> StaffCard:
        with self.vault.reading() as session:
            return card(session.get_one(Staff, self.by))

    def decide(self, approval: Approval, way: tuple[UUID, Channel] | None, *, now: datetime = NOW) -> None:
        staff = self.card()
        with self.vault.writing() as session:
            decided = Decided(approval, way)
            approving.decide(session, staff, self.case_id, decided=decided, reason="so", now=now)

    def facts(self, at: datetime = LATER) -> CaseFacts:
        with self.vault.reading() as session:
            return facts_for_gate(session, self.case_id, at=at)

    def opens(self, approval: Approval, destination: object, channel: Channel, at: datetime = LATER) -> bool:
        return Question(destination, channel, at, self.facts(at)).approved(approval)  # type: ignore[arg-type]

    def try_to_call(self, outcome: Outcome, at: datetime = LATER) -> None:
        with self.vault.writing() as session:
            log_attempt(session, self.case_id, Made(Channel.CALL, outcome, self.phone.id, at=at), by=self.by, now=at)


@pytest.fixture
def place(vault: Vault) -> Place:
    return Place(vault)


WAYS = sorted(approving.CHANNELS)


def check_holds_for_one_way(covers: Callable[[Given, UUID, Channel], bool], given: Given) -> None:
    assert covers(given, given.destination_id, given.channel)  # type: ignore[arg-type]
    assert not covers(given, uuid4(), given.channel)  # type: ignore[arg-type]
    assert not any(covers(given, given.destination_id, each) for each in Channel if each is not given.channel)  # type: ignore[arg-type]


@pytest.mark.req("27")
@pytest.mark.parametrize("approval", WAYS)
def test_a_decision_opens_the_one_way_it_is_about(approval: Approval) -> None:
    check_holds_for_one_way(
        Given.covers, Given(approval=approval, at=NOW, destination_id=uuid4(), channel=Channel.CALL)
    )


@pytest.mark.parametrize("approval", WAYS)
def test_planted_decision_that_opens_the_whole_case_is_caught(approval: Approval) -> None:
    given = Given(approval=approval, at=NOW, destination_id=uuid4(), channel=Channel.CALL)
    with pytest.raises(AssertionError):
        check_holds_for_one_way(lambda given, way, channel: True, given)
    with pytest.raises(AssertionError):
        check_holds_for_one_way(lambda given, way, channel: given.destination_id == way, given)


@pytest.mark.req("27")
def test_a_first_call_decided_for_one_phone_is_decided_for_no_other(place: Place) -> None:
    place.decide(Approval.FIRST_CONTACT, (place.phone.id, Channel.CALL))

    assert place.opens(Approval.FIRST_CONTACT, place.phone, Channel.CALL)
    assert not place.opens(Approval.FIRST_CONTACT, place.other, Channel.CALL)
    assert not place.opens(Approval.FIRST_CONTACT, place.phone, Channel.MEETING)


def test_what_a_supervisor_lets_begin_begins_in_every_way(place: Place) -> None:
    place.decide(Approval.SUPERVISOR, None)
    assert place.opens(Approval.SUPERVISOR, place.other, Channel.TEXT)


def test_no_decision_is_kept_about_a_way_it_can_not_be_about(place: Place) -> None:
    wrong = [
        (Approval.FIRST_CONTACT, None),
        (Approval.FIRST_CONTACT, (place.phone.id, Channel.TEXT)),
        (Approval.FIRST_CONTACT, (place.elsewhere.id, Channel.CALL)),
        (Approval.COLD_MAIL, (place.phone.id, Channel.LETTER)),
        (Approval.SUPERVISOR, (place.phone.id, Channel.CALL)),
    ]
    for approval, way in wrong:
        with pytest.raises(NoSuchCase):
            place.decide(approval, way)
    assert place.facts().approvals == frozenset()


@pytest.mark.req("18")
def test_one_more_try_is_one(place: Place) -> None:
    place.decide(Approval.MORE_ATTEMPTS, (place.phone.id, Channel.CALL))
    assert place.opens(Approval.MORE_ATTEMPTS, place.phone, Channel.CALL)

    place.try_to_call(Outcome.NO_ANSWER)

    assert not place.opens(Approval.MORE_ATTEMPTS, place.phone, Channel.CALL, at=LATER + timedelta(minutes=1))


def asked(place: Place, channel: Channel, how: str = "live_call") -> None:
    request = Request(
        channel=channel, destination_id=place.phone.id, what="call me", verified_how=how,  # type: ignore[arg-type]
        asked_at=NOW, expires_at=NOW + timedelta(days=1), by=place.by,
    )  # fmt: skip
    with place.vault.writing() as session:
        record_request(session, place.case_id, request, now=NOW)


def still_asked(place: Place, at: datetime) -> bool:
    with place.vault.reading() as session:
        return bool(live_requests(session, place.case_id, at=at))


@pytest.mark.parametrize(
    ("outcome", "stays"), [(Outcome.REACHED, False), (Outcome.DECLINED, False), (Outcome.NO_ANSWER, True)]
)
def test_what_she_asked_for_is_open_until_it_was_done(place: Place, outcome: Outcome, stays: bool) -> None:
    asked(place, Channel.CALL)
    place.try_to_call(outcome)
    assert still_asked(place, LATER + timedelta(minutes=1)) is stays
