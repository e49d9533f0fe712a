"""What `audit verify` looks for in the log of accountability, and what it calls each thing it finds."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.boxes import Place, mark
from outreach.audit import Head, expected_mac, link
from outreach.records.base import Base
from outreach.records.boxes import COLUMNS, BoxNumber
from outreach.records.ledger import AuditEntry, AuditSubject

MARK_LENGTH = 36
"""Bytes of one mark: box number (2), row (16), generation (2), tag (16)."""

_PLACE_LENGTH = 18


class Finding(NamedTuple):
    """One thing that is not as it was left. `fault` is one of the words below, `where` an id, a number or a box."""

    fault: str
    where: str


EDITED = "entry edited, or its cases changed"
BROKEN = "chain broken: an entry was removed, added or moved"
CUT = "end of the chain cut off"
OLDER = "box is not the one last written"
MISSING = "box was removed"


def verify(session: Session, *, head: Head | None = None) -> list[Finding]:
    """
    Check every entry and every box the log has a mark of; return what is wrong, in the order of the log.

    Args:
        head: the end of the chain as kept elsewhere; without it a cut-off end shows only by the boxes.
    """
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.number.nulls_last(), AuditEntry.at)).all()
    cases: dict[UUID, list[UUID]] = defaultdict(list)
    for entry_id, case_id in session.execute(select(AuditSubject.entry_id, AuditSubject.case_id)):
        cases[entry_id].append(case_id)
    findings = [Finding(EDITED, str(e.id)) for e in entries if e.mac != expected_mac(session, e, cases.pop(e.id, []))]
    findings += [Finding(EDITED, str(entry_id)) for entry_id in cases]
    findings += _chain_faults(session, [e for e in entries if e.number is not None], head)
    return findings + list(_box_faults(session, _last_marks(entries)))


def _chain_faults(session: Session, chained: list[AuditEntry], head: Head | None) -> list[Finding]:
    end = Head(0, bytes(32))
    for entry in chained:
        expected = link(session, end, entry.mac)
        if (entry.number, entry.chain) != expected:
            return [Finding(BROKEN, f"number {expected.number}")]
        if head is not None and entry.number == head.number and entry.chain != head.chain:
            return [Finding(BROKEN, f"number {head.number}")]
        end = expected
    if head is not None and end.number < head.number:
        return [Finding(CUT, f"after number {end.number}")]
    return []


def _last_marks(entries: Sequence[AuditEntry]) -> dict[bytes, set[bytes]]:
    """
    Return the last marks of each box, by its place.

    Two writes of one box at the same instant of the clock cannot be told apart by time and are both accepted.
    """
    last: dict[bytes, set[bytes]] = {}
    at: dict[bytes, object] = {}
    for entry in entries:
        for start in range(0, len(entry.marks), MARK_LENGTH):
            one = entry.marks[start : start + MARK_LENGTH]
            place = one[:_PLACE_LENGTH]
            if at.get(place) != entry.at:
                last[place], at[place] = set(), entry.at
            last[place].add(one)
    return last


def _box_faults(session: Session, last: dict[bytes, set[bytes]]) -> Iterator[Finding]:
    for number, (table, column) in COLUMNS.items():
        wanted = {UUID(bytes=p[2:]): m for p, m in last.items() if int.from_bytes(p[:2]) == number}
        if not wanted:
            continue
        columns = Base.metadata.tables[table].c
        for row, box in session.execute(select(columns.id, columns[column])):
            marks = wanted.pop(row, None)
            if marks is not None and (box is None or mark(box, at=Place(number, row)) not in marks):
                yield Finding(OLDER, _named(number, row))
        for row in wanted:
            yield Finding(MISSING, _named(number, row))


def _named(number: BoxNumber, row: UUID) -> str:
    return f"{number.name.lower()} {row}"
