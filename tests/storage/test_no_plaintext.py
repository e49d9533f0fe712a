"""C-5: after a full case is written, nothing she or an agency said is found in any file or column."""

from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, quote_plus
from uuid import UUID, uuid4

import pytest
from builders import NOW, a_case, a_destination, a_staff_member, a_verdict
from postgres_cluster import PostgresCluster
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2
from talks import INSTRUMENTS, a_talk_begun

from outreach import assessments, audit, cases, reassessment, safety_plans
from outreach.audit import WORKER
from outreach.cases import Approved
from outreach.people import Particulars
from outreach.records.base import Base
from outreach.records.boxes import COLUMNS, BoxNumber
from outreach.records.cases import LevelEventRecord
from outreach.records.conversation import CodeWord, CodeWordCheck, InboundText, UnknownText
from outreach.records.engine import Vault
from outreach.records.keys import HOUSE, seal
from outreach.records.ledger import QuarantinedDeposit
from outreach.records.people import LiveRequest, SuppressedPhone, TextConsent, TextWithdrawal
from outreach.records.provider import PhoneLookup, ProviderCopy
from outreach.records.spool import create_spool, open_spool
from outreach.records.work import Attempt, Letter, Task, Text, TextingStop
from outreach.risk import Answer
from outreach.risk_triggers import Trigger
from outreach.terms import Channel, DestinationKind, VerdictSource

pytestmark = pytest.mark.req("C-5")

CANARIES = {
    "her name": "Zyxwena Canaryfield",
    "chosen name": "Canarina Ó Tweet",
    "birth date": "1987-03-29",
    "phone": "+13365550177",
    "address": "77 Canary Roost\nHigh Point, NC 27262",
    "label": "canary's aunt",
    "condition": "only when the canary sings",
    "name to use": "Wren from the seed shop",
    "word to avoid": "birdcage",
    "offender": "Feliks Gatto-Canaryeater",
    "incident": "26-CANARY-118204",
    "approval": "the canary asked twice",
    "task": "canary task detail",
    "note": "she said: meet me by the canary house",
    "text": "Call the canary line after nine",
    "letter": "Dear canary, we write to you",
    "code word": "canary-feather-nine",
    "consent": "May we text this canary?",
    "request": "please call my canary phone",
    "deposit": "raw canary deposit body",
    "second factor": "CANARYSECRETBASE32",
    "her own view": "afraid of the canary cellar",
    "plan": "the canary door behind the shed",
    "what changed": "leaving by the canary bus",
    "provider's id": "SMcanarycanarycanarycanary1187",
}


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which SQLite would make its temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("SQLITE_TMPDIR", str(folder))
    return folder


def write_everything(session: Session) -> UUID:
    """Write one row of every sealed kind, each full of canaries, through the doors there are."""
    say = CANARIES
    staff = a_staff_member(session)
    case_id = a_case(
        session, particulars=Particulars(say["her name"], say["birth date"], "es", "no", say["chosen name"]), level="A"
    )
    approved = Approved("first_contact", str(staff), NOW.isoformat(), (NOW + timedelta(1)).isoformat())
    cases.approve(session, case_id, approved, because=say["approval"], now=NOW)
    phone = a_destination(session, case_id, **phone_fields())
    home = a_destination(session, case_id, kind=DestinationKind.ADDRESS, value=say["address"], verdicts={})
    write_work(session, case_id, staff, {"phone": phone.id, "home": home.id})
    write_texting(session, case_id, phone.id)
    write_talks(session, case_id, staff)
    audit.record(session, action="test.everything", by=WORKER, cases=[case_id], now=NOW)
    return case_id


def phone_fields() -> dict:
    said = a_verdict(condition=CANARIES["condition"], source=VerdictSource.VICTIM, said_by=CANARIES["her name"])
    return {
        "value": CANARIES["phone"],
        "label": CANARIES["label"],
        "name_to_use": CANARIES["name to use"],
        "words_to_avoid": (CANARIES["word to avoid"],),
        "verdicts": {Channel.CALL: said},
    }


