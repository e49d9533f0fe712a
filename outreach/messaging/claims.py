"""
Claiming texts that are due: everything that must hold at that instant is asked in one transaction.

No deposit of Twilio's waits unread (it could be a STOP) and none can arrive until the claim is made; no phone she
ever had was stopped; the gate says yes; enough of her hours is left. Only then is `sending` written. Several may be
claimed at once, never two of one woman, whose texts leave in order (outreach.messaging.turns): each is asked about by
itself, of rows read together.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from typing import NamedTuple, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, Select, Table, bindparam, select, true, update
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from crypto.keyring import Keyring
from outreach import audit, people
from outreach.audit import WORKER
from outreach.gate import hours
from outreach.gate.facts import CaseFacts
from outreach.gate.verdicts import expires_at
from outreach.identity.same_person import persons_known, persons_of
from outreach.messaging import breaker, turns
from outreach.messaging.half_hour import CONVERSATION
from outreach.messaging.holding import hold
from outreach.messaging.provider.lookups import is_checked, unchecked
from outreach.messaging.provider.settings import RETRIES
from outreach.messaging.sms import SHORTEST_LEFT, OutgoingText
from outreach.messaging.suppression import lock_for_claim
from outreach.messaging.text_boxes import open_text
from outreach.messaging.text_words import unfit_now
from outreach.messaging.texts import ask_gate, with_own_request
from outreach.reaching.destinations import Destination
from outreach.records.ahead import reading_ahead
from outreach.records.cases import CaseRecord
from outreach.records.engine import Vault
from outreach.records.errors import NoSuchRecord
from outreach.records.keys import case_keys
from outreach.records.people import DestinationRecord
from outreach.records.spool import SpoolDrain
from outreach.records.watching import look
from outreach.records.work import Text
from outreach.safe_contact import Allowed, live_request
from outreach.terms import Channel, KeyClass, TextState

TOO_OLD = timedelta(hours=1)
"""A text this late was meant for another moment: a person decides again, and nothing leaves in a burst."""

_TEXT = cast(Table, Text.__table__)
_SENDING = (
    update(_TEXT)
    .where(_TEXT.c.id == bindparam("text"), _TEXT.c.state == TextState.PLANNED.value)
    .values(
        state=TextState.SENDING.value,
        state_at=bindparam("at"),
        claimed_at=bindparam("at"),
        tries=_TEXT.c.tries + 1,
        callback_token=bindparam("token"),
        version=_TEXT.c.version + 1,
    )
)

LATE = timedelta(minutes=10)
"""Texts later than this leave one a round: after an outage they trickle, and come in no burst."""

TOKEN_PURPOSE = "text-callback"  # noqa: S105 – the name of a use, no secret


class Claim(NamedTuple):
    """A text that is ours to send, once; it is `sending` in the vault already."""

    text_id: UUID
    allowed: Allowed
    message: OutgoingText
    version: int = 0
    """Of the text's row, as this claim leaves it: while it is the same, the text is this claim's."""
    is_late: bool = False
    """Whether it should have left a while ago: then it is the last of its round."""


class Ask(NamedTuple):
    """What may be sent, as far as the claim found out; else why not."""

    allowed: Allowed | None
    destination: Destination | None
    ends_at: datetime | None
    held_reason: str | None
    body: str = ""


class HeldInstead(NamedTuple):
    """A text that was due and is held now, with a task for a person."""

    text_id: UUID


def claim_several(
    vault: Vault,
    drain: SpoolDrain,
    *,
    at_most: int,
    callback_base_url: str,
    now: datetime,
    checks_phones: bool = False,
) -> list[Claim | HeldInstead]:
    """
    Claim the texts due longest, of different cases, or hold them.

    None are when nothing is due, texts are stopped or rest, or a deposit of Twilio's waits to be read. Whoever claims
    several calls at once for all of them, or puts back what was not called for (outcomes.put_back).
    """
    last = unchecked(vault, now=now) if checks_phones else []
    with ExitStack() as until_committed, vault.writing() as session:
        lock_for_claim(session)
        look(session)
        texts, persons = _ready(session, now, breaker.how_many(session, at_most, now=now), last)
        if not texts or _callbacks_waiting(session, drain, until_committed):
            return []
        texts = _locked(session, texts, persons)
        hers = {case_id for text in texts for case_id in persons[text.case_id]}
        with reading_ahead(session, hers):
            persons_known(session, persons)
            _open_keys(session, hers)
            asked = [(text, ask(session, text, now)) for text in texts]
        if checks_phones:  # What was not asked about lately is left alone: lookups.check_due asks, or holds it.
            asked = [each for each in asked if (to := each[1].destination) is None or is_checked(to, now=now)]
        held = [hold_missed(session, text, now, said.held_reason) for text, said in asked if said.allowed is None]
        if len(held) < len(asked) and not breaker.take_turn(session, now=now):
            return [*held]
        return [*held, *_claim(session, asked, callback_base_url.rstrip("/"), now)]


def token_hash(session: Session, token: str) -> bytes:
    """Return what is kept of a callback's token."""
    return cast(Keyring, session.info["keyring"]).token(TOKEN_PURPOSE, token)


