"""The emulator's clock: it runs by itself, stands still, or is moved by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock


def real_time() -> datetime:
    """Return the time now."""
    return datetime.now(UTC)


class Clock:
    """A clock that tests can freeze and move, so that they need not wait. It never goes back."""

    def __init__(self, real: Callable[[], datetime] = real_time) -> None:
        self._real, self._ahead, self._frozen_at = real, timedelta(0), None
        self._lock = Lock()

    _frozen_at: datetime | None

    def __call__(self) -> datetime:
        """Return the time now."""
        with self._lock:
            return self._now()

    def _now(self) -> datetime:
        return self._frozen_at or self._real() + self._ahead

    @property
    def is_frozen(self) -> bool:
        """Whether it stands still."""
        return self._frozen_at is not None

    def freeze(self, at: datetime | None = None) -> None:
        """Stand still, now or at a later time; ValueError for an earlier one."""
        with self._lock:
            now = self._now()
            if at is not None and (at.tzinfo is None or at < now):
                raise ValueError("the clock is frozen now or at a later time, with its zone")
            self._frozen_at = at or now

    def advance(self, by: timedelta) -> None:
        """Move on, running or frozen."""
        if by < timedelta(0):
            raise ValueError("the clock never goes back")
        with self._lock:
            if self._frozen_at is not None:
                self._frozen_at += by
            else:
                self._ahead += by

    def run(self) -> None:
        """Run on from where it stands."""
        with self._lock:
            if self._frozen_at is not None:
                self._ahead, self._frozen_at = max(self._frozen_at - self._real(), timedelta(0)), None
