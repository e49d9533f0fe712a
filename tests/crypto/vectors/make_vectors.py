"""
Writes formats.json: what our formats look like, built here from the primitives alone, without crypto/.

Run once per format version and never again: the file is the promise that what was sealed years ago still opens.
Every key, nonce and id in it is made up for this file.

    python tests/crypto/vectors/make_vectors.py > tests/crypto/vectors/formats.json
"""

import json
import os
import struct
import sys
from base64 import b64encode
from hashlib import blake2b, sha256
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite


def made_up(name: str, length: int = 32) -> bytes:
    return b"".join(sha256(f"{name} {n}".encode()).digest() for n in range(length // 32 + 1))[:length]


def framed(*parts: bytes) -> bytes:
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def box(name: str, plain: bytes, *, generation: int, number: int, row: UUID) -> str:
    header = struct.pack(">BBH12s", 1, 1, generation, made_up(f"{name} nonce", 12))
    return (
        header + AESGCM(made_up("case key")).encrypt(header[4:], plain, header + struct.pack(">H", number) + row.bytes)
    ).hex()


def boxes() -> list[dict[str, object]]:
    row = UUID("0f9f6c1e-6a58-4f5e-9c55-3f1f3a2d4b10")
    record = json.dumps(["Ana Núñez", None, 3, True], ensure_ascii=False, separators=(",", ":")).encode()
    long = json.dumps(["ñ" * 3000]).encode().replace(rb"\u00f1", "ñ".encode())
    document = (struct.pack(">I", 8) + b"%PDF-1.7").ljust(256, b"\0")
    common = {"key": made_up("case key").hex(), "row": str(row)}
    return [
        common | {"block": 128, "generation": 1, "box_number": 2, "record": ["Ana Núñez", None, 3, True],
                  "box": box("a", record.ljust(128), generation=1, number=2, row=row)},
        common | {"block": 256, "generation": 65535, "box_number": 65535, "record": [],
                  "box": box("b", b"[]".ljust(256), generation=65535, number=65535, row=row)},
        common | {"block": 256, "generation": 2, "box_number": 7, "record": ["ñ" * 3000],
                  "box": box("c", long.ljust(6144), generation=2, number=7, row=row)},
        common | {"block": 256, "generation": 1, "box_number": 9, "data": b"%PDF-1.7".hex(),
                  "box": box("d", document, generation=1, number=9, row=row)},
    ]  # fmt: skip


def wrapping(name: str, wrapping_key: bytes, key: bytes, context: bytes) -> tuple[bytes, bytes]:
    sealing = blake2b(key=wrapping_key, digest_size=32, person=b"wayside wrap").digest()
    committing = blake2b(key=wrapping_key, digest_size=32, person=b"wayside commit").digest()
    nonce = made_up(f"{name} nonce", 12)
    message = struct.pack(">I", len(key)) + key + context
    commitment = blake2b(message, key=committing, digest_size=32, person=b"wayside commit").digest()
    return nonce + AESGCMSIV(sealing).encrypt(nonce, key, context), commitment


def wrapped_keys() -> list[dict[str, object]]:
    owner = UUID("7a1b7c1e-0000-4000-8000-000000000001")
    context = framed(b"case key", b"contact", b"contact-0123456789ab", owner.bytes, struct.pack(">H", 1))
    wrapped, commitment = wrapping("wrapped", made_up("contact key"), made_up("case key"), context)
    return [{"organisation_key": made_up("contact key").hex(),
             "key_class": "contact", "wrapped_by": "contact-0123456789ab", "owner": str(owner), "generation": 1,
             "key": made_up("case key").hex(),
             "wrapped": wrapped.hex(), "commitment": commitment.hex()}]  # fmt: skip


def roots() -> list[dict[str, object]]:
    wrapped, commitment = wrapping("root", made_up("root key"), made_up("file key"), framed(b"root", b"file key"))
    return [{"root_key": made_up("root key").hex(), "purpose": "file key", "key": made_up("file key").hex(),
             "wrapped": (wrapped + commitment).hex()}]  # fmt: skip


def deposits() -> list[dict[str, object]]:
    private = made_up("unsealing", 96)
    mlkem, x25519 = MLKEM768PrivateKey.from_seed_bytes(private[:64]), X25519PrivateKey.from_private_bytes(private[64:])
    deposit = UUID("7a1b7c1e-0000-4000-8000-000000000002")
    header = b"\1\1" + made_up("key id", 8)
    body = b'{"kind": "removed"}'
    padded = (struct.pack(">I", len(body)) + body).ljust(1024, b"\0")
    info = framed(b"wayside deposit", header, b"level-event", deposit.bytes)
    suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    sealed = suite.encrypt(padded, MLKEM768X25519PrivateKey(mlkem, x25519).public_key(), info)
    return [{"private": private.hex(), "key_id": made_up("key id", 8).hex(), "purpose": "level-event",
             "deposit": str(deposit), "plaintext": body.hex(), "sealed": (header + sealed).hex()}]  # fmt: skip


def tokens() -> list[dict[str, object]]:
    def token(use: bytes, message: bytes) -> str:
        return blake2b(message, key=made_up("phone key"), digest_size=32, person=use).hexdigest()

    bucket = int(token(b"wayside bucket", framed(b"birth date", b"1990-09-12"))[:8], 16) >> 20
    audit = blake2b(b"entry", key=made_up("audit key"), digest_size=32, person=b"wayside audit").hexdigest()
    return [{"phone_key": made_up("phone key").hex(), "audit_key": made_up("audit key").hex(),
             "phone": "+13365550199", "phone_token": token(b"wayside phone", b"+13365550199"),
             "event_token": token(b"wayside token", framed(b"event", b"high-point-pd", b"evt_1")),
             "bucket": struct.pack(">H", bucket).hex(), "audit_mac": audit}]  # fmt: skip


def signed() -> list[dict[str, object]]:
    private = Ed25519PrivateKey.from_private_bytes(made_up("agency key"))
    body = b'{"kind": "removed"}'
    signature = b64encode(private.sign(b"evt_1.1764288000." + body)).decode()
    return [{"public": private.public_key().public_bytes_raw().hex(), "id": "evt_1", "timestamp": "1764288000",
             "body": body.decode(), "signature": f"v1a,{signature}"}]  # fmt: skip


if __name__ == "__main__":
    if os.isatty(1):
        sys.exit("Redirect the output to formats.json.")
    made = {"boxes": boxes(), "wrapped_keys": wrapped_keys(), "roots": roots(), "deposits": deposits(),
            "tokens": tokens(), "signatures": signed()}  # fmt: skip
    print(json.dumps(made, indent=1, ensure_ascii=False))
