"""R-11: the provider is dead for a day and comes back: nothing out of her hours, no burst, every missed one a task."""

import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from builders import a_case, a_destination, a_verdict
from sqlalchemy import select
from texting import REMINDER, Desk

from outreach.gate.hours import Window
from outreach.messaging import holding, texts
from outreach.messaging.sms import TwilioSms
from outreach.messaging.text_boxes import open_text
from outreach.people import Particulars
from outreach.records.work import Task, Text
from outreach.tasks import detail_of
from outreach.terms import Channel

WOMEN = {"sqlite": 40, "postgres": 12}
STEP = timedelta(minutes=10)
DEAD_AFTER, DEAD_FOR, IN_ALL = timedelta(hours=6), timedelta(hours=24), timedelta(hours=72)
HOURS = Window((0, 1, 2, 3, 4, 5, 6), time(9), time(20))
ZONE = ZoneInfo("America/New_York")
BURST = 4
"""More in one step than any step of an ordinary day has."""


class Day:
    """Women with a released text each, and a clock that goes on in steps whatever the provider does."""

    def __init__(self, desk: Desk, women: int) -> None:
        self.desk, self.women = desk, women
        self.left: list[tuple[datetime, str]] = []
        for number in range(women):
            self._a_woman(f"+1336556{number:04d}")

    def _a_woman(self, number: str) -> None:
        desk, now = self.desk, self.desk.clock.now()
        yes = a_verdict(verified_at=now)
        fields: dict[str, Any] = {"verdicts": {Channel.CALL: yes, Channel.TEXT: yes}, "windows": (HOURS,)}
        with desk.vault.writing() as session:
            case_id = a_case(session, particulars=Particulars("Ines Roe"), assigned_to=desk.staff)
            phone = a_destination(
                session, case_id, value=number, text_consent_at=now, last_live_contact_at=now, **fields
            )
            texts.release(session, case_id, phone.id, wording=REMINDER, request=None, by=desk.staff, now=now)

    def live(self, dead: TwilioSms) -> None:
        """Let three days pass; the provider is dead from the seventh hour on, for a day."""
        begun = self.desk.clock.now()
        while (gone := self.desk.clock.now() - begun) < IN_ALL:
            is_dead = DEAD_AFTER <= gone < DEAD_AFTER + DEAD_FOR
            before = len(self.desk.accepts)
            self.desk.run(dead if is_dead else None)
            self.left += [(self.desk.clock.now(), each["To"]) for each in self.desk.accepts[before:]]
            self.desk.clock.advance(STEP)

    def check(self) -> Counter[str]:
        """Check R-11; return how many texts are in each state."""
        assert all(HOURS.begins <= at.astimezone(ZONE).time() < HOURS.ends for at, _ in self.left), "out of her hours"
        assert max(Counter(at for at, _ in self.left).values()) < BURST, "a burst"
        assert max(Counter(number for _, number in self.left).values()) == 1, "twice"
        with self.desk.vault.reading() as session:
            rows = session.scalars(select(Text)).all()
            open_tasks = session.scalars(select(Task).where(Task.step == "text_check", Task.state == "open"))
            asked = {detail_of(session, task).text_id for task in open_tasks}
            waits = [open_text(session, text) for text in rows if text.state in ("planned", "sending")]
        assert waits == []
        missed = [text for text in rows if text.state == "held"]
        assert {str(text.id) for text in missed} <= asked, "a missed one is nobody's task"
        assert len(missed) + len(self.left) == self.women
        return Counter(text.state for text in rows)


@pytest.fixture
def dead(desk: Desk) -> Iterator[TwilioSms]:
    """A client of a provider nobody answers at."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        client = TwilioSms(replace(desk.client.account, base_url=f"http://127.0.0.1:{closed.getsockname()[1]}"))
        yield client
        client.close()


@pytest.mark.req("R-11")
def test_a_provider_dead_for_a_day_makes_tasks_and_no_burst(desk: Desk, dead: TwilioSms, database: str) -> None:
    day = Day(desk, WOMEN[database])
    day.live(dead)

    states = day.check()
    assert states["held"] > 0
    assert states["accepted"] > 0


@pytest.mark.req("R-11")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_planted_missed_text_without_a_task_is_caught(
    desk: Desk, dead: TwilioSms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "ask_to_check", lambda *_, **__: None)
    day = Day(desk, 12)
    day.live(dead)

    with pytest.raises(AssertionError, match="nobody's task"):
        day.check()
