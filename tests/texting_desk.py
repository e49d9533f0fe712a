"""The texting desk, on both databases; whatever a test did, every call to Twilio in it is checked afterwards."""

from collections.abc import Iterator

import pytest
from builders import FrozenClock
from texting import Desk, check_every_call, new_client, running_emulator

from crypto.keyring import KeyPaths
from crypto.root import KeyFileRoot
from crypto.sealing import SealingKey
from crypto.unsealing import UnsealingKeys
from outreach.records.engine import Vault
from outreach.records.spool import Spool, SpoolDrain
from twilio_emulator.server import Server


@pytest.fixture
def emulator(clock: FrozenClock) -> Iterator[Server]:
    """The emulator on a socket of its own, without its courier: tests deliver callbacks by hand."""
    with running_emulator(clock) as server:
        yield server


@pytest.fixture(scope="session")
def deposit_keys(key_paths: KeyPaths) -> tuple[SealingKey, UnsealingKeys]:
    root = KeyFileRoot(key_paths.keys.parent / "root.key")
    return SealingKey.load(key_paths.sealing), UnsealingKeys.load(key_paths.unsealing, root)


@pytest.fixture
def desk(
    vault: Vault,
    emulator: Server,
    spool: Spool,
    drain: SpoolDrain,
    deposit_keys: tuple[SealingKey, UnsealingKeys],
    clock: FrozenClock,
) -> Iterator[Desk]:
    client = new_client(emulator)
    yield Desk(vault, emulator, client, spool, drain, deposit_keys, clock)
    client.close()
    check_every_call(emulator.app)
