"""Everything the gate weighs of a case, read from its boxes at one instant. Unaudited: for rules inside the vault."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from outreach import people
from outreach.attempts.outcomes import Counts, Tried, counts, effects_of
from outreach.attempts.tried import tries_elsewhere, tries_in
from outreach.case_file.history import Kept
from outreach.case_file.of_hers import told_in
from outreach.case_file.standing import Approved, Standing, open_standing
from outreach.gate.contact_policy import STANDARD, Policy
from outreach.gate.facts import Approval, CaseFacts, Given, Request
from outreach.gate.partner_facts import of_partner
from outreach.gate.verdicts import expires_at
from outreach.her_word.requests import live_requests
from outreach.identity.minors import Age, age_of
from outreach.identity.same_person import cases_of_person
from outreach.reaching.destinations import Destination
from outreach.records.ahead import CASES, columns_of, rows_of
from outreach.records.cases import CaseRecord, PossibleMatch
from outreach.records.errors import UNREADABLE, NoSuchRecord
from outreach.records.people import PhoneToken, SuppressedPhone
from outreach.records.work import Text
from outreach.terms import Channel, Level, TextState, Verdict, VerdictSource

_STAYED = (TextState.PLANNED, TextState.HELD, TextState.CANCELLED, TextState.FAILED)
_MAY_HAVE_LEFT = [state.value for state in TextState if state not in _STAYED]
_STOPPING = ("paused", "compromised", "do_not_contact", "she_will_contact_us")
_DAY, _WEEK = timedelta(hours=24), timedelta(days=7)

# Built once: building them for each text that is claimed costs more than running them.
_CASE, _TEXT = columns_of(CaseRecord), columns_of(Text)
_PHONE, _STOP, _MATCH = columns_of(PhoneToken), columns_of(SuppressedPhone), columns_of(PossibleMatch)
_STANDINGS = select(_CASE.id.label("case_id"), _CASE.standing_box).where(_CASE.id.in_(CASES))
_TEXTS_SINCE = select(_TEXT.case_id, _TEXT.id, _TEXT.claimed_at).where(
    _TEXT.case_id.in_(CASES), _TEXT.claimed_at > bindparam("since"), _TEXT.state.in_(_MAY_HAVE_LEFT)
)
_SUPPRESSED = select(_PHONE.case_id, _PHONE.destination_id).where(
    _PHONE.case_id.in_(CASES), _STOP.token == _PHONE.token, _STOP.lifted_at.is_(None)
)
_OPEN_MATCHES = select(_MATCH.case_id).where(_MATCH.case_id.in_(CASES), _MATCH.decision.is_(None))
_MAY_BE_RESTRICTED = select(_MATCH.other_case_id.label("case_id")).where(
    _MATCH.other_case_id.in_(CASES),
    _MATCH.decision.is_(None),
    _CASE.id == _MATCH.case_id,
    _CASE.is_restricted.is_(True),
)


class _Tries(NamedTuple):
    made: Sequence[Tried]
    counts: Counts
    was_spoken_with: bool


def facts_for_gate(
    session: Session,
    case_id: UUID,
    *,
    at: datetime,
    destination_id: UUID | None = None,
    channel: Channel | None = None,
    weighed: UUID | None = None,
) -> CaseFacts:
    """
    Assemble what the gate weighs of a case at the instant `at` (aware).

    Stops, holds, where the partner is, her texts and tries count over every case about her; one that is shut stops her.

    Args:
        destination_id, channel: the way in question; of several live requests, the one for it is passed on.

    Raises:
        NoSuchRecord: no such case. Anything else that fails is an error too: the caller must not contact her.
    """
    hers = cases_of_person(session, case_id)
    standing = (standings := _standings(session, case_id, hers))[case_id]
    told, here = told_in(session, case_id, standings), ZoneInfo(standing.zone)
    newest = told[case_id].kept[-1] if told[case_id].kept else None
    tries = _tries(session, case_id, at.astimezone(here), hers=told, newest=newest)
    texts = _texts_since(session, hers, at - _WEEK, but=weighed)
    return CaseFacts(
        level=Level(standing.level) if standing.level else None,
        zone=standing.zone,
        is_adult=_is_adult(session, case_id, at.astimezone(here).date()),
        **_stops(standings, standing, lost=hers - told.keys()),
        match_pending=standing.match_pending or _has_open_match(session, case_id),
        supervisor_hold=any(_waits_for_supervisor(each, at, is_here=each is standing) for each in standings.values()),
        restricted=_is_restricted(session, standings),
        restriction_lifted_at=_latest(each.restriction_lifted_at for each in standings.values()),
        suppressed=_suppressed(session, case_id),
        **_moments(standings, standing),
        **of_partner(case_id, told, standings.values(), zone=here),
        texts_in_24h=sum(1 for claimed_at in texts if claimed_at > at - _DAY),
        texts_in_7d=len(texts),
        attempts_today=tries.counts.today,
        attempts_for_event=tries.counts.for_event,
        asked_once=tries.counts.asked_once,
        first_contact_done=tries.was_spoken_with,
        approvals=_given(standing.live_approvals(at), tries.made, texts),
        request=_request_for(live_requests(session, case_id, at=at), destination_id, channel),
        policy=STANDARD,  # A site's protocol file makes none of the gate's numbers stricter yet.
    )


def _moments(standings: Mapping[UUID, Standing], here: Standing) -> dict[str, Any]:
    """Return since when her word and our decisions count: the last stop lifted, the newest event, news, her noes."""
    return {
        "lifted_at": max(filter(None, (each.lifted_at for each in standings.values())), default=None),
        "last_event_at": here.last_event,
        "news_at": here.last_news,
        **_brought_noes(standings.values()),
    }


def _brought_noes(standings: Collection[Standing]) -> dict[str, datetime | None]:
    """Return when her no to all mail, and to all texts, was noted, in any case of hers."""
    brought = [each.brought_over for each in standings if each.brought_over]
    return {
        "no_mail_at": max(filter(None, (each.no_mail_at for each in brought)), default=None),
        "no_texts_at": max(filter(None, (each.no_texts_at for each in brought)), default=None),
    }


def _given(live: Sequence[Approved], made: Sequence[Tried], texts: Sequence[datetime]) -> frozenset[Given]:
    """Return the decisions that still open something: one more text or try is one, and then used."""
    given = (
        Given(
            approval=Approval(each.approval),
            at=datetime.fromisoformat(each.at),
            destination_id=UUID(each.destination_id) if each.destination_id else None,
            channel=Channel(each.channel) if each.channel else None,
        )
        for each in live
    )
    return frozenset(each for each in given if not is_used(each, made, texts))


def is_used(given: Given, made: Sequence[Tried], texts: Sequence[datetime]) -> bool:
    """Tell whether the one more try or text a decision was for has been made since."""
    if given.approval is Approval.MORE_TEXTS:
        return any(left_at > given.at for left_at in texts)
    if given.approval is Approval.ONCE_IF_DANGER:
        return any(each.was_made_since(given.at) and not each.was_prompted for each in made)
    if given.approval is Approval.MORE_ATTEMPTS:
        ours = (each for each in made if not each.was_prompted and each.channel is given.channel)
        return any(each.was_made_since(given.at) and each.destination_id == given.destination_id for each in ours)
    return False


def _standings(session: Session, case_id: UUID, hers: Collection[UUID]) -> dict[UUID, Standing]:
    """Return what stands about a case, and about each that is the same person's and opens."""
    found = {}
    for each, box in rows_of(session, _STANDINGS, hers):
        with suppress(*(() if each == case_id else UNREADABLE)):
            found[each] = open_standing(session, each, box)
    if case_id not in found:
        raise NoSuchRecord("case", case_id)
    return found


