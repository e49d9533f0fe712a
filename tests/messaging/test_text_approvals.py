"""Which texts a person approved: by the digest of exactly these words; a changed word makes a draft of them."""

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from texting import REMINDER, Desk

from outreach.messaging import text_words, texts, wording
from outreach.messaging.text_approvals import Approved, FaultyApprovals, Standing, approve
from outreach.messaging.wording import ROOT, Phrasebook, UnfitWording

ON = date(2026, 11, 20)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A deployment's own words, to be changed."""
    for part in ("templates/texts", "config/deny_words"):
        shutil.copytree(ROOT / part, tmp_path / part)
    return tmp_path


@pytest.fixture
def use(own: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Phrasebook]:
    """Read the words again, for the whole program."""

    def read() -> Phrasebook:
        book = Phrasebook.read(own)
        for module in (wording, text_words, texts):
            monkeypatch.setattr(module, "phrasebook", lambda: book)
        return book

    return read


def texts_of(own: Path) -> Path:
    return own / "templates" / "texts"


def test_what_comes_with_the_program_is_for_practice_only() -> None:
    book = Phrasebook.read(ROOT)

    assert {book.standing(*name).standing for name in book.templates} == {Standing.PRACTICE}


def test_a_template_goes_no_further_than_its_sign_offs(own: Path, use: Callable[[], Phrasebook]) -> None:
    approve(texts_of(own), "en/reminder", by="Ana Ruiz", on=ON)
    assert use().standing("en", "reminder").standing is Standing.PRACTICE

    approve(texts_of(own), "en/sign_offs", by="Ana Ruiz", on=ON)
    assert use().standing("en", "reminder") == Approved(Standing.APPROVED, "Ana Ruiz", ON)


def edited_words_leave_no_more(desk: Desk, own: Path, use: Callable[[], Phrasebook], *, at_claim: bool) -> None:
    """Approve, then change a word: before the release, or between release and claim."""
    use()
    if at_claim:
        text_id = desk.release()
    with (texts_of(own) / "en" / "reminder.txt").open("a") as file:
        file.write(" See you.")
    use()
    if not at_claim:
        with pytest.raises(UnfitWording, match="nobody has approved"):
            desk.release()
        return
    desk.run()
    assert desk.accepts == []
    assert desk.text(text_id)[1].held_reason == "not_approved"
    assert desk.tasks() == ["text_check"]


@pytest.mark.req("30")
@pytest.mark.parametrize("at_claim", [False, True], ids=["before the release", "before the claim"])
def test_an_edited_template_is_a_draft_again(
    desk: Desk, own: Path, use: Callable[[], Phrasebook], at_claim: bool
) -> None:
    edited_words_leave_no_more(desk, own, use, at_claim=at_claim)


@pytest.mark.req("30")
@pytest.mark.parametrize("at_claim", [False, True], ids=["before the release", "before the claim"])
def test_planted_approval_by_name_alone_is_caught(
    desk: Desk, own: Path, use: Callable[[], Phrasebook], at_claim: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from outreach.messaging import text_approvals

    monkeypatch.setattr(text_approvals, "digest_of", lambda path: "0" * 64)
    file = texts_of(own) / "approved.toml"
    file.write_text(re.sub("[0-9a-f]{64}", "0" * 64, file.read_text()))

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        edited_words_leave_no_more(desk, own, use, at_claim=at_claim)


@pytest.mark.req("30")
def test_where_people_are_real_nothing_leaves_that_is_for_practice(
    desk: Desk, own: Path, use: Callable[[], Phrasebook]
) -> None:
    use()
    desk.vault.is_practice = False
    with pytest.raises(UnfitWording, match="nobody has approved"):
        desk.release(REMINDER)

    for name in ("en/reminder", "en/sign_offs"):
        approve(texts_of(own), name, by="Ana Ruiz", on=ON)
    use()
    desk.release(REMINDER)
    desk.run()
    assert len(desk.accepts) == 1


@pytest.mark.parametrize("by", ["", "  ", 'Ana "A" Ruiz', "Ana\nRuiz", "Ana\\"])
def test_an_approval_needs_a_persons_name(own: Path, by: str) -> None:
    with pytest.raises(FaultyApprovals):
        approve(texts_of(own), "en/reminder", by=by, on=ON)
    assert Phrasebook.read(own).standing("en", "reminder").standing is Standing.PRACTICE


@pytest.mark.parametrize("name", ["en/none", "../secrets", "en/../en/reminder", "reminder", "approved"])
def test_only_a_text_can_be_approved(own: Path, name: str) -> None:
    with pytest.raises(FaultyApprovals):
        approve(texts_of(own), name, by="Ana Ruiz", on=ON)


@pytest.mark.parametrize("said", ["", "[[approved]]\ntext = 'en/reminder'", "not toml ["])
def test_a_faulty_list_of_approvals_opens_nothing(own: Path, said: str) -> None:
    (texts_of(own) / "approved.toml").write_text(said)

    with pytest.raises(FaultyApprovals):
        Phrasebook.read(own)


def replaced_words_leave_no_more(desk: Desk, own: Path, use: Callable[[], Phrasebook]) -> None:
    """Release, then change the words and approve the new ones: the old ones were withdrawn by that."""
    use()
    text_id = desk.release()
    (texts_of(own) / "en" / "reminder.txt").write_text("{sender}: All is new for {day} {time}.\n")
    approve(texts_of(own), "en/reminder", by="Ana Ruiz", on=ON, standing=Standing.PRACTICE)
    use()
    desk.run()
    assert desk.accepts == []
    assert desk.text(text_id)[1].held_reason == "not_approved"


@pytest.mark.req("30")
def test_withdrawn_words_leave_no_more_although_new_ones_are_approved(
    desk: Desk, own: Path, use: Callable[[], Phrasebook]
) -> None:
    replaced_words_leave_no_more(desk, own, use)


@pytest.mark.req("30")
def test_planted_claim_that_asks_for_the_templates_name_alone_is_caught(
    desk: Desk, own: Path, use: Callable[[], Phrasebook], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Phrasebook, "digests_of", lambda book, language, template: (language, template))

    with pytest.raises(AssertionError):
        replaced_words_leave_no_more(desk, own, use)


def practice_words_stay_where_people_are_real(desk: Desk) -> None:
    """Release while it was a demo; what is for practice does not leave a real home."""
    text_id = desk.release()
    desk.vault.is_practice = False
    desk.run()
    assert desk.accepts == []
    assert desk.text(text_id)[1].held_reason == "not_approved"


@pytest.mark.req("30")
def test_words_for_practice_are_held_at_the_claim_where_people_are_real(desk: Desk) -> None:
    practice_words_stay_where_people_are_real(desk)


@pytest.mark.req("30")
def test_planted_claim_that_holds_drafts_alone_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Approved, "may_leave", lambda said, *, is_practice: said.standing is not Standing.DRAFT)

    with pytest.raises(AssertionError):
        practice_words_stay_where_people_are_real(desk)
