"""Opening a case for an event that continues none: who she is, her ways, the match to decide, what is due."""

from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from outreach import cases, people
from outreach.case_file import history
from outreach.case_file.history import Kept
from outreach.case_file.standing import Standing
from outreach.events import victim_of
from outreach.identity import match_tokens, minors_tasks
from outreach.identity.match_tokens import PairTokens
from outreach.identity.minors import Age, age_of
from outreach.ingesting.arrivals import Arrival, add_ways, page_on_call, standing_after, take_needs
from outreach.matching import MOST_QUESTIONS, Match
from outreach.people import Particulars
from outreach.protocols.planning import Planned, keep_protocol, plan_for, protocol_of, store_plan, supervisor_alert
from outreach.protocols.plans import CaseSoFar, Plan, PlannedTask
from outreach.protocols.protocol import Protocol
from outreach.records.cases import PossibleMatch
from outreach.records.inserting import insert_rows
from outreach.tasks import add_task


def open_case_for(session: Session, arrival: Arrival, tokens: PairTokens, match: Match) -> UUID:
    """
    Open a case and return its id.

    A possible match holds the gate until a human decides, and so does the other side of a case we know until a
    supervisor agrees; that case is left as it is, and those who serve it are told that something happened.
    """
    protocol = protocol_of(arrival.protocol_text)
    first = Kept(uuid4(), arrival.sent)
    planned = plan_for(first, CaseSoFar(match_pending=bool(match.possible)), protocol, now=arrival.now)
    case_id = cases.open_case(
        session,
        jurisdiction=arrival.event.jurisdiction,
        protocol_digest=keep_protocol(session, arrival.protocol_text),
        standing=_standing(arrival, planned, match, protocol),
        opened_on=protocol.calendar.day_of(arrival.sent.received_at),
    )
    people.create(session, case_id, _particulars(arrival))
    event_row = history.keep(session, case_id, arrival.sent, arrival.tokens)
    add_ways(session, case_id, arrival)
    take_needs(session, case_id, arrival)
    match_tokens.remember(session, case_id, tokens, is_new=True)
    match_id = ask_about(session, case_id, match.possible)
    store_plan(session, case_id, Planned(planned, event_row), now=arrival.now, match_id=match_id)
    page_on_call(session, case_id, arrival, planned, maybe=match.possible)
    _ask_her_age(session, case_id, arrival, planned, protocol)
    _tell_supervisors(session, case_id, match, _alert(arrival, planned, protocol))
    return case_id


def _standing(arrival: Arrival, planned: Plan, match: Match, protocol: Protocol) -> Standing:
    fresh = Standing(
        zone=protocol.calendar.zone,
        match_pending=bool(match.possible),
        supervisor_hold=bool(match.counterparts or match.torn),
    )
    return fresh._replace(**standing_after(fresh, planned, arrival))


def _particulars(arrival: Arrival) -> Particulars:
    victim = victim_of(arrival.event)
    if victim is None:
        raise ValueError("an event that opens a case names a victim")
    return Particulars(
        full_name=victim.full_name,
        date_of_birth=victim.date_of_birth.isoformat() if victim.date_of_birth else None,
        language=victim.language,
        lives_with_offender=victim.lives_with_offender.value,
    )


def ask_about(session: Session, case_id: UUID, others: tuple[UUID, ...]) -> UUID | None:
    """Note each case that may be hers; one task asks about them, one after the other."""
    rows = [{"id": uuid4(), "case_id": case_id, "other_case_id": other} for other in others]
    insert_rows(session, PossibleMatch, rows)
    return rows[0]["id"] if rows else None


def _ask_her_age(session: Session, case_id: UUID, arrival: Arrival, planned: Plan, protocol: Protocol) -> None:
    """Under 18, or nobody knows: a supervisor decides today how she is reached (requirement 20b)."""
    victim = victim_of(arrival.event)
    born_on = victim.date_of_birth if victim else None
    if age_of(born_on, said_adult=False, today=arrival.now.date()) is not Age.ADULT:
        add_task(
            session, case_id, minors_tasks.asked(protocol, planned.level, at=arrival.sent.received_at, now=arrival.now)
        )


def _tell_supervisors(session: Session, case_id: UUID, match: Match, alert: PlannedTask) -> None:
    """
    Those who serve the other side's case learn that something happened, and nothing of this case.

    Where many cases share the phone (a jail's, a made-up number), only the new case is held and told of; so it is
    where a case near it does not open, since that one could be the other side's.
    """
    if not match.counterparts and not match.torn:
        return
    told = match.counterparts if len(match.counterparts) <= MOST_QUESTIONS else ()
    for each in (case_id, *told):
        add_task(session, each, alert)


def _alert(arrival: Arrival, planned: Plan, protocol: Protocol) -> PlannedTask:
    return supervisor_alert(protocol, planned.level, at=arrival.sent.received_at, now=arrival.now)
