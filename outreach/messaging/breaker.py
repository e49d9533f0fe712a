"""
Resting: when call after call fails, no text leaves for a while, and then one alone tries whether it works again.

Kept in the vault, so that every sender rests together and a restart forgets nothing. A rest moves no text: each stays
planned, and one whose moment passes meanwhile is held for a person (outreach.messaging.outcomes.settle).
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from outreach.messaging.kill_switch import Stopped, is_stopped, stops
from outreach.messaging.provider.codes import Meaning, meaning_of
from outreach.messaging.signature import is_signed
from outreach.messaging.sms import Outcome, SendResult
from outreach.on_duty import on_call, paging
from outreach.records.keys import HOUSE
from outreach.records.work import TextingState
from outreach.terms import PageAbout

FAULTS_IN_A_ROW = 5
"""So many calls fail one after another before texts rest."""
FIRST_REST = timedelta(minutes=1)
LONGEST_REST = timedelta(minutes=15)
PROBE = timedelta(minutes=1)
"""How long the one that tries has, before another may."""


class Texting(NamedTuple):
    """Whether texts leave: the stops that hold, and until when they rest."""

    stops: tuple[Stopped, ...]
    is_off_by_file: bool
    rests_until: datetime | None
    is_signed: bool = True
    """Whether a named person has signed for texts."""


def texting(session: Session, *, now: datetime) -> Texting:
    """Return whether texts leave, with the reasons of people who stopped them."""
    left = rests_for(session, now=now)
    return Texting(stops(session), is_off_by_file(session), now + left if left else None, is_signed(session))


def how_many(session: Session, at_most: int, *, now: datetime) -> int:
    """Return how many texts may be claimed at once: none while they are stopped or rest, and one after a failure."""
    state = session.get(TextingState, HOUSE)
    if is_stopped(session) or _left(state, now):
        return 0
    return min(at_most, 1) if state is not None and state.faults else at_most


def rests_for(session: Session, *, now: datetime) -> timedelta:
    """Return for how long texts still rest; zero when they do not. A clock set back makes no rest longer."""
    return _left(session.get(TextingState, HOUSE), now)


def is_off_by_file(session: Session) -> bool:
    """Say whether the sender's file stops texts, as the sender last saw it."""
    state = session.get(TextingState, HOUSE)
    return state is not None and state.is_off_by_file


def is_resting(session: Session, *, now: datetime) -> bool:
    """Say whether texts rest now."""
    return rests_for(session, now=now) > timedelta(0)


def take_turn(session: Session, *, now: datetime) -> bool:
    """Say whether this sender may claim; after a rest one alone may, to find out whether it works again."""
    state = session.get(TextingState, HOUSE)
    if _left(state, now):
        return False
    if state is None or state.rests_until is None:
        return True
    session.refresh(state, with_for_update=True)
    if is_resting(session, now=now):
        return False
    state.rests_until = now + PROBE
    return True


def note_result(session: Session, result: SendResult, *, now: datetime) -> None:
    """Count what a call came to: failures in a row begin a rest, longer each time; an answer ends it."""
    is_fault = _is_fault(result)
    state = session.get(TextingState, HOUSE)
    if is_fault is None or (state is not None and not is_fault and not state.faults and state.rests_until is None):
        return
    if state is None:
        state = TextingState(id=HOUSE)
        session.add(state)
        session.flush()
    session.refresh(state, with_for_update=True)
    if not is_fault:
        state.faults, state.rests, state.rests_until = 0, 0, None
        return
    state.faults += 1
    if state.rests_until is not None or state.faults >= FAULTS_IN_A_ROW:
        state.rests_until = now + min(FIRST_REST * 2 ** min(state.rests, 10), LONGEST_REST)
        state.rests += 1


def is_news(session: Session, is_on: bool) -> bool:
    """Say whether the sender's file says something else than what was noted of it."""
    return is_off_by_file(session) != is_on


def note_file(session: Session, is_on: bool, *, now: datetime) -> None:
    """Note whether the sender's file stops texts: only the sender can see it, and supervisors are paged about it."""
    if is_on:
        paging.call(session, on_call.supervisors(session), PageAbout.TEXTS_STOPPED, now=now)
    session.get_one(TextingState, HOUSE, with_for_update=True).is_off_by_file = is_on


def _left(state: TextingState | None, now: datetime) -> timedelta:
    left = state.rests_until - now if state is not None and state.rests_until is not None else timedelta(0)
    return left if timedelta(0) < left <= LONGEST_REST else timedelta(0)


def _is_fault(result: SendResult) -> bool | None:
    """Say whether Twilio, our line or our account failed; None when the call says nothing of that."""
    if result.outcome in (Outcome.NOT_SENT, Outcome.UNKNOWN):
        return True
    if result.outcome in (Outcome.BUSY, Outcome.NOT_TRIED):
        return None
    return result.outcome is Outcome.REFUSED and meaning_of(result.error_code) is Meaning.OURS
