"""
P2b on a real vault: what an event alone does to contact with her.

Each way an event could stop, delay or redirect contact is tried through the spool. What was open stays open to one
live call, or is held by a sentence with a remedy of ours, and a human hears of it.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from agency_world import ANA, HERS, HIS, NOW, SAM, World, add_colleague
from texting import claim_next

from crypto.keyring import KeyPaths
from outreach import cases
from outreach.attempts.recording import Made, log_attempt
from outreach.gate.answers import Held
from outreach.gate.gate_facts import facts_for_gate
from outreach.gate.hours import Window
from outreach.gate.reasons import Reason
from outreach.gate.ways import RULES, call
from outreach.messaging import texts
from outreach.messaging.wording import FromTemplate
from outreach.protocols.steps import Step
from outreach.reaching import reach
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.reaching.next_way import SafestWay, next_way
from outreach.records.cases import CaseRecord
from outreach.records.engine import Vault
from outreach.records.spool import Spool, SpoolDrain
from outreach.records.work import Text
from outreach.safe_contact import Allowed, Decision, may_contact
from outreach.terms import Channel, ContentLevel, Outcome, Verdict, VerdictSource

ADVOCATE = uuid4()
SOON = NOW + timedelta(hours=1)
ALL_WEEK = Window(tuple(range(7)), time(0), time(0))
REMINDER = FromTemplate(template="reminder", language="en", sender="Front desk", day="Tuesday", time="10:00")


@pytest.fixture
def world(vault: Vault, spool: Spool, drain: SpoolDrain, key_paths: KeyPaths) -> World:
    """A vault in which Ana was reached yesterday and said: calls and texts to this phone are fine, at any hour."""
    with vault.writing() as session:
        add_colleague(session, ADVOCATE)
    world = World(vault, spool, drain, key_paths)
    world.send("level_assigned", event_id="first", agency_case_ref="R1", level="B",
               call_in_at=(NOW + timedelta(days=10)).isoformat(),
               occurred_at=(NOW - timedelta(days=3)).isoformat())  # fmt: skip
    world.drain()
    case_id = world.only_case()
    with vault.writing() as session:
        session.get_one(CaseRecord, case_id).opened_on = (NOW - timedelta(days=3)).date()
        phone = world.destinations(case_id)[HERS]
        yesterday = NOW - timedelta(days=1)
        log_attempt(session, case_id, Made(Channel.CALL, Outcome.REACHED, phone.id, at=yesterday), by=ADVOCATE, now=NOW)
    with vault.writing() as session:
        phone = world.destinations(case_id)[HERS]
        said = ChannelVerdict(Verdict.SAFE, VerdictSource.VICTIM, yesterday)
        hers = replace(
            phone,
            verdicts={Channel.CALL: said, Channel.TEXT: said},
            windows=(ALL_WEEK,),
            safe_with_others=Verdict.SAFE,
            text_consent_at=yesterday,
        )
        reach.save_destination(session, case_id, hers, version=phone.version, by=ADVOCATE, now=NOW)
    return world


def ask(world: World, case_id: UUID, channel: Channel = Channel.CALL, *, at: datetime = SOON) -> Decision:
    """Ask the gate about her phone."""
    with world.vault.reading() as session:
        facts = facts_for_gate(session, case_id, at=at)
    return may_contact(world.destinations(case_id)[HERS], channel, ContentLevel.NONE, at=at, facts=facts)


def her_case(world: World) -> UUID:
    """Return the case with the reference."""
    return next(case_id for case_id in world.cases() if Step.NOTICE_BEFORE_CALL_IN in world.tasks(case_id))


FORGED: dict[str, dict[str, Any]] = {
    "a stranger's event with her phone": {"victim": {"full_name": "Eve Stone", "phones": [HERS]}},
    "her own name and birth date without the reference": {"victim": ANA},
    "her phone as the offender's, in a stranger's case": {
        "victim": {"full_name": "Eve Stone"},
        "offender": {"full_name": "Max Loe", "phones": [HERS]},
    },
    "she as the offender of a stranger": {
        "victim": {"full_name": "Eve Stone"},
        "offender": {"full_name": "Ana Roe", "date_of_birth": "1990-09-12", "phones": [HERS]},
    },
    "she as his offender": {"victim": SAM, "offender": {"full_name": "Ana Roe", "date_of_birth": "1990-09-12"}},
}


def check_her_case_goes_on(world: World, fields: dict[str, Any]) -> None:
    """Assert that an event about somebody else, or of nobody knows whom, leaves her case as it was."""
    case_id = her_case(world)
    standing, tasks, phone = world.standing(case_id), set(world.tasks(case_id)), world.destinations(case_id)[HERS]

    world.send(**fields)
    world.drain()

    assert isinstance(ask(world, case_id), Allowed)
    assert ask(world, case_id).reason is Reason.SAFE
    assert world.standing(case_id) == standing
    assert world.destinations(case_id)[HERS] == phone
    assert tasks <= set(world.tasks(case_id))


@pytest.mark.req("P2b")
@pytest.mark.req("10")
@pytest.mark.parametrize("fields", FORGED.values(), ids=FORGED)
def test_an_event_that_opens_another_case_leaves_hers_as_it_was(world: World, fields: dict[str, Any]) -> None:
    check_her_case_goes_on(world, fields)

    (new,) = set(world.cases()) - {her_case(world)}
    steps = set(world.tasks(new))
    standing = world.standing(new)
    assert standing.match_pending is (Step.DECIDE_MATCH in steps)
    assert standing.supervisor_hold is (Step.SUPERVISOR_ALERT in steps)


@pytest.mark.req("P2b")
def test_planted_hold_of_the_older_case_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    older, open_case = her_case(world), cases.open_case

    def hold_the_older(session: Any, **fields: Any) -> UUID:
        cases.change_standing(session, older, by=ADVOCATE, now=NOW, match_pending=True)
        return open_case(session, **fields)

    monkeypatch.setattr(cases, "open_case", hold_the_older)
    with pytest.raises(AssertionError):
        check_her_case_goes_on(world, FORGED["a stranger's event with her phone"])


IN_HER_CASE: dict[str, tuple[str, dict[str, Any]]] = {
    "a lower level": ("level_changed", {"level": "D"}),
    "a higher level": ("level_changed", {"level": "A"}),
    "an event dated as far ahead as may be": ("level_changed", {"level": "D", "occurred_at": "2026-11-20T15:05:00Z"}),
    "the call-in is off": ("call_in_cancelled", {"refers_to": "first"}),
    "the call-in is later": ("call_in_rescheduled", {"refers_to": "first", "call_in_at": "2027-01-20T10:00:00Z"}),
    "he is off the list": ("removed", {"reason": "error"}),
    "her death": ("removed", {"reason": "deceased"}),
    "her phone as his": ("custody_changed", {"custody": "out", "effective_at": NOW.isoformat(),
                                             "offender": SAM | {"phones": [HERS, HIS]}}),
    "his letter": ("offender_notified", {"channel": "letter", "mailed_on": "2026-11-20"}),
    "calls are not safe": ("level_changed", {"level": "B", "on_scene": {"safe_to_call": "no"}}),
    "other hours": ("level_changed", {"level": "B", "on_scene": {"safe_to_call": "yes", "safe_times": "sundays 3-4"}}),
    "another phone of hers": ("level_changed", {"level": "B", "victim": ANA | {"phones": ["+13365550177"]}}),
    "she lives with him": ("level_changed", {"level": "B", "victim": ANA | {"lives_with_offender": "yes"}}),
    "a correction": ("correction", {"refers_to": "first"}),
}  # fmt: skip


def send_in_her_case(world: World, kind: str, fields: dict[str, Any]) -> None:
    """Send an event that continues her case."""
    reference = {} if "refers_to" in fields else {"agency_case_ref": "R1"}
    if kind == "correction":
        corrected = world.police.event(level="D", agency_case_ref="R1", call_in_at="2027-03-01T10:00:00Z")
        fields = fields | {"corrected": corrected}
    world.send(kind, **({"occurred_at": NOW.isoformat()} | reference | fields))
    assert world.drain() == {"taken_in": 1}


@pytest.mark.req("P2b")
@pytest.mark.req("22a")
@pytest.mark.req("45")
@pytest.mark.parametrize(("kind", "fields"), IN_HER_CASE.values(), ids=IN_HER_CASE)
def test_after_any_event_in_her_case_one_live_call_stays_open_and_texts_say_why_not(
    world: World, kind: str, fields: dict[str, Any]
) -> None:
    case_id = her_case(world)
    notice = world.tasks(case_id)[Step.NOTICE_BEFORE_CALL_IN]
    assert isinstance(ask(world, case_id, Channel.TEXT), Allowed)

    send_in_her_case(world, kind, fields)

    call, text = ask(world, case_id), ask(world, case_id, Channel.TEXT)
    assert isinstance(call, Allowed)
    assert call.reason is Reason.ASK_AFTER_EVENT
    assert call.remedy
    assert isinstance(text, Held)
    assert text.cause
    assert text.remedy
    assert world.cases() == [case_id]
    after = world.tasks(case_id)[Step.NOTICE_BEFORE_CALL_IN]
    assert after.due_at <= notice.due_at


def check_she_can_be_reached(world: World, case_id: UUID) -> None:
    """A live call to the number she confirmed is possible, and the next way, or what to try next, is named."""
    assert isinstance(ask(world, case_id), Allowed)
    with world.vault.reading() as session:
        facts = facts_for_gate(session, case_id, at=SOON)
    way = next_way(world.destinations(case_id).values(), at=SOON, facts=facts)
    assert isinstance(way, SafestWay) or way.try_next


@pytest.mark.req("45")
@pytest.mark.req("P2b")
@pytest.mark.parametrize("seed", range(6))
def test_after_any_sequence_of_events_she_can_still_be_called(world: World, seed: int) -> None:
    case_id = her_case(world)
    chance = random.Random(seed)  # noqa: S311 - a fixed seed, so that a failure comes back
    for name in ["her phone as his", *chance.choices(sorted(IN_HER_CASE), k=5)]:
        send_in_her_case(world, *IN_HER_CASE[name])
        check_she_can_be_reached(world, case_id)


def test_planted_event_that_makes_her_unreachable_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case_id = her_case(world)
    monkeypatch.setitem(RULES, Channel.CALL, lambda q: Held(Reason.PARTNER_MAY_SEE) if q.near else call(q))
    check_she_can_be_reached(world, case_id)
    send_in_her_case(world, *IN_HER_CASE["her phone as his"])
    with pytest.raises(AssertionError):
        check_she_can_be_reached(world, case_id)


def confirm(world: World, case_id: UUID, change: Callable[[Destination], Destination]) -> None:
    """Let an advocate note what she said in a live call an hour from now."""
    phone = world.destinations(case_id)[HERS]
    said = ChannelVerdict(Verdict.SAFE, VerdictSource.VICTIM, SOON)
    fresh = replace(change(phone), verdicts={Channel.CALL: said, Channel.TEXT: said})
    with world.vault.writing() as session:
        reach.save_destination(session, case_id, fresh, version=phone.version, by=ADVOCATE, now=SOON)


@pytest.mark.req("22a")
@pytest.mark.req("45")
def test_her_own_word_opens_again_what_an_event_put_in_question_and_later_events_leave_it_cleared(world: World) -> None:
    case_id = her_case(world)
    kind, fields = IN_HER_CASE["her phone as his"]
    send_in_her_case(world, kind, fields)
    assert ask(world, case_id, Channel.TEXT).reason is Reason.PARTNER_MAY_SEE

    confirm(world, case_id, lambda phone: replace(phone, proximity_cleared_at=SOON))

    later = SOON + timedelta(hours=1)
    assert isinstance(ask(world, case_id, Channel.TEXT, at=later), Allowed)
    assert ask(world, case_id, at=later).reason is Reason.SAFE
    world.now = later
    send_in_her_case(world, kind, fields | {"occurred_at": later.isoformat()})
    assert ask(world, case_id, Channel.TEXT, at=later).reason is Reason.NEW_EVENT


@pytest.mark.req("P2b")
def test_a_text_an_event_stopped_is_held_with_its_reason_and_a_task(world: World, tmp_path: Any) -> None:
    case_id = her_case(world)
    with world.vault.writing() as session:
        phone = world.destinations(case_id)[HERS]
        text_id = texts.release(session, case_id, phone.id, wording=REMINDER, request=None, by=ADVOCATE, now=NOW)
    with world.vault.reading() as session:
        due = session.get_one(Text, text_id).release_at

    send_in_her_case(world, *IN_HER_CASE["a lower level"])
    claim_next(world.vault, world._drain, callback_base_url="https://inbox.example", now=due)

    with world.vault.reading() as session:
        text = session.get_one(Text, text_id)
        assert (text.state, texts.open_text(session, text).held_reason) == ("held", Reason.NEW_EVENT.value)
    assert Step.TEXT_CHECK in world.tasks(case_id)


@pytest.mark.req("P2b")
@pytest.mark.parametrize("answers", [{"safe_to_call": "no"}, {"safe_to_call": "yes", "safe_times": "sundays 3-4"}])
def test_an_officers_answers_that_leave_less_leave_are_put_before_a_supervisor(
    vault: Vault, spool: Spool, drain: SpoolDrain, key_paths: KeyPaths, answers: dict[str, str]
) -> None:
    world = World(vault, spool, drain, key_paths)
    world.send(agency_case_ref="R1", on_scene={"safe_to_call": "yes", "safe_times": "weekdays 9-15"},
               occurred_at=(NOW - timedelta(days=2)).isoformat())  # fmt: skip
    world.drain()
    case_id = world.only_case()
    assert Step.SUPERVISOR_ALERT not in world.tasks(case_id)

    send_in_her_case(world, "level_changed", {"level": "B", "on_scene": answers})

    assert Step.SUPERVISOR_ALERT in world.tasks(case_id)
    assert ask(world, case_id).remedy
