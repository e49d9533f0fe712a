"""Instrument files: read whole or refused with every fault; off until somebody signed for exactly these words."""

import re
from datetime import date
from pathlib import Path

import pytest

from outreach.risk import permissions
from outreach.risk.instruments import InstrumentError, parse
from outreach.risk.permissions import InstrumentFile, Permit, Shelf, shelf, signed
from outreach.risk.results import Answer, Given, NoBand, weigh

FOLDER = Path(__file__).parents[2] / "config" / "instruments"
LAP = (FOLDER / "lap.toml").read_text()
DA = (FOLDER / "danger-assessment.toml").read_text()
OWN = """
format = 1
key = "our-check"
version = "1"
title = "Our check"
source = "Written here"
licence = "Ours"
permission = "own"
about = "Two questions."
judgement = "I believe it is more."
results = [
  { key = "talk", label = "Talk again", words = "Ask again next time." },
  { key = "now", label = "Act now", words = "Tell a supervisor.", is_high = true },
]
bands = [{ from = 0, result = "talk" }, { from = 3, result = "now" }]
items = [{ number = 1, label = "One", weight = 1 }, { number = 2, label = "Two", weight = 2 }]
"""
LICENSED = """
format = 1
for = "danger-assessment"
version = "2026-01"
licence = "Certified training, fictional"
items = [
  { number = 1, text = "A fictional first question?", weight = 9 },
  { number = 2, text = "A fictional second question?", weight = 9, is_strangulation = true },
]
"""


def a_permit(file: InstrumentFile, key: str, **fields: object) -> str:
    return signed(Permit(**{"instrument": key, "sha256": file.sha256, **SIGNED, **fields}))


SIGNED = {"is_practice": False, "by": "Kim Example", "on": date(2026, 3, 2), "permission": "Letter of the makers"}


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(InstrumentError) as caught:
        parse(text)
    assert all(fault.mend for fault in caught.value.faults)
    return [(fault.path, fault.wrong) for fault in caught.value.faults]


def a_shelf(*files: InstrumentFile, permits: str = "", is_practice: bool = False) -> Shelf:
    return shelf(files, permits, is_practice=is_practice)


@pytest.mark.req("55")
@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_file_names_its_source_its_licence_and_whose_permission_it_takes(path: Path) -> None:
    instrument = parse(path.read_text())

    assert instrument.source
    assert instrument.licence
    assert (instrument.permission, instrument.key) == ("needed", path.stem)


@pytest.mark.req("55")
def test_shipped_labels_are_short_reminders_and_no_questions() -> None:
    for path in FOLDER.glob("*.toml"):
        for item in parse(path.read_text()).items:
            assert "?" not in item.label
            assert len(item.label.split()) <= 10
            assert not re.search(r"\b(you|your|he|she|has)\b", item.label.lower())


@pytest.mark.req("55")
@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("format = 1", "format = 2", ("format", "this program reads format 1")),
        ('source = "Lethality', 'sauce = "Lethality', ("source", "this is missing")),
        ('permission = "needed"', 'permission = "none"', ("permission", 'unknown value "none"')),
        ("of = [4, 5", "of = [40, 5", ("routes[1]", "no question has the number 40")),
        ("at_least = 4", "at_least = 9", ("routes[1].at_least", "there are not so many questions in this route")),
        ("number = 2\n", "number = 1\n", ("items", "something is named twice")),
        ('result = "high-danger"', 'result = "hi-danger"', ("routes[0].result", 'unknown result "hi-danger"')),
        ("That is no promise", "She is safe", ("results[0].words", "no result may promise that she is safe")),
        ("is_high = true", 'is_high = "yes"', ("results[1].is_high", "must be true or false")),
    ],
)
def test_a_faulty_file_is_refused_by_name_and_with_the_mend(old: str, new: str, fault: tuple[str, str]) -> None:
    assert fault in faults(LAP.replace(old, new, 1))


@pytest.mark.req("55")
def test_bands_must_rise_and_leave_no_gap_below() -> None:
    assert ("bands[0].from", "totals below it have no result") in faults(DA.replace("from = 0", "from = 3", 1))
    rising = "must rise, in their totals and in their results"
    assert ("bands", rising) in faults(DA.replace("from = 14", "from = 19", 1))
    assert ("bands", "a total needs [total], or a weight for every question") in faults(OWN.replace(", weight = 1", ""))


@pytest.mark.req("55")
def test_an_instrument_nobody_signed_for_is_off_and_says_why() -> None:
    (one,) = a_shelf(InstrumentFile("lap.toml", LAP)).offered

    assert not one.is_on
    assert one.why_off.startswith("Nobody has written down a permission. Its makers must permit its use")


