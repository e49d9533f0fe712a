"""The command starts our packages and no others of the same names, and speaks in one line when something is wrong."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from errno import ENOSPC
from pathlib import Path

import pytest
from click.testing import CliRunner
from psycopg.errors import InsufficientPrivilege, UndefinedColumn
from sqlalchemy.exc import ProgrammingError
from sqlcipher3 import dbapi2

import wsgi
from cli import init
from cli.faults import MENDABLE, storage_fault
from cli.main import COMMANDS, OURS, strangers
from cli.main import wayside as commands
from config.home import Home

ROOT = Path(__file__).parents[2]
START = [sys.executable, "-c", "from cli.main import main; main()"]


def wayside(*arguments: str, cwd: Path = ROOT, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environ}
    return subprocess.run([*START, *arguments], cwd=cwd, env=kept, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_built(name):
    done = CliRunner().invoke(commands, [name, "--help"])

    assert done.exit_code == 0, done.output
    assert "Usage:" in done.stdout


def test_a_command_is_built_in_a_process_of_its_own():
    done = wayside("worker", "--help")
    assert done.returncode == 0, done.stderr
    assert "Usage:" in done.stdout


def test_our_packages_are_loaded_from_beside_the_command():
    assert strangers(ROOT) == []


def test_a_planted_package_of_our_name_is_caught(tmp_path):
    (tmp_path / "crypto").mkdir()
    (tmp_path / "crypto" / "__init__.py").write_text("")
    done = wayside("status", cwd=tmp_path, PYTHONPATH=f"{tmp_path}:{ROOT}")
    assert done.returncode == 1
    assert "strange place: crypto" in done.stderr
    assert OURS[0] == "crypto"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("status",), "no Wayside home: run `wayside init`"),
        (("doctor",), "no Wayside home: run `wayside init`"),
        (("serve", "intake"), "no Wayside home: run `wayside init`"),
        (("init", "--non-interactive"), "--root-key and --kit are needed"),
    ],
)
def test_a_fault_that_a_person_can_mend_is_one_line(tmp_path, arguments, words):
    done = wayside(*arguments, WAYSIDE_HOME=str(tmp_path / "home"))
    assert done.returncode == 1
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_place_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    keys = ("--root-key", str(tmp_path / "root.key"), "--kit", str(tmp_path / "kit"))
    done = wayside("init", "--non-interactive", *keys, WAYSIDE_HOME=str(tmp_path / "file" / "home"))
    assert done.returncode == 1
    assert "Not a directory" in done.stderr
    assert done.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_role_that_may_not_is_told_which_one_may():
    refused = ProgrammingError("SELECT", {}, InsufficientPrivilege("permission denied for table staff\nDETAIL: a name"))
    line = storage_fault(refused)
    assert line is not None
    assert "permission denied for table staff. This command needs another role" in line
    assert "a name" not in line
    assert storage_fault(ProgrammingError("SELECT", {}, UndefinedColumn("no such column"))) is None
    assert storage_fault(ValueError("ours to mend")) is None


@pytest.fixture(scope="module")
def made_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of one user with its root key beside it; tests work on copies."""
    folder = tmp_path_factory.mktemp("made")
    init.make_home(Home(folder / "home"), folder / "root.key", folder / "kit", is_demo=False, is_single_user=True)
    (folder / "home/callbacks/twilio-token").write_text("a-token")
    return folder


UNFIT = {
    "intake without its spool": ("intake", "home/intake/intake.db", None, "No spool at"),
    "intake without its sealing key": ("intake", "home/public/sealing.json", None, "the sealing key cannot be read"),
    "callbacks without their spool": ("callbacks", "home/callbacks/callbacks.db", None, "No spool at"),
    "callbacks with an empty token": ("callbacks", "home/callbacks/twilio-token", "\n", "is empty"),
    "the portal locked": ("portal", "root.key", None, "the root key is not there"),
    "the portal with an empty secret": ("portal", "home/portal/cookie.key", "", "is empty"),
    "the portal without its vault": ("portal", "home/vault/wayside.db", None, "No vault at .* Is its disk mounted"),
    "the portal with another's vault": ("portal", "home/vault/wayside.db", "x" * 4096, "does not open with the key"),
}


