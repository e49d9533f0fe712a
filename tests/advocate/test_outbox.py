"""The outbox shows where every text stands, by handle, to those whose case it is; it cancels and moves texts."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from advocate_desk import Desk
from builders import NOW, FrozenClock, a_case, a_destination, a_verdict
from sqlalchemy import select

from outreach import audit
from outreach.access import StaffCard
from outreach.cases import change_standing
from outreach.gate.hours import Window
from outreach.messaging import outbox, rescheduling
from outreach.messaging.provider import sweep as provider_sweep
from outreach.messaging.provider.sweep import Swept
from outreach.messaging.text_boxes import TextContent, open_text, seal_text
from outreach.messaging.text_tasks import ask_to_check
from outreach.records.cases import CaseRecord
from outreach.records.engine import Vault
from outreach.records.work import Task, Text
from outreach.scheduling import ticks
from outreach.terms import Channel, TextState

ZONE = ZoneInfo("America/New_York")
WORDS = "Choir: canary words."
HOURS = Window((0, 1, 2, 3, 4, 5, 6), time(9), time(17))


@pytest.fixture
def a_text(vault: Vault, world):
    """Return a function that puts a text of Dana's case in some state."""

    def make(state: TextState, *, case_id: UUID | None = None, phone_id: UUID | None = None, **content: str) -> UUID:
        case, row = case_id or world.case_id, uuid4()
        with vault.writing() as session:
            text = Text(
                id=row,
                case_id=case,
                destination_id=phone_id or world.phone.id,
                released_by_id=world.dana.card.id,
                state=state.value,
                release_at=NOW + timedelta(hours=3),
                state_at=NOW,
                callback_token=row.bytes,
                text_box=seal_text(
                    session, TextContent("Choir: canary words.", None, **content), case_id=case, row=row
                ),
            )
            session.add(text)
            session.flush()
            if state in (TextState.HELD, TextState.UNKNOWN):
                ask_to_check(session, text, now=NOW)
            audit.record(session, action="test.text", by=None, cases=[case], now=NOW)
        return row

    return make


@dataclass(frozen=True)
class Welcome:
    """A case of Dana's, with a phone at which texts are welcome every day."""

    case_id: UUID
    phone_id: UUID


@pytest.fixture
def welcome(vault: Vault, world) -> Welcome:
    fresh = NOW - timedelta(days=1)
    said = {Channel.CALL: a_verdict(), Channel.TEXT: a_verdict()}
    with vault.writing() as session:
        case_id = a_case(session, assigned_to=world.dana.card.id)
        fields = {"value": "+13365550177", "verdicts": said, "windows": (HOURS,)}
        phone = a_destination(session, case_id, **fields, text_consent_at=fresh, last_live_contact_at=fresh)
        return Welcome(case_id, phone.id)


def page_of(desk: Desk, card: StaffCard, path: str = "/outbox") -> str:
    return desk.sit_down(card).get(path).get_data(as_text=True)


def test_a_held_text_says_why_and_offers_the_task_another_day_and_cancel(desk: Desk, world, a_text) -> None:
    a_text(TextState.HELD, held_reason="too_old")

    page = page_of(desk, world.dana.card)

    assert "It was planned for a time that has passed." in page
    assert "One text held. Look at it first." in page
    assert "What to do" in page
    assert "Another day" in page


def test_an_unknown_text_is_shown_with_its_task_and_can_not_be_sent_again(desk: Desk, world, a_text) -> None:
    text_id = a_text(TextState.UNKNOWN)

    page = page_of(desk, world.dana.card)

    assert "never sent again" in page
    assert str(text_id) not in page
    assert "/tasks/" in page


def nobody_elses_texts_show(desk: Desk, world) -> None:
    """P6 for the outbox: an advocate sees the texts of their own caseload."""
    assert world.handle in page_of(desk, world.dana.card)
    assert world.handle not in page_of(desk, world.other.card)
    assert world.handle not in page_of(desk, world.other.card, "/outbox/waiting")


@pytest.mark.req("P6")
@pytest.mark.req("70")
def test_an_advocate_sees_the_texts_of_their_own_cases_and_a_supervisor_all(desk: Desk, world) -> None:
    nobody_elses_texts_show(desk, world)
    assert world.handle in page_of(desk, world.supervisor.card)


@pytest.mark.req("P6")
def test_planted_outbox_of_everyone_is_caught(desk: Desk, world, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "visible_cases", lambda staff: select(CaseRecord))

    with pytest.raises(AssertionError):
        nobody_elses_texts_show(desk, world)


@pytest.mark.req("P7")
def test_neither_her_number_nor_the_words_nor_her_name_are_on_the_page(desk: Desk, world, a_text) -> None:
    for state in TextState:
        a_text(state, held_reason="busy")

    page = page_of(desk, world.dana.card)

    for canary in ("canary words", world.phone.value, world.phone.value[-4:] + "<", "Marisol", "Lena"):
        assert canary not in page


def test_a_text_is_cancelled_from_the_outbox_by_those_who_see_it_and_nobody_else(
    desk: Desk, vault: Vault, world
) -> None:
    path = f"/outbox/texts/{world.text_id}/cancellation"
    desk.sit_down(world.other.card)
    assert desk.post(path).status_code == 404

    desk.sit_down(world.dana.card)
    assert desk.post(path).location == "/outbox"

    with vault.reading() as session:
        assert session.get_one(Text, world.text_id).state == "cancelled"
    assert "The text is cancelled" in desk.get("/outbox").get_data(as_text=True)


def moved(desk: Desk, vault: Vault, world, text_id: UUID, on: str) -> datetime:
    desk.sit_down(world.dana.card)
    assert desk.post(f"/outbox/texts/{text_id}/new-time", {"day": on}).status_code == 303
    with vault.reading() as session:
        text = session.get_one(Text, text_id)
        assert text.state == "planned"
        return text.release_at


