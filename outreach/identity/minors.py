"""
Who is under 18, or may be: what follows for contact, and what is read out before any question. Pure.

Source: requirement 20b. Mail is off (the gate), nobody is reached through a parent, children carry no messages and
never interpret, and a supervisor decides the same day. Calls go on: not knowing her age must not make her unreachable.
"""

from datetime import date
from enum import StrEnum

ADULT = 18

READ_OUT = (
    "Before you tell me anything: what you say stays here. There is one limit. If you or another child may be in "
    "danger, the law may make us tell someone. You can stop at any time."
)
"""What is read out where a protocol says nothing: each state's own words belong there."""


class Age(StrEnum):
    """What is known of how old she is."""

    ADULT = "adult"
    UNDER = "under"
    UNKNOWN = "unknown"


RULES = (
    "Talk to her alone. Never reach her through a parent, and tell a parent nothing.",
    "No child carries a message or interprets.",
)


def age_on(today: date, born_on: date) -> int:
    """Return how old someone is; below 0 who is not born yet."""
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def age_of(born_on: date | None, *, said_adult: bool, today: date) -> Age:
    """Return what is known: a birth date counts before anyone's word."""
    if born_on is not None:
        return Age.ADULT if age_on(today, born_on) >= ADULT else Age.UNDER
    return Age.ADULT if said_adult else Age.UNKNOWN


def rules_for(read_out: str) -> tuple[str, ...]:
    """Return what to keep in mind on a call to someone who may be under 18, what to read out first."""
    return (f"Read out before you ask anything: “{read_out or READ_OUT}”", *RULES)
