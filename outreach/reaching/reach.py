"""Changing where she might be reached: adding a destination, saving what was learned of one, her phone's token."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, Table, bindparam, select, update
from sqlalchemy.orm import Session

from crypto.keyring import Keyring
from outreach import audit, people
from outreach.identity.same_person import cases_of_person, lock_person
from outreach.reaching.against import but_no_closed_yes, newly_said, uncleared, with_her_word, with_what_is_known
from outreach.reaching.destination_boxes import kept_from
from outreach.reaching.destinations import Destination
from outreach.reaching.same_way import adds_nothing, is_same_way
from outreach.records.boxes import BoxNumber
from outreach.records.errors import UNREADABLE, NoSuchRecord, StaleVersion
from outreach.records.inserting import insert_rows
from outreach.records.keys import seal
from outreach.records.marks import note
from outreach.records.people import DestinationRecord, PhoneToken
from outreach.terms import DestinationKind

_WAY = cast(Table, DestinationRecord.__table__)
_PHONE = cast(Table, PhoneToken.__table__)
_SAVE = (
    update(_WAY)
    .where(_WAY.c.id == bindparam("way"), _WAY.c.case_id == bindparam("case"), _WAY.c.version == bindparam("shown"))
    .values(contact_box=bindparam("box"), version=_WAY.c.version + 1)
)
_IS_FOUND_BY = select(_PHONE.c.id).where(
    _PHONE.c.destination_id == bindparam("way"), _PHONE.c.token == bindparam("token")
)


class KnownAlready(Exception):
    """The case has this way, `known`: what she says of it now belongs there."""

    def __init__(self, known: Destination) -> None:
        super().__init__("the case has this way")
        self.known = known


def add_destination(
    session: Session, case_id: UUID, destination: Destination, *, by: UUID, now: datetime
) -> Destination:
    """
    Seal a new destination under its own id, make her phone findable by its exact number, and return what is kept.

    Audited. What is known against the same way, spelled with less here or in another case of hers, holds for this one
    too.

    Raises:
        KnownAlready: the case has this phone, front door or mailbox; a second row would have verdicts of its own, and
            one of them a yes.
    """
    lock_person(session, case_id)  # Nobody writes down meanwhile that it is in other hands, or adds it as well.
    here = [each for each in people.destinations(session, case_id) if is_same_way(each, destination)]
    known = next((each for each in here if adds_nothing(destination, each)), None)
    if known is not None:
        raise KnownAlready(known)
    (kept,) = add_destinations(session, case_id, (with_what_is_known(destination, here),))
    audit.record(session, action="destination.add", by=by, cases=[case_id], now=now)
    return kept


def add_destinations(session: Session, case_id: UUID, destinations: Sequence[Destination]) -> list[Destination]:
    """
    Add several at once, for a caller who records it in the same transaction and knows that the case has none of them.

    What is known against one in another case of hers holds here too, whoever tells us of it.
    """
    keyring = cast(Keyring, session.info["keyring"])
    session.flush()
    others = cases_of_person(session, case_id) - {case_id} if destinations else frozenset()
    elsewhere = [way for _, way in ways_of(session, others)]
    kept = [with_what_is_known(each, elsewhere) for each in destinations]
    rows = [
        {
            "id": each.id,
            "case_id": case_id,
            "contact_box": seal(session, BoxNumber.DESTINATION, kept_from(each), owner=case_id, row=each.id),
        }
        for each in kept
    ]
    insert_rows(session, DestinationRecord, rows)
    tokens = [
        {
            "id": uuid4(),
            "case_id": case_id,
            "destination_id": each.id,
            "token": keyring.phone_token(each.value),
        }
        for each in kept
        if each.kind is DestinationKind.PHONE
    ]
    insert_rows(session, PhoneToken, tokens)
    return kept


def ways_of(session: Session, cases: Collection[UUID]) -> list[tuple[UUID, Destination]]:
    """Return each way of these cases of hers, and whose it is; one that does not open is shut at the gate."""
    found: list[tuple[UUID, Destination]] = []
    for case_id in sorted(cases):
        with suppress(*UNREADABLE):
            found += [(case_id, way) for way in people.destinations(session, case_id)]
    return found


def save_destination(
    session: Session, case_id: UUID, destination: Destination, *, version: int, by: UUID, now: datetime
) -> Destination:
    """
    Replace a destination as it was shown with this version, in all her cases where it stands, and return what is kept.

    What is newly said against it holds for the same way in each case of hers; so does that the partner may see it after
    all. A new yes does not open it while a live no of hers stands in another; one she says now does, here. Audited.

    Raises:
        StaleVersion: somebody else changed it since; nothing was written.
        NoSuchRecord: the case has no such destination.
    """
    kept, elsewhere = destination, list[tuple[UUID, Destination]]()
    if len(cases_of_person(session, case_id)) > 1:
        before = people.destination_of(session, case_id, destination.id)
        news = newly_said(before, destination)
        if news is not None:
            _, *others = lock_person(session, case_id)  # Nobody adds it there meanwhile, as if nothing were said.
            theirs = ways_of(session, others)
            kept = but_no_closed_yes(destination, before, [way for _, way in theirs])
            told = [(other, way, uncleared(with_her_word(way, (news,)), before, destination)) for other, way in theirs]
            elsewhere = [(other, after) for other, way, after in told if after != way]
    save_here(session, case_id, kept, version=version, by=by, now=now)
    for other, way in elsewhere:
        save_here(session, other, way, version=way.version, by=by, now=now)
    return kept


def save_here(
    session: Session, case_id: UUID, destination: Destination, *, version: int, by: UUID, now: datetime
) -> None:
    """
    Save as `save_destination` does, in this case alone: for a caller who goes through all cases of hers. Audited.

    A number she once had keeps its token: a STOP from it must still find her.
    """
    box = seal(session, BoxNumber.DESTINATION, kept_from(destination), owner=case_id, row=destination.id)
    shown = {"way": destination.id, "case": case_id, "shown": version}
    if not cast("CursorResult[Any]", session.execute(_SAVE, {**shown, "box": box})).rowcount:
        raise _not_saved(session, case_id, destination)
    note(session, BoxNumber.DESTINATION, destination.id, box)
    _remember_phone(session, case_id, destination)
    audit.record(session, action="destination.save", by=by, cases=[case_id], now=now)


def _not_saved(session: Session, case_id: UUID, destination: Destination) -> NoSuchRecord | StaleVersion:
    """Return why no row was as it had been shown."""
    if session.scalar(select(_WAY.c.id).where(_WAY.c.id == destination.id, _WAY.c.case_id == case_id)) is None:
        return NoSuchRecord("destination", destination.id)
    return StaleVersion("destination")


def _remember_phone(session: Session, case_id: UUID, destination: Destination) -> None:
    if destination.kind is not DestinationKind.PHONE:
        return
    token = cast(Keyring, session.info["keyring"]).phone_token(destination.value)
    if session.scalar(_IS_FOUND_BY, {"way": destination.id, "token": token}) is None:
        row = {"id": uuid4(), "case_id": case_id, "destination_id": destination.id, "token": token}
        insert_rows(session, PhoneToken, [row])
