"""What a later file says against contact and a case brought over before does not: shown to a person, who decides."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import cases, people
from outreach.case_file.standing import Standing
from outreach.importing.papers import here_already
from outreach.importing.rows import Row, WayInFile
from outreach.reaching.destinations import Destination
from outreach.records.cases import CaseRecord
from outreach.records.errors import UNREADABLE
from outreach.terms import Verdict


def noes_not_here(session: Session, rows: Sequence[Row], *, jurisdiction: str) -> tuple[tuple[int, str], ...]:
    """
    Return row and handle of each case brought over before that lacks a stop the file has now.

    The file changes no case twice, so a person looks: a no that came later must not be lost.
    """
    here, found = here_already(session, jurisdiction, [row.reference for row in rows]), []
    for row in rows:
        record = session.get(CaseRecord, here[row.reference]) if row.reference in here else None
        if record is not None and _lacks_a_stop(session, record.id, row):
            found.append((row.number, record.handle))
    return tuple(found)


def _lacks_a_stop(session: Session, case_id: UUID, row: Row) -> bool:
    with suppress(*UNREADABLE):  # One that does not open stops contact by itself.
        kept, _ = cases.standing(session, case_id)
        known = {(way.kind, way.value): way for way in people.destinations(session, case_id)}
        ways = any(_lacks_a_no(way, known.get((way.kind, way.value))) for way in row.ways)
        return ways or any(_about_her(row, kept))
    return False


def _about_her(row: Row, kept: Standing) -> Iterator[bool]:
    """Say of each word that is about no one phone or address whether the case lacks it."""
    stops, brought = row.stops, kept.brought_over
    yield stops.do_not_contact and not kept.do_not_contact
    yield stops.do_not_contact and kept.may_try_if_danger and not stops.may_try_if_danger
    yield stops.she_will_contact_us and not (kept.she_will_contact_us or kept.do_not_contact)
    yield stops.no_mail and not (brought is not None and brought.no_mail)
    yield stops.no_texts and not (brought is not None and brought.no_texts)
    yield row.partner.is_officer and kept.restricted_at is None


def _lacks_a_no(said: WayInFile, known: Destination | None) -> bool:
    noes = {channel for channel, is_yes in said.said.items() if is_yes is False}
    if known is None:
        return bool(noes) or said.is_shared
    kept = {channel for channel, each in known.verdicts.items() if each.verdict is Verdict.UNSAFE}
    return bool(noes - kept) or (said.is_shared and not known.shared_with_offender)
