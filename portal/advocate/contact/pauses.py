"""Stopping all contact with one tap, what that stop found under way, and a supervisor's lifting of it."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from outreach import people
from outreach.access import Action
from outreach.case_file.view import CaseHead, head_of, known_ways
from outreach.her_word import pausing
from outreach.her_word.code_word_claims import Claim
from outreach.identity.same_person import cases_of_person
from outreach.messaging.halting import under_way
from outreach.reaching.destinations import Destination
from outreach.records.errors import StaleVersion
from portal.advocate.cards import Fact
from portal.advocate.cases.known_by import offer_word, weigh_word
from portal.advocate.cases.page import case_link
from portal.advocate.cases.pages import LiftPausePage
from portal.advocate.contact import under_way_rows
from portal.advocate.contact.lift_form import LiftForm, answers_of, lift_form
from portal.advocate.doors import requires
from portal.advocate.forms import NoFields, version_in
from portal.advocate.pages import ChangedPage
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render

bp = Blueprint("pauses", __name__)


@bp.post("/cases/<uuid:case_id>/pause")
@requires(Action.PAUSE_CONTACT)
def create(case_id: UUID) -> ResponseReturnValue:
    """Stop all contact with one tap, and show what had left."""
    NoFields.posted()
    with parts().vault.writing() as session:
        pausing.pause(session, current_user.card, case_id, now=now())
    notice("paused")
    return redirect(url_for("pauses.show", case_id=case_id), 303)


@bp.get("/cases/<uuid:case_id>/pause")
@requires(Action.PAUSE_CONTACT)
def show(case_id: UUID) -> ResponseReturnValue:
    """Show what the stop found under way; recorded, since it tells of texts and letters."""
    at = now()
    with parts().vault.writing() as session:
        head, ways = known_ways(session, current_user.card, case_id, now=at)
        since = pausing.stopped_at(head.standing)
        found = under_way(session, case_id, since=since or at)
    if not (head.standing.paused or head.standing.compromised):
        return redirect(url_for("cases.show", case_id=case_id), 303)
    return render("pauses/show.html", under_way_rows.page(head, ways, found, since=since, now=at))


@bp.get("/cases/<uuid:case_id>/pause/lift")
@requires(Action.LIFT_PAUSE)
def lift(case_id: UUID) -> ResponseReturnValue:
    """Ask why contact may go on, and of each way whether it is safe again."""
    head, ways = _open(case_id)
    if not (head.standing.paused or head.standing.compromised):
        notice("not_paused")
        return redirect(url_for("cases.show", case_id=case_id), 303)
    return _lift_page(head, lift_form(ways)(data={"version": str(head.version)}))


@bp.post("/cases/<uuid:case_id>/pause/lift")
@requires(Action.LIFT_PAUSE)
def create_lift(case_id: UUID) -> ResponseReturnValue:
    """Lift the stop, with the reason and an answer for each way on record."""
    card = current_user.card
    with parts().vault.reading() as session:
        head_of(session, card, case_id)
        ways = people.destinations(session, case_id)
    form = lift_form(ways).posted(prepare=lambda form: _offer_word(case_id, form))
    if not form.check():
        return _lift_page(_open(case_id)[0], form), 422
    claim = weigh_word(form, "verified_how", case_id, line=None)
    if form.errors:
        return _lift_page(_open(case_id)[0], form), 422
    if claim is Claim.COERCED:
        notice("lifted")
        return redirect(url_for("cases.show", case_id=case_id), 303)
    try:
        with parts().vault.writing() as session:
            version = version_in(form.version.data)
            pausing.lift(session, card, case_id, answers_of(form, ways), version=version, now=now())
    except (StaleVersion, pausing.UnansweredWays):
        return _changed(case_id, form), 409
    except pausing.NothingToLift:
        notice("not_paused")
        return redirect(url_for("cases.show", case_id=case_id), 303)
    notice("lifted")
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _open(case_id: UUID) -> tuple[CaseHead, tuple[Destination, ...]]:
    with parts().vault.writing() as session:
        return known_ways(session, current_user.card, case_id, now=now())


def _offer_word(case_id: UUID, form: LiftForm) -> None:
    with parts().vault.reading() as session:
        offer_word(form, "verified_how", session, case_id)


def _lift_page(head: CaseHead, form: LiftForm) -> str:
    if "code_word" in form:
        _offer_word(head.id, form)
    here = url_for("cases.show", case_id=head.id)
    card = form.card(url_for("pauses.create_lift", case_id=head.id), "Lift the pause", cancel_href=here)
    with parts().vault.reading() as session:
        lost = pausing.unreadable(session, head.id)
        lifts_others = len(cases_of_person(session, head.id)) > 1 + len(lost)
    page = LiftPausePage(
        title="Lift the pause",
        handle=head.handle,
        form=card,
        back=case_link(head.id, head.handle),
        lifts_others=lifts_others,
        goes_on_without=len(lost),
    )
    return render("pauses/lift.html", page)


def _changed(case_id: UUID, form: LiftForm) -> str:
    head, ways = _open(case_id)
    typed = {name: value for name, value in form.data.items() if name != "version"}
    fresh = lift_form(ways)(data={**typed, "version": str(head.version)})
    _offer_word(case_id, fresh)
    is_paused = head.standing.paused or head.standing.compromised
    added = [each for each in ways if f"way_{each.id.hex}" not in typed]
    facts = [Fact("Contact", "All contact is paused." if is_paused else "Contact is not paused.")]
    if (since := pausing.stopped_at(head.standing)) is not None:
        facts.append(Fact("Since", under_way_rows.when(since, now=now(), zone=ZoneInfo(head.standing.zone)).words))
    if added:
        facts.append(Fact("Ways", "A way to reach her was added. Say if it is safe, too."))
    page = ChangedPage(
        title="Someone changed this case",
        handle=head.handle,
        sentence="It changed while you wrote. Your words are still here. Look at what it says now, then send again.",
        now_says=tuple(facts),
        form=fresh.card(url_for("pauses.create_lift", case_id=case_id), "Lift the pause"),
        back=case_link(case_id, head.handle),
    )
    return render("errors/changed.html", page)
