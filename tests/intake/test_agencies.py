"""Agencies and their keys: added, changed for new ones, ended; read again when the file changes."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crypto.signatures import generate_key_pair, load_public
from outreach.intake.agencies import AgencyError, read_agencies, with_key, without_keys, write_agencies
from outreach.intake.rereading import Reread

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def a_key():
    return load_public(generate_key_pair()[1])


def added(agencies, slug, key, **changes):
    return with_key(agencies, slug, **{"jurisdiction": "high-point", "public": key, "now": NOW, **changes})


def test_an_agency_is_read_as_it_was_written(tmp_path: Path):
    key, path = a_key(), tmp_path / "public" / "agencies.json"
    write_agencies(path, added({}, "high-point-pd", key))

    agency = read_agencies(path)["high-point-pd"]

    assert (agency.jurisdiction, agency.keys_at(NOW)) == ("high-point", (key,))
    assert path.stat().st_mode & 0o777 == 0o644
    assert [each.name for each in path.parent.iterdir()] == ["agencies.json"]
    assert json.loads(path.read_text())[0]["keys"][0]["valid_until"] is None


def test_no_file_means_no_agencies(tmp_path: Path):
    assert read_agencies(tmp_path / "agencies.json") == {}


@pytest.mark.parametrize("content", ["", "{", "{}x", "3", '[{"slug":"a"}]', '["a"]', "\xff"])
def test_a_file_that_cannot_be_understood_is_named_with_its_mend(tmp_path: Path, content: str):
    path = tmp_path / "agencies.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(AgencyError, match="wayside agency add"):
        read_agencies(path)


def test_a_second_key_lets_the_first_run_out():
    old, new = a_key(), a_key()
    agencies = added(added({}, "pd", old, now=NOW - timedelta(days=90)), "pd", new, overlap=timedelta(days=7))
    agency = agencies["pd"]

    assert agency.keys_at(NOW - timedelta(seconds=1)) == (old,)
    assert agency.keys_at(NOW) == (old, new)
    assert agency.keys_at(NOW + timedelta(days=7) - timedelta(seconds=1)) == (old, new)
    assert agency.keys_at(NOW + timedelta(days=7)) == (new,)


def test_a_lost_key_can_be_ended_at_once():
    old, new = a_key(), a_key()
    agencies = added(added({}, "pd", old), "pd", new, now=NOW + timedelta(days=1), overlap=timedelta(0))
    assert agencies["pd"].keys_at(NOW + timedelta(days=1)) == (new,)
    assert without_keys(agencies, "pd", now=NOW + timedelta(days=2))["pd"].keys_at(NOW + timedelta(days=2)) == ()


def test_a_third_key_waits_unless_the_older_ones_end_now():
    agencies = added(added({}, "pd", a_key()), "pd", a_key())
    with pytest.raises(AgencyError, match="--overlap-days 0"):
        added(agencies, "pd", a_key())
    third = a_key()
    assert added(agencies, "pd", third, overlap=timedelta(0))["pd"].keys_at(NOW) == (third,)


def test_a_key_is_never_used_twice_nor_shared():
    key = a_key()
    agencies = added({}, "pd", key)
    for slug in ("pd", "sheriff"):
        with pytest.raises(AgencyError, match="is or was pd's"):
            added(agencies, slug, key)


def test_an_agency_keeps_its_jurisdiction():
    with pytest.raises(AgencyError, match="is an agency of high-point"):
        added(added({}, "pd", a_key()), "pd", a_key(), jurisdiction="elsewhere")


def test_an_unknown_agency_has_no_keys_to_end():
    with pytest.raises(AgencyError, match="no agency pd"):
        without_keys({}, "pd", now=NOW)


def test_a_changed_file_is_read_again_and_an_unchanged_one_is_not(tmp_path: Path):
    path, reads = tmp_path / "agencies.json", []
    write_agencies(path, added({}, "pd", a_key()))
    file = Reread(path, lambda at: reads.append(at) or read_agencies(at))

    assert [list(file.now()), list(file.now())] == [["pd"], ["pd"]]
    assert len(reads) == 1

    write_agencies(path, added(read_agencies(path), "sheriff", a_key()))
    assert list(file.now()) == ["pd", "sheriff"]
    path.unlink()
    assert list(file.now()) == []


def test_a_file_that_became_unreadable_is_told_every_time(tmp_path: Path):
    path = tmp_path / "agencies.json"
    file = Reread(path, read_agencies)
    assert file.now() == {}
    path.write_text("{")
    for _ in range(2):
        with pytest.raises(AgencyError):
            file.now()
