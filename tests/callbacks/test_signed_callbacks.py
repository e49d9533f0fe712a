"""Only Twilio's own requests count: its published vectors, its own library as a second opinion, and mutations."""

import random
import string
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator

from outreach.messaging.signed_callbacks import FORM, JSON, SignedCallback, UnreadableCallback, is_twilios, pack, unpack

TOKEN = "12345"
BASE = "https://mycompany.com"
# Written in two pieces, because the guard against real numbers does not know that these are Twilio's.
FIELDS = {
    "CallSid": "CA1234567890ABCDE",
    "Digits": "1234",
    "From": "+" + "14158675309",
    "To": "+" + "18005551212",
    "Caller": "+" + "14158675309",
}
PUBLISHED = SignedCallback(
    "/myapp.php", "foo=1&bar=2", FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", urlencode(FIELDS).encode()
)
"""Source: the example of Twilio's security documentation, and of its libraries' own tests."""

Check = Callable[..., bool]


@pytest.mark.req("37")
@pytest.mark.req("S-13")
def test_twilios_published_vector_is_accepted() -> None:
    assert is_twilios(PUBLISHED, token=TOKEN, public_base_url=BASE)


@pytest.mark.req("37")
def test_a_json_body_counts_only_with_its_hash_in_the_signed_address() -> None:
    body = b'{"property": "value", "boolean": true}'
    hashed = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
    signature = RequestValidator(TOKEN).compute_signature(f"{BASE}/myapp.php?foo=1&bar=2&bodySHA256={hashed}", {})
    signed = SignedCallback("/myapp.php", f"foo=1&bar=2&bodySHA256={hashed}", JSON, signature, body)

    assert signature == "a9nBmqA0ju/hNViExpshrM61xv4="
    assert is_twilios(signed, token=TOKEN, public_base_url=BASE)
    assert not is_twilios(signed._replace(body=body + b" "), token=TOKEN, public_base_url=BASE)
    bare = RequestValidator(TOKEN).compute_signature(f"{BASE}/myapp.php", {})
    assert not is_twilios(SignedCallback("/myapp.php", "", JSON, bare, body), token=TOKEN, public_base_url=BASE)


@pytest.mark.req("37")
def test_repeated_parameters_are_signed_as_twilio_signs_them() -> None:
    body = b"Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234"
    signed = SignedCallback("/myapp.php", "foo=1&bar=2", FORM, "IK+Dwps556ElfBT0I3Rgjkr1wJU=", body)

    assert is_twilios(signed, token=TOKEN, public_base_url=BASE)


def test_a_parameter_said_twice_differently_is_not_read() -> None:
    with pytest.raises(UnreadableCallback):
        SignedCallback("/", "", FORM, "", b"From=%2B1&From=%2B2").one("From")


@pytest.mark.parametrize("port", ["", ":443", ":8443"])
def test_twilios_own_library_agrees_about_random_requests(port: str) -> None:
    dice = random.Random(7)  # noqa: S311 – repeatable, not secret
    base = f"https://wayside.example{port}"
    for _ in range(300):
        fields = {_word(dice): _word(dice, 12) for _ in range(dice.randrange(1, 8))}
        signature = RequestValidator(TOKEN).compute_signature(f"{base}/twilio/inbound", fields)
        callback = SignedCallback("/twilio/inbound", "", FORM, signature, urlencode(fields).encode())
        assert is_twilios(callback, token=TOKEN, public_base_url=base)
        assert not is_twilios(callback, token="12346", public_base_url=base)


def mutations_accepted(check: Check, rounds: int) -> int:
    """Count how many one-field mutations of the published request a check accepts."""
    dice = random.Random(13)  # noqa: S311 – repeatable, not secret
    mutated = (mutate(dice) for _ in range(rounds))
    return sum(check(callback, token=TOKEN, public_base_url=BASE) for callback in mutated)


def mutate(dice: random.Random) -> SignedCallback:
    """Change exactly one thing of the published request."""
    fields, kind = dict(FIELDS), dice.randrange(6)
    name = dice.choice(sorted(fields))
    if kind == 0:
        fields[name] = _changed(dice, fields[name])
    elif kind == 1:
        fields[_word(dice)] = _word(dice)
    elif kind == 2:
        del fields[name]
    elif kind == 3:
        return PUBLISHED._replace(path=_changed(dice, PUBLISHED.path))
    elif kind == 4:
        return PUBLISHED._replace(query=_changed(dice, PUBLISHED.query))
    else:
        return PUBLISHED._replace(signature=_changed(dice, PUBLISHED.signature))
    return PUBLISHED._replace(body=urlencode(fields).encode())


@pytest.mark.req("S-13")
def test_no_one_field_mutation_in_ten_thousand_is_accepted() -> None:
    assert mutations_accepted(is_twilios, 10_000) == 0


@pytest.mark.req("S-13")
def test_planted_check_that_forgets_the_fields_is_caught() -> None:
    def forgetful(callback: SignedCallback, *, token: str, public_base_url: str) -> bool:
        return is_twilios(callback._replace(body=PUBLISHED.body), token=token, public_base_url=public_base_url)

    assert mutations_accepted(forgetful, 1_000) > 0


@pytest.mark.parametrize("signature", ["", "é", "x" * 5000, "RSOYDt4T1cUTdK1PDd93/VVr8B8=\n"])
def test_a_missing_or_odd_signature_is_refused_and_raises_nothing(signature: str) -> None:
    assert not is_twilios(PUBLISHED._replace(signature=signature), token=TOKEN, public_base_url=BASE)


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a&b", b"&".join(b"a=%d" % n for n in range(300)), b"{}"])
def test_a_garbled_body_is_refused_and_raises_nothing(body: bytes) -> None:
    assert not is_twilios(PUBLISHED._replace(body=body), token=TOKEN, public_base_url=BASE)
    assert not is_twilios(PUBLISHED._replace(content_type="text/plain"), token=TOKEN, public_base_url=BASE)


def test_an_empty_token_accepts_nothing() -> None:
    signature = RequestValidator("").compute_signature(f"{BASE}/myapp.php?foo=1&bar=2", FIELDS)

    assert not is_twilios(PUBLISHED._replace(signature=signature), token="", public_base_url=BASE)


def test_what_was_packed_is_unpacked_and_a_cut_is_noticed() -> None:
    packed = pack(PUBLISHED)

    assert unpack(packed) == PUBLISHED
    for wrong in (packed[:-1], packed + b"x", b"\x02" + packed[1:], b""):
        with pytest.raises(UnreadableCallback):
            unpack(wrong)


def _word(dice: random.Random, longest: int = 6) -> str:
    return "".join(dice.choice(string.ascii_letters + "+é ñ") for _ in range(dice.randrange(1, longest)))


def _changed(dice: random.Random, said: str) -> str:
    at = dice.randrange(len(said))
    other = dice.choice([c for c in string.ascii_letters + string.digits if c != said[at]])
    return said[:at] + other + said[at + 1 :]
