"""
Two worlds for noninterference: each a real vault with its own victims, a real spool of its own depth, and an intake.

Vault, keys and spool lie in the same process as the intake under test, so that an intake that looked could see.
The broken intakes at the end do look, and the checks must catch each of them.
"""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

from builders import NOW, a_case, a_destination
from flask import Flask, Response, request
from signed_events import SourceAgency, knock
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from crypto.keyring import KeyPaths, Keyring
from outreach import audit
from outreach.audit import WORKER
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseRecord
from outreach.records.engine import open_sqlite
from outreach.records.keys import HOUSE, seal
from outreach.records.people import PhoneToken, SuppressedPhone
from outreach.records.spool import create_spool, open_drain, open_spool
from outreach.records.work import Task
from outreach.tasks import add_task, end_task
from outreach.terms import Level, TaskState
from portal.intake import IntakeParts, create_app

Create = Callable[["World", IntakeParts], Flask]


@dataclass(frozen=True)
class Past:
    """What one world knows of the woman the next events are about, and of what waits."""

    phones: tuple[str, ...] = ()
    """A destination for each; one that is hers makes her known."""
    flags: frozenset[str] = frozenset()
    """Which of paused, compromised, do_not_contact, she_will_contact_us stand."""
    is_closed: bool = False
    is_suppressed: bool = False
    waiting: int = 0
    """Deposits more in the spool."""
    is_drained: bool = False
    """The worker emptied the spool first."""
    notice: str = ""
    """How notice before a call-in of hers stands: a state of tasks; empty where she has none."""


class World:
    """One world. `knock` is what an agency can do; the rest is what happens out of its sight."""

    def __init__(self, folder: Path, *, vault: Path, keyring: Keyring, keys: KeyPaths, agency: SourceAgency) -> None:
        folder.mkdir()
        shutil.copyfile(vault, folder / "wayside.db")
        create_spool(folder / "intake.db")
        self.vault = open_sqlite(folder / "wayside.db", keyring)
        self.keyring = keyring
        self.spool, self.drain = open_spool(folder / "intake.db"), open_drain(folder / "intake.db")
        agency.register(folder / "agencies.json", now=NOW)
        self.parts = IntakeParts(self.spool, folder / "agencies.json", keys.sealing, lambda: NOW)
        self.app: Flask = create_app(self.parts)
        self._cases: dict[tuple[frozenset[str], bool, str], UUID] = {}

    def serve(self, create: Create) -> None:
        """Serve another intake, such as a broken one."""
        self.app = create(self, self.parts)

    def live(self, past: Past) -> None:
        """Let this past happen."""
        if past.is_drained:
            self.drain.remove([each.id for each in self.drain.waiting(10_000)])
        for _ in range(past.waiting):
            self.spool.insert(uuid4(), NOW, b"\x01" * 1200)
        if past.phones or past.is_suppressed:
            self._write(past)

    def _write(self, past: Past) -> None:
        with self.vault.writing() as session:
            for phone in past.phones:
                a_destination(session, self._case(session, past), value=phone)
            if past.is_suppressed and past.phones:
                row = uuid4()
                box = seal(session, BoxNumber.SUPPRESSED_NUMBER, [past.phones[0]], owner=HOUSE, row=row)
                token = self.keyring.phone_token(past.phones[0])
                session.add(SuppressedPhone(id=row, token=token, number_box=box))
                audit.record(session, action="test.stop", by=WORKER, cases=[], now=NOW)

    def _case(self, session: Session, past: Past) -> UUID:
        """Return the case that stands like this; making one takes longer than all the rest."""
        kind = past.flags, past.is_closed, past.notice
        if kind not in self._cases:
            self._cases[kind] = a_case(session, **dict.fromkeys(past.flags, True))
            session.get_one(CaseRecord, self._cases[kind]).closed_on = NOW.date() if past.is_closed else None
            if past.notice:
                _plan_notice(session, self._cases[kind], past.notice)
        return self._cases[kind]

    def told(self, phone: str) -> bool:
        """Tell whether the woman with this phone was told before her call-in; for broken intakes only."""
        with self.vault.reading() as session:
            hers = select(PhoneToken.case_id).where(PhoneToken.token == self.keyring.phone_token(phone))
            return bool(session.scalar(select(exists().where(Task.case_id.in_(hers), Task.state == "done"))))

    def knows(self, phone: str) -> bool:
        """Tell whether a phone is in the vault; for broken intakes only."""
        with self.vault.reading() as session:
            query = select(exists().where(PhoneToken.token == self.keyring.phone_token(phone)))
            return bool(session.scalar(query))

    def answer(self, body: bytes, headers: dict[str, str]) -> bytes:
        """Return every byte of the answer to a request."""
        return knock(self.app, body, headers)

    def close(self) -> None:
        """Let go of everything."""
        self.spool.close()
        self.drain.close()
        self.vault.close()


