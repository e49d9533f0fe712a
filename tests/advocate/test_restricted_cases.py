"""Requirement 11: a restricted case voids what police said, shuts phones on a shared plan, and says little at night."""

from datetime import timedelta
from html import unescape
from uuid import UUID, uuid4

import pytest
from advocate_desk import Desk
from builders import NOW, a_case, a_destination, a_verdict
from walled_case import keep_away, put_on_call

from outreach import audit, people
from outreach.attempts.recording import Made, log_attempt
from outreach.gate.gate_facts import facts_for_gate
from outreach.messaging.letters import batches
from outreach.messaging.letters.batch_view import open_batches
from outreach.on_duty import ladder, paging
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.reaching.destinations import Destination
from outreach.records.cases import CaseRecord, PossibleMatch
from outreach.records.errors import NoSuchRecord
from outreach.records.on_call import PageCall
from outreach.safe_contact import Allowed, Reason, may_contact
from outreach.tasks import add_task
from outreach.terms import Channel, ContentLevel, Level, Outcome, Role, Verdict, VerdictSource
from outreach.walls import restricting
from outreach.walls.night import tell_of_hidden
from outreach.walls.restricting import Cause

pytestmark = pytest.mark.req("11")

OFFICERS_YES = {Channel.CALL: a_verdict(source=VerdictSource.ON_SCENE)}


@pytest.fixture
def ana(vault, world) -> UUID:
    """A level A case of Dana's, where an officer noted a yes to calls and a need."""
    with vault.writing() as session:
        case_id = a_case(session, level="A", assigned_to=world.dana.card.id)
        a_destination(session, case_id, verdicts=OFFICERS_YES)
        for step in (Step.EMERGENCY_CONTACT, Step.NEED_NOW):
            add_task(session, case_id, PlannedTask(step, Level.A, NOW, NOW + timedelta(hours=4), need="medical"))
        audit.record(session, action="test.case", by=None, cases=[case_id], now=NOW)
    return case_id


def phone_of(vault, case_id: UUID) -> Destination:
    with vault.reading() as session:
        return people.destinations(session, case_id)[0]


def calling(vault, case_id: UUID):
    """Return the gate's answer about a call to the case's phone, as things are now."""
    phone = phone_of(vault, case_id)
    with vault.reading() as session:
        facts = facts_for_gate(session, case_id, at=NOW, destination_id=phone.id, channel=Channel.CALL)
    return may_contact(phone, Channel.CALL, ContentLevel.NEUTRAL, at=NOW, facts=facts)


def restrict(vault, case_id: UUID, by, cause: Cause = Cause.OFFICER) -> None:
    with vault.writing() as session:
        restricting.restrict(session, by.card, case_id, cause, words="Her partner is a deputy.", now=NOW)


def an_officers_yes_ends(vault, ana, desk: Desk, world) -> None:
    assert isinstance(calling(vault, ana), Allowed)
    desk.sit_down(world.dana.card).get(f"/cases/{ana}/wall")
    form = {"cause": "officer", "colleague": "", "words": "He is a deputy."}
    assert desk.post(f"/cases/{ana}/restriction", form).status_code == 303
    assert phone_of(vault, ana).verdicts[Channel.CALL].verdict is Verdict.UNKNOWN
    assert calling(vault, ana).reason is Reason.FIRST_CONTACT_DECISION


def test_restricting_a_case_voids_what_an_officer_said_at_once(vault, ana, desk, world):
    an_officers_yes_ends(vault, ana, desk, world)


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_planted_yes_of_an_officer_that_survives_a_restriction_is_caught(vault, ana, desk, world, monkeypatch):
    for name in ("outreach.walls.restricting.without_officers_word", "outreach.safe_contact.as_heard"):
        monkeypatch.setattr(name, lambda way, *_, **__: way)

    with pytest.raises(AssertionError):
        an_officers_yes_ends(vault, ana, desk, world)


