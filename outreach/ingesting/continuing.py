"""An event of a case we have: kept, her ways brought up to date, what it changes planned. Closes and merges nothing."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import audit, cases, people
from outreach.case_file import history
from outreach.case_file.history import Kept, history_of
from outreach.events import victim_of
from outreach.identity import match_tokens
from outreach.identity.match_tokens import PairTokens
from outreach.identity.same_person import lock_person
from outreach.ingesting.arrivals import Arrival, page_on_call, standing_after, take_needs, take_ways
from outreach.ingesting.nearer import cases_nearer
from outreach.messaging.text_tasks import ask_to_check_ways
from outreach.people import WORKER
from outreach.protocols.planning import Planned, case_so_far, plan_for, protocol_kept, store_plan, supervisor_alert
from outreach.records.cases import CaseRecord
from outreach.risk.talks import talks_of
from outreach.tasks import add_task, tasks_of


def continue_case(session: Session, case_id: UUID, arrival: Arrival, tokens: PairTokens | None) -> UUID:
    """Take a further event into a case and return the case's id. A closed case is open again."""
    earlier = history_of(session, case_id)
    near = cases_nearer(session, case_id, earlier, arrival.sent)
    if near:
        lock_person(session, case_id)  # Before anything is written: who locks all her cases goes by one order.
    record = session.get_one(CaseRecord, case_id)
    record.closed_on = None
    protocol = protocol_kept(session, record.protocol_digest)
    standing = cases.open_standing(session, case_id, record.standing_box)
    tasks = tasks_of(session, case_id)
    so_far = case_so_far(
        session, standing, earlier=earlier, tasks=tasks, protocol=protocol, talks=talks_of(session, case_id)
    )
    new = Kept(history.keep(session, case_id, arrival.sent, arrival.tokens), arrival.sent)
    planned = plan_for(new, so_far, protocol, now=arrival.now)
    changes = standing_after(standing, planned, arrival)
    if any(getattr(standing, name) != value for name, value in changes.items()):
        cases.change_standing(session, case_id, by=WORKER, now=arrival.now, **changes)
    is_narrowed = take_ways(session, case_id, arrival) or case_id in near
    if tokens is not None:
        match_tokens.remember(session, case_id, tokens)
        _learn(session, case_id, arrival)
    store_plan(session, case_id, Planned(planned, new.row_id), now=arrival.now)
    take_needs(session, case_id, arrival)
    page_on_call(session, case_id, arrival, planned)
    is_held_again = standing.supervisor_hold and not standing.waits_for_supervisor(arrival.now)
    if is_narrowed or is_held_again:
        alert = supervisor_alert(protocol, planned.level, at=arrival.sent.received_at, now=arrival.now)
        add_task(session, case_id, alert, level_event_id=str(new.row_id))
    _ask_elsewhere(session, [each for each in near if each != case_id], now=arrival.now)
    return case_id


def _ask_elsewhere(session: Session, cases_of_hers: Sequence[UUID], *, now: datetime) -> None:
    """Let people check her ways in her other cases, where letters and texts wait from now on."""
    for other in cases_of_hers:
        ask_to_check_ways(session, other, now=now)
    if cases_of_hers:
        audit.record(session, action="destination.near", by=WORKER, cases=cases_of_hers, now=now)


def _learn(session: Session, case_id: UUID, arrival: Arrival) -> None:
    """Fill in a birth date or a language nobody knew. What is known is never overwritten by an event."""
    victim = victim_of(arrival.event)
    if victim is None or not (victim.date_of_birth or victim.language):
        return
    card = people.read(session, case_id, by=WORKER, now=arrival.now)
    born_on = card.date_of_birth or victim.date_of_birth
    language = card.language or victim.language
    if (born_on, language) == (card.date_of_birth, card.language):
        return
    learned = {"date_of_birth": born_on.isoformat() if born_on else None, "language": language}
    people.amend(session, case_id, version=card.version, by=WORKER, now=arrival.now, **learned)
