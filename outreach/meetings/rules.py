"""
What makes a meeting fit to be planned and begun, and when its alarm rings. Pure; the time is passed in.

Requirements 50 to 53. Where something is not known, the meeting waits: nobody is sent to a door on a guess.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from outreach.meetings.interpreters import NO_VETO, Veto, refusal_of
from outreach.terms import Channel


class MeetingState(StrEnum):
    """Where a meeting stands."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    UNDER_WAY = "under_way"
    OVER = "over"
    """They came out; how it went is still to be told."""
    TOLD = "told"
    CALLED_OFF = "called_off"


AHEAD = (MeetingState.PLANNED, MeetingState.CONFIRMED)
LIVE = (*AHEAD, MeetingState.UNDER_WAY)
"""States in which somebody watches over it."""


class PlaceKind(StrEnum):
    """What kind of place she chose. The default is never her home."""

    OFFICE = "office"
    LIBRARY = "library"
    COURT = "court"
    HOSPITAL = "hospital"
    OTHER = "other"
    HOME = "home"
    PHONE_CALL = "phone_call"


class HowItWent(StrEnum):
    """How a meeting ended, in two taps."""

    CAME = "came"
    DID_NOT_COME = "did_not_come"
    MOVED = "moved"
    REACHED_OTHERWISE = "reached_otherwise"


class AlarmKind(StrEnum):
    """Whom an alarm is raised to. A call for help goes to everyone at once."""

    BUDDY = "buddy"
    SUPERVISOR = "supervisor"
    DURESS = "duress"


class Answer(StrEnum):
    """An answer of the safety check; not known is an answer of its own."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Whereabouts(StrEnum):
    """Where the partner is, as far as anyone knows."""

    IN_CUSTODY = "in_custody"
    ELSEWHERE = "elsewhere"
    NEAR = "near"
    UNKNOWN = "unknown"


class Fault(NamedTuple):
    """What is wrong with a plan: where it stands on the form, and the mend."""

    field: str
    mend: str


class Block(NamedTuple):
    """Why a meeting can not begin yet, and what changes that; `needs` names the step that does."""

    needs: str
    cause: str
    remedy: str


class Taken(NamedTuple):
    """A colleague's other meeting: who, from when, until when."""

    staff_id: UUID
    starts_at: datetime
    ends_at: datetime
    watches: bool = False
    """They are its buddy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A meeting as an advocate plans it. Times are aware."""

    destination_id: UUID
    channel: Channel
    place: PlaceKind
    starts_at: datetime
    check_in_by: datetime
    ends_at: datetime
    lead: UUID
    second: UUID | None
    buddy: UUID
    buddy_phone: str = ""
    interpreter: str = ""
    without_interpreter: bool = False
    interpreter_elsewhere: bool = False
    """Whoever plans asked, and the interpreter is not from her town or community."""
    vetoed: tuple[str, ...] = ()
    """Beside those known: planning adds to her no, and takes nothing back."""
    partner_apart: bool = False
    """For her home: the partner has no part of it. Said by whoever plans."""
    close_is_fine: bool = False
    """Little time between two meetings was seen and is fine."""
    task_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of her and of the colleagues when a meeting is planned."""

    lives_with_partner: str
    needs_interpreter: bool
    veto: Veto = NO_VETO
    taken: Sequence[Taken] = ()


class Checked(NamedTuple):
    """A safety check as the rules weigh it."""

    at: datetime
    whereabouts: Whereabouts
    lives_there: Answer
    weapons: Answer
    order: Answer
    goes_ahead: bool


LONGEST = timedelta(hours=8)
WIDEST = timedelta(hours=1)
"""The most time between the start and when they must be there."""
TOO_CLOSE = timedelta(minutes=30)
MORE_TIME = timedelta(minutes=30)
"""What one tap on "more time" gives."""


def faults_of(plan: Plan, known: Known, *, now: datetime) -> tuple[Fault, ...]:
    """Return what is wrong with a plan; empty when it is fit."""
    return (*_time_faults(plan, now), *_people_faults(plan), *_her_faults(plan, known), *_overlaps(plan, known.taken))


def _time_faults(plan: Plan, now: datetime) -> tuple[Fault, ...]:
    if plan.starts_at <= now:
        return (Fault("starts", "This has passed. Choose a later time."),)
    if not plan.starts_at <= plan.check_in_by <= plan.starts_at + WIDEST:
        return (Fault("late", "Choose how late they may be there: one hour at most."),)
    if not plan.check_in_by < plan.ends_at <= plan.starts_at + LONGEST:
        return (Fault("ends", "The end comes after the start, within eight hours; after midnight is the next day."),)
    return ()


def _people_faults(plan: Plan) -> tuple[Fault, ...]:
    if plan.second == plan.lead:
        return (Fault("second", "Choose another person."),)
    if plan.buddy in (plan.lead, plan.second):
        return (Fault("buddy", "The buddy stays away from the meeting. Choose another person."),)
    return ()


def _her_faults(plan: Plan, known: Known) -> tuple[Fault, ...]:
    found = []
    if plan.place is PlaceKind.HOME and not (plan.partner_apart and known.lives_with_partner == "no"):
        found.append(Fault("place", "Meet at home only when we know that the partner has no part of it."))
    if (plan.place is PlaceKind.PHONE_CALL) is not (plan.channel is Channel.CALL):
        found.append(Fault("place", "A phone goes with a phone call, a place with a meeting."))
    veto = known.veto.joined(Veto(plan.vetoed))
    refused = refusal_of(plan.interpreter, veto, is_from_elsewhere=plan.interpreter_elsewhere)
    if refused is not None:
        found.append(Fault("interpreter", " ".join(refused)))
    is_asked = known.needs_interpreter and not known.veto.is_of_all
    if is_asked and not plan.interpreter.strip() and not plan.without_interpreter:
        found.append(Fault("interpreter", "She wants an interpreter. Name one, or tick that she wants none this time."))
    return tuple(found)


def _overlaps(plan: Plan, taken: Sequence[Taken]) -> tuple[Fault, ...]:
    fields = {plan.lead: "lead", plan.buddy: "buddy", **({plan.second: "second"} if plan.second else {})}
    # Whoever watches over one meeting can watch over another, but is at none: help is called from a desk.
    theirs = [each for each in taken if each.staff_id in fields and not (each.watches and each.staff_id == plan.buddy)]
    for each in theirs:
        if each.starts_at < plan.ends_at and plan.starts_at < each.ends_at:
            return (Fault(fields[each.staff_id], "This person has another meeting then. Choose another, or move it."),)
    close = [each for each in theirs if is_close(plan, each)]
    if close and not plan.close_is_fine:
        mend = "There is less than half an hour to another meeting. Tick below if that is enough."
        return (Fault(fields[close[0].staff_id], mend),)
    return ()


def is_close(plan: Plan, other: Taken) -> bool:
    """Tell whether there is less than half an hour between a plan and another meeting."""
    return other.starts_at < plan.ends_at + TOO_CLOSE and plan.starts_at - TOO_CLOSE < other.ends_at
