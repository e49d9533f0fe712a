"""What pages show of stacks: where each stands, how far it is, its letters by code; handles only of one's own cases."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.access import StaffCard, visible_cases
from outreach.approvals.second_person import PEERS_AFTER
from outreach.messaging.letters.batch_rows import (
    STOPPED,
    Place,
    batch_in,
    counts,
    holds_paper,
    is_shown,
    places,
    pulled_pages,
    refuse_hidden,
)
from outreach.messaging.letters.batches import may_handle, may_release
from outreach.messaging.letters.rows import LetterCard, card_of, content_of
from outreach.messaging.letters.void_pages import VoidCard, voids_in_pile
from outreach.records.cases import CaseRecord
from outreach.records.errors import UNREADABLE
from outreach.records.letters import LetterBatch
from outreach.records.staff import Staff
from outreach.terms import BatchState, PlaceState

ENDED_SHOWN = timedelta(days=14)
MOST = 30
IN_HAND = (BatchState.PRINTED, BatchState.SHORT, BatchState.COUNTED, BatchState.MAILING)
"""Where a pile lies in somebody's hands, before it goes."""
_ENDED = (BatchState.MAILED.value, BatchState.UNDONE.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """One stack in a list."""

    id: UUID
    number: int
    state: BatchState
    prepared_by: str
    prepared_at: datetime
    is_mine: bool
    may_release: bool
    released_from: datetime
    """When any colleague but the one who prepared it may release it."""
    total: int
    """Letters in it that were not taken out."""
    done: int
    """Of them made; while they are checked for the last time, mailed."""
    left_out: int
    is_to_take_out: bool = False
    """A page that may not go lies in its pile, which is in the reader's hands and did not go yet."""


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One letter of a stack. The handle is empty where the case is not the reader's."""

    letter_id: UUID
    place: int
    code: str
    handle: str
    case_id: UUID | None
    state: PlaceState
    card: LetterCard | None
    """None where the reader is kept from its case, and learns the code alone, or where it does not open."""


@dataclass(frozen=True, slots=True)
class VoidLine:
    """One page among a stack's paper that may never be mailed."""

    place: int
    handle: str
    case_id: UUID
    page: VoidCard


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """One stack with its letters."""

    line: BatchLine
    released_by: str
    printer: str
    counted: int | None
    is_theirs: bool
    """Whether the reader may see each case of it: then the pages may be taken out."""
    may_handle: bool
    """Whether it is in the reader's hands: to count, mail or give it up."""
    inside: tuple[PlaceLine, ...]
    pull_out: tuple[PlaceLine, ...]
    """Letters whose page lies in the pile and that may not go any more."""
    void: tuple[VoidLine, ...]
    """Void pages of the reader's own cases, with why."""


def open_batches(session: Session, staff: StaffCard, *, now: datetime) -> tuple[BatchLine, ...]:
    """Return the stacks that are not mailed yet, and those that ended lately, newest first. Numbers only; unaudited."""
    lately = or_(LetterBatch.state.not_in(_ENDED), LetterBatch.state_on >= (now - ENDED_SHOWN).date())
    query = select(LetterBatch, Staff.name).join(Staff, Staff.id == LetterBatch.prepared_by_id).where(lately)
    rows = session.execute(query.order_by(LetterBatch.number.desc()).limit(MOST)).all()
    found = counts(session, [batch.id for batch, _ in rows], seen_by=staff)
    # One of walled letters alone is not there, but for who has a page of it in hand that may not go.
    seen = (each for each in rows if is_shown(session, staff, each[0], found[each[0].id]))
    return tuple(
        replace(
            _line(batch, name, found[batch.id], staff, now),
            is_to_take_out=batch.state in IN_HAND
            and _is_in_hand(staff, batch)
            and bool(pulled_pages(session, batch.id)),
        )
        for batch, name in seen
    )


def view(session: Session, staff: StaffCard, batch_id: UUID, *, now: datetime) -> BatchView:
    """Return one stack with its letters by code. Audited, with the cases that are the reader's. Raises NoSuchRecord."""
    batch = batch_in(session, batch_id)
    refuse_hidden(session, staff, batch_id)
    name = session.scalar(select(Staff.name).where(Staff.id == batch.prepared_by_id)) or ""
    second = session.scalar(select(Staff.name).where(Staff.id == batch.released_by_id)) or ""
    all_places = places(session, batch_id, seen_by=staff)
    handles = _handles(session, staff, all_places)
    lines = [_place(session, each, handles) for each in all_places]
    audit.record(session, action="batch.read", by=staff.id, cases=sorted(handles), now=now)
    inside = tuple(
        each for each in lines if each.state is not PlaceState.OUT and each.card and each.card.state not in STOPPED
    )
    return BatchView(
        line=_line(batch, name, counts(session, [batch_id], seen_by=staff)[batch_id], staff, now),
        released_by=second,
        printer=batch.printer,
        counted=batch.counted,
        is_theirs=all(each.handle for each in inside),
        may_handle=may_handle(staff, batch),
        inside=inside,
        pull_out=_to_pull(session, staff, batch, lines),
        void=_void(lines, voids_in_pile(session, batch_id, tuple(handles))),
    )


def _to_pull(
    session: Session, staff: StaffCard, batch: LetterBatch, lines: Sequence[PlaceLine]
) -> tuple[PlaceLine, ...]:
    """Name what may not go to whoever has the pile in hand: the paper must not reach a colleague who is kept away."""
    by_letter, is_in_hand = {each.letter_id: each for each in lines}, _is_in_hand(staff, batch)
    pulled = [each for each in pulled_pages(session, batch.id) if is_in_hand or each.letter.id in by_letter]
    return tuple(by_letter.get(each.letter.id) or _unnamed(session, each) for each in pulled)


def _is_in_hand(staff: StaffCard, batch: LetterBatch) -> bool:
    return may_handle(staff, batch) or holds_paper(staff, batch)


def _unnamed(session: Session, place: Place) -> PlaceLine:
    code = content_of(session, place.letter).code
    return PlaceLine(place.letter.id, place.row.place, code, "", None, PlaceState(place.row.state), None)


def _void(lines: Sequence[PlaceLine], pages: Sequence[VoidCard]) -> tuple[VoidLine, ...]:
    by_letter = {each.letter_id: each for each in lines}
    found = ((by_letter[page.letter_id], page) for page in pages if page.letter_id in by_letter)
    return tuple(VoidLine(line.place, line.handle, line.case_id, page) for line, page in found if line.case_id)


def _line(batch: LetterBatch, name: str, found: dict[PlaceState, int], staff: StaffCard, now: datetime) -> BatchLine:
    done, left = found[PlaceState.MAILED], found[PlaceState.MADE]
    made = done + left
    return BatchLine(
        id=batch.id,
        number=batch.number,
        state=BatchState(batch.state),
        prepared_by=name,
        prepared_at=batch.prepared_at,
        is_mine=batch.prepared_by_id == staff.id,
        may_release=batch.state == BatchState.PLANNED and may_release(staff, batch, now=now),
        released_from=batch.prepared_at + PEERS_AFTER,
        total=made + found[PlaceState.PLANNED],
        done=done if batch.state == BatchState.MAILING else made,
        left_out=found[PlaceState.OUT],
    )


def _handles(session: Session, staff: StaffCard, inside: list[Place]) -> dict[UUID, str]:
    """Return the handles of those of these cases that a person may see."""
    query = visible_cases(staff).where(CaseRecord.id.in_({each.letter.case_id for each in inside}))
    return {row.id: row.handle for row in session.execute(query.with_only_columns(CaseRecord.id, CaseRecord.handle))}


def _place(session: Session, place: Place, handles: dict[UUID, str]) -> PlaceLine:
    letter = place.letter
    try:
        code, card = content_of(session, letter).code, card_of(session, letter)
    except UNREADABLE:  # One damaged case must not keep the others' page from opening.
        code, card = "", None
    return PlaceLine(
        letter_id=letter.id,
        place=place.row.place,
        code=code,
        handle=handles.get(letter.case_id, ""),
        case_id=letter.case_id if letter.case_id in handles else None,
        state=PlaceState(place.row.state),
        card=card,
    )
