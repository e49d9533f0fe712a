"""What an officer wrote down becomes verdicts: missing is unknown, unknown is no, her own word stays hers."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest

from outreach.events import LevelEvent, parse_event
from outreach.gate.hours import Window
from outreach.ingesting.on_scene import Told, narrows, new_destination, places_of, updated
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.reaching.safe_times import read_safe_times
from outreach.terms import Channel, DestinationKind, Verdict, VerdictSource

HERS = "+13365550199"
HIS = "+13365550142"
HOME = {"lines": ["12 Oak Street", "Apt 3"], "city": "High Point", "state": "NC", "postal_code": "27260"}
TOLD = Told("high-point-pd", datetime(2026, 11, 20, 3, 14, tzinfo=UTC))
LATER = Told("high-point-pd", datetime(2026, 11, 25, 3, 14, tzinfo=UTC))


def an_event(victim: dict[str, Any] | None = None, on_scene: dict[str, Any] | None = None) -> LevelEvent:
    body = {
        "kind": "level_assigned",
        "occurred_at": "2026-11-19T22:14:00-05:00",
        "jurisdiction": "high-point",
        "level": "B",
        "criteria_version": "2026-01",
        "offender": {"full_name": "Sam Doe", "phones": [HIS]},
        "victim": {"full_name": "Ana Roe", "phones": [HERS], "address": HOME} | (victim or {}),
    }
    return parse_event(json.dumps(body | ({"on_scene": on_scene} if on_scene else {})).encode())


def her_phone(event: LevelEvent) -> Destination:
    place = next(place for place in places_of(event) if place.kind is DestinationKind.PHONE)
    return new_destination(place, event, TOLD)


def her_home(event: LevelEvent) -> Destination:
    place = next(place for place in places_of(event) if place.kind is DestinationKind.ADDRESS)
    return new_destination(place, event, TOLD)


@pytest.mark.req("7")
def test_nothing_is_safe_when_nothing_was_asked() -> None:
    for destination in (her_phone(an_event()), her_home(an_event())):
        assert {v.verdict for v in destination.verdicts.values()} == {Verdict.UNKNOWN}
        assert destination.windows == ()
        assert destination.may_leave_message is None
        assert destination.text_consent_at is None


@pytest.mark.req("7")
@pytest.mark.parametrize(
    ("call", "message", "call_verdict", "voicemail_verdict"),
    [
        ("yes", "yes", Verdict.SAFE, Verdict.SAFE),
        ("yes", "no", Verdict.SAFE, Verdict.UNSAFE),
        ("yes", "unknown", Verdict.SAFE, Verdict.UNKNOWN),
        ("no", "yes", Verdict.UNSAFE, Verdict.UNKNOWN),
        ("no", "no", Verdict.UNSAFE, Verdict.UNSAFE),
        ("unknown", "yes", Verdict.UNKNOWN, Verdict.UNKNOWN),
    ],
)
def test_a_call_and_a_message_are_as_safe_as_the_officer_was_told(
    call: str, message: str, call_verdict: Verdict, voicemail_verdict: Verdict
) -> None:
    phone = her_phone(an_event(on_scene={"safe_to_call": call, "safe_to_leave_message": message}))

    assert phone.verdicts[Channel.CALL].verdict is call_verdict
    assert phone.verdicts[Channel.VOICEMAIL].verdict is voicemail_verdict


@pytest.mark.req("29")
def test_an_officers_answers_never_make_a_text_or_a_letter_safe() -> None:
    event = an_event(on_scene={"safe_to_call": "yes", "safe_to_leave_message": "yes", "safe_with_others": "yes"})

    assert her_phone(event).verdicts[Channel.TEXT].verdict is Verdict.UNKNOWN
    assert her_home(event).verdicts[Channel.LETTER].verdict is Verdict.UNKNOWN


@pytest.mark.req("22")
def test_a_verdict_says_which_agency_asked_and_when() -> None:
    verdict = her_phone(an_event(on_scene={"safe_to_call": "yes"})).verdicts[Channel.CALL]

    assert (verdict.source, verdict.said_by, verdict.verified_at) == (VerdictSource.ON_SCENE, "high-point-pd", TOLD.at)


@pytest.mark.req("7")
def test_hours_that_are_not_plain_become_a_condition_for_a_human() -> None:
    phone = her_phone(an_event(on_scene={"safe_to_call": "yes", "safe_times": "when his truck is gone"}))

    assert phone.windows == ()
    assert "his truck is gone" in (phone.verdicts[Channel.CALL].condition or "")


@pytest.mark.req("7")
def test_plain_hours_become_windows() -> None:
    phone = her_phone(an_event(on_scene={"safe_to_call": "yes", "safe_times": "weekdays 9-12"}))

    assert phone.windows == (Window((0, 1, 2, 3, 4), time(9), time(12)),)
    assert phone.verdicts[Channel.CALL].condition is None


@pytest.mark.req("7")
@pytest.mark.parametrize(
    ("words", "days", "begins", "ends"),
    [
        ("weekdays 9-12", (0, 1, 2, 3, 4), time(9), time(12)),
        ("Mon-Fri 9am-3pm", (0, 1, 2, 3, 4), time(9), time(15)),
        ("weekends 10:30am to 1pm", (5, 6), time(10, 30), time(13)),
        ("tue and thu 18:00-20:00", (1, 3), time(18), time(20)),
        ("9-3", tuple(range(7)), time(9), time(15)),
        ("weekdays 9-5pm", (0, 1, 2, 3, 4), time(9), time(17)),
        ("daily 8 am until 10 am", tuple(range(7)), time(8), time(10)),
    ],
)
def test_plain_words_are_read(words: str, days: tuple[int, ...], begins: time, ends: time) -> None:
    assert read_safe_times(words) == (Window(days, begins, ends),)


@pytest.mark.req("7")
@pytest.mark.parametrize(
    "words",
    ["mornings", "after 6pm", "not 9-12", "weekdays 9-12 except tue", "9-12 or later", "25-26", "fri-mon 9-12"]
    + ["13pm-14pm", "weekdays", "9", "22-6", "9-11", "0-24", "6-8", "5-6:30"],
)
def test_words_that_could_mean_something_else_are_left_to_a_human(words: str) -> None:
    assert read_safe_times(words) is None


def test_his_number_is_never_added_as_hers() -> None:
    assert [place.value for place in places_of(an_event())] == [HERS, "12 Oak Street\nApt 3\nHigh Point, NC 27260"]


@pytest.mark.req("7")
def test_an_officers_later_answer_replaces_an_officers_earlier_one() -> None:
    before = her_phone(an_event(on_scene={"safe_to_call": "yes", "safe_times": "weekdays 9-12"}))

    after = updated(before, an_event(on_scene={"safe_to_call": "no"}), LATER)

    assert after.verdicts[Channel.CALL].verdict is Verdict.UNSAFE
    assert after.windows == ()


@pytest.mark.req("7")
def test_an_event_that_arrives_late_replaces_no_newer_answer() -> None:
    before = new_destination(places_of(an_event())[0], an_event(on_scene={"safe_to_call": "no"}), LATER)

    assert updated(before, an_event(on_scene={"safe_to_call": "yes"}), TOLD) == before


@pytest.mark.req("22a")
def test_what_she_said_herself_is_never_overwritten_by_an_officer() -> None:
    hers = ChannelVerdict(Verdict.SAFE, VerdictSource.VICTIM, datetime(2026, 11, 1, tzinfo=UTC))
    phone = replace(
        her_phone(an_event()),
        verdicts={Channel.CALL: hers, Channel.VOICEMAIL: hers, Channel.TEXT: hers},
        windows=(Window((1,), time(9), time(10)),),
        may_leave_message=True,
    )

    assert updated(phone, an_event(on_scene={"safe_to_call": "no", "safe_times": "daily 8-9"}), LATER) == phone


@pytest.mark.req("P2b")
def test_a_question_that_was_not_asked_again_takes_no_yes_away() -> None:
    before = her_phone(an_event(on_scene={"safe_to_call": "yes", "safe_times": "weekdays 9-12"}))

    after = updated(before, an_event(on_scene={"needs": ["medical"]}), LATER)

    assert after.verdicts[Channel.CALL] == before.verdicts[Channel.CALL]
    assert after.windows == before.windows
    assert not narrows(before, after)


@pytest.mark.req("P2b")
def test_an_officers_no_after_a_yes_and_other_hours_are_known_as_less_leave() -> None:
    before = her_phone(an_event(on_scene={"safe_to_call": "yes", "safe_times": "weekdays 9-12"}))
    for answers in ({"safe_to_call": "no"}, {"safe_to_call": "yes", "safe_times": "sundays 7-8"}):
        assert narrows(before, updated(before, an_event(on_scene=answers), LATER))
