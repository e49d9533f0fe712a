"""A case with something on every list, and what a colleague who is kept away from it finds on each page."""

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from advocate_desk import Desk
from advocate_routes import TABLE, address
from builders import NOW, a_case, a_destination, a_verdict
from case_parts import a_notice, a_planned_text, a_printed_letter, a_task
from sqlalchemy import update
from sqlalchemy.orm import Session

from outreach import audit
from outreach.access import StaffCard
from outreach.approvals import wishes
from outreach.approvals.approving import Decided
from outreach.approvals.mail_approvals import Address, WishWords, note_wish
from outreach.gate.facts import Approval
from outreach.meetings.help import call_for_help
from outreach.on_duty import on_call
from outreach.on_duty.on_call import NewShift, Turn
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.cases import CaseRecord
from outreach.records.letters import BatchLetter
from outreach.records.meetings import Meeting
from outreach.records.work import Letter, Text
from outreach.tasks import add_task
from outreach.terms import Channel, DestinationKind, LetterState, Level, TextState, VerdictSource
from outreach.walls import conflicts

LONG_AGO = NOW - timedelta(hours=2)
TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')


@dataclass(frozen=True)
class Walled:
    """The case, and parts of it that a path may name."""

    case_id: UUID
    handle: str
    phone_id: UUID
    task_id: UUID
    meeting_id: UUID


def a_case_on_every_list(session: Session, world, meeting) -> Walled:
    """Store a level A case of nobody's with a task, a call-in, texts, letters, wishes and a meeting with an alarm."""
    case_id = a_case(session, level="A")
    phone = a_destination(session, case_id, verdicts={Channel.CALL: a_verdict(source=VerdictSource.ON_SCENE)})
    home = {"kind": DestinationKind.ADDRESS, "value": "7 Canary Court\nHigh Point NC 27260", "label": "home"}
    door = a_destination(session, case_id, **home, verdicts={})
    add_task(session, case_id, PlannedTask(Step.EMERGENCY_CONTACT, Level.A, NOW, NOW + timedelta(hours=4)))
    task_id = [a_task(session, case_id, step) for step in (Step.SUPERVISOR_ALERT, Step.SUPERVISOR_URGENT)][0]
    a_notice(session, case_id)
    dana = world.dana.card
    held = a_planned_text(session, case_id, phone.id, dana.id)
    a_planned_text(session, case_id, phone.id, dana.id)
    letters = [a_printed_letter(session, case_id, door, dana.id) for _ in range(3)]
    session.flush()
    session.execute(update(Text).where(Text.id == held).values(state=TextState.HELD.value))
    session.execute(update(Letter).where(Letter.id == letters[1]).values(state=LetterState.HELD.value))
    session.execute(update(Letter).where(Letter.id == letters[2]).values(state=LetterState.MAILED.value))
    session.add(BatchLetter(id=uuid4(), batch_id=world.batch_id, letter_id=letters[2], place=9, state="mailed"))
    note_wish(session, Address(case_id, door.id), WishWords("canary"), by=dana.id, now=LONG_AGO)
    decided = Decided(Approval.MORE_ATTEMPTS, (phone.id, Channel.CALL))
    session.get_one(CaseRecord, case_id).assigned_to_id = dana.id
    wishes.ask(session, dana, case_id, decided=decided, reason="canary", now=LONG_AGO)
    meeting_id = meeting(session, case_id, phone, dana.id, world.supervisor.card.id)
    call_for_help(session, session.get_one(Meeting, meeting_id), now=LONG_AGO)
    audit.record(session, action="test.case", by=None, cases=[case_id], now=NOW)
    session.flush()
    return Walled(case_id, session.get_one(CaseRecord, case_id).handle, phone.id, task_id, meeting_id)


def keep_away(session: Session, case_id: UUID, who: UUID, by: StaffCard) -> None:
    conflicts.wall_off(session, by, case_id, who, words="They know the partner.", now=NOW)


def put_on_call(session: Session, who: UUID) -> None:
    shift = NewShift(who, Turn.FIRST, NOW - timedelta(hours=3), NOW + timedelta(hours=8))
    on_call.add_shift(session, shift, by=None, now=NOW)


def pages(desk: Desk, world) -> dict[str, bytes]:
    """Return every page this colleague can open, but for the token that is new on each."""
    found = {}
    for method, rule in sorted(TABLE):
        if method == "GET" and not rule.startswith(("/static", "/enrolment", "/sign-in", "/second-factor", "/session")):
            answer = desk.get(address(rule, world))
            found[rule] = TOKEN.sub("", answer.text).encode() if answer.mimetype == "text/html" else answer.data
    return found


def differences(before: dict[str, bytes], after: dict[str, bytes]) -> list[str]:
    return [rule for rule in before if before[rule] != after[rule]]
