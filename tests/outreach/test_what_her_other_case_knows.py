"""Where the partner is, his letters and her substitute address are known in every case that is decided to be hers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from builders import HIGH_POINT, NOW, a_case, a_destination, a_staff_member, a_verdict
from signed_events import an_event
from sqlalchemy import update

from outreach import audit, cases, people
from outreach.attempts.recording import Made, log_attempt
from outreach.audit import WORKER
from outreach.case_file.history import EventTokens, Sent, keep
from outreach.case_file.standing import Approved
from outreach.events import WIRE
from outreach.gate import gate_facts, partner_facts
from outreach.gate.facts import Approval, Request
from outreach.gate.gate_facts import facts_for_gate
from outreach.gate.hours import Window
from outreach.gate.reasons import Reason
from outreach.her_word.requests import record_request
from outreach.identity import carrying
from outreach.identity.deciding import decide
from outreach.ingesting import nearer
from outreach.ingesting.arrivals import Arrival
from outreach.ingesting.continuing import continue_case
from outreach.people import Particulars
from outreach.protocols.steps import Step
from outreach.proximity import Near, nearness
from outreach.reaching import reach
from outreach.reaching.destinations import Destination
from outreach.records.cases import LevelEventRecord, PossibleMatch
from outreach.records.engine import Vault
from outreach.safe_contact import may_contact
from outreach.tasks import tasks_of
from outreach.terms import Channel, ContentLevel, DestinationKind, Outcome

pytestmark = [pytest.mark.req("27"), pytest.mark.req("45"), pytest.mark.req("46")]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
YES = a_verdict(verified_at=NOW - HOUR)
HOME = {
    "kind": DestinationKind.ADDRESS, "value": "1 Main St\nHigh Point, NC 27262", "name_to_use": "Ana",
    "verdicts": {Channel.LETTER: YES},
}  # fmt: skip
PHONE = {
    "value": "+13365550142", "verdicts": {Channel.CALL: YES, Channel.TEXT: YES}, "text_consent_at": NOW - HOUR,
    "last_live_contact_at": NOW - HOUR, "windows": (Window((0, 1, 2, 3, 4), time(9), time(17)),),
}  # fmt: skip
"""As the events of tests name it for the partner, too; so the address."""


def tell(session: Any, case_id: UUID, kind: str = "level_assigned", *, at: Any = NOW - 2 * DAY, **said: Any) -> None:
    """Keep an event of a case, received at this moment."""
    event = WIRE.validate_python(an_event(kind, occurred_at=at.isoformat(), **said))
    keep(session, case_id, Sent("high-point-pd", uuid4().hex, at, event), EventTokens(uuid4().bytes, uuid4().bytes))
    audit.record(session, action="test.event", by=WORKER, cases=[case_id], now=NOW)


def joined(vault: Vault, way: dict[str, Any], **newer: Any) -> tuple[UUID, UUID]:
    """Store two cases with this way of hers, where she was spoken with, and decide that both are hers."""
    with vault.writing() as session:
        hers = tuple(a_case(session, particulars=Particulars("Ana Fictional", "1990-09-12")) for _ in range(2))
        for each, more in zip(hers, ({}, newer), strict=True):
            a_destination(session, each, **{**way, **more})
            log_attempt(
                session, each, Made(Channel.MEETING, Outcome.REACHED), by=a_staff_member(session), now=NOW - DAY
            )
        session.add(PossibleMatch(id=(match := uuid4()), case_id=hers[1], other_case_id=hers[0]))
        session.flush()
        decide(session, match, same=True, by=a_staff_member(session), now=NOW)
    return hers


def way_of(vault: Vault, case_id: UUID) -> Destination:
    with vault.reading() as session:
        return people.destinations(session, case_id)[0]


def asked(vault: Vault, case_id: UUID, channel: Channel, *, at: Any = NOW) -> Reason:
    """Return what the gate says of the first way of a case, with the reason."""
    with vault.reading() as session:
        way = people.destinations(session, case_id)[0]
        facts = facts_for_gate(session, case_id, at=at, destination_id=way.id, channel=channel)
    return may_contact(way, channel, ContentLevel.NEUTRAL, at=at, facts=facts).reason


KNOWN: list[tuple[Channel, dict[str, Any], Callable[[Any, UUID], Any], Reason]] = [
    (Channel.LETTER, HOME, tell, Reason.PARTNER_MAY_SEE),
    (Channel.TEXT, PHONE, tell, Reason.PARTNER_MAY_SEE),
    (
        Channel.LETTER,
        {**HOME, "value": "7 Oak St\nHigh Point, NC 27260"},
        lambda session, case_id: tell(
            session, case_id, "offender_notified", channel="letter", mailed_on=NOW.date().isoformat()
        ),
        Reason.OFFENDERS_LETTER,
    ),
    (
        Channel.LETTER,
        {**HOME, "value": "7 Oak St\nHigh Point, NC 27260"},
        lambda session, case_id: a_destination(
            session, case_id, **{**HOME, "value": "PO Box 9\nRaleigh, NC 27601", "is_substitute_address": True}
        ),
        Reason.SUBSTITUTE_ADDRESS,
    ),
]
IDS = ["the partner's address", "the partner's phone", "the partner's letter", "her substitute address"]


def nothing_goes_to_what_her_other_case_knows(vault: Vault, known: tuple[Any, ...]) -> bool:
    """Ask of the newer case before and after the older one learns it."""
    channel, way, learn, reason = known
    older, newer = joined(vault, way)
    assert asked(vault, newer, channel) is Reason.SAFE
    with vault.writing() as session:
        learn(session, older)
        audit.record(session, action="test.way", by=WORKER, cases=[older], now=NOW)
    return asked(vault, newer, channel) is reason


@pytest.mark.parametrize("known", KNOWN, ids=IDS)
def test_what_one_case_knows_of_the_partner_holds_in_the_other(vault: Vault, known: tuple[Any, ...]) -> None:
    assert nothing_goes_to_what_her_other_case_knows(vault, known)


@pytest.mark.parametrize("known", KNOWN, ids=IDS)
def test_planted_gate_that_knows_the_partner_by_one_case_alone_is_caught(
    vault: Vault, known: tuple[Any, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    really = gate_facts.of_partner
    monkeypatch.setattr(gate_facts, "of_partner", lambda here, told, *a, **b: really(here, {here: told[here]}, *a, **b))
    assert not nothing_goes_to_what_her_other_case_knows(vault, known)


@pytest.mark.req("P2b")
def test_a_call_stays_possible_and_what_she_asks_for_goes(vault: Vault) -> None:
    older, newer = joined(vault, PHONE)
    with vault.writing() as session:
        tell(session, older)
    assert asked(vault, newer, Channel.CALL) is Reason.PARTNER_MAY_ANSWER

    with vault.writing() as session:
        request = Request(
            channel=Channel.TEXT, destination_id=way_of(vault, newer).id, verified_how="live_call", asked_at=NOW,
            expires_at=NOW + HOUR, by=a_staff_member(session), what="text me",
        )  # fmt: skip
        record_request(session, newer, request, now=NOW)
    assert asked(vault, newer, Channel.TEXT) is Reason.SHE_ASKED


def her(**more: Any) -> dict[str, Any]:
    """Return her particulars as an agency sends them."""
    return {"full_name": "Ana Fictional", "date_of_birth": "1990-09-12", **more}


def at_address(street: str) -> dict[str, Any]:
    return {"lines": [street], "city": "High Point", "state": "NC", "postal_code": "27260"}


def a_home_is_theirs_in_the_case_that_says_so(vault: Vault) -> bool:
    """She lived with Sam on Elm St, says the older case; the newer, with Lee, gives where she lives now."""
    older, newer = joined(vault, {**HOME, "value": "7 Oak St\nHigh Point, NC 27260"})
    with vault.writing() as session:
        a_destination(session, newer, **{**HOME, "value": "9 Elm St\nHigh Point, NC 27260"})
        lived = her(lives_with_offender="yes", address=at_address("9 Elm St"))
        tell(session, older, offender={"full_name": "Sam Doe"}, victim=lived)
        tell(session, newer, offender={"full_name": "Lee Poe"}, victim=her(address=at_address("7 Oak St")))
    with vault.reading() as session:
        near = facts_for_gate(session, newer, at=NOW).near
        hits = {way.value[:1]: nearness(way, near) for way in people.destinations(session, newer)}
    elm = hits["9"]
    assert elm is not None
    assert elm.how is Near.HOUSEHOLD  # What is known of Sam holds in her case with Lee.
    return hits["7"] is None


def test_whom_she_lived_with_in_one_case_makes_no_home_of_another_theirs(vault: Vault) -> None:
    assert a_home_is_theirs_in_the_case_that_says_so(vault)


def test_planted_gate_that_reads_the_homes_of_all_her_cases_as_one_is_caught(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = partner_facts.places_of_partner
    monkeypatch.setattr(
        partner_facts, "places_of_partner", lambda *cases: really([one for kept in cases for one in kept])
    )
    assert not a_home_is_theirs_in_the_case_that_says_so(vault)


def say(vault: Vault, case_id: UUID, cleared_at: Any) -> None:
    """Note that she says that the partner does not see this phone, or (None) that she takes it back."""
    way = way_of(vault, case_id)
    with vault.writing() as session:
        said = replace(way, proximity_cleared_at=cleared_at, answered_at=NOW)
        reach.save_destination(session, case_id, said, version=way.version, by=a_staff_member(session), now=NOW)


def her_word_opens_each_case_until_there_is_news(vault: Vault) -> bool:
    older, newer = hers = joined(vault, PHONE)
    with vault.writing() as session:
        tell(session, older)
    opens = True
    for told in hers:
        say(vault, told, NOW - HOUR)
        opens &= [asked(vault, each, Channel.TEXT) for each in hers] == [Reason.SAFE] * 2
        say(vault, told, None)
        opens &= [asked(vault, each, Channel.TEXT) for each in hers] == [Reason.PARTNER_MAY_SEE] * 2
    say(vault, older, NOW - DAY)
    with vault.writing() as session:
        tell(session, newer, offender={"full_name": "Lee Poe", "phones": ["+13365550142"]}, at=NOW - 3 * DAY)
    opens &= asked(vault, newer, Channel.TEXT) is Reason.SAFE  # Told before she said so.
    say(vault, older, NOW - 4 * DAY)
    return opens and asked(vault, newer, Channel.TEXT) is Reason.PARTNER_MAY_SEE  # All of it told since.


def test_her_word_in_either_case_opens_both_until_she_takes_it_back_or_we_are_told_anew(vault: Vault) -> None:
    assert her_word_opens_each_case_until_there_is_news(vault)


def test_planted_word_of_hers_that_counts_in_one_case_alone_is_caught(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partner_facts, "cleared_elsewhere", lambda *_: {})
    assert not her_word_opens_each_case_until_there_is_news(vault)


def taken_back_in_one_is_taken_back_in_both(vault: Vault) -> bool:
    hers = joined(vault, PHONE)
    with vault.writing() as session:
        tell(session, hers[0])
    for each in hers:
        say(vault, each, NOW - HOUR)
    say(vault, hers[1], None)
    return [asked(vault, each, Channel.TEXT) for each in hers] == [Reason.PARTNER_MAY_SEE] * 2


def test_her_word_taken_back_in_one_case_counts_in_neither(vault: Vault) -> None:
    assert taken_back_in_one_is_taken_back_in_both(vault)


def test_planted_word_that_is_taken_back_in_one_case_alone_is_caught(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "uncleared", lambda way, *_: way)
    assert not taken_back_in_one_is_taken_back_in_both(vault)


def test_her_word_elsewhere_does_not_outweigh_a_note_on_this_very_way(vault: Vault) -> None:
    older, newer = joined(vault, PHONE, shared_with_offender=True)
    with vault.writing() as session:
        way = replace(way_of(vault, older), shared_with_offender=False, proximity_cleared_at=NOW)
        reach.save_here(session, older, way, version=way.version, by=a_staff_member(session), now=NOW)
    assert asked(vault, newer, Channel.TEXT) is Reason.PARTNER_MAY_SEE


def comes(vault: Vault, case_id: UUID, **victim: Any) -> None:
    """Take in a further event of a case, of today and of whom she lives with, as the worker does."""
    said = an_event(occurred_at=NOW.isoformat(), offender={"full_name": "Lee Poe"}, victim=her(**victim))
    sent = Sent("high-point-pd", uuid4().hex, NOW, WIRE.validate_python(said))
    with vault.writing() as session:
        continue_case(session, case_id, Arrival(sent, EventTokens(uuid4().bytes, uuid4().bytes), HIGH_POINT, NOW), None)
        audit.record(session, action="test.event", by=WORKER, cases=[case_id], now=NOW)


def hears(vault: Vault, case_id: UUID) -> bool:
    """Tell whether a human is asked about her ways in this case."""
    with vault.reading() as session:
        return bool({each.step for each in tasks_of(session, case_id)} & {Step.SUPERVISOR_ALERT, Step.CHECK_WAYS})


def nothing_is_held_of_which_nobody_hears(vault: Vault, way: dict[str, Any], said_in: int | None) -> bool:
    """The older case learns that they live together, at an address that either case gave for hers."""
    older, newer = hers = joined(vault, way)
    home = {"lines": ["1 Main St"], "city": "High Point", "state": "NC", "postal_code": "27262"}
    with vault.writing() as session:
        tell(session, newer, offender={"full_name": "Lee Poe"}, victim=her(address=at_address("7 Oak St")))
        tell(
            session,
            older,
            **({} if said_in is not None else {"offender": {"full_name": "Lee Poe"}}),
            victim=her(address=home),
        )
    if said_in is not None:
        say(vault, hers[said_in], NOW - HOUR)
    assert [asked(vault, each, Channel.LETTER) for each in hers] == [Reason.SAFE] * 2
    comes(vault, older, lives_with_offender="yes")
    held = [asked(vault, each, Channel.LETTER) is Reason.PARTNER_MAY_SEE for each in hers]
    assert held == [way is HOME] * 2
    return [hears(vault, each) for each in hers] == held


OAK = {**HOME, "value": "7 Oak St\nHigh Point, NC 27260"}
NEWS = [(HOME, None), (HOME, 0), (HOME, 1), (OAK, None)]
NEWS_IDS = ["news", "news since her word there", "news since her word elsewhere", "no news of her other home"]


@pytest.mark.req("P2b")
@pytest.mark.parametrize("news", NEWS, ids=NEWS_IDS)
def test_what_news_of_one_case_holds_in_the_other_a_human_hears_of_there(vault: Vault, news: tuple[Any, Any]) -> None:
    assert nothing_is_held_of_which_nobody_hears(vault, *news)


@pytest.mark.req("P2b")
def test_planted_news_that_is_weighed_without_her_word_elsewhere_is_caught(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = nearer.places_near
    monkeypatch.setattr(nearer, "places_near", lambda *a: replace(really(*a), cleared={}))
    assert not nothing_is_held_of_which_nobody_hears(vault, HOME, 0)


@pytest.mark.req("P2b")
def test_planted_news_that_is_weighed_by_each_case_alone_is_caught(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = nearer.places_near
    monkeypatch.setattr(nearer, "places_near", lambda here, told: really(here, {here: told[here]}))
    assert not nothing_is_held_of_which_nobody_hears(vault, HOME, None)


def news_beyond_a_decision_is_heard_of(vault: Vault) -> bool:
    """An advocate of the newer case decided that the partner will not see her mail; the older is told more."""
    older, newer = joined(vault, HOME)
    with vault.writing() as session:
        home = {"lines": ["1 Main St"], "city": "High Point", "state": "NC", "postal_code": "27262"}
        tell(session, older, victim=her(address=home))
        way, by = people.destinations(session, newer)[0].id, a_staff_member(session)
        at, until = ((NOW + each).isoformat() for each in (-HOUR, DAY))
        given = Approved(Approval.PARTNER_WILL_NOT_SEE, str(by), at, until, str(way), Channel.LETTER)
        cases.change_standing(session, newer, by=by, now=NOW, approvals=(given,))
    assert asked(vault, newer, Channel.LETTER) is Reason.SAFE
    comes(vault, older, lives_with_offender="yes")
    assert asked(vault, newer, Channel.LETTER) is Reason.PARTNER_MAY_SEE
    return hears(vault, newer)


@pytest.mark.req("P2b")
def test_news_that_a_decision_of_another_case_did_not_know_is_heard_of_there(vault: Vault) -> None:
    assert news_beyond_a_decision_is_heard_of(vault)


@pytest.mark.req("P2b")
def test_planted_news_that_overtakes_a_decision_unheard_is_caught(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nearer, "_decided", lambda *_: frozenset())
    assert not news_beyond_a_decision_is_heard_of(vault)


def a_decision_that_did_not_know_is_asked_anew(vault: Vault) -> bool:
    """An advocate of one case decides that the partner will not see it; what the other was told counts thereafter."""
    with vault.writing() as session:
        hers = a_case(session), a_case(session)
        by, until = a_staff_member(session), (NOW + DAY).isoformat()
        for each in hers:
            way = a_destination(session, each, **PHONE)
        given = Approved(Approval.PARTNER_WILL_NOT_SEE, str(by), NOW.isoformat(), until, str(way.id), Channel.TEXT)
        cases.change_standing(session, hers[1], by=by, now=NOW, approvals=(given,))
        tell(session, hers[0], at=NOW - HOUR)
        session.add(PossibleMatch(id=(match := uuid4()), case_id=hers[1], other_case_id=hers[0]))
        session.flush()
        decide(session, match, same=True, by=by, now=NOW)
    return asked(vault, hers[1], Channel.TEXT) is Reason.PARTNER_MAY_SEE


def test_a_decision_from_before_the_cases_were_known_to_be_hers_opens_nothing(vault: Vault) -> None:
    assert a_decision_that_did_not_know_is_asked_anew(vault)


def test_planted_decision_that_outlives_what_it_did_not_know_is_caught(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "_ask_of_partner_anew", lambda *_, **__: None)
    assert not a_decision_that_did_not_know_is_asked_anew(vault)


@pytest.mark.req("26")
def test_an_event_of_her_other_case_that_does_not_open_stops_contact(vault: Vault) -> None:
    older, newer = joined(vault, PHONE)
    with vault.writing() as session:
        tell(session, older)
    with vault.writing() as session:
        torn = (
            update(LevelEventRecord).where(LevelEventRecord.case_id == older).values(event_box=b"\x01\x01" + bytes(99))
        )
        session.execute(torn)
        audit.record(session, action="test.tear", by=WORKER, cases=[older], now=NOW)
    assert asked(vault, newer, Channel.CALL) is Reason.OTHER_CASE_UNREADABLE
