"""Requirement 11 at the gate: what a restricted case shuts, and what she may still ask for herself (rule zero)."""

from datetime import timedelta

import pytest
from gate_asking import CALL, TEXT, VOICEMAIL, ask, is_allowed, reason
from gate_builders import AT, a_phone, a_request, a_verdict, some_facts

from outreach.gate.reasons import REASONS
from outreach.safe_contact import Held, Reason, Refused
from outreach.terms import AccountHolder, VerdictSource

pytestmark = pytest.mark.req("11")

SHARED = (AccountHolder.PARTNERS, AccountHolder.SHARED)


@pytest.mark.parametrize("account", SHARED)
@pytest.mark.parametrize("channel", [CALL, VOICEMAIL, TEXT])
def test_a_phone_on_a_plan_the_partner_shares_is_shut_with_its_cause_and_mend(channel, account):
    phone = a_phone(account=account)

    refused = ask(phone, channel, facts=some_facts(restricted=True))

    assert refused == Refused(Reason.SHARED_PLAN)
    assert "shares the plan" in refused.cause
    assert "another phone" in refused.remedy
    assert reason(phone, channel, facts=some_facts()) is not Reason.SHARED_PLAN


@pytest.mark.parametrize("channel", [CALL, VOICEMAIL, TEXT])
def test_there_she_may_ask_for_a_live_call_and_for_nothing_that_stays(channel):
    asked = some_facts(restricted=True, request=a_request(channel, asked_at=AT - timedelta(minutes=5)))

    assert is_allowed(a_phone(account=AccountHolder.SHARED), channel, facts=asked) is (channel is CALL)


def test_her_request_never_beats_a_compromised_phone():
    asked = some_facts(restricted=True, request=a_request(CALL, asked_at=AT - timedelta(minutes=5)))

    assert reason(a_phone(account=AccountHolder.SHARED, compromised=True), CALL, facts=asked) is Reason.COMPROMISED


@pytest.mark.parametrize("channel", [VOICEMAIL, TEXT])
def test_while_nobody_knows_who_pays_for_a_phone_nothing_that_stays_goes_there(channel):
    assert ask(a_phone(), channel, facts=some_facts(restricted=True)) == Held(Reason.ACCOUNT_NOT_KNOWN)
    assert is_allowed(a_phone(account=AccountHolder.HERS), channel, facts=some_facts(restricted=True))


def test_what_she_said_herself_still_counts_and_what_an_officer_said_does_not():
    hers, his = a_verdict(), a_verdict(source=VerdictSource.ON_SCENE)
    restricted = some_facts(restricted=True)

    assert is_allowed(a_phone(hers, account=AccountHolder.HERS), CALL, facts=restricted)
    assert reason(a_phone(his, account=AccountHolder.HERS), CALL, facts=restricted) is Reason.NOT_KNOWN_SAFE


@pytest.mark.parametrize(("days", "counts"), [(-1, True), (1, False)])
def test_after_a_restriction_was_lifted_only_what_an_officer_said_since_counts(days, counts):
    phone = a_phone(a_verdict(source=VerdictSource.ON_SCENE, days_old=3))
    facts = some_facts(restriction_lifted_at=AT - timedelta(days=3 - days))

    assert is_allowed(phone, CALL, facts=facts) is counts


def test_an_unknown_answer_about_a_restriction_is_a_restriction():
    phone = a_phone(account=AccountHolder.SHARED)
    assert reason(phone, CALL, facts=some_facts(restricted=None)) is Reason.SHARED_PLAN
    assert REASONS[Reason.SHARED_PLAN].remedy
