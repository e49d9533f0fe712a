"""Help without a word: what calls for it answers like what does not, to the byte, at any time of a meeting."""

import pytest
from advocate_desk import Desk
from builders import NOW
from case_visits import words
from meeting_pages import SAFE, begin, check, go_back, place, plain, plan
from meeting_world import START
from sqlalchemy import select

from outreach.meetings import help as meeting_help
from outreach.records.on_call import PageCall

__all__ = ["place"]


def ended(desk, vault, world, place, clock, sent: dict) -> list:
    """Return every answer from a check-out on: status, headers and bytes, without what differs by chance."""
    with vault.writing() as session:
        meeting_help.keep_phrase(session, world.dana.card.id, "the red folder", now=NOW)
    at = begin(desk, world, place, clock)
    desk.get(at)
    answers = [desk.post(f"{at}/check-out", sent), *(desk.get(each) for each in (at, "/meetings", "/today", at))]
    meeting_id = at.rpartition("/")[2]
    return [plain(each, meeting_id, world) for each in answers]


PLAIN = {"note": "She was fine. Back soon."}
CALLS = ({"note": "She was fine. Back soon.", "timesheet": "later"}, {"note": "I left The red FOLDER there."})


@pytest.fixture(params=CALLS, ids=["button", "words"])
def both(request, desk, vault, world, place, at_case, clock):
    """What one sees after a plain check-out, and after one that calls for help, in the same world."""
    with_help = ended(desk, vault, world, place, clock, request.param)
    go_back(vault, clock)
    desk.sit_down(world.dana.card)
    return ended(desk, vault, world, place, clock, PLAIN), with_help


def look_alike(both) -> None:
    plain, with_help = both
    assert plain == with_help


@pytest.mark.req("52")
def test_a_call_for_help_answers_like_any_check_out_to_the_byte(both, vault):
    look_alike(both)
    with vault.reading() as session:
        assert [each.about for each in session.scalars(select(PageCall))] == ["meeting_duress"]


def test_planted_word_of_the_call_for_help_on_the_screen_is_caught(
    request, desk, vault, world, place, at_case, clock, monkeypatch
):
    monkeypatch.setattr("outreach.meetings.lines.is_there", lambda *_: False)
    monkeypatch.setattr("outreach.meetings.view.is_there", lambda *_: False)
    with_help = ended(desk, vault, world, place, clock, CALLS[0])
    go_back(vault, clock)
    desk.sit_down(world.dana.card)
    plain = ended(desk, vault, world, place, clock, PLAIN)
    with pytest.raises(AssertionError):
        look_alike((plain, with_help))


@pytest.mark.req("52")
def test_a_call_for_help_at_the_door_looks_like_any_check_in_to_the_byte(desk, vault, world, place, at_case, clock):
    seen = []
    for sent in ({"timesheet": "later"}, {}):
        at = plan(desk, world, place)
        check(desk, at)
        clock.advance(START - clock.now())
        desk.sit_down(world.dana.card)
        desk.get(at)
        answers = [desk.post(f"{at}/check-in", sent), *(desk.get(each) for each in (at, "/meetings", "/today"))]
        seen.append([plain(each, at.rpartition("/")[2], world) for each in answers])
        go_back(vault, clock)
        desk.sit_down(world.dana.card)
    look_alike(seen)
    with vault.reading() as session:
        assert [each.about for each in session.scalars(select(PageCall))] == ["meeting_duress"]


@pytest.mark.req("52")
def test_help_comes_though_the_meeting_may_not_begin(desk, vault, world, place, at_case):
    at = plan(desk, world, place)
    desk.get(at)
    answers = [desk.post(f"{at}/check-in", sent) for sent in ({"timesheet": "later"}, {})]
    look_alike([plain(each, at.rpartition("/")[2], world) for each in answers])
    with vault.reading() as session:
        assert [each.about for each in session.scalars(select(PageCall))] == ["meeting_duress"]


@pytest.mark.req("52")
@pytest.mark.parametrize("note", ["Fine.", "long " * 300], ids=["ended", "faulty"])
def test_help_comes_though_the_check_out_can_not_be_kept(desk, vault, world, place, at_case, clock, note):
    at = begin(desk, world, place, clock)
    for step in (desk.get, lambda page: desk.post(f"{page}/check-out", {"note": "Fine."}), desk.get):
        step(at)
    answers = [desk.post(f"{at}/check-out", {"note": note, **more}) for more in ({"timesheet": "later"}, {})]
    look_alike([plain(each, at.rpartition("/")[2], world) for each in answers])
    with vault.reading() as session:
        assert [each.about for each in session.scalars(select(PageCall))] == ["meeting_duress"]


