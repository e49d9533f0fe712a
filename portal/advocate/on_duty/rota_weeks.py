"""A week that repeats on the rota: who, for how long; looked at first, then kept."""

from datetime import datetime, time, timedelta
from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import DateField, SelectField, TimeField
from wtforms.validators import InputRequired

from outreach.access import Action
from outreach.on_duty import weeks
from outreach.on_duty.on_call import BadShift, Gap
from outreach.on_duty.weeks import Pattern, Preview
from portal.advocate.cards import Field, Form, Hold, Step
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, need, offer
from portal.advocate.moments import moment
from portal.advocate.on_duty.night_pages import RotaWeekPage, ShiftRow
from portal.advocate.on_duty.rota import TURNS, colleagues
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render

bp = Blueprint("rota_weeks", __name__)

WEEKS = (("1", "One week"), ("4", "Four weeks"), ("13", "Three months"), ("26", "Half a year"))
EVERY = (("1", "Each week"), ("2", "Every second week"), ("3", "Every third week"), ("4", "Every fourth week"))
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
INSTEAD = tuple(f"on_{number}" for number in range(len(NAMES)))
NEAR = timedelta(days=366)
ROWS_SHOWN, GAPS_SHOWN = 60, 6
LEAD = "Fill it once for a week. You see each shift before any of them counts."


class WeekForm(StrictForm):
    """One week, and how long it goes on."""

    first = SelectField("First, each day", [need("Choose a colleague.")], choices=[])
    second = SelectField("Second, when the first does not answer", choices=[])
    begins_on = DateField("From, day", [InputRequired("Choose the day.")])
    changes_at = TimeField("Hands over each day at", [InputRequired("Choose the time.")], default=time(8))
    weeks = SelectField("For how long?", choices=offer(WEEKS), default="13")
    every = SelectField("Which weeks?", choices=offer(EVERY))
    on_0 = SelectField("Monday, another first", choices=[])
    on_1 = SelectField("Tuesday, another first", choices=[])
    on_2 = SelectField("Wednesday, another first", choices=[])
    on_3 = SelectField("Thursday, another first", choices=[])
    on_4 = SelectField("Friday, another first", choices=[])
    on_5 = SelectField("Saturday, another first", choices=[])
    on_6 = SelectField("Sunday, another first", choices=[])

    def pattern(self) -> Pattern:
        """Return what was chosen; the form was checked."""
        instead = {number: UUID(self[name].data) for number, name in enumerate(INSTEAD) if self[name].data}
        return Pattern(
            begins_on=self.begins_on.data,
            weeks=int(self.weeks.data),
            every=int(self.every.data),
            changes_at=self.changes_at.data,
            first=UUID(self.first.data),
            second=UUID(self.second.data) if self.second.data else None,
            instead=instead,
        )


@bp.get("/on-call/weeks/new")
@requires(Action.KEEP_ROTA)
def new() -> ResponseReturnValue:
    """Ask who is on call in a week, and for how long."""
    form = WeekForm()
    with parts().vault.reading() as session:
        _offer(form, session)
    form.begins_on.data = now().astimezone(parts().zone).date()
    return _page(form)


@bp.post("/on-call/weeks/preview")
@requires(Action.KEEP_ROTA)
def preview() -> ResponseReturnValue:
    """Show each shift that a week would make, and what stays without anybody; nothing is kept."""
    form, at = WeekForm.posted(), now()
    with parts().vault.reading() as session:
        _offer(form, session)
        if not _is_whole(form):
            return _page(form), 422
        found = weeks.preview(session, form.pattern(), parts().zone, now=at)
        names = dict(_names(session))
    if not found.fresh:
        form.error_of("begins_on", "Nothing new comes of this: it is over, or on the rota.")
        return _page(form), 422
    return _page(form, found, names)


@bp.post("/on-call/weeks")
@requires(Action.KEEP_ROTA)
def create() -> ResponseReturnValue:
    """Put the shifts on the rota."""
    form = WeekForm.posted()
    with parts().vault.writing() as session:
        _offer(form, session)
        is_good = _is_whole(form) and _kept(session, form)
    if not is_good:
        return _page(form), 422
    notice("rota_filled")
    return redirect(url_for("rota.show"), 303)


def _is_whole(form: WeekForm) -> bool:
    if not form.validate():
        return False
    if abs(form.begins_on.data - now().astimezone(parts().zone).date()) > NEAR:
        form.error_of("begins_on", "Choose a day within a year.")
    return not form.errors


def _kept(session: Session, form: WeekForm) -> bool:
    try:
        weeks.keep(session, form.pattern(), parts().zone, by=current_user.card.id, now=now())
    except BadShift:
        form.error_of("first", "Somebody there takes no cases any more. Choose again.")
        return False
    return True


def _names(session: Session) -> list[tuple[str, str]]:
    return [(value, label) for value, label in colleagues(session) if value]


def _offer(form: WeekForm, session: Session) -> None:
    named = _names(session)
    form.first.choices = offer([("", "Choose a colleague"), *named])
    form.second.choices = offer([("", "Nobody"), *named])
    for name in INSTEAD:
        form[name].choices = offer([("", "The same"), *named])


def _page(form: WeekForm, found: Preview | None = None, names: dict[str, str] | None = None) -> str:
    back = Step("On call", url_for("rota.show"))
    asked = form.card(url_for("rota_weeks.preview"), "Show the shifts", cancel_href=url_for("rota.show"))
    if found is None:
        return render("night/weeks.html", RotaWeekPage(back=back, sentence=LEAD, form=asked, folded=INSTEAD))
    at, rows = now(), len(found.fresh)
    shown = found.fresh[:ROWS_SHOWN]
    page = RotaWeekPage(
        back=back,
        sentence=f"This makes {rows} shift{'s' if rows > 1 else ''}. None of them counts yet.",
        form=asked,
        folded=INSTEAD,
        gaps=tuple(_gap(each, at) for each in found.gaps[:GAPS_SHOWN]),
        more_gaps=max(0, len(found.gaps) - GAPS_SHOWN),
        shifts=tuple(
            ShiftRow(
                (names or {})[str(each.staff_id)],
                TURNS[each.turn],
                moment(each.begins_at, now=at, zone=parts().zone),
                moment(each.ends_at, now=at, zone=parts().zone),
                "",
            )
            for each in shown
        ),
        more=rows - len(shown),
        keep=_hidden(form),
    )
    return render("night/weeks.html", page)


def _gap(gap: Gap, at: datetime) -> Hold:
    zone = parts().zone
    since = "now" if gap.begins_at <= at else moment(gap.begins_at, now=at, zone=zone).words
    until = moment(gap.ends_at, now=at, zone=zone).words
    return Hold(f"Nobody is on call from {since} to {until}.", "Supervisors are paged themselves meanwhile.", ())


def _hidden(form: WeekForm) -> Form:
    """Return the same answers as a form of one button: what was looked at is what is kept."""
    given = tuple(Field(each.name, each.label.text, "hidden", _typed(each)) for each in form)
    return Form(url_for("rota_weeks.create"), "Put them on the rota", given)


def _typed(field: object) -> str:
    return str(field.data or "") if isinstance(field, SelectField) else str(field._value())  # type: ignore[attr-defined]
