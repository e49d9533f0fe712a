"""Cases brought over from before: asked about first, with no task and no page, and no word of hers against it lost."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from agency_world import World
from builders import HIGH_POINT, NOW, a_case, a_destination, a_staff_member, a_verdict
from papers import LENA, NO_PHONE, bring, rows, terms
from postgres_cluster import PostgresCluster
from sqlalchemy import func, select
from sqlalchemy.exc import ProgrammingError

from crypto.keyring import KeyPaths, Keyring
from outreach import audit, people
from outreach.audit_check import verify
from outreach.case_file.brought import BroughtOver
from outreach.cases import standing
from outreach.gate.gate_facts import facts_for_gate
from outreach.gate.reasons import Reason
from outreach.identity.deciding import decide
from outreach.identity.likeness import Person
from outreach.identity.match_tokens import remember_birth
from outreach.importing import bringing
from outreach.importing.bringing import bring_over, look
from outreach.importing.later_noes import noes_not_here
from outreach.importing.papers import papers_of
from outreach.messaging.consent import waiting_yes
from outreach.messaging.consent_rows import ConsentContent, keep_yes
from outreach.messaging.letters.checks import letter_facts
from outreach.messaging.text_words import names_to_keep_out
from outreach.people import Particulars
from outreach.protocols.protocol import digest
from outreach.records.base import Base
from outreach.records.brought import BroughtCase
from outreach.records.cases import CaseRecord, PossibleMatch
from outreach.records.engine import Vault, open_postgres
from outreach.records.ledger import AuditEntry
from outreach.records.spool import Spool, SpoolDrain
from outreach.safe_contact import Allowed, may_contact
from outreach.terms import Channel, ContentLevel, DestinationKind, VerdictSource

pytestmark = pytest.mark.req("81")

STRANGER = {"reference": "40", "full_name": "Ana Roe", "date_of_birth": "1985-01-02"}
IN_HOURS = NOW + timedelta(hours=1)
LEAVES_OR_WAITS = ("task", "text", "letter", "attempt", "live_request", "page_call", "staff_page", "page_tick")


def the_case(vault: Vault, reference: str = "17") -> UUID:
    """Return the case that was opened for a row."""
    with vault.reading() as session:
        for case_id in session.scalars(select(BroughtCase.case_id)):
            papers = papers_of(session, case_id)
            if papers is not None and papers.reference == reference:
                return case_id
    raise LookupError(reference)


def answers(vault: Vault, case_id: UUID, *, at=IN_HOURS) -> dict[Channel, Any]:
    """Return what the gate says of each channel of each way."""
    with vault.reading() as session:
        facts = facts_for_gate(session, case_id, at=at)
        ways = people.destinations(session, case_id)
    return {
        channel: may_contact(way, channel, ContentLevel.NEUTRAL, at=at, facts=facts)
        for way in ways
        for channel in way.kind.channels
    }


def count(vault: Vault, *tables: str) -> dict[str, int]:
    with vault.reading() as session:
        return {
            name: session.scalar(select(func.count()).select_from(Base.metadata.tables[name])) or 0 for name in tables
        }


def nothing_leaves_or_waits(vault: Vault) -> bool:
    return not any(count(vault, *LEAVES_OR_WAITS).values())


def opens_only_by_asking(vault: Vault, case_id: UUID) -> bool:
    """Say whether a live call that asks is all that is open."""
    found = answers(vault, case_id)
    call = found.pop(Channel.CALL)
    return call.reason is Reason.BROUGHT_OVER and not any(isinstance(each, Allowed) for each in found.values())


def test_a_row_opens_one_case_under_the_current_protocol_with_nothing_due_and_nothing_leaving(vault: Vault) -> None:
    found = bring(vault, LENA, STRANGER)

    assert (found.opened, found.here_already, found.to_decide) == (2, 0, 0)
    assert nothing_leaves_or_waits(vault)
    with vault.reading() as session:
        record = session.get_one(CaseRecord, the_case(vault))
        assert (record.protocol_digest, record.assigned_to_id) == (digest(HIGH_POINT), None)
        assert people.name_and_birth(session, record.id)[0] == "Lena Ortiz"
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "case.import")).one()
        assert entry.actor_id is not None
        assert list(verify(session)) == []


def test_a_yes_in_the_file_is_asked_for_first_and_opens_nothing_else(vault: Vault) -> None:
    bring(vault, LENA)
    case_id = the_case(vault)

    assert opens_only_by_asking(vault, case_id)
    held = answers(vault, case_id)
    assert held[Channel.TEXT].reason is Reason.NO_TEXT_CONSENT
    assert held[Channel.LETTER].reason is Reason.COLD_MAIL_DECISION
    evening = answers(vault, case_id, at=NOW + timedelta(hours=9))
    assert evening[Channel.CALL].reason is Reason.OUTSIDE_HOURS
    assert (
        answers(vault, case_id, at=IN_HOURS + timedelta(days=63))[Channel.CALL].reason is Reason.FIRST_CONTACT_DECISION
    )


def test_planted_import_that_makes_a_task_is_caught(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    from outreach.protocols.plans import PlannedTask
    from outreach.protocols.steps import Step
    from outreach.tasks import add_task

    kept: Callable[..., Any] = bringing.ask_about

    def and_a_task(session: Any, case_id: UUID, others: Any) -> Any:
        add_task(session, case_id, PlannedTask(Step.OUTREACH, None, NOW, NOW, (NOW,)))
        return kept(session, case_id, others)

    monkeypatch.setattr(bringing, "ask_about", and_a_task)
    bring(vault, LENA)
    assert not nothing_leaves_or_waits(vault)


def test_planted_import_of_a_yes_as_safe_is_caught(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: Callable[..., Any] = bringing._destination

    def as_hers(*said: Any) -> Any:
        way = kept(*said)
        return replace(way, verdicts={c: replace(v, source=VerdictSource.VICTIM) for c, v in way.verdicts.items()})

    monkeypatch.setattr(bringing, "_destination", as_hers)
    bring(vault, LENA)
    assert not opens_only_by_asking(vault, the_case(vault))


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


def test_the_same_file_twice_opens_nothing_twice_and_changes_nothing(vault: Vault) -> None:
    bring(vault, LENA)
    before = count(vault, "case_file", "destination", "victim_record", "match_token", "possible_match")

    again = bring(vault, {**LENA, "full_name": "Somebody Else"}, STRANGER)

    assert (again.opened, again.here_already) == (1, 1)
    assert count(vault, "case_file")["case_file"] == before["case_file"] + 1
    with vault.reading() as session:
        assert people.name_and_birth(session, the_case(vault))[0] == "Lena Ortiz"


def test_a_file_that_was_stopped_midway_goes_on_where_it_was(vault: Vault) -> None:
    several = [{**STRANGER, "reference": str(number), "date_of_birth": ""} for number in range(4)]
    with vault.writing() as session:
        bring_over(session, rows(*several)[:2], terms(session))
    with suppress(RuntimeError), vault.writing() as session:
        bring_over(session, rows(*several)[2:], terms(session))
        raise RuntimeError  # Killed before the commit.

    assert bring(vault, *several).opened == 2
    assert count(vault, "case_file", "brought_case") == {"case_file": 4, "brought_case": 4}


def test_two_rows_of_one_file_and_a_person_known_are_a_humans_to_decide_and_the_gate_holds(vault: Vault) -> None:
    bring(vault, LENA)
    alike = {**LENA, **NO_PHONE, "full_name": "Lena Ortis"}

    found = bring(vault, {**alike, "reference": "20"}, {**alike, "reference": "21", "date_of_birth": "12 Sep 1990"})

    assert (found.opened, found.to_decide) == (2, 2)
    assert all(each.reason is Reason.MATCH_PENDING for each in answers(vault, the_case(vault, "21")).values())
    assert isinstance(answers(vault, the_case(vault))[Channel.CALL], Allowed)
    assert nothing_leaves_or_waits(vault)
    with vault.reading() as session:
        asked = session.execute(select(PossibleMatch.case_id, PossibleMatch.other_case_id)).all()
    assert {(the_case(vault, "21"), the_case(vault, "20")), (the_case(vault, "20"), the_case(vault))} <= set(
        map(tuple, asked)
    )


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


def test_the_partner_in_the_papers_is_kept_away_from_her_mail_her_texts_and_is_known_again(vault: Vault) -> None:
    at_his = {
        "partner_street": "12 Oak St.",
        "partner_city": "High Point",
        "partner_state": "NC",
        "partner_zip": "27260",
    }
    bring(vault, {**LENA, **at_his, "partner_date_of_birth": "1988-04-02"})
    case_id = the_case(vault)
    assert answers(vault, case_id)[Channel.LETTER].reason is Reason.PARTNER_MAY_SEE
    with vault.reading() as session:
        assert "Sam Doe" in names_to_keep_out(session, case_id)

    # He comes as a victim: an abuser who poses as one is walled off, and a supervisor decides (requirement 10).
    bring(vault, {"reference": "90", "full_name": "Sam Doe", "date_of_birth": "1988-04-02"})
    with vault.reading() as session:
        assert standing(session, the_case(vault, "90"))[0].supervisor_hold


def test_an_event_after_an_import_opens_its_own_case_and_asks_whether_she_is_known(
    vault: Vault, spool: Spool, drain: SpoolDrain, key_paths: KeyPaths
) -> None:
    bring(vault, LENA)
    world = World(vault, spool, drain, key_paths)

    world.send(victim={"full_name": "Lena Ortiz", "date_of_birth": "1990-09-12"})
    world.drain()

    (match,) = world.matches()
    assert match.other_case_id == the_case(vault)


def test_a_dry_run_counts_and_writes_nothing(vault: Vault) -> None:
    bring(vault, LENA)
    names = [table.name for table in Base.metadata.sorted_tables]
    with vault.writing() as session:
        known = terms(session)
    before = count(vault, *names)

    with vault.reading() as session:
        found = look(session, rows(LENA, {**LENA, "reference": "18"}, STRANGER), known)

    assert (found.opened, found.here_already, found.to_decide) == (2, 1, 1)
    assert count(vault, *names) == before


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


def test_a_case_is_given_to_the_colleague_the_file_names(vault: Vault) -> None:
    with vault.writing() as session:
        ana = a_staff_member(session, email="ana@advocates.test")
        known = terms(session)._replace(advocates={"ana@advocates.test": ana})
        bring_over(session, rows({**LENA, "advocate": "Ana@advocates.test"}), known)
    with vault.reading() as session:
        assert session.get_one(CaseRecord, the_case(vault)).assigned_to_id == ana


@pytest.mark.req("11")
def test_where_the_partner_is_an_officer_the_case_is_restricted_from_its_first_moment(vault: Vault) -> None:
    bring(vault, {**LENA, "partner_is_officer": "yes"}, STRANGER)
    with vault.reading() as session:
        assert session.get_one(CaseRecord, the_case(vault)).is_restricted
        assert not session.get_one(CaseRecord, the_case(vault, "40")).is_restricted


@pytest.mark.postgres
def test_the_portals_own_role_may_bring_cases_over_and_the_workers_may_not(
    vault_database: str, postgres_cluster: PostgresCluster, keyring: Keyring
) -> None:
    name = f"vault_{uuid4().hex}"
    url = postgres_cluster.create_database(name, template=vault_database)
    portal, worker = (open_postgres(url, keyring, role=f"wayside_{each}") for each in ("portal", "worker"))
    try:
        with portal.writing() as session:
            known = terms(session)
            assert bring_over(session, rows(LENA, STRANGER), known).opened == 2
        with pytest.raises(ProgrammingError, match="permission denied"), worker.writing() as session:
            bring_over(session, rows({**LENA, "reference": "60"}), known)
    finally:
        portal.close()
        worker.close()
        postgres_cluster.drop_database(name)
