"""
C-1, our side: what was sealed when the formats were fixed still opens.

The vectors were built from the primitives alone by vectors/make_vectors.py, a second reading of the formats.
"""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from crypto import signatures
from crypto.boxes import CaseKey, Place
from crypto.errors import CannotDecrypt
from crypto.keyring import Keyring, WrappedKey
from crypto.keystore import StoredKeys
from crypto.root import KeyFileRoot, write_root_key
from crypto.unsealing import UnsealingKeys

pytestmark = pytest.mark.req("C-1")

FILE = Path(__file__).parent / "vectors" / "formats.json"
VECTORS: dict[str, list[dict[str, Any]]] = json.loads(FILE.read_text())
FILE_DIGEST = "16292347730a62d6fe30a6519d4d3af65ce74c844f55f4249fb5ee072f1a9219"


def a_keyring(**keys: bytes) -> Keyring:
    class_of = {key_id: key_id.partition("-")[0] for key_id in keys}
    return Keyring(StoredKeys(dict(keys), class_of, frozenset(keys), None))


def case_key(vector: dict[str, Any]) -> CaseKey:
    return CaseKey(bytes.fromhex(vector["key"]), generation=vector["generation"], block=vector["block"])


def check_box(vector: dict[str, Any], key: CaseKey) -> None:
    at, box = Place(vector["box_number"], UUID(vector["row"])), bytes.fromhex(vector["box"])
    if "record" in vector:
        assert key.open(box, at=at) == vector["record"]
        assert len(key.seal(vector["record"], at=at)) == len(box)
    else:
        assert key.open_bytes(box, at=at) == bytes.fromhex(vector["data"])
        assert len(key.seal_bytes(bytes.fromhex(vector["data"]), at=at)) == len(box)


def test_the_vectors_are_the_ones_first_committed() -> None:
    assert sha256(FILE.read_bytes()).hexdigest() == FILE_DIGEST


@pytest.mark.parametrize("vector", VECTORS["boxes"])
def test_a_box_of_the_first_format_opens(vector: dict[str, Any]) -> None:
    check_box(vector, case_key(vector))


def test_planted_box_format_with_its_fields_in_another_order_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    from struct import Struct

    monkeypatch.setattr("crypto.boxes._PLACE", Struct("<H16s"))
    with pytest.raises(CannotDecrypt):
        check_box(VECTORS["boxes"][0], case_key(VECTORS["boxes"][0]))


@pytest.mark.parametrize("vector", VECTORS["wrapped_keys"])
def test_a_case_key_wrapped_in_the_first_format_unwraps(vector: dict[str, Any]) -> None:
    keyring = a_keyring(**{vector["wrapped_by"]: bytes.fromhex(vector["organisation_key"])})
    stored = WrappedKey(
        vector["wrapped_by"],
        bytes.fromhex(vector["wrapped"]),
        bytes.fromhex(vector["commitment"]),
        vector["generation"],
    )

    key = keyring.unwrap_case_key(stored, key_class=vector["key_class"], owner=UUID(vector["owner"]))

    check_box(VECTORS["boxes"][0], key)


@pytest.mark.parametrize("vector", VECTORS["roots"])
def test_a_key_wrapped_by_a_root_key_in_the_first_format_unwraps(vector: dict[str, Any], tmp_path: Path) -> None:
    write_root_key(tmp_path / "root.key", bytes.fromhex(vector["root_key"]))

    opened = KeyFileRoot(tmp_path / "root.key").unwrap(bytes.fromhex(vector["wrapped"]), purpose=vector["purpose"])

    assert opened == bytes.fromhex(vector["key"])


def test_the_root_key_file_is_one_line_of_lower_case_hexadecimal(tmp_path: Path) -> None:
    write_root_key(tmp_path / "root.key", bytes(range(32)))

    assert (tmp_path / "root.key").read_bytes() == bytes(range(32)).hex().encode() + b"\n"


@pytest.mark.parametrize("vector", VECTORS["deposits"])
def test_a_deposit_of_the_first_format_unseals(vector: dict[str, Any]) -> None:
    private = bytes.fromhex(vector["private"])
    key = MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.from_seed_bytes(private[:64]), X25519PrivateKey.from_private_bytes(private[64:])
    )
    unsealing = UnsealingKeys({vector["key_id"]: key})

    opened = unsealing.unseal(
        bytes.fromhex(vector["sealed"]), purpose=vector["purpose"], deposit=UUID(vector["deposit"])
    )

    assert opened == bytes.fromhex(vector["plaintext"])


def check_tokens(vector: dict[str, Any]) -> None:
    keys = {"phone-1": bytes.fromhex(vector["phone_key"]), "audit-1": bytes.fromhex(vector["audit_key"])}
    keyring = a_keyring(**keys)
    assert keyring.phone_token(vector["phone"]).hex() == vector["phone_token"]
    assert keyring.token("event", "high-point-pd", "evt_1").hex() == vector["event_token"]
    assert keyring.bucket("birth date", "1990-09-12").hex() == vector["bucket"]
    assert keyring.audit_mac(b"entry").hex() == vector["audit_mac"]


@pytest.mark.parametrize("vector", VECTORS["tokens"])
def test_tokens_and_audit_macs_are_what_they_always_were(vector: dict[str, Any]) -> None:
    check_tokens(vector)


def test_planted_token_of_another_separation_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    from crypto import keyring

    real: Callable[..., Any] = keyring.blake2b
    monkeypatch.setattr(keyring, "blake2b", lambda *given, person, **named: real(*given, **named))
    with pytest.raises(AssertionError):
        check_tokens(VECTORS["tokens"][0])


@pytest.mark.parametrize("vector", VECTORS["signatures"])
def test_a_signature_of_the_standard_webhooks_scheme_verifies(vector: dict[str, Any]) -> None:
    public = signatures.public_from_raw(bytes.fromhex(vector["public"]))

    assert signatures.verify(public, vector["id"], vector["timestamp"], vector["body"].encode(), vector["signature"])