@pytest.mark.req("55")
def test_a_signed_instrument_is_on_until_a_word_of_it_changes() -> None:
    file = InstrumentFile("lap.toml", LAP)
    permit = a_permit(file, "lap")

    assert a_shelf(file, permits=permit).find("lap") is not None
    for changed in (LAP.replace("2026-01", "2026-02"), LAP.replace("at_least = 4", "at_least = 5")):
        found = a_shelf(InstrumentFile("lap.toml", changed), permits=permit)
        assert found.find("lap") is None
        assert "changed after the permission" in found.offered[0].why_off


@pytest.mark.req("55")
def test_a_permission_for_practice_counts_only_where_nobody_is_real() -> None:
    file = InstrumentFile("lap.toml", LAP)
    permit = a_permit(file, "lap", is_practice=True)

    assert a_shelf(file, permits=permit, is_practice=True).find("lap") is not None
    assert a_shelf(file, permits=permit).offered[0].why_off == (
        "It was permitted for practice only, and people here are real."
    )


@pytest.mark.req("55")
@pytest.mark.parametrize("gone", ["permission", "by", "on", "sha256"])
def test_an_entry_that_names_no_permission_no_signer_or_no_day_turns_nothing_on(gone: str) -> None:
    file = InstrumentFile("lap.toml", LAP)
    entry = "\n".join(line for line in a_permit(file, "lap").splitlines() if not line.startswith(f"{gone} ="))

    with pytest.raises(InstrumentError, match=f"permitted\\[0\\].{gone}"):
        a_shelf(file, permits=entry)
    with pytest.raises(InstrumentError):
        a_permit(file, "lap", permission="  ")


@pytest.mark.req("55")
def test_planted_instrument_without_a_permission_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = Permit("lap", "0" * 64, False, "", date(2026, 1, 1), "")
    monkeypatch.setattr(permissions, "_permit_of", lambda *_, **__: (nobody, ""))

    with pytest.raises(AssertionError):
        test_an_instrument_nobody_signed_for_is_off_and_says_why()


@pytest.mark.req("55")
def test_a_file_that_can_not_be_read_keeps_no_other_off() -> None:
    lap = InstrumentFile("lap.toml", LAP)
    found = a_shelf(InstrumentFile("broken.toml", "format = "), lap, lap, permits=a_permit(lap, "lap"))

    assert found.find("lap") is not None
    assert [name for name, _ in found.faulty] == ["broken.toml", "lap.toml"]


@pytest.mark.req("55")
def test_a_site_may_bring_an_instrument_of_its_own_with_weights() -> None:
    own = parse(OWN)

    assert weigh(own, Given(answers={1: Answer.YES, 2: Answer.NO})).result.key == "talk"
    assert weigh(own, Given(answers={1: Answer.YES, 2: Answer.YES})).result.key == "now"
    assert weigh(own, Given(answers={1: Answer.YES})).result is None
    assert weigh(own, Given(answers={})).no_band is NoBand.NO_TOTAL


@pytest.mark.req("55")
def test_licensed_words_stand_in_for_the_labels_and_are_signed_for_with_the_file() -> None:
    words = 'format = 1\nfor = "lap"\nversion = "2026-01"\nlicence = "Ours"\nitems = [{ number = 5, text = "So?" }]\n'
    file = InstrumentFile("lap.toml", LAP, words)
    one = a_shelf(file, permits=a_permit(file, "lap")).find("lap")

    assert one is not None
    assert one.words_of(one.instrument.items[4]) == "So?"
    assert one.words_of(one.instrument.items[0]) == "A weapon, used or threatened"
    without = InstrumentFile("lap.toml", LAP)
    assert a_shelf(file, permits=a_permit(without, "lap")).find("lap") is None


@pytest.mark.req("57")
def test_a_total_is_worked_out_only_from_a_licensed_file() -> None:
    file = InstrumentFile("danger-assessment.toml", DA, LICENSED)
    one = a_shelf(file, permits=a_permit(file, "danger-assessment")).find("danger-assessment")

    assert one is not None
    assessed = weigh(one.instrument, Given(answers={1: Answer.YES, 2: Answer.YES}, is_validated=True))
    assert (assessed.total, assessed.result.key, assessed.wants_doctor) == (18, "extreme", True)
    half = weigh(one.instrument, Given(answers={1: Answer.YES}, is_validated=True))
    assert (half.total, half.result.key, half.may_be_higher) == (9, "increased", True)
    assert weigh(one.instrument, Given(answers={1: Answer.YES, 2: Answer.YES})).result is None


@pytest.mark.req("55")
@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ('for = "danger-assessment"', 'for = "lap"', "unknown instrument"),
        ("2026-01", "2025-01", "unknown version"),
        (", weight = 9 }", " }", "this is missing"),
        ("number = 2", "number = 1", "a question is named twice"),
    ],
)
def test_a_faulty_licensed_file_turns_its_instrument_off(old: str, new: str, wrong: str) -> None:
    found = a_shelf(InstrumentFile("danger-assessment.toml", DA, LICENSED.replace(old, new, 1)))

    assert found.offered == ()
    assert wrong in found.faulty[0][1]
