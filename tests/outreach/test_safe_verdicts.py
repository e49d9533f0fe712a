"""How long what she said carries, and the hours she named."""

from datetime import UTC, datetime, time, timedelta

import pytest
from gate_asking import CALL, LETTER, MEETING, MINUTE, TEXT, VOICEMAIL, ask, is_allowed, reason
from gate_builders import (
    AT,
    SHE,
    a_phone,
    a_place,
    a_verdict,
    an_address,
    some_facts,
)

from outreach.safe_contact import (
    Approval,
    Held,
    Reason,
    Refused,
    Window,
)
from outreach.terms import VerdictSource

# --- verdicts and their age


@pytest.mark.req("23")
@pytest.mark.parametrize(
    ("source", "days"),
    [(VerdictSource.VICTIM, 30), (VerdictSource.ADVOCATE, 30), (VerdictSource.ON_SCENE, 14)],
)
@pytest.mark.parametrize("channel", [CALL, VOICEMAIL])
def test_a_yes_holds_to_its_last_moment_and_no_longer(source, days, channel):
    at = AT + timedelta(minutes=30)
    fresh = a_phone(a_verdict(source=source, days_old=days, at=at + MINUTE))
    stale = a_phone(a_verdict(source=source, days_old=days, at=at))
    assert is_allowed(fresh, channel, at=at)
    assert ask(fresh, channel, at=at).until == at + MINUTE
    assert reason(stale, VOICEMAIL, at=at) in {Reason.EXPIRED, Reason.EXPIRED_LONG_AGO, Reason.OFFICERS_NOTE_EXPIRED}


@pytest.mark.req("S-14")
@pytest.mark.parametrize(("days", "allowed"), [(44.9, True), (45, False), (46, False)])
def test_a_phone_is_trusted_45_days_from_the_last_live_contact_on_it(days, allowed):
    phone = a_phone(last_live_contact_at=AT - timedelta(days=days))
    assert is_allowed(phone, TEXT) is allowed


@pytest.mark.req("23")
@pytest.mark.parametrize(("days", "why"), [(30, Reason.ASK_IF_STILL_OK), (89.8, Reason.ASK_IF_STILL_OK)])
def test_an_old_yes_of_her_own_leaves_one_call_that_asks(days, why):
    phone = a_phone(a_verdict(days_old=days))
    assert reason(phone, CALL) is why
    assert reason(phone, TEXT) is reason(phone, VOICEMAIL) is Reason.EXPIRED
    assert reason(phone, CALL, facts=some_facts(asked_once=frozenset({SHE}))) is Reason.ASKED_ALREADY
    assert reason(phone, CALL, at=AT + timedelta(hours=4)) is Reason.OUTSIDE_HOURS


@pytest.mark.req("23")
def test_after_sixty_days_more_or_from_others_an_old_yes_is_no():
    assert ask(a_phone(a_verdict(days_old=90)), CALL) == Held(Reason.EXPIRED_LONG_AGO)
    officers = a_phone(a_verdict(days_old=14, source=VerdictSource.ON_SCENE))
    assert ask(officers, CALL) == Held(Reason.OFFICERS_NOTE_EXPIRED)
    advocates = a_phone(a_verdict(days_old=30, source=VerdictSource.ADVOCATE))
    assert ask(advocates, CALL) == Held(Reason.EXPIRED_LONG_AGO)


def test_a_yes_from_the_future_is_no_yes():
    assert reason(a_phone(a_verdict(days_old=-1)), TEXT) is Reason.NOT_KNOWN_SAFE


@pytest.mark.req("22a")
def test_any_new_event_turns_a_yes_into_ask_first():
    facts = some_facts(last_event_at=AT - timedelta(days=1))
    assert reason(a_phone(), TEXT, facts=facts) is reason(a_phone(), VOICEMAIL, facts=facts) is Reason.NEW_EVENT
    assert reason(a_phone(), CALL, facts=facts) is Reason.ASK_AFTER_EVENT
    assert reason(an_address(), LETTER, facts=facts) is Reason.COLD_MAIL_DECISION
    assert reason(a_place(), MEETING, facts=facts) is Reason.NEW_EVENT
    older = some_facts(last_event_at=AT - timedelta(days=3))
    assert is_allowed(a_phone(), TEXT, facts=older)


@pytest.mark.req("22a")
def test_a_condition_is_checked_by_a_person_before_anything_is_left_behind():
    phone = a_phone(a_verdict(condition="only while the partner is in jail"))
    assert reason(phone, TEXT) is reason(phone, VOICEMAIL) is Reason.CONDITION
    assert reason(phone, CALL) is Reason.CHECK_CONDITION
    assert is_allowed(phone, TEXT, facts=some_facts(approvals=frozenset({Approval.CONDITION_HOLDS})))


# --- hours


@pytest.mark.req("22")
@pytest.mark.parametrize(
    ("clock", "allowed"),
    [("08:59:59", False), ("09:00:00", True), ("11:59:59", True), ("12:00:00", False)],
)
def test_hours_begin_and_end_to_the_second(clock, allowed):
    at = datetime.fromisoformat(f"2026-11-24T{clock}-05:00")
    for channel in (CALL, VOICEMAIL, TEXT):
        assert is_allowed(a_phone(), channel, at=at) is allowed


def test_a_text_outside_her_hours_says_when_they_open():
    friday_noon = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
    assert ask(a_phone(), TEXT, at=friday_noon) == Held(Reason.OUTSIDE_HOURS, datetime(2026, 11, 30, 14, 0, tzinfo=UTC))


def test_a_text_without_hours_of_hers_is_held_and_a_call_keeps_to_ours():
    phone = a_phone(windows=())
    assert reason(phone, TEXT) is Reason.NO_HOURS
    assert is_allowed(phone, CALL)
    assert reason(phone, CALL, at=datetime(2026, 11, 24, 20, 0, tzinfo=UTC)) is Reason.OUTSIDE_HOURS


def test_hours_over_midnight_belong_to_the_day_they_begin():
    phone = a_phone(windows=(Window((1,), time(22), time(2)),))
    assert is_allowed(phone, CALL, at=datetime.fromisoformat("2026-11-25T01:59-05:00"))
    assert not is_allowed(phone, CALL, at=datetime.fromisoformat("2026-11-25T02:00-05:00"))
    assert not is_allowed(phone, CALL, at=datetime.fromisoformat("2026-11-24T01:00-05:00"))


def test_an_unknown_zone_closes_the_gate():
    assert ask(a_phone(), CALL, facts=some_facts(zone="Mars/Olympus")) == Refused(Reason.CANNOT_TELL)
