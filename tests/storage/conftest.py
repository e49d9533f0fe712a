"""A vault with its agencies and their spool, for every test here that needs no more."""

import pytest
from agency_world import World

from crypto.keyring import KeyPaths
from outreach.records.engine import Vault
from outreach.records.spool import Spool, SpoolDrain


@pytest.fixture
def world(vault: Vault, spool: Spool, drain: SpoolDrain, key_paths: KeyPaths) -> World:
    return World(vault, spool, drain, key_paths)
