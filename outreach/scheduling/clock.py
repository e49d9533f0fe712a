"""
The clock of the worker: calls each tick at its interval, and nothing else. Hides APScheduler.

The jobs live in memory. In a shared job store several processes ran jobs twice, and the default drops a late job
in silence; here the tables are the queue, a late tick runs once, and two of one kind never run at a time.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from threading import Event

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

Tick = Callable[[], None]


def keep_time(ticks: Mapping[str, tuple[timedelta, Tick]], stop: Event) -> None:
    """
    Call each tick at its interval until `stop` is set; then let the running ones finish and return.

    Args:
        ticks: name to (interval, what to call). A tick must handle its own errors.
    """
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(max(len(ticks), 1))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for name, (interval, tick) in ticks.items():
        scheduler.add_job(tick, "interval", seconds=interval.total_seconds(), id=name, next_run_time=datetime.now(UTC))
    scheduler.start()
    try:
        stop.wait()
    finally:
        scheduler.shutdown(wait=True)
