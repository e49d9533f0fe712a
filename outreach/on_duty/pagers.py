"""
How a page reaches a colleague's phone: a port, and its two forms. Hides topics and the line to the push service.

The words are constant, the address is a random topic at a push service the site runs or chose itself, and no host
of a city, a county or a state is one. A page is pushed at least once: killed between the push and the note of it, a
worker pushes it again a minute later, since a page too many is repairable.
"""

import re
import secrets
import ssl
from collections.abc import Callable
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach import audit
from outreach.on_duty.paging import WORDS
from outreach.records.boxes import BoxNumber
from outreach.records.engine import Vault
from outreach.records.keys import HOUSE, seal, unseal
from outreach.records.on_call import PageCall, StaffPage, StaffPager

LEASE = timedelta(minutes=1)
"""When a page whose push was begun may be pushed again, should the worker have died in it."""
BATCH = 20
SECONDS = 5.0
"""A push service that takes longer is tried again."""
_WAITS = tuple(timedelta(seconds=each) for each in (20, 60, 120, 300))


class UnfitPager(ValueError):
    """The address of a push service may not be used; the text says why and the mend."""


class NotPaged(Exception):
    """A page did not reach the push service, or it did not take it. `fault` is one word."""

    def __init__(self, fault: str, *, again: bool = True) -> None:
        super().__init__(fault)
        self.fault = fault
        self.again = again


class Pager(Protocol):
    """Takes a page to a phone."""

    def page(self, topic: str) -> None:
        """Page the phone that listens to this topic, in the constant words. Raises NotPaged."""


class OnScreenOnly:
    """No push service: pages stand on screens only."""

    def page(self, topic: str) -> None:
        """Push nothing."""
        raise NotPaged("on_screen", again=False)


