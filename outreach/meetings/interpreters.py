"""
Who may interpret for her: her own no to a person, to anyone near her home, or to all; and never a child. Pure.

An interpreter from a small community may know the partner's family, so her no needs no reason (requirements 20b, 82).
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from outreach.identity.likeness import similar_names

_YOUNG = "son|daughter|child|children|kid|kids|niece|nephew|grandson|granddaughter|stepson|stepdaughter|minor"
_YOUNG_ES = "hijo|hija|hijos|niño|niña|sobrino|sobrina|nieto|nieta"
_WHOSE = "her|his|their|the|a|my|our|su|el|la|un|una"
_CHILD = re.compile(
    rf"(?:{_YOUNG}|{_YOUNG_ES})|.*\b(?:{_WHOSE})\s+(?:\w+\s+)?(?:{_YOUNG}|{_YOUNG_ES})\b.*"
    r"|.*\b(?:daughter|niece|nephew|grandson|granddaughter|stepson|stepdaughter|teenager|hija|sobrin[oa])\b.*"
)
"""Alone, after whose it is, or a word that is nobody's name: Son, Child and Nieto are family names."""


class Veto(NamedTuple):
    """Box INTERPRETER_VETO: whom she does not want. New fields go at the end with a default."""

    names: Sequence[str] = ()
    is_of_her_town: bool = False
    """Nobody from her own town or community, whoever it is."""
    is_of_all: bool = False
    """Nobody at all: she speaks for herself, or writes."""

    def joined(self, other: "Veto") -> "Veto":
        """Return all that either says."""
        known = {_folded(each) for each in self.names}
        more = [each for each in other.names if _folded(each) not in known]
        town, everyone = self.is_of_her_town or other.is_of_her_town, self.is_of_all or other.is_of_all
        return Veto((*self.names, *more), town, everyone)

    def without(self, other: "Veto") -> "Veto":
        """Return what this says beyond the other."""
        gone = {_folded(each) for each in other.names}
        names = tuple(each for each in self.names if _folded(each) not in gone)
        town, everyone = self.is_of_her_town and not other.is_of_her_town, self.is_of_all and not other.is_of_all
        return Veto(names, town, everyone)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


NO_VETO = Veto()


class Refusal(NamedTuple):
    """Why somebody may not interpret, and the mend."""

    cause: str
    mend: str


def refusal_of(named: str, veto: Veto, *, is_from_elsewhere: bool) -> Refusal | None:
    """
    Return why the named interpreter may not come; None where nothing speaks against it, or nobody is named.

    Args:
        is_from_elsewhere: somebody asked, and it is no one from her town or community.
    """
    if not named.strip():
        return None
    if is_child(named):
        return Refusal("Children never interpret.", "Choose a grown-up who is not family.")
    if veto.is_of_all:
        return Refusal("She wants no interpreter at all.", "Leave this empty, and ask her how she wants to talk.")
    if any(is_same_name(named, each) for each in veto.names):
        return Refusal("She does not want this interpreter.", "Choose another one.")
    if veto.is_of_her_town and not is_from_elsewhere:
        return Refusal(
            "She wants no interpreter from her own town or community.",
            "Choose one from elsewhere, such as by phone, and tick that you asked.",
        )
    return None


def is_child(named: str) -> bool:
    """Tell whether the words say that a child would interpret."""
    return _CHILD.fullmatch(" ".join(named.casefold().replace("’s", "").replace("'s", "").split())) is not None


def is_same_name(one: str, other: str) -> bool:
    """Tell whether two names of interpreters may be one person; leans towards yes: she said no to somebody."""
    return similar_names(one, other)


def words_of(veto: Veto) -> tuple[str, ...]:
    """Return her no as sentences to keep in mind."""
    if veto.is_of_all:
        return ("She wants no interpreter at all. Ask her how she wants to talk.",)
    found = ["She wants no interpreter from her own town or community."] if veto.is_of_her_town else []
    if veto.names:
        found.append(f"Not as interpreter: {', '.join(veto.names)}.")
    return tuple(found)
