"""Requirements 11, 70, P2b, P5: no wall leaves a case that nobody sees; where people or news do, everybody is told."""

from uuid import UUID, uuid4

import pytest
from builders import NOW, a_case
from meeting_pages import begin, place
from sqlalchemy import select
from walled_case import TOKEN, keep_away

from outreach import audit
from outreach.identity import deciding
from outreach.meetings.help import call_for_help
from outreach.on_duty import on_call, paging
from outreach.on_duty.paging import OfCase
from outreach.records.cases import CaseRecord, PossibleMatch
from outreach.records.ledger import AuditEntry, AuditSubject
from outreach.records.meetings import Meeting
from outreach.records.on_call import PageCall
from outreach.staff import staffing
from outreach.terms import PageAbout, Role
from outreach.walls.conflicts import NobodyLeft
from outreach.walls.left import count_unseen, who_sees

__all__ = ["place"]

pytestmark = [pytest.mark.req("11"), pytest.mark.req("70"), pytest.mark.req("P2b"), pytest.mark.req("P5")]

KEPT = "A case is kept from everyone who works here."


@pytest.fixture
def kim(hire):
    return hire(Role.SUPERVISOR, name="Kim Osei")


def a_match(session, newer: UUID, older: UUID) -> UUID:
    row = uuid4()
    session.add(PossibleMatch(id=row, case_id=newer, other_case_id=older))
    session.flush()
    return row


def nobody_is_blinded(vault, world) -> None:
    """The case of a colleague may be the same woman's: its walls come from the other, and must leave somebody too."""
    lee, boss = world.other.card, world.supervisor.card
    with vault.writing() as session:
        newer = a_case(session, assigned_to=lee.id)
        a_match(session, newer, world.nobodys_case_id)
        keep_away(session, world.nobodys_case_id, lee.id, boss)
    with vault.reading() as session:
        assert who_sees(session, newer) == {boss.id}
        assert session.get_one(CaseRecord, newer).assigned_to_id is None, "on Team: nobody else may open it"
    with vault.writing() as session:
        session.get_one(CaseRecord, world.nobodys_case_id).assigned_to_id = world.dana.card.id
        audit.record(session, action="test.assign", by=None, cases=[world.nobodys_case_id], now=NOW)
    with pytest.raises(NobodyLeft), vault.writing() as session:
        keep_away(session, world.nobodys_case_id, boss.id, boss)


def test_a_wall_is_refused_that_would_leave_nobody_to_a_case_that_may_be_hers(vault, world):
    nobody_is_blinded(vault, world)


@pytest.mark.parametrize("database", ["sqlite"])
def test_planted_wall_that_looks_at_its_own_case_alone_is_caught(vault, world, monkeypatch):
    monkeypatch.setattr("outreach.walls.conflicts.may_be_hers", lambda _, cases: frozenset(cases))

    with pytest.raises(AssertionError):
        nobody_is_blinded(vault, world)


def test_an_advocate_can_not_keep_the_last_supervisor_from_a_case_of_their_own(vault, world, desk, kim):
    at = f"/cases/{world.case_id}"
    answers = []
    for each in (kim.card, world.supervisor.card):
        desk.sit_down(world.dana.card).get(f"{at}/wall")
        answers.append(desk.post(f"{at}/walls", {"colleague": str(each.id), "words": "Knows him."}))
    assert [each.status_code for each in answers] == [303, 422]
    assert "ask the person who runs Wayside to add a supervisor" in answers[1].text


def test_a_decision_that_joins_two_walls_leaves_the_case_with_who_made_it(vault, world, kim):
    boss, lee = world.supervisor.card, world.other.card
    with vault.writing() as session:
        older, newer = a_case(session), a_case(session)
        keep_away(session, newer, kim.card.id, boss)
        keep_away(session, older, boss.id, kim.card)
        match = a_match(session, newer, older)
        assert count_unseen(session) == 2, "doctor and Today say so"
        deciding.decide(session, match, same=True, by=lee.id, now=NOW)
    with vault.reading() as session:
        assert who_sees(session, older) == who_sees(session, newer) == {lee.id}
        assert count_unseen(session) == 0


