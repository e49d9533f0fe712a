"""Who is on call: the rota, its gaps, and how a colleague's own phone is paged."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import DateField, RadioField, SelectField, TimeField
from wtforms.validators import InputRequired

from outreach.access import Action, NoSuchCase, sees_cases
from outreach.on_duty import on_call, pagers
from outreach.on_duty.cover import uncovered_nights
from outreach.on_duty.on_call import BadShift, Gap, NewShift, Shift, Turn
from outreach.protocols.planning import protocol_of
from outreach.protocols.versions import current_texts
from outreach.records.errors import NoSuchRecord
from outreach.staff import staffing
from outreach.terms import Role
from portal.advocate.cards import Chip, Hold, Step
from portal.advocate.doors import requires
from portal.advocate.forms import NoFields, StrictForm, need, offer
from portal.advocate.moments import moment
from portal.advocate.on_duty.night_pages import RotaPage, ShiftRow
from portal.advocate.on_duty.unreached import phone_holds
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.words import full_stop

bp = Blueprint("rota", __name__)

SHOWN = timedelta(days=28)
_GAPS = 2
"""So many gaps are named at once; the rota shows more."""
_GAPS_SHOWN = 6
TURNS = {Turn.FIRST: Chip("First", "level", "dot"), Turn.SECOND: Chip("Second", "calm", "dot")}


class ShiftForm(StrictForm):
    """A colleague on call for a while, in the time of the office."""

    who = SelectField("Who", [need("Choose a colleague.")], choices=[])
    turn = RadioField(
        "Paged first or second?",
        [need("Choose one.")],
        choices=offer([(Turn.FIRST.value, "First"), (Turn.SECOND.value, "Second, when the first does not answer")]),
    )
    from_on = DateField("From, day", [InputRequired("Choose the day.")])
    from_at = TimeField("From, time", [InputRequired("Choose the time.")])
    to_on = DateField("To, day", [InputRequired("Choose the day.")])
    to_at = TimeField("To, time", [InputRequired("Choose the time.")])


@bp.get("/on-call")
@requires(Action.SEE_ROTA)
def show() -> ResponseReturnValue:
    """Show who is on call, and when nobody is."""
    return _page(ShiftForm(data={"turn": Turn.FIRST.value}))


@bp.post("/on-call/shifts")
@requires(Action.KEEP_ROTA)
def add() -> ResponseReturnValue:
    """Put a colleague on call."""
    form = ShiftForm.posted()
    with parts().vault.writing() as session:
        form.who.choices = colleagues(session)
        is_good = form.validate() and _added(session, form)
    if not is_good:
        return _page(form), 422
    notice("saved")
    return redirect(url_for("rota.show"), 303)


@bp.post("/on-call/shifts/<uuid:shift_id>/removal")
@requires(Action.KEEP_ROTA)
def take_away(shift_id: UUID) -> ResponseReturnValue:
    """Take a shift off the rota."""
    NoFields.posted()
    try:
        with parts().vault.writing() as session:
            on_call.take_away(session, shift_id, by=current_user.card.id, now=now())
    except NoSuchRecord:
        raise NoSuchCase from None
    notice("saved")
    return redirect(url_for("rota.show"), 303)


@bp.post("/on-call/phone")
@requires(Action.SEE_ROTA)
def new_phone() -> ResponseReturnValue:
    """Give one's own phone a new address to listen to, and show it on this answer only."""
    NoFields.posted()
    if not parts().pager_base:
        raise NoSuchCase
    with parts().vault.writing() as session:
        topic = pagers.new_topic(session, current_user.card.id, now=now())
    return _page(ShiftForm(data={"turn": Turn.FIRST.value}), topic=f"{parts().pager_base.rstrip('/')}/{topic}")


def _added(session: Session, form: ShiftForm) -> bool:
    zone = parts().zone
    begins_at = datetime.combine(form.from_on.data, form.from_at.data, tzinfo=zone)
    ends_at = datetime.combine(form.to_on.data, form.to_at.data, tzinfo=zone)
    new = NewShift(UUID(form.who.data), Turn(form.turn.data), begins_at, ends_at)
    try:
        on_call.add_shift(session, new, by=current_user.card.id, now=now())
    except BadShift:
        form.error_of("to_on", "A shift ends after it begins, is not over yet, and lasts two weeks at most.")
        return False
    return True


