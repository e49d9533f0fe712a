"""
Opting in to texts: her yes, as a regulator would ask for it, and its confirmation from that very phone.

The gate reads only the confirmation (`text_consent_at` of the destination). What comes in from a phone confirms
nothing but a yes that an advocate heard live in the last days, and by itself only with the code she was told then:
whoever holds the phone cannot opt her in. After a stop, no message opens texts again; a person does (requirement 33).
"""

import hmac
import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import audit, people
from outreach.audit import WORKER
from outreach.her_word.requests import VERIFIED_HOW
from outreach.messaging.consent_rows import (
    ConfirmedHow,
    ConsentContent,
    Yes,
    change_yes,
    close_phones,
    concerns,
    keep_yes,
    noes_of,
    yeses_of,
)
from outreach.messaging.stop_words import Said, read_reply
from outreach.messaging.suppression import has_stopped, lift_stops, lock_for_stop
from outreach.reaching.destinations import Destination
from outreach.records.errors import NoSuchRecord
from outreach.terms import DestinationKind

WAITS = timedelta(hours=72)
"""How long a yes waits for its phone to confirm it; then she is asked again."""
MOST_WRONG_CODES = 3
"""After so many wrong codes from that phone, no code counts: somebody may be guessing."""
WORDINGS = {
    "en": "May we send you short reminders by text to this phone? It will be three a week at most, unless you ask for "
    "more. Your phone company may charge you for them. You can stop them at any time: send STOP, or tell any of us.",
    "es": "¿Podemos mandarle recordatorios cortos por mensaje a este teléfono? Serán tres por semana como máximo, a "
    "menos que usted pida más. Su compañía de teléfono puede cobrarle. Puede pararlos cuando quiera: mande STOP, o "
    "dígalo a cualquiera de nosotros.",
}
"""What the advocate asks her, word for word."""
_CODE = re.compile(r"\D{0,12}(\d{4})\D{0,12}")


class NoConsent(ValueError):
    """An opt-in that cannot be recorded or confirmed like this; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How she was asked, and by whom."""

    how: str
    """in_person, live_call or code_word."""
    wording: str
    """The exact question she said yes to."""
    language: str
    heard_by: str
    after_stop: bool = False
    """She had stopped texts before, and says now that she wants them again."""
    is_coerced: bool = False
    """She gave her word for danger: her yes is kept as any other, and nothing that comes from a phone confirms it."""


def record_opt_in(
    session: Session, case_id: UUID, destination_id: UUID, asked: Asked, *, by: UUID, now: datetime
) -> UUID:
    """
    Record her yes to texts at one phone. Texts stay off until that phone confirms it. Audited.

    Raises:
        NoConsent: not asked live, without its wording, not a phone, or she stopped texts and has not asked again.
        NoSuchRecord: the case has no such destination.
    """
    destination = _phone(session, case_id, destination_id)
    if asked.how not in VERIFIED_HOW:
        raise NoConsent("a yes to texts counts only when she gave it in person, on a live call, or with her code word")
    if not asked.wording.strip() or not asked.language.strip() or not asked.heard_by.strip():
        raise NoConsent("keep the exact question, its language and who heard her")
    stopped = has_stopped(session, case_id)
    if stopped and not asked.after_stop:
        raise NoConsent("she stopped texts before; ask her if she wants them again, and say so here")
    content = ConsentContent(
        recorded_by=str(by),
        recorded_at=now.isoformat(),
        how=asked.how,
        wording=asked.wording.strip(),
        language=asked.language.strip(),
        heard_by=asked.heard_by.strip(),
        code=f"{secrets.randbelow(10_000):04}",
        after_stop=stopped,
        wrong_codes=MOST_WRONG_CODES if asked.is_coerced else 0,
    )
    row = keep_yes(session, case_id, destination_id, content)
    close_phones(session, case_id, by=by, now=now, only=(destination.id,))
    audit.record(session, action="consent.record", by=by, cases=[case_id], now=now)
    return row


def confirm(
    session: Session, case_id: UUID, destination_id: UUID, *, how: ConfirmedHow, by: UUID, now: datetime
) -> None:
    """
    Let the phone's confirmation count: from here on texts may go there. Audited.

    A stop of hers is lifted with it where she asked for texts again; only a person does that.

    Raises:
        NoConsent: no yes waits there, nothing came from that phone, or a machine would lift a stop.
    """
    lock_for_stop(session)
    waiting = waiting_yes(session, case_id, destination_id, now=now)
    if waiting is None:
        raise NoConsent("no yes of hers waits for a confirmation from this phone")
    if how is ConfirmedHow.SEEN and waiting.said.replied_at is None:
        raise NoConsent("nothing came from this phone since she said yes")
    if has_stopped(session, case_id):
        if by == WORKER or not waiting.said.after_stop:
            raise NoConsent("she stopped texts; only a person starts them again, with her word")
        lift_stops(session, case_id, by=by, now=now)
    change_yes(session, waiting.row, confirmed_at=now.isoformat(), confirmed_how=how.value, confirmed_by=str(by))
    phone = _phone(session, case_id, destination_id)
    opened = replace(phone, text_consent_at=now)
    people.save_destination(session, case_id, opened, version=phone.version, by=by, now=now)
    audit.record(session, action="consent.confirm", by=by, cases=[case_id], now=now)


def take_reply(session: Session, case_id: UUID, phone: str, body: str, *, now: datetime) -> bool:
    """
    Take in what came from a phone of hers, as far as it may confirm a yes; return whether nothing is left to do.

    The code she was told live confirms by itself. A bare yes, or the code after a stop, is noted with her yes, and a
    person looks at it: the caller makes the task.
    """
    for destination in people.destinations(session, case_id):
        waiting = waiting_yes(session, case_id, destination.id, now=now) if destination.value == phone else None
        if waiting is None:
            continue
        is_code = _is_code(session, waiting, body)
        if is_code and not waiting.said.after_stop and not has_stopped(session, case_id):
            confirm(session, case_id, destination.id, how=ConfirmedHow.CODE, by=WORKER, now=now)
            return True
        if is_code or read_reply(body) is Said.YES:
            change_yes(session, waiting.row, replied_at=now.isoformat(), reply_was_code=is_code)
    return False


def waiting_yes(session: Session, case_id: UUID, destination_id: UUID, *, now: datetime) -> Yes | None:
    """Return her newest yes at a phone while it waits: not confirmed, not older than three days, no "no" after it."""
    newest = next(iter(yeses_of(session, case_id, destination_id)), None)
    if newest is None or newest.said.confirmed_at is not None:
        return None
    if now - datetime.fromisoformat(newest.said.recorded_at) > WAITS:
        return None
    later = (
        no.recorded_at >= newest.said.recorded_at for no in noes_of(session, case_id) if concerns(no, destination_id)
    )
    return None if any(later) else newest


def _is_code(session: Session, waiting: Yes, body: str) -> bool:
    found = _CODE.fullmatch(body.strip())
    if found is None or waiting.said.wrong_codes >= MOST_WRONG_CODES:
        return False
    if hmac.compare_digest(found[1], waiting.said.code):
        return True
    change_yes(session, waiting.row, wrong_codes=waiting.said.wrong_codes + 1)
    return False


def _phone(session: Session, case_id: UUID, destination_id: UUID) -> Destination:
    for destination in people.destinations(session, case_id):
        if destination.id == destination_id:
            if destination.kind is not DestinationKind.PHONE:
                raise NoConsent("only a phone gets texts")
            return destination
    raise NoSuchRecord("destination", destination_id)
