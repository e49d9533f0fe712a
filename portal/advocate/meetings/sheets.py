"""A sheet of paper for a meeting where no phone works: printed once, or again with a reason."""

from uuid import UUID

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import StringField

from outreach.access import Action, NoSuchCase
from outreach.meetings.lines import MeetingLine
from outreach.meetings.planning import WrongState
from outreach.meetings.sheets import ReasonWanted, Sheet, print_sheet, times_printed
from outreach.meetings.view import line_of
from portal.advocate import words
from portal.advocate.cards import Fact, Step
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most
from portal.advocate.meetings.pages import SheetFormPage, SheetPage
from portal.advocate.meetings.words import end_words, zone_of
from portal.advocate.moments import clock_words
from portal.advocate.parts import now, parts
from portal.advocate.rendering import show as render

bp = Blueprint("meeting_sheets", __name__)


class SheetForm(StrictForm):
    """Why once more."""

    reason = StringField("Why do you print it once more?", [at_most(200)])


@bp.get("/meetings/<uuid:meeting_id>/sheet")
@requires(Action.KEEP_MEETING)
def new(meeting_id: UUID) -> ResponseReturnValue:
    """Say what is on the sheet, and ask for a reason where it was printed before."""
    return _form_page(meeting_id, SheetForm())


@bp.post("/meetings/<uuid:meeting_id>/sheet")
@requires(Action.KEEP_MEETING)
def create(meeting_id: UUID) -> ResponseReturnValue:
    """Give the sheet to be printed; recorded as a print."""
    form = SheetForm.posted()
    if not form.validate():
        return _form_page(meeting_id, form), 422
    try:
        with parts().vault.writing() as session:
            line = line_of(session, current_user.card, meeting_id)
            sheet = print_sheet(session, current_user.card, meeting_id, reason=form.reason.data, now=now())
    except ReasonWanted:
        form.error_of("reason", "It was printed before. Write why once more.")
        return _form_page(meeting_id, form), 422
    except WrongState:
        raise NoSuchCase from None
    return render("meetings/sheet.html", _page(line, sheet))


def _form_page(meeting_id: UUID, form: SheetForm) -> str:
    with parts().vault.reading() as session:
        line = line_of(session, current_user.card, meeting_id)
        again = times_printed(session, current_user.card, meeting_id) > 0
    if not again and not form.errors:
        del form.reason
    here = url_for("meetings.show", meeting_id=meeting_id)
    card = form.card(url_for("meeting_sheets.create", meeting_id=meeting_id), "Make the sheet", cancel_href=here)
    return render(
        "meetings/sheet-form.html", SheetFormPage(handle=line.handle, back=Step("The meeting", here), form=card)
    )


def _page(line: MeetingLine, sheet: Sheet) -> SheetPage:
    zone = zone_of(line)
    facts = (
        Fact("Where", sheet.point),
        Fact("When", words.weekday_words(sheet.starts_at, zone)),
        Fact("There by", clock_words(sheet.check_in_by.astimezone(zone))),
        Fact("Out by", end_words(sheet.starts_at, sheet.ends_at, zone)),
        Fact("Call", f"{sheet.buddy} {sheet.buddy_phone}".strip()),
    )
    return SheetPage(
        title=sheet.initials,
        facts=facts,
        destroy=f"Shred this by {words.weekday_words(sheet.destroy_at, zone)}.",
        back=Step("The meeting", url_for("meetings.show", meeting_id=line.id)),
    )
