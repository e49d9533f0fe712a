"""Printed letters as pictures, in four languages on every sheet: what the window shows, and what the first fold."""

from collections.abc import Callable
from io import BytesIO

import pytest
import zxingcpp
from letter_pictures import Ink, cut, ink_in, picture
from PIL import ImageChops
from pypdf import PdfReader

from outreach.messaging.errors import UnprintableLetter
from outreach.messaging.letters import press
from outreach.messaging.letters.codes import new_code, read_code, typed_form
from outreach.messaging.letters.rows import LetterContent
from outreach.messaging.letters.sheets import SHEETS, Area, Sheet
from outreach.messaging.letters.templates import shelf

LANGUAGES = ["en", "es", "ar", "zh-Hans"]
SHEET_NAMES = list(SHEETS)
CODE = new_code()
every_letter = pytest.mark.parametrize("template", ["short", "full"])
every_language = pytest.mark.parametrize("language", LANGUAGES)
every_sheet = pytest.mark.parametrize("sheet", SHEET_NAMES)


def a_letter(language: str = "en", sheet: str = "letter-10", template: str = "full", **changes: str) -> LetterContent:
    chosen = shelf().letter(template, language, is_practice=True)
    words = chosen.filled(advocate="Rosa", phone="(336) 555-0142", name="Lena")
    content = LetterContent(
        template=template, language=language, says=chosen.says.value, title=chosen.title, recipient="Lena Ortiz",
        name_to_use="Lena", address="2 Elm St, Apt 4\nHigh Point, NC 27260",
        return_address="PO Box 1417\nHigh Point, NC 27261", paragraphs=words, code=CODE, sheet=sheet,
    )  # fmt: skip
    return content._replace(**changes)


def printed(content: LetterContent) -> bytes:
    return press.render(press.page_of(content))


def whole_first_fold(sheet: Sheet) -> Area:
    return Area(0, 0, sheet.width, sheet.panel)


def slides(sheet: Sheet) -> list[Area]:
    """Return what the window shows with the sheet at rest, at each end of its play, and between."""
    parts = (0, 0.5, 1)
    return [sheet.seen(sheet.play_across * across, sheet.play_up * up) for across in parts for up in parts]


def check_window(sheet: Sheet, pdf: bytes) -> None:
    """The address, whole, within a millimetre of where it belongs; nothing else, wherever the sheet slides."""
    page = picture(pdf)
    ink = ink_in(page, sheet.ever_seen)
    assert ink is not None, "the window shows nothing"
    always = sheet.always_seen
    assert ink.left == pytest.approx(always.left, abs=1)
    assert ink.bottom == pytest.approx(always.bottom, abs=1)
    assert always.left - 1 < ink.left < ink.right < always.right + 1
    assert always.top - 1 < ink.top < ink.bottom < always.bottom + 1
    for window in slides(sheet):
        assert ink_in(page, window) == pytest.approx(ink, abs=0.4), "the address is cut off, or something else shows"


def check_first_fold(sheet: Sheet, pdf: bytes) -> None:
    """Nothing but return address and address lies on the part that is outside when the sheet is folded."""
    page = picture(pdf)
    left, top, right, bottom = sheet.always_seen
    address = ink_in(page, Area(left - 1, top - 1, right + 1, bottom + 1))
    sender = ink_in(page, Area(0, 0, sheet.width, 30))
    assert address is not None
    assert sender is not None
    allowed = (address, sender)
    fold = page.copy()
    for ink in allowed:
        left, top, right, bottom = (round(each * 150 / 25.4) for each in ink)
        fold.paste(255, (left - 1, top - 1, right + 2, bottom + 2))
    assert ink_in(fold, whole_first_fold(sheet)) is None


@pytest.mark.req("46a")
@every_sheet
@every_language
@every_letter
def test_the_window_shows_the_address_and_nothing_else_however_the_sheet_slides(
    template: str, language: str, sheet: str
) -> None:
    check_window(SHEETS[sheet], printed(a_letter(language, sheet, template)))


@pytest.mark.req("46a")
@every_sheet
def test_four_lines_of_an_address_are_seen_whole_however_the_sheet_slides(sheet: str) -> None:
    address = "HARBOR VIEW TRAILER PARK LOT 12\n1200 N MARTIN LUTHER KING JR\nHIGH POINT NC 27260-1234"
    content = a_letter(sheet=sheet, recipient="Maria Magdalena Ortiz", address=address)
    if SHEETS[sheet].letters_a_line < 31:
        with pytest.raises(UnprintableLetter):
            printed(content._replace(address=f"{address}\n{address}"))
        return
    check_window(SHEETS[sheet], printed(content))


@pytest.mark.req("47")
@every_sheet
@every_language
@every_letter
def test_the_first_fold_shows_no_word_of_the_letter(template: str, language: str, sheet: str) -> None:
    check_first_fold(SHEETS[sheet], printed(a_letter(language, sheet, template)))


def a_word_higher(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "_UNDER_THE_FOLD", -8)


