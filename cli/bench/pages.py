"""
How fast the portal's pages are at many cases: what field encryption costs a page, and what Today takes.

The two sides of a ratio are taken in turns in one run, in the same file, with the same audit entry: what differs is
the sealed boxes and their keys.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import Flask, request
from flask.testing import FlaskClient
from flask_login import current_user
from sqlalchemy import insert, update

from cli import opening
from cli.bench import many_cases, plain_twin
from cli.bench.portal_server import look_at_today
from cli.init import make_home
from config.home import Home
from config.settings import PortalSettings, load
from outreach import audit, people
from outreach.access import Action, StaffCard
from outreach.case_file.contents import TaskDetail
from outreach.people import ContactCard
from outreach.protocols.steps import Step
from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseRecord
from outreach.records.engine import Vault
from outreach.records.keys import case_keys, seal
from outreach.records.staff import Staff
from outreach.records.work import Task
from outreach.staff import sessions as staff_sessions
from outreach.staff import staffing
from outreach.terms import Employer, KeyClass, Role, TaskState
from portal.advocate import create_app
from portal.advocate.doors import requires
from portal.advocate.pages import CaseListPage, CaseListRow
from portal.advocate.parts import PortalParts, parts
from portal.advocate.rendering import show

PAGE, TURNS, LOOKS = 50, 150, 100
CASELOAD = 500
"""Cases in one advocate's hands: far more than one person holds."""
MOST_BYTES = 150 * 1024 * 1024

Reader = Callable[..., list[ContactCard]]


