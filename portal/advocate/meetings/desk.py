"""Meetings: the list with what is due first, one meeting, and each step of it as one tap."""

from datetime import datetime
from functools import partial
from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import HiddenField
from wtforms.validators import AnyOf, InputRequired

from outreach.access import Action, StaffCard
from outreach.meetings import help as meeting_help
from outreach.meetings import keeping as meeting_keeping
from outreach.meetings import moves as meeting_moves
from outreach.meetings import overdue as meeting_overdue
from outreach.meetings import planning as meeting_planning
from outreach.meetings import view as meetings
from outreach.meetings import wishes as meeting_wishes
from outreach.meetings.help import Sent
from outreach.meetings.keeping import NotReady, NotTheirs
from outreach.meetings.lines import MeetingLine
from outreach.meetings.rules import HowItWent, MeetingState
from outreach.meetings.view import MeetingList
from outreach.records.meetings import Meeting
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm
from portal.advocate.meetings import words as say
from portal.advocate.meetings.forms import LATER, AgreeForm, AskForm, CallOffForm, CheckOutForm, NoteForm, StepForm
from portal.advocate.meetings.pages import MeetingListPage, MeetingSection
from portal.advocate.meetings.stepping import heed_anyway, meeting_page, take_step
from portal.advocate.parts import now, parts
from portal.advocate.rendering import show as render
from portal.advocate.team.alarms import meeting_alarms
from portal.advocate.turning import asked_page, turn

bp = Blueprint("meetings", __name__)

TITLES = {
    "now": "Check-in or check-out due",
    "tell": "How did it go?",
    "ahead": "Planned",
    "past": "The past two weeks",
}
EMPTY = {
    "now": "Nobody has to check in or out in the next two hours.",
    "ahead": 'No meeting is planned. Open a case and press "Plan a meeting".',
}


class OutcomeForm(StrictForm):
    """How it went: one tap."""

    went = HiddenField(validators=[InputRequired(), AnyOf([each.value for each in HowItWent])])


class SettleForm(StrictForm):
    """How somebody who is not there answered an alarm."""

    answer = HiddenField(validators=[InputRequired(), AnyOf(("safe", "help_sent"))])


@bp.get("/meetings")
@requires(Action.SEE_MEETINGS)
def index() -> ResponseReturnValue:
    """List meetings by handle: alarms, then whose check-in or check-out is due next."""
    at = now()
    with parts().vault.reading() as session:
        found = meetings.meetings(session, current_user.card, now=at, page=asked_page())
        stands_still = meeting_alarms(session, now=at)
    sections = _sections(found, at)
    due = len(sections[0].rows)
    needs = "One meeting needs a look." if due == 1 else f"{due} meetings need a look."
    page = MeetingListPage(
        sentence=needs if due else "Nobody is out just now.",
        sections=sections,
        alarms=stands_still,
        turn=turn("meetings.index", found.page, is_more=bool(found.more)),
        more=found.more,
    )
    return render("meetings/list.html", page)


@bp.get("/meetings/<uuid:meeting_id>")
@requires(Action.SEE_MEETINGS)
def show(meeting_id: UUID) -> ResponseReturnValue:
    """Show one meeting: her initials, where, and the next thing; recorded."""
    return meeting_page(meeting_id)


@bp.post("/meetings/<uuid:meeting_id>/check-in")
@requires(Action.KEEP_MEETING)
def check_in(meeting_id: UUID) -> ResponseReturnValue:
    """Begin; the gate and the safety check are asked again."""
    form = StepForm.posted()
    if not form.validate():
        return meeting_page(meeting_id), 422
    sent = Sent(is_quiet=form.timesheet.data == LATER)
    try:
        return take_step(meeting_id, meeting_keeping.check_in, said="checked_in", sent=sent)
    except NotReady:
        heed_anyway(meeting_id, sent)
        return meeting_page(meeting_id), 409


@bp.post("/meetings/<uuid:meeting_id>/more-time")
@requires(Action.KEEP_MEETING)
def more_time(meeting_id: UUID) -> ResponseReturnValue:
    """Move what is expected next by half an hour."""
    form = StepForm.posted()
    if not form.validate():
        return meeting_page(meeting_id), 422
    sent = Sent(is_quiet=form.timesheet.data == LATER)
    return take_step(meeting_id, meeting_keeping.give_more_time, said="more_time", sent=sent)


@bp.post("/meetings/<uuid:meeting_id>/check-out")
@requires(Action.KEEP_MEETING)
def check_out(meeting_id: UUID) -> ResponseReturnValue:
    """Come out. What else the form may mean changes no byte of the answer."""
    form = CheckOutForm.posted()
    sent = Sent(form.note.data or "", is_quiet=form.timesheet.data == LATER)
    if not form.validate():
        heed_anyway(meeting_id, sent)
        return meeting_page(meeting_id, check_out=form), 422
    return take_step(
        meeting_id, partial(meeting_help.check_out, sent=sent), said="checked_out", sent=sent, heeds_itself=True
    )


