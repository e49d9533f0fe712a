"""
"Do not contact" and "I will contact you" hold wherever the program proposes or permits contact (requirement 17).

Every page is walked, every way is asked of the gate, every event is planned. What she asks for herself stays open.
"""

import re
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from advocate_routes import address, routes
from builders import NOW
from case_visits import CHOSEN, settle, words
from sqlalchemy import func, select

from outreach import cases, people, safe_contact
from outreach.gate.gate_facts import facts_for_gate
from outreach.identity.deciding import AlreadyDecided
from outreach.intake.event_terms import EventKind, NotificationChannel
from outreach.protocols.duties import plan
from outreach.protocols.plans import CaseSoFar, Happening
from outreach.protocols.protocol import parse
from outreach.protocols.steps import NOTICES, STEPS, Step
from outreach.reaching.next_way import NoSafeWay, Try, next_way
from outreach.records.work import Letter, Text
from outreach.safe_contact import Allowed, may_contact
from outreach.terms import ContentLevel, Level

WORDS = ("do_not_contact", "she_will_contact_us")
PROTOCOLS = sorted((Path(__file__).parents[2] / "config" / "protocols").glob("*.toml"))
LEADS_TO_CONTACT = re.compile(r"/cases/.+/(call|texts/new|letters/new|texts|letters)$")
"""Where a link or a button of a page would lead to a call, a text or a letter."""
PROPOSES = re.compile(r"Tell her (now|by)|The safest way|It is open now|Call her|Safe now")
HER_OWN_PAGES = ("texts/new", "letters/new", "/call")
"""Pages of one way, whose own form is the way: they say why it is shut and offer nothing."""


def she_says(vault, world, word: str, *, said: bool = True) -> None:
    with suppress(AlreadyDecided):
        settle(vault, world)
    with vault.writing() as session:
        cases.change_standing(session, world.case_id, by=world.dana.card.id, now=NOW, **{word: said})


def proposals(app, desk, world, *, who: Any) -> list[str]:
    """Return every page that leads one person to contact or speaks of it as the thing to do."""
    desk.sit_down(who.card)
    found = []
    for method, rule in sorted(routes(app)):
        if method != "GET" or rule in ("/session", "/static/<path:filename>") or "<token>" in rule:
            continue
        page = desk.get(address(rule, world))
        if page.mimetype != "text/html" or page.status_code != 200:
            continue
        leads = [each for each in re.findall(r'(?:href|action)="([^"?]+)', page.text) if LEADS_TO_CONTACT.search(each)]
        said = PROPOSES.findall(words(page))
        if (leads or said) and str(world.case_id) in page.text + address(rule, world):
            found.append(f"{rule}: {leads or said}")
    return found


def check_no_page_proposes_contact(app, desk, world) -> None:
    """Assert that nobody's page leads to contact with her."""
    assert proposals(app, desk, world, who=world.dana) == []
    assert proposals(app, desk, world, who=world.supervisor) == []


@pytest.mark.req("17")
@pytest.mark.parametrize("word", WORDS)
def test_no_page_proposes_contact_with_her(app, desk, vault, world, word):
    she_says(vault, world, word, said=False)
    assert proposals(app, desk, world, who=world.dana)
    she_says(vault, world, word)
    check_no_page_proposes_contact(app, desk, world)


@pytest.mark.req("17")
@pytest.mark.parametrize("word", WORDS)
def test_planted_gate_that_forgets_her_word_is_caught(app, desk, vault, world, word, monkeypatch):
    she_says(vault, world, word)
    stops = tuple(each for each in safe_contact._CASE_STOPS if each[0] != word)
    monkeypatch.setattr(safe_contact, "_CASE_STOPS", stops)
    if word == "she_will_contact_us":
        monkeypatch.setattr(safe_contact, "_case_hold", lambda q: None)
    with pytest.raises(AssertionError):
        check_no_page_proposes_contact(app, desk, world)


