"""The fictional people of the demo and the events that two fictional agencies send about them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

POLICE = "high-point-pd"
PROSECUTOR = "guilford-da"


class Sent(NamedTuple):
    """One event as an agency sends it."""

    agency: str
    event_id: str
    body: dict[str, Any]


def _person(name: str, born: str, *phones: str, **more: Any) -> dict[str, Any]:
    return {"full_name": name, "date_of_birth": born, "phones": list(phones), **more}


def _home(street: str, postal_code: str = "27260", city: str = "High Point") -> dict[str, Any]:
    return {"lines": [street], "city": city, "state": "NC", "postal_code": postal_code}


MARISOL = _person(
    "Marisol Vega",
    "1990-09-12",
    "+13365550142",
    language="es",
    address=_home("12 Larkspur Lane"),
    lives_with_offender="no",
)
ODELL = _person("Odell Barnes", "1988-04-02", "+13365550171", addresses=[_home("400 Quarry Road", "27262")])
PRIYA = _person(
    "Priya Raman", "1994-01-30", "+13365550118", address=_home("77 Juniper Court"), lives_with_offender="yes"
)
GRANT = _person("Grant Holloway", "1991-11-05", "+13365550119", addresses=[_home("77 Juniper Court")])
TESSA = _person(
    "Tessa Lindqvist", "1985-06-21", "+13365550123", address=_home("9 Millrace Way"), lives_with_offender="no"
)
WADE = _person("Wade Osborne", "1983-02-14", "+13365550124", addresses=[_home("31 Depot Street")])
NADIA = _person(
    "Nadia Haddad", "1998-12-03", "+13365550131", address=_home("5 Orchard Row"), lives_with_offender="unknown"
)
COLE = _person("Cole Whitaker", "1996-08-19", addresses=[_home("18 Ferry Street")])
JUNE = _person(
    "June Abernathy", "1979-03-08", "+13365550137", address=_home("240 Chapel Hill Street", "27401", "Greensboro")
)
TESSA_TOO = _person("Tess Lindqvist", "1985-06-21", "+13365550126", address=_home("310 Weaver Street"))
RUSS = _person("Russ Keller", "1977-10-27", "+13365550138")


def _on_scene(**answers: Any) -> dict[str, Any]:
    return {"on_scene": {"told_advocate_will_contact": True, **answers}}


def events(now: datetime) -> Iterator[Sent]:
    """
    Yield a dozen events: every kind, every level, both agencies.

    Args:
        now: aware; events happened in the days before it, call-ins are in the days after.
    """

    def when(**delta: float) -> str:
        return (now + timedelta(**delta)).astimezone(UTC).replace(microsecond=0).isoformat()

    def pd(event_id: str, kind: str, at: str, **fields: Any) -> Sent:
        return Sent(POLICE, event_id, {"kind": kind, "occurred_at": at, "jurisdiction": "high-point", **fields})

    def da(event_id: str, kind: str, at: str, **fields: Any) -> Sent:
        return Sent(PROSECUTOR, event_id, {"kind": kind, "occurred_at": at, "jurisdiction": "guilford-da", **fields})

    marisol = {"victim": MARISOL, "offender": ODELL, "agency_case_ref": "HP-2201"}
    priya = {"victim": PRIYA, "offender": GRANT, "agency_case_ref": "HP-2202"}
    tessa = {"victim": TESSA, "offender": WADE, "agency_case_ref": "HP-2203"}
    nadia = {"victim": NADIA, "offender": COLE, "agency_case_ref": "HP-2204"}
    tess = {"victim": TESSA_TOO, "offender": WADE, "agency_case_ref": "HP-2205"}
    june = {"victim": JUNE, "offender": RUSS, "agency_case_ref": "G-510"}
    rated = {"criteria_version": "2026-01"}

    yield pd("hp-0001", "level_assigned", when(days=-9), level="C", incident_number="26-118204", **rated, **marisol)
    safe = _on_scene(safe_to_call="yes", safe_to_leave_message="no", safe_times="weekdays 9-12", needs=["children"])
    yield pd("hp-0002", "level_changed", when(days=-2), level="B", call_in_at=when(days=6), **rated, **marisol, **safe)
    needs = _on_scene(safe_to_call="yes", needs=["medical", "shelter"], lethality_screen="high_danger")
    yield pd("hp-0003", "level_assigned", when(hours=-3), level="A", **rated, **priya, **needs)
    yield pd("hp-0004", "level_assigned", when(days=-1), level="C", **rated, **tessa, **_on_scene(safe_to_call="no"))
    yield pd("hp-0005", "level_assigned", when(days=-3), level="D", **rated, **nadia)
    mailed = {"channel": "letter", "mailed_on": (now - timedelta(days=1)).date().isoformat()}
    yield pd("hp-0006", "offender_notified", when(days=-1), **mailed, **nadia)
    yield pd("hp-0007", "call_in_scheduled", when(hours=-20), call_in_at=when(days=9), **tessa)
    yield pd("hp-0008", "call_in_rescheduled", when(hours=-2), refers_to="hp-0007", call_in_at=when(days=8))
    yield pd("hp-0009", "custody_changed", when(hours=-1), custody="out", effective_at=when(hours=-1), **priya)
    yield da("g-0001", "level_assigned", when(days=-4), level="B", **rated, **june, **_on_scene(safe_to_call="unknown"))
    yield da("g-0002", "individual_notification_scheduled", when(days=-1), notification_at=when(days=5), **june)
    yield da("g-0003", "order_changed", when(hours=-6), order="served", effective_at=when(hours=-6), **june)
    yield pd("hp-0010", "removed", when(minutes=-30), reason="moved", **nadia)
    corrected = {"kind": "level_assigned", "occurred_at": when(days=-1), "jurisdiction": "high-point", "level": "C"}
    yield pd("hp-0011", "correction", when(minutes=-20), refers_to="hp-0004", corrected={**corrected, **rated, **tessa})
    yield pd("hp-0012", "call_in_cancelled", when(minutes=-10), refers_to="hp-0007")
    # Told late, told too late, and somebody we may know already: what an advocate's day is made of.
    yield pd("hp-0014", "call_in_scheduled", when(days=-2), call_in_at=when(hours=30), **priya)
    yield pd("hp-0015", "call_in_scheduled", when(days=-4), call_in_at=when(hours=-3), **tessa)
    yield pd("hp-0016", "level_assigned", when(minutes=-5), level="B", **rated, **tess)


def invalid_event(now: datetime) -> Sent:
    """Return an event with three faults, each named in the answer: an unknown field, a bad level, a phone not E.164."""
    body = {
        "kind": "level_assigned",
        "occurred_at": now.astimezone(UTC).isoformat(),
        "jurisdiction": "high-point",
        "level": "E",
        "criteria_version": "2026-01",
        "offender": {"full_name": "Wade Osborne"},
        "victim": {"full_name": "Tessa Lindqvist", "phones": ["336-555-0123"]},
        "narrative": "not for here",
    }
    return Sent(POLICE, "hp-0013", body)
