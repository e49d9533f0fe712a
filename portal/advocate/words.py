"""The words on screens for the field's terms: one place, grade 6, no codes. Chips carry word, colour and shape."""

from datetime import datetime
from zoneinfo import ZoneInfo

from outreach.gate.hours import Window
from outreach.proximity import Near
from outreach.reaching.destinations import Destination
from outreach.safe_contact import Allowed, Held, Reason, Refused
from outreach.terms import (
    AccountHolder,
    Channel,
    DestinationKind,
    LetterState,
    Level,
    Outcome,
    ReachedBy,
    Role,
    TextState,
    Verdict,
    VerdictSource,
)
from portal.advocate.cards import Chip
from portal.advocate.moments import clock_words

CHANNELS = {
    Channel.CALL: "Call",
    Channel.VOICEMAIL: "Voicemail",
    Channel.TEXT: "Text",
    Channel.LETTER: "Mail",
    Channel.MEETING: "Meet",
    Channel.PAGE: "Her page",
    Channel.EMAIL: "E-mail",
}
CALLS = {ReachedBy.VOICE: "Call", ReachedBy.RELAY: "Relay call", ReachedBy.VIDEO: "Video call"}
KINDS = {
    DestinationKind.PHONE: "Phone",
    DestinationKind.ADDRESS: "Address",
    DestinationKind.PLACE: "Place",
    DestinationKind.PAGE: "Her page",
    DestinationKind.EMAIL: "E-mail",
}
OUTCOMES = {
    Outcome.REACHED: "Reached her",
    Outcome.NO_ANSWER: "No answer",
    Outcome.WRONG_NUMBER: "Wrong number",
    Outcome.DECLINED: "She said no thanks",
    Outcome.DO_NOT_CONTACT: "She asked for no contact",
    Outcome.SHE_WILL_CONTACT_US: "She will contact us",
    Outcome.UNSAFE: "It was not safe",
    Outcome.RETURNED_MAIL: "Mail came back",
}
TEXT_STATES = {
    TextState.PLANNED: Chip("Waiting to go", "calm", "clock"),
    TextState.HELD: Chip("Held", "ask", "question"),
    TextState.SENDING: Chip("Sending", "calm", "clock"),
    TextState.ACCEPTED: Chip("Sent, not yet there", "calm", "clock"),
    TextState.SENT: Chip("Sent, not sure it is there", "calm", "clock"),
    TextState.DELIVERED: Chip("Delivered", "safe", "tick"),
    TextState.UNDELIVERED: Chip("Did not arrive", "late", "cross"),
    TextState.FAILED: Chip("Could not be sent", "late", "cross"),
    TextState.UNKNOWN: Chip("Not known", "ask", "question"),
    TextState.CANCELLED: Chip("Cancelled", "calm", "dash"),
}
LETTER_STATES = {
    LetterState.RELEASED: Chip("Ready to print", "calm", "clock"),
    LetterState.HELD: Chip("Held", "ask", "question"),
    LetterState.PRINTED: Chip("Printed", "calm", "tick"),
    LetterState.MAILED: Chip("Mailed", "safe", "tick"),
    LetterState.RETURNED: Chip("Came back", "late", "cross"),
    LetterState.CANCELLED: Chip("Cancelled", "calm", "dash"),
}
HANDED = Chip("Handed over", "safe", "tick")
VERDICTS = {Verdict.SAFE: "Safe", Verdict.UNSAFE: "Not safe", Verdict.UNKNOWN: "Not known"}
SOURCES = {
    VerdictSource.VICTIM: "She said so",
    VerdictSource.ON_SCENE: "An officer asked her",
    VerdictSource.ADVOCATE: "An advocate noted it",
    VerdictSource.BROUGHT_OVER: "Brought over from before",
}
ROLES = {
    Role.ADVOCATE: "Advocate",
    Role.SUPERVISOR: "Supervisor",
    Role.CUSTODIAN: "Custodian",
    Role.ADMINISTRATOR: "Administrator",
}
ACCOUNTS = {
    AccountHolder.HERS: "She does",
    AccountHolder.PARTNERS: "The partner does",
    AccountHolder.SHARED: "They share a plan",
    AccountHolder.ANOTHERS: "Someone else does",
    AccountHolder.UNKNOWN: "Not known",
}
EMAIL_ACCOUNTS = {
    AccountHolder.HERS: "She did",
    AccountHolder.PARTNERS: "The partner did",
    AccountHolder.SHARED: "They share it",
    AccountHolder.ANOTHERS: "Someone else, such as work or a school",
    AccountHolder.UNKNOWN: "Not known",
}
PLACED = {
    ReachedBy.VOICE: "By voice",
    ReachedBy.RELAY: "Through a relay operator (711)",
    ReachedBy.VIDEO: "It is a video phone",
}
NEAR = {
    Near.NAMED: "We were told that this is the partner's too",
    Near.HOUSEHOLD: "We were told that they live here together",
    Near.MARKED: "It is marked as shared with the partner",
    Near.ONCE_SHARED: "It is the same as one that was shared or known to someone else",
    Near.ACCOUNT: "The partner pays for it, set it up or shares it",
}
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

