"""Everyone who works on cases finds the blank sheets in their account, before they are needed."""

import pytest
from case_visits import words

pytestmark = pytest.mark.req("81")


def test_the_sheets_are_found_from_ones_account_and_are_files_to_print(desk, world):
    desk.sit_down(world.dana.card)
    assert "/paper-forms" in desk.get("/account").text
    page = words(desk.get("/paper-forms"))
    assert "Paper forms" in page
    assert "First enter what stops contact" in page

    sheet = desk.get("/paper-forms/way/a4.pdf")
    assert (sheet.status_code, sheet.mimetype) == (200, "application/pdf")
    assert sheet.data.startswith(b"%PDF")
    assert sheet.headers["Content-Disposition"] == 'inline; filename="way-a4.pdf"'
    assert desk.get("/paper-forms/nothing/a4.pdf").status_code == 404
    assert desk.get("/paper-forms/way/a5.pdf").status_code == 404
