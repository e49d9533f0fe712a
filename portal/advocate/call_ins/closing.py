"""One call-in and how it ends untold: a supervisor signs, with a reason; anyone brings it before a supervisor."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import RadioField, SelectMultipleField, TextAreaField

from outreach.access import Action
from outreach.call_ins import closing as closing_notices
from outreach.call_ins import view as call_in_view
from outreach.call_ins.board import find_call_in
from outreach.call_ins.closing import MayNotClose, Wanted
from outreach.call_ins.interlock import Stand
from outreach.call_ins.view import CallInView, open_call_in
from outreach.gate.answers import Held
from outreach.gate.reasons import Reason
from outreach.protocols.steps import STEPS
from outreach.reaching.next_way import ELSEWHERE, TRIES, NoSafeWay, Try
from outreach.tasks import TaskEnded
from outreach.terms import ClosedAs
from portal.advocate.call_ins import late_tellings, words
from portal.advocate.call_ins.pages import CallInPage
from portal.advocate.cards import Fact, Form, Hold, Step
from portal.advocate.doors import requires
from portal.advocate.forms import NoFields, StrictForm, at_most, need, offer
from portal.advocate.moments import long_day, moment
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.words import destination_label

bp = Blueprint("call_in_closing", __name__)


class ClosingForm(StrictForm):
    """Why nobody tries further, and what else was weighed."""

    kind = RadioField(
        "Why is it closed?", [need("Choose why.")], choices=offer((k.value, words.KINDS[k]) for k in ClosedAs)
    )
    weighed = SelectMultipleField(
        "What else did you weigh?",
        description="Tick each one you thought through. All five, unless she wants no contact.",
        choices=offer((each.value, words.WEIGHED[each]) for each in ELSEWHERE),
    )
    reason = TextAreaField("Your reason", [need("Write your reason."), at_most(500)])


def page_of(notice_id: UUID, form: ClosingForm | None = None, *, look: late_tellings.LookForm | None = None) -> str:
    """Return the page of one call-in, with a form that was sent where something is wrong with it."""
    at = now()
    with parts().vault.writing() as session:
        view = open_call_in(session, current_user.card, notice_id, now=at)
    return render("call-ins/show.html", replace(_page(view, form, at=at), late=late_tellings.part(view, look, at=at)))


@bp.get("/call-ins/<uuid:notice_id>")
@requires(Action.SEE_CALL_INS)
def show(notice_id: UUID) -> ResponseReturnValue:
    """Show one call-in: what to try, what changed, and how it may be closed. A recorded read."""
    return page_of(notice_id)


@bp.post("/call-ins/<uuid:notice_id>/closing")
@requires(Action.SIGN_CALL_IN)
def create(notice_id: UUID) -> ResponseReturnValue:
    """Close it untold, with the name of whoever signs."""
    form, card = ClosingForm.posted(), current_user.card
    with parts().vault.reading() as session:
        find_call_in(session, card, notice_id, now=now())
    if not form.validate():
        return page_of(notice_id, form), 422
    wanted = Wanted(ClosedAs(form.kind.data), form.reason.data, tuple(Try(each) for each in form.weighed.data or ()))
    try:
        with parts().vault.writing() as session:
            closing_notices.close(session, card, notice_id, wanted, now=now())
    except MayNotClose as refused:
        _say_what_is_missing(form, refused)
        return page_of(notice_id, form), 422
    except TaskEnded:
        notice("ended")
        return redirect(url_for("call_in_closing.show", notice_id=notice_id), 303)
    notice("closed_untold")
    return redirect(url_for("call_in_closing.show", notice_id=notice_id), 303)


@bp.post("/call-ins/<uuid:notice_id>/opening")
@requires(Action.SIGN_CALL_IN)
def open_again(notice_id: UUID) -> ResponseReturnValue:
    """Open a closed one again: a way was found."""
    NoFields.posted()
    try:
        with parts().vault.writing() as session:
            find_call_in(session, current_user.card, notice_id, now=now())
            closing_notices.open_again(session, current_user.card, notice_id, now=now())
        notice("open_again")
    except TaskEnded:
        notice("ended")
    return redirect(url_for("call_in_closing.show", notice_id=notice_id), 303)


@bp.post("/call-ins/<uuid:notice_id>/question")
@requires(Action.SEE_CALL_INS)
def ask(notice_id: UUID) -> ResponseReturnValue:
    """Bring it before a supervisor now."""
    NoFields.posted()
    with parts().vault.writing() as session:
        call_in_view.ask_supervisor(session, current_user.card, notice_id, now=now())
    notice("supervisor_asked")
    return redirect(url_for("call_in_closing.show", notice_id=notice_id), 303)


def _say_what_is_missing(form: ClosingForm, refused: MayNotClose) -> None:
    for lack in refused.lacking:
        form.error_of("kind", words.LACKS[lack])
    if not refused.lacking:
        form.error_of("weighed", "Weigh each of them first, and tick it.")


def _page(view: CallInView, form: ClosingForm | None, *, at: datetime) -> CallInPage:
    call_in, zone = view.call_in, ZoneInfo(view.call_in.zone)
    is_open = call_in.countdown.stand is Stand.NOT_TOLD
    case = url_for("cases.show", case_id=call_in.case_id)
    may_sign = current_user.card.may(Action.SIGN_CALL_IN)
    named: dict[str, Any] = {"notice_id": call_in.task_id}
    is_closed_ahead = call_in.countdown.stand in _CLOSED and call_in.at > at
    return CallInPage(
        title=f"{'Call-in' if 'call_in' in call_in.step else 'Notice'}, {long_day(call_in.at, zone=zone)}",
        handle=call_in.handle,
        back=Step("Call-ins", url_for("call_ins.index")),
        state=words.chip(call_in.countdown),
        lead=_lead(view, at=at),
        facts=_facts(view, at=at),
        todo=_todo(view, at=at) if is_open else (),
        steps=(Step("Open the case", case, look="main"), *_record(view))
        if is_open
        else (*late_tellings.entry_steps(view, at=at), Step("Open the case", case)),
        changes=tuple(_change(view, number, at=at) for number in range(len(call_in.changes))) if is_open else (),
        signed=_signed(view, at=at),
        lacking=_lacking(view) if is_open else (),
        closing=_closing_form(view, form) if is_open and may_sign else None,
        ask=Step("Ask a supervisor", url_for("call_in_closing.ask", **named), "post") if is_open else None,
        open_again=Step("Open it again", url_for("call_in_closing.open_again", **named), "post")
        if is_closed_ahead and may_sign
        else None,
    )


_CLOSED = (Stand.NO_SAFE_WAY, Stand.TRIED_ENOUGH, Stand.HER_WORD)


def _lead(view: CallInView, *, at: datetime) -> str:
    left = words.left_words(view.call_in.countdown)
    said = words.sentence(view.call_in, now=at)
    return f"{left}. {said}" if left else said


def _facts(view: CallInView, *, at: datetime) -> tuple[Fact, ...]:
    call_in, zone = view.call_in, ZoneInfo(view.call_in.zone)
    facts = [Fact("When", moment(call_in.at, now=at, zone=zone).full)]
    if call_in.countdown.stand is Stand.NOT_TOLD:
        facts.append(Fact("Due", moment(call_in.due_at, now=at, zone=zone).full))
    return (*facts, Fact("Whose", call_in.holder or "Nobody's yet"))


def _todo(view: CallInView, *, at: datetime) -> tuple[str, ...]:
    zone = ZoneInfo(view.call_in.zone)
    tried = words.try_words(view.next_try, now=at, zone=zone)
    return tuple(each for each in (_way(view, at=at), tried) if each)


def _way(view: CallInView, *, at: datetime) -> str:
    found, zone = view.next_way, ZoneInfo(view.call_in.zone)
    if isinstance(found, NoSafeWay):
        tries = " ".join(TRIES[each].format(name="her") for each in found.try_next)
        return f"There is no safe way to tell her yet. Try, in this order: {tries}"
    label = destination_label(found.destination, found.channel)
    said = f"The safest way: {label[0].lower()}{label[1:]}."
    if not isinstance(found.decision, Held):
        return f"{said} It is open now."
    opens = found.decision.opens_at
    if found.decision.reason is Reason.ATTEMPTS_TODAY and opens is not None and opens >= view.call_in.at:
        return f"{said} {found.decision.cause} Tomorrow is too late: {_ONE_MORE_TRY}"
    return f"{said} {found.decision.cause}" + (f" It opens {moment(opens, now=at, zone=zone).words}." if opens else "")


_ONE_MORE_TRY = "open the case and ask for one more try there."


def _record(view: CallInView) -> tuple[Step, ...]:
    if not STEPS[view.call_in.step].channels:
        return ()
    new = url_for("attempts.new", case_id=view.call_in.case_id, task=str(view.call_in.task_id))
    return (Step("Record a try", new),)


def _change(view: CallInView, number: int, *, at: datetime) -> Hold:
    change = view.call_in.changes[number]
    said = words.change_words(change, view.call_in, now=at)
    return Hold(said, "", (Step("Check the change", url_for("tasks.show", task_id=change.task_id), look="main"),))


def _signed(view: CallInView, *, at: datetime) -> tuple[Fact, ...]:
    found = view.closing
    if found is None:
        return ()
    when = moment(datetime.fromisoformat(found.signed_at), now=at, zone=ZoneInfo(view.call_in.zone)).full
    weighed = "; ".join(words.WEIGHED[Try(each)] for each in found.weighed)
    facts = (
        Fact("Closed because", words.KINDS[ClosedAs(found.kind)]),
        Fact("Reason", found.reason),
        Fact("Signed by", f"{view.signed_by}, {when}"),
        Fact("Tries before", str(found.tries)),
    )
    return (*facts, Fact("Also weighed", weighed)) if weighed else facts


def _lacking(view: CallInView) -> tuple[Fact, ...]:
    """Return what is missing per way of closing it; nothing for what only she could have said."""
    kinds = (kind for kind in ClosedAs if kind is not ClosedAs.HER_WORD or not view.lacking[kind])
    return tuple(
        Fact(words.KINDS[kind], " ".join(words.LACKS[lack] for lack in view.lacking[kind]) or "A supervisor may sign.")
        for kind in kinds
    )


def _closing_form(view: CallInView, form: ClosingForm | None) -> Form | None:
    """Return the form with the ways of closing that have their grounds; none where no way has."""
    possible = [kind for kind in ClosedAs if not view.lacking[kind]]
    if not possible and form is None:
        return None
    shown = form or ClosingForm()
    shown.kind.choices = offer((kind.value, words.KINDS[kind]) for kind in (possible or ClosedAs))
    return shown.card(url_for("call_in_closing.create", notice_id=view.call_in.task_id), "Sign and close")