@pytest.mark.req("52")
def test_what_to_do_is_shown_to_those_who_are_not_there(desk, vault, world, place, at_case, clock, app):
    at = begin(desk, world, place, clock)
    desk.post(f"{at}/check-out", {"note": "canary of danger", "timesheet": "later"})
    boss = Desk(app.test_client(), clock, vault).sit_down(world.supervisor.card)
    page = words(boss.get(at))
    assert "asked for help, and nobody there can tell." in page
    assert "canary of danger" in page
    assert "may need help" in words(boss.get("/today"))
    for who in (world.dana, world.other):
        there = Desk(app.test_client(), clock, vault).sit_down(who.card)
        assert "help" not in words(there.get(at)).casefold().replace("our help", "")
        assert "canary of danger" not in words(there.get(at))


# At any other time


DANGER = "I left The red FOLDER there."
QUIET = {"timesheet": "later"}
STEPS = {
    "note-before": ("ahead", "note", {"note": "Rain."}, ({"note": "Rain.", **QUIET}, {"note": DANGER})),
    "note-there": ("there", "note", {"note": "Rain."}, ({"note": "Rain.", **QUIET}, {"note": DANGER})),
    "note-after": ("over", "note", {"note": "Rain."}, ({"note": "Rain.", **QUIET}, {"note": DANGER})),
    "more-time": ("there", "more-time", {}, (QUIET,)),
    "called-off": ("ahead", "cancellation", {"because": "She is ill."}, ({"because": DANGER},)),
    "called-off-wrong": (
        "ahead",
        "cancellation",
        {"because": "y" * len(DANGER) + "x" * 400},
        ({"because": DANGER + "x" * 400},),
    ),
    "checked": ("ahead", "safety-check", {**SAFE, "words": ""}, ({**SAFE, "words": DANGER},)),
}


def taken(desk, world, place, clock, case: str, sent: dict) -> list:
    """Return every answer from a step on, the form and what was typed left out."""
    stage, step, _, _ = STEPS[case]
    at = plan(desk, world, place) if stage == "ahead" else begin(desk, world, place, clock)
    if stage == "over":
        desk.get(at)
        desk.post(f"{at}/check-out", {"note": ""})
    desk.get(f"{at}/safety-check" if step == "safety-check" else at)
    answers = [desk.post(f"{at}/{step}", sent), *(desk.get(each) for each in (at, "/meetings", "/today", at))]
    found = [plain(each, at.rpartition("/")[2], world) for each in answers]
    typed = sent.get("because", "nothing")
    return [(status, text.replace(typed, "typed")) for status, text in found]


def calls_unseen(desk, vault, world, place, clock, case: str) -> None:
    """Take a step plainly and with each call for help, and see but one difference: who is paged."""
    with vault.writing() as session:
        meeting_help.keep_phrase(session, world.dana.card.id, "the red folder", now=NOW)
    seen = []
    for number, sent in enumerate((STEPS[case][2], *STEPS[case][3])):
        seen.append(taken(desk, world, place, clock, case, sent))
        with vault.reading() as session:
            assert len(session.scalars(select(PageCall)).all()) == number
        go_back(vault, clock)
        desk.sit_down(world.dana.card)
    for each in seen[1:]:
        look_alike((seen[0], each))


@pytest.mark.req("52")
@pytest.mark.parametrize("case", STEPS)
def test_a_call_for_help_with_any_step_looks_like_the_step_to_the_byte(desk, vault, world, place, at_case, clock, case):
    calls_unseen(desk, vault, world, place, clock, case)


@pytest.mark.parametrize("case", ["note-there", "called-off"])
def test_planted_step_that_heeds_no_words_is_caught(desk, vault, world, place, at_case, clock, monkeypatch, case):
    monkeypatch.setattr(meeting_help, "is_call_for_help", lambda *_: False)
    with pytest.raises(AssertionError):
        calls_unseen(desk, vault, world, place, clock, case)


@pytest.mark.req("52")
def test_notes_are_kept_together_and_words_for_danger_apart(desk, vault, world, place, at_case, clock, app):
    with vault.writing() as session:
        meeting_help.keep_phrase(session, world.dana.card.id, "the red folder", now=NOW)
    at = begin(desk, world, place, clock)
    for step, note in (("note", "canary one"), ("note", f"canary two. {DANGER}"), ("check-out", "canary three")):
        desk.get(at)
        assert desk.post(f"{at}/{step}", {"note": note}).status_code == 303
    boss = Desk(app.test_client(), clock, vault).sit_down(world.supervisor.card)
    page = words(boss.get(at))
    assert ("canary two" in page, "canary one" in page) == (True, False)
    desk.post(f"{at}/outcome", {"went": "came"})
    assert "canary one\ncanary three" in words(desk.get(at_case))


@pytest.mark.req("52")
def test_only_those_who_are_there_keep_a_note(desk, vault, world, place, at_case, clock, app):
    at = begin(desk, world, place, clock)
    boss = Desk(app.test_client(), clock, vault).sit_down(world.supervisor.card)
    boss.get(at)
    assert boss.post(f"{at}/note", {"note": "Hello."}).status_code == 404
