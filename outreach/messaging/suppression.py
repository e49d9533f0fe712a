"""
Stopping texts to a phone by her word. No machine lifts it; a person may, with her new yes, confirmed by that phone.

STOP and claim exclude each other: on SQLite every writer does, on PostgreSQL a claim shares and a STOP takes one
advisory lock. So no text is claimed after a STOP was recorded.
"""

from collections.abc import Mapping
from contextlib import suppress as suppress_errors
from datetime import datetime
from typing import cast
from uuid import UUID, uuid4

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from crypto.keyring import Keyring
from outreach import audit
from outreach.identity.same_person import cases_of_person
from outreach.messaging.consent_rows import Route, WithdrawalContent, close_phones, keep_no
from outreach.messaging.text_boxes import change_text
from outreach.records.ahead import CASES, columns_of, rows_of
from outreach.records.boxes import BoxNumber
from outreach.records.errors import UNREADABLE
from outreach.records.keys import HOUSE, seal
from outreach.records.people import PhoneToken, SuppressedPhone
from outreach.records.work import Text
from outreach.terms import TextState

_LOCK = 0x5753_544F_50
"""Number of the advisory lock."""
HER_WORD = "suppressed"

# Built once: it is asked of every text that is claimed.
_PHONE, _STOP = columns_of(PhoneToken), columns_of(SuppressedPhone)
_STOPPED = select(_PHONE.case_id).where(
    _PHONE.case_id.in_(CASES), _PHONE.token == _STOP.token, _STOP.lifted_at.is_(None)
)


def lock_for_claim(session: Session) -> None:
    """Let no STOP be recorded until this transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock_shared(_LOCK)))


def lock_for_stop(session: Session) -> None:
    """Wait until every claim under way is committed, and let none begin until this transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def suppress(
    session: Session, phone: str, *, by: UUID, now: datetime, said: Mapping[UUID, WithdrawalContent] | None = None
) -> tuple[UUID, ...]:
    """
    Stop every text to a phone, and cancel what waits for the people it belongs to. Audited.

    Each of them keeps the no with her record, and texts start again only with a new yes of her own. A case whose boxes
    do not open keeps none, and stops nobody else's word: the phone is stopped first, in whatever case it is.

    Args:
        phone: E.164; need not be known to any case.
        said: what was said, in the cases that heard it; None: it came as a text.

    Returns:
        The cases it is, or ever was, a phone of.
    """
    lock_for_stop(session)
    token = cast(Keyring, session.info["keyring"]).phone_token(phone)
    known = select(SuppressedPhone.id).where(SuppressedPhone.token == token, SuppressedPhone.lifted_at.is_(None))
    if session.scalars(known).first() is None:
        row = uuid4()
        box = seal(session, BoxNumber.SUPPRESSED_NUMBER, [phone], owner=HOUSE, row=row)
        session.add(SuppressedPhone(id=row, token=token, number_box=box))
        session.flush()
    cases = cases_of_phone(session, phone)
    route = Route.TEXT if said is None else Route.OTHER
    unheard = WithdrawalContent(str(by), now.isoformat(), now.isoformat(), route.value)
    for hers in {each for case_id in cases for each in cases_of_person(session, case_id)}:
        cancel_waiting(session, select(Text).where(Text.case_id == hers), HER_WORD, now)
        try:
            keep_no(session, hers, (said or {}).get(hers, unheard))
        except UNREADABLE:
            audit.record(session, action="consent.unreadable", by=by, cases=[hers], now=now)
    audit.record(session, action="text.stop", by=by, cases=cases, now=now)
    return cases


def cases_of_phone(session: Session, phone: str) -> tuple[UUID, ...]:
    """Return the cases that have, or ever had, this phone."""
    token = cast(Keyring, session.info["keyring"]).phone_token(phone)
    query = select(PhoneToken.case_id).where(PhoneToken.token == token).distinct().order_by(PhoneToken.case_id)
    return tuple(session.scalars(query))


def has_stopped(session: Session, case_id: UUID) -> bool:
    """Say whether she stopped texts on any phone she ever had: that counts for all of them (requirement 32)."""
    return bool(rows_of(session, _STOPPED, cases_of_person(session, case_id)))


def lift_stops(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> None:
    """
    Lift every stop on a phone she has or had, for a person, with her new yes. The caller audits.

    No older yes comes back with it, hers or that of anyone who has the same number: each is given anew.
    """
    cases = cases_of_person(session, case_id)
    tokens = select(PhoneToken.token).where(PhoneToken.case_id.in_(cases))
    stops = session.scalars(
        select(SuppressedPhone).where(SuppressedPhone.token.in_(tokens), SuppressedPhone.lifted_at.is_(None))
    ).all()
    for stop in stops:
        stop.lifted_at = now
    sharing = select(PhoneToken.case_id).where(PhoneToken.token.in_([stop.token for stop in stops]))
    for each in {*cases, *session.scalars(sharing)}:
        close_phones(session, each, by=by, now=now)


def cancel_waiting(session: Session, texts: Select[Text], reason: str, now: datetime) -> None:
    """Cancel those of some texts that have not left, and keep why. The caller audits."""
    waiting = (TextState.PLANNED.value, TextState.HELD.value)
    for text in session.scalars(texts.where(Text.state.in_(waiting))):
        text.state, text.state_at = TextState.CANCELLED.value, now
        with suppress_errors(*UNREADABLE):  # It is cancelled all the same; why is kept where its box opens.
            change_text(session, text, held_reason=reason)
