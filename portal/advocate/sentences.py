"""What a task asks, in one or two sentences, and what can be pressed for it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_login import current_user

from outreach.access import Action
from outreach.approvals.approving import may_decide
from outreach.case_file.standing import Standing
from outreach.gate.facts import Approval
from outreach.protocols.steps import NOTICES, STEPS, TALKS, Step
from outreach.terms import Channel, MissedCause, Role
from outreach.today import Duty
from portal.advocate import words
from portal.advocate.cards import Chip
from portal.advocate.cards import Step as Press
from portal.advocate.parts import now
from portal.advocate.support.words import KINDS

CAUSES = {
    MissedCause.TOLD_TOO_LATE: "The agency told us too late.",
    MissedCause.NO_SAFE_WAY: "There was no safe way.",
    MissedCause.NOT_DONE: "It was not done in time.",
}


def duty_sentence(duty: Duty) -> str:
    """Return what a task asks, in one or two sentences."""
    title = STEPS[duty.step].title
    if duty.step is Step.SUPERVISOR_ALERT and current_user.card.role is not Role.SUPERVISOR:
        return "Something new happened. A supervisor must look at it."
    if duty.detail.need in KINDS:
        return f"{title}: {KINDS[duty.detail.need].lower()}."
    if duty.call_in_at is None or duty.step not in NOTICES:
        return f"{title}."
    on = words.weekday_words(duty.call_in_at, ZoneInfo(duty.standing.zone))
    return f"{title}. It {'was' if duty.missed_cause else 'is'} on {on}."


def proposal_sentence(duty: Duty) -> str:
    """Return what an agency's change would do here, and that the earlier deadline stands until somebody decides."""
    new = duty.detail.new_call_in_at
    if new is None:
        return f"{STEPS[duty.step].title}. If you accept, what was for it closes. Until then the dates stand."
    told = words.weekday_words(datetime.fromisoformat(new), ZoneInfo(duty.standing.zone))
    return f"The agency moved it to {told}. Until you accept, the date on the board stands."


def duty_steps(duty: Duty) -> tuple[Press, ...]:
    """Return what can be pressed for a task, the thing itself first."""
    case, task, step = duty.case_id, duty.task_id, duty.step
    if duty.missed_cause:
        return ()
    if step is Step.DECIDE_MATCH:
        found = duty.detail.match_id
        return (Press("Decide", url_for("matches.show", match_id=found), look="main"),) if found else ()
    if step is Step.TEXT_MESSAGE:
        read = Press("Read it", url_for("conversations.show", case_id=case), look="main")
        return (read, Press("Close", url_for("tasks.show", task_id=task)))
    if step is Step.SUPERVISOR_URGENT:
        return (Press("Open", url_for("tasks.show", task_id=task), look="main"),)
    if step in _OWN_STEPS:
        return _OWN_STEPS[step](duty)
    close = Press("Check and close", url_for("tasks.show", task_id=task), look="main")
    if step is Step.SUPERVISOR_MINOR:
        birth = Press("Her birth date", url_for("particulars.edit", case_id=case))
        return (close, birth) if current_user.card.role is Role.SUPERVISOR else (birth,)
    if step is Step.SUPERVISOR_ALERT:
        return (close,) if current_user.card.role is Role.SUPERVISOR else ()
    if not STEPS[step].channels:
        return (close,)
    if STEPS[step].action in TALKS:
        is_plan = STEPS[step].action == "plan"
        place = url_for("safety_plans.show" if is_plan else "assessments.index", case_id=case)
        talk = Press("The plan" if is_plan else "Talk together", place, look="main")
        return (talk, Press("Record a try", url_for("attempts.new", case_id=case, task=task)))
    record = Press("Record a try", url_for("attempts.new", case_id=case, task=task), look="main")
    besides = {
        "meeting": Press("Plan a meeting", url_for("meeting_plans.new", case_id=case)),
        "letter": Press("Close", url_for("tasks.show", task_id=task)),
    }.get(STEPS[step].action)
    return (record, besides) if besides else (record,)


def _try_once(duty: Duty) -> tuple[Press, ...]:
    """Return the one way it is in, noting how it went, and that it will not be made."""
    way: dict[str, Any] = {"case_id": duty.case_id, "task": duty.task_id, "channel": duty.detail.way_channel}
    record = Press("Record the try", url_for("attempts.new", **way, destination=duty.detail.way_id))
    close = Press("Close", url_for("tasks.show", task_id=duty.task_id))
    if duty.detail.way_channel != Channel.CALL:
        meet = Press("Plan a meeting", url_for("meeting_plans.new", case_id=duty.case_id), look="main")
        return (meet, record, close)
    call = url_for("cases.call", case_id=duty.case_id, destination_id=duty.detail.way_id)
    return (Press("Call", call, look="main"), record, close)


def _needs(duty: Duty) -> tuple[Press, ...]:
    return (Press("Open needs", url_for("needs.index", case_id=duty.case_id), look="main"),)


_OWN_STEPS: dict[Step, Callable[[Duty], tuple[Press, ...]]] = {
    Step.NEED_NOW: _needs,
    Step.ONCE_IF_DANGER: _try_once,
    Step.RANG_IN: lambda duty: (Press("Read it", url_for("tasks.show", task_id=duty.task_id), look="main"),),
}


def hold_of(duty: Duty) -> tuple[Chip, str] | None:
    """Return why contact for this task must wait, when the whole case is on hold."""
    if not STEPS[duty.step].channels or duty.missed_cause:
        return None
    return hold_of_case(duty.standing)


def hold_of_case(standing: Standing) -> tuple[Chip, str] | None:
    """Return why all contact in a case must wait; None where nothing stops it as a whole."""
    if standing.paused or standing.compromised:
        return words.STOPPED, "All contact is paused. A supervisor can lift it."
    if standing.do_not_contact and not is_once_allowed(standing):
        return words.STOPPED, "She asked for no contact. Wait until she says otherwise."
    if standing.match_pending:
        return words.HELD, "This may be someone we know. Decide that first."
    if standing.waits_for_supervisor(now()):
        return words.HELD, "A supervisor must agree first."
    return (words.HELD, "She will contact us. Wait for her.") if standing.she_will_contact_us else None


def is_once_allowed(standing: Standing) -> bool:
    """Say whether a supervisor allowed the one try she gave leave for; the gate says whether it was made since."""
    live = standing.live_approvals(now()) if standing.may_try_if_danger else ()
    return any(each.approval == Approval.ONCE_IF_DANGER for each in live)


def hold_steps(duty: Duty, match_id: object | None) -> tuple[Press, ...]:
    """Return what ends the hold of a whole case, or leads to who can; `match_id`: the match still to decide."""
    standing = duty.standing
    named: dict[str, Any] = {"case_id": duty.case_id}
    case = Press("See why", url_for("cases.show", **named), look="main")
    if standing.paused or standing.compromised:
        may_lift = current_user.card.may(Action.LIFT_PAUSE)
        return (Press("Lift the pause", url_for("pauses.lift", **named), look="main"),) if may_lift else (case,)
    asked = Press("She asked", url_for("requests.new", **named))
    if standing.do_not_contact:
        return (asked,)
    if standing.match_pending:
        return (Press("Decide", url_for("matches.show", match_id=match_id), look="main"),) if match_id else (case,)
    if standing.waits_for_supervisor(now()):
        may_begin = may_decide(current_user.card, Approval.SUPERVISOR)
        begin = url_for("approvals.new", **named, what=Approval.SUPERVISOR.value)
        return (Press("Let contact begin", begin, look="main") if may_begin else case, asked)
    return (asked,)