def _stops(standings: Mapping[UUID, Standing], here: Standing, *, lost: Set[UUID]) -> dict[str, Any]:
    """Return what stops contact in any of her cases: it is about her, not about the case it was written in."""
    said = {name: any(getattr(each, name) for each in standings.values()) for name in _STOPPING}
    noes = [each.may_try_if_danger for each in standings.values() if each.do_not_contact]
    return said | {
        "other_case_unreadable": not {str(each) for each in lost} <= set(here.without),
        "may_try_if_danger": noes != [] and all(noes),
    }


def _waits_for_supervisor(standing: Standing, at: datetime, *, is_here: bool) -> bool:
    """Tell whether a case of hers waits for a supervisor: the gate weighs what was decided here, not there."""
    return standing.supervisor_hold if is_here else standing.waits_for_supervisor(at)


def with_planned_texts(session: Session, case_id: UUID, facts: CaseFacts, *, at: datetime) -> CaseFacts:
    """
    Return the facts with the texts that are released but still here counted as well, as of the release time `at`.

    For releasing one more: else two released one after the other would each find the cap untouched.
    """
    hers = cases_of_person(session, case_id)
    query = select(Text.release_at, Text.state_at).where(Text.case_id.in_(hers), Text.state == TextState.PLANNED.value)
    planned = session.execute(query).all()
    apart = [abs(release_at - at) for release_at, _ in planned]
    released = [released_at for _, released_at in planned]
    return replace(
        facts,
        approvals=frozenset(each for each in facts.approvals if not is_used(each, (), released)),
        texts_in_24h=facts.texts_in_24h + sum(1 for each in apart if each < _DAY),
        texts_in_7d=facts.texts_in_7d + sum(1 for each in apart if each < _WEEK),
    )


