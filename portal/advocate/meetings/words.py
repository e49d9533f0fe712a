"""How meetings read on screens: grade 6, no codes, nothing of her but initials and where."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import url_for

from outreach.meetings.lines import MeetingLine
from outreach.meetings.rules import AHEAD, AlarmKind, Answer, HowItWent, MeetingState, PlaceKind, Whereabouts
from portal.advocate import words
from portal.advocate.cards import Chip, Step
from portal.advocate.cases.pages import MeetingsCard
from portal.advocate.moments import clock_words, lateness, moment
from portal.advocate.pages import TodayRow

PLACES = {
    PlaceKind.OFFICE: "Our office",
    PlaceKind.LIBRARY: "A library",
    PlaceKind.COURT: "Court",
    PlaceKind.HOSPITAL: "A hospital or clinic",
    PlaceKind.OTHER: "Another place",
    PlaceKind.PHONE_CALL: "No place: a phone call",
    PlaceKind.HOME: "Her home",
}
STATES = {
    MeetingState.PLANNED: Chip("Not ready yet", "ask", "question"),
    MeetingState.CONFIRMED: Chip("Ready", "safe", "tick"),
    MeetingState.UNDER_WAY: Chip("Going on", "calm", "clock"),
    MeetingState.OVER: Chip("How did it go?", "ask", "question"),
    MeetingState.TOLD: Chip("Done", "calm", "tick"),
    MeetingState.CALLED_OFF: Chip("Called off", "calm", "dash"),
}
NEEDS_HELP = Chip("Call now", "unsafe", "cross")
WENT = {
    HowItWent.CAME: "She came",
    HowItWent.DID_NOT_COME: "She did not come",
    HowItWent.MOVED: "Moved to another day",
    HowItWent.REACHED_OTHERWISE: "Talked in a call instead",
}
ANSWERS = {Answer.NO: "No", Answer.YES: "Yes", Answer.UNKNOWN: "Not known"}
WHEREABOUTS = {
    Whereabouts.IN_CUSTODY: "In jail",
    Whereabouts.ELSEWHERE: "Somewhere else, far from there",
    Whereabouts.NEAR: "There, or near",
    Whereabouts.UNKNOWN: "Not known",
}


def zone_of(line: MeetingLine) -> ZoneInfo:
    """Return the zone in which the hour of a meeting was agreed."""
    return ZoneInfo(line.zone)


def people(line: MeetingLine) -> str:
    """Return who goes, by first name."""
    first = [each.split()[0] for each in (line.lead, line.second) if each]
    return " and ".join(first)


def state_chip(line: MeetingLine, *, now: datetime) -> Chip:
    """Return where a meeting stands, an alarm before all."""
    if line.alarms:
        return NEEDS_HELP
    return words.LATE if line.is_late(now) else STATES[line.state]


def line_sentence(line: MeetingLine, *, now: datetime) -> str:
    """Return who goes and what is due, in a sentence or two."""
    who = f"{people(line)} {'go' if line.second else 'goes'}. {line.buddy.split()[0]} is the buddy."
    if AlarmKind.DURESS in line.alarms:
        return f"{people(line)} may need help. Open this now."
    if line.alarms:
        return f"No word from {people(line)}. Call now."
    if line.state is MeetingState.UNDER_WAY:
        return f"{who} Check out by {clock_words(line.ends_at.astimezone(zone_of(line)))}."
    if line.state in AHEAD and line.is_late(now):
        return f"{who} Nobody checked in."
    if line.state is MeetingState.PLANNED:
        alone = "" if line.second else " One worker so far."
        return f"{who}{alone} The safety check comes first."
    if line.state is MeetingState.OVER:
        return "Say how it went. Two taps."
    return who


def alarm_sentence(lines: Sequence[MeetingLine], *, now: datetime) -> str:
    """Return what to do about the gravest alarm of these meetings; empty where there is none."""
    alarmed = [each for each in lines if each.alarms]
    first = min(alarmed, key=lambda each: (AlarmKind.DURESS not in each.alarms, is_soon(each)), default=None)
    return line_sentence(first, now=now) if first else ""


def row(line: MeetingLine, *, now: datetime) -> TodayRow:
    """Return a meeting as a row of a list: its time, the handle, who goes, what is due."""
    due = line.due_at if line.state is MeetingState.UNDER_WAY or line.is_late(now) else line.starts_at
    href = url_for("meetings.show", meeting_id=line.id)
    return TodayRow(
        handle=line.handle,
        href=href,
        when=moment(due or line.starts_at, now=now, zone=zone_of(line)),
        lateness=lateness(line.due_at, now=now) if line.due_at and line.is_late(now) else "",
        state=state_chip(line, now=now),
        sentence=line_sentence(line, now=now),
        steps=(Step("Open", href, look="main"),),
    )


def is_soon(line: MeetingLine) -> tuple[bool, bool, datetime]:
    """Return the order of a list: alarms, then whose sign of life is due next."""
    return not line.alarms, line.due_at is None, line.due_at or line.starts_at


def span_words(line: MeetingLine) -> str:
    """Return when it is, in full: "Friday, November 20, 1 pm to 2 pm"; the day of the end where it is another."""
    zone = zone_of(line)
    return f"{words.weekday_words(line.starts_at, zone)} to {end_words(line.starts_at, line.ends_at, zone)}"


def end_words(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """Return when it ends: the hour, and the day as well after midnight."""
    ends = ends_at.astimezone(zone)
    is_next_day = ends.date() != starts_at.astimezone(zone).date()
    return words.weekday_words(ends_at, zone) if is_next_day else clock_words(ends)


def case_card(case_id: UUID, lines: Sequence[MeetingLine], *, now: datetime) -> MeetingsCard:
    """Return the card of a case: its next meeting, or one of which nobody said how it went, and planning one."""
    live = [each for each in lines if each.due_at is not None or each.state is MeetingState.OVER]
    plan = Step("Plan a meeting", url_for("meeting_plans.new", case_id=case_id))
    if not live:
        return MeetingsCard(sentence="None is planned. She chooses where.", when=None, state=None, steps=(plan,))
    first = min(live, key=is_soon)
    return MeetingsCard(
        sentence=line_sentence(first, now=now),
        when=moment(first.starts_at, now=now, zone=zone_of(first)),
        state=state_chip(first, now=now),
        steps=(Step("Open the meeting", url_for("meetings.show", meeting_id=first.id)), plan),
    )
