"""
Stopping all contact on a case, by anyone who works on it; starting again, by a supervisor, way by way.

A stop takes everything that waits with it (outreach.messaging.halting), in every case that is about the same person.
Lifting it brings nothing back: each way counts again only with an answer given at the lift or after it
(`Standing.lifted_at`, weighed by the gate); in her other cases no way has one yet.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import audit, cases, people
from outreach.access import Action, StaffCard, find_case
from outreach.case_file.of_hers import told_in
from outreach.case_file.standing import Stop
from outreach.her_word.requests import VERIFIED_HOW
from outreach.identity.same_person import cases_of_person, lock_person
from outreach.messaging.halting import cancel_waiting
from outreach.messaging.suppression import lock_for_stop
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.records.errors import UNREADABLE, StaleVersion
from outreach.tasks import add_task
from outreach.terms import Verdict, VerdictSource

SOON = timedelta(days=1)
"""By when a supervisor looks into a case that did not open."""
KEPT = 20
"""How many pauses and lifts a case remembers."""
IN_ANOTHER = "It was done in another case of hers."
"""The reason kept where nobody typed one: not everyone who sees this case may see that one's."""


class NotTheirsToLift(Exception):
    """Only a supervisor lifts a pause."""


class NothingToLift(Exception):
    """Contact on this case is not stopped, or somebody lifted the stop meanwhile."""


class UnansweredWays(ValueError):
    """A lift must say of every way of the case whether it is safe again; a way was added or taken away meanwhile."""


