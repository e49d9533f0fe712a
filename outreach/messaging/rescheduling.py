"""
Giving a text another day: an advocate picks the day, chance picks the minute inside her hours, the gate is asked again.

An unprompted text leaves at a random minute at least two hours on, whatever the day, so that nobody can tell it from
an answer to something that just happened (P2). What she asked for ends when her request ends.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import SystemRandom
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, people
from outreach.cases import facts_for_gate
from outreach.gate.facts import CaseFacts
from outreach.gate.gate_facts import with_planned_texts
from outreach.gate.hours import Opening, day_after
from outreach.messaging.errors import NotAllowed
from outreach.messaging.half_hour import may_type
from outreach.messaging.release_delay import minutes_within, pick
from outreach.messaging.text_boxes import TextContent, change_text, open_text
from outreach.messaging.text_tasks import end_check
from outreach.messaging.texts import TextGone, ask_gate, is_used_by_another, with_own_request
from outreach.reaching.destinations import Destination
from outreach.records.cases import CaseRecord
from outreach.records.errors import NoSuchRecord
from outreach.records.work import Text
from outreach.safe_contact import Allowed, live_request, may_contact
from outreach.terms import Channel, ContentLevel, TextState

AHEAD = 14
"""Days that are looked at for her hours."""
MOVABLE = (TextState.PLANNED, TextState.HELD)
_CHANCE = SystemRandom()


class NoSuchDay(Exception):
    """No minute of her hours is left on that day."""


class Day(NamedTuple):
    """A day on which a text may leave, and between which instants of it."""

    on: date
    spans: tuple[Opening, ...]


@dataclass(frozen=True, slots=True)
class _Moving:
    """What a new time depends on."""

    destination: Destination
    facts: CaseFacts
    earliest: datetime
    latest: datetime
    was_asked_for: bool


def days(session: Session, text_id: UUID, *, now: datetime) -> tuple[Day, ...]:
    """Return the days a text can be moved to; none where her hours are not known or her request is over."""
    text = session.get(Text, text_id)
    if text is None:
        raise NoSuchRecord("text", text_id)
    moving = _moving(session, text, now)
    return tuple(_days(moving)) if moving else ()


def reschedule(session: Session, text_id: UUID, on: date, *, by: UUID, now: datetime) -> datetime:
    """
    Move a text that has not left to another day; return when it will leave. Audited.

    Raises:
        NotAllowed: the gate's answer at that time, to be shown.
        NoSuchDay: her hours leave no minute of that day.
        TextGone, NoSuchRecord.
    """
    text = _held_still(session, text_id)
    moving = _moving(session, text, now)
    day = next((each for each in _days(moving) if each.on == on), None) if moving else None
    release_at = pick(day.spans, _CHANCE) if day else None
    if moving is None or release_at is None:
        raise NoSuchDay
    _ask(session, text, moving, at=release_at)
    text.state, text.release_at, text.state_at, text.claimed_at = TextState.PLANNED.value, release_at, now, None
    text.tries, text.again_at = 0, None
    change_text(session, text, held_reason=None)
    end_check(session, text, now=now)
    audit.record(session, action="text.reschedule", by=by, cases=[text.case_id], now=now)
    return release_at


def _held_still(session: Session, text_id: UUID) -> Text:
    """
    Return the text, ours alone until this transaction ends.

    Its case is locked first, as a stop does, so that a stop finds it free or waits for us; and nobody is waited for
    then: a text that a sender has in hand has gone.
    """
    case_id = session.scalar(select(Text.case_id).where(Text.id == text_id))
    if case_id is None:
        raise NoSuchRecord("text", text_id)
    session.execute(select(CaseRecord.id).where(CaseRecord.id == case_id).with_for_update())
    free = select(Text).where(Text.id == text_id).with_for_update(skip_locked=True)
    text = session.scalars(free.execution_options(populate_existing=True)).first()
    if text is None or text.state not in MOVABLE:
        raise TextGone(f"text {text_id} is {text.state if text else 'in hand'}")
    return text


def _ask(session: Session, text: Text, moving: _Moving, *, at: datetime) -> None:
    """Ask the gate about that minute, with every other text that waits counted, and this one not."""
    text.state = TextState.HELD.value
    session.flush()
    decision, facts = ask_gate(session, text.case_id, moving.destination, at=at, was_asked_for=moving.was_asked_for)
    if isinstance(decision, Allowed):
        facts = with_planned_texts(session, text.case_id, facts, at=at)
        decision = may_contact(moving.destination, Channel.TEXT, ContentLevel.NEUTRAL, at=at, facts=facts)
    if not isinstance(decision, Allowed):
        raise NotAllowed(decision)


def _moving(session: Session, text: Text, now: datetime) -> _Moving | None:
    destination = people.destination_of(session, text.case_id, text.destination_id)
    facts = facts_for_gate(session, text.case_id, at=now, destination_id=destination.id, channel=Channel.TEXT)
    far = now + timedelta(days=AHEAD)
    content = open_text(session, text)
    if content.was_asked_for and content.template is None:
        return None  # Typed words belong to the half hour after her code word, and to no other.
    facts = with_own_request(session, text, content, facts, at=now)
    if not content.was_asked_for:
        return _Moving(destination, facts, now + facts.policy.delay_least, far, False)
    request = live_request(destination, Channel.TEXT, at=now, facts=facts)
    if request is None or _is_met(session, text, content, destination, facts, now):
        return None
    return _Moving(destination, facts, now, min(far, request.expires_at), True)


def _is_met(
    session: Session, text: Text, content: TextContent, destination: Destination, facts: CaseFacts, now: datetime
) -> bool:
    """Say whether another text took this one's place while it was held: one request is one text."""
    if content.asked_at is None or may_type(destination, facts, now=now):
        return False
    return is_used_by_another(session, destination.id, content.asked_at, but=text.id)


def _days(moving: _Moving) -> Iterator[Day]:
    zone = ZoneInfo(moving.facts.zone)
    first = moving.earliest.astimezone(zone).date()
    for on in (first + timedelta(days=number) for number in range(AHEAD + 1)):
        begins_at = max(day_after(on - timedelta(days=1), zone), moving.earliest)
        ends_at = min(day_after(on, zone), moving.latest)
        spans = minutes_within(moving.destination.windows, zone.key, begins_at, ends_at) if begins_at < ends_at else []
        if spans:
            yield Day(on, tuple(spans))
