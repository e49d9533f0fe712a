"""The list of protocols: what is in force in each place, what waits for a second person, and what was before."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy.orm import Session

from outreach.case_file.view import names_of
from outreach.protocols import versions
from outreach.protocols.versions import Change
from portal.advocate.cards import Fact, Hold, Moment, Step
from portal.advocate.moments import moment
from portal.advocate.protocols.pages import EarlierRow, InForceCard, ProtocolsPage

LONGEST = 20


def protocols_page(session: Session, *, now: datetime, zone: ZoneInfo) -> ProtocolsPage:
    """Return the page of all protocols."""
    known = versions.changes(session)
    told, current = _told(session, known, now, zone), _current(known)
    waiting = {each.jurisdiction: each for each in known if each.waits}
    earlier = [each for each in known if not each.waits and each not in current.values()]
    places = sorted({*current, *waiting})
    return ProtocolsPage(
        back=Step("Team", url_for("team.show")),
        in_force=tuple(_card(each, current.get(each), waiting.get(each), told) for each in places),
        earlier=tuple(_row(each, told) for each in earlier[:LONGEST]),
        more=max(0, len(earlier) - LONGEST),
        new=Step("Try a protocol", url_for("protocols.new"), look="main"),
    )


def facts_of(session: Session, change: Change, *, now: datetime, zone: ZoneInfo) -> tuple[Fact, ...]:
    """Return who asked for a change, when and why, and what the second person said."""
    return _told(session, [change], now, zone).of(change)


class _Facts:
    """Tells of a change who did what, when and why, in a zone."""

    def __init__(self, names: Mapping[str, str], now: datetime, zone: ZoneInfo) -> None:
        self._names, self._now, self._zone = names, now, zone

    def of(self, change: Change) -> tuple[Fact, ...]:
        """Return it line by line."""
        found = [Fact("Version", change.version)]
        if change.proposed_by is None:
            found += [Fact("From", "It came with Wayside"), Fact("Since", self._when(change.settled_at))]
        else:
            found += [
                Fact("Asked for by", self._by(change.proposed_by, change.proposed_at)),
                Fact("Why", change.why[0]),
            ]
        if change.settled_by is not None:
            label = "Taken back by" if change.number is None else "In force since"
            found += [Fact(label, self._by(change.settled_by, change.settled_at)), Fact("Because", change.why[1])]
        return (*found, Fact("Mark of the file", change.digest[:12]))

    def when(self, change: Change) -> Moment:
        """Return when a change was settled, or asked for."""
        return moment(change.settled_at or change.proposed_at, now=self._now, zone=self._zone)

    def _by(self, who: UUID, at: datetime | None) -> str:
        return f"{self._names.get(str(who), 'a colleague')}, {self._when(at)}"

    def _when(self, at: datetime | None) -> str:
        return moment(at, now=self._now, zone=self._zone).words if at else ""


def _told(session: Session, known: Sequence[Change], now: datetime, zone: ZoneInfo) -> _Facts:
    ids = {str(who) for each in known for who in (each.proposed_by, each.settled_by) if who is not None}
    return _Facts(names_of(session, ids), now, zone)


def _current(known: Sequence[Change]) -> dict[str, Change]:
    numbered = (each for each in known if each.number is not None)
    return {each.jurisdiction: each for each in sorted(numbered, key=lambda each: each.number or 0)}


def _card(place: str, current: Change | None, waits: Change | None, told: _Facts) -> InForceCard:
    hold = None
    if waits is not None:
        look = Step("Look at it", url_for("protocol_decisions.show", change_id=waits.id), look="main")
        hold = Hold(f"A change to version {waits.version} waits.", "A second supervisor decides.", (look,))
    if current is None:
        return InForceCard(place=place, facts=(Fact("In force", "Nothing yet"),), steps=(), waits=hold)
    change_it = Step("Change it", url_for("protocols.new", like=current.digest))
    return InForceCard(place=place, facts=told.of(current), steps=(change_it,), waits=hold)


def _row(change: Change, told: _Facts) -> EarlierRow:
    became = "Taken back" if change.number is None else "Was in force"
    again = Step("Read it or use it again", url_for("protocols.new", like=change.digest))
    return EarlierRow(
        when=told.when(change),
        title=f"{change.jurisdiction}, version {change.version}",
        words=f"{became}. {change.why.settled or change.why.proposed}",
        steps=(again,),
    )
