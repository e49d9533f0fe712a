"""
One call-in as its page shows it: what may be tried, what is missing before it may be closed, who signed.

Opening it is one recorded read: it names her ways, masked, and what was said of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import audit, people
from outreach.access import StaffCard
from outreach.attempts.limits import NextTry, next_try
from outreach.call_ins import alerts as call_in_alerts
from outreach.call_ins.board import CallIn, find_call_in
from outreach.call_ins.closing import ClosingDetail, closing_of, grounds_of
from outreach.call_ins.interlock import Lack, Stand, lacks
from outreach.call_ins.late_tellings import LateTelling, late_telling_of
from outreach.case_file.view import MASKED, names_of
from outreach.gate.gate_facts import facts_for_gate
from outreach.protocols.steps import STEPS
from outreach.reaching.next_way import NextWay, next_way
from outreach.records.work import Task
from outreach.scheduling.escalation import escalate
from outreach.terms import ClosedAs


@dataclass(frozen=True, slots=True, kw_only=True)
class CallInView:
    """Everything the page of one call-in shows."""

    call_in: CallIn
    next_way: NextWay
    next_try: NextTry
    lacking: dict[ClosedAs, tuple[Lack, ...]]
    """Per way of closing it untold: what is missing. Empty once its call-in has begun or it has ended."""
    closing: ClosingDetail | None
    """The last signature under it, also where it was opened again."""
    signed_by: str
    late: LateTelling | None = None
    """A telling before it that was written down after it had begun."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Of those who wrote that down, and looked at it."""


def open_call_in(session: Session, staff: StaffCard, task_id: UUID, *, now: datetime) -> CallInView:
    """Return one call-in, and record the read. NoSuchCase when there is none or it is not theirs."""
    found = find_call_in(session, staff, task_id, now=now)
    contact = people.read_contact(session, found.case_id, by=staff.id, now=now, action=MASKED)
    facts = facts_for_gate(session, found.case_id, at=now)
    grounds = grounds_of(session, found.case_id, call_in_at=found.at, now=now)
    closing = closing_of(session, session.get_one(Task, task_id))
    names = names_of(session, {closing.signed_by}) if closing else {}
    late = late_telling_of(session, task_id)
    return CallInView(
        call_in=found,
        next_way=next_way(contact.destinations, at=now, facts=facts, channels=STEPS[found.step].channels),
        next_try=next_try(
            grounds.tried,
            at=now,
            zone=facts.zone,
            level=facts.level,
            policy=facts.policy,
            channels={channel for way in contact.destinations for channel in way.kind.channels},
        ),
        lacking={kind: lacks(kind, grounds) for kind in ClosedAs},
        closing=closing,
        signed_by=names.get(closing.signed_by, "") if closing else "",
        late=late,
        names=names_of(session, _who(late)) if late else {},
    )


def _who(late: LateTelling) -> set[str]:
    return {str(late.written_by), *((late.signed.signed_by,) if late.signed else ())}


def ask_supervisor(session: Session, staff: StaffCard, task_id: UUID, *, now: datetime) -> None:
    """Bring an open notice before a supervisor now, at an advocate's wish. Audited. NoSuchCase."""
    found = find_call_in(session, staff, task_id, now=now)
    if found.countdown.stand is Stand.NOT_TOLD:
        escalate(session, task_id, now=now)
        call_in_alerts.page_supervisors(session, found.case_id, now=now)
    audit.record(session, action="notice.ask", by=staff.id, cases=[found.case_id], now=now)
