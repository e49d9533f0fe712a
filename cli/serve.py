"""`wayside serve`: run one web app under granian, as one process."""

import logging
import os

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

PORTS = {"intake": 8101, "callbacks": 8102, "portal": 8104}
THREADS = {"intake": 16, "callbacks": 8, "portal": 8}
"""Threads for requests. Intake's wait for the commit most of the time, and then need no processor."""


class Intended(logging.Filter):
    """Keeps back the server's remark that THREADS are many for this machine: they wait, as is said there."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything else through."""
        return "Python threads" not in record.getMessage()


@click.command()
@click.argument("app", type=click.Choice(list(PORTS)))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on; each app has its own default.")
def serve(app: str, host: str, port: int | None) -> None:
    """Serve one web app until stopped."""
    import wsgi

    wsgi.check(app)  # Say what is wrong here, in one line, and not from inside a server's worker.
    os.environ["PYTHONSAFEPATH"] = "1"
    server = Granian(
        f"wsgi:{app}",
        factory=True,
        interface=Interfaces.WSGI,
        address=host,
        port=port or PORTS[app],
        workers=1,
        websockets=False,
        blocking_threads=THREADS[app],
        log_access=False,
        log_level=LogLevels.warning,
    )
    logging.getLogger("_granian").addFilter(Intended())
    server.serve()
