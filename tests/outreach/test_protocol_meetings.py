"""The numbers of meetings in a protocol file: shorter ones count, by the case's own version; longer are faults."""

from datetime import timedelta
from pathlib import Path

import pytest
from meeting_world import MINUTE, START, Watch

from outreach.gate.contact_policy import STANDARD
from outreach.meetings import keeping as meeting_keeping
from outreach.meetings.keeping import NotReady
from outreach.protocols.protocol import ProtocolError, parse
from outreach.records.cases import CaseRecord, ProtocolText

PROTOCOLS = Path(__file__).parents[2] / "config" / "protocols"
HIGH_POINT, GUILFORD = ((PROTOCOLS / f"{name}.toml").read_text() for name in ("high-point", "guilford-da"))
END = START + 60 * MINUTE
SECOND = timedelta(seconds=1)
STRICTER = '\n[meetings]\nsafety_check = "2 hours"\nbuddy_after = "5 minutes"\nsupervisor_after = "8 minutes"\n'


def a_watch(vault, table: str) -> Watch:
    """Begin with a case that began under High Point's protocol and this table."""
    watch = Watch.begin(vault)
    with vault.writing() as session:
        key = "7" * 64
        text = HIGH_POINT + table
        session.add(ProtocolText(digest=key, jurisdiction="high-point", version="2026-07", text=text))
        session.flush()
        session.get_one(CaseRecord, watch.case_id).protocol_digest = key
    return watch


@pytest.mark.req("51")
@pytest.mark.parametrize("text", [HIGH_POINT, GUILFORD])
def test_a_file_that_says_nothing_keeps_the_programmes_numbers(text):
    assert parse(text).policy == STANDARD


@pytest.mark.req("51")
def test_a_file_may_make_each_number_shorter():
    policy = parse(HIGH_POINT + STRICTER).policy
    assert policy.meeting_check_hours == 2
    assert (policy.meeting_buddy_minutes, policy.meeting_supervisor_minutes) == (5, 8)


@pytest.mark.req("51")
@pytest.mark.parametrize("line", ['safety_check = "24 hours"', 'buddy_after = "10 minutes"'])
def test_as_long_as_the_programmes_is_fine(line):
    assert parse(HIGH_POINT + f"\n[meetings]\n{line}\n").policy == STANDARD


@pytest.mark.req("50")
@pytest.mark.req("51")
@pytest.mark.parametrize(
    ("line", "name", "mend"),
    [
        ('safety_check = "25 hours"', "safety_check", "Write 24 hours or less."),
        ('safety_check = "90 minutes"', "safety_check", 'Write it like "12 hours".'),
        ('safety_check = "1 business day"', "safety_check", "Write it in hours"),
        ('buddy_after = "11 minutes"', "buddy_after", "Write 10 minutes or less."),
        ('supervisor_after = "21 minutes"', "supervisor_after", "Write 20 minutes or less."),
        ('supervisor_after = "9 minutes"', "supervisor_after", "The buddy is told after 10 minutes"),
        ("buddy_after = 5", "buddy_after", "5 business days"),
        ('budy_after = "5 minutes"', "budy_after", 'Did you mean "buddy_after"?'),
    ],
)
def test_a_longer_number_is_a_fault_with_its_place_and_mend(line, name, mend):
    with pytest.raises(ProtocolError) as caught:
        parse(HIGH_POINT + f"\n[meetings]\n{line}\n")
    (fault,) = caught.value.faults
    assert fault.path == f"meetings.{name}"
    assert mend in fault.mend


def alarms_of_the_case(watch: Watch) -> None:
    """See the alarms of a case whose protocol is stricter, to the second."""
    watch.under_way()
    assert watch.looks(END + 5 * MINUTE - SECOND) == 0
    assert watch.looks(END + 5 * MINUTE) == 1
    assert watch.looks(END + 8 * MINUTE - SECOND) == 0
    assert watch.looks(END + 8 * MINUTE) == 1


@pytest.mark.req("51")
def test_alarms_come_when_the_protocol_of_the_case_says(vault):
    alarms_of_the_case(a_watch(vault, STRICTER.replace("2 hours", "12 hours")))


@pytest.mark.req("51")
def test_more_time_and_a_missed_check_in_keep_to_them_too(vault):
    watch = a_watch(vault, STRICTER)
    meeting_id = watch.planned()
    assert watch.looks(START + 15 * MINUTE - SECOND) == 0
    watch.does(meeting_keeping.give_more_time, meeting_id, now=START + 10 * MINUTE)
    assert watch.looks(START + 45 * MINUTE - SECOND) == 0
    assert watch.looks(START + 48 * MINUTE) == 2


@pytest.mark.req("12")
@pytest.mark.req("51")
def test_a_case_of_another_version_keeps_its_own_numbers(vault):
    a_watch(vault, STRICTER)
    watch = Watch.begin(vault)
    watch.under_way()
    assert watch.looks(END + 10 * MINUTE - SECOND) == 0
    assert watch.looks(END + 10 * MINUTE) == 1


def the_check_is_old(watch: Watch) -> None:
    """See a check of two hours and a second ago open no door."""
    meeting_id = watch.planned()
    watch.checked(meeting_id, now=START - timedelta(hours=2) - SECOND)
    with pytest.raises(NotReady, match="check"):
        watch.does(meeting_keeping.check_in, meeting_id, now=START)
    watch.checked(meeting_id, now=START - timedelta(hours=2))
    watch.does(meeting_keeping.check_in, meeting_id, now=START)


@pytest.mark.req("50")
def test_a_safety_check_is_as_fresh_as_the_protocol_of_the_case_wants_it(vault):
    the_check_is_old(a_watch(vault, STRICTER))


@pytest.mark.parametrize("promise", [alarms_of_the_case, the_check_is_old])
def test_planted_numbers_that_are_always_the_programmes_are_caught(vault, monkeypatch, promise):
    watch = a_watch(vault, STRICTER.replace("2 hours", "3 hours") if promise is alarms_of_the_case else STRICTER)
    monkeypatch.setattr("outreach.meetings.planning.policy_of", lambda *_: STANDARD)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        promise(watch)
