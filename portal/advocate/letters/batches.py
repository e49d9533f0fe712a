"""Stacks of letters: prepare, release as a second person, take the pages out, count, mail; or give one up."""

from collections.abc import Callable, Collection, Iterable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from outreach.access import Action, NoSuchCase
from outreach.messaging.letters import batch_mailing
from outreach.messaging.letters import batches as letter_batches
from outreach.messaging.letters.batch_rows import WrongBatchState
from outreach.messaging.letters.batch_view import BatchView, view
from outreach.messaging.letters.batches import NeedsAnother, NothingToPrint
from outreach.messaging.letters.pile import Pile, StillInPile
from outreach.messaging.letters.printers import as_one_file
from outreach.records.errors import NoSuchRecord, StaleVersion
from portal.advocate.doors import requires
from portal.advocate.forms import NoFields
from portal.advocate.letters import batch_cards
from portal.advocate.letters.batch_forms import (
    AgainForm,
    CameOutForm,
    CountForm,
    GiveUpForm,
    MailForm,
    choices,
    forms_of,
    give_up_form,
)
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render

bp = Blueprint("letter_batches", __name__)


@bp.post("/letter-batches")
@requires(Action.RELEASE_LETTER)
def create() -> ResponseReturnValue:
    """Put what is ready into a stack."""
    NoFields.posted()
    try:
        with parts().vault.writing() as session:
            batch_id = letter_batches.plan(session, current_user.card, now=now())
    except NothingToPrint:
        notice("nothing_to_print")
        return redirect(url_for("letter_board.show"), 303)
    except StaleVersion:
        notice("ended")
        return redirect(url_for("letter_board.show"), 303)
    notice("stack_prepared")
    return redirect(url_for("letter_batches.show", batch_id=batch_id), 303)


@bp.get("/letter-batches/<uuid:batch_id>")
@requires(Action.RELEASE_LETTER)
def show(batch_id: UUID) -> ResponseReturnValue:
    """Show one stack; recorded."""
    return _page(batch_id)


@bp.post("/letter-batches/<uuid:batch_id>/release")
@requires(Action.RELEASE_LETTER)
def release(batch_id: UUID) -> ResponseReturnValue:
    """Release a stack as the second person."""
    NoFields.posted()
    return _change(batch_id, lambda session: letter_batches.release(session, current_user.card, batch_id, now=now()))


@bp.post("/letter-batches/<uuid:batch_id>/letters/<uuid:letter_id>/removal")
@requires(Action.RELEASE_LETTER)
def leave_out(batch_id: UUID, letter_id: UUID) -> ResponseReturnValue:
    """Take one letter out of a stack that is not released."""
    NoFields.posted()
    by = current_user.card.id

    def take(session: Session) -> None:
        _refuse_others(session, batch_id, letter_id)
        letter_batches.leave_out(session, batch_id, letter_id, by=by, now=now())

    return _change(batch_id, take)


@bp.post("/letter-batches/<uuid:batch_id>/pages")
@requires(Action.RELEASE_LETTER)
def take_out(batch_id: UUID) -> ResponseReturnValue:
    """Return the pages as one file, once; recorded. When letters had to be pulled first, show the list instead."""
    NoFields.posted()
    try:
        taken = batch_mailing.take_out(parts().vault, current_user.card, batch_id, clock=now)
    except WrongBatchState:
        notice("stack_gone_on")
        return _back(batch_id)
    except NoSuchRecord:
        raise NoSuchCase from None
    if taken.pulled:
        notice("stack_pulled")
        return _back(batch_id)
    headers = {"Content-Disposition": 'attachment; filename="pages.pdf"'}
    return Response(as_one_file(taken.pages), mimetype="application/pdf", headers=headers)


@bp.post("/letter-batches/<uuid:batch_id>/tray")
@requires(Action.RELEASE_LETTER)
def settle(batch_id: UUID) -> ResponseReturnValue:
    """Say whether a stack came out."""
    _refuse_other_hands(batch_id)
    form = CameOutForm.posted()
    if not form.validate():
        return _page(batch_id), 422
    came, by = form.came_out.data == "yes", current_user.card.id
    return _change(
        batch_id, lambda session: batch_mailing.settle_unsure(session, batch_id, came_out=came, by=by, now=now())
    )


@bp.post("/letter-batches/<uuid:batch_id>/count")
@requires(Action.RELEASE_LETTER)
def count(batch_id: UUID) -> ResponseReturnValue:
    """Keep how many letters were counted."""
    _refuse_other_hands(batch_id)
    form = CountForm.posted()
    if not form.validate():
        return _page(batch_id, count_form=form), 422
    by, many = current_user.card.id, int(form.counted.data)
    return _change(batch_id, lambda session: batch_mailing.count(session, batch_id, many, by=by, now=now()))


