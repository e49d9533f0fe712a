"""What a file of cases may look like, and how everything that can be read in two ways is refused with its mend."""

import pytest
from papers import LENA, RULES, a_file, faults, rows

from outreach.importing import cells
from outreach.importing.cells import BadCell
from outreach.importing.checking import alike, rows_of
from outreach.importing.columns import COLUMNS, NAMES
from outreach.importing.spreadsheet import read
from outreach.terms import Channel, DestinationKind

pytestmark = pytest.mark.req("81")


@pytest.mark.parametrize(("separator", "mark"), [(",", False), (",", True), (";", True), ("\t", False)])
def test_files_are_read_as_spreadsheets_write_them(separator, mark):
    (row,) = rows_of(read(a_file(LENA, separator=separator, mark=mark)), RULES)

    assert (row.reference, row.particulars.full_name, row.particulars.date_of_birth) == (
        "17",
        "Lena Ortiz",
        "1990-09-12",
    )
    phone, address = row.ways
    assert (phone.kind, phone.value) == (DestinationKind.PHONE, "+13365550142")
    assert address.value == "12 Oak Street\nHigh Point, NC 27260"
    assert phone.said == {Channel.CALL: True, Channel.VOICEMAIL: True, Channel.TEXT: True}


def test_excels_line_about_the_separator_and_blank_rows_are_passed_over_and_rows_keep_their_numbers():
    file = b"sep=;\r\nreference;full_name;do_not_contact\r\n;;\r\n7;Ana Roe;perhaps\r\n"
    assert faults(file) == ["row 4, do_not_contact can not be read as yes or no. Write yes or no, or leave it empty."]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1990-09-12", "1990-09-12"),
        ("1990-09-12 00:00:00", "1990-09-12"),
        ("9/25/1990", "1990-09-25"),
        ("25.9.1990", "1990-09-25"),
        ("4/4/2020", "2020-04-04"),
        ("12 Sep 1990", "1990-09-12"),
        ("12-September-1990", "1990-09-12"),
        ("Sept. 12th, 1990", "1990-09-12"),
        ("", None),
    ],
)
def test_a_date_with_one_reading_is_taken(written, meant):
    found = cells.day(written)
    assert (found.isoformat() if found else None) == meant


@pytest.mark.parametrize(
    "written", ["03/04/2026", "4.3.2026", "3/4/26", "12-Sep-90", "44927", "31 Feb 2020", "2020-13-01", "Maybe 4, 2020"]
)
def test_a_date_with_two_readings_or_none_is_refused_with_the_mend(written):
    with pytest.raises(BadCell, match="Write it like|Check it") as refused:
        cells.day(written)
    assert written not in str(refused.value)


@pytest.mark.parametrize("written", ["336 555 0142", "+1 336.555.0142", "(336) 555–0142", "13365550142"])
def test_a_phone_becomes_one_number_however_it_is_written(written):
    assert cells.phone(written) == "+13365550142"


@pytest.mark.parametrize(
    "written", ["555-0142", "336-555-0142 / 336-555-0143", "336-555-0142 (mom)", "3.3656E+09", "?"]
)
def test_what_is_no_one_whole_phone_is_refused(written):
    with pytest.raises(BadCell):
        cells.phone(written)


def test_every_fault_is_told_by_row_and_column_with_its_mend_and_no_cell_is_shown():
    bad = {
        **LENA,
        "reference": "18",
        "date_of_birth": "03/04/1991",
        "phone": "5550142",
        "zip": "90210",
        "level": "E7",
        "phone_times": "evenings sometime",
        "advocate": "nobody@elsewhere.test",
        "ask_first": "SSN 123-45-6789",
        "language": "Klingon",
        "do_not_contact": "ja doch",
    }
    said = faults(a_file(LENA, bad))

    columns = ["date_of_birth", "phone", "street", "level", "phone_times", "advocate", "ask_first", "language"]
    for column in (*columns, "do_not_contact"):
        assert any(line.startswith(f"row 3, {column} ") for line in said), column
    assert not any(line.startswith("row 2,") for line in said)
    cells_of_it = [value for name, value in bad.items() if name not in ("reference", "mail") and "yes" not in value]
    assert not [(value, line) for line in said for value in cells_of_it if value in line]


