"""Letters that do not simply go to her door: an address that looks wrong, a substitute address, one picked up."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from random import Random
from typing import Any

import pytest
from builders import NOW, a_destination, a_verdict
from letter_world import HEAD, LATER, World, safe_mail, text_of
from pypdf import PdfReader
from sqlalchemy import select

from outreach import people
from outreach.access import StaffCard
from outreach.gate.reasons import Reason
from outreach.her_word.requests import record_request
from outreach.messaging.errors import NotAllowed, UnfitAddress
from outreach.messaging.letters import batches as letter_batches
from outreach.messaging.letters import checks as letter_checks
from outreach.messaging.letters import desk as letters
from outreach.messaging.letters import returned_mail
from outreach.messaging.letters.desk import Order
from outreach.messaging.letters.returned_mail import CameBack
from outreach.messaging.letters.rows import content_of
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.reaching.destinations import Destination
from outreach.records.work import Letter
from outreach.safe_contact import Request
from outreach.tasks import add_task, tasks_of
from outreach.terms import Channel, DestinationKind, Employer, LetterState, Role

CHANCE = Random(1)  # noqa: S311 - repeatable


def release(world: World, where: Destination, template: str = "full", *, as_typed: bool = False) -> Any:
    with world.vault.writing() as session:
        order = Order(world.case_id, where.id, template, as_typed=as_typed)
        return letters.release(session, order, HEAD, by=world.by, now=NOW, chance=CHANCE)


def also(world: World, **fields: Any) -> Destination:
    with world.vault.writing() as session:
        return a_destination(session, world.case_id, **fields)


def leaves_at(world: World, letter_id: Any) -> Any:
    with world.vault.reading() as session:
        return session.scalar(select(Letter.release_at).where(Letter.id == letter_id))


def test_an_address_that_looks_wrong_waits_for_a_person_and_is_then_used_as_typed(make: Callable[..., World]) -> None:
    world = make(home={"value": "2 Elm St\nHigh Point, NC 10001"})
    with pytest.raises(UnfitAddress) as refusal:
        release(world, world.home)
    assert "10001 is not in NC" in str(refusal.value.faults[0])

    letter_id = release(world, world.home, as_typed=True)
    world.print_due()
    assert "High Point, NC 10001" in text_of(world.page(letter_id))


@pytest.mark.req("46")
def test_a_letter_goes_past_the_substitute_address_only_when_she_asks(make: Callable[..., World]) -> None:
    world = make()
    substitute = also(world, **safe_mail(value="PO Box 9\nRaleigh, NC 27601", is_substitute_address=True))
    with pytest.raises(NotAllowed) as refusal:
        release(world, world.home)
    assert refusal.value.decision.reason is Reason.SUBSTITUTE_ADDRESS
    assert release(world, substitute)

    ask(world, Channel.LETTER, world.home)
    assert release(world, world.home)


@pytest.mark.req("46")
def test_mail_that_is_sent_on_leaves_a_week_before_it_would_otherwise(make: Callable[..., World]) -> None:
    """Half of the time left before a deadline, less the seven days that forwarded mail takes."""
    for lead, days in ((False, 9), (True, 9)):
        world = make(home={"is_substitute_address": lead})
        due = NOW + timedelta(days=days)
        with world.vault.writing() as session:
            add_task(session, world.case_id, PlannedTask(Step.SAFETY_PLAN, None, NOW, due))
            letters.audit.record(session, action="test.task", by=world.by, cases=[world.case_id], now=NOW)
        most = (due - timedelta(days=7 if lead else 0) - NOW) / 2

        latest = max(leaves_at(world, one) for one in several_releases(world))

        assert latest - NOW <= min(most, timedelta(hours=48))
        assert lead == (latest - NOW <= timedelta(days=1))


def several_releases(world: World) -> list[Any]:
    found = []
    for _ in range(12):
        letter_id = release(world, world.home)
        with world.vault.writing() as session:
            letters.cancel(session, letter_id, by=world.by, now=NOW)
        found.append(letter_id)
    return found


def an_office(world: World) -> Destination:
    return also(
        world,
        kind=DestinationKind.PLACE, value="Our office", label="our office", name_to_use="Lena",
        verdicts={Channel.MEETING: a_verdict()},
    )  # fmt: skip


def ask(world: World, channel: Channel, where: Destination) -> None:
    with world.vault.writing() as session:
        request = Request(
            channel=channel, destination_id=where.id, what="I will pick it up", verified_how="live_call",
            asked_at=NOW, expires_at=NOW + timedelta(days=5), by=world.by,
        )  # fmt: skip
        record_request(session, world.case_id, request, now=NOW)


@pytest.mark.req("24")
def check_pick_up(world: World) -> None:
    office = an_office(world)
    with pytest.raises(NotAllowed) as refusal:
        release(world, office)
    assert refusal.value.decision.reason is Reason.PICK_UP_NOT_ASKED

    ask(world, Channel.MEETING, office)
    letter_id = release(world, office)
    assert leaves_at(world, letter_id) == NOW, "what she asked for never waits"
    world.print_due(NOW)
    page = text_of(world.pdf(letter_id, NOW))
    assert "Dear Lena" in page
    for line in ("Our office", "2 ELM", "2 Elm", "PO Box 1417"):
        assert line not in page


@pytest.mark.req("24")
def test_a_letter_she_picks_up_bears_no_address_and_needs_her_own_request(world: World) -> None:
    check_pick_up(world)


@pytest.mark.req("24")
def test_planted_pick_up_that_nobody_asked_for_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    class Anything:
        SHE_ASKED = Reason.SAFE
        PICK_UP_NOT_ASKED = Reason.PICK_UP_NOT_ASKED

    monkeypatch.setattr(letter_checks, "Reason", Anything)
    with pytest.raises(pytest.fail.Exception):
        check_pick_up(world)


@pytest.mark.req("24")
def test_a_letter_that_was_handed_over_meets_her_request_and_cannot_come_back_by_mail(world: World) -> None:
    office = an_office(world)
    ask(world, Channel.MEETING, office)
    letter_id = release(world, office)
    world.print_due(NOW)
    with world.vault.writing() as session:
        letters.mark_mailed(session, letter_id, by=world.by, now=NOW)

    assert world.card().state is LetterState.MAILED
    assert world.card().is_handed
    with pytest.raises(NotAllowed):
        release(world, office)


def find_it(world: World, *, is_given: bool = True) -> CameBack:
    """Hand a letter over, or only print it, and look it up by its code as whoever found it would."""
    office = an_office(world)
    ask(world, Channel.MEETING, office)
    letter_id = release(world, office)
    world.print_due(NOW)
    with world.vault.writing() as session:
        if is_given:
            letters.mark_mailed(session, letter_id, by=world.by, now=NOW)
        code = content_of(session, session.get_one(Letter, letter_id)).code
        returned_mail.take_in(session, code, by=world.by, now=NOW)
        return returned_mail.take_in(session, code, by=world.by, now=NOW)


def check_a_found_letter_shuts_no_way(world: World) -> None:
    with world.vault.reading() as session:
        before = {each.id: each.verdicts for each in people.destinations(session, world.case_id)}
    found = find_it(world)

    assert (found.was_for_her_hands, found.is_given, found.cancelled) == (True, True, 0)
    assert world.card().state is LetterState.MAILED
    with world.vault.reading() as session:
        after = {each.id: each.verdicts for each in people.destinations(session, world.case_id)}
        steps = [each.step for each in tasks_of(session, world.case_id)]
    assert {each: after[each] for each in before} == before
    assert steps.count(Step.CHECK_FOUND_LETTER) == 1
    assert Step.CHECK_RETURNED_MAIL not in steps


@pytest.mark.req("49")
def test_a_letter_for_her_own_hands_that_is_found_shuts_no_way_and_asks_once_where_it_lay(world: World) -> None:
    check_a_found_letter_shuts_no_way(world)
    assert world.actions().count("letter.found") == 2


def test_a_letter_found_before_anyone_gave_it_to_her_is_told_apart(world: World) -> None:
    assert not find_it(world, is_given=False).is_given
    assert world.card().state is LetterState.PRINTED


def test_planted_found_letter_that_counts_as_mail_is_caught(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def as_mail(session, letter, *, by, now):
        letter.is_handed = False
        return returned_mail.mark_returned(session, letter.id, by=by, now=now)

    monkeypatch.setattr(returned_mail, "_note_found", as_mail)

    with pytest.raises(AssertionError):
        check_a_found_letter_shuts_no_way(world)


@pytest.mark.req("24")
def test_a_letter_she_was_to_pick_up_is_not_given_out_after_she_said_no_to_the_place(world: World) -> None:
    office = an_office(world)
    ask(world, Channel.MEETING, office)
    letter_id = release(world, office)
    world.print_due(NOW)
    world.stand(paused=True)

    with pytest.raises(NotAllowed):
        world.pdf(letter_id, NOW)


def test_mail_is_released_to_an_address_kept_by_an_agency_in_one_line(make: Callable[..., World]) -> None:
    world = make(home={"value": "2 Elm St, Apt 4, High Point, NC 27260"})
    letter_id = release(world, world.home)
    world.print_due(LATER)
    reader = PdfReader(BytesIO(world.page(letter_id)))
    assert "2 ELM ST APT 4\nHIGH POINT NC 27260" in reader.pages[0].extract_text()
    with world.vault.reading() as session:
        assert people.destination_of(session, world.case_id, world.home.id).value.startswith("2 Elm St, Apt 4")


@pytest.mark.req("24")
def test_a_letter_she_picks_up_goes_into_no_stack_for_the_mail(world: World) -> None:
    office = an_office(world)
    ask(world, Channel.MEETING, office)
    release(world, office)
    world.print_due(NOW)
    with world.vault.reading() as session:
        staff = StaffCard(world.by, "r@x.test", "Rosa Ames", Role.SUPERVISOR, Employer.ADVOCACY)
        assert session.scalars(letter_batches.ready(staff, now=LATER)).all() == []
