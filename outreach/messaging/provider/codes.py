"""
What Twilio's error codes mean for us: her phone, our account, a busy line. Pure.

Twilio keeps splitting codes, so an unknown one suspends texting there and asks a person (requirement 40).
Source: https://www.twilio.com/docs/api/errors.
"""

from enum import StrEnum


class Meaning(StrEnum):
    """What a code asks of us."""

    STOPPED = "stopped"
    """She stopped texts at Twilio: her word counts here too."""
    HER_PHONE = "her_phone"
    """This phone cannot or does not get texts, or may be another person's now; unknown codes too."""
    OURS = "ours"
    """Our account or our request is at fault: nothing is wrong with her phone, and no other text will fare better."""
    BUSY = "busy"
    """Too much at once; later is fine."""


_STOPPED = frozenset({21610})
_BUSY = frozenset({20429, 21611, 30001})
_OURS = frozenset(
    {20001, 20003, 20005, 20403, 20404, 21212, 21602, 21603, 21604, 21606, 21609, 21617, 21624, 30034, 30036, 90007}
    | {
        20008,
        30029,
        30030,
    }  # Test credentials; an account without message redaction (ContentRetention, AddressRetention).
)


def meaning_of(code: int | None) -> Meaning:
    """Return what a code means; without one it was not Twilio who spoke, and nothing is known of her phone."""
    if code in _STOPPED:
        return Meaning.STOPPED
    if code in _BUSY:
        return Meaning.BUSY
    return Meaning.OURS if code is None or code in _OURS else Meaning.HER_PHONE
