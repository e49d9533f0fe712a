"""A throw-away deployment's keys, made anew for each test that asks."""

from pathlib import Path

import pytest

from crypto.keyring import KeyPaths, Keyring, create_keys
from crypto.root import KeyFileRoot, create_root_key


@pytest.fixture
def paths(tmp_path: Path) -> KeyPaths:
    home = tmp_path / "home"
    return KeyPaths(
        keys=home / "vault/keys.json",
        epoch_a=home / "epoch/a.key",
        epoch_b=home / "epoch/b.key",
        unsealing=home / "ingest/unsealing.json",
        sealing=home / "public/sealing.json",
    )


@pytest.fixture
def root_file(tmp_path: Path) -> Path:
    create_root_key(tmp_path / "root.key")
    return tmp_path / "root.key"


@pytest.fixture
def root(root_file: Path) -> KeyFileRoot:
    return KeyFileRoot(root_file)


@pytest.fixture
def keyring(paths: KeyPaths, root: KeyFileRoot) -> Keyring:
    create_keys(paths, root)
    return Keyring.load(paths, root)
