"""Putting her in touch with a service: the number, a call of three, what she signed for. Nothing is sent."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Optional, Regexp

from outreach.access import Action, NoSuchCase
from outreach.case_file.view import head_of
from outreach.records.errors import NoSuchRecord, StaleVersion
from outreach.support import referrals, releases, services
from outreach.support.needs import NeedKind
from outreach.support.referrals import How, NewReferral, NoLiveRelease, SheDidNotSpeak
from outreach.support.releases import LONGEST_PURPOSE, BadRelease, Item, NewRelease
from outreach.support.services import ServiceCard
from portal.advocate.cards import Hold, Step
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, need, offer, version_in
from portal.advocate.moments import whole_day
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.support.pages import OneFormPage, ReferPage
from portal.advocate.support.referral_rows import HOW, ITEMS

bp = Blueprint("referrals", __name__)

CASE = "/cases/<uuid:case_id>/services/<uuid:service_id>"


class ReferralForm(StrictForm):
    """How she was put in touch."""

    how = RadioField("How?", [need("Choose how.")], choices=offer((each.value, HOW[each]) for each in How))
    she_spoke = BooleanField("In a call of three: she was on the line and spoke herself")
    kind = HiddenField(validators=[Optional()])


class ReleaseForm(StrictForm):
    """What she signed."""

    items = SelectMultipleField(
        "What may they know?",
        [InputRequired("Choose what they may know, and nothing more.")],
        choices=offer((each.value, words) for each, words in ITEMS.items()),
    )
    purpose = StringField("What is it for?", [need("Write it in a few words."), at_most(LONGEST_PURPOSE)])
    signed_on = DateField("She signed on", [InputRequired("Choose the day.")])
    expires_on = DateField("It ends on", [InputRequired("Choose the day.")], description="90 days at most.")
    is_written = BooleanField("It is on paper, signed by her and no one for her")
    risks_explained = BooleanField("I told her what may go wrong when they know")
    cancel_explained = BooleanField("I told her that she can take it back at any time, and how")


class RevocationForm(StrictForm):
    """The release as it was shown."""

    version = HiddenField(validators=[Regexp(r"\d{1,9}$")])


@bp.get(CASE)
@requires(Action.REFER)
def new(case_id: UUID, service_id: UUID) -> ResponseReturnValue:
    """Show one service, the number to give her, and ask how she was put in touch."""
    kind = request.args.get("kind", "")
    return _page(case_id, service_id, ReferralForm(data={"kind": kind if kind in {*NeedKind} else ""}))


@bp.post(f"{CASE}/referrals")
@requires(Action.REFER)
def create(case_id: UUID, service_id: UUID) -> ResponseReturnValue:
    """Keep a referral."""
    form = ReferralForm.posted()
    with parts().vault.writing() as session:
        _service(session, case_id, service_id)
        is_good = form.validate() and _referred(session, case_id, service_id, form)
    if not is_good:
        return _page(case_id, service_id, form), 422
    notice("referred")
    return redirect(url_for("needs.index", case_id=case_id), 303)


@bp.get(f"{CASE}/releases/new")
@requires(Action.REFER)
def new_release(case_id: UUID, service_id: UUID) -> ResponseReturnValue:
    """Ask what she signed."""
    today = now().date()
    form = ReleaseForm(data={"signed_on": today, "expires_on": today + timedelta(days=30)})
    return _release_page(case_id, service_id, form)


@bp.post(f"{CASE}/releases")
@requires(Action.REFER)
def keep_release(case_id: UUID, service_id: UUID) -> ResponseReturnValue:
    """Keep a release."""
    form = ReleaseForm.posted()
    with parts().vault.writing() as session:
        service = _service(session, case_id, service_id)
        is_good = form.validate() and _released(session, case_id, service, form)
    if not is_good:
        return _release_page(case_id, service_id, form), 422
    notice("release")
    return redirect(url_for("referrals.new", case_id=case_id, service_id=service_id), 303)


@bp.post("/cases/<uuid:case_id>/releases/<uuid:release_id>/revocation")
@requires(Action.REFER)
def revoke(case_id: UUID, release_id: UUID) -> ResponseReturnValue:
    """Take a release back, as she said; it counts at once."""
    form, card = RevocationForm.posted(), current_user.card
    try:
        with parts().vault.writing() as session:
            head_of(session, card, case_id)
            version = version_in(form.version.data) if form.validate() else 0
            releases.revoke(session, case_id, release_id, version=version, by=card.id, now=now())
        notice("revoked")
    except NoSuchRecord:
        raise NoSuchCase from None
    except StaleVersion:
        notice("need_changed")
    return redirect(url_for("needs.index", case_id=case_id), 303)


def _service(session: Session, case_id: UUID, service_id: UUID) -> ServiceCard:
    head_of(session, current_user.card, case_id)
    try:
        return services.service_of(session, service_id)
    except NoSuchRecord:
        raise NoSuchCase from None


def _referred(session: Session, case_id: UUID, service_id: UUID, form: ReferralForm) -> bool:
    kind = form.kind.data if form.kind.data in {*NeedKind} else ""
    new = NewReferral(service_id, How(form.how.data), kind, form.she_spoke.data)
    try:
        referrals.refer(session, case_id, new, by=current_user.card.id, now=now())
    except NoLiveRelease:
        form.error_of("how", "She has signed nothing that holds for them today. Note it first, or give her the number.")
        return False
    except SheDidNotSpeak:
        form.error_of("she_spoke", "If she did not speak herself, it takes what she signed. Note that first.")
        return False
    return True


def _released(session: Session, case_id: UUID, service: ServiceCard, form: ReleaseForm) -> bool:
    new = NewRelease(
        service_id=service.id,
        recipient=service.name,
        items=tuple(Item(each) for each in form.items.data),
        purpose=form.purpose.data,
        signed_on=form.signed_on.data,
        expires_on=form.expires_on.data,
        is_written=form.is_written.data,
        risks_explained=form.risks_explained.data,
        cancel_explained=form.cancel_explained.data,
    )
    try:
        releases.keep_release(session, case_id, new, by=current_user.card.id, now=now())
    except BadRelease as refusal:
        form.error_of(refusal.field, str(refusal))
        return False
    return True


def _page(case_id: UUID, service_id: UUID, form: ReferralForm) -> str:
    today = now().date()
    with parts().vault.reading() as session:
        handle = head_of(session, current_user.card, case_id).handle
        service = _service(session, case_id, service_id)
    named: dict[str, Any] = {"case_id": case_id, "service_id": service_id}
    said = " ".join(filter(None, (service.what, service.hours, service.languages, service.notes)))
    stale = Hold(
        f"Nobody has checked this since {whole_day(service.checked_on).words}.",
        "Call first, and see that they are still there.",
        (),
    )
    page = ReferPage(
        title=service.name,
        handle=handle,
        back=Step("Needs and services", url_for("needs.index", case_id=case_id)),
        number=service.phone,
        said=said,
        stale=stale if service.is_stale(today) else None,
        form=form.card(url_for("referrals.create", **named), "Save"),
        release=Step("Note what she signed", url_for("referrals.new_release", **named)),
    )
    return render("needs/refer.html", page)


def _release_page(case_id: UUID, service_id: UUID, form: ReleaseForm) -> str:
    with parts().vault.reading() as session:
        handle = head_of(session, current_user.card, case_id).handle
        service = _service(session, case_id, service_id)
    named: dict[str, Any] = {"case_id": case_id, "service_id": service_id}
    here = url_for("referrals.new", **named)
    page = OneFormPage(
        title=f"She lets {service.name} know",
        handle=handle,
        back=Step(service.name, here),
        sentence=(
            "Our help never hangs on this. Only what is ticked may be said, to them alone, by voice or by hand: "
            "nothing is sent from here."
        ),
        form=form.card(url_for("referrals.keep_release", **named), "Keep it", cancel_href=here),
    )
    return render("needs/one-form.html", page)
