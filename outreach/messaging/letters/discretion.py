"""
What may be on the outside of a letter, on its first fold and in what a print queue shows of it. Pure.

A scanned-mail preview sends the outside as a picture to whoever reads that household's e-mail (requirements 46a, 47).
Streets and towns are full of harmless words that would tell elsewhere (12 Court Street, Dale City), so a part of an
address with a digit in it is taken for a street, and a partner's name counts whole, or where a person is named.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from outreach.messaging.deny_list import DenyList, fold
from outreach.messaging.telling_words import Telling

OUR_NAMES = frozenset({"wayside"})
"""The program's own name; a site adds its organisation's to config/deny_words."""
_CARE_OF = re.compile(r"\s*(?:c/o|care of|attn|attention)\b", re.IGNORECASE)


class Outside(NamedTuple):
    """All that shows of a letter while it is closed or waits in a print queue."""

    recipient: str
    address: Sequence[str]
    return_address: Sequence[str]
    title: str


def telling_outside(outside: Outside, telling: Telling, deny: DenyList) -> str | None:
    """Return what kind of thing tells on the outside of a letter, or None."""
    kinds = (
        ("the name of the partner", _names_partner(outside, telling)),
        ("our name", _holds([*outside.address, *outside.return_address, outside.title], OUR_NAMES)),
        ("a word that tells, in the address", _holds(_without_streets(outside.address), deny.words)),
        ("a word that tells, in the return address", _holds(_without_streets(outside.return_address), deny.words)),
        ("a word that tells, in the title", _holds([outside.title], deny.words)),
        ("a number of the case", _holds([outside.recipient, *outside.address, outside.title], telling.numbers)),
    )
    return next((kind for kind, is_there in kinds if is_there), None)


def _names_partner(outside: Outside, telling: Telling) -> bool:
    every = [outside.recipient, *outside.address, *outside.return_address, outside.title]
    of_people = [outside.recipient, *(line for line in outside.address if _CARE_OF.match(line))]
    return _holds(every, telling.names) or _holds(of_people, telling.name_parts)


def _without_streets(lines: Iterable[str]) -> list[str]:
    """Return the parts of address lines that hold no digit: a street, a box or a town with its ZIP."""
    parts = (part for line in lines for part in line.split(","))
    return [part for part in parts if not any(each.isdigit() for each in part)]


def _holds(lines: Iterable[str], forbidden: Iterable[str]) -> bool:
    """Tell whether a line holds one of these, folded, as whole words."""
    said = [f" {fold(line)} " for line in lines]
    return any(f" {each} " in line for each in forbidden if each for line in said)
