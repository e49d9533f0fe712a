"""What each process may do in the vault on PostgreSQL, as its own role."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from builders import NOW, a_case, a_destination, a_staff_member
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from crypto.keyring import Keyring
from outreach import audit, cases, people
from outreach.audit_check import verify
from outreach.messaging.provider import copies as provider_copies
from outreach.messaging.provider import report as provider_report
from outreach.messaging.provider import sweep as provider_sweep
from outreach.messaging.provider.sweep import Swept
from outreach.on_duty import on_call, paging
from outreach.on_duty.on_call import NewShift, Turn
from outreach.records.engine import Vault, open_postgres
from outreach.records.ledger import AuditEntry
from outreach.records.staff import Staff
from outreach.scheduling import ticks
from outreach.staff.staffing import card
from outreach.terms import Role
from outreach.walls import conflicts
from outreach.walls.night import tell_of_hidden

pytestmark = [pytest.mark.postgres, pytest.mark.req("P6"), pytest.mark.parametrize("database", ["postgres"])]


@pytest.fixture
def portal(vault_url: str, keyring: Keyring) -> Iterator[Vault]:
    vault = open_postgres(vault_url, keyring, role="wayside_portal")
    yield vault
    vault.close()


@pytest.fixture
def worker(vault_url: str, keyring: Keyring) -> Iterator[Vault]:
    vault = open_postgres(vault_url, keyring, role="wayside_worker")
    yield vault
    vault.close()


def refused(vault: Vault, statement: str) -> bool:
    with vault.engine.connect() as connection:
        try:
            connection.execute(text(statement))
        except DBAPIError as error:
            return "permission denied" in str(error.orig)
    return False


def test_the_portal_opens_reads_and_changes_cases_and_leaves_entries(vault: Vault, portal: Vault) -> None:
    with vault.writing() as session:
        a_staff_member(session)
        case_id = a_case(session)
    with portal.writing() as session:
        a_destination(session, case_id)
        people.read_contact(session, case_id, by=uuid4(), now=NOW)
        cases.change_standing(session, case_id, by=uuid4(), now=NOW, paused=True)
    with portal.reading() as session:
        assert cases.facts_for_gate(session, case_id, at=NOW).paused


def test_the_worker_opens_cases_and_chains_the_log(worker: Vault, vault: Vault) -> None:
    with worker.writing() as session:
        a_case(session)

    head = audit.chain(worker)

    assert head.number > 0
    with vault.reading() as session:
        assert verify(session, head=head) == []


@pytest.mark.req("P8")
@pytest.mark.parametrize("table", [AuditEntry.__tablename__, "audit_subject"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE", "UPDATE {} SET id = id"])
def test_no_process_can_change_or_remove_what_it_logged(
    portal: Vault, worker: Vault, statement: str, table: str
) -> None:
    for vault in (portal, worker):
        assert refused(vault, statement.format(table))


def test_the_portal_cannot_number_entries(portal: Vault) -> None:
    assert refused(portal, "UPDATE audit_entry SET number = 1")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM case_file",
        "DELETE FROM suppressed_phone",
        "UPDATE suppressed_phone SET token = token",
        "DELETE FROM text_withdrawal",
        "UPDATE text_withdrawal SET case_id = case_id",
        "UPDATE level_event SET received_on = now()",
        "INSERT INTO drained VALUES (gen_random_uuid(), 'intake', now())",
        "SELECT * FROM spool.deposit",
        "CREATE TABLE outreach.other (x int)",
    ],
)
def test_the_portal_cannot(portal: Vault, statement: str) -> None:
    assert refused(portal, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT password_hash FROM staff",
        "UPDATE staff SET role = 'supervisor'",
        "SELECT * FROM staff_session",
        "SELECT * FROM enrolment_link",
        "UPDATE suppressed_phone SET lifted_at = now()",
        "UPDATE text_withdrawal SET case_id = case_id",
        "DELETE FROM task",
    ],
)
def test_the_worker_cannot(worker: Vault, statement: str) -> None:
    assert refused(worker, statement)


def test_planted_grant_of_deletion_is_caught(vault: Vault, portal: Vault) -> None:
    with vault.engine.begin() as owner:
        owner.execute(text("GRANT DELETE ON outreach.audit_subject TO wayside_portal"))

    with pytest.raises(AssertionError):
        test_no_process_can_change_or_remove_what_it_logged(portal, portal, "DELETE FROM {}", "audit_subject")


def test_the_worker_keeps_and_forgets_what_the_provider_has_and_the_portal_only_counts(
    portal: Vault, worker: Vault
) -> None:
    with worker.writing() as session:
        provider_copies.keep(session, "SM1", due_at=NOW)
        ticks.note(session, "send", now=NOW)
        audit.record(session, action="test.keep", by=None, cases=[], now=NOW)
    (due,) = provider_copies._claim(worker, NOW)
    provider_copies._try_later(worker, due.row, NOW)
    provider_copies._note_gone(worker, due.row, NOW)
    with worker.writing() as session:
        provider_sweep._note(session, Swept(seen=1), NOW)
        provider_sweep._note(session, Swept(seen=2), NOW)
    with portal.reading() as session:
        found = provider_report.report(session, now=NOW)
        assert (found.waiting, found.seen, ticks.silent(session, now=NOW)) == (0, 2, ())


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT sid_box FROM provider_copy",
        "UPDATE provider_copy SET tries = 0",
        "INSERT INTO provider_sweep VALUES (gen_random_uuid(), now(), 0, 0, 0, 0, 0)",
        "UPDATE queue_tick SET ticked_at = now()",
        "UPDATE phone_lookup SET cost_mills = 0",
    ],
)
def test_the_portal_cannot_touch_what_the_worker_says_of_the_provider(portal: Vault, statement: str) -> None:
    assert refused(portal, statement)


@pytest.mark.req("70")
def test_the_worker_pages_past_a_wall_and_can_neither_build_nor_read_one(worker: Vault, vault: Vault) -> None:
    with vault.writing() as session:
        dana, sol = a_staff_member(session), a_staff_member(session, role=Role.SUPERVISOR)
        case_id = a_case(session, assigned_to=dana)
        boss = card(session.get_one(Staff, sol))
        conflicts.wall_off(session, boss, case_id, dana, words="She knows him.", now=NOW)
        on_call.add_shift(session, NewShift(dana, Turn.FIRST, NOW, NOW + timedelta(hours=8)), by=None, now=NOW)
    with worker.writing() as session:
        paging.page_at_next_tick(session, now=NOW, case_id=case_id)
    assert tell_of_hidden(worker, now=NOW) == 0
    with worker.reading() as session:
        assert [bool(paging.waiting_for(session, each)) for each in (dana, sol)] == [False, True]
    assert refused(worker, "SELECT wall_box FROM outreach.conflict_wall")
    assert refused(worker, "UPDATE outreach.conflict_wall SET ended_on = now()")
    assert refused(worker, "UPDATE outreach.restriction SET ended_on = now()")
