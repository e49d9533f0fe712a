"""Protocols, for supervisors: which are in force, and a dry run of a text before two people make it current."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import HiddenField, TextAreaField

from outreach.access import Action
from outreach.protocols import changes as changing
from outreach.protocols import versions
from outreach.protocols.changes import AnotherWaits, NothingChanges, VersionNotNew
from outreach.protocols.protocol import Fault, ProtocolError
from portal.advocate.cards import Hold, Step
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, need
from portal.advocate.parts import now, parts
from portal.advocate.protocols.cards import fault_row
from portal.advocate.protocols.dry_run import dry_run_page, look
from portal.advocate.protocols.lists import protocols_page
from portal.advocate.protocols.pages import ProtocolTextPage
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render

bp = Blueprint("protocols", __name__)

LONGEST = 32_000


class TextForm(StrictForm):
    """A protocol, pasted or as a file."""

    OF_NO_ONE = ("text",)

    FILES = ("file",)
    text = TextAreaField("The text", [at_most(LONGEST)], description="Paste it here, or pick a file below.")


class AskForm(StrictForm):
    """Why it should change, with the text that was looked at."""

    text = HiddenField()
    reason = TextAreaField("Why should it change?", [need("Say why, for the second person."), at_most(500)])


@bp.get("/protocols")
@requires(Action.CHANGE_PROTOCOL)
def index() -> ResponseReturnValue:
    """Show what is in force, what waits and what was."""
    with parts().vault.reading() as session:
        page = protocols_page(session, now=now(), zone=parts().zone)
    return render("protocols/list.html", page)


@bp.get("/protocols/new")
@requires(Action.CHANGE_PROTOCOL)
def new() -> ResponseReturnValue:
    """Ask for a text; an earlier one is filled in where its digest is named."""
    with parts().vault.reading() as session:
        text = versions.text_of(session, request.args.get("like", "")) or ""
    return _text_page(TextForm(data={"text": text}))


@bp.post("/protocols/previews")
@requires(Action.CHANGE_PROTOCOL)
def preview() -> ResponseReturnValue:
    """Show what a text would do; or every fault of it, with the text as it was given."""
    form = TextForm.posted()
    fault = _take_file(form)
    form.validate()
    if fault is None and not form.text.data:
        form.error_of("text", "Paste a text, or pick a file.")
    if fault is not None or form.errors:
        return _text_page(form, () if fault is None else (fault,)), 422
    return _dry_run(form, AskForm(data={"text": versions.clean(form.text.data)}), versions.clean(form.text.data))


@bp.post("/protocols")
@requires(Action.CHANGE_PROTOCOL)
def create() -> ResponseReturnValue:
    """Ask for a text to be made current; a second person decides."""
    form = AskForm.posted()
    text = form.text.data = versions.clean(form.text.data)
    if not form.validate():
        return _dry_run(TextForm(data={"text": text}), form, text, status=422)
    try:
        with parts().vault.writing() as session:
            by = current_user.card.id
            change_id = changing.propose(session, text, because=form.reason.data, by=by, now=now())
    except (ProtocolError, changing.ProtocolNotTaken):
        return _dry_run(TextForm(data={"text": text}), form, text, status=409)
    notice("protocol_asked")
    return redirect(url_for("protocol_decisions.show", change_id=change_id), 303)


def _take_file(form: TextForm) -> Fault | None:
    """Put the picked file's text into the form, where there is one; return what keeps it from being read."""
    given = request.files.get("file")
    if given is None or not given.filename:
        return None
    try:
        form.text.data = given.read().decode("utf-8")
    except UnicodeDecodeError:
        return Fault("the file", "it is not UTF-8 text", "Save it as UTF-8, and pick it again.")
    return None


def _text_page(form: TextForm, faults: tuple[Fault, ...] = ()) -> str:
    here = url_for("protocols.index")
    page = ProtocolTextPage(
        back=Step("Protocols", here),
        form=form.card(url_for("protocols.preview"), "See what it does", cancel_href=here),
        faults=tuple(map(fault_row, faults)),
    )
    return render("protocols/new.html", page)


def _dry_run(typed: TextForm, form: AskForm, text: str, *, status: int = 200) -> ResponseReturnValue:
    """Show what a text would do, with the form that asks for it where it may be asked for."""
    hold = None
    with parts().vault.reading() as session:
        try:
            changing.check_new(session, text)
        except ProtocolError as error:
            return _text_page(typed, error.faults), 422
        except (NothingChanges, VersionNotNew) as why:
            return _text_page(typed, (_NOT_NEW[type(why)],)), 422
        except AnotherWaits:
            hold = Hold(
                "A change of this place waits already.",
                "Decide on that one first.",
                (Step("Protocols", url_for("protocols.index")),),
            )
        looked = look(session, text, after=now())
    asking = form.card(url_for("protocols.create"), "Ask a second person", cancel_href=url_for("protocols.index"))
    back = Step("Protocols", url_for("protocols.index"))
    page = dry_run_page(looked, title="What it would do", back=back, hold=hold, form=None if hold else asking)
    return render("protocols/dry-run.html", page), status


_NOT_NEW = {
    NothingChanges: Fault("The text", "this is in force already, word for word", "Change it, or leave it as it is."),
    VersionNotNew: Fault("version", "another text was in force under this version", "Give it a new version."),
}
