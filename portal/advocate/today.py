"""Today: the few things now; then held, due, later. Handles only."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from outreach import today
from outreach.access import Action
from outreach.call_ins.board import CallIn, board_of
from outreach.call_ins.interlock import Stand
from outreach.gate.hours import next_midnight
from outreach.meetings.view import meetings_today
from outreach.messaging.letters.board import count_to_decide
from outreach.protocols.steps import STEPS, Step
from outreach.staff import team
from outreach.terms import Level
from portal.advocate import words
from portal.advocate.call_ins import late_tellings
from portal.advocate.call_ins.words import chip
from portal.advocate.cards import Chip
from portal.advocate.cards import Step as Press
from portal.advocate.doors import requires
from portal.advocate.letters.stacks_lying import asked_for, stacks_lying
from portal.advocate.meetings import words as meeting_words
from portal.advocate.moments import lateness, long_day, moment, whole_day
from portal.advocate.pages import CallIn as CallInLine
from portal.advocate.pages import Count, TodayPage, TodayRow, TodaySection
from portal.advocate.parts import now, parts
from portal.advocate.rendering import show as render
from portal.advocate.sentences import CAUSES, duty_sentence, duty_steps, hold_of, hold_steps
from portal.advocate.team import wishes
from portal.advocate.team.alarms import alarms, unreadable_cases
from portal.advocate.texts.sent import letter_hold, why_held

bp = Blueprint("today", __name__)

NOW = timedelta(hours=2)
DUE = timedelta(hours=24)
CALL_INS_SHOWN = timedelta(days=14)
SHOWN = 12
"""Rows per section; the rest is counted."""

EMPTY = {
    "now": "Nothing is due in the next two hours.",
    "held": "Nothing is on hold. What cannot go out safely waits here, with the reason.",
    "due": "Nothing more is due in the next day.",
    "later": "Nothing is planned. New tasks come when an agency sends news.",
}
TITLES = {
    "now": ("Now", "level A, late, or within two hours"),
    "held": ("Held", "will not leave until you decide"),
    "due": ("Today", "within a day"),
    "later": ("Later", "and what was missed this week"),
}


class _Look(NamedTuple):
    """The moment of a look at the page, and by case the match that somebody still has to decide."""

    at: datetime
    matches: dict[UUID, str]


@bp.get("/today")
@requires(Action.SEE_TODAY)
def show() -> ResponseReturnValue:
    """Show what waits for whoever is signed in."""
    at, card = now(), current_user.card
    with parts().vault.reading() as session:
        duties = today.duties(session, card, now=at)
        waiting = today.waiting(session, card)
        ahead = _ahead(session, at)
        load = today.caseload(session, card, now=at)
        met = meetings_today(session, card, until=next_midnight(parts().zone, at))
        on_team = team.count_waiting(session, card) + late_tellings.count(session, card, at=at)
        letters = count_to_decide(session, card, now=at)
        stands_still = (
            *wishes.holds(session, at=at),
            *alarms(session, now=at),
            *stacks_lying(session, at, released_by=card.id),
            *asked_for(session, card, at, is_own=True),
            *unreadable_cases(today.unreadable(session, card)),
        )
    sections = _sections(duties, waiting, at, most=load.open_tasks)
    opening = meeting_words.alarm_sentence(met, now=at) or _opening(duties, at)
    page = TodayPage(
        title=long_day(at, zone=parts().zone),
        sentence=f"{opening} {_on_team(on_team)} {_on_letters(letters)}".strip(),
        sections=sections,
        caseload=_counts(load, ahead, at),
        call_ins=tuple(_call_in(each, at) for each in ahead),
        alarms=stands_still,
        meetings=tuple(meeting_words.row(each, now=at) for each in sorted(met, key=meeting_words.is_soon)),
    )
    return render("today/show.html", page)


def _ahead(session: Session, at: datetime) -> tuple[CallIn, ...]:
    """Return the call-ins of the next two weeks in one's own cases, soonest first."""
    ahead = board_of(session, current_user.card, now=at, is_own=True).ahead
    return tuple(sorted((each for each in ahead if each.at <= at + CALL_INS_SHOWN), key=lambda each: each.at))


def _sections(
    duties: tuple[today.Duty, ...], waiting: tuple[today.Waiting, ...], at: datetime, *, most: int
) -> tuple[TodaySection, ...]:
    look = _Look(at, {duty.case_id: duty.detail.match_id for duty in duties if duty.detail.match_id})
    placed: dict[str, list[today.Duty]] = {key: [] for key in TITLES}
    for duty in sorted(duties, key=_gravest_first):
        placed[_section_of(duty, at)].append(duty)
    unseen = max(0, most - sum(1 for duty in duties if not duty.missed_cause))
    return tuple(
        _section(key, placed[key], waiting if key == "held" else (), look, unseen=unseen if key == "later" else 0)
        for key in TITLES
    )


def _section(
    key: str, duties: list[today.Duty], waiting: tuple[today.Waiting, ...], look: _Look, *, unseen: int
) -> TodaySection:
    """Return one section; only the rows it shows are made."""
    held = [_waiting_row(each, look.at) for each in waiting[:SHOWN]]
    together = _by_hold(duties) if key == "held" else [[duty] for duty in duties]
    rows = (*held, *(_row(several, look) for several in together[: SHOWN - len(held)]))
    shown = len(held) + sum(len(several) for several in together[: SHOWN - len(held)])
    return TodaySection(
        key=key,  # type: ignore[arg-type]
        title=TITLES[key][0],
        gloss=TITLES[key][1],
        rows=rows,
        empty=EMPTY[key],
        more=len(duties) + len(waiting) - shown + unseen,
    )