def write_work(session: Session, case_id: UUID, staff: UUID, ways: dict[str, UUID]) -> None:
    def sealed(number: BoxNumber, *fields: object, owner: UUID = case_id, words: BoxNumber | None = None) -> dict:
        """Return a row with one box, and with the same words in a second one where it has two."""
        row = uuid4()
        boxes = (number, words) if words else (number,)
        return {"id": row, **{COLUMNS[each][1]: seal(session, each, fields, owner=owner, row=row) for each in boxes}}

    say, case = CANARIES, {"case_id": case_id}
    event = {"offender": {"full_name": say["offender"]}, "incident_number": say["incident"]}
    token = session.info["keyring"].token
    times = {"release_at": NOW, "state_at": NOW}
    letter = sealed(BoxNumber.LETTER, say["letter"], words=BoxNumber.LETTER_PDF)
    session.add_all(
        [
            LevelEventRecord(
                **case,
                **sealed(BoxNumber.LEVEL_EVENT, "high-point-pd", say["incident"], event),
                event_token=token("event", "high-point-pd", say["incident"]),
                body_token=token("body", say["deposit"]),
                received_on=NOW.date(),
            ),
            Task(
                **case,
                **sealed(BoxNumber.TASK_DETAIL, say["task"]),
                step="first_contact",
                state="open",
                opens_at=NOW,
                due_at=NOW,
            ),
            Attempt(**case, **sealed(BoxNumber.ATTEMPT, say["note"], say["phone"], words=BoxNumber.ATTEMPT_NOTE)),
            Text(
                **case,
                **times,
                **sealed(BoxNumber.TEXT, say["text"], say["phone"]),
                destination_id=ways["phone"],
                released_by_id=staff,
                state="planned",
                callback_token=token("callback", "x"),
            ),
            Letter(**case, **times, **letter, destination_id=ways["home"], released_by_id=staff, state="released"),
            TextConsent(**case, **sealed(BoxNumber.TEXT_CONSENT, say["consent"]), destination_id=ways["phone"]),
            TextWithdrawal(**case, **sealed(BoxNumber.TEXT_WITHDRAWAL, say["consent"])),
            LiveRequest(**case, **sealed(BoxNumber.LIVE_REQUEST, say["request"], words=BoxNumber.REQUEST_WORDS)),
            InboundText(**case, **sealed(BoxNumber.INBOUND_TEXT, say["text"], say["phone"]), number=1),
            CodeWord(**case, **sealed(BoxNumber.CODE_WORD, say["code word"])),
            CodeWordCheck(**case, **sealed(BoxNumber.CODE_WORD_CHECK, say["code word"])),
            UnknownText(
                **sealed(BoxNumber.UNKNOWN_TEXT, say["text"], say["phone"], owner=HOUSE),
                token=session.info["keyring"].phone_token(say["phone"]),
                number=1,
                came_on=NOW.date(),
            ),
            SuppressedPhone(
                **sealed(BoxNumber.SUPPRESSED_NUMBER, say["phone"], owner=HOUSE),
                token=session.info["keyring"].phone_token(say["phone"]),
            ),
            QuarantinedDeposit(
                **sealed(BoxNumber.QUARANTINED_DEPOSIT, say["deposit"], owner=HOUSE),
                reason="unreadable",
                set_aside_on=NOW.date(),
            ),
        ]
    )
    session.flush()


def write_texting(session: Session, case_id: UUID, phone: UUID) -> None:
    """Write what is kept about texting as a whole, and about a phone at the provider."""
    say = CANARIES

    def box(number: BoxNumber, row: UUID, said: str, owner: UUID = HOUSE) -> dict:
        return {"id": row, COLUMNS[number][1]: seal(session, number, [said], owner=owner, row=row)}

    session.add_all(
        [
            TextingStop(**box(BoxNumber.TEXTING_STOP, uuid4(), say["note"]), begun_at=NOW),
            ProviderCopy(
                **box(BoxNumber.PROVIDER_COPY, uuid4(), say["provider's id"]),
                token=session.info["keyring"].token("provider-copy", say["provider's id"]),
                due_at=NOW,
            ),
            PhoneLookup(
                **box(BoxNumber.PHONE_LOOKUP, uuid4(), say["phone"], case_id),
                case_id=case_id,
                destination_id=phone,
                looked_up_on=NOW.date(),
                cost_mills=8,
            ),
        ]
    )
    session.flush()


