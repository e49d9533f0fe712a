"""Requirements 11, 20, P2b: what may be the same woman's as a restricted case is restricted until a human says not."""

from datetime import timedelta
from html import unescape
from uuid import UUID, uuid4

import pytest
from builders import NOW, a_case, a_destination, a_verdict
from sqlalchemy import select
from walled_case import put_on_call

from outreach import audit, people
from outreach.approvals import wishes
from outreach.approvals.approving import Decided
from outreach.gate.facts import Approval
from outreach.gate.gate_facts import facts_for_gate
from outreach.identity import deciding
from outreach.on_duty import paging
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.cases import CaseRecord, PossibleMatch
from outreach.records.on_call import PageCall
from outreach.safe_contact import Allowed, Reason, may_contact
from outreach.tasks import add_task
from outreach.terms import Channel, ContentLevel, Level, VerdictSource
from outreach.walls import restricting
from outreach.walls.night import tell_of_hidden
from outreach.walls.restricting import Cause

pytestmark = [pytest.mark.req("11"), pytest.mark.req("20"), pytest.mark.req("P2b")]


@pytest.fixture
def pair(vault, world) -> dict[str, UUID]:
    """Two level A cases of nobody's that may be one woman's, with the match to decide; who is on call has neither."""
    officers_yes = {Channel.CALL: a_verdict(source=VerdictSource.ON_SCENE)}
    due = NOW + timedelta(hours=4)
    with vault.writing() as session:
        found = {name: a_case(session, level="A") for name in ("older", "newer")}
        for case_id in found.values():
            a_destination(session, case_id, verdicts=officers_yes)
            add_task(session, case_id, PlannedTask(Step.EMERGENCY_CONTACT, Level.A, NOW, due))
            add_task(session, case_id, PlannedTask(Step.NEED_NOW, Level.A, NOW, due, need="medical"))
        found["match"] = uuid4()
        session.add(PossibleMatch(id=found["match"], case_id=found["newer"], other_case_id=found["older"]))
        question = PlannedTask(Step.DECIDE_MATCH, Level.A, NOW, NOW + timedelta(minutes=15))
        add_task(session, found["newer"], question, match_id=str(found["match"]))
        put_on_call(session, world.other.card.id)
        audit.record(session, action="test.case", by=None, cases=[found["older"], found["newer"]], now=NOW)
    return found


def restrict(vault, world, case_id: UUID, cause: Cause) -> None:
    with vault.writing() as session:
        restricting.restrict(session, world.supervisor.card, case_id, cause, words="One of us.", now=NOW)


def decide(vault, world, pair, *, same: bool) -> None:
    with vault.writing() as session:
        deciding.decide(session, pair["match"], same=same, by=world.supervisor.card.id, now=NOW)


def handle(vault, case_id: UUID) -> str:
    with vault.reading() as session:
        return session.get_one(CaseRecord, case_id).handle


def told(vault, world, case_id: UUID) -> set[str]:
    """Let the worker look, and return on whose screen a page about a case stands."""
    tell_of_hidden(vault, now=NOW)
    with vault.reading() as session:
        about = set(session.scalars(select(PageCall.id).where(PageCall.case_id == case_id)))
        who = {"on call": world.other, "boss": world.supervisor}
        waits = {name: paging.waiting_for(session, each.card.id) for name, each in who.items()}
    return {name for name, pages in waits.items() if about & {each.call_id for each in pages}}


def nobody_on_call_sees_it(vault, world, desk, pair, hers: str, other: str) -> None:
    restrict(vault, world, pair[hers], Cause.STAFF)
    desk.sit_down(world.other.card)
    page = desk.get("/night").text
    assert [each for each in ("older", "newer") if handle(vault, pair[each]) in page] == []
    assert desk.get(f"/night/cases/{pair[other]}").status_code == 404
    assert desk.get(f"/matches/{pair['match']}").status_code == 404
    assert told(vault, world, pair[other]) == {"boss"}

    decide(vault, world, pair, same=False)
    assert handle(vault, pair[other]) in desk.get("/night").text
    assert handle(vault, pair[hers]) not in desk.get("/night").text


@pytest.mark.parametrize(("hers", "other"), [("older", "newer"), ("newer", "older")])
def test_a_case_that_may_be_one_about_a_colleague_is_on_nobodys_card_by_being_on_call(
    vault, world, desk, pair, hers, other
):
    nobody_on_call_sees_it(vault, world, desk, pair, hers, other)


