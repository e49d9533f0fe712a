"""A sign of life that does not come: who is paged and when, once each, whoever runs and whatever is damaged."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from builders import NOW, a_case
from meeting_world import MINUTE, START, Watch, a_place, a_plan
from sqlalchemy import select, update

from outreach.access import NoSuchCase
from outreach.meetings import help as meeting_help
from outreach.meetings import keeping as meeting_keeping
from outreach.meetings import overdue as meeting_overdue
from outreach.meetings import planning as meeting_planning
from outreach.meetings.help import Sent
from outreach.meetings.ladder import rungs_due
from outreach.meetings.view import find_to_change, meetings, read_meeting
from outreach.on_duty import ladder, on_call, paging
from outreach.records.engine import open_postgres
from outreach.records.meetings import Meeting, MeetingAlarm
from outreach.records.on_call import PageCall, StaffPage
from outreach.scheduling import ticks

SECOND = timedelta(seconds=1)
END = START + 60 * MINUTE
BUDDY = ("meeting_overdue", ("Sam Buddy",))
SUPERVISORS = ("meeting_overdue", ("Sam Buddy", "Super Visor"))


@pytest.fixture
def watch(vault):
    return Watch.begin(vault)


# The ladder, from the rows


@pytest.mark.req("51")
def test_a_missed_check_out_pages_the_buddy_at_ten_minutes_and_supervisors_at_twenty(watch):
    watch.under_way()
    assert watch.looks(END + 10 * MINUTE - SECOND) == 0
    assert watch.paged() == []
    assert watch.looks(END + 10 * MINUTE) == 1
    assert watch.paged() == [BUDDY]
    assert watch.looks(END + 20 * MINUTE - SECOND) == 0
    assert watch.looks(END + 20 * MINUTE) == 1
    assert watch.paged() == [BUDDY, SUPERVISORS]
    assert watch.looks(END + timedelta(days=1)) == 0


@pytest.mark.req("51")
def test_a_missed_check_in_pages_just_the_same(watch):
    watch.planned()
    late = START + 10 * MINUTE
    assert watch.looks(late + 10 * MINUTE - SECOND) == 0
    assert watch.looks(late + 10 * MINUTE) == 1
    assert watch.looks(late + 20 * MINUTE) == 1
    assert watch.paged() == [BUDDY, SUPERVISORS]


@pytest.mark.req("51")
def test_after_an_hour_without_a_worker_everyone_is_paged_once(watch):
    watch.under_way()
    assert watch.looks(END + 60 * MINUTE) == 2
    assert watch.looks(END + 61 * MINUTE) == 0
    assert watch.paged() == [SUPERVISORS]


@pytest.mark.req("51")
def test_who_is_at_the_meeting_is_not_paged_about_it(vault):
    watch = Watch.begin(vault)
    watch.under_way(second=watch.supervisor.id)
    watch.looks(END + 30 * MINUTE)
    assert watch.paged() == [BUDDY]


# Signs of life


@pytest.mark.req("51")
def test_one_tap_gives_half_an_hour_more_and_the_alarm_stands_watch_again(watch):
    meeting_id = watch.under_way()
    watch.does(meeting_keeping.give_more_time, meeting_id, now=END - MINUTE)
    later = END + 30 * MINUTE
    assert watch.looks(later + 10 * MINUTE - SECOND) == 0
    assert watch.looks(later + 10 * MINUTE) == 1
    watch.does(meeting_keeping.give_more_time, meeting_id, now=later + 11 * MINUTE)
    again = later + 41 * MINUTE
    assert watch.looks(again + 10 * MINUTE - SECOND) == 0
    assert watch.looks(again + 20 * MINUTE) == 2


def sign(watch, meeting_id, step: str):
    steps: dict[str, Callable] = {
        "out": lambda now: watch.does(meeting_help.check_out, meeting_id, Sent(), now=now),
        "more": lambda now: watch.does(meeting_keeping.give_more_time, meeting_id, now=now),
    }
    steps[step](END + 12 * MINUTE)


@pytest.mark.req("51")
@pytest.mark.parametrize("step", ["out", "more"])
def test_a_sign_of_life_ends_the_alarm_before_it_comes_to_supervisors(watch, step):
    meeting_id = watch.under_way()
    watch.looks(END + 10 * MINUTE)
    sign(watch, meeting_id, step)
    assert watch.looks(END + 20 * MINUTE) == 0
    with watch.vault.reading() as session:
        assert {each.settled_as for each in session.scalars(select(MeetingAlarm))} == {"answered"}


@pytest.mark.req("51")
def test_a_meeting_called_off_is_watched_no_more(watch):
    meeting_id = watch.planned()
    watch.does(meeting_planning.call_off, meeting_id, because="She is ill.", now=NOW)
    assert watch.looks(END + timedelta(days=1)) == 0


@pytest.mark.req("51")
def test_a_buddy_who_reached_them_has_the_alarm_stand_watch_again(watch):
    meeting_id = watch.under_way()
    watch.looks(END + 10 * MINUTE)
    with watch.vault.writing() as session:
        meeting = find_to_change(session, watch.sam, meeting_id)
        meeting_overdue.settle(session, meeting, by=watch.sam.id, is_safe=True, now=END + 12 * MINUTE)
    assert watch.looks(END + 52 * MINUTE - SECOND) == 0
    assert watch.looks(END + 52 * MINUTE) == 1


def test_alarms_are_shown_to_the_buddy_and_not_to_those_who_are_there(watch):
    meeting_id = watch.under_way()
    watch.looks(END + 20 * MINUTE)
    with watch.vault.writing() as session:
        assert meetings(session, watch.sam, now=END).due[0].alarms
        assert meetings(session, watch.dana, now=END).due[0].alarms == ()
        assert read_meeting(session, watch.dana, meeting_id, now=END).alarms == ()
        assert len(read_meeting(session, watch.supervisor, meeting_id, now=END).alarms) == 2


# Whoever runs, and whatever is damaged


@pytest.mark.req("51")
def test_alarms_need_no_key_and_no_box(watch):
    watch.under_way()
    with watch.vault.engine.begin() as connection:
        connection.execute(update(Meeting.__table__).values(meeting_box=b"\x01\x01" + bytes(40)))
    assert watch.looks(END + 20 * MINUTE) == 2


@pytest.mark.req("51")
def test_a_meeting_that_can_not_be_looked_at_keeps_no_other_alarm_from_ringing(watch, monkeypatch):
    first = watch.under_way()
    other = watch.planned(
        lead=watch.stranger.id, second=None, starts_at=START, check_in_by=START, ends_at=END, buddy=watch.sam.id
    )
    really = meeting_overdue.raise_alarm

    def fail_at_first(session, raised, **named):
        if raised.meeting_id == first:
            raise RuntimeError
        really(session, raised, **named)

    monkeypatch.setattr(meeting_overdue, "raise_alarm", fail_at_first)
    with pytest.raises(RuntimeError):
        watch.looks(END + 20 * MINUTE)
    with watch.vault.reading() as session:
        assert set(session.scalars(select(MeetingAlarm.meeting_id))) == {other}


@pytest.mark.req("51")
def test_two_workers_at_once_raise_each_alarm_once(watch):
    watch.under_way()
    with ThreadPoolExecutor(4) as pool:
        raised = list(pool.map(lambda _: watch.looks(END + 20 * MINUTE), range(4)))
    assert sum(raised) == 2
    assert len(watch.paged()) == 1


def raised_once_each(watch):
    watch.under_way()
    for minute in range(9, 40):
        watch.looks(END + minute * MINUTE)
    assert watch.paged() == [BUDDY, SUPERVISORS]


def test_planted_worker_that_pages_again_at_each_look_is_caught(watch, monkeypatch):
    really = meeting_overdue.next_look
    monkeypatch.setattr(meeting_overdue, "next_look", lambda due_at, *, stage, policy: really(due_at, stage=0))
    monkeypatch.setattr(
        meeting_overdue, "rungs_due", lambda due_at, *, stage, now, policy: rungs_due(due_at, stage=0, now=now)
    )
    monkeypatch.setattr(meeting_overdue, "raise_alarm", lambda *_, **__: None)
    with pytest.raises(AssertionError):
        raised_once_each(watch)


def test_planted_memory_of_alarms_that_a_restart_loses_is_caught(watch, monkeypatch):
    """An alarm kept in the worker's memory is lost with it; one in a row is not."""
    remembered: dict = {}
    monkeypatch.setattr(meeting_overdue, "_look", lambda _, seen, now: remembered.setdefault(seen.id, 0))
    with pytest.raises(AssertionError):
        raised_once_each(watch)


