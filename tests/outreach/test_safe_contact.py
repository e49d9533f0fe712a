"""The gate says no until something she or a person said makes it yes; every boundary of the rules."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from gate_builders import (
    AT,
    SHE,
    a_phone,
    a_place,
    a_request,
    a_verdict,
    an_address,
    an_unchecked_phone,
    another_id,
    some_facts,
)

from outreach.safe_contact import (
    Allowed,
    Approval,
    CaseFacts,
    Decision,
    Destination,
    Held,
    NotFromTheGate,
    Reason,
    Refused,
    Window,
    may_contact,
)
from outreach.terms import Channel, ContentLevel, DestinationKind, Level, Verdict, VerdictSource

CALL, VOICEMAIL, TEXT, LETTER, MEETING = Channel
NONE, NEUTRAL, NAMED = ContentLevel
MINUTE = timedelta(minutes=1)
ONE_TICK = timedelta(microseconds=1)


def ask(
    destination: Destination,
    channel: Channel,
    content: ContentLevel = NEUTRAL,
    *,
    at: datetime = AT,
    facts: CaseFacts | None = None,
) -> Decision:
    return may_contact(destination, channel, content, at=at, facts=facts or some_facts())


def reason(*args, **kwargs) -> Reason:
    return ask(*args, **kwargs).reason


def is_allowed(*args, **kwargs) -> bool:
    return isinstance(ask(*args, **kwargs), Allowed)


def where(channel: Channel) -> Destination:
    return {CALL: a_phone, VOICEMAIL: a_phone, TEXT: a_phone, LETTER: an_address, MEETING: a_place}[channel]()


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


# --- voicemail and who shares


@pytest.mark.req("22")
@pytest.mark.parametrize("may_leave", [None, False])
def test_no_message_is_left_unless_she_said_so(may_leave):
    assert reason(a_phone(may_leave_message=may_leave), VOICEMAIL) is Reason.NO_MESSAGE
    assert is_allowed(a_phone(may_leave_message=may_leave), CALL)


def test_no_message_is_left_where_others_who_hear_it_are_a_danger():
    assert reason(a_phone(safe_with_others=Verdict.UNSAFE), VOICEMAIL) is Reason.OTHERS_MAY_HEAR


def test_no_message_is_left_where_calling_is_unsafe():
    phone = a_phone(verdicts={CALL: a_verdict(Verdict.UNSAFE), VOICEMAIL: a_verdict()})
    assert ask(phone, VOICEMAIL) == Refused(Reason.UNSAFE)


@pytest.mark.req("45")
@pytest.mark.parametrize("how", ["marked", "named by an event"])
def test_the_partners_own_number_is_asked_about_first_but_a_live_call_stays(how):
    phone = a_phone(shared_with_offender=how == "marked")
    facts = some_facts(offender_phones=frozenset({phone.value}) if how != "marked" else frozenset())
    assert reason(phone, TEXT, facts=facts) is reason(phone, VOICEMAIL, facts=facts) is Reason.PARTNER_MAY_SEE
    call = ask(phone, CALL, facts=facts)
    assert isinstance(call, Allowed)
    assert call.reason is Reason.PARTNER_MAY_ANSWER
    cleared = replace(phone, proximity_cleared_at=AT - timedelta(days=1))
    assert is_allowed(cleared, TEXT, facts=facts)
    asked = replace(facts, request=a_request(TEXT))
    assert is_allowed(phone, TEXT, facts=asked)


@pytest.mark.req("45")
def test_the_partners_address_is_found_behind_another_spelling():
    facts = some_facts(offender_addresses=frozenset({"12 Oak St.\nHigh Point, NC 27262"}))
    assert reason(an_address(), LETTER, facts=facts) is Reason.PARTNER_MAY_SEE


# --- the first contact

FIRST = frozenset({Approval.FIRST_CONTACT})


@pytest.mark.req("27")
def test_the_first_call_to_an_unchecked_number_needs_a_persons_decision():
    phone = an_unchecked_phone()
    new = some_facts(first_contact_done=False)
    assert ask(phone, CALL, facts=new) == Held(Reason.FIRST_CONTACT_DECISION)
    decided = replace(new, approvals=FIRST)
    call = ask(phone, CALL, facts=decided)
    assert isinstance(call, Allowed)
    assert (call.reason, call.content) == (Reason.FIRST_CONTACT, NEUTRAL)
    assert reason(phone, CALL, NAMED, facts=decided) is Reason.TOO_MUCH_SAID
    assert not is_allowed(phone, VOICEMAIL, facts=decided)
    assert not is_allowed(phone, TEXT, facts=decided)


@pytest.mark.req("27")
@pytest.mark.parametrize(
    ("local", "allowed"),
    [
        ("2026-11-24T08:59", False),
        ("2026-11-24T09:00", True),
        ("2026-11-24T14:59", True),
        ("2026-11-24T15:00", False),
        ("2026-11-28T10:00", False),
    ],
)
def test_the_first_call_is_made_on_weekdays_from_nine_to_three(local, allowed):
    facts = some_facts(first_contact_done=False, approvals=FIRST)
    at = datetime.fromisoformat(f"{local}-05:00")
    assert is_allowed(an_unchecked_phone(), CALL, at=at, facts=facts) is allowed


@pytest.mark.req("27")
def test_one_first_call_is_made_and_a_shared_number_needs_a_second_thought():
    phone = an_unchecked_phone()
    facts = some_facts(first_contact_done=False, approvals=FIRST)
    assert reason(phone, CALL, facts=replace(facts, asked_once=frozenset({SHE}))) is Reason.FIRST_CALL_MADE
    named_as_his = replace(facts, offender_phones=frozenset({phone.value}))
    assert reason(phone, CALL, facts=named_as_his) is Reason.SHARED_FIRST_CALL
    seen = replace(named_as_his, approvals=FIRST | {Approval.SHARED_PHONE_CALL})
    assert is_allowed(phone, CALL, facts=seen)


@pytest.mark.req("27")
def test_at_level_a_the_hours_do_not_bind_where_the_officer_noted_a_yes_and_on_call_decided():
    on_scene = a_phone(a_verdict(source=VerdictSource.ON_SCENE, days_old=0.1), windows=())
    night = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
    facts = some_facts(first_contact_done=False, level=Level.A, approvals=FIRST)
    assert is_allowed(on_scene, CALL, at=night, facts=facts)
    assert not is_allowed(on_scene, CALL, at=night, facts=replace(facts, level=Level.B))
    assert not is_allowed(on_scene, CALL, at=night, facts=replace(facts, approvals=frozenset()))
    assert not is_allowed(an_unchecked_phone(), CALL, at=night, facts=facts)
    she_named_hours = replace(on_scene, windows=(Window((0, 1, 2, 3, 4), time(9), time(12)),))
    assert not is_allowed(she_named_hours, CALL, at=night, facts=facts)


@pytest.mark.req("27")
def test_at_level_a_the_hold_outside_our_hours_says_that_a_person_may_decide_to_call_now():
    on_scene = a_phone(a_verdict(source=VerdictSource.ON_SCENE, days_old=0.1), windows=())
    night = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
    facts = some_facts(first_contact_done=False, level=Level.A)
    assert reason(on_scene, CALL, at=night, facts=facts) is Reason.LEVEL_A_DECISION
    assert ask(on_scene, CALL, at=night, facts=facts).opens_at == datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
    assert reason(on_scene, CALL, at=night, facts=replace(facts, level=Level.B)) is Reason.OUTSIDE_HOURS


@pytest.mark.req("27")
def test_at_level_a_news_after_the_officers_yes_does_not_put_off_the_call_until_the_morning():
    on_scene = a_phone(a_verdict(source=VerdictSource.ON_SCENE, days_old=0.1), windows=())
    night = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
    facts = some_facts(first_contact_done=False, level=Level.A, approvals=FIRST, last_event_at=night)
    assert ask(on_scene, CALL, at=night, facts=facts).reason is Reason.ASK_AFTER_EVENT
    assert reason(on_scene, CALL, at=night, facts=replace(facts, approvals=frozenset())) is Reason.LEVEL_A_DECISION


@pytest.mark.req("27")
def test_a_first_meeting_in_court_needs_a_persons_decision():
    court = a_place(verdicts={})
    facts = some_facts(first_contact_done=False)
    assert reason(court, MEETING, facts=facts) is Reason.FIRST_CONTACT_DECISION
    assert is_allowed(court, MEETING, facts=replace(facts, approvals=FIRST))


# --- texts


@pytest.mark.req("29")
@pytest.mark.parametrize("consent_at", [None, AT + MINUTE])
def test_no_text_leaves_without_her_confirmed_yes(consent_at):
    phone = a_phone(text_consent_at=consent_at)
    assert reason(phone, TEXT) is Reason.NO_TEXT_CONSENT
    assert reason(phone, TEXT, facts=some_facts(request=a_request(TEXT))) is Reason.NO_TEXT_CONSENT


@pytest.mark.req("29")
def test_no_text_leaves_on_an_officers_word():
    assert reason(a_phone(a_verdict(source=VerdictSource.ON_SCENE)), TEXT) is Reason.NOT_HER_OWN_WORD


@pytest.mark.req("43a")
@pytest.mark.parametrize("counts", [{"texts_in_24h": 1}, {"texts_in_7d": 3}])
def test_texts_keep_to_their_caps_unless_a_reason_is_noted(counts):
    assert reason(a_phone(), TEXT, facts=some_facts(**counts)) is Reason.TEXT_CAP
    assert is_allowed(a_phone(), TEXT, facts=some_facts(approvals=frozenset({Approval.MORE_TEXTS}), **counts))
    assert is_allowed(a_phone(), TEXT, facts=some_facts(request=a_request(TEXT), **counts))


def test_two_texts_in_a_week_leave_room_for_a_third():
    assert is_allowed(a_phone(), TEXT, facts=some_facts(texts_in_7d=2))


@pytest.mark.parametrize("channel", [TEXT, VOICEMAIL])
def test_a_text_or_message_never_names(channel):
    assert reason(a_phone(), channel, NAMED) is Reason.TOO_MUCH_SAID
    assert reason(a_phone(), channel, NAMED, facts=some_facts(request=a_request(channel))) is Reason.TOO_MUCH_SAID


# --- letters

BOTH = frozenset({Approval.COLD_MAIL, Approval.COLD_MAIL_SECOND_PERSON})


@pytest.mark.req("44")
def test_a_cold_letter_needs_a_reason_and_a_second_person():
    address = an_address(a_verdict(Verdict.UNKNOWN))
    for one in BOTH:
        assert reason(address, LETTER, facts=some_facts(approvals=frozenset({one}))) is Reason.COLD_MAIL_DECISION
    cold = ask(address, LETTER, facts=some_facts(approvals=BOTH))
    assert isinstance(cold, Allowed)
    assert reason(address, LETTER, NAMED, facts=some_facts(approvals=BOTH)) is Reason.TOO_MUCH_SAID
    unsafe = an_address(a_verdict(Verdict.UNSAFE))
    assert ask(unsafe, LETTER, facts=some_facts(approvals=BOTH)) == Refused(Reason.UNSAFE)


@pytest.mark.req("47")
def test_a_letter_may_name_only_where_the_name_to_use_is_known_and_nobody_unsafe_opens_it():
    assert is_allowed(an_address(), LETTER, NAMED)
    assert reason(an_address(name_to_use=""), LETTER, NAMED) is Reason.NAME_NOT_KNOWN
    assert reason(an_address(safe_with_others=Verdict.UNSAFE), LETTER, NAMED) is Reason.TOO_MUCH_SAID


@pytest.mark.req("27")
@pytest.mark.parametrize(
    ("his_letter_on", "allowed"),
    [
        (date(2026, 11, 17), True),
        (date(2026, 11, 18), False),
        (date(2026, 11, 24), False),
        (date(2026, 12, 1), False),
        (date(2026, 12, 2), True),
    ],
)
def test_no_letter_within_five_mail_days_of_the_offenders(his_letter_on, allowed):
    # 26 November 2026 is Thanksgiving: no mail.
    facts = some_facts(offender_letter_on=his_letter_on)
    assert is_allowed(an_address(), LETTER, facts=facts) is allowed


@pytest.mark.req("46")
@pytest.mark.parametrize(
    ("his_letter_on", "allowed"),
    [(date(2026, 12, 2), False), (date(2026, 12, 7), False), (date(2026, 12, 8), True)],
)
def test_forwarded_mail_that_would_come_beside_the_offenders_letter_waits(his_letter_on, allowed):
    facts = some_facts(offender_letter_on=his_letter_on)
    assert is_allowed(an_address(), LETTER, facts=facts)
    assert is_allowed(an_address(is_substitute_address=True), LETTER, facts=facts) is allowed


def test_a_held_letter_says_on_which_day_it_may_leave():
    facts = some_facts(offender_letter_on=date(2026, 11, 18))
    assert ask(an_address(), LETTER, facts=facts) == Held(
        Reason.OFFENDERS_LETTER, datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
    )


@pytest.mark.req("20b")
def test_mail_is_off_while_she_may_be_under_age():
    assert ask(an_address(), LETTER, facts=some_facts(is_adult=False)) == Refused(Reason.UNDER_AGE_MAIL)


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
