"""Ways of reaching her: adding one, changing what is known of one, "same as before"."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import HiddenField

from outreach import people
from outreach.access import Action, NoSuchCase
from outreach.case_file.view import CaseHead, head_of, known_ways
from outreach.gate.gate_facts import facts_for_gate
from outreach.identity.same_person import lock_person
from outreach.proximity import Nearness, nearness
from outreach.reaching import reach
from outreach.reaching.destinations import Destination
from outreach.reaching.late_noes import with_late_noes
from outreach.reaching.same_way import is_same_way
from outreach.records.errors import StaleVersion
from outreach.terms import DestinationKind
from portal.advocate import words
from portal.advocate.cards import Fact, Step
from portal.advocate.cases.page import ADDED, case_link
from portal.advocate.contact.destination_answers import applied, filled, renewed
from portal.advocate.contact.destination_form import KINDS, DestinationForm, fresh
from portal.advocate.contact.pages import DestinationPage
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, version_in
from portal.advocate.moments import day
from portal.advocate.pages import ChangedPage
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.when import read_when

bp = Blueprint("destinations", __name__)


KNOWN = {
    DestinationKind.PHONE: "This phone",
    DestinationKind.ADDRESS: "This address",
    DestinationKind.EMAIL: "This e-mail address",
    DestinationKind.PLACE: "This place",
}
OVERTAKEN = "Something newer is on record for this way. Ask her again. If it is not safe, leave the day and time empty."

PARTLY_OVERTAKEN = f"What you wrote against this way is saved. {OVERTAKEN}"


class RenewForm(StrictForm):
    """Which version was on the page when she said "same as before"."""

    version = HiddenField()


@bp.get("/cases/<uuid:case_id>/destinations/new")
@requires(Action.CHANGE_DESTINATION)
def new(case_id: UUID) -> ResponseReturnValue:
    """Ask for a new way of one kind."""
    kind = _kind(request.args.get("kind", DestinationKind.PHONE.value))
    return _new_page(case_id, kind, DestinationForm().for_kind(kind, is_new=True))


@bp.post("/cases/<uuid:case_id>/destinations")
@requires(Action.CHANGE_DESTINATION)
def create(case_id: UUID) -> ResponseReturnValue:
    """Add a way."""
    kind = _kind(request.form.get("kind", DestinationKind.PHONE.value))
    form = DestinationForm.posted(prepare=lambda form: form.for_kind(kind, is_new=True))
    if not form.check():
        return _new_page(case_id, kind, form), 422
    card, at = current_user.card, now()
    try:
        with parts().vault.writing() as session:
            head, way = head_of(session, card, case_id), fresh(form, uuid4())
            twins = (each for each in people.destinations(session, case_id) if is_same_way(each, way))
            said_at = _said_at(form, head, twins, at=at)
            if not form.errors:
                added = applied(form, way, by_name=card.name, now=at, said_at=said_at)
                kept = reach.add_destination(session, case_id, added, by=card.id, now=at)
    except reach.KnownAlready as already:
        form.error_of("value", f"{KNOWN[kind]} is on the case already. Change it there.")
        return _new_page(case_id, kind, form, known=already.known), 422
    if form.errors:
        return _new_page(case_id, kind, form), 422
    notice("saved" if kept == added else "known_against")
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.get("/cases/<uuid:case_id>/destinations/<uuid:destination_id>")
@requires(Action.CHANGE_DESTINATION)
def edit(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Ask what changed about a way."""
    head, known, near = _open(case_id, destination_id)
    return _edit_page(head, known, near, _as_it_is(known, near))


