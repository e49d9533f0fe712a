"""How much there is of everything, and nothing that identifies anyone: what `wayside status` prints."""

from datetime import datetime
from typing import TypedDict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.messaging import breaker
from outreach.messaging.kill_switch import how_many_stops
from outreach.records.cases import CaseRecord, LevelEventRecord
from outreach.records.ledger import QuarantinedDeposit
from outreach.records.work import Task, Text
from outreach.scheduling.ticks import silent, ticks
from outreach.terms import TaskState, TextState


class Counts(TypedDict):
    """Counts only. Every state is there, zero included, so that nothing is read from what is missing."""

    events_ingested: int
    quarantined: int
    cases: int
    tasks: dict[str, int]
    texts: dict[str, int]
    queues: dict[str, int]
    """Seconds since a worker last looked at each queue; those nobody ever looked at are missing."""
    silent_queues: list[str]
    texting: dict[str, int]
    """How many people's stops hold, whether the sender's file stops texts too, and for how long they still rest."""


def counts(session: Session, *, now: datetime) -> Counts:
    """Count what the vault holds; quarantined deposits only while nobody has settled them."""
    return Counts(
        events_ingested=session.scalar(select(func.count()).select_from(LevelEventRecord)) or 0,
        quarantined=session.scalar(select(func.count()).where(QuarantinedDeposit.settled_on.is_(None))) or 0,
        cases=session.scalar(select(func.count()).select_from(CaseRecord)) or 0,
        tasks=_by_state(session, Task, [state.value for state in TaskState]),
        texts=_by_state(session, Text, [state.value for state in TextState]),
        queues={name: max(0, int((now - at).total_seconds())) for name, at in sorted(ticks(session).items())},
        silent_queues=[each.queue.value for each in silent(session, now=now)],
        texting=_texting(session, now),
    )


def _texting(session: Session, now: datetime) -> dict[str, int]:
    rests_for = breaker.rests_for(session, now=now)
    stops, by_file = how_many_stops(session), breaker.is_off_by_file(session)
    return {"stops": stops, "stopped_by_file": int(by_file), "resting_seconds": int(rests_for.total_seconds())}


def _by_state(session: Session, table: type[Task] | type[Text], states: list[str]) -> dict[str, int]:
    found = {
        state: number for state, number in session.execute(select(table.state, func.count()).group_by(table.state))
    }
    return {state: found.get(state, 0) for state in states}
