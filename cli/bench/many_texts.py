"""
Texts that are due now, each to a woman of her own who said yes to texts at all hours: what sending is measured on.

Released by one member of staff, unprompted, so that the whole gate is asked about each.
"""

import os
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert

from cli.bench import many_cases
from crypto.boxes import CaseKey, Place
from crypto.keyring import BLOCKS
from outreach import audit
from outreach.gate.hours import Window
from outreach.messaging.signature import sign
from outreach.messaging.text_boxes import TextContent
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseKeyRecord
from outreach.records.engine import Vault
from outreach.records.work import Text
from outreach.staff import staffing
from outreach.terms import Channel, Employer, KeyClass, Role, TextState, Verdict, VerdictSource

BODY = "Your appointment is on Tuesday at 10:00. Front desk"
EARLIER = timedelta(minutes=1)
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
ALWAYS = (Window(EVERY_DAY, time(0), time(0)), Window(EVERY_DAY, time(12), time(11, 59)))
"""All hours, overlapping, so that no midnight ends them while a measurement runs."""


def build(vault: Vault, count: int, *, now: datetime, second_phone: int | None = None) -> None:
    """
    Insert this many cases, each with one text that was due since EARLIER, a millisecond after the one before.

    Args:
        second_phone: give each woman a second phone: her first one's number, counted up by this.
    """
    with vault.writing() as session:
        named = "bench@example.org", "Bench"
        staff_id, _ = staffing.add_staff(session, *named, role=Role.ADVOCATE, employer=Employer.ADVOCACY, now=now)
        sign(session, agreed=True, by=staff_id, now=now)
        audit.record(session, action="bench.build", by=None, cases=[], now=now)

    class Rows(_RowsWithTexts):
        released_by = staff_id
        second = second_phone

    many_cases.build(vault, count, protocol_text="# none is read", now=now, rows_of=Rows)


class _RowsWithTexts(many_cases.Rows):
    """Cases with a text each."""

    released_by: UUID
    second: int | None

    def _way(self, case_id: UUID, number: int) -> Destination:
        verdict = ChannelVerdict(Verdict.SAFE, VerdictSource.VICTIM, self._now - timedelta(days=1))
        way = replace(
            super()._way(case_id, number),
            verdicts={Channel.CALL: verdict, Channel.TEXT: verdict},
            windows=ALWAYS,
            text_consent_at=verdict.verified_at,
            last_live_contact_at=verdict.verified_at,
        )
        self._text(case_id, way, number)
        return way

    def _phone(self, case_id: UUID, key: CaseKey, number: int) -> None:
        super()._phone(case_id, key, number)
        if self.second is not None:
            self._keep_phone(case_id, key, super()._way(case_id, number + self.second))

    def _text(self, case_id: UUID, way: Destination, number: int) -> None:
        key, row = CaseKey.generate(block=BLOCKS[KeyClass.THREAD]), uuid4()
        kept = self._keyring.wrap_case_key(key, key_class=KeyClass.THREAD, owner=case_id)
        self._row(
            CaseKeyRecord, owner_id=case_id, key_class=KeyClass.THREAD.value, generation=kept.generation,
            wrapped_by=kept.wrapped_by, wrapped=kept.wrapped, commitment=kept.commitment,
        )  # fmt: skip
        release_at = self._now - EARLIER + timedelta(milliseconds=number)
        self._row(
            Text, id=row, case_id=case_id, destination_id=way.id, released_by_id=self.released_by,
            state=TextState.PLANNED.value, release_at=release_at, state_at=release_at, tries=0, number=1, version=1,
            callback_token=os.urandom(32),
            text_box=key.seal(TextContent(BODY, None), at=Place(BoxNumber.TEXT, row)),
        )  # fmt: skip

    def insert_all(self) -> None:
        texts: Any = self._rows.pop(Text)
        super().insert_all()
        self._session.execute(insert(Text), texts)
