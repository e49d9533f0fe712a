"""E-mail, relay and video phone are ways too: shut until she said yes, and saying no more than who listens may hear."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from gate_asking import CALL, EMAIL, NAMED, NEUTRAL, TEXT, VOICEMAIL, ask, is_allowed, reason
from gate_builders import AT, SHE, a_phone, a_request, a_verdict, an_email, another_id, his, some_facts

from outreach import safe_contact
from outreach.attempts.limits import is_varied
from outreach.attempts.outcomes import Tried, effects_of
from outreach.gate.answers import Refused
from outreach.protocols.steps import Step
from outreach.proximity import PartnersPlaces, shared_by_mark
from outreach.reaching.destination_boxes import destination_from, kept_from
from outreach.reaching.email_addresses import mailbox, read_email
from outreach.reaching.next_way import SafestWay, next_way
from outreach.safe_contact import Approval, Reason
from outreach.terms import AccountHolder, DestinationKind, Outcome, ReachedBy, Verdict, VerdictSource

RELAY, VIDEO = {"reached_by": ReachedBy.RELAY}, {"reached_by": ReachedBy.VIDEO}

# E-mail: default deny


@pytest.mark.req("82")
@pytest.mark.req("21")
def test_an_email_opens_on_her_own_word_to_an_address_she_confirmed_and_says_little():
    assert is_allowed(an_email(), EMAIL, NEUTRAL)
    assert reason(an_email(), EMAIL, NAMED) is Reason.TOO_MUCH_SAID


@pytest.mark.req("21")
@pytest.mark.req("27")
@pytest.mark.parametrize(
    ("way", "facts", "why"),
    [
        ({"verdicts": {}}, {}, Reason.NOT_KNOWN_SAFE),
        ({"confirmed_at": None}, {}, Reason.EMAIL_NOT_CONFIRMED),
        ({"confirmed_at": AT + timedelta(seconds=1)}, {}, Reason.EMAIL_NOT_CONFIRMED),
        ({"verdicts": {EMAIL: a_verdict(source=VerdictSource.ON_SCENE)}}, {}, Reason.EMAIL_NOT_HER_WORD),
        ({"verdicts": {EMAIL: a_verdict(source=VerdictSource.ADVOCATE)}}, {}, Reason.EMAIL_NOT_HER_WORD),
        ({"verdicts": {EMAIL: a_verdict(Verdict.UNSAFE)}}, {"request": a_request(EMAIL)}, Reason.UNSAFE),
        ({"verdicts": {EMAIL: a_verdict(days_old=31)}}, {}, Reason.EXPIRED),
        ({"verdicts": {EMAIL: a_verdict(condition="only at work")}}, {}, Reason.CONDITION),
        ({"compromised": True}, {"request": a_request(EMAIL)}, Reason.COMPROMISED),
        ({"shows_elsewhere": True}, {}, Reason.SHOWS_ELSEWHERE),
        ({"account": AccountHolder.PARTNERS}, {}, Reason.PARTNERS_ACCOUNT),
        ({"who_else": "her mother", "safe_with_others": Verdict.UNSAFE}, {}, Reason.OTHERS_MAY_SEE),
        ({}, {"first_contact_done": False}, Reason.FIRST_CONTACT_LIVE_ONLY),
        ({}, {"last_event_at": AT - timedelta(hours=1)}, Reason.NEW_EVENT),
        ({}, {"paused": True}, Reason.PAUSED),
        ({}, {"is_adult": False}, Reason.UNDER_AGE_MAIL),
        ({}, {"attempts_today": 1}, Reason.ATTEMPTS_TODAY),
    ],
)
def test_an_email_is_shut_with_its_reason(way, facts, why):
    assert reason(an_email(**way), EMAIL, facts=some_facts(**facts)) is why


@pytest.mark.req("22")
def test_without_hours_of_hers_an_email_keeps_to_our_hours():
    assert reason(an_email(), EMAIL, at=AT + timedelta(hours=9)) is Reason.OUTSIDE_HOURS


def stays_shut_until_she_confirms_the_address(at=AT) -> None:
    unread, asked = an_email(confirmed_at=None), some_facts(request=a_request(EMAIL))
    assert reason(unread, EMAIL, facts=asked) is Reason.EMAIL_NOT_CONFIRMED
    assert reason(replace(unread, confirmed_at=at), EMAIL, facts=asked) is Reason.SHE_ASKED


@pytest.mark.req("27")
def test_not_even_a_request_of_hers_opens_an_address_that_nobody_read_back():
    stays_shut_until_she_confirms_the_address()


def test_planted_email_to_an_unverified_address_is_caught(monkeypatch):
    monkeypatch.setattr(safe_contact, "_is_confirmed", lambda _: True)
    with pytest.raises(AssertionError):
        stays_shut_until_she_confirms_the_address()


# The partner near it


@pytest.mark.req("45")
def test_a_mailbox_the_partner_gets_into_is_asked_about_and_no_advocate_decides_for_her():
    shared = an_email(shared_with_offender=True)
    decided = some_facts(approvals={Approval.PARTNER_WILL_NOT_SEE})
    assert reason(shared, EMAIL, facts=decided) is Reason.PARTNER_MAY_SEE
    assert is_allowed(replace(shared, proximity_cleared_at=AT), EMAIL, facts=decided)
    assert is_allowed(a_phone(shared_with_offender=True), TEXT, facts=decided)


@pytest.mark.req("45")
@pytest.mark.parametrize("spelled", ["MariaOrtiz@googlemail.com", "maria.ortiz+books@gmail.com"])
def test_a_mailbox_shared_once_is_known_again_in_another_spelling(spelled):
    once = an_email(id=another_id(), value="maria.ortiz@gmail.com", shared_marked_at=AT - timedelta(days=90))
    near = PartnersPlaces.of(shared_by_mark([once]))
    assert reason(an_email(value=spelled), EMAIL, facts=some_facts(near=near)) is Reason.PARTNER_MAY_SEE
    assert is_allowed(an_email(value="m.ortiz@example.org"), EMAIL, facts=some_facts(near=near))
    assert is_allowed(an_email(), EMAIL, facts=some_facts(near=his(a_phone().value)))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (" Maria.Ortiz@Example.ORG ", "maria.ortiz@example.org"),
        ("maria@example", None),
        ("mailto:maria@example.org", None),
        ("Maria <maria@example.org>", None),
        ("maria@example.org, jo@example.org", None),
        ("m\u0430ria@example.org", None),
        ("maria..o@example.org", None),
        ("@example.org", None),
        ("", None),
    ],
)
def test_one_plain_address_is_read_and_nothing_else(typed, read):
    assert read_email(typed) == read


def test_only_where_dots_do_not_count_are_they_left_out():
    assert mailbox("A.B+c@gmail.com") == "ab@gmail.com"
    assert mailbox("A.B+c@example.org") == "a.b@example.org"


# Relay and video phone


def leaves_no_message(way: dict[str, ReachedBy]) -> None:
    phone, asked = a_phone(**way), some_facts(request=a_request(VOICEMAIL))
    assert ask(phone, VOICEMAIL) == ask(phone, VOICEMAIL, facts=asked) == Refused(Reason.NO_MESSAGE_THERE)


@pytest.mark.req("82")
@pytest.mark.req("22")
@pytest.mark.parametrize("way", [RELAY, VIDEO])
def test_no_message_is_ever_left_by_relay_or_on_a_video_phone(way):
    leaves_no_message(way)
    assert is_allowed(a_phone(), VOICEMAIL)


def test_planted_message_on_a_video_phone_is_caught(monkeypatch):
    real: Callable = safe_contact._stop
    forgetful = {Reason.NO_MESSAGE_THERE}
    monkeypatch.setattr(safe_contact, "_stop", lambda q: None if real(q) in forgetful else real(q))
    with pytest.raises(AssertionError):
        leaves_no_message(VIDEO)


@pytest.mark.req("82")
@pytest.mark.parametrize("way", [RELAY, VIDEO])
def test_while_somebody_in_between_hears_it_a_call_says_no_details_unless_she_said_so(way):
    overheard, agreed = a_phone(**way), a_phone(**way, operator_may_hear=True)
    assert reason(overheard, CALL) is Reason.OPERATOR_HEARS
    assert reason(overheard, CALL, NAMED) is Reason.TOO_MUCH_SAID
    assert reason(overheard, CALL, NAMED, facts=some_facts(request=a_request(CALL))) is Reason.TOO_MUCH_SAID
    assert is_allowed(agreed, CALL, NAMED)
    assert reason(a_phone(**way, operator_may_hear=False), CALL, NAMED) is Reason.TOO_MUCH_SAID


def test_a_relay_call_is_another_way_than_a_call_by_voice_when_tries_are_compared():
    by_voice = Tried(AT, CALL, Outcome.NO_ANSWER, SHE)
    assert not is_varied([by_voice, by_voice], zone="UTC").in_channel
    assert is_varied([by_voice, by_voice._replace(reached_by=ReachedBy.RELAY)], zone="UTC").in_channel


# What follows from a try, and what comes next


@pytest.mark.req("25")
def test_an_email_is_only_ever_the_last_to_be_proposed_and_never_where_she_must_be_told_live():
    held_phone = a_phone(id=another_id(), compromised=True)
    both = next_way([an_email(), a_phone()], at=AT, facts=some_facts())
    alone = next_way([an_email(), held_phone], at=AT, facts=some_facts())
    live = next_way([an_email()], at=AT, facts=some_facts(), channels=(CALL,))
    assert isinstance(both, SafestWay)
    assert both.channel is CALL
    assert isinstance(alone, SafestWay)
    assert alone.channel is EMAIL
    assert not isinstance(live, SafestWay)


@pytest.mark.parametrize("outcome", [Outcome.REACHED, Outcome.DECLINED])
def test_an_answer_by_email_could_be_anyones_and_ends_no_task(outcome):
    effects = effects_of(outcome, channel=EMAIL, step=Step.NOTICE_BEFORE_CALL_IN, kind=DestinationKind.EMAIL)
    assert [effects.completes, effects.first_contact_done, effects.is_live_contact] == [False] * 3


def test_an_email_that_came_back_shuts_that_address():
    effects = effects_of(Outcome.RETURNED_MAIL, channel=EMAIL, step=None, kind=DestinationKind.EMAIL)
    assert effects.unsafe_channels == (EMAIL,)


@pytest.mark.parametrize("way", [an_email(), a_phone(**VIDEO, operator_may_hear=False)])
def test_what_is_new_about_a_way_comes_back_out_of_its_box(way):
    assert destination_from(list(kept_from(way)), id=way.id, version=0) == way


def test_a_phone_that_was_sealed_before_relay_was_known_is_called_by_voice():
    old = list(kept_from(a_phone()))[:-4]
    assert destination_from(old, id=SHE, version=0) == a_phone()
