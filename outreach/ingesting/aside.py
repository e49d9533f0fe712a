"""
Why a deposit was set aside, which are tried again without anybody, and what a person reads about each.

The words say the cause and the mend, and nothing of what is inside: nobody who reads them has opened it.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from outreach.gate.reasons import Sentence


class SetAside(StrEnum):
    """Why an agency's deposit waits for a human. Stored and counted; never told to the agency."""

    CANNOT_OPEN = "cannot_open"
    UNREADABLE = "unreadable"
    UNKNOWN_AGENCY = "unknown_agency"
    BAD_SIGNATURE = "bad_signature"
    STALE = "stale"
    NOT_AN_EVENT = "not_an_event"
    WRONG_JURISDICTION = "wrong_jurisdiction"
    NO_PROTOCOL = "no_protocol"
    CHANGED_BODY = "changed_body"
    """The same agency and event id as an event we have, with another body."""
    REFERS_TO_UNKNOWN = "refers_to_unknown"
    """It refers to an event we do not have; tried again when others have arrived."""
    REFERS_WRONGLY = "refers_wrongly"
    """It corrects an event of another kind, or moves a date where there is none."""
    CASE_TORN = "case_torn"
    """It goes on with a case that does not open, and names nobody: a supervisor's, by a deadline; tried again too."""
    FAILED = "failed"
    """Something went wrong that should not; tried again when the worker starts."""


class Unusable(StrEnum):
    """Why a callback's deposit waits for a human. Never tried again."""

    CANNOT_OPEN = "callback_cannot_open"
    NOT_TWILIOS = "callback_not_twilios"
    CANNOT_READ = "callback_cannot_read"
    FAILED = "callback_failed"
    """Something went wrong that should not; a STOP in it counts all the same."""


class Due(NamedTuple):
    """By when a supervisor has to deal with news that could not be taken in, and the case it goes on with, if known."""

    at: datetime
    case_id: UUID | None


TRIED_AGAIN = (SetAside.FAILED, SetAside.CASE_TORN, SetAside.NO_PROTOCOL, SetAside.REFERS_TO_UNKNOWN)
"""What a new version, a protocol added since, or time may mend. Settled in its first month it would be lost."""

_KEYS = "Our keys do not open it."

SENTENCES: dict[StrEnum, Sentence] = {
    SetAside.CANNOT_OPEN: Sentence(
        _KEYS, "Ask the person who runs Wayside to check the keys, and your agencies to send that day's news again."
    ),
    SetAside.UNREADABLE: Sentence("It did not come whole.", "Ask your agencies to send that day's news again."),
    SetAside.UNKNOWN_AGENCY: Sentence(
        "Its sender is not on our list.", "Ask the person who runs Wayside if an agency was taken off the list."
    ),
    SetAside.BAD_SIGNATURE: Sentence(
        "We can not prove that the agency sent it.",
        "Tell the person who runs Wayside today, and ask your agencies if they have a new key.",
    ),
    SetAside.STALE: Sentence(
        "The time on it does not fit the time it came.",
        "Ask your agencies to check their clocks and to send that day's news again.",
    ),
    SetAside.NOT_AN_EVENT: Sentence(
        "It is not in the form we agreed on.", "Ask your agencies to check that day's news and send it again."
    ),
    SetAside.WRONG_JURISDICTION: Sentence(
        "It is about a place that is not this agency's.", "Ask your agencies to check the place and send it again."
    ),
    SetAside.NO_PROTOCOL: Sentence(
        "The agency has no rules here yet.", "Add its protocol under Team, Protocols; this comes in right after."
    ),
    SetAside.CHANGED_BODY: Sentence("It was changed after it was sent.", "Ask your agencies which one is right."),
    SetAside.REFERS_TO_UNKNOWN: Sentence(
        "It is about older news that never came here.",
        "Ask your agencies to send the older news; this comes in right after it.",
    ),
    SetAside.REFERS_WRONGLY: Sentence(
        "It would change older news that it does not fit.", "Ask your agencies to check it and send it again."
    ),
    SetAside.CASE_TORN: Sentence(
        "It is about a case that can not be opened.",
        "Ask your agencies what they sent that day, and see to it that she is reached in time. Tell the person who "
        "runs Wayside, too.",
    ),
    SetAside.FAILED: Sentence(
        "Something broke on our side.", "Tell the person who runs Wayside; we try it again at each start."
    ),
    Unusable.CANNOT_OPEN: Sentence(
        f"{_KEYS} It may be a STOP, so all texts were stopped.",
        "Ask the person who runs Wayside to check the keys, and to look in Twilio for texts of that day.",
    ),
    Unusable.NOT_TWILIOS: Sentence(
        "We can not prove that Twilio sent it.", "Ask the person who runs Wayside to check the Twilio token."
    ),
    Unusable.CANNOT_READ: Sentence(
        "It is not in the form Twilio uses.", "Ask the person who runs Wayside to look in Twilio for texts of that day."
    ),
    Unusable.FAILED: Sentence(
        "Something broke on our side; a STOP in it counts all the same.",
        "Ask the person who runs Wayside to look in Twilio for texts of that day.",
    ),
}


_BY_VALUE: dict[str, SetAside | Unusable] = {each.value: each for each in (*SetAside, *Unusable)}


def reason_of(stored: str) -> SetAside | Unusable:
    """Return a stored reason."""
    return _BY_VALUE[stored]
