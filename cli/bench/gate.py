"""How long the gate takes for one decision, by every way: processor time, so that a busy machine does not count."""

import time
from datetime import UTC, datetime, timedelta
from datetime import time as wall
from typing import Any
from uuid import UUID

from outreach.gate.facts import CaseFacts
from outreach.gate.hours import Window
from outreach.proximity import KnownPlace, Near, Nearness, PartnersPlaces
from outreach.reaching.addresses import read
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.safe_contact import may_contact
from outreach.terms import Channel, ContentLevel, DestinationKind, Level, Verdict, VerdictSource

GOAL_MICROSECONDS = 20
DECISIONS = 2_000
ROUNDS = 15
AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
"""A Tuesday, ten in the morning in High Point."""

_VALUES = {
    DestinationKind.PHONE: "+13365550199",
    DestinationKind.ADDRESS: "12 Oak Street\nApt 3\nHigh Point, NC 27260",
    DestinationKind.PLACE: "Library on Main Street",
    DestinationKind.PAGE: "her page",
    DestinationKind.EMAIL: "maria@example.org",
}


def run(*, cases: int = 0) -> dict[str, Any]:  # noqa: ARG001 - each part of the bench is run alike; this one needs none
    """Measure and return microseconds a decision for every way, the slowest against the goal."""
    taken = {channel: _microseconds(channel) for channel in Channel}
    slowest = max(taken.values())
    return {
        "microseconds_a_decision": {
            "value": slowest,
            "goal": f"<= {GOAL_MICROSECONDS}",
            "met": slowest <= GOAL_MICROSECONDS,
        },
        **{f"microseconds_{channel.value}": value for channel, value in taken.items()},
        "microseconds_first_look_at_an_address": _first_look(),
    }


def _microseconds(channel: Channel) -> float:
    """Return the least processor time of several rounds of open decisions, which weigh the most."""
    kind = next(kind for kind in DestinationKind if channel in kind.channels)
    destination, facts, rounds = _destination(kind), _facts(), []
    for _ in range(ROUNDS):
        begun = time.process_time_ns()
        for _ in range(DECISIONS):
            may_contact(destination, channel, ContentLevel.NEUTRAL, at=AT, facts=facts)
        rounds.append((time.process_time_ns() - begun) / DECISIONS / 1000)
    return min(rounds)


def _first_look() -> float:
    """Return how long reading one address takes the first time; it stays read while it is in use."""
    rounds = []
    for number in range(200):
        value = f"{number} Oak Street\nApt {number}\nHigh Point, NC 27260"
        begun = time.process_time_ns()
        read(value)
        rounds.append((time.process_time_ns() - begun) / 1000)
    return sorted(rounds)[len(rounds) // 2]


def _destination(kind: DestinationKind) -> Destination:
    yes = ChannelVerdict(Verdict.SAFE, VerdictSource.VICTIM, AT - timedelta(days=3))
    return Destination(
        id=UUID(int=7),
        kind=kind,
        value=_VALUES[kind],
        verdicts=dict.fromkeys(kind.channels, yes),
        windows=(Window((0, 1, 2, 3, 4), wall(9), wall(12)),) if kind is DestinationKind.PHONE else (),
        may_leave_message=True,
        safe_with_others=Verdict.SAFE,
        name_to_use="Dana",
        text_consent_at=AT - timedelta(days=2),
        confirmed_at=AT - timedelta(days=2),
    )


def _facts() -> CaseFacts:
    told = Nearness(Near.NAMED, AT - timedelta(days=5))
    his = [KnownPlace(True, f"+1336555010{each}", told) for each in range(3)]
    his += [KnownPlace(False, f"{each} Elm Street\nHigh Point, NC 27260", told) for each in range(3)]
    return CaseFacts(
        level=Level.B,
        zone="America/New_York",
        is_adult=True,
        paused=False,
        compromised=False,
        do_not_contact=False,
        she_will_contact_us=False,
        match_pending=False,
        supervisor_hold=False,
        last_event_at=AT - timedelta(days=5),
        offender_letters=((AT - timedelta(days=20)).date(),),
        near=PartnersPlaces.of(his),
        first_contact_done=True,
    )