def test_an_officers_yes_that_comes_later_counts_no_more_and_lifting_brings_none_back(vault, ana, desk, world):
    restrict(vault, ana, world.dana)
    phone = phone_of(vault, ana)
    with vault.writing() as session:
        later = Destination(id=phone.id, kind=phone.kind, value=phone.value, verdicts=OFFICERS_YES)
        people.save_destination(session, ana, later, version=phone.version, by=world.dana.card.id, now=NOW)
    assert calling(vault, ana).reason is Reason.FIRST_CONTACT_DECISION
    assert desk.sit_down(world.dana.card).post(f"/cases/{ana}/restriction/ending", {"because": "x"}).status_code == 404
    boss = desk.sit_down(world.supervisor.card)
    boss.get(f"/cases/{ana}/wall")
    assert boss.post(f"/cases/{ana}/restriction/ending", {"because": ""}).status_code == 422
    assert boss.post(f"/cases/{ana}/restriction/ending", {"because": "It was a mix-up."}).status_code == 303

    assert calling(vault, ana).reason is Reason.FIRST_CONTACT_DECISION
    with vault.reading() as session:
        assert session.get_one(CaseRecord, ana).is_restricted is False


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_the_first_conversation_asks_where_the_partner_works_and_a_yes_restricts(vault, ana, desk, world, answer):
    at = f"/cases/{ana}"
    desk.sit_down(world.dana.card)
    assert "Ask her where the partner works" not in desk.get(at).text
    with vault.writing() as session:
        made = Made(Channel.MEETING, Outcome.REACHED, at=NOW - timedelta(hours=1))
        log_attempt(session, ana, made, by=world.dana.card.id, now=NOW)
    assert "Ask her where the partner works" in desk.get(at).text

    desk.get(f"{at}/partner-work")
    assert desk.post(f"{at}/partner-work", {"answer": answer}).status_code == 303

    page = unescape(desk.get(at).text)
    assert "Ask her where the partner works" not in page
    assert ("restricted" in page) is (answer == "yes")


def test_a_case_about_one_of_us_is_taken_from_that_colleague_in_the_same_step(vault, ana, desk, world):
    desk.sit_down(world.supervisor.card).get(f"/cases/{ana}/wall")
    form = {"cause": "staff", "colleague": "", "words": "It is her brother."}
    refused = desk.post(f"/cases/{ana}/restriction", form)
    assert (refused.status_code, "Choose the colleague" in refused.text) == (422, True)
    assert desk.post(f"/cases/{ana}/restriction", {**form, "colleague": str(world.dana.card.id)}).status_code == 303
    assert desk.sit_down(world.dana.card).get(f"/cases/{ana}").status_code == 404


@pytest.mark.parametrize("cause", ["officer", "other"])
def test_a_colleague_who_is_named_loses_the_case_whatever_it_is_restricted_for(ana, desk, world, cause):
    desk.sit_down(world.dana.card).get(f"/cases/{ana}/wall")
    form = {"cause": cause, "colleague": str(world.dana.card.id), "words": "My brother is a deputy there."}
    assert desk.post(f"/cases/{ana}/restriction", form).location == "/today"
    assert desk.get(f"/cases/{ana}").status_code == 404


def test_a_restricted_cases_letter_leaves_its_stack_and_lies_in_one_that_others_do_not_find(vault, world, hire):
    restrict(vault, world.others_case_id, world.other)
    with vault.writing() as session:
        assert not [each for each in batches.places(session, world.batch_id) if each.row.state != "out"]
        stack = batches.plan(session, world.other.card, now=NOW)
    later, peers = NOW + timedelta(hours=1), (world.dana.card, hire(name="Rae Lim").card)
    with vault.writing() as session:
        for peer in peers:
            assert stack not in {each.id for each in open_batches(session, peer, now=later)}
            with pytest.raises(NoSuchRecord):
                batches.release(session, peer, stack, now=later)
    with vault.writing() as session:
        boss = world.supervisor.card
        assert stack in {each.id for each in open_batches(session, boss, now=later)}
        batches.release(session, boss, stack, now=later)


def stacks_of(vault, who) -> set[UUID]:
    with vault.reading() as session:
        return {each.id for each in open_batches(session, who, now=NOW)}


