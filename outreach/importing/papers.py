"""What a case keeps of the papers it came from, and finding it by them. Unaudited: the page that shows it does."""

from collections.abc import Sequence
from typing import NamedTuple, cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.keyring import Keyring
from outreach.records.boxes import BoxNumber
from outreach.records.brought import BroughtCase
from outreach.records.keys import unseal

_AT_ONCE = 500


class KeptPapers(NamedTuple):
    """Box BROUGHT_PAPERS, in sealing order. New fields go at the end with a default."""

    reference: str
    ask_first: str = ""


def here_already(session: Session, jurisdiction: str, references: Sequence[str]) -> dict[str, UUID]:
    """Return which of a team's own numbers are here, with the case of each."""
    tokens = {row_token(session, jurisdiction, each): each for each in references}
    found: dict[str, UUID] = {}
    for start in range(0, len(tokens), _AT_ONCE):
        known = select(BroughtCase.row_token, BroughtCase.case_id)
        asked = known.where(BroughtCase.row_token.in_(list(tokens)[start : start + _AT_ONCE]))
        found |= {tokens[token]: case_id for token, case_id in session.execute(asked)}
    return found


def row_token(session: Session, jurisdiction: str, reference: str) -> bytes:
    """Return by what a row is found again; gives the team's own number away to nobody."""
    return cast(Keyring, session.info["keyring"]).token("brought row", jurisdiction, reference)


def papers_of(session: Session, case_id: UUID) -> KeptPapers | None:
    """Return what was kept of a case's papers; None for a case that began here."""
    query = select(BroughtCase.id, BroughtCase.papers_box).where(BroughtCase.case_id == case_id)
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    return KeptPapers(*unseal(session, BoxNumber.BROUGHT_PAPERS, row.papers_box, owner=case_id, row=row.id))
