"""
An e-mail to her: an advocate writes it in their own work mailbox, after the gate said yes. Nothing here sends.

The address is shown as plain words and never as a link: a mailto link would be kept by the browser, open whatever mail
program the device has, and may fill in a sender or copy nobody chose.
"""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from outreach.access import Action, NoSuchCase
from outreach.case_file.view import WRITTEN, CaseView, Way, head_of, open_case_view
from outreach.her_word.email_stops import stop_email
from outreach.records.errors import NoSuchRecord
from outreach.safe_contact import Allowed
from outreach.terms import Channel, Outcome
from portal.advocate import words
from portal.advocate.cards import Step
from portal.advocate.cases.page import case_link
from portal.advocate.contact import ways
from portal.advocate.contact.pages import EmailCardPage
from portal.advocate.doors import requires
from portal.advocate.forms import NoFields
from portal.advocate.moments import moment
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render

bp = Blueprint("emails", __name__)

PLAIN_SUBJECT = "Hello"
"""Where she named none."""
MAY_SAY = (
    "A time, a place she knows, or “Please call me when it suits you.”",
    "Nothing of the partner, police, court, a case or our work. It stays there for whoever opens it later.",
)
RULES = (
    "Type the address by hand and check each letter. Do not let the mail program fill it in.",
    "Write to her alone: no copy to anyone, no file, no link, no receipt.",
    "Start a new e-mail, and take off your signature and your group's name.",
    "If an answer comes, anyone may have written it. Call before you act on it.",
)
OUTCOMES = {
    Outcome.NO_ANSWER: "Sent, no answer yet",
    Outcome.REACHED: "An answer came",
    Outcome.RETURNED_MAIL: "It came back",
}
COMES_LATER = (Outcome.REACHED, Outcome.RETURNED_MAIL)
"""What may be told when the hour in which one may write is long over."""


@bp.get("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/email")
@requires(Action.LOG_ATTEMPT)
def show(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Show what to hold beside the mailbox; the address only while the gate says yes. Recorded."""
    at = now()
    with parts().vault.writing() as session:
        view = open_case_view(session, current_user.card, case_id, now=at, action=WRITTEN)
        way = next((each for each in view.ways if _is_email(each, destination_id)), None)
        if way is None:
            raise NoSuchCase
    return render("cases/email.html", card(view, way, now=at))


@bp.post("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/email-stop")
@requires(Action.RECORD_CONSENT)
def stop(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Stop e-mail by her word, with one tap."""
    NoFields.posted()
    card = current_user.card
    try:
        with parts().vault.writing() as session:
            head_of(session, card, case_id)
            stop_email(session, case_id, destination_id, by=card.id, now=now())
    except NoSuchRecord:
        raise NoSuchCase from None
    notice("no_email")
    return redirect(url_for("cases.show", case_id=case_id), 303)


def card(view: CaseView, way: Way, *, now: datetime) -> EmailCardPage:
    """Return the card of one e-mail address. Opening it was recorded."""
    case_id, decision, mine = view.head.id, way.decision, way.destination
    is_open = isinstance(decision, Allowed)
    else_at: dict[str, Any] = {"destination": mine.id, "channel": Channel.EMAIL.value}
    zone = ZoneInfo(view.head.standing.zone)
    return EmailCardPage(
        title=f"E-mail, {view.head.handle}",
        back=case_link(case_id, view.head.handle),
        address=mine.value if is_open else "",
        chip=words.gate_chip(decision),
        until=moment(decision.until, now=now, zone=zone) if isinstance(decision, Allowed) else None,
        hold=ways.hold(view, way, now=now),
        subject=mine.subject or PLAIN_SUBJECT,
        sender=mine.name_to_use,
        may_say=MAY_SAY,
        rules=(*_avoid(mine.words_to_avoid), *RULES),
        outcomes=tuple(_outcome(view, way, each) for each in OUTCOMES if is_open or each in COMES_LATER),
        no_email=ways.no_email(case_id, way),
        someone_else=Step(
            "Someone else wrote back", url_for("someone_else.new", case_id=case_id, **else_at), look="stop"
        ),
    )


def _outcome(view: CaseView, way: Way, outcome: Outcome) -> Step:
    chosen: dict[str, Any] = {
        "destination": way.destination.id,
        "channel": Channel.EMAIL.value,
        "outcome": outcome.value,
    }
    if outcome is Outcome.REACHED:
        chosen["she_contacted_us"] = "yes"  # What came from her is no try of ours.
    href = url_for("attempts.new", case_id=view.head.id, **chosen)
    return Step(OUTCOMES[outcome], href, look="main" if outcome is Outcome.NO_ANSWER else "plain")


def _avoid(several: tuple[str, ...]) -> tuple[str, ...]:
    return (f"Do not write: {', '.join(several)}.",) if several else ()


def _is_email(way: Way, destination_id: UUID) -> bool:
    return way.destination.id == destination_id and way.channel is Channel.EMAIL
