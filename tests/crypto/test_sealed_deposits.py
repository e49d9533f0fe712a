"""Deposits: sealed by who holds no secret, opened by the worker alone, for one purpose and id."""

from collections.abc import Callable
from uuid import UUID

import pytest

from crypto.errors import CannotDecrypt
from crypto.keyring import KeyPaths, Keyring
from crypto.root import KeyFileRoot
from crypto.sealing import MAX_DEPOSIT, SealingKey
from crypto.unsealing import UnsealingKeys, create_key_pair

DEPOSIT = UUID(int=21)
BODY = b'{"kind": "removed"}'


@pytest.fixture
def sealing(paths: KeyPaths, keyring: Keyring) -> SealingKey:
    return SealingKey.load(paths.sealing)


@pytest.fixture
def unsealing(paths: KeyPaths, root: KeyFileRoot, keyring: Keyring) -> UnsealingKeys:
    return UnsealingKeys.load(paths.unsealing, root)


def check_place(sealing: SealingKey, unsealing: UnsealingKeys) -> None:
    sealed = sealing.seal(BODY, purpose="level-event", deposit=DEPOSIT)
    assert unsealing.unseal(sealed, purpose="level-event", deposit=DEPOSIT) == BODY
    with pytest.raises(CannotDecrypt):
        unsealing.unseal(sealed, purpose="callback", deposit=DEPOSIT)
    with pytest.raises(CannotDecrypt):
        unsealing.unseal(sealed, purpose="level-event", deposit=UUID(int=22))


@pytest.mark.req("C-3")
def test_a_deposit_opens_for_its_own_purpose_and_id_only(sealing: SealingKey, unsealing: UnsealingKeys) -> None:
    check_place(sealing, unsealing)


@pytest.mark.req("C-3")
@pytest.mark.parametrize(
    "info",
    [
        lambda header, purpose, deposit: header + deposit.bytes,
        lambda header, purpose, deposit: header + purpose.encode(),
    ],
    ids=["purpose left out", "deposit id left out"],
)
def test_planted_info_with_a_part_left_out_is_caught(
    sealing: SealingKey, unsealing: UnsealingKeys, monkeypatch: pytest.MonkeyPatch, info: Callable[..., bytes]
) -> None:
    monkeypatch.setattr("crypto.sealing.info_of", info)
    monkeypatch.setattr("crypto.unsealing.info_of", info)
    with pytest.raises(pytest.fail.Exception):
        check_place(sealing, unsealing)


@pytest.mark.req("C-3")
def test_a_deposit_with_any_bit_flipped_is_refused(sealing: SealingKey, unsealing: UnsealingKeys) -> None:
    sealed = sealing.seal(BODY, purpose="level-event", deposit=DEPOSIT)
    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CannotDecrypt):
            unsealing.unseal(bytes(changed), purpose="level-event", deposit=DEPOSIT)


@pytest.mark.req("C-3")
def test_a_shortened_or_foreign_deposit_is_refused(sealing: SealingKey, unsealing: UnsealingKeys) -> None:
    sealed = sealing.seal(BODY, purpose="level-event", deposit=DEPOSIT)
    for changed in (b"", sealed[:9], sealed[:10], sealed[:11], sealed[:1130], sealed[:-1], sealed + b"\0"):
        with pytest.raises(CannotDecrypt):
            unsealing.unseal(changed, purpose="level-event", deposit=DEPOSIT)


@pytest.mark.req("C-3")
def test_a_deposit_sealed_to_another_deployment_is_refused(
    unsealing: UnsealingKeys, root: KeyFileRoot, tmp_path_factory: pytest.TempPathFactory
) -> None:

    folder = tmp_path_factory.mktemp("elsewhere")
    create_key_pair(folder / "unsealing.json", folder / "sealing.json", root)
    sealed = SealingKey.load(folder / "sealing.json").seal(BODY, purpose="level-event", deposit=DEPOSIT)

    with pytest.raises(CannotDecrypt):
        unsealing.unseal(sealed, purpose="level-event", deposit=DEPOSIT)


def check_lengths(sealing: SealingKey) -> None:
    sizes = {len(sealing.seal(bytes(n), purpose="p", deposit=DEPOSIT)) for n in (0, 1, 300, 700, 1020)}
    assert len(sizes) == 1


@pytest.mark.req("68")
def test_deposits_tell_their_length_in_whole_kib_only(sealing: SealingKey) -> None:
    check_lengths(sealing)


@pytest.mark.req("68")
def test_planted_deposit_without_padding_is_caught(sealing: SealingKey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crypto.sealing.BLOCK", 1)
    with pytest.raises(AssertionError):
        check_lengths(sealing)


def test_a_deposit_beyond_any_honest_size_is_refused(sealing: SealingKey) -> None:
    with pytest.raises(ValueError, match="1 MiB"):
        sealing.seal(bytes(MAX_DEPOSIT + 1), purpose="level-event", deposit=DEPOSIT)
