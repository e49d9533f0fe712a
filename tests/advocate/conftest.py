"""A portal with its real parts, on both databases."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import time
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from advocate_desk import PHRASE, Colleague, Desk
from builders import NOW, FrozenClock, a_case, a_deposit_set_aside, a_destination, a_protocol_change, a_text_from_nobody
from case_parts import a_notice, a_planned_text, a_printed_letter, a_task
from case_visits import CALLED, asked, settle
from flask import Flask
from meeting_world import a_meeting
from talks import INSTRUMENTS, a_talk_begun

from outreach import audit
from outreach.approvals.mail_approvals import Address, WishWords, note_wish
from outreach.gate.hours import Window
from outreach.messaging.letters import batches as letter_batches
from outreach.messaging.letters.rows import Letterhead
from outreach.on_duty import night_calls
from outreach.on_duty.night_calls import Said
from outreach.protocols.steps import Step
from outreach.reaching.destinations import Destination
from outreach.records.cases import CaseRecord, PossibleMatch
from outreach.records.engine import Vault, open_postgres
from outreach.records.staff import Staff
from outreach.staff import pass_phrases, staffing
from outreach.support import services
from outreach.support.services import ServiceContent
from outreach.terms import DestinationKind, Employer, Role
from portal.advocate import PortalParts, create_app

A_SERVICE = ServiceContent("Harbor House", ("shelter",), "Beds for women with children.", "(336) 555-0100")
LETTERHEAD = Letterhead("PO Box 1417\nHigh Point NC 27261", "(336) 555-0100")


@pytest.fixture
def portal_vault(request: pytest.FixtureRequest, vault: Vault) -> Iterator[Vault]:
    """The vault as the portal's own role sees it on PostgreSQL; tests arrange as its owner."""
    if vault.dialect == "sqlite":
        yield vault
        return
    opened = open_postgres(request.getfixturevalue("vault_url"), vault.keyring, role="wayside_portal")
    opened.is_practice = True
    yield opened
    opened.close()


def a_portal(parts: PortalParts) -> Flask:
    """Make the portal as it is served, but that a fault nobody foresaw fails the test."""
    made = create_app(parts)
    made.config["TESTING"] = True
    made.register_error_handler(Exception, raise_again)
    return made


@pytest.fixture
def parts(portal_vault: Vault, clock: FrozenClock) -> PortalParts:
    return PortalParts(
        portal_vault, b"k" * 32, clock.now, ZoneInfo("America/New_York"), letterhead=LETTERHEAD, instruments=INSTRUMENTS
    )


@pytest.fixture(scope="session")
def kept_portals() -> dict[str, Flask]:
    """The portal that all tests share, once the first of them has made it."""
    return {}


@pytest.fixture
def own_app(parts: PortalParts) -> Flask:
    """A portal of this test's own, for what cannot be taken back: a new route, a new answer to errors."""
    return a_portal(parts)


@pytest.fixture
def app(request: pytest.FixtureRequest, parts: PortalParts, kept_portals: dict[str, Flask]) -> Iterator[Flask]:
    """
    The portal with this test's parts. Its routes and templates are compiled once for all tests.

    What a test changes in its views and settings is put back.
    """
    if "own_app" in request.fixturenames:
        yield request.getfixturevalue("own_app")
        return
    if "portal" not in kept_portals:
        kept_portals["portal"] = a_portal(parts)
    made = kept_portals["portal"]
    views, config = dict(made.view_functions), dict(made.config)
    made.extensions["wayside"] = parts
    yield made
    made.view_functions.clear()
    made.view_functions.update(views)
    made.config.clear()
    made.config.update(config)


def raise_again(error: Exception) -> None:
    """Let a fault nobody foresaw fail the test, instead of becoming the page about it."""
    raise error


@pytest.fixture
def desk(app: Flask, vault: Vault, clock: FrozenClock) -> Desk:
    return Desk(app.test_client(), clock, vault)


@pytest.fixture(scope="session")
def kept_phrase() -> str:
    """The hash of everyone's pass phrase, made once: it is slow on purpose."""
    return pass_phrases.keep(PHRASE)


@pytest.fixture
def hire(vault: Vault, clock: FrozenClock, kept_phrase: str):
    """Return a function that puts someone on staff, enrolled."""

    def hire(role: Role = Role.ADVOCATE, employer: Employer = Employer.ADVOCACY, name: str = "Dana Reyes") -> Colleague:
        with vault.writing() as session:
            email = f"{uuid4().hex}@example.org"
            staff_id, _ = staffing.add_staff(session, email, name, role=role, employer=employer, now=clock.now())
            row = session.get_one(Staff, staff_id)
            row.password_hash = kept_phrase
            secret = staffing.second_factor_secret(session, row)
            return Colleague(staffing.card(row), PHRASE, secret)

    return hire


