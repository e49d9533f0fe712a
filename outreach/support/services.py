"""
The directory of local services the site keeps: public facts, each with the day somebody last checked it.

It is the house's and about no person. What is written is checked all the same: a phone that can be called, short
plain lines, and nothing that says who told us.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

import phonenumbers
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from outreach import audit
from outreach.records.boxes import BoxNumber
from outreach.records.errors import NoSuchRecord, StaleVersion
from outreach.records.keys import HOUSE, seal, unseal
from outreach.records.needs import LocalService
from outreach.support.needs import NeedKind

CHECKED_FOR = timedelta(days=90)
"""A service nobody checked for longer is marked: numbers change, and she may have one call."""
LONGEST = {"name": 80, "what": 160, "hours": 120, "languages": 120, "notes": 300}


class BadService(ValueError):
    """What was written of a service can not stand; `field` says where, the text the mend."""

    def __init__(self, field: str, mend: str) -> None:
        super().__init__(mend)
        self.field = field


class ServiceContent(NamedTuple):
    """Box LOCAL_SERVICE, in sealing order. New fields go at the end with a default."""

    name: str
    kinds: Sequence[str]
    what: str
    phone: str
    hours: str = ""
    languages: str = ""
    notes: str = ""
    checked_on: str = ""


class ServiceCard(NamedTuple):
    """One service as a page shows it."""

    id: UUID
    name: str
    kinds: tuple[NeedKind, ...]
    what: str
    phone: str
    hours: str
    languages: str
    notes: str
    checked_on: date
    version: int

    def is_stale(self, today: date) -> bool:
        """Say whether nobody checked it for long."""
        return today - self.checked_on > CHECKED_FOR


def checked(content: ServiceContent) -> ServiceContent:
    """Return what was written, tidied. Raises BadService for the first field that can not stand. Pure."""
    tidy = content._replace(**{name: " ".join(getattr(content, name).split()) for name in LONGEST})
    if not tidy.name:
        raise BadService("name", "Write the name it is known by.")
    if not tidy.kinds:
        raise BadService("kinds", "Choose what it helps with.")
    for name, most in LONGEST.items():
        if len(getattr(tidy, name)) > most:
            raise BadService(name, f"Keep it to {most} letters.")
    return tidy._replace(phone=_phone(tidy.phone), kinds=tuple(NeedKind(each).value for each in tidy.kinds))


def _phone(written: str) -> str:
    digits = "".join(each for each in written if each.isdigit())
    if 3 <= len(digits) <= 6 and digits == written.strip():  # 988, 211 and their like.
        return digits
    try:
        number = phonenumbers.parse(written, "US")
    except phonenumbers.NumberParseException:
        raise BadService("phone", "Write the number it is called at, such as (336) 555-0100.") from None
    if not phonenumbers.is_possible_number(number):
        raise BadService("phone", "Write the number it is called at, such as (336) 555-0100.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


def add_service(session: Session, content: ServiceContent, *, by: UUID, now: datetime) -> UUID:
    """Put a service into the directory, as checked today, and return its id. Audited. Raises BadService."""
    row_id = uuid4()
    content = checked(content)._replace(checked_on=now.date().isoformat())
    session.add(LocalService(id=row_id, service_box=_sealed(session, row_id, content)))
    audit.record(session, action="service.add", by=by, cases=(), now=now)
    return row_id


def change_service(
    session: Session, service_id: UUID, content: ServiceContent, *, version: int, by: UUID, now: datetime
) -> None:
    """Write a service anew, as checked today. Audited. Raises BadService, NoSuchRecord, StaleVersion."""
    row = _row(session, service_id, version)
    content = checked(content)._replace(checked_on=now.date().isoformat())
    row.service_box = _sealed(session, row.id, content)
    _flush(session)
    audit.record(session, action="service.change", by=by, cases=(), now=now)


def note_checked(session: Session, service_id: UUID, *, version: int, by: UUID, now: datetime) -> None:
    """Note that what stands of a service was checked today. Audited. Raises NoSuchRecord, StaleVersion."""
    row = _row(session, service_id, version)
    content = _content(session, row)._replace(checked_on=now.date().isoformat())
    row.service_box = _sealed(session, row.id, content)
    _flush(session)
    audit.record(session, action="service.check", by=by, cases=(), now=now)


def take_off(session: Session, service_id: UUID, *, version: int, by: UUID, now: datetime) -> None:
    """Take a service off the directory; referrals to it stay. Audited. Raises NoSuchRecord, StaleVersion."""
    _row(session, service_id, version).is_listed = False
    _flush(session)
    audit.record(session, action="service.take_off", by=by, cases=(), now=now)


def services(session: Session, kind: NeedKind | None = None) -> tuple[ServiceCard, ...]:
    """Return the directory by name, or what of it helps with one kind of need."""
    rows = session.scalars(select(LocalService).where(LocalService.is_listed.is_(True))).all()
    cards = sorted((_card(session, row) for row in rows), key=lambda each: each.name.casefold())
    return tuple(each for each in cards if kind is None or kind in each.kinds)


def service_of(session: Session, service_id: UUID) -> ServiceCard:
    """Return one listed service. Raises NoSuchRecord."""
    row = session.get(LocalService, service_id)
    if row is None or not row.is_listed:
        raise NoSuchRecord("service", service_id)
    return _card(session, row)


def _row(session: Session, service_id: UUID, version: int) -> LocalService:
    row = session.get(LocalService, service_id)
    if row is None or not row.is_listed:
        raise NoSuchRecord("service", service_id)
    if row.version != version:
        raise StaleVersion("service")
    return row


def _flush(session: Session) -> None:
    try:
        session.flush()
    except StaleDataError:
        raise StaleVersion("service") from None


def _sealed(session: Session, row_id: UUID, content: ServiceContent) -> bytes:
    return seal(session, BoxNumber.LOCAL_SERVICE, content, owner=HOUSE, row=row_id)


def _content(session: Session, row: LocalService) -> ServiceContent:
    return ServiceContent(*unseal(session, BoxNumber.LOCAL_SERVICE, row.service_box, owner=HOUSE, row=row.id))


def _card(session: Session, row: LocalService) -> ServiceCard:
    content = _content(session, row)
    return ServiceCard(
        row.id,
        content.name,
        tuple(NeedKind(each) for each in content.kinds),
        content.what,
        content.phone,
        content.hours,
        content.languages,
        content.notes,
        date.fromisoformat(content.checked_on),
        row.version,
    )
