"""What was set aside: the day, from whom, why and the mend; and noting that somebody has dealt with it."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from outreach.access import Action, NoSuchCase
from outreach.ingesting import quarantine
from outreach.ingesting.aside import SENTENCES, Unusable
from outreach.ingesting.quarantine import Aside, AsideLine, NotForAPerson
from outreach.records.errors import NoSuchRecord
from portal.advocate.cards import Step
from portal.advocate.doors import requires
from portal.advocate.forms import NoFields
from portal.advocate.moments import lateness, whole_day
from portal.advocate.pages import AsideRow, AsideSection
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice

bp = Blueprint("aside", __name__)


@bp.post("/set-aside/<uuid:deposit_id>/settlement")
@requires(Action.SETTLE_DEPOSIT)
def settle(deposit_id: UUID) -> ResponseReturnValue:
    """Take a deposit off the list, because somebody has dealt with it."""
    NoFields.posted()
    try:
        with parts().vault.writing() as session:
            quarantine.deal_with(session, deposit_id, by=current_user.card.id, now=now())
    except NoSuchRecord:
        raise NoSuchCase from None
    except NotForAPerson:
        notice("aside_stays")
    else:
        notice("dealt_with")
    return redirect(url_for("team.show"), 303)


def section(found: Aside) -> AsideSection:
    """Return the list as the supervisors' page shows it."""
    rows = tuple(_row(line) for line in found.lines)
    return AsideSection(rows=rows, more=max(0, found.total - len(rows)))


def _row(line: AsideLine) -> AsideRow:
    """The agency's name is inside, so nobody here knows it."""
    words = SENTENCES[line.why]
    dealt_with = Step("Dealt with", url_for("aside.settle", deposit_id=line.id), "post")
    return AsideRow(
        day=whole_day(line.set_aside_on),
        sender="Twilio" if isinstance(line.why, Unusable) else "An agency",
        cause=words.cause,
        remedy=words.remedy,
        due=lateness(line.due_at, now=now()) if line.due_at else "",
        steps=(dealt_with,) if line.may_be_settled(now().date()) else (),
    )
