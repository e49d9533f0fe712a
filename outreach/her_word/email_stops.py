"""She wants no e-mail: by whatever route she said it, with effect at once for every address of hers, in every case."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import audit, people
from outreach.identity.same_person import lock_person
from outreach.reaching import reach
from outreach.reaching.destinations import ChannelVerdict
from outreach.records.errors import UNREADABLE, NoSuchRecord
from outreach.terms import Channel, DestinationKind, Verdict, VerdictSource


def stop_email(session: Session, case_id: UUID, destination_id: UUID, *, by: UUID, now: datetime) -> None:
    """
    Mark every e-mail address of hers as not safe, by her word: not even a request opens one until she says otherwise.

    A case of hers that does not open can write to nobody, and keeps no other from being stopped. Audited.

    Raises:
        NoSuchRecord: the case has no such e-mail address.
    """
    if people.destination_of(session, case_id, destination_id).kind is not DestinationKind.EMAIL:
        raise NoSuchRecord("destination", destination_id)
    for hers in lock_person(session, case_id):
        with suppress(*(() if hers == case_id else UNREADABLE)):
            _stop_in(session, hers, by=by, now=now)
    audit.record(session, action="email.stop", by=by, cases=[case_id], now=now)


def _stop_in(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> None:
    no = ChannelVerdict(Verdict.UNSAFE, VerdictSource.VICTIM, now)
    for way in people.destinations(session, case_id):
        if way.kind is DestinationKind.EMAIL:
            stopped = replace(way, verdicts={**way.verdicts, Channel.EMAIL: no})
            reach.save_destination(session, case_id, stopped, version=way.version, by=by, now=now)
