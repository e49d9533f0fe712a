"""Two cases that a person decided are one woman's: a stop in one is a stop in both, and the caps are hers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from builders import NOW, a_case
from linked_cases import a_linked_case, dana, link, release
from several_women import PHONES, a_woman_who_asked
from signed_events import an_event
from texting import HER_PHONE, Desk, trusting

from outreach import audit, cases
from outreach.attempts import recording as attempting
from outreach.attempts.recording import Made
from outreach.audit import WORKER
from outreach.case_file.history import EventTokens, Sent, keep
from outreach.events import WIRE
from outreach.gate import gate_facts
from outreach.gate.reasons import Reason
from outreach.her_word import pausing
from outreach.her_word.pausing import Again, Lift
from outreach.messaging import claims, sending, texts
from outreach.messaging.claims import Claim, claim_several
from outreach.messaging.errors import NotAllowed
from outreach.terms import Channel, Outcome, Role

SUPERVISOR = Role.SUPERVISOR


@pytest.fixture
def other(desk: Desk) -> UUID:
    """A newer case of hers, with the same phone."""
    return a_linked_case(desk, desk.case)


def pause(desk: Desk) -> None:
    with desk.vault.writing() as session:
        pausing.pause(session, dana(desk), desk.case, reason="He has her phone", now=desk.clock.now())


def do_not_contact(desk: Desk) -> None:
    with desk.vault.writing() as session:
        made = Made(Channel.CALL, Outcome.DO_NOT_CONTACT, desk.phone.id)
        attempting.log_attempt(session, desk.case, made, by=desk.staff, now=desk.clock.now())


def she_will_contact_us(desk: Desk) -> None:
    with desk.vault.writing() as session:
        made = Made(Channel.CALL, Outcome.SHE_WILL_CONTACT_US, desk.phone.id)
        attempting.log_attempt(session, desk.case, made, by=desk.staff, now=desk.clock.now())


def stand(**changes: bool) -> Callable[[Desk], None]:
    """Return what writes a stop into one case alone, as no part of the product does."""

    def write(desk: Desk) -> None:
        with desk.vault.writing() as session:
            cases.change_standing(session, desk.case, by=desk.staff, now=desk.clock.now(), **changes)

    return write


def the_partner_is_named_there(desk: Desk) -> None:
    """Keep an event of the older case which names the phone of both as the partner's."""
    offender = {"full_name": "Sam Doe", "phones": [HER_PHONE]}
    event = WIRE.validate_python(an_event(offender=offender, occurred_at=(NOW - timedelta(days=3)).isoformat()))
    sent, tokens = Sent("high-point-pd", "evt_near", NOW, event), EventTokens(uuid4().bytes, uuid4().bytes)
    with desk.vault.writing() as session:
        keep(session, desk.case, sent, tokens)
        audit.record(session, action="event.keep", by=WORKER, cases=[desk.case], now=NOW)


STOPS = [
    the_partner_is_named_there,
    pause,
    do_not_contact,
    she_will_contact_us,
    stand(paused=True),
    stand(compromised=True),
    stand(do_not_contact=True),
    stand(she_will_contact_us=True),
]


def check_nothing_leaves(desk: Desk, other: UUID, stop: Callable[[Desk], None]) -> None:
    """Stop contact in the older case; a text that waits in the newer one stays."""
    release(desk, other)
    stop(desk)
    desk.run()
    assert desk.accepts == []


@pytest.mark.req("24")
@pytest.mark.req("26")
@pytest.mark.parametrize("stop", STOPS)
def test_a_stop_in_one_of_her_cases_stops_the_other(desk: Desk, other: UUID, stop: Callable[[Desk], None]) -> None:
    check_nothing_leaves(desk, other, stop)


@pytest.mark.req("27")
def test_what_her_cases_know_of_the_partner_is_read_once_for_all_texts_that_are_due(
    desk: Desk, statements: list[str]
) -> None:
    for number in PHONES[:3]:
        a_linked_case(desk, a_woman_who_asked(desk, number))
    statements.clear()

    asked = claim_several(desk.vault, desk.drain, at_most=3, callback_base_url="https://x", now=desk.clock.now())

    assert len(asked) == 3
    for table in ("level_event", "attempt"):
        assert sum(f"FROM {table} " in " ".join(sql.split()) for sql in statements) == 1


@pytest.mark.req("24")
def test_a_stop_reaches_a_case_that_is_linked_by_way_of_another(desk: Desk, other: UUID) -> None:
    check_nothing_leaves(desk, a_linked_case(desk, other), stand(paused=True))


@pytest.mark.req("24")
def test_planted_gate_that_looks_at_one_case_alone_is_caught(
    desk: Desk, other: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate_facts, "cases_of_person", lambda _session, case_id: frozenset({case_id}))

    with pytest.raises(AssertionError):
        check_nothing_leaves(desk, other, stand(paused=True))


@pytest.mark.req("26")
def test_a_pause_cancels_what_waits_in_each_of_her_cases_and_says_so_there(desk: Desk, other: UUID) -> None:
    waiting = release(desk, other)

    pause(desk)

    state, content = desk.text(waiting)
    assert (state, content.held_reason) == ("cancelled", Reason.PAUSED.value)
    with desk.vault.reading() as session:
        assert cases.standing(session, other)[0].paused


