"""The page of blank sheets, and each sheet as a file. They are the same for everyone, and hold nothing of anyone."""

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from outreach.access import Action, NoSuchCase
from outreach.paper_sheets import Paper, pdf_of
from portal.advocate.cards import Step
from portal.advocate.doors import requires
from portal.advocate.paper.pages import PaperFormsPage, SheetRow
from portal.advocate.paper.sheets import ABOUT, SHEETS
from portal.advocate.rendering import show as render

bp = Blueprint("paper_forms", __name__)

SIZES = {Paper.LETTER: "US Letter", Paper.A4: "A4"}


@bp.get("/paper-forms")
@requires(Action.SEE_MEETINGS)
def index() -> ResponseReturnValue:
    """Offer the sheets, and say how what is on them comes back in."""
    rows = tuple(
        SheetRow(title, said, tuple(_file(name, paper) for paper in Paper)) for name, (title, said) in ABOUT.items()
    )
    page = PaperFormsPage(back=Step("Your account", url_for("my_account.show")), rows=rows)
    return render("paper/index.html", page)


@bp.get("/paper-forms/<name>/<size>.pdf")
@requires(Action.SEE_MEETINGS)
def sheet(name: str, size: str) -> ResponseReturnValue:
    """Give one sheet."""
    if name not in SHEETS or size not in set(Paper):
        raise NoSuchCase
    answer = Response(pdf_of(SHEETS[name], Paper(size)), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{name}-{size}.pdf"'
    return answer


def _file(name: str, paper: Paper) -> Step:
    return Step(SIZES[paper], url_for("paper_forms.sheet", name=name, size=paper.value))
