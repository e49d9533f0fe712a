"""What a case page hides, what it shows when asked, and the trace that leaves."""

from uuid import UUID

import pytest
from builders import NOW, a_case
from case_visits import NAME, PHONE, SECRETS, STREET, reads, words
from sqlalchemy import select

from outreach.people import Particulars
from outreach.records.ledger import AuditEntry

# What is hidden, and what is shown


@pytest.mark.req("70")
@pytest.mark.parametrize("path", ["/today", "/cases", "/team"])
def test_lists_show_handles_and_nothing_that_names_or_locates_her(desk, world, path):
    page = words(desk.sit_down(world.supervisor.card).get(path))

    assert not [each for each in SECRETS if each in page]


def test_a_case_page_hides_her_name_and_number_until_they_are_asked_for(desk, world, at_case):
    page = words(desk.get(at_case))
    assert world.handle in page
    assert not [each for each in SECRETS if each in page]
    assert "··· 0199" in page

    shown = words(desk.post(f"{at_case}/reveal"))
    assert all(each in shown for each in (NAME, PHONE, STREET))
    assert desk.last.headers["Cache-Control"] == "no-store"
    assert not [each for each in SECRETS if each in words(desk.get(at_case))]


READING = {
    "/conversation": "thread.read",
    "": "case.read",
    "/attempts/new": "case.read",
    "/requests/new": "case.read",
    "/particulars": "particulars.read",
    "/someone-else": "case.read",
    "/destinations/{phone}": "case.read",
    "/destinations/{phone}/call": "contact.call",
    "/destinations/{phone}/consents": "consent.read",
    "/destinations/{phone}/consents/new": "consent.read",
    "/destinations/{phone}/consents/withdrawal": "consent.read",
    "/destinations/{phone}/consents/evidence": "consent.print",
    "/destinations/{phone}/texts/new": "case.read",
    "/destinations/{address}/letters/new": "particulars.read",
}


def leaves_one_read(desk, vault, world, path: str, action: str) -> None:
    before = reads(vault, world.case_id)
    filled = path.format(phone=world.phone.id, address=world.address.id)
    assert desk.get(f"/cases/{world.case_id}{filled}").status_code == 200
    assert sorted(reads(vault, world.case_id)) == sorted([*before, action])


@pytest.mark.req("C-12")
@pytest.mark.parametrize("path", READING)
def test_every_page_about_her_leaves_exactly_one_read_entry(desk, vault, world, at_case, path):
    leaves_one_read(desk, vault, world, path, READING[path])


@pytest.mark.req("C-12")
def test_showing_her_details_and_deciding_a_match_leave_one_read_entry_each(desk, vault, world, at_case):
    desk.post(f"{at_case}/reveal")
    desk.get(f"/matches/{world.match_id}")

    assert sorted(reads(vault, world.case_id)) == ["contact.page", "contact.read"]


def test_a_planted_page_that_reads_without_a_trace_is_caught(desk, vault, world, at_case, app):
    from outreach.access import Action
    from portal.advocate.doors import requires

    app.view_functions["cases.show"] = requires(Action.SEE_CASES)(lambda case_id: NAME)
    with pytest.raises(AssertionError):
        leaves_one_read(desk, vault, world, "", READING[""])


@pytest.mark.req("70")
def test_a_supervisors_look_at_anothers_case_is_on_the_record_under_their_name(desk, vault, world):
    desk.sit_down(world.supervisor.card).post(f"/cases/{world.case_id}/reveal")

    with vault.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "contact.read")).one()
    assert entry.actor_id == world.supervisor.card.id


@pytest.mark.req("9")
def test_the_other_side_of_a_match_is_only_compared_where_it_is_not_theirs_to_see(desk, vault, world, at_case):
    with vault.writing() as session:
        other = a_case(session, particulars=Particulars("Lena Ortizz", "1990-09-12"), assigned_to=world.other.card.id)
        match = cases_match(session, world.case_id, other)
    page = words(desk.get(f"/matches/{match}"))
    assert "Ortizz" not in page
    assert "Much alike" in page

    assert "Ortizz" in words(desk.sit_down(world.supervisor.card).get(f"/matches/{match}"))


def cases_match(session, case_id, other) -> UUID:
    from uuid import uuid4

    from outreach import audit
    from outreach.records.cases import PossibleMatch

    match = PossibleMatch(id=uuid4(), case_id=case_id, other_case_id=other)
    session.add(match)
    audit.record(session, action="test.match", by=None, cases=[case_id], now=NOW)
    return match.id
