"""
The recovery kit: the root key as three shares of words on paper, any two of which make it again.

Shamir's secret sharing as SLIP-39 writes it: 33 words a share from a list made for handwriting, each share with a
checksum and the whole with a digest. One share alone says nothing about the key. Hides the kept library that does it.

Source: SLIP-0039 (SatoshiLabs), through its reference implementation `shamir-mnemonic`.
"""

from collections.abc import Sequence
from pathlib import Path

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics

from crypto.errors import CryptoError
from crypto.keyfiles import write_new
from crypto.wrapping import KEY_LENGTH

SHARES = 3
NEEDED = 2
_WORDS_A_LINE = 4

_PAGE = """WAYSIDE RECOVERY KIT - SHARE {number} OF {shares}

This page and any one of the other {others} make the root key again. Alone it opens nothing.

{words}

What to do with it
  1. Print the pages. Delete the file they came in.
  2. Give each page to a different person you trust. Nobody keeps two.
  3. Keep it away from the computer that runs Wayside, and from its backups.
  4. To recover, bring {needed} pages together and type in their words, one share after the other.
"""


class ShareError(CryptoError):
    """The shares given do not make a root key; the message says why and holds no word of them."""


def make_shares(root_key: bytes) -> list[str]:
    """Return three shares of 33 words each; any two of them make the 32-byte root key again."""
    if len(root_key) != KEY_LENGTH:
        raise ValueError("a root key is 32 bytes long")
    return list(generate_mnemonics(1, [(NEEDED, SHARES)], root_key)[0])


def recover(shares: Sequence[str]) -> bytes:
    """
    Return the root key made by two shares.

    Raises:
        ShareError: too few shares, a mistyped word, or shares of different kits.
    """
    tidy = [" ".join(share.lower().split()) for share in shares]
    if len(set(tidy)) < NEEDED:
        raise ShareError(f"{NEEDED} different shares are needed.")
    try:
        key = bytes(combine_mnemonics(tidy[:NEEDED]))
    except MnemonicError:
        key = b""  # Raised below, outside the handler: the original may quote the words.
    if len(key) != KEY_LENGTH:
        raise ShareError("A word is mistyped, or the shares are not of one kit. Compare them with the pages.")
    return key


def write_kit(path: Path, root_key: bytes) -> None:
    """Write the pages to a new file for its owner only; one share a page, parted by form feeds."""
    pages = [_page(number, share) for number, share in enumerate(make_shares(root_key), start=1)]
    write_new(path, "\f".join(pages).encode())


def _page(number: int, share: str) -> str:
    words = [f"{place:2}. {word:<12}" for place, word in enumerate(share.split(), start=1)]
    lines = ["  ".join(words[at : at + _WORDS_A_LINE]).rstrip() for at in range(0, len(words), _WORDS_A_LINE)]
    return _PAGE.format(
        number=number, shares=SHARES, others=SHARES - 1, needed=NEEDED, words="\n".join(f"  {line}" for line in lines)
    )
