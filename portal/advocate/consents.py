"""Her yes to texts at one phone: asked live, in the words a regulator would ask for; and her no."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import BooleanField, RadioField

from outreach.access import Action, NoSuchCase
from outreach.case_view import head_of, known_ways
from outreach.messaging import consent
from outreach.messaging.consent import WORDINGS, NoConsent
from outreach.records.errors import NoSuchRecord
from outreach.terms import DestinationKind
from portal.advocate import words
from portal.advocate.case_page import case_link
from portal.advocate.contact_pages import ConsentPage
from portal.advocate.doors import requires
from portal.advocate.forms import NoFields, StrictForm, need, offer
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.requests import HOW

bp = Blueprint("consents", __name__)


class ConsentForm(StrictForm):
    """Which question she said yes to, how, and whether she held this phone."""

    language = RadioField(
        "Ask her, word for word", [need("Choose the question you asked.")], choices=offer(WORDINGS.items())
    )
    how = RadioField("How did she say yes?", [need("Choose how.")], choices=offer(HOW.items()))
    is_on_this_phone = BooleanField(
        "She said yes while she held this very phone", description="Else texts wait until her YES comes from it."
    )


@bp.get("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents/new")
@requires(Action.RECORD_CONSENT)
def new(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Show what to ask."""
    return _page(case_id, destination_id, ConsentForm())


@bp.post("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents")
@requires(Action.RECORD_CONSENT)
def create(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Keep her yes; confirm it when she held the phone."""
    form = ConsentForm.posted()
    if not form.validate():
        return _page(case_id, destination_id, form), 422
    by, at, tag = current_user.card.id, now(), form.language.data
    try:
        with parts().vault.writing() as session:
            head_of(session, current_user.card, case_id)
            told = {"how": form.how.data, "wording": WORDINGS[tag], "language": tag}
            consent.record_opt_in(session, case_id, destination_id, **told, by=by, now=at)
            if form.is_on_this_phone.data:
                consent.confirm(session, case_id, destination_id, how="live", by=by, now=at)
    except NoSuchRecord:
        raise NoSuchCase from None
    except NoConsent as refused:
        form.error_of("how", f"This cannot be kept: {refused}.")
        return _page(case_id, destination_id, form), 422
    notice("consent")
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.post("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents/withdrawal")
@requires(Action.RECORD_CONSENT)
def withdraw(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Stop texts by her word, at once; no machine lifts it."""
    NoFields.posted()
    try:
        with parts().vault.writing() as session:
            head_of(session, current_user.card, case_id)
            by = current_user.card.id
            consent.withdraw(session, case_id, destination_id, how="told an advocate", by=by, now=now())
    except (NoSuchRecord, NoConsent):
        raise NoSuchCase from None
    notice("no_texts")
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _page(case_id: UUID, destination_id: UUID, form: ConsentForm) -> str:
    with parts().vault.writing() as session:
        head, known = known_ways(session, current_user.card, case_id, now=now())
    phone = next((each for each in known if each.id == destination_id and each.kind is DestinationKind.PHONE), None)
    if phone is None:
        raise NoSuchCase
    here = url_for("cases.show", case_id=case_id)
    action = url_for("consents.create", case_id=case_id, destination_id=destination_id)
    page = ConsentPage(
        title=f"Texts to {words.destination_label(phone).lower()}",
        handle=head.handle,
        back=case_link(case_id, head.handle),
        form=form.card(action, "Save her yes", cancel_href=here),
    )
    return render("consents/new.html", page)
