"""Letters that are due now, each to a woman of her own where mail is safe: what printing is measured on."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from cli.bench import many_cases
from crypto.boxes import CaseKey, Place
from outreach import audit
from outreach.messaging.letters.codes import new_code
from outreach.messaging.letters.days import day_of
from outreach.messaging.letters.rows import LetterContent
from outreach.messaging.letters.templates import shelf
from outreach.reaching.destination_boxes import kept_from
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.reaching.postal_addresses import envelope_lines
from outreach.records.boxes import BoxNumber
from outreach.records.engine import Vault
from outreach.records.people import DestinationRecord
from outreach.records.work import Letter
from outreach.staff import staffing
from outreach.terms import Channel, DestinationKind, Employer, LetterState, Role, Verdict, VerdictSource

EARLIER = timedelta(minutes=1)
NAME = "Lena"


def build(vault: Vault, count: int, *, now: datetime) -> None:
    """Insert this many cases, each with one full letter that was due since EARLIER."""
    with vault.writing() as session:
        named = "bench@example.org", "Rosa Bench"
        staff_id, _ = staffing.add_staff(session, *named, role=Role.ADVOCATE, employer=Employer.ADVOCACY, now=now)
        audit.record(session, action="bench.build", by=None, cases=[], now=now)

    class Rows(_RowsWithLetters):
        released_by = staff_id

    many_cases.build(vault, count, protocol_text="# none is read", now=now, rows_of=Rows)


def a_letter(number: int, *, code: str = "") -> LetterContent:
    """Return the number-th letter as it is released: every one has another address and code."""
    chosen = shelf().letter("full", "en", is_practice=True)
    address = f"{number + 1} Oak Street, Apt {number % 40 + 1}\nHigh Point, NC 27260"
    return LetterContent(
        template=chosen.name,
        language=chosen.language,
        says=chosen.says.value,
        title=chosen.title,
        recipient=f"{NAME} {many_cases.LAST[number % len(many_cases.LAST)]}",
        name_to_use=NAME,
        address=address,
        return_address="PO Box 1417\nHigh Point, NC 27261",
        paragraphs=chosen.filled(advocate="Rosa", phone="(336) 555-0142", name=NAME),
        code=code or new_code(),
        envelope=envelope_lines(address),
    )


class _RowsWithLetters(many_cases.Rows):
    """Cases with an address and a letter each."""

    released_by: UUID

    def _phone(self, case_id: UUID, key: CaseKey, number: int) -> None:
        super()._phone(case_id, key, number)
        content, row = a_letter(number), uuid4()
        verdict = ChannelVerdict(Verdict.SAFE, VerdictSource.VICTIM, self._now - timedelta(hours=1))
        way = replace(
            self._way(case_id, number),
            kind=DestinationKind.ADDRESS,
            value=content.address,
            verdicts={Channel.LETTER: verdict},
            windows=(),
            name_to_use=NAME,
        )
        self._address(case_id, key, way)
        self._row(
            Letter, id=row, case_id=case_id, destination_id=way.id, released_by_id=self.released_by,
            state=LetterState.RELEASED.value, release_at=self._now - EARLIER + timedelta(milliseconds=number),
            state_at=day_of(self._now, ZoneInfo("UTC")), is_handed=False, goes_alone=True, version=1,
            letter_box=key.seal(content, at=Place(BoxNumber.LETTER, row)),
        )  # fmt: skip

    def _address(self, case_id: UUID, key: CaseKey, way: Destination) -> None:
        box = key.seal(kept_from(way), at=Place(BoxNumber.DESTINATION, way.id))
        self._row(DestinationRecord, id=way.id, case_id=case_id, contact_box=box, version=1)
