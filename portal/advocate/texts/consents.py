"""Her yes to texts at one phone: asked live, kept in the words a regulator would ask for, confirmed by that phone."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import BooleanField, RadioField, StringField
from wtforms.validators import AnyOf

from outreach.access import Action, NoSuchCase
from outreach.case_file.view import CaseHead, head_of
from outreach.her_word.code_word_claims import Claim
from outreach.her_word.consent_view import ConsentRecord, open_consent_record
from outreach.messaging import consent
from outreach.messaging.consent import WORDINGS, Asked, NoConsent
from outreach.messaging.consent_rows import ConfirmedHow
from outreach.records.errors import NoSuchRecord
from portal.advocate import words
from portal.advocate.cards import Step
from portal.advocate.cases.known_by import HOW, offer_word, weigh_word, word_field
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, need, offer
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.texts import consent_words
from portal.advocate.texts.consent_cards import ConsentPage

bp = Blueprint("consents", __name__)

OTHER = "other"
ASKED = {**WORDINGS, OTHER: "In another language: an interpreter read her the English question."}
CODE, CALLED = "code", "call"
CONFIRMS = {
    CALLED: "We called this very number and she said yes",
    CODE: "She will send us a code from this phone",
}


class ConsentForm(StrictForm):
    """Which question she said yes to, how, who heard it, and how this phone confirms it."""

    language = RadioField(
        "Ask her, word for word", [need("Choose the question you asked.")], choices=offer(ASKED.items())
    )
    spoken = StringField("Which other language?", [at_most(40)])
    how = RadioField("How did she say yes?", [need("Choose how.")], choices=offer(HOW.items()))
    code_word = word_field()
    heard_by = StringField("Who heard her?", [need("Write who heard her."), at_most(80)])
    confirms = RadioField(
        "How does this phone confirm it?", [need("Choose how.")], choices=offer(CONFIRMS.items()), default=CODE
    )
    after_stop = BooleanField("She stopped texts before. She says now that she wants them again")

    def check(self) -> bool:
        """Validate; what does not go together stands beside its field."""
        self.validate()
        if self.language.data == OTHER and not self.spoken.data:
            self.error_of("spoken", "Write the language.")
        if self.confirms.data == CALLED and self.how.data == "in_person":
            self.error_of("confirms", "You met in person. Call this number too, or let her send the code.")
        return not self.errors

    def asked(self, *, is_coerced: bool) -> Asked:
        """Return how she was asked."""
        is_read = self.language.data == OTHER
        return Asked(
            how=self.how.data,
            wording=WORDINGS["en" if is_read else self.language.data],
            language=f"{self.spoken.data} (interpreter)" if is_read else self.language.data,
            heard_by=self.heard_by.data,
            after_stop=bool(self.after_stop.data),
            is_coerced=is_coerced,
        )


class ConfirmationForm(StrictForm):
    """How the phone confirmed it: a button for each way."""

    how = StringField(validators=[AnyOf([ConfirmedHow.CALL.value, ConfirmedHow.SEEN.value])])


@bp.get("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents")
@requires(Action.RECORD_CONSENT)
def show(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Show where texts to this phone stand; recorded."""
    return record_page(case_id, destination_id)


@bp.get("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents/new")
@requires(Action.RECORD_CONSENT)
def new(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Show what to ask."""
    return _page(case_id, destination_id, ConsentForm(data={"heard_by": current_user.card.name, "confirms": CODE}))


@bp.post("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents")
@requires(Action.RECORD_CONSENT)
def create(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Keep her yes, and the confirmation when this very number was called."""
    form = ConsentForm.posted(prepare=lambda form: _offer_answers(case_id, form))
    if not form.check():
        return _page(case_id, destination_id, form), 422
    claim = weigh_word(form, "how", case_id, line=destination_id)
    if form.errors:
        return _page(case_id, destination_id, form), 422
    is_called = form.confirms.data == CALLED
    try:
        with parts().vault.writing() as session:
            asked = form.asked(is_coerced=claim is Claim.COERCED)
            _keep(session, case_id, destination_id, asked, is_called=is_called)
    except NoSuchRecord:
        raise NoSuchCase from None
    except NoConsent as refused:
        form.error_of("how", f"This cannot be kept: {refused}.")
        return _page(case_id, destination_id, form), 422
    notice("consent_on" if is_called else "consent")
    return redirect(url_for("consents.show", case_id=case_id, destination_id=destination_id), 303)


@bp.post("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents/confirmation")
@requires(Action.RECORD_CONSENT)
def confirm(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Let the phone's confirmation count: we called it, or what came from it was hers."""
    form = ConfirmationForm.posted()
    if not form.validate():
        return record_page(case_id, destination_id), 422
    try:
        with parts().vault.writing() as session:
            head_of(session, current_user.card, case_id)
            how, by = ConfirmedHow(form.how.data), current_user.card.id
            consent.confirm(session, case_id, destination_id, how=how, by=by, now=now())
    except NoSuchRecord:
        raise NoSuchCase from None
    except NoConsent:
        return record_page(case_id, destination_id), 409
    notice("consent_on")
    return redirect(url_for("consents.show", case_id=case_id, destination_id=destination_id), 303)


def record_page(case_id: UUID, destination_id: UUID, *, reason_error: str = "") -> str:
    """Return the page of one phone's record; a wrong reason for the whole number stands beside its field."""
    head, record = opened(case_id, destination_id)
    return render("consents/show.html", consent_words.page(head, record, now=now(), reason_error=reason_error))


def opened(case_id: UUID, destination_id: UUID) -> tuple[CaseHead, ConsentRecord]:
    """Return a phone's record; the look is recorded. NoSuchCase when it is not there for this person."""
    try:
        with parts().vault.writing() as session:
            return open_consent_record(session, current_user.card, case_id, destination_id, now=now())
    except NoSuchRecord:
        raise NoSuchCase from None


def _keep(session: Session, case_id: UUID, destination_id: UUID, asked: Asked, *, is_called: bool) -> None:
    head_of(session, current_user.card, case_id)
    by, at = current_user.card.id, now()
    consent.record_opt_in(session, case_id, destination_id, asked, by=by, now=at)
    if is_called and not asked.is_coerced:
        consent.confirm(session, case_id, destination_id, how=ConfirmedHow.CALL, by=by, now=at)


def _offer_answers(case_id: UUID, form: ConsentForm) -> None:
    with parts().vault.reading() as session:
        head_of(session, current_user.card, case_id)
        offer_word(form, "how", session, case_id)


def _page(case_id: UUID, destination_id: UUID, form: ConsentForm) -> str:
    head, record = opened(case_id, destination_id)
    if "code_word" in form:
        _offer_answers(case_id, form)
    if not record.has_stopped:
        del form.after_stop
    named: dict[str, Any] = {"case_id": case_id, "destination_id": destination_id}
    here = url_for("consents.show", **named)
    page = ConsentPage(
        title="Ask her about texts",
        handle=head.handle,
        back=Step(f"Texts to {words.destination_label(record.phone).lower()}", here),
        form=form.card(url_for("consents.create", **named), "Save her yes", cancel_href=here),
    )
    return render("consents/new.html", page)
