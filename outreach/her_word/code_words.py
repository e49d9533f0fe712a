"""
Her code word, and her word for danger: chosen live, kept so that they can be checked and never read.

A try is counted before its word is weighed, so that tries at once cannot outrun the limit. The word for danger is
answered like the right one, to the byte; it pauses everything and asks a supervisor in, with what she wants done.
Wrong words lock details, never help (requirement 28).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.keyring import Keyring
from outreach import audit, people
from outreach.access import StaffCard, find_case
from outreach.gate.facts import Request
from outreach.her_word import pausing
from outreach.her_word.code_word_rules import DANGER, GivenWord, KeptWord, NewWord, fold, refuse_unfit
from outreach.her_word.requests import record_request
from outreach.on_duty import paging
from outreach.on_duty.paging import OfCase
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.boxes import BoxNumber
from outreach.records.conversation import CodeWord, CodeWordCheck
from outreach.records.engine import Vault
from outreach.records.errors import NoSuchRecord
from outreach.records.keys import seal, unseal
from outreach.records.work import Task
from outreach.scheduling.escalation import escalate
from outreach.staff import pass_phrases
from outreach.tasks import add_task
from outreach.terms import Channel, DestinationKind, PageAbout, TaskState

MOST_TRIES = 5
REST = timedelta(minutes=15)
HOLDS_FOR = timedelta(minutes=30)
"""How long a checked word says who is on that line (requirement 29a)."""


Find = Callable[[Session, StaffCard, UUID], object]
"""Raises NoSuchCase for a case that is not open to a colleague: by their caseload, or by their shift."""


class Answer(StrEnum):
    """What a check may say: nothing tells the two right words apart."""

    RIGHT = "right"
    WRONG = "wrong"
    RESTING = "resting"
    NOT_SET = "not_set"


class _Which(StrEnum):
    WORD = "word"
    DANGER = DANGER


@dataclass(frozen=True, slots=True)
class Standing:
    """What may be said of a case's code word: whether there is one, and until when it rests."""

    is_set: bool
    rests_until: datetime | None


@dataclass(frozen=True, slots=True)
class Alarm:
    """What she wants done, and when she gave the word for danger."""

    at: datetime
    wanted: str
    police: bool


def keep(session: Session, case_id: UUID, new: NewWord, *, by: UUID, now: datetime) -> None:
    """Keep what she chose in place of what was kept before. Audited. Raises UnfitWord."""
    refuse_unfit(new, people.names_and_births(session, (case_id,)).get(case_id, ("", None))[0])
    row = session.scalars(select(CodeWord).where(CodeWord.case_id == case_id).with_for_update()).first()
    row_id = row.id if row else uuid4()
    kept = KeptWord(
        word=pass_phrases.keep(_peppered(session, case_id, new.word)),
        danger=pass_phrases.keep(_peppered(session, case_id, new.danger)) if new.danger else None,
        wanted=new.wanted.strip(),
        police=new.police,
        set_by=str(by),
        set_at=now.isoformat(),
        how=new.how,
    )
    box = seal(session, BoxNumber.CODE_WORD, kept, owner=case_id, row=row_id)
    if row is None:
        session.add(CodeWord(id=row_id, case_id=case_id, word_box=box))
    else:
        row.word_box, row.failed_tries, row.rests_until = box, 0, None
    audit.record(session, action="code_word.set", by=by, cases=[case_id], now=now)


def standing_of(session: Session, case_id: UUID, *, now: datetime) -> Standing:
    """Return whether she has a code word, and until when checks of it rest. Unaudited: it says nothing of it."""
    row = session.scalars(select(CodeWord).where(CodeWord.case_id == case_id)).first()
    rests = row.rests_until if row and row.rests_until and row.rests_until > now else None
    return Standing(row is not None, rests)


def check(
    vault: Vault, staff: StaffCard, case_id: UUID, said: str, *, destination_id: UUID | None, now: datetime
) -> Answer:
    """
    Weigh a word she gave just now. Audited, whatever it was.

    A right one on a phone of hers opens half an hour of typed texts there.

    Args:
        destination_id: the phone she gave it on; None in person.

    Raises:
        NoSuchCase, NoSuchRecord (no such phone of hers).
    """
    given = take(vault, staff, case_id, said, destination_id=destination_id, now=now)
    return given if isinstance(given, Answer) else Answer.RIGHT


def take(
    vault: Vault,
    staff: StaffCard,
    case_id: UUID,
    said: str,
    *,
    destination_id: UUID | None,
    now: datetime,
    find: Find = find_case,
) -> GivenWord | Answer:
    """
    Weigh as `check` does, and return which of her words it was, or why none: never to be shown.

    Args:
        find: which cases are open to this colleague; raises NoSuchCase for the others.
    """
    with vault.writing() as session:
        find(session, staff, case_id)
        _refuse_other(session, case_id, destination_id)
        begun = _begin_try(session, case_id, by=staff.id, now=now)
    if isinstance(begun, Answer):
        return begun
    which = _weigh(vault, case_id, begun, said)
    if which is None:
        return Answer.WRONG
    given = GivenWord(now.isoformat(), str(staff.id), str(destination_id) if destination_id else None, which.value)
    with vault.writing() as session:
        _note(session, case_id, given, staff=staff, now=now)
    return given


