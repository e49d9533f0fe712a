"""A protocol file is read whole or not at all, and every fault says where and how to mend it."""

from datetime import timedelta
from pathlib import Path

import pytest

from outreach.protocols.protocol import ProtocolError, digest, parse
from outreach.protocols.steps import PROTOCOL_STEPS, STEPS, Step
from outreach.terms import Level
from outreach.workdays import Due

PROTOCOLS = Path(__file__).parents[2] / "config" / "protocols"
HIGH_POINT = (PROTOCOLS / "high-point.toml").read_text()
GUILFORD = (PROTOCOLS / "guilford-da.toml").read_text()


def hours(count: int) -> Due:
    return Due(elapsed=timedelta(hours=count))


def faults(text: str) -> dict[str, tuple[str, str]]:
    with pytest.raises(ProtocolError) as caught:
        parse(text)
    return {fault.path: (fault.wrong, fault.mend) for fault in caught.value.faults}


@pytest.mark.req("12")
def test_high_point_keeps_the_programmes_defaults():
    protocol = parse(HIGH_POINT)
    due = {(level, each.step): each.due for level in Level for each in protocol.levels[level]}
    assert due[Level.A, Step.EMERGENCY_CONTACT] == hours(4)
    assert Step.OFFER_SERVICES in {each.step for each in protocol.levels[Level.A]}
    assert due[Level.B, Step.FIRST_CONTACT] == hours(24)
    assert {Step.RISK_ASSESSMENT, Step.SAFETY_PLAN} <= {each.step for each in protocol.levels[Level.B]}
    assert due[Level.C, Step.SERVICES_NOTICE] == due[Level.C, Step.OFFER_MEETING] == hours(72)
    assert due[Level.D, Step.LETTER_DECISION] == Due(business_days=5)
    assert protocol.match[Level.A] == Due(elapsed=timedelta(minutes=15))
    assert protocol.notice["call_in"].due_before == timedelta(hours=72)
    assert protocol.notice["call_in"].last_alert_before == timedelta(hours=24)


@pytest.mark.req("12")
def test_the_second_jurisdiction_differs_in_steps_deadlines_and_notification():
    one, other = parse(HIGH_POINT), parse(GUILFORD)
    assert one.offender_told_by != other.offender_told_by == "individual_notification"
    assert all(one.levels[level] != other.levels[level] for level in Level)
    assert other.notice["individual_notification"].due_before == timedelta(hours=120)


@pytest.mark.req("12")
@pytest.mark.parametrize("path", sorted(PROTOCOLS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_protocol_is_named_for_its_jurisdiction_and_reaches_her_at_each_level(path):
    protocol = parse(path.read_text())
    assert protocol.jurisdiction == path.stem
    assert all(any(STEPS[each.step].channels for each in protocol.levels[level]) for level in Level)


@pytest.mark.req("12")
def test_a_changed_file_has_another_digest():
    assert digest(HIGH_POINT) == digest(HIGH_POINT)
    assert digest(HIGH_POINT) != digest(HIGH_POINT + "\n")


@pytest.mark.req("12")
@pytest.mark.parametrize(
    ("old", "new", "path", "mend"),
    [
        ('step = "first_contact"', 'step = "frist_contact"', "levels.B.steps[0].step", '"first_contact"'),
        ('step = "outreach"', 'step = "decide_match"', "levels.D.steps[1].step", "Known: "),
        (
            'due = "24 hours" },\n  { step = "risk',
            'due = "1 day" },\n  { step = "risk',
            "levels.B.steps[0].due",
            "4 hours",
        ),
        (
            'due = "4 hours" },\n  { step = "offer_s',
            'due = "1 business day" },\n  { step = "offer_s',
            "levels.A.steps",
            "hours",
        ),
        ('"America/New_York"', '"New York"', "zone", "IANA"),
        ('A = "15 minutes"', 'A = "16 minutes"', "match.A", "15 minutes"),
        ('due_before = "72 hours"', 'due_before = "71 hours"', "notice.call_in.due_before", "72 hours"),
        ('last_alert_before = "24 hours"', 'last_alert_before = "23 hours"', "notice.call_in.last_alert_before", "24"),
        ("closes = 17:00:00", 'closes = "17:00"', "office.closes", "17:00:00"),
        ("2026-12-25,", '"2026-12-25",', "office.holidays", "without quotes"),
        ("format = 1", "format = 2", "format", "format = 1"),
        ("format = 1", "fromat = 1", "fromat", '"format"'),
        ('"call_in"', '"phone"', "offender_told_by", "call_in"),
        ("[levels.C]", "[levels.E]", "levels.C", "[levels.C]"),
        ('acknowledge = "4 hours"', "acknowledge = 4", "decisions.acknowledge", "hours"),
        ('jurisdiction = "high-point"', 'jurisdiction = "High Point"', "jurisdiction", "high-point"),
        (
            'custody_in = [{ step = "custody_check", due = "24 hours" }]',
            "custody_in = []",
            "events.custody_in",
            "one or",
        ),
        ("custody_in", "custodi_in", "events.custodi_in", '"custody_in"'),
    ],
)
def test_every_fault_names_its_place_and_its_mend(old, new, path, mend):
    assert old in HIGH_POINT
    found = faults(HIGH_POINT.replace(old, new, 1))
    assert path in found
    assert mend in found[path][1]


@pytest.mark.req("12")
def test_all_faults_come_at_once():
    text = (
        HIGH_POINT.replace("format = 1", "format = 2")
        .replace('"America/New_York"', '"Mars"')
        .replace("[office]", "[x]")
    )
    assert {"format", "zone", "office", "x"} <= set(faults(text))


def test_what_is_not_toml_says_the_line():
    found = faults("format = \n")
    assert "line 1" in found[""][0]


def test_a_level_that_never_reaches_her_is_a_fault():
    text = HIGH_POINT.replace('{ step = "services_notice", due = "72 hours" },', "").replace(
        '{ step = "offer_meeting", due = "72 hours" },', ""
    )
    assert "levels.C.steps" in faults(text)


def test_a_silent_file_still_looks_after_a_release():
    text = HIGH_POINT[: HIGH_POINT.index("[events]")]
    assert parse(text).events["custody_out"][0].step is Step.CUSTODY_CHECK


def test_every_step_has_plain_words():
    assert set(STEPS) == set(Step)
    for words in STEPS.values():
        assert words.title
        assert not {"victim", "offender", "client", "user"} & set(words.title.lower().split())


def test_files_may_not_name_the_steps_that_come_by_themselves():
    assert Step.DECIDE_MATCH not in PROTOCOL_STEPS
    assert Step.NOTICE_BEFORE_CALL_IN not in PROTOCOL_STEPS
