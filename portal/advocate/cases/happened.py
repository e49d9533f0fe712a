"""What happened on a case, newest first, in words: the agency's news, our tries, what she asked, what was stopped."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from outreach.case_file.contents import AttemptDetail
from outreach.case_file.history import Kept
from outreach.case_file.view import CaseView
from outreach.events import CustodyChanged, LevelEvent, OrderChanged, call_in_at_of, level_of, on_scene_of
from outreach.intake.event_terms import Custody, EventKind, OrderStep
from outreach.late_entry import is_afterwards
from outreach.terms import Channel, Outcome, ReachedBy
from portal.advocate import words
from portal.advocate.cards import Hold
from portal.advocate.cases import brought
from portal.advocate.cases.pages import TimelineRow
from portal.advocate.moments import day, moment

KINDS = {
    EventKind.CALL_IN_SCHEDULED: "Call-in set",
    EventKind.CALL_IN_RESCHEDULED: "Call-in moved",
    EventKind.CALL_IN_CANCELLED: "Call-in called off",
    EventKind.INDIVIDUAL_NOTIFICATION_SCHEDULED: "The partner will be told in person",
    EventKind.OFFENDER_NOTIFIED: "The partner was told",
    EventKind.REMOVED: "The partner is off the list",
    EventKind.CORRECTION: "The agency corrected earlier news",
}
CUSTODY = {Custody.IN: "The partner is in jail.", Custody.OUT: "The partner is out of jail."}
ORDERS = {
    OrderStep.ISSUED: "A court order was made.",
    OrderStep.SERVED: "The partner was given the court order.",
    OrderStep.MODIFIED: "The court order was changed.",
    OrderStep.EXPIRED: "The court order has ended.",
    OrderStep.DISMISSED: "The court order was called off.",
}
SCREENS = {
    "high_danger": "high danger",
    "not_high": "not high danger",
    "declined": "she declined",
    "not_done": "not done",
}
NEEDS = {
    "medical": "medical help",
    "shelter": "a place to stay",
    "transport": "a ride",
    "children": "help with children",
    "interpreter": "an interpreter",
    "money": "money",
    "other": "something else",
}
SMALL_WORDS = frozenset({"of", "the", "and", "for"})
SHORT = 3
YES_NO = {"yes": "yes", "no": "no", "unknown": "not known"}


def rows(view: CaseView, *, now: datetime) -> tuple[TimelineRow, ...]:
    """Return the timeline of a case."""
    zone = ZoneInfo(view.head.standing.zone)
    found = [*_events(view, zone), *_attempts(view, now=now), *_requests(view), *_stops(view), *_brought(view)]
    found.sort(key=lambda pair: pair[0], reverse=True)
    return tuple(
        TimelineRow(when=moment(at, now=now, zone=zone), by=by, title=title, words=said, side=side)
        for at, (by, title, said, side) in found
    )


Side = Literal["ours", "agency"]
Row = tuple[datetime, tuple[str, str, str, Side]]


def _events(view: CaseView, zone: ZoneInfo) -> Iterator[Row]:
    level: str | None = None
    for kept in view.events:
        event = kept.event
        new = level_of(event)
        title = _event_title(event, level, zone)
        level = new.value if new else level
        yield event.occurred_at, (agency_words(kept.sent.agency), title, _on_scene(event), "agency")


def news_hold(news: Sequence[Kept], since: str, mend: str, *, zone: ZoneInfo) -> Hold | None:
    """Return a flag with what came `since` a moment in words; None where nothing came."""
    if not news:
        return None
    told = (f"{day(each.event.occurred_at, zone=zone).words}: {_event_title(each.event, None, zone)}" for each in news)
    return Hold(f"New since {since}. {' '.join(told)}", mend, ())


def _event_title(event: LevelEvent, before: str | None, zone: ZoneInfo) -> str:
    level = level_of(event)
    call_in = call_in_at_of(event) or getattr(event, "notification_at", None)
    when = f" {words.weekday_words(call_in, zone)}." if call_in else ""
    if level is not None:
        moved = f"Level {before} to {level.value}." if before and before != level.value else f"Level {level.value}."
        return f"{moved} Call-in set:{when}" if when else moved
    if isinstance(event, CustodyChanged):
        return CUSTODY[event.custody]
    if isinstance(event, OrderChanged):
        return ORDERS[event.order]
    title = KINDS[EventKind(event.kind)]
    return f"{title}:{when}" if when else f"{title}."


def _on_scene(event: LevelEvent) -> str:
    answers = on_scene_of(event)
    parts = []
    if answers.safe_to_call != "unknown":
        parts.append(f"Safe to call: {YES_NO[answers.safe_to_call]}")
    if answers.safe_to_leave_message != "unknown":
        parts.append(f"safe to leave a message: {YES_NO[answers.safe_to_leave_message]}")
    if answers.needs:
        parts.append("she needs " + ", ".join(NEEDS.get(str(each), str(each)) for each in answers.needs))
    if answers.lethality_screen:
        parts.append(f"danger screen: {SCREENS.get(str(answers.lethality_screen), str(answers.lethality_screen))}")
    return "On scene: " + "; ".join(parts) + "." if parts else ""


def _attempts(view: CaseView, *, now: datetime) -> Iterator[Row]:
    for each in view.attempts:
        made, note = each.detail, each.said
        title = f"{_way(made)}: {words.OUTCOMES[Outcome(made.outcome)].lower()}."
        reason = f"Supervisor's reason: {note.reason}" if note.reason else ""
        said = " ".join(filter(None, (note.note, reason, _written_later(view, made, now=now))))
        yield datetime.fromisoformat(made.at), (view.names.get(made.by, "A colleague"), title, said, "ours")


def _way(made: AttemptDetail) -> str:
    channel = Channel(made.channel)
    return words.CALLS[ReachedBy(made.reached_by)] if channel is Channel.CALL else words.CHANNELS[channel]


def _written_later(view: CaseView, made: AttemptDetail, *, now: datetime) -> str:
    """Return when a try was written down, where that was long after it was made."""
    if made.written_at is None:
        return ""
    at, written_at = datetime.fromisoformat(made.at), datetime.fromisoformat(made.written_at)
    if not is_afterwards(at, written_at):
        return ""
    return f"Written down {moment(written_at, now=now, zone=ZoneInfo(view.head.standing.zone)).words}."


def _requests(view: CaseView) -> Iterator[Row]:
    for asked in view.requests:
        title = f"She asked: {words.CHANNELS[asked.channel].lower()}."
        yield asked.asked_at, (view.names.get(str(asked.by), "A colleague"), title, asked.what, "ours")


def _stops(view: CaseView) -> Iterator[Row]:
    for stop in view.head.standing.stops:
        title = "All contact paused." if stop.kind == "paused" else "Pause lifted."
        at = datetime.fromisoformat(stop.at)
        yield at, (view.names.get(stop.by, "A colleague"), title, view.reasons.get(at, ""), "ours")


def _brought(view: CaseView) -> Iterator[Row]:
    if (at := brought.at(view)) is not None:
        yield at, ("Your own papers", f"{brought.TITLE}.", "", "ours")


def agency_words(slug: str) -> str:
    """Return an agency's slug as its name: "High Point PD". A short last word stands for a kind of office."""
    *first, last = slug.replace("_", "-").split("-")
    names = (each if each in SMALL_WORDS else each.title() for each in first)
    return " ".join((*names, last.upper() if len(last) <= SHORT else last.title()))
