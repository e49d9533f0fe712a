"""Files of cases a team had before: rows by column, as a spreadsheet writes them."""

import csv
import io
from datetime import date
from uuid import UUID

from builders import HIGH_POINT, NOW, a_staff_member
from sqlalchemy.orm import Session

from outreach.importing.bringing import Brought, Terms, bring_over
from outreach.importing.checking import rows_of
from outreach.importing.rows import Row, Rules
from outreach.importing.spreadsheet import Unreadable, read
from outreach.records.engine import Vault
from outreach.terms import Role

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
