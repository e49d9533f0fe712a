"""What goes into a box, and how much its length tells."""

import datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.boxes import MAX_RECORD, CaseKey, Place, mark
from crypto.errors import CannotDecrypt
from crypto.padding import padded_length

HERE = Place(2, UUID(int=7))
OVERHEAD = 32

fields = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.req("68")
@given(st.lists(fields, max_size=6), st.sampled_from([128, 256]))
def test_any_record_comes_back_as_it_was(record: list[object], block: int) -> None:
    key = CaseKey.generate(block=block)

    assert key.open(key.seal(record, at=HERE), at=HERE) == record


def check_one_length(key: CaseKey) -> None:
    sizes = {len(key.seal(["x" * length], at=HERE)) for length in range(key.block - 4)}
    assert sizes == {OVERHEAD + key.block}


@pytest.mark.req("68")
@pytest.mark.parametrize("block", [128, 256])
def test_records_of_about_the_same_length_give_boxes_of_one_length(block: int) -> None:
    check_one_length(CaseKey.generate(block=block))


@pytest.mark.req("68")
def test_planted_box_without_padding_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crypto.boxes.padded_length", lambda length, block: length)
    with pytest.raises(AssertionError):
        check_one_length(CaseKey.generate(block=128))


@given(st.integers(0, 2**40), st.sampled_from([128, 256]))
def test_padding_never_shortens_and_costs_at_most_a_block_or_an_eighth(length: int, block: int) -> None:
    padded = padded_length(length, block)

    assert padded >= max(1, length)
    assert padded - length <= max(block, length // 8)
    assert padded_length(padded, block) == padded


@pytest.mark.parametrize(
    ("length", "padded"), [(0, 256), (1, 256), (256, 256), (257, 512), (4096, 4096), (4097, 4352), (9000, 9216)]
)
def test_padding_is_in_blocks_to_4_kib_and_padme_above(length: int, padded: int) -> None:
    assert padded_length(length, 256) == padded


@pytest.mark.req("C-3")
def test_a_box_of_bytes_does_not_open_as_a_record() -> None:
    key = CaseKey.generate(block=128)

    with pytest.raises(CannotDecrypt) as refusal:
        key.open(key.seal_bytes(b"her words", at=HERE), at=HERE)
    assert refusal.value.__context__ is None


@pytest.mark.req("C-3")
@pytest.mark.parametrize(
    "plain", [b'["her"] words', b'["her"]["words"]', b'["her"]\0', b'{"her": 1}', b'["her', b"", b"\xff"]
)
def test_what_is_not_one_record_does_not_open_as_one_and_is_not_quoted(plain: bytes) -> None:
    key = CaseKey.generate(block=128)

    with pytest.raises(CannotDecrypt) as refusal:
        key.open(key._seal(plain.ljust(128), HERE), at=HERE)
    assert refusal.value.__context__ is None


@pytest.mark.parametrize("record", [["\ud800"], [float("nan")], ["x" * MAX_RECORD]])
def test_a_record_that_cannot_be_kept_is_refused_without_quoting_it(record: list[object]) -> None:
    with pytest.raises(ValueError, match=r"record|JSON") as refusal:
        CaseKey.generate(block=128).seal(record, at=HERE)
    assert refusal.value.__context__ is None
    assert "xxx" not in str(refusal.value)


def test_a_value_json_has_no_form_for_is_refused() -> None:
    with pytest.raises(TypeError):
        CaseKey.generate(block=128).seal([datetime.date(2026, 11, 20)], at=HERE)


@pytest.mark.parametrize("generation", [0, 65536])
def test_a_generation_outside_two_bytes_is_refused(generation: int) -> None:
    with pytest.raises(ValueError, match="generation"):
        CaseKey.generate(generation, block=128)


def test_a_mark_tells_box_row_generation_and_tag() -> None:
    box = CaseKey.generate(3, block=128).seal(["x"], at=HERE)

    assert mark(box, at=HERE) == b"\x00\x02" + HERE.row.bytes + b"\x00\x03" + box[-16:]
    assert int.from_bytes(box[2:4]) == 3


@pytest.mark.parametrize("size", [0, 1, 251, 252, 253, 4096, 100_000])
def test_a_document_comes_back_byte_for_byte(size: int) -> None:
    key = CaseKey.generate(block=256)

    assert key.open_bytes(key.seal_bytes(bytes(size), at=HERE), at=HERE) == bytes(size)
