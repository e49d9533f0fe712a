"""A letter came back: one field for the code on its page, typed or scanned."""

from uuid import UUID

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import StringField

from outreach.access import Action, NoSuchCase, find_case
from outreach.messaging.errors import WrongState
from outreach.messaging.letters import returned_mail
from outreach.messaging.letters.codes import NotACode
from outreach.messaging.letters.returned_mail import CameBack, UnknownCode, VoidPage
from portal.advocate.cards import Hold, Step
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, need
from portal.advocate.letters.batch_pages import ReturnedPage
from portal.advocate.parts import now, parts
from portal.advocate.rendering import show as render

bp = Blueprint("returned_mail", __name__)

FAULTS: dict[type[Exception], str] = {
    NotACode: "This is not a whole code. It has eight letters and numbers, like K7QM-2F9D. Look at it again.",
    UnknownCode: "No letter of ours has this code. Check each letter and number.",
    WrongState: "This letter was not mailed, so it can not have come back. Check the code.",
}


class CodeForm(StrictForm):
    """The code on the page."""

    code = StringField(
        "The code inside the letter",
        [need("Type or scan the code."), at_most(40)],
        description="Eight letters and numbers, like K7QM-2F9D. A scanner that types can read the square.",
    )


class VoidForm(StrictForm):
    """The code of a void page that the mail brought back; it travels in the button."""

    code = StringField("Code", [need("Type or scan the code."), at_most(40)])


@bp.get("/returned-mail")
@requires(Action.RELEASE_LETTER)
def new() -> ResponseReturnValue:
    """Ask for the code."""
    return _page(CodeForm())


@bp.post("/returned-mail")
@requires(Action.RELEASE_LETTER)
def create() -> ResponseReturnValue:
    """Take the letter in: mail there is not safe from now on."""
    form, by = CodeForm.posted(), current_user.card.id
    if not form.validate():
        return _page(form), 422
    try:
        with parts().vault.writing() as session:
            back = returned_mail.take_in(session, form.code.data, by=by, now=now())
            handle = _handle(session, back.case_id)
    except VoidPage:
        _note_failed_look()
        return _page(CodeForm(), done=_void(form.code.data)), 422
    except (NotACode, UnknownCode, WrongState) as fault:
        _note_failed_look()
        form.error_of("code", FAULTS[type(fault)])
        return _page(form), 422
    return _page(CodeForm(), done=_done(back, handle))


@bp.post("/returned-mail/void-pages")
@requires(Action.RELEASE_LETTER)
def create_void() -> ResponseReturnValue:
    """Take in a void page that came in the mail: it was out all the same."""
    form, by = VoidForm.posted(), current_user.card.id
    if not form.validate():
        return _page(CodeForm()), 422
    try:
        with parts().vault.writing() as session:
            back = returned_mail.take_in_void(session, form.code.data, by=by, now=now())
            handle = _handle(session, back.case_id)
    except (NotACode, UnknownCode, WrongState) as fault:
        _note_failed_look()
        again = CodeForm()
        again.error_of("code", FAULTS[type(fault)])
        return _page(again), 422
    return _page(CodeForm(), done=_done(back, handle))


def _note_failed_look() -> None:
    with parts().vault.writing() as session:
        returned_mail.note_failed_look(session, by=current_user.card.id, now=now())


def _void(code: str) -> Hold:
    """Ask the one thing that decides about a void page: whether the mail brought it."""
    came = Step("It came in the mail", url_for("returned_mail.create_void"), "post", "main", (("code", code),))
    return Hold("This page is void: spoiled, or its letter was cancelled.", "Did it lie here? Shred it.", (came,))


def _page(form: CodeForm, *, done: Hold | None = None) -> str:
    card = form.card(url_for("returned_mail.create"), "It came back")
    return render("letter-batches/returned.html", ReturnedPage(form=card, done=done, back=_back()))


def _back() -> Step:
    return Step("Letters", url_for("letter_board.show"))


def _handle(session: Session, case_id: UUID) -> str:
    try:
        return find_case(session, current_user.card, case_id).handle
    except NoSuchCase:
        return ""


def _done(back: CameBack, handle: str) -> Hold:
    """Say what was done; whose it was only to who may see the case."""
    cause = f"Noted. It was a letter for {handle}." if handle else "Noted."
    if back.was_for_her_hands:
        return _found(back, cause, handle)
    if not back.is_news:
        return Hold(f"{cause} Somebody had noted it before.", "Put it with the papers that are shredded.", ())
    stopped = {0: "", 1: " One more letter on its way there is cancelled."}
    more = stopped.get(back.cancelled, f" {back.cancelled} more letters on their way there are cancelled.")
    remedy = f"Mail there is off from now on.{more} Shred the letter, or lock it away."
    steps = (Step("Open the case", url_for("cases.show", case_id=back.case_id)),) if handle else ()
    return Hold(cause, remedy, steps)


def _found(back: CameBack, cause: str, handle: str) -> Hold:
    """Say that this letter never was in the mail, so that its being found shuts no way to her."""
    given = "It was given to her by hand" if back.is_given else "It was to be given to her by hand, and was not yet"
    asked = "A task asks where it was found, and by whom." if back.is_news else "A task asked that before."
    remedy = f"Nothing is marked as not safe. {asked} Write down what you know, and lock the letter away."
    steps = (Step("Open the case", url_for("cases.show", case_id=back.case_id)),) if handle else ()
    return Hold(f"{cause} {given}.", remedy, steps)
