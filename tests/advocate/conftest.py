"""A portal with its real parts, on both databases."""

from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from advocate_desk import PHRASE, Colleague, Desk
from builders import FrozenClock
from flask import Flask

from outreach import pass_phrases, staffing
from outreach.records.engine import Vault
from outreach.records.staff import Staff
from outreach.terms import Employer, Role
from portal.advocate import PortalParts, create_app


@pytest.fixture
def app(vault: Vault, clock: FrozenClock) -> Flask:
    return create_app(PortalParts(vault, b"k" * 32, clock.now, ZoneInfo("America/New_York")))


@pytest.fixture
def desk(app: Flask, vault: Vault, clock: FrozenClock) -> Desk:
    return Desk(app.test_client(), clock, vault)


@pytest.fixture
def hire(vault: Vault, clock: FrozenClock):
    """Return a function that puts someone on staff, enrolled."""
    kept = pass_phrases.keep(PHRASE)

    def hire(role: Role = Role.ADVOCATE, employer: Employer = Employer.ADVOCACY, name: str = "Dana Reyes") -> Colleague:
        with vault.writing() as session:
            email = f"{uuid4().hex}@example.org"
            staff_id, _ = staffing.add_staff(session, email, name, role=role, employer=employer, now=clock.now())
            row = session.get_one(Staff, staff_id)
            row.password_hash = kept
            secret = staffing.second_factor_secret(session, row)
            return Colleague(staffing.card(row), PHRASE, secret)

    return hire
