"""
Texts as an advocate makes them: choosing words, releasing, cancelling.

A release is the only way a text comes into being, and it takes the member of staff who does it: no event, no task
and no worker can (P2). Nothing is sent here: outreach.messaging.sending claims what is due and asks the gate again.
"""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from random import SystemRandom
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, people
from outreach.cases import facts_for_gate
from outreach.gate.answers import Held, Refused
from outreach.gate.facts import CaseFacts, Request
from outreach.gate.gate_facts import with_planned_texts
from outreach.gate.reasons import Reason
from outreach.her_word.requests import live_requests, record_request
from outreach.messaging.errors import NotAllowed
from outreach.messaging.half_hour import may_type, refuse_late_words
from outreach.messaging.release_delay import release_delay, without_delay
from outreach.messaging.suppression import has_stopped
from outreach.messaging.text_boxes import TextContent, open_text, seal_text
from outreach.messaging.text_words import preview
from outreach.messaging.turns import next_number, planned_until
from outreach.messaging.wording import FromTemplate, Typed, UnfitWording, Wording, phrasebook
from outreach.reaching.destinations import Destination
from outreach.records.cases import CaseRecord
from outreach.records.errors import NoSuchRecord
from outreach.records.work import Text
from outreach.safe_contact import Allowed, Decision, live_request, may_contact
from outreach.tasks import next_due_at
from outreach.terms import Channel, ContentLevel, Level, TextState

SAME_CLICK = timedelta(minutes=10)
"""The same words to the same phone within this time are the same text: a second tap sends nothing."""

_CHANCE = SystemRandom()


class TextGone(Exception):
    """The text left, or was cancelled, before this reached it. Read the thread again."""


def ask_gate(
    session: Session,
    case_id: UUID,
    destination: Destination,
    *,
    at: datetime,
    was_asked_for: bool,
    weighed: UUID | None = None,
) -> tuple[Decision, CaseFacts]:
    """
    Ask the gate about a neutral text, with her STOP on any phone she ever had counting for this one too.

    Args:
        was_asked_for: this very text is what she asked for; her request opens nothing for any other.
        weighed: the text it is about, where it was claimed already; it does not count against itself.
    """
    facts = facts_for_gate(
        session, case_id, at=at, destination_id=destination.id, channel=Channel.TEXT, weighed=weighed
    )
    if not was_asked_for:
        facts = replace(facts, request=None)
    if has_stopped(session, case_id):
        return Refused(Reason.SUPPRESSED), facts
    return may_contact(destination, Channel.TEXT, ContentLevel.NEUTRAL, at=at, facts=facts), facts


def with_own_request(
    session: Session, text: Text, content: TextContent, facts: CaseFacts, *, at: datetime
) -> CaseFacts:
    """Return the facts with the one live request this very text answers, or none: no later one renews an old text."""
    live = live_requests(session, text.case_id, at=at) if content.was_asked_for else ()
    here = (r for r in live if (r.destination_id, r.channel) == (text.destination_id, Channel.TEXT))
    return replace(facts, request=next((r for r in here if r.asked_at.isoformat() == content.asked_at), None))


def release(
    session: Session,
    case_id: UUID,
    destination_id: UUID,
    *,
    wording: Wording,
    request: Request | None,
    by: UUID,
    now: datetime,
) -> UUID:
    """
    Release one text by a member of staff's own action; return its id. Audited.

    What she asked for live leaves now, and at level A nothing waits but for her hours; anything else leaves at a
    random minute of her hours, 2 to 48 hours on.

    Args:
        request: what she asked for just now, to be recorded with it; None also where it was recorded before.

    Raises:
        NotAllowed: the gate's answer, to be shown.
        UnfitWording: the words may not be sent, nobody approved them, they were typed without a code-word check, or
            they could not arrive before what she asked for, or the half hour after that check, is over.
        InvalidRequest, NoSuchRecord.
    """
    # One release of a case at a time: of two taps at once, the second must see the first one's text.
    session.execute(select(CaseRecord.id).where(CaseRecord.id == case_id).with_for_update())
    if request is not None:
        record_request(session, case_id, request, now=now)
    destination = people.destination_of(session, case_id, destination_id)
    if isinstance(wording, FromTemplate) and destination.sign_off not in ("", wording.sender):
        raise UnfitWording("texts here are signed as she picked; change that first")
    body = preview(session, case_id, wording, avoid=destination.words_to_avoid).body
    same = _same_click(session, destination_id, body, now)
    if same is not None:
        return same
    facts = facts_for_gate(session, case_id, at=now, destination_id=destination_id, channel=Channel.TEXT)
    asked_at = _asked_at(session, destination, facts, now)
    if asked_at or isinstance(wording, Typed):
        refuse_late_words(destination, facts, is_typed=isinstance(wording, Typed), now=now)
    release_at = now if asked_at else _later(session, case_id, destination, facts, now)
    decision = _ask_for_one_more(session, case_id, destination, at=release_at, was_asked_for=asked_at is not None)
    if not isinstance(decision, Allowed):
        raise NotAllowed(decision)
    content = _content(body, wording, asked_at)
    return _plan(session, case_id, destination_id, content, by=by, release_at=release_at, now=now)


