"""Planning a meeting from a case: where she chooses, when, who goes, who watches."""

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField, TimeField

from outreach.access import Action, NoSuchCase
from outreach.case_file.view import CaseHead, head_of
from outreach.meetings.hours import Hours, SkippedHour, hours_of
from outreach.meetings.moves import plan_before
from outreach.meetings.planning import CHANNELS, PlanHeld, Sketch, UnfitPlan, plan_meeting, sketch
from outreach.meetings.rules import PlaceKind, Plan
from outreach.protocols.steps import STEPS
from outreach.safe_contact import Decision
from outreach.terms import Channel
from portal.advocate.cards import Hold, Step
from portal.advocate.cases.page import case_link
from portal.advocate.contact.way_choice import choices, chosen, way_value
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, lines_of, need, offer
from portal.advocate.meetings import words as say
from portal.advocate.meetings.pages import MeetingFormPage
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render

bp = Blueprint("meeting_plans", __name__)

LATE = {"0": "On time", **{str(each): f"{each} minutes late is fine" for each in (10, 20, 30)}}
ASIDE = (
    "task",
    "interpreter",
    "interpreter_elsewhere",
    "without_interpreter",
    "vetoed",
    "partner_apart",
    "close_is_fine",
)
SKIPPED = "Clocks skip this hour that night. Choose another."


class MeetingForm(StrictForm):
    """Where, when, who goes and who watches."""

    way = RadioField("Where does she want to meet?", [need("Choose the place she wants, or a call.")], choices=[])
    place = RadioField(
        "What kind of place is it?",
        [need("Choose the kind of place.")],
        choices=offer((each.value, label) for each, label in say.PLACES.items()),
    )
    on = DateField("Day", [need("Choose the day.")])
    starts = TimeField("From", [need("Write when it starts.")])
    late = SelectField("There by", choices=offer(LATE.items()), default="10")
    ends = TimeField(
        "Expected end",
        [need("Write when it ends.")],
        description="Your buddy is told when you are not back. After midnight is the next day.",
    )
    lead = SelectField("Who goes", [need("Choose who goes.")], choices=[])
    second = SelectField("Second worker", choices=[], description="A first meeting needs two.")
    buddy = SelectField(
        "Buddy",
        [need("Choose who watches.")],
        choices=[],
        description="Knows where you are and when to call. Is not at the meeting.",
    )
    buddy_phone = StringField("The buddy's phone", [need("Write the buddy's phone."), at_most(40)])
    task = SelectField("What it is for", choices=[])
    interpreter = StringField(
        "Interpreter", [at_most(80)], description="Ask her first. Never a child, never family of the partner."
    )
    interpreter_elsewhere = BooleanField("I asked: the interpreter is not from her town or community")
    without_interpreter = BooleanField("She wants no interpreter this time")
    vetoed = TextAreaField(
        "Interpreters she does not want",
        [at_most(400)],
        description="One name on each line. Names are only added here: “Name, birth date, interpreter” takes one out.",
    )
    partner_apart = BooleanField("At her home: the partner does not live there, has no key and does not come")
    close_is_fine = BooleanField("Less than half an hour to another meeting is enough")


@bp.get("/cases/<uuid:case_id>/meetings/new")
@requires(Action.PLAN_MEETING)
def new(case_id: UUID) -> ResponseReturnValue:
    """Ask where, when and who; a meeting that was moved is filled in, but for its day. Recorded."""
    return _page(case_id, None, before=_meeting_before())


@bp.post("/cases/<uuid:case_id>/meetings")
@requires(Action.PLAN_MEETING)
def create(case_id: UUID) -> ResponseReturnValue:
    """Keep a meeting, unless the gate says no at that hour or somebody has another one then."""
    at, card = now(), current_user.card
    with parts().vault.writing() as session:
        head = head_of(session, card, case_id)
        form = MeetingForm.posted(prepare=lambda form: _offer(form, sketch(session, card, case_id, now=at)))
        hours = _hours(form, ZoneInfo(head.standing.zone)) if form.validate() else None
    if hours is None:
        return _page(case_id, form), 422
    try:
        with parts().vault.writing() as session:
            meeting_id = plan_meeting(session, card, case_id, _plan(form, hours), now=at)
    except UnfitPlan as unfit:
        for fault in unfit.faults:
            form.error_of(fault.field, fault.mend)
        return _page(case_id, form), 422
    except PlanHeld as held:
        return _page(case_id, form, decision=held.decision), 409
    notice("meeting")
    return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)


def _hours(form: MeetingForm, zone: ZoneInfo) -> Hours | None:
    """Return the instants of the hours that were written, in her zone; None with an error beside the field."""
    late = timedelta(minutes=int(form.late.data))
    try:
        return hours_of(form.on.data, form.starts.data, form.ends.data, late=late, zone=zone)
    except SkippedHour as skipped:
        form.error_of(str(skipped), SKIPPED)
        return None


