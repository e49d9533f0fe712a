"""The recovery kit: any two of three pages make the root key again; one alone, or a wrong word, does not."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from crypto.errors import KeyFileError
from crypto.kit import ShareError, make_shares, recover, write_kit

ROOT_KEY = bytes(range(32))


def test_any_two_shares_make_the_root_key_again() -> None:
    shares = make_shares(ROOT_KEY)

    assert len(shares) == 3
    for pair in combinations(shares, 2):
        assert recover(pair) == ROOT_KEY
        assert recover(pair[::-1]) == ROOT_KEY
    assert recover(shares) == ROOT_KEY


def test_a_share_typed_in_capitals_with_stray_spaces_still_counts() -> None:
    first, second, _ = make_shares(ROOT_KEY)

    assert recover([f"  {first.upper()} ", second.replace(" ", "\n  ")]) == ROOT_KEY


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_shares_are_refused(count: int) -> None:
    with pytest.raises(ShareError, match="2 different shares"):
        recover(make_shares(ROOT_KEY)[:count])


def test_one_share_twice_is_refused() -> None:
    share = make_shares(ROOT_KEY)[0]
    with pytest.raises(ShareError, match="2 different shares"):
        recover([share, share.upper()])


def test_any_mistyped_word_is_refused_and_no_word_is_quoted() -> None:
    first, second, _ = make_shares(ROOT_KEY)
    words = first.split()
    for at in range(len(words)):
        wrong = [*words[:at], "academic" if words[at] != "academic" else "acid", *words[at + 1 :]]
        with pytest.raises(ShareError) as refusal:
            recover([" ".join(wrong), second])
        assert refusal.value.__context__ is None


def test_shares_of_two_kits_are_refused() -> None:
    with pytest.raises(ShareError, match="not of one kit"):
        recover([make_shares(ROOT_KEY)[0], make_shares(ROOT_KEY)[1]])


def test_published_shares_of_slip_39_are_understood() -> None:
    # SLIP-0039 test vectors, "Valid mnemonic with sharing threshold", 256 bits; made with the pass phrase TREZOR,
    # which the library does not check: so the shares are taken and make some key of the right length.
    shares = (
        "humidity disease academic always aluminum jewelry energy woman receiver strategy amuse duckling lying evidence"
        " network walnut tactics forget hairy rebound impulse brother survive clothes stadium mailman rival ocean"
        " reward venture always armed unwrap",
        "humidity disease academic agency actress jacket gross physics cylinder solution fake mortgage benefit public"
        " busy prepare sharp friar change work slow purchase ruler again tricycle involve viral wireless mixture"
        " anatomy desert cargo upgrade",
    )
    assert len(recover(shares)) == 32


def test_the_pages_name_their_share_and_hold_its_words(tmp_path: Path) -> None:
    write_kit(tmp_path / "kit.txt", ROOT_KEY)
    pages = (tmp_path / "kit.txt").read_text().split("\f")

    assert [page.splitlines()[0] for page in pages] == [f"WAYSIDE RECOVERY KIT - SHARE {n} OF 3" for n in (1, 2, 3)]
    shares = [" ".join(re.findall(r"\d+\. ([a-z]+)", page.split("What to do")[0])) for page in pages]
    assert recover(shares[1:]) == ROOT_KEY
    assert (tmp_path / "kit.txt").stat().st_mode & 0o777 == 0o600
    assert ROOT_KEY.hex() not in "".join(pages)


def test_a_kit_is_never_overwritten(tmp_path: Path) -> None:
    write_kit(tmp_path / "kit.txt", ROOT_KEY)
    with pytest.raises(KeyFileError, match="never overwritten"):
        write_kit(tmp_path / "kit.txt", ROOT_KEY)