class Again(StrEnum):
    """What is known of one way now that contact is to begin again."""

    SAFE = "safe"
    """She says, live, that it is as safe as it was."""
    UNSAFE = "unsafe"
    UNKNOWN = "unknown"
    """Nobody has asked her yet: what was known before the stop counts no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """What a supervisor says when lifting a stop."""

    reason: str
    ways: Mapping[UUID, Again]
    """For every destination of the case."""
    verified_how: str | None = None
    """How it was known to be she: in_person, live_call or code_word; None while nobody spoke with her."""


def pause(session: Session, staff: StaffCard, case_id: UUID, *, reason: str = "", now: datetime) -> None:
    """
    Stop all contact with her, and cancel what waits to go out. Pressing it again changes nothing, and is no error.

    A case of hers whose boxes do not open holds by itself, and keeps the others from nothing. NoSuchCase.
    It waits for the claims under way, milliseconds each; none begins before it is done.
    """
    find_case(session, staff, case_id)
    pause_found(session, case_id, by=staff.id, reason=reason, now=now)


def pause_found(session: Session, case_id: UUID, *, by: UUID, reason: str = "", now: datetime) -> None:
    """Pause as `pause` does, a case that the caller found for whoever pauses."""
    lock_for_stop(session)
    _, *others = lock_person(session, case_id)
    _pause(session, case_id, by, because=reason.strip(), now=now)
    for other in others:
        try:
            _pause(session, other, by, because=IN_ANOTHER if reason.strip() else "", now=now)
        except UNREADABLE:
            audit.record(session, action="pause.unreadable", by=by, cases=[other], now=now)


def _pause(session: Session, case_id: UUID, by: UUID, *, because: str, now: datetime) -> None:
    standing, _ = cases.standing(session, case_id)
    if standing.paused:
        return
    stops = _with(standing.stops, Stop("paused", str(by), now.isoformat()))
    cancel_waiting(session, case_id, now=now)
    changes: dict[str, Any] = {"paused": True, "stops": stops, "approvals": ()}
    cases.change_standing(session, case_id, by=by, now=now, because=because, **changes)


def stopped_at(standing: cases.Standing) -> datetime | None:
    """Return when the stop that holds now began; None while there is none, or its time is not kept."""
    if not (standing.paused or standing.compromised) or not standing.stops or standing.stops[-1].kind != "paused":
        return None
    return datetime.fromisoformat(standing.stops[-1].at)


def lift(session: Session, staff: StaffCard, case_id: UUID, lifted: Lift, *, version: int, now: datetime) -> None:
    """
    Lift a stop, in each case that is about her: one of them left stopped would hold them all.

    No answer from before it counts: each way is safe again, not safe, or not known until she is asked. In her other
    cases none is known. A case of hers that does not open stays stopped and keeps none of the others stopped: she goes
    on without it, it is recorded in each of them, and supervisors get a task.

    Args:
        version: of the case as it was shown to the supervisor.

    Raises:
        NoSuchCase, NotTheirsToLift, NothingToLift, UnansweredWays, StaleVersion.
        ValueError: no reason was given, or a way is said to be safe and nobody spoke with her.
    """
    find_case(session, staff, case_id)
    if not staff.may(Action.LIFT_PAUSE):
        raise NotTheirsToLift
    if not lifted.reason.strip():
        raise ValueError("lifting a pause needs a reason")
    if Again.SAFE in lifted.ways.values() and lifted.verified_how not in VERIFIED_HOW:
        raise ValueError("a way is safe again only when she says so, live")
    lost = unreadable(session, case_id)
    hers = [each for each in lock_person(session, case_id) if each not in lost or _stands(session, each)]
    stopped = [each for each in hers if _is_stopped(cases.standing(session, each)[0])]
    if not stopped:
        raise NothingToLift
    _check_version(session, case_id, version)
    ways = {each.id: each for each in people.destinations(session, case_id)}
    if set(ways) != set(lifted.ways):
        raise UnansweredWays("say of every way whether it is safe again")
    for each in stopped:
        cancel_waiting(session, each, now=now)  # What another process had in hand as the stop passed over it.
        _lift(session, each, staff.id, because=lifted.reason.strip() if each == case_id else IN_ANOTHER, now=now)
    for way_id, again in lifted.ways.items():
        _answer(session, case_id, ways[way_id], again, staff=staff, now=now)
    for each in hers:
        _go_on_without(session, each, lost, by=staff.id, now=now)
    if lost:
        _ask_supervisors(session, case_id, now=now)
        audit.record(session, action="lift.unreadable", by=staff.id, cases=sorted(lost), now=now)


def unreadable(session: Session, case_id: UUID) -> frozenset[UUID]:
    """Return the other cases of hers that do not open, or of which no event, or none of her ways, can be read."""
    others = cases_of_person(session, case_id) - {case_id}
    told = told_in(session, case_id, others)
    return frozenset(each for each in others if each not in told or not _stands(session, each))


def _stands(session: Session, case_id: UUID) -> bool:
    """Say whether what stands about a case opens: then a stop that was written there can be lifted there."""
    try:
        cases.standing(session, case_id)
    except UNREADABLE:
        return False
    return True


def _go_on_without(session: Session, case_id: UUID, lost: Collection[UUID], *, by: UUID, now: datetime) -> None:
    without = tuple(str(each) for each in sorted(set(lost) - {case_id}))
    if cases.standing(session, case_id)[0].without != without:
        cases.change_standing(session, case_id, by=by, now=now, without=without)


def _ask_supervisors(session: Session, case_id: UUID, *, now: datetime) -> None:
    """Open a task: what could not be opened must be mended, or asked of her, whatever the protocol says of alerts."""
    add_task(session, case_id, PlannedTask(Step.SUPERVISOR_ALERT, None, opens_at=now, due_at=now + SOON))


def _is_stopped(standing: cases.Standing) -> bool:
    return standing.paused or standing.compromised


def _check_version(session: Session, case_id: UUID, version: int) -> None:
    if cases.standing(session, case_id)[1] != version:
        raise StaleVersion("case")


def _lift(session: Session, case_id: UUID, by: UUID, *, because: str, now: datetime) -> None:
    standing, _ = cases.standing(session, case_id)
    stops = _with(standing.stops, Stop("lifted", str(by), now.isoformat()))
    changes: dict[str, Any] = {"paused": False, "compromised": False, "stops": stops, "approvals": ()}
    cases.change_standing(session, case_id, by=by, now=now, because=because, **changes)


def _answer(
    session: Session, case_id: UUID, way: Destination, again: Again, *, staff: StaffCard, now: datetime
) -> None:
    if again is Again.UNKNOWN:
        return
    if again is Again.SAFE and way.compromised:
        # Somebody else was there: she says it is hers alone again, and is asked anew about every use of it.
        answered = replace(way, compromised=False, verdicts={})
    elif again is Again.SAFE:
        hers = {"source": VerdictSource.VICTIM, "verified_at": now, "said_by": staff.name}
        verdicts = {
            channel: replace(known, **hers) if known.verdict is Verdict.SAFE else known  # type: ignore[arg-type]
            for channel, known in way.verdicts.items()
        }
        answered = replace(way, verdicts=verdicts)
    else:
        unsafe = ChannelVerdict(Verdict.UNSAFE, VerdictSource.ADVOCATE, now, said_by=staff.name)
        answered = replace(way, verdicts=dict.fromkeys(way.kind.channels, unsafe))
    people.save_destination(session, case_id, answered, version=way.version, by=staff.id, now=now)


def _with(stops: tuple[Stop, ...], fresh: Stop) -> tuple[Stop, ...]:
    return (*stops, fresh)[-KEPT:]
