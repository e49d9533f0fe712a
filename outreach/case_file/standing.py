"""What the gate and the screens weigh of a case, all in one box: the fields, their order, and opening it."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.case_file.brought import BroughtOver
from outreach.gate.facts import Approval
from outreach.records.ahead import CASES, columns_of, rows_of
from outreach.records.boxes import BoxNumber
from outreach.records.cases import CaseRecord
from outreach.records.errors import UNREADABLE
from outreach.records.keys import case_keys, seal, unseal
from outreach.terms import KeyClass

_CASE = columns_of(CaseRecord)
_STANDING = select(_CASE.id.label("case_id"), _CASE.standing_box).where(_CASE.id.in_(CASES))


class Approved(NamedTuple):
    """
    A person's recorded decision that the gate asks for, with its end. Times are RFC 3339 text.

    Reasons are nothing the gate weighs, and lie elsewhere: outreach.case_file.words.
    """

    approval: str
    by: str
    at: str
    until: str
    destination_id: str | None = None
    """The way it is about, with the channel; none where it is about the whole case."""
    channel: str | None = None


class Stop(NamedTuple):
    """All contact was paused, or the pause lifted: what, by whom and when. The time is RFC 3339 text."""

    kind: str
    """paused or lifted."""
    by: str
    at: str


class Standing(NamedTuple):
    """
    Box CASE_STANDING, in sealing order. New fields go at the end with a default, so that older boxes still open.

    Times and dates are RFC 3339 text, times in UTC. Agency times included: none of this is in the open.
    """

    level: str | None = None
    level_since: str | None = None
    level_event_at: str | None = None
    criteria_version: str = ""
    paused: bool = False
    compromised: bool = False
    do_not_contact: bool = False
    may_try_if_danger: bool = False
    she_will_contact_us: bool = False
    match_pending: bool = False
    supervisor_hold: bool = False
    last_event_at: str | None = None
    zone: str = "America/New_York"
    approvals: tuple[Approved, ...] = ()
    stops: tuple[Stop, ...] = ()
    without: tuple[str, ...] = ()
    """Cases of hers that did not open when a supervisor lifted the last stop, and went on without them: their ids."""
    news_at: str | None = None
    """When we took in the newest event: what was decided before did not know of it, whenever it happened."""
    brought_over: BroughtOver | None = None
    """Where the case came from papers the team had before; None where it began here."""
    restricted_at: str | None = None
    """Since when the case is restricted; None while it is not."""
    restriction_lifted_at: str | None = None
    """When a restriction was last lifted: what an officer said before it never counts again."""
    no_contact_unheard: bool = False
    """Nobody heard her say that she wants no contact: it was written or left, or papers say so."""

    @property
    def last_event(self) -> datetime | None:
        """Return the agency's time of the newest event."""
        return datetime.fromisoformat(self.last_event_at) if self.last_event_at else None

    @property
    def last_news(self) -> datetime | None:
        """Return when we last learned something new: what was decided before it is decided anew."""
        heard = datetime.fromisoformat(self.news_at) if self.news_at else None
        return max(filter(None, (self.last_event, heard)), default=None)

    @property
    def lifted_at(self) -> datetime | None:
        """Return when contact was last opened again after a stop; None where it was never stopped."""
        lifted = [datetime.fromisoformat(each.at) for each in self.stops if each.kind == "lifted"]
        return max(lifted, default=None)

    def waits_for_supervisor(self, at: datetime) -> bool:
        """Say whether new outreach waits for a supervisor: who let it begin did not know of what came since."""
        known = filter(None, (self.last_news, self.lifted_at))
        since = max(known, default=None)
        given = (each for each in self.live_approvals(at) if each.approval == Approval.SUPERVISOR)
        is_given = any(since is None or since <= datetime.fromisoformat(each.at) for each in given)
        return self.supervisor_hold and not is_given

    def live_approvals(self, at: datetime) -> tuple[Approved, ...]:
        """Return the decisions that have begun and not ended at an instant (aware)."""
        return tuple(
            each
            for each in self.approvals
            if datetime.fromisoformat(each.at) <= at < datetime.fromisoformat(each.until)
        )


def open_standing(session: Session, case_id: UUID, box: bytes) -> Standing:
    """Open a standing box that was read with its case. Raises CannotDecrypt."""
    fields = Standing(*unseal(session, BoxNumber.CASE_STANDING, box, owner=case_id, row=case_id))
    return fields._replace(
        approvals=tuple(Approved(*each) for each in fields.approvals),
        stops=tuple(Stop(*each) for each in fields.stops),
        without=tuple(fields.without),
        brought_over=BroughtOver.from_fields(fields.brought_over) if fields.brought_over else None,
    )


def brought_over_of(session: Session, case_id: UUID) -> BroughtOver | None:
    """Return what papers from before say of a case; None where it began here. Unaudited: for rules in the vault."""
    for each, box in rows_of(session, _STANDING, (case_id,)):
        return open_standing(session, each, box).brought_over
    return None


def open_standings(session: Session, boxes: Mapping[UUID, bytes]) -> dict[UUID, Standing]:
    """Open the standing boxes of several cases, read with them; those that do not open are left out."""
    with suppress(*UNREADABLE):  # With one query where all are well; else each asks for its own key.
        case_keys(session, tuple(boxes), KeyClass.CONTACT)
    found = {}
    for case_id, box in boxes.items():
        with suppress(*UNREADABLE):
            found[case_id] = open_standing(session, case_id, box)
    return found


def seal_standing(session: Session, case_id: UUID, standing: Standing) -> bytes:
    """Seal a standing for the row of its case."""
    return seal(session, BoxNumber.CASE_STANDING, standing, owner=case_id, row=case_id)
