"""What a level event may say, and how a wrong one is answered: every wrong field, by pointer, without its value."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signed_events import COMMON, EVERY_KIND, WHEN, an_event

from outreach.events import (
    Correction,
    InvalidEvent,
    LevelAssigned,
    call_in_at_of,
    level_of,
    offender_of,
    on_scene_of,
    original_of,
    parse_event,
    victim_of,
)
from outreach.inbox import SignedEvent, UnreadableDeposit, pack, unpack
from outreach.intake import strict_json
from outreach.intake.event_terms import Answer, EventKind
from outreach.terms import Level

OPTIONAL = {"incident_number", "agency_case_ref", "on_scene"}


def faults(event: Any) -> dict[str, str]:
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    with pytest.raises(InvalidEvent) as refused:
        parse_event(body)
    return {each["pointer"]: each["detail"] for each in refused.value.errors}


def read(event: dict[str, Any]) -> Any:
    return parse_event(json.dumps(event).encode())


@pytest.mark.req("6")
@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_kind_is_read(kind: str) -> None:
    assert read(an_event(kind)).kind == EventKind(kind)


@pytest.mark.req("6")
def test_the_kinds_are_exactly_those_of_the_contract() -> None:
    assert set(EVERY_KIND) == set(EventKind)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_required_field_is_asked_for(kind: str) -> None:
    required = set(an_event(kind)) - OPTIONAL - {"kind"}
    if kind.startswith("level"):
        required -= {"call_in_at"}
    if kind == "offender_notified":
        required = (required - {"mailed_on"}) | {"notified_at"}

    found = faults({"kind": kind})

    assert set(found) == {
        f"/{name}" for name in required if not (kind == "offender_notified" and name == "notified_at")
    }
    assert set(found.values()) == {"is required"}


@pytest.mark.req("8")
@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_field_outside_the_schema_is_named_and_refused(kind: str) -> None:
    assert faults(an_event(kind, narrative="he said")) == {"/narrative": "is not a field we accept; leave it out"}


@pytest.mark.req("8")
@pytest.mark.parametrize("part", ["offender", "victim", "on_scene"])
def test_unknown_fields_are_refused_in_every_part(part: str) -> None:
    event = an_event()
    event[part]["ssn"] = None

    assert list(faults(event)) == [f"/{part}/ssn"]


def test_unknown_fields_are_refused_in_an_address_and_in_what_is_corrected() -> None:
    event = an_event("correction")
    event["corrected"]["victim"]["address"]["country"] = "US"

    assert list(faults(event)) == ["/corrected/victim/address/country"]


@pytest.mark.req("7")
def test_answers_that_were_not_given_are_unknown() -> None:
    for event in (an_event(on_scene={}), an_event(on_scene=None), an_event("removed"), an_event("call_in_cancelled")):
        answers = on_scene_of(read(event))
        assert (answers.safe_to_call, answers.safe_to_leave_message, answers.safe_with_others) == (Answer.UNKNOWN,) * 3
        assert answers.told_advocate_will_contact is None


def test_null_is_read_as_left_out_and_a_required_null_as_missing() -> None:
    event = an_event(incident_number=None, occurred_at=None)
    event["victim"]["phones"] = None

    assert faults(event) == {"/occurred_at": "is required"}
    assert victim_of(read(event | {"occurred_at": COMMON["occurred_at"]})).phones == ()


@pytest.mark.req("5")
def test_the_level_is_kept_as_sent() -> None:
    for level in "ABCD":
        assert level_of(read(an_event(level=level))) == Level(level)
    for wrong in ("E", "b", "", "AB", 1):
        assert list(faults(an_event(level=wrong))) == ["/level"]


def test_what_the_worker_asks_for_is_found_in_corrections_too() -> None:
    event = read(an_event("correction"))

    assert isinstance(event, Correction)
    assert isinstance(original_of(event), LevelAssigned)
    assert victim_of(event)
    assert offender_of(event)
    assert call_in_at_of(event) == datetime(2026, 12, 2, 23, 0, tzinfo=UTC)
    assert victim_of(read(an_event("call_in_cancelled"))) is None


def test_a_correction_corrects_an_event_of_its_own_jurisdiction_and_never_a_correction() -> None:
    event = an_event("correction")
    event["corrected"]["jurisdiction"] = "elsewhere"
    assert list(faults(event)) == ["/corrected/jurisdiction"]
    assert list(faults(an_event("correction", corrected=an_event("correction")))) == ["/corrected/kind"]


@pytest.mark.parametrize(
    "wrong",
    ["2026-02-30T00:00:00Z", "2026-11-20T22:14:00", "2026-11-20", "2026-11-20 22:14:00Z", "1763678040", 1763678040,
     "2026-11-20T24:00:01Z", "2026-11-20T22:14:00+25:00", "2026-11-20T22:14Z", "9999-12-31T23:59:59-05:00",
     "0001-01-01T00:00:00+05:00", "1999-12-31T00:00:00Z", "２０26-11-20T22:14:00Z", True, [], {}, ""],
)  # fmt: skip
def test_times_must_exist_and_carry_their_offset(wrong: Any) -> None:
    assert list(faults(an_event(occurred_at=wrong))) == ["/occurred_at"]


def test_fractions_of_a_second_and_z_are_read() -> None:
    assert read(an_event(occurred_at="2026-11-20T22:14:00.123456789Z")).occurred_at.microsecond == 123456
    assert read(an_event(occurred_at="2026-11-20t22:14:00.5z")).occurred_at.microsecond == 500000


@pytest.mark.parametrize("wrong", ["2026-02-30", "1990-9-12", "12/09/1990", "1899-12-31", "19900912", 19900912])
def test_dates_must_exist(wrong: Any) -> None:
    event = an_event()
    event["victim"]["date_of_birth"] = wrong
    assert list(faults(event)) == ["/victim/date_of_birth"]


def test_nobody_is_born_after_the_event() -> None:
    event = an_event()
    event["victim"]["date_of_birth"] = "2025-11-21"
    assert list(faults(event)) == ["/victim/date_of_birth"]


@pytest.mark.parametrize("phone", ["+13365550142", "+12125550100", "+442079460000", "+525512345678", "+14165550199"])
def test_real_and_fictional_phones_in_e164_form_are_read(phone: str) -> None:
    event = an_event()
    event["victim"]["phones"] = [phone]
    assert victim_of(read(event)).phones == (phone,)


@pytest.mark.parametrize(
    "wrong",
    ["3365550142", "+1 336 555 0142", "+1336555014", "+133655501422", "+0123456789", "+9991234567", "tel:+13365550142",
     "+１3365550142", "+1336555014a", "", 13365550142, None, "+13365550142;ext=1"],
)  # fmt: skip
def test_phones_not_in_e164_form_are_refused(wrong: Any) -> None:
    event = an_event()
    event["offender"]["phones"] = ["+13365550142", wrong]
    assert list(faults(event)) == ["/offender/phones/1"]


def test_lists_and_lines_are_capped() -> None:
    event = an_event(incident_number="x" * 65, agency_case_ref="x" * 65, criteria_version="x" * 33)
    event["victim"].update(phones=["+13365550199"] * 11, full_name="x" * 201)
    event["victim"]["address"]["lines"] = ["x"] * 5
    event["offender"]["addresses"] *= 6
    event["on_scene"].update(safe_times="x" * 121, needs=["other"] * 8)
    assert list(faults(event)) == [
        "/agency_case_ref", "/criteria_version", "/incident_number", "/offender/addresses", "/on_scene/needs",
        "/on_scene/safe_times", "/victim/address/lines", "/victim/full_name", "/victim/phones",
    ]  # fmt: skip


def test_languages_are_bcp_47() -> None:
    for tag in ("es", "es-419", "zh-Hans", "zh-Hant-TW", "ase", "sl-rozaj-biske", "de-CH-1996", "en-x-own", "mww"):
        event = an_event()
        event["victim"]["language"] = tag
        assert victim_of(read(event)).language == tag
        event["victim"]["language"] = f"{tag}-"
        assert list(faults(event)) == ["/victim/language"]


def test_a_letter_needs_a_mailing_day_or_a_time_and_nothing_else_is_mailed() -> None:
    letter = an_event("offender_notified")
    assert read(letter).mailed_on == date(2026, 11, 19)
    assert read({**letter, "mailed_on": None, "notified_at": WHEN}).notified_at
    assert list(faults({**letter, "mailed_on": None})) == ["/notified_at"]
    assert list(faults({**letter, "channel": "phone"})) == ["/mailed_on", "/notified_at"]
    assert list(faults({**letter, "channel": "fax"})) == ["/channel"]
    assert list(faults({**letter, "mailed_on": "soon"})) == ["/mailed_on"]


def test_every_wrong_field_is_listed_at_once_without_its_value() -> None:
    event = an_event(level="canary", jurisdiction="Canary Town", incident_number="", extra="canary")
    event["victim"].update(full_name=" ", phones=["canary"], language="c")
    event["victim"]["address"].update(lines=[], state="canary", postal_code="canary")
    event["offender"]["full_name"] = 7
    event["on_scene"].update(told_advocate_will_contact="true", needs=["canary"], safe_times="canary" * 30)

    found = faults(event)

    assert list(found) == [
        "/extra", "/incident_number", "/jurisdiction", "/level", "/offender/full_name", "/on_scene/needs/0",
        "/on_scene/safe_times", "/on_scene/told_advocate_will_contact", "/victim/address/lines",
        "/victim/address/postal_code", "/victim/address/state", "/victim/full_name", "/victim/language",
        "/victim/phones/0",
    ]  # fmt: skip
    assert "canary" not in " ".join(found.values()).lower()


def test_a_field_that_cannot_be_read_hides_no_other_wrong_field() -> None:
    event = an_event("level_assigned", level="E", narrative="He said")
    event["victim"] |= {"full_name": "Ana\0", "phones": ["336 555 0142"]}

    assert faults(event) == {
        "/level": "must be one of: A, B, C or D",
        "/narrative": "is not a field we accept; leave it out",
        "/victim/full_name": "must not hold control characters or broken characters",
        "/victim/phones/0": "must be a phone number in E.164 form, such as +13365550142",
    }


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"", ""), (b"{", ""), (b"\xff", ""), (b"\xef\xbb\xbf{}", ""), (b"[]", ""), (b'"x"', ""), (b"7" * 9000, ""),
        (b"{}", "/kind"), (b'{"kind":[]}', "/kind"), (b'{"kind":{}}', "/kind"), (b'{"kind":"webhook"}', "/kind"),
        (b"[" * 60_000, ""), (b'{"a":' * 12_000, ""), (b'{"kind":NaN}', "/kind"), (b'{"a":[-Infinity]}', "/a/0"),
        (b'{"kind":"removed","kind":"removed"}', "/kind"), (b'{"a":{"b/~":1,"b/~":2}}', "/a/b~1~0"),
        (b'{"a":"\\u0000"}', "/a"), (b'{"a":"\\ud800"}', "/a"), (b'{"\\ud800":1}', "/?"), (b'{"a":"x\\ny"}', "/a"),
        (b'{"a":"\\u202e"}', "/a"), (b'{"a":' * 17 + b"1" + b"}" * 17, "/a" * 16), (b" " * 65_537, ""),
        (b'{"kind":"removed"}{', ""), ("{}".encode("utf-16"), ""),
    ],
)  # fmt: skip
def test_json_that_is_broken_or_reads_two_ways_is_refused(body: bytes, pointer: str) -> None:
    assert pointer in faults(body)


def test_ten_thousand_repeated_names_are_refused_quickly() -> None:
    assert list(faults(b"{" + b",".join([b'"a":1'] * 10_000) + b"}")) == ["/a", "/kind"]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    with pytest.raises(InvalidEvent):
        parse_event(body)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(EVERY_KIND)), st.data())
def test_any_value_in_any_field_is_read_or_refused_at_a_place_in_the_document(kind: str, data: Any) -> None:
    event = an_event(kind)
    name = data.draw(st.sampled_from(sorted(set(event) - {"kind"})))
    event[name] = data.draw(_JSON)
    found: list[Any] = []
    try:
        read(event)
    except InvalidEvent as refused:
        found = [each["pointer"] for each in refused.errors] or [None]
    assert all(pointer == "" or pointer.startswith("/") for pointer in found)


def test_an_event_cannot_be_changed_and_does_not_show_her_in_its_repr() -> None:
    event = read(an_event())
    with pytest.raises(ValueError, match="frozen"):
        event.level = Level.A
    assert "Fictional" not in repr(event)
    assert "5550199" not in repr(event)


def test_a_deposit_unpacks_to_the_bytes_that_were_signed() -> None:
    event = SignedEvent("high-point-pd", "evt_1", 1_764_000_000, "v1a,AAAA", b'{"kind": "removed"}\n\x00\xff')
    assert unpack(pack(event)) == event
    assert "removed" not in repr(event)


def test_a_deposit_cut_anywhere_or_lengthened_is_refused() -> None:
    packed = pack(SignedEvent("a", "evt_1", 1, "v1a,AAAA", b"{}"))
    for end in range(len(packed)):
        with pytest.raises(UnreadableDeposit):
            unpack(packed[:end])
    for longer in (packed + b"\0", packed + b"\0\0\0\0", b"\x02" + packed[1:]):
        with pytest.raises(UnreadableDeposit):
            unpack(longer)


@settings(max_examples=500, deadline=None)
@given(_JSON, st.integers(0, 20), st.sampled_from(["", '"\\u0000"', '"\\ud800"', "NaN", '{"a":1,"a":1}', '{"\\n":1}']))
def test_the_quick_look_and_the_list_of_faults_agree(value: Any, depth: int, odd: str) -> None:
    text = json.dumps(value) if not odd else f"[{json.dumps(value, allow_nan=True)}, {odd}]"
    nested = "[" * depth + text + "]" * depth
    document = strict_json.json.loads(
        nested, object_pairs_hook=strict_json._Object, parse_constant=lambda _: strict_json._NotANumber()
    )
    assert strict_json._is_clean(document) == (list(strict_json._faults(document)) == [])
