"""Which letters may be used, and what none may hold."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from signed_events import an_event

from outreach.events import WIRE
from outreach.messaging import telling_words
from outreach.messaging.errors import NoApprovedLetter
from outreach.messaging.letter_templates import ROOT, FaultyLetterFile, LetterShelf, shelf
from outreach.messaging.telling_words import found_in, telling_of

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
EVENT = an_event("level_assigned", incident_number="26-118204", agency_case_ref="HP 4471")
TELLING = telling_of([WIRE.validate_python(EVENT)], zone=NEW_YORK, her_names=("Ana Fictional",))

TELLS = [
    "Dale knows.", "Ask about DALE FICTIONAL first", "dale fictional", "Dale’s letter", "dále fictional",
    "This is level B.", "Level: b", "el nivel B", "report 26-118204", "report 26 118204", "no. 26118204", "see HP 4471",
    "on December 2", "Dec. 2 at six", "12/2", "12/02/2026", "2026-12-02", "el 2 de diciembre", "December 2nd",
    "the call-in", "CALL-INS", "he was charged", "an arrest", "la detenida", "fue arrestado", "a felony",
]  # fmt: skip
TELLS_NOTHING = [
    "You can call in the morning.", "We help with papers.", "Dear Ana,", "Ana Fictional", "I live at level ground.",
    "Call (336) 555-0142.", "You have no part in what they do.", "Free of cost. No charges may follow"[:13],
]  # fmt: skip


def check_telling(look: Callable[[Sequence[str], telling_words.Telling], str | None]) -> None:
    for said in TELLS:
        assert look([said], TELLING), said
    for said in TELLS_NOTHING:
        assert look([said], TELLING) is None, said


@pytest.mark.req("47")
def test_what_tells_of_the_case_is_found_however_it_is_written() -> None:
    check_telling(found_in)


@pytest.mark.req("47")
@pytest.mark.parametrize("field", ["names", "name_parts", "numbers", "days"])
def test_planted_search_that_forgets_one_kind_is_caught(field: str) -> None:
    def forgets(said: Sequence[str], telling: telling_words.Telling) -> str | None:
        return found_in(said, telling._replace(**{field: frozenset()}))

    with pytest.raises(AssertionError):
        check_telling(forgets)


@pytest.mark.req("47")
def test_a_name_they_share_does_not_keep_every_letter_from_her() -> None:
    assert found_in(["Dear Ms. Fictional,"], TELLING) is None
    assert found_in(["Dear Mrs. Dale Fictional,"], TELLING) == "the name of the partner"


@pytest.mark.req("47")
def test_a_word_she_asked_us_to_avoid_is_found() -> None:
    assert found_in(["We help with your papers."], TELLING, avoid=("Papers",))
    assert found_in(["We help with your papers."], TELLING, avoid=("", "paperclip")) is None
    assert found_in(["We help with your papers."], TELLING, avoid=("paper",))


def test_no_shipped_letter_holds_anything_that_tells() -> None:
    for letter in shelf().letters.values():
        words = letter.filled(advocate="Rosa", phone="(336) 555-0142", name="Lena")
        assert found_in(words, TELLING) is None


def a_shelf(folder: Path, text: str, *, digest: str | None = None) -> LetterShelf:
    (folder / "en").mkdir()
    (folder / "en" / "note.txt").write_text(text)
    digest = digest or sha256(text.encode()).hexdigest()
    entry = f'[[approved]]\nletter = "en/note"\nsha256 = "{digest}"\nby = "Rosa Ames"\non = 2026-11-20\n'
    (folder / "approved.toml").write_text(entry)
    return LetterShelf.read(folder)


GOOD = "says: neutral\ntitle: Letter\n---\nHello,\n\nI am {advocate}.\n"


@pytest.mark.req("48")
def test_a_letter_is_used_only_in_the_words_a_person_approved(tmp_path: Path) -> None:
    assert a_shelf(tmp_path, GOOD).letter("note", "en").paragraphs == ("Hello,", "I am {advocate}.")


@pytest.mark.req("48")
def test_a_letter_changed_by_a_comma_after_approval_is_not_used(tmp_path: Path) -> None:
    approved = sha256(GOOD.encode()).hexdigest()
    with pytest.raises(NoApprovedLetter):
        a_shelf(tmp_path, GOOD.replace("Hello,", "Hello"), digest=approved).letter("note", "en")


@pytest.mark.req("48")
def test_every_letter_shipped_is_approved_in_exactly_its_words_and_in_both_languages() -> None:
    files = {f"{path.parent.name}/{path.stem}" for path in ROOT.glob("*/*.txt")}

    assert {f"{language}/{name}" for language, name in shelf().letters} == files
    assert {name for _, name in shelf().letters} == {"short", "full"}
    for language in ("en", "es"):
        assert {n for tag, n in shelf().letters if tag == language} == {"short", "full"}


@pytest.mark.parametrize(
    "text",
    [
        "Hello",
        "says: loud\ntitle: Letter\n---\nHello",
        "says: none\ntitle: Letter\n---\nHello",
        "says: neutral\n---\nHello",
        "says: neutral\ntitle: Letter\n---\n",
        "says: neutral\ntitle: Letter\n---\nDear {name}",
        "says: named\ntitle: Letter\n---\nDear {offender}",
        "says: neutral\ntitle: Letter\n---\nHello {",
    ],
)
def test_a_faulty_letter_file_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(FaultyLetterFile, match=r"note\.txt"):
        a_shelf(tmp_path, text)


@pytest.mark.parametrize("listed", ["", "[[approved]]\nletter = 3", "approved = 1", '[[approved]]\nletter = "en/x"'])
def test_a_faulty_list_of_approvals_is_named(tmp_path: Path, listed: str) -> None:
    (tmp_path / "approved.toml").write_text(listed)
    with pytest.raises(FaultyLetterFile, match=r"approved\.toml"):
        LetterShelf.read(tmp_path)


def test_an_approval_of_nothing_is_named(tmp_path: Path) -> None:
    entry = '[[approved]]\nletter = "en/gone"\nsha256 = "0"\nby = "Rosa Ames"\non = 2026-11-20\n'
    (tmp_path / "approved.toml").write_text(entry)
    with pytest.raises(FaultyLetterFile, match=r"gone\.txt"):
        LetterShelf.read(tmp_path)


def test_an_unknown_letter_or_language_is_no_letter() -> None:
    with pytest.raises(NoApprovedLetter):
        shelf().letter("full", "vi")
    with pytest.raises(NoApprovedLetter):
        shelf().letter("long", "en")
    assert shelf().letter("full", "es-MX").language == "es"
