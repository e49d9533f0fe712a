"""
What Twilio keeps of each text, both ways, deleted there as soon as it may be, and tried again until it is gone.

A row of `provider_copy` is the queue. Asking twice does no harm, so a crash anywhere only means asking again.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, cast
from uuid import UUID, uuid4

from sqlalchemy import CursorResult, Table, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from crypto.keyring import Keyring
from outreach import audit
from outreach.audit import WORKER
from outreach.messaging.provider.api import ProviderApi, ProviderRefuses, ProviderSilent
from outreach.records import marks
from outreach.records.boxes import BoxNumber
from outreach.records.engine import Vault
from outreach.records.inserting import insert_rows
from outreach.records.keys import HOUSE, seal, unseal
from outreach.records.provider import ProviderCopy

AT_ONCE = 20
MOST_AT_ONCE = 200
UNHEARD_OF = timedelta(hours=72)
"""How long a text may stay at Twilio without a last word about it."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=6)
_LEASE = timedelta(minutes=5)
_TABLE = cast(Table, ProviderCopy.__table__)


class _Due(NamedTuple):
    row: UUID
    sid: str


def keep(session: Session, sid: str, *, due_at: datetime) -> None:
    """
    Remember that Twilio has a record, to be deleted at `due_at`, or earlier if that was said before.

    Two transactions may say so at once: the second finds the row of the first. The caller audits.
    """
    known = find(session, sid)
    if known is None:
        _insert(session, sid, due_at)
    elif is_only_noticed(known) or (known.due_at is not None and due_at < known.due_at):
        known.due_at = due_at


def notice(session: Session, sid: str) -> bool:
    """Remember that Twilio has a record which must not be deleted yet; say whether it is new. The caller audits."""
    if find(session, sid) is not None:
        return False
    _insert(session, sid, None)
    return True


def is_only_noticed(copy: ProviderCopy) -> bool:
    """Say whether it is a record that never reached us, so that Twilio has the only copy."""
    return copy.due_at is None and copy.gone_on is None


def keep_new(session: Session, sids: Sequence[str], *, due_at: datetime) -> None:
    """Remember several records that Twilio has just made, as `keep` does, with one statement where none is known."""
    tokens = [_token(session, sid) for sid in sids]
    known = session.scalars(select(ProviderCopy.id).where(ProviderCopy.token.in_(tokens)).limit(1)).first()
    if known is not None or len(set(sids)) < len(sids):
        for sid in sids:
            keep(session, sid, due_at=due_at)
        return
    rows = []
    for sid, token in zip(sids, tokens, strict=True):
        row = uuid4()
        box = seal(session, BoxNumber.PROVIDER_COPY, [sid], owner=HOUSE, row=row)
        rows.append({"id": row, "token": token, "due_at": due_at, "tries": 0, "sid_box": box})
    insert_rows(session, ProviderCopy, rows)


def _insert(session: Session, sid: str, due_at: datetime | None) -> None:
    row = uuid4()
    box = seal(session, BoxNumber.PROVIDER_COPY, [sid], owner=HOUSE, row=row)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    fresh = insert(_TABLE).values(id=row, token=_token(session, sid), due_at=due_at, tries=0, sid_box=box)
    done = session.execute(fresh.on_conflict_do_nothing(index_elements=["token"]))
    if cast("CursorResult[()]", done).rowcount == 1:
        marks.note(session, BoxNumber.PROVIDER_COPY, row, box)


def find(session: Session, sid: str) -> ProviderCopy | None:
    """Return what is known of a record of Twilio's; None of one we never heard of."""
    return session.scalars(select(ProviderCopy).where(ProviderCopy.token == _token(session, sid))).first()


def delete_due(vault: Vault, api: ProviderApi, *, clock: Callable[[], datetime]) -> int:
    """Ask Twilio to delete what is due; return how many are gone. Ends early when Twilio is silent or shuts us out."""
    gone = 0
    for _ in range(MOST_AT_ONCE // AT_ONCE):
        due = _claim(vault, clock())
        for each in due:
            try:
                api.delete_message(each.sid)
            except (ProviderSilent, ProviderRefuses) as fault:
                _try_later(vault, each.row, clock())
                if isinstance(fault, ProviderSilent) or fault.is_about_us:
                    return gone
                continue
            _note_gone(vault, each.row, clock())
            gone += 1
        if len(due) < AT_ONCE:
            break
    return gone


def note_gone(session: Session, copy: ProviderCopy, *, now: datetime) -> None:
    """Forget a record's id, because Twilio has it no longer. The caller audits."""
    copy.due_at, copy.gone_on = None, now.date()
    copy.sid_box = seal(session, BoxNumber.PROVIDER_COPY, [""], owner=HOUSE, row=copy.id)


def _claim(vault: Vault, now: datetime) -> list[_Due]:
    """Take some due rows for this worker; another takes others, and a worker that dies leaves them due again."""
    with vault.writing() as session:
        query = select(ProviderCopy).where(ProviderCopy.due_at <= now).order_by(ProviderCopy.due_at).limit(AT_ONCE)
        taken = [each for each in session.scalars(query.with_for_update(skip_locked=True)) if _take(session, each, now)]
        return [_Due(each.id, _sid(session, each)) for each in taken]


def _take(session: Session, copy: ProviderCopy, now: datetime) -> bool:
    mine = (_TABLE.c.id == copy.id) & (_TABLE.c.due_at == copy.due_at)
    taken = session.execute(update(_TABLE).where(mine).values(due_at=now + _LEASE))
    return cast("CursorResult[()]", taken).rowcount == 1


def _sid(session: Session, copy: ProviderCopy) -> str:
    return str(unseal(session, BoxNumber.PROVIDER_COPY, copy.sid_box, owner=HOUSE, row=copy.id)[0])


def _note_gone(vault: Vault, row: UUID, now: datetime) -> None:
    with vault.writing() as session:
        note_gone(session, session.get_one(ProviderCopy, row, with_for_update=True), now=now)
        audit.record(session, action="provider.delete", by=WORKER, cases=[], now=now)


def _try_later(vault: Vault, row: UUID, now: datetime) -> None:
    with vault.writing() as session:
        copy = session.get_one(ProviderCopy, row, with_for_update=True)
        copy.due_at = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(copy.tries, 12))
        copy.tries += 1


def _token(session: Session, sid: str) -> bytes:
    return cast(Keyring, session.info["keyring"]).token("provider-copy", sid)
