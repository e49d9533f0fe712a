"""The safety check before a meeting: five questions, in the day before."""

from functools import partial
from uuid import UUID

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import RadioField, TextAreaField

from outreach.access import Action
from outreach.meetings import keeping as meeting_keeping
from outreach.meetings import view as meetings
from outreach.meetings.help import Sent
from outreach.meetings.keeping import SafetyCheck
from outreach.meetings.rules import Answer, Whereabouts
from portal.advocate.cards import Step
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, need, offer
from portal.advocate.meetings import words as say
from portal.advocate.meetings.pages import MeetingFormPage
from portal.advocate.meetings.stepping import heed_anyway, take_step
from portal.advocate.parts import now, parts
from portal.advocate.rendering import show as render

bp = Blueprint("meeting_checks", __name__)

ANSWERS = offer((each.value, label) for each, label in say.ANSWERS.items())
CHOOSE = need("Choose one. Not known is an answer.")


class SafetyForm(StrictForm):
    """What is known just now, and whether to go."""

    whereabouts = RadioField(
        "Where is the partner?",
        [CHOOSE],
        choices=offer((each.value, label) for each, label in say.WHEREABOUTS.items()),
    )
    lives_there = RadioField("Does the partner live at this place?", [CHOOSE], choices=ANSWERS)
    weapons = RadioField("May there be a weapon?", [CHOOSE], choices=ANSWERS)
    order = RadioField("Is a court order in force?", [CHOOSE], choices=ANSWERS)
    goes_ahead = RadioField(
        "Does it still make sense to meet?",
        [need("Choose yes or no.")],
        choices=offer([("yes", "Yes, we go"), ("no", "No, we do not go")]),
    )
    words = TextAreaField("Anything to add", [at_most(500)], description="May stay empty.")


@bp.get("/meetings/<uuid:meeting_id>/safety-check")
@requires(Action.KEEP_MEETING)
def new(meeting_id: UUID) -> ResponseReturnValue:
    """Ask the five questions; nothing is filled in from before."""
    return _page(meeting_id, SafetyForm())


@bp.post("/meetings/<uuid:meeting_id>/safety-check")
@requires(Action.KEEP_MEETING)
def create(meeting_id: UUID) -> ResponseReturnValue:
    """Keep the answers; where nothing stands against it, the meeting is confirmed."""
    form = SafetyForm.posted()
    sent = Sent(form.words.data or "")
    if not form.validate():
        heed_anyway(meeting_id, sent)
        return _page(meeting_id, form), 422
    check = SafetyCheck(
        whereabouts=Whereabouts(form.whereabouts.data),
        lives_there=Answer(form.lives_there.data),
        weapons=Answer(form.weapons.data),
        order=Answer(form.order.data),
        goes_ahead=form.goes_ahead.data == "yes",
        words=form.words.data,
    )
    return take_step(meeting_id, partial(meeting_keeping.record_check, check=check), said="checked", sent=sent)


def _page(meeting_id: UUID, form: SafetyForm) -> str:
    with parts().vault.writing() as session:
        card = meetings.read_meeting(session, current_user.card, meeting_id, now=now())
    here = url_for("meetings.show", meeting_id=meeting_id)
    page = MeetingFormPage(
        title="Safety check",
        handle=f"{card.detail.initials} {card.point}".strip() or card.line.handle,
        lead="Do this in the day before you meet. Ask her, where you can. Not known is an answer.",
        back=Step("The meeting", here),
        form=form.card(url_for("meeting_checks.create", meeting_id=meeting_id), "Save the check", cancel_href=here),
    )
    return render("meetings/form.html", page)