@dataclass(frozen=True)
class World:
    """A deployment with one case in hand, one of a colleague, one of nobody, and someone in every role."""

    dana: Colleague
    other: Colleague
    supervisor: Colleague
    administrator: Colleague
    custodian: Colleague
    outsider: Colleague
    case_id: UUID
    handle: str
    phone: Destination
    address: Destination
    task_id: UUID
    done_task_id: UUID
    alert_id: UUID
    notice_id: UUID
    match_id: UUID
    text_id: UUID
    letter_id: UUID
    deposit_id: UUID
    unknown_id: UUID
    call_id: UUID
    service_id: UUID
    change_id: UUID
    assessment_id: UUID
    batch_id: UUID
    wish_id: UUID
    meeting_id: UUID
    others_case_id: UUID
    nobodys_case_id: UUID

    def elsewhere(self) -> "World":
        """Return the same world with ids that lead nowhere."""
        phone = replace(self.phone, id=uuid4())
        return replace(
            self,
            case_id=uuid4(),
            phone=phone,
            task_id=uuid4(),
            notice_id=uuid4(),
            match_id=uuid4(),
            text_id=uuid4(),
            letter_id=uuid4(),
            deposit_id=uuid4(),
            unknown_id=uuid4(),
            call_id=uuid4(),
            meeting_id=uuid4(),
            service_id=uuid4(),
            change_id=uuid4(),
            assessment_id=uuid4(),
            batch_id=uuid4(),
            wish_id=uuid4(),
        )


@pytest.fixture
def world(vault: Vault, hire) -> World:
    dana, other = hire(), hire(name="Lee Park")
    people_ = {
        role: hire(role, name=role.value.title()) for role in (Role.SUPERVISOR, Role.ADMINISTRATOR, Role.CUSTODIAN)
    }
    outsider = hire(name="Sam Outside")
    with vault.writing() as session:
        session.get_one(Staff, outsider.card.id).employer = Employer.LAW_ENFORCEMENT.value
        case_id = a_case(session, assigned_to=dana.card.id)
        others, nobodys = a_case(session, assigned_to=other.card.id), a_case(session)
        phone = a_destination(session, case_id, windows=(Window((0, 1, 2, 3, 4), time(9), time(17)),))
        home = {"kind": DestinationKind.ADDRESS, "value": "9 Canary Lane\nHigh Point NC 27260", "label": "home"}
        address = a_destination(session, case_id, **home, verdicts={})
        assessment_id = a_talk_begun(session, case_id, by=dana.card.id)
        tasks = [a_task(session, case_id, step) for step in (Step.OUTREACH, Step.SAFETY_PLAN, Step.SUPERVISOR_ALERT)]
        tasks.append(a_notice(session, case_id))
        match = PossibleMatch(id=uuid4(), case_id=case_id, other_case_id=others)
        session.add(match)
        text_id = a_planned_text(session, case_id, phone.id, dana.card.id)
        letter_id = a_printed_letter(session, case_id, address, dana.card.id, is_hers=True)
        deposit_id = a_deposit_set_aside(session)
        unknown_id = a_text_from_nobody(session)
        said = Said("canary: she asked for a ride", handle="No Such")
        night_calls.note_of_other(session, dana.card, said, now=NOW)
        call_id = night_calls.waiting(session)[0].id
        meeting_id = a_meeting(session, case_id, phone, dana.card.id, people_[Role.SUPERVISOR].card.id)
        service_id = services.add_service(session, A_SERVICE, by=dana.card.id, now=NOW)
        change_id = a_protocol_change(session)
        a_printed_letter(session, others, a_destination(session, others, **home, verdicts={}), other.card.id)
        session.flush()
        batch_id = letter_batches.plan(session, other.card, now=NOW)
        wish_id = note_wish(session, Address(case_id, address.id), WishWords("canary words"), by=dana.card.id, now=NOW)
        audit.record(session, action="test.world", by=None, cases=[case_id], now=NOW)
        handle = session.get_one(CaseRecord, case_id).handle
    return World(
        dana,
        other,
        *people_.values(),
        replace_card(outsider, Employer.LAW_ENFORCEMENT),
        case_id,
        handle,
        phone,
        address,
        *tasks,
        match.id,
        text_id,
        letter_id,
        deposit_id,
        unknown_id,
        call_id,
        service_id,
        change_id,
        assessment_id,
        batch_id,
        wish_id,
        meeting_id,
        others,
        nobodys,
    )


def replace_card(who: Colleague, employer: Employer) -> Colleague:
    return replace(who, card=replace(who.card, employer=employer))


@pytest.fixture
def at_case(desk, world):
    desk.sit_down(world.dana.card)
    return f"/cases/{world.case_id}"


@pytest.fixture
def practice_words(app):
    """Texts that come with the program are approved for practice; everything else stays as in a real home."""
    app.extensions["wayside"] = replace(app.extensions["wayside"], is_practice=True)


@pytest.fixture
def opted_in(desk, vault, world, at_case, practice_words):
    settle(vault, world)
    at = f"{at_case}/destinations/{world.phone.id}"
    desk.get(f"{at}/consents/new")
    desk.post(f"{at}/consents", CALLED)
    desk.get(f"{at_case}/requests/new")
    desk.post(f"{at_case}/requests", asked(world, "text"))
    return at
