"""
The tokens by which matching finds cases: keyed, so that a stolen table names nobody.

A phone of an offender and an agency's reference have exact tokens. A birth date has buckets of 16 bits, one for each
initial of the name, under a purpose for each side: about twelve pairs of date and initial share a bucket, so that two
cases in one bucket are far more often strangers than one person, and a misspelled name is still found by one of its
words. Exact phones of hers have the table `phone_token`.
"""

import unicodedata
from collections.abc import Iterable
from typing import Literal, NamedTuple, cast
from uuid import UUID

from sqlalchemy import BindParameter, Table, bindparam, select
from sqlalchemy.orm import Session

from crypto.keyring import Keyring
from outreach.likeness import Person, fold
from outreach.records.cases import MatchToken
from outreach.records.inserting import insert_held, insert_rows, is_held
from outreach.records.people import PhoneToken

Side = Literal["victim", "offender"]

BITS = 16

_TOKEN = cast(Table, MatchToken.__table__).c
_PHONE = cast(Table, PhoneToken.__table__).c
_ASKED: BindParameter[list[bytes]] = bindparam("tokens", expanding=True)
_CASES_WITH_TOKENS = select(_TOKEN.token, _TOKEN.case_id).where(_TOKEN.token.in_(_ASKED))
_CASES_WITH_PHONES = select(_PHONE.case_id).where(_PHONE.token.in_(_ASKED))
_TOKENS_OF_CASE = select(_TOKEN.token).where(_TOKEN.case_id == bindparam("case"))

_SOUNDS = str.maketrans({"k": "c", "q": "c", "y": "i", "j": "i", "g": "i", "v": "b", "w": "b", "z": "s", "x": "s"})


class Pair(NamedTuple):
    """The two people of an event, as matching compares them."""

    agency: str
    reference: str | None
    victim: Person
    offender: Person


class Nearby(NamedTuple):
    """Cases that share a token with an event, by what they share."""

    by_reference: set[UUID]
    by_phone: set[UUID]
    by_birth: set[UUID]
    by_his_birth: set[UUID]
    """Cases whose victim may share the offender's birth date."""
    as_offender: set[UUID]
    """Cases whose offender may share her phone or birth date."""


def nearby(session: Session, pair: Pair) -> Nearby:
    """Ask the two tables of tokens once each."""
    keyring = _keyring(session)
    reference = _reference(keyring, pair)
    birth = _births(keyring, "victim", pair.victim)
    his_birth = _births(keyring, "victim", pair.offender)
    as_offender = _births(keyring, "offender", pair.victim) | _offender_phones(keyring, pair.victim.phones)
    hits: dict[bytes, set[UUID]] = {}
    wanted = reference | birth | his_birth | as_offender
    hers = [keyring.phone_token(phone) for phone in pair.victim.phones]
    if is_held(session, wanted.union(hers)):
        insert_held(session)
    for token, case_id in session.execute(_CASES_WITH_TOKENS, {"tokens": list(wanted)}).all() if wanted else ():
        hits.setdefault(token, set()).add(case_id)
    by_reference, by_birth, by_his_birth, by_offender = (
        set[UUID]().union(*(hits.get(token, ()) for token in tokens))
        for tokens in (reference, birth, his_birth, as_offender)
    )
    by_phone = set(session.scalars(_CASES_WITH_PHONES, {"tokens": hers})) if hers else set()
    return Nearby(by_reference, by_phone, by_birth, by_his_birth, by_offender)


def remember(session: Session, case_id: UUID, pair: Pair, *, is_new: bool = False) -> None:
    """Keep the tokens by which later events find this case; those it has already are left alone."""
    has = set() if is_new else set(session.scalars(_TOKENS_OF_CASE, {"case": case_id}))
    fresh = tokens_of(_keyring(session), pair) - has
    insert_rows(session, MatchToken, [{"token": token, "case_id": case_id} for token in fresh])


def tokens_of(keyring: Keyring, pair: Pair) -> frozenset[bytes]:
    """Return every token a case keeps of a pair."""
    return (
        _reference(keyring, pair)
        | _births(keyring, "victim", pair.victim)
        | _births(keyring, "offender", pair.offender)
        | _offender_phones(keyring, pair.offender.phones)
    )


def _reference(keyring: Keyring, pair: Pair) -> frozenset[bytes]:
    if not pair.reference:
        return frozenset()
    return frozenset({keyring.token("agency reference", pair.agency, pair.reference)})


def _births(keyring: Keyring, side: Side, person: Person) -> frozenset[bytes]:
    if person.date_of_birth is None:
        return frozenset()
    born_on = person.date_of_birth.isoformat()
    buckets = (keyring.bucket(f"{side} birth", f"{born_on} {each}", BITS) for each in _initials(person.full_name))
    return frozenset(side[:1].encode() + bucket for bucket in buckets)


def _initials(name: str) -> frozenset[str]:
    """Return how the words of a name begin, letters that sound alike as one (Katherine, Catherine)."""
    words = (unicodedata.normalize("NFKC", word) for word in fold(name))
    heard = ("f" + word[2:] if word.startswith("ph") else word.removeprefix("h") or word for word in words)
    return frozenset(word[0].translate(_SOUNDS) for word in heard)


def _offender_phones(keyring: Keyring, phones: Iterable[str]) -> frozenset[bytes]:
    return frozenset(keyring.token("offender phone", phone) for phone in phones)


def _keyring(session: Session) -> Keyring:
    return cast(Keyring, session.info["keyring"])
