"""A stack of real pages as it comes out of the portal: whole, in order, under a title that tells nothing."""

from io import BytesIO

import pytest
from letter_world import LATER
from pypdf import PdfReader
from stacks import PrintDesk

from outreach.messaging.letters import press
from outreach.messaging.letters.codes import typed_form
from outreach.messaging.letters.printers import as_one_file

pytestmark = pytest.mark.req("49")


def test_the_file_holds_each_letter_once_in_the_order_of_the_list(print_desk: PrintDesk) -> None:
    batch_id = print_desk.released()
    assert print_desk.make(page=press.print_letter).made == 3
    codes = [typed_form(each) for each in print_desk.codes(batch_id)]
    pages = print_desk.take_out(batch_id).pages

    file = PdfReader(BytesIO(as_one_file(pages)))

    text = "\n".join(page.extract_text() for page in file.pages)
    assert [text.count(code) for code in codes] == [1, 1, 1]
    assert sorted(codes, key=text.index) == codes
    assert text.count("2 ELM ST") == 3
    assert file.metadata.title == "Pages"
    assert LATER.isoformat()[:10] not in str(file.metadata)


def test_planted_page_that_comes_twice_is_caught(print_desk: PrintDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = as_one_file
    monkeypatch.setitem(globals(), "as_one_file", lambda pages: whole([*pages, pages[0]]))
    with pytest.raises(AssertionError):
        test_the_file_holds_each_letter_once_in_the_order_of_the_list(print_desk)
