"""The outbox: what is held, not known, on the way and waiting, by handle; cancelling and giving another day."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import RadioField

from outreach.access import Action, NoSuchCase
from outreach.gate.reasons import REASONS
from outreach.messaging import rescheduling, texts
from outreach.messaging.errors import NotAllowed
from outreach.messaging.outbox import OutboxLine, Part, PartOfOutbox, find_line, part_of
from outreach.messaging.provider.report import report
from outreach.records.errors import NoSuchRecord
from portal.advocate.cards import Hold, Step
from portal.advocate.doors import requires
from portal.advocate.forms import NoFields, StrictForm, need, offer
from portal.advocate.moments import clock_words
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.team.alarms import alarms
from portal.advocate.texts import outbox_rows as rows
from portal.advocate.texts.outbox_pages import NewTimePage, OutboxPage, OutboxPartPage

bp = Blueprint("outbox", __name__)

SHOWN = 6
ON_A_PAGE = 25
MOST_PAGES = 400


class NewTimeForm(StrictForm):
    """The day on which the text shall leave."""

    day = RadioField("Which day?", [need("Choose a day.")], choices=[])


@bp.get("/outbox")
@requires(Action.SEE_OUTBOX)
def show() -> ResponseReturnValue:
    """Show the first texts of each part."""
    at, card = now(), current_user.card
    with parts().vault.reading() as session:
        found = [part_of(session, card, each, now=at, most=SHOWN) for each in Part]
        page = OutboxPage(
            sentence=rows.opening(found),
            alarms=alarms(session, now=at),
            sections=tuple(rows.section(each, now=at, all_href=_all(each)) for each in found),
            provider=rows.provider(report(session, now=at), now=at, zone=parts().zone),
        )
    return render("outbox/show.html", page)


@bp.get("/outbox/<part>")
@requires(Action.SEE_OUTBOX)
def show_part(part: str) -> ResponseReturnValue:
    """Show all texts of one part, page by page."""
    number = _page_number()
    if part not in {each.value for each in Part}:
        abort(404)
    at, card, skip = now(), current_user.card, number * ON_A_PAGE
    with parts().vault.reading() as session:
        found = part_of(session, card, Part(part), now=at, most=ON_A_PAGE, skip=skip)
        silent = alarms(session, now=at)
    section = rows.section(found, now=at)
    page = OutboxPartPage(
        title=section.title,
        sentence=f"{found.total} in all, {section.gloss}.",
        back=Step("Back to the outbox", url_for("outbox.show")),
        alarms=silent,
        section=section,
        newer_href=url_for("outbox.show_part", part=part, page=number - 1) if number else "",
        older_href=url_for("outbox.show_part", part=part, page=number + 1) if found.total > skip + ON_A_PAGE else "",
    )
    return render("outbox/part.html", page)


@bp.post("/outbox/texts/<uuid:text_id>/cancellation")
@requires(Action.RELEASE_TEXT)
def cancel(text_id: UUID) -> ResponseReturnValue:
    """Cancel a text that has not left, and come back to the outbox."""
    NoFields.posted()
    key = "outbox_cancelled"
    with parts().vault.writing() as session:
        try:
            texts.cancel(session, find_line(session, current_user.card, text_id).id, by=current_user.card.id, now=now())
        except NoSuchRecord:
            raise NoSuchCase from None
        except texts.TextGone:
            key = "text_gone"
    notice(key)
    return redirect(url_for("outbox.show"), 303)


@bp.get("/outbox/texts/<uuid:text_id>/new-time")
@requires(Action.RELEASE_TEXT)
def new_time(text_id: UUID) -> ResponseReturnValue:
    """Ask for another day."""
    return _time_page(text_id, NewTimeForm())


@bp.post("/outbox/texts/<uuid:text_id>/new-time")
@requires(Action.RELEASE_TEXT)
def move(text_id: UUID) -> ResponseReturnValue:
    """Move a text to another day, if the gate agrees."""
    form = NewTimeForm.posted(prepare=lambda form: _offer(form, text_id))
    if not form.validate():
        return _time_page(text_id, form), 422
    try:
        with parts().vault.writing() as session:
            line = _line(session, text_id)
            by = current_user.card.id
            rescheduling.reschedule(session, line.id, date.fromisoformat(form.day.data), by=by, now=now())
    except NotAllowed as refused:
        said = REASONS[refused.decision.reason].worded()
        return _time_page(text_id, form, hold=Hold(said.cause, said.remedy, ())), 409
    except rescheduling.NoSuchDay:
        form.error_of("day", "Her hours on that day are over. Choose another.")
        return _time_page(text_id, form), 422
    except texts.TextGone:
        notice("text_gone")
        return redirect(url_for("outbox.show"), 303)
    notice("text_moved")
    return redirect(url_for("outbox.show"), 303)


def _line(session: object, text_id: UUID) -> OutboxLine:
    try:
        return find_line(session, current_user.card, text_id)  # type: ignore[arg-type]
    except NoSuchRecord:
        raise NoSuchCase from None


def _offer(form: NewTimeForm, text_id: UUID) -> OutboxLine:
    """Fill in the days that can be chosen, and return whose text it is."""
    with parts().vault.reading() as session:
        line = _line(session, text_id)
        found = rescheduling.days(session, text_id, now=now()) if line.state in rescheduling.MOVABLE else ()
    form.day.choices = offer((each.on.isoformat(), _day_words(each, ZoneInfo(line.zone))) for each in found)
    return line


def _day_words(day: rescheduling.Day, zone: ZoneInfo) -> str:
    begins, ends = day.spans[0].begins_at.astimezone(zone), day.spans[-1].ends_at.astimezone(zone)
    return f"{day.on:%A, %B} {day.on.day}, between {clock_words(begins)} and {clock_words(ends)}"


def _time_page(text_id: UUID, form: NewTimeForm, *, hold: Hold | None = None) -> str:
    line = _offer(form, text_id)
    if not form.day.choices and hold is None:
        hold = rows.NO_DAYS if line.state in rescheduling.MOVABLE else rows.GONE
    page = NewTimePage(
        title="Another day for this text",
        handle=line.handle,
        back=Step("Back to the outbox", url_for("outbox.show")),
        sentence="You choose the day. The minute is picked by chance, inside her hours.",
        hold=hold,
        form=form.card(url_for("outbox.move", text_id=text_id), "Move it", cancel_href=url_for("outbox.show"))
        if form.day.choices
        else None,
    )
    return render("outbox/new-time.html", page)


def _all(found: PartOfOutbox) -> str:
    return url_for("outbox.show_part", part=found.part.value) if found.total > len(found.lines) else ""


def _page_number() -> int:
    said = request.args.get("page", "0")
    return min(int(said), MOST_PAGES) if said.isascii() and said.isdecimal() and len(said) < 6 else 0
