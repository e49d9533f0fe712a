"""
No address of the portal hands on who was told before a call-in: no export, no download, no feed, no message.

Each route is asked in worlds that differ in nothing but that. Only pages for our own people may differ.
"""

import re
from html.parser import HTMLParser

import pytest
from advocate_desk import Desk
from advocate_routes import PRINCIPALS, address, routes
from builders import NOW
from case_visits import settle

from outreach import audit
from outreach.records.work import Task
from outreach.tasks import end_task
from outreach.terms import MissedCause, Outcome, TaskState

MAY_SEE = ("dana", "supervisor")
STATES = {
    "not told": (TaskState.OPEN, None),
    "told": (TaskState.DONE, Outcome.REACHED.value),
    "closed": (TaskState.CLOSED, "no_safe_way"),
    "missed": (TaskState.MISSED, None),
}
PASSING_ON = re.compile(
    r"\b(export|download|csv|xlsx|spreadsheet|mailto|e-?mail|forward|share|report|police|sheriff|prosecutor|officer who"
    r"|tell the agency|notify|clipboard|print|calendar feed|subscribe|webhook)\b",
    re.IGNORECASE,
)
OWN_FORMS = re.compile(r"^/(call-ins/[0-9a-f-]{36}/(closing|opening|question)|lock)$")


class Marks(HTMLParser):
    """Everything on a page that leads or sends somewhere, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[str] = []
        self.odd: list[str] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        self.links += [at[name] for name in ("href", "src", "data") if at.get(name)]
        if tag == "form":
            self.forms.append(at["action"])
        if "download" in at or "ping" in at or tag in ("iframe", "object", "embed"):
            self.odd.append(tag)

    def handle_data(self, data):
        self.words.append(data)


def set_notice(vault, world, state: TaskState, outcome: str | None) -> None:
    """Let the notice of Dana's case stand like this."""
    with vault.writing() as session:
        task = session.get_one(Task, world.notice_id)
        task.state = TaskState.OPEN.value
        if state is not TaskState.OPEN:
            end_task(session, task, state, now=NOW, outcome=outcome, ended_by=str(world.supervisor.card.id))
        task.missed_cause = MissedCause.NOT_DONE.value if state is TaskState.MISSED else None
        audit.record(session, action="test.notice", by=None, cases=[world.case_id], now=NOW)


def seen_by(app, clock, vault, world, principal: str) -> dict[str, tuple[int, str, str, bytes]]:
    """Return what every address that can be read answers to one person, without what is made anew for each answer."""
    found, desk = {}, Desk(app.test_client(), clock, vault)
    if principal != "stranger":
        desk.sit_down(getattr(world, principal).card)
    for method, rule in sorted(routes(app)):
        if method != "GET" or rule in ("/session",):
            continue
        answer = desk.get(address(rule, world))
        body = re.sub(rb'(name="csrf_token" value=|class="mark" href=)"[^"]*"', b"", answer.data)
        found[rule] = answer.status_code, answer.content_type, answer.headers.get("Content-Disposition", ""), body
    return found


def check_only_own_pages_differ(app, clock, vault, world, *, people=PRINCIPALS, states=tuple(STATES)) -> None:
    """Assert that nothing but pages for those who may see the case differs with the state of its notice."""
    settle(vault, world)
    seen = {}
    for name in states:
        set_notice(vault, world, *STATES[name])
        seen[name] = {each: seen_by(app, clock, vault, world, each) for each in people}
    for principal in people:
        answers = [seen[name][principal] for name in states]
        for rule in answers[0]:
            told = {answer[rule] for answer in answers}
            is_own_page = principal in MAY_SEE and all(each[1].startswith("text/html") for each in told)
            assert len(told) == 1 or is_own_page, (principal, rule)
            assert all("attachment" not in each[2] for each in told), (principal, rule)


@pytest.mark.req("14")
def test_only_pages_for_our_own_people_tell_who_was_told(app, clock, vault, world):
    check_only_own_pages_differ(app, clock, vault, world)


@pytest.mark.req("14")
@pytest.mark.usefixtures("own_app")
@pytest.mark.parametrize("kind", ["text/csv", "application/json", "text/calendar", "open to all"])
def test_planted_feed_of_the_board_is_caught(app, clock, vault, world, monkeypatch, kind):
    def feed():
        with vault.reading() as session:
            state = session.get_one(Task, world.notice_id).state
        return app.response_class(state, mimetype="text/html" if kind == "open to all" else kind)

    feed.door = app.view_functions["static"].door  # As public as a style sheet.
    app.add_url_rule("/feed", "feed", feed)
    with pytest.raises(AssertionError, match="/feed"):
        check_only_own_pages_differ(app, clock, vault, world, people=("stranger", "dana"), states=("told", "missed"))


def faults_of_passing_on(page: str) -> list[str]:
    """Return everything on a page about call-ins by which somebody could hand on what it says."""
    marks = Marks(page)
    faults = [each for each in marks.links if not each.startswith(("/", "#"))]
    faults += [each for each in marks.forms if not OWN_FORMS.match(each)]
    faults += marks.odd
    faults += [each.group() for each in PASSING_ON.finditer(" ".join(marks.words))]
    return faults


@pytest.mark.req("14")
@pytest.mark.parametrize("state", STATES)
def test_no_page_about_call_ins_offers_to_hand_anything_on(desk, vault, world, state):
    settle(vault, world)
    set_notice(vault, world, *STATES[state])
    for who in (world.dana, world.supervisor):
        desk.sit_down(who.card)
        for path in ("/call-ins", "/call-ins?on=2026-11-30", f"/call-ins/{world.notice_id}"):
            assert faults_of_passing_on(desk.get(path).text) == [], path


PLANTED = [
    '<a href="https://city.example/board">See it there</a>',
    '<a href="mailto:da@city.example">Write</a>',
    '<a href="/call-ins" download>Keep</a>',
    '<form method="post" action="/call-ins/agency"><button>Go</button></form>',
    "<button>Export as CSV</button>",
    "<button>Send to police</button>",
    '<iframe src="/call-ins"></iframe>',
]


@pytest.mark.req("14")
@pytest.mark.parametrize("fault", PLANTED)
def test_planted_way_to_hand_it_on_is_caught(desk, world, fault):
    page = desk.sit_down(world.dana.card).get("/call-ins").text
    assert faults_of_passing_on(page) == []
    assert faults_of_passing_on(page.replace("</main>", f"{fault}</main>"))


@pytest.mark.req("14")
def test_no_address_is_named_for_handing_on(app):
    named = [rule for _, rule in routes(app) if "call-in" in rule]
    assert sorted(set(named)) == [
        "/call-ins",
        "/call-ins/<uuid:notice_id>",
        "/call-ins/<uuid:notice_id>/closing",
        "/call-ins/<uuid:notice_id>/opening",
        "/call-ins/<uuid:notice_id>/paper",
        "/call-ins/<uuid:notice_id>/question",
    ]
