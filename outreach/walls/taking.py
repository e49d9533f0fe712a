"""
Cases that a wall takes from who held them: they are nobody's then, on record, and whoever is in charge is paged.

None comes back by itself, when the wall is taken down or the match is decided: somebody else may have it by then.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.identity.same_person import cases_of_person
from outreach.on_duty import paging
from outreach.on_duty.paging import OfCase
from outreach.records.cases import CaseRecord
from outreach.terms import PageAbout
from outreach.walls.sight import may_be_hers
from outreach.walls.telling import in_charge


def lock_near(session: Session, *case_ids: UUID) -> None:
    """
    Read her cases anew, and each that may be hers, as ours alone until this transaction ends.

    In the order of `lock_person`, before it and before anything is written: a wall, or a match that makes two women
    one, may take any of them, and no two colleagues wait in a ring.
    """
    hers = frozenset[UUID]().union(*(cases_of_person(session, each) for each in case_ids))
    near = may_be_hers(session, hers)
    query = select(CaseRecord).where(CaseRecord.id.in_(near)).order_by(CaseRecord.id).with_for_update()
    session.scalars(query.execution_options(populate_existing=True)).all()


def holders(session: Session, case_ids: Collection[UUID]) -> dict[UUID, UUID | None]:
    """Return who holds each of these cases, in the order in which they are taken."""
    return {each: session.get_one(CaseRecord, each).assigned_to_id for each in sorted(case_ids)}


def tell_of_taken(
    session: Session, held: Mapping[UUID, UUID | None], *, hers: Collection[UUID], by: UUID, now: datetime
) -> None:
    """
    Record which of these cases changed hands, and page who is in charge of those that are nobody's. Audited.

    Args:
        held: who held each before.
        hers: the cases whose loss whoever did it has just read of; they are not paged about these themselves.
    """
    for case_id, before in held.items():
        holder = session.get_one(CaseRecord, case_id).assigned_to_id
        if holder == before:
            continue
        if before is not None:
            audit.record(session, action="case.unassign", by=by, cases=[case_id], now=now)
        if holder is not None:
            audit.record(session, action="case.assign", by=by, cases=[case_id], now=now)
            continue
        able = in_charge(session, case_id)
        wanted = [each for each in able if each != by or case_id not in hers]
        if wanted or not able:
            paging.call(session, wanted, OfCase(PageAbout.TAKEN, case_id), now=now)