def ends_with_the_check_out(watch):
    meeting_id = watch.under_way()
    sign(watch, meeting_id, "out")
    assert watch.looks(END + 20 * MINUTE) == 0


def test_planted_check_out_that_does_not_end_the_watch_is_caught(watch, monkeypatch):
    monkeypatch.setattr(meeting_keeping, "close", lambda *_, **__: None)
    with pytest.raises(Exception):  # noqa: B017, PT011 (nothing accounts for the note, or the alarm rings on)
        ends_with_the_check_out(watch)


@pytest.mark.postgres
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_the_worker_raises_alarms_with_what_it_may_read_and_no_more(watch, vault_url, keyring):
    watch.under_way()
    worker = open_postgres(vault_url, keyring, role="wayside_worker")
    assert meeting_overdue.look_at_meetings(worker, now=END + 20 * MINUTE) == 2
    worker.close()


@pytest.mark.req("51")
def test_a_watch_nobody_looks_at_is_loud(watch):
    watch.planned()
    late = START + 20 * MINUTE
    with watch.vault.reading() as session:
        assert ticks.Queue.MEETINGS not in {each.queue for each in ticks.silent(session, now=late + 2 * MINUTE)}
        assert ticks.Queue.MEETINGS in {each.queue for each in ticks.silent(session, now=late + 2 * MINUTE + SECOND)}


