"""Rule zero at night: what she asked for, live, of whoever is on call. Cases of the card, during the shift."""

from functools import partial
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from outreach import people
from outreach.access import Action
from outreach.case_file.view import CaseHead, head_of_record
from outreach.her_word.code_word_claims import Claim
from outreach.on_duty import night
from outreach.terms import Channel
from portal.advocate.cards import Step
from portal.advocate.cases.known_by import offer_word, weigh_word
from portal.advocate.contact.pages import SheAskedPage
from portal.advocate.contact.requests import SheAskedForm, is_stopped_by_her, keep_asked
from portal.advocate.contact.way_choice import choices, chosen, named_way
from portal.advocate.doors import requires
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render

bp = Blueprint("night_asked", __name__)

CHANNELS = tuple(each for each in Channel if each is not Channel.VOICEMAIL)
"""What the night card shows. A message left behind is nothing she can ask of a colleague who does not know her."""


@bp.get("/night/cases/<uuid:case_id>/requests/new")
@requires(Action.SEE_NIGHT)
def new(case_id: UUID) -> ResponseReturnValue:
    """Ask what she asked for; the look is recorded."""
    return _page(case_id, SheAskedForm(data=named_way(request.args)))


@bp.post("/night/cases/<uuid:case_id>/requests")
@requires(Action.SEE_NIGHT)
def create(case_id: UUID) -> ResponseReturnValue:
    """Keep what she asked for. Her word for danger keeps nothing that opens a way, and answers alike."""
    form = SheAskedForm.posted(prepare=lambda form: _offer_answers(case_id, form))
    if not form.validate():
        return _page(case_id, form), 422
    find = partial(night.find_waiting, now=now())
    claim = weigh_word(form, "verified_how", case_id, line=chosen(form.way.data)[0], find=find)
    if form.errors:
        return _page(case_id, form), 422
    if claim is not Claim.COERCED:
        with parts().vault.writing() as session:
            keep_asked(session, _head(session, case_id), form)
    notice("asked")
    return redirect(url_for("night.case", case_id=case_id), 303)


def _head(session: Session, case_id: UUID) -> CaseHead:
    """Return the head of a case of the card. NoSuchCase for every other, and without a shift."""
    return head_of_record(session, night.find_waiting(session, current_user.card, case_id, now=now()))


def _offer_answers(case_id: UUID, form: SheAskedForm) -> None:
    with parts().vault.reading() as session:
        _head(session, case_id)
        form.way.choices = choices(people.destinations(session, case_id), CHANNELS, elsewhere=False)
        offer_word(form, "verified_how", session, case_id)


def _page(case_id: UUID, form: SheAskedForm) -> str:
    with parts().vault.writing() as session:
        found = night.open_night_case(session, current_user.card, case_id, now=now())
        if "code_word" in form:
            offer_word(form, "verified_how", session, case_id)
    head = found.view.head
    known = {each.destination.id: each.destination for each in found.view.ways}
    form.way.choices = choices(known.values(), CHANNELS, elsewhere=False)
    if not is_stopped_by_her(head):
        del form.wants_contact_again
    here = url_for("night.case", case_id=case_id)
    card = form.card(url_for("night_asked.create", case_id=case_id), "Save what she asked", cancel_href=here)
    page = SheAskedPage(title="She asked", handle=head.handle, form=card, back=Step(head.handle, here))
    return render("requests/new.html", page)