@pytest.mark.parametrize("unfit", UNFIT.values(), ids=UNFIT)
def test_an_app_that_cannot_work_says_so_in_one_line_and_starts_nothing(made_home, tmp_path, monkeypatch, unfit):
    app, file, content, words = unfit
    shutil.copytree(made_home, tmp_path / "copy")
    monkeypatch.setenv("WAYSIDE_HOME", str(tmp_path / "copy/home"))
    if app == "portal":
        monkeypatch.setenv("WAYSIDE_ROOT_KEY_FILE", str(tmp_path / "copy/root.key"))
    wsgi.check(app)

    broken = tmp_path / "copy" / file
    broken.unlink()
    if content is not None:
        broken.write_text(content)
        broken.chmod(0o600)

    with pytest.raises(MENDABLE, match=words):
        wsgi.check(app)


def test_a_spool_of_an_older_version_is_refused(made_home, tmp_path, monkeypatch):
    shutil.copytree(made_home, tmp_path / "copy")
    monkeypatch.setenv("WAYSIDE_HOME", str(tmp_path / "copy/home"))
    with closing(dbapi2.connect(str(tmp_path / "copy/home/intake/intake.db"))) as spool:
        spool.execute("UPDATE alembic_version SET version_num = '0000'")
        spool.commit()

    with pytest.raises(MENDABLE, match="version 0000; this program needs 0001"):
        wsgi.check("intake")


def test_the_doctor_names_a_broken_list_of_agencies(made_home, tmp_path):
    shutil.copytree(made_home, tmp_path / "copy")
    (tmp_path / "copy/home/public/agencies.json").write_text("{")
    places = {"WAYSIDE_HOME": str(tmp_path / "copy/home"), "WAYSIDE_ROOT_KEY_FILE": str(tmp_path / "copy/root.key")}
    done = wayside("doctor", **places)
    assert done.returncode == 1
    assert "agencies.json: is not a list of agencies" in done.stdout
    assert done.stderr == ""


def test_the_end_of_the_log_is_printed_and_checked_against_a_line_kept_elsewhere(made_home, tmp_path):
    """Requirement 73: with the line kept elsewhere, a log whose end was cut off is found."""
    shutil.copytree(made_home, tmp_path / "copy")
    places = {"WAYSIDE_HOME": str(tmp_path / "copy/home"), "WAYSIDE_ROOT_KEY_FILE": str(tmp_path / "copy/root.key")}
    head = wayside("audit", "head", **places).stdout.strip()
    assert wayside("audit", "verify", "--head", head, **places).returncode == 0

    number, _, chain = head.partition(":")
    ahead = wayside("audit", "verify", "--head", f"{int(number) + 1}:{chain}", **places)
    assert (ahead.returncode, ahead.stdout) == (1, f"end of the chain cut off: after number {number}\n")

    wrong = wayside("audit", "verify", "--head", "yesterday", **places)
    assert wrong.returncode == 1
    assert "--head is not a line of `wayside audit head`" in wrong.stderr


