"""Key material shows in no text, pickle, copy or error."""

import copy
import pickle
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import SupportsIndex
from uuid import UUID

import pytest

from crypto.boxes import CaseKey, Place
from crypto.errors import CryptoError
from crypto.hidden import Hidden
from crypto.keyring import KeyPaths, Keyring
from crypto.keystore import StoredKeys
from crypto.root import KeyFileRoot, read_root_key
from crypto.unsealing import UnsealingKeys
from crypto.wrapping import WrappingKey

pytestmark = pytest.mark.req("73")

SECRET = b"\xa5the key nobody may ever see\xa5\xa5\xa5\xa5"


def forms(secret: bytes) -> set[str]:
    """How the secret could look in text."""
    return {repr(secret)[2:-1], secret.hex(), secret.hex(":"), str(list(secret)), repr(bytearray(secret))[12:-2]}


def check_hidden(holder: object, secrets: Iterable[bytes]) -> None:
    shown = [
        repr(holder),
        str(holder),
        f"{holder}",
        repr([holder]),
        repr({"k": holder}),
    ]
    shown.append(repr(getattr(holder, "__dict__", {})))
    for secret in secrets:
        for form in forms(secret):
            assert not any(form in text for text in shown)


def check_not_copied(holder: object) -> None:
    for copied_by in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="never pickled"):
            copied_by(holder)


def test_no_holder_of_keys_shows_them_or_can_be_copied(
    keyring: Keyring, paths: KeyPaths, root: KeyFileRoot, root_file: Path
) -> None:
    stored = StoredKeys.read(paths, root, frozenset({"contact", "phone", "audit", "file"}))
    secrets = [SECRET, read_root_key(root_file), *stored.keys.values(), bytes.fromhex(keyring.file_key_hex)]
    holders = [
        CaseKey(SECRET, generation=1, block=128),
        WrappingKey(SECRET),
        keyring,
        root,
        UnsealingKeys.load(paths.unsealing, root),
    ]
    for holder in [*holders, stored]:
        check_hidden(holder, secrets)
    for holder in holders:
        check_not_copied(holder)


def test_planted_holder_that_prints_its_key_is_caught() -> None:
    class Talkative(CaseKey):
        __slots__ = ()

        def __repr__(self) -> str:
            return f"<CaseKey {self._key!r}>"

    with pytest.raises(AssertionError):
        check_hidden(Talkative(SECRET, generation=1, block=128), [SECRET])


def test_planted_holder_that_can_be_pickled_is_caught() -> None:
    class Portable(CaseKey):
        __slots__ = ()

        def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[type[bytes], tuple[bytes]]:
            return bytes, (self._key,)

    with pytest.raises(pytest.fail.Exception):
        check_not_copied(Portable(SECRET, generation=1, block=128))


def test_every_class_that_holds_a_key_is_hidden() -> None:
    for holder in (CaseKey, WrappingKey, Keyring, KeyFileRoot, UnsealingKeys):
        assert issubclass(holder, Hidden)
        assert "__dict__" not in dir(holder), f"{holder.__name__} keeps its fields where vars() shows them"


@pytest.mark.parametrize(
    "fail",
    [
        lambda key: key.open(key.seal(["her secret words"], at=Place(1, UUID(int=1))), at=Place(2, UUID(int=1))),
        lambda key: key.open(key.seal_bytes(b"her secret words", at=Place(1, UUID(int=1))), at=Place(1, UUID(int=1))),
        lambda key: key.seal(["her secret words \udcff"], at=Place(1, UUID(int=1))),
        lambda key: key.seal(["her secret words", float("inf")], at=Place(1, UUID(int=1))),
        lambda key: key.seal(["her secret words" * 9000], at=Place(1, UUID(int=1))),
        lambda key: key.seal(["her secret words", object()], at=Place(1, UUID(int=1))),
    ],
)
def test_an_error_carries_neither_key_nor_words(fail: Callable[[CaseKey], object]) -> None:
    key = CaseKey(SECRET, generation=1, block=128)
    with pytest.raises((CryptoError, ValueError, TypeError)) as failure:
        fail(key)

    chain: BaseException | None = failure.value
    while chain is not None:
        carried = "".join(traceback.format_exception_only(chain)) + repr(vars(chain)) + repr(chain.args)
        assert "her secret words" not in carried
        assert "her secret words" not in repr(getattr(chain, "object", "")) + repr(getattr(chain, "doc", ""))
        assert not any(form in carried for form in forms(SECRET))
        chain = chain.__cause__ or chain.__context__
