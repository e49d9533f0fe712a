"""Writing down what became of a text: after our call, after a callback, and after a crash."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from outreach import audit, people
from outreach.audit import WORKER
from outreach.messaging import breaker
from outreach.messaging.claims import TOO_OLD, hold_missed
from outreach.messaging.holding import ask_somebody, hold
from outreach.messaging.provider import copies as provider_copies
from outreach.messaging.provider.codes import Meaning, meaning_of
from outreach.messaging.sms import SHORTEST_LEFT, Outcome, SendResult
from outreach.messaging.suppression import suppress
from outreach.messaging.text_boxes import TextContent, change_text, seal_text
from outreach.messaging.text_tasks import ask_to_check
from outreach.records.boxes import BoxNumber
from outreach.records.engine import Vault
from outreach.records.errors import UNREADABLE
from outreach.records.keys import unseal
from outreach.records.marks import note
from outreach.records.work import Text
from outreach.terms import TextState

_log = logging.getLogger(__name__)

STALE = timedelta(seconds=45)
"""Longer than a call can take: whoever was sending has died."""
SILENT = timedelta(hours=72)
"""An accepted text nothing was heard of."""
MOST_TRIES = {Outcome.NOT_SENT: 4, Outcome.BUSY: 8}
"""Calls for one text. Without a connection that is three more; a busy line is asked for longer, in her hours only."""
_FIRST_PAUSE = {Outcome.NOT_SENT: timedelta(seconds=20), Outcome.BUSY: timedelta(seconds=60)}
_LONGEST_PAUSE = timedelta(minutes=15)
_HELD = {Outcome.NOT_SENT: "no_connection", Outcome.BUSY: "busy"}
_OPEN_STATES = (TextState.SENDING.value, TextState.UNKNOWN.value)
_TEXT = cast(Table, Text.__table__)
_CALLED = (
    select(_TEXT.c.id, _TEXT.c.case_id, _TEXT.c.state, _TEXT.c.state_at, _TEXT.c.text_box)
    .where(_TEXT.c.id.in_(bindparam("texts", expanding=True)))
    .order_by(_TEXT.c.id)
    .with_for_update()
)
_ACCEPTED = (
    update(_TEXT)
    .where(_TEXT.c.id == bindparam("text"))
    .values(
        state=bindparam("new_state"), state_at=bindparam("at"), text_box=bindparam("box"), version=_TEXT.c.version + 1
    )
)


def record_results(vault: Vault, results: Sequence[tuple[UUID, SendResult]], *, now: datetime) -> None:
    """
    Write down what our calls came to, once each; a callback that was quicker is not overwritten.

    Together where all were accepted; else, or when one cannot be written, each by itself, so that it keeps none of
    the others from being known.
    """
    if len(results) > 1 and all(result.outcome is Outcome.ACCEPTED for _, result in results):
        try:
            _record_accepted(vault, dict(results), now)
        except UNREADABLE:
            pass  # One of their boxes does not open: it must not keep the others from being written.
        else:
            return
    for text_id, result in results:
        record_result(vault, text_id, result, now=now)


def record_result(vault: Vault, text_id: UUID, result: SendResult, *, now: datetime) -> None:
    """Write down what our call came to, once; a callback that was quicker is not overwritten."""
    try:
        _record(vault, text_id, result, now, _after_call)
    except UNREADABLE:  # Her case does not open. What became of the text counts all the same, and somebody is told.
        _log.exception("text.unreadable text=%s", text_id)
        _record(vault, text_id, result, now, _after_call_unread)


def _record(
    vault: Vault,
    text_id: UUID,
    result: SendResult,
    now: datetime,
    write: Callable[[Session, Text, SendResult, datetime], None],
) -> None:
    with vault.writing() as session:
        text = session.get_one(Text, text_id, with_for_update=True)
        write(session, text, result, now)
        if result.sid:
            provider_copies.keep(session, result.sid, due_at=now + provider_copies.UNHEARD_OF)
        breaker.note_result(session, result, now=now)
        audit.record(session, action="text.result", by=WORKER, cases=[text.case_id], now=now)


def put_back(vault: Vault, claimed_as: Mapping[UUID, int], *, now: datetime) -> None:
    """
    Undo the claims of texts nobody called for: nothing left, and the gate is asked again.

    Args:
        claimed_as: by text, the version its row was claimed as. A text that was changed since is another's by now.
    """
    if not claimed_as:
        return
    with vault.writing() as session:
        claimed = select(Text).where(Text.id.in_(claimed_as), Text.state == TextState.SENDING.value)
        found = session.scalars(claimed.order_by(Text.id).with_for_update()).all()
        texts = [text for text in found if text.version == claimed_as[text.id]]
        for text in texts:
            text.claimed_at, text.tries = None, text.tries - 1
            move(text, TextState.PLANNED, now)
        audit.record(session, action="text.put_back", by=WORKER, cases=[text.case_id for text in texts], now=now)


def _record_accepted(vault: Vault, results: dict[UUID, SendResult], now: datetime) -> None:
    with vault.writing() as session:
        texts = session.execute(_CALLED, {"texts": list(results)}).all()
        rows = []
        for text_id, case_id, state, at, box in map(tuple, texts):
            content = TextContent(*unseal(session, BoxNumber.TEXT, box, owner=case_id, row=text_id))
            sealed = seal_text(session, content._replace(sid=results[text_id].sid), case_id=case_id, row=text_id)
            note(session, BoxNumber.TEXT, text_id, sealed)
            if state in _OPEN_STATES:
                state, at = TextState.ACCEPTED.value, now
            rows.append({"text": text_id, "new_state": state, "at": at, "box": sealed})
        session.execute(_ACCEPTED, rows)
        sids = [result.sid for result in results.values() if result.sid]
        provider_copies.keep_new(session, sids, due_at=now + provider_copies.UNHEARD_OF)
        breaker.note_result(session, SendResult(Outcome.ACCEPTED), now=now)
        audit.record(session, action="text.result", by=WORKER, cases=[text.case_id for text in texts], now=now)


def _after_call_unread(session: Session, text: Text, result: SendResult, now: datetime) -> None:
    """Move a text whose case does not open on, towards a person: held where nothing left, else unknown."""
    if text.state not in _OPEN_STATES:
        return
    if result.outcome in (Outcome.ACCEPTED, Outcome.UNKNOWN):
        make_unknown(session, text, now)
    else:
        hold(session, text, None, now)


def _after_call(session: Session, text: Text, result: SendResult, now: datetime) -> None:
    if text.state not in _OPEN_STATES:
        if result.sid:
            change_text(session, text, sid=result.sid)
    elif result.outcome is Outcome.ACCEPTED:
        move(text, TextState.ACCEPTED, now)
        change_text(session, text, sid=result.sid)
    elif result.outcome is Outcome.REFUSED:
        _after_refusal(session, text, result, now)
    elif result.outcome is Outcome.UNKNOWN:
        make_unknown(session, text, now)
    elif text.state == TextState.UNKNOWN:
        # Its sender slept, and a person was asked already. It did not leave, and it never will by itself.
        hold(session, text, _HELD.get(result.outcome, "too_old"), now)
    elif result.outcome is Outcome.NOT_TRIED:
        text.claimed_at, text.tries = None, text.tries - 1
        move(text, TextState.PLANNED, now)
    else:
        _try_again(session, text, result, now)


def _after_refusal(session: Session, text: Text, result: SendResult, now: datetime) -> None:
    meaning = meaning_of(result.error_code)
    change_text(session, text, error_code=result.error_code)
    if meaning is Meaning.OURS:
        hold(session, text, "not_ours", now)
    elif meaning is Meaning.BUSY:
        _try_again(session, text, replace(result, outcome=Outcome.BUSY), now)
    else:
        change_text(session, text, held_reason="refused")
        fail(session, text, TextState.FAILED, result.error_code, now)


def fail(session: Session, text: Text, state: TextState, code: int | None, now: datetime) -> None:
    """End a text that did not arrive: what the code says of her phone takes effect with it, and a person is asked."""
    move(text, state, now)
    meaning = meaning_of(code)
    if meaning is Meaning.STOPPED:
        suppress(session, people.destination_of(session, text.case_id, text.destination_id).value, by=WORKER, now=now)
    if meaning in (Meaning.STOPPED, Meaning.HER_PHONE):
        suspend(session, text.case_id, text.destination_id, now=now)
    ask_to_check(session, text, now=now)


def make_unknown(session: Session, text: Text, now: datetime) -> None:
    """Say that nobody knows whether it arrived. It is never sent again; a person finds out."""
    move(text, TextState.UNKNOWN, now)
    ask_somebody(session, text, now=now)


def _try_again(session: Session, text: Text, result: SendResult, now: datetime) -> None:
    """Plan another call, for which the gate will be asked again; only where nothing left, and within her hours."""
    outcome = result.outcome
    pause = min(_FIRST_PAUSE[outcome] * 2 ** (text.tries - 1), _LONGEST_PAUSE)
    again_at = now + max(pause, result.retry_after or pause)
    # A text put off for long was meant for another moment, however short each of the waits was.
    is_too_late = again_at - now > _LONGEST_PAUSE or again_at - text.release_at > TOO_OLD
    is_too_late = is_too_late or (result.ends_at is not None and again_at + SHORTEST_LEFT > result.ends_at)
    if text.tries >= MOST_TRIES[outcome] or is_too_late:
        hold(session, text, _HELD[outcome], now)
        return
    text.again_at, text.claimed_at = again_at, None
    move(text, TextState.PLANNED, now)


def suspend(session: Session, case_id: UUID, destination_id: UUID, *, now: datetime) -> None:
    """Take back the opt-in of one phone: it counts again when she confirms it again."""
    destination = people.destination_of(session, case_id, destination_id)
    if destination.text_consent_at is not None:
        taken_back = replace(destination, text_consent_at=None)
        people.save_destination(session, case_id, taken_back, version=destination.version, by=WORKER, now=now)


def move(text: Text, state: TextState, now: datetime) -> None:
    """Write a text's next state."""
    text.state, text.state_at = state.value, now


