"""Cases: opened with keys and a handle that says nothing; what stands about them changes on the record."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from builders import NOW, a_case, a_destination, a_protocol_text, a_verdict
from sqlalchemy import func, select

from outreach import audit, cases, people
from outreach.attempts.outcomes import Counts, Tried
from outreach.audit import WORKER
from outreach.case_file.contents import AttemptDetail
from outreach.cases import Approved, Standing
from outreach.gate.contact_policy import STANDARD
from outreach.gate.facts import Approval, Request
from outreach.gate.gate_facts import was_asked
from outreach.her_word.requests import record_request
from outreach.identity import handles
from outreach.people import Particulars
from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseKeyRecord, CaseRecord, PossibleMatch
from outreach.records.engine import Vault
from outreach.records.errors import NoSuchRecord, StaleVersion
from outreach.records.keys import HOUSE, seal
from outreach.records.ledger import AuditEntry
from outreach.records.people import SuppressedPhone
from outreach.records.work import Attempt
from outreach.terms import Channel, Level, Outcome


def test_a_new_case_has_three_keys_of_its_own_and_a_plain_handle(vault: Vault) -> None:
    with vault.writing() as session:
        case_id = a_case(session)

    with vault.reading() as session:
        owned = select(func.count()).select_from(CaseKeyRecord).where(CaseKeyRecord.owner_id == case_id)
        assert session.scalar(owned) == 3
        assert re.fullmatch("[A-Z][a-z]+ [A-Z][a-z]+", session.get_one(CaseRecord, case_id).handle)


def test_there_are_forty_thousand_handles_and_they_are_plain_words() -> None:
    assert min(len(handles.FIRST), len(handles.SECOND)) >= 200
    words = handles.FIRST + handles.SECOND
    assert len(set(words)) == len(words)
    assert all(re.fullmatch("[a-z]{2,12}", word) for word in words)


def test_a_handle_in_use_is_not_given_again(sqlite_vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handles, "FIRST", ("amber",))
    monkeypatch.setattr(handles, "SECOND", ("harbor",))
    with sqlite_vault.writing() as session:
        for _ in range(3):
            a_case(session)

    with sqlite_vault.reading() as session:
        given = set(session.scalars(select(CaseRecord.handle)))
    assert "Amber Harbor" in given
    assert len(given) == 3


def test_what_stands_about_a_case_comes_back_as_given(vault: Vault) -> None:
    given = Standing(level="A", paused=True, last_event_at=NOW.isoformat(), zone="America/Chicago")
    with vault.writing() as session:
        case_id = a_case(session, **given._asdict())

    with vault.reading() as session:
        kept, version = cases.standing(session, case_id)
    assert (kept, version) == (given, 1)


def test_a_change_is_kept_and_recorded(vault: Vault) -> None:
    advocate = uuid4()
    with vault.writing() as session:
        case_id = a_case(session)
        cases.change_standing(session, case_id, version=1, by=advocate, now=NOW, paused=True)

    with vault.reading() as session:
        kept, version = cases.standing(session, case_id)
        by = session.scalar(select(AuditEntry.actor_id).where(AuditEntry.action == "standing.change"))
    assert (kept.paused, version, by) == (True, 2, advocate)


def test_two_people_changing_one_case_are_not_merged(vault: Vault) -> None:
    with vault.writing() as session:
        case_id = a_case(session)
    with vault.writing() as session:
        cases.change_standing(session, case_id, version=1, by=WORKER, now=NOW, paused=True)

    with pytest.raises(StaleVersion), vault.writing() as session:
        cases.change_standing(session, case_id, version=1, by=WORKER, now=NOW, paused=False)


def test_a_field_that_does_not_exist_is_refused(sqlite_vault: Vault) -> None:
    with sqlite_vault.writing() as session:
        case_id = a_case(session)
        with pytest.raises(ValueError, match="silenced"):
            cases.change_standing(session, case_id, by=WORKER, now=NOW, silenced=True)


def facts(vault: Vault, case_id: object, **way: object):
    with vault.reading() as session:
        return cases.facts_for_gate(session, case_id, at=NOW, **way)


def test_the_gate_is_told_what_stands_about_the_case(vault: Vault) -> None:
    with vault.writing() as session:
        case_id = a_case(
            session,
            level="A",
            do_not_contact=True,
            supervisor_hold=True,
            last_event_at=(NOW - timedelta(days=1)).isoformat(),
        )

    told = facts(vault, case_id)

    assert (told.level, told.zone) == (Level.A, "America/New_York")
    assert (told.do_not_contact, told.supervisor_hold, told.paused, told.compromised) == (True, True, False, False)
    assert told.last_event_at == NOW - timedelta(days=1)
    assert told.request is None
    assert not told.first_contact_done


@pytest.mark.parametrize(
    ("born", "is_adult"), [("2008-11-20", True), ("2008-11-21", False), (None, False), ("1990-01-01", True)]
)
def test_who_is_not_known_to_be_eighteen_is_no_adult(sqlite_vault: Vault, born: str | None, is_adult: bool) -> None:
    with sqlite_vault.writing() as session:
        case_id = a_case(session, particulars=Particulars("Lena Ortiz", born))

    assert facts(sqlite_vault, case_id).is_adult is is_adult


@pytest.mark.req("P3")
def test_a_stop_from_any_number_she_had_suppresses_the_destination(vault: Vault) -> None:
    with vault.writing() as session:
        case_id = a_case(session)
        stopped = a_destination(session, case_id, value="+13365550107")
        a_destination(session, case_id, value="+13365550108")
        row = uuid4()
        box = seal(session, BoxNumber.SUPPRESSED_NUMBER, ["+13365550107"], owner=HOUSE, row=row)
        token = vault.keyring.phone_token("+13365550107")
        session.add(SuppressedPhone(id=row, token=token, number_box=box))
        audit.record(session, action="text.stop", by=WORKER, cases=[case_id], now=NOW)

    assert facts(vault, case_id).suppressed == {stopped.id}


def test_an_undecided_match_holds_the_gate_whatever_the_standing_says(vault: Vault) -> None:
    with vault.writing() as session:
        case_id, other = a_case(session), a_case(session)
        session.add(PossibleMatch(id=uuid4(), case_id=case_id, other_case_id=other))

    assert facts(vault, case_id).match_pending
    assert not facts(vault, other).match_pending


def test_attempts_are_counted_by_her_day_and_by_the_event(vault: Vault) -> None:
    with vault.writing() as session:
        case_id = a_case(session)
        way = a_destination(session, case_id)
        for hours, outcome in ((1, Outcome.NO_ANSWER), (11, Outcome.REACHED), (2, Outcome.NO_ANSWER)):
            an_attempt(session, case_id, way.id, hours=hours, outcome=outcome)

    told = facts(vault, case_id)

    assert (told.attempts_today, told.attempts_for_event, told.first_contact_done) == (2, 3, True)


@pytest.mark.req("18")
def test_what_she_began_and_meetings_use_up_no_attempts(vault: Vault) -> None:
    with vault.writing() as session:
        case_id = a_case(session)
        way = a_destination(session, case_id, verdicts={})
        an_attempt(session, case_id, way.id, hours=1, was_prompted=True)
        an_attempt(session, case_id, way.id, hours=2, channel="meeting", outcome=Outcome.REACHED)

    told = facts(vault, case_id)

    assert (told.attempts_today, told.attempts_for_event, told.asked_once) == (0, 0, frozenset())


@pytest.mark.req("17")
@pytest.mark.req("27")
@pytest.mark.parametrize(
    ("channel", "outcome", "was_spoken_with"),
    [
        ("call", Outcome.REACHED, True),
        ("meeting", Outcome.DECLINED, True),
        ("call", Outcome.DO_NOT_CONTACT, True),
        ("call", Outcome.SHE_WILL_CONTACT_US, True),
        ("text", Outcome.REACHED, False),
        ("letter", Outcome.DECLINED, False),
        ("call", Outcome.NO_ANSWER, False),
        ("call", Outcome.WRONG_NUMBER, False),
    ],
)
def test_the_first_contact_is_done_when_she_was_really_spoken_with(
    sqlite_vault: Vault, channel: str, outcome: Outcome, was_spoken_with: bool
) -> None:
    with sqlite_vault.writing() as session:
        case_id = a_case(session)
        an_attempt(session, case_id, a_destination(session, case_id).id, hours=1, channel=channel, outcome=outcome)

    assert facts(sqlite_vault, case_id).first_contact_done is was_spoken_with


@pytest.mark.req("23")
def test_under_a_stricter_policy_the_call_after_her_yes_ran_out_counts_sooner() -> None:
    stricter = replace(STANDARD, verdict_days=10)
    way = a_destination(verdicts={Channel.CALL: a_verdict(verified_at=NOW - timedelta(days=12))})
    call = Tried(NOW - timedelta(days=1), Channel.CALL, Outcome.NO_ANSWER, way.id)
    nothing = Counts(today=0, for_event=0, asked_once=frozenset())

    assert not was_asked(way, [call], nothing, now=NOW, policy=STANDARD)
    assert was_asked(way, [call], nothing, now=NOW, policy=stricter)


def an_attempt(session, case_id, way_id, *, hours: int, **said: object) -> None:
    row = uuid4()
    told = {"channel": "call", "outcome": Outcome.NO_ANSWER} | said
    detail = AttemptDetail(
        at=(NOW - timedelta(hours=hours)).isoformat(),
        by=str(WORKER),
        destination_id=str(way_id),
        **told,
    )
    box = seal(session, BoxNumber.ATTEMPT, detail, owner=case_id, row=row)
    session.add(Attempt(id=row, case_id=case_id, attempt_box=box))
    audit.record(session, action="attempt.log", by=WORKER, cases=[case_id], now=NOW)


def test_the_one_live_call_counts_from_the_end_of_her_yes(vault: Vault) -> None:
    ran_out = a_verdict(verified_at=NOW - timedelta(days=31))
    with vault.writing() as session:
        case_id = a_case(session)
        before = a_destination(session, case_id, verdicts={Channel.CALL: ran_out})
        after = a_destination(session, case_id, verdicts={Channel.CALL: ran_out}, value="+13365550103")
        an_attempt(session, case_id, before.id, hours=48)
        an_attempt(session, case_id, after.id, hours=3)

    assert facts(vault, case_id).asked_once == {after.id}


def test_the_request_for_this_very_way_is_passed_on(vault: Vault) -> None:
    with vault.writing() as session:
        case_id = a_case(session)
        one, other = a_destination(session, case_id), a_destination(session, case_id)
        for way, minutes in ((one, 30), (other, 10)):
            record_request(session, case_id, a_request(way.id, minutes=minutes), now=NOW)

    assert facts(vault, case_id, destination_id=one.id, channel=Channel.CALL).request.destination_id == one.id
    assert facts(vault, case_id, destination_id=one.id, channel=Channel.TEXT).request.destination_id == other.id


def a_request(way_id, *, minutes: int) -> Request:
    return Request(
        channel=Channel.CALL,
        destination_id=way_id,
        what="call me back at noon",
        verified_how="live_call",
        asked_at=NOW - timedelta(minutes=minutes),
        expires_at=NOW + timedelta(hours=2),
        by=WORKER,
    )


def test_an_approval_counts_until_its_end(vault: Vault) -> None:
    def approved(until: timedelta) -> Approved:
        at = NOW - timedelta(hours=2)
        return Approved("first_contact", str(WORKER), at.isoformat(), (NOW + until).isoformat())

    with vault.writing() as session:
        live, ended = a_case(session), a_case(session)
        cases.approve(session, live, approved(timedelta(hours=1)), because="on call, level A", now=NOW)
        cases.approve(session, ended, approved(timedelta(hours=-1)), because="on call", now=NOW)

    assert {each.approval for each in facts(vault, live).approvals} == {Approval.FIRST_CONTACT}
    assert facts(vault, ended).approvals == frozenset()


def test_no_facts_are_made_up_for_a_case_that_does_not_exist(sqlite_vault: Vault) -> None:
    with pytest.raises(NoSuchRecord):
        facts(sqlite_vault, uuid4())


def test_a_case_without_particulars_is_no_adult_and_is_not_shown(sqlite_vault: Vault) -> None:
    with sqlite_vault.writing() as session:
        case_id = cases.open_case(
            session,
            jurisdiction="x",
            protocol_digest=a_protocol_text(session),
            standing=Standing(),
            opened_on=NOW.date(),
        )
        audit.record(session, action="case.open", by=WORKER, cases=[case_id], now=NOW)

    assert not facts(sqlite_vault, case_id).is_adult
    with sqlite_vault.writing() as session, pytest.raises(NoSuchRecord):
        people.read(session, case_id, by=WORKER, now=NOW)