# Help, without a word


@pytest.mark.req("52")
@pytest.mark.parametrize("sent", [Sent(is_quiet=True), Sent(note="All good. The RED folder, is at my desk!")])
def test_a_call_for_help_pages_everyone_who_is_not_there_at_once(watch, sent):
    with watch.vault.writing() as session:
        meeting_help.keep_phrase(session, watch.dana.id, "the red folder", now=NOW)
    meeting_id = watch.under_way()
    watch.does(meeting_help.check_out, meeting_id, sent, now=END)
    assert watch.paged() == [("meeting_duress", ("Sam Buddy", "Super Visor"))]


@pytest.mark.req("52")
def test_a_plain_check_out_pages_nobody(watch):
    with watch.vault.writing() as session:
        meeting_help.keep_phrase(session, watch.dana.id, "the red folder", now=NOW)
    meeting_id = watch.under_way()
    watch.does(meeting_help.check_out, meeting_id, Sent("She took the red leaflet."), now=END)
    assert watch.paged() == []


@pytest.mark.req("52")
def test_what_was_written_with_a_call_for_help_is_shown_to_others_only(watch):
    meeting_id = watch.under_way()
    watch.does(meeting_help.check_out, meeting_id, Sent("canary note", is_quiet=True), now=END)
    with watch.vault.writing() as session:
        assert "canary note" not in str(read_meeting(session, watch.dana, meeting_id, now=END))
        assert read_meeting(session, watch.sam, meeting_id, now=END).detail.help_note == "canary note"


@pytest.mark.req("52")
def test_no_sign_of_those_who_are_there_ends_a_call_for_help(watch):
    meeting_id = watch.under_way()
    watch.does(meeting_help.check_out, meeting_id, Sent(is_quiet=True), now=END)
    watch.does(meeting_keeping.tell_outcome, meeting_id, meeting_keeping.HowItWent.CAME, now=END + MINUTE)
    with watch.vault.reading() as session:
        assert session.scalars(select(MeetingAlarm)).one().settled_at is None


@pytest.mark.parametrize("words", ["", "help", "folder", "a bc"])
def test_words_that_stand_in_any_note_are_no_words_for_danger(watch, words):
    with watch.vault.writing() as session, pytest.raises(meeting_help.UnfitPhrase):
        meeting_help.keep_phrase(session, watch.dana.id, words, now=NOW)


@pytest.mark.req("52")
def test_whoever_is_on_call_is_paged_and_sees_the_meeting_until_it_is_answered(watch):
    with watch.vault.writing() as session:
        shift = on_call.NewShift(watch.stranger.id, on_call.Turn.FIRST, NOW, END + 90 * MINUTE)
        on_call.add_shift(session, shift, by=None, now=NOW)
    meeting_id = watch.under_way()
    watch.does(meeting_help.check_out, meeting_id, Sent(is_quiet=True), now=END)
    assert watch.paged() == [("meeting_duress", ("Nora Else", "Sam Buddy", "Super Visor"))]
    with watch.vault.writing() as session:
        assert read_meeting(session, watch.stranger, meeting_id, now=END).alarms
        meeting = find_to_change(session, watch.stranger, meeting_id)
        meeting_overdue.settle(session, meeting, by=watch.stranger.id, is_safe=True, now=END)
    with watch.vault.writing() as session, pytest.raises(NoSuchCase):
        read_meeting(session, watch.stranger, meeting_id, now=END)


@pytest.mark.req("70")
def test_a_page_about_one_meeting_opens_no_other_that_was_late_at_the_same_moment(watch):
    watch.under_way()
    with watch.vault.writing() as session:
        walled = a_case(session, assigned_to=watch.stranger.id)
        place = a_place(session, walled)
        plan = a_plan(place.id, watch.stranger.id, None, watch.supervisor.id)
        other = meeting_planning.plan_meeting(session, watch.stranger, walled, plan, now=NOW)
    assert watch.looks(END + 20 * MINUTE) == 4
    for who in (watch.sam, watch.dana, watch.lee):
        with watch.vault.writing() as session, pytest.raises(NoSuchCase):
            read_meeting(session, who, other, now=END)