class TestInit:
    def init(self, tmp_path: Path, *options: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "keys").mkdir(mode=0o700, exist_ok=True)
        places = ("--root-key", str(tmp_path / "keys/root.key"), "--kit", str(tmp_path / "keys/kit.txt"))
        home = str(tmp_path / "home")
        return wayside("init", "--non-interactive", *places, *options, WAYSIDE_HOME=home)

    def test_makes_a_home_that_nobody_else_can_open(self, tmp_path):
        assert self.init(tmp_path, "--single-user").returncode == 0
        for path in [*(tmp_path / "home").rglob("*"), *(tmp_path / "keys").iterdir()]:
            private = "public" not in path.parts and path.name not in ("home.json", "public")
            assert not private or path.stat().st_mode & 0o077 == 0, path

    def test_never_overwrites_a_home(self, tmp_path):
        self.init(tmp_path)
        before = (tmp_path / "home/vault/keys.json").read_bytes()
        done = self.init(tmp_path)
        assert done.returncode == 1
        assert "a Wayside home already" in done.stderr
        assert (tmp_path / "home/vault/keys.json").read_bytes() == before

    def test_leaves_a_folder_alone_that_was_there_before(self, tmp_path):
        page = tmp_path / "home" / "public" / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text("somebody else's")
        done = self.init(tmp_path)
        assert done.returncode == 1
        assert "nothing is overwritten" in done.stderr
        assert page.read_text() == "somebody else's"

    def test_takes_away_only_what_it_made_when_another_was_quicker(self, tmp_path, monkeypatch):
        """Two at once: the second finds the folders of the first, and must not remove its keys."""
        place = Home(tmp_path / "home")
        place.keys.parent.mkdir(parents=True)
        place.keys.write_text("the first one's")
        monkeypatch.setattr(init, "_refuse_bad_places", lambda *_: None)
        with pytest.raises(FileExistsError):
            init.make_home(place, tmp_path / "root.key", tmp_path / "kit", is_demo=False, is_single_user=True)
        assert place.keys.read_text() == "the first one's"
        assert sorted(path.name for path in tmp_path.rglob("*")) == ["home", "keys.json", "vault"]

    @pytest.mark.parametrize("fails", ["create_keys", "create_spool", "create_vault", "write_kit", "_write"])
    def test_leaves_nothing_behind_when_a_step_fails(self, tmp_path, monkeypatch, fails):
        def fail(*_: object, **__: object) -> None:
            raise OSError

        monkeypatch.setattr(init, fails, fail)
        with pytest.raises(OSError, match="^$"):
            init.make_home(
                Home(tmp_path / "home"), tmp_path / "root.key", tmp_path / "kit", is_demo=False, is_single_user=True
            )
        assert [path.name for path in tmp_path.rglob("*")] == ["home"]

    def test_leaves_no_half_written_file_when_the_disk_fills_up(self, tmp_path, monkeypatch):
        """Of any file: with half a `home.json` left, no command worked there and a second `init` refused."""
        place, written = Home(tmp_path / "home"), []

        def sync(descriptor: int) -> None:
            written.append(descriptor)
            if place.marker.exists():
                raise OSError(ENOSPC, "No space left on device")

        monkeypatch.setattr("os.fsync", sync)
        with pytest.raises(OSError, match="No space left"):
            init.make_home(place, tmp_path / "root.key", tmp_path / "kit", is_demo=False, is_single_user=True)
        assert written
        assert [path.name for path in tmp_path.rglob("*")] == ["home"]

    def test_refuses_keys_that_would_lie_in_a_backup_of_the_home(self, tmp_path):
        done = wayside(
            "init",
            "--non-interactive",
            "--root-key",
            str(tmp_path / "home/root.key"),
            "--kit",
            str(tmp_path / "kit"),
            WAYSIDE_HOME=str(tmp_path / "home"),
        )
        assert done.returncode == 1
        assert "lies inside WAYSIDE_HOME" in done.stderr
        assert not (tmp_path / "home/vault").exists()

    def test_a_root_key_that_others_can_read_is_refused_and_leaves_nothing_half(self, tmp_path):
        (tmp_path / "keys").mkdir(mode=0o700)
        root_key = tmp_path / "keys/root.key"
        root_key.write_text("0" * 64 + "\n")
        root_key.chmod(0o644)
        done = self.init(tmp_path)
        assert done.returncode == 1
        assert str(root_key) in done.stderr
        assert "chmod 600" in done.stderr
        assert not (tmp_path / "home/vault").exists()
        assert not (tmp_path / "keys/kit.txt").exists()

    def test_counts_nothing_while_locked(self, tmp_path):
        self.init(tmp_path, "--single-user")
        done = wayside("status", "--json", WAYSIDE_HOME=str(tmp_path / "home"))
        assert '"locked": true' in done.stdout
        assert '"cases": null' in done.stdout

    def test_doctor_finds_what_is_weak_and_says_the_mend(self, tmp_path):
        self.init(tmp_path, "--single-user")
        (tmp_path / "home/vault/keys.json").chmod(0o604)
        environ = {"WAYSIDE_HOME": str(tmp_path / "home"), "WAYSIDE_ROOT_KEY_FILE": str(tmp_path / "keys/root.key")}
        done = wayside("doctor", **environ)
        assert done.returncode == 1
        assert "one operating-system user runs every process" in done.stdout
        assert "keys.json can be opened by anyone: chmod o=" in done.stdout
        assert "no source agency is registered yet" in done.stdout
        assert done.stderr == ""


