"""
Serve intake for a measurement, as `wayside serve intake` does; or the same handler without the commit.

Run as a program: `python -m cli.bench.intake_server PORT kept|dropped`, with WAYSIDE_HOME set.
"""

import sys
from datetime import datetime
from typing import Any
from uuid import UUID

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from cli.serve import THREADS


class DroppingSpool:
    """Takes a deposit and forgets it: everything intake does but the commit."""

    def insert(self, id: UUID, received_at: datetime, sealed: bytes) -> None:
        """Forget."""


def load(kind: str) -> Any:
    """Build the application."""
    import wsgi

    if kind == "kept":
        return wsgi.intake()
    from cli.opening import now
    from config.settings import IntakeSettings
    from config.settings import load as load_settings
    from portal.intake import IntakeParts, create_app

    home = load_settings(IntakeSettings).place
    return create_app(IntakeParts(DroppingSpool(), home.agencies, home.sealing, now))


def main() -> None:
    """Serve until killed."""
    port, kind = int(sys.argv[1]), sys.argv[2]
    server = Granian(
        "wsgi:intake",
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS["intake"],
        log_level=LogLevels.error,
    )
    server.serve(target_loader=lambda *_, **__: load(kind))


if __name__ == "__main__":
    main()
