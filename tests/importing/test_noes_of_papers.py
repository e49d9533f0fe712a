"""Her noes in papers from before: each holds from the first moment, in every case of hers, and none is lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from builders import NOW, a_case, a_destination, a_staff_member, a_verdict
from papers import IN_HOURS, LENA, NO_PHONE, STRANGER, answers, bring, rows, the_case
from sqlalchemy import select

from outreach import audit, cases
from outreach.case_file.brought import BroughtOver
from outreach.gate.gate_facts import facts_for_gate
from outreach.gate.reasons import Reason
from outreach.identity.deciding import decide
from outreach.identity.likeness import Person
from outreach.identity.match_tokens import remember_birth
from outreach.importing import bringing
from outreach.importing.later_noes import noes_not_here
from outreach.messaging.consent import waiting_yes
from outreach.messaging.consent_rows import ConsentContent, keep_yes
from outreach.messaging.letters.checks import letter_facts
from outreach.people import Particulars
from outreach.records.cases import CaseRecord, PossibleMatch
from outreach.records.engine import Vault
from outreach.safe_contact import may_contact
from outreach.terms import Channel, ContentLevel, DestinationKind, VerdictSource

pytestmark = pytest.mark.req("81")


def her_word_is_kept(vault: Vault) -> bool:
    """Bring over each of her words against contact, and say whether the gate heeds every one."""
    word = {**LENA, "partner_phone": ""}
    bring(
        vault,
        {**word, "reference": "dnc", "phone": "336-555-0111", "do_not_contact": "yes"},
        {**word, "reference": "hers", "phone": "336-555-0112", "date_of_birth": "", "she_will_contact_us": "yes"},
        {**word, "reference": "mail", "phone": "336-555-0113", "date_of_birth": "1991-01-01", "no_mail": "yes"},
        {**word, "reference": "call", "phone": "336-555-0114", "date_of_birth": "1992-02-02", "phone_call": "no"},
    )
    with vault.writing() as session:  # Rows alike are asked about; here each is another person.
        for match_id in session.scalars(select(PossibleMatch.id).where(PossibleMatch.decision.is_(None))).all():
            decide(session, match_id, same=False, by=a_staff_member(session), now=NOW)
    said = {name: answers(vault, the_case(vault, name)) for name in ("dnc", "hers", "mail", "call")}
    return (
        all(each.reason is Reason.DO_NOT_CONTACT for each in said["dnc"].values())
        and said["hers"][Channel.CALL].reason is Reason.SHE_WILL_CONTACT_US
        and said["mail"][Channel.LETTER].reason is Reason.UNSAFE
        and said["call"][Channel.CALL].reason is Reason.UNSAFE
    )


def test_her_word_against_contact_is_kept_from_the_first_moment(vault: Vault) -> None:
    assert her_word_is_kept(vault)


def test_planted_loss_of_a_do_not_contact_is_caught(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: Callable[..., Any] = bringing._standing
    monkeypatch.setattr(bringing, "_standing", lambda *a, **k: kept(*a, **k)._replace(do_not_contact=False))
    assert not her_word_is_kept(vault)


def test_no_contact_of_papers_stops_contact_and_settles_no_call_in_as_nobody_heard_her(vault: Vault) -> None:
    bring(vault, {**STRANGER, "do_not_contact": "yes"})
    with vault.reading() as session:
        standing, _ = cases.standing(session, the_case(vault, "40"))
    assert (standing.do_not_contact, standing.no_contact_unheard) == (True, True)


def test_her_no_to_all_mail_holds_at_an_address_written_down_later_until_she_says_yes_to_it(vault: Vault) -> None:
    bring(vault, {**STRANGER, "no_mail": "yes"})
    case_id = the_case(vault, "40")
    noted = {"verdicts": {Channel.LETTER: a_verdict(source=VerdictSource.ADVOCATE, verified_at=NOW)}}
    hers = {"verdicts": {Channel.LETTER: a_verdict(verified_at=NOW + timedelta(minutes=5))}}
    with vault.writing() as session:
        facts = letter_facts(
            session, case_id, way := a_destination(kind=DestinationKind.ADDRESS, **noted), now=IN_HOURS
        )
    yes = a_destination(kind=DestinationKind.ADDRESS, **hers)

    asked = [may_contact(each, Channel.LETTER, ContentLevel.NEUTRAL, at=IN_HOURS, facts=facts) for each in (way, yes)]
    assert [each.reason for each in asked] == [Reason.NO_MAIL, Reason.SAFE]


def test_a_no_of_the_papers_holds_in_both_cases_once_they_are_one_persons(vault: Vault) -> None:
    with vault.writing() as session:
        case_id = a_case(session, particulars=Particulars("Lena Ortiz", "1990-09-12", "en"))
        remember_birth(session, case_id, Person("Lena Ortiz", None, frozenset()))
        phone = {Channel.CALL: a_verdict(), Channel.TEXT: a_verdict()}
        a_destination(session, case_id, value="+13365550142", verdicts=phone, text_consent_at=NOW)
    bring(vault, {**LENA, "no_texts": "yes", "no_mail": "yes"})

    with vault.writing() as session:
        match = session.scalars(select(PossibleMatch)).one()
        decide(session, match.id, same=True, by=a_staff_member(session), now=NOW)

    for each in (case_id, the_case(vault)):
        assert answers(vault, each)[Channel.TEXT].reason is Reason.UNSAFE
    with vault.reading() as session:
        assert facts_for_gate(session, case_id, at=IN_HOURS).no_mail_at == NOW


def a_no_to_all_texts_shuts_her_other_phone(vault: Vault) -> bool:
    """Decide that a case known here is hers too, and say whether texts at its phone, not in the papers, are shut."""
    with vault.writing() as session:
        case_id = a_case(session)
        a_destination(session, case_id, value="+13365550142", verdicts={})
        said = {"verdicts": {Channel.TEXT: a_verdict(), Channel.CALL: a_verdict()}, "last_live_contact_at": NOW}
        other = a_destination(session, case_id, value="+13365550188", text_consent_at=NOW - timedelta(days=1), **said)
        keep_yes(session, case_id, other.id, a_yes_in_waiting())
        audit.record(session, action="consent.record", by=a_staff_member(session), cases=[case_id], now=NOW)
    bring(vault, {**LENA, "no_texts": "yes", "partner_phone": ""})
    with vault.writing() as session:
        match = session.scalars(select(PossibleMatch)).one()
        decide(session, match.id, same=True, by=a_staff_member(session), now=NOW)

    with vault.reading() as session:
        is_waiting = waiting_yes(session, case_id, other.id, now=NOW) is not None
        facts = facts_for_gate(session, case_id, at=IN_HOURS)
        since = replace(other, text_consent_at=NOW + timedelta(minutes=5))
    found = [may_contact(each, Channel.TEXT, ContentLevel.NEUTRAL, at=IN_HOURS, facts=facts) for each in (other, since)]
    assert found[1].reason is not Reason.NO_TEXTS  # Her own yes, given since, opens that one.
    return found[0].reason is Reason.NO_TEXTS and not is_waiting


def a_yes_in_waiting() -> ConsentContent:
    at = (NOW - timedelta(hours=1)).isoformat()
    return ConsentContent("Ana", at, "live_call", "May we text you?", "en", "Ana", "1234")


def test_her_no_to_all_texts_holds_at_a_phone_of_hers_the_papers_do_not_name(vault: Vault) -> None:
    assert a_no_to_all_texts_shuts_her_other_phone(vault)


def test_planted_import_that_keeps_no_texts_for_its_own_phones_alone_is_caught(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BroughtOver, "no_texts_at", None)
    assert not a_no_to_all_texts_shuts_her_other_phone(vault)


@pytest.mark.parametrize(
    "later",
    [
        {"do_not_contact": "yes"},
        {"she_will_contact_us": "yes"},
        {"no_mail": "yes"},
        {"no_texts": "yes", **NO_PHONE},
        {"phone_message": "no"},
        {"phone_shared": "yes"},
        {"mail": "no"},
        {"phone_2": "336-555-0188", "phone_2_call": "no"},
        {"partner_is_officer": "yes"},
    ],
    ids=lambda later: next(iter(later)) if isinstance(later, dict) else "",
)
def test_a_no_that_a_later_file_adds_is_shown_to_a_person_since_no_case_is_changed_twice(
    vault: Vault, later: dict[str, str]
) -> None:
    bring(vault, LENA, STRANGER)
    with vault.reading() as session:
        ((number, handle),) = noes_not_here(session, rows({**LENA, **later}, STRANGER), jurisdiction="high-point")
        assert (number, handle) == (2, session.get_one(CaseRecord, the_case(vault)).handle)


def test_a_no_the_case_has_already_is_not_shown_again(vault: Vault) -> None:
    said = {**LENA, "do_not_contact": "yes", "no_texts": "yes", "no_mail": "yes", "phone_call": "no"}
    said |= {"phone_shared": "yes", "partner_is_officer": "yes"}
    bring(vault, said)
    with vault.reading() as session:
        assert noes_not_here(session, rows(said), jurisdiction="high-point") == ()
