"""
Conflict walls: keeping one colleague away from one case, and letting them back.

Who knows her or the partner sees nothing of the case, whatever their role; their own list loses it at once. So it does
each case that may be hers as well. Somebody must be left who sees each (outreach.walls.left).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.access import Action, StaffCard, find_case
from outreach.identity.same_person import lock_person
from outreach.messaging.letters.apart import take_out_of_stacks
from outreach.on_duty.on_call import at_work, supervisors
from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseRecord
from outreach.records.errors import UNREADABLE, NoSuchRecord
from outreach.records.keys import seal, unseal
from outreach.records.walls import ConflictWall
from outreach.walls.left import give_to_decider, take_from_kept_away, who_sees
from outreach.walls.restricting import RestrictionContent, keep, live_ones
from outreach.walls.sight import may_be_hers
from outreach.walls.taking import holders, lock_near, tell_of_taken


class WallContent(NamedTuple):
    """Box CONFLICT_WALL, in sealing order. New fields go at the end with a default; times are RFC 3339 text."""

    words: str
    by: str
    at: str
    ended_by: str = ""
    ended_at: str = ""
    ended_because: str = ""


class NobodyLeft(ValueError):
    """Nobody but its builder would see the case, or one that may be hers: have it given to somebody else first."""


class NotTheirsToEnd(Exception):
    """Only a supervisor takes a wall down."""


def wall_off(
    session: Session, staff: StaffCard, case_id: UUID, colleague_id: UUID, *, words: str, now: datetime
) -> None:
    """
    Keep a colleague away from a case and every other about her; one they hold is nobody's then. Audited.

    So is one that may be hers. Whoever is in charge of it is paged, in words that name no case.

    Doing it again changes nothing. Whoever knows somebody in a case may keep themselves away. An advocate who would be
    the only one to see it can not: nobody would be told when that advocate does not come back.

    Raises:
        NoSuchCase; NoSuchRecord: no such colleague. NobodyLeft. ValueError: no reason.
    """
    find_case(session, staff, case_id)
    if not words.strip():
        raise ValueError("a wall needs a reason")
    if not at_work(session, (colleague_id,)):
        raise NoSuchRecord("colleague", colleague_id)
    content = WallContent(words.strip(), str(staff.id), now.isoformat())
    lock_near(session, case_id)
    hers = lock_person(session, case_id)
    held = holders(session, may_be_hers(session, hers))
    before = {each: who_sees(session, each) for each in held}
    for each in hers:
        _build(session, each, colleague_id, content, by=staff.id, now=now)
    alone = {staff.id} - set(supervisors(session))
    for each, saw in before.items():
        take_from_kept_away(session, each)
        left = who_sees(session, each)
        if left != saw and not left - alone:
            raise NobodyLeft
    tell_of_taken(session, held, hers=hers, by=staff.id, now=now)


def let_back(session: Session, staff: StaffCard, case_id: UUID, wall_id: UUID, *, because: str, now: datetime) -> None:
    """
    Take a wall down, around every case about her. Audited. What it took stays with who has it now.

    Raises:
        NoSuchCase, NotTheirsToEnd; NoSuchRecord: no such wall here. ValueError: no reason.
    """
    find_case(session, staff, case_id)
    if not staff.may(Action.LIFT_RESTRICTION):
        raise NotTheirsToEnd
    if not because.strip():
        raise ValueError("taking a wall down needs a reason")
    wall = session.get(ConflictWall, wall_id)
    if wall is None or wall.case_id != case_id or wall.ended_on is not None:
        raise NoSuchRecord("wall", wall_id)
    ended = {"ended_by": str(staff.id), "ended_at": now.isoformat(), "ended_because": because.strip()}
    for hers in lock_person(session, case_id):
        for row in _rows(session, hers, wall.staff_id):
            row.ended_on = now.date()
            content = _opened(session, row)._replace(**ended)
            row.wall_box = seal(session, BoxNumber.CONFLICT_WALL, content, owner=hers, row=row.id)
        audit.record(session, action="wall.end", by=staff.id, cases=[hers], now=now)


def walls_of(session: Session, case_id: UUID) -> list[tuple[ConflictWall, WallContent]]:
    """Return the walls that stand around a case. Unaudited: the page that shows them records the read."""
    rows = session.scalars(select(ConflictWall).where(ConflictWall.case_id == case_id, ConflictWall.ended_on.is_(None)))
    return sorted(((row, _opened(session, row)) for row in rows), key=lambda each: each[1].at)


def spread(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> None:
    """
    Let each case of hers have every restriction and every wall that one of them has: a human said it is she.

    Where that leaves nobody who sees one of them, whoever decided it has it now. Audited.
    """
    hers = lock_person(session, case_id)
    held = holders(session, may_be_hers(session, hers))
    restrictions, walls = _restrictions_of(session, hers), _walls_of_any(session, hers)
    is_any = any(session.get_one(CaseRecord, each).is_restricted for each in hers)
    for each in hers if is_any or walls else ():
        for content in restrictions:
            keep(session, each, content, by=by, now=now)
        session.get_one(CaseRecord, each).is_restricted = is_any
        for staff_id, kept in walls.items():
            _build(session, each, staff_id, kept, by=by, now=now)
    for each in held if walls else ():
        take_from_kept_away(session, each)
        give_to_decider(session, each, by=by)
    tell_of_taken(session, held, hers=hers, by=by, now=now)


def _restrictions_of(session: Session, hers: Iterable[UUID]) -> list[RestrictionContent]:
    found: dict[str, RestrictionContent] = {}
    for each in hers:
        try:
            found |= {content.cause: content for _, content in live_ones(session, each)}
        except UNREADABLE:
            continue
    return list(found.values())


def _walls_of_any(session: Session, hers: Iterable[UUID]) -> dict[UUID, WallContent]:
    found: dict[UUID, WallContent] = {}
    for each in hers:
        for row in session.scalars(
            select(ConflictWall).where(ConflictWall.case_id == each, ConflictWall.ended_on.is_(None))
        ):
            try:
                found[row.staff_id] = _opened(session, row)
            except UNREADABLE:
                found.setdefault(row.staff_id, WallContent("A wall around another case of hers.", "", ""))
    return found


def _build(
    session: Session, case_id: UUID, colleague_id: UUID, content: WallContent, *, by: UUID, now: datetime
) -> None:
    record = session.get_one(CaseRecord, case_id)
    if record.assigned_to_id == colleague_id:
        record.assigned_to_id = None
    if _rows(session, case_id, colleague_id):
        return
    row = uuid4()
    try:
        box = seal(session, BoxNumber.CONFLICT_WALL, content, owner=case_id, row=row)
    except UNREADABLE:  # Its keys are gone, so that nobody can read it, and nothing can be sealed for it.
        audit.record(session, action="case.unreadable", by=by, cases=[case_id], now=now)
        return
    session.add(ConflictWall(id=row, case_id=case_id, staff_id=colleague_id, wall_box=box))
    session.flush()
    take_out_of_stacks(session, case_id, by=by, now=now)
    audit.record(session, action="wall.build", by=by, cases=[case_id], now=now)


def _rows(session: Session, case_id: UUID, staff_id: UUID) -> list[ConflictWall]:
    same = (ConflictWall.case_id == case_id, ConflictWall.staff_id == staff_id, ConflictWall.ended_on.is_(None))
    return list(session.scalars(select(ConflictWall).where(*same)))


def _opened(session: Session, row: ConflictWall) -> WallContent:
    return WallContent(*unseal(session, BoxNumber.CONFLICT_WALL, row.wall_box, owner=row.case_id, row=row.id))
