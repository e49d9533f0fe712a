"""A meeting kept on paper is entered with its true times; what rang stays on record, and help is called as ever."""

from datetime import timedelta

import pytest
from meeting_world import MINUTE, START, Watch

from outreach.attempts.tried import tries_in
from outreach.meetings import keeping
from outreach.meetings.from_paper import NotPossible, OnPaper, enter
from outreach.meetings.help import Sent
from outreach.meetings.overdue import alarms_of
from outreach.meetings.planning import WrongState
from outreach.meetings.rules import HowItWent, MeetingState
from outreach.records.engine import Vault

pytestmark = pytest.mark.req("81")
PAPER = OnPaper(START + 5 * MINUTE, START + 50 * MINUTE)
EVENING = START + timedelta(hours=5)


@pytest.fixture
def watch(vault: Vault) -> Watch:
    return Watch.begin(vault)


@pytest.mark.req("51")
def test_a_meeting_on_paper_ends_its_watch_and_counts_when_it_was(watch: Watch) -> None:
    meeting_id = watch.planned()
    assert watch.looks(START + 40 * MINUTE) == 2
    watch.does(enter, meeting_id, paper=PAPER, sent=Sent("We talked."), now=EVENING)

    assert watch.state(meeting_id) == MeetingState.OVER
    with watch.vault.reading() as session:
        assert {each.settled_as for each in alarms_of(session, meeting_id)} == {"answered"}
    watch.does(keeping.tell_outcome, meeting_id, HowItWent.CAME, now=EVENING + timedelta(days=1))
    with watch.vault.reading() as session:
        assert [each.at for each in tries_in(session, watch.case_id)] == [PAPER.came_at]


@pytest.mark.parametrize(
    "paper",
    [
        OnPaper(PAPER.left_at, PAPER.came_at),
        OnPaper(PAPER.came_at, EVENING + MINUTE),
        OnPaper(START - 121 * MINUTE, START),
    ],
    ids=["out before in", "out still to come", "long before it was planned"],
)
def test_times_that_can_not_be_end_no_watch(watch: Watch, paper: OnPaper) -> None:
    meeting_id = watch.planned()
    with pytest.raises(NotPossible):
        watch.does(enter, meeting_id, paper=paper, sent=Sent(), now=EVENING)
    assert watch.looks(START + 40 * MINUTE) == 2


def test_whoever_was_not_there_ends_nothing_and_nothing_is_entered_twice(watch: Watch) -> None:
    meeting_id = watch.planned()
    with pytest.raises(keeping.NotTheirs):
        watch.does(enter, meeting_id, paper=PAPER, sent=Sent(), now=EVENING, who=watch.supervisor)
    watch.does(enter, meeting_id, paper=PAPER, sent=Sent(), now=EVENING)
    with pytest.raises(WrongState):
        watch.does(enter, meeting_id, paper=PAPER, sent=Sent(), now=EVENING)


@pytest.mark.req("52")
def test_an_entry_made_under_threat_calls_for_help_without_a_sign(watch: Watch) -> None:
    meeting_id = watch.planned()
    watch.does(enter, meeting_id, paper=PAPER, sent=Sent(is_quiet=True), now=EVENING)

    assert watch.state(meeting_id) == MeetingState.OVER
    assert watch.paged() == [("meeting_duress", ("Sam Buddy", "Super Visor"))]
