"""The working core: a deployment's keys are made, loaded, and open what they sealed."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from crypto.boxes import CaseKey, Place, mark
from crypto.errors import CannotDecrypt, KeyNotHeld
from crypto.keyring import BLOCKS, KeyPaths, Keyring, create_keys
from crypto.root import KeyFileRoot, create_root_key
from crypto.sealing import SealingKey
from crypto.unsealing import UnsealingKeys

HERE = Place(2, UUID(int=7))


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
def root(tmp_path: Path) -> KeyFileRoot:
    create_root_key(tmp_path / "root.key")
    return KeyFileRoot(tmp_path / "root.key")


@pytest.fixture
def keyring(paths: KeyPaths, root: KeyFileRoot) -> Keyring:
    create_keys(paths, root)
    return Keyring.load(paths, root)


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


@pytest.mark.req("68")
def test_a_case_key_does_not_unwrap_for_another_owner_class_or_generation(keyring: Keyring) -> None:
    owner = uuid4()
    stored = keyring.wrap_case_key(CaseKey.generate(block=128), key_class="contact", owner=owner)

    for wrong in (
        lambda: keyring.unwrap_case_key(stored, key_class="contact", owner=uuid4()),
        lambda: keyring.unwrap_case_key(stored, key_class="thread", owner=owner),
        lambda: keyring.unwrap_case_key(stored._replace(generation=2), key_class="contact", owner=owner),
        lambda: keyring.unwrap_case_key(stored._replace(commitment=bytes(32)), key_class="contact", owner=owner),
    ):
        with pytest.raises(CannotDecrypt):
            wrong()


@pytest.mark.req("68")
def test_a_process_holds_only_the_classes_it_asked_for(keyring: Keyring, paths: KeyPaths, root: KeyFileRoot) -> None:
    owner = uuid4()
    stored = keyring.wrap_case_key(CaseKey.generate(block=256), key_class="narrative", owner=owner)
    narrow = Keyring.load(paths, root, classes={"contact", "file"})

    assert narrow.file_key_hex == keyring.file_key_hex
    assert len(bytes.fromhex(narrow.file_key_hex)) == 32
    with pytest.raises(KeyNotHeld):
        narrow.unwrap_case_key(stored, key_class="narrative", owner=owner)
    with pytest.raises(KeyNotHeld):
        narrow.phone_token("+13365550199")
    with pytest.raises(KeyNotHeld):
        narrow.audit_mac(b"entry")
    with pytest.raises(KeyNotHeld):
        _ = Keyring.load(paths, root, classes={"contact"}).file_key_hex


@pytest.mark.req("68")
def test_a_document_comes_back_byte_for_byte() -> None:
    key = CaseKey.generate(block=256)
    for size in (0, 1, 251, 252, 253, 4096, 100_000):
        document = bytes(size)
        assert key.open_bytes(key.seal_bytes(document, at=HERE), at=HERE) == document


@pytest.mark.req("68")
def test_a_deposit_opens_for_its_own_purpose_and_id_only(paths: KeyPaths, root: KeyFileRoot, keyring: Keyring) -> None:
    deposit = uuid4()
    sealing, unsealing = SealingKey.load(paths.sealing), UnsealingKeys.load(paths.unsealing, root)
    sealed = sealing.seal(b'{"kind": "removed"}', purpose="level-event", deposit=deposit)

    assert unsealing.unseal(sealed, purpose="level-event", deposit=deposit) == b'{"kind": "removed"}'
    with pytest.raises(CannotDecrypt):
        unsealing.unseal(sealed, purpose="callback", deposit=deposit)
    with pytest.raises(CannotDecrypt):
        unsealing.unseal(sealed, purpose="level-event", deposit=uuid4())


def test_a_mark_tells_box_row_generation_and_tag() -> None:
    box = CaseKey.generate(3, block=128).seal(["x"], at=HERE)

    assert mark(box, at=HERE) == b"\x00\x02" + HERE.row.bytes + b"\x00\x03" + box[-16:]
