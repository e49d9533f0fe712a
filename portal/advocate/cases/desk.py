"""Cases: the list by handle, one case, her details on request, the card to hold while calling."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from outreach.access import Action, NoSuchCase
from outreach.case_file.listing import CaseLine, page_of_cases
from outreach.case_file.view import CALLED, MASKED, REVEALED, CaseView, Way, open_case_view
from outreach.terms import Channel, Level
from portal.advocate import words
from portal.advocate.cases import brought
from portal.advocate.cases import page as case_page
from portal.advocate.contact import call_card
from portal.advocate.doors import requires
from portal.advocate.forms import NoFields
from portal.advocate.moments import moment
from portal.advocate.pages import CaseListPage, CaseListRow
from portal.advocate.parts import now, parts
from portal.advocate.rendering import show as render
from portal.advocate.texts.texting import why_none_leaves

bp = Blueprint("cases", __name__)

SHOWN = 50


@bp.get("/cases")
@requires(Action.SEE_CASES)
def index() -> ResponseReturnValue:
    """List the cases this person may see, by handle."""
    after = request.args.get("after", "")[:40]
    with parts().vault.reading() as session:
        found = page_of_cases(session, current_user.card, after=after, most=SHOWN)
    page = CaseListPage(
        rows=tuple(_row(each) for each in found.lines),
        sentence="Open cases by handle. Names are inside.",
        empty="No case yet. A supervisor hands them out." if not after else "No more cases.",
        newer_href=url_for("cases.index") if after else "",
        older_href=url_for("cases.index", after=found.next_after) if found.next_after else "",
    )
    return render("cases/list.html", page)


@bp.get("/cases/<uuid:case_id>")
@requires(Action.SEE_CASES)
def show(case_id: UUID) -> ResponseReturnValue:
    """Show a case with her name and numbers hidden; the look is recorded."""
    return _page(case_id, MASKED)


@bp.post("/cases/<uuid:case_id>/reveal")
@requires(Action.REVEAL_CASE)
def reveal(case_id: UUID) -> ResponseReturnValue:
    """Show a case with her name and numbers, on this answer only; recorded."""
    NoFields.posted()
    return _page(case_id, REVEALED)


@bp.get("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/call")
@requires(Action.LOG_ATTEMPT)
def call(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Show the call card of one phone, with its number; recorded."""
    at = now()
    with parts().vault.writing() as session:
        view = open_case_view(session, current_user.card, case_id, now=at, action=CALLED)
        way = next((each for each in view.ways if _is_call(each, destination_id)), None)
        if way is None:
            raise NoSuchCase
    return render("cases/call.html", call_card.card(view, way, now=at))


def _page(case_id: UUID, action: str) -> str:
    view, at = _open(case_id, action), now()
    with parts().vault.reading() as session:
        stopped = why_none_leaves(session, now=at)
    page = case_page.page(view, now=at, is_shown=action == REVEALED, no_text_leaves=stopped)
    return render("cases/show.html", page)


def _open(case_id: UUID, action: str) -> CaseView:
    with parts().vault.writing() as session:
        return open_case_view(session, current_user.card, case_id, now=now(), action=action)


def _is_call(way: Way, destination_id: UUID) -> bool:
    return way.destination.id == destination_id and way.channel is Channel.CALL


def _row(line: CaseLine) -> CaseListRow:
    standing = line.standing
    due = moment(line.next_due_at, now=now(), zone=ZoneInfo(standing.zone)) if line.next_due_at else None
    tasks = (
        "Nothing to do" if not line.open_tasks else "One task" if line.open_tasks == 1 else f"{line.open_tasks} tasks"
    )
    if line.is_unreadable:
        tasks = f"It can not be opened. {tasks}"
    if standing.brought_over is not None and not line.open_tasks:
        tasks = f"{brought.TITLE}. {'No contact' if standing.do_not_contact else 'Ask first'}"
    stopped = " Contact is paused." if standing.paused or standing.compromised else ""
    return CaseListRow(
        handle=line.handle,
        href=url_for("cases.show", case_id=line.id),
        level=words.level_chip(Level(standing.level)) if standing.level else None,
        sentence=f"{tasks}.{stopped}",
        next_due=due,
    )
