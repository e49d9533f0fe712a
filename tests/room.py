"""Where the tests keep their files: in memory where there is room, since each test makes a vault and waits for it."""

import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - each test makes folders of its own there
ENOUGH_BYTES = 4 * 1024**3


def roomiest() -> str:
    """Return a folder in memory, or else the ordinary one for what is temporary. No test here pulls the plug."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ENOUGH_BYTES:
        return str(MEMORY)
    return tempfile.gettempdir()
