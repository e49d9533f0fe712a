"""Tasks that end without a try: what an agency's change of dates does, a supervisor's alert, something done."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import RadioField

from outreach.access import Action, NoSuchCase
from outreach.case_file.view import names_of
from outreach.her_word import code_words, if_danger
from outreach.identity import deciding
from outreach.on_duty import night_calls
from outreach.protocols.steps import NOTICES, STEPS, TALKS, Step
from outreach.risk import assessments, safety_plans
from outreach.tasks import TaskEnded
from outreach.terms import Role
from outreach.today import Duty, find_duty
from portal.advocate.cases.page import case_link
from portal.advocate.cases.pages import TaskPage
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, need, offer
from portal.advocate.moments import moment
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.sentences import duty_sentence, proposal_sentence

bp = Blueprint("tasks", __name__)

YES, NO = "yes", "no"


class TaskForm(StrictForm):
    """One answer."""

    answer = RadioField("Your decision", [need("Choose one.")], choices=[])


@bp.get("/tasks/<uuid:task_id>")
@requires(Action.CLOSE_TASK)
def show(task_id: UUID) -> ResponseReturnValue:
    """Ask what should become of a task."""
    duty = _find(task_id)
    form = TaskForm()
    form.answer.choices = offer(_answers(duty))
    return _page(duty, form)


@bp.post("/tasks/<uuid:task_id>")
@requires(Action.CLOSE_TASK)
def settle(task_id: UUID) -> ResponseReturnValue:
    """Settle it; one that somebody else settled meanwhile stays as they left it."""
    form, duty = TaskForm.posted(), _find(task_id)
    form.answer.choices = offer(_answers(duty))
    if not form.validate():
        return _page(duty, form), 422
    try:
        with parts().vault.writing() as session:
            _settle(session, duty, is_yes=form.answer.data == YES)
    except TaskEnded:
        notice("ended")
        return redirect(url_for("cases.show", case_id=duty.case_id), 303)
    notice("saved")
    return redirect(url_for("cases.show", case_id=duty.case_id), 303)


def _settle(session: Session, duty: Duty, *, is_yes: bool) -> None:
    by, at = current_user.card.id, now()
    if duty.step is Step.SUPERVISOR_ALERT:
        deciding.begin_outreach(session, duty.task_id, may_begin=is_yes, by=by, now=at)
    elif _is_proposal(duty):
        deciding.acknowledge(session, duty.task_id, accept=is_yes, by=by, now=at)
    elif STEPS[duty.step].action == "assess":
        assessments.skip(session, duty.case_id, by=by, now=at)
    elif STEPS[duty.step].action == "plan":
        safety_plans.decline(session, duty.case_id, by=by, now=at)
    else:
        if duty.step is Step.RANG_IN:
            night_calls.settle_case(session, duty.case_id, by=by, now=at)
        deciding.complete(session, duty.task_id, by=by, now=at)


def _find(task_id: UUID) -> Duty:
    """Return an open task of a case this person may see and settle; for others it does not exist."""
    with parts().vault.reading() as session:
        duty = find_duty(session, current_user.card, task_id)
    is_supervisors = (
        duty.step in (Step.SUPERVISOR_ALERT, Step.SUPERVISOR_MINOR) and current_user.card.role is not Role.SUPERVISOR
    )
    if duty.step is Step.DECIDE_MATCH or duty.step in NOTICES or is_supervisors:
        raise NoSuchCase
    return duty


def _answers(duty: Duty) -> list[tuple[str, str]]:
    if duty.step is Step.SUPERVISOR_ALERT:
        begin = "Seen. New contact may begin" if duty.standing.supervisor_hold else "Seen"
        return [(YES, begin), (NO, "Seen. Contact waits")] if duty.standing.supervisor_hold else [(YES, begin)]
    if _is_proposal(duty):
        is_off = duty.detail.new_call_in_at is None
        return [
            (YES, "Accept the change" if not is_off else "Accept: close what was for it"),
            (NO, "Keep it as it was"),
        ]
    if duty.step is Step.SUPERVISOR_MINOR:
        return [(YES, "Decided, and the team knows")]
    if duty.step is Step.SUPERVISOR_URGENT:
        return [(YES, "It is in hand")]
    if duty.step is Step.RANG_IN:
        return [(YES, "Read, and seen to")]
    if duty.step is Step.ONCE_IF_DANGER:
        return [(YES, "It will not be made")]
    if duty.step is Step.LETTER_DECISION:
        return [(YES, "No letter. I decided against it")]
    if STEPS[duty.step].action in TALKS:
        return [(YES, "It was offered. She did not want it now")]
    return [(YES, "It is done")]


def _is_proposal(duty: Duty) -> bool:
    return duty.step.value.startswith("acknowledge_")


def _sentence(duty: Duty) -> str:
    """Return what the task is about; of her word for danger, what she wants done: a recorded read."""
    if duty.step is Step.SUPERVISOR_ALERT and duty.standing.do_not_contact:
        return f"{duty_sentence(duty)} {_her_answer(duty)}"
    if duty.step is Step.RANG_IN:
        return _what_she_asked(duty)
    if duty.step is not Step.SUPERVISOR_URGENT:
        return proposal_sentence(duty) if _is_proposal(duty) else duty_sentence(duty)
    with parts().vault.writing() as session:
        alarm = code_words.read_alarm(session, duty.case_id, by=current_user.card.id, now=now())
    if alarm is None:
        return duty_sentence(duty)
    when = moment(alarm.at, now=now(), zone=ZoneInfo(duty.standing.zone)).words
    police = "She wants the police called." if alarm.police else "She did not choose the police. Do not call them."
    return f"She gave her word for danger, {when}. All contact is paused. She wants this: “{alarm.wanted}” {police}"


def _what_she_asked(duty: Duty) -> str:
    """Return what was taken down of the calls that came in at night: a recorded read."""
    at, zone = now(), ZoneInfo(duty.standing.zone)
    with parts().vault.writing() as session:
        calls = night_calls.read_of_case(session, duty.case_id, by=current_user.card.id, now=at)
        names = names_of(session, {each.by for each in calls})
    told = []
    for each in calls:
        when = moment(datetime.fromisoformat(each.at), now=at, zone=zone).words
        who = "" if each.known_by else " Nobody knows if it was she: it opens no way."
        told.append(f"{names.get(each.by, 'A colleague')} took it down {when}: “{each.asked}”{who}")
    return " ".join(told)


def _her_answer(duty: Duty) -> str:
    """Return what she said of a try if the danger grows: a recorded read."""
    with parts().vault.writing() as session:
        answer = if_danger.read_answer(session, duty.case_id, by=current_user.card.id, now=now())
    if not answer.may_try:
        return "She asked for no contact, and gave no leave for a try if the danger grows."
    how = f" This way: “{answer.how}”" if answer.how else ""
    return f"She asked for no contact. If the danger grows, we may try once.{how} You decide that on the case page."


def _page(duty: Duty, form: TaskForm) -> str:
    here = url_for("cases.show", case_id=duty.case_id)
    page = TaskPage(
        title=STEPS[duty.step].title,
        handle=duty.handle,
        sentence=_sentence(duty),
        back=case_link(duty.case_id, duty.handle),
        form=form.card(url_for("tasks.settle", task_id=duty.task_id), "Save", cancel_href=here),
    )
    return render("tasks/show.html", page)
