"""Entering a meeting from paper: when they came and when they left, while no page could be reached."""

from datetime import date, datetime
from functools import partial
from uuid import UUID

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import DateField, HiddenField, TextAreaField, TimeField
from wtforms.validators import AnyOf, Optional

from outreach.access import Action, NoSuchCase
from outreach.late_entry import UnfitTime, instant_of, refuse_unfit
from outreach.meetings.from_paper import NotPossible, OnPaper, enter
from outreach.meetings.help import Sent
from outreach.meetings.lines import MeetingLine
from outreach.meetings.rules import LIVE
from outreach.meetings.view import line_of
from portal.advocate.cards import Step
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, need
from portal.advocate.meetings.forms import LATER
from portal.advocate.meetings.pages import FromPaperPage
from portal.advocate.meetings.stepping import heed_anyway, take_step
from portal.advocate.meetings.words import zone_of
from portal.advocate.parts import now, parts
from portal.advocate.rendering import show as render
from portal.advocate.when import MENDS

bp = Blueprint("meetings_from_paper", __name__)


class FromPaperForm(StrictForm):
    """What the sheet says. `timesheet` is what the second button sends (outreach.meetings.help)."""

    on = DateField("Day", [need("Choose the day.")])
    came = TimeField("You came at", [need("Write when you came.")])
    left = TimeField("You left at", [need("Write when you left.")])
    note = TextAreaField("Anything to add", [at_most(1000)], description="May stay empty.")
    timesheet = HiddenField(validators=[Optional(), AnyOf((LATER,))])


@bp.get("/meetings/<uuid:meeting_id>/paper")
@requires(Action.KEEP_MEETING)
def new(meeting_id: UUID) -> ResponseReturnValue:
    """Ask when they came and left."""
    line = _line(meeting_id)
    if line.state not in LIVE:
        raise NoSuchCase
    return _page(line, FromPaperForm(data={"on": line.starts_at.astimezone(zone_of(line)).date()}))


@bp.post("/meetings/<uuid:meeting_id>/paper")
@requires(Action.KEEP_MEETING)
def create(meeting_id: UUID) -> ResponseReturnValue:
    """Keep it, and end the watch. What else the form may mean changes no byte of the answer."""
    form, line = FromPaperForm.posted(), _line(meeting_id)
    sent = Sent(form.note.data or "", is_quiet=form.timesheet.data == LATER)
    paper = _read(form, line) if form.validate() else None
    if paper is None:
        heed_anyway(meeting_id, sent)
        return _page(line, form), 422

    try:
        step = partial(enter, paper=paper, sent=sent)
        return take_step(meeting_id, step, said="saved", sent=sent, heeds_itself=True)
    except NotPossible:
        form.error_of("came", "Check the day and both times: you came about when it was planned, and left after that.")
        heed_anyway(meeting_id, sent)
        return _page(line, form), 422


def _line(meeting_id: UUID) -> MeetingLine:
    """Return the meeting to whoever was there. NoSuchCase."""
    with parts().vault.reading() as session:
        line = line_of(session, current_user.card, meeting_id)
    if not line.am_there:
        raise NoSuchCase
    return line


def _read(form: FromPaperForm, line: MeetingLine) -> OnPaper | None:
    came, left = _instant(form, line, "came"), _instant(form, line, "left")
    return OnPaper(came, left) if came and left else None


def _instant(form: FromPaperForm, line: MeetingLine, name: str) -> datetime | None:
    zone, at = zone_of(line), now()
    try:
        found = instant_of(form.on.data, form[name].data, zone=zone, now=at) or at
        refuse_unfit(found, opened_on=date.min, zone=zone, now=at)
    except UnfitTime as unfit:
        form.error_of(name, MENDS[unfit.why])
        return None
    return found


def _page(line: MeetingLine, form: FromPaperForm) -> str:
    here = url_for("meetings.show", meeting_id=line.id)
    card = form.card(url_for("meetings_from_paper.create", meeting_id=line.id), "Save", cancel_href=here)
    return render(
        "meetings/from-paper.html", FromPaperPage(handle=line.handle, back=Step("The meeting", here), form=card)
    )
