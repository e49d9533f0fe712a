"""A whole office for browser tests: real cases from signed events, a colleague with a code app, the real portal."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pyotp
from advocate_desk import PHRASE
from agency_world import NOW, World
from builders import FrozenClock
from flask import Flask
from sqlalchemy import select

from outreach import audit, people
from outreach.gate.hours import Window
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.records.cases import CaseRecord
from outreach.records.staff import Staff
from outreach.staff import pass_phrases, staffing
from outreach.terms import Channel, DestinationKind, Employer, Role, Verdict, VerdictSource
from portal.advocate import PortalParts, create_app

EMAIL = "dana@advocates.test"
ON_SCENE = {
    "told_advocate_will_contact": True,
    "safe_to_call": "yes",
    "safe_to_leave_message": "no",
    "safe_with_others": "unknown",
    "safe_times": "weekdays 9-12",
    "needs": ["medical"],
}


@dataclass(frozen=True)
class Office:
    """The portal, who sits in it, and its clock."""

    app: Flask
    clock: FrozenClock
    secret: str
    """Of the code app."""
    cases: dict[str, UUID]
    """By level."""

    def code(self) -> str:
        """Return the six digits the app shows now, and let half a minute pass, since a code works once."""
        self.clock.advance(timedelta(seconds=30))
        return pyotp.TOTP(self.secret).at(self.clock.now())


def victim(name: str, number: int, language: str = "en") -> dict[str, object]:
    """Return a made-up victim as an agency sends her."""
    return {
        "full_name": name,
        "date_of_birth": f"199{number}-09-12",
        "language": language,
        "phones": [f"+1336555010{number}"],
        "address": {"lines": [f"{number} Fable Lane"], "city": "High Point", "state": "NC", "postal_code": "27262"},
    }


def offender(name: str, number: int) -> dict[str, object]:
    """Return a made-up offender as an agency sends him."""
    return {"full_name": name, "date_of_birth": f"198{number}-04-02", "phones": [f"+1336555015{number}"]}


def open_office(world: World) -> Office:
    """Send events of every level, hire Dana, hand her the cases."""
    call_in = (NOW + timedelta(days=5)).isoformat()
    world.send(level="A", victim=victim("Marisol Vega", 1, "es"), offender=offender("Sam Doe", 1), on_scene=ON_SCENE)
    world.send(level="B", victim=victim("Lena Ortiz", 2), offender=offender("Tom Roe", 2), call_in_at=call_in)
    world.send(level="C", victim=victim("June Hall", 3), offender=offender("Al Poe", 3))
    world.send(level="D", victim=victim("Mara Lind", 4), offender=offender("Ed Loe", 4))
    world.drain()
    clock = FrozenClock(NOW + timedelta(minutes=5))
    secret = hire(world, clock)
    app = create_app(PortalParts(world.vault, b"k" * 32, clock.now, ZoneInfo("America/New_York"), is_practice=True))
    return Office(app, clock, secret, hand_over(world, clock))


def hire(world: World, clock: FrozenClock) -> str:
    """Put Dana on staff as a supervisor, enrolled; return the secret of her code app."""
    with world.vault.writing() as session:
        staff_id, _ = staffing.add_staff(
            session, EMAIL, "Dana Reyes", role=Role.SUPERVISOR, employer=Employer.ADVOCACY, now=clock.now()
        )
        row = session.get_one(Staff, staff_id)
        row.password_hash = pass_phrases.keep(PHRASE)
        return staffing.second_factor_secret(session, row)


def hand_over(world: World, clock: FrozenClock) -> dict[str, UUID]:
    """Give Dana every case but the last, and the first one a phone she called safe for everything."""
    levels = {}
    for case_id in world.cases():
        levels[world.standing(case_id).level] = case_id
    with world.vault.writing() as session:
        dana = session.scalars(select(Staff.id).where(Staff.email == EMAIL)).one()
        for level in "ABC":
            session.get_one(CaseRecord, levels[level]).assigned_to_id = dana
        said = ChannelVerdict(Verdict.SAFE, VerdictSource.VICTIM, clock.now(), None, "she")
        hers = Destination(
            id=UUID(int=7),
            kind=DestinationKind.PHONE,
            value="+13365550177",
            label="her own",
            verdicts={Channel.CALL: said, Channel.TEXT: said},
            windows=(Window(tuple(range(7)), clock.now().time().replace(hour=8), clock.now().time().replace(hour=20)),),
            name_to_use="Dana",
            text_consent_at=clock.now() - timedelta(days=1),
            last_live_contact_at=clock.now() - timedelta(days=1),
        )
        people.add_destination(session, levels["A"], hers, by=dana, now=clock.now())
        audit.record(session, action="test.hand_over", by=dana, cases=list(levels.values()), now=clock.now())
    return levels
