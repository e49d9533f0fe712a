"""
Whose event is this: which case it continues, which cases may be the same person, which are the other side's.

What is compared, and nothing else:

- Does it continue a case? Found by a token of (agency, agency_case_ref); then her birth date or one of her phones
  must agree.
- May it be a person we know? Found by that token without the agreement, by a token of an exact phone of hers, or by
  buckets of her birth date; then the birth dates must be equal and the names alike. A human decides.
- Is she an offender elsewhere? Found by a token of a phone or a bucket of a birth date, both under a purpose of
  their own for offenders; then the phone is equal, or birth date equal and names alike.
- Is he a victim elsewhere? Found by a bucket of his birth date; then birth date equal and names alike.

Offenders have no record of their own: a case keeps tokens of the offender its events name, and that offender's
name and birth date are read from those events only when a token agrees. Buckets are coarse (many birth dates
share one), so a stolen table of tokens gives no birth date away.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.events import LevelEvent, offender_of, victim_of
from outreach.identity.likeness import Person, fold, same_birth_and_name, similar_names
from outreach.identity.match_tokens import Nearby, Pair
from outreach.ingesting.event_round import EventRound
from outreach.intake.event_fields import Offender, Victim
from outreach.records.cases import CaseRecord, PossibleMatch

MOST_QUESTIONS = 10
"""Cases a human is asked about for one new case."""


class Match(NamedTuple):
    """What matching found."""

    continues: UUID | None = None
    possible: tuple[UUID, ...] = ()
    """Cases that may be hers too: a human decides."""
    counterparts: tuple[UUID, ...] = ()
    """Open cases in which she is the offender, or her offender is the victim (requirement 10)."""
    torn: tuple[UUID, ...] = ()
    """Cases near this event that do not open: they could be any of these, so a supervisor looks before contact."""


def pair_of(agency: str, event: LevelEvent) -> Pair | None:
    """Return the pair of an event, or None for one that only refers to an earlier event."""
    victim, offender = victim_of(event), offender_of(event)
    if victim is None or offender is None:
        return None
    return Pair(agency, event.agency_case_ref, _person(victim), _person(offender))


def find(session: Session, pair: Pair, events_round: EventRound) -> Match:
    """Look for the cases an event may belong to. Decides nothing but whether it continues one."""
    near = events_round.nearby(pair)
    known = events_round.persons(set().union(*near[:4]))
    offenders = events_round.offenders(near.as_offender | near.by_reference)
    torn = events_round.torn(set().union(*near))
    hers_perhaps = torn & (near.by_reference | near.by_phone | near.by_birth)
    near = Nearby(*(each - torn for each in near))
    is_offender, shares_phone = _cases_where_she_is_the_offender(pair, near, known, offenders)
    is_victim = _cases_where_he_is_the_victim(pair, near, known)
    agreeing = [
        case_id
        for case_id in near.by_reference - is_offender - is_victim
        if _agree(pair.victim, known[case_id], is_phone_shared=case_id in near.by_phone)
    ]
    if agreeing:
        return Match(continues=_newest(session, agreeing))
    alike = {case_id for case_id in near.by_birth if same_birth_and_name(pair.victim, known[case_id])}
    possible = (near.by_reference | near.by_phone | alike) - is_offender - is_victim
    counterparts = is_offender | is_victim | (shares_phone - alike)
    return Match(
        possible=(*sorted(hers_perhaps), *_likeliest(pair.victim, possible, alike, known))[:MOST_QUESTIONS],
        counterparts=tuple(sorted(_open(session, counterparts))),
        torn=tuple(sorted(torn)),
    )


def match_to_decide(session: Session, case_id: UUID) -> UUID | None:
    """Return the first question of a case that nobody has decided; None where none is left."""
    undecided = select(PossibleMatch.id).where(PossibleMatch.case_id == case_id, PossibleMatch.decision.is_(None))
    return session.scalars(undecided.order_by(PossibleMatch.id).limit(1)).first()


def _likeliest(victim: Person, possible: set[UUID], alike: set[UUID], known: dict[UUID, Person]) -> tuple[UUID, ...]:
    """Ask about a few at most, the likeliest first: a shelter's phone is many people's."""

    def rank(case_id: UUID) -> tuple[bool, bool, UUID]:
        return case_id not in alike, not similar_names(victim.full_name, known[case_id].full_name), case_id

    return tuple(sorted(possible, key=rank)[:MOST_QUESTIONS])


def _agree(sent: Person, known: Person, *, is_phone_shared: bool) -> bool:
    """
    Tell whether her birth date or a phone agrees.

    A shared phone does not outweigh another birth date under another name: that is how his event would be
    written into her case after a dual arrest.
    """
    if sent.date_of_birth is not None and sent.date_of_birth == known.date_of_birth:
        return True
    return is_phone_shared and (_births_fit(sent, known) or similar_names(sent.full_name, known.full_name))


def _cases_where_she_is_the_offender(
    pair: Pair, near: Nearby, known: dict[UUID, Person], offenders_of: dict[UUID, list[Person]]
) -> tuple[set[UUID], set[UUID]]:
    """Return the cases whose offender she is by name, and those with whose offender she only shares a phone."""
    is_offender, shares_phone = set(), set()
    for case_id, offenders in offenders_of.items():
        for offender in offenders:
            has_phone = bool(pair.victim.phones & offender.phones)
            is_tied = has_phone or case_id in near.by_reference
            if _is_named(pair.victim, offender, is_tied=is_tied) and not _is_her(pair.victim, known.get(case_id)):
                is_offender.add(case_id)
            elif has_phone:
                shares_phone.add(case_id)
    return is_offender, shares_phone - is_offender


def _cases_where_he_is_the_victim(pair: Pair, near: Nearby, known: dict[UUID, Person]) -> set[UUID]:
    return {
        case_id
        for case_id in near.by_his_birth | near.by_reference
        if _is_named(pair.offender, known[case_id], is_tied=case_id in near.by_reference)
        and not _is_her(pair.victim, known[case_id])
    }


def _is_named(victim: Person, offender: Person, *, is_tied: bool) -> bool:
    """Birth date and name; or, where a phone or the agency's reference ties them, the name and no other birth date."""
    if same_birth_and_name(victim, offender):
        return True
    return is_tied and _births_fit(victim, offender) and similar_names(victim.full_name, offender.full_name)


def _is_her(sent: Person, known: Person | None) -> bool:
    """Tell whether the new victim is that case's victim to the letter, for couples with names alike (Dan, Dana)."""
    return known is not None and fold(sent.full_name) == fold(known.full_name) and _births_fit(sent, known)


def _births_fit(one: Person, other: Person) -> bool:
    return one.date_of_birth is None or other.date_of_birth in (None, one.date_of_birth)


def _person(someone: Victim | Offender) -> Person:
    return Person(someone.full_name, someone.date_of_birth, frozenset(someone.phones))


def _open(session: Session, case_ids: Collection[UUID]) -> set[UUID]:
    if not case_ids:
        return set()
    return set(
        session.scalars(select(CaseRecord.id).where(CaseRecord.id.in_(case_ids), CaseRecord.closed_on.is_(None)))
    )


def _newest(session: Session, case_ids: Sequence[UUID]) -> UUID:
    if len(case_ids) == 1:
        return case_ids[0]
    return session.scalars(
        select(CaseRecord.id).where(CaseRecord.id.in_(case_ids)).order_by(CaseRecord.opened_on.desc(), CaseRecord.id)
    ).all()[0]
