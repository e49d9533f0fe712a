"""
What the inside of a letter may not show: the offender's name, a level, a charge, an incident number, a call-in's day.

Pure. Requirement 47: mail is opened by whoever holds it. What may be known is said live.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from outreach.events import LevelEvent, call_in_at_of, offender_of, original_of, victim_of
from outreach.messaging.deny_list import fold, holds_any

_SHORTEST_NAME = 3
_MONTHS = tuple(
    re.findall(r"\w+", names)
    for names in (
        "january february march april may june july august september october november december",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    )
)
_LEVEL = re.compile(r"\b(?:level|nivel|tier|class|clase)\W{0,3}[abcd]\b")
_CALL_IN = re.compile(r"\bcall-ins?\b", re.IGNORECASE)
_CHARGES = re.compile(
    r"\b(?:charge[sd]?|arrest(?:s|ed)?|assault(?:s|ed)?|battery|strangulation|felony|misdemeanou?r|warrants?|indict\w*"
    r"|convict\w*|cargos? penal\w*|acusad[oa]s?|acusacion\w*|arrest[oa]\w*|detenid[oa]s?|agresion\w*|delitos?"
    r"|condenad[oa]s?)\b"
)


class Telling(NamedTuple):
    """What of one case no letter to her may hold, folded."""

    names: frozenset[str]
    """The offender's names, whole."""
    name_parts: frozenset[str]
    """Their parts, without those that are hers too; a name only where written like one (Will, not will)."""
    numbers: frozenset[str]
    days: frozenset[date]
    """Days of call-ins and notifications, in her zone."""


def telling_of(
    events: Iterable[LevelEvent], *, zone: ZoneInfo, her_names: Iterable[str], partner_names: Iterable[str] = ()
) -> Telling:
    """
    Gather from every event of a case what may not be in a letter. `her_names` are never forbidden themselves.

    `partner_names` are those that papers from before name.
    """
    several = tuple(events)
    hers = {part for name in (*her_names, *_victims(several)) for part in fold(name).split()}
    names = {fold(offender.full_name) for event in several if (offender := offender_of(event))}
    names |= {fold(name) for name in partner_names}
    parts = {part for name in names for part in name.split() if len(part) >= _SHORTEST_NAME} - hers
    numbers = {fold(each) for event in several for each in _numbers(event) if each}
    days = {moment.astimezone(zone).date() for event in several for moment in _moments(event)}
    return Telling(frozenset(names), frozenset(parts), frozenset(numbers), frozenset(days))


def found_in(paragraphs: Sequence[str], telling: Telling, *, avoid: Iterable[str] = ()) -> str | None:
    """Return what kind of forbidden thing the paragraphs hold, or None. `avoid` are words she asked us to avoid."""
    said = "\n".join(paragraphs)
    folded = fold(said)
    kinds = (
        ("the name of the partner", _holds(folded, telling.names) or _names(said) & telling.name_parts),
        ("an incident number", _holds(folded, telling.numbers) or _holds_digits(said, telling.numbers)),
        ("the day of a call-in", _CALL_IN.search(said) or _holds(folded, _written(telling.days))),
        ("a level", _LEVEL.search(folded)),
        ("a charge", _CHARGES.search(folded)),
        ("a word she asked us to avoid", holds_any(said, avoid)),
    )
    return next((kind for kind, found in kinds if found), None)


def _holds(folded: str, forbidden: Iterable[str]) -> bool:
    return any(re.search(rf"\b{re.escape(each)}\b", folded) for each in forbidden if each)


def _names(said: str) -> set[str]:
    return {fold(word) for word in re.findall(r"[^\W\d_]+", said) if word[0].isupper()}


def _holds_digits(said: str, numbers: Iterable[str]) -> bool:
    """A number is the same with other dashes and spaces; five digits or more, so that a house number is none."""
    digits = [re.sub(r"\W", "", each) for each in numbers]
    bare = re.sub(r"[^\w\n]", "", said.casefold())
    return any(len(each) >= 5 and each in bare for each in digits)


def _written(days: Iterable[date]) -> set[str]:
    """Return the ways a day is written, folded: names of months in both languages, and numbers."""
    ways: set[str] = set()
    for day in days:
        month, number = day.month, day.day
        for names in _MONTHS:
            name = names[month - 1]
            for word in {name, name[:3], name[:4]}:
                ways |= {f"{word} {number}", f"{number} {word}", f"{number} de {word}", f"{word} {_ordinal(number)}"}
        ways |= {f"{month} {number}", f"{month:02} {number:02}", f"{number} {month} {day.year}", fold(day.isoformat())}
    return ways


def _ordinal(number: int) -> str:
    ending = "th" if 10 < number < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _victims(events: Iterable[LevelEvent]) -> set[str]:
    return {victim.full_name for event in events if (victim := victim_of(event))}


def _numbers(event: LevelEvent) -> tuple[str | None, ...]:
    original = original_of(event)
    return event.incident_number, original.incident_number, event.agency_case_ref, original.agency_case_ref


def _moments(event: LevelEvent) -> list[datetime]:
    told = (call_in_at_of(event), *(getattr(original_of(event), name, None) for name in ("notification_at",)))
    return [moment for moment in told if moment is not None]
