"""Keyed tokens: equal for the same thing, never for another, useless without the key."""

import pytest

from crypto.framing import framed
from crypto.keyring import KeyPaths, Keyring, create_keys
from crypto.root import KeyFileRoot

PHONE = "+13365550199"


def test_a_phone_has_one_token_in_a_deployment_and_another_elsewhere(
    keyring: Keyring, paths: KeyPaths, root: KeyFileRoot, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("elsewhere")
    elsewhere = KeyPaths(*(folder / path.name for path in paths))
    create_keys(elsewhere, root)

    assert keyring.phone_token(PHONE) == Keyring.load(paths, root).phone_token(PHONE)
    assert keyring.phone_token(PHONE) != Keyring.load(elsewhere, root).phone_token(PHONE)
    assert len(keyring.phone_token(PHONE)) == 32


@pytest.mark.parametrize(
    "number", ["3365550199", "+0336555019", "+1 336 555 0199", "+1336555019900000", "", "+1336555019９"]
)
def test_a_phone_not_in_e164_form_gets_no_token_and_is_not_quoted(keyring: Keyring, number: str) -> None:
    with pytest.raises(ValueError, match=r"E\.164") as refusal:
        keyring.phone_token(number)
    assert not number or number not in str(refusal.value)


def check_tokens_are_apart(keyring: Keyring) -> None:
    tokens = [
        keyring.token("event", "ab", "c"),
        keyring.token("event", "a", "bc"),
        keyring.token("event", "abc"),
        keyring.token("event", "abc", ""),
        keyring.token("body", "abc"),
        keyring.token("event", PHONE),
        keyring.phone_token(PHONE),
        keyring.audit_mac(framed("event", PHONE)),
    ]
    assert len(set(tokens)) == len(tokens)
    assert keyring.token("event", "abc") == keyring.token("event", b"abc")


def test_tokens_of_other_purposes_or_parts_differ(keyring: Keyring) -> None:
    check_tokens_are_apart(keyring)


def test_planted_parts_joined_without_their_lengths_are_caught(
    keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def joined(*parts: str | bytes) -> bytes:
        return b"".join(part.encode() if isinstance(part, str) else part for part in parts)

    monkeypatch.setattr("crypto.keyring.framed", joined)
    with pytest.raises(AssertionError):
        check_tokens_are_apart(keyring)


@pytest.mark.req("D-1")
def test_a_birth_date_bucket_is_shared_by_many_dates(keyring: Keyring) -> None:
    dates = [
        f"19{year:02}-{month:02}-{day:02}" for year in range(100) for month in range(1, 13) for day in range(1, 29)
    ]
    buckets = {keyring.bucket("birth date", date) for date in dates}

    assert len(buckets) <= 2**12
    assert len(dates) / len(buckets) > 5
    assert {len(bucket) for bucket in buckets} == {2}
    assert keyring.bucket("birth date", dates[0]) != keyring.bucket("other", dates[0])


@pytest.mark.parametrize("bits", [0, 33])
def test_a_bucket_of_no_sensible_size_is_refused(keyring: Keyring, bits: int) -> None:
    with pytest.raises(ValueError, match="bits"):
        keyring.bucket("birth date", "1990-09-12", bits)
