"""Recording a try: two taps for the way and how it went; the rest may stay empty."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import BooleanField, DateField, HiddenField, RadioField, TextAreaField, TimeField
from wtforms.validators import UUID as IsUuid
from wtforms.validators import Optional

from outreach import people
from outreach.access import Action
from outreach.attempts.recording import InvalidAttempt, Logged, Made, log_attempt
from outreach.call_ins.answering import is_open_notice
from outreach.case_file.view import head_of, known_ways
from outreach.her_word import danger_try
from outreach.reaching.destinations import Destination
from outreach.terms import Channel, Outcome
from portal.advocate import words
from portal.advocate.cases.page import case_link
from portal.advocate.contact.pages import AttemptPage
from portal.advocate.contact.way_choice import ELSEWHERE, Choices, choices, chosen, way_value
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, need, offer
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice, remind
from portal.advocate.rendering import show as render
from portal.advocate.when import WHEN, read_when

bp = Blueprint("attempts", __name__)

LIVE_ONLY = (
    "Only her own live word settles a call-in: in a call or in person. A text, mail, a message or an e-mail may not be "
    "from her. It is kept, and the call-in stays open: ask her live."
)
CHANNELS = (Channel.CALL, Channel.MEETING, Channel.TEXT, Channel.LETTER, Channel.EMAIL)


class AttemptForm(StrictForm):
    """One try."""

    way = RadioField("Which way?", [need("Choose the way you tried.")], choices=[])
    outcome = RadioField(
        "What happened?",
        [need("Choose what happened.")],
        choices=offer((each.value, words.OUTCOMES[each]) for each in Outcome),
    )
    she_contacted_us = BooleanField("She got in touch with us", description="Then it does not count as a try.")
    note = TextAreaField("Anything to add", [at_most(2000)], description="May stay empty.")
    on = DateField("Day, if not today", [Optional()], description=WHEN)
    at = TimeField("Time, if not now", [Optional()])
    task = HiddenField(validators=[Optional(), IsUuid()])


@bp.get("/cases/<uuid:case_id>/attempts/new")
@requires(Action.LOG_ATTEMPT)
def new(case_id: UUID) -> ResponseReturnValue:
    """Ask how a try went, with what is known of it filled in."""
    given = request.args
    filled = {name: given[name] for name in ("outcome", "task", "she_contacted_us") if name in given}
    if "channel" in given:
        filled["way"] = way_value(given.get("destination", ELSEWHERE), given["channel"])
    return _page(case_id, AttemptForm(data=filled))


@bp.post("/cases/<uuid:case_id>/attempts")
@requires(Action.LOG_ATTEMPT)
def create(case_id: UUID) -> ResponseReturnValue:
    """Store the try with everything its outcome changes."""
    form = AttemptForm.posted()
    with parts().vault.writing() as session:
        logged = _log(session, case_id, form)
    if logged is None:
        return _page(case_id, form), 422
    notice("saved")
    for sentence in logged.ask:
        remind(sentence)
    is_no = form.outcome.data == Outcome.DO_NOT_CONTACT
    return redirect(url_for("if_danger.new" if is_no else "cases.show", case_id=case_id), 303)


def _log(session: Session, case_id: UUID, form: AttemptForm) -> Logged | None:
    """Store the try; None when the form has errors, which then stand beside their fields."""
    head = head_of(session, current_user.card, case_id)
    form.way.choices = _ways(session, case_id, form, people.destinations(session, case_id))
    if not form.validate():
        return None
    at = now()
    made = _made(form, made_at=read_when(form, head, now=at))
    if form.errors:
        return None
    try:
        return log_attempt(session, case_id, made, by=current_user.card.id, now=at)
    except InvalidAttempt:
        form.error_of("way", "This does not fit the case. Go back to the case and start from there.")
        return None


def _made(form: AttemptForm, *, made_at: datetime | None) -> Made:
    destination_id, channel = chosen(form.way.data)
    return Made(
        channel=channel,
        outcome=Outcome(form.outcome.data),
        destination_id=destination_id,
        task_id=UUID(form.task.data) if form.task.data else None,
        at=made_at,
        she_contacted_us=form.she_contacted_us.data,
        note=form.note.data,
    )


def _ways(session: Session, case_id: UUID, form: AttemptForm, known: Sequence[Destination]) -> Choices:
    """Return the ways to choose from: the one she gave leave for, where the task is that one try."""
    one = None
    with suppress(ValueError):  # What is no id is refused where the form is checked.
        one = danger_try.way_of(session, case_id, UUID(form.task.data)) if form.task.data else None
    if one is None:
        return choices(known, CHANNELS)
    return choices((each for each in known if each.id == one.destination_id), (one.channel,), elsewhere=False)


def _is_for_notice(session: Session, case_id: UUID, form: AttemptForm) -> bool:
    with suppress(ValueError):
        return bool(form.task.data) and is_open_notice(session, case_id, UUID(form.task.data))
    return False


def _page(case_id: UUID, form: AttemptForm) -> str:
    with parts().vault.writing() as session:
        head, ways = known_ways(session, current_user.card, case_id, now=now())
        form.way.choices = _ways(session, case_id, form, ways)
        if _is_for_notice(session, case_id, form):
            form.outcome.description = LIVE_ONLY
    here = url_for("cases.show", case_id=case_id)
    card = form.card(url_for("attempts.create", case_id=case_id), "Save", cancel_href=here)
    page = AttemptPage(title="Record a try", handle=head.handle, back=case_link(case_id, head.handle), form=card)
    return render("attempts/new.html", page)