def settle(vault: Vault, *, now: datetime) -> int:
    """
    Give up on texts nobody will hear of: those whose sender died between claim and answer, and accepted ones silent
    for three days. Each becomes unknown, with a task. One whose moment passed while nothing could leave is held,
    with a task, although nothing leaves yet. Return how many.
    """
    lost = _is_lost(now)
    with vault.reading() as session:
        ids = session.scalars(select(Text.id).where(lost).limit(500)).all()
    for text_id in ids:
        with vault.writing() as session:
            text = session.scalars(select(Text).where(Text.id == text_id, lost).with_for_update()).first()
            if text is not None and text.state == TextState.PLANNED:
                hold_missed(session, text, now)
            elif text is not None:
                make_unknown(session, text, now)
                audit.record(session, action="text.lost", by=WORKER, cases=[text.case_id], now=now)
    return len(ids)


def _is_lost(now: datetime) -> ColumnElement[bool]:
    """Hold for texts to give up on: by the moment they were meant for too, so that what left lately is not read."""
    died, silent = now - STALE, now - SILENT
    return or_(
        and_(Text.state == TextState.SENDING.value, Text.release_at < died, Text.claimed_at < died),
        and_(Text.state == TextState.ACCEPTED.value, Text.release_at < silent, Text.state_at < silent),
        and_(Text.state == TextState.PLANNED.value, Text.release_at < now - TOO_OLD),
    )
