"""The whole file held against itself and against what is here: every fault of it, or the rows to bring over. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from outreach.identity.likeness import same_birth_and_name
from outreach.importing.rows import Row, Rules, row_of
from outreach.importing.spreadsheet import Fault, Spreadsheet, Unreadable


def rows_of(sheet: Spreadsheet, rules: Rules) -> tuple[Row, ...]:
    """Return the rows of a file, in its order. Raises Unreadable with every fault of it: then none is brought over."""
    faults, rows = list(sheet.faults), []
    for line in sheet.lines:
        found = row_of(line, rules)
        if isinstance(found, Row):
            rows.append(found)
        else:
            faults += found
    faults += _twice(rows)
    if faults:
        raise Unreadable(*sorted(faults, key=lambda fault: fault.row or 0))
    return tuple(rows)


def alike(rows: Sequence[Row]) -> int:
    """Return how many rows may be the same person's as another row: a phone in common, or birth date and name."""
    by_key: defaultdict[object, list[Row]] = defaultdict(list)
    for row in rows:
        for key in (*row.person.phones, row.person.date_of_birth):
            if key is not None:
                by_key[key].append(row)
    return len({row.number for several in by_key.values() for row in _meeting(several)})


def _meeting(several: Iterable[Row]) -> Iterator[Row]:
    for one, other in combinations(several, 2):
        if one.person.phones & other.person.phones or same_birth_and_name(one.person, other.person):
            yield from (one, other)


def _twice(rows: Sequence[Row]) -> Iterator[Fault]:
    times = Counter(row.reference for row in rows)
    seen: set[str] = set()
    for row in rows:
        if times[row.reference] > 1 and row.reference in seen:
            yield Fault(row.number, "reference", "is the same as in a row above. Give each case its own.")
        seen.add(row.reference)