@bp.post("/meetings/<uuid:meeting_id>/note")
@requires(Action.KEEP_MEETING)
def note(meeting_id: UUID) -> ResponseReturnValue:
    """Keep a note, at any time until it was told how it went; the same holds of its answer."""
    form = NoteForm.posted()
    sent = Sent(form.note.data or "", is_quiet=form.timesheet.data == LATER)
    if not form.validate():
        heed_anyway(meeting_id, sent)
        return meeting_page(meeting_id, note=form), 422
    return take_step(meeting_id, partial(meeting_help.keep_note, sent=sent), said="saved", sent=sent, heeds_itself=True)


@bp.post("/meetings/<uuid:meeting_id>/outcome")
@requires(Action.KEEP_MEETING)
def outcome(meeting_id: UUID) -> ResponseReturnValue:
    """Keep how it went, as a try to reach her; one that was moved is planned anew."""
    form = OutcomeForm.posted()
    if not form.validate():
        return meeting_page(meeting_id), 422
    went = HowItWent(form.went.data)
    if went is not HowItWent.MOVED:
        return take_step(meeting_id, partial(meeting_keeping.tell_outcome, went=went), said="saved")
    answer = take_step(meeting_id, meeting_moves.tell_moved, said="moved")
    with parts().vault.reading() as session:
        if not meetings.is_seen(session, current_user.card, meeting_id):
            return answer
        line = meetings.line_of(session, current_user.card, meeting_id)
    if not line.sees_case:
        return answer
    return redirect(url_for("meeting_plans.new", case_id=line.case_id, again=meeting_id), 303)


@bp.post("/meetings/<uuid:meeting_id>/cancellation")
@requires(Action.KEEP_MEETING)
def call_off(meeting_id: UUID) -> ResponseReturnValue:
    """Call it off before it began."""
    form = CallOffForm.posted()
    sent = Sent(form.because.data or "")
    if not form.validate():
        heed_anyway(meeting_id, sent)
        return meeting_page(meeting_id, call_off=form), 422
    return take_step(meeting_id, partial(meeting_planning.call_off, because=sent.note), said="called_off", sent=sent)


@bp.post("/meetings/<uuid:meeting_id>/one-worker")
@requires(Action.AGREE_TO_ONE_WORKER)
def agree(meeting_id: UUID) -> ResponseReturnValue:
    """Agree to one worker at a first meeting."""
    form = AgreeForm.posted()
    if not form.validate():
        return meeting_page(meeting_id, agree=form), 422
    return take_step(meeting_id, partial(meeting_wishes.agree, because=form.because.data), said="decided")


@bp.post("/meetings/<uuid:meeting_id>/wish")
@requires(Action.KEEP_MEETING)
def ask(meeting_id: UUID) -> ResponseReturnValue:
    """Ask a second person to let one worker go; it waits until somebody answers."""
    form = AskForm.posted()
    sent = Sent(form.because.data or "")
    if not form.validate():
        heed_anyway(meeting_id, sent)
        return meeting_page(meeting_id, ask=form), 422
    return take_step(meeting_id, partial(meeting_wishes.ask, reason=sent.note), said="wish_asked", sent=sent)


@bp.post("/meetings/<uuid:meeting_id>/alarm")
@requires(Action.KEEP_MEETING)
def settle(meeting_id: UUID) -> ResponseReturnValue:
    """Answer an alarm; for those who are not there alone."""
    form = SettleForm.posted()

    def answer(session: Session, staff: StaffCard, meeting: Meeting, *, now: datetime) -> None:
        if meeting_keeping.is_there(meeting, staff.id):
            raise NotTheirs
        if form.validate():
            is_safe = form.answer.data == "safe"
            meeting_overdue.settle(session, meeting, by=staff.id, is_safe=is_safe, now=now)

    done = take_step(meeting_id, answer, said="saved")
    return (meeting_page(meeting_id), 422) if form.errors else done


def _sections(found: MeetingList, at: datetime) -> tuple[MeetingSection, ...]:
    placed: dict[str, list[MeetingLine]] = {key: [] for key in TITLES}
    for line in (*sorted(found.due, key=say.is_soon), *found.others):
        placed[_section_of(line, at)].append(line)
    empty = EMPTY if found.page == 1 else {}  # What is ahead stands on the pages before.
    return tuple(
        MeetingSection(
            key=key, title=title, rows=tuple(say.row(each, now=at) for each in placed[key]), empty=empty.get(key, "")
        )
        for key, title in TITLES.items()
    )


def _section_of(line: MeetingLine, at: datetime) -> str:
    if line.alarms or line.state is MeetingState.UNDER_WAY:
        return "now"
    if line.due_at is not None:
        return "now" if line.due_at <= at + meetings.SOON else "ahead"
    return "tell" if line.state is MeetingState.OVER else "past"
