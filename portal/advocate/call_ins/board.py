"""The board of call-ins: how much time is left, and who has not been told. For our own people alone."""

from datetime import date, datetime, timedelta

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from outreach.access import Action
from outreach.call_ins import board as call_in_board
from outreach.call_ins.board import Board, CallIn
from outreach.call_ins.interlock import Colour, Stand
from portal.advocate.call_ins import words
from portal.advocate.call_ins.calendar import calendar, count_words, long_day
from portal.advocate.call_ins.pages import CallInDay, CallInsPage
from portal.advocate.call_ins.rows import row
from portal.advocate.cards import Fact, Step
from portal.advocate.doors import requires
from portal.advocate.parts import now, parts
from portal.advocate.rendering import show as render
from portal.advocate.team.alarms import unreadable_cases
from portal.advocate.turning import asked_page, turn

bp = Blueprint("call_ins", __name__)

SHOWN = 60
"""Call-ins on one page; the picture and the counts are of all of them."""
EMPTY = "No call-in is set. When an agency names one, you see here how much time is left and who has to be told."
EMPTY_DAY = "No call-in on this day."


@bp.get("/call-ins")
@requires(Action.SEE_CALL_INS)
def index() -> ResponseReturnValue:
    """Show the call-ins ahead by day, those of which she was not told first."""
    at = now()
    with parts().vault.reading() as session:
        board = call_in_board.board_of(session, current_user.card, now=at)
    return render("call-ins/list.html", _page(board, chosen=_chosen(), at=at))


def _chosen() -> date | None:
    """Return the day the address names; every day where it names none that there is."""
    try:
        return date.fromisoformat(request.args.get("on", "")[:10])
    except ValueError:
        return None


def _page(board: Board, *, chosen: date | None, at: datetime) -> CallInsPage:
    every = [each for each in (*board.ahead, *board.passed) if chosen in (None, each.on)]
    on = {"on": chosen.isoformat()} if chosen else {}
    page = min(asked_page(), max(1, -(-len(every) // SHOWN)))
    here = every[(page - 1) * SHOWN : page * SHOWN]
    shown, passed = ([each for each in here if (each.at > at) is is_ahead] for is_ahead in (True, False))
    today = at.astimezone(parts().zone).date()
    return CallInsPage(
        sentence=_opening(board.ahead),
        calendar=calendar(board.ahead, today=today, chosen=chosen),
        counts=_counts((*board.ahead, *board.passed)),
        days=tuple(_day(on, found, today=today, at=at) for on, found in sorted(call_in_board.by_day(shown).items())),
        passed=tuple(row(each, at=at) for each in passed),
        empty=EMPTY_DAY if chosen else EMPTY,
        all_days=Step("Show every day", url_for("call_ins.index")) if chosen else None,
        holds=unreadable_cases(board.unreadable),
        turn=turn("call_ins.index", page, is_more=page * SHOWN < len(every), **on),
        more=board.more,
    )


def _opening(ahead: tuple[CallIn, ...]) -> str:
    red = [each for each in ahead if each.countdown.colour is Colour.RED]
    amber = [each for each in ahead if each.countdown.colour is Colour.AMBER]
    if red:
        first = min(red, key=lambda each: each.at)
        left = words.left_words(first.countdown)
        many = "One person has" if len(red) == 1 else f"{len(red)} people have"
        return f"{many} not been told in time. Begin with {first.handle}: {left}."
    if amber:
        first = min(amber, key=lambda each: each.due_at)
        many = "One person has" if len(amber) == 1 else f"{len(amber)} people have"
        return f"{many} still to be told. Begin with {first.handle}."
    return "Everyone who can be told has been told." if ahead else "No call-in is ahead."


def _counts(found: tuple[CallIn, ...]) -> tuple[Fact, ...]:
    """Return how many stand how: what was closed without her is never counted as told."""
    counted = call_in_board.counts_of(found)
    labels = {Stand.NOT_TOLD: words.NOT_TOLD.word, **{stand: chip.word for stand, chip in words.CHIPS.items()}}
    return tuple(Fact(labels[stand], str(counted[stand])) for stand in Stand if counted[stand])


def _day(on: date, found: list[CallIn], *, today: date, at: datetime) -> CallInDay:
    near = {today: "today, ", today + timedelta(days=1): "tomorrow, "}.get(on, "")
    return CallInDay(
        key=f"on-{on.isoformat()}",
        title=long_day(on),
        gloss=f"{near}{count_words(found)}",
        rows=tuple(row(each, at=at) for each in found),
    )
