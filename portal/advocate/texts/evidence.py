"""The record of her yes and no to texts, to be printed for a regulator: it names a number, in part, and nobody."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from outreach.access import Action, NoSuchCase
from outreach.her_word.consent_view import (
    PRINTED,
    PRINTED_NUMBER,
    ConsentRecord,
    keep_why_number_is_shown,
    open_consent_record,
)
from outreach.messaging.consent_rows import ConfirmedHow, ConsentContent, Route, WithdrawalContent
from outreach.records.errors import NoSuchRecord
from outreach.terms import TextState
from portal.advocate import words
from portal.advocate.cards import Fact, Step
from portal.advocate.doors import requires
from portal.advocate.parts import now, parts
from portal.advocate.rendering import frame
from portal.advocate.texts.consent_cards import EvidenceEntry, EvidencePage, EvidenceText
from portal.advocate.texts.consent_words import HOW, ROUTES, NumberForm, language
from portal.advocate.texts.consents import record_page

bp = Blueprint("evidence", __name__)

CONFIRMED = {
    ConfirmedHow.CODE: "By a text from this number, with a code given to the person when they agreed",
    ConfirmedHow.CALL: "In a call we made to this number",
    ConfirmedHow.SEEN: "By a text from this number, which a member of staff checked",
}
BECAME = {
    TextState.SENDING: "given to the carrier; no answer yet",
    TextState.UNKNOWN: "not known if it was delivered",
    TextState.ACCEPTED: "accepted by the carrier",
    TextState.SENT: "sent by the carrier",
    TextState.DELIVERED: "delivered",
    TextState.UNDELIVERED: "not delivered",
    TextState.FAILED: "refused",
}


@bp.get("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents/evidence")
@requires(Action.RECORD_CONSENT)
def show(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Show the record as it is printed, with the last four digits; recorded."""
    return _printed(case_id, destination_id, because="")


@bp.post("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents/evidence")
@requires(Action.SHOW_CONSENT_NUMBER)
def show_number(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Show it with the whole number, on this answer only, for a reason that is kept; recorded as such."""
    form = NumberForm.posted()
    if not form.validate():
        return record_page(case_id, destination_id, reason_error=str(form.reason.errors[0])), 422
    return _printed(case_id, destination_id, because=form.reason.data)


def _printed(case_id: UUID, destination_id: UUID, *, because: str) -> str:
    at, card = now(), current_user.card
    action = PRINTED_NUMBER if because else PRINTED
    try:
        with parts().vault.writing() as session:
            if because:
                keep_why_number_is_shown(session, card, case_id, because=because, now=at)
            head, record = open_consent_record(session, card, case_id, destination_id, now=at, action=action)
    except NoSuchRecord:
        raise NoSuchCase from None
    back = Step("Back", url_for("consents.show", case_id=case_id, destination_id=destination_id))
    page = evidence_page(record, back, zone=ZoneInfo(head.standing.zone), now=at, is_whole=bool(because))
    return render_template("consents/evidence.html", page=page, frame=frame(with_forms=False))


def evidence_page(record: ConsentRecord, back: Step, *, zone: ZoneInfo, now: datetime, is_whole: bool) -> EvidencePage:
    """Return what is printed."""
    number = words.phone_words(record.phone.value) if is_whole else f"ending in {record.phone.value[-4:]}"
    dated = [
        *((datetime.fromisoformat(yes.said.recorded_at), _yes(yes.said, zone)) for yes in record.yeses),
        *((datetime.fromisoformat(no.said_at), _no(no, zone)) for no in record.noes),
    ]
    entries = tuple(entry for _, entry in sorted(dated, key=lambda pair: pair[0]))
    many = len(record.sent)
    return EvidencePage(
        title="Record of consent to text messages",
        back=back,
        number=number,
        state=_state(record),
        printed=_when(now, zone),
        zone=str(now.astimezone(zone).tzname()),
        entries=entries,
        texts=tuple(EvidenceText(_when(each.at, zone), BECAME[each.state]) for each in reversed(record.sent)),
        counted="No text was sent." if not many else "One text was sent." if many == 1 else f"{many} texts were sent.",
    )


def _state(record: ConsentRecord) -> str:
    if record.has_stopped:
        return "Withdrawn. No texts are sent to this number."
    if record.phone.text_consent_at is not None:
        return "Given, and confirmed from this number."
    return "Not in force. No texts are sent to this number."


def _yes(said: ConsentContent, zone: ZoneInfo) -> EvidenceEntry:
    return EvidenceEntry("Consent given", tuple(_facts(said, zone)))


def _facts(said: ConsentContent, zone: ZoneInfo) -> Iterator[Fact]:
    yield Fact("When", _when(datetime.fromisoformat(said.recorded_at), zone))
    yield Fact("How", f"{HOW[said.how]}, to a member of staff")
    yield Fact("Question, word for word", said.wording)
    yield Fact("Language", language(said.language))
    if said.after_stop:
        yield Fact("After a withdrawal", "Yes: the person asked for texts again")
    if said.confirmed_at is None:
        yield Fact("Confirmed from this number", "No. No text was sent on this consent")
    else:
        confirmed = CONFIRMED[ConfirmedHow(said.confirmed_how or "")]
        yield Fact(
            "Confirmed from this number", f"{_when(datetime.fromisoformat(said.confirmed_at), zone)}. {confirmed}"
        )


def _no(said: WithdrawalContent, zone: ZoneInfo) -> EvidenceEntry:
    facts = (
        Fact("When", _when(datetime.fromisoformat(said.said_at), zone)),
        Fact("In effect from", _when(datetime.fromisoformat(said.recorded_at), zone)),
        Fact("How", ROUTES[Route(said.route)]),
        Fact("For", "This number" if said.destination_id else "Every number of the person"),
    )
    return EvidenceEntry("Consent withdrawn", facts)


def _when(at: datetime, zone: ZoneInfo) -> str:
    here = at.astimezone(zone)
    return f"{here:%B} {here.day}, {here.year}, {here:%H:%M:%S} {here.tzname()}"
