"""
S-17: over weeks of tries to text, the caps are never exceeded but by what she asked for or a recorded reason, one each.

Everything is real from the release to Twilio's side of the line; only the clock is in our hand.
"""

import random
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from builders import a_verdict
from sqlalchemy import func, select
from texting import REMINDER, Desk

from outreach.approvals import approving
from outreach.approvals.approving import Decided
from outreach.gate import gate_facts
from outreach.gate.facts import Approval
from outreach.gate.hours import Window
from outreach.messaging import texts
from outreach.messaging.errors import NotAllowed
from outreach.reaching.reach import save_destination
from outreach.records.staff import Staff
from outreach.records.work import Text
from outreach.staff.staffing import card
from outreach.terms import Channel

STEPS = 60
STEP = timedelta(hours=5)
ALL_DAY = (Window(tuple(range(7)), time(0), time(0)),)
DAY, WEEK = timedelta(hours=24), timedelta(days=7)
LONGEST_WAIT = approving.LASTS[Approval.MORE_TEXTS]
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def she_says_it_again(desk: Desk) -> None:
    """Keep her yes fresh and her hours wide, so that only the caps hold anything."""
    phone, now = desk.hers(), desk.clock.now()
    yes = a_verdict(verified_at=now)
    fresh = replace(phone, windows=ALL_DAY, verdicts={Channel.TEXT: yes}, last_live_contact_at=now)
    with desk.vault.writing() as session:
        save_destination(session, desk.case, fresh, version=phone.version, by=desk.staff, now=now)


def someone_decides_on_one_more(desk: Desk) -> None:
    now = desk.clock.now()
    with desk.vault.writing() as session:
        decided = Decided(Approval.MORE_TEXTS, (desk.phone.id, Channel.TEXT))
        staff = card(session.get_one(Staff, desk.staff))
        approving.decide(session, staff, desk.case, decided=decided, reason="the hearing moved", now=now)


def lives(desk: Desk, chance: random.Random) -> tuple[list[datetime], list[datetime]]:
    """Try to text at every step; return when texts left, and when she asked or somebody decided on one more."""
    left: list[datetime] = []
    excused: list[datetime] = []
    for step in range(STEPS):
        now = desk.clock.now()
        she_says_it_again(desk)
        asks, decides = chance.random() < 0.1, chance.random() < 0.1
        if decides:
            someone_decides_on_one_more(desk)
        excused += [now] * (asks + decides)
        wording = replace(REMINDER, day=DAYS[step % len(DAYS)], time=f"{10 + step % 8}:00")
        with suppress(NotAllowed):
            desk.release(wording, asked=asks)
        left += leaving_until(desk, now + STEP)
    return left, excused


def leaving_until(desk: Desk, end: datetime) -> list[datetime]:
    """Let the sender work at every moment at which a text is due, and return when texts left."""
    left: list[datetime] = []
    while (due := next_due(desk)) is not None and due <= end:
        desk.clock.advance(max(due - desk.clock.now(), timedelta(0)))
        she_says_it_again(desk)
        before = len(desk.accepts)
        desk.run()
        left += [desk.clock.now()] * (len(desk.accepts) - before)
    desk.clock.advance(max(end - desk.clock.now(), timedelta(0)))
    return left


def next_due(desk: Desk) -> datetime | None:
    with desk.vault.reading() as session:
        return session.scalar(select(func.min(Text.release_at)).where(Text.state == "planned"))


def check_caps(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(5)  # noqa: S311 - a fixed seed, so that a failure comes back
    monkeypatch.setattr(texts, "_CHANCE", dice)
    left, excused = lives(desk, dice)
    if len(left) < 4 or len(excused) < 4:
        pytest.fail("the caps say something only where texts leave, and where some are excused")
    for at in left:
        for span, most in ((DAY, 1), (WEEK, 3)):
            within = sum(1 for each in left if at - span < each <= at)
            # One that was asked for or decided on may have waited up to its end before it left.
            allowed = most + sum(1 for each in excused if at - span - LONGEST_WAIT < each <= at)
            assert within <= allowed, (at, span)


def test_planted_caps_that_count_nothing_are_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_facts, "_texts_since", lambda *_, **__: [])
    monkeypatch.setattr(texts, "with_planned_texts", lambda _session, _case, facts, **_: facts)
    with pytest.raises(AssertionError):
        check_caps(desk, monkeypatch)


def test_planted_reason_that_counts_for_ever_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate_facts, "is_used", lambda *_: False)
    with pytest.raises(AssertionError):
        check_caps(desk, monkeypatch)


@pytest.mark.req("43a")
@pytest.mark.req("S-17")
def test_over_weeks_of_tries_the_caps_are_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    check_caps(desk, monkeypatch)
