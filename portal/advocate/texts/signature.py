"""Signing for texts, and taking it back: for supervisors. Until somebody has signed no text leaves."""

from datetime import datetime

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import BooleanField

from outreach.access import Action
from outreach.messaging.signature import STATEMENT, NotSigned, Signed, sign, signature, take_back
from portal.advocate.cards import Step
from portal.advocate.doors import requires
from portal.advocate.forms import NoFields, StrictForm
from portal.advocate.moments import whole_day
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.texts.pages import SignaturePage

bp = Blueprint("signature", __name__)


class SignForm(StrictForm):
    """One tick under both lines."""

    agreed = BooleanField("Both lines hold, and I sign for it with my name")


@bp.get("/texting-signature")
@requires(Action.SIGN_FOR_TEXTS)
def show() -> ResponseReturnValue:
    """Show what is signed for; or who has signed, with the way to take it back."""
    return _page(SignForm())


@bp.post("/texting-signature")
@requires(Action.SIGN_FOR_TEXTS)
def create() -> ResponseReturnValue:
    """Sign: texts may leave from now on."""
    form = SignForm.posted()
    if form.validate():
        try:
            with parts().vault.writing() as session:
                sign(session, agreed=form.agreed.data, by=current_user.card.id, now=now())
        except NotSigned:
            form.error_of("agreed", "Read both lines. Tick here if they hold, or cancel.")
    if form.errors:
        return _page(form), 422
    notice("signed_for_texts")
    return redirect(url_for("team.show"), 303)


@bp.post("/texting-signature/ending")
@requires(Action.SIGN_FOR_TEXTS)
def end() -> ResponseReturnValue:
    """Take the signature back: no text leaves from now on."""
    NoFields.posted()
    with parts().vault.writing() as session:
        was_held = take_back(session, by=current_user.card.id, now=now())
    notice("signature_taken_back" if was_held else "nobody_had_signed")
    return redirect(url_for("team.show"), 303)


def _page(form: SignForm) -> str:
    with parts().vault.reading() as session:
        held = signature(session)
    here = url_for("team.show")
    back = Step("Back to the team", here)
    if held is not None:
        taken = NoFields().card(url_for("signature.end"), "Take it back", cancel_href=here)
        page = SignaturePage(
            title="Signed for texts",
            sentence=f"{held.name} signed on {_day(held)}. When you take it back, no text leaves from that moment.",
            lines=held.statement,
            back=back,
            form=taken,
            is_stop=True,
        )
        return render("texts/signature.html", page)
    page = SignaturePage(
        title="Sign for texts",
        sentence="No text leaves until a supervisor has signed. You sign that:",
        lines=STATEMENT,
        back=back,
        form=form.card(url_for("signature.create"), "Sign", cancel_href=here),
    )
    return render("texts/signature.html", page)


def _day(held: Signed) -> str:
    at: datetime = held.at.astimezone(parts().zone)
    return whole_day(at.date()).words
