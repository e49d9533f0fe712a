"""
What an attempt's outcome means: which steps it completes, what it changes, and what may still be tried. Pure.

Storing attempts and applying these effects is the caller's work.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from outreach.late_entry import was_asked_by_then
from outreach.protocols.steps import NOTICES, STEPS, TALKS, Step
from outreach.terms import Channel, DestinationKind, Outcome, ReachedBy


class Tried(NamedTuple):
    """One attempt as the rules see it. `event_id` is the row id of the newest event when it was made."""

    at: datetime
    channel: Channel
    outcome: Outcome
    destination_id: UUID | None = None
    event_id: UUID | None = None
    was_prompted: bool = False
    """She asked for it, or she got in touch: such contact is never limited."""
    reached_by: ReachedBy = ReachedBy.VOICE
    """How a call was placed; by relay is another way than by voice."""
    is_by_the_minute: bool = False
    """It was written down afterwards, and its time is what a person wrote: minutes, not seconds."""

    def was_made_since(self, asked_at: datetime) -> bool:
        """Tell whether it was made after something was asked of us; where minutes leave that open, it was."""
        return was_asked_by_then(asked_at, self.at) if self.is_by_the_minute else self.at > asked_at

    @property
    def is_counted(self) -> bool:
        """Return whether it counts under the limits: what she asked for and meetings never do."""
        return not self.was_prompted and self.channel is not Channel.MEETING


class Counts(NamedTuple):
    """How much was tried: what CaseFacts carries."""

    today: int
    for_event: int
    asked_once: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Effects:
    """What an outcome changes. False, None or empty: it leaves that as it is."""

    completes: bool = False
    """The step of the attempt is done."""
    meets_request: bool = False
    """What she asked for in this way was done, or she decided otherwise: the request is closed."""
    completes_all_contact: bool = False
    """Every open step that asks for contact is done: she decided."""
    first_contact_done: bool = False
    is_live_contact: bool = False
    """`last_live_contact_at` of the destination becomes the attempt's time."""
    do_not_contact: bool = False
    she_will_contact_us: bool = False
    unsafe_channels: tuple[Channel, ...] = ()
    """Their verdict at the destination becomes unsafe."""
    compromised: bool = False
    """The destination is frozen and what is queued to it is cancelled."""
    ask: tuple[str, ...] = ()
    """What to ask or do now, in plain words."""


_ASK_IF_DANGER = 'Ask now: "If the danger grows, may we try once? How?"'
CALL_IN_STAYS_OPEN = "It may not be she who said that. The call-in stays open: ask her live, in a call or in person."
SUPERVISOR_DECIDES = "It may not be she who said that. All contact waits, and a supervisor decides about the call-in."
_OTHERS_TOO = "Check the other ways too: someone may know of them."


def effects_of(outcome: Outcome, *, channel: Channel, step: Step | None, kind: DestinationKind | None) -> Effects:
    """Return what an outcome changes, for an attempt by `channel` at a destination of `kind` for `step`."""
    is_live = channel in _LIVE
    if outcome is Outcome.REACHED:
        return Effects(
            completes=step is None or completes(step, channel, outcome),
            meets_request=True,
            first_contact_done=is_live,
            is_live_contact=is_live,
        )
    if outcome in (Outcome.NO_ANSWER, Outcome.DECLINED) and channel is Channel.EMAIL:
        # It left: one request is one e-mail. What comes back anyone may have written, so no task is done by it.
        return Effects(meets_request=True)
    if outcome in _DECIDED:
        return Effects(
            completes=step is None or completes(step, channel, outcome),
            meets_request=True,
            completes_all_contact=outcome is not Outcome.DECLINED,
            first_contact_done=is_live,
            is_live_contact=is_live,
            do_not_contact=outcome is Outcome.DO_NOT_CONTACT,
            she_will_contact_us=outcome is Outcome.SHE_WILL_CONTACT_US,
            ask=(_ASK_IF_DANGER,) if outcome is Outcome.DO_NOT_CONTACT else (),
        )
    channels = kind.channels if kind else (channel,)
    if outcome is Outcome.UNSAFE:
        return Effects(unsafe_channels=channels, compromised=True, ask=(_OTHERS_TOO,))
    if outcome is Outcome.WRONG_NUMBER:
        return Effects(unsafe_channels=channels, compromised=True, ask=("Find another number.",))
    if outcome is Outcome.RETURNED_MAIL:
        is_email = kind is DestinationKind.EMAIL
        return Effects(unsafe_channels=(Channel.EMAIL if is_email else Channel.LETTER,), ask=("Find another address.",))
    return Effects()


_DECIDED = (Outcome.DECLINED, Outcome.DO_NOT_CONTACT, Outcome.SHE_WILL_CONTACT_US)
_LIVE = (Channel.CALL, Channel.MEETING)
"""Ways in which it is heard that it is she. A call by relay or video phone is one; what is written or left is not."""


def completes(step: Step, channel: Channel, outcome: Outcome) -> bool:
    """
    Say whether this outcome completes a step.

    Being reached completes a step only in a way the step is done in: a text that arrived is no notice before a
    call-in; a talk about danger or a plan is completed where it is written down. That she declined, wants no
    contact, or will contact us completes every step that asks for contact; a notice before a call-in only where she
    said it live, as what is written or left may be from whoever holds her phone.
    """
    if not STEPS[step].channels:
        return False
    if outcome in _DECIDED:
        return step not in NOTICES or channel in _LIVE
    is_done_by_contact = STEPS[step].action not in TALKS
    return outcome is Outcome.REACHED and is_done_by_contact and channel in STEPS[step].channels


def counts(tried: Iterable[Tried], *, at: datetime, zone: str, event_id: UUID | None) -> Counts:
    """Return how much was tried unprompted: on her present day, for this event, and where the one asking call was."""
    her_zone = ZoneInfo(zone)
    today = at.astimezone(her_zone).date()
    ours = [each for each in tried if each.is_counted]
    for_event = [each for each in ours if each.event_id == event_id]
    calls = (each for each in for_event if each.channel is Channel.CALL and each.destination_id is not None)
    return Counts(
        today=sum(each.at.astimezone(her_zone).date() == today for each in ours),
        for_event=len(for_event),
        asked_once=frozenset(each.destination_id for each in calls if each.destination_id is not None),
    )


SAME_TIME_OF_DAY = timedelta(hours=2)
"""Two tries closer than this on the clock are at the same time of day."""


def time_of_day_apart(one: datetime, other: datetime, zone: str) -> timedelta:
    """Return how far apart two instants are on the clock, whatever their days."""
    minutes = abs(_minute_of_day(one, zone) - _minute_of_day(other, zone))
    return timedelta(minutes=min(minutes, 24 * 60 - minutes))


def _minute_of_day(at: datetime, zone: str) -> int:
    local = at.astimezone(ZoneInfo(zone))
    return local.hour * 60 + local.minute
