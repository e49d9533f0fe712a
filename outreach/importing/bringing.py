"""
Opening one case for each row: sealed as any other, with nothing due, nothing sent and nobody paged.

A yes in the file opens nothing by itself: it is kept as brought over, and the gate asks her first. A no is a no at
once. Who may be known already is a person's to decide, and the gate holds until then, also for two rows of one file.
A row is here already when its reference is: what was brought over is never changed by the file again.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from outreach import audit, cases, matching, people
from outreach.case_file.brought import BroughtOver
from outreach.case_file.standing import Standing
from outreach.identity import match_tokens
from outreach.identity.match_tokens import Pair
from outreach.importing.papers import KeptPapers, here_already, row_token
from outreach.importing.rows import Row, WayInFile
from outreach.ingest import lock_for_matching
from outreach.ingesting.event_round import EventRound
from outreach.ingesting.opening import ask_about
from outreach.matching import Match
from outreach.protocols.planning import keep_protocol, protocol_of
from outreach.reaching import reach
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.records.boxes import BoxNumber
from outreach.records.brought import BroughtCase
from outreach.records.inserting import insert_rows
from outreach.records.keys import seal
from outreach.staff import assigning
from outreach.staff.assigning import CannotTakeCases
from outreach.terms import Channel, DestinationKind, Verdict, VerdictSource
from outreach.walls import restricting
from outreach.walls.restricting import Cause, RestrictionContent
from outreach.walls.sight import kept_away


class Terms(NamedTuple):
    """What holds for every row of a file."""

    jurisdiction: str
    protocol_text: str
    """Of the protocol in force there."""
    by: UUID
    """The supervisor who answers for it."""
    advocates: Mapping[str, UUID]
    """Who may be given a case, by e-mail in small letters."""
    now: datetime


class Brought(NamedTuple):
    """What became of some rows."""

    opened: int = 0
    here_already: int = 0
    to_decide: int = 0
    """Cases that may be a person we know."""
    to_hand_out: int = 0
    """Cases that are nobody's until a supervisor gives them to somebody."""


def bring_over(session: Session, rows: Sequence[Row], terms: Terms) -> Brought:
    """Open a case for each row that is not here yet. Audited as one act of the supervisor's, with every case in it."""
    lock_for_matching(session)
    fresh = _fresh(session, rows, terms)
    opened, to_decide, to_hand_out = [], 0, 0
    for row in fresh:
        case_id, match = _open(session, row, terms)
        opened.append(case_id)
        to_decide += bool(match.possible)
        to_hand_out += not _give(session, case_id, row, terms)
    if opened:
        audit.record(session, action="case.import", by=terms.by, cases=opened, now=terms.now)
    return Brought(len(opened), len(rows) - len(fresh), to_decide, to_hand_out)


def look(session: Session, rows: Sequence[Row], terms: Terms) -> Brought:
    """Return what bringing these rows over would do beside the cases that are here; writes nothing."""
    fresh = _fresh(session, rows, terms)
    possible = [_match(session, row)[1].possible for row in fresh]
    away = (kept_away(session, each) if each else frozenset() for each in possible)
    to_hand_out = sum(
        not row.advocate or terms.advocates[row.advocate] in each for row, each in zip(fresh, away, strict=True)
    )
    return Brought(len(fresh), len(rows) - len(fresh), sum(map(bool, possible)), to_hand_out)


def _fresh(session: Session, rows: Sequence[Row], terms: Terms) -> list[Row]:
    here = here_already(session, terms.jurisdiction, [row.reference for row in rows])
    return [row for row in rows if row.reference not in here]


def _match(session: Session, row: Row) -> tuple[EventRound, Match]:
    """Look for her among the cases that are here, those of rows above included."""
    pair = _pair(row)
    events_round = EventRound(session, events=(), pairs=(pair,))
    return events_round, matching.find(session, pair, events_round)


def _pair(row: Row) -> Pair:
    return Pair("", None, row.person, row.partner_as_person)


