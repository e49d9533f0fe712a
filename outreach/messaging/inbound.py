"""
What a text from a phone changes: the sender may be anyone who holds that phone, so almost nothing.

It is kept, and a person is asked to read it. STOP and whatever may be one stops texts. The code she was told live
confirms the yes that waits for it. START changes nothing but a task. Nothing is ever answered.
"""

import re
from contextlib import suppress
from datetime import datetime
from typing import cast
from uuid import UUID

import phonenumbers
from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.keyring import Keyring
from outreach import audit
from outreach.audit import WORKER
from outreach.her_word.requests import live_requests
from outreach.identity.same_person import cases_of_person
from outreach.messaging import consent, suppression
from outreach.messaging.consent_rows import Route, WithdrawalContent
from outreach.messaging.half_hour import CONVERSATION
from outreach.messaging.incoming import Incoming, keep_incoming, lock_case
from outreach.messaging.signed_callbacks import SignedCallback, UnreadableCallback
from outreach.messaging.stop_words import STOPPING, Said, read_reply
from outreach.messaging.text_tasks import ask_about_texts, ask_to_read, tell_of_stop
from outreach.messaging.unknown_numbers import keep_unknown
from outreach.records.errors import UNREADABLE
from outreach.records.people import PhoneToken
from outreach.terms import Channel

LONGEST = 5000
"""Characters kept of one text: more than Twilio joins into one."""
_MASKED = re.compile(r"[^\W\d_]|\*")
_NO_PHONE = re.compile(r"\d{3,8}|(?!(?:x+|anonymous|private|restricted|unavailable|unknown)$)[a-z][\w &.-]{0,10}", re.I)
"""What a sender is called who is no person with a phone."""
_READABLE = re.compile(r"[^\W_xX]")
"""A letter or digit that does not stand for one that was taken out."""


def take_inbound(
    session: Session, callback: SignedCallback, *, received_at: datetime, now: datetime
) -> tuple[UUID, ...]:
    """
    Do what a text asks for, as far as a text may; return the cases whose phone it came from, perhaps none.

    Args:
        received_at: when Twilio told us of it.

    Raises:
        UnreadableCallback: no sender's number in it.
    """
    incoming = _incoming(callback, received_at)
    said = Said(incoming.said)
    homes = _homes(session, incoming.phone)
    suppression.lock_for_stop(session)  # Before the case's row, as a claim does, so that the two never wait in a ring.
    for case_id in sorted(homes):
        lock_case(session, case_id)
    if said is Said.NO and any(_is_talking(session, *home, at=received_at) for home in homes.items()):
        said = Said.OTHER
    if said in STOPPING:
        said_by = _noes_by_text(session, incoming.phone, said_at=received_at, now=now)
        suppression.suppress(session, incoming.phone, by=WORKER, now=now, said=said_by)
    kept = [home for home in homes.items() if _keep(session, home, incoming._replace(said=said.value), said, now)]
    if not kept and said is not Said.STOP:
        keep_unknown(session, incoming)
    return tuple(sorted(homes))


def _noes_by_text(session: Session, phone: str, *, said_at: datetime, now: datetime) -> dict[UUID, WithdrawalContent]:
    """Return what each of her cases keeps of a STOP: she said it when it came, whenever it was read."""
    no = WithdrawalContent(str(WORKER), now.isoformat(), said_at.isoformat(), Route.TEXT.value)
    homes = suppression.cases_of_phone(session, phone)
    return {hers: no for case_id in homes for hers in cases_of_person(session, case_id)}


def take_unproven_stop(session: Session, callback: SignedCallback, *, now: datetime) -> None:
    """
    Stop texts where a deposit that is not proven to be Twilio's says STOP, and ask her. Anything else in it is void.

    It may have been acknowledged: after the token was changed, the callbacks and the worker do not learn of it in one
    moment. Whoever can lay a false deposit can hold every text anyway, and a text too few is repairable.
    """
    with suppress(UnreadableCallback):
        incoming = _incoming(callback, now)
        if Said(incoming.said) in STOPPING:
            _stop_and_ask(session, incoming.phone, now)


