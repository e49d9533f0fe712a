"""Withdrawing her yes to texts, by whatever route she chose, with effect at once (requirement 32)."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.keyring import Keyring
from outreach import audit, people
from outreach.identity.same_person import cases_of_person
from outreach.messaging.consent_rows import Route, WithdrawalContent, close_phones, keep_no, noes_of
from outreach.messaging.suppression import HER_WORD, cancel_waiting, lock_for_stop, suppress
from outreach.records.errors import UNREADABLE, NoSuchRecord
from outreach.records.people import PhoneToken
from outreach.records.work import Text
from outreach.terms import DestinationKind

__all__ = ["Route", "Withdrawal", "keep_no_of_papers", "withdraw"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """What she said, as whoever heard it tells it."""

    route: Route
    said_at: datetime
    """When she said it; not when it was written down."""
    heard_by: str
    is_for_all: bool = True
    """For every phone of hers; when she did not say, for every one."""


def withdraw(
    session: Session, case_id: UUID, destination_id: UUID, said: Withdrawal, *, by: UUID, now: datetime
) -> None:
    """
    Stop texts by her word: to all her phones, as STOP does, or to this one alone, in whichever of her cases it stands.
    Cancels what waits. Audited.

    Raises:
        NoSuchRecord: the case has no such phone.
        ValueError: it lies in the future.
    """
    if said.said_at > now:
        raise ValueError("she cannot have said it later than now")
    phones = {each.id: each for each in people.destinations(session, case_id) if each.kind is DestinationKind.PHONE}
    if destination_id not in phones:
        raise NoSuchRecord("destination", destination_id)
    no = WithdrawalContent(str(by), now.isoformat(), said.said_at.isoformat(), said.route.value, said.heard_by.strip())
    if said.is_for_all:
        suppress(session, phones[destination_id].value, by=by, now=now, said={case_id: no})
    else:
        lock_for_stop(session)
        for hers, phone in _this_phone(session, case_id, phones[destination_id].value):
            _stop_here(session, hers, phone, no, by=by, now=now)
    audit.record(session, action="consent.withdraw", by=by, cases=[case_id], now=now)


def keep_no_of_papers(session: Session, case_id: UUID, *, said_at: datetime, by: UUID) -> None:
    """Keep her no to all texts, as papers give it, so that no older yes waits beside it. The caller audits."""
    at = said_at.isoformat()
    no = WithdrawalContent(str(by), at, at, Route.OTHER.value, "The papers from before.")
    if no._replace(recorded_by="") not in [each._replace(recorded_by="") for each in noes_of(session, case_id)]:
        keep_no(session, case_id, no)


def _this_phone(session: Session, case_id: UUID, number: str) -> list[tuple[UUID, UUID]]:
    """Return where this phone stands in her cases, by its token: no box need open for that."""
    token = cast(Keyring, session.info["keyring"]).phone_token(number)
    hers = PhoneToken.case_id.in_(cases_of_person(session, case_id))
    query = select(PhoneToken.case_id, PhoneToken.destination_id).where(PhoneToken.token == token, hers)
    return [(row.case_id, row.destination_id) for row in session.execute(query.distinct())]


def _stop_here(session: Session, case_id: UUID, phone: UUID, no: WithdrawalContent, *, by: UUID, now: datetime) -> None:
    cancel_waiting(session, select(Text).where(Text.destination_id == phone), HER_WORD, now)
    try:
        keep_no(session, case_id, no._replace(destination_id=str(phone)))
        close_phones(session, case_id, by=by, now=now, only=(phone,))
    except UNREADABLE:  # No text leaves from a case that does not open.
        audit.record(session, action="consent.unreadable", by=by, cases=[case_id], now=now)
