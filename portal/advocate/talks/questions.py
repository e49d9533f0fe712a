"""The questions of an instrument, a page at a time; what they come to; and reading it again."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from outreach.access import Action, NoSuchCase
from outreach.case_file.view import head_of
from outreach.records.errors import NoSuchRecord, StaleVersion
from outreach.risk import assessments
from outreach.risk import cards as assessment_cards
from outreach.risk.assessments import AlreadyMade, Finish, InstrumentOff
from outreach.risk.cards import State
from outreach.risk.instruments import Item
from outreach.risk.permissions import Offered
from outreach.risk.results import Answer, BadTotal, Judgement, JudgementLowers, NoReason
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, version_in
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.talks.forms import NO, UNKNOWN, YES, ending_form, name_of, parts_of, questions_form
from portal.advocate.talks.question_pages import OpenTalk, ending_page, part_page, place, result_page

bp = Blueprint("questions", __name__)

CHANGED = "Someone else wrote here too. Check, then send again."


@bp.get("/cases/<uuid:case_id>/assessments/<uuid:assessment_id>")
@requires(Action.TALK_TOGETHER)
def show(case_id: UUID, assessment_id: UUID) -> ResponseReturnValue:
    """Show what it came to; one that was only begun goes on."""
    found = _open(case_id, assessment_id)
    if found.card.state is State.BEGUN:
        return redirect(_first(found), 303)
    return result_page(found)


@bp.get("/cases/<uuid:case_id>/assessments/<uuid:assessment_id>/parts/<int:part>")
@requires(Action.TALK_TOGETHER)
def part(case_id: UUID, assessment_id: UUID, part: int) -> ResponseReturnValue:
    """Show a page of questions."""
    found = _open(case_id, assessment_id)
    if found.card.state is not State.BEGUN or found.offered is None:
        return redirect(place(found, "questions.show"), 303)
    items = _items(found.offered, part)
    answers = {name_of(item): found.card.answers.get(item.number, Answer.NOT_ASKED).value for item in items}
    form = questions_form(found.offered, items)(data={**answers, "version": str(found.card.version)})
    return part_page(found, part, form)


@bp.post("/cases/<uuid:case_id>/assessments/<uuid:assessment_id>/parts/<int:part>")
@requires(Action.TALK_TOGETHER)
def answer(case_id: UUID, assessment_id: UUID, part: int) -> ResponseReturnValue:
    """Keep what was answered on this page, and go on; a yes on choking is answered on the very next page."""
    found = _open(case_id, assessment_id)
    if found.offered is None:
        return _gone(case_id)
    items = _items(found.offered, part)
    form = questions_form(found.offered, items).posted()
    if not form.validate():
        return part_page(found, part, form), 422
    answers = {item.number: Answer(form[name_of(item)].data) for item in items}
    try:
        with parts().vault.writing() as session:
            by, version = current_user.card.id, version_in(form["version"].data)
            assessments.save_answers(session, case_id, assessment_id, answers, version=version, by=by, now=now())
    except AlreadyMade:
        return _gone(case_id)
    except StaleVersion:
        again = _open(case_id, assessment_id)
        form["version"].data = str(again.card.version)
        return part_page(again, part, form, error=CHANGED), 409
    if part < len(parts_of(found.offered.instrument)):
        return redirect(place(found, "questions.part", part=part + 1), 303)
    return redirect(place(found, "questions.ending"), 303)


@bp.get("/cases/<uuid:case_id>/assessments/<uuid:assessment_id>/ending")
@requires(Action.TALK_TOGETHER)
def ending(case_id: UUID, assessment_id: UUID) -> ResponseReturnValue:
    """Ask for the total, where there is one, and for judgement."""
    found = _open(case_id, assessment_id)
    if found.card.state is not State.BEGUN or found.offered is None:
        return redirect(place(found, "questions.show"), 303)
    form = ending_form(found.offered.instrument)(data={"version": str(found.card.version)})
    return ending_page(found, form)


@bp.post("/cases/<uuid:case_id>/assessments/<uuid:assessment_id>/ending")
@requires(Action.TALK_TOGETHER)
def finish(case_id: UUID, assessment_id: UUID) -> ResponseReturnValue:
    """Weigh it and show the result. Once made it stays."""
    found = _open(case_id, assessment_id)
    if found.offered is None or found.card.state is not State.BEGUN:
        return _gone(case_id)
    form = ending_form(found.offered.instrument).posted()
    if not (form.validate() and _is_whole(form)):
        return ending_page(found, form), 422
    try:
        with parts().vault.writing() as session:
            by, version = current_user.card.id, version_in(form["version"].data)
            added = _finish(form)
            assessments.finish(
                session, case_id, assessment_id, added, offered=found.offered, version=version, by=by, now=now()
            )
    except (BadTotal, JudgementLowers, NoReason) as fault:
        form.error_of(*_MENDS[type(fault)])
        return ending_page(found, form), 422
    except StaleVersion:
        again = _open(case_id, assessment_id)
        form["version"].data = str(again.card.version)
        return ending_page(again, form, error=CHANGED), 409
    except (AlreadyMade, InstrumentOff):
        return _gone(case_id)
    return redirect(place(found, "questions.show"), 303)


_MENDS = {
    BadTotal: ("total", "There is no such total. Check the number."),
    JudgementLowers: ("raise_to", "Judgement can only raise a result. The answers reach this already."),
    NoReason: ("reason", "Say why you judge it higher."),
}


def _is_whole(form: StrictForm) -> bool:
    total = form["total"].data if "total" in form else ""
    if total and not (total.isascii() and total.isdecimal()):
        form.error_of("total", "Write a whole number, or leave it empty.")
    elif total and "certified" in form and not form["certified"].data:
        form.error_of("certified", "Only a certified assessor writes a total. Tick this, or leave the total empty.")
    return not form.errors


def _finish(form: StrictForm) -> Finish:
    total = form["total"].data if "total" in form else ""
    said = form["is_validated"].data if "is_validated" in form else UNKNOWN
    higher = form["raise_to"].data
    return Finish(
        total=int(total) if total else None,
        is_validated={YES: True, NO: False}.get(said),
        judgement=None if higher == NO else Judgement(higher, form["reason"].data),
        note=form["note"].data,
    )


def _open(case_id: UUID, assessment_id: UUID) -> OpenTalk:
    try:
        with parts().vault.writing() as session:
            head = head_of(session, current_user.card, case_id)
            card = assessment_cards.read_one(session, case_id, assessment_id, by=current_user.card.id, now=now())
    except NoSuchRecord:
        raise NoSuchCase from None
    return OpenTalk(head, card, parts().instruments.as_it_was(card.kept.instrument, card.kept.sha256))


def _first(found: OpenTalk) -> str:
    if found.offered is None:
        return url_for("assessments.index", case_id=found.head.id)
    if found.offered.instrument.takes_total:
        return place(found, "questions.ending")
    pages = parts_of(found.offered.instrument)
    open_ones = (n for n, items in enumerate(pages, 1) if any(item.number not in found.card.answers for item in items))
    first = next(open_ones, None)
    return place(found, "questions.part", part=first) if first else place(found, "questions.ending")


def _items(offered: Offered, part: int) -> tuple[Item, ...]:
    pages = parts_of(offered.instrument)
    if not 1 <= part <= len(pages):
        raise NoSuchCase
    return pages[part - 1]


def _gone(case_id: UUID) -> ResponseReturnValue:
    notice("talk_ended")
    return redirect(url_for("assessments.index", case_id=case_id), 303)
