"""Night: who waits while the office is shut, for whoever is on call; calling, noting, handing over."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import HiddenField, TextAreaField
from wtforms.validators import AnyOf

from outreach import people
from outreach.access import Action, NoSuchCase
from outreach.approvals import approving
from outreach.approvals.approving import Decided, NotTheirsToDecide
from outreach.attempts.recording import InvalidAttempt, Made, log_attempt
from outreach.gate.facts import Approval
from outreach.on_duty import night, paging
from outreach.protocols.steps import STEPS
from outreach.records.errors import NoSuchRecord
from outreach.terms import Channel, DestinationKind, Outcome
from portal.advocate.cards import Step
from portal.advocate.cases.pages import TaskPage
from portal.advocate.doors import requires
from portal.advocate.forms import NoFields, StrictForm, at_most, need
from portal.advocate.on_duty import night_cards
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice, remind
from portal.advocate.rendering import show as render
from portal.advocate.support.steps import NeedStepForm, take_step
from portal.advocate.team.approvals import WORDS
from portal.advocate.turning import asked_page

bp = Blueprint("night", __name__)

DECIDABLE = (Approval.FIRST_CONTACT, Approval.SHARED_PHONE_CALL)


class OutcomeForm(StrictForm):
    """How a call ended: one tap."""

    outcome = HiddenField(validators=[AnyOf([each.value for each in Outcome])])


class DecisionForm(StrictForm):
    """Why it is safe enough."""

    reason = TextAreaField("Your reason", [need("Write your reason."), at_most(500)])


@bp.get("/night")
@requires(Action.SEE_NIGHT)
def show() -> ResponseReturnValue:
    """Show who waits until the end of the shift, a page at a time; recorded."""
    at = now()
    with parts().vault.writing() as session:
        card = night.night_card(session, current_user.card, now=at, page=asked_page())
    return render("night/show.html", night_cards.page(card, now=at))


@bp.post("/pages/seen")
@requires(Action.SEE_TODAY)
def seen() -> ResponseReturnValue:
    """Note that whoever is signed in has seen the pages to them: nobody is paged about those any more."""
    NoFields.posted()
    with parts().vault.writing() as session:
        paging.acknowledge(session, current_user.card.id, now=now())
    notice("page_seen")
    return redirect(url_for("night.show" if current_user.is_on_call else "today.show"), 303)


@bp.get("/night/cases/<uuid:case_id>")
@requires(Action.SEE_NIGHT)
def case(case_id: UUID) -> ResponseReturnValue:
    """Show one case of the card, without anything written about her; recorded."""
    at = now()
    with parts().vault.writing() as session:
        found = night.open_night_case(session, current_user.card, case_id, now=at)
    return render("night/case.html", night_cards.case_page(found, now=at))


@bp.get("/night/cases/<uuid:case_id>/destinations/<uuid:destination_id>/call")
@requires(Action.SEE_NIGHT)
def call(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Show the call card of one phone, with its number; recorded."""
    at = now()
    with parts().vault.writing() as session:
        found = night.open_night_case(session, current_user.card, case_id, now=at, action=night.CALLED)
        ways = (each for each in found.view.ways if each.destination.id == destination_id)
        way = next((each for each in ways if each.channel is Channel.CALL), None)
        if way is None:
            raise NoSuchCase
    return render("cases/call.html", night_cards.call_card(found, way, now=at))


