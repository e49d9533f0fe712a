"""C-1: the primitives beneath our formats reproduce what their standards publish."""

import json
from collections.abc import Callable, Iterator
from hashlib import blake2b, shake_256
from pathlib import Path
from typing import Any

import cryptography_vectors
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite

FOLDER = Path(cryptography_vectors.__file__).parent
pytestmark = pytest.mark.req("C-1")

Fields = dict[str, Any]


def records(path: str) -> Iterator[Fields]:
    """Yield each blank-line-separated record of a NIST or OpenSSL file, with its section's [names] mixed in."""
    section: Fields = {}
    fields: Fields = {}
    for line in [*(FOLDER / path).read_text().splitlines(), ""]:
        name, _, value = (part.strip() for part in line.strip("[]# ").partition("="))
        if line.startswith("["):
            section[name] = value
        elif line.strip() == "FAIL":
            fields["FAIL"] = True
        elif line.strip() and (not line.startswith("#") or name == "Cipher"):
            fields[name] = value
        elif not line.strip() and len(fields) > 1:
            yield section | fields
            fields = {}


def gcm_cases() -> list[Fields]:
    """Every published case of the size we use: 256-bit key, 96-bit nonce, 128-bit tag."""
    return [
        case
        for case in records("ciphers/AES/GCM/gcmDecrypt256.rsp")
        if case["IVlen"] == "96" and case["Taglen"] == "128" and case["CT"]
    ]


def siv_cases() -> list[Fields]:
    cases = records("ciphers/AES/GCM-SIV/openssl.txt")
    return [case for case in cases if case["Cipher"] == "aes-256-gcm-siv" and case.get("Plaintext")]


def check_gcm(opened_by: Callable[..., bytes | None]) -> None:
    cases = gcm_cases()
    assert len(cases) > 50
    assert any("FAIL" in case for case in cases)
    for case in cases:
        key, nonce, aad = (bytes.fromhex(case[name]) for name in ("Key", "IV", "AAD"))
        opened = opened_by(key, nonce, bytes.fromhex(case["CT"] + case["Tag"]), aad)
        assert opened == (None if "FAIL" in case else bytes.fromhex(case["PT"]))


def check_siv(sealed_by: Callable[..., bytes]) -> None:
    cases = siv_cases()
    assert len(cases) > 10
    for case in cases:
        key, nonce, plain = (bytes.fromhex(case[name]) for name in ("Key", "IV", "Plaintext"))
        aad = bytes.fromhex(case.get("AAD", ""))
        assert sealed_by(key, nonce, plain, aad) == bytes.fromhex(case["Ciphertext"] + case["Tag"])


def real_gcm(key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes | None:
    try:
        return AESGCM(key).decrypt(nonce, sealed, aad)
    except InvalidTag:
        return None


def real_siv(key: bytes, nonce: bytes, plain: bytes, aad: bytes) -> bytes:
    return AESGCMSIV(key).encrypt(nonce, plain, aad)


def test_aes_256_gcm_opens_and_refuses_as_nist_published() -> None:
    check_gcm(real_gcm)


def test_planted_gcm_that_does_not_check_its_tag_is_caught() -> None:
    def careless(key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes | None:
        return real_gcm(key, nonce, sealed, aad) or b"opened anyway"

    with pytest.raises(AssertionError):
        check_gcm(careless)


def test_aes_256_gcm_siv_seals_as_rfc_8452_published() -> None:
    check_siv(real_siv)


def test_planted_plain_gcm_in_place_of_gcm_siv_is_caught() -> None:
    with pytest.raises(AssertionError):
        check_siv(lambda key, nonce, plain, aad: AESGCM(key).encrypt(nonce, plain, aad))


def hpke_cases(file: str, kem: int) -> list[Fields]:
    """Base-mode cases of one KEM under HKDF-SHA256 whose cipher the library has."""
    cases = json.loads((FOLDER / "HPKE" / file).read_text())
    return [
        case for case in cases if (case["mode"], case["kem_id"], case["kdf_id"]) == (0, kem, 1) and case["aead_id"] < 4
    ]


def hpke_suite(kem: KEM, aead_id: int) -> Suite:
    aead = {1: AEAD.AES_128_GCM, 2: AEAD.AES_256_GCM, 3: AEAD.CHACHA20_POLY1305}[aead_id]
    return Suite(kem, KDF.HKDF_SHA256, aead)


def x_wing(seed: bytes) -> MLKEM768X25519PrivateKey:
    """Expand a 32-byte X-Wing seed as its draft says: SHAKE-256 to 64 bytes of ML-KEM seed and 32 of X25519."""
    expanded = shake_256(seed).digest(96)
    mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    return MLKEM768X25519PrivateKey(mlkem, X25519PrivateKey.from_private_bytes(expanded[64:]))


def check_hpke(case: Fields, kem: KEM, private: Any) -> None:
    """Only the first of a case's encryptions: a single-shot context has sequence number 0."""
    first = case["encryptions"][0]
    sealed = bytes.fromhex(case["enc"] + first["ct"])
    info, aad = bytes.fromhex(case["info"]), bytes.fromhex(first["aad"])

    opened = openssl.hpke._decrypt_with_aad(hpke_suite(kem, case["aead_id"]), sealed, private, info, aad)

    assert opened == bytes.fromhex(first["pt"])


def test_hpke_opens_what_rfc_9180_published() -> None:
    cases = hpke_cases("test-vectors.json", 0x0020)
    assert {case["aead_id"] for case in cases} == {1, 2, 3}
    for case in cases:
        check_hpke(case, KEM.X25519, X25519PrivateKey.from_private_bytes(bytes.fromhex(case["skRm"])))


def test_hpke_with_ml_kem_768_and_x25519_opens_what_the_draft_published() -> None:
    cases = hpke_cases("hpke-pq-test-vectors.json", 0x647A)
    assert cases
    for case in cases:
        check_hpke(case, KEM.MLKEM768_X25519, x_wing(bytes.fromhex(case["skRm"])))


def test_planted_hpke_that_forgets_its_info_is_caught() -> None:
    case = hpke_cases("hpke-pq-test-vectors.json", 0x647A)[0] | {"info": ""}
    with pytest.raises(InvalidTag):
        check_hpke(case, KEM.MLKEM768_X25519, x_wing(bytes.fromhex(case["skRm"])))


def test_ed25519_signs_and_verifies_as_published() -> None:
    lines = (FOLDER / "asymmetric/Ed25519/sign.input").read_text().splitlines()
    assert len(lines) > 100
    for line in lines:
        secret, public, message, signed = (bytes.fromhex(part) for part in line.split(":")[:4])
        private, signature = Ed25519PrivateKey.from_private_bytes(secret[:32]), signed[:64]
        assert private.public_key().public_bytes_raw() == public
        assert private.sign(message) == signature
        private.public_key().verify(signature, message)


def test_blake2b_hashes_as_published() -> None:
    cases = list(records("hashes/blake2/blake2b.txt"))
    assert len(cases) > 3
    for case in cases:
        message = bytes.fromhex(case["Msg"])[: int(case["Len"]) // 8]
        assert blake2b(message).hexdigest() == case["MD"]


def test_keyed_blake2b_hashes_as_published() -> None:
    # First entry of the reference implementation's keyed test file (blake2b-kat.txt): empty message, key 00..3f.
    assert blake2b(b"", key=bytes(range(64))).hexdigest() == (
        "10ebb67700b1868efb4417987acf4690ae9d972fb7a590c2f02871799aaa4786"
        "b5e996e8f0f4eb981fc214b005f42d2ff4233499391653df7aefcbc13fc51568"
    )
