"""What a brought-over case says of the papers it came from. Unaudited: the page that shows it records the read."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.records.boxes import BoxNumber
from outreach.records.brought import BroughtCase
from outreach.records.keys import unseal


class KeptPapers(NamedTuple):
    """Box BROUGHT_PAPERS, in sealing order. New fields go at the end with a default."""

    reference: str
    ask_first: str = ""


def papers_of(session: Session, case_id: UUID) -> KeptPapers | None:
    """Return what was kept of a case's papers; None for a case that began here."""
    query = select(BroughtCase.id, BroughtCase.papers_box).where(BroughtCase.case_id == case_id)
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    return KeptPapers(*unseal(session, BoxNumber.BROUGHT_PAPERS, row.papers_box, owner=case_id, row=row.id))