def _plan_notice(session: Session, case_id: UUID, state: str) -> None:
    call_in_at = NOW + timedelta(days=5)
    due_at = call_in_at - timedelta(hours=72)
    planned = PlannedTask(Step.NOTICE_BEFORE_CALL_IN, Level.B, NOW, due_at, (due_at,), "e-1", call_in_at)
    task = session.get_one(Task, add_task(session, case_id, planned))
    if state != TaskState.OPEN:
        end_task(session, task, TaskState(state), now=NOW)


def assert_alike(worlds: Sequence[World], requests: Sequence[tuple[bytes, dict[str, str]]]) -> None:
    """Fail when any byte of any answer differs between the worlds."""
    answers = [[world.answer(*each) for each in requests] for world in worlds]
    assert answers[0] == answers[1], "an agency can tell the worlds apart"


def _phone_sent() -> str:
    try:
        return str(json.loads(request.get_data())["victim"]["phones"][0])
    except (ValueError, KeyError, TypeError, IndexError):
        return ""


def knowing(world: World, parts: IntakeParts) -> Flask:
    """Build an intake that says 200 where the vault knows her phone: one digit of difference."""
    app = create_app(parts)

    @app.before_request
    def look() -> Response | None:
        return Response("known") if world.knows(_phone_sent()) else None

    return app


def telling(world: World, parts: IntakeParts) -> Flask:
    """Build an intake that answers with one letter where she was told before the call-in."""
    app = create_app(parts)

    @app.before_request
    def look() -> Response | None:
        phone = _phone_sent()
        return Response("y") if phone and world.told(phone) else None

    return app


def counting(world: World, parts: IntakeParts) -> Flask:
    """Build an intake that tells in a header whether an even number waits."""
    app = create_app(parts)

    @app.after_request
    def look(response: Response) -> Response:
        if world.drain.count() % 2 == 0:
            response.headers["Retry-After"] = "30"
        return response

    return app


def limiting(_: World, parts: IntakeParts) -> Flask:
    """Build an intake that answers 429 to an address that was refused often."""
    app, refusals = create_app(parts), Counter[int]()

    @app.after_request
    def look(response: Response) -> Response:
        refusals[response.status_code] += 1
        return Response(status=429) if refusals[401] > 100 else response

    return app


def remembering(_: World, parts: IntakeParts) -> Flask:
    """Build an intake that answers a repeated event with 200."""
    app, seen = create_app(parts), set[str]()

    @app.after_request
    def look(response: Response) -> Response:
        event_id = request.headers.get("webhook-id", "")
        if event_id in seen and response.status_code == 202:
            response.status_code = 200
        seen.add(event_id)
        return response

    return app


BROKEN: dict[str, Create] = {
    "looks her up": knowing,
    "counts what waits": counting,
    "tells that she was told": telling,
    "limits": limiting,
    "remembers ids": remembering,
}
