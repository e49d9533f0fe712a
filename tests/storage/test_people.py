"""The one door: what goes in comes out, for whom it was asked, and never without a trace."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from uuid import UUID, uuid4

import pytest
from builders import NOW, a_case, a_destination, a_staff_member, a_verdict
from sqlalchemy import delete, select

from crypto.boxes import CaseKey, Place
from outreach import audit, people
from outreach.gate.hours import Window
from outreach.people import ContactCard, Particulars
from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseKeyRecord
from outreach.records.engine import Vault
from outreach.records.errors import NoSuchRecord, ReadingOnly, StaleVersion
from outreach.records.inserting import insert_rows
from outreach.records.ledger import AuditEntry, AuditSubject
from outreach.records.people import PhoneToken, VictimRecord
from outreach.terms import Channel, DestinationKind, KeyClass, Verdict, VerdictSource

LENA = Particulars(
    full_name="Lena Ortiz",
    date_of_birth="1990-09-12",
    language="es",
    lives_with_offender="yes",
    chosen_name="Leni",
    pronouns="she/her",
    needs_interpreter=True,
)


def entries(vault: Vault, action: str) -> list[tuple[AuditEntry, set]]:
    with vault.reading() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.action == action)).all()
        return [
            (each, set(session.scalars(select(AuditSubject.case_id).where(AuditSubject.entry_id == each.id))))
            for each in found
        ]


def everything_about_a_destination() -> dict:
    return {
        "label": "work",
        "verdicts": {
            Channel.CALL: a_verdict(condition="only while he is in custody", said_by="her own words"),
            Channel.TEXT: a_verdict(Verdict.UNSAFE, source=VerdictSource.ON_SCENE),
        },
        "windows": (Window((0, 4), time(9), time(12, 30)), Window((5,), time(22), time(1))),
        "may_leave_message": False,
        "safe_with_others": Verdict.UNSAFE,
        "name_to_use": "Rosa from the library",
        "words_to_avoid": ("shelter", "court"),
        "shared_with_offender": True,
        "proximity_cleared_at": NOW - timedelta(days=2),
        "text_consent_at": NOW,
        "last_live_contact_at": NOW - timedelta(hours=1),
        "compromised": True,
    }


@pytest.mark.req("68")
def test_particulars_come_back_as_they_were_given(vault: Vault) -> None:
    with vault.writing() as session:
        case_id = a_case(session, particulars=LENA)
        card = people.read(session, case_id, by=uuid4(), now=NOW)

    assert (card.full_name, card.chosen_name, card.pronouns) == ("Lena Ortiz", "Leni", "she/her")
    assert (card.date_of_birth, card.language, card.lives_with_offender) == (date(1990, 9, 12), "es", "yes")
    assert card.needs_interpreter
    assert card.name == "Leni"


def test_a_destination_comes_back_as_it_was_given(vault: Vault) -> None:
    with vault.writing() as session:
        case_id = a_case(session)
        given = a_destination(session, case_id, **everything_about_a_destination())

    with vault.reading() as session:
        assert people.destinations(session, case_id) == (given,)


def test_destinations_are_shown_phones_first_then_addresses_then_places(vault: Vault) -> None:
    with vault.writing() as session:
        case_id = a_case(session)
        for kind, value in (("place", "the library"), ("address", "1 Elm\nHigh Point"), ("phone", "+13365550100")):
            a_destination(session, case_id, kind=DestinationKind(kind), value=value, verdicts={})

    with vault.reading() as session:
        assert [d.kind for d in people.destinations(session, case_id)] == ["phone", "address", "place"]


@pytest.mark.req("73")
@pytest.mark.req("P6")
def test_every_read_names_who_read_whom(vault: Vault) -> None:
    reader = uuid4()
    with vault.writing() as session:
        case_id = a_case(session)
        people.read(session, case_id, by=reader, now=NOW)
        people.read_contact(session, case_id, by=reader, now=NOW)

    for action in ("particulars.read", "contact.read"):
        [(entry, about)] = entries(vault, action)
        assert (entry.actor_id, entry.at, about) == (reader, NOW, {case_id})


@pytest.mark.req("73")
def test_a_page_of_cases_leaves_one_entry_that_names_each(vault: Vault) -> None:
    with vault.writing() as session:
        case_ids = [a_case(session) for _ in range(3)]
        for case_id in case_ids:
            a_destination(session, case_id)
            a_destination(session, case_id, label="older")
        cards = people.read_page(session, case_ids, by=uuid4(), now=NOW)

    assert [card.victim.case_id for card in cards] == case_ids
    assert all(len(card.destinations) == 2 for card in cards)
    [(_, about)] = entries(vault, "contact.page")
    assert about == set(case_ids)


def test_a_page_asks_for_the_keys_of_all_cases_with_their_victims(vault: Vault, statements: list[str]) -> None:
    with vault.writing() as session:
        case_ids = [a_case(session) for _ in range(5)]
    vault.case_keys.__init__()
    statements.clear()

    with vault.writing() as session:
        people.read_page(session, case_ids, by=uuid4(), now=NOW)

    assert sum("case_key" in each for each in statements) == 1
    assert sum(each.startswith(("SELECT", "INSERT")) for each in statements) == 4


def show(vault: Vault, case_ids: Sequence[UUID]) -> list[ContactCard]:
    with vault.writing() as session:
        return people.read_page(session, case_ids, by=uuid4(), now=NOW)


def test_a_page_asks_for_no_key_that_is_in_memory(vault: Vault, statements: list[str]) -> None:
    with vault.writing() as session:
        case_ids = [a_case(session) for _ in range(3)]
    show(vault, case_ids)
    statements.clear()

    show(vault, case_ids)

    assert not any("case_key" in each for each in statements)


def test_a_page_is_whole_when_some_keys_are_in_memory_and_some_are_not(vault: Vault) -> None:
    with vault.writing() as session:
        case_ids = [a_case(session, particulars=LENA._replace(full_name=f"Lena {n}")) for n in range(4)]
        for case_id in case_ids:
            a_destination(session, case_id, label=str(case_id))
    vault.case_keys.__init__()
    show(vault, case_ids[1:3])

    cards = show(vault, case_ids)

    assert [card.victim.full_name for card in cards] == [f"Lena {n}" for n in range(4)]
    assert [[way.label for way in card.destinations] for card in cards] == [[str(case_id)] for case_id in case_ids]


def test_a_page_opens_boxes_with_the_newest_of_a_cases_keys(vault: Vault) -> None:
    with vault.writing() as session:
        case_id, other = a_case(session), a_case(session)
        newer = CaseKey.generate(2, block=128)
        kept = vault.keyring.wrap_case_key(newer, key_class=KeyClass.CONTACT, owner=case_id)
        insert_rows(session, CaseKeyRecord, [{"owner_id": case_id, "key_class": "contact", **kept._asdict()}])
        row = session.scalars(select(VictimRecord).where(VictimRecord.case_id == case_id)).one()
        row.contact_box = newer.seal(LENA, at=Place(BoxNumber.VICTIM_PARTICULARS, row.id))
        audit.record(session, action="test.rotation", by=None, cases=[case_id], now=NOW)
    vault.case_keys.__init__()

    cards = show(vault, [case_id, other])

    assert [card.victim.case_id for card in cards] == [case_id, other]
    assert cards[0].victim.name == "Leni"


def test_a_page_is_refused_when_the_key_of_one_case_was_destroyed(vault: Vault) -> None:
    with vault.writing() as session:
        case_ids = [a_case(session) for _ in range(2)]
    with vault.writing() as session:
        session.execute(delete(CaseKeyRecord).where(CaseKeyRecord.owner_id == case_ids[1]))
    vault.case_keys.__init__()

    with pytest.raises(NoSuchRecord, match=str(case_ids[1])):
        show(vault, case_ids)
    assert entries(vault, "contact.page") == []


@pytest.mark.req("P6")
def test_nothing_is_shown_in_a_transaction_that_keeps_no_entry(vault: Vault) -> None:
    with vault.writing() as session:
        case_id = a_case(session)

    with vault.reading() as session, pytest.raises(ReadingOnly):
        people.read(session, case_id, by=uuid4(), now=NOW)


def test_a_read_that_fails_afterwards_leaves_no_card_and_no_entry(vault: Vault) -> None:
    with pytest.raises(NoSuchRecord), vault.writing() as session:
        people.read_page(session, [a_case(session), uuid4()], by=uuid4(), now=NOW)

    assert entries(vault, "contact.page") == []


def test_names_and_births_are_for_matching_and_leave_out_who_has_none(vault: Vault) -> None:
    with vault.writing() as session:
        case_id = a_case(session, particulars=LENA)

    with vault.reading() as session:
        found = people.names_and_births(session, {case_id, uuid4()})
        assert found == {case_id: ("Lena Ortiz", date(1990, 9, 12))}
        assert people.names_and_births(session, ()) == {}


def test_two_people_changing_one_destination_are_not_merged(vault: Vault) -> None:
    with vault.writing() as session:
        case_id = a_case(session)
        shown = a_destination(session, case_id)
    with vault.writing() as session:
        people.save_destination(
            session, case_id, replace(shown, label="first"), version=shown.version, by=uuid4(), now=NOW
        )

    with pytest.raises(StaleVersion), vault.writing() as session:
        people.save_destination(
            session, case_id, replace(shown, label="second"), version=shown.version, by=uuid4(), now=NOW
        )

    with vault.reading() as session:
        [kept] = people.destinations(session, case_id)
    assert (kept.label, kept.version) == ("first", 2)


def test_a_destination_is_saved_in_its_own_case_only(vault: Vault) -> None:
    with vault.writing() as session:
        hers, anothers = a_case(session), a_case(session)
        shown = a_destination(session, hers)

    with pytest.raises(NoSuchRecord), vault.writing() as session:
        people.save_destination(session, anothers, shown, version=1, by=uuid4(), now=NOW)


def test_two_people_changing_her_particulars_are_not_merged(vault: Vault) -> None:
    with vault.writing() as session:
        case_id = a_case(session)
    with vault.writing() as session:
        people.change(session, case_id, LENA, version=1, by=uuid4(), now=NOW)

    with pytest.raises(StaleVersion), vault.writing() as session:
        people.change(session, case_id, LENA, version=1, by=uuid4(), now=NOW)


@pytest.mark.req("P3")
def test_a_number_she_once_had_still_finds_her(vault: Vault) -> None:
    with vault.writing() as session:
        case_id = a_case(session)
        shown = a_destination(session, case_id, value="+13365550101")
        people.save_destination(session, case_id, replace(shown, value="+13365550102"), version=1, by=uuid4(), now=NOW)

    with vault.reading() as session:
        tokens = set(session.scalars(select(PhoneToken.token).where(PhoneToken.case_id == case_id)))
    assert tokens == {vault.keyring.phone_token(f"+1336555010{n}") for n in (1, 2)}


def test_cards_cannot_be_changed(vault: Vault) -> None:
    with vault.writing() as session:
        card = people.read_contact(session, a_case(session), by=a_staff_member(session), now=NOW)

    assert isinstance(card, ContactCard)
    with pytest.raises(AttributeError):
        card.victim = None  # type: ignore[misc]
