"""Before a protocol is made current, people see on fictional events what comes sooner, later, new or not at all."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from protocol_texts import lengths

from outreach.protocols.preview import Mark, Preview, preview
from outreach.protocols.protocol import Protocol, parse

PROTOCOLS = Path(__file__).parents[2] / "config" / "protocols"
HIGH_POINT = (PROTOCOLS / "high-point.toml").read_text()
GUILFORD = (PROTOCOLS / "guilford-da.toml").read_text()
AFTER = datetime(2026, 11, 20, 15, tzinfo=UTC)


def looked_at(text: str, current: str | None = HIGH_POINT) -> Preview:
    return preview(parse(text), parse(current) if current else None, after=AFTER)


def marks(found: Preview, scene: str, duty: str) -> set[Mark]:
    (part,) = [each for each in found.parts if each.scene == scene]
    return {row.mark for row in part.rows if row.duty == duty}


def one_more(text: str, place: int) -> str:
    number = re.match(r"\d+", text[place:]).group()
    return f"{text[:place]}{int(number) + 1}{text[place + len(number) :]}"


@pytest.mark.req("12")
@pytest.mark.parametrize("text", [HIGH_POINT, GUILFORD], ids=["high-point", "guilford-da"])
def test_the_same_protocol_changes_nothing(text):
    found = looked_at(text, text)
    assert (found.changed, found.worse) == (0, ())
    assert all(part.rows for part in found.parts)


@pytest.mark.req("12")
@pytest.mark.parametrize("place", lengths(HIGH_POINT), ids=lambda each: each[1])
def test_no_length_of_time_in_a_file_can_grow_unseen(place):
    changed = one_more(HIGH_POINT, place[0]).replace('A = "16 minutes"', 'A = "14 minutes"')
    found = looked_at(changed)
    assert found.changed
    if '"16 minutes"' in one_more(HIGH_POINT, place[0]) or "_before" in place[1]:
        return  # More notice, or a sooner match, is sooner.
    assert found.worse


def blind(found: Preview) -> Preview:
    """Return a preview that forgot the scenes in which a court order changes."""
    return Preview(tuple(part for part in found.parts if "court order" not in part.scene))


def test_planted_sample_that_lacks_a_scene_is_caught():
    place = next(place for place, words in lengths(HIGH_POINT) if words.startswith("order_served"))
    assert not blind(looked_at(one_more(HIGH_POINT, place))).changed


@pytest.mark.req("12")
def test_later_and_gone_are_named_with_the_longest_delay():
    text = HIGH_POINT.replace('"first_contact", due = "24 hours"', '"first_contact", due = "48 hours"')
    text = text.replace('  { step = "safety_plan", due = "72 hours" },\n', "")
    found = looked_at(text)
    assert marks(found, "Level B", "Make the first contact") == {Mark.LATER}
    assert marks(found, "Level B", "Make a safety plan together") == {Mark.GONE}
    assert [(each.scene, each.duty, each.later_by) for each in found.worse] == [
        ("Level B", "Make a safety plan together", None),
        ("Level B", "Make the first contact", timedelta(hours=24)),
    ]


@pytest.mark.req("12")
def test_sooner_and_new_are_marked_and_warn_of_nothing():
    text = HIGH_POINT.replace('"outreach", due = "5 business days"', '"outreach", due = "1 hour"')
    text = text.replace(
        "[levels.C]\nsteps = [\n", '[levels.C]\nsteps = [\n  { step = "safety_plan", due = "72 hours" },\n'
    )
    found = looked_at(text)
    assert marks(found, "Level D", "Reach out") == {Mark.SOONER}
    assert marks(found, "Level C", "Make a safety plan together") == {Mark.NEW}
    assert found.worse == ()


@pytest.mark.req("19")
def test_a_holiday_added_shows_on_its_eve():
    found = looked_at(HIGH_POINT.replace("2027-05-31,", "2027-05-31, 2027-06-18,"))
    rows = [row for part in found.parts for row in part.rows if row.mark is Mark.LATER]
    assert {row.at.words for row in rows} == {"The day before Jun 18, 2027, a holiday in one of the two"}
    assert {row.duty for row in rows} == {"Decide on a letter", "Reach out"}


@pytest.mark.req("19")
def test_an_earlier_closing_time_shows_wherever_business_days_count():
    found = looked_at(HIGH_POINT.replace("closes = 17:00:00", "closes = 16:00:00"))
    assert marks(found, "Level D", "Reach out") == {Mark.SOONER}
    assert marks(found, "Level A", "Reach her now") == {Mark.SAME}


@pytest.mark.req("19")
def test_the_sample_has_awkward_moments():
    words = {row.at.words for part in looked_at(HIGH_POINT).parts for row in part.rows}
    assert {"Friday, 4:59 pm", "Saturday, 2 am", "December 31, 4:59 pm"} <= words
    assert {"The night the clocks go forward", "The night the clocks go back"} <= words
    assert "The day before Nov 26, 2026, a holiday" in words


def test_a_zone_without_clock_changes_has_no_such_night():
    phoenix = HIGH_POINT.replace("America/New_York", "America/Phoenix")
    words = {row.at.words for part in looked_at(phoenix, phoenix).parts for row in part.rows}
    assert not {each for each in words if "clocks" in each}


@pytest.mark.req("12")
def test_who_is_told_first_shows():
    text = HIGH_POINT.replace('offender_told_by = "call_in"', 'offender_told_by = "individual_notification"')
    found = looked_at(text)
    duty = "We were told too late. See how she is"
    assert marks(found, "The partner was told face to face at level B", duty) == {Mark.NEW}


@pytest.mark.req("12")
def test_a_first_protocol_is_all_new():
    found = looked_at(HIGH_POINT, None)
    assert {row.mark for part in found.parts for row in part.rows} == {Mark.NEW}
    assert found.worse == ()


@pytest.mark.req("12")
def test_another_jurisdictions_protocol_differs_at_every_level():
    found = looked_at(GUILFORD)
    levels = {each.scene: each.rows for each in found.parts if each.scene in {f"Level {level}" for level in "ABCD"}}
    assert len(levels) == 4
    assert all(any(row.mark is not Mark.SAME for row in rows) for rows in levels.values())


def test_a_preview_is_pure_and_repeats():
    protocol: Protocol = parse(GUILFORD)
    assert preview(protocol, None, after=AFTER) == preview(protocol, None, after=AFTER)
