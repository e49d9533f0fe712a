"""Talk together: her own view first; then questions if she wants them, or none. Skipping is one tap."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from outreach import people
from outreach.access import Action, NoSuchCase
from outreach.case_file.view import CaseHead, head_of, names_of
from outreach.identity.minors import Age, age_of
from outreach.records.errors import NoSuchRecord
from outreach.risk import assessments, reassessment
from outreach.risk import cards as assessment_cards
from outreach.risk.assessments import OwnView, Start
from outreach.risk.permissions import Shelf
from outreach.risk.triggers import Trigger
from portal.advocate.cards import Hold, Step
from portal.advocate.cases.page import case_link
from portal.advocate.doors import requires
from portal.advocate.forms import NoFields, StrictForm
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.talks import rows as talk_rows
from portal.advocate.talks.forms import NO_TOOL, UNSAID, ChangeForm, begin_form, usable
from portal.advocate.talks.pages import TalkPage
from portal.advocate.talks.picture import picture
from portal.advocate.talks.words import LIMITS

bp = Blueprint("assessments", __name__)


@bp.get("/cases/<uuid:case_id>/assessments")
@requires(Action.TALK_TOGETHER)
def index(case_id: UUID) -> ResponseReturnValue:
    """Show where a talk begins, and all there were; the look is recorded."""
    corrects = _corrects(request.args.get("corrects", ""))
    asked = _begin_form(case_id, is_correction=corrects is not None)
    data = {"corrects": str(corrects)} if corrects else {}
    return _page(case_id, asked(data=data), ChangeForm())


@bp.post("/cases/<uuid:case_id>/assessments")
@requires(Action.TALK_TOGETHER)
def begin(case_id: UUID) -> ResponseReturnValue:
    """Keep her own view and go to the first questions, where she wants any."""
    form = _begin_form(case_id, is_correction="corrects" in request.form).posted()
    if not form.validate():
        return _page(case_id, form, ChangeForm()), 422
    try:
        with parts().vault.writing() as session:
            head_of(session, current_user.card, case_id)
            start, must_read = _start(form), "limits_read" in form
            by, at = current_user.card.id, now()
            row = assessments.begin(session, case_id, start, must_read_limits=must_read, by=by, now=at)
    except assessments.NotRead:
        form.error_of("limits_read", "Read it out first, then tick this. Or go on with no questions.")
        return _page(case_id, form, ChangeForm()), 422
    except (assessments.InstrumentOff, NoSuchRecord):
        raise NoSuchCase from None
    if start.offered is None:
        notice("talked")
        return redirect(url_for("cases.show", case_id=case_id), 303)
    if start.offered.instrument.takes_total:
        return redirect(url_for("questions.ending", case_id=case_id, assessment_id=row), 303)
    return redirect(url_for("questions.part", case_id=case_id, assessment_id=row, part=1), 303)


@bp.post("/cases/<uuid:case_id>/assessments/skipped")
@requires(Action.TALK_TOGETHER)
def skip(case_id: UUID) -> ResponseReturnValue:
    """Note that she did not want to talk about it now. Nothing else changes."""
    NoFields.posted()
    with parts().vault.writing() as session:
        head_of(session, current_user.card, case_id)
        assessments.skip(session, case_id, by=current_user.card.id, now=now())
    notice("skipped")
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.post("/cases/<uuid:case_id>/danger-changes")
@requires(Action.TALK_TOGETHER)
def change(case_id: UUID) -> ResponseReturnValue:
    """Keep what changed for her; it asks for another talk."""
    form = ChangeForm.posted()
    if not form.validate():
        return _page(case_id, _begin_form(case_id, is_correction=False)(), form), 422
    what = [Trigger(each) for each in form.what.data]
    with parts().vault.writing() as session:
        head_of(session, current_user.card, case_id)
        by, at = current_user.card.id, now()
        reassessment.note_change(session, case_id, what, words=form.words.data, by=by, now=at)
    notice("changed")
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _start(form: StrictForm) -> Start:
    scale, tool = form["own_scale"].data, form["instrument"].data if "instrument" in form else NO_TOOL
    return Start(
        own=OwnView(words=form["own_words"].data, scale=None if scale == UNSAID else int(scale)),
        offered=None if tool == NO_TOOL else parts().instruments.find(tool),
        limits_read="limits_read" in form and form["limits_read"].data,
        corrects=_corrects(form["corrects"].data) if "corrects" in form else None,
        why=form["why"].data if "why" in form else "",
    )


def _corrects(text: str) -> UUID | None:
    """Return the assessment that is to be corrected. 404 for what is no id."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise NoSuchCase from None


def _begin_form(case_id: UUID, *, is_correction: bool) -> type[StrictForm]:
    with parts().vault.reading() as session:
        head = head_of(session, current_user.card, case_id)
        must_read = _must_read_limits(*people.birth_and_word(session, case_id), head)
    return begin_form(usable(parts().instruments), must_read=must_read, is_correction=is_correction)


def _must_read_limits(born_on: date | None, said_adult: bool, head: CaseHead) -> bool:
    today = now().astimezone(ZoneInfo(head.standing.zone)).date()
    return age_of(born_on, said_adult=said_adult, today=today) is not Age.ADULT


def _page(case_id: UUID, form: StrictForm, change_form: ChangeForm) -> str:
    at, by = now(), current_user.card
    with parts().vault.writing() as session:
        head = head_of(session, by, case_id)
        cards = assessment_cards.read(session, case_id, by=by.id, now=at)
        changes = reassessment.changes_of(session, case_id)
        names = names_of(session, {each.by for each in changes})
    zone, here = ZoneInfo(head.standing.zone), url_for("cases.show", case_id=case_id)
    button = "Go on" if "instrument" in form else "Keep her view"
    page = TalkPage(
        handle=head.handle,
        back=case_link(case_id, head.handle),
        sentence="Ask first how she sees it. She can skip any part, and our help stays the same.",
        limits=_limits(parts().instruments) if "limits_read" in form else None,
        form=form.card(url_for("assessments.begin", case_id=case_id), button, cancel_href=here),
        off=_off(parts().instruments),
        skip=Step("She does not want this now", url_for("assessments.skip", case_id=case_id), "post"),
        past=tuple(talk_rows.past(case_id, each, cards, now=at, zone=zone) for each in cards),
        picture=picture(cards, zone),
        changes=tuple(talk_rows.change(each, names, now=at, zone=zone) for each in changes),
        change_form=change_form.card(url_for("assessments.change", case_id=case_id), "Save this"),
    )
    return render("assessments/index.html", page)


def _limits(shelf: Shelf) -> Hold:
    cause = "She is under 18, or we do not know her age. Read this out before any question."
    return Hold(cause, f"“{shelf.limits or LIMITS}”", ())


def _off(shelf: Shelf) -> tuple[str, ...]:
    """Return why an instrument is off, and that a file can not be read; the rest of the page works without it."""
    off = [f"{each.instrument.title}: {each.why_off}" for each in shelf.offered if not each.is_on]
    return (*off, *(f"{name} can not be read. Tell the person who runs Wayside." for name, _ in shelf.faulty))