class PushPager:
    """A push service that takes `POST <base>/<topic>` with the words as its body, such as a self-hosted ntfy."""

    def __init__(self, base_url: str, *, token: str | None = None, on_loopback: bool = False) -> None:
        """Take the address of the service and a token for it. Raises UnfitPager."""
        refuse_unfit(base_url, on_loopback=on_loopback)
        self._parts = urlsplit(base_url.rstrip("/"))
        self._headers = {"Content-Type": "text/plain; charset=utf-8", "Priority": "5"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def page(self, topic: str) -> None:
        """Post the constant words to the topic, once. Raises NotPaged."""
        connection = self._connection()
        try:
            connection.request("POST", f"{self._parts.path}/{topic}", WORDS.encode(), self._headers)
            status = connection.getresponse().status
        except (OSError, HTTPException):
            raise NotPaged("unreachable") from None
        finally:
            connection.close()
        if not 200 <= status < 300:  # A redirect is followed nowhere: it could lead anywhere.
            raise NotPaged("refused")

    def _connection(self) -> HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "http":
            return HTTPConnection(host, port, timeout=SECONDS)
        return HTTPSConnection(host, port, timeout=SECONDS, context=ssl.create_default_context())


_PUBLIC = re.compile(r"(^|\.)(gov|mil)(\.[a-z]{2})?$|(^|\.)(fed|isa|nsn|kids|dni)\.us$|(^|\.)[a-z]{2}\.us$")
_OFFICES = re.compile(
    r"(^|[.-])(city|cityof\w+|county|countyof\w+|townof\w+|police|sheriff|sheriffs|\w*police|\w*sheriff|da|courts?)([.-]|$)"
)


def refuse_unfit(base_url: str, *, on_loopback: bool = False) -> None:
    """
    Raise UnfitPager for an address pages may not go to: without TLS, with a secret in it, or of a public authority.

    Source: requirement 20, "to nothing a city hosts"; `.gov`, `.mil` and the places of `.us` are theirs by registry.
    """
    parts = urlsplit(base_url)
    host = (parts.hostname or "").rstrip(".").lower()
    if on_loopback and host in ("127.0.0.1", "localhost"):
        return
    if parts.scheme != "https" or not host:
        raise UnfitPager("the push service must have an address that begins with https://")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise UnfitPager("the push service's address must hold no name, pass word or question: give the token apart")
    if not host.isascii():  # Letters of another script look like ours, and some are taken for a dot or for "gov".
        raise UnfitPager("the push service's name must be written in plain letters, or in its xn-- form")
    if "." not in host or re.fullmatch(r"[\d.]+|.*:.*", host):
        raise UnfitPager("the push service must have a name of its own, not a bare number")
    if _PUBLIC.search(host) or _OFFICES.search(host):
        raise UnfitPager(
            f"{host} looks like a city's, a county's, a state's or a police office's: pages would tell them when an "
            "event came. Choose a service your organisation runs or pays for itself"
        )


def topic_of(session: Session, staff_id: UUID) -> str | None:
    """Return the topic of a colleague's phone; None where they have none."""
    row = session.scalar(select(StaffPager).where(StaffPager.staff_id == staff_id))
    if row is None:
        return None
    return str(unseal(session, BoxNumber.STAFF_PAGER, row.topic_box, owner=HOUSE, row=row.id)[0])


def new_topic(session: Session, staff_id: UUID, *, now: datetime) -> str:
    """Give a colleague's phone a new random topic and return it; an earlier one is paged no more. Audited."""
    row, topic = session.scalar(select(StaffPager).where(StaffPager.staff_id == staff_id)), secrets.token_urlsafe(24)
    row_id = uuid4() if row is None else row.id
    box = seal(session, BoxNumber.STAFF_PAGER, [topic], owner=HOUSE, row=row_id)
    if row is None:
        session.add(StaffPager(id=row_id, staff_id=staff_id, topic_box=box))
    else:
        row.topic_box = box
    audit.record(session, action="pager.change", by=staff_id, cases=(), now=now)
    return topic


class _Claimed(NamedTuple):
    id: UUID
    topic: str | None
    tries: int
    lease: datetime


def push_due(vault: Vault, pager: Pager, *, clock: Callable[[], datetime]) -> dict[str, int]:
    """Push what is due. Safe to run in several processes; a failure is noted on its row and tried again."""
    counts = {"pushed": 0, "not_pushed": 0}
    for each in _claim(vault, clock()):
        fault = _push(pager, each.topic)
        with vault.writing() as session:
            _note(session, each, fault, clock())
        counts["not_pushed" if fault else "pushed"] += 1
    return counts


def _claim(vault: Vault, now: datetime) -> list[_Claimed]:
    due = select(StaffPage).where(StaffPage.push_at <= now).order_by(StaffPage.push_at).limit(BATCH)
    with vault.reading() as session:
        if session.scalar(due.limit(1)) is None:
            return []
    with vault.writing() as session:
        rows = session.scalars(due.with_for_update(skip_locked=True)).all()
        for row in rows:
            row.push_at, row.tries = now + LEASE, row.tries + 1
        return [_Claimed(row.id, topic_of(session, row.staff_id), row.tries, now + LEASE) for row in rows]


def _push(pager: Pager, topic: str | None) -> NotPaged | None:
    try:
        if topic is None:
            raise NotPaged("no_phone", again=False)
        pager.page(topic)
    except NotPaged as fault:
        return fault
    return None


def _note(session: Session, each: _Claimed, fault: NotPaged | None, now: datetime) -> None:
    """Note what became of a push; one that was called for anew meanwhile stays due."""
    again = now + _WAITS[min(each.tries, len(_WAITS)) - 1] if fault and fault.again else None
    if again and session.scalar(select(PageCall.seen_at).join(StaffPage).where(StaffPage.id == each.id)):
        again = None
    values = {"pushed_at": now, "fault": None} if fault is None else {"fault": fault.fault}
    mine = update(StaffPage).where(StaffPage.id == each.id)
    session.execute(mine.values(**values))
    session.execute(mine.where(StaffPage.push_at == each.lease).values(push_at=again))
