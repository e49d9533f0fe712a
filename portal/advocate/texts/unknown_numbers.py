"""Numbers nobody knows: what they wrote, and a supervisor's saying whose they are or that nobody need look again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import StringField, TextAreaField

from outreach.access import Action, NoSuchCase
from outreach.messaging import unknown_numbers
from outreach.messaging.unknown_numbers import Settled, Unknown, UnknownLine
from portal.advocate import words
from portal.advocate.cards import Step
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, need
from portal.advocate.moments import moment, whole_day
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.texts.conversation_pages import MessageRow, UnknownNumberPage, UnknownNumbersPage, UnknownRow
from portal.advocate.texts.conversations import UNVERIFIED, came_in_row, note_of

bp = Blueprint("unknown_numbers", __name__)


class AttachForm(StrictForm):
    """Whose it is."""

    handle = StringField(
        "Case", [need("Write the two words of the case."), at_most(60)], description="Its two words, like Cedar Wren."
    )


class DismissForm(StrictForm):
    """Why nobody need look again."""

    reason = TextAreaField("Why can it go?", [need("Write why."), at_most(500)])


@bp.get("/unknown-numbers")
@requires(Action.SEE_UNKNOWN_NUMBERS)
def index() -> ResponseReturnValue:
    """List the numbers that wait, without a word of what they are or say."""
    with parts().vault.reading() as session:
        lines, total = unknown_numbers.waiting_numbers(session)
    rows = tuple(_line(each) for each in lines)
    page = UnknownNumbersPage(rows=rows, more=max(0, total - len(rows)), back=Step("Team", url_for("team.show")))
    return render("unknown-numbers/list.html", page)


@bp.get("/unknown-numbers/<uuid:unknown_id>")
@requires(Action.SEE_UNKNOWN_NUMBERS)
def show(unknown_id: UUID) -> ResponseReturnValue:
    """Show one number and its texts; the look is recorded."""
    try:
        return _page(unknown_id, AttachForm(), DismissForm())
    except Settled:
        return _gone()


@bp.post("/unknown-numbers/<uuid:unknown_id>/case")
@requires(Action.SEE_UNKNOWN_NUMBERS)
def attach(unknown_id: UUID) -> ResponseReturnValue:
    """Say whose number it is; no way opens by that."""
    form = AttachForm.posted()
    try:
        if not form.validate():
            return _page(unknown_id, form, DismissForm()), 422
        with parts().vault.writing() as session:
            case_id = unknown_numbers.attach(session, current_user.card, unknown_id, form.handle.data, now=now())
    except Settled:
        return _gone()
    except NoSuchCase:
        form.error_of("handle", "There is no such case. Check both words.")
        return _page(unknown_id, form, DismissForm()), 422
    notice("attached")
    return redirect(url_for("conversations.show", case_id=case_id), 303)


@bp.post("/unknown-numbers/<uuid:unknown_id>/dismissal")
@requires(Action.SEE_UNKNOWN_NUMBERS)
def dismiss(unknown_id: UUID) -> ResponseReturnValue:
    """Take it off the list, with the reason on record."""
    form = DismissForm.posted()
    try:
        if not form.validate():
            return _page(unknown_id, AttachForm(), form), 422
        with parts().vault.writing() as session:
            by = current_user.card.id
            unknown_numbers.dismiss(session, unknown_id, because=form.reason.data, by=by, now=now())
    except Settled:
        return _gone()
    notice("dealt_with")
    return redirect(url_for("unknown_numbers.index"), 303)


def _gone() -> ResponseReturnValue:
    notice("ended")
    return redirect(url_for("unknown_numbers.index"), 303)


def _line(line: UnknownLine) -> UnknownRow:
    texts = "One text." if line.texts == 1 else f"{line.texts} texts."
    return UnknownRow(
        sentence=f"A number we do not know. {texts}",
        when=whole_day(line.came_on),
        steps=(Step("Read", url_for("unknown_numbers.show", unknown_id=line.id), look="main"),),
    )


def _page(unknown_id: UUID, attach_form: AttachForm, dismiss_form: DismissForm) -> str:
    with parts().vault.writing() as session:
        found = unknown_numbers.read_unknown(session, unknown_id, by=current_user.card.id, now=now())
    named: dict[str, Any] = {"unknown_id": unknown_id}
    page = UnknownNumberPage(
        title="A number we do not know",
        handle=words.phone_words(found.phone),
        back=Step("Unknown numbers", url_for("unknown_numbers.index")),
        rows=tuple(_row(each) for each in found.texts),
        more=max(0, found.total - len(found.texts)),
        attach=attach_form.card(url_for("unknown_numbers.attach", **named), "It belongs to this case"),
        dismiss=dismiss_form.card(url_for("unknown_numbers.dismiss", **named), "Take it off the list"),
    )
    return render("unknown-numbers/show.html", page)


def _row(text: Unknown) -> MessageRow:
    when = moment(datetime.fromisoformat(text.received_at), now=now(), zone=parts().zone)
    note = note_of(text.said, text.pictures)
    return came_in_row("From this number", when, text.body, chip=UNVERIFIED, note=note)
