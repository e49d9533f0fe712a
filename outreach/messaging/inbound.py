"""
What a text from a phone changes: the sender may be anyone who holds that phone, so almost nothing.

STOP suppresses. A YES confirms an opt-in that waits for it. Everything else, START included, becomes a task for a
person. Nothing is ever answered.
"""

from datetime import datetime
from uuid import UUID

import phonenumbers
from sqlalchemy.orm import Session

from outreach import audit
from outreach.audit import WORKER
from outreach.messaging import consent, suppression
from outreach.messaging.signed_callbacks import SignedCallback, UnreadableCallback
from outreach.messaging.stop_words import Said, read_reply
from outreach.messaging.text_tasks import ask_about_texts, show_message


def take_inbound(session: Session, callback: SignedCallback, *, now: datetime) -> tuple[UUID, ...]:
    """
    Do what a text asks for, as far as a text may; return the cases whose phone it came from, perhaps none.

    Raises:
        UnreadableCallback: no sender's number in it.
    """
    phone, body = _number(callback.one("From")), callback.one("Body")
    said = read_reply(body)
    if said in (Said.STOP, Said.PERHAPS_STOP):
        cases = suppression.suppress(session, phone, by=WORKER, now=now)
    else:
        cases = suppression.cases_of_phone(session, phone)
    for case_id in cases:
        _for_case(session, case_id, phone, body, said, now)
    return cases


def take_unproven_stop(session: Session, callback: SignedCallback, *, now: datetime) -> None:
    """
    Stop texts where a deposit that is not proven to be Twilio's says STOP, and ask her. Anything else in it is void.

    It may have been acknowledged: after the token was changed, the callbacks and the worker do not learn of it in one
    moment. Whoever can lay a false deposit can hold every text anyway, and a text too few is repairable.
    """
    try:
        phone, said = _number(callback.one("From")), read_reply(callback.one("Body"))
    except UnreadableCallback:
        return
    if said in (Said.STOP, Said.PERHAPS_STOP):
        cases = suppression.suppress(session, phone, by=WORKER, now=now)
        for case_id in cases:
            ask_about_texts(session, case_id, now=now)
        audit.record(session, action="callback.take", by=WORKER, cases=cases, now=now)


def _for_case(session: Session, case_id: UUID, phone: str, body: str, said: Said, now: datetime) -> None:
    if said is Said.YES and _confirm(session, case_id, phone, now):
        return
    if said in (Said.PERHAPS_STOP, Said.START):
        ask_about_texts(session, case_id, now=now)
    if said is not Said.STOP:
        show_message(session, case_id, body, now=now)


def _confirm(session: Session, case_id: UUID, phone: str, now: datetime) -> bool:
    waiting = consent.waiting_for_yes(session, case_id, phone, now=now)
    if waiting is None or suppression.has_stopped(session, case_id):
        return False
    consent.confirm(session, case_id, waiting, how="reply", by=WORKER, now=now)
    return True


def _number(said: str) -> str:
    try:
        number = phonenumbers.parse(said)
    except phonenumbers.NumberParseException:
        raise UnreadableCallback("no number in From") from None
    if not phonenumbers.is_possible_number(number):
        raise UnreadableCallback("no number a phone can have in From")  # A short code, or a carrier's own word.
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