def _ready(
    session: Session, now: datetime, at_most: int, last: Sequence[UUID]
) -> tuple[list[Text], dict[UUID, frozenset[UUID]]]:
    """Return the texts due longest whose turn it is, one of each person, with the persons' cases."""
    passed_over: set[UUID] = set()
    while True:
        due = _due(session, now, at_most, last, passed_over)
        found = persons_of(session, [text.case_id for text in due])
        persons = {case_id: hers for hers in found.values() for case_id in hers}
        ready = turns.in_turn(session, _one_each(due, persons), persons, now=now, last=last)
        if ready or not due:
            return ready, persons
        passed_over |= persons.keys()


def _due(
    session: Session, now: datetime, at_most: int, last: Sequence[UUID], passed_over: Collection[UUID]
) -> list[Text]:
    """
    Return the texts due longest; `last` come after all others, so that none waits behind one that may not leave.

    What is late comes after what is on time, one at once: an outage must not keep what she asks for today waiting.
    """
    for are_late, most in ((False, at_most), (True, min(at_most, 1))):
        built = _LATE if are_late else _ON_TIME
        query = _due_query(last, passed_over, are_late=are_late) if last or passed_over else built
        first_of_case: dict[UUID, Text] = {}
        for text in session.scalars(query, {"now": now, "since": now - LATE, "at_most": most}) if most else ():
            first_of_case.setdefault(text.case_id, text)
        if first_of_case:
            return list(first_of_case.values())
    return []


def _due_query(last: Sequence[UUID], passed_over: Collection[UUID], *, are_late: bool) -> Select[Text]:
    now: BindParameter[datetime] = bindparam("now")
    since: BindParameter[datetime] = bindparam("since")
    return (
        select(Text)
        .where(turns.is_due(now), turns.is_next_of_case(now, last))
        .where(Text.release_at < since if are_late else Text.release_at >= since)
        .where(Text.case_id.not_in(passed_over) if passed_over else true())
        .order_by(*([Text.id.in_(last)] if last else []), Text.release_at, Text.number, Text.id)
        .limit(bindparam("at_most"))
        .with_for_update(skip_locked=True)
    )


_ON_TIME = _due_query((), (), are_late=False)
_LATE = _due_query((), (), are_late=True)
"""Both built once, as nearly every claim asks them."""


def _one_each(texts: list[Text], persons: Mapping[UUID, frozenset[UUID]]) -> list[Text]:
    """Leave the first text of each person: of two cases of hers, the second's must see the first's (the caps)."""
    taken: set[UUID] = set()
    first = []
    for text in texts:
        if text.case_id not in taken:
            first.append(text)
            taken |= persons[text.case_id]
    return first


def _locked(session: Session, texts: list[Text], persons: Mapping[UUID, frozenset[UUID]]) -> list[Text]:
    """
    Lock what the answers depend on, so that nobody can change it until the claim is committed.

    The rows of all her cases are ours alone: of two texts of hers claimed at once, the second must see the first (the
    caps). What somebody else has locked is left for the next round, so that no two wait for each other.
    """
    if session.get_bind().dialect.name != "postgresql":
        return texts  # There, a writer has the whole file to itself.
    hers = {case_id for text in texts for case_id in persons[text.case_id]}
    cases = select(CaseRecord.id).where(CaseRecord.id.in_(hers)).order_by(CaseRecord.id)
    ours = set(session.scalars(cases.with_for_update(key_share=True, skip_locked=True)))
    ways = select(DestinationRecord.id).where(DestinationRecord.id.in_([text.destination_id for text in texts]))
    still = set(session.scalars(ways.with_for_update(read=True, skip_locked=True)))
    return [text for text in texts if persons[text.case_id] <= ours and text.destination_id in still]


