"""
Reading a table of a protocol file, noting every fault instead of stopping at the first. Pure.

Each reader returns something of the right type even when it noted a fault, so that reading goes on; the caller
throws the result away when there are faults.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from outreach.workdays import Due


class Fault(NamedTuple):
    """One thing wrong in a protocol file."""

    path: str
    """Where, as a TOML path such as levels.B.steps[1].due; empty for the whole file."""
    wrong: str
    mend: str
    line: int | None = None
    """Counted from 1: where the key stands, or the table that lacks it; None where that is the whole file."""

    @property
    def said(self) -> str:
        """Return all of it in one line."""
        place = f"line {self.line}, {self.path or 'the file'}" if self.line else self.path or "the file"
        return f"{place}: {self.wrong}. {self.mend}"


_DUE = re.compile(r"([1-9]\d{0,3}) (minutes?|hours?|business days?)")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_DUE_MEND = 'Write it like "15 minutes", "4 hours" or "5 business days".'


class Reading:
    """One table of the file: what it holds, where it is, and the faults found so far in the whole file."""

    def __init__(self, table: Mapping[str, Any], path: str = "", faults: list[Fault] | None = None) -> None:
        self._table = table
        self._path = path
        self._seen: list[str] = []
        self.faults: list[Fault] = [] if faults is None else faults

    def fault(self, name: str, wrong: str, mend: str) -> None:
        """Note one fault at a key of this table."""
        self.faults.append(Fault(self._at(name), wrong, mend))

    def has(self, name: str) -> bool:
        """Say whether the table has that key, which may be missing."""
        self._seen.append(name)
        return name in self._table

    def no_others(self) -> None:
        """Note every key that nobody asked for."""
        for name in self._table:
            if name not in self._seen:
                self.fault(name, "this key is not known", _did_you_mean(name, self._seen))

    def part(self, name: str, *, required: bool = True) -> "Reading":
        """Return a table inside this one; an empty one when it is missing."""
        found = self._value(name, dict, "a table", f"Add a table [{self._at(name)}].", required=required)
        return Reading({} if found is None else found, self._at(name), self.faults if found is not None else [])

    def parts(self, name: str, *, required: bool = True) -> "list[Reading]":
        """Return the tables of a list, of which there must be one or more."""
        mend = f"Add {name} = [ … ] with one or more steps."
        items = self._value(name, list, "a list of tables", mend, required=required)
        if items is None:
            return []
        if not items:
            self.fault(name, "the list is empty", "Name one or more steps.")
        if any(not isinstance(item, dict) for item in items):
            self.fault(name, "each item must be a table", 'Write items like { step = "outreach", due = "72 hours" }.')
            return []
        return [Reading(item, f"{self._at(name)}[{place}]", self.faults) for place, item in enumerate(items)]

    def number(self, name: str, *, required: bool = True) -> int | None:
        """Return a whole number."""
        found: int | None = self._value(name, int, "a whole number", f"Write {name} = 1.", required=required)
        return found

    def line(self, name: str) -> str:
        """Return a short text of one line."""
        found = self._value(name, str, "a text", f'Write {name} = "…".')
        if found is not None and not (0 < len(found) <= _LONGEST_LINE and found.isprintable()):
            self.fault(name, "must be one line of 1 to 32 letters", f"Shorten {name}.")
        return found or ""

    def sentence(self, name: str, *, most: int = 300, required: bool = True) -> str:
        """Return a text of one line that people read; empty when it is missing and may be."""
        found = self._value(name, str, "a text", f'Write {name} = "…".', required=required)
        if found is not None and not (0 < len(found.strip()) <= most and found.isprintable()):
            self.fault(name, f"must be one line of 1 to {most} letters", f"Write {name} in one line.")
        return found or ""

    def yes(self, name: str) -> bool:
        """Return true or false; false when it is missing."""
        self._seen.append(name)
        found = self._table.get(name, False)
        if not isinstance(found, bool):
            self.fault(name, "must be true or false", f"Write {name} = true, or leave it out.")
        return found is True

    def numbers(self, name: str) -> tuple[int, ...]:
        """Return a list of whole numbers, one or more, each once."""
        mend = f"Write {name} = [1, 2, 3]."
        found = self._value(name, list, "a list of whole numbers", mend) or []
        numbers = tuple(each for each in found if isinstance(each, int) and not isinstance(each, bool))
        if found and (len(numbers) < len(found) or len(set(numbers)) < len(numbers)):
            self.fault(name, "must hold whole numbers, each once", mend)
        if not found and name in self._table:
            self.fault(name, "the list is empty", mend)
        return numbers

    def words(self, name: str, longest: int) -> str:
        """Return a text of one or a few sentences."""
        found = self._value(name, str, "a text", f'Write {name} = "…".')
        if found is not None and not (0 < len(found) <= longest and found.isprintable()):
            self.fault(name, f"must be one line of 1 to {longest} letters", f"Shorten {name}.")
        return found or ""

    def slug(self, name: str) -> str:
        """Return a name of small letters, digits and hyphens."""
        found = self._value(name, str, "a text", f'Write {name} = "high-point".')
        if found is not None and not _SLUG.fullmatch(found):
            self.fault(name, "must be small letters, digits and hyphens", 'Write it like "high-point".')
        return found or ""

    def zone(self, name: str) -> str:
        """Return an IANA time zone that this machine knows."""
        mend = 'Write an IANA name such as "America/New_York".'
        found = self._value(name, str, "a text", mend)
        if found is None:
            return "UTC"
        try:
            ZoneInfo(found)
        except (KeyError, ValueError, OSError):
            self.fault(name, "this time zone is not known", mend)
            return "UTC"
        return str(found)

    def choice(self, name: str, choices: Sequence[str], *, what: str = "value") -> str:
        """Return one of the choices; empty when it is none of them."""
        mend = f"Known: {', '.join(choices)}."
        found = self._value(name, str, "a text", mend)
        if found is None or found in choices:
            return found or ""
        self.fault(name, f'unknown {what} "{found[:40]}"', _did_you_mean(found, choices))
        return ""

    def due(self, name: str) -> Due:
        """Return how long something may take."""
        found = self._value(name, str, "a text", _DUE_MEND)
        if found is None:
            return Due(elapsed=timedelta(0))
        match = _DUE.fullmatch(found)
        if not match:
            self.fault(name, "this is no length of time", _DUE_MEND)
            return Due(elapsed=timedelta(0))
        count, unit = int(match[1]), match[2].rstrip("s")
        if unit == "business day":
            return Due(business_days=count)
        return Due(elapsed=timedelta(minutes=count) if unit == "minute" else timedelta(hours=count))

    def elapsed(self, name: str, default: timedelta) -> timedelta:
        """Return a length of time in hours or minutes; the default when it is missing."""
        if name not in self._table:
            self._seen.append(name)
            return default
        due = self.due(name)
        if due.elapsed is None:
            self.fault(name, "business days can not be used here", 'Write it in hours, like "72 hours".')
        return due.elapsed or default

    def clock(self, name: str) -> time:
        """Return a time of day."""
        found: time | None = self._value(name, time, "a time of day", f"Write {name} = 17:00:00.")
        return found or time(17)

    def day(self, name: str) -> date:
        """Return a date."""
        found: date | None = self._value(name, date, "a date", f"Write {name} = 2026-03-02, without quotes.")
        return found or date(1970, 1, 1)

    def dates(self, name: str) -> frozenset[date]:
        """Return a set of dates."""
        mend = f"Write {name} = [2026-12-25, …], without quotes."
        found = self._value(name, list, "a list of dates", mend) or []
        days = frozenset(each for each in found if isinstance(each, date) and not isinstance(each, datetime))
        if len(days) < len(found):
            self.fault(name, "must hold each date once, and nothing else", mend)
        return days

    def _value(self, name: str, kind: type, what: str, mend: str, *, required: bool = True) -> Any:
        self._seen.append(name)
        if name not in self._table:
            if required:
                self.fault(name, "this is missing", mend)
            return None
        found = self._table[name]
        if not isinstance(found, kind) or isinstance(found, bool):
            self.fault(name, f"must be {what}", mend)
            return None
        return found

    def _at(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name


_LONGEST_LINE = 32


def _did_you_mean(name: str, choices: Sequence[str]) -> str:
    near = get_close_matches(name, choices, n=1)
    return f'Did you mean "{near[0]}"?' if near else f"Known: {', '.join(choices)}."
