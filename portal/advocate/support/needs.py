"""What she needs: noting it, what was offered, accepted and done, and to whom she was sent."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import DateField, RadioField, TextAreaField
from wtforms.validators import Optional

from outreach import audit
from outreach.access import Action
from outreach.case_file.view import CaseHead, head_of, names_of
from outreach.support import needs, referrals, releases
from outreach.support.needs import LONGEST_NOTE, NeedCard, NeedKind, NeedSource, NeverStored, NewNeed
from portal.advocate.cards import Step
from portal.advocate.cases.page import case_link
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, need, offer
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.support import referral_rows
from portal.advocate.support.pages import NeedsPage
from portal.advocate.support.steps import NeedStepForm, take_step
from portal.advocate.support.words import KINDS, SOURCES, need_row, step_presses
from portal.advocate.when import read_day

bp = Blueprint("needs", __name__)


class NeedForm(StrictForm):
    """One need in two taps; the note may stay empty."""

    kind = RadioField("What does she need?", [need("Choose what she needs.")], choices=offer(KINDS.items()))
    source = RadioField(
        "Who named it?",
        choices=offer((each.value, SOURCES[each]) for each in (NeedSource.HERS, NeedSource.OURS)),
        default=NeedSource.HERS.value,
    )
    note = TextAreaField(
        "Anything to add",
        [at_most(LONGEST_NOTE)],
        description="May stay empty. Never where she is from, and nothing of visas: that need is legal help.",
    )
    on = DateField("On which day, if not today?", [Optional()])


@bp.get("/cases/<uuid:case_id>/needs")
@requires(Action.RECORD_NEED)
def index(case_id: UUID) -> ResponseReturnValue:
    """Show what she needs and what came of it; recorded."""
    return _page(case_id, NeedForm())


@bp.post("/cases/<uuid:case_id>/needs")
@requires(Action.RECORD_NEED)
def create(case_id: UUID) -> ResponseReturnValue:
    """Keep a need."""
    form = NeedForm.posted()
    with parts().vault.writing() as session:
        head = head_of(session, current_user.card, case_id)
        is_good = form.validate() and _kept(session, head, form)
    if not is_good:
        return _page(case_id, form), 422
    notice("saved")
    return redirect(url_for("needs.index", case_id=case_id), 303)


@bp.post("/cases/<uuid:case_id>/needs/<uuid:need_id>/steps")
@requires(Action.RECORD_NEED)
def take(case_id: UUID, need_id: UUID) -> ResponseReturnValue:
    """Note what came of a need, with one tap."""
    form = NeedStepForm.posted()
    with parts().vault.writing() as session:
        head_of(session, current_user.card, case_id)
        if form.validate():
            notice(take_step(session, case_id, need_id, form))
    return redirect(url_for("needs.index", case_id=case_id), 303)


def _kept(session: Session, head: CaseHead, form: NeedForm) -> bool:
    at = now()
    new = NewNeed(NeedKind(form.kind.data), NeedSource(form.source.data), form.note.data, read_day(form, head, now=at))
    if form.errors:
        return False
    try:
        needs.note_need(session, head.id, new, by=current_user.card.id, now=at)
    except NeverStored as refusal:
        form.error_of("note", str(refusal))
        return False
    return True


def _page(case_id: UUID, form: NeedForm) -> str:
    at, card = now(), current_user.card
    with parts().vault.writing() as session:
        head = head_of(session, card, case_id)
        kept = needs.needs_of(session, case_id)
        made, given = referrals.referrals_of(session, case_id), releases.releases_of(session, case_id)
        names = names_of(session, {each.by for row in kept for each in row.steps} | {each.made_by for each in made})
        audit.record(session, action="needs.read", by=card.id, cases=[case_id], now=at)
    page = NeedsPage(
        handle=head.handle,
        back=case_link(case_id, head.handle),
        rows=tuple(need_row(each, names=names, steps=_steps(head, each)) for each in kept),
        form=form.card(url_for("needs.create", case_id=case_id), "Note it"),
        refer=Step("Find a service", url_for("services.index", case=case_id), look="main"),
        referrals=tuple(referral_rows.referral(each, names) for each in made),
        releases=tuple(referral_rows.release(case_id, each, today=at.date()) for each in given),
    )
    return render("needs/index.html", page)


def _steps(head: CaseHead, card: NeedCard) -> tuple[Step, ...]:
    taps = step_presses("needs.take", head.id, card)
    if not card.is_open:
        return taps
    find = Step("Find a service", url_for("services.index", case=head.id, kind=card.kind.value), look="quiet")
    return (*taps, find)
