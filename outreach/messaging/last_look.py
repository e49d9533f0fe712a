"""
The sender's last look: between the claim and the call, was everything stopped?

The gate was asked in the claim, and the claim is committed. A stop that came since must still count, as long as no
byte has left (requirement 26). Asked of the database each time, so that a tap in any process is seen in this one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from outreach import people
from outreach.messaging.holding import hold
from outreach.messaging.suppression import has_stopped
from outreach.reasons import Reason
from outreach.records.cases import CaseRecord
from outreach.records.engine import Vault
from outreach.records.errors import NoSuchRecord
from outreach.records.people import DestinationRecord, SuppressedPhone
from outreach.records.work import Text, TextingStop
from outreach.same_person import cases_of_person
from outreach.standing import open_standing
from outreach.terms import TextState


class Seen(NamedTuple):
    """Which state of everything a stop changes was seen: while it is the same, there was none."""

    text: int
    case: int
    destination: int
    """Versions of the three rows."""
    stops: int
    """How many phones are stopped, anybody's."""
    switches: int = 0
    """How often a person has stopped every text, or let them leave again."""


_STATES = (
    select(
        Text.id,
        Text.version,
        CaseRecord.version,
        DestinationRecord.version,
        select(func.count()).where(SuppressedPhone.lifted_at.is_(None)).scalar_subquery(),
        select(func.count(TextingStop.id) + func.count(TextingStop.ended_at)).scalar_subquery(),
    )
    .join(CaseRecord, CaseRecord.id == Text.case_id)
    .join(DestinationRecord, DestinationRecord.id == Text.destination_id)
    .where(Text.id.in_(bindparam("texts", expanding=True)))
)


def seen(session: Session, text_ids: Sequence[UUID]) -> dict[UUID, Seen]:
    """Return the present state of what stops these texts. For the claim, before its commit."""
    return {row[0]: Seen(*row[1:]) for row in session.execute(_STATES, {"texts": text_ids})}


def unchanged(vault: Vault, as_claimed: Mapping[UUID, Seen | None]) -> frozenset[UUID]:
    """Return those of these texts of which nothing that could stop them was written since they were claimed."""
    with vault.reading() as session:
        found = seen(session, list(as_claimed))
    return frozenset(text_id for text_id, was in as_claimed.items() if was is not None and found.get(text_id) == was)


def held_back(vault: Vault, text_id: UUID, *, now: datetime) -> bool:
    """
    Say whether a claimed text must not be sent after all; if so it is held, with a task for a person.

    A stop on the case, a STOP of hers, or a phone that was frozen, since the claim was committed.
    """
    with vault.reading() as session:
        if what_stops(session, text_id) is None:
            return False
    with vault.writing() as session:
        text = session.get_one(Text, text_id, with_for_update=True)
        if text.state == TextState.SENDING:
            text.claimed_at = None
            hold(session, text, what_stops(session, text_id) or Reason.PAUSED.value, now)
    return True


def what_stops(session: Session, text_id: UUID) -> str | None:
    """Return what stops a text that was claimed, as a code of outreach.reasons; None when nothing does."""
    text = session.get_one(Text, text_id)
    try:
        hers = cases_of_person(session, text.case_id)
        boxes = session.execute(select(CaseRecord.id, CaseRecord.standing_box).where(CaseRecord.id.in_(hers)))
        standings = [open_standing(session, case_id, box) for case_id, box in boxes]
        phone = next(each for each in people.destinations(session, text.case_id) if each.id == text.destination_id)
    except (CryptoError, NoSuchRecord, StopIteration):
        return Reason.CANNOT_TELL.value
    found = (
        (any(each.paused for each in standings), Reason.PAUSED),
        (any(each.compromised for each in standings), Reason.CASE_COMPROMISED),
        (any(each.do_not_contact for each in standings), Reason.DO_NOT_CONTACT),
        (phone.compromised, Reason.COMPROMISED),
        (phone.text_consent_at is None, Reason.NO_TEXT_CONSENT),
        (has_stopped(session, text.case_id), Reason.SUPPRESSED),
    )
    return next((reason.value for stops, reason in found if stops), None)
