"""Requirement 82: whether she may be in the country is never stored. The need is "legal"."""

import pytest

from outreach.support import never_stored
from outreach.support.never_stored import tells_status

pytestmark = pytest.mark.req("82")

TELLING = (
    "She is undocumented.",
    "un-documented",
    "She has no papers",
    "afraid about her VISA",
    "U visa certification",
    "worried about immigration",
    "her green card is with the partner",
    "papers status unclear",
    "He says he will have her deported",
    "asylum case pending",
    "ICE hold",
    "not a citizen",
    "lawful permanent resident",
    "indocumentada",
    "está sin papeles",
    "le da miedo la migra",
    "trámite de inmigración",
    "needs papers for work permit",
    "DACA",
    "overstayed",
    "Is she illegal?",
    "refugee",
    "legal status",
)
ORDINARY = (
    "divorce papers",
    "paper towels and diapers",
    "needs toilet paper and food",
    "a lawyer for custody",
    "needs a ride to the visit on Friday",
    "ice pack for her hand",
    "advisable to call first",
    "status of the order is not known",
    "she works nights; permits for parking",
    "two children, one is a citizen scout",
    "legal help with the lease",
    "a bag with her papers, the keys and some money",
    "the partner has an illegal gun",
    "paid with a Visa card",
)


@pytest.mark.parametrize("words", TELLING)
def test_words_that_tell_of_it_are_found_in_any_dress(words: str) -> None:
    assert tells_status(words)
    assert tells_status(words.upper())


@pytest.mark.parametrize("words", [each for each in ORDINARY if "citizen" not in each])
def test_ordinary_needs_are_not_taken_for_it(words: str) -> None:
    assert not tells_status(words)


def test_planted_list_that_knows_english_only_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    spanish = ("indocumentad", "papeles", "migra", "inmigra")
    english = [each for each in never_stored._WORDS if not any(part in each for part in spanish)]
    monkeypatch.setattr(never_stored, "_STATUS", never_stored.re.compile(rf"(?<!\w)(?:{'|'.join(english)})(?!\w)"))

    with pytest.raises(AssertionError):
        test_words_that_tell_of_it_are_found_in_any_dress("está sin papeles")
