"""
One woman's way through a level: from the signed event to the last task, done on the portal's real pages.

A walk reads the vault only to say which tasks there are and when each is due; everything it does, it does as people do,
with links and forms of the pages it opened.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from html_forms import form_on
from sqlalchemy import select
from town import ORIGIN, Town

from cli.demo.cast import JUNE, MARISOL, ODELL, POLICE, PROSECUTOR, RUSS, Sent
from outreach.protocols.steps import Step
from outreach.records.cases import CaseRecord
from outreach.records.work import Task
from outreach.terms import Level, TaskState

CASE = r"^/cases/[0-9a-f-]{36}$"
OURS = {"Origin": ORIGIN, "Referer": f"{ORIGIN}/"}
HERE = ZoneInfo("America/New_York")
SAFE = {"told_advocate_will_contact": True, "safe_to_call": "yes", "safe_to_leave_message": "no"}


@dataclass(frozen=True)
class Place:
    """A jurisdiction and the agency that sends its events."""

    jurisdiction: str
    agency: str
    reference: str
    victim: dict[str, Any]
    partner: dict[str, Any]


PLACES = (
    Place("high-point", POLICE, "HP-1", MARISOL, ODELL),
    Place("guilford-da", PROSECUTOR, "G-1", JUNE, RUSS),
)


@dataclass
class Walk:
    """One case on its way, and the colleague at whose desk it lies."""

    town: Town
    place: Place
    level: Level
    numbers: Any = field(default_factory=lambda: iter(range(1, 100)))
    answers: list[bytes] = field(default_factory=list)
    """Whatever the agency was told."""
    opened: Callable[[], Any] = lambda: None
    """Opens a browser that is not the town's own, such as a real one."""
    shares_home: bool = False
    """The agency names her home as the partner's too."""
    began: datetime | None = None
    """When the level came."""
    path: str = ""
    _desk: Any = None

    # What the agency sends

    def send(self, kind: str, **fields: Any) -> str:
        """Post an event as the agency does, let the worker take it in, and return its id."""
        event_id = f"{self.place.reference}-{next(self.numbers)}"
        body = {"kind": kind, "occurred_at": self.at(minutes=-5), "jurisdiction": self.place.jurisdiction}
        if "refers_to" not in fields:
            partner = {
                **self.place.partner,
                **({"addresses": [self.place.victim["address"]]} if self.shares_home else {}),
            }
            body |= {"victim": self.place.victim, "offender": partner, "agency_case_ref": self.place.reference}
        answer = self.town.police_send(Sent(self.place.agency, event_id, {**body, **fields}))
        assert (answer.status_code, answer.json) == (202, {"received": event_id})
        self.answers.append(answer.data.replace(event_id.encode(), b"ID"))
        self.town.work("ingest")
        return event_id

    def begin(self, **fields: Any) -> "Walk":
        """Send the level, and hand the case to the advocate on Team."""
        self.began = self.now
        self.send("level_assigned", level=self.level.value, criteria_version="2026-01", **fields)
        supervisor = self.sign_in("supervisor")
        assert re.search(r'action="/cases/[0-9a-f-]+/assignment"', supervisor.get("/team")), "it is nobody's on Team"
        supervisor.submit("/assignment", to=str(self.town.colleagues["advocate"].id))
        self.desk.get("/cases")
        self.path = next(each for each in self.desk.links(CASE) if str(self._case()) in each)
        return self

    def _case(self) -> UUID:
        if self.path:
            return UUID(self.path.rpartition("/")[2])
        with self.town.vault.reading() as session:
            query = select(CaseRecord.id).where(CaseRecord.jurisdiction == self.place.jurisdiction)
            return session.scalars(query).one()

    def is_due(self, table: dict[str, str | int]) -> None:
        """Hold the open tasks to a table: hours since the level came, or a moment."""
        written = {
            step: self.began + timedelta(hours=at) if isinstance(at, int) else datetime.fromisoformat(at)
            for step, at in table.items()
        }
        assert self.due() == written
        self.desk.get("/today")
        shown = self.desk.text + self.see()
        times = {datetime.fromisoformat(each) for each in re.findall(r'<time datetime="([^"]+T[^"]+)"', shown)}
        assert {at.replace(second=0, microsecond=0) for at in written.values()} <= times, "a deadline is not shown"

    def at(self, **delta: float) -> str:
        """Return a moment from now on, as events say it."""
        return (self.now + timedelta(**delta)).isoformat()

    @property
    def now(self) -> datetime:
        """Return the time."""
        return self.town.clock.now()

    # Time, and what is due

    def wait_until(self, at: datetime) -> None:
        """Let time pass, and the worker look at what is due; whoever sat at the portal is signed out meanwhile."""
        self.town.clock.advance(at - self.now)
        self.town.work("ingest")
        self._desk = None

    def afternoon(self) -> datetime:
        """Return three in the afternoon of the next day."""
        return self.morning() + timedelta(hours=5)

    def morning(self) -> datetime:
        """Return ten in the morning of the next working day in both places."""
        here = self.now.astimezone(HERE) + timedelta(days=1)
        while here.weekday() > 4:
            here += timedelta(days=1)
        return here.replace(hour=10, minute=0)

    @property
    def desk(self) -> Any:
        """Return the advocate's browser; she signs in when she needs it again."""
        if self._desk is None:
            self._desk = self.sign_in("advocate")
        return self._desk

    def sign_in(self, role: str) -> Any:
        """Hand the browser to a colleague, who signs in with it; a code works once, so that a while passes."""
        self._desk = None
        self.town.clock.advance(timedelta(seconds=31))
        return self.town.sign_in(role, self.opened())

    def tasks(self) -> dict[Step, Task]:
        """Return the open tasks of the case by step."""
        case_id = self._case()
        with self.town.vault.reading() as session:
            found = session.scalars(
                select(Task).where(Task.case_id == case_id, Task.state == TaskState.OPEN.value)
            ).all()
        assert len({task.step for task in found}) == len(found), [task.step for task in found]
        return {Step(task.step): task for task in found}

    def due(self) -> dict[str, datetime]:
        """Return when each open task is due."""
        return {step.value: task.due_at for step, task in self.tasks().items()}

    def escalated(self) -> set[str]:
        """Return the open tasks that were brought before a supervisor."""
        return {step.value for step, task in self.tasks().items() if task.escalated_at is not None}

    def nobody_acts(self) -> None:
        """Let the first deadline pass: a supervisor hears of it at that minute, and Today says that it is late."""
        first = min(self.due().values())
        self.wait_until(first - timedelta(minutes=1))
        assert self.escalated() == set()
        self.wait_until(first + timedelta(minutes=1))
        assert self.escalated() == {step for step, at in self.due().items() if at == first}
        assert "Late" in self.desk.get("/today")
        late = sum(1 for at in self.due().values() if at < self.now)
        assert f"1 cases, {late} late tasks" in self.sign_in("supervisor").get("/team")

    # What people do

    def see(self, path: str = "") -> str:
        """Open a page of the case, or the case itself."""
        page = self.desk.get(f"{self.path}{path}")
        assert self.desk.page.status_code == 200, self.desk.page.status_code
        return page

    @property
    def phone(self) -> UUID:
        """Return her phone's place, from the case page."""
        return UUID(re.search(r"/destinations/([0-9a-f-]{36})[^\"]*\"[^>]*>Change<[^>]*>: Call", self.see()).group(1))

    @property
    def home(self) -> UUID:
        """Return her address's place, from the case page."""
        return UUID(re.search(r"/destinations/([0-9a-f-]{36})[^\"]*\"[^>]*>Change<[^>]*>: Mail", self.see()).group(1))

    def take_her_word(self, where: UUID, **said: Any) -> None:
        """Note, after a live call, what she said of one of her ways."""
        self.see(f"/destinations/{where}")
        self.desk.submit(r"/destinations/[0-9a-f-]{36}$", source="victim", **said)
        assert self.desk.page.status_code == 200, self.desk.text

    def reach_her(self, step: Step, *, channel: str = "call") -> None:
        """Press what Today offers for the task, and record that she was reached."""
        task = self.tasks()[step].id
        self.desk.get("/today")
        link = next(each for each in self.desk.links(r"/attempts/new") if str(task) in each)
        self.desk.get(link)
        self.desk.submit("/attempts$", way=f"{self.phone_of_form()}:{channel}", outcome="reached")
        assert self.desk.page.status_code == 200, self.desk.text
        assert step not in self.tasks()

    def texts_are_refused(self) -> None:
        """No text is offered to a phone that never confirmed a yes, and none can be made to leave."""
        page = self.see(f"/destinations/{self.phone}/texts/new")
        assert "There is no yes to texts that this phone has confirmed." in page
        shown = self.desk.submit("/texts/preview", template="call_me")
        assert not re.search(r'action="[^"]*/texts"', shown), "a text may be released"
        self.town.work("send")
        assert self.town.emulator.app.journal.as_json()["accepts"] == []

    def calls_wait_for_her_hours(self) -> None:
        """A call outside her hours is held, with when it opens."""
        page = self.see(f"/destinations/{self.phone}/call")
        assert "These are not safe hours." in page
        assert "It opens" in page

    def phone_of_form(self) -> str:
        """Return the phone the form on the page offers for a call."""
        return re.search(r'value="([0-9a-f-]{36}):call"', self.desk.text).group(1)

    def meet_her(self, step: Step) -> None:
        """Plan a meeting where she chose, check that it is safe, have one worker agreed to, meet, tell how it went."""
        self.name_a_place("The library, Main Street")
        self.see("/meetings/new")
        page, at = self.desk.text, self.now.astimezone(HERE) + timedelta(hours=1)
        ours = {role: str(each.id) for role, each in self.town.colleagues.items()}
        self.desk.submit(
            "/meetings$",
            way=re.search(r'value="([0-9a-f-]{36}:meeting)"', page).group(1),
            place="library",
            on=at.date().isoformat(),
            starts=f"{at:%H:%M}",
            ends=f"{at + timedelta(hours=1):%H:%M}",
            lead=ours["advocate"],
            buddy=ours["supervisor"],
            buddy_phone="336-555-0111",
        )
        assert self.desk.page.status_code == 200, self.desk.text
        meeting = next(each for each in self.desk.links(r"^/meetings/[0-9a-f-]{36}/safety-check$")).rpartition("/")[0]
        self.desk.get(f"{meeting}/safety-check")
        self.desk.submit(
            "/safety-check$", whereabouts="elsewhere", lives_there="no", weapons="no", order="no", goes_ahead="yes"
        )
        supervisor = self.sign_in("supervisor")
        supervisor.get(meeting)
        supervisor.submit("/one-worker$", because="They know each other.")
        self.wait_until(at)
        for path, typed in (("/check-in", {}), ("/check-out", {}), ("/outcome", {"went": "came"})):
            self.desk.get(meeting)
            self.desk.submit(f"{path}$", **typed)
            assert self.desk.page.status_code == 200, self.desk.text
        assert step not in self.tasks()

    def mail_letter(self) -> None:
        """At the print desk: one puts the letter into a stack, another releases it; printed, counted, mailed."""
        self.town.clock.advance(timedelta(hours=49))
        one = self.sign_in("advocate")
        one.get("/letters")
        one.submit("/letter-batches$")
        stack = re.search(r"/letter-batches/[0-9a-f-]{36}", one.text).group()
        other = self.sign_in("supervisor")
        other.get(stack)
        other.submit("/release$")
        self.town.work("print")
        other.get(stack)
        assert other.take_out("/pages$").startswith(b"%PDF")
        for path, typed in (("/count", {"counted": "1"}), ("/mailing", {})):
            other.get(stack)
            other.submit(f"{path}$", **typed)
            assert other.page.status_code == 200, other.text
        self._desk = None
        assert "Mailed" in self.see()

    def name_a_place(self, place: str) -> None:
        """Note a place where she said that she wants to meet."""
        self.see("/destinations/new?kind=place")
        self.desk.submit("/destinations$", value=place, meeting="safe", source="victim")
        assert self.desk.page.status_code == 200, self.desk.text

    def meet_need(self) -> None:
        """Note on the page of needs that she took the help, and that it was done."""
        self.see("/needs")
        self.desk.submit(r"/needs/[0-9a-f-]{36}/steps", step="done")
        assert self.desk.page.status_code == 200, self.desk.text
        assert Step.NEED_NOW not in self.tasks()

    def phone_in(self, page: str) -> str:
        """Return the phone a page of hers is about."""
        return re.search(r"destination=([0-9a-f-]{36})|/destinations/([0-9a-f-]{36})", page).group(1)

    def talk(self, step: Step) -> None:
        """Talk about danger with her own view first, or make a plan together, from what Today offers."""
        self.desk.get("/today")
        page = "safety-plan" if step is Step.SAFETY_PLAN else "assessments"
        assert f"{self.path}/{page}" in self.desk.links(page)
        self.see(f"/{page}{'/edit' if step is Step.SAFETY_PLAN else ''}")
        form = form_on(self.desk.text, f"/{page}$")
        first = next(name for name in form.values if name not in ("csrf_token", "number", "copy", "own_scale", "why"))
        self.desk.submit(f"/{page}$", **{first: "I sleep at my sister's when it gets loud."})
        assert self.desk.page.status_code == 200, self.desk.text
        assert step not in self.tasks()

    def nothing_went_to_the_agency(self) -> None:
        """Whatever we did, an agency is told the same bytes for one more event, and finds nothing to read."""
        self.send("custody_changed", custody="in", effective_at=self.at(minutes=-5))
        assert set(self.answers) == {self.answers[0]}
        for path in ("/v1/level-events", f"/v1/level-events/{self.place.reference}-1", "/v1/status"):
            assert self.town.intake.get(path).status_code in (404, 405)
