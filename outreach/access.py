"""
Who may do what, and whose cases they see. Deny by default; the caseload is a filter inside every query.

A case that is not theirs and a case that does not exist are the same to them: NoSuchCase. Administrators see no
case. Law enforcement and prosecution see none either, whatever role a row may say (34 USC 12291(a)(23), (28)).
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from outreach.records.cases import CaseRecord
from outreach.terms import Employer, Role
from outreach.walls.sight import is_not_walled_off, may_be_restricted


class Action(StrEnum):
    """Everything a person can do in the portal; each route declares one."""

    SEE_TODAY = "see_today"
    SEE_CASES = "see_cases"
    REVEAL_CASE = "reveal_case"
    LOG_ATTEMPT = "log_attempt"
    DECIDE = "decide"
    CLOSE_TASK = "close_task"
    RECORD_REQUEST = "record_request"
    CHANGE_DESTINATION = "change_destination"
    CHANGE_PARTICULARS = "change_particulars"
    PAUSE_CONTACT = "pause_contact"
    LIFT_PAUSE = "lift_pause"
    RECORD_CONSENT = "record_consent"
    SHOW_CONSENT_NUMBER = "show_consent_number"
    RELEASE_TEXT = "release_text"
    RELEASE_LETTER = "release_letter"
    DECIDE_MATCH = "decide_match"
    SEE_OUTBOX = "see_outbox"
    SEE_TEAM = "see_team"
    ASSIGN_CASE = "assign_case"
    SETTLE_DEPOSIT = "settle_deposit"
    STOP_TEXTS = "stop_texts"
    SIGN_FOR_TEXTS = "sign_for_texts"
    READ_THREAD = "read_thread"
    CHECK_CODE_WORD = "check_code_word"
    SET_CODE_WORD = "set_code_word"
    SEE_UNKNOWN_NUMBERS = "see_unknown_numbers"
    SEE_MEETINGS = "see_meetings"
    PLAN_MEETING = "plan_meeting"
    KEEP_MEETING = "keep_meeting"
    AGREE_TO_ONE_WORKER = "agree_to_one_worker"
    CHANGE_PROTOCOL = "change_protocol"
    SEE_CALL_INS = "see_call_ins"
    SIGN_CALL_IN = "sign_call_in"
    SEE_NIGHT = "see_night"
    SEE_ROTA = "see_rota"
    KEEP_ROTA = "keep_rota"
    RECORD_NEED = "record_need"
    REFER = "refer"
    SEE_SERVICES = "see_services"
    KEEP_SERVICES = "keep_services"
    TALK_TOGETHER = "talk_together"
    RESTRICT_CASE = "restrict_case"
    LIFT_RESTRICTION = "lift_restriction"


_SUPERVISORS_ALONE = frozenset(
    {
        Action.KEEP_ROTA,
        Action.KEEP_SERVICES,
        Action.LIFT_PAUSE,
        Action.LIFT_RESTRICTION,
        Action.SEE_TEAM,
        Action.ASSIGN_CASE,
        Action.SETTLE_DEPOSIT,
        Action.STOP_TEXTS,
        Action.SIGN_FOR_TEXTS,
        Action.SHOW_CONSENT_NUMBER,
        Action.SEE_UNKNOWN_NUMBERS,
        Action.AGREE_TO_ONE_WORKER,
        Action.CHANGE_PROTOCOL,
        Action.SIGN_CALL_IN,
    }
)

ACTIONS: dict[Role, frozenset[Action]] = {
    Role.ADVOCATE: frozenset(Action) - _SUPERVISORS_ALONE,
    Role.SUPERVISOR: frozenset(Action),
    Role.CUSTODIAN: frozenset(),
    Role.ADMINISTRATOR: frozenset(),
}
"""The custodian's work (releases, orders, holds) is not built yet, so the role opens nothing."""

OUTSIDE_THE_WALL = frozenset({Employer.LAW_ENFORCEMENT, Employer.PROSECUTION})
"""Employers whose people see no case (requirement 69)."""


class NoSuchCase(LookupError):
    """The case does not exist, or is not theirs to see: one answer for both."""


@dataclass(frozen=True, slots=True)
class StaffCard:
    """Someone who works here, as everything outside `outreach` sees them."""

    id: UUID
    email: str
    name: str
    role: Role
    employer: Employer

    def may(self, action: Action) -> bool:
        """Return whether this person may do it at all; whose case it is comes on top."""
        return action in actions_of(self.role, self.employer)


def actions_of(role: Role, employer: Employer) -> frozenset[Action]:
    """Return what a role may do; nothing for those outside the wall, so that a wrong row opens nothing."""
    return frozenset() if employer in OUTSIDE_THE_WALL else ACTIONS[role]


def sees_cases(role: Role) -> bool:
    """Return whether a role is one that sees cases, now or by its purpose."""
    return role is not Role.ADMINISTRATOR


def visible_cases(staff: StaffCard) -> Select[CaseRecord]:
    """
    Return the query of the cases this person may see; every list and look-up starts from it.

    Advocates see what is assigned to them. Supervisors see all by handle, unassigned ones included, since
    someone must hand them out; opening another's case is on the record like every read. A conflict wall beats both.
    """
    cases = select(CaseRecord)
    if not staff.may(Action.SEE_CASES):
        return cases.where(false())
    cases = cases.where(is_not_walled_off(staff.id, CaseRecord.id))
    if staff.role is Role.SUPERVISOR:
        return cases
    return cases.where(CaseRecord.assigned_to_id == staff.id)


def is_open_to(staff: StaffCard, case: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """
    Hold for the cases of which a colleague may know that there is something, by number or code: a stack, a page of it.

    Of a restricted case, or one that may be the same woman's, only those who may see it; `case` is the column of a
    query that names the case.
    """
    theirs = visible_cases(staff).with_only_columns(CaseRecord.id)
    return and_(is_not_walled_off(staff.id, case), or_(~may_be_restricted(case), case.in_(theirs)))


def find_case(session: Session, staff: StaffCard, case_id: UUID) -> CaseRecord:
    """Return a case this person may see; NoSuchCase when there is none or it is not theirs."""
    found = session.scalars(visible_cases(staff).where(CaseRecord.id == case_id)).one_or_none()
    if found is None:
        raise NoSuchCase
    return found
