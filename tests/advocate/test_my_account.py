"""One's own account: a calendar that says only when one is busy, and words for danger that are never shown."""

import re
from datetime import timedelta

import pytest
from advocate_desk import HOST
from builders import NOW
from case_visits import words
from icalendar import Calendar
from meeting_world import POINT, START
from sqlalchemy import select

from outreach.meetings import calendar as meeting_calendar
from outreach.records.base import Base
from outreach.records.meetings import CalendarFeed, DangerPhrase, Meeting
from outreach.staff import staffing


@pytest.fixture
def at_account(desk, world):
    desk.sit_down(world.dana.card)
    desk.get("/account")
    return desk


def an_address(desk) -> str:
    """Make an address and return its path, as it stands on the page this once."""
    desk.get("/account")
    page = words(desk.post("/account/calendar"))
    return re.search(r"https://portal\.test(/calendars/[\w-]{43}\.ics)", page).group(1)


def calendar(client, path: str) -> Calendar:
    """Read a calendar as a calendar program does: without a session."""
    answer = client.get(path, base_url=HOST)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    return Calendar.from_ical(answer.data)


@pytest.mark.req("54")
def test_a_calendar_says_when_one_is_busy_in_our_zone_and_nothing_else(app, at_account, world):
    path = an_address(at_account)
    (event,) = calendar(app.test_client(), path).walk("VEVENT")
    assert event["SUMMARY"] == "Busy"
    assert event["DTSTART"].dt == START + timedelta(days=2)
    assert str(event["DTSTART"].dt.tzinfo) == "America/New_York"
    assert set(event) == {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS", "TRANSP"}


def says_nothing(app, at_account, world) -> None:
    data = app.test_client().get(an_address(at_account), base_url=HOST).data.decode()
    ids = (world.meeting_id, world.case_id, world.dana.card.id)
    for each in (*map(str, ids), *(each.hex for each in ids), world.handle, "Lena", "L. O.", POINT, "Dana", "Wayside"):
        assert each not in data


@pytest.mark.req("54")
def test_a_calendar_names_nobody_and_none_of_our_ids(app, at_account, world):
    says_nothing(app, at_account, world)


def test_planted_id_of_ours_in_a_calendar_is_caught(app, at_account, world, monkeypatch):
    really = meeting_calendar._busy

    def telling(feed_id, meeting_id, *times):
        event = really(feed_id, meeting_id, *times)
        event["UID"] = str(meeting_id)
        return event

    monkeypatch.setattr(meeting_calendar, "_busy", telling)
    with pytest.raises(AssertionError):
        says_nothing(app, at_account, world)


@pytest.mark.req("54")
def test_when_a_meeting_was_planned_or_moved_changes_nothing_but_its_time(app, at_account, vault, world, clock):
    path = an_address(at_account)
    before = app.test_client().get(path, base_url=HOST).data
    assert b"VEVENT" in before
    with vault.engine.begin() as connection:
        connection.execute(Base.metadata.tables["meeting"].update().values(state="confirmed", stage=2))
    clock.advance(timedelta(hours=5))
    assert app.test_client().get(path, base_url=HOST).data == before


@pytest.mark.req("54")
def test_an_address_is_kept_as_a_hash_and_shown_once(at_account, vault):
    token = an_address(at_account).split("/")[2].removesuffix(".ics")
    assert token not in words(at_account.get("/account"))
    with vault.reading() as session:
        kept = session.scalars(select(CalendarFeed.token_hash)).all()
    assert kept == [staffing.token_hash(token)]


@pytest.mark.req("54")
@pytest.mark.parametrize("end", ["/account/calendar", "/account/calendar/ending"])
def test_an_ended_address_answers_like_one_that_never_was(app, at_account, end):
    path = an_address(at_account)
    at_account.post(end)
    ended, never = (app.test_client().get(each, base_url=HOST) for each in (path, f"/calendars/{'x' * 43}.ics"))
    assert ended.status_code == never.status_code == 404
    assert ended.data == never.data
    assert sorted(ended.headers) == sorted(never.headers)


@pytest.mark.req("54")
def test_the_calendar_of_someone_who_left_is_gone(app, at_account, vault, world):
    path = an_address(at_account)
    with vault.writing() as session:
        staffing.end_staff(session, world.dana.card.email, now=NOW)
    assert app.test_client().get(path, base_url=HOST).status_code == 404


@pytest.mark.req("54")
def test_meetings_that_are_over_or_called_off_make_nobody_busy(app, at_account, vault):
    path = an_address(at_account)
    with vault.engine.begin() as connection:
        connection.execute(Meeting.__table__.update().values(state="called_off"))
    assert calendar(app.test_client(), path).walk("VEVENT") == []


@pytest.mark.req("52")
def test_words_for_danger_are_kept_and_never_shown_again(at_account, vault):
    assert at_account.post("/account/phrase", {"words": "the canary folder"}).status_code == 303
    page = words(at_account.get("/account"))
    assert "Your words are kept." in page
    assert "canary" not in page
    with vault.reading() as session:
        assert b"canary" not in session.scalars(select(DangerPhrase.phrase_box)).one()


@pytest.mark.req("52")
def test_words_too_plain_for_danger_are_refused_with_the_mend(at_account):
    refused = at_account.post("/account/phrase", {"words": "help"})
    assert refused.status_code == 422
    assert "Use two words or more" in words(refused)
    assert 'value="help"' not in refused.text
