"""A spoiled page: void for ever, and made again with another code."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import TextAreaField

from outreach.access import Action, NoSuchCase
from outreach.case_file.view import CaseHead, head_of
from outreach.messaging.errors import WrongState
from outreach.messaging.letters import release as letter_release
from outreach.records.work import Letter
from portal.advocate.cases.page import case_link
from portal.advocate.cases.pages import TaskPage
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, need
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render

bp = Blueprint("reprints", __name__)


class SpoiledForm(StrictForm):
    """What happened to the page."""

    reason = TextAreaField("What happened to the page?", [need("Write what happened."), at_most(300)])


@bp.get("/letters/<uuid:letter_id>/new-page")
@requires(Action.RELEASE_LETTER)
def new(letter_id: UUID) -> ResponseReturnValue:
    """Ask what happened."""
    return _page(letter_id, SpoiledForm())


@bp.post("/letters/<uuid:letter_id>/new-page")
@requires(Action.RELEASE_LETTER)
def create(letter_id: UUID) -> ResponseReturnValue:
    """Make the page void, and the letter again."""
    form, key = SpoiledForm.posted(), "page_again"
    if not form.validate():
        return _page(letter_id, form), 422
    with parts().vault.writing() as session:
        head = _head(session, letter_id)
        try:
            by = current_user.card.id
            letter_release.print_again(session, letter_id, form.reason.data, by=by, now=now())
        except WrongState:
            key = "ended"
    notice(key)
    return redirect(url_for("cases.show", case_id=head.id), 303)


def _head(session: Session, letter_id: UUID) -> CaseHead:
    letter = session.get(Letter, letter_id)
    if letter is None:
        raise NoSuchCase
    return head_of(session, current_user.card, letter.case_id)


def _page(letter_id: UUID, form: SpoiledForm) -> str:
    with parts().vault.reading() as session:
        head = _head(session, letter_id)
    here = url_for("cases.show", case_id=head.id)
    page = TaskPage(
        title="Make this page again",
        handle=head.handle,
        sentence="The old page is void for ever: shred it. The new page gets another code.",
        back=case_link(head.id, head.handle),
        form=form.card(url_for("reprints.create", letter_id=letter_id), "Make it again", cancel_href=here),
    )
    return render("tasks/show.html", page)