@pytest.mark.req("P2")
@pytest.mark.req("24")
def test_a_held_text_moves_to_a_random_minute_of_her_hours_on_the_day_chosen(
    desk: Desk, vault: Vault, world, a_text, welcome: Welcome
) -> None:
    day = (NOW.astimezone(ZONE) + timedelta(days=2)).date()
    seen = set()
    for _ in range(4):
        text_id = a_text(TextState.HELD, case_id=welcome.case_id, phone_id=welcome.phone_id, held_reason="too_old")
        at = moved(desk, vault, world, text_id, day.isoformat()).astimezone(ZONE)
        seen.add(at)
        assert at.date() == day
        assert time(9, 1) <= at.time() <= time(16, 54)
        with vault.writing() as session:
            text = session.get_one(Text, text_id)
            assert open_text(session, text).held_reason is None
            text.state = TextState.CANCELLED.value
            audit.record(session, action="test.cancel", by=None, cases=[world.case_id], now=NOW)
    assert len(seen) > 1
    with vault.reading() as session:
        assert not [t for t in session.query(Task).filter(Task.step == "text_check") if t.state == "open"]


@pytest.mark.req("P2")
def test_no_day_is_offered_less_than_two_hours_on(vault: Vault, world, a_text, welcome: Welcome) -> None:
    text_id = a_text(TextState.HELD, case_id=welcome.case_id, phone_id=welcome.phone_id)
    late = datetime.combine(NOW.astimezone(ZONE).date(), time(15, 30), ZONE).astimezone(UTC)

    with vault.reading() as session:
        days = rescheduling.days(session, text_id, now=late)

    assert days[0].on > late.astimezone(ZONE).date()
    assert all(span.begins_at >= late + timedelta(hours=2) for day in days for span in day.spans)


def the_gate_is_asked_again(desk: Desk, world, text_id: UUID) -> None:
    day = (NOW.astimezone(ZONE) + timedelta(days=2)).date()
    desk.sit_down(world.dana.card)
    answer = desk.post(f"/outbox/texts/{text_id}/new-time", {"day": day.isoformat()})
    assert answer.status_code == 409


@pytest.mark.req("24")
def test_a_text_is_not_moved_where_the_gate_says_no(desk: Desk, world, a_text, vault: Vault, welcome: Welcome) -> None:
    text_id = a_text(TextState.HELD, case_id=welcome.case_id, phone_id=welcome.phone_id)
    with vault.writing() as session:
        change_standing(session, welcome.case_id, by=world.dana.card.id, now=NOW, paused=True)

    the_gate_is_asked_again(desk, world, text_id)

    with vault.reading() as session:
        assert session.get_one(Text, text_id).state == "held"


@pytest.mark.req("24")
def test_planted_move_past_the_gate_is_caught(
    desk: Desk, world, a_text, vault: Vault, welcome: Welcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    text_id = a_text(TextState.HELD, case_id=welcome.case_id, phone_id=welcome.phone_id)
    with vault.writing() as session:
        change_standing(session, welcome.case_id, by=world.dana.card.id, now=NOW, paused=True)
    monkeypatch.setattr(rescheduling, "_ask", lambda *_, **__: None)

    with pytest.raises(AssertionError):
        the_gate_is_asked_again(desk, world, text_id)


def test_many_texts_come_page_by_page(desk: Desk, world, a_text) -> None:
    for _ in range(30):
        a_text(TextState.PLANNED)

    assert "All 31" in page_of(desk, world.dana.card)
    first = page_of(desk, world.dana.card, "/outbox/waiting")
    second = page_of(desk, world.dana.card, "/outbox/waiting?page=1")

    assert first.count("row__when") == 25
    assert second.count("row__when") == 6
    assert desk.get("/outbox/nothing").status_code == 404


@pytest.mark.req("P5")
@pytest.mark.parametrize("path", ["/today", "/outbox", "/outbox/held", "/team"])
def test_a_worker_that_is_silent_shows_on_the_pages_people_look_at(
    desk: Desk, vault: Vault, world, clock: FrozenClock, path: str
) -> None:
    never = page_of(desk, world.supervisor.card, path)
    assert "No worker has ever looked at news from agencies." in never
    assert "No worker has ever looked at what is due." in never
    with vault.writing() as session:
        for queue in (ticks.Queue.TEXTS, ticks.Queue.NEWS, ticks.Queue.DUE):
            ticks.note(session, queue.value, now=clock.now())
    assert "No worker" not in page_of(desk, world.supervisor.card, path)

    clock.advance(timedelta(minutes=3))

    assert "No worker has looked at texts for 3 minutes." in page_of(desk, world.supervisor.card, path)


def test_the_hour_of_the_last_full_check_is_said_as_it_is_here(
    desk: Desk, vault: Vault, world, clock: FrozenClock
) -> None:
    """Late in the evening the day in UTC is tomorrow's."""
    clock.advance(timedelta(hours=11))
    with vault.writing() as session:
        provider_sweep._note(session, Swept(seen=12), clock.now())

    assert "Today, 9 pm: 12 seen" in page_of(desk, world.dana.card)


@pytest.mark.req("P5")
@pytest.mark.parametrize("path", ["/today", "/outbox", "/team"])
def test_a_text_that_never_reached_us_shows_on_the_pages_people_look_at(
    desk: Desk, vault: Vault, world, path: str
) -> None:
    with vault.writing() as session:
        provider_sweep._note(session, Swept(seen=1, missed=[{}]), NOW)

    assert "A text came in at the phone company and never reached us." in page_of(desk, world.supervisor.card, path)
