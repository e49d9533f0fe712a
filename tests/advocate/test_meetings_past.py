"""A day after a meeting, those who do not hold her case see nothing of her there any more (P6)."""

from datetime import timedelta
from typing import NamedTuple

import pytest
from advocate_desk import HOST, Desk
from builders import NOW
from case_visits import settle, words
from icalendar import Calendar
from meeting_world import MINUTE, POINT, START, a_place
from sqlalchemy import select

from outreach.meetings import calendar, help, keeping, overdue, planning  # noqa: A004 - a module of ours
from outreach.meetings.help import Sent
from outreach.meetings.keeping import SafetyCheck
from outreach.meetings.rules import Answer, HowItWent, PlaceKind, Plan, Whereabouts
from outreach.meetings.view import find_to_change
from outreach.records.meetings import Meeting
from outreach.terms import Channel

END = START + 60 * MINUTE
NEXT_DAY = END + timedelta(days=1)
SECOND = timedelta(seconds=1)
TELLING = (POINT, "L. O.", "336 555 0100", "Maria Lopez", "Lena", "Ortiz")
SAFE = SafetyCheck(
    whereabouts=Whereabouts.ELSEWHERE,
    lives_there=Answer.NO,
    weapons=Answer.NO,
    order=Answer.NO,
    goes_ahead=True,
)


class Past(NamedTuple):
    """A meeting, who holds its case, and two who do not: one was there, one watched."""

    meeting_id: str
    holder: object
    others: tuple


@pytest.fixture
def past(vault, world, hire):
    """A meeting that Dana, who holds the case, and another went to, with a buddy; it has begun."""
    settle(vault, world)
    buddy = hire(name="Bo Buddy")
    dana, other = world.dana.card, world.other.card
    with vault.writing() as session:
        plan = Plan(
            destination_id=a_place(session, world.case_id).id,
            channel=Channel.MEETING,
            place=PlaceKind.LIBRARY,
            starts_at=START,
            check_in_by=START,
            ends_at=END,
            lead=dana.id,
            second=other.id,
            buddy=buddy.card.id,
            buddy_phone="336 555 0100",
            interpreter="Maria Lopez",
        )
        meeting_id = planning.plan_meeting(session, dana, world.case_id, plan, now=NOW)
        keeping.record_check(session, dana, find_to_change(session, dana, meeting_id), SAFE, now=NOW)
        keeping.check_in(session, dana, find_to_change(session, dana, meeting_id), now=START)
    return Past(str(meeting_id), world.dana, (world.other, buddy))


@pytest.fixture
def change(vault, world, past):
    """Return what takes a step of the meeting."""

    def change(step, *args, **named):
        with vault.writing() as session:
            meeting = session.scalars(select(Meeting).where(Meeting.ends_at == END)).one()
            return step(session, world.dana.card, meeting, *args, **named)

    return change


def told(change, at=END) -> None:
    """Have the meeting closed, and how it went told."""
    change(help.check_out, Sent("canary words"), now=at)
    change(keeping.tell_outcome, HowItWent.CAME, now=at)


def pages(app, meeting_id: str) -> list[str]:
    """Return every page of the portal about one meeting, from the routes there are, and the lists."""
    rules = [rule for rule in app.url_map.iter_rules() if "meeting_id" in rule.arguments and "GET" in rule.methods]
    assert len(rules) >= 3
    about_one = [rule.rule.replace("<uuid:meeting_id>", meeting_id) for rule in rules]
    return [*about_one, "/meetings", "/today", "/account"]


def seen(app, clock, vault, past, who, *, at) -> set[str]:
    """Return what of her somebody sees on any page at that time, the sheet and the calendar included."""
    clock.advance(at - clock.now())
    desk = Desk(app.test_client(), clock, vault).sit_down(who.card)
    texts = [words(desk.get(page)) for page in pages(app, past.meeting_id)]
    desk.get(f"/meetings/{past.meeting_id}/sheet")
    texts.append(words(desk.post(f"/meetings/{past.meeting_id}/sheet", {"reason": "Once more."})))
    with vault.writing() as session:
        token = calendar.make_feed(session, who.card.id, now=clock.now())
    texts.append(words(app.test_client().get(f"/calendars/{token}.ics", base_url=HOST)))
    return {each for each in TELLING for text in texts if each in text}


def nothing_is_left(app, clock, vault, past) -> None:
    for who in past.others:
        assert seen(app, clock, vault, past, who, at=NEXT_DAY) == set()


@pytest.mark.req("P6")
@pytest.mark.req("54")
def test_a_day_after_a_meeting_who_went_along_and_who_watched_see_nothing_of_her(app, clock, vault, past, change):
    told(change)
    for who in past.others:
        assert {POINT, "L. O."} <= seen(app, clock, vault, past, who, at=NEXT_DAY - SECOND)
    nothing_is_left(app, clock, vault, past)
    assert {POINT, "L. O."} <= seen(app, clock, vault, past, past.holder, at=NEXT_DAY)


def test_planted_need_that_never_ends_is_caught(app, clock, vault, past, change, monkeypatch):
    told(change)
    monkeypatch.setattr("outreach.meetings.lines.needs_place", lambda *_, **__: True)
    with pytest.raises(AssertionError):
        nothing_is_left(app, clock, vault, past)


@pytest.mark.req("P6")
def test_how_it_went_can_be_told_though_the_place_is_gone(app, clock, vault, past, change):
    change(help.check_out, Sent(), now=END)
    nothing_is_left(app, clock, vault, past)
    desk = Desk(app.test_client(), clock, vault).sit_down(past.others[0].card)
    assert "How did it go?" in words(desk.get(f"/meetings/{past.meeting_id}"))
    assert desk.post(f"/meetings/{past.meeting_id}/outcome", {"went": "came"}).status_code == 303


@pytest.mark.req("51")
def test_while_nobody_came_out_the_buddy_sees_where_however_late_it_is(app, clock, vault, past):
    overdue.look_at_meetings(vault, now=NEXT_DAY)
    assert {POINT, "L. O."} <= seen(app, clock, vault, past, past.others[1], at=NEXT_DAY + timedelta(days=2))


@pytest.mark.req("52")
def test_a_call_for_help_keeps_the_place_for_the_buddy_and_shows_nothing_to_who_was_there(
    app, clock, vault, past, change
):
    change(help.check_out, Sent(is_quiet=True), now=END)
    there, buddy = past.others
    assert seen(app, clock, vault, past, there, at=NEXT_DAY) == set()
    assert {POINT, "L. O."} <= seen(app, clock, vault, past, buddy, at=NEXT_DAY)


@pytest.mark.req("P6")
def test_a_meeting_called_off_is_nobodys_to_know_at_once(app, clock, vault, past, change, world):
    later = {"starts_at": END + timedelta(days=9), "ends_at": END + timedelta(days=9, hours=1)}
    with vault.writing() as session:
        meeting = session.scalars(select(Meeting).where(Meeting.ends_at == END)).one()
        meeting.state, meeting.next_look_at = "called_off", None
        meeting.starts_at, meeting.ends_at = later["starts_at"], later["ends_at"]
    for who in past.others:
        assert seen(app, clock, vault, past, who, at=END) == set()


@pytest.mark.req("54")
def test_a_closed_meeting_is_in_nobodys_calendar(app, clock, vault, past, change):
    told(change)
    with vault.writing() as session:
        token = calendar.make_feed(session, past.others[0].card.id, now=END)
    feed = app.test_client().get(f"/calendars/{token}.ics", base_url=HOST).data
    assert Calendar.from_ical(feed).walk("VEVENT") == []
