"""What the answers of each instrument amount to, at every boundary."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from outreach.risk import results as risk
from outreach.risk.instruments import Instrument, parse
from outreach.risk.results import Answer, BadTotal, Given, Judgement, JudgementLowers, NoBand, NoReason, Weighed, weigh

FOLDER = Path(__file__).parents[2] / "config" / "instruments"
LAP, DA, DASH = (parse((FOLDER / f"{name}.toml").read_text()) for name in ("lap", "danger-assessment", "dash"))
OPEN = (Answer.REFUSED, Answer.NOT_ANSWERED, Answer.NOT_ASKED)


def answered(instrument: Instrument, yes: Iterable[int], *, others: Answer = Answer.NO) -> dict[int, Answer]:
    return {each.number: Answer.YES if each.number in set(yes) else others for each in instrument.items}


def found(instrument: Instrument, yes: Iterable[int], *, others: Answer = Answer.NO, **more: Any) -> Weighed:
    return weigh(instrument, Given(answers=answered(instrument, yes, others=others), **more))


def total(number: int | None, *, is_validated: bool | None = True, **more: Any) -> Weighed:
    return weigh(DA, Given(answers={}, total=number, is_validated=is_validated, **more))


def key(weighed: Weighed) -> str | None:
    return weighed.result.key if weighed.result else None


# The lethality screen


@pytest.mark.req("56")
@pytest.mark.parametrize("number", [1, 2, 3])
def test_one_yes_among_the_first_three_is_high_danger_whatever_else(number: int) -> None:
    for others in Answer:
        if others is not Answer.YES:
            screened = found(LAP, [number], others=others)
            assert key(screened) == "high-danger"
            assert screened.routes == ("A yes to one of the first three.",)


@pytest.mark.req("56")
def test_three_yes_of_the_rest_are_not_high_and_four_are() -> None:
    rest = list(range(4, 12))
    for start in range(len(rest) - 3):
        assert key(found(LAP, rest[start : start + 3])) == "not-high"
        assert found(LAP, rest[start : start + 4]).routes == ("Four or more yes among questions 4 to 11.",)
        assert key(found(LAP, rest[start : start + 4])) == "high-danger"


@pytest.mark.req("56")
def test_every_way_in_which_all_eleven_may_be_answered_follows_the_two_rules() -> None:
    for picked in range(2**11):
        yes = {number for number in range(1, 12) if picked >> (number - 1) & 1}
        is_high = bool(yes & {1, 2, 3}) or len(yes - {1, 2, 3}) >= 4
        assert key(found(LAP, yes)) == ("high-danger" if is_high else "not-high")


@pytest.mark.req("56")
@pytest.mark.parametrize("others", OPEN)
def test_what_was_not_answered_is_never_a_no(others: Answer) -> None:
    screened = found(LAP, [4, 5, 6], others=others)

    assert key(screened) is None
    assert screened.may_be_higher
    assert screened.open == 8


@pytest.mark.req("56")
def test_open_questions_that_can_change_nothing_leave_the_result_standing() -> None:
    answers = answered(LAP, [4]) | {10: Answer.REFUSED, 11: Answer.NOT_ANSWERED}

    assert key(weigh(LAP, Given(answers=answers))) == "not-high"
    assert key(weigh(LAP, Given(answers=answers | {5: Answer.YES}))) is None


@pytest.mark.req("58")
def test_nothing_asked_at_all_is_no_result() -> None:
    screened = weigh(LAP, Given(answers={}))

    assert (key(screened), screened.yes, screened.open) == (None, 0, 11)


@pytest.mark.req("56")
def test_planted_counting_of_silence_as_no_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(risk, "SETTLED", frozenset(Answer))

    with pytest.raises(AssertionError):
        test_what_was_not_answered_is_never_a_no(Answer.NOT_ANSWERED)


# Judgement


@pytest.mark.req("56")
def test_the_assessors_belief_is_a_route_of_its_own() -> None:
    screened = found(LAP, [4], judgement=Judgement("high-danger", "He was released an hour ago."))

    assert key(screened) == "high-danger"
    assert screened.routes == (LAP.judgement,)
    assert screened.is_judgement


@pytest.mark.req("57")
def test_judgement_raises_and_never_lowers() -> None:
    for number, result in ((17, "severe"), (17, "increased"), (18, "extreme"), (0, "variable")):
        with pytest.raises(JudgementLowers):
            total(number, judgement=Judgement(result, "It seems less."))
    with pytest.raises(JudgementLowers):
        found(DASH, range(1, 15), judgement=Judgement("not-visible", "It seems less."))

    assert key(total(7, judgement=Judgement("extreme", "He bought a gun."))) == "extreme"
    assert key(found(DASH, range(1, 14), judgement=Judgement("high", "She is afraid to say more."))) == "high"


@pytest.mark.req("57")
def test_judgement_makes_nothing_light_out_of_what_is_open() -> None:
    with pytest.raises(JudgementLowers):
        found(LAP, [], others=Answer.NOT_ASKED, judgement=Judgement("not-high", "It seems fine."))


@pytest.mark.req("57")
def test_judgement_needs_a_reason() -> None:
    with pytest.raises(NoReason):
        total(7, judgement=Judgement("severe", "  "))


@pytest.mark.req("57")
def test_planted_lowering_by_judgement_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(risk, "_refuse_unfit", lambda *_: None)

    with pytest.raises(pytest.fail.Exception):
        test_judgement_raises_and_never_lowers()


# The danger assessment


@pytest.mark.req("57")
@pytest.mark.parametrize(
    ("number", "band"),
    [
        (0, "variable"),
        (7, "variable"),
        (8, "increased"),
        (13, "increased"),
        (14, "severe"),
        (17, "severe"),
        (18, "extreme"),
        (40, "extreme"),
    ],
)
def test_the_total_has_the_band_it_falls_in(number: int, band: str) -> None:
    assert key(total(number)) == band


@pytest.mark.req("57")
@pytest.mark.parametrize("number", [-1, 41])
def test_a_total_there_can_not_be_is_refused(number: int) -> None:
    with pytest.raises(BadTotal):
        total(number)


@pytest.mark.req("60")
@pytest.mark.parametrize("is_validated", [False, None])
def test_there_is_no_band_where_the_tool_was_not_tested_for_her(is_validated: bool | None) -> None:
    assessed = total(20, is_validated=is_validated)

    assert (key(assessed), assessed.no_band, assessed.total) == (None, NoBand.NOT_VALIDATED, 20)


@pytest.mark.req("57", "60")
@pytest.mark.parametrize("band", ["increased", "severe", "extreme"])
@pytest.mark.parametrize(("number", "is_validated"), [(20, False), (20, None), (None, False), (None, True)])
def test_judgement_without_a_band_is_named_as_ours_and_never_as_a_band(
    band: str, number: int | None, is_validated: bool | None
) -> None:
    judged = total(number, is_validated=is_validated, judgement=Judgement(band, "He bought a gun."))

    assert judged.no_band is not None
    assert judged.result is not None
    assert judged.result.label.startswith("Our judgement: ")
    assert judged.result.key not in {each.key for each in DA.results}
    assert judged.result.is_high == (band != "increased")
    assert not any(each.label.lower() in judged.result.label.lower() for each in DA.results)
    with pytest.raises(NoReason):
        total(number, is_validated=is_validated, judgement=Judgement(band, " "))


@pytest.mark.req("60")
def test_planted_band_by_judgement_for_anyone_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(risk, "_kind", lambda instrument, rank, **_: instrument.results[rank])

    with pytest.raises(AssertionError):
        test_judgement_without_a_band_is_named_as_ours_and_never_as_a_band("extreme", 20, is_validated=False)


@pytest.mark.req("58")
def test_without_a_total_there_is_no_band() -> None:
    assert total(None).no_band is NoBand.NO_TOTAL


@pytest.mark.req("60")
def test_planted_band_for_anyone_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(risk, "_no_band", lambda *_: None)

    with pytest.raises(AssertionError):
        test_there_is_no_band_where_the_tool_was_not_tested_for_her(False)


@pytest.mark.req("57")
def test_no_weights_are_shipped() -> None:
    assert DA.items == ()
    assert all(each.weight is None for tool in (LAP, DASH) for each in tool.items)


# DASH


@pytest.mark.req("57")
def test_thirteen_yes_are_not_visible_high_risk_and_fourteen_are() -> None:
    assert key(found(DASH, range(1, 14))) == "not-visible"
    assert key(found(DASH, range(1, 15))) == "high"
    assert key(found(DASH, range(11, 24))) == "not-visible"
    assert found(DASH, range(11, 25)).routes == ("Fourteen or more yes.",)


@pytest.mark.req("57")
@pytest.mark.parametrize("mark", [25, 26])
def test_escalation_and_repeat_are_routes_of_their_own_and_count_among_no_questions(mark: int) -> None:
    checked = found(DASH, [mark])

    assert key(checked) == "high"
    assert len(checked.routes) == 1
    assert checked.yes == 0


@pytest.mark.req("57")
def test_thirteen_yes_with_one_question_open_are_not_called_less_than_high() -> None:
    answers = answered(DASH, range(1, 14)) | {24: Answer.REFUSED}

    assert key(weigh(DASH, Given(answers=answers))) is None


# Strangulation


@pytest.mark.req("59")
@pytest.mark.parametrize(("tool", "number"), [(LAP, 5), (DASH, 15)])
def test_a_yes_on_strangulation_asks_for_a_doctor_however_little_else_was_said(tool: Instrument, number: int) -> None:
    assert weigh(tool, Given(answers={number: Answer.YES})).wants_doctor
    for other in Answer:
        if other is not Answer.YES:
            assert not weigh(tool, Given(answers={number: other})).wants_doctor