@bp.post("/night/cases/<uuid:case_id>/destinations/<uuid:destination_id>/outcome")
@requires(Action.SEE_NIGHT)
def outcome(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Keep how a call ended, with everything that changes."""
    form = OutcomeForm.posted()
    try:
        with parts().vault.writing() as session:
            night.find_waiting(session, current_user.card, case_id, now=now())
            if not form.validate():
                return redirect(url_for("night.call", case_id=case_id, destination_id=destination_id), 303)
            ended = Outcome(form.outcome.data)
            made = _made(session, case_id, destination_id, ended)
            logged = log_attempt(session, case_id, made, by=current_user.card.id, now=now())
    except (NoSuchRecord, InvalidAttempt):
        raise NoSuchCase from None
    notice("frozen" if ended in (Outcome.UNSAFE, Outcome.WRONG_NUMBER) else "saved")
    for sentence in logged.ask:
        remind(sentence)
    return redirect(url_for("night.show"), 303)


@bp.get("/night/cases/<uuid:case_id>/destinations/<uuid:destination_id>/decisions/<what>")
@requires(Action.SEE_NIGHT)
def decide(case_id: UUID, destination_id: UUID, what: str) -> ResponseReturnValue:
    """Ask why the call is right."""
    return _decision_page(case_id, destination_id, _approval(what), DecisionForm())


@bp.post("/night/cases/<uuid:case_id>/destinations/<uuid:destination_id>/decisions/<what>")
@requires(Action.SEE_NIGHT)
def keep_decision(case_id: UUID, destination_id: UUID, what: str) -> ResponseReturnValue:
    """Keep the on-call advocate's decision: at level A it meets the clock (requirement 27)."""
    approval, form, card = _approval(what), DecisionForm.posted(), current_user.card
    if not form.validate():
        return _decision_page(case_id, destination_id, approval, form), 422
    decided = Decided(approval, (destination_id, Channel.CALL))
    try:
        with parts().vault.writing() as session:
            night.find_waiting(session, card, case_id, now=now())
            approving.decide_on_call(session, card, case_id, decided=decided, reason=form.reason.data, now=now())
    except NotTheirsToDecide:
        raise NoSuchCase from None
    notice("decided")
    return redirect(url_for("night.case", case_id=case_id), 303)


@bp.post("/night/cases/<uuid:case_id>/needs/<uuid:need_id>/steps")
@requires(Action.SEE_NIGHT)
def need_step(case_id: UUID, need_id: UUID) -> ResponseReturnValue:
    """Note what came of a need, with one tap."""
    form = NeedStepForm.posted()
    with parts().vault.writing() as session:
        night.find_in_full(session, current_user.card, case_id, now=now())
        if not form.validate():
            return redirect(url_for("night.case", case_id=case_id), 303)
        notice(take_step(session, case_id, need_id, form))
    return redirect(url_for("night.show"), 303)


@bp.get("/night/hand-over")
@requires(Action.SEE_NIGHT)
def hand_over() -> ResponseReturnValue:
    """Show what was done in the shift and who still waits, a page at a time; recorded."""
    at = now()
    with parts().vault.writing() as session:
        card = night.night_card(session, current_user.card, now=at, page=asked_page())
        done = night.done_in_shift(session, current_user.card, card.shift, now=at) if card.shift else ()
    return render("night/hand-over.html", night_cards.hand_over_page(card, done, now=at))


@bp.post("/night/hand-over")
@requires(Action.SEE_NIGHT)
def handed_over() -> ResponseReturnValue:
    """Note that the next colleague was told."""
    NoFields.posted()
    with parts().vault.writing() as session:
        night.hand_over(session, current_user.card, now=now())
    notice("handed_over")
    return redirect(url_for("night.show"), 303)


def _made(session: Session, case_id: UUID, destination_id: UUID, ended: Outcome) -> Made:
    """Return the call as it is kept, for the contact that is due first. NoSuchCase for what is not on the card."""
    found = night.duties_on_card(session, current_user.card, case_id, now=now())
    phones = (each for each in people.destinations(session, case_id) if each.kind is DestinationKind.PHONE)
    if destination_id not in {each.id for each in phones}:
        raise NoSuchCase
    task = next((each.task_id for each in found if Channel.CALL in STEPS[each.step].channels), None)
    is_theirs = ended in (Outcome.UNSAFE, Outcome.WRONG_NUMBER)
    return Made(Channel.CALL, ended, destination_id, task_id=None if is_theirs else task)


def _approval(what: str) -> Approval:
    if what not in {each.value for each in DECIDABLE}:
        raise NoSuchCase
    return Approval(what)


def _decision_page(case_id: UUID, destination_id: UUID, approval: Approval, form: DecisionForm) -> str:
    with parts().vault.reading() as session:
        handle = night.find_waiting(session, current_user.card, case_id, now=now()).handle
    title, sentence = WORDS[approval]
    here = url_for("night.case", case_id=case_id)
    action = url_for("night.keep_decision", case_id=case_id, destination_id=destination_id, what=approval.value)
    card = form.card(action, "Decide", cancel_href=here)
    back = Step(handle, here)
    return render("tasks/show.html", TaskPage(title=title, handle=handle, sentence=sentence, back=back, form=card))
