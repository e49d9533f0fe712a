"""What was set aside: shown with its mend and never with what is inside, taken off the list on the record."""

from datetime import timedelta
from uuid import UUID

import pytest
from browser.reading import grade
from builders import NOW, a_deposit_set_aside
from sqlalchemy import select

from outreach import counts
from outreach.audit_check import verify
from outreach.ingesting import quarantine
from outreach.ingesting.aside import SENTENCES, TRIED_AGAIN, SetAside, Unusable, reason_of
from outreach.records.ledger import AuditEntry, QuarantinedDeposit
from portal.advocate.cases import aside

REASONS = (*SetAside, *Unusable)
INSIDE = ("canary", "sealed, with")


@pytest.fixture
def supervisor(desk, world):
    return desk.sit_down(world.supervisor.card)


def put_aside(vault, why, *, at=NOW) -> UUID:
    with vault.writing() as session:
        return a_deposit_set_aside(session, why, at=at)


def settled_on(vault, deposit_id: UUID):
    with vault.reading() as session:
        return session.get_one(QuarantinedDeposit, deposit_id).settled_on


def settlement(deposit_id: UUID) -> str:
    return f"/set-aside/{deposit_id}/settlement"


def section(page: str) -> str:
    return page.partition('id="set-aside"')[2].partition("</section>")[0]


# Words


def hard_words(why) -> list[str]:
    """Return what is wrong with the words of a reason: none, a code, or too hard."""
    said = SENTENCES.get(why)
    if said is None or not (said.cause and said.remedy):
        return [f"{why}: no words"]
    faults = [f"{why}: a code" for each in said if "_" in each]
    return faults + ([f"{why}: too hard"] if grade(list(said)) > 6 else [])


@pytest.mark.parametrize("why", REASONS)
def test_every_reason_has_a_plain_cause_and_a_plain_mend(why):
    assert hard_words(why) == []
    assert reason_of(why.value) is why


def test_a_planted_reason_without_words_or_with_hard_ones_is_caught(monkeypatch):
    monkeypatch.delitem(SENTENCES, SetAside.STALE)
    hard = SENTENCES[SetAside.FAILED]._replace(cause="Signature verification of the deposit was unsuccessful.")
    monkeypatch.setitem(SENTENCES, SetAside.FAILED, hard)

    assert hard_words(SetAside.STALE)
    assert hard_words(SetAside.FAILED)


# What the page shows


def shows_it_and_nothing_inside(desk, why) -> None:
    page = desk.get("/team").text
    shown = section(page).replace("&#39;", "'")
    assert SENTENCES[why].cause in shown
    assert SENTENCES[why].remedy in shown
    assert "Nov 20" in shown
    assert ("Twilio." if isinstance(why, Unusable) else "An agency.") in shown
    assert why.value not in shown
    assert [each for each in INSIDE if each in page] == []


@pytest.mark.req("P5")
@pytest.mark.parametrize("why", REASONS)
def test_the_team_page_says_why_and_what_mends_it_and_nothing_of_what_is_inside(supervisor, vault, why):
    put_aside(vault, why)

    shows_it_and_nothing_inside(supervisor, why)


def test_a_planted_page_that_shows_what_is_inside_is_caught(supervisor, vault, monkeypatch):
    put_aside(vault, SetAside.STALE)
    plain = aside._row

    def leaking(line):
        with vault.reading() as session:
            box = quarantine.to_try_again(session, [line.why])[0].sealed
        row = plain(line)
        return type(row)(day=row.day, sender=row.sender, cause=row.cause, remedy=row.remedy + box.decode())

    monkeypatch.setattr(aside, "_row", leaking)
    with pytest.raises(AssertionError):
        shows_it_and_nothing_inside(supervisor, SetAside.STALE)


def test_a_long_list_shows_the_newest_twenty_and_how_many_more(supervisor, vault, world):
    for days in range(1, 22):
        put_aside(vault, SetAside.STALE, at=NOW - timedelta(days=days))

    shown = section(supervisor.get("/team").text)

    assert shown.count("Dealt with") == 20
    assert "and 2 more after these" in shown
    assert "Nov 20" in shown
    assert "Oct 30" not in shown


def test_an_empty_list_says_what_will_come_there(supervisor, world):
    supervisor.post(settlement(world.deposit_id))

    assert "Nothing is set aside. What comes in and can not be used waits here." in supervisor.get("/team").text


# Dealt with


@pytest.mark.req("P5")
def test_what_was_dealt_with_leaves_the_list_and_the_count_on_the_record(supervisor, vault, world):
    answer = supervisor.post(settlement(world.deposit_id))

    assert answer.location == "/team"
    assert "It is off the list." in supervisor.get("/team").text
    assert settled_on(vault, world.deposit_id) == NOW.date()
    with vault.reading() as session:
        assert counts.counts(session, now=NOW)["quarantined"] == 0
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "deposit.settle"))
        assert entry.actor_id == world.supervisor.card.id
        assert world.deposit_id.bytes in entry.marks
        assert verify(session) == []


def test_pressing_twice_settles_once(supervisor, vault, world):
    for _ in range(2):
        assert supervisor.post(settlement(world.deposit_id)).status_code == 303

    assert "Nothing changed." in supervisor.get("/team").text
    with vault.reading() as session:
        assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "deposit.settle")).all()) == 1


def cannot_be_lost(desk, vault, why) -> None:
    deposit_id = put_aside(vault, why)
    assert settlement(deposit_id) not in desk.get("/team").text
    assert desk.post(settlement(deposit_id)).status_code == 303
    assert settled_on(vault, deposit_id) is None
    with vault.reading() as session:
        assert [each.id for each in quarantine.to_try_again(session, TRIED_AGAIN)] == [deposit_id]


@pytest.mark.req("P5")
@pytest.mark.parametrize("why", TRIED_AGAIN)
def test_what_comes_in_by_itself_cannot_be_taken_off_the_list_and_lost(supervisor, vault, why):
    cannot_be_lost(supervisor, vault, why)


def test_what_never_came_in_by_itself_may_be_given_up_after_a_month(supervisor, vault):
    """The demo of patience: 29 days it keeps its place, at 30 a person may say that it will never come."""
    young = put_aside(vault, SetAside.REFERS_TO_UNKNOWN, at=NOW - timedelta(days=29))
    old = put_aside(vault, SetAside.REFERS_TO_UNKNOWN, at=NOW - timedelta(days=30))

    page = supervisor.get("/team").text
    assert settlement(young) not in page
    assert settlement(old) in page

    for each in (young, old):
        supervisor.post(settlement(each))
    assert settled_on(vault, young) is None
    assert settled_on(vault, old) == NOW.date()
    with vault.reading() as session:
        assert [each.id for each in quarantine.to_try_again(session, TRIED_AGAIN)] == [young]


def test_a_planted_settlement_that_loses_an_event_is_caught(supervisor, vault, monkeypatch):
    monkeypatch.setattr(quarantine, "TRIED_AGAIN", ())
    with pytest.raises(AssertionError):
        cannot_be_lost(supervisor, vault, SetAside.NO_PROTOCOL)


@pytest.mark.req("70")
def test_an_advocate_can_take_nothing_off_the_list(desk, vault, world):
    assert desk.sit_down(world.dana.card).post(settlement(world.deposit_id)).status_code == 404
    assert settled_on(vault, world.deposit_id) is None
