"""Meetings: the list with what is due first, one meeting, and each step of it as one tap."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import HiddenField
from wtforms.validators import AnyOf, InputRequired

from outreach.access import Action, NoSuchCase, StaffCard
from outreach.meetings import help as meeting_help
from outreach.meetings import keeping as meeting_keeping
from outreach.meetings import moves as meeting_moves
from outreach.meetings import overdue as meeting_overdue
from outreach.meetings import planning as meeting_planning
from outreach.meetings import view as meetings
from outreach.meetings import wishes as meeting_wishes
from outreach.meetings.help import CheckOut
from outreach.meetings.keeping import NotReady, NotTheirs
from outreach.meetings.lines import MeetingLine
from outreach.meetings.planning import WrongState
from outreach.meetings.rules import HowItWent, MeetingState
from outreach.records.meetings import Meeting
from portal.advocate.doors import requires
from portal.advocate.forms import NoFields, StrictForm
from portal.advocate.meetings import cards as meeting_cards
from portal.advocate.meetings import words as say
from portal.advocate.meetings.cards import LATER, AgreeForm, AskForm, CallOffForm, CheckInForm, CheckOutForm, Refused
from portal.advocate.meetings.pages import MeetingListPage, MeetingSection
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.team.alarms import alarms

bp = Blueprint("meetings", __name__)

SOON = timedelta(hours=2)
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
DO = Callable[[Session, StaffCard, Meeting], object]


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
        found = meetings.meetings(session, current_user.card, now=at)
        stands_still = alarms(session, now=at)
    sections = _sections(found, at)
    due = len(sections[0].rows)
    needs = "One meeting needs a look." if due == 1 else f"{due} meetings need a look."
    page = MeetingListPage(sentence=needs if due else "Nobody is out just now.", sections=sections, alarms=stands_still)
    return render("meetings/list.html", page)


@bp.get("/meetings/<uuid:meeting_id>")
@requires(Action.SEE_MEETINGS)
def show(meeting_id: UUID) -> ResponseReturnValue:
    """Show one meeting: her initials, where, and the next thing; recorded."""
    return _page(meeting_id)


@bp.post("/meetings/<uuid:meeting_id>/check-in")
@requires(Action.KEEP_MEETING)
def check_in(meeting_id: UUID) -> ResponseReturnValue:
    """Begin; the gate and the safety check are asked again."""
    form = CheckInForm.posted()
    if not form.validate():
        return _page(meeting_id), 422
    is_quiet = form.timesheet.data == LATER

    def go_in(session: Session, staff: StaffCard, meeting: Meeting) -> None:
        meeting_help.check_in(session, staff, meeting, is_quiet=is_quiet, now=now())

    sent = CheckOut(is_quiet=is_quiet)
    try:
        return _do(meeting_id, go_in, said="checked_in", sent=sent)
    except NotReady:
        _help_all_the_same(meeting_id, sent)
        return _page(meeting_id), 409


@bp.post("/meetings/<uuid:meeting_id>/more-time")
@requires(Action.KEEP_MEETING)
def more_time(meeting_id: UUID) -> ResponseReturnValue:
    """Move what is expected next by half an hour."""
    NoFields.posted()
    return _do(meeting_id, lambda *found: meeting_keeping.give_more_time(*found, now=now()), said="more_time")


@bp.post("/meetings/<uuid:meeting_id>/check-out")
@requires(Action.KEEP_MEETING)
def check_out(meeting_id: UUID) -> ResponseReturnValue:
    """Come out. What else the form may mean changes no byte of the answer."""
    form = CheckOutForm.posted()
    sent = CheckOut(form.note.data or "", is_quiet=form.timesheet.data == LATER)
    if not form.validate():
        _help_all_the_same(meeting_id, sent)
        return _page(meeting_id, check_out=form), 422

    def come_out(session: Session, staff: StaffCard, meeting: Meeting) -> None:
        meeting_help.check_out(session, staff, meeting, sent, now=now())

    return _do(meeting_id, come_out, said="checked_out", sent=sent)


@bp.post("/meetings/<uuid:meeting_id>/outcome")
@requires(Action.KEEP_MEETING)
def outcome(meeting_id: UUID) -> ResponseReturnValue:
    """Keep how it went, as a try to reach her; one that was moved is planned anew."""
    form = OutcomeForm.posted()
    if not form.validate():
        return _page(meeting_id), 422
    went = HowItWent(form.went.data)
    if went is not HowItWent.MOVED:
        tell = meeting_keeping.tell_outcome
        return _do(meeting_id, lambda db, who, it: tell(db, who, it, went, now=now()), said="saved")
    answer = _do(meeting_id, lambda *found: meeting_moves.tell_moved(*found, now=now()), said="moved")
    with parts().vault.reading() as session:
        line = meetings.line_of(session, current_user.card, meeting_id)
    if not line.sees_case:
        return answer
    return redirect(url_for("meeting_plans.new", case_id=line.case_id, again=meeting_id), 303)


@bp.post("/meetings/<uuid:meeting_id>/cancellation")
@requires(Action.KEEP_MEETING)
def call_off(meeting_id: UUID) -> ResponseReturnValue:
    """Call it off before it began."""
    form = CallOffForm.posted()
    if not form.validate():
        return _page(meeting_id, call_off=form), 422
    why = form.because.data
    return _do(meeting_id, lambda *found: meeting_planning.call_off(*found, because=why, now=now()), said="called_off")


@bp.post("/meetings/<uuid:meeting_id>/one-worker")
@requires(Action.AGREE_TO_ONE_WORKER)
def agree(meeting_id: UUID) -> ResponseReturnValue:
    """Agree to one worker at a first meeting."""
    form = AgreeForm.posted()
    if not form.validate():
        return _page(meeting_id, agree=form), 422
    why = form.because.data
    return _do(meeting_id, lambda *found: meeting_wishes.agree(*found, because=why, now=now()), said="decided")


@bp.post("/meetings/<uuid:meeting_id>/wish")
@requires(Action.KEEP_MEETING)
def ask(meeting_id: UUID) -> ResponseReturnValue:
    """Ask a second person to let one worker go; it waits until somebody answers."""
    form = AskForm.posted()
    if not form.validate():
        return _page(meeting_id, ask=form), 422
    why = form.because.data
    return _do(meeting_id, lambda *found: meeting_wishes.ask(*found, reason=why, now=now()), said="wish_asked")


@bp.post("/meetings/<uuid:meeting_id>/alarm")
@requires(Action.KEEP_MEETING)
def settle(meeting_id: UUID) -> ResponseReturnValue:
    """Answer an alarm; for those who are not there alone."""
    form = SettleForm.posted()

    def answer(session: Session, staff: StaffCard, meeting: Meeting) -> None:
        if meeting_keeping.is_there(meeting, staff.id):
            raise NotTheirs
        if form.validate():
            is_safe = form.answer.data == "safe"
            meeting_overdue.settle(session, meeting, by=staff.id, is_safe=is_safe, now=now())

    done = _do(meeting_id, answer, said="saved")
    return (_page(meeting_id), 422) if form.errors else done


def _sections(found: Sequence[MeetingLine], at: datetime) -> tuple[MeetingSection, ...]:
    placed: dict[str, list[MeetingLine]] = {key: [] for key in TITLES}
    for line in sorted(found, key=say.is_soon):
        placed[_section_of(line, at)].append(line)
    return tuple(
        MeetingSection(
            key=key, title=title, rows=tuple(say.row(each, now=at) for each in placed[key]), empty=EMPTY.get(key, "")
        )
        for key, title in TITLES.items()
    )


def _section_of(line: MeetingLine, at: datetime) -> str:
    if line.alarms or line.state is MeetingState.UNDER_WAY:
        return "now"
    if line.due_at is not None:
        return "now" if line.due_at <= at + SOON else "ahead"
    return "tell" if line.state is MeetingState.OVER else "past"


def _do(meeting_id: UUID, do: DO, *, said: str, sent: CheckOut | None = None) -> ResponseReturnValue:
    """Take one step of a meeting, and go back to it; what somebody settled meanwhile stays."""
    try:
        with parts().vault.writing() as session:
            do(session, current_user.card, meetings.find_to_change(session, current_user.card, meeting_id))
    except NotTheirs:
        raise NoSuchCase from None
    except WrongState:
        said = "ended"
        if sent is not None:
            _help_all_the_same(meeting_id, sent)
    notice(said)
    return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)


def _help_all_the_same(meeting_id: UUID, sent: CheckOut) -> None:
    """Call for help where it was asked for with a step that could not be taken; the answer stays as it is."""
    with parts().vault.writing() as session:
        card = current_user.card
        found = meetings.find_to_change(session, card, meeting_id)
        meeting_help.help_all_the_same(session, card, found, sent, now=now())


def _page(meeting_id: UUID, **forms: Any) -> str:
    at = now()
    with parts().vault.writing() as session:
        card = meetings.read_meeting(session, current_user.card, meeting_id, now=at)
    return render("meetings/show.html", meeting_cards.page(card, now=at, refused=Refused(**forms)))
