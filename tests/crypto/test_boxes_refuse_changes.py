"""C-3: a box opens at its own place, under its own key, unchanged, and never otherwise."""

from collections.abc import Callable
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto.boxes import CaseKey, Place
from crypto.errors import CannotDecrypt

pytestmark = pytest.mark.req("C-3")

HERE = Place(2, UUID(int=7))
RECORD = ["Ana Núñez", "+13365550199", None]
KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))


def opens(key: CaseKey, box: bytes, at: Place = HERE) -> bool:
    try:
        key.open(box, at=at)
    except CannotDecrypt:
        return False
    return True


def check_bit_flips(make: Callable[..., CaseKey]) -> None:
    key = make(KEY, generation=1, block=128)
    box = key.seal(RECORD, at=HERE)
    for bit in range(len(box) * 8):
        changed = bytearray(box)
        changed[bit // 8] ^= 1 << bit % 8
        assert not opens(key, bytes(changed)), f"opened with bit {bit} flipped"


def check_lengths(make: Callable[..., CaseKey]) -> None:
    key = make(KEY, generation=1, block=128)
    box = key.seal(RECORD, at=HERE)
    for length in range(len(box)):
        assert not opens(key, box[:length])
    for extra in (b"\0", b" ", bytes(16)):
        assert not opens(key, box + extra)


def check_swaps(make: Callable[..., CaseKey]) -> None:
    """Move a box to another row, another number, another case and another generation."""
    key = make(KEY, generation=1, block=128)
    box = key.seal(RECORD, at=HERE)
    assert opens(key, box)
    assert not opens(key, box, HERE._replace(row=UUID(int=8)))
    assert not opens(key, box, HERE._replace(box=3))
    assert not opens(make(OTHER_KEY, generation=1, block=128), box)
    assert not opens(make(KEY, generation=2, block=128), box)
    raised = box[:2] + (2).to_bytes(2) + box[4:]
    assert not opens(make(KEY, generation=2, block=128), raised)


CHECKS = (check_bit_flips, check_lengths, check_swaps)


@pytest.mark.parametrize("check", CHECKS)
def test_a_changed_or_moved_box_is_refused(check: Callable[..., None]) -> None:
    check(CaseKey)


def test_every_refusal_says_the_same_nothing() -> None:
    key = CaseKey(KEY, generation=1, block=128)
    box = key.seal(RECORD, at=HERE)
    for wrong in (b"", box[:-1], b"\2" + box[1:], box[:-1] + bytes([box[-1] ^ 1])):
        with pytest.raises(CannotDecrypt) as refusal:
            key.open(wrong, at=HERE)
        assert str(refusal.value) == ""
        assert refusal.value.__cause__ is None


def test_two_boxes_of_one_record_differ_everywhere_it_counts() -> None:
    key = CaseKey(KEY, generation=1, block=128)
    first, second = key.seal(RECORD, at=HERE), key.seal(RECORD, at=HERE)

    assert first[4:16] != second[4:16]
    assert first[16:] != second[16:]


class Twin(CaseKey):
    """A broken twin: its associated data is whatever `aad` returns of header, box number and row."""

    __slots__ = ()
    aad: Callable[[bytes, bytes, bytes], bytes]
    looks_at_header: bool

    def _seal(self, plain: bytes, at: Place) -> bytes:
        sealed = super()._seal(b"", at)
        header = sealed[:16]
        return header + AESGCM(self._key).encrypt(header[4:], plain, self._aad(header, at))

    def _open(self, box: bytes, at: Place) -> bytes:
        header = box[:16]
        if len(box) < 32 or (self.looks_at_header and not self._is_ours(header)):
            raise CannotDecrypt
        try:
            return AESGCM(self._key).decrypt(header[4:], box[16:], self._aad(header, at))
        except InvalidTag:
            raise CannotDecrypt from None

    def _aad(self, header: bytes, at: Place) -> bytes:
        return type(self).aad(header, at.box.to_bytes(2), at.row.bytes)


def a_twin(aad: Callable[[bytes, bytes, bytes], bytes], *, looks_at_header: bool = True) -> type[Twin]:
    return type("Twin", (Twin,), {"aad": staticmethod(aad), "looks_at_header": looks_at_header, "__slots__": ()})


def check_everything(make: Callable[..., CaseKey]) -> None:
    for check in CHECKS:
        check(make)


def test_the_twins_are_sound_when_nothing_is_left_out() -> None:
    """So that each planted bug below is caught for what it leaves out, not for how the twin is built."""
    check_everything(a_twin(lambda header, number, row: header + number + row))


@pytest.mark.parametrize(
    ("left_out", "aad"),
    [
        ("row", lambda header, number, row: header + number),
        ("box number", lambda header, number, row: header + row),
        ("header", lambda header, number, row: number + row),
        ("generation", lambda header, number, row: header[:2] + header[4:] + number + row),
    ],
)
def test_planted_associated_data_with_a_part_left_out_is_caught(left_out: str, aad: Callable[..., bytes]) -> None:
    with pytest.raises(AssertionError):
        check_everything(a_twin(aad))


def test_planted_version_and_suite_neither_looked_at_nor_bound_are_caught() -> None:
    with pytest.raises(AssertionError):
        check_everything(a_twin(lambda header, number, row: header[2:] + number + row, looks_at_header=False))


def test_planted_box_without_a_tag_is_caught() -> None:
    class Tagless(CaseKey):
        """Opens whatever it can read, as a stream cipher without a tag would."""

        __slots__ = ()

        def open(self, box: bytes, *, at: Place) -> list[object]:
            try:
                return super().open(box, at=at)
            except CannotDecrypt:
                return []

    with pytest.raises(AssertionError):
        check_bit_flips(Tagless)
