"""Requirement 20: a long night card is turned page by page, and who can not wait is on the first, however many wait."""

import re
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from builders import NOW, a_case, a_destination
from sqlalchemy import func, literal, update
from walled_case import put_on_call

from outreach import audit
from outreach.on_duty import paging, who_waits
from outreach.on_duty.paging import OfCase
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.cases import CaseRecord
from outreach.records.ledger import AuditEntry, AuditSubject
from outreach.records.work import Task
from outreach.tasks import add_task
from outreach.terms import Level, PageAbout, TaskState

pytestmark = pytest.mark.req("20")

HOUR = timedelta(hours=1)


@pytest.fixture
def night(vault, world, desk, monkeypatch):
    """Return the desk of a colleague on call whose card has room for three cases on a page."""
    monkeypatch.setattr(who_waits, "MOST", 3)
    with vault.writing() as session:
        session.execute(update(Task).values(state=TaskState.DONE.value))
        put_on_call(session, world.other.card.id)
    return desk.sit_down(world.other.card)


def waiting(vault, *dues: timedelta, level: Level = Level.B) -> list[str]:
    """Store a case for each of these times until it is due; return their handles."""
    step = Step.EMERGENCY_CONTACT if level is Level.A else Step.FIRST_CONTACT
    with vault.writing() as session:
        made = [a_case(session, level=level.value) for _ in dues]
        for case_id, due in zip(made, dues, strict=True):
            a_destination(session, case_id)
            add_task(session, case_id, PlannedTask(step, level, NOW - timedelta(days=3), NOW + due))
        audit.record(session, action="test.case", by=None, cases=made, now=NOW)
        return [session.get_one(CaseRecord, each).handle for each in made]


def page_about(vault, world, handle: str) -> None:
    with vault.writing() as session:
        (case_id,) = session.query(CaseRecord.id).where(CaseRecord.handle == handle).one()
        paging.call(session, [world.other.card.id], OfCase(PageAbout.ON_CALL, case_id), now=NOW)
        paging.acknowledge(session, world.other.card.id, now=NOW)


def shown(night, at: str, handles: list[str]) -> list[str]:
    """Return which of these stand on a page, in its order."""
    page = unescape(night.get(at).text)
    places = {each: page.find(each) for each in handles}
    return sorted((each for each in handles if places[each] >= 0), key=lambda each: places[each])


def all_who_wait_are_shown_and_who_can_not_wait_first(vault, world, night, where: str) -> None:
    late = waiting(vault, *(timedelta(days=-2, minutes=each) for each in range(5)))
    paged, later = waiting(vault, 7 * HOUR, 8 * HOUR)
    grave = waiting(vault, HOUR, timedelta(minutes=30), level=Level.A)
    page_about(vault, world, paged)
    everyone = [*late, paged, later, *grave]

    assert shown(night, where, everyone) == [grave[1], grave[0], paged]
    page = unescape(night.last.text)
    assert "And 6 more. None has a task of level A." in page
    assert where != "/night" or "9 cases wait." in page
    pages = [where]
    while after := re.search(rf'href="({where}\?page=\d)">The ones after', page):
        pages.append(after[1])
        page = unescape(night.get(after[1]).text)
    assert [shown(night, each, everyone) for each in pages[1:]] == [late[:3], [*late[3:], later]]
    assert "The ones before" in night.last.text
    assert shown(night, f"{where}?page=99", everyone) == shown(night, pages[-1], everyone)
    assert shown(night, f"{where}?page=x", everyone) == shown(night, where, everyone)


@pytest.mark.parametrize("where", ["/night", "/night/hand-over"])
def test_a_long_card_leaves_nobody_out_and_begins_with_who_can_not_wait(vault, world, night, where):
    all_who_wait_are_shown_and_who_can_not_wait_first(vault, world, night, where)


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_planted_card_that_is_cut_by_time_alone_is_caught(vault, world, night, monkeypatch):
    monkeypatch.setattr(who_waits, "_is_later", lambda *_: func.min(literal(1)))

    with pytest.raises(AssertionError):
        all_who_wait_are_shown_and_who_can_not_wait_first(vault, world, night, "/night")


def test_no_level_a_case_is_left_for_another_page(vault, night):
    grave = waiting(vault, *(each * HOUR for each in range(1, 6)), level=Level.A)
    late = waiting(vault, -HOUR)

    assert shown(night, "/night", [*grave, *late]) == grave
    assert "And 1 more." in night.last.text


def test_a_look_at_a_page_is_recorded_for_the_cases_on_it(vault, night):
    waiting(vault, *(each * HOUR for each in range(1, 6)))
    night.get("/night?page=2")

    def of_page(session) -> set[UUID]:
        looked = session.query(AuditSubject.case_id).join(AuditEntry, AuditEntry.id == AuditSubject.entry_id)
        return {row.case_id for row in looked.where(AuditEntry.action == "night.page")}

    with vault.reading() as session:
        assert len(of_page(session)) == 2


def a_notice_from_before_she_was_level_a(vault) -> str:
    """Store a case whose tasks of level A are done, and the notice of the level before is not; return its handle."""
    (handle,) = waiting(vault, HOUR, level=Level.A)
    with vault.writing() as session:
        (case_id,) = session.query(CaseRecord.id).where(CaseRecord.handle == handle).one()
        session.execute(update(Task).where(Task.case_id == case_id).values(state=TaskState.DONE.value))
        looks = (NOW + 2 * HOUR, NOW + 80 * HOUR)
        notice = PlannedTask(Step.NOTICE_BEFORE_CALL_IN, Level.B, NOW, looks[0], looks, "e", looks[1])
        add_task(session, case_id, notice)
        audit.record(session, action="test.case", by=None, cases=[case_id], now=NOW)
    return handle


def test_who_is_level_a_is_on_the_first_page_though_what_waits_is_from_a_lighter_level(vault, night):
    late = waiting(vault, *(-each * HOUR for each in range(4)))
    grave = a_notice_from_before_she_was_level_a(vault)
    assert shown(night, "/night", [*late, grave])[0] == grave
