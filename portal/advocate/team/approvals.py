"""Decisions the gate asks a person for, each with its reason: first contact, a condition, one more try, cold mail."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import RadioField, TextAreaField

from outreach import people
from outreach.access import Action, NoSuchCase
from outreach.approvals import approving
from outreach.approvals.approving import CHANNELS, Decided, NotTheirsToDecide, may_decide
from outreach.case_file.news import news_since_decided
from outreach.case_file.view import head_of, known_ways
from outreach.gate.facts import CASE_WIDE, Approval
from outreach.reaching.destinations import Destination
from portal.advocate.cases.happened import news_hold
from portal.advocate.cases.page import case_link
from portal.advocate.cases.pages import TaskPage
from portal.advocate.contact.way_choice import choices, chosen, named_way
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, need
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render

bp = Blueprint("approvals", __name__)

WORDS = {
    Approval.FIRST_CONTACT: (
        "Decide on the first contact",
        "One live call, no message, no text. At level A it may be made at any hour. Say why it is safe enough.",
    ),
    Approval.SHARED_PHONE_CALL: (
        "Decide on this call",
        "The partner may answer here. Call only when there is no better way. Say why.",
    ),
    Approval.CONDITION_HOLDS: ("It still holds", "Say how you know that her condition holds today."),
    Approval.PARTNER_WILL_NOT_SEE: (
        "Decide to use this way",
        "The partner may see what comes here. Ask her first if you can. If you decide without her, say why it is safe.",
    ),
    Approval.SUPERVISOR: ("Let contact begin", "Contact waits for you on this case. Say why it may begin."),
    Approval.COLD_MAIL: (
        "A letter where mail is not known to be safe",
        "Two people must agree. Only the short, plain letter can go. Say why mail is the best way.",
    ),
    Approval.COLD_MAIL_SECOND_PERSON: (
        "Agree to the letter",
        "A colleague wants to send the short, plain letter. Say why you agree.",
    ),
    Approval.MORE_TEXTS: ("One more text", "There were enough texts for now. Say why one more is right."),
    Approval.ONCE_IF_DANGER: (
        "Try once: the danger has grown",
        "She asked for no contact, and said we may try once if the danger grows. One live try. Say what has grown.",
    ),
    Approval.MORE_ATTEMPTS: ("One more try", "There were enough tries. Say why one more is right."),
}


SINCE_DECIDED = ("this was last decided", "What was decided before did not know of it. Weigh it anew.")


class ReasonForm(StrictForm):
    """Which way it is about, and why."""

    way = RadioField("For which way?", [need("Choose the way.")], choices=[])
    reason = TextAreaField("Your reason", [need("Write your reason."), at_most(500)])


@bp.get("/cases/<uuid:case_id>/approvals/<what>")
@requires(Action.DECIDE)
def new(case_id: UUID, what: str) -> ResponseReturnValue:
    """Ask for the reason."""
    approval = _approval(what)
    return _page(case_id, approval, _offering(ReasonForm(data=named_way(request.args)), approval))


@bp.post("/cases/<uuid:case_id>/approvals/<what>")
@requires(Action.DECIDE)
def create(case_id: UUID, what: str) -> ResponseReturnValue:
    """Keep the decision for its time, for the one way it is about."""
    approval = _approval(what)
    form = ReasonForm.posted(prepare=lambda form: _offering(form, approval))
    try:
        with parts().vault.writing() as session:
            is_good = _decided(session, case_id, approval, form)
    except NotTheirsToDecide:
        form.error_of("reason", "Another person must decide this one: a supervisor, and not the one who asked.")
        is_good = False
    if not is_good:
        return _page(case_id, approval, form), 422
    notice("decided")
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _decided(session: Session, case_id: UUID, approval: Approval, form: ReasonForm) -> bool:
    head_of(session, current_user.card, case_id)
    _name_ways(form, people.destinations(session, case_id), approval)
    if not form.validate():
        return False
    way = None
    if approval not in CASE_WIDE:
        destination_id, channel = chosen(form.way.data)
        if destination_id is None:
            raise NoSuchCase
        way = (destination_id, channel)
    decided = Decided(approval, way)
    approving.decide(session, current_user.card, case_id, decided=decided, reason=form.reason.data, now=now())
    return True


def _approval(what: str) -> Approval:
    """Return the decision a path names; one that is not theirs to give does not exist for them."""
    if what not in {each.value for each in Approval} or not may_decide(current_user.card, Approval(what)):
        raise NoSuchCase
    return Approval(what)


def _offering(form: ReasonForm, approval: Approval) -> ReasonForm:
    if approval in CASE_WIDE:
        del form.way
    return form


def _name_ways(form: ReasonForm, known: tuple[Destination, ...], approval: Approval) -> None:
    if approval not in CASE_WIDE:
        form.way.choices = choices(known, CHANNELS[approval], elsewhere=False)


def _page(case_id: UUID, approval: Approval, form: ReasonForm) -> str:
    with parts().vault.writing() as session:
        head, known = known_ways(session, current_user.card, case_id, now=now())
        news = news_since_decided(session, case_id, approval)
    _name_ways(form, known, approval)
    title, sentence = WORDS[approval]
    here = url_for("cases.show", case_id=case_id)
    action = url_for("approvals.create", case_id=case_id, what=approval.value)
    card = form.card(action, "Decide", cancel_href=here)
    page = TaskPage(
        title=title,
        handle=head.handle,
        sentence=sentence,
        back=case_link(case_id, head.handle),
        form=card,
        hold=news_hold(news, *SINCE_DECIDED, zone=ZoneInfo(head.standing.zone)),
    )
    return render("tasks/show.html", page)
