"""A way that was in other hands and is hers alone again: her live word in one case, against the mark in the other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from builders import NOW, a_case, a_destination, a_staff_member, a_verdict

from outreach import cases, people
from outreach.attempts.recording import Made, log_attempt
from outreach.gate import partner_facts
from outreach.gate.gate_facts import facts_for_gate
from outreach.gate.reasons import Reason
from outreach.her_word.pausing import Again, Lift, lift, pause_found
from outreach.identity.deciding import decide
from outreach.people import Particulars
from outreach.reaching import reach
from outreach.records.cases import PossibleMatch
from outreach.records.engine import Vault
from outreach.records.staff import Staff
from outreach.safe_contact import may_contact
from outreach.staff.staffing import card
from outreach.terms import Channel, ContentLevel, DestinationKind, Outcome, Role

pytestmark = [pytest.mark.req("26"), pytest.mark.req("45")]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOME = {
    "kind": DestinationKind.ADDRESS, "value": "7 Oak St\nHigh Point, NC 27260", "name_to_use": "Ana",
    "verdicts": {Channel.LETTER: a_verdict(verified_at=NOW - HOUR)},
}  # fmt: skip


def lifted(vault: Vault) -> tuple[Sequence[UUID], UUID]:
    """Mark her home in one of two cases, and lift the stop there: she says live that it is hers alone again."""
    with vault.writing() as session:
        hers = [a_case(session, particulars=Particulars("Ana Fictional", "1990-09-12")) for _ in range(2)]
        boss = a_staff_member(session, role=Role.SUPERVISOR)
        for each in hers:
            a_destination(session, each, **HOME)
            log_attempt(session, each, Made(Channel.MEETING, Outcome.REACHED), by=boss, now=NOW - 2 * HOUR)
        session.add(PossibleMatch(id=(match := uuid4()), case_id=hers[1], other_case_id=hers[0]))
        session.flush()
        decide(session, match, same=True, by=boss, now=NOW - 2 * HOUR)
    marked(vault, hers[1], by=boss, at=NOW)
    with vault.writing() as session:
        pause_found(session, hers[1], by=boss, now=NOW)
    with vault.writing() as session:
        version = cases.standing(session, hers[1])[1]
        (way,) = people.destinations(session, hers[1])
        safe = Lift(reason="She moved back in.", ways={way.id: Again.SAFE}, verified_how="live_call")
        lift(session, card(session.get_one(Staff, boss)), hers[1], safe, version=version, now=NOW + DAY)
    return hers, boss


def marked(vault: Vault, case_id: UUID, *, by: UUID, at: datetime) -> None:
    """Note at a visit that it is not she who lives there."""
    with vault.writing() as session:
        (way,) = people.destinations(session, case_id)
        log_attempt(session, case_id, Made(Channel.LETTER, Outcome.UNSAFE, destination_id=way.id), by=by, now=at)


def yes(vault: Vault, case_id: UUID, *, by: UUID, at: datetime) -> None:
    """Note that she says yes, live, to mail there."""
    with vault.writing() as session:
        (way,) = people.destinations(session, case_id)
        said = replace(way, verdicts={Channel.LETTER: a_verdict(verified_at=at)}, answered_at=at)
        reach.save_destination(session, case_id, said, version=way.version, by=by, now=at)


def letter(vault: Vault, case_id: UUID, *, at: datetime) -> Reason:
    with vault.reading() as session:
        (way,) = people.destinations(session, case_id)
        facts = facts_for_gate(session, case_id, at=at, destination_id=way.id, channel=Channel.LETTER)
    return may_contact(way, Channel.LETTER, ContentLevel.NEUTRAL, at=at, facts=facts).reason


def her_live_yes_opens_it_there(vault: Vault) -> bool:
    (older, newer), boss = lifted(vault)
    assert letter(vault, newer, at=NOW + 2 * DAY) is not Reason.SAFE  # She is asked first.
    yes(vault, newer, by=boss, at=NOW + 2 * DAY)
    assert letter(vault, older, at=NOW + 3 * DAY) is Reason.COMPROMISED  # She opens each case herself.
    return letter(vault, newer, at=NOW + 3 * DAY) is Reason.SAFE


def test_her_live_yes_outranks_the_older_mark_of_the_same_home_in_her_other_case(vault: Vault) -> None:
    assert her_live_yes_opens_it_there(vault)


def test_planted_mark_of_another_case_that_outlives_her_live_yes_is_caught(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partner_facts, "_is_hers_again", lambda *_: False)
    assert not her_live_yes_opens_it_there(vault)


def a_newer_mark_holds(vault: Vault) -> bool:
    """The mark in the other case is renewed after her yes, and reaches this case by no other road."""
    (older, newer), boss = lifted(vault)
    yes(vault, newer, by=boss, at=NOW + 2 * DAY)
    with vault.writing() as session:
        (way,) = people.destinations(session, older)
        noes = {channel: replace(said, verified_at=NOW + 3 * DAY) for channel, said in way.verdicts.items()}
        reach.save_here(session, older, replace(way, verdicts=noes), version=way.version, by=boss, now=NOW + 3 * DAY)
    holds = letter(vault, newer, at=NOW + 4 * DAY) is Reason.PARTNER_MAY_SEE
    with vault.writing() as session:  # One answer on its page: she says that the partner does not see it.
        (way,) = people.destinations(session, newer)
        said = replace(way, proximity_cleared_at=NOW + 4 * DAY, answered_at=NOW + 4 * DAY)
        reach.save_destination(session, newer, said, version=way.version, by=boss, now=NOW + 4 * DAY)
    assert letter(vault, newer, at=NOW + 5 * DAY) is Reason.SAFE
    return holds


def test_a_mark_newer_than_her_yes_still_holds_until_she_is_asked_again(vault: Vault) -> None:
    assert a_newer_mark_holds(vault)


def test_planted_yes_that_outranks_every_mark_is_caught(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partner_facts, "_is_hers_again", lambda *_: True)
    assert not a_newer_mark_holds(vault)