SAFE_NOW = Chip("Safe now", "safe", "tick")
ASK_FIRST = Chip("Ask first", "ask", "question")
NOT_SAFE = Chip("Not safe", "unsafe", "cross")
NOT_KNOWN = Chip("Not known", "unknown", "dash")
NOT_NOW = Chip("Not now", "ask", "clock")
MISSED = Chip("Missed", "late", "cross")
LATE = Chip("Late", "late", "clock")
HELD = Chip("Held", "ask", "question")
STOPPED = Chip("Stopped", "unsafe", "cross")

_UNKNOWN = frozenset(
    {
        Reason.NOT_KNOWN_SAFE,
        Reason.FIRST_CONTACT_DECISION,
        Reason.NO_TEXT_CONSENT,
        Reason.NO_HOURS,
        Reason.EMAIL_NOT_CONFIRMED,
        Reason.EMAIL_NOT_HER_WORD,
    }
)
_NOT_SAFE = frozenset({Reason.UNSAFE, Reason.COMPROMISED, Reason.NO_MESSAGE_THERE})
_NOT_NOW = frozenset({Reason.OUTSIDE_HOURS, Reason.TEXT_CAP, Reason.ATTEMPTS_TODAY, Reason.OFFENDERS_LETTER})
_ASKING = frozenset(
    {
        Reason.ASK_IF_STILL_OK,
        Reason.ASK_AFTER_EVENT,
        Reason.CHECK_CONDITION,
        Reason.PARTNER_MAY_ANSWER,
        Reason.CALLS_ARE_SEEN,
        Reason.OTHERS_MAY_ANSWER,
        Reason.LOCATION_IS_SEEN,
        Reason.FIRST_CONTACT,
    }
)


def full_stop(text: str) -> str:
    """Return words as the end of a sentence: "Dana R." has its stop already."""
    return text if text.endswith(".") else f"{text}."


def level_chip(level: Level | None) -> Chip | None:
    """Return the chip of a level; None when no agency ever gave one."""
    return Chip(f"Level {level.value}", "level", "letter") if level else None


def gate_chip(decision: Allowed | Held | Refused) -> Chip:
    """Return the gate's answer as a chip."""
    if isinstance(decision, Allowed):
        if decision.reason is Reason.SHE_ASKED:
            return Chip("She asked", "safe", "tick")
        return ASK_FIRST if decision.reason in _ASKING else SAFE_NOW
    if isinstance(decision, Refused):
        return NOT_SAFE if decision.reason in _NOT_SAFE else STOPPED
    if decision.reason in _NOT_NOW:
        return NOT_NOW
    return NOT_KNOWN if decision.reason in _UNKNOWN else ASK_FIRST


def ending(value: str) -> str:
    """Return the last four digits of a phone, enough to tell two apart; the rest stays hidden."""
    return f"··· {value[-4:]}"


def destination_label(destination: Destination, channel: Channel | None = None) -> str:
    """Return how a way is named without showing it: "Relay call ··· 0142", "Mail, home", "E-mail m···"."""
    what = CHANNELS[channel] if channel else KINDS[destination.kind]
    if destination.kind is DestinationKind.PHONE:
        what = CALLS[destination.reached_by] if channel is Channel.CALL else what
        return f"{what} {ending(destination.value)}"
    if destination.kind is DestinationKind.EMAIL:
        what = f"{what} {destination.value[:1]}···"
    return f"{what}, {destination.label}" if destination.label else what


def window_words(window: Window) -> str:
    """Return safe hours as people say them: "Wed and Sat 9 am to 12 pm"."""
    days = sorted(window.days)
    if len(days) == 7:
        when = "Every day"
    elif len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        when = f"{DAYS[days[0]]} to {DAYS[days[-1]]}"
    else:
        when = " and ".join(DAYS[each] for each in days)
    if window.begins == window.ends:
        return f"{when}, all day"
    return f"{when} {_hour(window.begins)} to {_hour(window.ends)}"


def phone_words(e164: str) -> str:
    """Return a number as people write it here: "(336) 555-0142"; others with their country code."""
    if e164.startswith("+1") and len(e164) == 12:
        return f"({e164[2:5]}) {e164[5:8]}-{e164[8:]}"
    return e164


def weekday_words(at: datetime, zone: ZoneInfo) -> str:
    """Return a day and hour in full: "Tuesday, November 24, 6 pm"."""
    here = at.astimezone(zone)
    return f"{here:%A, %B} {here.day}, {clock_words(here)}"


def _hour(wall: object) -> str:
    return clock_words(datetime(2000, 1, 1, wall.hour, wall.minute))  # type: ignore[attr-defined]  # noqa: DTZ001
