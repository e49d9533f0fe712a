"""`wayside letters`: an operator sees what is approved and what reads too hard, and can approve what does not."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.letters import letter_lines, letters
from outreach.messaging.letters import templates as letter_templates
from outreach.messaging.letters.templates import ROOT, LetterShelf

HARD = (
    "says: neutral\ntitle: Letter\n---\nOur multidisciplinary organization coordinates comprehensive interventions.\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "letters"
    shutil.copytree(ROOT, copy)
    monkeypatch.setattr(letter_templates, "ROOT", copy)
    return copy


@pytest.mark.req("48")
def test_check_says_who_approved_what_and_how_it_reads(folder: Path) -> None:
    found = CliRunner().invoke(letters, ["check"])

    assert found.exit_code == 0
    for letter in ("en/short", "en/full", "es/short", "es/full", "ar/short", "ar/full", "zh-Hans/short"):
        assert letter in found.output
    assert "practice  grade 1   neutral  by The makers of Wayside" in found.output


@pytest.mark.req("48")
def test_an_approval_is_written_down_and_a_changed_comma_ends_it(folder: Path) -> None:
    done = CliRunner().invoke(letters, ["approve", "es/short", "--by", "Ana Ruiz"])

    assert done.exit_code == 0
    assert LetterShelf.read(folder).letter("short", "es").approved.by == "Ana Ruiz"
    path = folder / "es" / "short.txt"
    path.write_text(path.read_text().replace("Hola:", "Hola"))
    assert "nobody has approved these words" in CliRunner().invoke(letters, ["check"]).output


@pytest.mark.req("48")
def test_what_reads_too_hard_is_not_approved_and_check_says_the_mend(folder: Path) -> None:
    (folder / "en" / "short.txt").write_text(HARD)

    refused = CliRunner().invoke(letters, ["approve", "en/short", "--by", "Ana Ruiz"])
    seen = CliRunner().invoke(letters, ["check"])

    assert "Use shorter sentences" in str(refused.exception)
    assert seen.exit_code == 1
    assert "mend: It reads like grade" in seen.output


def test_what_no_font_here_can_print_is_not_approved(folder: Path) -> None:
    (folder / "en" / "short.txt").write_text("says: neutral\ntitle: Letter\n---\nHello \ue123 there,\n")

    assert "font" in str(CliRunner().invoke(letters, ["approve", "en/short", "--by", "Ana Ruiz"]).exception)


@pytest.mark.parametrize("name", ["en/gone", "../en/short", "short", ""])
def test_an_approval_of_no_letter_says_so(folder: Path, name: str) -> None:
    refused = CliRunner().invoke(letters, ["approve", name, "--by", "Ana Ruiz"])

    assert refused.exit_code == 1
    assert "there is no" in str(refused.exception)


def said_by_doctor(*, is_practice: bool) -> str:
    return "\n".join(f"{kind}: {line}" for kind, line in letter_lines(is_practice=is_practice))


def check_doctor_names_what_may_not_leave(said: str) -> None:
    assert "note: letters that nobody approved, so none is sent: en/short." in said
    assert "note: letters approved for practice only, so none is sent here: " in said
    assert "es/short" in said.partition("practice only")[2]


@pytest.mark.req("48")
def test_doctor_names_the_letters_that_a_real_home_may_not_send(folder: Path) -> None:
    (folder / "en" / "short.txt").write_text((folder / "en" / "short.txt").read_text() + "\nCall when you can.\n")
    check_doctor_names_what_may_not_leave(said_by_doctor(is_practice=False))
    assert "practice only" not in said_by_doctor(is_practice=True)
    assert "en/short" in said_by_doctor(is_practice=True)

    CliRunner().invoke(letters, ["approve", "en/short", "--by", "Ana Ruiz"])
    assert "en/short" not in said_by_doctor(is_practice=False)


def test_planted_doctor_that_takes_practice_for_approved_is_caught(folder: Path) -> None:
    (folder / "en" / "short.txt").write_text((folder / "en" / "short.txt").read_text() + "\nCall when you can.\n")

    with pytest.raises(AssertionError):
        check_doctor_names_what_may_not_leave(said_by_doctor(is_practice=True))


def test_doctor_names_a_folder_of_letters_it_can_not_read(folder: Path) -> None:
    (folder / "approved.toml").write_text("[[approved]]\n")

    assert said_by_doctor(is_practice=False).startswith("mend: letters can not be read")