@pytest.mark.req("52")
def test_help_comes_when_a_colleague_has_checked_out_before(watch):
    meeting_id = watch.under_way()
    watch.does(meeting_help.check_out, meeting_id, Sent(), who=watch.lee, now=END)
    watch.does(meeting_help.heed, meeting_id, Sent("canary note", is_quiet=True), now=END + MINUTE)
    assert watch.paged() == [("meeting_duress", ("Sam Buddy", "Super Visor"))]
    with watch.vault.writing() as session:
        assert read_meeting(session, watch.sam, meeting_id, now=END).detail.help_note == "canary note"


@pytest.mark.req("52")
def test_a_supervisor_who_is_there_is_not_paged_however_long_nobody_answers(watch):
    meeting_id = watch.under_way(second=watch.supervisor.id)
    watch.does(meeting_help.check_out, meeting_id, Sent(is_quiet=True), now=END)
    for minute in range(0, 120, 5):
        paging.look_at_pages(watch.vault, now=END + minute * MINUTE)
    assert watch.paged() == [("meeting_duress", ("Sam Buddy",)), ("unseen", ("Lee Park", "Nora Else", "Sam Buddy"))]


def an_alarm_elsewhere_silences_no_other(watch):
    """The only supervisor called for help at one meeting; another meeting's alarm still comes to her."""
    first = watch.under_way(second=watch.supervisor.id)
    watch.does(meeting_help.check_out, first, Sent(is_quiet=True), now=END)
    with watch.vault.writing() as session:
        case_id = a_case(session, assigned_to=watch.lee.id)
        plan = a_plan(a_place(session, case_id).id, watch.lee.id, None, watch.supervisor.id)
        late = replace(plan, starts_at=END + 60 * MINUTE, check_in_by=END + 70 * MINUTE, ends_at=END + 120 * MINUTE)
        meeting_planning.plan_meeting(session, watch.lee, case_id, late, now=NOW)
    watch.looks(END + 90 * MINUTE)
    assert ("meeting_overdue", ("Super Visor",)) in watch.paged()


@pytest.mark.req("51")
def test_a_call_for_help_at_one_meeting_silences_no_alarm_of_another(watch):
    an_alarm_elsewhere_silences_no_other(watch)


def test_planted_alarm_that_silences_all_others_is_caught(watch, monkeypatch):
    def nobody_at_any(session, call, staff_ids):
        there = {who for row in session.execute(select(Meeting.lead_id, Meeting.second_id)) for who in row}
        return tuple(each for each in staff_ids if each not in there)

    monkeypatch.setattr(ladder, "but_those_there", nobody_at_any)
    with pytest.raises(AssertionError):
        an_alarm_elsewhere_silences_no_other(watch)


# Whom a page lets in


def sees_one_and_not_the_other(watch):
    """Miss two meetings in one round; the buddy of each sees that one alone."""
    with watch.vault.writing() as session:
        case_id = a_case(session, assigned_to=watch.lee.id)
        place = a_place(session, case_id)
        plan = replace(watch.plan(), destination_id=place.id, lead=watch.lee.id, second=None, buddy=watch.stranger.id)
        other = meeting_planning.plan_meeting(session, watch.lee, case_id, plan, now=NOW)
    first = watch.planned(second=None)
    assert watch.looks(START + 20 * MINUTE) == 2
    for who, theirs, anothers in ((watch.sam, first, other), (watch.stranger, other, first)):
        with watch.vault.writing() as session:
            assert read_meeting(session, who, theirs, now=END).alarms
            with pytest.raises(NoSuchCase):
                read_meeting(session, who, anothers, now=END)


@pytest.mark.req("54")
def test_two_alarms_of_one_round_open_each_meeting_to_those_paged_about_it_alone(watch):
    sees_one_and_not_the_other(watch)


def test_planted_page_that_is_bound_to_its_alarm_by_the_moment_alone_is_caught(watch, monkeypatch):
    def by_the_moment(staff):
        return (
            select(MeetingAlarm.meeting_id)
            .join(PageCall, PageCall.called_at == MeetingAlarm.raised_at)
            .join(StaffPage, StaffPage.call_id == PageCall.id)
            .where(StaffPage.staff_id == staff.id, MeetingAlarm.settled_at.is_(None))
        )

    monkeypatch.setattr("outreach.meetings.view._paged_about", by_the_moment)
    with pytest.raises(pytest.fail.Exception):
        sees_one_and_not_the_other(watch)
