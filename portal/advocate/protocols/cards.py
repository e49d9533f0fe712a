"""From a dry run to what its page shows: like times together, a word and a shape for each difference."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from outreach.protocols.numbers import Changed
from outreach.protocols.preview import Mark, Part, Preview, Row, Worse
from outreach.protocols.reading import Fault
from portal.advocate.cards import Chip
from portal.advocate.moments import clock_words
from portal.advocate.protocols.pages import CarefulRow, FaultRow, ScenePart, TaskRow, TimeRow

CHIPS = {
    Mark.SAME: Chip("Same", "calm", "dash"),
    Mark.SOONER: Chip("Sooner", "safe", "tick"),
    Mark.LATER: Chip("Later", "late", "clock"),
    Mark.NEW: Chip("New", "level", "dot"),
    Mark.GONE: Chip("Gone", "late", "cross"),
}

NUMBER_CHIPS = {
    True: Chip("Laxer", "late", "clock"),
    False: Chip("Stricter", "safe", "tick"),
    None: Chip("Changed", "level", "dot"),
}


def careful_rows(found: Preview, numbers: Iterable[Changed]) -> tuple[CarefulRow, ...]:
    """Return what would come later or not at all, the gravest first; then numbers that grow where no event shows it."""
    worse = (CarefulRow(chip=_chip(each), words=_careful(each)) for each in found.worse)
    laxer = (each for each in numbers if each.is_laxer and not each.is_in_sample)
    return (*worse, *map(number_row, laxer))


def number_row(changed: Changed) -> CarefulRow:
    """Return one number that differs, old and new."""
    words = f"{changed.what}: now {changed.was}. Then {changed.will}."
    return CarefulRow(chip=NUMBER_CHIPS[changed.is_laxer], words=words)


def fault_row(fault: Fault) -> FaultRow:
    """Return one thing to mend: its line first, then its place in the text."""
    place = fault.path or "The text"
    return FaultRow(place=f"Line {fault.line}, {place}" if fault.line else place, wrong=fault.wrong, mend=fault.mend)


def scene_parts(found: Preview, zone: ZoneInfo) -> tuple[ScenePart, ...]:
    """Return what differs, by what happens."""
    parts = (ScenePart(scene=part.scene, rows=_task_rows(part, zone)) for part in found.parts)
    return tuple(part for part in parts if part.rows)


def same_scenes(found: Preview) -> tuple[str, ...]:
    """Return what happens and asks for the same as before."""
    return tuple(part.scene for part in found.parts if all(row.mark is Mark.SAME for row in part.rows))


def _task_rows(part: Part, zone: ZoneInfo) -> tuple[TaskRow, ...]:
    how_many = len({row.at.words for row in part.rows})
    changed = sorted((row for row in part.rows if row.mark is not Mark.SAME), key=_kind)
    return tuple(_task_row(list(rows), how_many, zone) for _, rows in groupby(changed, key=_kind))


def _kind(row: Row) -> tuple[str, str]:
    return row.duty, row.mark.value


def _task_row(rows: list[Row], how_many: int, zone: ZoneInfo) -> TaskRow:
    mark = rows[0].mark
    often = "each time" if len(rows) == how_many else f"{len(rows)} of {how_many} times"
    first, *others = (_time(row, zone) for row in rows)
    return TaskRow(
        chip=CHIPS[mark],
        task=rows[0].duty,
        how=f"{_amount(rows, mark)}, {often}.",
        first=first,
        others=tuple(others),
    )


def _amount(rows: list[Row], mark: Mark) -> str:
    if mark in _WITHOUT:
        return _WITHOUT[mark]
    gaps = [abs(row.proposed - row.current) for row in rows if row.proposed and row.current]
    least, most = _length(min(gaps)), _length(max(gaps))
    return f"{most} {mark}" if least == most else f"{least} to {most} {mark}"


_WITHOUT = {Mark.NEW: "Not asked so far", Mark.GONE: "No longer asked"}


def _time(row: Row, zone: ZoneInfo) -> TimeRow:
    came = row.at.when.astimezone(zone)
    named = f"{row.at.words} ({came:%b} {came.day})" if f"{came:%b} {came.day}" not in row.at.words else row.at.words
    return TimeRow(at=named, was=_due(row.current, zone), would_be=_due(row.proposed, zone))


def _due(due: datetime | None, zone: ZoneInfo) -> str:
    if due is None:
        return "not asked"
    here = due.astimezone(zone)
    return f"{here:%a}, {here:%b} {here.day}, {clock_words(here)}"


def _chip(worse: Worse) -> Chip:
    return CHIPS[Mark.GONE if worse.later_by is None else Mark.LATER]


def _careful(worse: Worse) -> str:
    how = "no longer asked." if worse.later_by is None else f"up to {_length(worse.later_by)} later."
    return f"{worse.scene}. {worse.duty}: {how}"


def _length(gap: timedelta) -> str:
    minutes = int(gap.total_seconds()) // 60
    parts: Iterable[str] = (
        f"{minutes // 60} h" if minutes >= 60 else "",
        f"{minutes % 60} min" if minutes % 60 else "",
    )
    return " ".join(filter(None, parts))
