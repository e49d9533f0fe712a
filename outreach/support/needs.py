"""
What she needs, and what was offered, accepted and done about it. The rules are pure; storing is below them.

Days, never minutes: what she needed is hers, and when we did what about it is known to the day. Nothing here tells
anyone anything; a referral (outreach.support.referrals) is a record of its own.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.protocols.steps import Step
from outreach.records.boxes import BoxNumber
from outreach.records.errors import NoSuchRecord, StaleVersion
from outreach.records.inserting import insert_rows
from outreach.records.keys import seal, unseal
from outreach.records.needs import NeedRecord
from outreach.support.never_stored import SAY_LEGAL, tells_status
from outreach.tasks import detail_of, end_task, tasks_of
from outreach.terms import TaskState

LONGEST_NOTE = 500


class NeedKind(StrEnum):
    """What she may need. Never her leave to be in the country: that need is legal help."""

    SHELTER = "shelter"
    MEDICAL = "medical"
    LEGAL = "legal"
    MONEY = "money"
    CHILDREN = "children"
    HOUSING = "housing"
    TRANSPORT = "transport"
    FOOD = "food"
    WORK = "work"
    COUNSELLING = "counselling"
    INTERPRETER = "interpreter"
    OTHER = "other"


class NeedSource(StrEnum):
    """Who named it."""

    HERS = "hers"
    OFFICERS = "officers"
    OURS = "ours"


class NeedStep(StrEnum):
    """What happened about it."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DONE = "done"
    NOT_NEEDED = "not_needed"


ENDS = frozenset({NeedStep.DECLINED, NeedStep.DONE, NeedStep.NOT_NEEDED})
"""What closes a need. One that is closed stays; the same need later is a new one."""

_FOLLOWS: dict[NeedStep | None, tuple[NeedStep, ...]] = {
    None: (NeedStep.OFFERED, NeedStep.ACCEPTED, NeedStep.DONE, NeedStep.DECLINED, NeedStep.NOT_NEEDED),
    NeedStep.OFFERED: (NeedStep.ACCEPTED, NeedStep.DONE, NeedStep.DECLINED, NeedStep.NOT_NEEDED),
    NeedStep.ACCEPTED: (NeedStep.DONE, NeedStep.DECLINED, NeedStep.NOT_NEEDED),
}


class NeverStored(ValueError):
    """The words tell what is never stored. Say `SAY_LEGAL` instead."""

    def __init__(self) -> None:
        super().__init__(SAY_LEGAL)


class WrongNeedStep(ValueError):
    """This can not come after what happened about the need already."""


class TakenStep(NamedTuple):
    """One thing that happened about a need: what, on which day, who noted it."""

    step: str
    on: str
    by: str


class NeedContent(NamedTuple):
    """Box NEED, in sealing order. New fields go at the end with a default."""

    kind: str
    source: str
    noted_on: str
    noted_by: str
    note: str = ""
    steps: Sequence[TakenStep] = ()
    written_on: str = ""
    """When it was written down, where that was a later day."""


class NeedCard(NamedTuple):
    """One need as a page shows it."""

    id: UUID
    kind: NeedKind
    source: NeedSource
    noted_on: date
    note: str
    steps: tuple[TakenStep, ...]
    version: int
    written_on: date | None = None

    @property
    def last(self) -> NeedStep | None:
        """Return what happened last about it."""
        return NeedStep(self.steps[-1].step) if self.steps else None

    @property
    def is_open(self) -> bool:
        """Say whether something is still to be done."""
        return self.last not in ENDS

    @property
    def next_steps(self) -> tuple[NeedStep, ...]:
        """Return what may be noted next."""
        return _FOLLOWS.get(self.last, ())


class NewNeed(NamedTuple):
    """A need as an advocate notes it."""

    kind: NeedKind
    source: NeedSource
    note: str = ""
    on: date | None = None
    """The day on which it was named; None is today."""


