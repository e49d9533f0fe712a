"""What the provider still has of ours and what checking phones cost, as counts for a page. Nothing identifying."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.records.provider import PhoneLookup, ProviderCopy, ProviderSweep
from outreach.scheduling.ticks import SILENCE, ticks


class ProviderReport(NamedTuple):
    """Counts, and the hour of the last sweep; None where there was none."""

    waiting: int
    """Records of texts that are over, still to be deleted."""
    late: int
    """Of these, those the provider did not delete when asked."""
    swept_at: datetime | None
    seen: int
    deleted: int
    under_way: int
    not_taken_in: int
    left: int
    lookups_this_month: int | None
    """None while phones are not checked, and were not this month."""
    spent_mills: int
    cost_mills: int


def report(session: Session, *, now: datetime) -> ProviderReport:
    """Return what to show."""
    due = ProviderCopy.due_at <= now
    waiting = session.scalar(select(func.count(ProviderCopy.id)).where(due)) or 0
    late = session.scalar(select(func.count(ProviderCopy.id)).where(ProviderCopy.due_at < now - SILENCE)) or 0
    last = session.scalars(select(ProviderSweep).order_by(ProviderSweep.swept_at.desc()).limit(1)).first()
    this_month = PhoneLookup.looked_up_on >= now.date().replace(day=1)
    count, spent, cost = session.execute(
        select(func.count(PhoneLookup.id), func.sum(PhoneLookup.cost_mills), func.max(PhoneLookup.cost_mills)).where(
            this_month
        )
    ).one()
    is_on = count or "lookups" in ticks(session)
    return ProviderReport(
        waiting=waiting,
        late=late,
        swept_at=last.swept_at if last else None,
        seen=last.seen if last else 0,
        deleted=last.deleted if last else 0,
        under_way=last.under_way if last else 0,
        not_taken_in=last.not_taken_in if last else 0,
        left=last.left if last else 0,
        lookups_this_month=count if is_on else None,
        spent_mills=int(spent or 0),
        cost_mills=int(cost or 0),
    )


def never_reached_us(session: Session) -> int:
    """Return how many texts came in at the provider and never here, as of the last sweep."""
    last = select(ProviderSweep.not_taken_in).order_by(ProviderSweep.swept_at.desc()).limit(1)
    return session.scalar(last) or 0