def checks_of(session: Session, case_id: UUID) -> tuple[GivenWord, ...]:
    """Return when right words were given. Unaudited: the page that marks who wrote records the read."""
    rows = session.scalars(select(CodeWordCheck).where(CodeWordCheck.case_id == case_id))
    return tuple(
        GivenWord(*unseal(session, BoxNumber.CODE_WORD_CHECK, row.check_box, owner=case_id, row=row.id)) for row in rows
    )


def given_lately(session: Session, case_id: UUID, *, now: datetime) -> tuple[GivenWord, ...]:
    """Return the right words given within the half hour, on whatever line. Unaudited: what is kept by them records."""
    found = checks_of(session, case_id)
    return tuple(each for each in found if now - HOLDS_FOR < datetime.fromisoformat(each.at) <= now)


def read_alarm(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> Alarm | None:
    """Return what she wants done, when she gave her word for danger; None when she never did. Audited."""
    given = [each for each in checks_of(session, case_id) if each.is_danger]
    row = session.scalars(select(CodeWord).where(CodeWord.case_id == case_id)).first()
    if not given or row is None:
        return None
    kept = _kept(session, row)
    audit.record(session, action="code_word.alarm", by=by, cases=[case_id], now=now)
    return Alarm(max(datetime.fromisoformat(each.at) for each in given), kept.wanted, kept.police)


def _begin_try(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> KeptWord | Answer:
    """Count a try before it is weighed; the fifth in a row that is not right begins a rest."""
    row = session.scalars(select(CodeWord).where(CodeWord.case_id == case_id).with_for_update()).first()
    audit.record(session, action="code_word.try", by=by, cases=[case_id], now=now)
    if row is None:
        return Answer.NOT_SET
    if row.rests_until is not None and row.rests_until > now:
        return Answer.RESTING
    row.failed_tries += 1
    if row.failed_tries >= MOST_TRIES:
        row.failed_tries, row.rests_until = 0, now + REST
    return _kept(session, row)


def _weigh(vault: Vault, case_id: UUID, kept: KeptWord, said: str) -> _Which | None:
    """Compare with both, always: how long it takes says nothing."""
    peppered = _pepper(vault.keyring, case_id, said)
    is_word, is_danger = pass_phrases.matches(peppered, kept.word), pass_phrases.matches(peppered, kept.danger)
    return _Which.DANGER if is_danger else _Which.WORD if is_word else None


def _note(session: Session, case_id: UUID, given: GivenWord, *, staff: StaffCard, now: datetime) -> None:
    row = session.scalars(select(CodeWord).where(CodeWord.case_id == case_id).with_for_update()).one()
    row.failed_tries, row.rests_until = 0, None
    check_id = uuid4()
    box = seal(session, BoxNumber.CODE_WORD_CHECK, given, owner=case_id, row=check_id)
    session.add(CodeWordCheck(id=check_id, case_id=case_id, check_box=box))
    if given.is_danger:
        _raise_alarm(session, case_id, staff=staff, now=now)
    elif given.destination_id is not None:
        record_request(session, case_id, _half_an_hour(given, staff, now), now=now)
    audit.record(session, action="code_word.check", by=staff.id, cases=[case_id], now=now)


def _raise_alarm(session: Session, case_id: UUID, *, staff: StaffCard, now: datetime) -> None:
    """Pause everything as any pause would, and bring what she wants done before a supervisor, at once."""
    pausing.pause_found(session, case_id, by=staff.id, now=now)
    paging.call_on_call(session, OfCase(PageAbout.CODE_WORD, case_id), now=now, but=staff.id)
    urgent = (Task.case_id == case_id, Task.step == Step.SUPERVISOR_URGENT.value, Task.state == TaskState.OPEN.value)
    if session.scalars(select(Task.id).where(*urgent).limit(1)).first() is not None:
        return
    task_id = add_task(session, case_id, PlannedTask(Step.SUPERVISOR_URGENT, None, opens_at=now, due_at=now))
    escalate(session, task_id, now=now)


def _half_an_hour(given: GivenWord, staff: StaffCard, now: datetime) -> Request:
    return Request(
        channel=Channel.TEXT,
        destination_id=UUID(given.destination_id),
        what="Her code word was checked on this line.",
        verified_how="code_word",
        asked_at=now,
        expires_at=now + HOLDS_FOR,
        by=staff.id,
    )


def _refuse_other(session: Session, case_id: UUID, destination_id: UUID | None) -> None:
    phones = (each.id for each in people.destinations(session, case_id) if each.kind is DestinationKind.PHONE)
    if destination_id is not None and destination_id not in phones:
        raise NoSuchRecord("destination", destination_id)


def _kept(session: Session, row: CodeWord) -> KeptWord:
    return KeptWord(*unseal(session, BoxNumber.CODE_WORD, row.word_box, owner=row.case_id, row=row.id))


def _peppered(session: Session, case_id: UUID, word: str) -> str:
    return _pepper(cast(Keyring, session.info["keyring"]), case_id, word)


def _pepper(keyring: Keyring, case_id: UUID, word: str) -> str:
    return keyring.token("code-word", case_id.bytes, fold(word)).hex()
