"""Planning sees of an event exactly what it needs."""

import json
from datetime import UTC, date, datetime

import pytest

from outreach.events import parse_event
from outreach.ingesting.happenings import happening_of
from outreach.intake.event_terms import EventKind, NotificationChannel
from outreach.terms import Level

PEOPLE = {"offender": {"full_name": "Lee Example"}, "victim": {"full_name": "Dana Example"}}
SENT = {"occurred_at": "2026-11-20T22:14:00-05:00", "jurisdiction": "high-point"}
RECEIVED = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def seen(**fields):
    event = parse_event(json.dumps(SENT | fields).encode())
    return happening_of(event, event_id="e-1", received_at=RECEIVED, zone="America/New_York")


def test_a_level_with_its_call_in():
    found = seen(
        kind="level_assigned", level="B", criteria_version="1", call_in_at="2026-12-02T18:00:00-05:00", **PEOPLE
    )
    assert (found.kind, found.level) == (EventKind.LEVEL_ASSIGNED, Level.B)
    assert found.call_in_at == datetime(2026, 12, 2, 23, 0, tzinfo=UTC)
    assert found.received_at == RECEIVED


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ({"kind": "call_in_cancelled", "refers_to": "e-0"}, "refers_to", "e-0"),
        ({"kind": "custody_changed", "custody": "out", "effective_at": SENT["occurred_at"], **PEOPLE}, "detail", "out"),
        (
            {"kind": "order_changed", "order": "served", "effective_at": SENT["occurred_at"], **PEOPLE},
            "detail",
            "served",
        ),
        (
            {"kind": "offender_notified", "channel": "letter", "mailed_on": "2026-11-19", **PEOPLE},
            "mailed_on",
            date(2026, 11, 19),
        ),
        (
            {"kind": "offender_notified", "channel": "letter", "notified_at": "2026-11-20T23:30:00-05:00", **PEOPLE},
            "mailed_on",
            date(2026, 11, 20),
        ),
        (
            {"kind": "offender_notified", "channel": "call_in", "notified_at": SENT["occurred_at"], **PEOPLE},
            "channel",
            NotificationChannel.CALL_IN,
        ),
        (
            {"kind": "individual_notification_scheduled", "notification_at": "2026-12-02T18:00:00-05:00", **PEOPLE},
            "call_in_at",
            datetime(2026, 12, 2, 23, 0, tzinfo=UTC),
        ),
    ],
)
def test_each_kind_says_its_own(fields, name, value):
    assert getattr(seen(**fields), name) == value


def test_a_correction_carries_the_corrected_event_under_the_first_ones_id():
    corrected = SENT | {"kind": "level_assigned", "level": "A", "criteria_version": "1"} | PEOPLE
    found = seen(kind="correction", refers_to="e-0", corrected=corrected)
    assert found.refers_to == "e-0"
    assert found.corrected is not None
    assert (found.corrected.event_id, found.corrected.level) == ("e-0", Level.A)
