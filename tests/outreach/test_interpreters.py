"""Her no to an interpreter needs no reason, and holds before, at and after the planning of a meeting."""

from contextlib import suppress
from uuid import uuid4

import pytest
from builders import NOW, a_case
from meeting_world import START, Watch
from sqlalchemy import update

from outreach import audit, people
from outreach.identity import carrying
from outreach.identity.deciding import decide
from outreach.identity.particulars import Learned, note
from outreach.meetings import checks, rules, vetoes
from outreach.meetings import keeping as meeting_keeping
from outreach.meetings import planning as meeting_planning
from outreach.meetings.boxes import keep_veto, veto_of
from outreach.meetings.interpreters import NO_VETO, Veto, is_child, refusal_of, words_of
from outreach.meetings.keeping import NotReady
from outreach.meetings.planning import UnfitPlan
from outreach.records.cases import PossibleMatch
from outreach.records.errors import UNREADABLE, StaleVersion
from outreach.records.meetings import InterpreterVeto

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


def keeps_a_name_an_older_page_does_not_know(watch) -> bool:
    """Plan from a page that was opened before she refused Maria, and say whether Maria stays refused."""
    says(watch, MARIA)
    with suppress(UnfitPlan):
        watch.planned(interpreter="Maria Lopez", vetoed=())
        return False
    watch.planned(vetoed=("Jo Kim",))
    with watch.vault.reading() as session:
        return veto_of(session, watch.case_id).names == ("María López", "Jo Kim")


@pytest.mark.req("82")
def test_a_page_opened_before_her_no_takes_no_name_back(watch):
    assert keeps_a_name_an_older_page_does_not_know(watch)


@pytest.mark.req("82")
def test_planted_plan_that_takes_the_names_of_its_page_for_all_is_caught(watch, monkeypatch):
    monkeypatch.setattr(Veto, "joined", lambda self, other: other)
    assert not keeps_a_name_an_older_page_does_not_know(watch)


@pytest.mark.req("82")
def test_what_planning_adds_is_not_undone_by_particulars_opened_before(watch):
    with watch.vault.writing() as session:
        version = people.read(session, watch.case_id, by=watch.dana.id, now=NOW).version
    watch.planned(vetoed=("Maria Lopez",))
    learned = Learned("", "", None, None, False, NO_VETO)
    with pytest.raises(StaleVersion), watch.vault.writing() as session:
        note(session, watch.case_id, learned, version=version, by=watch.dana.id, now=NOW)


def her_no_is_in_both_cases(watch) -> bool:
    """Decide that a newer case is hers too, say no in each, take one back, and tell whether both follow."""
    says(watch, Veto(("María López",), is_of_her_town=True))
    with watch.vault.writing() as session:
        session.add(PossibleMatch(id=(row := uuid4()), case_id=(newer := a_case(session)), other_case_id=watch.case_id))
        session.flush()
        decide(session, row, same=True, by=watch.dana.id, now=NOW)
        is_carried = veto_of(session, newer) == veto_of(session, watch.case_id) != NO_VETO
        vetoes.add_to_veto(session, newer, Veto(("Jo Kim",)), by=watch.dana.id, now=NOW)
        vetoes.change_veto(session, newer, Veto(("Jo Kim",)), by=watch.dana.id, now=NOW)
        return is_carried and veto_of(session, watch.case_id) == veto_of(session, newer) == Veto(("Jo Kim",))


@pytest.mark.req("82")
def test_her_no_follows_her_into_each_case_that_is_decided_to_be_hers(watch):
    assert her_no_is_in_both_cases(watch)


@pytest.mark.req("82")
def test_planted_decision_that_leaves_her_no_behind_is_caught(watch, monkeypatch):
    monkeypatch.setattr(carrying, "add_to_veto", lambda *_, **__: None)
    assert not her_no_is_in_both_cases(watch)


@pytest.mark.req("82")
def test_nothing_is_decided_while_her_no_does_not_open(watch):
    says(watch, MARIA)
    with watch.vault.writing() as session:
        session.add(PossibleMatch(id=(row := uuid4()), case_id=a_case(session), other_case_id=watch.case_id))
        session.execute(update(InterpreterVeto).values(veto_box=b"\x01\x01" + bytes(200)))
        audit.record(session, action="test.tear", by=watch.dana.id, cases=[watch.case_id], now=NOW)
    with pytest.raises(UNREADABLE), watch.vault.writing() as session:
        decide(session, row, same=True, by=watch.dana.id, now=NOW)


def test_planning_a_meeting_adds_the_names_and_keeps_the_rest_of_her_no(watch):
    says(watch, TOWN)
    watch.planned(vetoed=("Maria Lopez",))
    with watch.vault.writing() as session:
        assert veto_of(session, watch.case_id) == Veto(("Maria Lopez",), is_of_her_town=True)
        sketch = meeting_planning.sketch(session, watch.dana, watch.case_id, now=NOW)
    assert words_of(sketch.veto) == (
        "She wants no interpreter from her own town or community.",
        "Not as interpreter: Maria Lopez.",
    )
