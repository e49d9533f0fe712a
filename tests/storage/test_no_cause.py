"""
P2, NI-10: whatever events come, and however long the worker runs, without an advocate nothing leaves.

Two thousand random sequences of events of every kind: most are planned in memory, the rest go through the spool
into a real vault, in which some phones would even let a text through.
"""

import json
import random
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any, NoReturn
from uuid import UUID, uuid4

import pytest
from agency_world import NOW, PROTOCOLS, World, add_colleague
from sqlalchemy import func, select
from texting import claim_next

from outreach import people
from outreach.events import parse_event
from outreach.gate.hours import Window
from outreach.ingesting import continuing
from outreach.ingesting.happenings import happening_of
from outreach.messaging.letters.printing import Printed, print_due
from outreach.messaging.text_boxes import TextContent, seal_text
from outreach.on_duty.paging import WORDS, look_at_pages
from outreach.protocols.duties import plan
from outreach.protocols.planning import protocol_of
from outreach.protocols.plans import CaseSoFar, Happening, OpenTask, Plan
from outreach.protocols.steps import Step
from outreach.reaching import reach
from outreach.reaching.destinations import ChannelVerdict
from outreach.records.on_call import PageCall, StaffPage
from outreach.records.staff import Staff
from outreach.records.work import Letter, Text
from outreach.scheduling.escalation import look_at_due
from outreach.terms import Channel, Level, TaskState, Verdict, VerdictSource

IN_MEMORY, IN_THE_VAULT = 1_900, 100
KINDS = (
    "level_assigned",
    "level_changed",
    "call_in_scheduled",
    "call_in_rescheduled",
    "call_in_cancelled",
    "individual_notification_scheduled",
    "offender_notified",
    "custody_changed",
    "order_changed",
    "removed",
    "correction",
)
WAYS_ALL_SAFE = {"safe_to_call": "yes", "safe_to_leave_message": "yes", "safe_with_others": "yes"}


class Story:
    """One pair of people, and what an agency tells of them, in any order."""

    def __init__(self, number: int, chance: random.Random) -> None:
        self.number, self._chance = number, chance
        self.phone = f"+1336{5550000 + number:07}"
        self._told: list[tuple[str, dict[str, Any]]] = []

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        """Return ids and bodies of two to five events, the first one with a level."""
        for place in range(self._chance.randint(2, 5)):
            kind = self._chance.choice(KINDS) if place else "level_assigned"
            self._told.append((f"s{self.number}-{place}", self._body(kind)))
        return self._told

    def _body(self, kind: str) -> dict[str, Any]:
        chance = self._chance
        about = {
            "kind": kind,
            "occurred_at": self._moment(-120, 0),
            "jurisdiction": "high-point",
            "agency_case_ref": f"R{self.number}",
        }
        first_id, first = self._told[0] if self._told else ("", {})
        if kind in ("call_in_rescheduled", "call_in_cancelled", "correction"):
            about["refers_to"] = first_id
        else:
            about |= {"victim": self._victim(), "offender": {"full_name": f"Max Loe {self.number}"}}
        if kind in ("level_assigned", "level_changed"):
            about |= {"level": chance.choice("ABCD"), "criteria_version": "1", "call_in_at": self._moment(1, 400)}
            about["on_scene"] = chance.choice([WAYS_ALL_SAFE, {"safe_to_call": "no"}, {"needs": ["medical"]}])
        if kind == "correction":
            about["corrected"] = {**first, "level": chance.choice("ABCD"), "call_in_at": self._moment(1, 400)}
        return about | self._special(kind)

    def _special(self, kind: str) -> dict[str, Any]:
        chance, moment = self._chance, self._moment(-24, 400)
        return {
            "call_in_scheduled": {"call_in_at": moment},
            "call_in_rescheduled": {"call_in_at": moment},
            "individual_notification_scheduled": {"notification_at": moment},
            "offender_notified": {"channel": chance.choice(["in_person", "call_in", "phone"]), "notified_at": moment},
            "custody_changed": {"custody": chance.choice(["in", "out"]), "effective_at": moment},
            "order_changed": {"order": chance.choice(["issued", "served", "expired"]), "effective_at": moment},
            "removed": {"reason": chance.choice(["completed", "error", "deceased"])},
        }.get(kind, {})

    def _victim(self) -> dict[str, Any]:
        home = {"lines": [f"{self.number} Oak Street"], "city": "High Point", "state": "NC", "postal_code": "27260"}
        born_on = f"19{50 + self.number % 50}-0{1 + self.number % 9}-1{self.number % 10}"
        named = f"Ana Roe{chr(97 + self.number % 26)}{chr(97 + self.number // 26 % 26)}"
        return {"full_name": named, "date_of_birth": born_on, "phones": [self.phone], "address": home}

    def _moment(self, least: int, most: int) -> str:
        return (NOW + timedelta(minutes=self._chance.randint(60 * least, 60 * most))).isoformat()


