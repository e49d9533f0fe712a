"""
Texts from numbers that are in no case: kept sealed under the house's key, until a person says whose they are.

Nothing is answered, and nothing is concluded from a number: attaching one to a case opens no way (requirement 21).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, cast
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto.keyring import Keyring
from outreach import audit, people
from outreach.access import NoSuchCase, StaffCard, visible_cases
from outreach.messaging.incoming import Incoming, keep_incoming, lock_case
from outreach.messaging.text_tasks import ask_to_read
from outreach.reaching.destinations import Destination
from outreach.reaching.reach import KnownAlready
from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseRecord
from outreach.records.conversation import UnknownText
from outreach.records.keys import HOUSE, seal, unseal
from outreach.terms import DestinationKind

MOST_NUMBERS = 50
MOST_TEXTS = 40
LABEL = "number that wrote to us"


class Unknown(NamedTuple):
    """Box UNKNOWN_TEXT. Times are RFC 3339 text."""

    received_at: str
    phone: str
    body: str
    pictures: int = 0
    said: str = "other"
    settled_by: str | None = None
    settled_at: str | None = None
    because: str = ""
    case_id: str | None = None


@dataclass(frozen=True, slots=True)
class UnknownLine:
    """One number that wrote, without a word of what it is or says."""

    id: UUID
    """Of its newest text."""
    texts: int
    came_on: date


@dataclass(frozen=True, slots=True)
class UnknownThread:
    """One number, and what came from it, newest first."""

    id: UUID
    phone: str
    texts: tuple[Unknown, ...]
    total: int


class Settled(ValueError):
    """Somebody settled these texts meanwhile. Nothing was changed."""


def keep_unknown(session: Session, incoming: Incoming) -> None:
    """Store a text from a number that is in no case. The caller audits."""
    token = cast(Keyring, session.info["keyring"]).phone_token(incoming.phone)
    row, newest = uuid4(), select(func.max(UnknownText.number)).where(UnknownText.token == token)
    kept = Unknown(incoming.received_at, incoming.phone, incoming.body, incoming.pictures, incoming.said)
    session.add(
        UnknownText(
            id=row,
            token=token,
            number=(session.scalar(newest) or 0) + 1,
            came_on=datetime.fromisoformat(incoming.received_at).date(),
            unknown_box=seal(session, BoxNumber.UNKNOWN_TEXT, kept, owner=HOUSE, row=row),
        )
    )
    session.flush()


def waiting_numbers(session: Session) -> tuple[tuple[UnknownLine, ...], int]:
    """Return the numbers that wrote and wait for a person, the latest first, and how many there are. Opens no box."""
    open_ones = select(UnknownText.token, func.max(UnknownText.number).label("newest"), func.count().label("texts"))
    grouped = open_ones.where(UnknownText.settled_on.is_(None)).group_by(UnknownText.token).subquery()
    total = session.scalar(select(func.count()).select_from(grouped)) or 0
    newest = (UnknownText.token == grouped.c.token) & (UnknownText.number == grouped.c.newest)
    rows = session.execute(
        select(UnknownText.id, grouped.c.texts, UnknownText.came_on)
        .join(grouped, newest)
        .order_by(UnknownText.came_on.desc(), UnknownText.id)
        .limit(MOST_NUMBERS)
    )
    return tuple(UnknownLine(row.id, row.texts, row.came_on) for row in rows), total


def count_waiting(session: Session) -> int:
    """Return how many texts of such numbers wait for a person. Opens no box."""
    return session.scalar(select(func.count()).where(UnknownText.settled_on.is_(None))) or 0


def read_unknown(session: Session, text_id: UUID, *, by: UUID, now: datetime) -> UnknownThread:
    """Return what came from the number of one text, to be shown to a person. Audited. Raises NoSuchCase."""
    rows = _open_rows(session, text_id)
    texts = tuple(_opened(session, row) for row in rows[:MOST_TEXTS])
    audit.record(session, action="unknown.read", by=by, cases=[], now=now)
    return UnknownThread(text_id, texts[0].phone, texts, len(rows))


def attach(session: Session, staff: StaffCard, text_id: UUID, handle: str, *, now: datetime) -> UUID:
    """
    Say whose number it is: it becomes a phone of that case that nobody has checked, and its texts join the case's.

    Nothing opens: every channel there is unknown until she is asked. Audited; returns the case.

    Raises:
        NoSuchCase: no such text, or no case of that handle that this person may see.
        Settled.
    """
    rows = _open_rows(session, text_id)
    wanted = visible_cases(staff).where(func.lower(CaseRecord.handle) == handle.strip().lower())
    case = session.scalars(wanted).one_or_none()
    if case is None:
        raise NoSuchCase
    lock_case(session, case.id)
    opened = [(row, _opened(session, row)) for row in reversed(rows)]
    phone = _phone_of(session, case.id, opened[0][1].phone, staff=staff, now=now)
    for row, unknown in opened:
        whose = Incoming(unknown.received_at, unknown.phone, unknown.body, unknown.said, unknown.pictures, str(phone))
        keep_incoming(session, case.id, whose)
        _settle(session, row, unknown._replace(body="", case_id=str(case.id)), "attached", by=staff.id, now=now)
    ask_to_read(session, case.id, now=now)
    audit.record(session, action="unknown.attach", by=staff.id, cases=[case.id], now=now)
    return case.id


def dismiss(session: Session, text_id: UUID, *, because: str, by: UUID, now: datetime) -> None:
    """Take a number's texts off the list, with the reason. Audited. Raises NoSuchCase, Settled, ValueError."""
    if not because.strip():
        raise ValueError("say why nobody need look at it again")
    for row in _open_rows(session, text_id):
        kept = _opened(session, row)._replace(because=because.strip())
        _settle(session, row, kept, "dismissed", by=by, now=now)
    audit.record(session, action="unknown.dismiss", by=by, cases=[], now=now)


def _open_rows(session: Session, text_id: UUID) -> list[UnknownText]:
    """Return what waits from the number of one text, newest first."""
    one = session.get(UnknownText, text_id)
    if one is None:
        raise NoSuchCase
    query = select(UnknownText).where(UnknownText.token == one.token, UnknownText.settled_on.is_(None))
    rows = list(session.scalars(query.order_by(UnknownText.number.desc()).with_for_update()))
    if not rows or one.settled_on is not None:
        raise Settled
    return rows


def _opened(session: Session, row: UnknownText) -> Unknown:
    return Unknown(*unseal(session, BoxNumber.UNKNOWN_TEXT, row.unknown_box, owner=HOUSE, row=row.id))


def _settle(session: Session, row: UnknownText, kept: Unknown, how: str, *, by: UUID, now: datetime) -> None:
    kept = kept._replace(settled_by=str(by), settled_at=now.isoformat())
    row.unknown_box = seal(session, BoxNumber.UNKNOWN_TEXT, kept, owner=HOUSE, row=row.id)
    row.settled_on, row.settled_as = now.date(), how


def _phone_of(session: Session, case_id: UUID, phone: str, *, staff: StaffCard, now: datetime) -> UUID:
    """Return the case's destination with this number, added with no verdict at all where it has none."""
    fresh = Destination(id=uuid4(), kind=DestinationKind.PHONE, value=phone, label=LABEL, verdicts={})
    try:
        return people.add_destination(session, case_id, fresh, by=staff.id, now=now).id
    except KnownAlready as already:
        return already.known.id
