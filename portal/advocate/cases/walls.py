"""Who may see a case: restricting it, keeping a colleague away, and what she says of the partner's work."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import UUID as IsUuid
from wtforms.validators import Optional

from outreach.access import Action, NoSuchCase
from outreach.case_file.view import head_of
from outreach.records.errors import NoSuchRecord, StaleVersion
from outreach.walls import partner_work
from outreach.walls.conflicts import NobodyLeft, let_back, wall_off
from outreach.walls.partner_work import PartnerWork
from outreach.walls.restricting import Cause, NotRestricted, lift, restrict
from outreach.walls.view import WallView, wall_view
from portal.advocate.cases import wall_cards
from portal.advocate.cases.banners import QUESTION
from portal.advocate.cases.page import case_link
from portal.advocate.cases.pages import TaskPage
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, need, offer
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render

bp = Blueprint("walls", __name__)

NOBODY = (
    "Nobody else would be left to see it, or a case that may be hers too. Have it given to someone else first, "
    "or ask the person who runs Wayside to add a supervisor."
)


class RestrictForm(StrictForm):
    """Why a case is restricted."""

    cause = RadioField("Why?", [need("Choose why.")], choices=offer(wall_cards.CAUSES.items()))
    colleague = SelectField(
        "Which colleague?",
        [Optional(), IsUuid()],
        choices=[],
        description="If it is one of us. They lose the case at once.",
    )
    words = TextAreaField("Say more", [need("Write why."), at_most(500)])


class WallForm(StrictForm):
    """Who is kept away, and why."""

    colleague = SelectField("Who?", [need("Choose a colleague."), IsUuid()], choices=[])
    words = TextAreaField("Why?", [need("Write why."), at_most(500)])


class EndForm(StrictForm):
    """Why it ends."""

    because = TextAreaField("Your reason", [need("Write your reason."), at_most(500)])


class WorkForm(StrictForm):
    """What she says of the partner's work."""

    answer = RadioField(
        "What does she say?",
        [need("Choose one.")],
        choices=offer(
            (
                (PartnerWork.NO.value, "No"),
                (PartnerWork.YES.value, "Yes, or a close friend or relative does"),
                (PartnerWork.UNKNOWN.value, "She does not know, or we could not ask"),
            )
        ),
    )


@bp.get("/cases/<uuid:case_id>/wall")
@requires(Action.RESTRICT_CASE)
def show(case_id: UUID) -> ResponseReturnValue:
    """Show who may see the case, and why others may not; recorded."""
    return _page(_open(case_id))


@bp.post("/cases/<uuid:case_id>/restriction")
@requires(Action.RESTRICT_CASE)
def create(case_id: UUID) -> ResponseReturnValue:
    """Restrict the case, and keep the colleague who is involved away from it."""
    form, view = RestrictForm.posted(), _open(case_id)
    _offer_colleagues(form, view)
    if form.validate() and form.cause.data == Cause.STAFF and not form.colleague.data:
        form.error_of("colleague", "Choose the colleague. If it is nobody on this list, choose another reason.")
    if form.errors:
        return _page(view, restricting=form), 422
    card = current_user.card
    try:
        with parts().vault.writing() as session:
            restrict(session, card, case_id, Cause(form.cause.data), words=form.words.data, now=now())
            if form.colleague.data:  # Whatever the cause: the page says that they lose the case at once.
                wall_off(session, card, case_id, UUID(form.colleague.data), words=form.words.data, now=now())
    except (NobodyLeft, NoSuchRecord):
        form.error_of("colleague", NOBODY)
        return _page(view, restricting=form), 422
    notice("restricted")
    return _to_today() if form.colleague.data == str(card.id) else _onward(case_id)


@bp.post("/cases/<uuid:case_id>/restriction/ending")
@requires(Action.LIFT_RESTRICTION)
def end(case_id: UUID) -> ResponseReturnValue:
    """Lift the restriction, with a supervisor's reason. No voided answer comes back."""
    form = EndForm.posted()
    if not form.validate():
        return _page(_open(case_id), lifting=form), 422
    try:
        with parts().vault.writing() as session:
            lift(session, current_user.card, case_id, because=form.because.data, now=now())
        notice("unrestricted")
    except NotRestricted:
        notice("ended")
    return _onward(case_id)


@bp.post("/cases/<uuid:case_id>/walls")
@requires(Action.RESTRICT_CASE)
def keep_away(case_id: UUID) -> ResponseReturnValue:
    """Keep a colleague away from the case."""
    form, view = WallForm.posted(), _open(case_id)
    _offer_colleagues(form, view)
    if not form.validate():
        return _page(view, walling=form), 422
    try:
        with parts().vault.writing() as session:
            colleague = UUID(form.colleague.data)
            wall_off(session, current_user.card, case_id, colleague, words=form.words.data, now=now())
    except (NobodyLeft, NoSuchRecord):
        form.error_of("colleague", NOBODY)
        return _page(view, walling=form), 422
    notice("walled")
    return _to_today() if colleague == current_user.card.id else _onward(case_id)


