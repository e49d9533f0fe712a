"""Where texts to one phone stand, in words: on, waiting for its confirmation, stopped, or never asked."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_login import current_user
from wtforms import TextAreaField

from outreach.access import Action
from outreach.case_file.view import CaseHead
from outreach.her_word.consent_view import ConsentRecord
from outreach.messaging.consent import WAITS
from outreach.messaging.consent_rows import ConfirmedHow, ConsentContent, Route, WithdrawalContent
from portal.advocate import words
from portal.advocate.cards import Chip, Form, Hold, Step
from portal.advocate.cases.page import case_link
from portal.advocate.cases.pages import TimelineRow
from portal.advocate.forms import StrictForm, at_most, need
from portal.advocate.moments import moment
from portal.advocate.texts.consent_cards import Code, ConsentRecordPage

LANGUAGES = {"en": "English", "es": "Spanish"}
HOW = {"in_person": "In person", "live_call": "In a live call", "code_word": "With her code word"}
CONFIRMED = {
    ConfirmedHow.CODE: "The code she was told came from it.",
    ConfirmedHow.CALL: "We called this number and she said yes.",
    ConfirmedHow.SEEN: "A yes came from it, and we made sure it was hers.",
}
ROUTES = {
    Route.CALL: "In a call",
    Route.IN_PERSON: "In person",
    Route.TEXT: "By text",
    Route.LETTER: "In a letter",
    Route.HER_PAGE: "On her own page",
    Route.OTHER: "In another way",
}
SEND_START = "If she had stopped them with the word STOP, ask her to send START first, then the code."
THEN_YOU = "When the code is here, come back to this page. Only you can start texts again."


class NumberForm(StrictForm):
    """Why the whole number must be on the print."""

    reason = TextAreaField("Why is the whole number needed?", [need("Write why."), at_most(300)])


def page(head: CaseHead, record: ConsentRecord, *, now: datetime, reason_error: str = "") -> ConsentRecordPage:
    """Return the page of one phone's record."""
    zone = ZoneInfo(head.standing.zone)
    named: dict[str, Any] = {"case_id": head.id, "destination_id": record.phone.id}
    chip, sentence, steps = _state(record, named)
    label = words.destination_label(record.phone)
    return ConsentRecordPage(
        title=f"Texts to {label[0].lower()}{label[1:]}",
        handle=head.handle,
        back=case_link(head.id, head.handle),
        chip=chip,
        sentence=sentence,
        code=_code(record, now=now, zone=zone),
        reply=_reply(record, named, now=now, zone=zone),
        steps=steps,
        history=tuple(_history(record, now=now, zone=zone)),
        print_step=Step("Print the record", url_for("evidence.show", **named)),
        number_form=_number_form(named, reason_error),
    )


def _state(record: ConsentRecord, named: dict[str, Any]) -> tuple[Chip, str, tuple[Step, ...]]:
    ask = Step("She says yes", url_for("consents.new", **named), look="main")
    stop = Step("She wants no texts", url_for("withdrawals.new", **named), look="stop")
    called = Step(
        "I called this number and she said yes",
        url_for("consents.confirm", **named),
        "post",
        hidden=(("how", ConfirmedHow.CALL.value),),
    )
    if record.waiting is not None:
        said = "She said yes. Texts stay off until this phone confirms it."
        return Chip("Waits", "ask", "clock"), said, (called, stop)
    if record.has_stopped:
        said = "She stopped texts. None goes to any phone of hers. If she asks for them again, live, note it here."
        return words.STOPPED, said, (Step("She wants texts again", ask.href), stop)
    if record.phone.text_consent_at is not None:
        return Chip("On", "safe", "tick"), "She said yes, and this phone confirmed it.", (stop,)
    if record.yeses and record.yeses[0].said.confirmed_at is None and not _was_withdrawn(record):
        return words.NOT_KNOWN, "This phone did not confirm her yes in time. Ask her again.", (ask, stop)
    if record.noes:
        return words.STOPPED, "She wanted no texts to this phone. If she says yes again, live, note it.", (ask, stop)
    if record.yeses:
        return words.NOT_KNOWN, "Her yes was taken back, as texts did not get through. Ask her again.", (ask, stop)
    return words.NOT_KNOWN, "She has not said yes to texts here. Ask her in person or in a live call.", (ask, stop)


def _was_withdrawn(record: ConsentRecord) -> bool:
    return any(no.recorded_at >= record.yeses[0].said.recorded_at for no in record.noes)


def _code(record: ConsentRecord, *, now: datetime, zone: ZoneInfo) -> Code | None:
    if record.waiting is None:
        return None
    said = record.waiting.said
    until = datetime.fromisoformat(said.recorded_at) + WAITS
    hint = f"{SEND_START} {THEN_YOU}" if said.after_stop else ""
    return Code(digits=said.code, until=moment(until, now=now, zone=zone), hint=hint)


def _reply(record: ConsentRecord, named: dict[str, Any], *, now: datetime, zone: ZoneInfo) -> Hold | None:
    if record.waiting is None or record.waiting.said.replied_at is None:
        return None
    said = record.waiting.said
    came = moment(datetime.fromisoformat(said.replied_at or ""), now=now, zone=zone).words
    what = "The right code" if said.reply_was_code else "A yes without the code"
    seen = Step(
        "It was hers, start texts",
        url_for("consents.confirm", **named),
        "post",
        hidden=(("how", ConfirmedHow.SEEN.value),),
    )
    remedy = "Anyone who holds the phone can write. Was it she? Ask her live if you are not sure."
    return Hold(f"{what} came from this phone {came}.", remedy, (seen,))


def _history(record: ConsentRecord, *, now: datetime, zone: ZoneInfo) -> Iterator[TimelineRow]:
    found = [*(row for yes in record.yeses for row in _yes(yes.said)), *(_no(no) for no in record.noes)]
    for at, by, title, said in sorted(found, reverse=True):
        yield TimelineRow(when=moment(at, now=now, zone=zone), by=by, title=title, words=said)


def _yes(said: ConsentContent) -> Iterator[tuple[datetime, str, str, str]]:
    asked = f"{HOW[said.how]}, in {language(said.language)}: “{said.wording}”"
    yield datetime.fromisoformat(said.recorded_at), said.heard_by, "She said yes to texts.", asked
    if said.confirmed_at is not None:
        how = CONFIRMED[ConfirmedHow(said.confirmed_how or "")]
        yield datetime.fromisoformat(said.confirmed_at), "This phone", "Confirmed.", how


def _no(said: WithdrawalContent) -> tuple[datetime, str, str, str]:
    scope = "For this phone." if said.destination_id else "For all her phones."
    by = said.heard_by or "This phone"
    return (
        datetime.fromisoformat(said.said_at),
        by,
        "She wanted no more texts.",
        f"{ROUTES[Route(said.route)]}. {scope}",
    )


def language(tag: str) -> str:
    """Return a language as people call it."""
    return LANGUAGES.get(tag, tag)


def _number_form(named: dict[str, Any], error: str) -> Form | None:
    if not current_user.card.may(Action.SHOW_CONSENT_NUMBER):
        return None
    form = NumberForm()
    if error:
        form.process()
        form.error_of("reason", error)
    return form.card(url_for("evidence.show_number", **named), "Print with the whole number")
