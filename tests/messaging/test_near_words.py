"""Words that are nearly forbidden ones are refused as well; what people write on any day is not."""

from pathlib import Path

import pytest

from outreach.messaging import deny_list, near_words
from outreach.messaging.deny_list import DenyList
from outreach.messaging.wording import phrasebook

DENY = phrasebook().deny
DATA = Path(__file__).parent.parent / "data"
ORDINARY = [
    line
    for name in ("ordinary_texts.txt", "ordinary_texts_es.txt")
    for line in (DATA / name).read_text(encoding="utf-8").splitlines()
]
NEARLY = {
    "a sign for a letter": ["pol]ce", "pol/ce", "pol\\ce", "pol*ce", "sh*lter", "sh**ter", "c*urt", "po{ice", "v.ctim"],
    "within a longer word": [
        "thepolice",
        "police2",
        "policeline",
        "mysheriff",
        "nonviolent",
        "THEPOL1CE",
        "imprisoned",
    ],
    "a letter wrong": [
        "sheltar",
        "shetler",
        "shlter",
        "shelteer",
        "polic\u00eda!",
        "domestik",
        "adovcate",
        "viktima no, victina",
    ],
    "a name of theirs": ["PD", "P.D.", "5-0", "5\u20130", "The 5-0 came", "Five-O", "5O", "five-oh", "po-po", "popo"],
}


def finds_all(deny: DenyList, kind: str) -> None:
    assert [each for each in NEARLY[kind] if deny.found_in(each) is None] == []


@pytest.mark.req("30")
@pytest.mark.parametrize("kind", NEARLY)
def test_what_is_nearly_a_forbidden_word_is_refused(kind: str) -> None:
    finds_all(DENY, kind)


PLANTED = {
    "a sign for a letter": ("are_hidden_in", lambda *_: False),
    "a letter wrong": ("are_in", lambda *_: False),
}


@pytest.mark.req("30")
@pytest.mark.parametrize("kind", PLANTED)
def test_planted_list_of_words_as_they_stand_is_caught(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_words.NearWords, *PLANTED[kind])

    with pytest.raises(AssertionError):
        finds_all(DENY, kind)


@pytest.mark.req("30")
def test_planted_list_of_whole_words_alone_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deny_list, "grown", lambda *_: None)

    with pytest.raises(AssertionError):
        finds_all(DENY, "within a longer word")


def refuses_none(deny: DenyList) -> None:
    assert [(each, found) for each in ORDINARY if (found := deny.found_in(each)) is not None] == []


@pytest.mark.req("30")
def test_of_nearly_four_hundred_ordinary_texts_none_is_refused() -> None:
    assert len(ORDINARY) == len(set(ORDINARY)) >= 370
    refuses_none(DENY)


@pytest.mark.req("30")
@pytest.mark.parametrize("forgotten", ["_ORDINARY_READ", "_LIKE_OTHERS"])
def test_planted_list_that_knows_no_ordinary_words_is_caught(forgotten: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_words, forgotten, frozenset())

    with pytest.raises(AssertionError):
        refuses_none(DenyList(DENY.words))


@pytest.mark.req("30")
@pytest.mark.parametrize(
    "said", ["5:00", "2-5", "9-5", "5-07", "1-5-0", "10:05-00", "5.0", "5, 0", "15-0", "five o'clock"]
)
def test_times_and_counts_are_no_name_of_anybody(said: str) -> None:
    assert DENY.found_in(f"Is {said} OK?") is None


@pytest.mark.req("30")
@pytest.mark.parametrize("said", ["Qulck is in", "QUlCK", "Quick?", "Wllson", "WiIson"])
def test_a_name_of_five_letters_or_more_is_found_with_an_l_for_an_i(said: str) -> None:
    assert DENY.found_in(said, names=["Darnell Quick", "Wilson"]) == "a name"


def test_a_short_name_with_an_l_is_no_word_with_an_i() -> None:
    assert DENY.found_in("All is well, ail or no", names=["Ali", "Wil"]) is None