def is_used_by_another(session: Session, destination_id: UUID, asked_at: str, *, but: UUID | None = None) -> bool:
    """Say whether a text that left, or is about to, answers the request made at that moment; not the text `but`."""
    gone = (TextState.CANCELLED.value, TextState.HELD.value, TextState.FAILED.value)
    query = select(Text).where(Text.destination_id == destination_id, Text.state.not_in(gone), Text.id != but)
    return any(open_text(session, text).asked_at == asked_at for text in session.scalars(query))


def keep_sign_off(
    session: Session, case_id: UUID, destination_id: UUID, sign_off: str, *, by: UUID, now: datetime
) -> None:
    """
    Keep what she picked for texts to be signed with at this phone (requirement 29a). Audited where it changes.

    Raises:
        UnfitWording: it is none of the themes she can pick from, which hold no person's name.
        NoSuchRecord.
    """
    if all(sign_off not in themes for themes in phrasebook().senders.values()):
        raise UnfitWording("the sender is none of the sign-offs she can pick from")
    destination = people.destination_of(session, case_id, destination_id)
    if destination.sign_off != sign_off:
        picked = replace(destination, sign_off=sign_off)
        people.save_destination(session, case_id, picked, version=destination.version, by=by, now=now)


def cancel(session: Session, text_id: UUID, *, by: UUID, now: datetime) -> None:
    """Cancel a text that has not left. Audited. Raises TextGone, NoSuchRecord."""
    text = session.get(Text, text_id, with_for_update=True)
    if text is None:
        raise NoSuchRecord("text", text_id)
    if text.state not in (TextState.PLANNED, TextState.HELD):
        raise TextGone(f"text {text_id} is {text.state}")
    text.state, text.state_at = TextState.CANCELLED.value, now
    audit.record(session, action="text.cancel", by=by, cases=[text.case_id], now=now)


def _ask_for_one_more(
    session: Session, case_id: UUID, destination: Destination, *, at: datetime, was_asked_for: bool
) -> Decision:
    """Ask the gate about a text besides those that are released and still wait."""
    decision, facts = ask_gate(session, case_id, destination, at=at, was_asked_for=was_asked_for)
    if not isinstance(decision, Allowed):
        return decision
    facts = with_planned_texts(session, case_id, facts, at=at)
    return may_contact(destination, Channel.TEXT, ContentLevel.NEUTRAL, at=at, facts=facts)


def _later(session: Session, case_id: UUID, destination: Destination, facts: CaseFacts, now: datetime) -> datetime:
    if not destination.windows:
        raise NotAllowed(Held(Reason.NO_HOURS))
    if facts.level == Level.A:
        at = without_delay(now, windows=destination.windows, zone=facts.zone, chance=_CHANCE)
    else:
        draw = partial(
            release_delay,
            now,
            windows=destination.windows,
            zone=facts.zone,
            deadline=next_due_at(session, case_id, now=now),
            chance=_CHANCE,
            policy=facts.policy,
        )
        at = draw(after=planned_until(session, case_id)) or draw()
    if at is None:
        raise NotAllowed(Held(Reason.OUTSIDE_HOURS))
    return at


def _same_click(session: Session, destination_id: UUID, body: str, now: datetime) -> UUID | None:
    query = select(Text).where(
        Text.destination_id == destination_id,
        Text.state_at > now - SAME_CLICK,
        Text.state.not_in([TextState.CANCELLED.value, TextState.HELD.value, TextState.FAILED.value]),
    )
    same: Sequence[Text] = session.scalars(query).all()
    return next((text.id for text in same if open_text(session, text).body == body), None)


def _asked_at(session: Session, destination: Destination, facts: CaseFacts, now: datetime) -> datetime | None:
    """Return when she asked for this text: one request is one text, but for the half hour after a code-word check."""
    request = live_request(destination, Channel.TEXT, at=now, facts=facts)
    if request is None or may_type(destination, facts, now=now):
        return request.asked_at if request else None
    is_used = is_used_by_another(session, destination.id, request.asked_at.isoformat())
    return None if is_used else request.asked_at


def _content(body: str, wording: Wording, asked_at: datetime | None) -> TextContent:
    asked = asked_at.isoformat() if asked_at else None
    if isinstance(wording, FromTemplate):
        made_from = phrasebook().digests_of(wording.language, wording.template)
        return TextContent(body, asked, wording.template, wording.language, wording.sender, approved=made_from)
    return TextContent(body, asked)


def _plan(
    session: Session,
    case_id: UUID,
    destination_id: UUID,
    content: TextContent,
    *,
    by: UUID,
    release_at: datetime,
    now: datetime,
) -> UUID:
    row = uuid4()
    session.add(
        Text(
            id=row,
            case_id=case_id,
            destination_id=destination_id,
            released_by_id=by,
            state=TextState.PLANNED.value,
            number=next_number(session, case_id),
            release_at=release_at,
            state_at=now,
            # Replaced when it is claimed by the keyed hash of that attempt's own token.
            callback_token=os.urandom(32),
            text_box=seal_text(session, content, case_id=case_id, row=row),
        )
    )
    audit.record(session, action="text.release", by=by, cases=[case_id], now=now)
    return row
