"""Her mailbox stands in another case of hers too: her no to e-mail, and somebody else in it, count there as well."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from builders import NOW, a_case, a_destination, a_verdict
from linked_cases import a_linked_case, lose_keys
from texting import Desk

from outreach import people
from outreach.attempts.recording import Made, log_attempt
from outreach.gate.facts import Request
from outreach.her_word import email_stops
from outreach.her_word.email_stops import stop_email
from outreach.her_word.requests import live_requests, record_request
from outreach.reaching import freezing, reach
from outreach.reaching.destinations import Destination
from outreach.terms import Channel, DestinationKind, Outcome, Verdict

YES = {"kind": DestinationKind.EMAIL, "verdicts": {Channel.EMAIL: a_verdict()}, "confirmed_at": NOW - timedelta(days=1)}


@pytest.fixture
def others(desk: Desk) -> tuple[UUID, UUID]:
    """Her other case and a stranger's: all three have this mailbox, each spelled in its own way."""
    hers = a_linked_case(desk, desk.case)
    with desk.vault.writing() as session:
        strangers = a_case(session, assigned_to=desk.staff)
        for case_id, value in ((desk.case, "m.o@gmail.com"), (hers, "mo+2@gmail.com"), (strangers, "mo@gmail.com")):
            a_destination(session, case_id, value=value, **YES)
    return hers, strangers


def email_of(desk: Desk, case_id: UUID) -> Destination:
    with desk.vault.reading() as session:
        return next(each for each in people.destinations(session, case_id) if each.kind is DestinationKind.EMAIL)


def she_wants_none(desk: Desk) -> None:
    with desk.vault.writing() as session:
        stop_email(session, desk.case, email_of(desk, desk.case).id, by=desk.staff, now=desk.clock.now())


def someone_else_wrote_back(desk: Desk) -> None:
    made = Made(Channel.EMAIL, Outcome.UNSAFE, email_of(desk, desk.case).id)
    with desk.vault.writing() as session:
        log_attempt(session, desk.case, made, by=desk.staff, now=desk.clock.now())


def verdict(desk: Desk, case_id: UUID) -> Verdict:
    return email_of(desk, case_id).verdicts[Channel.EMAIL].verdict


def counts_in_her_other_case(desk: Desk, others: tuple[UUID, UUID], what: Callable[[Desk], None]) -> None:
    what(desk)
    hers, strangers = others
    assert [verdict(desk, each) for each in (desk.case, hers)] == [Verdict.UNSAFE] * 2
    assert verdict(desk, strangers) is Verdict.SAFE


@pytest.mark.req("82")
@pytest.mark.req("26")
@pytest.mark.parametrize("what", [she_wants_none, someone_else_wrote_back])
def test_what_shuts_her_mailbox_shuts_it_in_her_other_case_too(desk, others, what):
    counts_in_her_other_case(desk, others, what)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("module", "forgotten", "what"),
    [
        (email_stops, "lock_person", she_wants_none),
        (freezing, "_same_of_hers", someone_else_wrote_back),
    ],
)
def test_planted_stop_that_looks_at_one_case_alone_is_caught(desk, others, module, forgotten, what, monkeypatch):
    monkeypatch.setattr(module, forgotten, lambda *_, **__: [desk.case] if forgotten == "lock_person" else [])
    # Without this, a no to one way follows her by itself.
    monkeypatch.setattr(reach, "cases_of_person", lambda _session, case_id: frozenset({case_id}))
    with pytest.raises(AssertionError):
        counts_in_her_other_case(desk, others, what)


def test_a_case_of_hers_that_does_not_open_keeps_no_email_from_being_stopped(desk, others):
    lose_keys(desk, others[0])
    she_wants_none(desk)
    assert verdict(desk, desk.case) is Verdict.UNSAFE


@pytest.mark.req("82")
def test_what_she_asked_for_is_one_email(desk, others):
    mine = email_of(desk, desk.case).id
    asked = Request(
        channel=Channel.EMAIL,
        destination_id=mine,
        what="Write me the hour.",
        verified_how="live_call",
        asked_at=desk.clock.now(),
        expires_at=desk.clock.now() + timedelta(hours=4),
        by=desk.staff,
    )
    with desk.vault.writing() as session:
        record_request(session, desk.case, asked, now=desk.clock.now())
        assert live_requests(session, desk.case, at=desk.clock.now())
        made = Made(Channel.EMAIL, Outcome.NO_ANSWER, mine)
        log_attempt(session, desk.case, made, by=desk.staff, now=desk.clock.now())
        assert live_requests(session, desk.case, at=desk.clock.now()) == ()