def check_tap_after_the_claim(desk: Desk, other: UUID, stop: Callable[[Desk], None], monkeypatch: Any) -> None:
    """Stop the older case after a text of the newer one was claimed and before it is called for."""

    def claim_then_stop(*args: Any, **named: Any) -> Any:
        found = claim_several(*args, **named)
        if any(isinstance(each, Claim) for each in found):
            stop(desk)
        return found

    monkeypatch.setattr(sending, "claim_several", claim_then_stop)
    release(desk, other)
    desk.run()
    assert desk.accepts == []
    assert desk.states() == ["held"]


@pytest.mark.req("26")
@pytest.mark.parametrize("stop", [pause, do_not_contact])
def test_a_stop_in_one_case_holds_back_what_was_claimed_for_the_other(
    desk: Desk, other: UUID, stop: Callable[[Desk], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    check_tap_after_the_claim(desk, other, stop, monkeypatch)


@pytest.mark.req("26")
def test_planted_last_look_that_is_blind_is_caught(desk: Desk, other: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "still_allowed", trusting)

    with pytest.raises(AssertionError):
        check_tap_after_the_claim(desk, other, pause, monkeypatch)


def lift(desk: Desk, case_id: UUID, again: Again) -> None:
    with desk.vault.writing() as session:
        ways = {each.id: again for each in texts.people.destinations(session, case_id)}
        _, version = cases.standing(session, case_id)
        said = Lift(reason="She called.", ways=ways, verified_how="live_call")
        pausing.lift(session, dana(desk, SUPERVISOR), case_id, said, version=version, now=desk.clock.now())


@pytest.mark.req("26")
def test_one_lift_opens_all_her_cases_and_only_the_ways_she_was_asked_about(desk: Desk, other: UUID) -> None:
    pause(desk)
    desk.clock.advance(timedelta(minutes=5))

    lift(desk, desk.case, Again.SAFE)

    with desk.vault.reading() as session:
        assert not any(cases.standing(session, each)[0].paused for each in (desk.case, other))
    with pytest.raises(NotAllowed) as held:
        release(desk, other)
    assert held.value.decision.reason not in (Reason.PAUSED, Reason.CASE_COMPROMISED)
    desk.clock.advance(timedelta(minutes=5))
    release(desk, desk.case)
    desk.run()
    assert len(desk.accepts) == 1


@pytest.mark.req("26")
def test_a_stop_is_lifted_from_whichever_of_her_cases(desk: Desk, other: UUID) -> None:
    stand(paused=True)(desk)

    lift(desk, other, Again.UNKNOWN)

    with desk.vault.reading() as session:
        assert not cases.standing(session, desk.case)[0].paused


@pytest.mark.req("26")
def test_her_newer_case_that_is_paused_pauses_the_older_one_when_they_are_linked(desk: Desk) -> None:
    with desk.vault.writing() as session:
        newer = a_case(session, assigned_to=desk.staff)
        pausing.pause(session, dana(desk), newer, now=desk.clock.now())

    link(desk, newer, desk.case)

    with desk.vault.reading() as session:
        standing, _ = cases.standing(session, desk.case)
        assert standing.paused
        assert pausing.stopped_at(standing) == desk.clock.now()


# The caps


def check_one_text(desk: Desk, other: UUID) -> None:
    """Plan a text in each of her cases, past the check at the release; one of them leaves."""
    for case_id in (desk.case, other):
        release(desk, case_id)
    for _ in range(3):
        desk.run()
    assert len(desk.accepts) == 1
    assert sorted(desk.states()) == ["accepted", "held"]


@pytest.fixture
def careless_release(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release that counts nothing that waits, so that the claim alone keeps the caps."""
    monkeypatch.setattr(texts, "with_planned_texts", lambda _session, _case, facts, **_: facts)


@pytest.mark.req("43a")
@pytest.mark.usefixtures("careless_release")
def test_of_two_texts_of_her_two_cases_one_leaves_in_a_day(desk: Desk, other: UUID) -> None:
    check_one_text(desk, other)


@pytest.mark.req("43a")
@pytest.mark.usefixtures("careless_release")
def test_planted_cap_of_a_case_instead_of_a_person_is_caught(
    desk: Desk, other: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate_facts, "cases_of_person", lambda _session, case_id: frozenset({case_id}))

    with pytest.raises(AssertionError):
        check_one_text(desk, other)


def claim_all(desk: Desk) -> list[Claim]:
    found = claim_several(desk.vault, desk.drain, at_most=16, callback_base_url="https://x", now=desk.clock.now())
    return [each for each in found if isinstance(each, Claim)]


@pytest.mark.req("43a")
@pytest.mark.usefixtures("careless_release")
def test_texts_of_her_two_cases_are_never_claimed_together(desk: Desk, other: UUID) -> None:
    for case_id in (desk.case, other):
        release(desk, case_id)

    assert len(claim_all(desk)) == 1


@pytest.mark.req("43a")
@pytest.mark.usefixtures("careless_release")
def test_planted_claim_that_tells_cases_apart_and_not_persons_is_caught(
    desk: Desk, other: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "_one_each", lambda found, _: found)
    for case_id in (desk.case, other):
        release(desk, case_id)

    assert len(claim_all(desk)) == 2


@pytest.mark.req("43a")
def test_a_text_that_waits_in_one_case_counts_when_one_is_released_in_the_other(desk: Desk, other: UUID) -> None:
    release(desk, desk.case)

    with pytest.raises(NotAllowed) as held:
        release(desk, other)
    assert held.value.decision.reason is Reason.TEXT_CAP
