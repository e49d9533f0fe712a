"""
Women's lives by chance (S-3): all that she, her advocates and time do, against the real sender and the emulator.

What may leave is judged by an oracle that keeps its own notes of what happened and asks no gate. A story that is told
again goes the same way: nothing in it is left to a clock, to chance or to the woman before.
"""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from itertools import count, product
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from builders import NOW, a_case, a_destination, a_verdict
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import delete, func, select
from texting import Desk

from outreach import cases, people
from outreach.gate.hours import Window
from outreach.her_word.requests import record_request
from outreach.messaging import texts
from outreach.messaging.errors import NotAllowed
from outreach.messaging.wording import FromTemplate, UnfitWording
from outreach.records.work import Text, TextReceipt
from outreach.safe_contact import Request
from outreach.terms import Channel, Verdict

STEPS = 40
HOURS = {
    "mornings": ((0, 1, 2, 3, 4), time(9), time(12)),
    "evenings": ((0, 1, 2, 3, 4, 5, 6), time(18), time(22)),
    "weekend": ((5, 6), time(8), time(20)),
    "always": ((0, 1, 2, 3, 4, 5, 6), time(0), time(0)),
}
ZONES = ("America/New_York", "America/Los_Angeles", "Pacific/Honolulu")
MINUTES = (1, 4, 20, 90, 300, 1_000, 1_500, 4_000, 20_000, 45_000)
CHANGES: dict[str, Callable[[Any, int], Any]] = {
    "nothing": lambda she, phone: None,
    "no consent": lambda she, phone: she.consents(phone, yes=False),
    "unsafe": lambda she, phone: she.says_whether_texts_are_safe(phone, said=Verdict.UNSAFE),
    "other hours": lambda she, phone: she.names_her_hours(phone, hours="mornings"),
    "frozen": lambda she, phone: she.freezes_a_phone(phone, yes=True),
    "paused": lambda she, phone: she.changes_the_case(paused=True, compromised=False, zone=she.zone),
    "compromised": lambda she, phone: she.changes_the_case(paused=False, compromised=True, zone=she.zone),
    "a month passes": lambda she, phone: she.time_passes(45_000),
    "one before": lambda she, phone: she.is_sent_a_text(phone, 12, asks=False, late=False, meanwhile="nothing"),
    # Whoever ticks her yes again afterwards opens nothing with that.
    "stop": lambda she, phone: (she.stops(phone), she.is_heard(), she.consents(phone, yes=True)),
}
"""What may come between an advocate's wish to text her and the text, of a woman and one of her phones."""
PHONE, HOUR, MEANWHILE = st.integers(0, 1), st.integers(1, 12), st.sampled_from((*CHANGES, *["nothing"] * 10))


@dataclass
class Notes:
    """What the oracle knows of one phone."""

    consents: bool = True
    verdict: Verdict = Verdict.SAFE
    said_at: datetime = NOW
    spoke_at: datetime = NOW
    hours: str = "always"
    compromised: bool = False
    asked: list[tuple[datetime, datetime]] = field(default_factory=list)


