"""
How a text travels: its alphabet, its units and its segments. Pure.

Source: 3GPP TS 23.038, the GSM 7-bit default alphabet and its extension table.
"""

import unicodedata
from typing import NamedTuple

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_EXTENSION = frozenset("\f^{}\\[~]|€")
"""These take two units each."""

_PLAIN = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "‚": "'",
        "′": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "‐": "-",
        "‑": "-",
        "−": "-",
        "…": "...",
        "\u00a0": " ",
        "\u2009": " ",
        "\u202f": " ",
        "\u200b": None,
        "\ufeff": None,
    }
)


class Segments(NamedTuple):
    """What a phone company counts: alphabet, units, and texts it is split into."""

    encoding: str
    """GSM-7 or UCS-2."""
    units: int
    pieces: int


def plain(said: str) -> str:
    """Replace curly quotes, long dashes and odd spaces, one of which would turn the whole text into UCS-2."""
    return said.translate(_PLAIN)


def without_rare_accents(said: str) -> str:
    """Drop accents GSM-7 has no letter for (á, í, ó, ú), as phone users do; é, ñ and ¿ stay."""
    return "".join(c if c in GSM_7 or c in GSM_7_EXTENSION else _base(c) for c in said)


def _base(character: str) -> str:
    base = unicodedata.normalize("NFD", character)[0]
    return base if base in GSM_7 else character


def count_segments(said: str) -> Segments:
    """Count units and segments: 160 or 153 each in GSM-7, 70 or 67 in UCS-2."""
    if all(character in GSM_7 or character in GSM_7_EXTENSION for character in said):
        units = sum(2 if character in GSM_7_EXTENSION else 1 for character in said)
        return Segments("GSM-7", units, _pieces(units, 160, 153))
    units = len(said.encode("utf-16-be")) // 2
    return Segments("UCS-2", units, _pieces(units, 70, 67))


def _pieces(units: int, alone: int, joined: int) -> int:
    return 1 if units <= alone else -(-units // joined)
