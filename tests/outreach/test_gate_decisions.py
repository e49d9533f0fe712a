"""
S-1: 100,000 random questions to the gate, by every way, are answered as an oracle on another time library answers them.

Each rule of the gate has a broken twin here, which the same questions find.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID

import pytest
from gate_builders import a_request, some_facts
from gate_oracle import CARRIES, Asked, HisPlace, answer

from outreach.gate.facts import CaseFacts, Given
from outreach.proximity import NOWHERE, KnownPlace, Near, Nearness, PartnersPlaces
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.safe_contact import Allowed, Approval, Held, Window, may_contact
from outreach.terms import (
    AccountHolder,
    Channel,
    ContentLevel,
    DestinationKind,
    Level,
    ReachedBy,
    Verdict,
    VerdictSource,
)

QUESTIONS = 100_000
FOR_PLANTED = 12_000

ZONES = (
    "America/New_York",
    "America/New_York",
    "America/Chicago",
    "America/Phoenix",
    "America/Havana",
    "Asia/Kathmandu",
)
ONE, OTHER = UUID(int=1), UUID(int=2)
PHONES = (frozenset({"+13365550199"}), frozenset({"+13365550177"}))
STREETS = (
    frozenset({"12 Oak Street\nApt 3\nHigh Point, NC 27260", "12 OAK ST #3, High Point NC", "12 Oak St Unit 3\n27260"}),
    frozenset({"99 N Elm Avenue\nHigh Point, NC 27262", "99 North Elm Ave, Highpoint NC 27262"}),
    frozenset({"PO Box 12\nHigh Point, NC 27261", "P.O. Box 12, High Point"}),
)
MAILBOXES = (
    frozenset({"maria.ortiz@gmail.com", "mariaortiz@googlemail.com", "maria.ortiz+home@gmail.com"}),
    frozenset({"lena@example.org"}),
)
KINDS = tuple(DestinationKind)
SPANS = (0.01, 0.9, 2, 5, 13, 14, 20, 29, 30, 31, 44, 45, 46, 60, 80, 90, 104, 105, 120)


def pick(chance: random.Random, *often: object, seldom: tuple[object, ...], one_in: int = 8) -> object:
    return chance.choice(seldom) if chance.randrange(one_in) == 0 else chance.choice(often)


def ago(chance: random.Random, at: datetime) -> datetime:
    """A moment before `at`: days that rules speak of, and a second or an hour either side of them."""
    edge = timedelta(seconds=chance.choice((-3600, -1, 0, 1, 3600)))
    return at - timedelta(days=chance.choice(SPANS)) + edge


def a_moment(chance: random.Random) -> datetime:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(4 * 365 * 24 * 60))
    return at.replace(hour=chance.choice((14, 15, 16, 17, 18, 19))) if chance.random() < 0.6 else at


def some_windows(chance: random.Random) -> tuple[Window, ...]:
    if chance.random() < 0.25:
        return ()
    if chance.random() < 0.4:
        return (Window(tuple(range(7)), time(0), time(0)),)
    days = tuple(sorted(chance.sample(range(7), chance.randint(2, 7))))
    begins = chance.choice((time(9), time(1, 30), time(8, 15), time(22)))
    return (Window(days, begins, chance.choice((time(12), time(17), time(2, 30)))),)


def a_verdict_of(chance: random.Random, at: datetime) -> ChannelVerdict:
    return ChannelVerdict(
        pick(chance, Verdict.SAFE, seldom=(Verdict.UNSAFE, Verdict.UNKNOWN)),
        pick(chance, VerdictSource.VICTIM, seldom=tuple(VerdictSource), one_in=4),
        ago(chance, at) if chance.random() < 0.5 else at - timedelta(days=1),
        pick(chance, None, seldom=("only on weekdays",)),
    )


def a_destination_of(chance: random.Random, at: datetime) -> Destination:
    kind = chance.choice(KINDS)
    others = {DestinationKind.PAGE: (frozenset({"her page"}),), DestinationKind.EMAIL: MAILBOXES}
    spelled = {DestinationKind.PHONE: PHONES, **others}.get(kind, STREETS)
    maybe = (True, False, None)
    return Destination(
        id=chance.choice((ONE, ONE, OTHER)),
        kind=kind,
        value=chance.choice(sorted(chance.choice(spelled))),
        verdicts={each: a_verdict_of(chance, at) for each in kind.channels if chance.random() < 0.9},
        windows=some_windows(chance),
        may_leave_message=pick(chance, True, seldom=maybe),
        safe_with_others=pick(chance, Verdict.SAFE, Verdict.UNKNOWN, seldom=(Verdict.UNSAFE,), one_in=5),
        name_to_use=pick(chance, "Dana", seldom=("",)),
        shared_with_offender=pick(chance, False, seldom=(True,)),
        proximity_cleared_at=pick(chance, None, seldom=(ago(chance, at),), one_in=3),
        is_substitute_address=pick(chance, False, seldom=(True,), one_in=4),
        text_consent_at=pick(chance, at - timedelta(days=9), seldom=(None, at, at + timedelta(seconds=1))),
        last_live_contact_at=pick(chance, None, seldom=(ago(chance, at),), one_in=2),
        compromised=pick(chance, False, seldom=(True,), one_in=20),
        who_else=pick(chance, "", seldom=("her mother",), one_in=3),
        account=pick(chance, AccountHolder.UNKNOWN, seldom=tuple(AccountHolder), one_in=5),
        shows_elsewhere=pick(chance, None, False, seldom=(True,), one_in=10),
        shared_marked_at=pick(chance, None, seldom=(ago(chance, at),), one_in=12),
        reached_by=pick(chance, ReachedBy.VOICE, seldom=(ReachedBy.RELAY, ReachedBy.VIDEO), one_in=4),
        operator_may_hear=chance.choice(maybe),
        confirmed_at=pick(chance, at - timedelta(days=9), seldom=(None, at, at + timedelta(seconds=1)), one_in=4),
    )


def his_places(chance: random.Random, at: datetime) -> tuple[HisPlace, ...]:
    if chance.random() < 0.6:
        return ()
    several = [chance.choice((*PHONES, *STREETS, *MAILBOXES)) for _ in range(chance.randint(1, 2))]
    return tuple(HisPlace(each, chance.choice(("named", "household")), ago(chance, at)) for each in several)


def decisions(chance: random.Random, at: datetime, channel: Channel) -> frozenset[Given]:
    if chance.random() < 0.3:
        return frozenset()
    return frozenset(
        Given(
            approval=each,
            at=ago(chance, at),
            destination_id=pick(chance, ONE, seldom=(OTHER,), one_in=3),
            channel=pick(chance, channel, seldom=tuple(Channel), one_in=3),
        )
        for each in chance.sample(list(Approval), chance.randint(1, 5))
    )


def facts_of(chance: random.Random, at: datetime, channel: Channel, his: tuple[HisPlace, ...]) -> CaseFacts:
    def seldom(one_in: int = 30) -> bool:
        return chance.randrange(one_in) == 0

    known = [
        KnownPlace(v.startswith("+"), v, Nearness(Near(p.how), p.told_at), is_email="@" in v)
        for p in his
        for v in sorted(p.spellings)
    ]
    own = random.Random(at.timestamp())  # noqa: S311 - repeatable
    asked = seldom(6)
    request = a_request(
        pick(chance, channel, seldom=tuple(Channel)),
        destination_id=pick(chance, ONE, seldom=(OTHER,)),
        asked_at=ago(chance, at),
        expires_at=at + timedelta(hours=chance.choice((-1, 1, 24, 2000))),
    )
    return some_facts(
        level=chance.choice((*Level, None)),
        zone=chance.choice(ZONES),
        is_adult=not seldom(),
        paused=seldom(),
        compromised=seldom(),
        do_not_contact=seldom(),
        may_try_if_danger=chance.random() < 0.5,
        other_case_unreadable=seldom(),
        she_will_contact_us=seldom(),
        match_pending=seldom(),
        supervisor_hold=seldom(10),
        suppressed=frozenset({ONE}) if seldom(10) else frozenset(),
        lifted_at=ago(chance, at) if seldom(5) else None,
        last_event_at=ago(chance, at) if seldom(3) else None,
        news_at=ago(chance, at) if seldom(4) else None,
        offender_letters=tuple(
            sorted((ago(chance, at) + timedelta(days=20)).date() for _ in range(chance.choice((0, 0, 1, 3))))
        ),
        near=PartnersPlaces.of(known) if known else NOWHERE,
        texts_in_24h=chance.choice((0, 0, 0, 1)),
        texts_in_7d=chance.choice((0, 1, 2, 3)),
        attempts_today=chance.choice((0, 0, 0, 1, 2)),
        attempts_for_event=chance.choice((0, 1, 4, 5)),
        asked_once=frozenset({ONE}) if seldom(3) else frozenset(),
        first_contact_done=not seldom(3),
        approvals=decisions(chance, at, channel),
        request=request if asked else None,
        has_substitute_address=own.random() < 0.2,
        no_mail_at=ago(own, at) if own.random() < 0.1 else None,
        no_texts_at=ago(own, at) if own.random() < 0.1 else None,
        **restriction(random.Random(at.timestamp() + 1), at),  # noqa: S311 - repeatable
    )


def restriction(chance: random.Random, at: datetime) -> dict[str, object]:
    lifted_at = ago(chance, at) if chance.random() < 0.1 else None
    return {"restricted": chance.random() < 0.1, "restriction_lifted_at": lifted_at}


def questions(count: int) -> Iterator[Asked]:
    chance = random.Random(20261124)  # noqa: S311 - a fixed seed, so that a failure comes back
    for _ in range(count):
        at = a_moment(chance)
        destination = a_destination_of(chance, at)
        channel = pick(chance, *destination.kind.channels, seldom=tuple(Channel), one_in=40)
        content = pick(chance, "neutral", "named", seldom=("none",))
        his = his_places(chance, at)
        yield Asked(destination, channel.value, content, at, facts_of(chance, at, channel, his), his)


Gate = Callable[[Asked], object]


def the_gate(q: Asked) -> object:
    return may_contact(q.destination, Channel(q.channel), ContentLevel(q.content), at=q.at, facts=q.facts)


def word(given: object) -> str:
    return "allowed" if isinstance(given, Allowed) else "held" if isinstance(given, Held) else "refused"


def check_agreement(gate: Gate, asked: list[tuple[Asked, str]]) -> None:
    for q, expected in asked:
        given = gate(q)
        assert word(given) == expected, (q, given)


@pytest.mark.req("S-1")
def test_a_hundred_thousand_decisions_by_every_way_equal_those_of_another_reader_of_the_rules():
    told: Counter[tuple[str, str]] = Counter()
    for q in questions(QUESTIONS):
        expected, given = answer(q), the_gate(q)
        assert word(given) == expected, (q, given)
        if isinstance(given, Allowed):
            assert q.at < given.until <= q.at + timedelta(minutes=5)
        told[q.channel, expected] += 1
    # The agreement says something only where both answers are met often, by every way.
    for channel in CARRIES.values():
        for each in channel.split():
            assert told[each, "allowed"] > QUESTIONS / 1000, told
            assert told[each, "held"] > QUESTIONS / 1000, told


# --- what each rule's broken twin looks like


def without(**facts: object) -> Gate:
    return lambda q: the_gate(q._replace(facts=replace(q.facts, **facts)))


def with_way(**changes: object) -> Gate:
    return lambda q: the_gate(q._replace(destination=replace(q.destination, **changes)))


def with_verdicts(change: Callable[[Asked, ChannelVerdict], ChannelVerdict]) -> Gate:
    def gate(q: Asked) -> object:
        verdicts = {channel: change(q, each) for channel, each in q.destination.verdicts.items()}
        return the_gate(q._replace(destination=replace(q.destination, verdicts=verdicts)))

    return gate


def young(q: Asked, verdict: ChannelVerdict) -> ChannelVerdict:
    return replace(verdict, verified_at=max(verdict.verified_at, q.at - timedelta(days=1)))


def any_way(q: Asked) -> object:
    given = (replace(each, destination_id=q.destination.id, channel=Channel(q.channel)) for each in q.facts.approvals)
    return the_gate(q._replace(facts=replace(q.facts, approvals=frozenset(given))))


def newest_letter_alone(q: Asked) -> object:
    return the_gate(q._replace(facts=replace(q.facts, offender_letters=q.facts.offender_letters[-1:])))


def says_little(q: Asked) -> object:
    return the_gate(q._replace(content="none"))


def a_request_for_any_way(q: Asked) -> object:
    asked = q.facts.request and replace(q.facts.request, destination_id=q.destination.id)
    return the_gate(q._replace(facts=replace(q.facts, request=asked)))


PLANTED = {
    "an old yes counts": with_verdicts(young),
    "an officer's yes lasts as long as hers": with_verdicts(lambda q, v: replace(v, source=VerdictSource.VICTIM)),
    "a yes in papers from before is hers": with_verdicts(
        lambda q, v: replace(v, source=VerdictSource.VICTIM) if v.source is VerdictSource.BROUGHT_OVER else v
    ),
    "her no to all mail is forgotten": without(no_mail_at=None),
    "her no to all texts is forgotten": without(no_texts_at=None),
    "a condition is forgotten": with_verdicts(lambda q, v: replace(v, condition=None)),
    "a phone is trusted for ever": lambda q: with_way(last_live_contact_at=q.at)(q),
    "the partner is nowhere": without(near=NOWHERE),
    "a mark of shared is forgotten": with_way(shared_with_offender=False),
    "once shared is forgotten": with_way(shared_marked_at=None),
    "the account is not asked about": with_way(account=AccountHolder.UNKNOWN),
    "another device is not asked about": with_way(shows_elsewhere=None),
    "others who use it do not count": with_way(who_else=""),
    "what she cleared holds for ever": lambda q: the_gate(
        q if q.destination.proximity_cleared_at is None else q._replace(facts=replace(q.facts, near=NOWHERE))
    ),
    "a decision opens every way": any_way,
    "only the newest letter counts": newest_letter_alone,
    "forwarded mail has no lead": with_way(is_substitute_address=False),
    "mail goes past the substitute address": without(has_substitute_address=False),
    "hours are UTC": without(zone="UTC"),
    "texts have no cap": without(texts_in_24h=0, texts_in_7d=0),
    "tries have no limit": without(attempts_today=0, attempts_for_event=0),
    "the one call that asks is made again": without(asked_once=frozenset()),
    "a lifted stop is forgotten": without(lifted_at=None),
    "her STOP is forgotten": without(suppressed=frozenset()),
    "a pause is forgotten": without(paused=False),
    "a case that does not open says nothing": without(other_case_unreadable=False),
    "a new event changes nothing": without(last_event_at=None),
    "mail goes to a child": without(is_adult=True),
    "anything may be said": says_little,
    "a request opens another way": a_request_for_any_way,
    "a compromised way is open": with_way(compromised=False),
    "no yes to texts is needed": lambda q: with_way(text_consent_at=q.at)(q),
    "an e-mail goes to an address nobody read back": lambda q: with_way(confirmed_at=q.at)(q),
    "an officer's or our own word opens an e-mail": lambda q: (
        with_verdicts(lambda _, v: replace(v, source=VerdictSource.VICTIM))(q) if q.channel == "email" else the_gate(q)
    ),
    "a message is left at a video phone": with_way(reached_by=ReachedBy.VOICE),
    "an operator may hear anything": with_way(operator_may_hear=True),
    "the supervisor is not asked": without(supervisor_hold=False),
    "what a supervisor let begin outlives the news": without(news_at=None, last_event_at=None),
    "the first contact may be a text": without(first_contact_done=True),
    "a restricted case is as any other": without(restricted=False),
    "an officer's yes comes back when a restriction is lifted": without(restriction_lifted_at=None),
}


@lru_cache(maxsize=1)
def asked_before() -> list[tuple[Asked, str]]:
    return [(q, answer(q)) for q in questions(FOR_PLANTED)]


@pytest.mark.req("S-1")
def test_the_gate_agrees_where_the_planted_bugs_are_looked_for():
    check_agreement(the_gate, asked_before())


@pytest.mark.req("S-1")
@pytest.mark.parametrize("broken", PLANTED.values(), ids=PLANTED)
def test_planted_gate_that_forgets_a_rule_is_caught(broken):
    with pytest.raises(AssertionError):
        check_agreement(broken, asked_before())


def test_the_questions_vary_every_fact_the_gate_weighs():
    seen = [q.facts for q, _ in asked_before()]
    fixed = {"location_is_seen", "policy"}
    assert [
        f.name
        for f in fields(CaseFacts)
        if f.name not in fixed
        and len({getattr(x, f.name) if f.name != "near" else bool(x.near.phones) for x in seen}) < 2
    ] == []
