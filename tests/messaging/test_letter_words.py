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
from outreach.messaging.letters import templates as letter_templates
from outreach.messaging.letters.templates import ROOT, FaultyLetterFile, LetterShelf, shelf
from outreach.messaging.telling_words import found_in, telling_of
from outreach.messaging.text_approvals import Standing

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


def a_shelf(folder: Path, text: str, *, digest: str | None = None, standing: str = "approved") -> LetterShelf:
    (folder / "en").mkdir()
    (folder / "en" / "note.txt").write_text(text)
    digest = digest or sha256(text.encode()).hexdigest()
    entry = f'[[approved]]\ntext = "en/note"\nsha256 = "{digest}"\nstanding = "{standing}"\n'
    (folder / "approved.toml").write_text(entry + 'by = "Rosa Ames"\non = 2026-11-20\n')
    return LetterShelf.read(folder)


GOOD = "says: neutral\ntitle: Letter\n---\nHello,\n\nI am {advocate}.\n"
HARD = (
    "Our multidisciplinary organization coordinates comprehensive psychosocial interventions alongside"
    " municipal administration representatives."
)


@pytest.mark.req("48")
def test_a_letter_is_used_only_in_the_words_a_person_approved(tmp_path: Path) -> None:
    assert a_shelf(tmp_path, GOOD).letter("note", "en").paragraphs == ("Hello,", "I am {advocate}.")


@pytest.mark.req("48")
def test_a_letter_changed_by_a_comma_after_approval_is_not_used(tmp_path: Path) -> None:
    approved = sha256(GOOD.encode()).hexdigest()
    with pytest.raises(NoApprovedLetter):
        a_shelf(tmp_path, GOOD.replace("Hello,", "Hello"), digest=approved).letter("note", "en")


@pytest.mark.req("48")
def test_a_letter_approved_for_practice_is_used_in_a_demo_only(tmp_path: Path) -> None:
    practice = a_shelf(tmp_path, GOOD, standing="practice")

    assert practice.letter("note", "en", is_practice=True)
    with pytest.raises(NoApprovedLetter):
        practice.letter("note", "en")


@pytest.mark.req("48")
def test_every_letter_shipped_is_a_draft_until_a_site_approves_it() -> None:
    files = {f"{path.parent.name}/{path.stem}" for path in ROOT.glob("*/*.txt")}

    assert {f"{language}/{name}" for language, name in shelf().letters} == files
    assert {language for language, _ in shelf().letters} == {"en", "es", "ar", "zh-Hans"}
    for (language, name), letter in shelf().letters.items():
        assert letter.approved.standing is Standing.PRACTICE
        assert shelf().letter(name, language, is_practice=True) is letter
        with pytest.raises(NoApprovedLetter):
            shelf().letter(name, language)


def check_plain(read: Callable[..., LetterShelf], folder: Path) -> None:
    hard = read(folder, f"says: neutral\ntitle: Letter\n---\n{HARD}")
    assert "grade" in hard.letters["en", "note"].faults[0]
    with pytest.raises(NoApprovedLetter):
        hard.letter("note", "en")


def test_a_letter_that_is_hard_to_read_is_not_used_even_when_somebody_approved_it(tmp_path: Path) -> None:
    check_plain(a_shelf, tmp_path)


def test_planted_shelf_that_measures_no_reading_grade_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letter_templates, "grade_of", lambda words, language: None)
    with pytest.raises((AssertionError, IndexError)):
        check_plain(a_shelf, tmp_path)


@pytest.mark.req("47")
@pytest.mark.parametrize("title", ["Safety plan", "From the shelter", "Wayside"])
def test_a_letter_whose_title_tells_is_not_used(tmp_path: Path, title: str) -> None:
    letters = a_shelf(tmp_path, GOOD.replace("title: Letter", f"title: {title}"))

    assert "print queue" in letters.letters["en", "note"].faults[0]
    with pytest.raises(NoApprovedLetter):
        letters.letter("note", "en")


def test_no_shipped_letter_has_a_fault() -> None:
    assert {key: letter.faults for key, letter in shelf().letters.items() if letter.faults} == {}


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


@pytest.mark.parametrize("listed", ["", "[[approved]]\ntext = 3", "approved = 1", '[[approved]]\ntext = "en/x"'])
def test_a_faulty_list_of_approvals_is_named(tmp_path: Path, listed: str) -> None:
    (tmp_path / "approved.toml").write_text(listed)
    with pytest.raises(FaultyLetterFile, match=r"approved\.toml"):
        LetterShelf.read(tmp_path)


def test_an_unknown_letter_or_language_is_no_letter() -> None:
    for name, language in (("full", "vi"), ("long", "en")):
        with pytest.raises(NoApprovedLetter):
            shelf().letter(name, language, is_practice=True)
    assert shelf().letter("full", "es-MX", is_practice=True).language == "es"


@pytest.mark.req("48")
def test_chinese_is_in_the_characters_her_language_is_written_in() -> None:
    for tag in ("zh", "zh-CN", "zh-Hans", "zh-SG"):
        assert shelf().letter("short", tag, is_practice=True).language == "zh-Hans"
    for tag in ("zh-TW", "zh-Hant", "zh-HK", "zh-Hant-HK"):
        with pytest.raises(NoApprovedLetter):
            shelf().letter("short", tag, is_practice=True)
