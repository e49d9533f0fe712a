"""Z-13: an agency's signature over id, time and body holds unchanged and never otherwise."""

import random
from base64 import b64encode
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from crypto import signatures
from crypto.errors import KeyFileError

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PRIVATE.public_key()
ID, TIME, BODY = "evt_1", "1764288000", b'{"kind": "removed"}'

Verify = Callable[..., bool]


def mutations(signature: str, count: int) -> list[tuple[str, str, bytes, str]]:
    """Make this many requests, each different from the signed one in one place."""
    chance = random.Random(13)  # noqa: S311 - a repeatable test, not a secret
    made = []
    for _ in range(count):
        fields = [ID.encode(), TIME.encode(), BODY, signature.encode()]
        which = chance.randrange(4)
        text = bytearray(fields[which])
        at = chance.randrange(len(text))
        text[at : at + chance.choice([0, 1])] = bytes([chance.randrange(33, 127)])
        if bytes(text) != fields[which]:
            fields[which] = bytes(text)
            made.append((fields[0].decode(), fields[1].decode(), fields[2], fields[3].decode()))
    return made


def check_mutations(verify: Verify, count: int) -> None:
    signature = signatures.sign(PRIVATE, ID, TIME, BODY)
    assert verify(PUBLIC, ID, TIME, BODY, signature)
    for webhook_id, timestamp, body, header in mutations(signature, count):
        assert not verify(PUBLIC, webhook_id, timestamp, body, header), (webhook_id, timestamp, body, header)


@pytest.mark.req("Z-13")
def test_ten_thousand_changed_requests_are_refused() -> None:
    check_mutations(signatures.verify, 10_300)


@pytest.mark.req("Z-13")
def test_planted_verification_that_forgets_the_id_is_caught() -> None:
    def forgets_id(public: Ed25519PublicKey, webhook_id: str, timestamp: str, body: bytes, header: str) -> bool:
        return signatures.verify(public, ID, timestamp, body, header)

    with pytest.raises(AssertionError):
        check_mutations(forgets_id, 100)


@pytest.mark.req("Z-13")
def test_planted_verification_of_any_spelling_of_base64_is_caught() -> None:
    def lenient(public: Ed25519PublicKey, webhook_id: str, timestamp: str, body: bytes, header: str) -> bool:
        from base64 import b64decode

        try:
            raw = b64decode(header.removeprefix("v1a,"))
        except ValueError:
            return False
        if len(raw) != 64:
            return False
        return signatures.verify(public, webhook_id, timestamp, body, "v1a," + b64encode(raw).decode())

    with pytest.raises(AssertionError):
        check_mutations(lenient, 2000)


@pytest.mark.req("1")
@pytest.mark.parametrize(
    "header",
    ["", "v1a,", "v1a", "v1,", "v1a,AAAA", "v1a," + "A" * 88, "v1a," + "é" * 88, "v1a," + "A" * 86 + "=="],
)
def test_a_malformed_signature_is_refused_like_a_wrong_one(header: str) -> None:
    assert signatures.verify(PUBLIC, ID, TIME, BODY, header) is False


@pytest.mark.req("1")
def test_two_signatures_in_one_header_are_refused() -> None:
    signature = signatures.sign(PRIVATE, ID, TIME, BODY)

    assert not signatures.verify(PUBLIC, ID, TIME, BODY, f"{signature} {signature}")
    assert not signatures.verify(PUBLIC, ID, TIME, BODY, signature.replace("v1a,", "v1,"))


@pytest.mark.req("1")
def test_an_unknown_agency_is_refused_even_with_a_true_signature_of_the_key_nobody_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(signatures, "_NOBODY", PUBLIC)

    assert not signatures.verify(None, ID, TIME, BODY, signatures.sign(PRIVATE, ID, TIME, BODY))


@pytest.mark.req("1")
@pytest.mark.parametrize(
    ("public", "header"),
    [
        (PUBLIC, signatures.sign(PRIVATE, ID, TIME, BODY)),
        (PUBLIC, "v1a," + "A" * 86 + "=="),
        (PUBLIC, "nonsense"),
        (None, signatures.sign(PRIVATE, ID, TIME, BODY)),
        (None, "nonsense"),
    ],
)
def test_every_request_costs_exactly_one_verification(
    monkeypatch: pytest.MonkeyPatch, public: Ed25519PublicKey | None, header: str
) -> None:
    class Counting:
        calls = 0

        def verify(self, signature: bytes, data: bytes) -> None:
            Counting.calls += 1
            PUBLIC.verify(signature, data)

    monkeypatch.setattr(signatures, "_NOBODY", Counting())
    signatures.verify(public and Counting(), ID, TIME, BODY, header)  # type: ignore[arg-type]

    assert Counting.calls == 1


def test_a_made_pair_signs_and_verifies() -> None:
    private, public = signatures.generate_key_pair()
    signature = signatures.sign(signatures.load_private(private), ID, 1764288000, BODY)

    assert signatures.verify(signatures.load_public(public), ID, TIME, BODY, signature)
    raw = signatures.load_public(public).public_bytes_raw()
    assert signatures.verify(signatures.public_from_raw(raw), ID, TIME, BODY, signature)


@pytest.mark.parametrize("pem", [b"", b"not a key", signatures.generate_key_pair()[0]])
def test_what_is_no_public_key_is_refused_with_a_mend(pem: bytes) -> None:
    with pytest.raises(KeyFileError, match=r"FILE\.pub"):
        signatures.load_public(pem)


@pytest.mark.parametrize("pem", [b"", b"not a key", signatures.generate_key_pair()[1]])
def test_what_is_no_private_key_is_refused_with_a_mend(pem: bytes) -> None:
    with pytest.raises(KeyFileError, match="keygen"):
        signatures.load_private(pem)
