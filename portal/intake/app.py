"""
The intake application: one POST route, and the same 404 or 405 for everything else.

It may import events, inbox, agencies and the spool of the domain, and no more: a test compares the modules of
the running process with that list.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid4

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from crypto.sealing import SealingKey
from outreach.events import InvalidEvent, parse_event
from outreach.inbox import PURPOSE, SignedEvent, pack
from outreach.intake.agencies import Agencies, read_agencies
from outreach.intake.rereading import Reread
from outreach.records.errors import SpoolUnavailable
from portal.intake.answers import invalid, problem, received
from portal.intake.checks import NotAccepted, check_media_type, check_signature, read_body

logger = logging.getLogger(__name__)


class Keeps(Protocol):
    """What intake needs of a spool: to put something in, durably, before it answers."""

    def insert(self, id: UUID, received_at: datetime, sealed: bytes) -> None:
        """Keep a deposit, or raise SpoolUnavailable."""


@dataclass(frozen=True, slots=True)
class IntakeParts:
    """All that intake is made of: where it puts deposits, two public files, and the time."""

    spool: Keeps
    agencies: Path
    sealing: Path
    clock: Callable[[], datetime]


class _Desk:
    """Receives events: public keys read again when their files change, deposits sealed and kept."""

    def __init__(self, parts: IntakeParts) -> None:
        self._spool, self._clock = parts.spool, parts.clock
        self._agencies: Reread[Agencies] = Reread(parts.agencies, read_agencies)
        self._sealing_key: Reread[SealingKey] = Reread(parts.sealing, SealingKey.load)
        self._agencies.now()
        self._sealing_key.now()

    def receive(self) -> Response:
        """Check the request, keep it sealed, and answer."""
        body = read_body(request)
        check_media_type(request)
        now = self._clock()
        event = check_signature(request, body, self._agencies.now(), now)
        try:
            parse_event(body, sent_at=event.sent_at)
        except InvalidEvent as fault:
            return invalid(fault.errors)
        self._keep(event, now)
        return received(event.event_id)

    def _keep(self, event: SignedEvent, now: datetime) -> None:
        deposit = uuid4()
        sealed = self._sealing_key.now().seal(pack(event), purpose=PURPOSE, deposit=deposit)
        self._spool.insert(deposit, now, sealed)


def create_app(parts: IntakeParts) -> Flask:
    """Build the application; raises AgencyError or KeyFileError when a public file cannot be understood."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = True
    app.add_url_rule("/v1/level-events", "level-events", _Desk(parts).receive, methods=["POST"])
    app.register_error_handler(NotAccepted, lambda fault: problem(fault.status))
    app.register_error_handler(HTTPException, _answer_elsewhere)
    app.register_error_handler(Exception, _answer_failure)
    return app


def _answer_elsewhere(fault: HTTPException) -> Response:
    """Answer every address that is not ours alike, however the router put it."""
    is_method = isinstance(fault, MethodNotAllowed)
    return problem(HTTPStatus.METHOD_NOT_ALLOWED if is_method else HTTPStatus.NOT_FOUND)


def _answer_failure(fault: Exception) -> Response:
    """Promise nothing that was not kept. The log gets the kind of failure; its words could hold a body."""
    cause = str(fault) if isinstance(fault, SpoolUnavailable) else type(fault).__name__
    logger.error("an event was not stored: %s", cause)
    return problem(HTTPStatus.SERVICE_UNAVAILABLE)
