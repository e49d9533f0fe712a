"""The demo starts afresh over its own leftovers, and touches nothing that is not a demo."""

from pathlib import Path

import pytest

from cli.demo import making
from cli.demo.processes import DemoError
from config.home import Home

PORTS = {"callbacks": 8102}


def test_a_demo_killed_while_its_home_was_made_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "var")

    def killed(place: Home, *_: object, **__: object) -> None:
        (place.root / "vault").mkdir()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(making, "make_home", killed)
        with pytest.raises(KeyboardInterrupt):
            making.make(home, PORTS)
    assert (home.root / "vault").exists()

    making.clear(home)
    making.make(home, PORTS)
    assert home.read_marker().is_demo
    making.clear(home)
    assert list(home.root.iterdir()) == []


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(DemoError, match="not a demo"):
        making.clear(Home(tmp_path))
    assert (tmp_path / "letters.txt").read_text() == "mine"


def test_a_real_home_is_left_alone_even_with_the_mark_of_an_unfinished_demo(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo/unfinished").touch()
    (tmp_path / "home.json").write_text('{"format": 1, "demo": false, "single_user": false}')
    with pytest.raises(DemoError, match="real home"):
        making.clear(Home(tmp_path))
