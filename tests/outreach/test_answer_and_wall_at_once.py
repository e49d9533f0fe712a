"""An answer that changes who may see a case, while a colleague writes beside it: on PostgreSQL neither is refused."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from builders import NOW, a_case
from meeting_world import Watch
from sqlalchemy.exc import OperationalError
from walled_case import keep_away

from outreach import audit
from outreach.identity import particulars
from outreach.identity.deciding import AlreadyDecided, decide
from outreach.identity.particulars import Learned
from outreach.records.cases import CaseRecord, PossibleMatch
from outreach.records.errors import StaleVersion
from outreach.staff import assigning
from outreach.walls import conflicts, partner_work
from outreach.walls.partner_work import PartnerWork
from outreach.walls.sight import kept_away

pytestmark = [
    pytest.mark.req("P5"),
    pytest.mark.postgres,
    pytest.mark.parametrize("database", ["postgres"], indirect=True),
]

PATIENCE_SECONDS = 0.5
"""How long the answer waits, once it has written, for the colleague beside it to come as far as a lock."""


@dataclass(frozen=True)
class Beside:
    """An answer that has written something when it comes to a call, and what a colleague does meanwhile."""

    answer: Callable
    held_at: tuple[Any, str]
    meanwhile: Callable
    lock: tuple[Any, str]
    """What keeps them apart: the answer takes it before it writes."""


@pytest.fixture
def watch(vault):
    return Watch.begin(vault)


def a_match_makes_two_women_one(watch: Watch) -> Beside:
    """Her newer case has a wall; the case that may be hers comes first in the order of locks, and Lee has it."""
    with watch.vault.writing() as session:
        made = [watch.case_id, *(a_case(session, assigned_to=watch.lee.id) for _ in range(2))]
        may_be_hers, older, newer = sorted(made)
        keep_away(session, newer, watch.lee.id, watch.supervisor)
        match = uuid4()
        session.add(PossibleMatch(id=match, case_id=newer, other_case_id=older))
        session.add(PossibleMatch(id=uuid4(), case_id=may_be_hers, other_case_id=older))
        session.get_one(CaseRecord, may_be_hers).assigned_to_id = watch.lee.id
    return Beside(
        lambda session: decide(session, match, same=True, by=watch.supervisor.id, now=NOW),
        (conflicts, "take_from_kept_away"),
        lambda session: keep_away(session, may_be_hers, watch.stranger.id, watch.supervisor),
        ("outreach.identity.deciding", "lock_near"),
    )


def she_says_where_the_partner_works(watch: Watch) -> Beside:
    learned = Learned("", "Ana", None, None, needs_interpreter=False, veto=None)
    return Beside(
        lambda session: partner_work.note(session, watch.dana, watch.case_id, PartnerWork.YES, now=NOW),
        (partner_work, "restrict"),
        lambda session: particulars.note(session, watch.case_id, learned, version=1, by=watch.dana.id, now=NOW),
        ("outreach.walls.partner_work", "lock_near"),
    )


EACH = pytest.mark.parametrize("beside", [a_match_makes_two_women_one, she_says_where_the_partner_works])


def both_at_once(watch: Watch, begun: Beside, monkeypatch) -> list[str]:
    """Begin the answer, let the colleague act while it waits, and return what came of each."""
    where, name = begun.held_at
    has_written, is_over, really = Event(), Event(), getattr(where, name)

    def held(*args, **options):
        if not has_written.is_set():
            has_written.set()
            is_over.wait(PATIENCE_SECONDS)
        return really(*args, **options)

    def do(act) -> str:
        try:
            with watch.vault.writing() as session:
                act(session)
        except (StaleVersion, AlreadyDecided):
            return "shown what the other wrote"
        except OperationalError as error:
            return "refused: deadlock" if "deadlock detected" in str(error) else str(error)
        return "kept"

    def meanwhile() -> str:
        assert has_written.wait(30)
        found = do(begun.meanwhile)
        is_over.set()
        return found

    monkeypatch.setattr(where, name, held)
    with ThreadPoolExecutor(2) as pool:
        return [each.result() for each in (pool.submit(do, begun.answer), pool.submit(meanwhile))]


def nobody_is_refused(watch: Watch, beside, monkeypatch, plant: bool = False) -> None:
    begun = beside(watch)
    if plant:
        monkeypatch.setattr(".".join(begun.lock), lambda *args: None)
    found = both_at_once(watch, begun, monkeypatch)
    assert found[0] == "kept", found
    assert found[1] in ("kept", "shown what the other wrote"), found


@EACH
def test_neither_is_refused(watch, monkeypatch, beside):
    nobody_is_refused(watch, beside, monkeypatch)


@EACH
def test_planted_lock_that_comes_after_the_answer_was_written_is_caught(watch, monkeypatch, beside):
    with pytest.raises(AssertionError, match="refused"):
        nobody_is_refused(watch, beside, monkeypatch, plant=True)


def the_first_answer_stands(watch: Watch, monkeypatch) -> None:
    """One says that two cases are one woman's while another says that they are not."""
    with watch.vault.writing() as session:
        match, newer = uuid4(), a_case(session)
        session.add(PossibleMatch(id=match, case_id=newer, other_case_id=watch.case_id))

    def say(same: bool) -> Callable:
        return lambda session: decide(session, match, same=same, by=watch.supervisor.id, now=NOW)

    begun = Beside(say(True), (conflicts, "spread"), say(False), ("outreach.identity.deciding", "lock_near"))
    found = both_at_once(watch, begun, monkeypatch)
    with watch.vault.reading() as session:
        assert session.get_one(PossibleMatch, match).decision == "same"
    assert found == ["kept", "shown what the other wrote"]


@pytest.mark.req("9")
def test_of_two_answers_about_one_match_the_first_stands(watch, monkeypatch):
    the_first_answer_stands(watch, monkeypatch)


def test_planted_answer_that_waits_for_no_other_is_caught(watch, monkeypatch):
    monkeypatch.setattr("outreach.identity.deciding.lock_near", lambda *args: None)
    with pytest.raises(AssertionError):
        the_first_answer_stands(watch, monkeypatch)


def nobody_gets_a_case_behind_a_wall(watch: Watch, monkeypatch) -> None:
    def give(session) -> None:
        assigning.assign_case(session, watch.case_id, watch.lee.id, by=watch.supervisor.id, now=NOW)

    def wall(session) -> None:
        keep_away(session, watch.case_id, watch.lee.id, watch.supervisor)

    begun = Beside(give, (audit, "record"), wall, ("outreach.staff.assigning", "lock_near"))
    both_at_once(watch, begun, monkeypatch)
    with watch.vault.reading() as session:
        holder = session.get_one(CaseRecord, watch.case_id).assigned_to_id
        assert holder not in kept_away(session, (watch.case_id,)), "it is on a list that nobody can open"


@pytest.mark.req("11")
def test_a_case_given_to_a_colleague_while_a_wall_is_built_against_them_is_nobodys(watch, monkeypatch):
    nobody_gets_a_case_behind_a_wall(watch, monkeypatch)


def test_planted_gift_that_waits_for_no_wall_is_caught(watch, monkeypatch):
    monkeypatch.setattr("outreach.staff.assigning.lock_near", lambda *args: None)
    with pytest.raises(AssertionError, match="nobody can open"):
        nobody_gets_a_case_behind_a_wall(watch, monkeypatch)