def an_address_to_the_left(monkeypatch: pytest.MonkeyPatch) -> None:
    real = {name: press._template(name) for name in ("page.html", "page.css")}
    monkeypatch.setattr(press, "_template", {**real, "page.css": _Slid(real["page.css"])}.__getitem__)


class _Slid:
    """A style in which the address lies two millimetres from where the window shows it."""

    def __init__(self, template: object) -> None:
        self.template = template

    def render(self, **measures: object) -> str:
        text: str = self.template.render(**measures)  # type: ignore[attr-defined]
        return text + ".to { margin-left: -2mm; margin-bottom: 2mm }"


@pytest.mark.parametrize(
    ("plant", "check"), [(an_address_to_the_left, check_window), (a_word_higher, check_first_fold)]
)
def test_planted_slip_of_two_millimetres_or_a_word_above_the_fold_is_caught(
    plant: Callable[[pytest.MonkeyPatch], None],
    check: Callable[[Sheet, bytes], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    press._style.cache_clear()
    plant(monkeypatch)
    try:
        pdf = printed(a_letter())
    finally:
        monkeypatch.undo()
        press._style.cache_clear()
    with pytest.raises(AssertionError):
        check(SHEETS["letter-10"], pdf)


@pytest.mark.req("47")
@every_sheet
@every_language
def test_the_address_looks_the_same_whatever_the_language_of_the_letter(language: str, sheet: str) -> None:
    """In a page written from right to left a house number must not change places with the street."""
    english, other = (picture(printed(a_letter(each, sheet))) for each in ("en", language))
    ink = ink_in(english, SHEETS[sheet].ever_seen)
    assert ink == pytest.approx(ink_in(other, SHEETS[sheet].ever_seen), abs=2.5)
    if language != "zh-Hans":  # Its font draws the Latin letters in another shape.
        area = SHEETS[sheet].ever_seen
        assert ImageChops.difference(cut(english, area), cut(other, area)).getbbox() is None


def test_planted_address_that_turns_with_the_language_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    template, real = press._template, press._template("page.html")

    class Turned:
        def render(self, **given: object) -> str:
            return real.render(**given).replace('class="to"', 'class="to" style="direction: rtl"')

    monkeypatch.setattr(press, "_template", lambda name: Turned() if name == "page.html" else template(name))
    turned = picture(printed(a_letter("ar")))
    monkeypatch.undo()
    area = SHEETS["letter-10"].ever_seen
    assert ImageChops.difference(cut(picture(printed(a_letter("en"))), area), cut(turned, area)).getbbox()


@pytest.mark.req("48")
def test_an_arabic_letter_begins_at_the_right_and_a_chinese_one_at_the_left() -> None:
    body = Area(0, 100, 215, 240)
    arabic = ink_in(picture(printed(a_letter("ar", template="short"))), body)
    chinese = ink_in(picture(printed(a_letter("zh-Hans", template="short"))), body)
    assert isinstance(arabic, Ink)
    assert isinstance(chinese, Ink)

    assert arabic.right == pytest.approx(215.9 - 25.4, abs=1)
    assert chinese.left == pytest.approx(25.4, abs=1)


@pytest.mark.req("48")
@pytest.mark.parametrize(("language", "font"), [("ar", "Arabic"), ("zh-Hans", "CJK-SC"), ("es", "Noto-Sans")])
def test_a_letter_is_set_in_a_font_of_its_language_and_says_which_language_it_is(language: str, font: str) -> None:
    pdf = PdfReader(BytesIO(printed(a_letter(language))))
    fonts = {str(each["/BaseFont"]) for page in pdf.pages for each in page["/Resources"]["/Font"].values()}

    assert any(font in each for each in fonts)
    assert pdf.trailer["/Root"]["/Lang"] == language


@pytest.mark.req("49")
@every_sheet
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_scanner_reads_the_code_from_the_printed_page_and_a_person_can_type_it(language: str, sheet: str) -> None:
    pdf = printed(a_letter(language, sheet))
    inside = Area(0, SHEETS[sheet].panel, SHEETS[sheet].width, SHEETS[sheet].height)

    scanned = zxingcpp.read_barcodes(cut(picture(pdf), inside))

    assert [read_code(each.text) for each in scanned] == [CODE]
    assert typed_form(CODE) in PdfReader(BytesIO(pdf)).pages[0].extract_text()


def test_a_letter_released_before_there_were_codes_is_printed_without_one() -> None:
    pdf = printed(a_letter(code=""))

    assert zxingcpp.read_barcodes(picture(pdf)) == []


@pytest.mark.parametrize(("sheet", "pages"), [("letter-10", 1), ("a4-dl", 1), ("a4-c5", 2)])
@every_language
def test_a_full_letter_is_one_sheet(language: str, sheet: str, pages: int) -> None:
    reader = PdfReader(BytesIO(printed(a_letter(language, sheet))))

    assert len(reader.pages) <= pages
    box = reader.pages[0].mediabox
    assert float(box.width) == pytest.approx(SHEETS[sheet].width * 72 / 25.4, abs=0.5)
    assert float(box.height) == pytest.approx(SHEETS[sheet].height * 72 / 25.4, abs=0.5)
