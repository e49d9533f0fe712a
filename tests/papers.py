"""Files of cases a team had before: rows by column, as a spreadsheet writes them."""

import csv
import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from builders import HIGH_POINT, NOW, a_staff_member
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import people
from outreach.gate.gate_facts import facts_for_gate
from outreach.importing.bringing import Brought, Terms, bring_over
from outreach.importing.checking import rows_of
from outreach.importing.papers import papers_of
from outreach.importing.rows import Row, Rules
from outreach.importing.spreadsheet import Unreadable, read
from outreach.records.brought import BroughtCase
from outreach.records.engine import Vault
from outreach.safe_contact import may_contact
from outreach.terms import Channel, ContentLevel, Role

RULES = Rules(date(2026, 11, 20), {"spanish": "es", "english": "en"}, frozenset({"ana@advocates.test"}))
LENA = {
    "reference": "17",
    "full_name": "Lena Ortiz",
    "date_of_birth": "1990-09-12",
    "phone": "(336) 555-0142",
    "phone_call": "yes",
    "phone_message": "yes",
    "phone_text": "yes",
    "phone_times": "weekdays 9am-12pm",
    "street": "12 Oak Street",
    "city": "High Point",
    "state": "NC",
    "zip": "27260",
    "mail": "yes",
    "partner_name": "Sam Doe",
    "partner_phone": "336-555-0177",
}
NO_PHONE = dict.fromkeys(("phone", "phone_call", "phone_message", "phone_text", "phone_times"), "")
STRANGER = {"reference": "40", "full_name": "Ana Roe", "date_of_birth": "1985-01-02"}
IN_HOURS = NOW + timedelta(hours=1)


def a_file(*rows: dict[str, str], separator: str = ",", mark: bool = False) -> bytes:
    """Return a CSV file of these rows; columns none of them has are left out."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, delimiter=separator, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig" if mark else "utf-8")


def rows(*said: dict[str, str]) -> tuple[Row, ...]:
    """Return the rows of a good file."""
    return rows_of(read(a_file(*said)), RULES)


def faults(content: bytes) -> list[str]:
    """Return every fault of a file, as they are printed."""
    try:
        rows_of(read(content), RULES)
    except Unreadable as unreadable:
        return [str(each) for each in unreadable.faults]
    return []


def terms(session: Session, **advocates: UUID) -> Terms:
    """Return what holds for a file of High Point, a supervisor answering for it."""
    by = a_staff_member(session, role=Role.SUPERVISOR)
    return Terms("high-point", HIGH_POINT, by, advocates, NOW)


def bring(vault: Vault, *said: dict[str, str]) -> Brought:
    """Bring these rows over."""
    with vault.writing() as session:
        return bring_over(session, rows(*said), terms(session))


def the_case(vault: Vault, reference: str = "17") -> UUID:
    """Return the case that was opened for a row."""
    with vault.reading() as session:
        for case_id in session.scalars(select(BroughtCase.case_id)):
            papers = papers_of(session, case_id)
            if papers is not None and papers.reference == reference:
                return case_id
    raise LookupError(reference)


def answers(vault: Vault, case_id: UUID, *, at=IN_HOURS) -> dict[Channel, Any]:
    """Return what the gate says of each channel of each way."""
    with vault.reading() as session:
        facts = facts_for_gate(session, case_id, at=at)
        ways = people.destinations(session, case_id)
    return {
        channel: may_contact(way, channel, ContentLevel.NEUTRAL, at=at, facts=facts)
        for way in ways
        for channel in way.kind.channels
    }
