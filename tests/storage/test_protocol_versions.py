"""Two people make a protocol current; cases keep the one they began under; what was current can come back."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from agency_world import PROTOCOLS, add_colleague
from builders import NOW

from outreach.ingesting.intake_events import Protocols
from outreach.on_duty import on_call
from outreach.on_duty.on_call import NewShift, Turn
from outreach.protocols import changes as protocol_changes
from outreach.protocols import versions
from outreach.protocols.changes import (
    AnotherWaits,
    ChangeSettled,
    CurrentMoved,
    NeedsAnother,
    NobodyOnCall,
    NothingChanges,
    VersionNotNew,
)
from outreach.protocols.protocol import ProtocolError, digest
from outreach.records.cases import CaseRecord
from outreach.records.ledger import AuditEntry

HIGH_POINT = (Path(__file__).parents[2] / "config" / "protocols" / "high-point.toml").read_text()
ONE, OTHER = uuid4(), uuid4()


def a_version(name: str, *, text: str = HIGH_POINT, hours: int = 12) -> str:
    """Return the protocol under another version, with a sooner first contact."""
    sooner = text.replace('"first_contact", due = "24 hours"', f'"first_contact", due = "{hours} hours"')
    return sooner.replace('version = "2026-01"', f'version = "{name}"')


@pytest.fixture
def vault(vault):
    with vault.writing() as session:
        add_colleague(session, ONE)
        add_colleague(session, OTHER)
        on_call.add_shift(session, NewShift(ONE, Turn.FIRST, NOW, NOW + timedelta(days=9)), by=None, now=NOW)
        protocol_changes.install(session, {"high-point": HIGH_POINT}, now=NOW)
    return vault


def propose(vault, text: str, by: UUID = ONE) -> UUID:
    with vault.writing() as session:
        return protocol_changes.propose(session, text, because="Sooner is safer.", by=by, now=NOW)


def make_current(vault, change_id: UUID, by: UUID = OTHER, instead_of: str | None = None, after: int = 1) -> None:
    with vault.writing() as session:
        known = versions.current_of(session, "high-point")[0] if instead_of is None else instead_of
        at = NOW + timedelta(minutes=after)
        protocol_changes.make_current(session, change_id, instead_of=known, because="Looked at it.", by=by, now=at)


def current(vault) -> Protocols:
    with vault.reading() as session:
        return versions.current_texts(session)


def actions(vault) -> list[str]:
    with vault.reading() as session:
        return [each.action for each in session.query(AuditEntry) if each.action.startswith("protocol.")]


@pytest.mark.req("12")
def test_the_files_that_come_with_the_program_are_current_at_first_and_never_replace_what_people_chose(vault):
    assert current(vault) == {"high-point": HIGH_POINT}
    make_current(vault, propose(vault, a_version("2026-02")))
    with vault.writing() as session:
        shipped = {"high-point": a_version("2027-01"), "guilford": PROTOCOLS["guilford"]}
        assert protocol_changes.install(session, shipped, now=NOW) == ["guilford"]
    assert current(vault) == {"high-point": a_version("2026-02"), "guilford": PROTOCOLS["guilford"]}
    assert actions(vault).count("protocol.install") == 2


@pytest.mark.req("12")
def test_a_proposed_protocol_changes_nothing_until_a_second_person_makes_it_current(vault):
    change_id = propose(vault, a_version("2026-02"))
    assert current(vault) == {"high-point": HIGH_POINT}
    make_current(vault, change_id)
    assert current(vault) == {"high-point": a_version("2026-02")}
    assert {"protocol.propose", "protocol.make_current"} <= set(actions(vault))


def forgetting_who_asked(vault, change_id: UUID, by: UUID) -> None:
    """Make a change current as if somebody else had looked at it: what the two-person rule is there against."""
    make_current(vault, change_id, by=OTHER if by == ONE else ONE)


def one_person_is_not_enough(vault, make) -> None:
    change_id = propose(vault, a_version("2026-02"), by=ONE)
    with pytest.raises(NeedsAnother):
        make(vault, change_id, by=ONE)
    assert current(vault) == {"high-point": HIGH_POINT}


@pytest.mark.req("12")
def test_whoever_proposed_it_can_not_make_it_current(vault):
    one_person_is_not_enough(vault, make_current)


def test_planted_rule_that_one_person_is_enough_is_caught(vault):
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        one_person_is_not_enough(vault, forgetting_who_asked)


@pytest.mark.req("12")
def test_what_was_looked_at_is_what_is_replaced(vault):
    change_id = propose(vault, a_version("2026-02"))
    with pytest.raises(CurrentMoved):
        make_current(vault, change_id, instead_of=digest("another"))
    assert current(vault) == {"high-point": HIGH_POINT}


@pytest.mark.req("12")
def test_a_version_names_one_text(vault):
    with pytest.raises(VersionNotNew):
        propose(vault, a_version("2026-01"))
    with pytest.raises(NothingChanges):
        propose(vault, HIGH_POINT)


def test_one_change_of_a_jurisdiction_waits_at_a_time(vault):
    change_id = propose(vault, a_version("2026-02"))
    with pytest.raises(AnotherWaits):
        propose(vault, a_version("2026-03"))
    with vault.writing() as session:
        protocol_changes.take_back(session, change_id, because="A slip.", by=ONE, now=NOW)
    with pytest.raises(ChangeSettled):
        make_current(vault, change_id)
    make_current(vault, propose(vault, a_version("2026-03")))
    with pytest.raises(ChangeSettled):
        make_current(vault, change_id)


@pytest.mark.req("12")
def test_an_older_protocol_comes_back_by_two_people_and_keeps_its_version(vault):
    make_current(vault, propose(vault, a_version("2026-02")), after=1)
    back = propose(vault, HIGH_POINT)
    make_current(vault, back, after=2)
    assert current(vault) == {"high-point": HIGH_POINT}
    with vault.reading() as session:
        numbers = [(each.version, each.number) for each in versions.changes(session)]
    assert sorted(numbers, key=lambda each: each[1]) == [("2026-01", 1), ("2026-02", 2), ("2026-01", 3)]


def test_a_file_with_a_fault_is_never_proposed(vault):
    with pytest.raises(ProtocolError):
        propose(vault, a_version("2026-02").replace('A = "15 minutes"', 'A = "16 minutes"'))


@pytest.mark.parametrize("because", ["", "  \n"])
def test_each_of_the_two_gives_a_reason(vault, because):
    with vault.writing() as session, pytest.raises(ValueError, match="reason"):
        protocol_changes.propose(session, a_version("2026-02"), because=because, by=ONE, now=NOW)
    change_id = propose(vault, a_version("2026-02"))
    known = digest(HIGH_POINT)
    with vault.writing() as session, pytest.raises(ValueError, match="reason"):
        protocol_changes.make_current(session, change_id, instead_of=known, because=because, by=OTHER, now=NOW)


@pytest.mark.req("12")
def test_who_when_and_why_are_kept(vault):
    change_id = propose(vault, a_version("2026-02"))
    make_current(vault, change_id)
    with vault.reading() as session:
        kept = versions.change(session, change_id)
    assert (kept.proposed_by, kept.settled_by, kept.proposed_at) == (ONE, OTHER, NOW)
    assert kept.why == ("Sooner is safer.", "Looked at it.")
    assert kept.digest == digest(a_version("2026-02"))


def test_lines_that_a_browser_ends_its_own_way_are_the_same_text():
    assert versions.clean("\ufeff" + HIGH_POINT.replace("\n", "\r\n").strip()) == HIGH_POINT


@pytest.mark.req("12")
def test_cases_keep_the_protocol_they_began_under_and_later_ones_begin_under_the_new(world):
    world.protocols = current(world.vault)
    world.send()
    world.drain()
    old = world.only_case()
    make_current(world.vault, propose(world.vault, a_version("2026-02")))
    world.protocols = current(world.vault)
    world.send(
        victim={"full_name": "Zoe Bell", "date_of_birth": "1979-01-31", "phones": ["+13365550111"]},
        offender={"full_name": "Max Ray"},
    )
    world.drain()
    with world.vault.reading() as session:
        began = {row.id: row.protocol_digest for row in session.query(CaseRecord)}
    assert began.pop(old) == digest(HIGH_POINT)
    assert list(began.values()) == [digest(a_version("2026-02"))]
    (new,) = began
    first = world.tasks(new)["first_contact"]
    assert first.due_at - NOW < timedelta(hours=13)


@pytest.mark.req("20")
def test_a_clock_that_runs_at_night_is_refused_while_nobody_is_on_call(vault):
    change_id = propose(vault, a_version("2026-02"))
    with vault.writing() as session:
        (shift,) = on_call.shifts(session, since=NOW, until=NOW)
        on_call.take_away(session, shift.id, by=ONE, now=NOW)

    with pytest.raises(NobodyOnCall):
        make_current(vault, change_id)


@pytest.mark.req("20")
def test_a_rota_with_a_gap_in_the_next_week_is_none(vault):
    change_id = propose(vault, a_version("2026-02"))

    with pytest.raises(NobodyOnCall):
        make_current(vault, change_id, after=60 * 24 * 3)


def check_a_gap_keeps_nobody_from_going_back(vault) -> None:
    make_current(vault, propose(vault, a_version("2026-02")))
    back = propose(vault, HIGH_POINT)
    make_current(vault, back, after=60 * 24 * 3)
    assert current(vault)["high-point"] == HIGH_POINT


@pytest.mark.req("20")
def test_going_back_to_the_one_before_is_possible_while_the_rota_has_a_gap(vault):
    check_a_gap_keeps_nobody_from_going_back(vault)

    with pytest.raises(NobodyOnCall):  # What was left is no way back: it came later.
        make_current(vault, propose(vault, a_version("2026-02")), after=60 * 24 * 3)


@pytest.mark.req("20")
def test_planted_gap_that_keeps_the_worse_one_in_force_is_caught(vault, monkeypatch):
    monkeypatch.setattr(protocol_changes, "is_way_back", lambda *_: False)

    with pytest.raises(NobodyOnCall):
        check_a_gap_keeps_nobody_from_going_back(vault)


@pytest.mark.req("20")
def test_without_a_clock_that_runs_at_night_nobody_need_be_on_call(vault):
    slow = HIGH_POINT.replace('"emergency_contact", due = "4 hours"', '"emergency_contact", due = "20 hours"')
    change_id = propose(vault, a_version("2026-02", text=slow))

    make_current(vault, change_id, after=60 * 24 * 3)
    assert "20 hours" in current(vault)["high-point"]
