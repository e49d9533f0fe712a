"""What cannot be taken in is set aside for a person; nothing is lost, and nothing waits for it."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from agency_world import ANA, NOW, AnAgency, World
from sqlalchemy.orm import Session

from outreach import people
from outreach.identity import match_tokens
from outreach.inbox import PURPOSE
from outreach.ingest import try_again
from outreach.ingesting.aside import SetAside
from outreach.records.errors import VaultBusy


@pytest.mark.req("4")
def test_the_same_id_with_another_body_is_set_aside_for_a_human(world: World) -> None:
    event_id = world.send(level="C")
    world.drain()

    world.send(event_id=event_id, level="A")

    assert world.drain() == {"changed_body": 1}
    assert world.set_aside() == ["changed_body"]
    assert world.standing(world.only_case()).level == "C"


def poison(world: World) -> dict[str, str]:
    """Lay one deposit of each unusable kind into the spool; return why each must be set aside."""
    police, event = world.police, world.police.event()
    stranger = AnAgency("nobody")
    forger = AnAgency()
    world.spool.insert(uuid4(), NOW, b"\x01\x01" + bytes(2000))
    unpacked = uuid4()
    world.spool.insert(unpacked, NOW, world.sealing.seal(b"not packed", purpose=PURPOSE, deposit=unpacked))
    world.deposit(stranger.signed(event, "ev-a"))
    world.deposit(forger.signed(event, "ev-b"))
    world.deposit(police.signed(event, "ev-c"), received_at=NOW + timedelta(minutes=6))
    world.deposit(police.signed(b'{"kind": "level_assigned"}', "ev-d"))
    world.deposit(police.signed(police.event(jurisdiction="guilford"), "ev-e"))
    world.deposit(police.signed(police.event("call_in_cancelled", refers_to="ev-z"), "ev-f"))
    reasons = "cannot_open unreadable unknown_agency bad_signature stale not_an_event wrong_jurisdiction"
    return dict.fromkeys([*reasons.split(), "refers_to_unknown"], "")


@pytest.mark.req("P5")
def test_a_poisoned_deposit_is_set_aside_and_never_blocks_the_rest(world: World) -> None:
    world.send()
    reasons = poison(world)
    world.send("custody_changed", custody="out", effective_at=NOW.isoformat(), victim=ANA | {"full_name": "Ann Loe"})

    tally = world.drain()

    assert tally.pop("taken_in") == 2
    assert tally.pop("still_refers_to_unknown") == 1
    assert tally == dict.fromkeys(reasons, 1)
    assert world.set_aside() == sorted(reasons)
    assert world.waiting() == 0


@pytest.mark.req("6")
def test_an_event_dated_ahead_is_set_aside_and_cannot_outrank_a_true_one(world: World) -> None:
    """Intake refuses it; the worker does not take intake's word for it."""
    world.send(level="C", agency_case_ref="R1")
    world.send("level_changed", level="D", agency_case_ref="R1", occurred_at="2099-01-01T00:00:00Z")
    world.send("level_changed", level="A", agency_case_ref="R1", occurred_at=NOW.isoformat())

    assert world.drain() == {"taken_in": 2, "not_an_event": 1}
    assert world.standing(world.only_case()).level == "A"


@pytest.mark.req("Z-13")
def test_a_signature_counts_only_with_a_key_that_was_valid_on_arrival(world: World) -> None:
    police = world.police
    ended = NOW - timedelta(hours=1)
    world.agencies = {police.slug: police.known(until=ended)}
    at = ended - timedelta(minutes=2)
    early, late = police.event(), police.event(victim={"full_name": "Joy Poe"})
    world.deposit(police.signed(early, "ev-1", at=at), received_at=at)
    world.deposit(police.signed(late, "ev-2"), received_at=NOW)

    assert world.drain() == {"taken_in": 1, "bad_signature": 1}


@pytest.mark.req("P5")
def test_an_event_that_cannot_be_stored_is_set_aside_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.send(victim={"full_name": "Joy Poe"})
    world.send(victim={"full_name": "Trips It"})
    world.send(victim={"full_name": "Ann Loe"})
    create = people.create

    def trip(session: Session, case_id: UUID, particulars: people.Particulars) -> None:
        if particulars.full_name == "Trips It":
            raise RuntimeError
        create(session, case_id, particulars)

    monkeypatch.setattr(people, "create", trip)

    assert world.drain() == {"taken_in": 2, "failed": 1}
    assert len(world.cases()) == 2
    assert world.set_aside() == ["failed"]
    assert world.waiting() == 0

    monkeypatch.undo()
    assert try_again(world.ingest, (SetAside.FAILED,), now=NOW) == {"taken_in": 1}
    assert world.set_aside() == []
    assert len(world.cases()) == 3


@pytest.mark.req("P5")
def test_a_storage_that_cannot_be_used_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.send()

    def busy(*_: object, **__: object) -> None:
        raise VaultBusy

    with monkeypatch.context() as patch:
        patch.setattr(match_tokens, "remember", busy)
        with pytest.raises(VaultBusy):
            world.drain()

    assert world.waiting() == 1
    assert world.drain() == {"taken_in": 1}
