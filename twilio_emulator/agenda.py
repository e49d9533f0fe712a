"""What is still to happen at Twilio: the next statuses of messages, and the callbacks to post."""

import heapq
import itertools
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Callback:
    """One POST to make: where, with which parameters, how often it was tried, and the mark all its tries share."""

    address: str
    form: list[tuple[str, str]]
    tries: int = 0
    once: str = field(default_factory=lambda: secrets.token_hex(16))
    as_json: bool = False


@dataclass(frozen=True)
class Step:
    """One status a message will take."""

    sid: str
    status: str
    error_code: int | None = None


@dataclass
class Agenda:
    """Two queues in the order of time; what was put in first comes out first."""

    _steps: list[tuple[datetime, int, Step]] = field(default_factory=list)
    _callbacks: list[tuple[datetime, int, Callback]] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def put(self, at: datetime, item: Step | Callback) -> None:
        """Let something happen at a time."""
        if isinstance(item, Step):
            heapq.heappush(self._steps, (at, next(self._numbers), item))
        else:
            heapq.heappush(self._callbacks, (at, next(self._numbers), item))

    def steps(self, at: datetime) -> Iterator[tuple[datetime, Step]]:
        """Take out the steps due by a time, each with its own."""
        while self._steps and self._steps[0][0] <= at:
            when, _, step = heapq.heappop(self._steps)
            yield when, step

    def callbacks(self, at: datetime) -> Iterator[Callback]:
        """Take out the callbacks due by a time."""
        while self._callbacks and self._callbacks[0][0] <= at:
            yield heapq.heappop(self._callbacks)[2]

    def next_at(self) -> datetime | None:
        """Return when something is next due."""
        return min((queue[0][0] for queue in (self._steps, self._callbacks) if queue), default=None)
