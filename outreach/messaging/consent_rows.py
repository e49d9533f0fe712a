"""
What is kept of her yes and her no to texts: their boxes, in sealing order, and reading and writing them.

Every yes and every no is a row of its own, so that a later one changes no earlier one. New fields go at the end.
Nothing here audits; the caller does.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import people
from outreach.records.boxes import BoxNumber
from outreach.records.keys import seal, unseal
from outreach.records.people import TextConsent, TextWithdrawal


class Route(StrEnum):
    """How she said that she wants no more texts: any way counts (47 CFR 64.1200(a)(10))."""

    CALL = "call"
    LETTER = "letter"
    TEXT = "text"
    IN_PERSON = "in_person"
    HER_PAGE = "her_page"
    OTHER = "other"


class ConfirmedHow(StrEnum):
    """How the phone itself confirmed her yes."""

    CODE = "code"
    """The code she was told live came from it."""
    CALL = "call"
    """We called that very number and she said yes."""
    SEEN = "seen"
    """A yes came from it, and an advocate looked and knows that it was hers."""


class ConsentContent(NamedTuple):
    """Box TEXT_CONSENT: one yes, as a regulator would ask for it. Times are RFC 3339."""

    recorded_by: str
    recorded_at: str
    how: str
    """in_person, live_call or code_word."""
    wording: str
    """The exact question she said yes to."""
    language: str
    """In which it was shown or read: BCP 47, or its name where an interpreter read it."""
    heard_by: str
    code: str
    """What she was told to send from this phone."""
    after_stop: bool = False
    """She had stopped texts before, and said live that she wants them again."""
    confirmed_at: str | None = None
    confirmed_how: str | None = None
    confirmed_by: str | None = None
    replied_at: str | None = None
    """When a yes, or the code, came from this phone and a person must look at it."""
    reply_was_code: bool = False
    wrong_codes: int = 0


class WithdrawalContent(NamedTuple):
    """Box TEXT_WITHDRAWAL: one no. Times are RFC 3339."""

    recorded_by: str
    recorded_at: str
    said_at: str
    route: str
    heard_by: str = ""
    destination_id: str | None = None
    """The one phone it is about; None: all of hers."""


class Yes(NamedTuple):
    """One yes with its row."""

    row: UUID
    destination_id: UUID
    said: ConsentContent


def yeses_of(session: Session, case_id: UUID, destination_id: UUID | None = None) -> tuple[Yes, ...]:
    """Return every yes of a case, or of one phone of it, newest first. Unaudited."""
    query = select(TextConsent).where(TextConsent.case_id == case_id)
    if destination_id is not None:
        query = query.where(TextConsent.destination_id == destination_id)
    found = (Yes(row.id, row.destination_id, _open(session, row)) for row in session.scalars(query))
    return tuple(sorted(found, key=lambda yes: yes.said.recorded_at, reverse=True))


def keep_yes(session: Session, case_id: UUID, destination_id: UUID, content: ConsentContent) -> UUID:
    """Keep a yes."""
    row = uuid4()
    box = seal(session, BoxNumber.TEXT_CONSENT, content, owner=case_id, row=row)
    session.add(TextConsent(id=row, case_id=case_id, destination_id=destination_id, thread_box=box))
    session.flush()
    return row


def change_yes(session: Session, row: UUID, **changes: object) -> None:
    """Write down what became of a yes."""
    record = session.get_one(TextConsent, row)
    content = _open(session, record)._replace(**changes)  # type: ignore[arg-type]
    record.thread_box = seal(session, BoxNumber.TEXT_CONSENT, content, owner=record.case_id, row=row)
    session.flush()


def noes_of(session: Session, case_id: UUID) -> tuple[WithdrawalContent, ...]:
    """Return every no of a case, newest first. Unaudited."""
    rows = session.scalars(select(TextWithdrawal).where(TextWithdrawal.case_id == case_id))
    found = (
        WithdrawalContent(*unseal(session, BoxNumber.TEXT_WITHDRAWAL, row.withdrawal_box, owner=case_id, row=row.id))
        for row in rows
    )
    return tuple(sorted(found, key=lambda no: no.recorded_at, reverse=True))


def keep_no(session: Session, case_id: UUID, content: WithdrawalContent) -> None:
    """Keep a no."""
    row = uuid4()
    box = seal(session, BoxNumber.TEXT_WITHDRAWAL, content, owner=case_id, row=row)
    session.add(TextWithdrawal(id=row, case_id=case_id, withdrawal_box=box))
    session.flush()


def close_phones(
    session: Session, case_id: UUID, *, by: UUID, now: datetime, only: Collection[UUID] | None = None
) -> None:
    """Take back what opens texts at her phones, all or `only` some: each opens again with a new yes of its own."""
    for phone in people.destinations(session, case_id):
        if phone.text_consent_at is not None and (only is None or phone.id in only):
            closed = replace(phone, text_consent_at=None)
            people.save_destination(session, case_id, closed, version=phone.version, by=by, now=now)


def concerns(no: WithdrawalContent, destination_id: UUID) -> bool:
    """Say whether a no is about this phone."""
    return no.destination_id in (None, str(destination_id))


def _open(session: Session, row: TextConsent) -> ConsentContent:
    fields = unseal(session, BoxNumber.TEXT_CONSENT, row.thread_box, owner=row.case_id, row=row.id)
    return ConsentContent(*fields)
