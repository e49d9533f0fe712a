"""A phone, a front door or a mailbox in other hands stays so, in whatever case of hers it is added once more."""

from datetime import time, timedelta
from uuid import UUID, uuid4

import pytest
from builders import NOW, a_case, a_destination, a_verdict
from case_visits import changed, words

from outreach import people
from outreach.attempts.recording import Made, log_attempt
from outreach.gate.gate_facts import facts_for_gate
from outreach.gate.hours import Window
from outreach.identity import deciding
from outreach.reaching import reach
from outreach.records.cases import PossibleMatch
from outreach.safe_contact import Allowed, may_contact
from outreach.terms import Channel, ContentLevel, DestinationKind, Outcome, Verdict

pytestmark = [pytest.mark.req("22"), pytest.mark.req("45")]
PHONE, STREET, MAILBOX = "+13365550111", "12 Elm Street\nHigh Point, NC 27260", "lena@example.org"
ALWAYS = (Window(tuple(range(7)), time(0, 1), time(23)),)
WAYS = (
    (DestinationKind.PHONE, PHONE, Channel.CALL),
    (DestinationKind.ADDRESS, STREET, Channel.LETTER),
    (DestinationKind.EMAIL, MAILBOX, Channel.EMAIL),
)
SAFE = {"source": "victim", "begins_1": "00:01", "ends_1": "23:00"}
LATER = NOW + timedelta(days=3, minutes=5)
AGAIN = {
    "phone": {"value": "336 555 0111", "call": "safe"},
    "address": {"value": "12 ELM ST, High Point, NC 27260", "letter": "safe"},
    "email": {"value": "Lena+books@example.org", "email": "safe", "subject": "Books", "confirmed": "y"},
}


@pytest.fixture
def two_cases(desk, vault, world) -> tuple[UUID, UUID]:
    """Store two cases of one woman; the first has a phone, an address and an e-mail that others got into."""
    with vault.writing() as session:
        case_id, other = (a_case(session, assigned_to=world.dana.card.id) for _ in range(2))
        row = uuid4()
        session.add(PossibleMatch(id=row, case_id=other, other_case_id=case_id))
        session.flush()
        deciding.decide(session, row, same=True, by=world.supervisor.card.id, now=NOW)
        for kind, value, channel in WAYS:
            way = a_destination(
                session, case_id, kind=kind, value=value, verdicts={channel: a_verdict()}, windows=ALWAYS, subject="B"
            )
            unsafe = Made(channel, Outcome.UNSAFE, way.id, note="Someone else was there.")
            log_attempt(session, case_id, unsafe, by=world.dana.card.id, now=NOW)
    desk.sit_down(world.dana.card)
    return case_id, other


@pytest.fixture
def found_later(vault, world) -> tuple[UUID, UUID]:
    """Store two cases with the same three ways; each is found in other hands in the newer; then they are hers both."""
    with vault.writing() as session:
        older, newer = (a_case(session, assigned_to=world.dana.card.id) for _ in range(2))
        for kind, value, channel in WAYS:
            said = {"verdicts": {channel: a_verdict()}, "windows": ALWAYS, "subject": "B", "confirmed_at": NOW}
            a_destination(session, older, kind=kind, value=value, **said)
            way = a_destination(session, newer, kind=kind, value=value, **said)
            log_attempt(session, newer, Made(channel, Outcome.UNSAFE, way.id), by=world.dana.card.id, now=NOW)
        row = uuid4()
        session.add(PossibleMatch(id=row, case_id=newer, other_case_id=older))
        session.flush()
        deciding.decide(session, row, same=True, by=world.supervisor.card.id, now=NOW)
    return older, newer


def add(desk, case_id: UUID, kind: str, **more: str):
    page = desk.get(f"/cases/{case_id}/destinations/new?kind={kind}")
    return desk.post(f"/cases/{case_id}/destinations", changed(page, kind=kind, **SAFE, **AGAIN[kind], **more))


