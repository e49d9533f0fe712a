"""The commands of agencies and operators: keys made, agencies added, files of events sent."""

import json
import threading
from pathlib import Path

import pytest
from builders import NOW
from click.testing import CliRunner
from signed_events import an_event
from werkzeug.serving import make_server

from cli.agency import agency
from cli.doctor import _agency_faults
from cli.event_sending import CannotSend, Outgoing, Sender, id_of, read_address, read_events
from cli.events import events
from cli.main import main
from config.settings import WorkerSettings
from outreach.intake.agencies import read_agencies


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "home"
    place.mkdir()
    (place / "home.json").write_text('{"format": 1, "demo": false, "single_user": true}')
    monkeypatch.setenv("WAYSIDE_HOME", str(place))
    return place


@pytest.fixture
def key(tmp_path: Path) -> Path:
    assert run(events, "keygen", "--out", tmp_path / "pd.key").exit_code == 0
    return tmp_path / "pd.key"


@pytest.fixture
def served(desk):
    """Serve the desk's application on a free port of this machine."""
    server = make_server("127.0.0.1", 0, desk.client.application)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def run(command, *arguments):
    return CliRunner().invoke(command, [str(each) for each in arguments])


def add(key: Path, slug="high-point-pd", jurisdiction="high-point", *more):
    public = key.with_name(key.name + ".pub")
    return run(agency, "add", slug, "--jurisdiction", jurisdiction, "--public-key", public, *more)


@pytest.mark.req("P5")
def test_an_agency_of_a_place_without_a_protocol_is_added_and_loudly_said(home, key):
    """Its events are kept, but plan nothing: a slip of the pen here would leave a level A without a call."""
    done = add(key, "gda", "guilford-county")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["jurisdiction"] == "guilford-county"
    assert "no protocol is of guilford-county" in done.stderr
    assert "guilford-da, high-point" in done.stderr
    assert [line for line in _agency_faults(WorkerSettings(home=home)) if "no protocol is of guilford-county" in line]

    run(agency, "end", "gda")
    assert list(_agency_faults(WorkerSettings(home=home))) == []


def test_an_agency_of_a_place_with_a_protocol_is_added_quietly(home, key):
    assert add(key).stderr == ""
    assert list(_agency_faults(WorkerSettings(home=home))) == []


def test_a_pair_of_keys_is_made_for_its_owner_only_and_never_overwritten(key):
    assert key.stat().st_mode & 0o777 == 0o600
    assert b"PUBLIC KEY" in key.with_name("pd.key.pub").read_bytes()
    before = key.read_bytes()

    again = run(events, "keygen", "--out", key)

    assert again.exit_code == 1
    assert "never overwritten" in again.output
    assert key.read_bytes() == before
    assert "PRIVATE" not in again.output


def test_an_agency_is_added_changes_its_key_and_is_ended(home, key, tmp_path):
    assert json.loads(add(key).output)["keys_counting_now"] == 1
    run(events, "keygen", "--out", tmp_path / "next.key")
    second = json.loads(add(tmp_path / "next.key").output)
    assert second["keys_counting_now"] == 2
    assert second["older_key_ends_at"]
    assert [json.loads(line)["agency"] for line in run(agency, "list").output.splitlines()] == ["high-point-pd"]
    assert json.loads(run(agency, "end", "high-point-pd").output)["keys_counting_now"] == 0
    assert len(read_agencies(home / "public" / "agencies.json")["high-point-pd"].keys) == 2


@pytest.mark.parametrize(
    ("slug", "jurisdiction", "words"),
    [("High Point", "high-point", "lower-case"), ("pd", "High_Point", "lower-case"), ("x" * 65, "a", "lower-case")],
)
def test_names_of_agencies_and_jurisdictions_are_plain(home, key, slug, jurisdiction, words):
    refused = add(key, slug, jurisdiction)
    assert refused.exit_code != 0
    assert words in refused.output


def test_a_private_key_is_not_taken_for_a_public_one(home, key):
    refused = run(agency, "add", "pd", "--jurisdiction", "high-point", "--public-key", key)
    assert refused.exit_code == 1
    assert ".pub" in refused.output
    assert not (home / "public" / "agencies.json").exists()


def test_a_missing_key_file_is_named(home, key):
    refused = run(agency, "add", "pd", "--jurisdiction", "high-point", "--public-key", "nowhere.pub")
    assert refused.exit_code == 1
    assert "nowhere.pub cannot be read" in refused.output


