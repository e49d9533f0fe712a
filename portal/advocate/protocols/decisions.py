"""A change of protocol, for the second person: what it would do, and making it current or taking it back."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.exc import NoResultFound
from wtforms import HiddenField, TextAreaField

from outreach.access import Action, NoSuchCase
from outreach.on_duty.cover import uncovered_nights
from outreach.protocols import changes as changing
from outreach.protocols import versions
from outreach.protocols.changes import ChangeSettled, CurrentMoved, NeedsAnother, NobodyOnCall
from outreach.protocols.versions import Change
from portal.advocate.cards import Form, Hold, Step
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, need
from portal.advocate.parts import now, parts
from portal.advocate.protocols.dry_run import dry_run_page, look
from portal.advocate.protocols.lists import facts_of
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render

bp = Blueprint("protocol_decisions", __name__)


class AgreeForm(StrictForm):
    """Why the second person agrees, with what it would replace."""

    instead_of = HiddenField()
    reason = TextAreaField("Why do you agree?", [need("Say why you agree."), at_most(500)])


class TakeBackForm(StrictForm):
    """Why it should not change."""

    reason = TextAreaField("Why not?", [need("Say why not."), at_most(500)])


@bp.get("/protocols/changes/<uuid:change_id>")
@requires(Action.CHANGE_PROTOCOL)
def show(change_id: UUID) -> ResponseReturnValue:
    """Show what a change would do, to whoever is to decide."""
    return _page(change_id)


@bp.post("/protocols/changes/<uuid:change_id>/agreement")
@requires(Action.CHANGE_PROTOCOL)
def agree(change_id: UUID) -> ResponseReturnValue:
    """Make it current, as the second person."""
    form = AgreeForm.posted()
    if not form.validate():
        return _page(change_id, agreeing=form), 422
    try:
        with parts().vault.writing() as session:
            seen, by = form.instead_of.data, current_user.card.id
            changing.make_current(session, change_id, instead_of=seen, because=form.reason.data, by=by, now=now())
    except CurrentMoved:
        return _page(change_id, agreeing=form, says=_MOVED), 409
    except NeedsAnother:
        return _page(change_id), 409
    except NobodyOnCall:
        return _page(change_id, agreeing=form, says=_NOBODY), 409
    except ChangeSettled:
        return _settled()
    notice("protocol_current")
    return redirect(url_for("protocols.index"), 303)


@bp.post("/protocols/changes/<uuid:change_id>/withdrawal")
@requires(Action.CHANGE_PROTOCOL)
def withdraw(change_id: UUID) -> ResponseReturnValue:
    """Take it off the table; what is in force stays."""
    form = TakeBackForm.posted()
    if not form.validate():
        return _page(change_id, taking_back=form), 422
    try:
        with parts().vault.writing() as session:
            changing.take_back(session, change_id, because=form.reason.data, by=current_user.card.id, now=now())
    except ChangeSettled:
        return _settled()
    notice("protocol_taken_back")
    return redirect(url_for("protocols.index"), 303)


def _settled() -> ResponseReturnValue:
    notice("ended")
    return redirect(url_for("protocols.index"), 303)


def _page(
    change_id: UUID,
    *,
    agreeing: AgreeForm | None = None,
    taking_back: TakeBackForm | None = None,
    says: str = "",
) -> str:
    with parts().vault.reading() as session:
        try:
            change = versions.change(session, change_id)
        except NoResultFound:
            raise NoSuchCase from None
        looked = look(session, versions.text_of(session, change.digest) or "", after=now())
        facts = facts_of(session, change, now=now(), zone=parts().zone)
        is_gap_left = (
            change.waits
            and changing.is_way_back(session, change.jurisdiction, change.digest)
            and bool(uncovered_nights(session, [looked.proposed], now=now()))
        )
    is_theirs = change.proposed_by == current_user.card.id
    page = dry_run_page(
        looked,
        title="A change to decide" if change.waits else "A change",
        back=Step("Protocols", url_for("protocols.index")),
        hold=_hold(change, is_theirs=is_theirs) or (_GAP if is_gap_left else None),
        form=_agree_card(agreeing or AgreeForm(), change, looked.instead_of, says) if not is_theirs else None,
        take_back=_take_back_card(taking_back or TakeBackForm(), change),
        facts=facts,
    )
    return render("protocols/dry-run.html", page)


_NOBODY = (
    "Its clock at level A runs at night, and the next week has hours in which nobody is on call. Fill the rota first: "
    "Team, then On call."
)
_GAP = Hold(
    "This goes back to the one before, and nobody is on call for some hours of the next week.",
    "Going back is possible all the same. Fill the rota today: supervisors are paged themselves meanwhile.",
    (),
)
_MOVED = "Another protocol came into force meanwhile. Look again: this is what it would do now."


def _hold(change: Change, *, is_theirs: bool) -> Hold | None:
    if not change.waits:
        return Hold("This was settled.", "Nothing is left to decide here.", ())
    return Hold("You asked for this change.", "Another supervisor makes it current.", ()) if is_theirs else None


def _agree_card(form: AgreeForm, change: Change, instead_of: str, says: str) -> Form | None:
    if not change.waits:
        return None
    form.instead_of.data = instead_of
    return form.card(url_for("protocol_decisions.agree", change_id=change.id), "Make it current", error=says)


def _take_back_card(form: TakeBackForm, change: Change) -> Form | None:
    to: dict[str, Any] = {"change_id": change.id}
    return form.card(url_for("protocol_decisions.withdraw", **to), "Take it back") if change.waits else None
