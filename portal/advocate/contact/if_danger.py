"""What to ask when she wants no contact: if the danger grows, may we try once, and how? No, until she says yes."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import RadioField, TextAreaField

from outreach.access import Action, NoSuchCase
from outreach.case_file.view import head_of
from outreach.her_word.if_danger import HerAnswer, keep_answer
from portal.advocate.cases.page import case_link
from portal.advocate.cases.pages import TaskPage
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, need, offer
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render

bp = Blueprint("if_danger", __name__)

ANSWERS = (("no", "No, or we could not ask"), ("yes", "Yes, once"))


class DangerForm(StrictForm):
    """Her answer."""

    may_try = RadioField("What did she say?", [need("Choose one.")], choices=offer(ANSWERS), default="no")
    how = TextAreaField("How, in her words", [at_most(500)], description="Which way, which hours, what to say.")


@bp.get("/cases/<uuid:case_id>/if-danger")
@requires(Action.LOG_ATTEMPT)
def new(case_id: UUID) -> ResponseReturnValue:
    """Ask for her answer."""
    return _page(case_id, DangerForm())


@bp.post("/cases/<uuid:case_id>/if-danger")
@requires(Action.LOG_ATTEMPT)
def create(case_id: UUID) -> ResponseReturnValue:
    """Keep her answer."""
    form = DangerForm.posted()
    if form.validate() and form.may_try.data == "yes" and not form.how.data:
        form.error_of("how", "Write how she wants it, so that one try is the right one.")
    if form.errors:
        return _page(case_id, form), 422
    with parts().vault.writing() as session:
        _refuse_other(head_of(session, current_user.card, case_id).standing.do_not_contact)
        answer = HerAnswer(form.may_try.data == "yes", form.how.data)
        keep_answer(session, case_id, answer, by=current_user.card.id, now=now())
    notice("saved")
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _refuse_other(is_asked: bool) -> None:
    if not is_asked:
        raise NoSuchCase


def _page(case_id: UUID, form: DangerForm) -> str:
    with parts().vault.reading() as session:
        head = head_of(session, current_user.card, case_id)
    _refuse_other(head.standing.do_not_contact)
    here = url_for("cases.show", case_id=case_id)
    page = TaskPage(
        title="Ask now",
        handle=head.handle,
        sentence="“If the danger grows, may we try once? How?” Without a yes from her we never do.",
        back=case_link(case_id, head.handle),
        form=form.card(url_for("if_danger.create", case_id=case_id), "Save", cancel_href=here),
    )
    return render("tasks/show.html", page)