@pytest.mark.req("17")
@pytest.mark.parametrize("word", WORDS)
def test_nothing_is_released_to_her(desk, vault, world, practice_words, word):
    she_says(vault, world, word)
    desk.sit_down(world.dana.card)
    before, at = released(vault), f"/cases/{world.case_id}/destinations"
    desk.get(f"{at}/{world.phone.id}/texts/new")
    desk.post(f"{at}/{world.phone.id}/texts", CHOSEN)
    desk.get(f"{at}/{world.address.id}/letters/new")
    desk.post(f"{at}/{world.address.id}/letters", {"template": "short"})
    assert released(vault) == before


def released(vault) -> tuple[int, ...]:
    """Return how many texts and letters were ever released."""
    with vault.reading() as session:
        return tuple(session.scalar(select(func.count()).select_from(table)) for table in (Text, Letter))


@pytest.mark.req("17")
@pytest.mark.parametrize("word", WORDS)
def test_the_gate_shuts_every_way_and_what_is_next_is_to_wait(vault, world, word):
    she_says(vault, world, word)
    at = NOW + timedelta(hours=1)
    with vault.reading() as session:
        ways = people.destinations(session, world.case_id)
        facts = facts_for_gate(session, world.case_id, at=at)
    for way in ways:
        for channel in way.kind.channels:
            assert not isinstance(may_contact(way, channel, ContentLevel.NONE, at=at, facts=facts), Allowed)
    found = next_way(ways, at=at, facts=facts)
    assert isinstance(found, NoSafeWay)
    assert found.try_next == (Try.WAIT_FOR_HER,)


def happenings() -> list[Happening]:
    """Return an event of every kind that could ask for contact."""
    times = {"occurred_at": NOW, "received_at": NOW, "call_in_at": NOW + timedelta(days=9)}
    made = [Happening("e-1", kind, level=level, **times) for kind in _LEVELS for level in Level]
    made += [Happening("e-1", kind, **times) for kind in (EventKind.CALL_IN_SCHEDULED, _INDIVIDUAL)]
    made += [Happening("e-1", EventKind.CUSTODY_CHANGED, detail=detail, **times) for detail in ("in", "out")]
    made += [Happening("e-1", EventKind.ORDER_CHANGED, detail=each, **times) for each in _ORDERS]
    return made + [Happening("e-1", EventKind.OFFENDER_NOTIFIED, channel=each, **times) for each in NotificationChannel]


_LEVELS = (EventKind.LEVEL_ASSIGNED, EventKind.LEVEL_CHANGED)
_INDIVIDUAL = EventKind.INDIVIDUAL_NOTIFICATION_SCHEDULED
_ORDERS = ("issued", "served", "modified", "expired", "dismissed")


def open_contact(protocol_text: str, event: Happening, *, now: datetime, unheard: bool = False) -> list[Step]:
    """Return the steps an event opens that ask for contact, after she said no, or nobody heard her say it."""
    case = CaseSoFar(do_not_contact=True, no_contact_unheard=unheard)
    made = plan(event, case, parse(protocol_text), now=now)
    assert Step.SUPERVISOR_ALERT in [task.step for task in made.tasks]
    return [
        task.step
        for task in made.tasks
        if STEPS[task.step].channels and task.closed_as is None and task.missed_cause is None
    ]


@pytest.mark.req("17")
@pytest.mark.parametrize("path", PROTOCOLS, ids=lambda path: path.stem)
def test_no_event_opens_a_task_that_asks_for_contact_and_each_alerts_a_supervisor(path):
    for event in happenings():
        assert open_contact(path.read_text(), event, now=NOW) == [], event


@pytest.mark.req("17")
@pytest.mark.parametrize("path", PROTOCOLS, ids=lambda path: path.stem)
def test_after_a_no_nobody_heard_an_event_leaves_a_call_in_open_and_nothing_else(path):
    opened = {step for event in happenings() for step in open_contact(path.read_text(), event, now=NOW, unheard=True)}
    assert opened == NOTICES


@pytest.mark.req("17")
def test_planted_planning_that_forgets_her_no_is_caught(monkeypatch):
    monkeypatch.setattr("outreach.protocols.duties._without_contact", lambda made, p: made)
    with pytest.raises(AssertionError):
        test_no_event_opens_a_task_that_asks_for_contact_and_each_alerts_a_supervisor(PROTOCOLS[0])