def _plan(form: MeetingForm, hours: Hours) -> Plan:
    destination_id, channel = chosen(form.way.data)
    if destination_id is None:
        raise ValueError("a meeting has a place of its own")
    return Plan(
        destination_id=destination_id,
        channel=channel,
        place=PlaceKind(form.place.data),
        starts_at=hours.starts_at,
        check_in_by=hours.check_in_by,
        ends_at=hours.ends_at,
        lead=UUID(form.lead.data),
        second=UUID(form.second.data) if form.second.data else None,
        buddy=UUID(form.buddy.data),
        buddy_phone=form.buddy_phone.data,
        interpreter=form.interpreter.data,
        interpreter_elsewhere=form.interpreter_elsewhere.data,
        without_interpreter=form.without_interpreter.data,
        vetoed=lines_of(form.vetoed.data),
        partner_apart=form.partner_apart.data,
        close_is_fine=form.close_is_fine.data,
        task_id=UUID(form.task.data) if form.task.data else None,
    )


def _offer(form: MeetingForm, made_of: Sketch) -> None:
    """Offer what a meeting can be made of; nobody is chosen beforehand but whoever plans."""
    form.way.choices = choices((way for way, _ in made_of.ways), CHANNELS, elsewhere=False)
    people = [(str(each.id), each.name) for each in made_of.workers]
    form.lead.choices = offer(people)
    form.second.choices = offer([("", "No one yet"), *people])
    form.buddy.choices = offer([("", "Choose who watches"), *people])
    form.task.choices = offer(
        [*((str(task), STEPS[step].title) for task, step in made_of.tasks), ("", "Nothing on the list")]
    )


def _meeting_before() -> UUID | None:
    named = request.args.get("again", "")
    try:
        return UUID(named) if named else None
    except ValueError:
        raise NoSuchCase from None


def _filled(plan: Plan, zone: ZoneInfo) -> dict[str, Any]:
    """Return what the form has of a plan that was moved; what must be true each time is asked anew."""
    late = str(int((plan.check_in_by - plan.starts_at) / timedelta(minutes=1)))
    return {
        "way": way_value(str(plan.destination_id), plan.channel.value),
        "place": plan.place.value,
        "starts": plan.starts_at.astimezone(zone).time(),
        "late": late if late in LATE else "10",
        "ends": plan.ends_at.astimezone(zone).time(),
        "lead": str(plan.lead),
        "second": str(plan.second or ""),
        "buddy": str(plan.buddy),
        "buddy_phone": plan.buddy_phone,
        "task": str(plan.task_id or ""),
        "interpreter": plan.interpreter,
    }


def _page(
    case_id: UUID, form: MeetingForm | None, *, decision: Decision | None = None, before: UUID | None = None
) -> str:
    at, card = now(), current_user.card
    with parts().vault.writing() as session:
        head = head_of(session, card, case_id)
        made_of = sketch(session, card, case_id, now=at)
        moved = plan_before(session, card, case_id, before) if before else None
    if form is None:
        filled = _filled(moved, ZoneInfo(head.standing.zone)) if moved else {"lead": str(card.id)}
        form = MeetingForm(data={"vetoed": "\n".join(made_of.veto.names), **filled})
    _offer(form, made_of)
    form.lead.default = str(card.id)
    back = url_for("cases.show", case_id=case_id)
    page = MeetingFormPage(
        title="Plan a meeting",
        handle=head.handle,
        lead="She chooses the place. Ask her each time if it still fits. Her home is the last choice, not the first.",
        back=case_link(case_id, head.handle),
        form=form.card(url_for("meeting_plans.create", case_id=case_id), "Plan it", cancel_href=back),
        hold=_hold(head, made_of, form, decision),
        aside=ASIDE,
    )
    return render("meetings/form.html", page)


def _hold(head: CaseHead, made_of: Sketch, form: MeetingForm, decision: Decision | None) -> Hold | None:
    """Return why it can not be planned: the gate's word, or that no place is known."""
    asked = url_for("requests.new", case_id=head.id)
    if decision is not None:
        mend = Step("See the case", url_for("cases.show", case_id=head.id), look="main")
        return Hold(decision.cause, decision.remedy, (mend, Step("She asked", asked)))
    if any(channel is Channel.MEETING for _, channel in made_of.ways):
        return None
    add = Step("Add a place to meet", url_for("destinations.new", case_id=head.id, kind="place"), look="main")
    return Hold("We know of no place where she wants to meet.", "Ask her, and add it here first.", (add,))
