"""One call-in as a row: of the board, of the supervisors' page, of the page of its case."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_login import current_user

from outreach.call_ins.board import CallIn
from outreach.call_ins.interlock import Stand
from portal.advocate.call_ins import words
from portal.advocate.call_ins.pages import CallInRow
from portal.advocate.cards import Step
from portal.advocate.cases.pages import CallInLine
from portal.advocate.moments import moment
from portal.advocate.words import full_stop, level_chip


def row(each: CallIn, *, at: datetime) -> CallInRow:
    """Return a call-in for the board."""
    mine = each.assigned_to_id == current_user.card.id
    return CallInRow(
        handle=each.handle,
        href=url_for("cases.show", case_id=each.case_id),
        when=moment(each.at, now=at, zone=ZoneInfo(each.zone)),
        left=words.left_words(each.countdown),
        level=level_chip(each.level),
        state=words.chip(each.countdown),
        sentence=words.sentence(each, now=at),
        whose=full_stop("Your case" if mine else each.holder or "Nobody's case yet"),
        notes=_notes(each, at=at),
        steps=row_steps(each, is_ahead=each.at > at),
    )


def line(each: CallIn, *, at: datetime) -> CallInLine:
    """Return a call-in for the page of its case."""
    left = f"{words.left_words(each.countdown)}." if each.at > at else ""
    said = (left, words.sentence(each, now=at), *_notes(each, at=at))
    return CallInLine(
        when=moment(each.at, now=at, zone=ZoneInfo(each.zone)),
        state=words.chip(each.countdown),
        sentence=" ".join(part for part in said if part),
        steps=row_steps(each, is_ahead=each.at > at),
    )


def row_steps(each: CallIn, *, is_ahead: bool) -> tuple[Step, ...]:
    """Return the next thing to press for a call-in: first what an agency changed, else how to tell her."""
    named: dict[str, Any] = {"notice_id": each.task_id}
    page = url_for("call_in_closing.show", **named)
    if not is_ahead:
        return (Step("See it", page, look="quiet"),)
    if each.changes:
        check = url_for("tasks.show", task_id=each.changes[0].task_id)
        return (Step("Check the change", check, look="main"), Step("See what to try", page))
    if each.countdown.stand is Stand.NOT_TOLD:
        return (Step("See what to try", page, look="main"),)
    return (Step("See it", page, look="quiet"),)


def _notes(each: CallIn, *, at: datetime) -> tuple[str, ...]:
    return tuple(words.change_words(change, each, now=at) for change in each.changes) if each.at > at else ()
