"""Printed letters as pictures: what ink lies where on the sheet, in millimetres."""

import subprocess
from functools import lru_cache
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageOps

from outreach.messaging.letters.sheets import Area

DOTS_AN_INCH = 150
_MILLIMETRE = DOTS_AN_INCH / 25.4


class Ink(NamedTuple):
    """The smallest rectangle around all ink in a part of the sheet."""

    left: float
    top: float
    right: float
    bottom: float


@lru_cache(maxsize=64)
def picture(pdf: bytes, *, page: int = 1) -> Image.Image:
    """Return one page of a PDF as poppler, not our own renderer, draws it: grey, black is ink."""
    command = ["pdftoppm", "-r", str(DOTS_AN_INCH), "-gray", "-f", str(page), "-l", str(page), "-"]
    return Image.open(BytesIO(subprocess.run(command, input=pdf, capture_output=True, check=True).stdout))


def cut(sheet: Image.Image, area: Area) -> Image.Image:
    """Return the part of the picture that an area of the sheet is."""
    left, top, right, bottom = (round(each * _MILLIMETRE) for each in area)
    return sheet.crop((max(left, 0), max(top, 0), min(right, sheet.width), min(bottom, sheet.height)))


def ink_in(sheet: Image.Image, area: Area) -> Ink | None:
    """Return the rectangle around the ink inside an area; None where the paper is white."""
    box = ImageOps.invert(cut(sheet, area)).point(lambda grey: 255 if grey > 64 else 0).getbbox()
    if box is None:
        return None
    left, top = max(area.left, 0), max(area.top, 0)
    across, down = box[0] / _MILLIMETRE, box[1] / _MILLIMETRE
    return Ink(left + across, top + down, left + box[2] / _MILLIMETRE, top + box[3] / _MILLIMETRE)
