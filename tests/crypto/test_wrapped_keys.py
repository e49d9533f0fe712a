"""C-3 for keys: a wrapped case key unwraps for its own owner, class and generation, unchanged, and never otherwise."""

from collections.abc import Callable
from uuid import UUID

import pytest

from crypto.boxes import CaseKey, Place
from crypto.errors import CannotDecrypt, KeyNotHeld
from crypto.framing import framed
from crypto.keyring import KeyPaths, Keyring, WrappedKey
from crypto.keystore import ORGANISATION_CLASSES
from crypto.root import KeyFileRoot
from crypto.wrapping import WrappingKey

pytestmark = pytest.mark.req("C-3")

OWNER = UUID(int=11)
CONTEXT = b"context"


def unwraps(key: WrappingKey, wrapped: bytes, commitment: bytes, context: bytes = CONTEXT) -> bool:
    try:
        key.unwrap(wrapped, commitment, context=context)
    except CannotDecrypt:
        return False
    return True


def check_wrapping(make: Callable[[bytes], WrappingKey]) -> None:
    key = make(bytes(range(32)))
    wrapped, commitment = key.wrap(bytes(32), context=CONTEXT)
    assert unwraps(key, wrapped, commitment)
    for bit in range(len(wrapped) * 8):
        changed = bytearray(wrapped)
        changed[bit // 8] ^= 1 << bit % 8
        assert not unwraps(key, bytes(changed), commitment)
    for bit in range(len(commitment) * 8):
        changed = bytearray(commitment)
        changed[bit // 8] ^= 1 << bit % 8
        assert not unwraps(key, wrapped, bytes(changed))
    assert not unwraps(key, wrapped, commitment, b"another context")
    assert not unwraps(make(bytes(range(1, 33))), wrapped, commitment)
    assert not unwraps(key, wrapped, commitment[:16])
    assert not unwraps(key, b"", commitment)
    _, others = key.wrap(b"\1" * 32, context=CONTEXT)
    assert not unwraps(key, wrapped, others), "the commitment of another key was taken"


def test_a_wrapped_key_unwraps_only_unchanged_in_its_context_with_its_commitment() -> None:
    check_wrapping(WrappingKey)


class WithoutCommitmentCheck(WrappingKey):
    __slots__ = ()

    def unwrap(self, wrapped: bytes, commitment: bytes, *, context: bytes) -> bytes:
        key = self._aead.decrypt(wrapped[:12], wrapped[12:], context) if unwraps_alone(self, wrapped, context) else b""
        return super().unwrap(wrapped, self._commitment(key, context), context=context)


def unwraps_alone(key: WrappingKey, wrapped: bytes, context: bytes) -> bool:
    try:
        key._aead.decrypt(wrapped[:12], wrapped[12:], context)
    except Exception:
        return False
    return True


class WithoutContext(WrappingKey):
    __slots__ = ()

    def wrap(self, key: bytes, *, context: bytes) -> tuple[bytes, bytes]:
        return super().wrap(key, context=b"")

    def unwrap(self, wrapped: bytes, commitment: bytes, *, context: bytes) -> bytes:
        return super().unwrap(wrapped, commitment, context=b"")


class CommitsToNothingOfTheKey(WrappingKey):
    __slots__ = ()

    def _commitment(self, key: bytes, context: bytes) -> bytes:
        return super()._commitment(b"", context)


@pytest.mark.parametrize("broken", [WithoutCommitmentCheck, WithoutContext, CommitsToNothingOfTheKey])
def test_planted_wrapping_with_a_check_missing_is_caught(broken: type[WrappingKey]) -> None:
    with pytest.raises(AssertionError):
        check_wrapping(broken)


def check_case_key(keyring: Keyring) -> None:
    stored = keyring.wrap_case_key(CaseKey.generate(block=128), key_class="contact", owner=OWNER)
    keyring.unwrap_case_key(stored, key_class="contact", owner=OWNER)
    wrong: list[tuple[WrappedKey, str, UUID]] = [
        (stored, "contact", UUID(int=12)),
        (stored, "thread", OWNER),
        (stored._replace(generation=2), "contact", OWNER),
        (stored._replace(commitment=bytes(32)), "contact", OWNER),
    ]
    for changed, key_class, owner in wrong:
        with pytest.raises(CannotDecrypt):
            keyring.unwrap_case_key(changed, key_class=key_class, owner=owner)


def test_a_case_key_does_not_unwrap_for_another_owner_class_or_generation(keyring: Keyring) -> None:
    check_case_key(keyring)


@pytest.mark.parametrize("left_out", ["class", "owner", "generation"])
def test_planted_case_key_context_with_a_part_left_out_is_caught(
    keyring: Keyring, monkeypatch: pytest.MonkeyPatch, left_out: str
) -> None:
    def partial(key_class: str, wrapped_by: str, owner: UUID, generation: int) -> bytes:
        parts = {"class": key_class.encode(), "owner": owner.bytes, "generation": generation.to_bytes(2)}
        return framed(*(part for name, part in parts.items() if name != left_out))

    monkeypatch.setattr("crypto.keyring._case_context", partial)
    with pytest.raises(pytest.fail.Exception):
        check_case_key(keyring)


def test_a_case_key_wrapped_elsewhere_names_a_key_this_deployment_does_not_hold(keyring: Keyring) -> None:
    stored = keyring.wrap_case_key(CaseKey.generate(block=128), key_class="contact", owner=OWNER)

    with pytest.raises(KeyNotHeld):
        keyring.unwrap_case_key(stored._replace(wrapped_by="contact-000000000000"), key_class="contact", owner=OWNER)


def check_held(keyring: Keyring, held: str) -> None:
    """Every use of a class is refused but the one class that was loaded."""
    case_key = CaseKey.generate(block=128)
    uses: dict[str, Callable[[], object]] = {
        "contact": lambda: keyring.wrap_case_key(case_key, key_class="contact", owner=OWNER),
        "narrative": lambda: keyring.wrap_case_key(case_key, key_class="narrative", owner=OWNER),
        "thread": lambda: keyring.wrap_case_key(case_key, key_class="thread", owner=OWNER),
        "phone": lambda: keyring.phone_token("+13365550199"),
        "audit": lambda: keyring.audit_mac(b"entry"),
        "file": lambda: keyring.file_key_hex,
    }
    for key_class, use in uses.items():
        if key_class == held:
            use()
            continue
        with pytest.raises(KeyNotHeld):
            use()


@pytest.mark.req("NI-8")
@pytest.mark.parametrize("held", [*ORGANISATION_CLASSES, "file"])
def test_a_process_can_use_only_the_class_it_loaded(
    paths: KeyPaths, root: KeyFileRoot, keyring: Keyring, held: str
) -> None:
    check_held(Keyring.load(paths, root, classes={held}), held)


@pytest.mark.req("NI-8")
def test_planted_keyring_that_loads_every_class_is_caught(keyring: Keyring) -> None:
    with pytest.raises(pytest.fail.Exception):
        check_held(keyring, "contact")


def test_an_unknown_class_is_refused_by_name(paths: KeyPaths, root: KeyFileRoot, keyring: Keyring) -> None:
    with pytest.raises(ValueError, match="biography"):
        Keyring.load(paths, root, classes={"biography"})


def test_a_key_of_one_class_seals_nothing_that_another_opens(keyring: Keyring) -> None:
    at = Place(2, UUID(int=7))
    contact, thread = CaseKey.generate(block=128), CaseKey.generate(block=256)

    with pytest.raises(CannotDecrypt):
        thread.open(contact.seal(["x"], at=at), at=at)
