"""What holds of the gate whatever the facts: stops stop, errors close, events open nothing and silence nothing."""

import time as clock
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, datetime, time, timedelta
from unittest.mock import patch

import pytest
from gate_builders import (
    AT,
    SHE,
    a_page,
    a_phone,
    a_place,
    a_request,
    an_address,
    an_email,
    another_id,
    his,
    some_facts,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach import safe_contact
from outreach.safe_contact import (
    Allowed,
    Approval,
    CaseFacts,
    ChannelVerdict,
    Decision,
    Destination,
    Held,
    Reason,
    Refused,
    Window,
    may_contact,
)
from outreach.terms import Channel, ContentLevel, DestinationKind, Level, ReachedBy, Verdict, VerdictSource

Gate = Callable[[Destination, Channel, datetime, CaseFacts], Decision]

ages = st.integers(0, 100).map(lambda days: AT - timedelta(days=days, minutes=1))
verdicts = st.builds(
    ChannelVerdict,
    st.sampled_from(Verdict),
    st.sampled_from(VerdictSource),
    ages,
    st.none() | st.just("only at night"),
)
windows = st.sampled_from([(), (Window(tuple(range(7)), time(0), time(0)),), (Window((1,), time(9), time(11)),)])
channels = st.sampled_from(Channel)
flags = st.booleans()


@st.composite
def destinations(draw: st.DrawFn) -> Destination:
    build = draw(st.sampled_from([a_phone, an_address, a_place, a_page, an_email]))
    destination = build()
    chosen = {channel: draw(verdicts) for channel in destination.kind.channels if draw(flags)}
    return replace(
        destination,
        verdicts=chosen,
        windows=draw(windows),
        may_leave_message=draw(st.sampled_from([None, False, True])),
        safe_with_others=draw(st.sampled_from(Verdict)),
        shared_with_offender=draw(flags),
        proximity_cleared_at=draw(st.none() | ages),
        text_consent_at=draw(st.none() | ages),
        confirmed_at=draw(st.none() | ages),
        reached_by=draw(st.sampled_from(ReachedBy)),
        last_live_contact_at=draw(st.none() | ages),
        compromised=draw(st.sampled_from([False, False, True])),
    )


mostly_no = st.sampled_from([False, False, False, True])
facts_of_a_case = st.builds(
    lambda channel, **changes: some_facts(**changes | {"request": channel and a_request(channel)}),
    st.none() | channels,
    level=st.none() | st.sampled_from(Level),
    is_adult=flags,
    paused=mostly_no,
    compromised=mostly_no,
    do_not_contact=mostly_no,
    she_will_contact_us=mostly_no,
    match_pending=mostly_no,
    supervisor_hold=mostly_no,
    suppressed=st.sampled_from([frozenset(), frozenset({SHE})]),
    last_event_at=st.none() | ages,
    offender_letters=st.lists(st.dates(date(2026, 10, 1), date(2026, 12, 31)), max_size=2).map(tuple),
    near=st.sampled_from([his(), his(a_phone().value)]),
    location_is_seen=flags,
    texts_in_24h=st.integers(0, 2),
    texts_in_7d=st.integers(0, 4),
    attempts_today=st.integers(0, 3),
    attempts_for_event=st.integers(0, 6),
    asked_once=st.sampled_from([frozenset(), frozenset({SHE})]),
    first_contact_done=flags,
    approvals=st.frozensets(st.sampled_from(Approval)),
)
questions = st.tuples(destinations(), channels, facts_of_a_case)


def the_gate(destination: Destination, channel: Channel, at: datetime, facts: CaseFacts) -> Decision:
    return may_contact(destination, channel, ContentLevel.NEUTRAL, at=at, facts=facts)


# --- what must never be allowed, and broken gates that would allow it


def check_never_allowed(gate: Gate, destination: Destination, channel: Channel, facts: CaseFacts) -> None:
    answer = gate(destination, channel, AT, facts)
    if not isinstance(answer, Allowed):
        return
    assert [facts.paused, facts.compromised, facts.do_not_contact, facts.match_pending] == [False] * 4
    assert not destination.compromised
    assert not (channel is Channel.TEXT and destination.id in facts.suppressed)
    assert AT < answer.until <= AT + timedelta(minutes=5)
    verdict = destination.verdicts.get(channel)
    assert verdict is None or verdict.verdict != Verdict.UNSAFE
    if channel is Channel.EMAIL:
        assert destination.confirmed_at
        assert facts.is_adult
    if channel is Channel.VOICEMAIL:
        assert destination.reached_by is ReachedBy.VOICE
    if channel is Channel.TEXT:
        assert destination.text_consent_at
        is_asked = facts.request is not None and facts.request.channel is channel
        assert is_asked or (verdict and verdict.verified_at > AT - timedelta(days=30))


@pytest.mark.req("P3")
@settings(max_examples=800, deadline=None)
@given(questions)
def test_stops_stop_whatever_else_is_so(question):
    destination, channel, facts = question
    check_never_allowed(the_gate, destination, channel, facts)


def lets_an_expired_yes_through(destination: Destination, channel: Channel, at: datetime, facts: CaseFacts) -> Decision:
    younger = {
        channel: replace(verdict, verified_at=max(verdict.verified_at, AT - timedelta(days=1)))
        for channel, verdict in destination.verdicts.items()
    }
    return the_gate(replace(destination, verdicts=younger), channel, at, facts)


def lets_a_request_beat_compromise(
    destination: Destination, channel: Channel, at: datetime, facts: CaseFacts
) -> Decision:
    if facts.request and facts.request.channel is channel:
        return the_gate(replace(destination, compromised=False), channel, at, facts)
    return the_gate(destination, channel, at, facts)


def lets_a_request_beat_her_stop(
    destination: Destination, channel: Channel, at: datetime, facts: CaseFacts
) -> Decision:
    return the_gate(destination, channel, at, replace(facts, suppressed=frozenset()) if facts.request else facts)


def forgets_the_pause(destination: Destination, channel: Channel, at: datetime, facts: CaseFacts) -> Decision:
    return the_gate(destination, channel, at, replace(facts, paused=False, do_not_contact=False))


@pytest.mark.parametrize(
    ("broken", "destination", "facts"),
    [
        (lets_an_expired_yes_through, "old", {}),
        (lets_a_request_beat_compromise, "compromised", {"request": a_request(Channel.TEXT)}),
        (lets_a_request_beat_her_stop, "good", {"request": a_request(Channel.TEXT), "suppressed": frozenset({SHE})}),
        (forgets_the_pause, "good", {"paused": True}),
        (forgets_the_pause, "good", {"do_not_contact": True}),
    ],
)
def test_planted_gate_that_forgets_a_stop_is_caught(broken, destination, facts):
    old = ChannelVerdict(Verdict.SAFE, VerdictSource.VICTIM, AT - timedelta(days=31))
    phone = {"old": a_phone(old), "compromised": a_phone(compromised=True), "good": a_phone()}[destination]
    check_never_allowed(the_gate, phone, Channel.TEXT, some_facts(**facts))
    with pytest.raises(AssertionError):
        check_never_allowed(broken, phone, Channel.TEXT, some_facts(**facts))


# --- P2: an event opens nothing that leaves by itself


@st.composite
def events(draw: st.DrawFn) -> dict[str, object]:
    """What a new event changes in the facts. It can raise the level and name any phone or address as his."""
    return {
        "last_event_at": AT - timedelta(minutes=draw(st.integers(0, 1))),
        "level": draw(st.sampled_from(Level)),
        "near": draw(st.sampled_from([(), (a_phone().value,), (an_address().value,)])),
        "offender_letters": draw(st.lists(st.dates(date(2026, 11, 1), date(2026, 12, 31)), max_size=2)),
    }


def after(facts: CaseFacts, event: dict[str, object]) -> CaseFacts:
    known = (a_phone().value,) if facts.near.phones else ()
    letters = tuple(sorted({*facts.offender_letters, *event["offender_letters"]}))
    return replace(facts, **event | {"near": his(*known, *event["near"]), "offender_letters": letters})


def check_an_event_opens_nothing(gate: Gate, destination, channel, facts, event) -> None:
    before = gate(destination, channel, AT, facts)
    later = gate(destination, channel, AT, after(facts, event))
    assert isinstance(before, Allowed) or not isinstance(later, Allowed)


@pytest.mark.req("P2")
@settings(max_examples=800, deadline=None)
@given(questions, events())
def test_an_event_never_opens_a_text_message_or_meeting(question, event):
    destination, channel, facts = question
    if channel is Channel.CALL:
        return
    check_an_event_opens_nothing(the_gate, destination, channel, facts, event)


@pytest.mark.req("P2")
@settings(max_examples=300, deadline=None)
@given(destinations().filter(lambda each: each.kind is DestinationKind.ADDRESS), facts_of_a_case, events())
def test_an_event_opens_no_letter(destination, facts, event):
    check_an_event_opens_nothing(the_gate, destination, Channel.LETTER, facts, event)


def opens_texts_at_level_a(destination: Destination, channel: Channel, at: datetime, facts: CaseFacts) -> Decision:
    return the_gate(destination, channel, at, replace(facts, attempts_today=0) if facts.level is Level.A else facts)


def test_planted_gate_that_texts_because_of_a_level_is_caught():
    facts = some_facts(attempts_today=1)
    event = {
        "last_event_at": None,
        "level": Level.A,
        "near": (),
        "offender_letters": (),
    }
    check_an_event_opens_nothing(the_gate, a_phone(), Channel.TEXT, facts, event)
    with pytest.raises(AssertionError):
        check_an_event_opens_nothing(opens_texts_at_level_a, a_phone(), Channel.TEXT, facts, event)


# --- P2b: an event silences nothing


def check_an_event_never_silences(gate: Gate, destination, channel, facts, event) -> None:
    """What was open stays open, or is held by a sentence whose remedy is an advocate's; a live call stays open."""
    before, later = gate(destination, channel, AT, facts), gate(destination, channel, AT, after(facts, event))
    if not isinstance(before, Allowed):
        return
    assert not isinstance(later, Refused)
    if isinstance(later, Held):
        assert later.cause
        assert later.remedy
    if channel is Channel.CALL and before.reason is not Reason.FIRST_CONTACT and facts.level is None:
        assert isinstance(later, Allowed)


@pytest.mark.req("P2b")
@settings(max_examples=800, deadline=None)
@given(questions, events())
def test_an_event_never_refuses_what_was_open(question, event):
    check_an_event_never_silences(the_gate, *question, event)


def refuses_the_partners_number(destination: Destination, channel: Channel, at: datetime, facts: CaseFacts) -> Decision:
    shared = bool(facts.near.phones)
    return Refused(Reason.UNSAFE) if shared else the_gate(destination, channel, at, facts)


def test_planted_gate_that_lets_an_event_make_her_unreachable_is_caught():
    event = {
        "last_event_at": AT,
        "level": Level.C,
        "near": (a_phone().value,),
        "offender_letters": (),
    }
    question = (a_phone(), Channel.CALL, some_facts(level=None))
    check_an_event_never_silences(the_gate, *question, event)
    with pytest.raises(AssertionError):
        check_an_event_never_silences(refuses_the_partners_number, *question, event)


# --- closed on any error

PARTS_OF_THE_FACTS = [field.name for field in fields(CaseFacts)]


class Broken:
    """Something no rule can weigh."""

    def __getattr__(self, name: str) -> object:
        raise RuntimeError(name)

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("compared")

    __hash__ = object.__hash__


@pytest.mark.parametrize("rule", [channel.value for channel in Channel])
def test_an_error_inside_a_rule_closes_the_gate(rule):
    def fails(question: object) -> None:
        raise ZeroDivisionError

    others = {Channel.LETTER: an_address, Channel.MEETING: a_place, Channel.PAGE: a_page, Channel.EMAIL: an_email}
    where = others.get(Channel(rule), a_phone)()
    with patch.dict(safe_contact.RULES, {Channel(rule): fails}):
        assert the_gate(where, Channel(rule), AT, some_facts()) == Refused(Reason.CANNOT_TELL)


@pytest.mark.parametrize("part", PARTS_OF_THE_FACTS)
@pytest.mark.parametrize("channel", [Channel.TEXT, Channel.CALL])
def test_no_broken_fact_opens_anything_that_was_shut(part, channel):
    shut = some_facts(match_pending=True)
    if part == "match_pending":
        shut = some_facts(paused=True)
    assert not isinstance(the_gate(a_phone(), channel, AT, replace(shut, **{part: Broken()})), Allowed)


# --- a request is for one destination; the gate is quick


def test_a_request_for_one_destination_opens_no_other():
    facts = some_facts(request=a_request(Channel.CALL), attempts_today=9)
    assert isinstance(the_gate(a_phone(), Channel.CALL, AT, facts), Allowed)
    assert not isinstance(the_gate(a_phone(id=another_id()), Channel.CALL, AT, facts), Allowed)


def microseconds_a_decision(channel: Channel, where: Destination) -> float:
    """Return the least processor time of several rounds, so that a busy machine does not count."""
    facts, rounds = some_facts(), []
    for _ in range(15):
        begun = clock.process_time_ns()
        for _ in range(1000):
            may_contact(where, channel, ContentLevel.NEUTRAL, at=AT, facts=facts)
        rounds.append(clock.process_time_ns() - begun)
    return min(rounds) / 1_000_000


def test_a_decision_takes_no_longer_than_a_page_can_spare():
    # The goal on a quiet machine is 20 µs; a factor of three keeps the check honest on a loaded one.
    taken = {channel: microseconds_a_decision(channel, a_phone()) for channel in (Channel.CALL, Channel.TEXT)}
    assert max(taken.values()) < 60, taken
