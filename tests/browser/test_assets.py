"""What is shipped to browsers is what the sources make, and nobody edited it by hand."""

import filecmp
import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from browser.gallery import ROOT

STATIC = ROOT / "portal" / "advocate" / "static"
ASSETS = ROOT / "assets"
SOURCES = ("uswds.scss", "wayside.css", "wayside.js", "icon.svg", "package-lock.json")
BUILT = ("uswds.css", "wayside.css")


def digest(folder: Path, names: tuple[str, ...]) -> str:
    """Return the digests that build.sh leaves beside what it built."""
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    return "".join(lines)


def check_shipped(static: Path, sources: Path) -> None:
    """Fail when the sources changed after the build, or the build was changed by hand."""
    assert (static / "sources.sha256").read_text() == digest(sources, SOURCES), "run: make assets"
    assert (static / "built.sha256").read_text() == digest(static, BUILT), "edit assets/, then run: make assets"
    for name in ("wayside.js", "icon.svg"):
        assert (static / name).read_bytes() == (sources / name).read_bytes()


def files_of(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def check_same_files(one: Path, other: Path) -> None:
    """Fail when two folders differ in any file."""
    assert files_of(one) == files_of(other)
    assert filecmp.cmpfiles(one, other, files_of(one), shallow=False)[1:] == ([], [])


def test_what_is_shipped_was_built_from_these_sources() -> None:
    check_shipped(STATIC, ASSETS)


@pytest.mark.parametrize("edited", ["assets/wayside.css", "static/wayside.css", "static/uswds.css", "static/icon.svg"])
def test_planted_change_without_a_build_is_caught(tmp_path: Path, edited: str) -> None:
    shutil.copytree(STATIC, tmp_path / "static")
    shutil.copytree(ASSETS, tmp_path / "assets", ignore=shutil.ignore_patterns("node_modules"))
    check_shipped(tmp_path / "static", tmp_path / "assets")
    with (tmp_path / edited).open("a") as file:
        file.write(" ")

    with pytest.raises(AssertionError):
        check_shipped(tmp_path / "static", tmp_path / "assets")


def test_every_file_a_style_sheet_names_is_shipped() -> None:
    for sheet in STATIC.glob("*.css"):
        named = re.findall(r'url\("?([^")]+)"?\)', sheet.read_text())
        assert [each for each in named if each and not (STATIC / each).is_file()] == []


@pytest.mark.assurance
def test_building_anew_gives_the_files_that_are_shipped_to_the_byte(tmp_path: Path) -> None:
    shutil.copytree(ASSETS, tmp_path / "assets", ignore=shutil.ignore_patterns("node_modules"))
    subprocess.run([tmp_path / "assets" / "build.sh", tmp_path / "static"], check=True, timeout=300)

    check_same_files(tmp_path / "static", STATIC)
    (tmp_path / "static" / "wayside.css").write_text("body{color:red}")
    with pytest.raises(AssertionError):
        check_same_files(tmp_path / "static", STATIC)