def test_a_case_kept_from_everyone_since_a_colleague_left_is_told_of_and_paged(vault, world, desk):
    boss = world.supervisor.card
    with vault.writing() as session:
        keep_away(session, world.case_id, boss.id, boss)
    assert KEPT not in desk.sit_down(boss).get("/today").text
    with vault.writing() as session:
        staffing.end_staff(session, world.dana.card.email, now=NOW)
        late = OfCase(PageAbout.MEETING_OVERDUE, world.case_id)
        for _ in range(2):
            paging.call(session, on_call.supervisors(session), late, now=NOW)
        assert [each.about for each in paging.waiting_for(session, boss.id)] == [PageAbout.UNSEEN], "once"
        calls = session.scalars(select(PageCall).where(PageCall.about == PageAbout.UNSEEN.value)).all()
        assert [each.case_id for each in calls] == [None]

    assert all(KEPT in desk.sit_down(boss).get(page).text for page in ("/today", "/team"))
    assert world.handle not in desk.get("/team").text


@pytest.mark.req("52")
def test_who_is_paged_that_nobody_answers_reads_what_to_do_and_who_is_there_sees_the_same_as_ever(
    desk, vault, world, place, clock
):
    boss = world.supervisor.card
    at = begin(desk.sit_down(world.dana.card), world, place, clock)
    with vault.writing() as session:
        keep_away(session, world.case_id, boss.id, boss)
    desk.sit_down(world.dana.card).get("/today")  # What it says of the check-in is gone the next time.
    before = desk.get("/today").text
    with vault.writing() as session:
        call_for_help(session, session.get_one(Meeting, UUID(at.rpartition("/")[2])), now=clock.now())

    assert TOKEN.sub("", desk.get("/today").text) == TOKEN.sub("", before)
    page = desk.sit_down(boss).get("/today").text
    assert "No one who may see a case has answered a page about it." in page
    assert "no one who is at a meeting" in page


def what_a_wall_takes_is_told_of(vault, world, kim) -> None:
    """Lee holds a case that may be the same woman's, and is kept away from hers by its advocate."""
    lee, dana = world.other.card, world.dana.card
    with vault.writing() as session:
        newer = a_case(session, assigned_to=lee.id)
        a_match(session, newer, world.case_id)
        keep_away(session, world.case_id, lee.id, dana)
    with vault.reading() as session:
        about = select(AuditEntry.actor_id).join(AuditSubject, AuditSubject.entry_id == AuditEntry.id)
        taken = about.where(AuditSubject.case_id == newer, AuditEntry.action == "case.unassign")
        assert session.scalars(taken).all() == [dana.id]
        told = {each.id: paging.waiting_for(session, each.id) for each in (kim.card, world.supervisor.card, lee, dana)}
        assert [bool(each) for each in told.values()] == [True, True, False, False]
        calls = session.scalars(select(PageCall).where(PageCall.about == PageAbout.TAKEN.value)).all()
        assert newer in {each.case_id for each in calls}


def test_who_is_in_charge_is_paged_when_a_wall_takes_a_case_that_may_be_hers(vault, world, kim):
    what_a_wall_takes_is_told_of(vault, world, kim)


@pytest.mark.parametrize("database", ["sqlite"])
def test_planted_wall_that_takes_a_case_without_a_word_is_caught(vault, world, kim, monkeypatch):
    monkeypatch.setattr("outreach.walls.conflicts.tell_of_taken", lambda *_, **__: None)
    with pytest.raises(AssertionError):
        what_a_wall_takes_is_told_of(vault, world, kim)


def test_who_keeps_themselves_away_leaves_their_case_to_supervisors_who_are_paged(vault, world, desk):
    with vault.writing() as session:
        keep_away(session, world.case_id, world.dana.card.id, world.dana.card)
        (page,) = paging.waiting_for(session, world.supervisor.card.id)
        assert page.about is PageAbout.TAKEN
    assert world.handle in desk.sit_down(world.supervisor.card).get("/team").text
