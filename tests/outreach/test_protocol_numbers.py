"""Before a protocol is made current, every number in its text that differs is shown, old and new."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from protocol_texts import LENGTH, lengths

from outreach.protocols import numbers
from outreach.protocols.numbers import changed_numbers
from outreach.protocols.preview import preview
from outreach.protocols.protocol import ProtocolError, parse

HIGH_POINT = (Path(__file__).parents[2] / "config" / "protocols" / "high-point.toml").read_text()
AFTER = datetime(2026, 11, 20, 15, tzinfo=UTC)
BUDDY = "The buddy is told of a missed check-in or check-out after"
SOON = "Danger is talked about again, after other news, within"
HIGH = "Danger that is high is talked about again every"
CHECK = "A safety check before a meeting counts for"
UNSEEN = """
[meetings]
safety_check = "12 hours"
buddy_after = "5 minutes"
supervisor_after = "8 minutes"

[again]
urgent = "12 hours"
soon = "36 hours"
while_high = "500 hours"
"""
FULL = HIGH_POINT + UNSEEN


def shown(text: str, current: str = FULL) -> list[tuple[str, str, str, bool | None]]:
    return [each[:4] for each in changed_numbers(parse(current), parse(text))]


def one_other(place: int) -> str:
    """Return the full text with the length at a place one more, or one less where more is a fault."""
    number = re.match(r"\d+", FULL[place:]).group()
    for other in (int(number) + 1, int(number) - 1):
        text = f"{FULL[:place]}{other}{FULL[place + len(number) :]}"
        try:
            parse(text)
        except ProtocolError:
            continue
        return text
    raise AssertionError(f"no other length can stand at {place}")


def nothing_changes_unseen() -> None:
    """Change each length of a file that has every table; see it by itself, or in what events ask for."""
    places = [place for place, _ in lengths(FULL)]
    assert len(places) == len(LENGTH.findall(FULL)) > 30
    unseen = places[-len(LENGTH.findall(UNSEEN)) :]
    for place in places:
        text = one_other(place)
        by_itself = shown(text)
        assert len(by_itself) == 1 or (place not in unseen and not by_itself)
        assert by_itself or preview(parse(text), parse(FULL), after=AFTER).changed


@pytest.mark.req("12")
def test_no_number_of_a_file_changes_unseen():
    nothing_changes_unseen()


@pytest.mark.parametrize("left_out", ["_of_policy", "_numbers"])
def test_planted_list_that_forgets_numbers_is_caught(monkeypatch, left_out):
    monkeypatch.setattr(numbers, left_out, lambda *_: iter(()))
    with pytest.raises(AssertionError):
        nothing_changes_unseen()


@pytest.mark.req("51")
@pytest.mark.parametrize(
    ("old", "new", "what", "was", "will", "is_laxer"),
    [
        ('"5 minutes"', '"7 minutes"', BUDDY, "5 minutes", "7 minutes", True),
        ('"8 minutes"', '"6 minutes"', "Supervisors are told of it after", "8 minutes", "6 minutes", False),
        ('"12 hours"\nbuddy', '"1 hour"\nbuddy', CHECK, "12 hours", "1 hour", False),
        ('"500 hours"', '"501 hours"', HIGH, "500 hours", "501 hours", True),
        ('"72 hours"\nlast', '"96 hours"\nlast', "She is told before a call-in by", "72 hours", "96 hours", False),
        ("closes = 17:00:00", "closes = 16:30:00", "The office closes at", "17:00", "16:30", None),
        ('soon = "36 hours"', 'soon = "1 business day"', SOON, "36 hours", "1 business day", None),
    ],
)
def test_a_number_that_changes_is_said_in_words_old_and_new(old, new, what, was, will, is_laxer):
    assert old in FULL
    assert shown(FULL.replace(old, new, 1)) == [(what, was, will, is_laxer)]


def test_what_is_read_out_is_shown_too_and_the_same_text_shows_nothing():
    ((what, was, will, _),) = shown(FULL.replace("You can stop at any time.", "Stop when you like."))
    assert what == "Read out to who may be under 18"
    assert was.endswith("any time.")
    assert will.endswith("you like.")
    assert shown(FULL) == []
    assert changed_numbers(None, parse(FULL)) == ()


def test_a_file_that_goes_silent_goes_back_to_the_programmes_numbers_in_sight():
    found = {what: (was, will) for what, was, will, _ in shown(HIGH_POINT)}
    assert found[BUDDY] == ("5 minutes", "10 minutes")
    assert found[HIGH] == ("500 hours", "720 hours")
    assert len(found) == 6
