"""
Safety plans: hers, in sections, one version after another. A version is never changed; the newest is the plan.

No copy is given by default: a paper or a picture of a plan can be found. To have offered a plan, or to have looked
at it again, ends what asked for it. What is shown to a person goes through `read`, which leaves an audit entry.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto.boxes import MAX_RECORD
from outreach import audit
from outreach.case_file.contents import read_as
from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseRecord
from outreach.records.errors import NoSuchRecord, StaleVersion
from outreach.records.keys import seal, unseal
from outreach.records.risk import SafetyPlan
from outreach.risk import reassessment
from outreach.risk.plan_sections import KEYS, LONGEST

MOST_BYTES = MAX_RECORD - 4 * 1024
"""Of all sections together; the rest of the box is for who, when and where a copy is."""


class What(StrEnum):
    """What a version is."""

    WRITTEN = "written"
    LOOKED_AT = "looked_at"
    """Looked at together; nothing changed."""
    NOT_WANTED = "not_wanted"
    """Offered, and she did not want it now; what there was stays."""


class KeptPlan(NamedTuple):
    """Box SAFETY_PLAN. New fields go at the end with a default. `sections` are (key, words)."""

    at: str
    by: str
    what: str
    sections: tuple[tuple[str, str], ...] = ()
    copy_where: str = ""
    """Where a copy is kept; empty: none was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a page sends."""

    sections: Mapping[str, str]
    copy_where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCard:
    """One version, as a page may show it."""

    number: int
    at: datetime
    by: str
    what: What
    sections: Mapping[str, str]
    copy_where: str

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is written."""
        return not any(self.sections.values())


class UnfitPlan(ValueError):
    """A section nobody knows, one too long, or nothing written at all."""


class TooMuchToKeep(UnfitPlan):
    """All sections together do not fit one version; names the longest."""

    def __init__(self, section: str) -> None:
        super().__init__("the plan as a whole is too long")
        self.section = section


def write(session: Session, case_id: UUID, written: Written, *, number: int, by: UUID, now: datetime) -> int:
    """
    Keep a new version, and return its number; what asked for a plan is done. Audited.

    Args:
        number: of the version that was shown; 0 where there was none.

    Raises:
        UnfitPlan, TooMuchToKeep; StaleVersion when somebody wrote another meanwhile.
    """
    words = {key: as_kept(words) for key, words in written.sections.items()}
    if set(words) - set(KEYS) or not any(words.values()) or any(len(each) > LONGEST for each in words.values()):
        raise UnfitPlan
    kept = tuple((key, words[key]) for key in KEYS if words.get(key))
    if len(json.dumps(kept, ensure_ascii=False).encode()) > MOST_BYTES:
        raise TooMuchToKeep(max(kept, key=lambda each: len(each[1].encode()))[0])
    made = KeptPlan(now.isoformat(), str(by), What.WRITTEN.value, kept, written.copy_where.strip())
    return _add(session, case_id, made, number=number, by=by, now=now)


def as_kept(words: str) -> str:
    """Return words as they are kept and counted: a browser sends each new line as two letters."""
    return words.replace("\r\n", "\n").strip()


def look_again(session: Session, case_id: UUID, *, number: int, by: UUID, now: datetime) -> int:
    """Note that the plan was looked at together and stays as it is. Audited. Raises StaleVersion, NoSuchRecord."""
    shown = _kept(session, _row(session, case_id, number))
    same = shown._replace(at=now.isoformat(), by=str(by), what=What.LOOKED_AT.value)
    return _add(session, case_id, same, number=number, by=by, now=now)


def decline(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> int:
    """Note that a plan was offered and not wanted now; one there was stays. Audited."""
    last = latest(session, case_id)
    kept = KeptPlan(
        now.isoformat(),
        str(by),
        What.NOT_WANTED.value,
        tuple(last.sections.items()) if last else (),
        last.copy_where if last else "",
    )
    return _add(session, case_id, kept, number=last.number if last else 0, by=by, now=now, outcome="declined")


def read(session: Session, case_id: UUID, *, number: int | None = None, by: UUID, now: datetime) -> PlanCard | None:
    """Return a version, the newest unless one is named, to be shown to a person. Audited. Raises NoSuchRecord."""
    found = latest(session, case_id) if number is None else _card(session, _row(session, case_id, number))
    audit.record(session, action="plan.read", by=by, cases=[case_id], now=now)
    return found


def latest(session: Session, case_id: UUID) -> PlanCard | None:
    """Return the newest version. Unaudited: the page that shows something of it records the read."""
    query = select(SafetyPlan).where(SafetyPlan.case_id == case_id).order_by(SafetyPlan.number.desc()).limit(1)
    row = session.scalars(query).first()
    return _card(session, row) if row else None


def versions(session: Session, case_id: UUID) -> tuple[PlanCard, ...]:
    """Return every version, the newest first. Unaudited, as `latest`."""
    rows = session.scalars(select(SafetyPlan).where(SafetyPlan.case_id == case_id).order_by(SafetyPlan.number.desc()))
    return tuple(_card(session, row) for row in rows)


def _add(
    session: Session,
    case_id: UUID,
    kept: KeptPlan,
    *,
    number: int,
    by: UUID,
    now: datetime,
    outcome: str = "done",
) -> int:
    # The row of the case is held, so that of two who write at once the second is told.
    session.execute(select(CaseRecord.id).where(CaseRecord.id == case_id).with_for_update())
    last = session.scalar(select(func.max(SafetyPlan.number)).where(SafetyPlan.case_id == case_id)) or 0
    if last != number:
        raise StaleVersion("safety plan")
    row = uuid4()
    box = seal(session, BoxNumber.SAFETY_PLAN, kept, owner=case_id, row=row)
    session.add(SafetyPlan(id=row, case_id=case_id, number=last + 1, has_words=bool(kept.sections), plan_box=box))
    reassessment.settle(session, case_id, outcome=outcome, by=by, now=now, action="plan")
    audit.record(session, action=f"plan.{kept.what}", by=by, cases=[case_id], now=now)
    return last + 1


def _row(session: Session, case_id: UUID, number: int) -> SafetyPlan:
    row = session.scalar(select(SafetyPlan).where(SafetyPlan.case_id == case_id, SafetyPlan.number == number))
    if row is None:
        raise NoSuchRecord("safety plan of case", case_id)
    return row


def _kept(session: Session, row: SafetyPlan) -> KeptPlan:
    fields = unseal(session, BoxNumber.SAFETY_PLAN, row.plan_box, owner=row.case_id, row=row.id)
    return read_as(KeptPlan, fields)


def _card(session: Session, row: SafetyPlan) -> PlanCard:
    kept = _kept(session, row)
    return PlanCard(
        number=row.number,
        at=datetime.fromisoformat(kept.at),
        by=kept.by,
        what=What(kept.what),
        sections={str(key): str(words) for key, words in kept.sections},
        copy_where=kept.copy_where,
    )