def colleagues(session: Session) -> list[tuple[str, str]]:
    """Return who may be put on call, to choose from; nobody is chosen beforehand."""
    people = (each for each in staffing.colleagues(session) if sees_cases(each.role) and each.may(Action.SEE_NIGHT))
    return [("", "Choose a colleague"), *((str(each.id), each.name) for each in people)]


def _page(form: ShiftForm, *, topic: str = "") -> str:
    at, zone, keeps = now(), parts().zone, current_user.card.may(Action.KEEP_ROTA)
    with parts().vault.reading() as session:
        shifts = on_call.shifts(session, since=at, until=at + SHOWN)
        gaps = on_call.gaps(session, since=at, until=at + SHOWN)
        unreached = phone_holds(session, at, is_rota=True)
        has_phone = pagers.topic_of(session, current_user.card.id) is not None
        form.who.choices = colleagues(session) if keeps else []
    page = RotaPage(
        sentence=_sentence(shifts, at),
        gaps=(*(_gap(each, at, zone) for each in gaps[:_GAPS_SHOWN]), *unreached),
        more_gaps=max(0, len(gaps) - _GAPS_SHOWN),
        shifts=tuple(_row(each, at, zone, keeps=keeps) for each in shifts),
        phone=_phone(has_phone),
        topic=topic,
        form=form.card(url_for("rota.add"), "Put on call") if keeps else None,
        weeks=Step("A week that repeats", url_for("rota_weeks.new")) if keeps else None,
    )
    return render("night/rota.html", page)


def _sentence(shifts: list[Shift], at: datetime) -> str:
    now_on = [each.name for each in shifts if each.begins_at <= at and each.turn is Turn.FIRST]
    return full_stop(f"On call now: {', '.join(now_on)}") if now_on else "Nobody is on call now."


def gap_holds(session: Session, at: datetime) -> tuple[Hold, ...]:
    """Return when nobody is on call in the next week although a clock runs, for those who can mend it."""
    texts = current_texts(session).values()
    found = uncovered_nights(session, [protocol_of(text) for text in texts], now=at)[:_GAPS]
    fill = Step("Fill the rota", url_for("rota.show"), look="main")
    return tuple(replace(_gap(each, at, parts().zone), steps=(fill,)) for each in found)


def _gap(gap: Gap, at: datetime, zone: ZoneInfo) -> Hold:
    begins, ends = moment(gap.begins_at, now=at, zone=zone), moment(gap.ends_at, now=at, zone=zone)
    since = "now" if gap.begins_at <= at else begins.words
    who = "Put someone on call." if current_user.card.role is Role.SUPERVISOR else "Tell a supervisor."
    return Hold(
        f"Nobody is on call from {since} to {ends.words}.", f"Supervisors are paged themselves meanwhile. {who}", ()
    )


def _row(shift: Shift, at: datetime, zone: ZoneInfo, *, keeps: bool) -> ShiftRow:
    away = Step("Take away", url_for("rota.take_away", shift_id=shift.id), "post", "quiet")
    handed = shift.handed_over_at
    said = f"Handed over {moment(handed, now=at, zone=zone).words}." if handed else ""
    return ShiftRow(
        shift.name,
        TURNS[shift.turn],
        moment(shift.begins_at, now=at, zone=zone),
        moment(shift.ends_at, now=at, zone=zone),
        said,
        (away,) if keeps else (),
    )


def _phone(has_phone: bool) -> Hold:
    if not parts().pager_base:
        return Hold(
            "Pages stand on your screen only.",
            "Keep a page of Wayside open while you are on call. Whoever runs Wayside can set up pages to phones.",
            (),
        )
    again = Step("Set it up again" if has_phone else "Set up my phone", url_for("rota.new_phone"), "post")
    if has_phone:
        remedy = "A new phone, or a lost one? Set it up again: the old one falls silent."
        return Hold("Your phone is paged.", remedy, (again,))
    return Hold("Your phone is not paged yet.", "Pages stand on your screen only until you set it up.", (again,))
