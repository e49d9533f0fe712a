"""A meeting that was moved is still to be planned anew, whatever other meeting she comes to meanwhile."""

from datetime import timedelta
from uuid import UUID

import pytest
from builders import NOW
from meeting_world import MINUTE, START, Watch
from sqlalchemy import select

from outreach import audit
from outreach.meetings import keeping, offers
from outreach.meetings.moves import tell_moved
from outreach.meetings.rules import HowItWent
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.work import Task
from outreach.tasks import add_task

DAY = timedelta(days=1)


@pytest.fixture
def watch(vault):
    return Watch.begin(vault)


def an_offer(watch: Watch) -> UUID:
    with watch.vault.writing() as session:
        task_id = add_task(session, watch.case_id, PlannedTask(Step.OFFER_MEETING, None, NOW, NOW + DAY))
        audit.record(session, action="test.task", by=None, cases=[watch.case_id], now=NOW)
    return task_id


def open_offers(watch: Watch) -> list[UUID]:
    with watch.vault.reading() as session:
        query = select(Task.id).where(Task.step == Step.OFFER_MEETING.value, Task.state == "open")
        return list(session.scalars(query.order_by(Task.due_at, Task.id)))


def planned(watch: Watch, day: int, **changes) -> UUID:
    """Plan a meeting that many days later than usual."""
    starts = START + day * DAY
    return watch.planned(starts_at=starts, check_in_by=starts, ends_at=starts + 60 * MINUTE, **changes)


def came(watch: Watch, meeting_id: UUID, day: int) -> None:
    """Check, begin, end and tell a meeting to which she came."""
    at = START + day * DAY
    watch.checked(meeting_id, now=at - 60 * MINUTE)
    watch.does(keeping.check_in, meeting_id, now=at)
    watch.does(lambda s, _, m, now: keeping.close(s, m, by=watch.dana.id, now=now), meeting_id, now=at)
    watch.does(keeping.tell_outcome, meeting_id, HowItWent.CAME, now=at)


def still_to_plan(watch: Watch) -> None:
    """Move one of two meetings, have her come to the other, and see the duty go on until its own meeting took place."""
    offer = an_offer(watch)
    moved, other = planned(watch, 0), planned(watch, 1)
    watch.does(tell_moved, moved, now=NOW)
    came(watch, other, 1)
    assert open_offers(watch) == [offer]
    came(watch, planned(watch, 2, task_id=offer), 2)
    assert open_offers(watch) == []


def test_a_moved_meeting_is_still_to_be_planned_though_she_came_to_another(watch):
    still_to_plan(watch)


def test_planted_end_of_every_offer_is_caught(watch, monkeypatch):
    monkeypatch.setattr(offers, "_standing_for_moved", lambda *_: set())
    with pytest.raises(AssertionError):
        still_to_plan(watch)


def test_a_task_that_another_meeting_is_for_does_not_stand_for_the_moved_one(watch):
    offer = an_offer(watch)
    moved, other = planned(watch, 0, task_id=offer), planned(watch, 1, task_id=offer)
    watch.does(tell_moved, moved, now=NOW)
    own = [each for each in open_offers(watch) if each != offer]
    assert len(own) == 1
    came(watch, other, 1)
    assert open_offers(watch) == own


def test_two_moved_meetings_leave_two_things_to_plan(watch):
    offer = an_offer(watch)
    first, second = planned(watch, 0), planned(watch, 1)
    for each in (first, second):
        watch.does(tell_moved, each, now=NOW)
    assert len(open_offers(watch)) == 2
    came(watch, planned(watch, 2, task_id=offer), 2)
    assert len(open_offers(watch)) == 1