def test_a_column_nobody_knows_is_a_fault_that_names_it():
    assert faults(a_file({**LENA, "Favourite Colour": "red"})) == [
        "row 1, favourite_colour: is no column we know. Rename it, move it into ask_first, or take it out."
    ]


@pytest.mark.req("82")
@pytest.mark.parametrize(
    "column", ["SSN", "Social Security No", "immigration status", "Visa", "Citizenship", "A-Number"]
)
def test_columns_of_what_is_never_stored_are_refused(column):
    (said,) = faults(a_file({**LENA, column: "x"}))
    assert "is never stored here" in said


@pytest.mark.req("82")
def test_a_note_that_tells_of_immigration_status_is_refused():
    (said,) = faults(a_file({**LENA, "ask_first": "She is undocumented"}))
    assert said.startswith("row 2, ask_first may tell of immigration status")


def test_a_file_without_a_first_line_of_names_shows_nothing_of_its_rows():
    assert faults(b"17,Lena Ortiz,336-555-0142\n") == [
        "row 1, the first line does not name the columns we know. See `wayside cases template`."
    ]


@pytest.mark.parametrize(
    ("content", "mend"),
    [
        (b"", "is empty"),
        (b"reference,full_name\n", "has no rows"),
        ("reference,full_name\n1,Ren\xe9e".encode("latin-1"), "UTF-8"),
        (b'reference,full_name\n1,"Ana" Roe\n', "quotation mark"),
        (b"reference,full_name,phone\n1,Ana Roe\n", "as many cells"),
        (b"reference,full_name,full name\n1,Ana Roe,x\n", "there twice"),
        (b"reference\n1\n", "full_name: this column is missing"),
    ],
)
def test_a_file_that_can_not_be_used_says_how_to_mend_it(content, mend):
    (said,) = faults(content)
    assert mend in said


def test_one_reference_twice_is_a_fault():
    assert faults(a_file(LENA, {**LENA, "full_name": "Ana Roe"})) == [
        "row 3, reference is the same as in a row above. Give each case its own."
    ]


def test_a_no_to_all_mail_or_texts_reaches_each_way_and_stays_without_one():
    (row,) = rows({**LENA, "no_mail": "yes", "no_texts": "x"})
    assert [way.said.get(Channel.TEXT, way.said.get(Channel.LETTER)) for way in row.ways] == [False, False]

    (row,) = rows({"reference": "1", "full_name": "Ana Roe", "mail": "no"})
    assert (row.stops.no_mail, row.ways) == (True, ())


@pytest.mark.parametrize("answer", [{"phone_2_call": "no"}, {"phone_2_shared": "yes"}, {"phone_2_times": "daily 9-12"}])
def test_an_answer_about_a_phone_that_is_not_named_is_a_fault_and_is_never_dropped(answer):
    (said,) = faults(a_file({**LENA, **answer}))
    assert said.startswith("row 2, phone_2 is empty, and the cells about it are not.")


def test_rows_of_one_file_that_may_be_one_person_are_counted():
    same_birth = {"reference": "2", "full_name": "Ortiz, Lena", "date_of_birth": "12 Sep 1990"}
    stranger = {"reference": "3", "full_name": "Ana Roe", "date_of_birth": "12 Sep 1990"}
    assert alike(rows(LENA, same_birth, stranger)) == 2


def test_the_template_names_every_column_and_is_read_back():
    assert faults((",".join(NAMES) + "\n").encode()) == ["the file has no rows below its first line."]
    assert all(column.says for column in COLUMNS)