def test_letters_of_what_may_be_a_restricted_womans_case_are_found_by_no_other_colleague(vault, world, ana, hire):
    peer = hire(name="Rae Lim").card
    assert world.batch_id in stacks_of(vault, peer)
    restrict(vault, ana, world.dana)
    with vault.writing() as session:
        session.add(PossibleMatch(id=uuid4(), case_id=ana, other_case_id=world.others_case_id))
    assert world.batch_id not in stacks_of(vault, peer)
    assert world.batch_id in stacks_of(vault, world.supervisor.card)


# At night (requirement 20)


@pytest.mark.req("20")
def test_on_call_sees_of_a_restricted_case_its_handle_the_time_and_the_safest_way(vault, ana, desk, world):
    with vault.writing() as session:
        put_on_call(session, world.other.card.id)
    desk.sit_down(world.other.card)
    assert "medical" in desk.get("/night").text
    restrict(vault, ana, world.dana)

    listed, opened = unescape(desk.get("/night").text), unescape(desk.get(f"/night/cases/{ana}").text)

    for page in (listed, opened):
        assert "Restricted: reach her" in page
        assert "medical" not in page
    assert "··· 0199" in listed
    assert "··· 0199" in opened
    phone = phone_of(vault, ana)
    assert desk.get(f"/night/cases/{ana}/destinations/{phone.id}/call").status_code == 200


def told(vault, world, *, at=NOW) -> dict[str, bool]:
    """Let the worker look, and return on whose screen a page stands."""
    tell_of_hidden(vault, now=at)
    with vault.reading() as session:
        who = {"other": world.other, "dana": world.dana, "boss": world.supervisor}
        return {name: bool(paging.waiting_for(session, each.card.id)) for name, each in who.items()}


@pytest.mark.req("20")
@pytest.mark.req("P2b")
@pytest.mark.parametrize("how", ["wall", "staff"])
def test_a_case_hidden_from_who_is_on_call_brings_a_supervisor_instead(vault, ana, desk, world, how):
    with vault.writing() as session:
        put_on_call(session, world.other.card.id)
    assert told(vault, world) == {"other": False, "dana": False, "boss": False}
    if how == "wall":
        with vault.writing() as session:
            keep_away(session, ana, world.other.card.id, world.dana.card)
    else:
        restrict(vault, ana, world.dana, Cause.STAFF)

    assert told(vault, world) == {"other": False, "dana": False, "boss": True}
    assert desk.sit_down(world.other.card).get(f"/night/cases/{ana}").status_code == 404
    with vault.reading() as session:
        handle = session.get_one(CaseRecord, ana).handle
    assert handle not in desk.get("/night").text
    assert handle in desk.sit_down(world.supervisor.card).get("/night").text
    assert tell_of_hidden(vault, now=NOW + timedelta(hours=1)) == 0, "told once in half a day"


@pytest.mark.req("20")
@pytest.mark.parametrize("database", ["sqlite"])
def test_a_planted_worker_that_tells_nobody_of_a_hidden_case_is_caught(vault, ana, world, desk, monkeypatch):
    monkeypatch.setattr("outreach.walls.night.is_hidden_from_duty", lambda *_, **__: False)

    with pytest.raises(AssertionError):
        test_a_case_hidden_from_who_is_on_call_brings_a_supervisor_instead(vault, ana, desk, world, "wall")


@pytest.mark.req("20")
def test_a_page_about_a_walled_case_never_climbs_to_who_is_kept_away(vault, ana, world, hire):
    friend = hire(Role.SUPERVISOR, name="Kim Osei")
    with vault.writing() as session:
        put_on_call(session, world.other.card.id)
        for who in (world.other, friend):
            keep_away(session, ana, who.card.id, world.dana.card)
    told(vault, world)
    for hours in (1, 2, 3):
        paging.look_at_pages(vault, now=NOW + timedelta(hours=hours))

    with vault.reading() as session:
        assert session.query(PageCall).one().rung >= ladder.SUPERVISORS
        waits = {who: bool(paging.waiting_for(session, who.card.id)) for who in (friend, world.other, world.supervisor)}
    assert waits == {friend: False, world.other: False, world.supervisor: True}