def _open(session: Session, row: Row, terms: Terms) -> tuple[UUID, Match]:
    protocol = protocol_of(terms.protocol_text)
    events_round, match = _match(session, row)
    case_id = cases.open_case(
        session,
        jurisdiction=terms.jurisdiction,
        protocol_digest=keep_protocol(session, terms.protocol_text),
        standing=_standing(row, match, zone=protocol.calendar.zone, now=terms.now),
        opened_on=protocol.calendar.day_of(terms.now),
    )
    people.create(session, case_id, row.particulars)
    reach.add_destinations(session, case_id, [_destination(way, terms.now) for way in row.ways])
    match_tokens.remember(session, case_id, events_round.tokens(_pair(row)), is_new=True)
    ask_about(session, case_id, match.possible)
    _keep_papers(session, case_id, row, terms)
    if row.partner.is_officer:
        said = RestrictionContent(Cause.OFFICER, "So say the papers from before.", str(terms.by), terms.now.isoformat())
        restricting.keep(session, case_id, said, by=terms.by, now=terms.now)
    return case_id, match


def _give(session: Session, case_id: UUID, row: Row, terms: Terms) -> bool:
    """Give a case to whom the file names, and say whether it is theirs: one kept away from her case gets none."""
    if row.advocate:
        with suppress(CannotTakeCases):
            assigning.assign_case(session, case_id, terms.advocates[row.advocate], by=terms.by, now=terms.now)
            return True
    return False


def _standing(row: Row, match: Match, *, zone: str, now: datetime) -> Standing:
    address = next((way.value for way in row.ways if way.kind is DestinationKind.ADDRESS), "")
    is_together = row.particulars.lives_with_offender == "yes"
    partner = row.partner
    return Standing(
        level=row.level,
        level_since=row.level_since.isoformat() if row.level_since else None,
        zone=zone,
        do_not_contact=row.stops.do_not_contact,
        no_contact_unheard=row.stops.do_not_contact,  # Papers do not say whether she was heard: a person decides.
        may_try_if_danger=row.stops.may_try_if_danger,
        she_will_contact_us=row.stops.she_will_contact_us,
        match_pending=bool(match.possible),
        supervisor_hold=bool(match.counterparts or match.torn),
        brought_over=BroughtOver(
            at=now.isoformat(),
            no_mail=row.stops.no_mail,
            no_texts=row.stops.no_texts,
            partner_name=partner.name,
            partner_born_on=partner.born_on.isoformat() if partner.born_on else None,
            partner_phones=tuple(filter(None, (partner.phone,))),
            partner_addresses=tuple(filter(None, (partner.address,))),
            homes_together=(address,) if address and is_together else (),
        ),
    )


def _destination(way: WayInFile, now: datetime) -> Destination:
    verdicts = {
        channel: ChannelVerdict(_VERDICTS[said], VerdictSource.BROUGHT_OVER, now) for channel, said in way.said.items()
    }
    return Destination(
        id=uuid4(),
        kind=way.kind,
        value=way.value,
        verdicts=verdicts,
        windows=way.windows,
        may_leave_message=False if way.said.get(Channel.VOICEMAIL) is False else None,
        shared_with_offender=way.is_shared,
        shared_marked_at=now if way.is_shared else None,
        is_substitute_address=way.is_substitute,
    )


_VERDICTS = {True: Verdict.SAFE, False: Verdict.UNSAFE, None: Verdict.UNKNOWN}


def _keep_papers(session: Session, case_id: UUID, row: Row, terms: Terms) -> None:
    row_id = uuid4()
    papers = KeptPapers(row.reference, row.ask_first)
    record = {
        "id": row_id,
        "case_id": case_id,
        "row_token": row_token(session, terms.jurisdiction, row.reference),
        "brought_by_id": terms.by,
        "brought_on": terms.now.date(),
        "papers_box": seal(session, BoxNumber.BROUGHT_PAPERS, papers, owner=case_id, row=row_id),
    }
    insert_rows(session, BroughtCase, [record])