def _by_hold(duties: list[today.Duty]) -> list[list[today.Duty]]:
    """Return the tasks of each case together: what holds one holds all of them, and is said once."""
    found: dict[UUID, list[today.Duty]] = {}
    for duty in duties:
        found.setdefault(duty.case_id, []).append(duty)
    return list(found.values())


def _section_of(duty: today.Duty, at: datetime) -> str:
    if duty.missed_cause:
        return "later"
    if hold_of(duty):
        return "held"
    if _is_gravest(duty) or duty.due_at <= at + NOW:
        return "now"
    return "due" if duty.due_at <= at + DUE else "later"


def _is_gravest(duty: today.Duty) -> bool:
    """Return whether she is to be reached at level A: that is for now, however much time is left."""
    return duty.level is Level.A and bool(STEPS[duty.step].channels)


def _gravest_first(duty: today.Duty) -> tuple[bool, bool]:
    return not _is_gravest(duty), duty.step is not Step.EMERGENCY_CONTACT


def _row(several: list[today.Duty], look: _Look) -> TodayRow:
    """Return the row of a task; of several that one hold keeps waiting, the first with all their names."""
    duty, at = several[0], look.at
    zone = ZoneInfo(duty.standing.zone)
    held = hold_of(duty)
    sentence = duty_sentence(duty)
    state: Chip | None = None
    if duty.missed_cause:
        state, sentence = words.MISSED, f"{sentence} {CAUSES[duty.missed_cause]}"
    elif held:
        state, sentence = held[0], f"{held[1]} ({' '.join(duty_sentence(each) for each in several)})"
    elif duty.due_at < at:
        state = words.LATE
    return TodayRow(
        handle=duty.handle,
        href=url_for("cases.show", case_id=duty.case_id),
        when=moment(duty.due_at, now=at, zone=zone),
        lateness="" if duty.missed_cause else lateness(duty.due_at, now=at),
        level=words.level_chip(duty.level),
        state=state,
        sentence=sentence,
        steps=hold_steps(duty, look.matches.get(duty.case_id)) if held else duty_steps(duty),
    )


def _waiting_row(each: today.Waiting, at: datetime) -> TodayRow:
    what = "text" if each.is_text else "letter"
    href = url_for("cases.show", case_id=each.case_id)
    return TodayRow(
        handle=each.handle,
        href=href,
        # Of a letter the day alone is kept.
        when=moment(each.since, now=at, zone=ZoneInfo(each.zone)) if each.is_text else whole_day(each.since.date()),
        state=words.HELD,
        sentence=f"A {what} is held. {_why(each)}",
        steps=(Press("Open the case", href, look="main"),),
    )


def _why(each: today.Waiting) -> str:
    """Say why it is held and what would change it."""
    hold = why_held(each.reason) if each.is_text else letter_hold(each.letter) if each.letter else None
    return f"{hold.cause} {hold.remedy}" if hold else "It does not open. Tell the person who runs Wayside."


def _opening(duties: tuple[today.Duty, ...], at: datetime) -> str:
    urgent = [duty for duty in duties if _section_of(duty, at) == "now"]
    gravest = sorted({duty.handle for duty in urgent if _is_gravest(duty)})
    rest = sum(1 for duty in urgent if not _is_gravest(duty))
    soon = f"{'One thing needs' if rest == 1 else f'{rest} things need'} you within two hours." if rest else ""
    if gravest:
        who = f"Reach {gravest[0]} now" if len(gravest) == 1 else f"Reach {len(gravest)} people now"
        return f"{who}: level A. {soon}".strip()
    if soon:
        return soon
    if any(_is_gravest(duty) and not duty.missed_cause for duty in duties):
        return "Someone at level A is on hold. Look there first."
    ahead = [duty for duty in duties if not duty.missed_cause]
    if not ahead:
        return "Nothing waits for you."
    zone = ZoneInfo(ahead[0].standing.zone)
    return f"Nothing is urgent. The next is due {moment(ahead[0].due_at, now=at, zone=zone).words}."


def _on_letters(many: int) -> str:
    """A second person's yes is asked on the page of letters: whoever may give it hears of it here."""
    if not many:
        return ""
    return f"On Letters, {many} {'waits' if many == 1 else 'wait'} for your yes or no."


def _on_team(count: int) -> str:
    """Say what waits for a supervisor elsewhere, so that an empty Today does not read as an empty house."""
    if not count:
        return ""
    return f"{'One thing waits' if count == 1 else f'{count} things wait'} on Team."


def _counts(load: today.Caseload, ahead: tuple[CallIn, ...], at: datetime) -> tuple[Count, ...]:
    week = sum(1 for each in ahead if each.at <= at + timedelta(days=7))
    return (
        Count(load.open_cases, "open cases"),
        Count(load.new_since_yesterday, "new since yesterday"),
        Count(week, "call-ins this week"),
        Count(load.open_tasks, "tasks to do"),
    )


def _call_in(each: CallIn, at: datetime) -> CallInLine:
    word = chip(each.countdown).word
    return CallInLine(
        day=moment(each.at, now=at, zone=ZoneInfo(each.zone)),
        handle=each.handle,
        href=url_for("cases.show", case_id=each.case_id),
        words=f"{word[0].lower()}{word[1:]}",
        is_told=each.countdown.stand is not Stand.NOT_TOLD,
    )
