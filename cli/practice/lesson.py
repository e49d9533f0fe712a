"""
What practice has besides the demo's morning: a meeting to keep tomorrow, and a text that waits for somebody.

Each was done through the same function a page of the portal calls.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from cli import opening
from cli.demo.cast import JUNE, MARISOL
from cli.demo.day import PATIENCE_SECONDS, cases_by_name, phone_of, release_text, talk
from cli.demo.making import Colleague
from cli.demo.processes import DemoError
from outreach.access import StaffCard
from outreach.meetings.planning import plan_meeting
from outreach.meetings.rules import PlaceKind, Plan
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.reaching.reach import add_destination, save_destination
from outreach.records.engine import Vault
from outreach.records.staff import Staff
from outreach.records.work import Text
from outreach.staff.assigning import assign_case
from outreach.staff.staffing import card
from outreach.terms import Channel, DestinationKind, TextState, Verdict, VerdictSource

PLACE = "Main library, side door"
UNFIT = "phone_reassigned"


def lesson(vault: Vault, colleagues: list[Colleague], *, stop: threading.Event) -> Iterator[str]:
    """Yield a line for each thing done. Raises DemoError when the worker does not hold the text."""
    with vault.writing() as session:
        dana, sam, kit = (card(session.get_one(Staff, each.id)) for each in colleagues[:3])
        cases = cases_by_name(session, by=sam.id)
        _plan(session, cases[MARISOL["full_name"]], lead=dana, second=kit, buddy=sam)
    yield "Dana plans to meet Marisol tomorrow, with Kit; Sam waits for their call"
    with vault.writing() as session:
        text_id = _text_that_waits(session, cases[JUNE["full_name"]], by=kit.id, supervisor=sam.id)
    _wait_until_held(vault, text_id, stop)
    yield "Kit's text to June is held: her number may have changed hands"


def _plan(session: Session, case_id: UUID, *, lead: StaffCard, second: StaffCard, buddy: StaffCard) -> None:
    now = opening.now()
    yes = ChannelVerdict(Verdict.SAFE, VerdictSource.VICTIM, now)
    place = Destination(
        id=uuid4(), kind=DestinationKind.PLACE, value=PLACE, label="library", verdicts={Channel.MEETING: yes}
    )
    add_destination(session, case_id, place, by=lead.id, now=now)
    starts = now + timedelta(days=1)
    plan = Plan(
        destination_id=place.id,
        channel=Channel.MEETING,
        place=PlaceKind.LIBRARY,
        starts_at=starts,
        check_in_by=starts + timedelta(minutes=15),
        ends_at=starts + timedelta(hours=1),
        lead=lead.id,
        second=second.id,
        buddy=buddy.id,
        without_interpreter=True,
    )
    plan_meeting(session, lead, case_id, plan, now=now)


def _text_that_waits(session: Session, case_id: UUID, *, by: UUID, supervisor: UUID) -> UUID:
    """Release a text, and learn in the same moment that its phone may be somebody else's by now."""
    now = opening.now()
    assign_case(session, case_id, by, by=supervisor, now=now)
    talk(session, case_id, by=by, now=now)
    text_id = release_text(session, case_id, by=by, now=now)
    phone = phone_of(session, case_id)
    unfit = replace(phone, text_consent_at=None, line_fault=UNFIT)
    save_destination(session, case_id, unfit, version=phone.version, by=by, now=now)
    return text_id


def _wait_until_held(vault: Vault, text_id: UUID, stop: threading.Event) -> None:
    limit, state = time.monotonic() + PATIENCE_SECONDS, ""
    while not stop.wait(0.3) and time.monotonic() < limit:
        with vault.reading() as session:
            state = session.scalar(select(Text.state).where(Text.id == text_id)) or ""
        if state == TextState.HELD:
            return
    if not stop.is_set():
        raise DemoError(f"a text was to be held, and is {state!r}: see worker.log")
