"""What an outcome completes and changes, and how many tries there may be."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from gate_builders import AT, SHE

from outreach.attempts.outcomes import Counts, Effects, Tried, completes, counts, effects_of
from outreach.protocols.steps import STEPS, Step
from outreach.terms import Channel, DestinationKind, Outcome

EVENT = UUID(int=3)
HER_DECISIONS = (Outcome.DECLINED, Outcome.DO_NOT_CONTACT, Outcome.SHE_WILL_CONTACT_US)


def a_try(hours_ago: float = 1, channel: Channel = Channel.CALL, **said) -> Tried:
    said = {"destination_id": SHE, "event_id": EVENT, "outcome": Outcome.NO_ANSWER} | said
    return Tried(at=AT - timedelta(hours=hours_ago), channel=channel, **said)


def count(*tried: Tried) -> Counts:
    return counts(tried, at=AT, zone="America/New_York", event_id=EVENT)


@pytest.mark.req("17")
@pytest.mark.parametrize("outcome", HER_DECISIONS)
@pytest.mark.parametrize("step", [step for step in Step if STEPS[step].channels])
def test_her_decision_completes_every_step_that_asks_for_contact(outcome, step):
    assert completes(step, STEPS[step].channels[0], outcome)


@pytest.mark.req("17")
@pytest.mark.parametrize("outcome", Outcome)
def test_no_outcome_of_a_contact_settles_what_a_human_must_decide(outcome):
    assert not completes(Step.ACKNOWLEDGE_CANCEL, Channel.CALL, outcome)
    assert not completes(Step.DECIDE_MATCH, Channel.CALL, outcome)


def test_only_a_live_word_is_notice_before_a_call_in():
    assert completes(Step.NOTICE_BEFORE_CALL_IN, Channel.CALL, Outcome.REACHED)
    assert not completes(Step.NOTICE_BEFORE_CALL_IN, Channel.LETTER, Outcome.REACHED)
    assert not completes(Step.NOTICE_BEFORE_CALL_IN, Channel.TEXT, Outcome.REACHED)
    assert not completes(Step.NOTICE_BEFORE_CALL_IN, Channel.CALL, Outcome.NO_ANSWER)


def effects(outcome: Outcome, channel: Channel = Channel.CALL, kind: DestinationKind = DestinationKind.PHONE):
    return effects_of(outcome, channel=channel, step=Step.FIRST_CONTACT, kind=kind)


@pytest.mark.req("17")
def test_do_not_contact_ends_contact_and_asks_about_danger():
    found = effects(Outcome.DO_NOT_CONTACT)
    assert (found.do_not_contact, found.completes_all_contact, found.is_live_contact) == (True, True, True)
    assert "danger" in found.ask[0]


@pytest.mark.req("17")
def test_declining_help_ends_this_step_and_not_contact():
    found = effects(Outcome.DECLINED)
    assert (found.completes, found.completes_all_contact, found.do_not_contact) == (True, False, False)


def test_being_reached_live_is_first_contact_and_renews_the_number():
    found = effects(Outcome.REACHED)
    assert (found.completes, found.first_contact_done, found.is_live_contact) == (True, True, True)
    assert not effects(Outcome.REACHED, Channel.LETTER, DestinationKind.ADDRESS).first_contact_done


@pytest.mark.req("26")
@pytest.mark.parametrize("outcome", [Outcome.UNSAFE, Outcome.WRONG_NUMBER])
def test_an_unsafe_or_wrong_number_is_frozen_for_every_channel(outcome):
    found = effects(outcome)
    assert found.compromised
    assert found.unsafe_channels == DestinationKind.PHONE.channels
    assert not found.completes


@pytest.mark.req("49")
def test_a_returned_letter_makes_mail_unsafe_there():
    found = effects(Outcome.RETURNED_MAIL, Channel.LETTER, DestinationKind.ADDRESS)
    assert (found.unsafe_channels, found.compromised, found.completes) == ((Channel.LETTER,), False, False)


def test_no_answer_changes_nothing():
    assert effects(Outcome.NO_ANSWER) == Effects()


@pytest.mark.req("18")
def test_tries_are_counted_by_her_day_and_by_event():
    yesterday_late = a_try(hours_ago=11)
    assert count(a_try(), yesterday_late, a_try(event_id=uuid4())) == Counts(2, 2, frozenset({SHE}))


@pytest.mark.req("18")
def test_what_she_asked_for_and_meetings_are_never_counted():
    assert count(a_try(was_prompted=True), a_try(channel=Channel.MEETING)) == Counts(0, 0, frozenset())
