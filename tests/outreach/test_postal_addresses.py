"""Addresses as people write them: read, questioned, and written as the Postal Service likes them."""

import pytest

from outreach.reaching.postal_addresses import envelope_lines, faults_of

FITTING = {
    "2 Elm St, Apt 4\nHigh Point, NC 27260": ("2 ELM ST APT 4", "HIGH POINT NC 27260"),
    "2 elm street\napartment 4\nhigh point, north carolina 27260-1234": ("2 ELM ST APT 4", "HIGH POINT NC 27260-1234"),
    "2 Elm St, Apt 4, High Point, NC 27260": ("2 ELM ST APT 4", "HIGH POINT NC 27260"),
    "2 Elm St\nHigh Point\nNC\n27260": ("2 ELM ST", "HIGH POINT NC 27260"),
    "P.O. Box 1417\nHigh Point, N.C. 27261": ("PO BOX 1417", "HIGH POINT NC 27261"),
    "c/o Ana Ruiz\n12 North Main Street #3\nGreensboro, NC, 27401\nUSA": (
        "C/O ANA RUIZ", "12 NORTH MAIN ST #3", "GREENSBORO NC 27401",
    ),
    "1 Main St\nCharleston, West Virginia 25301": ("1 MAIN ST", "CHARLESTON WV 25301"),
    "1600 Pennsylvania Avenue NW\nWashington, D.C. 20500": ("1600 PENNSYLVANIA AVENUE NW", "WASHINGTON DC 20500"),
    "12 Court Street\nDale City, VA 22193": ("12 COURT ST", "DALE CITY VA 22193"),
    "5 Avenue A\nNew York, New York 10009": ("5 AVENUE A", "NEW YORK NY 10009"),
    "CMR 402 Box 1\nAPO, AE 09180": ("CMR 402 BOX 1", "APO AE 09180"),
}  # fmt: skip
ASKED_ABOUT = {
    "2 Elm St\nHigh Point, NC 10001": "The ZIP code 10001 is not in NC. Check ZIP and state.",
    "2 Elm St\nHigh Point, NC": "The ZIP code is missing. The last line is like: High Point, NC 27260.",
    "2 Elm St": "The city, state and ZIP code are missing. The last line is like: High Point, NC 27260.",
    "2 Elm St\nHigh Point 27260": "The state is missing. The last line is like: High Point, NC 27260.",
    "2 Elm St\nNC 27260": "The city is missing. The last line is like: High Point, NC 27260.",
    "High Point, NC 27260": "The street is missing. Add street and number, or the PO box.",
    "2 Elm St\nHigh Point, NC 2726": "The ZIP code has five digits. Write it like 27260, or 27260-1234.",
    "5 rue de la Paix\n75002 Paris\nFrance": (
        "The city, state and ZIP code are missing. The last line is like: High Point, NC 27260."
    ),
}


@pytest.mark.parametrize(("typed", "lines"), FITTING.items())
def test_an_address_is_written_as_the_postal_service_likes_it(typed: str, lines: tuple[str, ...]) -> None:
    assert faults_of(typed) == ()
    assert envelope_lines(typed) == lines


@pytest.mark.parametrize(("typed", "said"), ASKED_ABOUT.items())
def test_an_address_that_looks_wrong_is_asked_about_with_the_mend_and_kept_as_it_is(typed: str, said: str) -> None:
    assert " ".join(map(str, faults_of(typed))) == said
    assert envelope_lines(typed) == tuple(typed.splitlines())


def test_a_written_address_read_again_is_the_same() -> None:
    for typed in FITTING:
        lines = envelope_lines(typed)
        assert envelope_lines("\n".join(lines)) == lines


@pytest.mark.parametrize("typed", ["", "\n\n", ",,,", "27260", "NC", "x" * 300, "🏠", "'; drop table --"])
def test_nothing_anybody_types_breaks_the_reading(typed: str) -> None:
    assert faults_of(typed)
    assert len(envelope_lines(typed)) <= 1
