"""Several women whose texts are due together, each with a phone of her own."""

from datetime import timedelta
from uuid import UUID

from builders import NOW, a_case, a_destination, a_verdict
from texting import REMINDER, WEEKDAYS, Desk

from outreach.her_word.requests import record_request
from outreach.messaging import texts
from outreach.people import Particulars
from outreach.terms import Channel

PHONES = [f"+1336555{number:04d}" for number in range(6)]


def a_woman_who_asked(desk: Desk, number: str) -> UUID:
    """Store a case whose text was asked for and released; return its id."""
    with desk.vault.writing() as session:
        case_id = a_case(session, particulars=Particulars("Ines Roe"), assigned_to=desk.staff)
        phone = a_destination(
            session,
            case_id,
            value=number,
            verdicts={Channel.CALL: a_verdict(), Channel.TEXT: a_verdict()},
            windows=(WEEKDAYS,),
            text_consent_at=NOW - timedelta(days=1),
        )
        record_request(session, case_id, desk.a_request(destination_id=phone.id), now=desk.clock.now())
        texts.release(session, case_id, phone.id, wording=REMINDER, request=None, by=desk.staff, now=desk.clock.now())
    return case_id