def run(*, cases: int = 100_000) -> dict[str, Any]:
    """Measure and return each figure with its goal. Makes and removes its own home under the temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        home = _home(Path(folder))
        settings = load(PortalSettings, home=home.root, root_key_file=Path(folder) / "keys" / "root.key")
        vault = opening.vault(settings, "portal", opening.root_key(settings))
        ids, advocate = _fill(vault, cases)
        vault.close()  # Its next connections have a page cache as a portal's, not the one the rows were made with.
        app = _app(vault, home.portal_cookie.read_text().strip().encode())
        opening.started()
        read = _in_turns(lambda reader: _read(vault, reader, _some(ids), advocate.id))
        token = _token(vault, advocate)
        client = _client(app, token)
        page = _in_turns(lambda reader: _get(client, f"/bench/{_NAMES[reader]}", _some(ids)))
        cookie = _cookie(app, token)
        vault.close()
        seconds, resident = look_at_today(home, settings.root_key_file, cookie, looks=LOOKS)
    p95 = statistics.quantiles(seconds, n=20)[-1]
    return {
        "fifty_cards_sealed_to_plain": _goal(read[0] / read[1], "<= 1.15", read[0] / read[1] <= 1.15),
        "fifty_cards_ms": read[0] * 1000,
        "page_sealed_to_plain": _goal(page[0] / page[1], "<= 1.10", page[0] / page[1] <= 1.10),
        "page_ms": page[0] * 1000,
        "today_p95_ms": _goal(p95 * 1000, "<= 150", p95 <= 0.150),
        "today_median_ms": statistics.median(seconds) * 1000,
        "portal_resident_mb": _goal(resident / 2**20, "<= 150", resident <= MOST_BYTES),
    }


def _goal(value: float, goal: str, met: bool) -> dict[str, Any]:
    return {"value": value, "goal": goal, "met": met}


def _home(folder: Path) -> Home:
    home = Home(folder / "home")
    make_home(home, folder / "keys" / "root.key", folder / "keys" / "kit", is_demo=False, is_single_user=True)
    return home


def _fill(vault: Vault, cases: int) -> tuple[list[UUID], StaffCard]:
    """Make the cases, their plain twins, colleagues who hold them, and two open tasks for each of one caseload."""
    now = datetime.now(UTC)
    ids = many_cases.build(vault, cases, protocol_text="# none is read", now=now)
    plain_twin.build(vault, ids)
    with vault.writing() as session:
        holders = [_hire(session, number, now) for number in range(max(2, cases // CASELOAD))]
        for at, holder in enumerate(holders):
            held = ids[at * CASELOAD : (at + 1) * CASELOAD]
            for first in range(0, len(held), PAGE):
                some = CaseRecord.id.in_(held[first : first + PAGE])
                session.execute(update(CaseRecord).where(some).values(assigned_to_id=holder.id))
        _give_tasks(session, ids[:CASELOAD], now)
        audit.record(session, action="bench.build", by=None, cases=[], now=now)
    return ids, holders[0]


def _hire(session: Any, number: int, now: datetime) -> StaffCard:
    named = f"bench{number}@example.org", f"Bench {number}"
    staff_id, _ = staffing.add_staff(session, *named, role=Role.ADVOCATE, employer=Employer.ADVOCACY, now=now)
    return staffing.card(session.get_one(Staff, staff_id))


def _give_tasks(session: Any, ids: Sequence[UUID], now: datetime) -> None:
    case_keys(session, ids, KeyClass.CONTACT)
    chance = random.Random(3)  # noqa: S311 (not a secret)
    rows = []
    for case_id in (*ids, *ids):
        row = uuid4()
        rows.append(
            {
                "id": row,
                "case_id": case_id,
                "step": Step.OUTREACH.value,
                "state": TaskState.OPEN.value,
                "opens_at": now,
                "due_at": now + timedelta(minutes=chance.randrange(-600, 9000)),
                "version": 1,
                "detail_box": seal(session, BoxNumber.TASK_DETAIL, TaskDetail(), owner=case_id, row=row),
            }
        )
    session.execute(insert(Task), rows)


_NAMES: dict[Reader, str] = {people.read_page: "sealed", plain_twin.read_page: "plain"}


def _app(vault: Vault, secret: bytes) -> Flask:
    """Build the portal with two pages more, alike but for where their fifty cards come from."""
    app = create_app(PortalParts(vault, secret, opening.now, ZoneInfo("America/New_York")))
    for reader, name in _NAMES.items():
        app.add_url_rule(f"/bench/{name}", name, requires(Action.SEE_CASES)(_page_of(reader)))
    return app


def _page_of(reader: Reader) -> Callable[[], str]:
    def page() -> str:
        ids = [UUID(each) for each in request.args["ids"].split(",")]
        with parts().vault.writing() as session:
            cards = reader(session, ids, by=current_user.card.id, now=opening.now())
        rows = tuple(_row(card) for card in cards)
        return show("cases/list.html", CaseListPage(rows=rows, sentence="Fifty cards.", empty=""))

    return page


def _row(card: ContactCard) -> CaseListRow:
    ways = ", ".join(f"{way.value} {way.name_to_use}" for way in card.destinations)
    return CaseListRow(handle=card.victim.name, href="/cases", level=None, sentence=ways, next_due=None)


def _some(ids: Sequence[UUID]) -> list[UUID]:
    return random.sample(ids, PAGE)


def _read(vault: Vault, reader: Reader, ids: Sequence[UUID], by: UUID) -> None:
    with vault.writing() as session:
        reader(session, ids, by=by, now=opening.now())


def _in_turns(once: Callable[[Reader], object]) -> tuple[float, float]:
    """Return the median seconds of the sealed side and of the plain one, taken in turns, fifty other cases each."""
    taken: dict[Reader, list[float]] = {reader: [] for reader in _NAMES}
    for turn in range(TURNS + 10):
        for reader in sorted(_NAMES, key=lambda each: _NAMES[each], reverse=turn % 2 == 0):
            begun = time.perf_counter()
            once(reader)
            if turn >= 10:
                taken[reader].append(time.perf_counter() - begun)
    sealed, plain = taken.values()
    return statistics.median(sealed), statistics.median(plain)


def _token(vault: Vault, advocate: StaffCard) -> str:
    with vault.writing() as session:
        return staff_sessions.begin(session, advocate.id, has_second_factor=True, now=opening.now())


def _client(app: Flask, token: str) -> FlaskClient:
    client = app.test_client()
    with client.session_transaction(base_url="https://bench.test") as cookie:
        cookie["_user_id"] = token
    return client


def _get(client: FlaskClient, path: str, ids: Sequence[UUID]) -> None:
    answer = client.get(path, query_string={"ids": ",".join(map(str, ids))}, base_url="https://bench.test")
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")


def _cookie(app: Flask, token: str) -> str:
    """Return the cookie of a signed-in browser, for a server with the same secret."""
    interface: Any = app.session_interface
    return f"{app.config['SESSION_COOKIE_NAME']}={interface.get_signing_serializer(app).dumps({'_user_id': token})}"
