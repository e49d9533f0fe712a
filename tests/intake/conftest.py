"""An intake desk of the tests' own: the real application, real keys, a frozen clock, an open spool."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from builders import NOW, FrozenClock
from flask.testing import FlaskClient
from signed_events import SourceAgency
from werkzeug.test import TestResponse

from crypto.keyring import KeyPaths
from outreach.records.errors import SpoolUnavailable
from portal.intake import IntakeParts, create_app


class HeldSpool:
    """A spool in memory. Fails loudly when told to."""

    def __init__(self) -> None:
        self.deposits: list[tuple[UUID, datetime, bytes]] = []
        self.fails = False

    def insert(self, id: UUID, received_at: datetime, sealed: bytes) -> None:
        if self.fails:
            raise SpoolUnavailable("the disk is full")
        self.deposits.append((id, received_at, sealed))


@dataclass
class Desk:
    """Intake, one agency it knows, and what it kept."""

    client: FlaskClient
    agency: SourceAgency
    agencies: Path
    clock: FrozenClock
    spool: HeldSpool = field(default_factory=HeldSpool)

    def post(self, body: bytes, headers: dict[str, str] | None = None, **changed: str | None) -> TestResponse:
        """Post a body with the agency's headers, changed as named (None leaves one out)."""
        signed = headers or self.agency.headers(body, at=self.clock.now())
        signed |= {name.replace("_", "-"): value for name, value in changed.items()}
        given = {name: value for name, value in signed.items() if value is not None}
        return self.client.post("/v1/level-events", data=body, headers=given)


@pytest.fixture
def build_desk(tmp_path: Path, key_paths: KeyPaths) -> Callable[..., Desk]:
    """Return a function that builds a desk around any spool and application factory."""

    def build(spool=None, *, name="public", agency=None, create=create_app, now=NOW) -> Desk:
        agency, clock = agency or SourceAgency(), FrozenClock(now)
        spool = HeldSpool() if spool is None else spool
        agencies = tmp_path / name / "agencies.json"
        agency.register(agencies, now=now)
        app = create(IntakeParts(spool, agencies, key_paths.sealing, clock.now))
        return Desk(app.test_client(), agency, agencies, clock, spool)

    return build


@pytest.fixture
def desk(build_desk: Callable[..., Desk]) -> Desk:
    return build_desk()
