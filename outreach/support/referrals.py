"""
Referrals: how she was put in touch with a service. Three ways, and no other.

She got the number and calls when she likes; or all three were on one call and she spoke herself (requirement 84); or an
advocate told the service what a live release of hers lets be told, and nothing more. The program sends nothing.
"""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.records.boxes import BoxNumber
from outreach.records.keys import seal, unseal
from outreach.records.needs import ReferralRecord
from outreach.support.releases import Item, releases_of
from outreach.support.services import service_of


class How(StrEnum):
    """How she was put in touch."""

    NUMBER_GIVEN = "number_given"
    THREE_WAY = "three_way"
    WITH_RELEASE = "with_release"


class NoLiveRelease(ValueError):
    """Nothing she signed lets this service be told, today."""


class SheDidNotSpeak(ValueError):
    """A three-way call in which she did not speak herself is telling someone about her: that takes a release."""


class NewReferral(NamedTuple):
    """A referral as an advocate notes it."""

    service_id: UUID
    how: How
    need_kind: str = ""
    she_spoke: bool = False


class ReferralContent(NamedTuple):
    """Box REFERRAL, in sealing order. New fields go at the end with a default."""

    service_id: str
    service_name: str
    how: str
    need_kind: str
    made_on: str
    made_by: str
    release_id: str | None = None
    told: Sequence[str] = ()
    """What the release let be told."""


class ReferralCard(NamedTuple):
    """One referral as a page shows it."""

    id: UUID
    service_name: str
    how: How
    need_kind: str
    made_on: date
    made_by: str
    told: tuple[Item, ...]


def refer(session: Session, case_id: UUID, new: NewReferral, *, by: UUID, now: datetime) -> UUID:
    """
    Note a referral and return its id. Audited.

    Raises NoSuchRecord for a service not listed; NoLiveRelease; SheDidNotSpeak.
    """
    service = service_of(session, new.service_id)
    if new.how is How.THREE_WAY and not new.she_spoke:
        raise SheDidNotSpeak
    release_id, told = _leave(session, case_id, new, now.date()) if new.how is How.WITH_RELEASE else (None, ())
    row_id = uuid4()
    content = ReferralContent(
        str(service.id),
        service.name,
        new.how,
        new.need_kind,
        now.date().isoformat(),
        str(by),
        str(release_id) if release_id else None,
        told,
    )
    box = seal(session, BoxNumber.REFERRAL, content, owner=case_id, row=row_id)
    session.add(ReferralRecord(id=row_id, case_id=case_id, referral_box=box))
    audit.record(session, action="referral.make", by=by, cases=[case_id], now=now)
    return row_id


def referrals_of(session: Session, case_id: UUID) -> tuple[ReferralCard, ...]:
    """Return a case's referrals, newest first. Unaudited: the page that shows them records the read."""
    rows = session.scalars(select(ReferralRecord).where(ReferralRecord.case_id == case_id)).all()
    return tuple(sorted((_card(session, row) for row in rows), key=lambda each: each.made_on, reverse=True))


def _leave(session: Session, case_id: UUID, new: NewReferral, today: date) -> tuple[UUID, tuple[Item, ...]]:
    """Return the release that lets this service be told today. Of several live ones, the one signed last."""
    for each in releases_of(session, case_id):
        if each.service_id == new.service_id and each.is_live(today):
            return each.id, each.items
    raise NoLiveRelease


def _card(session: Session, row: ReferralRecord) -> ReferralCard:
    content = ReferralContent(*unseal(session, BoxNumber.REFERRAL, row.referral_box, owner=row.case_id, row=row.id))
    return ReferralCard(
        row.id,
        content.service_name,
        How(content.how),
        content.need_kind,
        date.fromisoformat(content.made_on),
        content.made_by,
        tuple(Item(each) for each in content.told),
    )
