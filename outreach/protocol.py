"""Protocol files: what is due at each level in one jurisdiction. Pure: text in, a Protocol or every fault out."""

from hashlib import sha256
from typing import NamedTuple


class Fault(NamedTuple):
    """One thing wrong in a protocol file."""

    path: str
    """Where, as a TOML path such as levels.B.steps[1].due."""
    wrong: str
    mend: str


class ProtocolError(ValueError):
    """A protocol file that can not be used; lists every fault at once."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(f"{fault.path}: {fault.wrong}. {fault.mend}" for fault in faults))


def digest(text: str) -> str:
    """Return the SHA-256 of a protocol file's text in hexadecimal; cases keep it."""
    return sha256(text.encode()).hexdigest()
