"""
Running the worker's rounds: one after the other once, or each at its interval until told to stop.

A round that fails is recorded and comes again; it never stops the others, and never passes in silence. What a round
does is given by the composition root; this module knows no role, no key and no setting.
"""

import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from typing import Any

from outreach.scheduling.clock import keep_time

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """One kind of work: its name, how often it is due, and the work, which returns counts for the log."""

    name: str
    every: timedelta
    work: Callable[[], Mapping[str, int]]


@dataclass(slots=True)
class Report:
    """What rounds did: counts by round, and the rounds that failed with the kind of error and its place."""

    done: dict[str, Mapping[str, int]]
    failed: dict[str, str]


def run_once(rounds: Sequence[Round]) -> Report:
    """Run every round once, in order, and report. A failure does not keep the later rounds from running."""
    report = Report({}, {})
    for each in rounds:
        _run(each, report)
    return report


def run_until(rounds: Sequence[Round], stop: Event) -> None:
    """Run each round at its interval until `stop` is set; those running finish first."""

    def tick(each: Round) -> Callable[[], None]:
        return lambda: _run(each, Report({}, {}))

    keep_time({each.name: (each.every, tick(each)) for each in rounds}, stop)


def _run(each: Round, report: Report) -> None:
    try:
        counts = each.work()
    except Exception as error:
        report.failed[each.name] = _where(error)
        _log.error("round.failed round=%s error=%s", each.name, report.failed[each.name])
        return
    report.done[each.name] = counts
    if any(counts.values()):
        _log.info("round.done round=%s %s", each.name, " ".join(f"{name}={count}" for name, count in counts.items()))


def _where(error: Exception) -> str:
    """Name the error and its place, never its words: they may hold what a victim told us."""
    last: Any = traceback.extract_tb(error.__traceback__)[-1:]
    place = f"{last[0].name}:{last[0].lineno}" if last else "nowhere"
    return f"{type(error).__name__} in {place}"