@bp.get("/cases/<uuid:case_id>/walls/<uuid:wall_id>/ending")
@requires(Action.LIFT_RESTRICTION)
def ending(case_id: UUID, wall_id: UUID) -> ResponseReturnValue:
    """Ask why a colleague may see the case again."""
    return _ending_page(case_id, wall_id, EndForm())


@bp.post("/cases/<uuid:case_id>/walls/<uuid:wall_id>/ending")
@requires(Action.LIFT_RESTRICTION)
def end_wall(case_id: UUID, wall_id: UUID) -> ResponseReturnValue:
    """Let a colleague back, with a supervisor's reason."""
    form = EndForm.posted()
    if not form.validate():
        return _ending_page(case_id, wall_id, form), 422
    try:
        with parts().vault.writing() as session:
            let_back(session, current_user.card, case_id, wall_id, because=form.because.data, now=now())
        notice("let_back")
    except NoSuchRecord:
        notice("ended")
    return _onward(case_id)


@bp.get("/cases/<uuid:case_id>/partner-work")
@requires(Action.RESTRICT_CASE)
def ask(case_id: UUID) -> ResponseReturnValue:
    """Ask where the partner works, as the first conversation does."""
    return _work_page(case_id, WorkForm())


@bp.post("/cases/<uuid:case_id>/partner-work")
@requires(Action.RESTRICT_CASE)
def keep_answer(case_id: UUID) -> ResponseReturnValue:
    """Keep her answer; a yes restricts the case."""
    form = WorkForm.posted()
    if not form.validate():
        return _work_page(case_id, form), 422
    answer = PartnerWork(form.answer.data)
    try:
        with parts().vault.writing() as session:
            partner_work.note(session, current_user.card, case_id, answer, now=now())
    except StaleVersion:
        form.error_of("answer", "Someone else changed this case just now. Send it again.")
        return _work_page(case_id, form), 409
    notice("restricted" if answer is PartnerWork.YES else "saved")
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _open(case_id: UUID) -> WallView:
    with parts().vault.writing() as session:
        return wall_view(session, current_user.card, case_id, now=now())


def _to_today() -> ResponseReturnValue:
    """Go where somebody who keeps themselves away from the case may be."""
    return redirect(url_for("today.show"), 303)


def _onward(case_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("walls.show", case_id=case_id), 303)


def _offer_colleagues(form: RestrictForm | WallForm, view: WallView) -> None:
    form.colleague.choices = offer([("", "Choose a colleague"), *((str(each.id), each.name) for each in view.others)])


def _page(
    view: WallView,
    *,
    restricting: RestrictForm | None = None,
    walling: WallForm | None = None,
    lifting: EndForm | None = None,
) -> str:
    restricting, walling, lifting = restricting or RestrictForm(), walling or WallForm(), lifting or EndForm()
    for form in (restricting, walling):
        _offer_colleagues(form, view)
    case_id, may_lift = view.head.id, current_user.card.may(Action.LIFT_RESTRICTION) and view.is_restricted
    page = wall_cards.page(
        view,
        now=now(),
        restrict=restricting.card(url_for("walls.create", case_id=case_id), "Restrict this case"),
        wall=walling.card(url_for("walls.keep_away", case_id=case_id), "Keep them away"),
        lift=lifting.card(url_for("walls.end", case_id=case_id), "Lift the restriction") if may_lift else None,
    )
    return render("cases/wall.html", page)


def _ending_page(case_id: UUID, wall_id: UUID, form: EndForm) -> str:
    view = _open(case_id)
    who = next((each.who for each in view.walls if each.id == wall_id), None)
    if who is None:
        raise NoSuchCase
    here = url_for("walls.show", case_id=case_id)
    page = TaskPage(
        title=f"Let {who} see this case again",
        handle=view.head.handle,
        sentence="They see it again as others of their role do. What was taken from them stays with who has it now. "
        "Say why that is safe now.",
        back=case_link(case_id, view.head.handle),
        form=form.card(url_for("walls.end_wall", case_id=case_id, wall_id=wall_id), "Let them back", cancel_href=here),
    )
    return render("tasks/show.html", page)


def _work_page(case_id: UUID, form: WorkForm) -> str:
    with parts().vault.reading() as session:
        head = head_of(session, current_user.card, case_id)
    page = TaskPage(
        title="Where does the partner work?",
        handle=head.handle,
        sentence=f"Ask her: “{QUESTION}” A yes restricts this case at once.",
        back=case_link(case_id, head.handle),
        form=form.card(
            url_for("walls.keep_answer", case_id=case_id), "Save", cancel_href=url_for("cases.show", case_id=case_id)
        ),
    )
    return render("tasks/show.html", page)
