"""A person decides whether two cases are one person's. Until then nothing leaves, and nothing merges."""

from uuid import UUID

from flask import Blueprint, abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import RadioField

from outreach.access import Action, NoSuchCase, find_case
from outreach.identity import deciding
from outreach.identity.match_view import Comparison, MatchView, find_match, open_match_view
from outreach.people import ContactCard
from outreach.records.errors import UNREADABLE
from outreach.terms import DestinationKind
from portal.advocate import errors, words
from portal.advocate.cards import Fact, Step
from portal.advocate.cases.pages import MatchPage, MatchSide
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, need, offer
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render

bp = Blueprint("matches", __name__)

SAME, OTHER = "same", "different"
NOT_SAVED = (
    "Not saved: a part of one case does not open. Tell your administrator. "
    "Contact waits in the newer case. Pause the older one if she asked for no contact."
)
NEWER_IS_LOST = errors.Fault(
    409,
    "The newer case does not open",
    "It is damaged, so no one can look at it. Nothing was saved, and contact waits in it.",
    "Tell the person who runs Wayside now, and a supervisor. Pause the older case if she asked for no contact.",
)

DECIDED = errors.Fault(
    409,
    "Somebody was faster",
    "Somebody decided this in the same moment. Your answer was not kept.",
    "Go back to Today and look at the case again.",
)


class MatchForm(StrictForm):
    """One answer."""

    answer = RadioField(
        "Are they one person?",
        [need("Choose one.")],
        choices=offer([(SAME, "Yes, the same person"), (OTHER, "No, or I am not sure: two people")]),
    )


@bp.get("/matches/<uuid:match_id>")
@requires(Action.DECIDE_MATCH)
def show(match_id: UUID) -> ResponseReturnValue:
    """Show both sides; recorded."""
    return _page(match_id, MatchForm())


@bp.post("/matches/<uuid:match_id>")
@requires(Action.DECIDE_MATCH)
def decide(match_id: UUID) -> ResponseReturnValue:
    """Keep the decision; the gate opens when no other match of the case is left."""
    form = MatchForm.posted()
    if not form.validate():
        return _page(match_id, form), 422
    try:
        with parts().vault.writing() as session:
            case_id = find_match(session, current_user.card, match_id, now=now()).case_id
            deciding.decide(session, match_id, same=form.answer.data == SAME, by=current_user.card.id, now=now())
            back = _way_back(session, case_id)
    except deciding.AlreadyDecided:
        return errors.answer(DECIDED)
    except UNREADABLE:
        form.error_of("answer", NOT_SAVED)
        return _page(match_id, form), 409
    notice("decided")
    return redirect(back, 303)


def _way_back(session: Session, case_id: UUID) -> str:
    """Return the page of a case for whose it is, and the night card for whoever is on call."""
    try:
        find_case(session, current_user.card, case_id)
    except NoSuchCase:
        return url_for("night.show")
    return url_for("cases.show", case_id=case_id)


def _page(match_id: UUID, form: MatchForm) -> str:
    try:
        with parts().vault.writing() as session:
            view = open_match_view(session, current_user.card, match_id, now=now())
            back = _way_back(session, view.case_id)
    except UNREADABLE:  # The newer case itself: there is nothing to compare.
        abort(errors.answer(NEWER_IS_LOST))
    page = MatchPage(
        title="Is this the same person?",
        this=MatchSide(view.handle, _facts(view.this)),
        other=_other(view),
        form=form.card(url_for("matches.decide", match_id=match_id), "Decide"),
        back=Step(view.handle, back),
    )
    return render("matches/show.html", page)


DOES_NOT_OPEN = (
    Fact("Why", "It is damaged, so no one can look at it. It may be the same person."),
    Fact("What to do", "Have it mended first. If that takes too long, ask a supervisor who knew that case."),
)


def _other(view: MatchView) -> MatchSide:
    if view.other is not None:
        return MatchSide(view.other_handle, _facts(view.other))
    if view.comparison is None:
        return MatchSide("An older case that does not open", DOES_NOT_OPEN)
    return MatchSide("An older case of a colleague", _compared(view.comparison))


def _facts(card: ContactCard) -> tuple[Fact, ...]:
    born = card.victim.date_of_birth
    ways = [
        words.phone_words(each.value) if each.kind is DestinationKind.PHONE else each.value
        for each in card.destinations
    ]
    return (
        Fact("Name", card.victim.full_name),
        Fact("Born", f"{born:%B} {born.day}, {born.year}" if born else "Not known"),
        *(Fact(words.KINDS[each.kind], way) for each, way in zip(card.destinations, ways, strict=True)),
    )


def _compared(found: Comparison) -> tuple[Fact, ...]:
    births = {True: "The same", False: "Another", None: "Not known"}[found.is_birth_same]
    ways = "None" if not found.shared_ways else "One" if found.shared_ways == 1 else str(found.shared_ways)
    return (
        Fact("Name", "Much alike" if found.is_name_alike else "Not alike"),
        Fact("Birth date", births),
        Fact("Phones or addresses both have", ways),
    )
