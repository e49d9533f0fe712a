"""
Her written leave to tell one recipient exactly this: what it must hold, how long it lasts, taking it back.

Source: 34 USC 12291(b)(2): informed, written, reasonably time-limited; never as a condition of help. Nothing is sent by
this program: a live release only lets a referral be recorded in which an advocate told the recipient.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from outreach import audit
from outreach.records.boxes import BoxNumber
from outreach.records.errors import NoSuchRecord, StaleVersion
from outreach.records.keys import seal, unseal
from outreach.records.needs import ReleaseRecord
from outreach.support.never_stored import SAY_LEGAL, tells_status

LONGEST = timedelta(days=90)
LONGEST_PURPOSE = 200


class Item(StrEnum):
    """What one may let us tell: exactly these, each by itself. Never where she is."""

    FIRST_NAME = "first_name"
    FULL_NAME = "full_name"
    SAFE_NUMBER = "safe_number"
    LANGUAGE = "language"
    CHILDREN = "children"
    NEED = "need"


class BadRelease(ValueError):
    """What she signed does not make a release; `field` says where, the text the mend."""

    def __init__(self, field: str, mend: str) -> None:
        super().__init__(mend)
        self.field = field


class NewRelease(NamedTuple):
    """A release as an advocate notes it after she signed."""

    service_id: UUID
    recipient: str
    items: tuple[Item, ...]
    purpose: str
    signed_on: date
    expires_on: date
    is_written: bool
    risks_explained: bool
    cancel_explained: bool


class ReleaseContent(NamedTuple):
    """Box RELEASE, in sealing order. New fields go at the end with a default."""

    service_id: str
    recipient: str
    items: Sequence[str]
    purpose: str
    signed_on: str
    expires_on: str
    heard_by: str
    revoked_on: str | None = None
    revoked_by: str | None = None


class ReleaseCard(NamedTuple):
    """One release as a page shows it."""

    id: UUID
    service_id: UUID
    recipient: str
    items: tuple[Item, ...]
    purpose: str
    signed_on: date
    expires_on: date
    revoked_on: date | None
    version: int

    def is_live(self, on: date) -> bool:
        """Say whether it holds on a day: its last day counts, and taking it back counts at once."""
        return self.revoked_on is None and self.signed_on <= on <= self.expires_on


def refuse_unfit(new: NewRelease, *, today: date) -> None:
    """Raise BadRelease for the first thing that keeps this from being a release. Pure."""
    if not new.items:
        raise BadRelease("items", "Choose what they may be told, and nothing more.")
    if not new.purpose.strip():
        raise BadRelease("purpose", "Write what it is for, in a few words.")
    if len(new.purpose.strip()) > LONGEST_PURPOSE:
        raise BadRelease("purpose", f"Keep it to {LONGEST_PURPOSE} letters.")
    if tells_status(new.purpose):
        raise BadRelease("purpose", SAY_LEGAL)
    if new.signed_on > today:
        raise BadRelease("signed_on", "This day is to come. Note it when she has signed.")
    if not today <= new.expires_on <= new.signed_on + LONGEST:
        raise BadRelease("expires_on", "It can hold for 90 days from the day she signed, and no longer.")
    for name, mend in _CONFIRMED.items():
        if not getattr(new, name):
            raise BadRelease(name, mend)


_CONFIRMED = {
    "is_written": "It must be in writing, signed by her and no one for her.",
    "risks_explained": "Tell her first what may go wrong when they know.",
    "cancel_explained": "Tell her first how she takes it back, at any time.",
}


def keep_release(session: Session, case_id: UUID, new: NewRelease, *, by: UUID, now: datetime) -> UUID:
    """Keep a release and return its id. Audited. Raises BadRelease."""
    refuse_unfit(new, today=now.date())
    row_id = uuid4()
    content = ReleaseContent(
        str(new.service_id),
        new.recipient,
        tuple(new.items),
        new.purpose.strip(),
        new.signed_on.isoformat(),
        new.expires_on.isoformat(),
        str(by),
    )
    box = seal(session, BoxNumber.RELEASE, content, owner=case_id, row=row_id)
    session.add(ReleaseRecord(id=row_id, case_id=case_id, release_box=box))
    audit.record(session, action="release.keep", by=by, cases=[case_id], now=now)
    return row_id


def revoke(session: Session, case_id: UUID, release_id: UUID, *, version: int, by: UUID, now: datetime) -> None:
    """Take a release back, at once and for ever, as she said. Audited. Raises NoSuchRecord, StaleVersion."""
    row = session.get(ReleaseRecord, release_id)
    if row is None or row.case_id != case_id:
        raise NoSuchRecord("release", release_id)
    if row.version != version:
        raise StaleVersion("release")
    content = _content(session, row)
    if content.revoked_on is None:
        content = content._replace(revoked_on=now.date().isoformat(), revoked_by=str(by))
        row.release_box = seal(session, BoxNumber.RELEASE, content, owner=case_id, row=row.id)
    try:
        session.flush()
    except StaleDataError:
        raise StaleVersion("release") from None
    audit.record(session, action="release.revoke", by=by, cases=[case_id], now=now)


def releases_of(session: Session, case_id: UUID) -> tuple[ReleaseCard, ...]:
    """Return a case's releases, newest first. Unaudited: the page that shows them records the read."""
    rows = session.scalars(select(ReleaseRecord).where(ReleaseRecord.case_id == case_id)).all()
    return tuple(sorted((_card(session, row) for row in rows), key=lambda each: each.signed_on, reverse=True))


def _content(session: Session, row: ReleaseRecord) -> ReleaseContent:
    return ReleaseContent(*unseal(session, BoxNumber.RELEASE, row.release_box, owner=row.case_id, row=row.id))


def _card(session: Session, row: ReleaseRecord) -> ReleaseCard:
    content = _content(session, row)
    return ReleaseCard(
        row.id,
        UUID(content.service_id),
        content.recipient,
        tuple(Item(each) for each in content.items),
        content.purpose,
        date.fromisoformat(content.signed_on),
        date.fromisoformat(content.expires_on),
        date.fromisoformat(content.revoked_on) if content.revoked_on else None,
        row.version,
    )
