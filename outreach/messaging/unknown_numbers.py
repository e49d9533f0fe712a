"""
Texts from numbers that are in no case: kept sealed under the house's key, until a person says whose they are.

Nothing is answered, and nothing is concluded from a number: attaching one to a case opens no way (requirement 21).
"""

from datetime import datetime
from typing import NamedTuple, cast
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto.keyring import Keyring
from outreach.messaging.incoming import Incoming
from outreach.records.boxes import BoxNumber
from outreach.records.conversation import UnknownText
from outreach.records.keys import HOUSE, seal


class Unknown(NamedTuple):
    """Box UNKNOWN_TEXT. Times are RFC 3339 text."""

    received_at: str
    phone: str
    body: str
    pictures: int = 0
    settled_by: str | None = None
    settled_at: str | None = None
    because: str = ""
    case_id: str | None = None


def keep_unknown(session: Session, incoming: Incoming) -> None:
    """Store a text from a number that is in no case. The caller audits."""
    token = cast(Keyring, session.info["keyring"]).phone_token(incoming.phone)
    row, newest = uuid4(), select(func.max(UnknownText.number)).where(UnknownText.token == token)
    kept = Unknown(incoming.received_at, incoming.phone, incoming.body, incoming.pictures)
    session.add(
        UnknownText(
            id=row,
            token=token,
            number=(session.scalar(newest) or 0) + 1,
            came_on=datetime.fromisoformat(incoming.received_at).date(),
            unknown_box=seal(session, BoxNumber.UNKNOWN_TEXT, kept, owner=HOUSE, row=row),
        )
    )
    session.flush()