def stories(count: int) -> list[Story]:
    """Return as many stories, the same ones each time."""
    chance = random.Random(20261122)  # noqa: S311 - a fixed seed, so that a failure comes back
    return [Story(number, chance) for number in range(count)]


# --- in memory: a plan holds duties for people, and nothing a worker could send


def check_plan(made: Plan) -> None:
    """Assert that a plan asks people, and carries nothing else."""
    assert Plan._fields == (
        "tasks",
        "superseded",
        "proposals",
        "moved_earlier",
        "alerts",
        "level",
        "level_event_at",
    )
    asked = (*made.tasks, *(proposal.task for proposal in made.proposals))
    assert {task.step for task in asked} <= set(Step)
    assert not {task.step for task in asked} & {Step.TEXT_CHECK, Step.TEXT_QUESTION, Step.TEXT_MESSAGE}


def tell(story: Story) -> int:
    """Plan a story's events one after the other, in memory; return how many tasks came of it."""
    protocol = protocol_of(PROTOCOLS["high-point"])
    case, happened = CaseSoFar(), list[Happening]()
    for event_id, body in story.events():
        event = parse_event(as_json(body))
        happening = happening_of(event, event_id=event_id, received_at=NOW, zone=protocol.calendar.zone)
        made = plan(happening, case, protocol, now=NOW)
        check_plan(made)
        happened.append(happening)
        case = followed(case, made)._replace(happenings=tuple(happened))
    return len(case.tasks)


