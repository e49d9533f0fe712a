"""Two colleagues who write about her at the same moment are both heard: on PostgreSQL no two wait in a ring."""

import importlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from threading import Barrier, BrokenBarrierError
from uuid import UUID, uuid4

import pytest
from builders import NOW, a_case
from meeting_world import MINUTE, Watch, a_place
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from walled_case import keep_away

from outreach.attempts.recording import Made, log_attempt
from outreach.identity import particulars
from outreach.identity.particulars import Learned
from outreach.meetings import planning
from outreach.meetings.interpreters import Veto
from outreach.records.cases import PossibleMatch
from outreach.records.errors import StaleVersion
from outreach.terms import Channel, Outcome

pytestmark = [
    pytest.mark.req("P5"),
    pytest.mark.postgres,
    pytest.mark.parametrize("database", ["postgres"], indirect=True),
]

PATIENCE_SECONDS = 0.5
"""How long one waits for the other to come as far. Where the first holds the lock, the other never does."""


@dataclass(frozen=True)
class Meet:
    """Two things that colleagues do, and the call before which each waits for the other to have come as far."""

    acts: tuple[Callable, Callable]
    at: str
    lock: str
    """What keeps them apart."""


@pytest.fixture
def watch(vault):
    return Watch.begin(vault)


@pytest.fixture
def other(watch) -> UUID:
    """Return a second case that may be the same woman's, Lee's as well."""
    with watch.vault.writing() as session:
        found = a_case(session, assigned_to=watch.lee.id)
        a_place(session, found)
        session.add(PossibleMatch(id=uuid4(), case_id=found, other_case_id=watch.case_id))
    return found


def both_learn_her_no(watch, other) -> Meet:
    with watch.vault.writing() as session:
        session.query(PossibleMatch).update({"decision": "same"})

    def learn(case_id, name):
        learned = Learned("", "", None, None, needs_interpreter=True, veto=Veto((name,)))
        return lambda session: particulars.note(session, case_id, learned, version=1, by=watch.dana.id, now=NOW)

    acts = (learn(watch.case_id, "Maria Lopez"), learn(other, "Jo Chan"))
    return Meet(acts, "outreach.identity.particulars.change_veto", "outreach.identity.particulars.lock_person")


def both_plan(watch, other) -> Meet:
    usual = watch.plan(second=watch.supervisor.id, vetoed=("Maria Lopez",))
    later = {name: getattr(usual, name) + 300 * MINUTE for name in ("starts_at", "check_in_by", "ends_at")}
    plans = (usual, replace(usual, lead=watch.lee.id, second=watch.stranger.id, buddy=watch.stranger.id, **later))

    def plan(each):
        return lambda session: planning.plan_meeting(session, watch.dana, watch.case_id, each, now=NOW)

    acts = (plan(plans[0]), plan(replace(plans[1], second=None, vetoed=("Jo Chan",))))
    return Meet(acts, "outreach.meetings.planning.add_to_veto", "outreach.meetings.planning.lock_person")


def both_note_her_no(watch, other) -> Meet:
    def log(who):
        made = Made(Channel.MEETING, Outcome.DO_NOT_CONTACT, watch.place.id)
        return lambda session: log_attempt(session, watch.case_id, made, by=who, now=NOW)

    acts = (log(watch.dana.id), log(watch.supervisor.id))
    return Meet(acts, "outreach.attempts.recording._change_standing", "outreach.attempts.recording.lock_person")


def both_build_a_wall(watch, other) -> Meet:
    def build(case_id):
        return lambda session: keep_away(session, case_id, watch.lee.id, watch.supervisor)

    acts = (build(watch.case_id), build(other))
    return Meet(acts, "outreach.walls.conflicts.take_from_kept_away", "outreach.walls.conflicts.lock_near")


EACH = pytest.mark.parametrize("meet", [both_learn_her_no, both_plan, both_note_her_no, both_build_a_wall])


def named(path: str):
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)


def later(lock: str):
    """Return a lock that each passes by once, and takes only when it has written."""
    really, passed = named(lock), set()

    def late(session, *args):
        if session not in passed:
            passed.add(session)
            return ()
        return really(session, *args)

    return late


def at_once(watch, meet: Meet, monkeypatch) -> list[str]:
    """Do both, each held once it has written until the other is there too; return what came of them."""
    both, really = Barrier(2), named(meet.at)

    def held(*args, **options):
        with suppress(BrokenBarrierError):  # Then the other waits for us.
            both.wait(PATIENCE_SECONDS)
        return really(*args, **options)

    def do(act) -> str:
        try:
            with watch.vault.writing() as session:
                act(session)
        except StaleVersion:
            return "shown what the other wrote"
        except StaleDataError:
            return "refused: another was faster"
        except OperationalError as error:
            return "refused: deadlock" if "deadlock detected" in str(error) else str(error)
        return "kept"

    monkeypatch.setattr(meet.at, held)
    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(do, meet.acts))


def nobody_is_refused(watch, other, meet, monkeypatch, plant: bool = False) -> None:
    begun = meet(watch, other)
    if plant:
        monkeypatch.setattr(begun.lock, later(begun.lock))
    found = at_once(watch, begun, monkeypatch)
    assert set(found) <= {"kept", "shown what the other wrote"}, found
    assert "kept" in found


@EACH
def test_neither_of_two_is_refused(watch, other, monkeypatch, meet):
    nobody_is_refused(watch, other, meet, monkeypatch)


@EACH
def test_planted_lock_that_is_not_taken_first_is_caught(watch, other, monkeypatch, meet):
    with pytest.raises(AssertionError, match="refused"):
        nobody_is_refused(watch, other, meet, monkeypatch, plant=True)
