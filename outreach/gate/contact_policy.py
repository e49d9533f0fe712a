"""What a site may make stricter about contact. A laxer value is an error: no file opens what the law shuts."""

from dataclasses import dataclass, field
from datetime import time, timedelta

from outreach.gate.hours import Window

WEEKDAYS = (0, 1, 2, 3, 4)


class LaxPolicy(ValueError):
    """A policy that would allow more than the rules do; the message names the field and its bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The gate's numbers. Each may only be made stricter than its default."""

    verdict_days: int = 30
    police_verdict_days: int = 14
    phone_days: int = 45
    """A phone is never trusted longer than this after the last live contact on it: numbers are given away again."""
    ask_first_days: int = 60
    request_days: int = 30
    first_calls: bool = True
    first_contact_days: tuple[int, ...] = WEEKDAYS
    first_contact_begins: time = time(9)
    first_contact_ends: time = time(15)
    cold_mail: bool = True
    letter_quiet_mail_days: int = 5
    texts_in_24h: int = 1
    texts_in_7d: int = 3
    attempts_for_event: int = 5
    attempts_a_day: int = 1
    attempts_a_day_at_a_and_b: int = 2
    allowed_minutes: int = 5
    meeting_check_hours: int = 24
    """A safety check older than this opens no meeting."""
    meeting_buddy_minutes: int = 10
    meeting_supervisor_minutes: int = 20
    """How long after a missed sign of life the buddy, and then supervisors, are told."""
    delay_least: timedelta = timedelta(hours=2)
    delay_most: timedelta = timedelta(hours=48)
    call_hours: tuple[Window, ...] = field(init=False)
    """The hours of a first call, and of any call where she named no hours."""

    def __post_init__(self) -> None:
        for name, most in _AT_MOST.items():
            if not 0 <= getattr(self, name) <= most:
                raise LaxPolicy(f"{name} must be a number from 0 to {most}")
        if self.meeting_buddy_minutes > self.meeting_supervisor_minutes:
            raise LaxPolicy("meeting_buddy_minutes must not be more than meeting_supervisor_minutes")
        if self.letter_quiet_mail_days < _QUIET_AT_LEAST:
            raise LaxPolicy(f"letter_quiet_mail_days must be {_QUIET_AT_LEAST} or more")
        if not set(self.first_contact_days) <= set(WEEKDAYS):
            raise LaxPolicy("first_contact_days must be weekdays, 0 (Monday) to 4 (Friday)")
        if not _CALLS_BEGIN <= self.first_contact_begins < self.first_contact_ends <= _CALLS_END:
            raise LaxPolicy("first contact hours must lie between 09:00 and 15:00")
        if self.delay_least < _DELAY_LEAST or not _DELAY_MOST <= self.delay_most <= _DELAY_EVER:
            raise LaxPolicy("delay_least must be 2 h or more, delay_most from 48 h to 7 days")
        if self.delay_least >= self.delay_most:
            raise LaxPolicy("delay_least must be shorter than delay_most")
        hours = Window(self.first_contact_days, self.first_contact_begins, self.first_contact_ends)
        object.__setattr__(self, "call_hours", (hours,))


_AT_MOST = {
    "verdict_days": 30,
    "police_verdict_days": 14,
    "phone_days": 45,
    "ask_first_days": 60,
    "request_days": 30,
    "texts_in_24h": 1,
    "texts_in_7d": 3,
    "attempts_for_event": 5,
    "attempts_a_day": 1,
    "attempts_a_day_at_a_and_b": 2,
    "allowed_minutes": 5,
    "meeting_check_hours": 24,
    "meeting_buddy_minutes": 10,
    "meeting_supervisor_minutes": 20,
}
_QUIET_AT_LEAST = 5
_CALLS_BEGIN, _CALLS_END = time(9), time(15)
_DELAY_LEAST, _DELAY_MOST, _DELAY_EVER = timedelta(hours=2), timedelta(hours=48), timedelta(days=7)

STANDARD = Policy()
"""The rules as they are when a site makes none of them stricter."""