def write_talks(session: Session, case_id: UUID, staff: UUID) -> None:
    """Write an assessment with answers, something that changed, and a plan, through their own doors."""
    say, row = CANARIES, a_talk_begun(session, case_id, by=staff, own_words=CANARIES["her own view"])
    answers = {2: Answer.YES}
    version = assessments.save_answers(session, case_id, row, answers, version=1, by=staff, now=NOW)
    done = assessments.Finish(note=say["note"])
    offered = INSTRUMENTS.find("lap")
    assessments.finish(session, case_id, row, done, offered=offered, version=version, by=staff, now=NOW)
    reassessment.note_change(session, case_id, [Trigger.LEAVING], words=say["what changed"], by=staff, now=NOW)
    plan = safety_plans.Written(sections={"home": say["plan"]}, copy_where=say["address"])
    safety_plans.write(session, case_id, plan, number=1, by=staff, now=NOW)


def forms(said: str) -> set[bytes]:
    """Return a canary as it might lie about: plain, lines apart, digits only, hex, URL, and base64 at each offset."""
    parts = {said, *said.splitlines(), said.lstrip("+"), said.replace("-", "")}
    found = set()
    for part in (p for p in parts if len(p) >= 7):
        raw = part.encode()
        found |= {raw, raw.hex().encode(), raw.hex().upper().encode(), raw[::-1], part.encode("utf-16-le")}
        found |= {quote(part).encode(), quote_plus(part).encode(), part.encode("unicode_escape")}
        found |= {b64encode(b"x" * shift + raw)[4 if shift else 0 : -4] for shift in range(3)}
    return found


FORMS = {form: name for name, said in CANARIES.items() for form in forms(said)}


def canaries_in(data: bytes, known: dict[bytes, str] = FORMS) -> set[str]:
    """Return the names of the canaries found in some bytes, in any form."""
    return {name for form, name in known.items() if form in data}


def in_columns(vault: Vault) -> set[tuple[str, str]]:
    """Return (column, canary) for every canary in any column of any table, as whoever has the file key sees it."""
    found = set()
    with vault.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in connection.execute(select(*table.columns)):
                for column, value in zip(table.columns, row, strict=True):
                    data = value if isinstance(value, bytes) else str(value).encode()
                    found |= {(f"{table.name}.{column.name}", canary) for canary in canaries_in(data)}
    return found


class Files:
    """The files of one test's database: on PostgreSQL those of its tables and indexes, and the write-ahead log."""

    def __init__(self, vault: Vault, folder: Path, cluster: PostgresCluster | None) -> None:
        self.vault = vault
        self.folder = folder
        self.cluster = cluster

    def canaries(self, known: dict[bytes, str] = FORMS) -> set[str]:
        """Return the names of the canaries found in any of the files."""
        paths = self._of_cluster() if self.cluster else [path for path in self.folder.rglob("*") if path.is_file()]
        assert paths
        return {canary for path in paths for canary in canaries_in(path.read_bytes().rstrip(b"\0"), known)}

    def _of_cluster(self) -> list[Path]:
        assert self.cluster is not None
        self.cluster.run_sql("postgres", "CHECKPOINT")
        query = """SELECT pg_relation_filepath(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                   WHERE c.relkind IN ('r', 'i', 't') AND n.nspname IN ('outreach', 'spool', 'pg_toast')"""
        with self.vault.engine.connect() as connection:
            relations = [self.cluster.data / path for (path,) in connection.execute(text(query)) if path]
        log = sorted((self.cluster.data / "pg_wal").glob("0*"), key=lambda path: path.stat().st_mtime)
        return relations + log[-2:]


