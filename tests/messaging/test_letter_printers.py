"""Where stacks go: a folder, a queue, a provider. Names and titles tell nothing; a doubt is a person's to settle."""

import json
import os
import stat
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from letter_world import LATER
from pypdf import PdfReader
from stacks import PrintDesk, code_in

from outreach.messaging.letters import batch_mailing
from outreach.messaging.letters import desk as letters
from outreach.messaging.letters.batch_reports import Heard, hear
from outreach.messaging.letters.choosing_printer import UnknownPrinter, printer_named
from outreach.messaging.letters.print_folder import FolderPrinter, QueuePrinter, UnsafeFolder
from outreach.messaging.letters.print_provider import ProviderFolder
from outreach.messaging.letters.printers import Download, LetterPrinter, PrinterFault, PrinterKind, Stack
from outreach.terms import BatchState, LetterState


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "spool"
    path.mkdir(mode=0o700)
    return path


def handed(print_desk: PrintDesk, printer: LetterPrinter) -> UUID:
    batch_id = print_desk.released()
    print_desk.make(printer)
    return batch_id


def test_a_folder_gets_one_file_under_a_name_that_tells_nothing(print_desk: PrintDesk, folder: Path) -> None:
    batch_id = handed(print_desk, FolderPrinter(folder))

    (file,) = folder.iterdir()
    pdf = PdfReader(BytesIO(file.read_bytes()))
    assert (file.name, pdf.metadata.title, len(pdf.pages)) == ("000001.pdf", "Pages", 3)
    assert stat.S_IMODE(file.stat().st_mode) & 0o007 == 0
    assert print_desk.state(batch_id) is BatchState.PRINTED


def test_a_folder_everybody_may_look_into_is_refused(folder: Path) -> None:
    folder.chmod(0o755)
    with pytest.raises(UnsafeFolder, match="chmod"):
        FolderPrinter(folder)
    with pytest.raises(UnsafeFolder, match="make it"):
        FolderPrinter(folder / "missing")


def test_a_stack_that_lies_there_already_is_a_persons_to_settle(print_desk: PrintDesk, folder: Path) -> None:
    (folder / "000001.pdf").write_bytes(b"%PDF of an earlier try")
    batch_id = handed(print_desk, FolderPrinter(folder))

    assert print_desk.state(batch_id) is BatchState.UNSURE
    assert (folder / "000001.pdf").read_bytes() == b"%PDF of an earlier try"
    with print_desk.vault.writing() as session:
        batch_mailing.settle_unsure(session, batch_id, came_out=True, by=print_desk.mo.id, now=LATER)
    assert print_desk.count(batch_id, 3)


def test_a_folder_that_cannot_be_written_leaves_the_stack_waiting(print_desk: PrintDesk, folder: Path) -> None:
    printer = FolderPrinter(folder)
    folder.rmdir()
    batch_id = handed(print_desk, printer)
    assert print_desk.state(batch_id) is BatchState.READY

    folder.mkdir(mode=0o700)
    print_desk.make(printer)
    assert print_desk.state(batch_id) is BatchState.PRINTED


def a_command(folder: Path, body: str) -> str:
    path = folder / "lp"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o700)
    return str(path)


def test_a_queue_gets_the_stack_through_standard_input_under_a_neutral_title(
    print_desk: PrintDesk, folder: Path
) -> None:
    kept = folder / "kept"
    command = a_command(folder, f'echo "$@" > {kept}.words; cat > {kept}')
    batch_id = handed(print_desk, QueuePrinter("front_desk", command))

    assert len(PdfReader(kept).pages) == 3
    assert Path(f"{kept}.words").read_text().split() == [
        "-d", "front_desk", "-t", "Pages", "-o", "sides=one-sided", "-o", "print-scaling=none", "-",
    ]  # fmt: skip
    assert print_desk.state(batch_id) is BatchState.PRINTED


def test_a_queue_that_refuses_leaves_the_stack_waiting(print_desk: PrintDesk, folder: Path) -> None:
    batch_id = handed(print_desk, QueuePrinter("front_desk", a_command(folder, "cat > /dev/null; exit 1")))
    assert print_desk.state(batch_id) is BatchState.READY


