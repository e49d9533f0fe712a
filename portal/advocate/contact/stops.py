"""Someone else answered: what to say now, and stopping one phone or e-mail, or everything."""

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import RadioField

from outreach import people
from outreach.access import Action
from outreach.attempts.recording import Made, log_attempt
from outreach.case_file.view import head_of, known_ways
from outreach.her_word import pausing
from outreach.terms import Channel, Outcome
from portal.advocate.cases.page import case_link
from portal.advocate.contact.call_card import OTHER
from portal.advocate.contact.pages import SomeoneElsePage
from portal.advocate.contact.way_choice import choices, chosen, way_value
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, need, offer
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render

someone_else = Blueprint("someone_else", __name__)

WAY, ALL = "way", "all"
ANSWERED = (Channel.CALL, Channel.EMAIL)


class SomeoneElseForm(StrictForm):
    """Which phone or e-mail, and how much to stop."""

    way = RadioField("Which phone or e-mail?", [need("Choose which.")], choices=[])
    stop = RadioField(
        "What should stop?",
        [need("Choose what should stop.")],
        choices=offer([(WAY, "This one"), (ALL, "All contact: the partner may know of more")]),
        default=WAY,
    )


@someone_else.get("/cases/<uuid:case_id>/someone-else")
@requires(Action.PAUSE_CONTACT)
def new(case_id: UUID) -> ResponseReturnValue:
    """Say what to say now, and ask what should stop."""
    known = request.args.get("destination")
    channel = request.args.get("channel", Channel.CALL.value)
    way = {"way": way_value(known, channel)} if known else {}
    return _someone_else_page(case_id, SomeoneElseForm(data=way))


@someone_else.post("/cases/<uuid:case_id>/someone-else")
@requires(Action.PAUSE_CONTACT)
def create(case_id: UUID) -> ResponseReturnValue:
    """Stop this one, or everything, at once."""
    form, card = SomeoneElseForm.posted(), current_user.card
    with parts().vault.writing() as session:
        head_of(session, card, case_id)
        form.way.choices = choices(people.destinations(session, case_id), ANSWERED)
        is_good = form.validate()
        if is_good:
            destination_id, channel = chosen(form.way.data)
            made = Made(channel, Outcome.UNSAFE, destination_id, note="Someone else answered.")
            log_attempt(session, case_id, made, by=card.id, now=now())
            if form.stop.data == ALL:
                pausing.pause(session, card, case_id, reason="Someone else answered.", now=now())
    if not is_good:
        return _someone_else_page(case_id, form), 422
    notice("paused" if form.stop.data == ALL else "stopped")
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _someone_else_page(case_id: UUID, form: SomeoneElseForm) -> str:
    with parts().vault.writing() as session:
        head, ways = known_ways(session, current_user.card, case_id, now=now())
    form.way.choices = choices(ways, ANSWERED)
    here = url_for("cases.show", case_id=case_id)
    card = form.card(url_for("someone_else.create", case_id=case_id), "Stop it now", cancel_href=here)
    back = case_link(case_id, head.handle)
    is_written = str(form.way.data or "").endswith(f":{Channel.EMAIL.value}")
    page = SomeoneElsePage(
        title="Someone else wrote back" if is_written else "Someone else answered",
        handle=head.handle,
        say="" if is_written else OTHER,
        form=card,
        back=back,
    )
    return render("someone-else/new.html", page)
