"""The printed page: harmless outside, readable by machine and by eye, made only with the gate's leave."""

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from builders import NOW, a_destination, a_verdict
from pypdf import PdfReader

from outreach.gate.facts import CaseFacts
from outreach.messaging.errors import UnprintableLetter
from outreach.messaging.letters import press
from outreach.messaging.letters.press import NotForThisLetter, Page, print_letter, render
from outreach.messaging.letters.rows import LetterContent
from outreach.messaging.letters.templates import shelf
from outreach.safe_contact import Allowed, may_contact
from outreach.terms import Channel, ContentLevel, DestinationKind

HOME = UUID(int=5)
LANGUAGES = ["en", "es", "ar", "zh-Hans"]
FACTS = CaseFacts(
    level=None, zone="America/New_York", is_adult=True, paused=False, compromised=False, do_not_contact=False,
    she_will_contact_us=False, match_pending=False, supervisor_hold=False,
)  # fmt: skip


def leave(content: ContentLevel = ContentLevel.NAMED, *, destination_id: UUID = HOME) -> Allowed:
    home = a_destination(
        id=destination_id, kind=DestinationKind.ADDRESS, value="2 Elm St", name_to_use="Lena",
        verdicts={Channel.LETTER: a_verdict()},
    )  # fmt: skip
    allowed = may_contact(home, Channel.LETTER, content, at=NOW, facts=FACTS)
    assert isinstance(allowed, Allowed)
    return allowed


def a_letter(template: str = "full", language: str = "en", **changes: Any) -> LetterContent:
    chosen = shelf().letter(template, language, is_practice=True)
    words = chosen.filled(advocate="Rosa", phone="(336) 555-0142", name="Lena")
    content = LetterContent(
        template=chosen.name, language=language, says=chosen.says.value, title=chosen.title, recipient="Lena Ortiz",
        name_to_use="Lena", address="2 Elm St, Apt 4\nHigh Point, NC 27260",
        return_address="PO Box 1417\nHigh Point, NC 27261", paragraphs=words,
    )  # fmt: skip
    return content._replace(**changes)


def printed(content: LetterContent) -> PdfReader:
    return PdfReader(BytesIO(print_letter(leave(), content, destination_id=HOME, at=NOW)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", ["short", "full"])
def test_a_page_is_one_sheet_of_us_letter_tagged_for_screen_readers(template: str, language: str) -> None:
    pdf = printed(a_letter(template, language))

    assert len(pdf.pages) == 1
    assert (pdf.pages[0].mediabox.width, pdf.pages[0].mediabox.height) == (612, 792)
    root: Any = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == language
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


@pytest.mark.req("47")
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_print_queue_shows_a_title_that_tells_nothing(language: str) -> None:
    metadata = dict(printed(a_letter(language=language)).metadata or {})

    assert metadata.pop("/Title") in ("Letter", "Carta", "رسالة", "信")
    assert set(metadata) == {"/Producer"}
    assert str(metadata["/Producer"]).startswith("WeasyPrint")


def test_an_address_too_long_for_the_window_is_not_printed() -> None:
    address = "\n".join(f"Line {n} of a very long address that goes on" for n in range(4))
    with pytest.raises(UnprintableLetter, match="window"):
        printed(a_letter(address=address))


def check_strange_letters(render_page: Callable[[Page], bytes]) -> None:
    for language, hello in (("en", "Hello,"), ("es", "Hola:"), ("ar", "مرحبًا،"), ("zh-Hans", "您好：")):
        for name in ("Lena \ue123", "\U0010fffd"):
            with pytest.raises(UnprintableLetter):
                render_page(Page(language, "Letter", "", name, (hello,)))
            with pytest.raises(UnprintableLetter):
                render_page(Page(language, "Letter", "", "Lena", (hello, name)))


def test_a_name_with_a_letter_no_font_has_is_not_printed() -> None:
    check_strange_letters(render)


def test_planted_printing_that_does_not_listen_for_missing_letters_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press._Ear, "filter", lambda self, record: True)
    with pytest.raises(pytest.fail.Exception):
        check_strange_letters(render)


def test_names_from_many_places_are_printed() -> None:
    render(Page("en", "Letter", "", "Nguyễn Thị Ánh\nŞule Çağlar\nMagdaléna Łuczak\nلينا\n李娜", ("Hello,",)))


def test_what_the_printer_complains_of_reaches_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(UnprintableLetter) as refusal:
        render(Page("en", "Letter", "", "Lena \ue123", ("Hello,",)))

    assert "\ue123" not in caplog.text
    assert "Lena" not in str(refusal.value)


@pytest.mark.req("NI-12")
@pytest.mark.parametrize("address", ["file:///etc/hostname", "http://127.0.0.1:9/x.png", "ftp://127.0.0.1/x"])
def test_the_printer_fetches_nothing(address: str) -> None:
    from weasyprint.urls import URLFetcher

    with pytest.raises(ValueError, match="disallowed"):
        URLFetcher(allowed_protocols=("data",)).fetch(address)


def test_words_cannot_become_markup() -> None:
    pdf = printed(a_letter(paragraphs=("<b>Hello</b> <img src=x> & {{ 7*7 }}",)))

    assert "<b>Hello</b> <img src=x> & {{ 7*7 }}" in pdf.pages[0].extract_text().replace("\n", " ")


def test_a_page_is_made_only_with_the_gates_leave_for_it() -> None:
    letter = a_letter()
    for wrong in (None, True, "allowed"):
        with pytest.raises(NotForThisLetter):
            print_letter(wrong, letter, destination_id=HOME, at=NOW)  # type: ignore[arg-type]
    with pytest.raises(NotForThisLetter):
        print_letter(leave(destination_id=uuid4()), letter, destination_id=HOME, at=NOW)
    with pytest.raises(NotForThisLetter):
        print_letter(leave(ContentLevel.NEUTRAL), letter, destination_id=HOME, at=NOW + timedelta(hours=1))


def test_the_gates_answer_for_a_call_prints_no_letter() -> None:
    phone = a_destination(id=HOME)
    allowed = may_contact(phone, Channel.CALL, ContentLevel.NEUTRAL, at=NOW, facts=FACTS)
    assert isinstance(allowed, Allowed)
    with pytest.raises(NotForThisLetter):
        print_letter(allowed, a_letter("short"), destination_id=HOME, at=NOW)


def test_no_letter_names_us_or_says_more_than_it_may() -> None:
    for (_language, name), letter in shelf().letters.items():
        said = " ".join(letter.filled(advocate="Rosa", phone="(336) 555-0142", name="Lena")).casefold()
        assert not re.search(r"wayside|victim|víctima|advoca|offender|abus|you are safe|delete", said)
        assert "!" not in said
        if name == "short":
            assert letter.says is ContentLevel.NEUTRAL
            assert not re.search(r"polic|court|tribunal|partner|pareja|hurt|safe|salvo|danger", said)
