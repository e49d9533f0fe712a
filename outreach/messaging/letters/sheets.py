"""
Sheets of paper and the window envelopes they are folded for: where a window shows what, however the sheet slides. Pure.

All lengths in millimetres; places on a sheet are measured from its top left corner. A folded sheet stands on the
envelope's lower edge and against its left one, and can slide right and up by the room that is left.
Sources: USPS and maker's sheets for number 10 window envelopes; ISO 269 and DIN 680 for DL and C5.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class Area(NamedTuple):
    """A rectangle on a sheet."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Return how wide it is."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Return how high it is."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One kind of paper, folded for one kind of envelope."""

    name: str
    """As WAYSIDE_LETTER_FORMAT names it."""
    label: str
    width: float
    height: float
    panel: float
    """Height of the first fold, the part with the address on it."""
    envelope_width: float
    envelope_height: float
    window_left: float
    """From the envelope's left edge."""
    window_bottom: float
    """From the envelope's lower edge."""
    window_width: float
    window_height: float

    @property
    def play_across(self) -> float:
        """Return how far the sheet can slide to the right."""
        return self.envelope_width - self.width

    @property
    def play_up(self) -> float:
        """Return how far the sheet can slide up."""
        return self.envelope_height - self.panel

    def seen(self, across: float = 0, up: float = 0) -> Area:
        """Return what of the sheet the window shows when it slid this far; no shift is how it lies at rest."""
        left, bottom = self.window_left - across, self.panel - self.window_bottom + up
        return Area(left, bottom - self.window_height, left + self.window_width, bottom)

    @property
    def always_seen(self) -> Area:
        """Return what the window shows however the sheet slides: here the address belongs."""
        rest, slid = self.seen(), self.seen(self.play_across, self.play_up)
        return Area(rest.left, slid.top, slid.right, rest.bottom)

    @property
    def ever_seen(self) -> Area:
        """Return what the window can show at all: nothing but the address may stand here."""
        rest, slid = self.seen(), self.seen(self.play_across, self.play_up)
        return Area(max(slid.left, 0), rest.top, rest.right, slid.bottom)

    @property
    def letters_a_line(self) -> int:
        """Return how many characters of the address fit beside each other."""
        return int(self.always_seen.width / _LETTER_WIDTH)


_LETTER_WIDTH = 2.45
"""A capital of the address, on average."""
_INCH = 25.4

_SHEETS = (
    Sheet(
        name="letter-10", label="US Letter, folded in three, number 10 window envelope",
        width=8.5 * _INCH, height=11 * _INCH, panel=11 / 3 * _INCH,
        envelope_width=9.5 * _INCH, envelope_height=4.125 * _INCH,
        window_left=0.875 * _INCH, window_bottom=0.5 * _INCH, window_width=4.5 * _INCH, window_height=1.125 * _INCH,
    ),
    Sheet(
        name="a4-dl", label="A4, folded in three, DL window envelope",
        width=210, height=297, panel=99, envelope_width=220, envelope_height=110,
        window_left=20, window_bottom=15, window_width=90, window_height=35,
    ),
    Sheet(
        name="a4-c5", label="A4, folded in half, C5 window envelope",
        width=210, height=297, panel=148.5, envelope_width=229, envelope_height=162,
        window_left=20, window_bottom=60, window_width=90, window_height=35,
    ),
)  # fmt: skip
SHEETS: Mapping[str, Sheet] = {each.name: each for each in _SHEETS}
STANDARD = _SHEETS[0].name


def sheet_called(name: str) -> Sheet:
    """Return a sheet by its name; an empty one is US Letter, as every letter was before there were others."""
    return SHEETS[name or STANDARD]
