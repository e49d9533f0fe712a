"""
Opting in to texts: her yes, as a regulator would ask for it, and its confirmation from that very phone.

The gate reads only the confirmation (`text_consent_at` of the destination). An incoming YES confirms nothing but an
opt-in that an advocate recorded in the last days: whoever holds the phone cannot opt her in.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, people
from outreach.destinations import Destination
from outreach.messaging.suppression import has_stopped, suppress
from outreach.messaging.text_boxes import ConsentContent, instant, open_consent, seal_consent
from outreach.records.people import TextConsent
from outreach.requests import VERIFIED_HOW
from outreach.terms import DestinationKind

ConfirmedHow = Literal["reply", "live"]
WAITS_FOR_YES = timedelta(hours=72)
WORDINGS = {
    "en": "May we send you short reminders by text to this phone? You can stop them at any time with STOP.",
    "es": "¿Podemos mandarle recordatorios cortos por mensaje a este teléfono? Puede pararlos cuando quiera con STOP.",
}
"""What the advocate asks her, word for word."""


class NoConsent(ValueError):
    """An opt-in that cannot be recorded or confirmed like this; the text says why."""


def record_opt_in(
    session: Session,
    case_id: UUID,
    destination_id: UUID,
    *,
    how: str,
    wording: str,
    language: str,
    by: UUID,
    now: datetime,
) -> UUID:
    """
    Record her yes to texts at one phone. Texts stay off until it is confirmed from that phone. Audited.

    Args:
        how: in_person, live_call or code_word.
        wording: the exact question she said yes to.

    Raises:
        NoConsent: not asked live, without its wording, not a phone, or she stopped texts and nobody lifted that.
        NoSuchRecord: the case has no such destination.
    """
    destination = _phone(session, case_id, destination_id)
    if how not in VERIFIED_HOW:
        raise NoConsent("a yes to texts counts only when she gave it in person, on a live call, or with her code word")
    if not wording.strip() or not language.strip():
        raise NoConsent("keep the exact question and its language")
    if has_stopped(session, case_id):
        raise NoConsent("she stopped texts; that must be lifted first, by a person and with her word")
    content = ConsentContent(str(by), now.isoformat(), how, wording.strip(), language)
    record = _record(session, destination_id)
    row = record.id if record else uuid4()
    box = seal_consent(session, content, case_id=case_id, row=row)
    if record is None:
        session.add(TextConsent(id=row, case_id=case_id, destination_id=destination_id, thread_box=box))
    else:
        record.thread_box = box
    _set_confirmed(session, case_id, destination, None, by=by, now=now)
    audit.record(session, action="consent.record", by=by, cases=[case_id], now=now)
    return row


def confirm(
    session: Session, case_id: UUID, destination_id: UUID, *, how: ConfirmedHow, by: UUID, now: datetime
) -> None:
    """
    Confirm a recorded opt-in: a YES came from that phone, or an advocate heard her yes while she held it. Audited.

    Raises:
        NoConsent: nothing waits for a confirmation there.
    """
    record = _record(session, destination_id)
    if record is None or not _waits(open_consent(session, record), now):
        raise NoConsent("no yes of hers waits for a confirmation from this phone")
    _change(session, record, confirmed_at=now.isoformat(), confirmed_how=how)
    _set_confirmed(session, case_id, _phone(session, case_id, destination_id), now, by=by, now=now)
    audit.record(session, action="consent.confirm", by=by, cases=[case_id], now=now)


def withdraw(session: Session, case_id: UUID, destination_id: UUID, *, how: str, by: UUID, now: datetime) -> None:
    """Stop texts by her word in a call, a letter or a meeting: the phone is suppressed. Audited."""
    destination = _phone(session, case_id, destination_id)
    suppress(session, destination.value, by=by, now=now)
    record = _record(session, destination_id)
    if record is not None:
        _change(session, record, withdrawn_at=now.isoformat(), withdrawn_how=how)
    _set_confirmed(session, case_id, destination, None, by=by, now=now)
    audit.record(session, action="consent.withdraw", by=by, cases=[case_id], now=now)


def waiting_for_yes(session: Session, case_id: UUID, phone: str, *, now: datetime) -> UUID | None:
    """Return the destination with this number whose opt-in waits for its YES."""
    for destination in people.destinations(session, case_id):
        record = _record(session, destination.id) if destination.value == phone else None
        if record is not None and _waits(open_consent(session, record), now):
            return destination.id
    return None


def consent_of(session: Session, destination_id: UUID) -> ConsentContent | None:
    """Return what was recorded of an opt-in. Unaudited: the caller audits what it shows."""
    record = _record(session, destination_id)
    return open_consent(session, record) if record else None


def _waits(content: ConsentContent, now: datetime) -> bool:
    recorded_at = instant(content.recorded_at)
    is_open = content.confirmed_at is None and content.withdrawn_at is None
    return is_open and recorded_at is not None and now - recorded_at <= WAITS_FOR_YES


def _record(session: Session, destination_id: UUID) -> TextConsent | None:
    return session.scalars(select(TextConsent).where(TextConsent.destination_id == destination_id)).first()


def _change(session: Session, record: TextConsent, **changes: str) -> None:
    content = open_consent(session, record)._replace(**changes)
    record.thread_box = seal_consent(session, content, case_id=record.case_id, row=record.id)


def _phone(session: Session, case_id: UUID, destination_id: UUID) -> Destination:
    destination = people.destination_of(session, case_id, destination_id)
    if destination.kind is not DestinationKind.PHONE:
        raise NoConsent("only a phone gets texts")
    return destination


def _set_confirmed(
    session: Session, case_id: UUID, destination: Destination, at: datetime | None, *, by: UUID, now: datetime
) -> None:
    if destination.text_consent_at != at:
        changed = replace(destination, text_consent_at=at)
        people.save_destination(session, case_id, changed, version=destination.version, by=by, now=now)
