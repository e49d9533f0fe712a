"""
What else must stop when a phone, an address or an e-mail of hers is in other hands.

What is queued to it is cancelled. The same number, front door or mailbox is shut in her other cases too; in anyone
else's a number loses its yes to texts and to messages, and a person is asked to look there. The other ways of her own
case stay open, and a person is asked to check each. A case whose boxes do not open can reach nobody, and keeps no phone
from being stopped.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.keyring import Keyring
from outreach import audit, people
from outreach.gate.reasons import Reason
from outreach.identity.same_person import cases_of_person, lock_person
from outreach.messaging.halting import cancel_waiting
from outreach.messaging.text_tasks import ask_to_check_ways
from outreach.reaching import reach
from outreach.reaching.against import with_her_word
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.reaching.same_way import is_same_way
from outreach.records.errors import UNREADABLE
from outreach.records.people import PhoneToken
from outreach.terms import Channel, DestinationKind, Verdict, VerdictSource

_SPOKEN: frozenset[Channel] = frozenset({Channel.CALL})


def follow(session: Session, case_id: UUID, frozen: Destination, *, by: UUID, now: datetime) -> None:
    """
    Stop what waits for a destination that was just frozen, and see to its siblings. Audited, with every case touched.

    The caller holds the lock of a stop (suppression.lock_for_stop).
    """
    lock_person(session, case_id)  # Nobody adds it to another case of hers meanwhile, as if it were open.
    cancel_waiting(session, case_id, now=now, to=frozen.id, because=Reason.COMPROMISED)
    ask_to_check_ways(session, case_id, now=now)
    touched, hers = [case_id], cases_of_person(session, case_id)
    same = _same_number(session, frozen, by=by, now=now) or _same_of_hers(session, frozen, hers, by=by, now=now)
    for other_case, way in same:
        stop = _shut if other_case in hers else _stop_writing
        stop(session, other_case, way, by=by, now=now)
        ask_to_check_ways(session, other_case, now=now)
        touched.append(other_case)
    audit.record(session, action="destination.freeze", by=by, cases=sorted(set(touched)), now=now)


def join(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> None:
    """
    Let what holds against a way in any case of hers hold in each, once they are known to be one woman's.

    What is in other hands is shut, and people are asked about her other ways there; her noes and what else was said
    against it follow. The caller holds the lock of a stop, and audits with the cases it names; a case that does not
    open is left.
    """
    hers = lock_person(session, case_id)
    ways = reach.ways_of(session, hers)
    frozen = [way for _, way in ways if way.compromised]
    for home, way in ways:
        if not way.compromised and any(is_same_way(way, each) for each in frozen):
            _shut(session, home, way, by=by, now=now)
            ask_to_check_ways(session, home, now=now)
    ways = reach.ways_of(session, hers)
    for home, way in ways:
        told = with_her_word(way, [each for other, each in ways if other != home])
        if told != way:
            reach.save_here(session, home, told, version=way.version, by=by, now=now)


def _same_number(session: Session, frozen: Destination, *, by: UUID, now: datetime) -> list[tuple[UUID, Destination]]:
    """Return every other destination, of any case that opens, that is this very number now."""
    if frozen.kind is not DestinationKind.PHONE:
        return []
    token = cast(Keyring, session.info["keyring"]).phone_token(frozen.value)
    homes = set(session.scalars(select(PhoneToken.case_id).where(PhoneToken.token == token)))
    found: list[tuple[UUID, Destination]] = []
    for case_id in sorted(homes):
        try:
            ways = people.destinations(session, case_id)
        except UNREADABLE:
            audit.record(session, action="destination.unreadable", by=by, cases=[case_id], now=now)
            continue
        found += [(case_id, way) for way in ways if way.value == frozen.value and way.id != frozen.id]
    return found


def _same_of_hers(
    session: Session, frozen: Destination, hers: Collection[UUID], *, by: UUID, now: datetime
) -> list[tuple[UUID, Destination]]:
    """Return the same mailbox or front door in her own cases; nothing at rest tells whether other cases have it."""
    found: list[tuple[UUID, Destination]] = []
    for case_id in sorted(hers) if frozen.kind is not DestinationKind.PHONE else ():
        try:
            ways = people.destinations(session, case_id)
        except UNREADABLE:
            audit.record(session, action="destination.unreadable", by=by, cases=[case_id], now=now)
            continue
        found += [(case_id, way) for way in ways if way.id != frozen.id and is_same_way(way, frozen)]
    return found


def _shut(session: Session, case_id: UUID, way: Destination, *, by: UUID, now: datetime) -> None:
    """Shut the same phone of hers in her other case as it was shut in this one."""
    cancel_waiting(session, case_id, now=now, to=way.id, because=Reason.COMPROMISED)
    unsafe = ChannelVerdict(Verdict.UNSAFE, VerdictSource.ADVOCATE, now)
    verdicts = dict.fromkeys(way.kind.channels, unsafe)
    shut = replace(way, verdicts=verdicts, text_consent_at=None, confirmed_at=None, compromised=True)
    reach.save_here(session, case_id, shut, version=way.version, by=by, now=now)


def _stop_writing(session: Session, case_id: UUID, way: Destination, *, by: UUID, now: datetime) -> None:
    """Leave only the live call at a number that may be in other hands: nothing written or spoken stays behind there."""
    cancel_waiting(session, case_id, now=now, to=way.id, because=Reason.NO_TEXT_CONSENT)
    verdicts = {channel: known for channel, known in way.verdicts.items() if channel in _SPOKEN}
    quiet = replace(way, verdicts=verdicts, text_consent_at=None, may_leave_message=None)
    if quiet != way:
        reach.save_here(session, case_id, quiet, version=way.version, by=by, now=now)
