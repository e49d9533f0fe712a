"""How a call-in reads on a screen: its state as a word with a colour and a shape, the time left, what comes next."""

from datetime import datetime
from zoneinfo import ZoneInfo

from outreach.attempts.limits import NextTry, PartOfDay
from outreach.call_ins.board import CallIn
from outreach.call_ins.changes import Change, ChangeKind
from outreach.call_ins.interlock import Colour, Countdown, Lack, Stand
from outreach.reaching.next_way import Try
from outreach.terms import Channel, ClosedAs
from portal.advocate.cards import Chip
from portal.advocate.moments import moment, span
from portal.advocate.sentences import CAUSES, hold_of_case

CHIPS = {
    Stand.TOLD: Chip("Told", "safe", "tick"),
    Stand.TOLD_AFTERWARDS: Chip("Told, written later", "safe", "tick"),
    Stand.DECLINED: Chip("She said no thanks", "safe", "tick"),
    Stand.HER_WORD: Chip("She wants no contact", "calm", "dash"),
    Stand.NO_SAFE_WAY: Chip("No safe way, signed", "calm", "dash"),
    Stand.TRIED_ENOUGH: Chip("Tried enough, signed", "calm", "dash"),
    Stand.MISSED: Chip("Missed", "late", "cross"),
    Stand.CALLED_OFF: Chip("Called off", "calm", "dash"),
}
NOT_TOLD = Chip("Not told yet", "ask", "clock")
LATE = Chip("Late, not told", "unsafe", "mark")
LAST_DAY = Chip("Last hours, not told", "unsafe", "mark")

KINDS = {
    ClosedAs.NO_SAFE_WAY: "There is no safe way to tell her",
    ClosedAs.TRIED_ENOUGH: "Enough was tried, in more than one way",
    ClosedAs.HER_WORD: "She wants no contact, or will contact us",
}
LACKS = {
    Lack.A_WAY_IS_OPEN: "A way is open, or opens in time. Try it first.",
    Lack.ONE_MORE_TRY: "A safe way is shut only by our own limit of tries. Open the case and ask for one more try.",
    Lack.OURS_TO_SETTLE: "Something here waits for us: a match to decide, or a supervisor's word. Settle it first.",
    Lack.TRIES_LEFT: "There are tries left.",
    Lack.ONE_CHANNEL: "Only one kind of way was tried. Try another one too.",
    Lack.ONE_TIME_OF_DAY: "It was always tried at the same time of day. Try another hour.",
    Lack.SHE_DID_NOT_SAY_SO: "She has said no such thing.",
}
WEIGHED = {
    Try.COURT: "Meet her at court",
    Try.HOSPITAL: "Ask at the hospital",
    Try.OFFICERS_CARD: "The officer's card",
    Try.CALL_AT_WORK: "A call at work",
    Try.IN_PERSON: "In person, where she chooses",
}
PARTS = {PartOfDay.MORNING: "in the morning", PartOfDay.AFTERNOON: "after noon", PartOfDay.EVENING: "in the evening"}
TRY_AT = {PartOfDay.MORNING: "before noon", PartOfDay.AFTERNOON: "from noon to 5 pm", PartOfDay.EVENING: "after 5 pm"}
TRIES = {
    Channel.CALL: ("call", "calls"),
    Channel.VOICEMAIL: ("message", "messages"),
    Channel.TEXT: ("text", "texts"),
    Channel.LETTER: ("letter", "letters"),
    Channel.MEETING: ("meeting", "meetings"),
    Channel.PAGE: ("look at her page", "looks at her page"),
    Channel.EMAIL: ("e-mail", "e-mails"),
}
NUMBERS = ("No", "One", "Two", "Three", "Four", "Five")


def chip(found: Countdown) -> Chip:
    """Return where a call-in stands as a word with a colour and a shape."""
    if found.stand is not Stand.NOT_TOLD:
        return CHIPS[found.stand]
    if found.colour is Colour.RED:
        return LAST_DAY if found.is_last_day else LATE
    return NOT_TOLD


def left_words(found: Countdown) -> str:
    """Return how much time is left: "3 days left"; nothing once the call-in has passed."""
    seconds = int(found.left.total_seconds())
    return f"{span(seconds)} left" if seconds > 0 else ""


