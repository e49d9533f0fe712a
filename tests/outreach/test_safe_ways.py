"""The rule of each way: calls and messages, first contact, texts, letters, her own page."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from gate_asking import (
    CALL,
    LETTER,
    MEETING,
    MINUTE,
    NAMED,
    NEUTRAL,
    PAGE,
    TEXT,
    VOICEMAIL,
    ask,
    is_allowed,
    reason,
)
from gate_builders import (
    AT,
    SHE,
    a_page,
    a_phone,
    a_place,
    a_request,
    a_verdict,
    an_address,
    an_unchecked_phone,
    given,
    his,
    some_facts,
)

from outreach.safe_contact import (
    Allowed,
    Approval,
    Held,
    Reason,
    Refused,
    Window,
)
from outreach.terms import Level, Verdict, VerdictSource

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
    facts = some_facts(near=his(phone.value) if how != "marked" else his())
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
    facts = some_facts(near=his("12 Oak St.\nHigh Point, NC 27262"))
    assert reason(an_address(), LETTER, facts=facts) is Reason.PARTNER_MAY_SEE


# --- the first contact

FIRST = given(Approval.FIRST_CONTACT)


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
    named_as_his = replace(facts, near=his(phone.value))
    assert reason(phone, CALL, facts=named_as_his) is Reason.SHARED_FIRST_CALL
    seen = replace(named_as_his, approvals=FIRST | given(Approval.SHARED_PHONE_CALL))
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


@pytest.mark.req("44")
@pytest.mark.parametrize(("before", "allowed"), [(timedelta(0), True), (timedelta(seconds=1), False)])
def test_what_two_people_decided_of_cold_mail_does_not_outlive_the_next_event(before, allowed):
    address, news = an_address(a_verdict(Verdict.UNKNOWN)), AT - timedelta(hours=2)
    for older in BOTH:
        approvals = given(older, at=news - before) | given(*BOTH - {older}, at=AT)
        facts = some_facts(approvals=approvals, last_event_at=news)
        assert isinstance(ask(address, LETTER, facts=facts), Allowed) is allowed


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
    facts = some_facts(offender_letters=(his_letter_on,))
    assert is_allowed(an_address(), LETTER, facts=facts) is allowed


@pytest.mark.req("46")
@pytest.mark.parametrize(
    ("his_letter_on", "allowed"),
    [(date(2026, 12, 2), False), (date(2026, 12, 7), False), (date(2026, 12, 8), True)],
)
def test_forwarded_mail_that_would_come_beside_the_offenders_letter_waits(his_letter_on, allowed):
    facts = some_facts(offender_letters=(his_letter_on,))
    assert is_allowed(an_address(), LETTER, facts=facts)
    assert is_allowed(an_address(is_substitute_address=True), LETTER, facts=facts) is allowed


@pytest.mark.req("27")
def test_the_days_around_every_letter_of_his_count_and_those_that_meet_end_together():
    early, late = date(2026, 11, 18), date(2026, 11, 28)
    far = date(2026, 12, 28)
    for days in [(early, far), (far, early), (early,)]:
        facts = some_facts(offender_letters=tuple(sorted(days)))
        assert reason(an_address(), LETTER, facts=facts) is Reason.OFFENDERS_LETTER
    both = ask(an_address(), LETTER, facts=some_facts(offender_letters=(early, late)))
    assert both == Held(Reason.OFFENDERS_LETTER, datetime(2026, 12, 5, 5, 0, tzinfo=UTC))


def test_a_held_letter_says_on_which_day_it_may_leave():
    facts = some_facts(offender_letters=(date(2026, 11, 18),))
    assert ask(an_address(), LETTER, facts=facts) == Held(
        Reason.OFFENDERS_LETTER, datetime(2026, 11, 25, 5, 0, tzinfo=UTC)
    )


@pytest.mark.req("20b")
def test_mail_is_off_while_she_may_be_under_age():
    assert ask(an_address(), LETTER, facts=some_facts(is_adult=False)) == Refused(Reason.UNDER_AGE_MAIL)


# --- her own page


@pytest.mark.req("21")
def test_her_page_says_little_and_keeps_to_no_hours_caps_or_tries():
    night = AT + timedelta(hours=12)
    facts = some_facts(attempts_today=9, attempts_for_event=9, texts_in_24h=9)
    assert is_allowed(a_page(), PAGE, at=night, facts=facts)
    assert reason(a_page(), PAGE, NAMED, facts=facts) is Reason.TOO_MUCH_SAID


@pytest.mark.req("62")
def test_her_page_shows_nothing_before_she_was_spoken_with_and_opened_it_herself():
    assert reason(a_page(), PAGE, facts=some_facts(first_contact_done=False)) is Reason.PAGE_NOT_OPENED
    assert reason(a_page(verdicts={}), PAGE) is Reason.PAGE_NOT_OPENED
    for source in (VerdictSource.ON_SCENE, VerdictSource.ADVOCATE):
        assert reason(a_page(a_verdict(source=source)), PAGE) is Reason.PAGE_NOT_OPENED


@pytest.mark.req("62")
def test_with_her_code_word_her_page_may_show_what_is_hers():
    asked = some_facts(request=a_request(PAGE))
    assert is_allowed(a_page(), PAGE, NAMED, facts=asked)
    assert not is_allowed(a_page(compromised=True), PAGE, facts=asked)


def test_her_page_is_shut_where_the_device_is_shared_the_word_is_old_or_something_is_new():
    assert reason(a_page(shows_elsewhere=True), PAGE) is Reason.SHOWS_ELSEWHERE
    assert reason(a_page(shared_with_offender=True), PAGE) is Reason.PARTNER_MAY_SEE
    assert reason(a_page(a_verdict(days_old=31)), PAGE) is Reason.EXPIRED
    assert reason(a_page(), PAGE, facts=some_facts(last_event_at=AT)) is Reason.NEW_EVENT
