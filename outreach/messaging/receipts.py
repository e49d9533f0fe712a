"""
Reading what Twilio told us: the callbacks spool, deposit by deposit, each in one transaction of its own.

The signature is checked again, because a sealed deposit names no sender. Each (sid, status) counts once, a state
never goes back, and a deposit that cannot be taken in is set aside for a person. One that nobody can read may be
anybody's STOP: with it, every text is stopped until a person lets them leave again.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, cast
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.errors import CannotDecrypt
from crypto.keyring import Keyring
from crypto.unsealing import UnsealingKeys
from outreach import audit
from outreach.audit import WORKER
from outreach.ingesting import quarantine
from outreach.ingesting.aside import Unusable
from outreach.messaging import outcomes, suppression
from outreach.messaging.claims import token_hash
from outreach.messaging.inbound import take_inbound, take_unproven_stop
from outreach.messaging.kill_switch import stop_texts_once
from outreach.messaging.provider import copies as provider_copies
from outreach.messaging.signed_callbacks import (
    INBOUND_PATH,
    PURPOSE,
    STATUS_PATH,
    SignedCallback,
    UnreadableCallback,
    is_twilios,
    unpack,
)
from outreach.messaging.text_boxes import change_text, open_text
from outreach.messaging.text_tasks import end_check
from outreach.records.engine import STORAGE_FAULTS, Vault
from outreach.records.ledger import Drained
from outreach.records.spool import Deposit, SpoolDrain
from outreach.records.work import Text, TextReceipt
from outreach.terms import TextState

_log = logging.getLogger(__name__)

SPOOL: Final = "callbacks"
AT_ONCE: Final = 200
_RANKS: Final = {
    # A text that waits for another try, or was held or cancelled while it did, and yet has a status: it left after all.
    TextState.PLANNED: 0,
    TextState.HELD: 0,
    TextState.CANCELLED: 0,
    TextState.SENDING: 0,
    TextState.UNKNOWN: 0,
    TextState.ACCEPTED: 1,
    TextState.SENT: 2,
    TextState.DELIVERED: 3,
    TextState.UNDELIVERED: 3,
    TextState.FAILED: 3,
}
_STATES: Final = {
    "accepted": TextState.ACCEPTED,
    "scheduled": TextState.ACCEPTED,
    "queued": TextState.ACCEPTED,
    "sending": TextState.ACCEPTED,
    "sent": TextState.SENT,
    "delivered": TextState.DELIVERED,
    "read": TextState.DELIVERED,
    "undelivered": TextState.UNDELIVERED,
    "failed": TextState.FAILED,
    "canceled": TextState.FAILED,
}

MAY_BE_A_STOP: Final = (
    "something from Twilio could not be read, and it may be a STOP. Look in Twilio for the texts of that day and write "
    "each STOP down in her case; then let texts leave again"
)
_LAST_WORDS: Final = (TextState.DELIVERED, TextState.UNDELIVERED, TextState.FAILED)


@dataclass(frozen=True)
class Twilio:
    """What tells Twilio's callbacks from anybody's."""

    token: str = field(repr=False)
    public_base_url: str


class NotTwilios(Exception):
    """A deposit whose signature does not hold."""

    def __init__(self, callback: SignedCallback) -> None:
        super().__init__("not signed by Twilio with the token we have")
        self.callback = callback


def drain(
    vault: Vault, spool: SpoolDrain, unsealing: UnsealingKeys, *, twilio: Twilio, clock: Callable[[], datetime]
) -> int:
    """Take in what waits; return how many deposits are done with. Safe to kill anywhere and to run again."""
    done = 0
    while deposits := spool.waiting(AT_ONCE):
        for deposit in deposits:
            _take(vault, deposit, unsealing, twilio, clock())
        spool.remove([deposit.id for deposit in deposits])
        done += len(deposits)
    return done


def _take(vault: Vault, deposit: Deposit, unsealing: UnsealingKeys, twilio: Twilio, now: datetime) -> None:
    """Take one deposit in, or set it aside: one that stayed would hold every text for ever."""
    try:
        callback = _opened(deposit, unsealing, twilio)
    except CannotDecrypt:
        return _set_aside(vault, deposit, Unusable.CANNOT_OPEN, now)
    except NotTwilios as fault:
        return _set_aside(vault, deposit, Unusable.NOT_TWILIOS, now, unproven=fault.callback)
    except UnreadableCallback:
        return _set_aside(vault, deposit, Unusable.CANNOT_READ, now)
    try:
        with vault.writing() as session:
            if _is_new(session, deposit.id, now):
                _apply(session, callback, received_at=deposit.received_at, now=now)
    except UnreadableCallback:
        _set_aside(vault, deposit, Unusable.CANNOT_READ, now, unproven=callback)
    except STORAGE_FAULTS:
        raise
    except Exception as fault:
        _log.error("callback.failed deposit=%s error=%s", deposit.id, type(fault).__name__)
        _set_aside(vault, deposit, Unusable.FAILED, now, unproven=callback)
    return None


def _opened(deposit: Deposit, unsealing: UnsealingKeys, twilio: Twilio) -> SignedCallback:
    callback = unpack(unsealing.unseal(deposit.sealed, purpose=PURPOSE, deposit=deposit.id))
    if not is_twilios(callback, token=twilio.token, public_base_url=twilio.public_base_url):
        raise NotTwilios(callback)
    return callback


def _is_new(session: Session, deposit_id: UUID, now: datetime) -> bool:
    if session.get(Drained, deposit_id) is not None:
        return False
    session.add(Drained(deposit_id=deposit_id, spool=SPOOL, drained_on=now.date()))
    return True


def _apply(session: Session, callback: SignedCallback, *, received_at: datetime, now: datetime) -> None:
    cases = []
    if callback.path == INBOUND_PATH:
        sid = callback.one("MessageSid")
        if _is_first_of(session, sid, now):
            cases = list(take_inbound(session, callback, received_at=received_at, now=now))
            provider_copies.keep(session, sid, due_at=now)
    elif found := STATUS_PATH.fullmatch(callback.path):
        text = _text_of(session, found["token"])
        if text is not None:
            _apply_status(session, text, callback, now)
            cases = [text.case_id]
    audit.record(session, action="callback.take", by=WORKER, cases=cases, now=now)


def _text_of(session: Session, token: str) -> Text | None:
    query = select(Text).where(Text.callback_token == token_hash(session, token)).with_for_update()
    return session.scalars(query).first()


def _apply_status(session: Session, text: Text, callback: SignedCallback, now: datetime) -> None:
    sid, status = callback.one("MessageSid"), callback.one("MessageStatus")
    content = open_text(session, text)
    if content.sid not in (None, sid):
        raise UnreadableCallback("another message's sid under this text's token")
    if not _is_first(session, text, sid, status):
        return
    code = _code(callback)
    change_text(session, text, sid=sid, error_code=code or content.error_code)
    state = _STATES.get(status)
    provider_copies.keep(session, sid, due_at=now if state in _LAST_WORDS else now + provider_copies.UNHEARD_OF)
    if state is None or _RANKS[state] <= _RANKS.get(TextState(text.state), 3):
        return
    if state in (TextState.UNDELIVERED, TextState.FAILED):
        outcomes.fail(session, text, state, code, now)
        return
    outcomes.move(text, state, now)
    if state in (TextState.SENT, TextState.DELIVERED):
        end_check(session, text, now=now)


def _code(callback: SignedCallback) -> int | None:
    said = dict(callback.fields).get("ErrorCode", "")
    return int(said) if said.isascii() and said.isdecimal() else None


def _is_first(session: Session, text: Text, sid: str, status: str) -> bool:
    """Keep (sid, status) of a text, and say whether it is new."""
    token = _token(session, "text-receipt", sid, status)
    if session.scalar(select(TextReceipt.id).where(TextReceipt.token == token)) is not None:
        return False
    session.add(TextReceipt(id=uuid4(), text_id=text.id, token=token, status=status[:20]))
    return True


def _is_first_of(session: Session, sid: str, now: datetime) -> bool:
    """Note an incoming text's sid as drained, under an id made from its keyed hash; Twilio may post it again."""
    return _is_new(session, UUID(bytes=_token(session, "incoming-text", sid)[:16]), now)


def _token(session: Session, purpose: str, *parts: str) -> bytes:
    return cast(Keyring, session.info["keyring"]).token(purpose, *parts)


def _set_aside(
    vault: Vault, deposit: Deposit, why: Unusable, now: datetime, *, unproven: SignedCallback | None = None
) -> None:
    """Keep a deposit for a person. What may be a STOP in it counts: hers, or, where it is closed to us, anybody's."""
    with vault.writing() as session:
        suppression.lock_for_stop(session)  # Until this is committed the deposit waits, and that holds every claim.
        if _is_new(session, deposit.id, now):
            quarantine.set_aside(session, deposit, why, now=now)
            if unproven is None:
                stop_texts_once(session, because=MAY_BE_A_STOP, now=now)
            elif unproven.path == INBOUND_PATH:
                take_unproven_stop(session, unproven, now=now)
