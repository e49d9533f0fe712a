"""`wayside instruments check|enable`: why an instrument is off, and signing for one."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.instruments import read_shelf
from cli.main import wayside
from config.home import Home


@pytest.fixture(params=["real", "demo"])
def home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home with nothing signed."""
    monkeypatch.setenv("WAYSIDE_HOME", str(tmp_path))
    (tmp_path / "home.json").write_text('{"format": 1, "demo": %s}' % ("true" if request.param == "demo" else "false"))
    return Home(tmp_path)


def run(*words: str) -> Result:
    return CliRunner().invoke(wayside, ["instruments", *words])


def line_of(key: str) -> str:
    return next(line for line in run("check").stdout.splitlines() if line.startswith(key))


@pytest.mark.req("55")
def test_everything_is_off_until_somebody_signs_and_says_why(home: Home) -> None:
    assert run("check").exit_code == 0
    for key in ("lap", "danger-assessment", "dash"):
        assert "off: Nobody has written down a permission." in line_of(key)


@pytest.mark.req("55")
def test_signing_turns_one_on_and_says_who_signed_when_and_for_what(home: Home) -> None:
    done = run("enable", "lap", "--by", "Kim Example", "--permission", "Letter of March 2, 2026")
    assert done.exit_code == 0, done.output

    assert "on: Kim Example signed on " in line_of("lap")
    assert ": Letter of March 2, 2026" in line_of("lap")
    assert "off: " in line_of("dash")


@pytest.mark.req("55")
def test_practice_counts_in_a_demo_only(home: Home) -> None:
    run("enable", "lap", "--by", "Kim Example", "--permission", "To practise", "--practice")

    is_on = read_shelf(home).find("lap") is not None
    assert is_on == home.read_marker().is_demo


@pytest.mark.req("55")
def test_licensed_words_that_come_later_must_be_signed_for_again(home: Home) -> None:
    run("enable", "lap", "--by", "Kim Example", "--permission", "Letter")
    words = 'format = 1\nfor = "lap"\nversion = "2026-01"\nlicence = "Ours"\nitems = [{ number = 1, text = "So?" }]\n'
    (home.instruments / "licensed").mkdir()
    (home.instruments / "licensed" / "lap.toml").write_text(words)

    assert "off: Its file or its licensed words changed after the permission was written down." in line_of("lap")
    run("enable", "lap", "--by", "Kim Example", "--permission", "Letter")
    assert ", with licensed words on: " in line_of("lap")


@pytest.mark.req("55")
@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("enable", "odara", "--by", "Kim Example", "--permission", "Letter"), "there is no instrument 'odara'"),
        (
            ("enable", "lap", "--by", "Kim", "--permission", ' " '),
            "permission: must be one line without",
        ),
    ],
)
def test_what_can_not_be_signed_says_why_and_turns_nothing_on(home: Home, words: tuple[str, ...], mend: str) -> None:
    failed = run(*words)

    assert failed.exit_code != 0
    assert mend in str(failed.exception)
    assert read_shelf(home).usable() == ()


@pytest.mark.req("55")
def test_a_faulty_file_of_the_site_is_named_with_its_mend(home: Home) -> None:
    home.instruments.mkdir()
    (home.instruments / "own.toml").write_text('format = 1\nkey = "own"\n')

    found = run("check")

    assert found.exit_code == 1
    assert "own.toml can not be used:" in found.stderr
    assert 'title: this is missing. Write title = "…".' in found.stderr
    assert "lap" in found.stdout
