"""Requirements 52, 70, P5: a call for help that only who is at the meeting could answer goes on until somebody does."""

from datetime import timedelta

import pytest
from builders import NOW
from meeting_world import MINUTE, START, Watch
from sqlalchemy import select
from walled_case import keep_away

from outreach.meetings import help as meeting_help
from outreach.meetings import overdue as meeting_overdue
from outreach.meetings.help import Sent
from outreach.meetings.view import find_to_change
from outreach.on_duty import ladder, on_call, paging
from outreach.records.cases import CaseRecord
from outreach.records.on_call import PageCall, StaffPage
from outreach.terms import PageAbout

pytestmark = [pytest.mark.req("52"), pytest.mark.req("70"), pytest.mark.req("P5")]

END = START + 60 * MINUTE
HELP, LOST = ("meeting_duress", ("Sam Buddy",)), ("unseen", ("Super Visor",))


@pytest.fixture
def watch(vault):
    """Return a case from which the only supervisor is kept, and of which nobody else but its advocate is in charge."""
    found = Watch.begin(vault)
    with vault.writing() as session:
        keep_away(session, found.case_id, found.supervisor.id, found.supervisor)
    return found


def rung(watch, staff_id) -> set:
    """Return when the phone of a colleague rings next, for each page to them."""
    with watch.vault.reading() as session:
        return set(session.scalars(select(StaffPage.push_at).where(StaffPage.staff_id == staff_id)))


def help_goes_on(watch, *, holder=None):
    """Dana and Lee are there, and Sam, the buddy, does not answer."""
    meeting_id = watch.under_way()
    with watch.vault.writing() as session:
        session.get_one(CaseRecord, watch.case_id).assigned_to_id = (holder or watch.dana).id
    watch.does(meeting_help.check_out, meeting_id, Sent(is_quiet=True), now=END)
    assert watch.paged() == [HELP]
    for minutes in (10, 25):
        at = END + minutes * MINUTE
        paging.look_at_pages(watch.vault, now=at)
        assert watch.paged() == [HELP, LOST]
        assert (rung(watch, watch.sam.id), rung(watch, watch.supervisor.id)) == ({at}, {at})
    return meeting_id


def test_a_call_for_help_pages_its_buddy_again_and_supervisors_that_nobody_answers(watch):
    meeting_id = help_goes_on(watch)
    with watch.vault.writing() as session:
        paging.acknowledge(session, watch.supervisor.id, now=END + 30 * MINUTE)
    paging.look_at_pages(watch.vault, now=END + 40 * MINUTE)
    assert watch.paged() == [HELP, LOST, LOST], "who may not see it has seen the page, and help was not sent"

    with watch.vault.writing() as session:
        meeting = find_to_change(session, watch.sam, meeting_id)
        meeting_overdue.settle(session, meeting, by=watch.sam.id, is_safe=True, now=END + 41 * MINUTE)
        paging.acknowledge(session, watch.supervisor.id, now=END + 42 * MINUTE)
    paging.look_at_pages(watch.vault, now=END + timedelta(hours=1))
    assert watch.paged() == [HELP, LOST, LOST], "it is answered"


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_call_for_help_that_its_advocate_does_not_answer_pages_supervisors_though_none_may_see_the_case(watch):
    help_goes_on(watch, holder=watch.sam)


def test_planted_ladder_that_ends_where_nobody_may_see_the_case_is_caught(watch, monkeypatch):
    monkeypatch.setattr(ladder, "_is_open", lambda *_: False)
    with pytest.raises(AssertionError):
        help_goes_on(watch)


def no_phone_rings_where_help_was_called(watch):
    """The supervisor is at the meeting with Dana, and is on call besides."""
    with watch.vault.writing() as session:
        for turn in on_call.Turn:
            shift = on_call.NewShift(watch.supervisor.id, turn, NOW, END + timedelta(hours=9))
            on_call.add_shift(session, shift, by=None, now=NOW)
    meeting_id = watch.under_way()
    with watch.vault.writing() as session:
        find_to_change(session, watch.dana, meeting_id).second_id = watch.supervisor.id
    watch.does(meeting_help.check_out, meeting_id, Sent(is_quiet=True), now=END)
    for minutes in range(0, 60, 5):
        paging.look_at_pages(watch.vault, now=END + minutes * MINUTE)
    assert ("unseen", ("Lee Park", "Nora Else", "Sam Buddy")) in watch.paged()
    assert rung(watch, watch.supervisor.id) == set()


def test_no_phone_rings_where_help_was_called_however_long_nobody_answers(watch):
    no_phone_rings_where_help_was_called(watch)


@pytest.mark.parametrize("database", ["sqlite"])
def test_planted_page_that_rings_at_the_meeting_is_caught(watch, monkeypatch):
    really = ladder.but_those_there

    def forgets(session, call: PageCall, staff_ids):
        return tuple(staff_ids) if call.about == PageAbout.UNSEEN else really(session, call, staff_ids)

    monkeypatch.setattr(ladder, "but_those_there", forgets)
    with pytest.raises(AssertionError):
        no_phone_rings_where_help_was_called(watch)


def test_help_called_for_twice_at_one_instant_is_called_for_once_and_refuses_nobody(watch):
    meeting_id = watch.under_way()
    for _ in range(2):
        watch.does(meeting_help.heed, meeting_id, Sent(is_quiet=True), now=END)
    assert watch.paged() == [HELP]
