"""Level B, from the call-in an agency names to each way it can end for her, in both places, on both databases."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from level_walk import PLACES, SAFE, Place, Walk

from outreach.protocols.steps import Step
from outreach.reaching.next_way import ELSEWHERE
from outreach.records.work import Task
from outreach.terms import Level

STEPS = {"high-point": Step.NOTICE_BEFORE_CALL_IN, "guilford-da": Step.NOTICE_BEFORE_NOTIFICATION}
LEAD = {"high-point": timedelta(hours=72), "guilford-da": timedelta(hours=120)}
LAST = {"high-point": timedelta(hours=24), "guilford-da": timedelta(hours=48)}
AHEAD = timedelta(days=10)

both = pytest.mark.parametrize("place", PLACES, ids=lambda each: each.jurisdiction)


class Notice:
    """The notice of one call-in, as the desk sees it."""

    def __init__(self, walk: Walk) -> None:
        self.walk, self.step = walk, STEPS[walk.place.jurisdiction]
        task = walk.tasks()[self.step]
        self.id, self.due_at = task.id, task.due_at

    def row(self) -> str:
        """Return what the board says of it."""
        page = self.walk.desk.get("/call-ins")
        rows = re.findall(r'<li class="row">.*?</li>', page, re.DOTALL)
        (found,) = [row for row in rows if self.walk.path in row]
        return unescape(" ".join(re.sub(r"<[^>]+>", " ", found).split()))

    def page(self) -> str:
        """Return what its own page says."""
        page = self.walk.desk.get(f"/call-ins/{self.id}")
        assert self.walk.desk.page.status_code == 200, self.walk.desk.page.status_code
        return unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))

    def try_her(self, outcome: str, way: str = "call") -> None:
        """Record a try from the board: to its page, to the form, two taps."""
        desk = self.walk.desk
        desk.get(f"/call-ins/{self.id}")
        desk.get(next(link for link in desk.links(r"/attempts/new") if str(self.id) in link))
        chosen = re.search(rf'value="([0-9a-f-]{{36}}:{way})"', desk.text).group(1)
        desk.submit("/attempts$", way=chosen, outcome=outcome)
        assert desk.page.status_code == 200, desk.text

    def accept(self, step: Step) -> None:
        """Check what the agency changed, and agree to it."""
        task, desk = self.walk.tasks()[step].id, self.walk.desk
        desk.get(f"/tasks/{task}")
        desk.submit(f"/tasks/{task}", answer="yes")
        assert desk.page.status_code == 200, desk.text
        assert step not in self.walk.tasks()

    @property
    def state(self) -> tuple[str, str | None]:
        """Return its state and why it was missed."""
        with self.walk.town.vault.reading() as session:
            task = session.get_one(Task, self.id)
            return task.state, task.missed_cause


def begin(town, place: Place, **scene: str) -> Notice:
    """Let a woman come to level B, and her partner be told in ten days at six in the evening."""
    walk = Walk(town, place, Level.B)
    at = (walk.now + AHEAD).replace(hour=23, minute=0).isoformat()
    on_scene = {**SAFE, "safe_times": "weekdays 9-12", **scene}
    if place.jurisdiction == "high-point":
        walk.begin(on_scene=on_scene, call_in_at=at)
    else:
        walk.begin(on_scene=on_scene)
        walk.send("individual_notification_scheduled", notification_at=at)
    notice = Notice(walk)
    assert notice.due_at == datetime.fromisoformat(at) - LEAD[place.jurisdiction]
    assert "Not told yet" in notice.row()
    return notice


@pytest.mark.req("13")
@both
def test_she_is_reached_and_the_call_in_turns_green(town, place):
    notice = begin(town, place)
    notice.walk.wait_until(notice.walk.morning())
    assert "The safest way: call" in notice.page()
    notice.try_her("no_answer")
    assert "One try so far." in notice.page()
    notice.walk.wait_until(notice.walk.morning())
    notice.try_her("reached")

    assert notice.state == ("done", None)
    assert "Told She was reached and knows." in notice.row()
    assert "told" in notice.walk.desk.get("/today")
    notice.walk.wait_until(notice.due_at + LEAD[place.jurisdiction] + timedelta(minutes=1))
    assert notice.state == ("done", None)
    notice.walk.nothing_went_to_the_agency()


@pytest.mark.req("17")
@both
def test_she_declines_and_nobody_asks_again(town, place):
    notice = begin(town, place)
    notice.walk.wait_until(notice.walk.morning())
    notice.try_her("declined")

    assert notice.state == ("done", None)
    assert "She said no thanks She was reached and said no thanks." in notice.row()
    assert notice.step not in notice.walk.tasks()
    notice.walk.nothing_went_to_the_agency()


@pytest.mark.req("13")
@both
def test_no_safe_way_is_signed_and_counted_apart(town, place):
    notice = begin(town, place)
    notice.walk.wait_until(notice.walk.morning())
    notice.try_her("unsafe")
    assert "There is no safe way to tell her yet." in notice.page()
    notice.walk.desk.submit("/question$")
    assert notice.step.value in notice.walk.escalated()

    supervisor = town.sign_in("supervisor")
    supervisor.get(f"/call-ins/{notice.id}")
    typed = {"kind": "no_safe_way", "weighed": [each.value for each in ELSEWHERE], "reason": "Only phone is known."}
    said = unescape(supervisor.submit("/closing$", **typed))
    assert "Only phone is known." in said
    assert notice.state == ("closed", None)
    assert "No safe way, signed It does not count as told." in notice.row()
    notice.walk.wait_until(notice.due_at + LEAD[place.jurisdiction] + timedelta(minutes=1))
    assert notice.state == ("closed", None)
    notice.walk.nothing_went_to_the_agency()


@pytest.mark.req("13")
@both
def test_nobody_tells_her_and_it_is_missed_with_its_cause_for_ever(town, place):
    notice = begin(town, place)
    call_in_at = notice.due_at + LEAD[place.jurisdiction]
    notice.walk.wait_until(notice.due_at - timedelta(minutes=1))
    assert "Not told yet" in notice.row()
    notice.walk.wait_until(notice.due_at + timedelta(minutes=1))
    assert "Late, not told" in notice.row()
    assert notice.step.value in notice.walk.escalated()
    assert "Call-ins: not told in time" in town.sign_in("supervisor").get("/team")
    notice.walk.wait_until(call_in_at - LAST[place.jurisdiction] + timedelta(minutes=1))
    assert "Last hours, not told" in notice.row()
    notice.walk.wait_until(call_in_at)

    assert notice.state == ("missed", "not_done")
    assert "Missed She was not told. It was not done in time." in notice.row()
    notice.walk.see("/attempts/new")
    phone = notice.walk.phone_of_form()
    notice.walk.desk.submit("/attempts$", way=f"{phone}:call", outcome="reached")
    assert notice.state == ("missed", "not_done")
    notice.walk.nothing_went_to_the_agency()


@pytest.mark.req("15")
@both
def test_moved_later_and_off_change_nothing_until_somebody_has_checked(town, place):
    notice = begin(town, place)
    walk, first = notice.walk, f"{place.reference}-{1 if place.jurisdiction == 'high-point' else 2}"
    later = (notice.due_at + LEAD[place.jurisdiction] + timedelta(days=7)).isoformat()
    walk.send("call_in_rescheduled", refers_to=first, call_in_at=later)
    assert "Until you check it, this day stands." in notice.row()
    assert walk.tasks()[notice.step].due_at == notice.due_at
    notice.accept(Step.ACKNOWLEDGE_RESCHEDULE)
    assert walk.tasks()[notice.step].due_at == notice.due_at + timedelta(days=7)

    walk.send("call_in_rescheduled", refers_to=first, call_in_at=walk.at(hours=20))
    assert "which counts already" in notice.row()
    assert "Last hours, not told" in notice.row()
    notice.accept(Step.ACKNOWLEDGE_RESCHEDULE)

    walk.send("call_in_cancelled", refers_to=first)
    assert "The agency says that it is off. Until you check it, this day stands." in notice.row()
    notice.accept(Step.ACKNOWLEDGE_CANCEL)
    assert notice.state == ("superseded", None)
    assert "Called off It is off. Somebody here checked." in notice.row()
    walk.nothing_went_to_the_agency()
