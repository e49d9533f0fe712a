"""Supervisors try a protocol, see what it changes, and two of them make it current; nothing typed is lost."""

import io
import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from advocate_desk import HOST, Desk

from outreach.on_duty import on_call
from outreach.on_duty.on_call import NewShift, Turn
from outreach.protocols import changes as protocol_changes
from outreach.protocols.versions import changes, current_texts
from outreach.terms import Role

GUILFORD = (Path(__file__).parents[2] / "config" / "protocols" / "guilford-da.toml").read_text()
SLOWER = GUILFORD.replace('"first_contact", due = "12 hours"', '"first_contact", due = "18 hours"').replace(
    "2026-03", "2026-04"
)
HIDDEN = re.compile(r'name="text" value="([^"]*)"')


@pytest.fixture
def at_protocols(desk, world, vault, clock):
    with vault.writing() as session:
        protocol_changes.install(session, {"guilford-da": GUILFORD}, now=clock.now())
        week = NewShift(world.dana.card.id, Turn.FIRST, clock.now(), clock.now() + timedelta(days=9))
        on_call.add_shift(session, week, by=None, now=clock.now())
    return desk.sit_down(world.supervisor.card)


@pytest.fixture
def second(app, clock, vault, hire):
    """Another supervisor's browser."""
    return Desk(app.test_client(), clock, vault).sit_down(hire(Role.SUPERVISOR, name="Sam Second").card)


def words(answer) -> str:
    return unescape(answer.get_data(as_text=True))


def as_browser(text: str) -> str:
    return text.replace("\n", "\r\n")


def preview(desk, text: str):
    desk.get("/protocols/new")
    return desk.post("/protocols/previews", {"text": as_browser(text)})


def ask_for(desk, text: str = SLOWER) -> str:
    """Try a text, ask for it, and return the address of the change."""
    hidden = HIDDEN.search(preview(desk, text).get_data(as_text=True)).group(1)
    asked = desk.post("/protocols", {"text": as_browser(unescape(hidden)), "reason": "The team is small."})
    assert asked.status_code == 303
    return asked.location


def agree(desk, change: str, reason: str = "Looked at it."):
    page = desk.get(change).get_data(as_text=True)
    seen = re.search(r'name="instead_of" value="([^"]*)"', page).group(1)
    return desk.post(f"{change}/agreement", {"instead_of": seen, "reason": reason})


def in_force(vault) -> str:
    with vault.reading() as session:
        return current_texts(session)["guilford-da"]


@pytest.mark.req("12")
def test_a_dry_run_says_what_comes_later_by_word_and_shape_and_changes_nothing(at_protocols, vault):
    page = words(preview(at_protocols, SLOWER))
    assert "Level B. Make the first contact: up to 6 h later." in page
    assert re.search(r'chip--late"><svg.*?Later', page, re.S)
    assert "guilford-da: version 2026-04 in place of version 2026-03" in page
    assert in_force(vault) == GUILFORD


@pytest.mark.req("12")
def test_a_dry_run_shows_each_number_that_changes_and_warns_of_a_laxer_one(at_protocols, second, vault):
    stricter = SLOWER + '\n[meetings]\nbuddy_after = "5 minutes"\n'
    said = "The buddy is told of a missed check-in or check-out after: now {}. Then {}."
    assert words(preview(at_protocols, stricter)).count(said.format("10 minutes", "5 minutes")) == 1
    agree(second, ask_for(at_protocols, stricter))
    page = words(preview(at_protocols, SLOWER.replace("2026-04", "2026-05")))
    assert page.count(said.format("5 minutes", "10 minutes")) == 2
    assert "One number of its text changes." in page


@pytest.mark.req("12")
def test_every_fault_is_named_and_the_text_comes_back(at_protocols):
    faulty = SLOWER.replace('A = "15 minutes"', 'A = "1 hour"').replace("first_contact", "frist_contact")
    answer = preview(at_protocols, faulty)
    page = words(answer)
    assert answer.status_code == 422
    line = 1 + faulty.splitlines().index('A = "1 hour"')
    assert f"Line {line}, match.A" in page
    assert 'Did you mean "first_contact"?' in page
    assert 'step = "frist_contact", due = "18 hours"' in page


def test_a_text_that_is_not_toml_names_its_line(at_protocols):
    assert "at line 2" in words(preview(at_protocols, "format = 1\nversion = \n"))


@pytest.mark.req("12")
def test_a_file_can_be_picked_instead_of_pasted(at_protocols):
    at_protocols.get("/protocols/new")
    file = (io.BytesIO(SLOWER.encode()), "guilford-da.toml")
    answer = at_protocols.post("/protocols/previews", {"text": "old", "file": file})
    assert "up to 6 h later" in words(answer)
    none_picked = {"text": as_browser(SLOWER), "file": (io.BytesIO(b""), "", "application/octet-stream")}
    assert "up to 6 h later" in words(at_protocols.post("/protocols/previews", none_picked))
    unreadable = (io.BytesIO(b"\xff\xfe\x00"), "guilford-da.toml")
    refused = at_protocols.post("/protocols/previews", {"text": "kept words", "file": unreadable})
    assert (refused.status_code, "not UTF-8" in words(refused), "kept words" in words(refused)) == (422, True, True)


