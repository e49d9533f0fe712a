"""Stopping every text, and letting texts leave again: for supervisors; and why none leaves, for everyone."""

from datetime import datetime

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import TextAreaField

from outreach.access import Action
from outreach.messaging.breaker import texting
from outreach.messaging.kill_switch import NoReason, start_texts, stop_texts
from portal.advocate.cards import Hold, Step
from portal.advocate.cases.pages import TaskPage
from portal.advocate.doors import requires
from portal.advocate.forms import NoFields, StrictForm, at_most, need
from portal.advocate.moments import span
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render

bp = Blueprint("texting", __name__)


class StopForm(StrictForm):
    """Why every text stops."""

    reason = TextAreaField("Why?", [need("Say why, for whoever lets texts leave again."), at_most(300)])


@bp.get("/texting-stops/new")
@requires(Action.STOP_TEXTS)
def new() -> ResponseReturnValue:
    """Ask why."""
    return _page(StopForm())


@bp.post("/texting-stops")
@requires(Action.STOP_TEXTS)
def create() -> ResponseReturnValue:
    """Stop every text, of every case, at once."""
    form = StopForm.posted()
    if form.validate():
        try:
            with parts().vault.writing() as session:
                stop_texts(session, because=form.reason.data, by=current_user.card.id, now=now())
        except NoReason:
            form.error_of("reason", "Say why, for whoever lets texts leave again.")
    if form.errors:
        return _page(form), 422
    notice("texts_stopped")
    return redirect(url_for("team.show"), 303)


@bp.post("/texting-stops/ending")
@requires(Action.STOP_TEXTS)
def end() -> ResponseReturnValue:
    """Let texts leave again."""
    NoFields.posted()
    with parts().vault.writing() as session:
        ended = start_texts(session, by=current_user.card.id, now=now())
    notice("texts_leave" if ended else "texts_left_already")
    return redirect(url_for("team.show"), 303)


def why_none_leaves(session: Session, *, now: datetime) -> tuple[Hold, ...]:
    """Return one alarm for each reason why no text leaves now: a person's, the server's file, or failing calls."""
    found, may_end = texting(session, now=now), current_user.card.may(Action.STOP_TEXTS)
    start = (Step("Let texts leave again", url_for("texting.end"), "post"),) if may_end else ()
    said = [
        Hold(f"Texts are stopped: {each.because.rstrip('.')}.", f"{_MEANWHILE} {'' if may_end else _ASK}".strip(), ())
        for each in found.stops
    ]
    if said:
        said[-1] = Hold(said[-1].cause, said[-1].remedy, start)
    if not found.is_signed:
        said.append(Hold("Nobody has signed for texts yet.", f"{_MEANWHILE} {_sign_first()[0]}", _sign_first()[1]))
    if found.is_off_by_file:
        said.append(Hold("Texts are stopped on the server.", f"{_MEANWHILE} Ask the person who runs Wayside.", ()))
    if found.rests_until is not None:
        wait = span(max(60, int((found.rests_until - now).total_seconds())))
        said.append(Hold("Texts are resting: the phone company does not take them.", f"We try again in {wait}.", ()))
    return tuple(said)


def _sign_first() -> tuple[str, tuple[Step, ...]]:
    """Return what is to be done where nobody has signed, and the way to it for whoever may."""
    if not current_user.card.may(Action.SIGN_FOR_TEXTS):
        return "Ask a supervisor to sign.", ()
    return "Read what is signed for.", (Step("Sign for texts", url_for("signature.show")),)


_MEANWHILE = "No text leaves. Call where it can not wait."
_ASK = "A supervisor can let them leave again."


def _page(form: StopForm) -> str:
    here = url_for("team.show")
    page = TaskPage(
        title="Stop all texts",
        handle="",
        sentence="No text of any case leaves until you let them leave again. Those that miss their time become tasks.",
        back=Step("Back to the team", here),
        form=form.card(url_for("texting.create"), "Stop all texts", cancel_href=here),
        is_stop=True,
    )
    return render("tasks/show.html", page)