@pytest.mark.req("S-16")
@pytest.mark.req("43a")
class TestTexting:
    """`wayside texting stop` and `start`, with and without the keys."""

    @pytest.fixture
    def home(self, tmp_path):
        (tmp_path / "keys").mkdir(mode=0o700)
        given = ("--root-key", str(tmp_path / "keys/root.key"), "--kit", str(tmp_path / "keys/kit.txt"))
        wayside("init", "--non-interactive", *given, "--single-user", WAYSIDE_HOME=str(tmp_path / "home"))
        return {"WAYSIDE_HOME": str(tmp_path / "home"), "WAYSIDE_ROOT_KEY_FILE": str(tmp_path / "keys/root.key")}

    def state(self, home) -> dict:
        return json.loads(wayside("texting", "status", "--json", **home).stdout)

    @pytest.mark.req("81")
    def test_says_that_nobody_has_signed_and_none_leaves_until_then(self, home):
        assert "nobody has signed for texts" in wayside("texting", "status", **home).stdout
        assert (self.state(home)["leave"], self.state(home)["signed"]) == (False, False)

    def test_stops_with_a_reason_and_starts_again(self, home):
        assert self.state(home)["stops"] == 0
        done = wayside("texting", "stop", "--because", "A wrong number", **home)
        assert (done.returncode, "No text leaves." in done.stdout) == (0, True)
        assert self.state(home) == {
            "leave": False,
            "signed": False,
            "stops": 1,
            "stopped_by_file": False,
            "rests_until": None,
        }
        assert "A wrong number" in wayside("texting", "status", **home).stdout

        assert "Nobody stops texts now" in wayside("texting", "start", **home).stdout
        assert self.state(home)["stops"] == 0

    def test_needs_a_reason(self, home):
        assert wayside("texting", "stop", **home).returncode == 2
        assert wayside("texting", "stop", "--because", " ", **home).returncode == 2
        assert self.state(home)["stops"] == 0

    def test_stops_by_the_file_where_the_vault_cannot_be_opened(self, home):
        locked = home | {"WAYSIDE_ROOT_KEY_FILE": home["WAYSIDE_ROOT_KEY_FILE"] + ".away"}
        done = wayside("texting", "stop", "--because", "A wrong number", **locked)

        assert done.returncode == 0
        assert "the sender's file stops texts instead" in done.stderr
        assert self.state(home)["stopped_by_file"] is True
        wayside("texting", "start", **home)
        assert self.state(home)["stopped_by_file"] is False

    def test_lists_the_texts_and_refuses_an_approval_nobody_gave(self, home):
        listed = wayside("texting", "words", **home).stdout
        assert "en/reminder" in listed
        assert "practice" in listed
        assert wayside("texting", "approve", "en/none", "--by", "Ana Ruiz", **home).returncode == 1
        assert wayside("texting", "approve", "en/reminder", "--by", "", **home).returncode == 1
