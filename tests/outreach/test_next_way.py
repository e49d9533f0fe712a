"""There is always a next step: the safest way, when it opens, or what to try where no way is safe yet."""

from dataclasses import replace
from datetime import timedelta

import pytest
from gate_builders import AT, a_phone, a_place, an_address, an_unchecked_phone, another_id, some_facts

from outreach.gate.reasons import REASONS, Reason
from outreach.reaching.next_way import TRIES, NoSafeWay, SafestWay, Try, next_way
from outreach.safe_contact import Allowed, Held
from outreach.terms import Channel

NEW = some_facts(first_contact_done=False)


def test_a_live_call_comes_before_what_can_be_read():
    way = next_way([an_address(), a_place(id=another_id()), a_phone(id=another_id())], at=AT, facts=some_facts())
    assert isinstance(way, SafestWay)
    assert way.channel is Channel.CALL
    assert isinstance(way.decision, Allowed)


def test_what_opens_soonest_is_named_with_its_hour():
    way = next_way([a_phone()], at=AT + timedelta(hours=5), facts=some_facts())
    assert isinstance(way, SafestWay)
    assert way.decision == Held(Reason.OUTSIDE_HOURS, AT + timedelta(hours=23))


@pytest.mark.req("27")
def test_an_unchecked_number_is_offered_for_an_advocates_decision():
    way = next_way([an_unchecked_phone()], at=AT, facts=NEW)
    assert isinstance(way, SafestWay)
    assert way.decision.reason is Reason.FIRST_CONTACT_DECISION


def test_no_safe_way_names_what_to_try():
    way = next_way([a_phone(compromised=True)], at=AT, facts=NEW)
    assert way == NoSafeWay(
        Reason.COMPROMISED, (Try.COURT, Try.HOSPITAL, Try.OFFICERS_CARD, Try.CALL_AT_WORK, Try.IN_PERSON)
    )
    nothing_known = next_way([], at=AT, facts=NEW)
    assert isinstance(nothing_known, NoSafeWay)
    assert nothing_known.try_next


@pytest.mark.req("17")
def test_after_do_not_contact_no_way_is_offered():
    way = next_way([a_phone(), an_address()], at=AT, facts=replace(NEW, do_not_contact=True))
    assert way == NoSafeWay(Reason.DO_NOT_CONTACT, (Try.WAIT_FOR_HER,))


def test_a_pending_match_is_the_next_step():
    way = next_way([a_phone()], at=AT, facts=replace(NEW, match_pending=True))
    assert way == NoSafeWay(Reason.MATCH_PENDING, (Try.DECIDE_MATCH,))


def test_every_answer_and_every_try_has_plain_words():
    assert set(REASONS) == set(Reason)
    assert set(TRIES) == set(Try)
    for sentence in REASONS.values():
        for text in (*sentence.worded(), *sentence.worded("Dana", "Lee")):
            assert "{" not in text
            assert "!" not in text
            assert not {"client", "user", "victim", "offender", "abuser"} & set(text.lower().replace(".", "").split())


def test_every_no_says_what_would_change_it():
    opens = {Reason.SHE_ASKED, Reason.SAFE}
    assert all(sentence.remedy for reason, sentence in REASONS.items() if reason not in opens)


def test_names_fill_the_sentence():
    assert Held(Reason.PARTNER_MAY_SEE).sentence("Dana", "Lee").cause == "Lee may see what comes here."
    assert Held(Reason.PARTNER_MAY_SEE).remedy == "Ask her first, or choose another way."
