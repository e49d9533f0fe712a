"""Cases: opening one, and what stands about it. Everything the gate weighs of a case is changed here, and audited."""

from datetime import date, datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from outreach import audit
from outreach.case_file.standing import Approved, Standing, open_standing, seal_standing
from outreach.case_file.words import Because, add_reason
from outreach.gate.facts import Approval
from outreach.gate.gate_facts import facts_for_gate
from outreach.identity.handles import random_handle
from outreach.records.cases import CaseRecord
from outreach.records.errors import NoSuchRecord, StaleVersion
from outreach.records.inserting import insert_rows, is_written
from outreach.records.keys import create_case_keys

_CASE = cast(Table, CaseRecord.__table__).c
_TAKEN = select(_CASE.handle).where(_CASE.handle.in_(bindparam("handles", expanding=True)))
_SPARE = "spare_handles"

HANDLES_AT_ONCE = 20

__all__ = [
    "Approved",
    "Standing",
    "approve",
    "change_standing",
    "facts_for_gate",
    "open_case",
    "open_standing",
    "standing",
]


def open_case(
    session: Session,
    *,
    jurisdiction: str,
    protocol_digest: str,
    standing: Standing,
    opened_on: date,
    handle: str | None = None,
) -> UUID:
    """
    Open a case with keys of its own and a handle that says nothing; return its id.

    The caller records who opened it and why (audit.record) in the same transaction; without that it does not commit.
    """
    case_id = uuid4()
    create_case_keys(session, case_id)
    record = {
        "id": case_id,
        "handle": handle or _unused_handle(session),
        "jurisdiction": jurisdiction,
        "protocol_digest": protocol_digest,
        "opened_on": opened_on,
        "is_restricted": False,
        "standing_box": seal_standing(session, case_id, standing),
    }
    insert_rows(session, CaseRecord, [record])
    return case_id


def standing(session: Session, case_id: UUID) -> tuple[Standing, int]:
    """Return what stands about a case, and its version. Unaudited: for rules inside the vault. Raises NoSuchRecord."""
    query = select(CaseRecord.standing_box, CaseRecord.version).where(CaseRecord.id == case_id)
    row = session.execute(query).first()
    if row is None:
        raise NoSuchRecord("case", case_id)
    return open_standing(session, case_id, row[0]), row[1]


def change_standing(
    session: Session,
    case_id: UUID,
    *,
    version: int | None = None,
    by: UUID,
    now: datetime,
    because: str = "",
    **changes: Any,
) -> None:
    """
    Change fields of a case's standing, and say so in the log.

    Args:
        version: as it was shown to the person who changes it; None where nobody was shown anything.
        because: the reason in that person's words, kept where the gate does not look.
        changes: fields of Standing; times and dates as RFC 3339 text.

    Raises:
        StaleVersion: somebody else changed the case since; nothing was written.
        NoSuchRecord, ValueError (no such field).
    """
    record = session.get(CaseRecord, case_id)
    if record is None:
        raise NoSuchRecord("case", case_id)
    if version not in (None, record.version):
        raise StaleVersion("case")
    changed = open_standing(session, case_id, record.standing_box)._replace(**changes)
    record.standing_box = seal_standing(session, case_id, changed)
    if because:
        add_reason(session, record, Because(now.isoformat(), str(by), because))
    try:
        session.flush()
    except StaleDataError:
        raise StaleVersion("case") from None
    audit.record(session, action="standing.change", by=by, cases=[case_id], now=now)


def approve(session: Session, case_id: UUID, approved: Approved, *, because: str, now: datetime) -> None:
    """
    Keep a decision the gate asks for, with its reason; one that ended before is dropped.

    Raises:
        ValueError: an unknown decision, or no reason.
    """
    Approval(approved.approval)
    if not because.strip():
        raise ValueError("an approval needs a reason")
    kept, _ = standing(session, case_id)
    live = tuple(each for each in kept.approvals if datetime.fromisoformat(each.until) > now)
    fresh = (*live, approved)
    change_standing(session, case_id, by=UUID(approved.by), now=now, because=because.strip(), approvals=fresh)


def _unused_handle(session: Session) -> str:
    """Return one of several looked for at once: a round of events opens many cases."""
    spare: list[str] = session.info.setdefault(_SPARE, [])
    for words_only in (True, True, *[False] * 32):
        if not spare:
            spare += _unused_handles(session, with_number=not words_only)
        while spare:
            handle = spare.pop()
            if not is_written(session, (handle,)):
                return handle
    raise RuntimeError("no unused handle was found in many tries")


def _unused_handles(session: Session, *, with_number: bool) -> set[str]:
    some = {random_handle(with_number=with_number) for _ in range(HANDLES_AT_ONCE)}
    return some - set(session.scalars(_TAKEN, {"handles": list(some)}))
