"""Builders of fictional records, with defaults that suit most tests; pass only what the test is about."""

from datetime import UTC, datetime, timedelta

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
"""A Friday, ten in the morning in High Point."""


class FrozenClock:
    """A clock that stands still until told."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        """Return the frozen time."""
        return self._at

    def advance(self, by: timedelta) -> None:
        """Move on."""
        self._at += by
