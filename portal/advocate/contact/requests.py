"""Rule zero: what she asked for herself, live. It opens exactly one way until it ends."""

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import BooleanField, RadioField, TextAreaField

from outreach import cases, people
from outreach.access import Action
from outreach.call_ins.closing import open_after_her_word
from outreach.case_file.view import CaseHead, head_of, known_ways
from outreach.gate.facts import Request
from outreach.her_word.code_word_claims import Claim
from outreach.her_word.requests import record_request
from outreach.identity.same_person import lock_person
from outreach.records.errors import UNREADABLE
from outreach.risk.reassessment import take_up_again
from outreach.terms import Channel
from portal.advocate.cases.known_by import HOW, offer_word, weigh_word, word_field
from portal.advocate.cases.page import case_link
from portal.advocate.contact.pages import SheAskedPage
from portal.advocate.contact.way_choice import choices, chosen, named_way
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, need, offer
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render

bp = Blueprint("requests", __name__)

LASTS = {"2h": timedelta(hours=2), "24h": timedelta(hours=24), "3d": timedelta(days=3), "7d": timedelta(days=7)}
LAST_WORDS = {
    "2h": "In the next two hours",
    "24h": "In the next day",
    "3d": "In the next three days",
    "7d": "This week",
}
_NOT_STOPPED: dict[str, Any] = {"do_not_contact": False, "no_contact_unheard": False, "she_will_contact_us": False}


class SheAskedForm(StrictForm):
    """What, which way, until when, how we know it was she."""

    way = RadioField("What does she want?", [need("Choose what she asked for.")], choices=[])
    what = TextAreaField("In her words", [need("Write what she asked for."), at_most(500)])
    lasts = RadioField("When?", [need("Choose when.")], choices=offer(LAST_WORDS.items()), default="24h")
    verified_how = RadioField("How do you know it was she?", [need("Choose how.")], choices=offer(HOW.items()))
    code_word = word_field()
    wants_contact_again = BooleanField("She wants us to be in touch again")


@bp.get("/cases/<uuid:case_id>/requests/new")
@requires(Action.RECORD_REQUEST)
def new(case_id: UUID) -> ResponseReturnValue:
    """Ask what she asked for."""
    return _page(case_id, SheAskedForm(data=named_way(request.args)))


@bp.post("/cases/<uuid:case_id>/requests")
@requires(Action.RECORD_REQUEST)
def create(case_id: UUID) -> ResponseReturnValue:
    """Keep what she asked for; with it, that she wants contact again."""
    form = SheAskedForm.posted(prepare=lambda form: _offer_answers(case_id, form))
    if not form.validate():
        return _page(case_id, form), 422
    claim = weigh_word(form, "verified_how", case_id, line=chosen(form.way.data)[0])
    if form.errors:
        return _page(case_id, form), 422
    if claim is not Claim.COERCED:
        with parts().vault.writing() as session:
            keep_asked(session, head_of(session, current_user.card, case_id), form)
    notice("asked")
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _offer_answers(case_id: UUID, form: SheAskedForm) -> None:
    with parts().vault.reading() as session:
        head_of(session, current_user.card, case_id)
        form.way.choices = choices(people.destinations(session, case_id), Channel, elsewhere=False)
        offer_word(form, "verified_how", session, case_id)


def keep_asked(session: Session, head: CaseHead, form: SheAskedForm) -> None:
    """Keep what she asked for in a case that was found; with it, that she wants contact again."""
    destination_id, channel = chosen(form.way.data)
    by, at = current_user.card.id, now()
    asked = Request(
        channel=channel,
        destination_id=destination_id,  # type: ignore[arg-type]
        what=form.what.data,
        verified_how=form.verified_how.data,
        asked_at=at,
        expires_at=at + LASTS[form.lasts.data],
        by=by,
    )
    record_request(session, head.id, asked, now=at)
    if form.wants_contact_again.data and is_stopped_by_her(head):
        for hers in lock_person(session, head.id):
            with suppress(*(() if hers == head.id else UNREADABLE)):  # That one goes on stopping contact.
                cases.change_standing(session, hers, by=by, now=at, **_NOT_STOPPED)
                open_after_her_word(session, hers, by=by, now=at)
                take_up_again(session, hers, now=at)


def _page(case_id: UUID, form: SheAskedForm) -> str:
    with parts().vault.writing() as session:
        head, ways = known_ways(session, current_user.card, case_id, now=now())
        if "code_word" in form:
            offer_word(form, "verified_how", session, case_id)
    form.way.choices = choices(ways, Channel, elsewhere=False)
    if not is_stopped_by_her(head):
        del form.wants_contact_again
    here = url_for("cases.show", case_id=case_id)
    card = form.card(url_for("requests.create", case_id=case_id), "Save what she asked", cancel_href=here)
    page = SheAskedPage(title="She asked", handle=head.handle, form=card, back=case_link(case_id, head.handle))
    return render("requests/new.html", page)


def is_stopped_by_her(head: CaseHead) -> bool:
    """Say whether contact is off by her own word."""
    return head.standing.do_not_contact or head.standing.she_will_contact_us