def open_ways(vault, case_id: UUID) -> list[str]:
    """Return the kinds of the ways through which the gate lets anything."""
    with vault.reading() as session:
        facts = facts_for_gate(session, case_id, at=LATER)
        return [
            f"{way.kind.value} {channel.value}"
            for way in people.destinations(session, case_id)
            for channel in way.kind.channels
            if isinstance(may_contact(way, channel, ContentLevel.NONE, at=LATER, facts=facts), Allowed)
        ]


def check_nothing_opens(desk, vault, two_cases) -> None:
    """Add each of them once more in each case, as safe; assert that the gate opens none."""
    for case_id in two_cases:
        for kind in AGAIN:
            add(desk, case_id, kind)
        assert open_ways(vault, case_id) == []


def test_what_is_in_other_hands_opens_in_no_case_of_hers_by_adding_it_again(desk, vault, two_cases):
    check_nothing_opens(desk, vault, two_cases)


def test_planted_second_row_with_a_yes_is_caught(desk, vault, two_cases, monkeypatch):
    monkeypatch.setattr(reach, "is_same_way", lambda *_: False)
    with pytest.raises(AssertionError):
        check_nothing_opens(desk, vault, two_cases)


def test_planted_other_case_that_is_not_asked_is_caught(desk, vault, two_cases, monkeypatch):
    monkeypatch.setattr(reach, "ways_of", lambda *_: [])
    with pytest.raises(AssertionError):
        check_nothing_opens(desk, vault, two_cases)


@pytest.mark.parametrize("kind", AGAIN)
def test_in_one_case_the_same_way_is_refused_with_a_way_to_it_and_what_was_typed(desk, vault, two_cases, kind):
    case_id, _ = two_cases
    answer = add(desk, case_id, kind, label="Typed before")
    with vault.reading() as session:
        ways = [each for each in people.destinations(session, case_id) if each.kind.value == kind]

    assert answer.status_code == 422
    assert "is on the case already. Change it there." in words(answer)
    assert f"/cases/{case_id}/destinations/{ways[0].id}" in answer.text
    assert "Typed before" in words(answer)
    assert AGAIN[kind]["value"] in words(answer)
    assert len(ways) == 1


def test_a_fuller_address_is_kept_beside_the_short_one_and_opens_no_mail_she_said_no_to(desk, vault, world):
    no = {Channel.LETTER: a_verdict(Verdict.UNSAFE)}
    with vault.writing() as session:
        case_id = a_case(session, assigned_to=world.dana.card.id)
        a_destination(session, case_id, kind=DestinationKind.ADDRESS, value="12 Elm Street", verdicts=no)
    desk.sit_down(world.dana.card)

    assert add(desk, case_id, "address").status_code == 303
    assert "That still holds" in words(desk.get(f"/cases/{case_id}"))
    with vault.reading() as session:
        kept = people.destinations(session, case_id)
    assert [each.verdicts[Channel.LETTER].verdict for each in kept] == [Verdict.UNSAFE] * 2


def test_news_that_names_a_phone_in_other_hands_is_taken_in_and_opens_nothing(vault, two_cases):
    case_id, other = two_cases
    with vault.writing() as session:
        named = a_destination(session, other, value=PHONE, windows=ALWAYS)
    with vault.reading() as session:
        kept = people.destination_of(session, other, named.id)

    assert kept.compromised
    assert open_ways(vault, other) == []


def test_what_is_in_other_hands_in_a_case_found_to_be_hers_is_shut_in_the_older_one(vault, found_later):
    older, newer = found_later
    with vault.reading() as session:
        ways = [*people.destinations(session, older), *people.destinations(session, newer)]

    assert [way.kind.value for way in ways if not way.compromised] == []
    assert open_ways(vault, older) == []


def test_what_we_write_on_its_page_opens_nothing_that_her_other_case_closes_and_says_so(desk, vault, two_cases):
    _, other = two_cases
    add(desk, other, "phone")
    with vault.reading() as session:
        (way,) = people.destinations(session, other)
    page = f"/cases/{other}/destinations/{way.id}"
    answer = desk.post(page, changed(desk.get(page), call="safe", source="advocate"))

    assert answer.status_code == 303
    assert "That still holds" in words(desk.get(f"/cases/{other}"))
    with vault.reading() as session:
        assert people.destination_of(session, other, way.id).verdicts[Channel.CALL].verdict is Verdict.UNSAFE