def test_a_file_of_events_is_sent_and_each_answer_printed(desk, served, key, tmp_path, home, monkeypatch):
    add(key)
    desk.agencies.write_bytes((home / "public" / "agencies.json").read_bytes())
    monkeypatch.setattr("cli.events.time.time", NOW.timestamp)
    monkeypatch.setattr("outreach.intake.agencies.AgencyKey.counts", lambda *_: True)
    file = tmp_path / "events.json"
    file.write_text(json.dumps([an_event("removed"), an_event("custody_changed")]))

    sent = run(events, "send", file, "--agency", "high-point-pd", "--key", key, "--to", served)
    again = run(events, "send", file, "--agency", "high-point-pd", "--key", key, "--to", served + "/v1/level-events")

    assert sent.exit_code == 0, sent.output
    lines = [json.loads(line) for line in sent.output.splitlines()]
    assert [line["status"] for line in lines] == [202, 202]
    assert [line["answer"] for line in lines] == [{"received": line["id"]} for line in lines]
    assert sent.output == again.output
    assert len(desk.spool.deposits) == 4


def test_a_refused_event_is_shown_with_its_faults_and_the_command_fails(desk, served, tmp_path, monkeypatch, key, home):
    add(key)
    desk.agencies.write_bytes((home / "public" / "agencies.json").read_bytes())
    monkeypatch.setattr("cli.events.time.time", NOW.timestamp)
    monkeypatch.setattr("outreach.intake.agencies.AgencyKey.counts", lambda *_: True)
    file = tmp_path / "events.ndjson"
    file.write_text(json.dumps(an_event("removed")) + "\n\n" + json.dumps(an_event("removed", reason="tired")) + "\n")

    sent = run(events, "send", file, "--agency", "high-point-pd", "--key", key, "--to", served)

    assert sent.exit_code == 1
    first, second = (json.loads(line) for line in sent.output.splitlines()[:2])
    assert (first["status"], second["status"]) == (202, 422)
    assert [each["pointer"] for each in second["answer"]["errors"]] == ["/reason"]


def test_a_key_that_others_can_read_is_refused(key, tmp_path):
    key.chmod(0o644)
    file = tmp_path / "event.json"
    file.write_text("{}")
    sent = run(events, "send", file, "--agency", "pd", "--key", key, "--to", "http://127.0.0.1:1")
    assert sent.exit_code == 1
    assert "chmod 600" in sent.output


def test_an_id_depends_on_what_is_said_and_not_on_how_it_is_written():
    event = an_event("removed")
    assert id_of(event) == id_of(dict(reversed(event.items())))
    assert id_of(event) != id_of(an_event("removed", reason="error"))
    assert read_events(json.dumps(event, indent=4).encode()) == read_events(json.dumps([event]).encode())
    assert read_events(json.dumps(event).encode(), id="evt_9")[0].id == "evt_9"


@pytest.mark.parametrize("content", [b"", b"[]", b"{\nnot json"])
def test_a_file_without_events_is_refused(content):
    with pytest.raises(CannotSend):
        read_events(content)


def test_one_id_names_one_event():
    with pytest.raises(CannotSend, match="names one event"):
        read_events(b"[{},{}]", id="evt_1")


def test_her_name_is_not_sent_over_an_open_network():
    with pytest.raises(CannotSend, match="https"):
        read_address("http://intake.example.org", allow_plain_http=False)
    for url in ("https://intake.example.org", "http://127.0.0.1:8101/", "http://localhost/v1/level-events"):
        assert read_address(url, allow_plain_http=False).path == "/v1/level-events"
    for url in ("intake.example.org", "ftp://x", "https://x/?y=1"):
        with pytest.raises(CannotSend, match="no address"):
            read_address(url, allow_plain_http=False)


def test_an_event_that_was_not_stored_is_sent_again_with_the_same_id(desk, served, monkeypatch):
    waits = []

    def mend(seconds):
        waits.append(seconds)
        desk.spool.fails = len(waits) < 2

    desk.spool.fails = True
    address = read_address(served, allow_plain_http=False)
    sender = Sender(desk.agency.slug, desk.agency.private, address, NOW.timestamp, mend)

    event = Outgoing("evt_7", json.dumps(an_event("removed")).encode())

    assert sender.send(event) == (202, {"received": "evt_7"})
    assert waits == [1, 4]


def test_nobody_answering_is_told_after_a_few_tries(desk):
    waits = []
    address = read_address("http://127.0.0.1:1", allow_plain_http=False)
    sender = Sender("pd", desk.agency.private, address, NOW.timestamp, waits.append)
    with pytest.raises(CannotSend, match="does not answer"):
        sender.send(Outgoing("evt_1", b"{}"))
    assert waits == [1, 4, 15]


def test_intake_says_in_one_line_why_it_does_not_start(home, key_paths, monkeypatch, capsys):
    (home / "public").mkdir()
    (home / "public" / "agencies.json").write_text("{")
    monkeypatch.setattr("sys.argv", ["wayside", "serve", "intake"])

    with pytest.raises(SystemExit):
        main()

    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "agencies.json: is not a list of agencies" in said
