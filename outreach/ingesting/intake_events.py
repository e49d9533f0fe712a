"""
Taking one opened event into the vault: de-duplicate, find or open its case, keep it, plan what follows.

Everything that can be refused is refused before the first write, so that the caller may set the deposit aside in
the same transaction. Nothing leaves because of an event, and nothing stops (P2, P2b).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.keyring import Keyring
from outreach import matching
from outreach.case_file.history import EventTokens, Sent, history_of
from outreach.events import (
    Correction,
    IndividualNotificationScheduled,
    LevelEvent,
    call_in_at_of,
    original_of,
)
from outreach.identity.match_tokens import PairTokens
from outreach.ingesting import continuing, opening
from outreach.ingesting.arrivals import Arrival
from outreach.ingesting.aside import Due, SetAside
from outreach.ingesting.deposits import CannotIngest, Opened
from outreach.ingesting.event_round import EventRound
from outreach.protocols.planning import protocol_of, supervisor_alert
from outreach.records.cases import LevelEventRecord
from outreach.records.inserting import insert_held, insert_held_of
from outreach.records.work import Task
from outreach.terms import Level

Protocols = Mapping[str, str]
"""The text of the protocol in force, by jurisdiction."""


class Outcome(StrEnum):
    """What became of a deposit that was not set aside. Counted, logged, never told to the agency."""

    TAKEN_IN = "taken_in"
    DUPLICATE = "duplicate"
    DRAINED_BEFORE = "drained_before"


def round_of(session: Session, events: Iterable[Opened]) -> EventRound:
    """Read what taking in these events will ask of the vault, for all of them at once."""
    several = list(events)
    pairs = (matching.pair_of(each.sent.agency, each.sent.event) for each in several)
    return EventRound(
        session,
        events=[_tokens(session, each).event for each in several],
        pairs=[pair for pair in pairs if pair is not None],
    )


def take_in(
    session: Session, opened: Opened, protocols: Protocols, *, now: datetime, events_round: EventRound | None = None
) -> UUID | None:
    """
    Take in one event and return the case it went into, or None when it is here already. The caller audits.

    Args:
        events_round: what was read for a round that this event is one of.

    Raises:
        CannotIngest: the id is known with another body, it refers to an event we do not have, or its
            jurisdiction has no protocol. Nothing was written.
    """
    tokens = _tokens(session, opened)
    events_round = events_round or round_of(session, (opened,))
    known = events_round.body_of(tokens.event)
    if known == tokens.body:
        return None
    if known is not None:
        raise CannotIngest(SetAside.CHANGED_BODY)
    text = protocols.get(opened.sent.event.jurisdiction)
    if text is None:
        raise CannotIngest(SetAside.NO_PROTOCOL)
    case_id = _case_of(session, Arrival(opened.sent, tokens, text, now), events_round)
    events_round.touched(case_id)
    return case_id


def take_in_apart(session: Session, opened: Opened, protocols: Protocols, *, now: datetime) -> UUID:
    """
    Take in news of a case that does not open as a case of its own, held for a supervisor, and return that one.

    Raises:
        CannotIngest: it names nobody, so that no case can be opened for it.
    """
    sent, tokens = opened.sent, _tokens(session, opened)
    pair = matching.pair_of(sent.agency, sent.event)
    if pair is None or sent.event.jurisdiction not in protocols:
        raise CannotIngest(SetAside.CASE_TORN)
    events_round = round_of(session, (opened,))
    found = matching.find(session, pair, events_round)
    torn = tuple(each for each in (found.continues,) if each) or found.torn
    match = found._replace(continues=None, possible=(*torn, *found.possible)[: matching.MOST_QUESTIONS], torn=torn)
    arrival = Arrival(sent, tokens, protocols[sent.event.jurisdiction], now)
    return opening.open_case_for(session, arrival, events_round.tokens(pair), match)


def due_for_supervisor(session: Session, opened: Opened, protocols: Protocols, *, now: datetime) -> Due:
    """Return by when a supervisor has to deal with news that could not be taken in: the case's level sets the clock."""
    refers_to = getattr(opened.sent.event, "refers_to", None) or opened.sent.event_id
    token = event_token(cast(Keyring, session.info["keyring"]), opened.sent.agency, refers_to)
    case_id = session.scalar(select(LevelEventRecord.case_id).where(LevelEventRecord.event_token == token))
    known = [Level(each) for each in session.scalars(select(Task.level).where(Task.case_id == case_id)) if each]
    level = max(known, key=lambda each: each.gravity, default=Level.A)  # Where nobody knows, the shortest clock runs.
    text = protocols.get(opened.sent.event.jurisdiction)
    if text is None:
        return Due(now, case_id)
    return Due(supervisor_alert(protocol_of(text), level, at=opened.sent.received_at, now=now).due_at, case_id)


def _case_of(session: Session, arrival: Arrival, events_round: EventRound) -> UUID:
    """Continue the case this event belongs to, or open one."""
    sent = arrival.sent
    pair = matching.pair_of(sent.agency, sent.event)
    refers_to = getattr(sent.event, "refers_to", None)
    if refers_to is not None:
        case_id = _case_referred_to(session, sent, refers_to)
        return _continue(session, case_id, arrival, events_round.tokens(pair) if pair else None)
    if pair is None:
        raise CannotIngest(SetAside.NOT_AN_EVENT)
    match = matching.find(session, pair, events_round)
    if match.continues is not None:
        return _continue(session, match.continues, arrival, events_round.tokens(pair))
    return opening.open_case_for(session, arrival, events_round.tokens(pair), match)


def _continue(session: Session, case_id: UUID, arrival: Arrival, tokens: PairTokens | None) -> UUID:
    """What a case has is read while it is continued: nothing of it may be held."""
    insert_held_of(session, case_id)
    return continuing.continue_case(session, case_id, arrival, tokens)


def _case_referred_to(session: Session, sent: Sent, refers_to: str) -> UUID:
    token = event_token(cast(Keyring, session.info["keyring"]), sent.agency, refers_to)
    insert_held(session)
    case_id = session.scalar(select(LevelEventRecord.case_id).where(LevelEventRecord.event_token == token))
    if case_id is None:
        raise CannotIngest(SetAside.REFERS_TO_UNKNOWN)
    named = next(
        k.event for k in history_of(session, case_id) if (k.sent.agency, k.sent.event_id) == (sent.agency, refers_to)
    )
    if not _may_refer(sent.event, named):
        raise CannotIngest(SetAside.REFERS_WRONGLY)
    return case_id


def _may_refer(event: LevelEvent, named: LevelEvent) -> bool:
    """A correction corrects an event of its own kind; a date is moved or cancelled only where there is one."""
    if isinstance(event, Correction):
        return event.corrected.kind == original_of(named).kind
    original = original_of(named)
    return call_in_at_of(named) is not None or isinstance(original, IndividualNotificationScheduled)


def _tokens(session: Session, opened: Opened) -> EventTokens:
    keyring = cast(Keyring, session.info["keyring"])
    return EventTokens(
        event=event_token(keyring, opened.sent.agency, opened.sent.event_id),
        body=keyring.token("event body", opened.body),
    )


def event_token(keyring: Keyring, agency: str, event_id: str) -> bytes:
    """Return the token by which an event is found again."""
    return keyring.token("event", agency, event_id)
