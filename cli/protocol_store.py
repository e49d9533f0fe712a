"""The protocols in force, from the vault: the files of config/protocols are current until people make others so."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from cli.protocols import read_protocols

if TYPE_CHECKING:
    from outreach.records.engine import Vault


def install_protocols(vault: "Vault", *, now: datetime) -> None:
    """
    Make the files of config/protocols current in jurisdictions that have no protocol yet.

    Raises:
        Mendable: a file is not a protocol; the text lists every fault.
    """
    from outreach.protocols.changes import install

    texts = read_protocols()
    with vault.writing() as session:
        install(session, texts, now=now)


def protocols_in_force(vault: "Vault") -> dict[str, str]:
    """Return the text of every current protocol, by jurisdiction."""
    from outreach.protocols.versions import current_texts

    with vault.reading() as session:
        return current_texts(session)


class Places:
    """Which places had a protocol at the last look: what waits for one is tried again as soon as there is one."""

    def __init__(self, protocols: Mapping[str, str]) -> None:
        """Begin with those in force."""
        self._known = frozenset(protocols)

    def are_more(self, protocols: Mapping[str, str]) -> bool:
        """Say whether a place has its first protocol since the last look."""
        before, self._known = self._known, frozenset(protocols)
        return not self._known <= before
