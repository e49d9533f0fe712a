"""Letters: the envelope as a scanned-mail preview shows it, then the page; release, print, mailed, came back."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from outreach.access import Action, NoSuchCase, find_case
from outreach.case_file.view import head_of
from outreach.messaging.errors import (
    AlreadyReleased,
    ChangedSince,
    NeedsStack,
    NoApprovedLetter,
    NoLetterhead,
    NotAllowed,
    UnfitAddress,
    UnfitLetter,
    WrongState,
)
from outreach.messaging.letters import desk as letters
from outreach.messaging.letters import returned_mail
from outreach.messaging.letters import templates as letter_templates
from outreach.messaging.letters.batch_rows import InBatch
from outreach.messaging.letters.rows import card_of
from outreach.messaging.letters.shelf_check import looked_at
from outreach.records.errors import NoSuchRecord
from outreach.records.work import Letter
from portal.advocate.cards import Hold, Step
from portal.advocate.doors import requires
from portal.advocate.forms import NoFields
from portal.advocate.letters.pages import SHORT, TITLES, LetterForm, fault_hold, gate_hold, letter_page, shelf_page
from portal.advocate.pages import ErrorPage
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.texts.sent import letter_hold

bp = Blueprint("letters", __name__)


@bp.get("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/letters/new")
@requires(Action.RELEASE_LETTER)
def new(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Show the letter as it would be printed, and what the gate says of it; recorded."""
    template = request.args.get("template", SHORT)
    if template not in TITLES:
        raise NoSuchCase
    return _page(letters.Order(case_id, destination_id, template))


