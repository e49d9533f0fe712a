"""The working core: what was sealed before a restart opens after it."""

from uuid import UUID, uuid4

import pytest

from crypto.boxes import CaseKey, Place
from crypto.keyring import BLOCKS, KeyPaths, Keyring
from crypto.root import KeyFileRoot

HERE = Place(2, UUID(int=7))


@pytest.mark.req("68")
@pytest.mark.parametrize("key_class", BLOCKS)
def test_a_stored_case_key_opens_after_a_restart_what_it_sealed_before(
    keyring: Keyring, paths: KeyPaths, root: KeyFileRoot, key_class: str
) -> None:
    owner = uuid4()
    key = CaseKey.generate(block=BLOCKS[key_class])
    box = key.seal(["Ana Núñez", None, 3, True, ["a"]], at=HERE)
    stored = keyring.wrap_case_key(key, key_class=key_class, owner=owner)

    again = Keyring.load(paths, root).unwrap_case_key(stored, key_class=key_class, owner=owner)

    assert again.open(box, at=HERE) == ["Ana Núñez", None, 3, True, ["a"]]
    assert again.block == BLOCKS[key_class]


def test_the_file_key_is_256_bits_of_hexadecimal(keyring: Keyring) -> None:
    assert len(bytes.fromhex(keyring.file_key_hex)) == 32
