"""Key files: made once, for their owner only; a bad one stops the program and says what, where and how to mend."""

import errno
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from crypto.errors import KeyFileError
from crypto.keyring import KeyPaths, Keyring, create_keys
from crypto.keystore import epoch_faults
from crypto.root import KeyFileRoot, create_root_key, read_root_key, write_root_key
from crypto.sealing import SealingKey
from crypto.unsealing import UnsealingKeys


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def check_modes(paths: KeyPaths, root_file: Path) -> None:
    private = [root_file, paths.keys, paths.epoch_a, paths.epoch_b, paths.unsealing]
    assert {mode_of(path) for path in private} == {0o600}
    assert {mode_of(path.parent) for path in private[1:]} == {0o700}


def test_private_key_files_are_for_their_owner_only(paths: KeyPaths, root_file: Path, keyring: Keyring) -> None:
    check_modes(paths, root_file)
    assert mode_of(paths.sealing) == 0o644


def test_planted_key_file_readable_by_the_group_is_caught(paths: KeyPaths, root_file: Path, keyring: Keyring) -> None:
    paths.epoch_b.chmod(0o640)
    with pytest.raises(AssertionError):
        check_modes(paths, root_file)


@pytest.mark.req("W-1b")
def test_wrapped_keys_may_be_read_by_a_group_and_by_nobody_else(
    paths: KeyPaths, root_file: Path, keyring: Keyring
) -> None:
    for path in (paths.keys, paths.epoch_a, paths.epoch_b):
        path.chmod(0o640)
    assert Keyring.load(paths, KeyFileRoot(root_file)).file_key_hex == keyring.file_key_hex
    for mode in (0o644, 0o660, 0o604):
        paths.keys.chmod(mode)
        with pytest.raises(KeyFileError, match="chmod 640"):
            Keyring.load(paths, KeyFileRoot(root_file))


@pytest.mark.req("W-1b")
def test_unsealing_keys_are_for_one_account_alone(paths: KeyPaths, root_file: Path, keyring: Keyring) -> None:
    paths.unsealing.chmod(0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        UnsealingKeys.load(paths.unsealing, KeyFileRoot(root_file))


def test_no_key_lies_in_a_file_unwrapped(paths: KeyPaths, root_file: Path, keyring: Keyring) -> None:
    root_key = read_root_key(root_file)
    for path in paths:
        content = path.read_bytes()
        assert root_key not in content
        assert root_key.hex().encode() not in content
        assert keyring.file_key_hex.encode() not in content


@pytest.mark.parametrize(
    ("spoil", "what", "mend"),
    [
        (lambda path: path.unlink(), "not there", "Check the path"),
        (lambda path: path.chmod(0o644), "read by other accounts (mode 0644)", "chmod 600"),
        (lambda path: path.chmod(0o640), "read by other accounts (mode 0640)", "chmod 600"),
        (lambda path: path.write_bytes(b"ab" * 16 + b"\n"), "33 bytes long", "recovery kit"),
        (lambda path: path.write_bytes(b""), "0 bytes long", "recovery kit"),
        (lambda path: path.write_bytes(b"z" * 64), "not hexadecimal", "recovery kit"),
        (lambda path: (path.unlink(), path.mkdir()), "cannot be read", "Check the path"),
    ],
)
def test_a_bad_root_key_file_is_refused_with_what_where_and_how_to_mend(
    root_file: Path, spoil: Callable[[Path], object], what: str, mend: str
) -> None:
    spoil(root_file)

    with pytest.raises(KeyFileError) as refusal:
        KeyFileRoot(root_file)

    message = str(refusal.value)
    assert str(root_file) in message
    assert what in message
    assert mend in message


@pytest.mark.parametrize("name", ["keys", "unsealing"])
@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lambda path: path.unlink(), "not there"),
        (lambda path: path.chmod(0o604), "read by other accounts"),
        (lambda path: path.write_bytes(b"{"), "damaged"),
        (lambda path: path.write_bytes(b'{"format": 1}'), "damaged"),
        (lambda path: path.write_bytes(b'{"format": 2}'), "another format"),
        (lambda path: path.write_bytes(b'{"format": 1, "keys": [{"id": 3}]}'), "damaged"),
    ],
)
def test_a_bad_wrapped_key_file_is_refused_with_its_name(
    paths: KeyPaths, root: KeyFileRoot, keyring: Keyring, name: str, spoil: Callable[[Path], object], what: str
) -> None:
    path: Path = getattr(paths, name)
    spoil(path)

    with pytest.raises(KeyFileError, match=what) as refusal:
        Keyring.load(paths, root) if name == "keys" else UnsealingKeys.load(path, root)
    assert str(path) in str(refusal.value)


