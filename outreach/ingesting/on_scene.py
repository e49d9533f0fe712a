"""
From what an officer wrote down to destinations with verdicts. Pure.

Missing is unknown, and unknown is no (requirement 7). Texts and letters are never safe on an officer's word, and
what she told us herself is never overwritten by what an officer wrote later.
"""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from outreach.events import LevelEvent, on_scene_of, victim_of
from outreach.gate.hours import Window
from outreach.intake.event_fields import OnScene, Victim
from outreach.intake.event_terms import Answer
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.reaching.safe_times import read_safe_times
from outreach.terms import Channel, DestinationKind, Verdict, VerdictSource

_VERDICTS = {Answer.YES: Verdict.SAFE, Answer.NO: Verdict.UNSAFE, Answer.UNKNOWN: Verdict.UNKNOWN}


class Told(NamedTuple):
    """Who told us, and when she was asked."""

    agency: str
    at: datetime


class Place(NamedTuple):
    """One phone or address as an event gives it."""

    kind: DestinationKind
    value: str


def places_of(event: LevelEvent) -> tuple[Place, ...]:
    """Return her phones and her address. The offender's are never among them unless listed as hers too."""
    victim = victim_of(event)
    if victim is None:
        return ()
    phones = tuple(Place(DestinationKind.PHONE, phone) for phone in dict.fromkeys(victim.phones))
    home = _home_of(victim)
    return (*phones, home) if home else phones


def new_destination(place: Place, event: LevelEvent, told: Told) -> Destination:
    """Return a destination she did not have, with the verdicts of the on-scene answers."""
    answers = on_scene_of(event)
    is_phone = place.kind is DestinationKind.PHONE
    return Destination(
        id=uuid4(),
        kind=place.kind,
        value=place.value,
        verdicts=_verdicts(place.kind, answers, told),
        windows=_windows(answers) if is_phone else (),
        may_leave_message=_may_leave_message(answers) if is_phone else None,
        safe_with_others=_VERDICTS[answers.safe_with_others] if is_phone else Verdict.UNKNOWN,
    )


def updated(destination: Destination, event: LevelEvent, told: Told) -> Destination:
    """
    Return a destination of hers after a later event; equal to the one given when nothing changes.

    Only what an officer said before is replaced by what an officer says now. That every standing verdict
    becomes ask-first after an event is the gate's doing, from the case's `last_event_at`; that the partner may be
    near is outreach.proximity's.
    """
    place = Place(destination.kind, destination.value)
    if place not in places_of(event) or on_scene_of(event) == OnScene():
        return destination
    return _with_new_answers(destination, event, told)


def _with_new_answers(destination: Destination, event: LevelEvent, told: Told) -> Destination:
    answers = on_scene_of(event)
    later = _verdicts(destination.kind, answers, told)
    verdicts = {
        channel: later[channel]
        if _gives_way(destination.verdicts.get(channel), later[channel])
        else destination.verdicts[channel]
        for channel in destination.kind.channels
    }
    if any(verdict.source is not VerdictSource.ON_SCENE for verdict in verdicts.values()):
        return replace(destination, verdicts=verdicts)
    if verdicts != later or destination.kind is not DestinationKind.PHONE:
        return replace(destination, verdicts=verdicts)
    return replace(
        destination,
        verdicts=verdicts,
        windows=_windows(answers),
        may_leave_message=_may_leave_message(answers),
        safe_with_others=_VERDICTS[answers.safe_with_others],
    )


def _gives_way(standing: ChannelVerdict | None, later: ChannelVerdict) -> bool:
    """Only an officer's earlier word gives way to an officer's later word; a question not asked again changes none."""
    if standing is None:
        return True
    is_newer = standing.source is VerdictSource.ON_SCENE and standing.verified_at < later.verified_at
    return is_newer and (later.verdict is not Verdict.UNKNOWN or standing.verdict is Verdict.UNKNOWN)


def narrows(before: Destination, after: Destination) -> bool:
    """
    Tell whether an event's answers left less leave than there was: a yes that is gone, or other hours.

    It holds at once, and a human is told: an event alone must not end contact unseen (P2b).
    """
    lost = any(
        verdict.verdict is Verdict.SAFE and after.verdicts[channel].verdict is not Verdict.SAFE
        for channel, verdict in before.verdicts.items()
    )
    return lost or before.windows != after.windows


def _verdicts(kind: DestinationKind, answers: OnScene, told: Told) -> dict[Channel, ChannelVerdict]:
    verdicts = dict.fromkeys(kind.channels, Verdict.UNKNOWN)
    if kind is DestinationKind.PHONE:
        verdicts[Channel.CALL] = _VERDICTS[answers.safe_to_call]
        verdicts[Channel.VOICEMAIL] = _voicemail(answers)
    condition = _condition(answers)
    return {
        channel: ChannelVerdict(
            verdict=verdict,
            source=VerdictSource.ON_SCENE,
            verified_at=told.at,
            condition=condition if verdict is Verdict.SAFE else None,
            said_by=told.agency,
        )
        for channel, verdict in verdicts.items()
    }


def _voicemail(answers: OnScene) -> Verdict:
    """A message is a call that nobody takes: not safe where the call is not."""
    if answers.safe_to_call is not Answer.YES and answers.safe_to_leave_message is Answer.YES:
        return Verdict.UNKNOWN
    return _VERDICTS[answers.safe_to_leave_message]


def _may_leave_message(answers: OnScene) -> bool | None:
    return {Verdict.SAFE: True, Verdict.UNSAFE: False, Verdict.UNKNOWN: None}[_voicemail(answers)]


def _windows(answers: OnScene) -> tuple[Window, ...]:
    return (read_safe_times(answers.safe_times) or ()) if answers.safe_times else ()


def _condition(answers: OnScene) -> str | None:
    """Hours that cannot be read plainly become a condition: a human reads them before anyone calls."""
    if answers.safe_times and read_safe_times(answers.safe_times) is None:
        return f"Safe times, as the officer wrote them: {answers.safe_times}"
    return None


def _home_of(victim: Victim) -> Place | None:
    if victim.address is None:
        return None
    return Place(DestinationKind.ADDRESS, "\n".join(victim.address.as_lines()))
