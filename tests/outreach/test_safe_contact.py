"""The gate says no until something she or a person said makes it yes; what stops everything; what she asks for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from gate_asking import (
    CALL,
    LETTER,
    MINUTE,
    NEUTRAL,
    NONE,
    ONE_TICK,
    TEXT,
    VOICEMAIL,
    ask,
    is_allowed,
    reason,
    where,
)
from gate_builders import (
    AT,
    SHE,
    a_phone,
    a_request,
    a_verdict,
    an_address,
    another_id,
    some_facts,
)

from outreach.safe_contact import (
    Allowed,
    Approval,
    Held,
    NotFromTheGate,
    Reason,
    Refused,
    may_contact,
)
from outreach.terms import Channel, DestinationKind, Level, Verdict


@pytest.mark.parametrize("channel", Channel)
def test_what_she_said_is_safe_is_allowed(channel):
    assert is_allowed(where(channel), channel)


@pytest.mark.req("21")
@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("verdict", [None, Verdict.UNKNOWN, Verdict.UNSAFE])
def test_a_way_she_did_not_say_is_safe_is_not(channel, verdict):
    verdicts = {} if verdict is None else {channel: a_verdict(verdict)}
    assert not is_allowed(replace(where(channel), verdicts=verdicts), channel)


@pytest.mark.parametrize("channel", Channel)
def test_a_yes_for_one_channel_is_no_yes_for_another(channel):
    others = {other: a_verdict() for other in Channel if other is not channel}
    assert not is_allowed(replace(where(channel), verdicts=others), channel)


def test_a_destination_can_not_carry_what_it_is_not_for():
    assert reason(a_phone(), LETTER) is Reason.WRONG_KIND
    assert reason(an_address(), TEXT) is Reason.WRONG_KIND


# --- what stops everything


@pytest.mark.req("26")
@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("is_asked", [False, True])
@pytest.mark.parametrize(
    ("stop", "why"),
    [
        ("paused", Reason.PAUSED),
        ("compromised", Reason.CASE_COMPROMISED),
        ("do_not_contact", Reason.DO_NOT_CONTACT),
        ("other_case_unreadable", Reason.OTHER_CASE_UNREADABLE),
    ],
)
def test_a_stop_of_the_case_stops_every_way_even_what_she_asked_for(channel, is_asked, stop, why):
    facts = some_facts(request=a_request(channel) if is_asked else None, approvals=frozenset(Approval), **{stop: True})
    assert ask(where(channel), channel, facts=facts) == Refused(why)


@pytest.mark.parametrize("channel", Channel)
def test_her_request_never_opens_a_compromised_destination(channel):
    facts = some_facts(request=a_request(channel))
    assert ask(replace(where(channel), compromised=True), channel, facts=facts) == Refused(Reason.COMPROMISED)


@pytest.mark.req("32")
def test_her_stop_ends_texts_there_and_nothing_else():
    facts = some_facts(suppressed=frozenset({SHE}), request=a_request(TEXT))
    assert ask(a_phone(), TEXT, facts=facts) == Refused(Reason.SUPPRESSED)
    assert is_allowed(a_phone(), CALL, facts=facts)
    assert is_allowed(a_phone(id=another_id()), TEXT, facts=some_facts(suppressed=frozenset({SHE})))


def test_a_way_marked_unsafe_stays_shut_to_her_request_until_the_mark_is_changed():
    phone = replace(a_phone(), verdicts={TEXT: a_verdict(Verdict.UNSAFE)})
    assert ask(phone, TEXT, facts=some_facts(request=a_request(TEXT))) == Refused(Reason.UNSAFE)


@pytest.mark.req("9")
def test_everything_waits_for_the_decision_on_a_match():
    facts = some_facts(match_pending=True, request=a_request(CALL))
    assert ask(a_phone(), CALL, facts=facts) == Held(Reason.MATCH_PENDING)


@pytest.mark.req("10")
def test_outreach_that_waits_for_a_supervisor_waits():
    assert reason(a_phone(), CALL, facts=some_facts(supervisor_hold=True)) is Reason.SUPERVISOR_HOLD
    approved = some_facts(supervisor_hold=True, approvals=frozenset({Approval.SUPERVISOR}))
    assert is_allowed(a_phone(), CALL, facts=approved)


@pytest.mark.req("17")
def test_when_she_will_contact_us_we_wait_unless_she_asks():
    assert reason(a_phone(), CALL, facts=some_facts(she_will_contact_us=True)) is Reason.SHE_WILL_CONTACT_US
    assert is_allowed(a_phone(), CALL, facts=some_facts(she_will_contact_us=True, request=a_request(CALL)))


# --- attempts


@pytest.mark.req("18")
@pytest.mark.parametrize(
    ("level", "made", "allowed"),
    [(Level.C, 0, True), (Level.C, 1, False), (Level.B, 1, True), (Level.A, 2, False), (None, 1, False)],
)
def test_calls_a_day_are_one_and_two_at_a_and_b(level, made, allowed):
    assert is_allowed(a_phone(), CALL, facts=some_facts(level=level, attempts_today=made)) is allowed


@pytest.mark.req("18")
def test_attempts_for_an_event_end_at_five_but_for_a_supervisors_reason():
    assert is_allowed(a_phone(), CALL, facts=some_facts(attempts_for_event=4))
    assert reason(a_phone(), CALL, facts=some_facts(attempts_for_event=5)) is Reason.ATTEMPTS_FOR_EVENT
    more = some_facts(attempts_for_event=5, approvals=frozenset({Approval.MORE_ATTEMPTS}))
    assert is_allowed(a_phone(), CALL, facts=more)


def test_enough_tries_for_today_opens_at_her_next_midnight():
    held = ask(a_phone(), CALL, facts=some_facts(attempts_today=1))
    assert held == Held(Reason.ATTEMPTS_TODAY, datetime(2026, 11, 25, 5, 0, tzinfo=UTC))


# --- rule zero


def test_what_she_asked_for_lifts_hours_caps_age_and_approvals():
    night = AT + timedelta(hours=7)
    facts = some_facts(
        attempts_today=9, attempts_for_event=9, texts_in_24h=9, supervisor_hold=True, first_contact_done=False
    )
    for channel in (CALL, VOICEMAIL, TEXT):
        asked = replace(facts, request=a_request(channel))
        answer = ask(a_phone(a_verdict(days_old=400)), channel, at=night, facts=asked)
        assert isinstance(answer, Allowed)
        assert answer.reason is Reason.SHE_ASKED


@pytest.mark.parametrize(
    "change",
    [
        {"channel": CALL},
        {"destination_id": another_id()},
        {"expires_at": AT},
        {"asked_at": AT + ONE_TICK},
        {"asked_at": AT - timedelta(days=30), "expires_at": AT + timedelta(days=1)},
        {"verified_how": "text_message"},
    ],
)
def test_a_request_opens_only_what_she_asked_while_it_lasts(change):
    facts = some_facts(texts_in_24h=9, request=replace(a_request(TEXT), **change))
    assert reason(a_phone(), TEXT, facts=facts) is Reason.TEXT_CAP


# --- what Allowed is


def test_leave_ends_at_the_earliest_of_five_minutes_hours_verdict_and_request():
    assert ask(a_phone(), TEXT).until == AT + 5 * MINUTE
    late = datetime(2026, 11, 24, 16, 58, tzinfo=UTC)
    assert ask(a_phone(), TEXT, at=late).until == late + 2 * MINUTE
    facts = some_facts(request=a_request(TEXT, expires_at=AT + MINUTE))
    assert ask(a_phone(), TEXT, facts=facts).until == AT + MINUTE


def test_leave_names_its_destination_and_channel():
    answer = ask(a_phone(), TEXT, NONE)
    assert isinstance(answer, Allowed)
    assert (answer.destination_id, answer.channel, answer.content) == (SHE, TEXT, NONE)


def test_leave_can_not_be_made_or_stretched_by_hand():
    with pytest.raises(NotFromTheGate):
        Allowed(destination_id=SHE, channel=TEXT, content=NONE, until=AT, reason=Reason.SAFE, made_by=object())
    with pytest.raises((TypeError, ValueError)):
        replace(ask(a_phone(), TEXT), until=AT + timedelta(days=1))


@pytest.mark.parametrize(
    "broken",
    [
        {"at": AT.replace(tzinfo=None)},
        {"destination": a_phone(verdicts=None)},
        {"destination": a_phone(kind="pigeon loft")},
        {"destination": a_phone(a_verdict(at=AT.replace(tzinfo=None)))},
        {"channel": "pigeon"},
        {"content_level": "everything"},
        {"facts": None},
        {"facts": some_facts(paused=None)},
        {"facts": some_facts(texts_in_24h=None)},
        {"facts": some_facts(policy=None)},
    ],
)
def test_whatever_can_not_be_weighed_is_refused(broken):
    question = {"destination": a_phone(), "channel": TEXT, "content_level": NEUTRAL, "at": AT, "facts": some_facts()}
    question |= broken
    answer = may_contact(
        question["destination"],
        question["channel"],
        question["content_level"],
        at=question["at"],
        facts=question["facts"],
    )
    assert isinstance(answer, Refused)


def test_kinds_carry_only_their_channels():
    carried = [channel for kind in DestinationKind for channel in kind.channels]
    assert sorted(carried) == sorted(Channel)
