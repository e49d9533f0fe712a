"""A supervisor's look at the paper: she was told before a call-in, and it was written down after."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from outreach.access import Action, NoSuchCase
from outreach.call_ins.board import find_call_in
from outreach.call_ins.closing import MayNotClose
from outreach.call_ins.late_tellings import Seen, sign
from portal.advocate.call_ins.closing import page_of
from portal.advocate.call_ins.late_tellings import LookForm
from portal.advocate.doors import requires
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice

bp = Blueprint("paper_looks", __name__)


@bp.post("/call-ins/<uuid:notice_id>/paper")
@requires(Action.SIGN_CALL_IN)
def create(notice_id: UUID) -> ResponseReturnValue:
    """Keep what a supervisor found, with the name under it."""
    form, card = LookForm.posted(), current_user.card
    with parts().vault.reading() as session:
        find_call_in(session, card, notice_id, now=now())
    if not form.validate():
        return page_of(notice_id, look=form), 422
    said = "saved"
    try:
        with parts().vault.writing() as session:
            sign(session, card, notice_id, seen=Seen(form.found.data), reason=form.reason.data, now=now())
    except MayNotClose:
        form.error_of("found", "You wrote it down. Another supervisor looks at it.")
        return page_of(notice_id, look=form), 422
    except NoSuchCase:
        said = "ended"
    notice(said)
    return redirect(url_for("call_in_closing.show", notice_id=notice_id), 303)
