"""Alarms about meetings when processes die: workers killed (SIGKILL) at every edge, the portal at a check-in."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from builders import NOW
from crash_site import CrashSite, a_crash_site
from killing import KILLED, Edges, in_child
from meeting_world import MINUTE, START, Watch
from sqlalchemy import func, select

from crypto.keyring import KeyPaths, Keyring
from outreach.meetings import keeping as meeting_keeping
from outreach.meetings import overdue as meeting_overdue
from outreach.meetings.ladder import rungs_due
from outreach.meetings.overdue import Watched
from outreach.meetings.view import find_to_change
from outreach.on_duty import paging
from outreach.records.engine import Vault, VaultSession, open_vault
from outreach.records.meetings import MeetingAlarm
from outreach.records.on_call import PageCall

END = START + 60 * MINUTE
MOST_EDGES = 200
SiteMaker = Callable[[], AbstractContextManager[CrashSite]]


@pytest.fixture
def a_site(tmp_path: Path, vault_url: str, key_paths: KeyPaths, keyring: Keyring) -> SiteMaker:
    """Make the site when asked: its workers inherit what is planted by then."""
    return lambda: a_crash_site(tmp_path / "site", vault_url, key_paths, keyring)


def under_way(watch: Watch, day: int) -> tuple[UUID, datetime]:
    """Begin a meeting that many days later, and return its id and expected end."""
    later = timedelta(days=day)
    times = {"starts_at": START + later, "check_in_by": START + later, "ends_at": END + later}
    meeting_id = watch.planned(now=NOW + later, **times)
    watch.checked(meeting_id, now=NOW + later)
    watch.does(meeting_keeping.check_in, meeting_id, now=START + later)
    return meeting_id, END + later


def counted(vault: Vault, meeting_id: UUID) -> tuple[int, int]:
    """Return how many alarms there are about this meeting, and how many calls about any."""
    with vault.reading() as session:
        alarms = session.scalar(select(func.count()).where(MeetingAlarm.meeting_id == meeting_id))
        calls = session.scalar(select(func.count()).where(PageCall.about == "meeting_overdue"))
    return alarms or 0, calls or 0


def kill_at_every_edge(site: CrashSite) -> Iterator[int]:
    """Kill a worker at each edge in turn, over a missed check-out each; see one alarm and one call of each."""
    watch = Watch.begin(site.vault)
    for edge in range(MOST_EDGES):
        meeting_id, ends_at = under_way(watch, day=edge)
        status = site.nursery.run(at=ends_at + 20 * MINUTE, edge=edge, role="ingest")
        site.nursery.run(at=ends_at + 21 * MINUTE, role="ingest")
        site.nursery.run(at=ends_at + 22 * MINUTE, role="ingest")
        assert counted(site.vault, meeting_id) == (2, edge + 1), f"killed at edge {edge}"
        watch.does(lambda s, _, m, now: meeting_keeping.close(s, m, by=watch.dana.id, now=now), meeting_id, now=ends_at)
        yield status
        if status != KILLED:
            return


@pytest.mark.req("51")
def test_a_worker_killed_at_any_edge_loses_no_alarm_and_raises_none_twice(a_site: SiteMaker) -> None:
    with a_site() as site:
        statuses = list(kill_at_every_edge(site))

    assert statuses.count(KILLED) >= 8
    assert statuses[-1] == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_planted_alarm_that_is_marked_before_it_is_paged_is_caught(
    a_site: SiteMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = meeting_overdue._look

    def in_two_steps(vault: Vault, seen: Watched, now: datetime) -> int:
        called = []
        monkeypatch.setattr(meeting_overdue.paging, "call", lambda *args, **named: called.append((args, named)))
        raised = really(vault, seen, now)
        monkeypatch.undo()
        with vault.writing() as session:
            for args, named in called:
                paging.call(session, *args[1:], **named)
        return raised

    monkeypatch.setattr(meeting_overdue, "_look", in_two_steps)
    with a_site() as site, pytest.raises(AssertionError, match="killed at edge"):
        list(kill_at_every_edge(site))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_planted_alarm_that_only_the_portal_raises_is_caught(
    a_site: SiteMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meeting_overdue, "look_at_meetings", lambda *_, **__: 0)
    with a_site() as site, pytest.raises(AssertionError, match="killed at edge 0"):
        list(kill_at_every_edge(site))


@pytest.mark.req("51")
def test_a_portal_killed_at_any_edge_of_a_check_in_leaves_an_alarm_that_rings(
    vault: Vault, vault_url: str, keyring: Keyring
) -> None:
    watch = Watch.begin(vault)
    for edge in range(MOST_EDGES):
        later = timedelta(days=edge)
        times = {"starts_at": START + later, "check_in_by": START + later, "ends_at": END + later}
        meeting_id = watch.planned(now=NOW + later, **times)
        watch.checked(meeting_id, now=NOW + later)
        vault.engine.dispose()

        def check_in(meeting_id: UUID = meeting_id, at: datetime = START + later, edge: int = edge) -> None:
            own = open_vault(vault_url, keyring)
            Edges(edge).watch(VaultSession)
            with own.writing() as session:
                meeting_keeping.check_in(session, watch.dana, find_to_change(session, watch.dana, meeting_id), now=at)

        status = in_child(check_in)
        due_at = START + later if watch.state(meeting_id) == "confirmed" else END + later
        assert rungs_due(due_at, stage=0, now=due_at + 20 * MINUTE)
        assert watch.looks(due_at + 20 * MINUTE) == 2
        assert counted(vault, meeting_id) == (2, edge + 1)
        if status == 0:
            return
    pytest.fail("it never came to its end")