@bp.post("/cases/<uuid:case_id>/destinations/<uuid:destination_id>")
@requires(Action.CHANGE_DESTINATION)
def save(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Save what changed; when somebody else changed it meanwhile, nothing is saved and nothing typed is lost."""
    with parts().vault.reading() as session:
        known = _quietly(session, case_id, destination_id)
    form = DestinationForm.posted(prepare=lambda form: form.for_kind(known.kind, is_new=False))
    if not form.check():
        return _edit_page(*_open(case_id, destination_id), form), 422
    try:
        with parts().vault.writing() as session:
            known, at = _quietly(session, case_id, destination_id), now()
            head = head_of(session, current_user.card, case_id)
            said_at = read_when(form, head, now=at, day="said_on", hour="said_at")
            if not form.errors:
                changed = applied(form, known, by_name=current_user.card.name, now=at, said_at=said_at)
                changed = _but_no_late_yes(form, known, changed, said_at, at=at)
                kept = _save(session, case_id, changed, version=form.version.data)
    except StaleVersion:
        return _changed_page(case_id, destination_id, form), 409
    if form.errors:
        head, known, near = _open(case_id, destination_id)
        form.version.data = str(known.version)
        return _edit_page(head, known, near, form), 422
    notice("saved" if kept == changed else "known_against")
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.post("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/same-as-before")
@requires(Action.CHANGE_DESTINATION)
def renew(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """She says nothing changed: her answers count from now."""
    form = RenewForm.posted()
    try:
        with parts().vault.writing() as session:
            known = _quietly(session, case_id, destination_id)
            changed = renewed(known, by_name=current_user.card.name, now=now())
            _save(session, case_id, changed, version=form.version.data)
    except StaleVersion:
        head, known, near = _open(case_id, destination_id)
        form = _as_it_is(known, near)
        return _edit_page(head, known, near, form, error="Somebody changed this. Look at what it says now."), 409
    notice("saved")
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _said_at(form: DestinationForm, head: CaseHead, known: Iterable[Destination], *, at: datetime) -> datetime | None:
    """Return when it was said, None for now; what was learned since then stands, and is said beside the field."""
    said_at = read_when(form, head, now=at, day="said_on", hour="said_at")
    if said_at is not None and any(each.is_overtaken(said_at) for each in known):
        form.error_of("said_on", OVERTAKEN)
    return said_at


def _but_no_late_yes(
    form: DestinationForm, known: Destination, changed: Destination, said_at: datetime | None, *, at: datetime
) -> Destination:
    """Return what holds of it at once; a yes that something newer overtook is left out, and said beside the field."""
    if said_at is None or not known.is_overtaken(said_at):
        return changed
    taken = with_late_noes(known, changed, now=at)
    if taken.leaves_out:
        form.error_of("said_on", OVERTAKEN if taken.way == known else PARTLY_OVERTAKEN)
    return taken.way


def _save(session: Session, case_id: UUID, changed: Destination, *, version: str | None) -> Destination:
    lock_person(session, case_id)  # Nobody decides meanwhile that another case is hers, or adds this way there.
    by = current_user.card.id
    return reach.save_destination(session, case_id, changed, version=version_in(version), by=by, now=now())


def _kind(value: str) -> DestinationKind:
    return DestinationKind(value) if value in {each.value for each in KINDS} else DestinationKind.PHONE


class Opened(NamedTuple):
    """The case, one of its ways, and how the partner may be near it."""

    head: CaseHead
    known: Destination
    near: Nearness | None


def _open(case_id: UUID, destination_id: UUID) -> Opened:
    """Return the case and the way for a page; recorded. NoSuchCase when either is not there for this person."""
    with parts().vault.writing() as session:
        head, ways = known_ways(session, current_user.card, case_id, now=now())
        facts = facts_for_gate(session, case_id, at=now())
    known = _pick(ways, destination_id)
    return Opened(head, known, nearness(known, facts.near, lifted_at=facts.lifted_at))


def _as_it_is(known: Destination, near: Nearness | None) -> DestinationForm:
    data = filled(known, version=known.version, is_near=near is not None)
    return DestinationForm(data=data).for_kind(known.kind, is_new=False)


def _quietly(session: Session, case_id: UUID, destination_id: UUID) -> Destination:
    """Return the way for a check inside the vault; nothing of it is shown."""
    head_of(session, current_user.card, case_id)
    return _pick(people.destinations(session, case_id), destination_id)


def _pick(ways: tuple[Destination, ...], destination_id: UUID) -> Destination:
    found = next((each for each in ways if each.id == destination_id), None)
    if found is None:
        raise NoSuchCase
    return found


def _new_page(case_id: UUID, kind: DestinationKind, form: DestinationForm, *, known: Destination | None = None) -> str:
    form.kind.data = kind.value
    with parts().vault.reading() as session:
        head = head_of(session, current_user.card, case_id)
    here = url_for("cases.show", case_id=case_id)
    page = DestinationPage(
        title=f"Add {ADDED[kind]}",
        handle=head.handle,
        back=case_link(case_id, head.handle),
        same_as_before=None,
        known=_way_to(case_id, known) if known else None,
        form=form.without_second_thoughts().card(
            url_for("destinations.create", case_id=case_id), "Save", cancel_href=here
        ),
    )
    return render("destinations/edit.html", page)


def _way_to(case_id: UUID, known: Destination) -> Step:
    href = url_for("destinations.edit", case_id=case_id, destination_id=known.id)
    return Step(f"Open what is known of {words.destination_label(known)}", href)


def _edit_page(
    head: CaseHead, known: Destination, near: Nearness | None, form: DestinationForm, *, error: str = ""
) -> str:
    named: dict[str, Any] = {"case_id": head.id, "destination_id": known.id}
    same = Step(
        "Same as before", url_for("destinations.renew", **named), "post", "main", (("version", str(known.version)),)
    )
    here = url_for("cases.show", case_id=head.id)
    page = DestinationPage(
        title=words.destination_label(known),
        handle=head.handle,
        near=f"{words.NEAR[near.how]}. Ask her if the partner sees it." if near else "",
        back=case_link(head.id, head.handle),
        same_as_before=same if any(each.verdict.value != "unknown" for each in known.verdicts.values()) else None,
        form=form.card(url_for("destinations.save", **named), "Save", error=error, cancel_href=here),
    )
    return render("destinations/edit.html", page)


def _changed_page(case_id: UUID, destination_id: UUID, form: DestinationForm) -> str:
    head, known, _ = _open(case_id, destination_id)
    form.version.data = str(known.version)
    page = ChangedPage(
        title="Someone changed this way",
        handle=head.handle,
        sentence="It changed while you wrote. Your words are still here. Look at what it says now, then send again.",
        now_says=_facts(known, ZoneInfo(head.standing.zone)),
        form=form.card(url_for("destinations.save", case_id=case_id, destination_id=destination_id), "Save mine"),
        back=case_link(case_id, head.handle),
    )
    return render("errors/changed.html", page)


def _facts(known: Destination, zone: ZoneInfo) -> tuple[Fact, ...]:
    verdicts = (
        Fact(words.CHANNELS[channel], f"{words.VERDICTS[each.verdict]}, {day(each.verified_at, zone=zone).words}")
        for channel, each in known.verdicts.items()
    )
    hours = ", ".join(words.window_words(each) for each in known.windows) or "Not known"
    return (*verdicts, Fact("Hours", hours), Fact("Who we say we are", known.name_to_use or "Not known"))