def as_json(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode()


def followed(case: CaseSoFar, made: Plan) -> CaseSoFar:
    """Return the case as it stands after a plan, as storing it would leave it."""
    kept = [task._replace(state=TaskState.SUPERSEDED) if task.id in made.superseded else task for task in case.tasks]
    asked = (*made.tasks, *(proposal.task for proposal in made.proposals))
    fresh = [
        OpenTask(uuid4(), t.step, t.level, TaskState.OPEN, t.opens_at, t.due_at, t.event_id, t.call_in_at)
        for t in asked
    ]
    return case._replace(level=made.level, level_event_at=made.level_event_at, tasks=(*kept, *fresh))


@pytest.mark.req("NI-10")
@pytest.mark.req("P2")
def test_no_sequence_of_events_plans_anything_but_duties_for_people() -> None:
    assert sum(tell(story) for story in stories(IN_MEMORY)) > IN_MEMORY


# --- through the spool into the vault


def welcome_texts(world: World, advocate: UUID) -> int:
    """Let every third case have a phone at which texts are welcome: the gate would let them through."""
    said = ChannelVerdict(Verdict.SAFE, VerdictSource.VICTIM, NOW)
    ways = {Channel.CALL: said, Channel.TEXT: said}
    welcome = world.cases()[::3]
    for case_id in welcome:
        for way in world.destinations(case_id).values():
            if Channel.TEXT in way.kind.channels:
                hers = replace(way, verdicts=ways, windows=(ALL_WEEK,), text_consent_at=NOW)
                with world.vault.writing() as session:
                    reach.save_destination(session, case_id, hers, version=way.version, by=advocate, now=NOW)
    return len(welcome)


ALL_WEEK = Window(tuple(range(7)), time(0), time(0))


def never_prints(*_: object, **__: object) -> NoReturn:
    raise AssertionError("a letter was printed")


def check_nothing_leaves(world: World, *, at: datetime) -> None:
    """Assert that there is no text and no letter, and nothing for a sender or a printer to claim."""
    look_at_due(world.vault, now=at)
    look_at_pages(world.vault, now=at)
    assert claim_next(world.vault, world._drain, callback_base_url="https://inbox.example", now=at) is None
    assert print_due(world.vault, never_prints, clock=lambda: at) == Printed()
    with world.vault.reading() as session:
        assert session.scalar(select(func.count()).select_from(Text)) == 0
        assert session.scalar(select(func.count()).select_from(Letter)) == 0
        # Pages are counted apart: they go to colleagues only, say constant words, and name no case on a phone.
        assert set(session.scalars(select(StaffPage.staff_id))) <= set(session.scalars(select(Staff.id)))


def send_all(world: World, count: int) -> None:
    """Send the stories, all first events first, the rest shuffled; drain as they come."""
    advocate = uuid4()
    with world.vault.writing() as session:
        add_colleague(session, advocate)
    told = [story.events() for story in stories(count)]
    later = [event for events in told for event in events[1:]]
    random.Random(7).shuffle(later)  # noqa: S311 - the same order each time
    for batch in ([events[0] for events in told], later):
        for event_id, body in batch:
            world.deposit(world.police.signed(as_json(body), event_id))
        tally = world.drain()
        assert tally["taken_in"] == len(batch), tally
        if batch is not later:
            assert welcome_texts(world, advocate) >= count // 4


@pytest.mark.req("NI-10")
@pytest.mark.req("P2")
def test_no_sequence_of_events_makes_anything_leave_the_vault(world: World) -> None:
    send_all(world, IN_THE_VAULT)

    assert len(world.cases()) >= IN_THE_VAULT
    for hours in (0, 1, 24, 72, 24 * 30):
        check_nothing_leaves(world, at=NOW + timedelta(hours=hours))


@pytest.mark.req("NI-10")
@pytest.mark.req("20")
def test_pages_about_events_go_to_colleagues_alone_at_fixed_ticks_and_name_no_case(world: World) -> None:
    send_all(world, 20)
    look_at_pages(world.vault, now=NOW + timedelta(minutes=15))

    with world.vault.reading() as session:
        (about,) = session.scalars(select(PageCall.about))
    # Which case it was about is kept with the call, for walls; what goes to a phone knows nothing of it.
    named = {column.name for column in StaffPage.__table__.columns}
    assert (about, "case" in " ".join(named), WORDS) == ("on_call", False, "Wayside: please look at your page.")


@pytest.mark.req("NI-10")
def test_planted_ingest_that_texts_by_itself_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    store = continuing.store_plan
    advocate = uuid4()
    with world.vault.writing() as session:
        add_colleague(session, advocate)

    def store_and_text(session: Any, case_id: UUID, planned: Any, **said: Any) -> None:
        store(session, case_id, planned, **said)
        row = uuid4()
        session.add(
            Text(
                id=row,
                case_id=case_id,
                destination_id=people.destinations(session, case_id)[0].id,
                released_by_id=advocate,
                state="planned",
                release_at=NOW,
                state_at=NOW,
                callback_token=row.bytes,
                text_box=seal_text(session, TextContent("Hello", None), case_id=case_id, row=row),
            )
        )

    monkeypatch.setattr(continuing, "store_plan", store_and_text)
    send_all(world, 4)
    with pytest.raises(AssertionError):
        check_nothing_leaves(world, at=NOW)


def test_the_stories_tell_of_every_kind_and_level() -> None:
    told = [body for story in stories(200) for _, body in story.events()]
    assert {body["kind"] for body in told} == set(KINDS)
    assert {body["level"] for body in told if "level" in body} == {level.value for level in Level}
