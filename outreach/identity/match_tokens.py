"""
The tokens by which matching finds cases: keyed, so that a stolen table names nobody.

A phone of an offender and an agency's reference have exact tokens. A birth date has buckets of 18 bits, one for each
initial of the name, under a purpose for each side: about three pairs of date and initial share a bucket, so that a
bucket by itself gives no birth date away, and a misspelled name is still found by one of its words. (With 16 bits, four
times as many strangers had to be opened and compared for each event among 100,000 cases.) Exact phones of hers have
the table `phone_token`.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Literal, NamedTuple, cast
from uuid import UUID

from sqlalchemy import BindParameter, Table, bindparam, select
from sqlalchemy.orm import Session

from crypto.keyring import Keyring
from outreach.identity.likeness import Person, fold
from outreach.records.cases import MatchToken
from outreach.records.inserting import insert_rows
from outreach.records.people import PhoneToken

Side = Literal["victim", "offender"]

BITS = 18

_TOKEN = cast(Table, MatchToken.__table__).c
_PHONE = cast(Table, PhoneToken.__table__).c
_ASKED: BindParameter[list[bytes]] = bindparam("tokens", expanding=True)
_CASES_WITH_TOKENS = select(_TOKEN.token, _TOKEN.case_id).where(_TOKEN.token.in_(_ASKED))
_CASES_WITH_PHONES = select(_PHONE.token, _PHONE.case_id).where(_PHONE.token.in_(_ASKED))
_TOKENS_OF_CASE = select(_TOKEN.token).where(_TOKEN.case_id == bindparam("case"))

_SOUNDS = str.maketrans({"k": "c", "q": "c", "y": "i", "j": "i", "g": "i", "v": "b", "w": "b", "z": "s", "x": "s"})


class Pair(NamedTuple):
    """The two people of an event, as matching compares them."""

    agency: str
    reference: str | None
    victim: Person
    offender: Person


class PairTokens(NamedTuple):
    """The tokens of one pair: what is asked for, by what it would say, and what a case keeps."""

    reference: frozenset[bytes]
    birth: frozenset[bytes]
    his_birth: frozenset[bytes]
    as_offender: frozenset[bytes]
    phones: frozenset[bytes]
    """Of hers, as the table `phone_token` keeps them."""
    kept: frozenset[bytes]

    @property
    def asked(self) -> frozenset[bytes]:
        """Return every token looked for in the table `match_token`."""
        return self.reference | self.birth | self.his_birth | self.as_offender


class Nearby(NamedTuple):
    """Cases that share a token with an event, by what they share."""

    by_reference: set[UUID]
    by_phone: set[UUID]
    by_birth: set[UUID]
    by_his_birth: set[UUID]
    """Cases whose victim may share the offender's birth date."""
    as_offender: set[UUID]
    """Cases whose offender may share her phone or birth date."""


class Hits(NamedTuple):
    """The cases that have a token, of those asked for."""

    by_token: dict[bytes, set[UUID]]
    by_phone: dict[bytes, set[UUID]]


def hits(session: Session, asked: Collection[bytes], phones: Collection[bytes]) -> Hits:
    """Ask the two tables of tokens once each, for as many tokens as there are."""
    found = Hits(defaultdict(set), defaultdict(set))
    if asked:
        for token, case_id in session.execute(_CASES_WITH_TOKENS, {"tokens": list(asked)}).all():
            found.by_token[token].add(case_id)
    if phones:
        for token, case_id in session.execute(_CASES_WITH_PHONES, {"tokens": list(phones)}).all():
            found.by_phone[token].add(case_id)
    return found


def nearby(tokens: PairTokens, found: Hits) -> Nearby:
    """Return the cases that share a token with a pair, of what was found."""

    def cases(wanted: Iterable[bytes]) -> set[UUID]:
        return set[UUID]().union(*(found.by_token.get(token, ()) for token in wanted))

    return Nearby(
        by_reference=cases(tokens.reference),
        by_phone=set[UUID]().union(*(found.by_phone.get(token, ()) for token in tokens.phones)),
        by_birth=cases(tokens.birth),
        by_his_birth=cases(tokens.his_birth),
        as_offender=cases(tokens.as_offender),
    )


def remember(session: Session, case_id: UUID, tokens: PairTokens, *, is_new: bool = False) -> None:
    """Keep the tokens by which later events find this case; those it has already are left alone."""
    has = set() if is_new else set(session.scalars(_TOKENS_OF_CASE, {"case": case_id}))
    insert_rows(session, MatchToken, [{"token": token, "case_id": case_id} for token in tokens.kept - has])


def remember_birth(session: Session, case_id: UUID, victim: Person) -> None:
    """Keep the tokens of a birth date somebody wrote down; none where it is not known."""
    has = set(session.scalars(_TOKENS_OF_CASE, {"case": case_id}))
    new = _births(session.info["keyring"], "victim", victim) - has
    insert_rows(session, MatchToken, [{"token": token, "case_id": case_id} for token in new])


def tokens_of(keyring: Keyring, pair: Pair) -> PairTokens:
    """Return every token of a pair."""
    reference = _reference(keyring, pair)
    birth, his_birth = _births(keyring, "victim", pair.victim), _births(keyring, "victim", pair.offender)
    his_phones = _offender_phones(keyring, pair.offender.phones)
    return PairTokens(
        reference=reference,
        birth=birth,
        his_birth=his_birth,
        as_offender=_births(keyring, "offender", pair.victim) | _offender_phones(keyring, pair.victim.phones),
        phones=frozenset(keyring.phone_token(phone) for phone in pair.victim.phones),
        kept=reference | birth | _births(keyring, "offender", pair.offender) | his_phones,
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
