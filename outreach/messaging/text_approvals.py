"""
Which texts and letters a person has approved: approved.toml in their folder, by the digest of exactly these words.

A changed word makes a file a draft again. What is approved for practice leaves in a demo home only.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

APPROVALS = "approved.toml"
_ENDINGS = (".txt", ".list")


class Standing(StrEnum):
    """How far a text has come."""

    DRAFT = "draft"
    """Nobody approved these words, or they were changed since."""
    PRACTICE = "practice"
    """Good enough to practise with, in a home where nobody is real."""
    APPROVED = "approved"


@dataclass(frozen=True, slots=True)
class Approved:
    """One text's standing; who approved it and when, unless it is a draft."""

    standing: Standing
    by: str = ""
    on: date | None = None

    def may_leave(self, *, is_practice: bool) -> bool:
        """Say whether these words may be released in a home; `is_practice` is a demo."""
        return self.standing is Standing.APPROVED or (is_practice and self.standing is Standing.PRACTICE)


class FaultyApprovals(Exception):
    """approved.toml cannot be read; the message names it and the mend."""


def standings(folder: Path) -> Mapping[str, Approved]:
    """
    Return the standing of every file under templates/texts or templates/letters, by its name: `en/reminder`.

    Raises:
        FaultyApprovals: approved.toml is not there or not readable.
    """
    known = _read(folder / APPROVALS)
    return {name: known.get((name, digest), Approved(Standing.DRAFT)) for name, digest in digests(folder).items()}


def digests(folder: Path) -> Mapping[str, str]:
    """Return the digest of every file under such a folder, by its name."""
    files = sorted([*folder.glob("*/*.txt"), *folder.glob("*/*.list")])
    return {f"{path.parent.name}/{path.stem}": digest_of(path) for path in files}


def approve(folder: Path, name: str, *, by: str, on: date, standing: Standing = Standing.APPROVED) -> None:
    """
    Add a person's approval of exactly the words a file holds now.

    Args:
        name: a file's, as `en/reminder`.
        by: who read them; their full name.

    Raises:
        FaultyApprovals: there is no such file, or nobody's name was given.
    """
    path = next((path for ending in _ENDINGS if (path := folder / f"{name}{ending}").is_file()), None)
    if path is None or path.parent.parent != folder:
        raise FaultyApprovals(
            f"there is no {name!r} in {folder}: give a language and a name, such as en/reminder or en/short"
        )
    if not by.strip() or '"' in by or "\\" in by or not by.isprintable() or standing is Standing.DRAFT:
        raise FaultyApprovals("say who read these words: a full name, without quotation marks")
    entry = f'text = "{name}"\nsha256 = "{digest_of(path)}"\nstanding = "{standing}"\nby = "{by.strip()}"\non = {on}\n'
    with (folder / APPROVALS).open("a", encoding="utf-8") as file:
        file.write(f"\n[[approved]]\n{entry}")


def digest_of(path: Path) -> str:
    """Return the digest of a file's exact bytes."""
    return sha256(path.read_bytes()).hexdigest()


def _read(path: Path) -> dict[tuple[str, str], Approved]:
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["approved"]
        found: dict[tuple[str, str], Approved] = {}
        for entry in entries:  # The newest entry of the same words counts: practice becomes approved by one more.
            said = Approved(Standing(entry["standing"]), entry["by"].strip(), entry["on"])
            if not said.by or not isinstance(said.on, date):
                raise ValueError
            found[entry["text"], entry["sha256"]] = said
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError):
        raise FaultyApprovals(
            f"{path}: each [[approved]] needs text, sha256, standing (practice or approved), by and on"
        ) from None
    return found