def _open_keys(session: Session, cases: Collection[UUID]) -> None:
    """Unwrap the keys of all these cases together; where one cannot be, each is asked for by itself."""
    for key_class in (KeyClass.CONTACT, KeyClass.THREAD):
        with suppress(CryptoError, NoSuchRecord):
            case_keys(session, list(cases), key_class)


def _callbacks_waiting(session: Session, drain: SpoolDrain, until_committed: ExitStack) -> bool:
    """Say whether a deposit waits, and keep new ones out until the claim is committed."""
    if session.get_bind().dialect.name == "sqlite" and _is_attached(session):
        # BEGIN IMMEDIATE holds the attached spool's write lock too.
        return bool(session.scalar(sql("SELECT count(*) FROM callbacks.deposit")))
    return bool(until_committed.enter_context(drain.closed()))


def _is_attached(session: Session) -> bool:
    return any(row[1] == "callbacks" for row in session.execute(sql("PRAGMA database_list")))


def ask(session: Session, text: Text, now: datetime) -> Ask:
    """Ask everything about one text: in its claim, over rows nobody can change, and again in the last look."""
    try:
        destination = people.destination_of(session, text.case_id, text.destination_id)
        content = open_text(session, text)
        decision, facts = ask_gate(
            session, text.case_id, destination, at=now, was_asked_for=content.was_asked_for, weighed=text.id
        )
    except (CryptoError, NoSuchRecord):
        return _no(None)
    if not isinstance(decision, Allowed):
        return _no(decision.reason.value)
    unfit = unfit_now(session, text.case_id, content, avoid=destination.words_to_avoid)
    if unfit is not None:
        return _no(unfit)
    facts = with_own_request(session, text, content, facts, at=now)
    ends_at = ends_of_hours(destination, facts, now)
    if ends_at is not None and content.asked_at is not None and content.template is None:
        ends_at = min(ends_at, datetime.fromisoformat(content.asked_at) + CONVERSATION)
    is_stale = content.was_asked_for and live_request(destination, Channel.TEXT, at=now, facts=facts) is None
    if now - text.release_at > TOO_OLD or ends_at is None or is_stale:
        return _no("too_old")
    if ends_at - now < SHORTEST_LEFT:
        return _no("window_too_short")
    return Ask(decision, destination, ends_at, None, content.body)


def _no(reason: str | None) -> Ask:
    return Ask(None, None, None, reason)


def ends_of_hours(destination: Destination, facts: CaseFacts, now: datetime) -> datetime | None:
    """Return until when a text may arrive: the end of what she asked for, or of her hours and her yes."""
    request = live_request(destination, Channel.TEXT, at=now, facts=facts)
    if request is not None:
        return min(request.expires_at, request.asked_at + timedelta(days=facts.policy.request_days))
    verdict = destination.verdicts.get(Channel.TEXT)
    closes_at = hours.open_until(destination.windows, ZoneInfo(facts.zone), now)
    if verdict is None or closes_at is None:
        return None
    return min(closes_at, expires_at(destination, verdict, facts.policy))


def hold_missed(session: Session, text: Text, now: datetime, reason: str | None = "too_old") -> HeldInstead:
    """Hold a text that cannot leave now, and ask a person, whatever of its case still opens."""
    hold(session, text, reason, now)
    return HeldInstead(text.id)


def _claim(session: Session, asked: Sequence[tuple[Text, Ask]], base_url: str, now: datetime) -> list[Claim]:
    claims, rows, cases = [], [], []
    for text, said in asked:
        if said.allowed is None or said.destination is None or said.ends_at is None:
            continue
        token = secrets.token_urlsafe(32)
        message = OutgoingText(
            destination_id=text.destination_id,
            to=said.destination.value,
            body=said.body,
            claimed_at=now,
            ends_at=said.ends_at,
            status_callback=f"{base_url}/twilio/status/{token}{RETRIES}",
        )
        is_late = now - text.release_at > LATE
        claims.append(Claim(text.id, said.allowed, message, text.version + 1, is_late))
        rows.append({"text": text.id, "at": now, "token": token_hash(session, token)})
        cases.append(text.case_id)
    if claims:
        session.execute(_SENDING, rows)
        audit.record(session, action="text.claim", by=WORKER, cases=cases, now=now)
    return claims
