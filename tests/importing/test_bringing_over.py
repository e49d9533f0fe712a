"""Cases brought over from before: asked about first, with no task and no page, and no word of hers against it lost."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from agency_world import World
from builders import HIGH_POINT, NOW, a_staff_member
from papers import IN_HOURS, LENA, NO_PHONE, STRANGER, answers, bring, rows, terms, the_case
from postgres_cluster import PostgresCluster
from sqlalchemy import func, select
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from crypto.keyring import KeyPaths, Keyring
from outreach import people
from outreach.audit_check import verify
from outreach.cases import standing
from outreach.gate.reasons import Reason
from outreach.importing import bringing
from outreach.importing.bringing import bring_over, look
from outreach.messaging.text_words import names_to_keep_out
from outreach.protocols.protocol import digest
from outreach.records.base import Base
from outreach.records.cases import CaseRecord, PossibleMatch
from outreach.records.engine import Vault, open_postgres
from outreach.records.ledger import AuditEntry
from outreach.records.spool import Spool, SpoolDrain
from outreach.records.staff import Staff
from outreach.safe_contact import Allowed
from outreach.staff.staffing import card
from outreach.terms import Channel, Role, VerdictSource
from outreach.walls import conflicts

pytestmark = pytest.mark.req("81")

LEAVES_OR_WAITS = ("task", "text", "letter", "attempt", "live_request", "page_call", "staff_page", "page_tick")


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


def test_a_case_is_given_to_the_colleague_the_file_names(vault: Vault) -> None:
    with vault.writing() as session:
        ana = a_staff_member(session, email="ana@advocates.test")
        known = terms(session)._replace(advocates={"ana@advocates.test": ana})
        bring_over(session, rows({**LENA, "advocate": "Ana@advocates.test"}), known)
    with vault.reading() as session:
        assert session.get_one(CaseRecord, the_case(vault)).assigned_to_id == ana


@pytest.mark.req("11")
def test_a_case_that_may_be_one_a_colleague_is_kept_away_from_is_a_supervisors_to_hand_out(vault: Vault) -> None:
    bring(vault, LENA)
    named = {"advocate": "ana@advocates.test"}
    with vault.writing() as session:
        ana, ines = a_staff_member(session), a_staff_member(session, role=Role.SUPERVISOR)
        supervisor = card(session.get_one(Staff, ines))
        conflicts.wall_off(session, supervisor, the_only_case(session), ana, words="Knows her.", now=NOW)
        known = terms(session)._replace(advocates={"ana@advocates.test": ana})
    file = rows({**LENA, **named, "reference": "18"}, {**STRANGER, **named})

    with vault.writing() as session:
        before, after = look(session, file, known), bring_over(session, file, known)
    assert (before.to_hand_out, before) == (1, after)
    with vault.reading() as session:
        assert session.get_one(CaseRecord, the_case(vault, "18")).assigned_to_id is None
        assert session.get_one(CaseRecord, the_case(vault, "40")).assigned_to_id == ana


def the_only_case(session: Session) -> UUID:
    return session.scalars(select(CaseRecord.id)).one()


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
