"""The partner's phones, addresses and household are found behind any spelling; a hit asks, and never closes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from gate_builders import AT, SHE, a_phone, a_place, a_request, an_address, another_id, given, his, some_facts

from outreach.gate.reasons import Reason
from outreach.proximity import KnownPlace, Near, Nearness, PartnersPlaces, nearness, shared_by_mark
from outreach.reaching.addresses import same_address_as_any
from outreach.reaching.next_way import NoSafeWay, SafestWay, next_way
from outreach.safe_contact import Allowed, Approval, CaseFacts, Destination, may_contact
from outreach.terms import AccountHolder, Channel, ContentLevel, Verdict

OAK = "12 Oak Street\nApt 3\nHigh Point, NC 27260"


def ask(destination: Destination, channel: Channel, facts: CaseFacts) -> Reason:
    return may_contact(destination, channel, ContentLevel.NEUTRAL, at=AT, facts=facts).reason


@pytest.mark.req("45")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (OAK, "12 Oak St\nUnit 3\nHigh Point, NC 27260"),
        (OAK, "12 OAK STREET #3\nHigh Point, NC 27260-1234"),
        (OAK, "12 Oak Street\nHigh Point, NC"),
        (OAK, "12 Oak Street Apt. 03\nHighpoint, NC 27260"),
        (OAK, "12 oak str, apt 3, High Point, North Carolina"),
        (OAK, "c/o Smith\n12 Oak St Apt3\nHigh Point NC 27260"),
        (OAK, "12 Oak Street High Point NC 27260"),
        (OAK, "12 Oak\nHigh Point NC"),
        ("12 Oak St", OAK),
        ("100 First Ave\nGreensboro, NC 27401", "100 1st Avenue N, Greensboro NC"),
        ("123 N. Main St\nHigh Point NC 27262", "123 North Main Street\nHigh Point NC 27262"),
        ("45 Saint James Pl, Dover", "45 St James Place, Dover"),
        ("12 José Street\nHigh Point, NC", "12 Jose St\nHigh Point, NC"),
        ("P.O. Box 12\nHigh Point, NC 27262", "Post Office Box 12, High Point"),
        ("PO Box 12, High Point", "POB 12\nHigh Point, NC"),
        ("12 Court Street\nDover, NC 27000", "12 Court St, Dover NC 27000"),
    ],
)
def test_one_address_written_differently_is_still_one(one, other):
    assert same_address_as_any(one, [other])
    assert same_address_as_any(other, [one])


@pytest.mark.parametrize(
    "other",
    [
        "12 Oak Street\nApt 4\nHigh Point, NC 27260",
        "14 Oak Street\nApt 3\nHigh Point, NC 27260",
        "12 Oak Avenue\nApt 3\nHigh Point, NC 27260",
        "12 Oak Street\nApt 3\nGreensboro, NC 27401",
        "PO Box 12\nHigh Point, NC 27260",
        "Library on Main Street",
        "",
    ],
)
def test_two_addresses_are_not_taken_for_one(other):
    assert not same_address_as_any(OAK, [other])


def check_other_spellings_are_found(is_same) -> None:
    assert is_same("12 Oak Street #3, High Point NC", "12 OAK ST APT 3\nHigh Point, NC 27260")


def test_planted_check_for_equal_letters_is_caught():
    check_other_spellings_are_found(lambda one, other: same_address_as_any(one, [other]))
    with pytest.raises(AssertionError):
        check_other_spellings_are_found(lambda one, other: one == other)
    with pytest.raises(AssertionError):
        check_other_spellings_are_found(lambda one, other: one.casefold().split() == other.casefold().split())


@pytest.mark.req("45")
@pytest.mark.parametrize("written", ["+13365550199", "13365550199", "(336) 555-0199"])
def test_a_number_is_one_number_however_it_is_written(written):
    assert nearness(a_phone(value="+13365550199"), his("+13365550199"))
    assert nearness(a_phone(value=written), his("+13365550199"))
    assert nearness(a_phone(value="+13365550198"), his("+13365550199")) is None


@pytest.mark.req("45")
def test_a_place_at_his_address_is_no_place_to_meet():
    at_his = a_place(value="12 Oak Street, High Point")
    assert ask(at_his, Channel.MEETING, some_facts(near=his(OAK))) is Reason.PARTNER_MAY_BE_THERE
    assert ask(a_place(), Channel.MEETING, some_facts(near=his(OAK))) is Reason.SAFE


# --- what else is near


@pytest.mark.req("45")
@pytest.mark.parametrize("mark", [{"shared_with_offender": True}, {"shared_marked_at": AT}, {"compromised": True}])
def test_a_new_way_that_is_one_she_shared_before_is_asked_about(mark):
    old = an_address(id=another_id(), value="12 Oak St\nHigh Point, NC 27262", **mark)
    facts = some_facts(near=PartnersPlaces.of(shared_by_mark([old])))
    assert ask(an_address(), Channel.LETTER, facts) is Reason.PARTNER_MAY_SEE
    assert ask(an_address(value="99 Elm St\nHigh Point, NC 27262"), Channel.LETTER, facts) is Reason.SAFE


def test_a_mark_that_was_taken_away_is_still_asked_about():
    assert nearness(a_phone(shared_marked_at=AT), his()) == (Near.ONCE_SHARED, None)


@pytest.mark.req("22a")
@pytest.mark.parametrize("account", [AccountHolder.PARTNERS, AccountHolder.SHARED])
def test_on_his_account_a_call_warns_and_texts_are_asked_about_first(account):
    phone = a_phone(account=account)
    assert ask(phone, Channel.CALL, some_facts()) is Reason.CALLS_ARE_SEEN
    assert ask(phone, Channel.TEXT, some_facts()) is Reason.PARTNERS_ACCOUNT
    assert ask(phone, Channel.VOICEMAIL, some_facts()) is Reason.PARTNERS_ACCOUNT
    assert ask(a_phone(account=AccountHolder.ANOTHERS), Channel.TEXT, some_facts()) is Reason.SAFE


@pytest.mark.req("22a")
def test_what_shows_on_another_device_is_asked_about_first():
    phone = a_phone(shows_elsewhere=True)
    assert ask(phone, Channel.TEXT, some_facts()) is ask(phone, Channel.VOICEMAIL, some_facts())
    assert ask(phone, Channel.TEXT, some_facts()) is Reason.SHOWS_ELSEWHERE
    assert ask(phone, Channel.CALL, some_facts()) is Reason.SAFE


@pytest.mark.req("22")
def test_who_else_uses_a_phone_counts_where_it_is_not_safe_that_they_see():
    phone = a_phone(who_else="her mother", safe_with_others=Verdict.UNSAFE)
    assert ask(phone, Channel.TEXT, some_facts()) is Reason.OTHERS_MAY_SEE
    assert ask(phone, Channel.CALL, some_facts()) is Reason.OTHERS_MAY_ANSWER
    named = may_contact(phone, Channel.CALL, ContentLevel.NAMED, at=AT, facts=some_facts())
    assert named.reason is Reason.TOO_MUCH_SAID
    assert ask(replace(phone, safe_with_others=Verdict.SAFE), Channel.TEXT, some_facts()) is Reason.SAFE


@pytest.mark.req("22a")
def test_where_someone_sees_her_phone_the_way_to_a_meeting_is_planned():
    assert ask(a_place(), Channel.MEETING, some_facts(location_is_seen=True)) is Reason.LOCATION_IS_SEEN


# --- what clears a hit


@pytest.mark.req("45")
def test_her_own_word_clears_what_was_known_and_not_what_we_are_told_later():
    cleared = a_phone(proximity_cleared_at=AT - timedelta(days=1))
    before, after = (his(cleared.value, told_at=AT - timedelta(days=each)) for each in (2, 0.5))
    assert ask(cleared, Channel.TEXT, some_facts(near=before)) is Reason.SAFE
    assert ask(cleared, Channel.TEXT, some_facts(near=after)) is Reason.PARTNER_MAY_SEE


@pytest.mark.req("45")
def test_an_agency_that_repeats_itself_does_not_undo_her_word():
    told = [AT - timedelta(days=2), AT - timedelta(hours=1)]
    repeated = PartnersPlaces.of(place for at in told for place in named_as_his(at))
    assert nearness(a_phone(proximity_cleared_at=AT - timedelta(days=1)), repeated) is None


def named_as_his(told_at):
    return [KnownPlace(True, a_phone().value, Nearness(Near.NAMED, told_at))]


@pytest.mark.req("45")
@pytest.mark.parametrize("channel", [Channel.TEXT, Channel.VOICEMAIL, Channel.LETTER])
def test_an_advocates_decision_opens_the_one_way_it_is_about_until_we_are_told_anew(channel):
    where = an_address() if channel is Channel.LETTER else a_phone()
    decided = given(Approval.PARTNER_WILL_NOT_SEE, at=AT - timedelta(days=1))
    known, new = (his(where.value, told_at=AT - timedelta(days=each)) for each in (2, 0.5))
    assert ask(where, channel, some_facts(near=known)) is Reason.PARTNER_MAY_SEE
    assert ask(where, channel, some_facts(near=known, approvals=decided)) is Reason.SAFE
    assert ask(where, channel, some_facts(near=new, approvals=decided)) is Reason.PARTNER_MAY_SEE
    elsewhere = given(Approval.PARTNER_WILL_NOT_SEE, for_way=another_id())
    assert ask(where, channel, some_facts(near=known, approvals=elsewhere)) is Reason.PARTNER_MAY_SEE


def test_what_she_asks_for_herself_goes_all_the_same():
    facts = some_facts(near=his(a_phone().value), request=a_request(Channel.TEXT))
    assert ask(a_phone(), Channel.TEXT, facts) is Reason.SHE_ASKED


# --- nobody is made unreachable


def check_she_can_be_reached(facts: CaseFacts) -> None:
    """A live call to a number she confirmed stays possible, and there is a way or something to try next."""
    call = may_contact(a_phone(), Channel.CALL, ContentLevel.NEUTRAL, at=AT, facts=facts)
    assert isinstance(call, Allowed)
    way = next_way([a_phone()], at=AT, facts=facts)
    assert isinstance(way, SafestWay) or (isinstance(way, NoSafeWay) and way.try_next)


@pytest.mark.req("45")
@pytest.mark.parametrize("how", Near)
def test_no_hit_takes_the_live_call_away(how):
    check_she_can_be_reached(some_facts(near=his(a_phone().value, OAK, how=how)))


def test_planted_hit_that_closes_the_way_is_caught():
    with pytest.raises(AssertionError):
        check_she_can_be_reached(some_facts(near=his(a_phone().value), suppressed=frozenset({SHE}), paused=True))
