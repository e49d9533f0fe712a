"""
Serve intake from a fresh process under the real server, logging everything, and say which modules it has loaded.

Run as a program: `probe.py PORT MODULES_FILE [PLANTED_IMPORT…]`. Nothing but the command and the server is imported
before the application is, so that the list is that of `wayside serve intake`.
"""

import importlib
import logging
import sys
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces

import cli.faults
import cli.main
import cli.serve  # noqa: F401 - what the command has loaded when it starts the server


def probed(*_, **__):
    """Build intake as it is deployed; after each answer, write the list of modules."""
    port, modules_file, *planted = sys.argv[1:]
    import wsgi

    application = wsgi.intake()
    for name in planted:
        importlib.import_module(name)
    logging.basicConfig(level=logging.DEBUG, stream=sys.stdout, force=True)

    def probe(environ, start_response):
        answer = application(environ, start_response)
        Path(modules_file).write_text("\n".join(sorted(sys.modules)))
        return answer

    return probe


if __name__ == "__main__":
    server = Granian(
        "wsgi:intake", port=int(sys.argv[1]), interface=Interfaces.WSGI, blocking_threads=4, log_level="debug"
    )
    server.serve(target_loader=probed)