def sentence(call_in: CallIn, *, now: datetime) -> str:
    """Return what a call-in asks of us now, in one or two sentences."""
    found, zone = call_in.countdown, ZoneInfo(call_in.zone)
    held = hold_of_case(call_in.standing)
    if found.stand is Stand.NOT_TOLD and held is not None:
        return f"{held[1]} A supervisor decides about this call-in."
    if found.stand is Stand.NOT_TOLD:
        by = moment(call_in.due_at, now=now, zone=zone).words
        if found.is_last_day:
            return "Little time is left. Tell her now, live."
        return f"She was to know by {by}. Tell her now, live." if found.is_late else f"Tell her by {by}, live."
    if found.stand is Stand.MISSED:
        return f"She was not told. {CAUSES[found.cause]}" if found.cause else "She was not told. It has begun."
    return ended_words(found)


def ended_words(found: Countdown) -> str:
    """Return how a call-in ended, other than missed."""
    later = " It was written down after it had begun." if found.cause and found.stand in WRITTEN_LATER else ""
    return f"{SENTENCES[found.stand]}{later}"


WRITTEN_LATER = (Stand.DECLINED, Stand.HER_WORD)
"""What she said in time, where a cause of having been missed says that it was entered afterwards."""


SENTENCES = {
    Stand.TOLD: "She was reached and knows.",
    Stand.TOLD_AFTERWARDS: "She was told in time. It was written down after it had begun; a supervisor saw the paper.",
    Stand.DECLINED: "She was reached and said no thanks.",
    Stand.HER_WORD: "It does not count as told. A supervisor decides about what is new.",
    Stand.NO_SAFE_WAY: "It does not count as told. A supervisor signed.",
    Stand.TRIED_ENOUGH: "It does not count as told. A supervisor signed.",
    Stand.CALLED_OFF: "It is off. Somebody here checked.",
}


def change_words(change: Change, call_in: CallIn, *, now: datetime) -> str:
    """Return what an agency wants to change, and what stands until somebody has checked it."""
    if change.kind is ChangeKind.OFF:
        return "The agency says that it is off. Until you check it, this day stands."
    if change.kind is ChangeKind.EARLIER:
        return "The agency moved it to an earlier time, which counts already. Check it."
    to = moment(change.new_at or call_in.at, now=now, zone=ZoneInfo(call_in.zone)).words
    return f"The agency says that it moves to {to}. Until you check it, this day stands."


def try_words(found: NextTry, *, now: datetime, zone: ZoneInfo) -> str:
    """Return what was tried, what would be new, and when the next try is allowed."""
    parts = [_made(found), _again(found, now=now, zone=zone)]
    return " ".join(part for part in parts if part)


def _made(found: NextTry) -> str:
    if found.repeated is None:
        return (
            "" if not found.made else "One try so far." if found.made == 1 else f"{_number(found.made)} tries so far."
        )
    count, channel, part = found.repeated
    one, many = TRIES[channel]
    said = f"{_number(count)} {one if count == 1 else many} {PARTS[part]} got no answer."
    hours = [TRY_AT[each] for each in found.other_parts[-1:]]
    ways = [f"a {TRIES[each][0]}" for each in found.other_channels if each in _NEW_WAYS]
    fresh = " or ".join([*hours, *ways[:1]])
    return f"{said} Try {fresh}." if fresh else said


_NEW_WAYS = (Channel.CALL, Channel.LETTER, Channel.MEETING)
"""What may be proposed as another way: a text is never for news of this kind, nor a message someone else may hear."""


def _again(found: NextTry, *, now: datetime, zone: ZoneInfo) -> str:
    if found.allowed_at is None:
        return "A supervisor decides about one more try."
    left = f"{found.left} {'try is' if found.left == 1 else 'tries are'} left before a supervisor decides."
    if not found.made:
        return ""
    if found.allowed_at > now:
        return f"The next try may be made from {moment(found.allowed_at, now=now, zone=zone).words}. {left}"
    if found.wait_until is not None:
        return f"The next try is better after {moment(found.wait_until, now=now, zone=zone).words}. {left}"
    return f"The next try may be made now. {left}"


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)
