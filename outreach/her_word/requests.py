"""
Rule zero, "she asked": what she asked for live, kept with how we knew it was she.

A request beats delay, hours, caps, templates, attempt limits and approvals, and nothing else; the gate decides
that (outreach.safe_contact). This module only keeps requests and finds those still live.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from outreach import audit
from outreach.case_file.contents import RequestDetail, read_as
from outreach.gate.facts import Request, VerifiedHow
from outreach.records.ahead import CASES, columns_of, rows_of
from outreach.records.boxes import BoxNumber
from outreach.records.keys import seal, unseal
from outreach.records.people import LiveRequest
from outreach.terms import Channel

LONGEST = timedelta(days=7)
"""A request older than this is asked again: what was safe last week may not be today."""
_KEPT = columns_of(LiveRequest)
_REQUESTS = select(_KEPT.id, _KEPT.case_id, _KEPT.request_box, _KEPT.words_box).where(_KEPT.case_id.in_(CASES))
VERIFIED_HOW = ("in_person", "code_word", "live_call")


class InvalidRequest(ValueError):
    """A request that rule zero does not cover: not made live, or without a fair end."""


def record_request(session: Session, case_id: UUID, request: Request, *, now: datetime) -> UUID:
    """
    Keep a live request of hers, audited in the same transaction.

    Raises:
        InvalidRequest: it was not made live (an unverified text only opens a task to call), says nothing,
            lies in the future, has ended already, or lasts longer than seven days.
    """
    _refuse_unfair(request, now)
    detail = RequestDetail(
        channel=request.channel.value,
        destination_id=str(request.destination_id),
        verified_how=request.verified_how,
        asked_at=request.asked_at.isoformat(),
        expires_at=request.expires_at.isoformat(),
        by=str(request.by),
    )
    row_id = uuid4()
    box = seal(session, BoxNumber.LIVE_REQUEST, detail, owner=case_id, row=row_id)
    words = seal(session, BoxNumber.REQUEST_WORDS, [request.what.strip()], owner=case_id, row=row_id)
    session.add(LiveRequest(id=row_id, case_id=case_id, request_box=box, words_box=words))
    audit.record(session, action="request.record", by=request.by, cases=[case_id], now=now)
    return row_id


def live_requests(session: Session, case_id: UUID, *, at: datetime) -> tuple[Request, ...]:
    """
    Return her requests that have begun and not ended, newest first, without her words.

    Unaudited: for the gate, inside the vault.
    """
    return tuple(request for _, request in _live(session, case_id, at))


def requests_in_her_words(session: Session, case_id: UUID, *, at: datetime) -> tuple[Request, ...]:
    """Return her live requests as live_requests does, with what she said. Unaudited: the page records the read."""
    return tuple(replace(request, what=_words(session, row)) for row, request in _live(session, case_id, at))


def meet(session: Session, case_id: UUID, channel: Channel, destination_id: UUID, *, at: datetime) -> None:
    """
    Close what she asked for in this way, once it was done at `at`: one request is one call, letter or meeting.

    The caller audits what was done. Texts are told apart by themselves: each says which request it answers.
    """
    for row, request in _live(session, case_id, at):
        if (request.channel, request.destination_id) == (channel, destination_id):
            kept = session.get_one(LiveRequest, row.id)
            met = _detail(session, row)._replace(met_at=at.isoformat())
            kept.request_box = seal(session, BoxNumber.LIVE_REQUEST, met, owner=case_id, row=row.id)
    session.flush()


def _live(session: Session, case_id: UUID, at: datetime) -> list[tuple[Row[*tuple[Any, ...]], Request]]:
    kept = ((row, _as_request(_detail(session, row))) for row in rows_of(session, _REQUESTS, (case_id,)))
    live = [(row, request) for row, request in kept if request.asked_at <= at < request.expires_at]
    return sorted(live, key=lambda pair: pair[1].asked_at, reverse=True)


def _detail(session: Session, row: Row[*tuple[Any, ...]]) -> RequestDetail:
    fields = unseal(session, BoxNumber.LIVE_REQUEST, row.request_box, owner=row.case_id, row=row.id)
    return read_as(RequestDetail, fields)


def _words(session: Session, row: Row[*tuple[Any, ...]]) -> str:
    return str(unseal(session, BoxNumber.REQUEST_WORDS, row.words_box, owner=row.case_id, row=row.id)[0])


def _as_request(kept: RequestDetail) -> Request:
    """Return a request as the gate knows it; one that was met ended then."""
    ends_at = datetime.fromisoformat(kept.expires_at)
    met_at = datetime.fromisoformat(kept.met_at) if kept.met_at else ends_at
    return Request(
        channel=Channel(kept.channel),
        destination_id=UUID(kept.destination_id),
        verified_how=cast(VerifiedHow, kept.verified_how),
        asked_at=datetime.fromisoformat(kept.asked_at),
        expires_at=min(ends_at, met_at),
        by=UUID(kept.by),
    )


def _refuse_unfair(request: Request, now: datetime) -> None:
    if request.verified_how not in VERIFIED_HOW:
        raise InvalidRequest("a request counts only when made in person, with her code word, or on a live call")
    if not request.what.strip():
        raise InvalidRequest("say what she asked for")
    if request.asked_at > now:
        raise InvalidRequest("a request cannot lie in the future")
    if not now < request.expires_at <= request.asked_at + LONGEST:
        raise InvalidRequest("a request must end, within seven days")