class Woman(RuleBasedStateMachine):
    """One woman with two phones, and everything that can change what may be sent to her."""

    desk: Desk
    chance: pytest.MonkeyPatch
    broken: list[str]
    """The rules that were broken, whatever hypothesis makes of it."""
    left: list[tuple[datetime, str]]
    """Every text that left, in all these lives."""
    number = 0

    def __init__(self) -> None:
        super().__init__()
        self.clock, self.seen = self.desk.clock, len(self.desk.accepts)
        self.clock.advance(NOW - self.clock.now())
        self._count_ids_up()
        self.paused = self.compromised = self.stopped = False
        self.zone, self.mine = ZONES[0], []
        now = self.clock.now()
        self.notes = [Notes(said_at=now, spoke_at=now) for _ in range(2)]
        with self.desk.vault.writing() as session:
            self.case = a_case(session, assigned_to=self.desk.staff)
            self.phones = [self._a_phone(session, now) for _ in range(2)]

    def _count_ids_up(self) -> None:
        """Of two texts due at once the one with the lower id is first: here, ids count up."""
        first = Woman.number << 32
        ids = (UUID(int=first + each) for each in count(1))
        self.chance.setattr(texts, "uuid4", lambda: next(ids))

    def teardown(self) -> None:
        """Leave nothing to the next woman: no text, and nothing that the phone company still has to tell."""
        self.desk.app.exchange.advance(self.clock.now() + timedelta(days=9))
        self.desk.take_in()
        with self.desk.vault.writing() as session:
            session.execute(delete(TextReceipt))
            session.execute(delete(Text))

    def _a_phone(self, session: Any, now: datetime) -> Any:
        Woman.number += 1
        yes = a_verdict(verified_at=now)
        return a_destination(
            session,
            self.case,
            value=f"+1336555{Woman.number:04d}",
            verdicts={Channel.CALL: yes, Channel.TEXT: yes},
            windows=(Window(*HOURS["always"]),),
            text_consent_at=now,
            last_live_contact_at=now,
        )

    def _change(self, phone: int, **changes: Any) -> None:
        with self.desk.vault.writing() as session:
            now = people.destination_of(session, self.case, self.phones[phone].id)
            changed, by = replace(now, **changes), self.desk.staff
            people.save_destination(session, self.case, changed, version=now.version, by=by, now=self.clock.now())

    @rule(phone=PHONE, yes=st.booleans())
    def consents(self, phone: int, yes: bool) -> None:
        self._change(phone, text_consent_at=self.clock.now() if yes else None)
        self.notes[phone].consents = yes

    @rule(phone=PHONE, said=st.sampled_from([Verdict.SAFE, Verdict.SAFE, Verdict.UNSAFE]))
    def says_whether_texts_are_safe(self, phone: int, said: Verdict) -> None:
        now = self.clock.now()
        verdicts = {Channel.CALL: a_verdict(verified_at=now), Channel.TEXT: a_verdict(said, verified_at=now)}
        self._change(phone, verdicts=verdicts, last_live_contact_at=now)
        self.notes[phone].verdict, self.notes[phone].said_at = said, now
        self.notes[phone].spoke_at = now

    @rule(phone=PHONE, hours=st.sampled_from(sorted(HOURS)))
    def names_her_hours(self, phone: int, hours: str) -> None:
        self._change(phone, windows=(Window(*HOURS[hours]),))
        self.notes[phone].hours = hours

    @rule(phone=PHONE, yes=st.booleans())
    def freezes_a_phone(self, phone: int, yes: bool) -> None:
        self._change(phone, compromised=yes)
        self.notes[phone].compromised = yes

    @rule(paused=st.booleans(), compromised=st.booleans(), zone=st.sampled_from(ZONES))
    def changes_the_case(self, paused: bool, compromised: bool, zone: str) -> None:
        self.paused, self.compromised, self.zone = paused, compromised, zone
        with self.desk.vault.writing() as session:
            changes = {"paused": paused, "compromised": compromised, "zone": zone}
            cases.change_standing(session, self.case, by=self.desk.staff, now=self.clock.now(), **changes)

    @rule(phone=PHONE)
    def all_is_well(self, phone: int) -> None:
        """Else most women would have something against every text for most of their steps."""
        self.changes_the_case(paused=False, compromised=False, zone=self.zone)
        self.freezes_a_phone(phone, yes=False)
        self.consents(phone, yes=True)
        self.names_her_hours(phone, hours="always")
        self.says_whether_texts_are_safe(phone, said=Verdict.SAFE)

    @initialize(dice=st.integers(0, 9_999), phone=PHONE, asks=st.booleans(), late=st.booleans(), meanwhile=MEANWHILE)
    def begins(self, dice: int, **road: Any) -> None:
        """Begin with dice of her own, and with one text."""
        self.chance.setattr(texts, "_CHANCE", random.Random(dice))  # noqa: S311 - no secret
        self.is_sent_a_text(hour=1, **road)

    @rule(phone=PHONE, hour=HOUR, asks=st.booleans(), late=st.booleans(), meanwhile=MEANWHILE)
    def is_sent_a_text(self, phone: int, hour: int, asks: bool, late: bool, meanwhile: str) -> None:
        """Go the whole way, one thing changing before or after the release: by chance alone few texts come so far."""
        self.all_is_well(phone)
        if not late:
            CHANGES[meanwhile](self, phone)
        if asks:
            self.asks_for_a_text(phone, hours=6)
        self.a_text_is_released(phone, hour)
        if late:
            CHANGES[meanwhile](self, phone)
        self.the_next_text_falls_due()
        self.the_sender_works()

    def stops(self, phone: int) -> None:
        """Not a rule of its own: it would come into most lives early, and after it nothing may ever leave."""
        number = self.phones[phone].value
        self.desk.she_writes("STOP", number=number)
        self.desk.app.exchange.phone(number).stopped.clear()  # The phone company must not do our work.
        self.stopped = True

    @rule()
    def is_heard(self) -> None:
        self.desk.take_in()

    @rule(phone=PHONE, hours=st.integers(1, 20))
    def asks_for_a_text(self, phone: int, hours: int) -> None:
        now = self.clock.now()
        request = Request(
            channel=Channel.TEXT,
            destination_id=self.phones[phone].id,
            what="text me the time",
            verified_how="live_call",
            asked_at=now,
            expires_at=now + timedelta(hours=hours),
            by=self.desk.staff,
        )
        with self.desk.vault.writing() as session:
            record_request(session, self.case, request, now=now)
        self.notes[phone].asked.append((now, request.expires_at))

    @rule(phone=PHONE, hour=HOUR)
    def a_text_is_released(self, phone: int, hour: int) -> None:
        words = FromTemplate(template="reminder", language="en", sender="Front desk", day="Tuesday", time=f"{hour}:15")
        named = {"wording": words, "request": None, "by": self.desk.staff, "now": self.clock.now()}
        with suppress(NotAllowed, UnfitWording), self.desk.vault.writing() as session:
            texts.release(session, self.case, self.phones[phone].id, **named)

    @rule(minutes=st.sampled_from(MINUTES))
    def time_passes(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))

    @rule()
    def the_next_text_falls_due(self) -> None:
        with self.desk.vault.reading() as session:
            query = select(func.min(Text.release_at)).where(Text.case_id == self.case, Text.state == "planned")
            at = session.scalar(query)
        if at is not None and at > self.clock.now():
            self.clock.advance(at - self.clock.now())

    @rule()
    def the_sender_works(self) -> None:
        self.desk.run()
        for accepted in self.desk.accepts[self.seen :]:
            self.seen += 1
            phone = next(i for i, each in enumerate(self.phones) if each.value == accepted["To"])
            self.left.append((self.clock.now(), f"{phone}: {accepted['Body']}"))
            found = self._broken_by(self.notes[phone])
            self.broken.extend(found)
            assert found == []
            self.mine.append(self.clock.now())

    def _broken_by(self, notes: Notes) -> list[str]:
        """Return the rules that a text broke which left to this phone now; the oracle."""
        now = self.clock.now()
        asked = any(since <= now < until for since, until in notes.asked)
        in_a_week = [at for at in self.mine if at > now - timedelta(days=7)]
        rules = {
            "sent after STOP": self.stopped,
            "sent while paused": self.paused,
            "sent although the case is compromised": self.compromised,
            "sent to a frozen phone": notes.compromised,
            "sent without consent": not notes.consents,
            "sent where texts are unsafe": notes.verdict is not Verdict.SAFE,
            "sent on an old verdict": not asked and now >= notes.said_at + timedelta(days=30),
            "sent to a phone nobody spoke with lately": not asked and now >= notes.spoke_at + timedelta(days=45),
            "sent outside her hours": not asked and not self._is_in(HOURS[notes.hours], now),
            "more than one a day": not asked and any(at > now - timedelta(hours=24) for at in in_a_week),
            "more than three a week": not asked and len(in_a_week) >= 3,
        }
        return [each for each, is_broken in rules.items() if is_broken]

    def _is_in(self, hours: Any, now: datetime) -> bool:
        days, begins, ends = hours
        local = now.astimezone(ZoneInfo(self.zone))
        return local.weekday() in days and begins <= local.time() and (ends == time(0) or local.time() < ends)


def walk_every_road(machine: type[Woman]) -> None:
    """Try each change once, asked for or not, before and after the release, each with a woman of its own."""
    for dice, (asks, late, meanwhile) in enumerate(product((False, True), (False, True), CHANGES)):
        woman = machine()
        try:
            woman.begins(dice=dice, phone=dice % 2, asks=asks, late=late, meanwhile=meanwhile)
        finally:
            woman.teardown()


def broken_in(machine: type[Woman], lives: Callable[[type[Woman]], None]) -> set[str]:
    """Return the rules that are broken until the first life ends badly, whatever hypothesis says of that."""
    try:
        lives(machine)
    except Exception:
        if not machine.broken:
            raise
    return set(machine.broken)


def lives_of(desk: Desk, chance: pytest.MonkeyPatch) -> type[Woman]:
    """Return a machine for lives at this desk."""
    return type("OneOfMany", (Woman,), {"desk": desk, "chance": chance, "broken": [], "left": []})


def tell(machine: type[Woman], women: int) -> None:
    """Let hypothesis make up the lives; the same ones each time."""
    chosen = settings(
        max_examples=women,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=True,
        database=None,
        print_blob=False,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=chosen)