def the_way_alone_is_shown(vault, world, desk, pair, hers: str, other: str) -> None:
    restrict(vault, world, pair[hers], Cause.OFFICER)
    desk.sit_down(world.other.card)
    listed, opened = (unescape(desk.get(at).text) for at in ("/night", f"/night/cases/{pair[other]}"))
    assert listed.count("Restricted: reach her") == 2
    assert "Restricted: reach her" in opened
    assert "medical" not in listed + opened
    assert "Decide the match" not in listed + opened
    assert desk.get(f"/matches/{pair['match']}").status_code == 404
    assert told(vault, world, pair["newer"]) == {"boss"}, "somebody is told of the match, who may decide it"

    decide(vault, world, pair, same=False)
    listed = unescape(desk.get("/night").text)
    assert (listed.count("Restricted: reach her"), listed.count("medical")) == (1, 1)


@pytest.mark.parametrize(("hers", "other"), [("older", "newer"), ("newer", "older")])
def test_on_call_sees_the_way_alone_of_a_case_that_may_be_a_restricted_one(vault, world, desk, pair, hers, other):
    the_way_alone_is_shown(vault, world, desk, pair, hers, other)


@pytest.mark.parametrize("database", ["sqlite"])
@pytest.mark.parametrize("promise", [nobody_on_call_sees_it, the_way_alone_is_shown])
def test_a_planted_restriction_of_one_case_alone_is_caught(vault, world, desk, pair, monkeypatch, promise):
    monkeypatch.setattr("outreach.walls.sight.with_near", lambda cases: (cases,))

    with pytest.raises(AssertionError):
        promise(vault, world, desk, pair, "older", "newer")


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_planted_page_that_looks_at_one_case_alone_is_caught(vault, world, desk, pair, monkeypatch):
    monkeypatch.setattr("outreach.walls.sight.may_be_hers", lambda _, cases: frozenset(cases))
    monkeypatch.setattr("outreach.walls.night._has_match_to_decide", lambda *_: False)

    with pytest.raises(AssertionError):
        nobody_on_call_sees_it(vault, world, desk, pair, "older", "newer")


def calling(vault, case_id: UUID):
    with vault.reading() as session:
        (phone,) = people.destinations(session, case_id)
        facts = facts_for_gate(session, case_id, at=NOW, destination_id=phone.id, channel=Channel.CALL)
    return may_contact(phone, Channel.CALL, ContentLevel.NEUTRAL, at=NOW, facts=facts)


def an_officers_yes_counts_for_nothing(vault, world, pair) -> None:
    assert isinstance(calling(vault, pair["older"]), Allowed)
    restrict(vault, world, pair["newer"], Cause.OFFICER)

    assert calling(vault, pair["older"]).reason is Reason.FIRST_CONTACT_DECISION
    decide(vault, world, pair, same=False)
    assert isinstance(calling(vault, pair["older"]), Allowed)


def test_an_officers_yes_counts_for_nothing_while_the_case_may_be_a_restricted_one(vault, world, pair):
    an_officers_yes_counts_for_nothing(vault, world, pair)


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_planted_gate_that_asks_of_one_case_alone_is_caught(vault, world, pair, monkeypatch):
    monkeypatch.setattr(
        "outreach.gate.gate_facts._is_restricted", lambda _, standings: any(e.restricted_at for e in standings.values())
    )
    with pytest.raises(AssertionError):
        an_officers_yes_counts_for_nothing(vault, world, pair)


@pytest.mark.req("20a")
def test_no_peer_answers_a_wish_of_a_case_that_may_be_a_restricted_one(vault, world, pair):
    dana, later = world.dana.card, NOW + timedelta(hours=1)
    with vault.writing() as session:
        session.get_one(CaseRecord, pair["newer"]).assigned_to_id = dana.id
        (phone,) = people.destinations(session, pair["newer"])
        decided = Decided(Approval.MORE_ATTEMPTS, (phone.id, Channel.CALL))
        wishes.ask(session, dana, pair["newer"], decided=decided, reason="She may be at home.", now=NOW)

    def seen() -> set[str]:
        with vault.reading() as session:
            who = {"peer": world.other, "boss": world.supervisor}
            return {name for name, each in who.items() if wishes.waiting(session, each.card, now=later)}

    restrict(vault, world, pair["older"], Cause.OFFICER)
    assert seen() == {"boss"}
    decide(vault, world, pair, same=False)
    assert seen() == {"boss", "peer"}