def test_the_keys_of_another_root_key_are_refused_with_the_likely_mistake(
    paths: KeyPaths, keyring: Keyring, tmp_path: Path
) -> None:
    create_root_key(tmp_path / "other.key")
    other = KeyFileRoot(tmp_path / "other.key")

    with pytest.raises(KeyFileError, match="root key"):
        Keyring.load(paths, other)
    with pytest.raises(KeyFileError, match="root key"):
        Keyring.load(paths, other, classes={"file"})
    with pytest.raises(KeyFileError, match="root key"):
        UnsealingKeys.load(paths.unsealing, other)


@pytest.mark.parametrize("lost", ["epoch_a", "epoch_b"])
def test_one_copy_of_the_epoch_key_is_enough_and_the_loss_is_told(
    paths: KeyPaths, root: KeyFileRoot, keyring: Keyring, lost: str
) -> None:
    path: Path = getattr(paths, lost)
    assert epoch_faults(paths, root) == []
    path.write_bytes(b"damaged")

    assert Keyring.load(paths, root).file_key_hex == keyring.file_key_hex
    assert Keyring.load(paths, root).audit_mac(b"x") == keyring.audit_mac(b"x")
    faults = epoch_faults(paths, root)
    assert len(faults) == 1
    assert str(path) in faults[0]


def test_both_copies_lost_stops_the_program_and_names_both(
    paths: KeyPaths, root: KeyFileRoot, keyring: Keyring
) -> None:
    paths.epoch_a.unlink()
    paths.epoch_b.chmod(0o644)

    with pytest.raises(KeyFileError) as refusal:
        Keyring.load(paths, root)
    assert str(paths.epoch_a) in str(refusal.value)
    assert str(paths.epoch_b) in str(refusal.value)


def test_a_copy_of_another_epoch_is_never_tried(paths: KeyPaths, root: KeyFileRoot, keyring: Keyring) -> None:
    fields = json.loads(paths.epoch_a.read_bytes())
    paths.epoch_a.write_text(json.dumps(fields | {"id": "epoch-000000000000"}))

    assert Keyring.load(paths, root).audit_mac(b"x") == keyring.audit_mac(b"x")
    assert "another epoch" in epoch_faults(paths, root)[0]


def test_an_organisation_key_moved_to_another_class_is_refused(
    paths: KeyPaths, root: KeyFileRoot, keyring: Keyring
) -> None:
    fields = json.loads(paths.keys.read_bytes())
    first, second = fields["keys"][0], fields["keys"][1]
    first["class"], second["class"] = second["class"], first["class"]
    paths.keys.write_text(json.dumps(fields))

    with pytest.raises(KeyFileError, match="do not open"):
        Keyring.load(paths, root)


def test_keys_are_never_overwritten(paths: KeyPaths, root_file: Path, root: KeyFileRoot, keyring: Keyring) -> None:
    before = {path: path.read_bytes() for path in paths}

    with pytest.raises(KeyFileError, match="never overwritten"):
        create_keys(paths, root)
    with pytest.raises(KeyFileError, match="never overwritten"):
        create_root_key(root_file)
    assert {path: path.read_bytes() for path in paths} == before


def test_a_full_disk_leaves_no_half_key_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as while_full:
        while_full.setattr("os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            create_root_key(tmp_path / "root.key")
    assert list(tmp_path.iterdir()) == []

    create_root_key(tmp_path / "root.key")
    assert len(read_root_key(tmp_path / "root.key")) == 32


def test_a_root_key_from_the_recovery_kit_opens_the_same_keys(
    paths: KeyPaths, root_file: Path, keyring: Keyring, tmp_path: Path
) -> None:
    write_root_key(tmp_path / "again.key", read_root_key(root_file))

    again = Keyring.load(paths, KeyFileRoot(tmp_path / "again.key"))

    assert again.file_key_hex == keyring.file_key_hex


@pytest.mark.parametrize(
    "content", [b"{", b'{"format": 1}', b'{"format": 1, "current": "x", "keys": []}', b'{"format": 1, "current": 1}']
)
def test_a_damaged_sealing_key_is_refused_with_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sealing.json"
    path.write_bytes(content)
    with pytest.raises(KeyFileError, match="sealing.json"):
        SealingKey.load(path)


def test_a_missing_sealing_key_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="sealing.json"):
        SealingKey.load(tmp_path / "sealing.json")
