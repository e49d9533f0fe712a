"""Asking a second person for a decision, and answering: on a phone as well, two taps and a reason."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import RadioField, TextAreaField

from outreach import people
from outreach.access import Action, NoSuchCase
from outreach.approvals import wishes as approval_wishes
from outreach.approvals.approving import CHANNELS, Decided, NotTheirsToDecide
from outreach.approvals.second_person import Wish
from outreach.approvals.wishes import ASKABLE, WishToAnswer
from outreach.case_file.news import news_since_decided
from outreach.case_file.view import head_of, known_ways
from outreach.gate.facts import CASE_WIDE, Approval
from outreach.records.errors import NoSuchRecord
from outreach.terms import Channel
from portal.advocate import words
from portal.advocate.cards import Hold, Step
from portal.advocate.cases.happened import news_hold
from portal.advocate.cases.page import case_link
from portal.advocate.cases.pages import TaskPage
from portal.advocate.contact.way_choice import choices, chosen, named_way
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, need, offer
from portal.advocate.moments import lateness, moment
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.team.approvals import SINCE_DECIDED, ReasonForm

bp = Blueprint("wishes", __name__)

TITLES = {
    Approval.SUPERVISOR: "May contact begin?",
    Approval.MORE_ATTEMPTS: "One more try?",
}
ASK = "A supervisor is paged and can answer on a phone. After half an hour any colleague may."
WAITS = "It waits until then."
MEANWHILE = "One call you may make meanwhile, on your own reason; all else waits."
ASKED_BEFORE = "This was asked in the last day and gave one call then: all waits now."
ASK_THEM = "Ask them first what it changes."
YES, NO = "yes", "no"


class AnswerForm(StrictForm):
    """Yes or no, and why."""

    answer = RadioField("Your answer", [need("Choose one.")], choices=offer([(YES, "Yes"), (NO, "No")]))
    reason = TextAreaField("Your reason", [need("Write your reason."), at_most(500)])


@bp.get("/cases/<uuid:case_id>/wishes/<what>")
@requires(Action.DECIDE)
def new(case_id: UUID, what: str) -> ResponseReturnValue:
    """Ask for the reason."""
    approval = _askable(what)
    return _ask_page(case_id, approval, _offering(ReasonForm(data=named_way(request.args)), approval))


@bp.post("/cases/<uuid:case_id>/wishes/<what>")
@requires(Action.DECIDE)
def create(case_id: UUID, what: str) -> ResponseReturnValue:
    """Ask a second person."""
    form = ReasonForm.posted(prepare=lambda form: _offering(form, _known(what)))
    approval = _askable(what)
    with parts().vault.writing() as session:
        is_good = _asked(session, case_id, approval, form)
    if not is_good:
        return _ask_page(case_id, approval, form), 422
    notice("wish_asked")
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.get("/wishes/<uuid:wish_id>")
@requires(Action.DECIDE)
def show(wish_id: UUID) -> ResponseReturnValue:
    """Show what a colleague asks; recorded."""
    return _answer_page(wish_id, AnswerForm())


@bp.post("/wishes/<uuid:wish_id>")
@requires(Action.DECIDE)
def answer(wish_id: UUID) -> ResponseReturnValue:
    """Keep the answer."""
    form, card = AnswerForm.posted(), current_user.card
    if not form.validate():
        return _answer_page(wish_id, form), 422
    agrees, reason = form.answer.data == YES, form.reason.data
    try:
        with parts().vault.writing() as session:
            approval_wishes.answer(session, card, wish_id, agrees=agrees, reason=reason, now=now())
    except NoSuchRecord:
        raise NoSuchCase from None
    except NotTheirsToDecide:
        form.error_of("answer", "You asked this yourself, or it is your meeting. Another person must answer.")
        return _answer_page(wish_id, form), 422
    notice("decided")
    return redirect(url_for("today.show"), 303)


def holds(session: Session, *, at: datetime) -> tuple[Hold, ...]:
    """Return what waits for this person's yes or no, for the top of Today."""
    if not current_user.card.may(Action.DECIDE):
        return ()
    waiting = approval_wishes.waiting(session, current_user.card, now=at)
    return tuple(_hold(each, at) for each in waiting if not each.is_mine)


