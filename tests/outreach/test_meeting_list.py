"""The list of meetings: what is due is on it whole and first, whatever else there is; the rest comes page by page."""

from datetime import timedelta

import pytest
from builders import NOW, a_destination
from meeting_world import START, Watch, a_meeting
from sqlalchemy import false, update

from outreach import audit
from outreach.meetings import help as meeting_help
from outreach.meetings import view
from outreach.meetings.view import A_PAGE, find_to_change, meetings
from outreach.records.meetings import Meeting

pytestmark = pytest.mark.req("51")
HOUR = timedelta(hours=1)
LATE = START + 2 * HOUR


@pytest.fixture
def watch(vault) -> Watch:
    return Watch.begin(vault)


def many(watch: Watch, count: int, state: str, first, *, apart: timedelta = HOUR) -> list:
    """Store meetings of the case, one after the other from `first` on, and return their ids in that order."""
    with watch.vault.writing() as session:
        phone = a_destination(session, watch.case_id)
        ids = [a_meeting(session, watch.case_id, phone, watch.lee.id, watch.sam.id) for _ in range(count)]
        session.flush()
        for number, each in enumerate(ids):
            at = first + number * apart
            times = {"starts_at": at, "check_in_by": at, "ends_at": at + HOUR}
            session.execute(update(Meeting).where(Meeting.id == each).values(state=state, next_look_at=None, **times))
        audit.record(session, action="test.meetings", by=None, cases=[watch.case_id], now=NOW)
    return ids


def listed(watch: Watch, who=None, *, page: int = 1):
    with watch.vault.reading() as session:
        return meetings(session, who or watch.supervisor, now=LATE, page=page)


def test_who_is_out_or_late_is_on_the_list_however_many_meetings_there_were(watch):
    out = watch.under_way()
    many(watch, 100, "told", LATE - timedelta(days=9))
    late = many(watch, A_PAGE + 1, "confirmed", LATE - 70 * HOUR)
    watch.looks(LATE)

    for page in (1, 2):
        assert {each.id for each in listed(watch, page=page).due} == {out, *late}


def test_what_is_to_come_stands_before_what_passed_and_every_meeting_is_on_one_page(watch):
    passed = many(watch, 50, "told", LATE - timedelta(days=9))
    untold = many(watch, 2, "over", LATE - timedelta(days=10))
    ahead = many(watch, 50, "planned", LATE + timedelta(days=1))

    pages = [listed(watch, page=number) for number in (1, 2)]

    found = [each.id for page in pages for each in page.others]
    assert found == [*ahead, *reversed(untold), *reversed(passed)], "the soonest first; then the newest first"
    assert [(each.page, len(each.others), each.more) for each in pages] == [(1, 60, 42), (2, 42, 0)]
    assert listed(watch, page=9) == pages[1]


def test_an_alarm_brings_an_old_meeting_up_for_all_but_those_who_are_there(watch):
    meeting_id = watch.under_way()
    with watch.vault.writing() as session:
        meeting = find_to_change(session, watch.dana, meeting_id)
        meeting_help.call_for_help(session, meeting, now=START)
        meeting.state, meeting.ends_at = "over", LATE - timedelta(days=15)

    assert [each.id for each in listed(watch).due] == [meeting_id]
    assert listed(watch, watch.lee).due == ()


@pytest.mark.parametrize("database", ["sqlite"])
def test_planted_list_that_begins_with_the_oldest_is_caught(watch, monkeypatch):
    monkeypatch.setattr(view, "_is_due", lambda *given, **named: false())
    with pytest.raises(AssertionError):
        test_who_is_out_or_late_is_on_the_list_however_many_meetings_there_were(watch)
