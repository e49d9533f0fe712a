"""
The sender's last look: just before the call, everything is asked again, unless nothing can have changed.

The gate was asked in the claim, and the claim is committed. Whatever came since must still count, as long as no byte
has left (requirements 24, 26, 32). So before each call it is found out whether a deposit of Twilio's waits, and whether
anybody committed anything at all, in any process (outreach.records.watching). If so, everything is asked of each text
that the claim asked, and whether every text was stopped. Comparing the versions of some rows instead would be blind to
whatever has none; here nothing needs one.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from outreach import audit
from outreach.audit import WORKER
from outreach.identity.same_person import persons_known, persons_of
from outreach.messaging.claims import Ask, Claim, ask, hold_missed
from outreach.messaging.kill_switch import is_stopped
from outreach.records.ahead import reading_ahead
from outreach.records.engine import Vault
from outreach.records.spool import SpoolDrain
from outreach.records.watching import look
from outreach.records.work import Text
from outreach.terms import TextState


def nothing_may_leave(vault: Vault, drain: SpoolDrain, is_unchanged: bool) -> bool:
    """
    Say whether every text was stopped, or a deposit of Twilio's waits to be read: it could be a STOP.

    Args:
        is_unchanged: nobody wrote to the vault since it was asked; the spool is looked at all the same.
    """
    if drain.count():
        return True
    if is_unchanged:
        return False
    with vault.reading() as session:
        return is_stopped(session)


def still_allowed(vault: Vault, claims: Sequence[Claim], *, now: datetime) -> dict[UUID, Claim]:
    """Return those of these claims that still hold, by text, as it may leave now: its number, words and hours too."""
    by_id = {claim.text_id: claim for claim in claims}
    with vault.reading() as session:
        look(session)
        texts = session.scalars(select(Text).where(Text.id.in_(by_id))).all()
        persons = persons_of(session, [text.case_id for text in texts])
        with reading_ahead(session, {case_id for hers in persons.values() for case_id in hers}):
            persons_known(session, persons)
            asked = [(by_id[text.id], ask(session, text, now)) for text in texts if _is_its(by_id[text.id], text)]
    return {claim.text_id: renewed for claim, answer in asked if (renewed := _renewed(claim, answer)) is not None}


def hold_back(vault: Vault, claim: Claim, *, now: datetime) -> None:
    """
    Hold a claimed text for which there is no leave any more, and ask a person; put it back where there is again.

    A text that is not this claim's any more is left alone: somebody else settled it.
    """
    with vault.writing() as session:
        text = session.get_one(Text, claim.text_id, with_for_update=True)
        if not _is_its(claim, text):
            return
        answer = ask(session, text, now)
        text.claimed_at = None
        if answer.allowed is None:
            hold_missed(session, text, now, answer.held_reason)
            return
        text.tries, text.state, text.state_at = text.tries - 1, TextState.PLANNED.value, now
        audit.record(session, action="text.put_back", by=WORKER, cases=[text.case_id], now=now)


def _renewed(claim: Claim, answer: Ask) -> Claim | None:
    if answer.allowed is None or answer.destination is None or answer.ends_at is None:
        return None
    message = replace(claim.message, to=answer.destination.value, body=answer.body, ends_at=answer.ends_at)
    return claim._replace(allowed=answer.allowed, message=message)


def _is_its(claim: Claim, text: Text) -> bool:
    return text.state == TextState.SENDING and text.version == claim.version
