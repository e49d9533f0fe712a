"""Her no to a phone, an address or a mailbox holds in each case that is hers, and no yes elsewhere opens it again."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from builders import NOW, a_case, a_destination, a_staff_member, a_verdict
from sqlalchemy import select, update

from outreach import audit, cases, people
from outreach.gate.hours import Window
from outreach.identity import carrying
from outreach.identity.deciding import decide
from outreach.meetings.boxes import keep_veto
from outreach.meetings.interpreters import Veto
from outreach.reaching import against, freezing, reach
from outreach.reaching.destinations import Destination
from outreach.records.cases import CaseRecord, PossibleMatch
from outreach.records.engine import Vault
from outreach.records.errors import UNREADABLE
from outreach.records.ledger import AuditEntry
from outreach.records.meetings import InterpreterVeto
from outreach.terms import AccountHolder, Channel, Verdict, VerdictSource

pytestmark = [pytest.mark.req("9"), pytest.mark.req("22")]
HOUR = timedelta(hours=1)
NO, YES = a_verdict(Verdict.UNSAFE, verified_at=NOW - HOUR), a_verdict(verified_at=NOW - 2 * HOUR)
MORNING = (Window((0, 1, 2), time(9), time(12)),)


def phone(vault: Vault, case_id: UUID) -> Destination:
    with vault.reading() as session:
        (found,) = people.destinations(session, case_id)
    return found


def call(vault: Vault, case_id: UUID) -> Verdict:
    said = phone(vault, case_id).verdicts.get(Channel.CALL)
    return said.verdict if said else Verdict.UNKNOWN


def save(vault: Vault, case_id: UUID, **said: Any) -> Destination:
    """Save an answer about the phone of a case, and return what is kept."""
    before = phone(vault, case_id)
    with vault.writing() as session:
        changed = replace(before, answered_at=NOW, **said)
        return reach.save_destination(session, case_id, changed, version=before.version, by=a_staff(session), now=NOW)


def a_staff(session: Any) -> UUID:
    return a_staff_member(session)


def say(vault: Vault, case_id: UUID, verdict: Any) -> Destination:
    return save(vault, case_id, verdicts={Channel.CALL: verdict})


def join(vault: Vault, newer: UUID, older: UUID) -> None:
    with vault.writing() as session:
        session.add(PossibleMatch(id=(row := uuid4()), case_id=newer, other_case_id=older))
        session.flush()
        decide(session, row, same=True, by=a_staff(session), now=NOW)


def joined(vault: Vault, older: dict[str, Any], newer: dict[str, Any]) -> tuple[UUID, UUID]:
    """Store two cases with her phone, known so in each, and decide that both are hers."""
    with vault.writing() as session:
        cases_of_hers = a_case(session), a_case(session)
        for case_id, known in zip(cases_of_hers, (older, newer), strict=True):
            a_destination(session, case_id, **known)
    join(vault, cases_of_hers[1], cases_of_hers[0])
    return cases_of_hers


def verdicts(said: Any, **more: Any) -> dict[str, Any]:
    return {"verdicts": {Channel.CALL: said}, **more}


def a_no_in_the_newer_case_holds_in_both(vault: Vault) -> bool:
    hers = joined(vault, verdicts(YES), verdicts(NO, may_leave_message=False))
    kept = [phone(vault, each) for each in hers]
    return [each.verdicts[Channel.CALL] for each in kept] == [NO, NO] and not any(
        each.may_leave_message is not False for each in kept
    )


def test_deciding_that_two_cases_are_hers_takes_back_no_live_no_of_hers(vault: Vault) -> None:
    assert a_no_in_the_newer_case_holds_in_both(vault)


@pytest.mark.parametrize("planted", [(carrying, "narrowed"), (freezing, "with_her_word")])
def test_planted_decision_that_takes_over_an_older_yes_is_caught(
    vault: Vault, planted: tuple[Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "_is_told", lambda _way, sources: VerdictSource.BROUGHT_OVER in sources)
    monkeypatch.setattr(*planted, lambda way, _told: way)
    assert not a_no_in_the_newer_case_holds_in_both(vault)


def test_a_yes_she_gave_after_her_no_stays_in_its_case_and_opens_no_other(vault: Vault) -> None:
    older, newer = joined(vault, verdicts(NO), verdicts(replace(YES, verified_at=NOW)))
    assert (call(vault, older), call(vault, newer)) == (Verdict.UNSAFE, Verdict.SAFE)


@pytest.mark.req("P2b")
def test_an_officers_no_closes_no_yes_of_hers(vault: Vault) -> None:
    officers = replace(NO, source=VerdictSource.ON_SCENE)
    hers = joined(vault, verdicts(YES), verdicts(officers, may_leave_message=False))
    assert [call(vault, each) for each in hers] == [Verdict.SAFE, Verdict.SAFE]
    assert phone(vault, hers[0]).may_leave_message is None


def a_no_said_later_binds_in_her_other_cases(vault: Vault) -> bool:
    older, newer = joined(vault, verdicts(YES), verdicts(YES))
    with vault.writing() as session:
        a_destination(session, third := a_case(session), **verdicts(YES))
    join(vault, third, newer)
    say(vault, third, replace(NO, verified_at=NOW))
    return {call(vault, each) for each in (older, newer, third)} == {Verdict.UNSAFE}


def test_a_no_said_later_in_one_case_binds_the_same_phone_in_each(vault: Vault) -> None:
    assert a_no_said_later_binds_in_her_other_cases(vault)


def test_planted_no_that_is_kept_in_one_case_is_caught(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "newly_said", lambda *_: None)
    assert not a_no_said_later_binds_in_her_other_cases(vault)


def test_only_her_own_yes_opens_what_her_no_closes_elsewhere_and_only_there(vault: Vault) -> None:
    older, newer = joined(vault, verdicts(NO), verdicts(NO))

    say(vault, newer, a_verdict(source=VerdictSource.ADVOCATE, verified_at=NOW))
    assert call(vault, newer) is Verdict.UNSAFE
    say(vault, newer, a_verdict(verified_at=NOW))
    assert (call(vault, newer), call(vault, older)) == (Verdict.SAFE, Verdict.UNSAFE)
    save(vault, older, name_to_use="Kim")
    assert call(vault, newer) is Verdict.SAFE  # Nothing was said against it there since.


def test_planted_yes_that_is_not_held_against_her_other_case_is_caught(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "but_no_closed_yes", lambda way, *_: way)
    with pytest.raises(AssertionError):
        test_only_her_own_yes_opens_what_her_no_closes_elsewhere_and_only_there(vault)


def test_what_was_said_against_a_phone_can_be_taken_back_in_each_case(vault: Vault) -> None:
    hers = joined(vault, verdicts(YES), verdicts(YES))
    save(vault, hers[0], shared_with_offender=True, windows=MORNING)
    assert all(phone(vault, each).shared_with_offender and phone(vault, each).windows == MORNING for each in hers)

    for each in hers:
        save(vault, each, shared_with_offender=False, windows=())
    assert not any(phone(vault, each).shared_with_offender or phone(vault, each).windows for each in hers)


KNOWN: dict[str, Any] = {
    "account": AccountHolder.PARTNERS,
    "shows_elsewhere": True,
    "location_is_seen": True,
    "operator_may_hear": False,
    "words_to_avoid": ("court",),
    "windows": MORNING,
}


def a_phone_added_once_more_keeps_all_that_is_known(vault: Vault) -> bool:
    with vault.writing() as session:
        a_destination(session, older := a_case(session), **verdicts(NO, **KNOWN))
        a_case_of_hers = a_case(session)
    join(vault, a_case_of_hers, older)
    with vault.writing() as session:
        wide = (Window(tuple(range(7)), time(8), time(23)),)
        fresh = a_destination(words_to_avoid=("Kim",), windows=wide, account=AccountHolder.HERS, shows_elsewhere=False)
        reach.add_destination(session, a_case_of_hers, fresh, by=a_staff(session), now=NOW)
    kept = phone(vault, a_case_of_hers)
    return kept.verdicts[Channel.CALL] == NO and {name: getattr(kept, name) for name in KNOWN} == {
        **KNOWN,
        "words_to_avoid": ("Kim", "court"),
    }


@pytest.mark.req("45")
def test_a_phone_added_in_her_other_case_is_born_with_her_noes_and_all_that_is_known_against_it(vault: Vault) -> None:
    assert a_phone_added_once_more_keeps_all_that_is_known(vault)


@pytest.mark.parametrize("forgotten", ["account", "windows", "words_to_avoid"])
def test_planted_phone_that_forgets_whose_account_or_hours_it_has_is_caught(
    vault: Vault, forgotten: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = against.narrowed
    monkeypatch.setattr(
        against, "narrowed", lambda way, told: replace(rule(way, told), **{forgotten: getattr(way, forgotten)})
    )
    assert not a_phone_added_once_more_keeps_all_that_is_known(vault)


def tear(vault: Vault, case_id: UUID, *, what: str) -> None:
    """Damage what stands about a case, or whom she wants as no interpreter there."""
    torn = b"\x01\x01" + bytes(200)
    with vault.writing() as session:
        keep_veto(session, case_id, Veto(("Jo Kim",)))
        session.flush()
        if what == "veto":
            session.execute(update(InterpreterVeto).where(InterpreterVeto.case_id == case_id).values(veto_box=torn))
        else:
            session.execute(update(CaseRecord).where(CaseRecord.id == case_id).values(standing_box=torn))
        audit.record(session, action="test.tear", by=a_staff(session), cases=[case_id], now=NOW)


def a_stop_is_carried_past_a_damaged_third_case(vault: Vault, what: str) -> bool:
    third, older = joined(vault, verdicts(YES), verdicts(YES))
    tear(vault, third, what=what)
    with vault.writing() as session:
        newer = a_case(session, paused=True, do_not_contact=True)
    join(vault, newer, older)
    with vault.reading() as session:
        standing, _ = cases.standing(session, older)
        recorded = set(session.scalars(select(AuditEntry.action)))
    return standing.paused and standing.do_not_contact and "case.unreadable" in recorded


@pytest.mark.req("26")
@pytest.mark.parametrize("what", ["veto", "standing"])
def test_a_damaged_third_case_keeps_no_stop_from_being_carried(vault: Vault, what: str) -> None:
    assert a_stop_is_carried_past_a_damaged_third_case(vault, what)


@pytest.mark.req("26")
def test_planted_third_case_that_keeps_a_stop_back_is_caught(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "UNREADABLE", ())
    with pytest.raises(UNREADABLE):
        a_stop_is_carried_past_a_damaged_third_case(vault, "veto")