def _tries(session: Session, case_id: UUID, now: datetime, *, hers: Collection[UUID], newest: Kept | None) -> _Tries:
    ways, here = people.destinations(session, case_id), tries_in(session, case_id)
    made = [*here, *tries_elsewhere(session, set(hers) - {case_id}, ways=ways, newest=newest)]
    found = counts(made, at=now, zone=str(now.tzinfo), event_id=newest.row_id if newest else None)
    asked = frozenset(way.id for way in ways if was_asked(way, made, found, now=now, policy=STANDARD))
    return _Tries(made, found._replace(asked_once=asked), any(_spoke(each) for each in here))


def _spoke(tried: Tried) -> bool:
    """Tell whether she was really spoken with: a text that was answered could be anyone's."""
    return effects_of(tried.outcome, channel=tried.channel, step=None, kind=None).first_contact_done


def was_asked(way: Destination, made: Sequence[Tried], found: Counts, *, now: datetime, policy: Policy) -> bool:
    """Tell whether the one live call was made: since her yes ran out or, where there is none, for this event."""
    verdict = way.verdicts.get(Channel.CALL)
    if verdict is not None and verdict.verdict is Verdict.SAFE:
        is_from_before = verdict.source is VerdictSource.BROUGHT_OVER
        ended_at = verdict.verified_at if is_from_before else expires_at(way, verdict, policy)
        if ended_at <= now:
            ours = (each for each in made if not each.was_prompted and each.channel is Channel.CALL)
            return any(each.destination_id == way.id and each.at >= ended_at for each in ours)
    return way.id in found.asked_once


def _texts_since(session: Session, hers: Collection[UUID], since: datetime, *, but: UUID | None) -> Sequence[datetime]:
    """Return when texts left; not the one that is claimed already and weighed again: it left before none."""
    rows = rows_of(session, _TEXTS_SINCE, hers, since=since)
    return [claimed_at for _, text_id, claimed_at in rows if text_id != but]


def _latest(times: Iterable[str | None]) -> datetime | None:
    return max((datetime.fromisoformat(each) for each in times if each), default=None)


def _suppressed(session: Session, case_id: UUID) -> frozenset[UUID]:
    return frozenset(destination_id for _, destination_id in rows_of(session, _SUPPRESSED, (case_id,)))


def _is_restricted(session: Session, standings: Mapping[UUID, Standing]) -> bool:
    """
    Tell whether a case of hers is restricted, or a newer one that may be hers.

    Of an older one nothing is asked: the newer is held altogether until the match is decided.
    """
    if any(each.restricted_at is not None for each in standings.values()):
        return True
    return bool(rows_of(session, _MAY_BE_RESTRICTED, tuple(standings)))


def _has_open_match(session: Session, case_id: UUID) -> bool:
    return bool(rows_of(session, _OPEN_MATCHES, (case_id,)))


def _is_adult(session: Session, case_id: UUID, today: date) -> bool:
    """An age that nobody knows is no adult's: mail stays off."""
    born_on, said_adult = people.birth_and_word(session, case_id)
    return age_of(born_on, said_adult=said_adult, today=today) is Age.ADULT


def _request_for(live: Sequence[Request], destination_id: UUID | None, channel: Channel | None) -> Request | None:
    fitting = [r for r in live if r.destination_id == destination_id and r.channel == channel]
    return next(iter(fitting or live), None)