def _hold(wish: Wish, at: datetime) -> Hold:
    since = lateness(wish.asked_at, now=at).removesuffix(" late").removeprefix("in ")
    answer_it = Step("Yes or no", url_for("wishes.show", wish_id=wish.id), look="main")
    return Hold(f"{wish.asked_by} asks for a second person: {wish.handle}.", f"Asked {since} ago.", (answer_it,))


def _known(what: str) -> Approval:
    """Return the decision a path names, whoever may ask for it: a field that no page offered is refused first."""
    if what not in {each.value for each in Approval}:
        raise NoSuchCase
    return Approval(what)


def _askable(what: str) -> Approval:
    if what not in {each.value for each in ASKABLE}:
        raise NoSuchCase
    return Approval(what)


def _offering(form: ReasonForm, approval: Approval) -> ReasonForm:
    if approval in CASE_WIDE:
        del form.way
    return form


def _asked(session: Session, case_id: UUID, approval: Approval, form: ReasonForm) -> bool:
    head_of(session, current_user.card, case_id)
    if approval not in CASE_WIDE:
        form.way.choices = choices(people.destinations(session, case_id), CHANNELS[approval], elsewhere=False)
    if not form.validate():
        return False
    way: tuple[UUID, Channel] | None = None
    if approval not in CASE_WIDE:
        destination_id, channel = chosen(form.way.data)
        if destination_id is None:
            raise NoSuchCase
        way = (destination_id, channel)
    decided = Decided(approval, way)
    approval_wishes.ask(session, current_user.card, case_id, decided=decided, reason=form.reason.data, now=now())
    return True


def _ask_page(case_id: UUID, approval: Approval, form: ReasonForm) -> str:
    with parts().vault.writing() as session:
        head, known = known_ways(session, current_user.card, case_id, now=now())
        news = news_since_decided(session, case_id, approval)
        may_call = approval_wishes.may_call_meanwhile(session, case_id, now=now())
    meanwhile = WAITS
    if approval not in CASE_WIDE:
        meanwhile = MEANWHILE if may_call else ASKED_BEFORE
        form.way.choices = choices(known, CHANNELS[approval], elsewhere=False)
    here = url_for("cases.show", case_id=case_id)
    action = url_for("wishes.create", case_id=case_id, what=approval.value)
    page = TaskPage(
        title=TITLES[approval],
        handle=head.handle,
        sentence=f"{ASK} {meanwhile}",
        back=case_link(case_id, head.handle),
        form=form.card(action, "Ask", cancel_href=here),
        hold=news_hold(news, *SINCE_DECIDED, zone=ZoneInfo(head.standing.zone)),
    )
    return render("tasks/show.html", page)


def _answer_page(wish_id: UUID, form: AnswerForm) -> str:
    at = now()
    try:
        with parts().vault.writing() as session:
            found = approval_wishes.read(session, current_user.card, wish_id, now=at)
    except NoSuchRecord:
        raise NoSuchCase from None
    page = TaskPage(
        title=TITLES[found.approval] if found.approval else "May one worker go?",
        handle=found.wish.handle,
        sentence=_asked_for(found, at),
        back=Step("Today", url_for("today.show")),
        form=form.card(url_for("wishes.answer", wish_id=wish_id), "Answer", cancel_href=url_for("today.show")),
        hold=news_hold(found.news, "you were asked", ASK_THEM, zone=parts().zone),
    )
    return render("tasks/show.html", page)


def _asked_for(found: WishToAnswer, at: datetime) -> str:
    when = moment(found.wish.asked_at, now=at, zone=parts().zone).words
    news = f" News came since. {ASK_THEM}" if found.has_news and not found.news else ""
    because = f" Why: “{found.reason}”" if found.reason else ""
    if found.meeting is not None:
        begins = moment(found.meeting.starts_at, now=at, zone=parts().zone).words
        who = f"{found.meeting.lead} would go alone {begins}, to a meeting that needs two."
        return f"{found.wish.asked_by} asked {when}. {who}{because} It waits until then.{news}"
    way = f" Way: {words.CHANNELS[found.channel].lower()}." if found.channel else ""
    meanwhile = "One call may be made meanwhile." if found.may_call else WAITS
    return f"{found.wish.asked_by} asked {when}: “{found.reason}”{way} {meanwhile}{news}"
