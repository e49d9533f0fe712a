"""
The interlock of a call-in: what colour its countdown has, and what has to be true before it may be closed untold. Pure.

Green is only ever her own part in it: she was reached, live, or she declined. Whatever we decide without her is closed,
and counted apart. Red tells our own people; nothing of it is told to anybody else.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from outreach.attempts.limits import is_varied
from outreach.attempts.outcomes import Tried
from outreach.terms import ClosedAs, MissedCause, Outcome, TaskState


class Stand(StrEnum):
    """Where a call-in stands for her."""

    NOT_TOLD = "not_told"
    TOLD = "told"
    TOLD_AFTERWARDS = "told_afterwards"
    """Told in time, but written down after the call-in had begun; a supervisor saw the paper. Counted apart."""
    DECLINED = "declined"
    HER_WORD = "her_word"
    """She asked for no contact, or to be the one who gets in touch; whether she knows of the date is not known."""
    NO_SAFE_WAY = "no_safe_way"
    TRIED_ENOUGH = "tried_enough"
    MISSED = "missed"
    CALLED_OFF = "called_off"


class Colour(StrEnum):
    """The colour of a countdown. A screen never shows it alone: each stand has its word and its shape."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    NONE = "none"


class Notice(NamedTuple):
    """A notice before a call-in as the interlock weighs it; times aware."""

    state: TaskState
    call_in_at: datetime
    due_at: datetime
    last_alert_at: datetime
    outcome: str | None = None
    missed_cause: MissedCause | None = None


class Countdown(NamedTuple):
    """What a screen says of a call-in."""

    stand: Stand
    colour: Colour
    left: timedelta
    """Until the call-in; negative once it has passed."""
    is_late: bool = False
    """The time by which she was to be told has passed, and she was not."""
    is_last_day: bool = False
    """The last alert has been given."""
    cause: MissedCause | None = None


class Grounds(NamedTuple):
    """What is known of a case when a supervisor is asked to close a notice untold."""

    has_safe_way: bool
    """Some live way is open, or opens before the call-in, by itself or by a decision of ours."""
    waits_for_us: bool
    """What shuts the ways is ours to settle: a match to decide, a supervisor's word."""
    is_stopped_by_her: bool
    tried: Sequence[Tried]
    """What was tried unprompted since the newest event, in all her cases."""
    limit: int
    zone: str
    is_at_our_limit: bool = False
    """Some live way is shut by nothing but our own limit of tries: a supervisor may allow one more (requirement 18)."""


class Lack(StrEnum):
    """What is missing before a notice may be closed in one way."""

    A_WAY_IS_OPEN = "a_way_is_open"
    ONE_MORE_TRY = "one_more_try"
    """A way is shut only by our own limit of tries."""
    OURS_TO_SETTLE = "ours_to_settle"
    TRIES_LEFT = "tries_left"
    ONE_CHANNEL = "one_channel"
    ONE_TIME_OF_DAY = "one_time_of_day"
    SHE_DID_NOT_SAY_SO = "she_did_not_say_so"


_HER_OUTCOMES = {
    Outcome.REACHED: Stand.TOLD,
    Outcome.DECLINED: Stand.DECLINED,
    Outcome.DO_NOT_CONTACT: Stand.HER_WORD,
    Outcome.SHE_WILL_CONTACT_US: Stand.HER_WORD,
}
_GREEN = (Stand.TOLD, Stand.TOLD_AFTERWARDS, Stand.DECLINED)
_LAST_ALERT = timedelta(hours=24)
"""The last alert where a task names no moment of its own."""


def countdown(notice: Notice, *, now: datetime) -> Countdown:
    """Return where a call-in stands. What was not given when it begins is missed, from that instant on."""
    stand, left = _stand(notice, now), notice.call_in_at - now
    if stand is not Stand.NOT_TOLD:
        colour = Colour.GREEN if stand in _GREEN else Colour.NONE
        return Countdown(stand, colour, left, cause=notice.missed_cause)
    is_late, is_last_day = notice.due_at <= now, notice.last_alert_at <= now
    colour = Colour.RED if is_late or is_last_day else Colour.AMBER
    return Countdown(stand, colour, left, is_late=is_late, is_last_day=is_last_day)


def last_alert_of(looks: Sequence[datetime], call_in_at: datetime) -> datetime:
    """Return when the last alert is given: the last look before the call-in."""
    return max((look for look in looks if look < call_in_at), default=call_in_at - _LAST_ALERT)


def lacks(kind: ClosedAs, grounds: Grounds) -> tuple[Lack, ...]:
    """Return what is still missing before a notice may be closed as `kind`; empty when a supervisor may sign."""
    if kind is ClosedAs.HER_WORD:
        return () if grounds.is_stopped_by_her else (Lack.SHE_DID_NOT_SAY_SO,)
    if grounds.waits_for_us:
        return (Lack.OURS_TO_SETTLE,)
    if kind is ClosedAs.NO_SAFE_WAY:
        if grounds.has_safe_way:
            return (Lack.A_WAY_IS_OPEN,)
        return (Lack.ONE_MORE_TRY,) if grounds.is_at_our_limit else ()
    variety = is_varied(grounds.tried, zone=grounds.zone)
    counted = [each for each in grounds.tried if each.is_counted]
    found = (
        (Lack.TRIES_LEFT, len(counted) < grounds.limit),
        (Lack.ONE_CHANNEL, not variety.in_channel),
        (Lack.ONE_TIME_OF_DAY, not variety.in_hour),
    )
    return tuple(lack for lack, is_missing in found if is_missing)


def _stand(notice: Notice, now: datetime) -> Stand:
    if notice.state is TaskState.DONE:
        known = notice.outcome in {each.value for each in _HER_OUTCOMES}
        if notice.missed_cause is not None and notice.outcome == Outcome.REACHED:
            return Stand.TOLD_AFTERWARDS
        # Done in some way that names no word of hers: whatever wrote it, it is not green.
        return _HER_OUTCOMES[Outcome(notice.outcome)] if known and notice.outcome else Stand.HER_WORD
    if notice.state is TaskState.CLOSED:
        return Stand(notice.outcome or Stand.NO_SAFE_WAY)
    if notice.state is TaskState.SUPERSEDED:
        return Stand.CALLED_OFF
    is_missed = notice.state is TaskState.MISSED or notice.call_in_at <= now
    return Stand.MISSED if is_missed else Stand.NOT_TOLD
