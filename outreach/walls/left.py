"""
Who is left that sees a case, once walls stand around it and around those that may be the same woman's.

Somebody must be, or nobody would ever be told (P2b, P5). No wall is built that leaves nobody, and no decision about a
match does. Colleagues leave, though, and news may join two women's walls: then every screen says so, and `doctor`.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.on_duty.on_call import at_work, supervisors
from outreach.records.cases import CaseRecord
from outreach.records.walls import ConflictWall
from outreach.walls.sight import kept_away, pairs_near


def who_sees(session: Session, case_id: UUID) -> frozenset[UUID]:
    """Return whoever works here and sees a case: its advocate and the supervisors, but for who is kept away."""
    holder = session.get_one(CaseRecord, case_id).assigned_to_id
    could = at_work(session, (*supervisors(session), *((holder,) if holder else ())))
    return frozenset(could) - kept_away(session, (case_id,))


def take_from_kept_away(session: Session, case_id: UUID) -> None:
    """Leave a case with nobody whose advocate is kept away from it: on Team, and not on a list that no one opens."""
    record = session.get_one(CaseRecord, case_id)
    if record.assigned_to_id in kept_away(session, (case_id,)):
        record.assigned_to_id = None


def give_to_decider(session: Session, case_id: UUID, *, by: UUID) -> None:
    """Give a case that nobody sees any more to who decided the match that did it, if they may. The caller audits."""
    if not who_sees(session, case_id) and at_work(session, (by,)) and by not in kept_away(session, (case_id,)):
        session.get_one(CaseRecord, case_id).assigned_to_id = by


def count_unseen(session: Session) -> int:
    """Return how many open cases are kept from everyone who works here. Opens no box; few queries, as Today asks."""
    away: dict[UUID, set[UUID]] = {}
    for case_id, staff_id in session.execute(
        select(ConflictWall.case_id, ConflictWall.staff_id).where(ConflictWall.ended_on.is_(None))
    ):
        away.setdefault(case_id, set()).add(staff_id)
    if not away:
        return 0
    reached = {case_id: set(staff_ids) for case_id, staff_ids in away.items()}
    for pair in pairs_near(session, away.keys()):
        both = away.get(pair[0], set()) | away.get(pair[1], set())
        for each in pair:
            reached.setdefault(each, set()).update(both)
    near = select(CaseRecord.id, CaseRecord.assigned_to_id).where(CaseRecord.id.in_(reached))
    held = session.execute(near.where(CaseRecord.closed_on.is_(None))).all()
    bosses, holders = set(supervisors(session)), set(at_work(session, [each for _, each in held if each]))
    return sum(1 for case_id, holder in held if not (bosses | holders & {holder}) - reached[case_id])