@bp.post("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/letters")
@requires(Action.RELEASE_LETTER)
def create(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Release the letter that was on the page; the gate is asked again."""
    form, card = LetterForm.posted(), current_user.card
    order = letters.Order(case_id, destination_id, form.template.data or SHORT, as_typed=form.as_typed.data)
    if not form.validate():
        return _page(order._replace(template=SHORT)), 422
    try:
        with parts().vault.writing() as session:
            head_of(session, card, case_id)
            letters.release(session, order, parts().letterhead, by=card.id, now=now())
    except NoSuchRecord:
        raise NoSuchCase from None
    except AlreadyReleased:
        notice("letter_under_way")
        return redirect(url_for("cases.show", case_id=case_id), 303)
    except UnfitAddress:
        form.error_of("as_typed", "Tick this to send it there all the same, or write the address anew.")
        return _page(order, form), 422
    except (NotAllowed, NoApprovedLetter, NoLetterhead, UnfitLetter):
        return _page(order), 409
    notice("letter")
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.post("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/translations")
@requires(Action.RELEASE_LETTER)
def translate(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Ask for the letter in her language."""
    NoFields.posted()
    with parts().vault.writing() as session:
        head_of(session, current_user.card, case_id)
        order = letters.Order(case_id, destination_id, SHORT)
        letters.ask_for_translation(session, order, by=current_user.card.id, now=now())
    notice("translation")
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.get("/letter-templates")
@requires(Action.RELEASE_LETTER)
def shelf() -> ResponseReturnValue:
    """List the letters there are, who approved each, and how it reads."""
    return render("letters/shelf.html", shelf_page(looked_at(letter_templates.shelf(), is_printed=False)))


@bp.get("/letters/<uuid:letter_id>/page.pdf")
@requires(Action.RELEASE_LETTER)
def printed(letter_id: UUID) -> ResponseReturnValue:
    """Return the printed page; recorded. Where the gate says no meanwhile, it says so and gives nothing."""
    try:
        with parts().vault.writing() as session:
            letter = _find(session, letter_id)
            pdf = letters.read_pdf(session, letter.id, by=current_user.card.id, now=now())
    except (NotAllowed, ChangedSince):
        return _held_since()
    except NeedsStack:
        return _needs_stack(), 409
    except (WrongState, InBatch):
        raise NoSuchCase from None
    return Response(pdf, mimetype="application/pdf", headers={"Content-Disposition": 'inline; filename="page.pdf"'})


@bp.post("/letters/<uuid:letter_id>/mailing")
@requires(Action.RELEASE_LETTER)
def mail(letter_id: UUID) -> ResponseReturnValue:
    """Check once more whether it may go, and record that it is mailed; where it may not, say what to do with it."""
    NoFields.posted()
    key = "saved"
    with parts().vault.writing() as session:
        letter = _find(session, letter_id)
        case_id, is_handed = letter.case_id, letter.is_handed
        try:
            if not letters.mark_mailed(session, letter.id, by=current_user.card.id, now=now()):
                held = card_of(session, letter)
                return _stopped(case_id, letter_hold(held)), 409
            key = "letter_handed" if is_handed else "letter_mailed"
        except (WrongState, InBatch, NeedsStack):
            key = "ended"
    notice(key)
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.post("/letters/<uuid:letter_id>/earlier-mailing")
@requires(Action.RELEASE_LETTER)
def note_gone(letter_id: UUID) -> ResponseReturnValue:
    """Record that it had gone before anybody could be asked."""
    return _move(letter_id, letters.note_gone)


@bp.post("/letters/<uuid:letter_id>/return")
@requires(Action.RELEASE_LETTER)
def give_back(letter_id: UUID) -> ResponseReturnValue:
    """Record that it came back: mail there is not safe from now on."""
    return _move(letter_id, returned_mail.mark_returned)


@bp.post("/letters/<uuid:letter_id>/cancellation")
@requires(Action.RELEASE_LETTER)
def cancel(letter_id: UUID) -> ResponseReturnValue:
    """Take back a letter that was not mailed yet."""
    return _move(letter_id, letters.cancel)


def _find(session: Session, letter_id: UUID) -> Letter:
    """Return a letter of a case this person may see. NoSuchCase otherwise."""
    letter = session.get(Letter, letter_id)
    if letter is None:
        raise NoSuchCase
    find_case(session, current_user.card, letter.case_id)
    return letter


def _move(letter_id: UUID, change: Callable[..., object]) -> ResponseReturnValue:
    NoFields.posted()
    key = "saved"
    with parts().vault.writing() as session:
        letter = _find(session, letter_id)
        case_id = letter.case_id
        try:
            change(session, letter.id, by=current_user.card.id, now=now())
        except (WrongState, InBatch, NeedsStack):
            key = "ended"
    notice(key)
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _page(order: letters.Order, form: LetterForm | None = None) -> str:
    """Return the page of a letter; where it cannot be written, why, and what to do."""
    hold: Hold | None = None
    drafted: letters.Draft | None = None
    try:
        with parts().vault.writing() as session:
            head = head_of(session, current_user.card, order.case_id)
            drafted = letters.draft(session, order, parts().letterhead, by=current_user.card.id, now=now())
    except NoSuchRecord:
        raise NoSuchCase from None
    except (NoApprovedLetter, NoLetterhead, UnfitLetter) as fault:
        hold = fault_hold(fault, order)
    if drafted is not None:
        hold = gate_hold(drafted, order)
    return render("letters/new.html", letter_page(head, order, drafted, hold, form=form or LetterForm()))


def _held_since() -> ResponseReturnValue:
    page = ErrorPage(
        title="Do not mail this letter",
        cause="Something changed since it was printed, so it may not be safe any more.",
        remedy="Open the case and see what the letter waits for. Shred the page if you have it.",
    )
    return render("errors/error.html", page), 409


def _stopped(case_id: UUID, hold: Hold | None) -> str:
    page = ErrorPage(
        title="Do not mail this letter",
        cause=hold.cause if hold else "It may not go any more.",
        remedy="Take it out of the mail pile and shred it. Its page is void for ever. The case says what comes next.",
        steps=(Step("Open the case", url_for("cases.show", case_id=case_id), look="main"),),
    )
    return render("errors/error.html", page)


def _needs_stack() -> str:
    page = ErrorPage(
        title="Two people release this letter",
        cause="She did not ask for it. So one person alone does not print it.",
        remedy="Put it into a stack. Another person releases the stack, and then it is printed.",
        steps=(Step("Letters", url_for("letter_board.show"), look="main"),),
    )
    return render("errors/error.html", page)
