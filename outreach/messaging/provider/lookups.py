"""
Asking Twilio about a phone before a text goes there: what kind of line it is, and whether it changed hands.

Off unless the site turns it on, since each question costs and tells Twilio the number once more. Only a phone that a
text is about to go to, with her yes, is asked about; again after thirty days. A home phone, an internet number or one
that changed hands takes her yes back: it counts again when she confirms it anew.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit, people
from outreach.audit import WORKER
from outreach.messaging.holding import hold
from outreach.messaging.provider.api import LOOKUP_FIELDS, ProviderApi, ProviderRefuses, ProviderSilent
from outreach.messaging.text_boxes import open_text
from outreach.messaging.texts import ask_gate
from outreach.reaching.destinations import Destination
from outreach.records.ahead import reading_ahead
from outreach.records.boxes import BoxNumber
from outreach.records.engine import Vault
from outreach.records.errors import UNREADABLE
from outreach.records.keys import seal
from outreach.records.provider import PhoneLookup
from outreach.records.work import Text
from outreach.safe_contact import Allowed
from outreach.terms import TextState

GOOD_FOR = timedelta(days=30)
MOST_FAILURES = 3
AT_ONCE = 50
LOOKED_THROUGH = 500
"""Due texts among which those of checked phones are looked for."""
NOT_ASKED = "phone_not_checked"
_NO_TEXTS = frozenset({"landline", "tollFree", "premium", "sharedCost", "uan", "voicemail", "pager"})


class LookupContent(NamedTuple):
    """Box PHONE_LOOKUP: what Twilio said of a phone, in its own words, and what stands against texts there."""

    line_type: str | None
    reassigned: str | None
    fault: str | None


@dataclass(slots=True)
class Lookups:
    """What is asked, and what each question costs."""

    api: ProviderApi
    fields: frozenset[str]
    cost_mills: int
    failures: dict[UUID, int] = field(default_factory=dict)
    """How often Twilio did not answer about the phone of a text."""

    def __post_init__(self) -> None:
        if not self.fields or not self.fields <= LOOKUP_FIELDS:
            raise ValueError("a look-up asks for the line's type, for reassignment, or for both")


class _Question(NamedTuple):
    text_id: UUID
    case_id: UUID
    destination: Destination


def is_checked(destination: Destination, *, now: datetime) -> bool:
    """Say whether a phone was asked about lately enough."""
    checked_on = destination.line_checked_on
    return checked_on is not None and checked_on > (now - GOOD_FOR).date()


def unchecked(vault: Vault, *, now: datetime) -> list[UUID]:
    """Return the due texts whose phone was not asked about lately; what does not open is not among them."""
    query = select(Text.id, Text.case_id, Text.destination_id).where(
        Text.state == TextState.PLANNED.value, Text.release_at <= now
    )
    found: list[UUID] = []
    with vault.reading() as session:
        rows = session.execute(query.order_by(Text.release_at).limit(LOOKED_THROUGH)).all()
        with reading_ahead(session, [row.case_id for row in rows]):
            for row in rows:
                with suppress(*UNREADABLE):
                    if not is_checked(people.destination_of(session, row.case_id, row.destination_id), now=now):
                        found.append(row.id)
    return found


def check_due(vault: Vault, lookups: Lookups, *, clock: Callable[[], datetime]) -> int:
    """
    Ask about the phones that texts are due to; return how many were asked about.

    Raises:
        ProviderSilent, ProviderRefuses: Twilio does not answer, or shuts us out. No text leaves unchecked; one about
            whose phone there was no answer three times is held, for a person.
    """
    asked = 0
    with vault.reading() as session:
        questions = list(_questions(session, clock()))
    for each in questions:
        try:
            answer = _ask(lookups, each.destination)
        except ProviderSilent:
            lookups.failures[each.text_id] = lookups.failures.get(each.text_id, 0) + 1
            if lookups.failures[each.text_id] < MOST_FAILURES:
                raise
            _hold(vault, each.text_id, clock())
            continue
        except ProviderRefuses as fault:
            if fault.is_about_us:
                raise
            _hold(vault, each.text_id, clock())
            continue
        _record(vault, each, read_answer(answer), lookups.cost_mills, clock())
        asked += 1
    return asked


def read_answer(answer: dict[str, Any]) -> LookupContent:
    """Return what an answer says. What is not known stands against nothing."""
    line, owner = answer.get("line_type_intelligence") or {}, answer.get("reassigned_number") or {}
    kind, changed = line.get("type"), owner.get("is_number_reassigned")
    fault = None
    if answer.get("valid") is False:
        fault = "phone_invalid"
    elif changed == "yes":
        fault = "phone_reassigned"
    elif kind == "nonFixedVoip":
        fault = "phone_voip"
    elif kind in _NO_TEXTS:
        fault = "phone_landline"
    return LookupContent(kind, changed, fault)


def _questions(session: Session, now: datetime) -> Iterator[_Question]:
    due = select(Text).where(Text.state == TextState.PLANNED.value, Text.release_at <= now)
    seen: set[UUID] = set()
    for text in session.scalars(due.order_by(Text.release_at).limit(AT_ONCE)):
        try:
            destination = people.destination_of(session, text.case_id, text.destination_id)
            if destination.id in seen or is_checked(destination, now=now):
                continue
            asked_for = open_text(session, text).was_asked_for
            decision, _ = ask_gate(session, text.case_id, destination, at=now, was_asked_for=asked_for)
        except UNREADABLE:
            continue  # The claim holds it, and tells somebody. The others' phones are asked about meanwhile.
        if isinstance(decision, Allowed):  # Else the claim holds it, and Twilio need not hear of the phone.
            seen.add(destination.id)
            yield _Question(text.id, text.case_id, destination)


def _ask(lookups: Lookups, destination: Destination) -> dict[str, Any]:
    known = [at for at in (destination.last_live_contact_at, destination.text_consent_at) if at is not None]
    fields = lookups.fields if known else lookups.fields - {"reassigned_number"}
    if not fields:
        return {}
    last_verified = f"{max(known):%Y%m%d}" if known else ""
    return lookups.api.look_up(destination.value, fields, last_verified=last_verified)


def _record(vault: Vault, asked: _Question, said: LookupContent, cost_mills: int, now: datetime) -> None:
    """Keep the answer; what stands against texts there takes effect in the same transaction."""
    with vault.writing() as session:
        row = uuid4()
        session.add(
            PhoneLookup(
                id=row,
                case_id=asked.case_id,
                destination_id=asked.destination.id,
                looked_up_on=now.date(),
                cost_mills=cost_mills,
                lookup_box=seal(session, BoxNumber.PHONE_LOOKUP, said, owner=asked.case_id, row=row),
            )
        )
        phone = people.destination_of(session, asked.case_id, asked.destination.id)
        kept = replace(phone, line_checked_on=now.date(), line_fault=said.fault)
        if said.fault is not None:
            kept = replace(kept, text_consent_at=None)
        people.save_destination(session, asked.case_id, kept, version=phone.version, by=WORKER, now=now)
        audit.record(session, action="phone.look_up", by=WORKER, cases=[asked.case_id], now=now)
        if said.fault is not None:
            _hold_planned(session, asked.text_id, said.fault, now)


def _hold(vault: Vault, text_id: UUID, now: datetime) -> None:
    with vault.writing() as session:
        _hold_planned(session, text_id, NOT_ASKED, now)


def _hold_planned(session: Session, text_id: UUID, reason: str, now: datetime) -> None:
    text = session.get(Text, text_id, with_for_update=True)
    if text is not None and text.state == TextState.PLANNED:
        hold(session, text, reason, now)
