"""Free words are shut to the processes that only print or send: notes, what she asked for, messages, reasons."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from builders import NOW, FrozenClock, a_case, a_destination, a_staff_member, a_verdict
from sqlalchemy import select
from stacks import PrintDesk, quick_page

from cli.opening import CLASSES
from crypto.boxes import Place
from crypto.errors import CannotDecrypt, KeyNotHeld
from crypto.keyring import KeyPaths, Keyring
from crypto.root import KeyFileRoot
from outreach import audit, cases
from outreach.approvals.mail_approvals import Address, WishWords, note_wish
from outreach.attempts.recording import Made, log_attempt
from outreach.audit import WORKER
from outreach.case_file import words as case_words
from outreach.cases import Approved
from outreach.gate.facts import Approval, Request
from outreach.gate.gate_facts import facts_for_gate
from outreach.her_word.requests import record_request, requests_in_her_words
from outreach.messaging.incoming import Incoming, incoming_of, keep_incoming
from outreach.messaging.letters import desk as letters
from outreach.messaging.letters import press
from outreach.messaging.letters import printing as letter_printing
from outreach.messaging.letters.batch_making import make_batches
from outreach.messaging.letters.batch_reports import hear
from outreach.messaging.letters.desk import Letterhead, Order
from outreach.messaging.letters.printed_codes import make_void
from outreach.messaging.letters.printers import Download, PrinterKind, Report, Stack
from outreach.records.base import Base
from outreach.records.boxes import COLUMNS, KEY_CLASSES, BoxNumber
from outreach.records.engine import Vault, open_vault
from outreach.records.keys import HOUSE, case_key
from outreach.records.work import Letter
from outreach.terms import BatchState, Channel, DestinationKind, KeyClass, Outcome

WORDS = {
    BoxNumber.ATTEMPT_NOTE: "she cried about the blue house",
    BoxNumber.REQUEST_WORDS: "write to me at my aunt's",
    BoxNumber.INBOUND_TEXT: "he found the first phone",
    BoxNumber.CASE_REASONS: "two of us weighed it at length",
    BoxNumber.STAFF_SECRETS: "no secret yet",
    BoxNumber.MAIL_APPROVAL: "no phone of hers is left",
    BoxNumber.VOIDED_PAGE: "coffee on her name",
}
LATER = NOW + timedelta(hours=60)

pytestmark = pytest.mark.req("P6")


@dataclass
class Office:
    """A case full of words, and how to open its vault with fewer keys."""

    url: str
    key_paths: KeyPaths
    case_id: UUID
    role: str | None

    @contextmanager
    def as_process(self, name: str, *, role: str | None = None) -> Iterator[Vault]:
        """Open the vault with the keys of that process; without a database role, as whoever stole them would."""
        root = KeyFileRoot(self.key_paths.keys.parent / "root.key")
        vault = open_vault(self.url, Keyring.load(self.key_paths, root, classes=CLASSES[name]), role=role)
        try:
            yield vault
        finally:
            vault.close()


@pytest.fixture
def place(vault: Vault, vault_url: str, key_paths: KeyPaths, database: str) -> Office:
    """A case with a letter to print and words in every box that keeps them, each written through its own door."""
    with vault.writing() as session:
        by = a_staff_member(session)
        case_id = a_case(session, assigned_to=by, level="C")
        home = a_destination(
            session,
            case_id,
            kind=DestinationKind.ADDRESS,
            value="2 Elm St\nHigh Point, NC 27260",
            verdicts={Channel.LETTER: a_verdict()},
            name_to_use="Lena",
        )
        note, reason = WORDS[BoxNumber.ATTEMPT_NOTE], WORDS[BoxNumber.CASE_REASONS]
        log_attempt(session, case_id, Made(Channel.CALL, Outcome.NO_ANSWER, note=note, reason=note), by=by, now=NOW)
        record_request(session, case_id, asked(home.id, by), now=NOW)
        until = (NOW + timedelta(days=1)).isoformat()
        approved = Approved(Approval.SUPERVISOR.value, str(by), NOW.isoformat(), until)
        cases.approve(session, case_id, approved, because=reason, now=NOW)
        said = Incoming(NOW.isoformat(), "+13365550199", WORDS[BoxNumber.INBOUND_TEXT], "other")
        keep_incoming(session, case_id, said)
        chance = Random(1)  # noqa: S311 - repeatable
        head = Letterhead("PO Box 1417\nHigh Point, NC 27261", "(336) 555-0142")
        letter_id = letters.release(session, Order(case_id, home.id, "short"), head, by=by, now=NOW, chance=chance)
        make_void(session, session.get_one(Letter, letter_id), WORDS[BoxNumber.VOIDED_PAGE], by=by, now=NOW)
        wish = WishWords(WORDS[BoxNumber.MAIL_APPROVAL])
        note_wish(session, Address(case_id, home.id), wish, by=by, now=NOW)
        audit.record(session, action="test.words", by=WORKER, cases=[case_id], now=NOW)
    return Office(vault_url, key_paths, case_id, "wayside_worker" if database == "postgres" else None)


def asked(destination_id: UUID, by: UUID) -> Request:
    return Request(
        channel=Channel.LETTER,
        destination_id=destination_id,
        what=WORDS[BoxNumber.REQUEST_WORDS],
        verified_how="live_call",
        asked_at=NOW,
        expires_at=NOW + timedelta(days=3),
        by=by,
    )


def words_open_to(place: Office, process: str) -> set[BoxNumber]:
    """Try every key the process holds on every box there is, and return whose words come out."""
    found = set()
    with place.as_process(process) as vault, vault.reading() as session:
        held = [
            case_key(session, owner, key_class)
            for key_class in KeyClass
            if key_class.value in CLASSES[process]
            for owner in (place.case_id, HOUSE)
        ]
        for number, (table, column) in COLUMNS.items():
            columns = Base.metadata.tables[table].c
            for row, box in session.execute(select(columns.id, columns[column]).where(columns[column].is_not(None))):
                for key in held:
                    found |= {each for each, said in WORDS.items() if said in opened(key, box, Place(number, row))}
    return found


def opened(key, box: bytes, at: Place) -> str:
    try:
        return str(key.open(box, at=at))
    except CannotDecrypt:
        return ""


def check_print_opens_no_words(place: Office) -> None:
    assert words_open_to(place, "print") == set()


def test_with_all_keys_every_word_is_found(place: Office) -> None:
    """So that finding none means something."""
    assert words_open_to(place, "portal") == set(WORDS)


def test_a_process_with_the_print_roles_keys_opens_no_word(place: Office) -> None:
    check_print_opens_no_words(place)


def test_a_process_with_the_send_roles_keys_opens_messages_only(place: Office) -> None:
    assert words_open_to(place, "send") == {BoxNumber.INBOUND_TEXT}


@pytest.mark.req("NI-8")
def test_the_print_role_asks_the_gate_and_prints_a_letter_without_them(place: Office) -> None:
    with place.as_process("print", role=place.role) as vault:
        with vault.reading() as session:
            facts = facts_for_gate(session, place.case_id, at=NOW)
        printed = letter_printing.print_due(vault, press.print_letter, clock=FrozenClock(LATER).now)

    assert facts.request is not None
    assert facts.request.what == ""
    assert {each.approval for each in facts.approvals} == {Approval.SUPERVISOR}
    assert printed.printed == 1


@pytest.mark.req("NI-8")
def test_the_print_role_makes_a_stack_and_hands_it_over_without_them(place: Office, vault: Vault) -> None:
    with vault.writing() as session:
        session.scalars(select(Letter)).one().goes_alone = False
        audit.record(session, action="test.letter", by=WORKER, cases=[place.case_id], now=NOW)
    desk = PrintDesk(vault, [])
    batch_id = desk.released()
    tray: list[str] = []

    class Tray(Download):
        kind = PrinterKind.QUEUE

        def hand_over(self, stack: Stack) -> None:
            tray.extend(each.code for each in stack.sheets)

        def reports(self) -> dict[str, Report]:
            return {"000001": Report(frozenset(tray), frozenset(tray))} if tray else {}

    with place.as_process("print", role=place.role) as opened_by_print:
        made = make_batches(opened_by_print, quick_page, Tray(), clock=FrozenClock(LATER).now)
        heard = hear(opened_by_print, Tray(), now=LATER)

    assert (made.made, made.handed_over, heard.mailed) == (1, 1, 1)
    assert desk.state(batch_id) is BatchState.MAILED


@pytest.mark.parametrize(
    "read",
    [
        case_words.notes_of,
        lambda session, case_id: incoming_of(session, case_id, most=9),
        case_words.reasons_of,
        lambda session, case_id: requests_in_her_words(session, case_id, at=NOW),
    ],
    ids=["notes", "messages", "reasons", "her words"],
)
def test_the_doors_to_words_are_shut_to_the_print_role(place: Office, read) -> None:
    with place.as_process("print") as vault, vault.reading() as session, pytest.raises(KeyNotHeld):
        read(session, place.case_id)


@pytest.fixture
def wrong_class(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug, asked for before `place`: this box is sealed as the gate's are."""
    monkeypatch.setitem(KEY_CLASSES, request.param, KeyClass.CONTACT)


@pytest.mark.parametrize("database", ["sqlite"])
@pytest.mark.parametrize("wrong_class", list(WORDS), indirect=True, ids=lambda number: number.name)
def test_planted_words_under_contact_are_caught(wrong_class: None, place: Office) -> None:
    with pytest.raises(AssertionError):
        check_print_opens_no_words(place)
