"""
What the demo's advocates did this morning, each through the same function a page of the portal calls.

Dana takes four cases. She has Marisol on the line, who says that this phone is hers, which hours are good, and
that texts are fine; then Marisol asks for a text. Of the other three, one is late, one was told of too late and
one is held until Dana has decided whether she is somebody we know. Two more cases wait for a supervisor.
"""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from datetime import time as wall_time
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from cli import opening
from cli.demo.cast import MARISOL, PRIYA, TESSA, TESSA_TOO
from cli.demo.making import Colleague
from cli.demo.processes import DemoError
from outreach import people
from outreach.attempts.recording import Made, log_attempt
from outreach.gate.facts import Request
from outreach.gate.hours import Window
from outreach.messaging.consent import WORDINGS, Asked, confirm, record_opt_in
from outreach.messaging.consent_rows import ConfirmedHow
from outreach.messaging.texts import release
from outreach.messaging.wording import FromTemplate
from outreach.protocols.steps import Step
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.reaching.reach import save_destination
from outreach.records.cases import CaseRecord
from outreach.records.engine import Vault
from outreach.records.work import Text
from outreach.staff.assigning import assign_case
from outreach.terms import Channel, DestinationKind, Outcome, TextState, Verdict, VerdictSource
from outreach.today import duties_of_case

PATIENCE_SECONDS = 60.0
WEEKDAYS = (0, 1, 2, 3, 4)


def morning(vault: Vault, colleagues: list[Colleague], *, stop: threading.Event) -> Iterator[str]:
    """Yield a line for each thing done. Raises DemoError when the text does not arrive."""
    dana, sam = colleagues[0].id, colleagues[1].id
    with vault.writing() as session:
        cases = cases_by_name(session, by=sam)
        for person in (MARISOL, PRIYA, TESSA, TESSA_TOO):
            assign_case(session, cases[person["full_name"]], dana, by=sam, now=opening.now())
    yield "Sam, the supervisor, gives Dana four cases; the others wait on the team's page"
    marisol = cases[MARISOL["full_name"]]
    with vault.writing() as session:
        talk(session, marisol, by=dana, now=opening.now())
    yield "Dana has Marisol on the line: this phone is hers alone, weekday mornings are good, texts are fine"
    with vault.writing() as session:
        text_id = release_text(session, marisol, by=dana, now=opening.now())
    yield "Marisol asks for a text today; Dana releases it, and the gate lets it through"
    state = _end(vault, text_id, stop)
    yield f"The worker asked the gate again, sent it once, and Twilio's signed word came back: {state}"


def cases_by_name(session: Session, *, by: UUID) -> dict[str, UUID]:
    """Return the case of each of the fictional people, by her name."""
    ids = list(session.scalars(select(CaseRecord.id)))
    cards = people.read_page(session, ids, by=by, now=opening.now())
    return {card.victim.full_name: card.victim.case_id for card in cards}


def phone_of(session: Session, case_id: UUID) -> Destination:
    """Return her phone."""
    return next(each for each in people.destinations(session, case_id) if each.kind is DestinationKind.PHONE)


def talk(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> None:
    """Have her on the line: what she says of her phone, and her yes to texts."""
    phone = phone_of(session, case_id)
    first = next(each for each in duties_of_case(session, case_id) if each.step is Step.FIRST_CONTACT)
    reached = Made(Channel.CALL, Outcome.REACHED, phone.id, first.task_id, note="Has the children.")
    log_attempt(session, case_id, reached, by=by, now=now)
    phone = phone_of(session, case_id)
    yes = ChannelVerdict(Verdict.SAFE, VerdictSource.VICTIM, now)
    told = replace(
        phone,
        verdicts={**phone.verdicts, Channel.CALL: yes, Channel.TEXT: yes},
        windows=(Window(days=WEEKDAYS, begins=wall_time(9), ends=wall_time(12)),),
        may_leave_message=False,
        name_to_use="Dana from the reading club",
        last_live_contact_at=now,
    )
    save_destination(session, case_id, told, version=phone.version, by=by, now=now)
    asked = Asked(how="live_call", wording=WORDINGS["es"], language="es", heard_by="Dana")
    record_opt_in(session, case_id, phone.id, asked, by=by, now=now)
    confirm(session, case_id, phone.id, how=ConfirmedHow.CALL, by=by, now=now)


def release_text(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> UUID:
    """Release the text she asks for, and return its id."""
    phone = phone_of(session, case_id)
    asked = Request(
        channel=Channel.TEXT,
        destination_id=phone.id,
        what="a text when I can call back",
        verified_how="live_call",
        asked_at=now,
        expires_at=now + timedelta(hours=4),
        by=by,
    )
    wording = FromTemplate(template="call_me", language="es", sender="Club de lectura")
    return release(session, case_id, phone.id, wording=wording, request=asked, by=by, now=now)


def _end(vault: Vault, text_id: UUID, stop: threading.Event) -> str:
    """Wait until the text has arrived, and return its state."""
    limit = time.monotonic() + PATIENCE_SECONDS
    state = ""
    while not stop.wait(0.3) and time.monotonic() < limit:
        with vault.reading() as session:
            state = session.scalar(select(Text.state).where(Text.id == text_id)) or ""
        if state == TextState.DELIVERED:
            return state
    if stop.is_set():
        return state
    raise DemoError(f"the demo's text did not arrive; it is {state!r}: see worker.log")