@pytest.mark.req("Z-3")
def test_a_file_nobody_asked_for_is_refused(at_protocols):
    at_protocols.get("/protocols/new")
    other, file = ((io.BytesIO(b"x"), "x.toml") for _ in range(2))
    assert at_protocols.post("/protocols/previews", {"text": "", "other": other}).status_code == 400
    assert at_protocols.post("/protocols", {"text": "", "reason": "", "file": file}).status_code == 400


@pytest.mark.req("12")
def test_two_supervisors_make_it_current(at_protocols, second, vault):
    change = ask_for(at_protocols)
    assert in_force(vault) == GUILFORD
    assert "A second supervisor can now look at it." in words(at_protocols.get(change))

    made = agree(second, change)

    assert (made.status_code, made.location) == (303, "/protocols")
    assert in_force(vault) == SLOWER
    page = words(second.get("/protocols"))
    assert "Sam Second" in page
    assert "The team is small." in page
    assert "guilford-da, version 2026-03" in page


@pytest.mark.req("12")
def test_whoever_asked_is_not_offered_the_button_and_can_not_press_it(at_protocols, vault):
    change = ask_for(at_protocols)
    assert "Make it current" not in words(at_protocols.get(change))
    refused = at_protocols.post(f"{change}/agreement", {"instead_of": "", "reason": "Me again."})
    assert refused.status_code == 409
    assert "Another supervisor makes it current." in words(refused)
    assert in_force(vault) == GUILFORD


@pytest.mark.req("12")
def test_what_came_into_force_meanwhile_is_looked_at_again(at_protocols, second, vault):
    change = ask_for(at_protocols)
    second.get(change)
    refused = second.post(f"{change}/agreement", {"instead_of": "0" * 64, "reason": "Looked at it."})
    assert refused.status_code == 409
    assert "Look again" in words(refused)
    assert "Looked at it." in words(refused)
    assert in_force(vault) == GUILFORD


@pytest.mark.req("12")
def test_an_earlier_protocol_is_used_again_by_two(at_protocols, second, vault):
    agree(second, ask_for(at_protocols))
    like = re.search(
        r"/protocols/new\?like=[0-9a-f]{64}(?=\"[^>]*>Read it)", second.get("/protocols").get_data(as_text=True)
    )
    filled = unescape(
        re.search(r"<textarea[^>]*>\n(.*?)</textarea>", second.get(like.group(0)).get_data(as_text=True), re.S).group(1)
    )
    agree(at_protocols, ask_for(second, filled))
    assert in_force(vault) == GUILFORD


def test_a_change_is_taken_back_with_a_reason_and_is_settled_then(at_protocols, second, vault):
    change = ask_for(at_protocols)
    assert second.post(f"{change}/withdrawal", {"reason": ""}).status_code == 422
    assert second.post(f"{change}/withdrawal", {"reason": "A slip."}).status_code == 303
    assert agree_late(second, change).location == "/protocols"
    assert in_force(vault) == GUILFORD
    with vault.reading() as session:
        kept = next(each for each in changes(session) if each.version == "2026-04")
    assert kept.why == ("The team is small.", "A slip.")


def agree_late(desk, change: str):
    return desk.post(f"{change}/agreement", {"instead_of": "", "reason": "Too late."})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GUILFORD, "in force already"),
        (SLOWER.replace("2026-04", "2026-03"), "Give it a new version."),
    ],
)
def test_a_text_that_is_in_force_or_takes_its_name_is_refused_with_a_mend(at_protocols, text, says):
    answer = preview(at_protocols, text)
    assert answer.status_code == 422
    assert says in words(answer)


def test_a_second_change_of_a_place_waits_for_the_first(at_protocols):
    ask_for(at_protocols)
    page = words(preview(at_protocols, SLOWER.replace("2026-04", "2026-05")))
    assert "A change of this place waits already." in page
    assert "Ask a second person" not in page


def test_the_team_page_says_that_a_change_waits(at_protocols):
    assert "A change waits for a second look." in words(at_protocols.get("/team"))


def test_a_reason_left_out_keeps_the_dry_run_and_the_text(at_protocols):
    hidden = HIDDEN.search(preview(at_protocols, SLOWER).get_data(as_text=True)).group(1)
    answer = at_protocols.post("/protocols", {"text": as_browser(unescape(hidden)), "reason": ""})
    assert answer.status_code == 422
    assert HIDDEN.search(answer.get_data(as_text=True)).group(1).strip() == hidden.strip()
    assert at_protocols.client.get(HOST + "/protocols").status_code == 200
