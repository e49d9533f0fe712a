"""
A round of events, and what taking them in asks of the vault, read for all of them at once: a statement costs more
than a row.

What the round itself writes makes parts of that out of date: tokens written meanwhile and cases touched meanwhile are
read again, one event at a time. Where nothing is written between the questions, outreach.records.ahead is enough.
A case that does not open keeps no event from being taken in: it is named as torn.
"""

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from typing import TypeVar, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select
from sqlalchemy.orm import Session

from crypto.keyring import Keyring
from outreach import people
from outreach.case_file import history
from outreach.case_file.standing import open_standings
from outreach.identity import match_tokens
from outreach.identity.likeness import Person
from outreach.identity.match_tokens import Nearby, Pair, PairTokens
from outreach.records.ahead import CASES, columns_of, rows_of
from outreach.records.brought import BroughtCase
from outreach.records.cases import CaseRecord, LevelEventRecord
from outreach.records.errors import UNREADABLE
from outreach.records.inserting import insert_held, is_written
from outreach.records.keys import case_keys
from outreach.terms import KeyClass

T = TypeVar("T")

_EVENT = cast(Table, LevelEventRecord.__table__).c
_BODIES_OF = select(_EVENT.event_token, _EVENT.body_token).where(
    _EVENT.event_token.in_(bindparam("tokens", expanding=True))
)

_CASE, _BROUGHT_CASE = columns_of(CaseRecord), columns_of(BroughtCase)
_BROUGHT = select(_CASE.id.label("case_id"), _CASE.standing_box).where(
    _CASE.id.in_(CASES), _CASE.id == _BROUGHT_CASE.case_id
)


class EventRound:
    """What the vault knew, as the round began, of its events, of the people they name and of those like them."""

    def __init__(self, session: Session, *, events: Collection[bytes], pairs: Iterable[Pair]) -> None:
        """
        Read for these events and pairs.

        Args:
            events: the tokens of the events' ids.
            pairs: the two people of each event that names them.
        """
        self._session = session
        keyring = cast(Keyring, session.info["keyring"])
        self._tokens = {pair: match_tokens.tokens_of(keyring, pair) for pair in pairs}
        self._bodies = _bodies(session, events)
        self._touched: set[UUID] = set()
        self._torn: set[UUID] = set()
        asked = set[bytes]().union(*(tokens.asked for tokens in self._tokens.values()))
        phones = set[bytes]().union(*(tokens.phones for tokens in self._tokens.values()))
        self._hits = match_tokens.hits(session, asked, phones)
        self._read_cases()

    def tokens(self, pair: Pair) -> PairTokens:
        """Return the tokens of one of the pairs."""
        return self._tokens[pair]

    def body_of(self, event: bytes) -> bytes | None:
        """Return the token of the body we have of an event, or None where the event is new."""
        if is_written(self._session, (event,)):
            insert_held(self._session)
            return _bodies(self._session, (event,)).get(event)
        return self._bodies.get(event)

    def nearby(self, pair: Pair) -> Nearby:
        """Return the cases that share a token with one of the pairs."""
        tokens = self._tokens[pair]
        if not is_written(self._session, tokens.asked | tokens.phones):
            return match_tokens.nearby(tokens, self._hits)
        insert_held(self._session)
        return match_tokens.nearby(tokens, match_tokens.hits(self._session, tokens.asked, tokens.phones))

    def persons(self, case_ids: Collection[UUID]) -> dict[UUID, Person]:
        """Return the victim of each case that has her name and opens."""
        known = {case_id: self._persons[case_id] for case_id in case_ids if case_id in self._persons}
        return known | self._read(_persons, self._out_of_date(case_ids))

    def offenders(self, case_ids: Collection[UUID]) -> dict[UUID, list[Person]]:
        """Return the offenders that the events of each case name, where it opens."""
        known = {case_id: self._offenders[case_id] for case_id in case_ids if case_id in self._offenders}
        return known | self._read(_offenders, self._out_of_date(case_ids))

    def torn(self, case_ids: Collection[UUID]) -> set[UUID]:
        """Return those of these cases that were read for the round and do not open."""
        return self._torn & set(case_ids)

    def touched(self, case_id: UUID) -> None:
        """Note that an event went into this case."""
        self._touched.add(case_id)

    def _read_cases(self) -> None:
        near = [match_tokens.nearby(tokens, self._hits) for tokens in self._tokens.values()]
        victims = set[UUID]().union(*(cases for each in near for cases in each[:4]))
        others = set[UUID]().union(*(each.as_offender | each.by_reference for each in near))
        self._known = victims | others
        with suppress(*UNREADABLE):  # With one query where all are well; else each asks for its own key.
            case_keys(self._session, list(self._known), KeyClass.CONTACT)
        self._persons = self._read(_persons, victims)
        self._offenders = self._read(_offenders, others)

    def _read(self, read: Callable[[Session, list[UUID]], dict[UUID, T]], case_ids: Collection[UUID]) -> dict[UUID, T]:
        """Read many cases at once; where one does not open, each by itself, and that one is noted as torn."""
        with suppress(*UNREADABLE):
            return read(self._session, list(case_ids))
        found: dict[UUID, T] = {}
        for case_id in case_ids:
            try:
                found |= read(self._session, [case_id])
            except UNREADABLE:
                self._torn.add(case_id)
        return found

    def _out_of_date(self, case_ids: Collection[UUID]) -> list[UUID]:
        again = [case_id for case_id in case_ids if case_id in self._touched or case_id not in self._known]
        if again:
            insert_held(self._session)
        return again


def _bodies(session: Session, events: Collection[bytes]) -> dict[bytes, bytes]:
    if not events:
        return {}
    return {event: body for event, body in session.execute(_BODIES_OF, {"tokens": list(events)}).all()}


def _persons(session: Session, case_ids: Collection[UUID]) -> dict[UUID, Person]:
    if not case_ids:
        return {}
    return {
        case_id: Person(name, born_on, frozenset())
        for case_id, (name, born_on) in people.names_and_births(session, case_ids).items()
    }


def _offenders(session: Session, case_ids: Collection[UUID]) -> dict[UUID, list[Person]]:
    """Return the partners that events of these cases name, and those that papers from before do."""
    found = history.offenders_of(session, list(case_ids))
    boxes = rows_of(session, _BROUGHT, case_ids) if case_ids else ()
    for case_id, standing in open_standings(session, {row.case_id: row.standing_box for row in boxes}).items():
        partner = standing.brought_over.partner if standing.brought_over is not None else None
        if partner is not None:
            found.setdefault(case_id, []).append(partner)
    return found
