"""Nothing but exactly what an agency signed is accepted: ten thousand changes to one request, none gets through."""

import random
from base64 import b64decode, b64encode
from collections.abc import Callable

import pytest
from builders import NOW
from signed_events import SourceAgency, a_body, knock

import portal.intake.checks
from crypto.signatures import sign, verify

Request = tuple[bytes, dict[str, str]]
ORDER_OF_ED25519 = 2**252 + 27742317777372353535851937790883648493


class Forger:
    """Changes a signed request in one way that must matter, chosen at random."""

    def __init__(self, right: Request, agency: SourceAgency, other: SourceAgency, seed: int) -> None:
        self.body, self.headers = right
        self.agency, self.other = agency, other
        self.chance = random.Random(seed)  # noqa: S311 - a repeatable mixture
        self.ways: list[Callable[[], Request]] = [
            self.flip_a_bit_of_the_signature, self.change_a_character_of_the_signature, self.respell_the_signature,
            self.sign_as_another, self.sign_something_else, self.make_the_signature_malleable, self.change_the_body,
            self.change_the_id, self.change_the_time, self.respell_the_time, self.change_the_agency,
            self.leave_out_a_header, self.move_a_dot, self.give_two_signatures,
        ]  # fmt: skip

    def forge(self) -> Request:
        return self.chance.choice(self.ways)()

    def changed(self, **headers: str) -> Request:
        return self.body, self.headers | {name.replace("_", "-"): value for name, value in headers.items()}

    @property
    def signature(self) -> str:
        return self.headers["webhook-signature"]

    @property
    def raw(self) -> bytes:
        return b64decode(self.signature.removeprefix("v1a,"))

    def flip_a_bit_of_the_signature(self) -> Request:
        raw = bytearray(self.raw)
        raw[self.chance.randrange(64)] ^= 1 << self.chance.randrange(8)
        return self.changed(webhook_signature="v1a," + b64encode(raw).decode())

    def change_a_character_of_the_signature(self) -> Request:
        place = self.chance.randrange(len(self.signature))
        choices = sorted(set("ABCabc019+/=-_ ,\t") - {self.signature[place]})
        return self.changed(
            webhook_signature=self.signature[:place] + self.chance.choice(choices) + self.signature[place + 1 :]
        )

    def respell_the_signature(self) -> Request:
        encoded = self.signature.removeprefix("v1a,")
        spellings = [
            encoded, f"v1,{encoded}", f"V1A,{encoded}", f"v1a, {encoded}", f"v1a,{encoded}=", f"v1a,{encoded[:-1]}",
            f" v1a,{encoded}", f"v1a,{encoded} ", f"v1a,{encoded}\n", f"v1a,{encoded[:40]}\n{encoded[40:]}",
            f"v1a,{self.raw.hex()}", f"v1a,{encoded.replace('=', '')}", "v1a," + b64encode(bytes(64)).decode(),
            f"v1a,v1a,{encoded}", f"v1a,{encoded[:-3]}{chr(ord(encoded[-3]) + 1)}==", "v1a,", "",
        ]  # fmt: skip
        return self.changed(
            webhook_signature=self.chance.choice([each for each in spellings if each != self.signature])
        )

    def sign_as_another(self) -> Request:
        stranger = self.chance.choice([self.other, SourceAgency()])
        signed = sign(stranger.private, self.headers["webhook-id"], self.headers["webhook-timestamp"], self.body)
        return self.changed(webhook_signature=signed)

    def sign_something_else(self) -> Request:
        parts = [self.headers["webhook-id"], self.headers["webhook-timestamp"], self.body]
        place = self.chance.randrange(3)
        parts[place] = b"{}" if place == 2 else parts[place] + str(self.chance.randrange(10))
        return self.changed(webhook_signature=sign(self.agency.private, *parts))

    def make_the_signature_malleable(self) -> Request:
        scalar = int.from_bytes(self.raw[32:], "little") + ORDER_OF_ED25519 * self.chance.randrange(1, 15)
        raw = self.raw[:32] + scalar.to_bytes(32, "little")
        return self.changed(webhook_signature="v1a," + b64encode(raw).decode())

    def change_the_body(self) -> Request:
        body, place = bytearray(self.body), self.chance.randrange(len(self.body))
        way = self.chance.randrange(4)
        if way == 0:
            body[place] ^= 1 << self.chance.randrange(8)
        elif way == 1:
            del body[place]
        elif way == 2:
            body.insert(place, self.chance.choice(b" \n\t{},"))
        else:
            body = body[:place]
        return (bytes(body), self.headers) if bytes(body) != self.body else self.change_the_id()

    def change_the_id(self) -> Request:
        own = self.headers["webhook-id"]
        others = [f"{own}{self.chance.randrange(10**6)}", own.upper(), own[:-1], f" {own}", f"{own}.", "é", "x" * 64]
        return self.changed(webhook_id=self.chance.choice(others))

    def change_the_time(self) -> Request:
        moved = self.chance.choice([-1, 1]) * self.chance.randrange(1, 400)
        return self.changed(webhook_timestamp=str(int(self.headers["webhook-timestamp"]) + moved))

    def respell_the_time(self) -> Request:
        own = self.headers["webhook-timestamp"]
        spellings = [f"+{own}", f"0{own}", f" {own}", f"{own} ", f"{own}.0", f"{own}_", f"{float(own)}", hex(int(own)),
                     own[:5] + "_" + own[5:], own.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))]  # fmt: skip
        return self.changed(webhook_timestamp=self.chance.choice(spellings))

    def change_the_agency(self) -> Request:
        own = self.agency.slug
        slugs = [self.other.slug, own.upper(), f"{own} ", f" {own}", f"{own}-", own[:-1], "", "nobody", "__class__"]
        return self.changed(wayside_agency=self.chance.choice(slugs))

    def leave_out_a_header(self) -> Request:
        left_out = self.chance.choice(["webhook-id", "webhook-timestamp", "webhook-signature", "wayside-agency"])
        return self.body, {name: value for name, value in self.headers.items() if name != left_out}

    def move_a_dot(self) -> Request:
        """Keep the signed bytes the same, and cut them into id, time and body elsewhere."""
        event_id, time = self.headers["webhook-id"], self.headers["webhook-timestamp"]
        whole = f"{event_id}.{time}.".encode() + self.body
        dots = [place for place, byte in enumerate(whole) if byte == ord(".")]
        first, second = sorted(self.chance.sample(dots, 2)) if len(dots) > 2 else (0, dots[0])
        pieces = whole[:first].decode(), whole[first + 1 : second].decode(), whole[second + 1 :]
        if pieces[:2] == (event_id, time):
            return self.change_the_id()
        return pieces[2], self.changed(webhook_id=pieces[0], webhook_timestamp=pieces[1])[1]

    def give_two_signatures(self) -> Request:
        joined = self.chance.choice([" ", ",", ", ", ";"]).join([self.signature] * 2)
        return self.changed(webhook_signature=joined)