def note_need(session: Session, case_id: UUID, new: NewNeed, *, by: UUID, now: datetime) -> UUID:
    """Keep a need and return its id; the same kind once while it is open. Audited. Raises NeverStored."""
    if tells_status(new.note):
        raise NeverStored
    for known in needs_of(session, case_id):
        if known.kind is new.kind and known.is_open and not new.note:
            return known.id
    on, today = new.on or now.date(), now.date().isoformat()
    content = NeedContent(new.kind, new.source, on.isoformat(), str(by), new.note.strip()[:LONGEST_NOTE])
    if new.on is not None:
        content = content._replace(written_on=today)
    (row_id,) = _insert(session, case_id, [content])
    audit.record(session, action="need.note", by=by, cases=[case_id], now=now)
    return row_id


def take_needs(session: Session, case_id: UUID, kinds: Iterable[str], *, by: UUID, on: date) -> None:
    """Keep what an officer heard her need, but for what is open already. The caller audits."""
    named = [NeedKind(each) for each in dict.fromkeys(kinds)]
    if not named:
        return
    known = {each.kind for each in needs_of(session, case_id) if each.is_open}
    fresh = [each for each in named if each not in known]
    _insert(session, case_id, [NeedContent(each, NeedSource.OFFICERS, on.isoformat(), str(by)) for each in fresh])


def take_step(
    session: Session, case_id: UUID, need_id: UUID, step: NeedStep, *, version: int, by: UUID, now: datetime
) -> None:
    """
    Note what happened about a need; what closes it ends the task with its clock. Audited.

    Raises NoSuchRecord, StaleVersion when somebody noted something meanwhile, or WrongNeedStep.
    """
    row = session.get(NeedRecord, need_id)
    if row is None or row.case_id != case_id:
        raise NoSuchRecord("need", need_id)
    if row.version != version:
        raise StaleVersion("need")
    card = _card(session, row)
    if step not in card.next_steps:
        raise WrongNeedStep(f"{step} can not follow {card.last}")
    content = _content(session, row)
    taken = TakenStep(step, now.date().isoformat(), str(by))
    content = content._replace(steps=(*content.steps, taken))
    row.need_box = seal(session, BoxNumber.NEED, content, owner=case_id, row=row.id)
    if step in ENDS:
        _end_clock(session, case_id, card.kind, step, by=by, now=now)
    audit.record(session, action="need.step", by=by, cases=[case_id], now=now)


def needs_of(session: Session, case_id: UUID) -> tuple[NeedCard, ...]:
    """Return a case's needs, open ones first, then newest first. Unaudited: the page that shows them records it."""
    rows = session.scalars(select(NeedRecord).where(NeedRecord.case_id == case_id)).all()
    cards = sorted((_card(session, row) for row in rows), key=lambda each: each.noted_on, reverse=True)
    return tuple(sorted(cards, key=lambda each: not each.is_open))


def _end_clock(session: Session, case_id: UUID, kind: NeedKind, step: NeedStep, *, by: UUID, now: datetime) -> None:
    for task in tasks_of(session, case_id):
        if task.step != Step.NEED_NOW or task.state != TaskState.OPEN:
            continue
        if detail_of(session, task).need == kind:
            end_task(session, task, TaskState.DONE, now=now, outcome=step.value, ended_by=str(by))


def _insert(session: Session, case_id: UUID, contents: Sequence[NeedContent]) -> list[UUID]:
    ids = [uuid4() for _ in contents]
    rows = [
        {"id": row, "case_id": case_id, "need_box": seal(session, BoxNumber.NEED, content, owner=case_id, row=row)}
        for row, content in zip(ids, contents, strict=True)
    ]
    insert_rows(session, NeedRecord, rows)
    return ids


def _content(session: Session, row: NeedRecord) -> NeedContent:
    content = NeedContent(*unseal(session, BoxNumber.NEED, row.need_box, owner=row.case_id, row=row.id))
    return content._replace(steps=tuple(TakenStep(*each) for each in content.steps))


def _card(session: Session, row: NeedRecord) -> NeedCard:
    content = _content(session, row)
    return NeedCard(
        row.id,
        NeedKind(content.kind),
        NeedSource(content.source),
        date.fromisoformat(content.noted_on),
        content.note,
        tuple(content.steps),
        row.version,
        date.fromisoformat(content.written_on) if content.written_on else None,
    )
