"""Requirement 20b: under 18 or age unknown. Mail is off, calls go on, a supervisor decides today."""

from datetime import date
from html import unescape

import pytest
from agency_world import ANA, NOW
from builders import a_destination, a_verdict
from case_visits import settle

from outreach import cases, people
from outreach.gate.reasons import Reason
from outreach.identity import minors, particulars
from outreach.identity.minors import Age, age_of
from outreach.protocols.steps import Step
from outreach.reaching.next_way import SafestWay, next_way
from outreach.records.work import Task
from outreach.safe_contact import Allowed, may_contact
from outreach.terms import Channel, ContentLevel, DestinationKind

pytestmark = pytest.mark.req("20b")

TODAY = NOW.date()


def words(answer) -> str:
    return unescape(answer.text)


def born(vault, world, on: date | None) -> None:
    """Let this be her birth date."""
    with vault.writing() as session:
        by = world.dana.card.id
        card = people.read(session, world.case_id, by=by, now=NOW)
        text = on.isoformat() if on else None
        people.amend(session, world.case_id, version=card.version, by=by, now=NOW, date_of_birth=text)


def facts(vault, world):
    with vault.reading() as session:
        return cases.facts_for_gate(session, world.case_id, at=NOW)


def asked_of_supervisors(vault, case_id) -> list[str]:
    with vault.reading() as session:
        rows = session.query(Task).where(Task.case_id == case_id, Task.step == Step.SUPERVISOR_MINOR.value)
        return [row.state for row in rows]


@pytest.mark.parametrize(
    ("born_on", "said_adult", "age"),
    [
        (None, False, Age.UNKNOWN),
        (None, True, Age.ADULT),
        (date(2008, 11, 20), False, Age.ADULT),
        (date(2008, 11, 21), False, Age.UNDER),
        (date(2008, 11, 21), True, Age.UNDER),
    ],
)
def test_a_birth_date_counts_before_anyones_word(born_on, said_adult, age):
    assert age_of(born_on, said_adult=said_adult, today=TODAY) is age


@pytest.mark.parametrize("on", [None, date(2010, 5, 1)])
def test_mail_is_off_and_calls_go_on(vault, world, on):
    settle(vault, world)
    born(vault, world, on)
    with vault.writing() as session:
        safe = {Channel.LETTER: a_verdict()}
        mail = a_destination(
            session, world.case_id, kind=DestinationKind.ADDRESS, value="1 Elm\nTown NC 27260", verdicts=safe
        )
    now = facts(vault, world)

    answer = may_contact(mail, Channel.LETTER, ContentLevel.NEUTRAL, at=NOW, facts=now)
    assert answer.reason is Reason.UNDER_AGE_MAIL
    assert isinstance(may_contact(world.phone, Channel.CALL, ContentLevel.NEUTRAL, at=NOW, facts=now), Allowed)
    assert isinstance(next_way([world.phone, mail], at=NOW, facts=now), SafestWay)


def test_one_tap_notes_an_adult_and_mail_is_on_no_more_shut_for_her_age(desk, vault, world, at_case):
    settle(vault, world)
    born(vault, world, None)
    page = words(desk.get(at_case))
    assert "We do not know that she is 18 or older." in page
    assert "She is an adult" in page

    desk.post(f"{at_case}/adulthood")
    assert "It is noted that she is an adult." in words(desk.get(at_case))
    assert facts(vault, world).is_adult


def test_a_birth_date_under_18_is_not_talked_away_with_a_tap(desk, vault, world, at_case):
    settle(vault, world)
    born(vault, world, date(2010, 5, 1))
    desk.get(at_case)
    desk.post(f"{at_case}/adulthood")

    assert "Her birth date says she is under 18." in words(desk.get(at_case))
    assert not facts(vault, world).is_adult


def test_a_birth_date_that_makes_her_a_minor_asks_a_supervisor_at_once_and_one_that_does_not_ends_it(vault, world):
    def learn(on: date) -> None:
        with vault.writing() as session:
            card = people.read(session, world.case_id, by=world.dana.card.id, now=NOW)
            learned = particulars.Learned("", "", on, "en", False)
            by = world.dana.card.id
            particulars.note(session, world.case_id, learned, version=card.version, by=by, now=NOW)

    learn(date(2010, 5, 1))
    learn(date(2010, 6, 1))
    assert asked_of_supervisors(vault, world.case_id) == ["open"]
    learn(date(1990, 5, 1))
    assert asked_of_supervisors(vault, world.case_id) == ["done"]


@pytest.mark.parametrize("where", ["{case}", "{case}/destinations/{phone}/call"])
def test_the_states_limits_and_the_rules_stand_where_she_is_called(desk, vault, world, at_case, where):
    settle(vault, world)
    born(vault, world, None)
    page = words(desk.get(where.format(case=at_case, phone=world.phone.id)))

    assert minors.READ_OUT in page
    for rule in minors.RULES:
        assert rule in page
    born(vault, world, date(1990, 5, 1))
    assert minors.READ_OUT not in words(desk.get(where.format(case=at_case, phone=world.phone.id)))


def test_supervisors_alone_settle_how_she_is_reached(desk, vault, world):
    born(vault, world, None)
    with vault.writing() as session:
        particulars.minors_tasks.follow(session, world.case_id, Age.UNDER, by=world.dana.card.id, now=NOW)
        (task,) = session.query(Task).where(Task.step == Step.SUPERVISOR_MINOR.value)
    desk.sit_down(world.dana.card)
    assert desk.get(f"/tasks/{task.id}").status_code == 404

    desk.sit_down(world.supervisor.card)
    assert "She may be under 18" in words(desk.get("/team"))
    desk.get(f"/tasks/{task.id}")
    desk.post(f"/tasks/{task.id}", {"answer": "yes"})
    assert asked_of_supervisors(vault, world.case_id) == ["done"]


def test_planted_gate_that_takes_a_word_over_a_birth_date_is_caught(desk, vault, world, at_case, monkeypatch):
    monkeypatch.setattr("outreach.gate.gate_facts.age_of", lambda *_, **__: Age.ADULT)

    with pytest.raises(AssertionError):
        test_a_birth_date_under_18_is_not_talked_away_with_a_tap(desk, vault, world, at_case)


def test_the_family_of_the_samples_is_grown_up():
    assert age_of(date.fromisoformat(ANA["date_of_birth"]), said_adult=False, today=TODAY) is Age.ADULT
