"""The directory of local services: looking one up, and, for supervisors, keeping it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional, Regexp

from outreach.access import Action, NoSuchCase
from outreach.case_file.view import head_of
from outreach.records.errors import NoSuchRecord, StaleVersion
from outreach.support import services
from outreach.support.needs import NeedKind
from outreach.support.services import LONGEST, BadService, ServiceCard, ServiceContent
from portal.advocate.cards import Step
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, need, offer, version_in
from portal.advocate.moments import whole_day
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.support.pages import OneFormPage, ServiceRow, ServicesPage
from portal.advocate.support.words import KINDS

bp = Blueprint("services", __name__)


class ServiceForm(StrictForm):
    """One service: facts anyone could look up."""

    OF_NO_ONE = ("notes",)

    name = StringField("Name", [need("Write the name it is known by."), at_most(LONGEST["name"])])
    kinds = SelectMultipleField(
        "It helps with", [InputRequired("Choose what it helps with.")], choices=offer(KINDS.items())
    )
    what = StringField("What it does", [at_most(LONGEST["what"])])
    phone = StringField("Phone", [need("Write the number it is called at."), at_most(40)])
    hours = StringField("Hours", [at_most(LONGEST["hours"])])
    languages = StringField("Languages", [at_most(LONGEST["languages"])])
    notes = TextAreaField(
        "Good to know", [at_most(LONGEST["notes"])], description="Public facts only. Nothing about anyone we helped."
    )
    version = HiddenField(validators=[Optional(), Regexp(r"\d{1,9}$")])


class VersionForm(StrictForm):
    """The service as it was shown."""

    version = HiddenField(validators=[Regexp(r"\d{1,9}$")])


@bp.get("/services")
@requires(Action.SEE_SERVICES)
def index() -> ResponseReturnValue:
    """List the directory; from a case, with the way to refer her."""
    given = request.args.get("kind", "")
    kind = NeedKind(given) if given in {*NeedKind} else None
    case_id = _case_id(request.args.get("case", ""))
    with parts().vault.reading() as session:
        handle = head_of(session, current_user.card, case_id).handle if case_id else ""
        found = services.services(session, kind)
    keeps = current_user.card.may(Action.KEEP_SERVICES)
    about: dict[str, Any] = {"case": case_id} if case_id else {}
    page = ServicesPage(
        title="Services",
        sentence=f"For {handle}. Ask her which she would like." if handle else "Services near here, as last checked.",
        back=Step("Needs and services", url_for("needs.index", case_id=case_id)) if case_id else None,
        rows=tuple(_row(each, case_id, kind, keeps=keeps) for each in found),
        filters=tuple(
            Step(words, url_for("services.index", kind=each, **about), look="plain" if each == kind else "quiet")
            for each, words in KINDS.items()
        ),
        empty="No service is listed for this yet. A supervisor can add one.",
        add=Step("Add a service", url_for("services.new")) if keeps else None,
    )
    return render("services/index.html", page)


@bp.get("/services/new")
@requires(Action.KEEP_SERVICES)
def new() -> ResponseReturnValue:
    """Ask for a service."""
    return _form_page(ServiceForm(), None)


@bp.post("/services")
@requires(Action.KEEP_SERVICES)
def create() -> ResponseReturnValue:
    """Put a service into the directory."""
    return _kept(ServiceForm.posted(), None)


@bp.get("/services/<uuid:service_id>")
@requires(Action.KEEP_SERVICES)
def edit(service_id: UUID) -> ResponseReturnValue:
    """Show a service to be changed."""
    card = _find(service_id)
    named = ("name", "what", "phone", "hours", "languages", "notes")
    filled = {name: getattr(card, name) for name in named}
    filled |= {"kinds": [each.value for each in card.kinds], "version": str(card.version)}
    return _form_page(ServiceForm(data=filled), card)


@bp.post("/services/<uuid:service_id>")
@requires(Action.KEEP_SERVICES)
def save(service_id: UUID) -> ResponseReturnValue:
    """Write a service anew."""
    return _kept(ServiceForm.posted(), _find(service_id))


@bp.post("/services/<uuid:service_id>/check")
@requires(Action.KEEP_SERVICES)
def check(service_id: UUID) -> ResponseReturnValue:
    """Note that it was checked today."""
    return _tapped(service_id, services.note_checked)


@bp.post("/services/<uuid:service_id>/removal")
@requires(Action.KEEP_SERVICES)
def take_off(service_id: UUID) -> ResponseReturnValue:
    """Take it off the directory."""
    return _tapped(service_id, services.take_off)


def _tapped(service_id: UUID, act: Any) -> ResponseReturnValue:
    form = VersionForm.posted()
    _find(service_id)
    try:
        with parts().vault.writing() as session:
            version = version_in(form.version.data) if form.validate() else 0
            act(session, service_id, version=version, by=current_user.card.id, now=now())
        notice("saved")
    except (StaleVersion, NoSuchRecord):
        notice("need_changed")
    return redirect(url_for("services.index"), 303)


def _kept(form: ServiceForm, known: ServiceCard | None) -> ResponseReturnValue:
    if not form.validate():
        return _form_page(form, known), 422
    content = ServiceContent(
        form.name.data,
        tuple(form.kinds.data),
        form.what.data,
        form.phone.data,
        form.hours.data,
        form.languages.data,
        form.notes.data,
    )
    by = current_user.card.id
    try:
        with parts().vault.writing() as session:
            if known is None:
                services.add_service(session, content, by=by, now=now())
            else:
                version = version_in(form.version.data)
                services.change_service(session, known.id, content, version=version, by=by, now=now())
    except BadService as refusal:
        form.error_of(refusal.field, str(refusal))
        return _form_page(form, known), 422
    except StaleVersion:
        form.error_of("name", "Somebody changed this meanwhile. Go back, look, and write it again.")
        return _form_page(form, known), 409
    notice("saved")
    return redirect(url_for("services.index"), 303)


def _find(service_id: UUID) -> ServiceCard:
    try:
        with parts().vault.reading() as session:
            return services.service_of(session, service_id)
    except NoSuchRecord:
        raise NoSuchCase from None


def _case_id(given: str) -> UUID | None:
    try:
        return UUID(given) if given else None
    except ValueError:
        raise NoSuchCase from None


def _row(card: ServiceCard, case_id: UUID | None, kind: NeedKind | None, *, keeps: bool) -> ServiceRow:
    stale = card.is_stale(now().date())
    steps = []
    if case_id is not None:
        named: dict[str, Any] = {"case_id": case_id, "service_id": card.id}
        steps.append(Step("Choose", url_for("referrals.new", **named, kind=kind or None), look="main"))
    elif keeps:
        hidden = (("version", str(card.version)),)
        steps.append(Step("Change", url_for("services.edit", service_id=card.id)))
        steps.append(Step("Checked today", url_for("services.check", service_id=card.id), "post", "quiet", hidden))
    helps = ", ".join(KINDS[each].lower() for each in card.kinds)
    return ServiceRow(
        name=card.name,
        phone=card.phone,
        said=" ".join(filter(None, (f"Helps with {helps}.", card.what, card.hours, card.languages, card.notes))),
        checked=f"Last checked {whole_day(card.checked_on).words}.",
        is_stale=stale,
        steps=tuple(steps),
    )


def _form_page(form: ServiceForm, known: ServiceCard | None) -> str:
    here = url_for("services.index")
    action = url_for("services.save", service_id=known.id) if known else url_for("services.create")
    off: tuple[Step, ...] = ()
    if known is not None:
        hidden = (("version", str(known.version)),)
        off = (Step("Take it off", url_for("services.take_off", service_id=known.id), "post", "stop", hidden),)
    page = OneFormPage(
        title=known.name if known else "Add a service",
        handle="Directory of services",
        back=Step("Services", here),
        sentence="Facts anyone could look up. Saving counts as checking them today.",
        form=form.card(action, "Save", cancel_href=here),
        steps=off,
    )
    return render("needs/one-form.html", page)
