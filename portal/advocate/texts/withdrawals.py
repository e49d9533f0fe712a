"""She wants no texts: by whatever route she said it, with effect at once for every phone of hers, or for one."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import DateField, RadioField, StringField, TimeField
from wtforms.validators import Optional

from outreach.access import Action, NoSuchCase
from outreach.case_file.view import head_of
from outreach.messaging.withdrawals import Route, Withdrawal, withdraw
from outreach.records.errors import NoSuchRecord
from portal.advocate import words
from portal.advocate.cards import Step
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, need, offer
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.texts.consent_cards import WithdrawalPage
from portal.advocate.texts.consent_words import ROUTES
from portal.advocate.texts.consents import opened

bp = Blueprint("withdrawals", __name__)

ALL, ONE = "all", "one"
SCOPES = {ALL: "All her phones. Choose this if you are not sure", ONE: "This phone only, she said"}
HEARD = (Route.CALL, Route.IN_PERSON, Route.LETTER, Route.TEXT, Route.OTHER)
"""Her own page records hers without us."""


class WithdrawalForm(StrictForm):
    """How she said it, for which phones, when, and who heard it."""

    route = RadioField(
        "How did she say it?",
        [need("Choose how.")],
        choices=offer((each.value, ROUTES[each]) for each in HEARD),
    )
    scope = RadioField("Which phones?", [need("Choose which.")], choices=offer(SCOPES.items()), default=ALL)
    said_on = DateField("On which day?", [Optional()], description="Leave it for today.")
    said_at = TimeField("At what time?", [Optional()])
    heard_by = StringField("Who heard or read it?", [need("Write who."), at_most(80)])

    def instant(self, zone: ZoneInfo, at: datetime) -> datetime:
        """Return when she said it: now, or on the day named, at the time named or the day's start."""
        if self.said_on.data is None and self.said_at.data is None:
            return at
        here = at.astimezone(zone)
        day = self.said_on.data or here.date()
        wall = self.said_at.data or (here.time() if day == here.date() else datetime.min.time())
        return datetime.combine(day, wall, zone)


@bp.get("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents/withdrawal")
@requires(Action.RECORD_CONSENT)
def new(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Ask how she said it; the rest is filled in."""
    return _page(case_id, destination_id, WithdrawalForm(data={"scope": ALL, "heard_by": current_user.card.name}))


@bp.post("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents/withdrawal")
@requires(Action.RECORD_CONSENT)
def create(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Stop texts by her word, at once; no machine lifts it."""
    form, card, at = WithdrawalForm.posted(), current_user.card, now()
    with parts().vault.reading() as session:
        head = head_of(session, card, case_id)
    is_good = form.validate()
    said_at = form.instant(ZoneInfo(head.standing.zone), at) if is_good else at
    if said_at > at:
        form.error_of("said_on", "This day or time is still to come.")
    if form.errors:
        return _page(case_id, destination_id, form), 422
    is_for_all = form.scope.data == ALL
    said = Withdrawal(route=Route(form.route.data), said_at=said_at, heard_by=form.heard_by.data, is_for_all=is_for_all)
    try:
        with parts().vault.writing() as session:
            head_of(session, card, case_id)
            withdraw(session, case_id, destination_id, said, by=card.id, now=at)
    except NoSuchRecord:
        raise NoSuchCase from None
    notice("no_texts" if is_for_all else "no_texts_here")
    return redirect(url_for("consents.show", case_id=case_id, destination_id=destination_id), 303)


def _page(case_id: UUID, destination_id: UUID, form: WithdrawalForm) -> str:
    head, record = opened(case_id, destination_id)
    named: dict[str, Any] = {"case_id": case_id, "destination_id": destination_id}
    here = url_for("consents.show", **named)
    label = words.destination_label(record.phone)
    page = WithdrawalPage(
        title="She wants no texts",
        handle=head.handle,
        back=Step(f"Texts to {label[0].lower()}{label[1:]}", here),
        form=form.card(url_for("withdrawals.create", **named), "Stop texts now", cancel_href=here),
    )
    return render("consents/withdrawal.html", page)
