"""Her no to an interpreter needs no reason, and holds before, at and after the planning of a meeting."""

import pytest
from builders import NOW
from meeting_world import START, Watch

from outreach import audit
from outreach.meetings import checks, rules
from outreach.meetings import keeping as meeting_keeping
from outreach.meetings import planning as meeting_planning
from outreach.meetings.boxes import keep_veto, veto_of
from outreach.meetings.interpreters import NO_VETO, Veto, is_child, refusal_of, words_of
from outreach.meetings.keeping import NotReady
from outreach.meetings.planning import UnfitPlan

MARIA = Veto(names=("María López",))
TOWN, ALL = Veto(is_of_her_town=True), Veto(is_of_all=True)


@pytest.fixture
def watch(vault):
    return Watch.begin(vault)


def says(watch, veto: Veto) -> None:
    with watch.vault.writing() as session:
        keep_veto(session, watch.case_id, veto)
        audit.record(session, action="particulars.change", by=watch.dana.id, cases=[watch.case_id], now=NOW)


@pytest.mark.req("82")
@pytest.mark.parametrize("named", ["Maria Lopez", "Lopez, Maria", "Marya Lopez", "Lopez"])
def test_the_one_she_refused_is_known_in_any_dress(named):
    assert refusal_of(named, MARIA, is_from_elsewhere=True).cause == "She does not want this interpreter."


@pytest.mark.req("82")
def test_no_one_from_her_town_means_that_somebody_asked():
    assert "own town" in refusal_of("Jo Kim", TOWN, is_from_elsewhere=False).cause
    assert refusal_of("Jo Kim", TOWN, is_from_elsewhere=True) is None


@pytest.mark.req("82")
def test_where_she_wants_none_at_all_nobody_interprets_and_nobody_need_be_named():
    assert refusal_of("Jo Kim", ALL, is_from_elsewhere=True) is not None
    assert refusal_of("", ALL, is_from_elsewhere=False) is None


@pytest.mark.req("20b")
@pytest.mark.parametrize("named", ["her son", "Ana (oldest daughter)", "a niece", "su hija", "the neighbor's child"])
def test_children_never_interpret(named):
    assert is_child(named)
    assert refusal_of(named, NO_VETO, is_from_elsewhere=True).cause == "Children never interpret."


@pytest.mark.parametrize("named", ["Min Son", "Julia Child", "Ana Nieto", "Rosa Niño", "phone service"])
def test_a_family_name_is_no_child(named):
    assert not is_child(named)


def a_refused_interpreter_is_not_planned(watch) -> None:
    says(watch, TOWN)
    with pytest.raises(UnfitPlan) as refused:
        watch.planned(interpreter="Jo Kim")
    assert [each.field for each in refused.value.faults] == ["interpreter"]


@pytest.mark.req("82")
def test_what_she_said_before_holds_when_a_meeting_is_planned(watch):
    a_refused_interpreter_is_not_planned(watch)
    assert watch.planned(interpreter="Jo Kim", interpreter_elsewhere=True)


def test_planted_plan_with_an_interpreter_she_refused_is_caught(watch, monkeypatch):
    monkeypatch.setattr(rules, "refusal_of", lambda *_, **__: None)
    with pytest.raises(pytest.fail.Exception):
        a_refused_interpreter_is_not_planned(watch)


def holds_at_the_door(watch) -> None:
    meeting_id = watch.planned(interpreter="Jo Kim")
    watch.checked(meeting_id)
    assert watch.state(meeting_id) == "confirmed"
    says(watch, Veto(names=("Jo Kim",)))
    with pytest.raises(NotReady) as refused:
        watch.does(meeting_keeping.check_in, meeting_id, now=START)
    (block,) = refused.value.blocks
    assert block.needs == checks.INTERPRETER
    assert block.cause == "She does not want this interpreter."
    assert block.remedy == "Choose another one. Plan it anew."


@pytest.mark.req("82")
def test_what_she_says_later_holds_a_meeting_that_was_confirmed(watch):
    holds_at_the_door(watch)


def test_planted_door_that_lets_a_refused_interpreter_in_is_caught(watch, monkeypatch):
    monkeypatch.setattr(meeting_keeping, "blocks_of_interpreter", lambda *_, **__: iter(()))
    with pytest.raises(pytest.fail.Exception):
        holds_at_the_door(watch)


def test_planning_a_meeting_changes_the_names_and_keeps_the_rest_of_her_no(watch):
    says(watch, TOWN)
    watch.planned(vetoed=("Maria Lopez",))
    with watch.vault.writing() as session:
        assert veto_of(session, watch.case_id) == Veto(("Maria Lopez",), is_of_her_town=True)
        sketch = meeting_planning.sketch(session, watch.dana, watch.case_id, now=NOW)
    assert words_of(sketch.veto) == (
        "She wants no interpreter from her own town or community.",
        "Not as interpreter: Maria Lopez.",
    )