def take_missed(session: Session, sender: str, body: str, *, now: datetime) -> None:
    """
    Stop texts where what the provider has and never told us may be a STOP, and ask her.

    Words that were taken out of it, there or on the way, may have been one: without a letter to read it counts as
    such, where we know the phone.
    """
    with suppress(UnreadableCallback):
        phone = _number(sender)
        is_redacted = _READABLE.search(body) is None and bool(_homes(session, phone))
        if is_redacted or read_reply(body) in STOPPING:
            _stop_and_ask(session, phone, now)


def _stop_and_ask(session: Session, phone: str, now: datetime) -> None:
    cases = suppression.suppress(session, phone, by=WORKER, now=now)
    for case_id in cases:
        with suppress(*UNREADABLE):  # The phone is stopped, which matters; others who share it are asked.
            ask_about_texts(session, case_id, now=now)
    audit.record(session, action="callback.take", by=WORKER, cases=cases, now=now)


def _incoming(callback: SignedCallback, received_at: datetime) -> Incoming:
    fields = dict(callback.fields)
    phone, bodies = _number(callback.one("From")), _values(callback, "Body")
    # Where something is said twice, or not at all, whatever in it may be a stop is one.
    read = {read_reply(body, provider_says=says) for body in bodies for says in _values(callback, "OptOutType")}
    said, body = min(read, key=list(Said).index), bodies[0]
    pictures = fields.get("NumMedia", "")
    number = int(pictures) if pictures.isascii() and pictures.isdecimal() and len(pictures) < 3 else 0
    return Incoming(received_at.isoformat(), phone, body[:LONGEST], said.value, number)


def _values(callback: SignedCallback, name: str) -> list[str]:
    return [value for field, value in callback.fields if field == name] or [""]


def _homes(session: Session, phone: str) -> dict[UUID, UUID]:
    """Return the cases that have, or ever had, this phone, each with the destination it is or was."""
    token = cast(Keyring, session.info["keyring"]).phone_token(phone)
    query = select(PhoneToken.case_id, PhoneToken.destination_id).where(PhoneToken.token == token)
    ordered = query.order_by(PhoneToken.case_id, PhoneToken.destination_id)
    return {row.case_id: row.destination_id for row in session.execute(ordered)}


def _keep(session: Session, home: tuple[UUID, UUID], incoming: Incoming, said: Said, now: datetime) -> bool:
    """Keep a text with a case and ask its people; False where its boxes do not open, which is nobody else's fault."""
    case_id, destination_id = home
    try:
        keep_incoming(session, case_id, incoming._replace(destination_id=str(destination_id)))
        _ask_people(session, case_id, incoming, said, now)
    except UNREADABLE:
        audit.record(session, action="callback.unreadable", by=WORKER, cases=[case_id], now=now)
        return False
    return True


def _is_talking(session: Session, case_id: UUID, destination_id: UUID, *, at: datetime) -> bool:
    """Say whether her code word was checked on this line within the half hour: then a bare no is an answer."""
    try:
        asked = live_requests(session, case_id, at=at)
    except UNREADABLE:
        return False
    return any(
        each.verified_how == "code_word"
        and (each.channel, each.destination_id) == (Channel.TEXT, destination_id)
        and each.asked_at <= at < each.asked_at + CONVERSATION
        for each in asked
    )


def _ask_people(session: Session, case_id: UUID, incoming: Incoming, said: Said, now: datetime) -> None:
    if said is Said.STOP:
        tell_of_stop(session, case_id, now=now)
        return
    if consent.take_reply(session, case_id, incoming.phone, incoming.body, now=now):
        return
    if said in STOPPING or said is Said.START:
        ask_about_texts(session, case_id, now=now)
    if said is not Said.START:
        ask_to_read(session, case_id, now=now)


def hides_a_phone(sender: str) -> bool:
    """Say whether a sender may be a person's phone that we cannot read; a short code or a firm's name is none."""
    try:
        _number(sender)
    except UnreadableCallback:
        return _NO_PHONE.fullmatch(sender) is None
    return False


def _number(said: str) -> str:
    if _MASKED.search(said):
        raise UnreadableCallback("letters or stars in From")  # A masked number; read as keys, another person's.
    try:
        number = phonenumbers.parse(said)
    except phonenumbers.NumberParseException:
        raise UnreadableCallback("no number in From") from None
    if not phonenumbers.is_possible_number(number):
        raise UnreadableCallback("no number a phone can have in From")  # A short code, or a carrier's own word.
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