def test_a_queue_that_does_not_answer_is_a_persons_to_settle(
    print_desk: PrintDesk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("outreach.messaging.letters.print_folder.PATIENCE", 0.2)
    batch_id = handed(print_desk, QueuePrinter("front_desk", a_command(folder, "exec sleep 5")))
    assert print_desk.state(batch_id) is BatchState.UNSURE


def answer(folder: Path, **said: object) -> None:
    (folder / "back" / "000001.json").write_text(json.dumps({"stack": "000001", **said}))


def listening(print_desk: PrintDesk, printer: LetterPrinter) -> Heard:
    return hear(print_desk.vault, printer, now=LATER + timedelta(days=1))


@pytest.mark.req("49")
def test_a_provider_gets_pages_and_a_list_of_codes_and_its_answer_counts_and_mails(
    print_desk: PrintDesk, folder: Path
) -> None:
    printer = ProviderFolder(folder)
    batch_id = handed(print_desk, printer)
    codes = [print_desk.code(each) for each in print_desk.letters]

    manifest = json.loads((folder / "out" / "000001" / "manifest.json").read_text())
    assert {each["code"] for each in manifest["letters"]} == set(codes)
    assert "Lena" not in json.dumps(manifest)
    pages = sorted((folder / "out" / "000001").glob("*.pdf"))
    assert [code_in(each.read_bytes()) for each in pages] == [each.stem.partition("-")[2] for each in pages]

    answer(folder, printed=codes, mailed=[])
    assert listening(print_desk, printer).mailed == 0
    assert print_desk.state(batch_id) is BatchState.COUNTED
    answer(folder, printed=codes, mailed=codes)
    assert listening(print_desk, printer).mailed == 3
    assert print_desk.state(batch_id) is BatchState.MAILED
    assert listening(print_desk, printer) == Heard(0, 0)


def test_letters_a_provider_does_not_name_hold_the_stack(print_desk: PrintDesk, folder: Path) -> None:
    printer = ProviderFolder(folder)
    batch_id = handed(print_desk, printer)
    codes = [print_desk.code(each) for each in print_desk.letters]

    answer(folder, printed=codes[:2], mailed=codes[:2])
    listening(print_desk, printer)

    assert print_desk.state(batch_id) is BatchState.SHORT
    assert print_desk.letter_state(print_desk.letters[2]) is LetterState.PRINTED


def test_a_letter_pulled_too_late_is_written_down_as_mailed(print_desk: PrintDesk, folder: Path) -> None:
    printer = ProviderFolder(folder)
    handed(print_desk, printer)
    codes, world = [print_desk.code(each) for each in print_desk.letters], print_desk.worlds[0]
    with world.vault.writing() as session:
        letters.cancel(session, print_desk.letters[0], by=world.by, now=LATER)

    answer(folder, printed=codes, mailed=codes)
    listening(print_desk, printer)

    assert print_desk.letter_state(print_desk.letters[0]) is LetterState.MAILED


@pytest.mark.parametrize(
    "said",
    [
        "", "{", "[]", '{"stack": "000002", "printed": [], "mailed": []}', '{"stack": "000001", "printed": []}',
        '{"stack": "000001", "printed": ["nonsense"], "mailed": []}',
        '{"stack": "000001", "printed": "K7QM2F9D", "mailed": []}',
    ],
)  # fmt: skip
def test_an_answer_that_is_none_changes_nothing(print_desk: PrintDesk, folder: Path, said: str) -> None:
    printer = ProviderFolder(folder)
    batch_id = handed(print_desk, printer)
    (folder / "back" / "000001.json").write_text(said)

    assert listening(print_desk, printer) == Heard(0, 0)
    assert print_desk.state(batch_id) is BatchState.PRINTED


def test_what_a_killed_worker_left_without_its_list_is_written_anew(print_desk: PrintDesk, folder: Path) -> None:
    printer = ProviderFolder(folder)
    (folder / "out" / "000001").mkdir()
    (folder / "out" / "000001" / "0009-OLD.pdf").write_bytes(b"%PDF half")
    handed(print_desk, printer)

    assert len(os.listdir(folder / "out" / "000001")) == 4


def test_a_stack_the_provider_has_already_is_not_given_again(folder: Path) -> None:
    printer = ProviderFolder(folder)
    printer.hand_over(Stack("000001", ()))
    with pytest.raises(PrinterFault) as fault:
        printer.hand_over(Stack("000001", ()))
    assert fault.value.is_unsure


def test_the_setting_names_each_kind_of_printer(folder: Path) -> None:
    kinds = {
        "": PrinterKind.DOWNLOAD, f"folder:{folder}": PrinterKind.FOLDER,
        "queue:front_desk": PrinterKind.QUEUE, f"provider:{folder}": PrinterKind.PROVIDER,
    }  # fmt: skip
    assert {setting: printer_named(setting).kind for setting in kinds} == kinds


@pytest.mark.parametrize("setting", ["printer", "folder:spool", "queue:", "queue:a b", "queue:-o x", "provider:"])
def test_a_setting_that_names_no_printer_is_refused_with_the_mend(setting: str) -> None:
    with pytest.raises(ValueError, match=r"queue"):
        printer_named(setting)
    assert issubclass(UnknownPrinter, ValueError)


def test_a_stack_that_a_person_takes_out_is_never_handed_over() -> None:
    with pytest.raises(PrinterFault):
        Download().hand_over(Stack("000001", ()))