def check_forgeries(desk, *, count: int) -> None:
    """Fail when one of this many forgeries is received."""
    other = SourceAgency("sheriff")
    other.register(desk.agencies, now=desk.clock.now())
    right = BODY, desk.agency.headers(BODY, at=desk.clock.now())
    assert knock(desk.client.application, *right).startswith(b"202")
    forger = Forger(right, desk.agency, other, seed=13)
    for _ in range(count):
        forged = forger.forge()
        assert forged != right
        answer = knock(desk.client.application, *forged)
        assert answer.startswith(b"401"), (answer[:40], forged[1])
    assert len(desk.spool.deposits) == 1


@pytest.mark.req("Z-13")
def test_none_of_ten_thousand_forgeries_is_accepted(desk):
    check_forgeries(desk, count=10_000)


BODY = a_body(incident_number="26.118.204")
AT = str(int(NOW.timestamp()))
BROKEN = {
    "forgets the id": lambda key, _, time, body, signature: verify(key, "evt_1", time, body, signature),
    "forgets the time": lambda key, id, _, body, signature: verify(key, id, AT, body, signature),
    "forgets the body": lambda key, id, time, _, signature: verify(key, id, time, BODY, signature),
    "takes the first of two signatures": lambda key, id, time, body, signature: verify(
        key, id, time, body, signature.split(" ")[0]
    ),
    "adds padding": lambda key, id, time, body, signature: any(
        verify(key, id, time, body, signature.rstrip("=") + "=" * pads) for pads in (0, 2)
    ),
}


@pytest.mark.req("Z-13")
@pytest.mark.parametrize("broken", BROKEN)
def test_planted_lenient_verification_is_caught(desk, monkeypatch, broken):
    monkeypatch.setattr(portal.intake.checks, "verify", BROKEN[broken])
    with pytest.raises(AssertionError):
        check_forgeries(desk, count=2_000)
