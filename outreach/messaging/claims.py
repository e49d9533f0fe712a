"""
Claiming the next due text: everything that must hold at that instant is asked in one transaction.

No deposit of Twilio's waits unread (it could be a STOP) and none can arrive until the claim is made; no phone she
ever had was stopped; the gate says yes; enough of her hours is left. Only then is `sending` written.
"""

import secrets
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import NamedTuple, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from crypto.keyring import Keyring
from outreach import audit, hours, people
from outreach.audit import WORKER
from outreach.destinations import Destination
from outreach.facts import CaseFacts
from outreach.messaging.sms import SHORTEST_LEFT, OutgoingText
from outreach.messaging.suppression import lock_for_claim
from outreach.messaging.text_boxes import change_text, open_text
from outreach.messaging.text_tasks import ask_to_check
from outreach.messaging.text_words import unfit_now
from outreach.messaging.texts import ask_gate
from outreach.records.cases import CaseRecord
from outreach.records.engine import Vault
from outreach.records.errors import NoSuchRecord
from outreach.records.people import DestinationRecord
from outreach.records.spool import SpoolDrain
from outreach.records.work import Text
from outreach.safe_contact import Allowed, live_request
from outreach.terms import Channel, TextState
from outreach.verdicts import expires_at

TOO_OLD = timedelta(hours=1)
"""A text this late was meant for another moment: a person decides again, and nothing leaves in a burst."""

TOKEN_PURPOSE = "text-callback"  # noqa: S105 – the name of a use, no secret


class Claim(NamedTuple):
    """A text that is ours to send, once; it is `sending` in the vault already."""

    text_id: UUID
    allowed: Allowed
    message: OutgoingText


class Ask(NamedTuple):
    """What may be sent, as far as the claim found out; else why not."""

    allowed: Allowed | None
    destination: Destination | None
    ends_at: datetime | None
    held_reason: str | None


class HeldInstead(NamedTuple):
    """A text that was due and is held now, with a task for a person."""

    text_id: UUID


def claim_next(vault: Vault, drain: SpoolDrain, *, callback_base_url: str, now: datetime) -> Claim | HeldInstead | None:
    """Claim the text due longest, or hold it; None when nothing is due, or a deposit of Twilio's waits to be read."""
    with ExitStack() as until_committed, vault.writing() as session:
        lock_for_claim(session)
        text = _due(session, now)
        if text is None or _callbacks_waiting(session, drain, until_committed):
            return None
        ask = _ask(session, text, now)
        if ask.allowed is None or ask.destination is None or ask.ends_at is None:
            return _hold(session, text, ask.held_reason, now)
        token = secrets.token_urlsafe(32)
        _write_sending(session, text, token, now)
        message = OutgoingText(
            destination_id=text.destination_id,
            to=ask.destination.value,
            body=open_text(session, text).body,
            claimed_at=now,
            ends_at=ask.ends_at,
            status_callback=f"{callback_base_url.rstrip('/')}/twilio/status/{token}",
        )
        return Claim(text.id, ask.allowed, message)


def token_hash(session: Session, token: str) -> bytes:
    """Return what is kept of a callback's token."""
    return cast(Keyring, session.info["keyring"]).token(TOKEN_PURPOSE, token)


def hold(session: Session, text: Text, reason: str | None, now: datetime) -> None:
    """Hold a text and ask a person; the reason is kept where its box still opens."""
    text.state, text.state_at = TextState.HELD.value, now
    if reason is not None:
        change_text(session, text, held_reason=reason)
    ask_to_check(session, text, now=now)
    audit.record(session, action="text.hold", by=WORKER, cases=[text.case_id], now=now)


def _due(session: Session, now: datetime) -> Text | None:
    query = (
        select(Text)
        .where(Text.state == TextState.PLANNED.value, Text.release_at <= now)
        .order_by(Text.release_at, Text.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(query).first()


def _callbacks_waiting(session: Session, drain: SpoolDrain, until_committed: ExitStack) -> bool:
    """Say whether a deposit waits, and keep new ones out until the claim is committed."""
    if session.get_bind().dialect.name == "sqlite" and _is_attached(session):
        # BEGIN IMMEDIATE holds the attached spool's write lock too.
        return bool(session.scalar(sql("SELECT count(*) FROM callbacks.deposit")))
    return bool(until_committed.enter_context(drain.closed()))


def _is_attached(session: Session) -> bool:
    return any(row[1] == "callbacks" for row in session.execute(sql("PRAGMA database_list")))


def _ask(session: Session, text: Text, now: datetime) -> Ask:
    """Ask everything again, over rows nobody can change until the claim is committed."""
    # The case's row is ours alone: of two texts of hers claimed at once, the second must see the first (the caps).
    session.execute(select(CaseRecord.id).where(CaseRecord.id == text.case_id).with_for_update(key_share=True))
    held = select(DestinationRecord.id).where(DestinationRecord.id == text.destination_id)
    session.execute(held.with_for_update(read=True))
    try:
        destination = people.destination_of(session, text.case_id, text.destination_id)
        content = open_text(session, text)
        asked = content.was_asked_for
        decision, facts = ask_gate(session, text.case_id, destination, at=now, was_asked_for=asked)
    except (CryptoError, NoSuchRecord):
        return _no(None)
    if not isinstance(decision, Allowed):
        return _no(decision.reason.value)
    unfit = unfit_now(session, text.case_id, content, avoid=destination.words_to_avoid)
    if unfit is not None:
        return _no(unfit)
    ends_at = ends_of_hours(destination, facts, now)
    is_stale = asked and live_request(destination, Channel.TEXT, at=now, facts=facts) is None
    if now - text.release_at > TOO_OLD or ends_at is None or is_stale:
        return _no("too_old")
    if ends_at - now < SHORTEST_LEFT:
        return _no("window_too_short")
    return Ask(decision, destination, ends_at, None)


def _no(reason: str | None) -> Ask:
    return Ask(None, None, None, reason)


def ends_of_hours(destination: Destination, facts: CaseFacts, now: datetime) -> datetime | None:
    """Return until when a text may arrive: the end of what she asked for, or of her hours and her yes."""
    request = live_request(destination, Channel.TEXT, at=now, facts=facts)
    if request is not None:
        return min(request.expires_at, request.asked_at + timedelta(days=facts.policy.request_days))
    verdict = destination.verdicts.get(Channel.TEXT)
    closes_at = hours.open_until(destination.windows, ZoneInfo(facts.zone), now)
    if verdict is None or closes_at is None:
        return None
    return min(closes_at, expires_at(destination, verdict, facts.policy))


def _hold(session: Session, text: Text, reason: str | None, now: datetime) -> HeldInstead:
    try:
        hold(session, text, reason, now)
    except CryptoError:
        # Not even a task can be sealed for this case. It is held all the same: no other text may wait behind it.
        audit.record(session, action="text.hold", by=WORKER, cases=[text.case_id], now=now)
    return HeldInstead(text.id)


def _write_sending(session: Session, text: Text, token: str, now: datetime) -> None:
    text.state, text.state_at, text.claimed_at = TextState.SENDING.value, now, now
    text.tries += 1
    text.callback_token = token_hash(session, token)
    audit.record(session, action="text.claim", by=WORKER, cases=[text.case_id], now=now)