@bp.post("/letter-batches/<uuid:batch_id>/void-pages")
@requires(Action.RELEASE_LETTER)
def make_again(batch_id: UUID) -> ResponseReturnValue:
    """Make letters again whose pages are missing or spoiled."""
    _refuse_other_hands(batch_id)
    form = AgainForm.posted(prepare=lambda form: _offer(form, batch_id))
    if not form.validate():
        return _page(batch_id, again_form=form), 422
    chosen, reason, by = _chosen(form.letters.data), form.reason.data, current_user.card.id
    return _change(
        batch_id, lambda session: batch_mailing.make_again(session, batch_id, chosen, reason, by=by, now=now())
    )


@bp.post("/letter-batches/<uuid:batch_id>/mailing")
@requires(Action.RELEASE_LETTER)
def mail(batch_id: UUID) -> ResponseReturnValue:
    """Check each letter once more and record that they are mailed."""
    _refuse_other_hands(batch_id)
    form = MailForm.posted(prepare=lambda form: form.for_pile(_view(batch_id)))
    if not form.validate():
        return _page(batch_id, mail_form=form), 422
    try:
        pile = Pile(*(_chosen(form[each].data) if each in form else () for each in ("letters", "taken_out")))
        done = batch_mailing.mail(parts().vault, batch_id, pile, by=current_user.card.id, clock=now)
    except StillInPile:
        notice("take_out_first")
        return _back(batch_id)
    except (WrongBatchState, NoSuchRecord):
        notice("ended")
        return _back(batch_id)
    notice(_how_it_went(done, said=pile.taken_out))
    return _back(batch_id)


@bp.post("/letter-batches/<uuid:batch_id>/end")
@requires(Action.RELEASE_LETTER)
def give_up(batch_id: UUID) -> ResponseReturnValue:
    """Give a stack up."""
    _refuse_other_hands(batch_id)
    form = GiveUpForm.posted()
    if not form.validate():
        return _page(batch_id, give_up_form=form), 422
    by, reason = current_user.card.id, form.reason.data
    return _change(batch_id, lambda session: letter_batches.undo(session, batch_id, reason, by=by, now=now()))


def _change(batch_id: UUID, change: Callable[[Session], object]) -> ResponseReturnValue:
    """Do one thing to a stack and come back to it; somebody faster, or no second person yet, is said in a sentence."""
    key = "saved"
    try:
        with parts().vault.writing() as session:
            change(session)
    except WrongBatchState:
        key = "ended"
    except NeedsAnother:
        key = "needs_another"
    except NoSuchRecord:
        raise NoSuchCase from None
    notice(key)
    return _back(batch_id)


def _back(batch_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("letter_batches.show", batch_id=batch_id), 303)


def _view(batch_id: UUID) -> BatchView:
    try:
        with parts().vault.writing() as session:
            return view(session, current_user.card, batch_id, now=now())
    except NoSuchRecord:
        raise NoSuchCase from None


def _refuse_others(session: Session, batch_id: UUID, letter_id: UUID) -> None:
    """What a person cannot see by its handle, they do not take out."""
    found = view(session, current_user.card, batch_id, now=now()).inside
    if not any(each.letter_id == letter_id and each.handle for each in found):
        raise NoSuchCase


def _refuse_other_hands(batch_id: UUID) -> None:
    try:
        with parts().vault.reading() as session:
            letter_batches.refuse_other_hands(session, current_user.card, batch_id)
    except NoSuchRecord:
        raise NoSuchCase from None


def _how_it_went(done: batch_mailing.Mailed, *, said: Collection[UUID]) -> str:
    """Return the notice after the mailing; what the last check stopped is to be pulled out before anybody goes."""
    if len(done.pull_out) > len(said):
        return "stack_mailed_but"
    return "stack_mailed" if done.mailed else "stack_ended"


def _offer(form: Any, batch_id: UUID) -> None:
    form.letters.choices = choices(_view(batch_id).inside)


def _chosen(values: Iterable[str] | None) -> list[UUID]:
    return [UUID(each) for each in values or ()]


def _page(batch_id: UUID, **typed: Any) -> str:
    found = _view(batch_id)
    page = batch_cards.page(found, forms_of(found, typed), give_up_form(found, typed), now=now(), zone=parts().zone)
    return render("letter-batches/show.html", page)
