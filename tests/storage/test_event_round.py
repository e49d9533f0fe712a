"""Events of one round are read for together; each must find what those before it in the round have written."""

import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.keyring import KeyPaths, Keyring
from outreach import ingest, matching, people
from outreach.case_file.history import history_of
from outreach.identity.match_tokens import PairTokens
from outreach.ingesting import event_round
from outreach.records.cases import PossibleMatch
from outreach.records.engine import open_sqlite
from outreach.records.inserting import insert_held
from outreach.records.spool import create_spool, open_drain, open_spool
from outreach.records.work import Task
from tests.agency_world import NOW, World

STORIES, EVENTS, IN_A_ROUND = 12, 18, 9
NAMES = ("Ana Roe", "Anna Roe", "Sam Doe", "Dana Poe", "Dan Poe")
BIRTHS = ("1990-09-12", "1988-04-02", None)
PHONES = tuple(f"+1336555010{last}" for last in range(4))

Story = list[tuple[str, dict[str, Any]]]
Seen = list[tuple[object, ...]]


@pytest.fixture
def told(vault_file: Path, tmp_path: Path, keyring: Keyring, key_paths: KeyPaths) -> Callable[[Story, int], Seen]:
    """Return a function that takes a story in, so many events in a round, and says what came of it."""

    def tell(story: Story, at_once: int) -> Seen:
        folder = tmp_path / f"{random.getrandbits(64):x}"  # noqa: S311 (a name)
        folder.mkdir()
        shutil.copyfile(vault_file, folder / "vault.db")
        create_spool(str(folder / "spool.db"))
        vault, drain = open_sqlite(folder / "vault.db", keyring), open_drain(str(folder / "spool.db"))
        spool = open_spool(str(folder / "spool.db"))
        world = World(vault, spool, drain, key_paths)
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(ingest, "BATCH", at_once)
                patch.setattr(matching, "_newest", _same_each_time)
                for event_id, event in story:
                    world.send(event_id=event_id, **event)
                world.drain()
            return seen(world)
        finally:
            for each in (vault, spool, drain):
                each.close()

    return tell


def _same_each_time(session: Session, case_ids: list[UUID]) -> UUID:
    """Of several cases opened on one day, any may be continued; here it must not hang on their ids."""
    insert_held(session)
    return max(case_ids, key=lambda each: sorted(kept.sent.event_id for kept in history_of(session, each)))


def story(seed: int) -> Story:
    """A run of events about few people, so that many of them meet."""
    chance = random.Random(seed)  # noqa: S311 (not a secret)

    def person() -> dict[str, Any]:
        found = {"full_name": chance.choice(NAMES), "date_of_birth": chance.choice(BIRTHS)}
        found["phones"] = chance.sample(PHONES, chance.randint(0, 2))
        return {name: value for name, value in found.items() if value is not None}

    def event(number: int) -> tuple[str, dict[str, Any]]:
        happened = (NOW - timedelta(hours=chance.randint(1, 99))).isoformat()
        reference = chance.choice(("R1", "R2", None))
        kind = "level_assigned" if number % 3 else "level_changed"
        fields = {"agency_case_ref": reference, "level": chance.choice("ABCD"), "occurred_at": happened}
        return f"ev-{number}", {"kind": kind, "victim": person(), "offender": person(), **fields}

    return [event(number) for number in range(EVENTS)]


def seen(world: World) -> Seen:
    """What is in a vault, in words that do not depend on ids and handles."""
    with world.vault.reading() as session:
        names: dict[UUID, tuple[str, ...]] = {}
        for case_id in world.cases():
            names[case_id] = tuple(sorted(kept.sent.event_id for kept in history_of(session, case_id)))
        asked = session.execute(select(PossibleMatch.case_id, PossibleMatch.other_case_id)).all()
        found: Seen = [("may be", *sorted((names[one], names[other]))) for one, other in asked]
        for case_id, events in names.items():
            ways = sorted(each.value for each in people.destinations(session, case_id))
            steps = sorted(session.scalars(select(Task.step).where(Task.case_id == case_id)))
            found.append(("case", events, people.names_and_births(session, (case_id,))[case_id], ways, steps))
    return sorted(found, key=repr)


def _differ(told: Callable[[Story, int], Seen]) -> bool:
    """Tell whether a story comes out otherwise in rounds than event by event."""
    stories = [story(seed) for seed in range(STORIES)]
    return any(told(each, IN_A_ROUND) != told(each, 1) for each in stories)


@pytest.mark.req("9")
def test_events_of_one_round_come_out_as_if_each_had_come_alone(told: Callable[[Story, int], Seen]) -> None:
    assert not _differ(told)


@pytest.mark.req("9")
def test_planted_blindness_for_tokens_of_the_same_round_is_caught(
    told: Callable[[Story, int], Seen], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nearby(self: event_round.EventRound, pair: Any) -> Any:
        tokens: PairTokens = self.tokens(pair)
        return event_round.match_tokens.nearby(tokens, self._hits)

    monkeypatch.setattr(event_round.EventRound, "nearby", nearby)
    assert _differ(told)


@pytest.mark.req("9")
def test_planted_blindness_for_cases_touched_in_the_same_round_is_caught(
    told: Callable[[Story, int], Seen], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_round.EventRound, "touched", lambda self, case_id: None)
    assert _differ(told)