@pytest.fixture
def files(request: pytest.FixtureRequest, database: str, vault: Vault, tmp_path: Path) -> Files:
    cluster = request.getfixturevalue("postgres_cluster") if database == "postgres" else None
    return Files(vault, tmp_path, cluster)


@pytest.fixture
def full_case(vault: Vault, temporary: Path) -> UUID:
    with vault.writing() as session:
        case_id = write_everything(session)
    with vault.reading() as session:  # A sort that would spill, were temporary tables kept on disk.
        session.execute(text("SELECT * FROM audit_entry ORDER BY action, mac")).all()
    return case_id


def test_the_case_has_a_row_of_every_sealed_kind(vault: Vault, full_case: UUID) -> None:
    with vault.engine.connect() as connection:
        empty = [
            number.name
            for number, (table, column) in COLUMNS.items()
            if not connection.execute(text(f"SELECT count({column}) FROM {table}")).scalar()
        ]

    assert empty == []


def test_no_canary_is_in_any_column(vault: Vault, full_case: UUID) -> None:
    assert in_columns(vault) == set()


def test_no_canary_is_in_any_file_while_open_or_closed(vault: Vault, full_case: UUID, files: Files) -> None:
    assert files.canaries() == set()
    vault.close()
    assert files.canaries() == set()


def test_no_canary_is_left_after_the_case_is_deleted(vault: Vault, full_case: UUID, files: Files) -> None:
    with vault.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())

    assert files.canaries() == set()


def plant_in_column(vault: Vault, column: str, canary: str) -> None:
    with vault.engine.begin() as connection:
        connection.execute(text(f"UPDATE case_file SET {column} = :said"), {"said": canary})


@pytest.mark.parametrize("database", ["sqlite"])  # A planted canary would stay in the cluster's log.
@pytest.mark.parametrize("form", [str, lambda said: said.encode().hex(), lambda said: quote(said)])
def test_planted_plaintext_column_is_caught(vault: Vault, full_case: UUID, form: Callable[[str], str]) -> None:
    plant_in_column(vault, "jurisdiction", form(CANARIES["her name"]))

    assert in_columns(vault) == {("case_file.jurisdiction", "her name")}


@pytest.mark.parametrize("database", ["sqlite"])  # A planted canary would stay in the cluster's log.
def test_planted_base64_inside_bytes_is_caught(vault: Vault, full_case: UUID) -> None:
    hidden = b"{" + b64encode(b"[" + CANARIES["note"].encode() + b"]") + b"}"
    with vault.engine.begin() as connection:
        connection.execute(insert(Base.metadata.tables["match_token"]), {"case_id": full_case, "token": hidden})

    assert in_columns(vault) == {("match_token.token", "note")}


def test_planted_plaintext_on_disk_is_caught(vault: Vault, full_case: UUID, files: Files, tmp_path: Path) -> None:
    """On SQLite the planted bug is a file without encryption, on PostgreSQL a column in the open."""
    planted = f"Planted Siskin {uuid4()}"  # Not one of the canaries: the write-ahead log outlives this test.
    if vault.dialect == "sqlite":
        plain = dbapi2.connect(str(tmp_path / "plain.db"), isolation_level=None)
        plain.execute("CREATE TABLE t (x)")
        plain.execute("INSERT INTO t VALUES (?)", (planted,))
        plain.close()
    else:
        plant_in_column(vault, "jurisdiction", planted)

    assert files.canaries({form: "planted" for form in forms(planted)}) == {"planted"}


def test_the_file_of_a_spool_holds_what_was_sealed_and_nothing_else(tmp_path: Path) -> None:
    """A spool's file has no key of its own: what goes in must be sealed already, and intake sees to that."""
    create_spool(tmp_path / "intake.db")
    spool = open_spool(tmp_path / "intake.db")
    spool.insert(uuid4(), NOW, b"sealed elsewhere")
    spool.close()

    assert [path for path in tmp_path.iterdir() if canaries_in(path.read_bytes())] == []
