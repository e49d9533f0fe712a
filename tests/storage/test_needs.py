"""What she needs, the directory, releases and referrals: what is kept, what is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from agency_world import NOW, World
from builders import a_case, a_staff_member

from outreach.protocols.steps import Step
from outreach.records.engine import Vault
from outreach.records.errors import NoSuchRecord, StaleVersion
from outreach.records.needs import NeedRecord, ReferralRecord
from outreach.support import needs, referrals, releases, services
from outreach.support.needs import NeedKind, NeedSource, NeedStep, NeverStored, NewNeed, WrongNeedStep
from outreach.support.referrals import How, NewReferral, NoLiveRelease, SheDidNotSpeak
from outreach.support.releases import BadRelease, Item, NewRelease
from outreach.support.services import BadService, ServiceContent

TODAY = NOW.date()
LODGE = ServiceContent("Harbor House", ("shelter",), "Beds for women with children.", "(336) 555-0100", "All day")


@dataclass
class Bench:
    """A case, who works on it, and a short way to each act."""

    vault: Vault
    case_id: UUID
    by: UUID

    def do(self, act: Callable[..., Any], *given: Any, days: int = 0, **named: Any) -> Any:
        """Do one thing to the case, some days later."""
        with self.vault.writing() as session:
            return act(session, self.case_id, *given, by=self.by, now=NOW + timedelta(days=days), **named)

    def house(self, act: Callable[..., Any], *given: Any, days: int = 0, **named: Any) -> Any:
        """Do one thing to the directory."""
        with self.vault.writing() as session:
            return act(session, *given, by=self.by, now=NOW + timedelta(days=days), **named)

    def see(self, what: Callable[..., Any]) -> Any:
        """Return what there is of the case."""
        with self.vault.reading() as session:
            return what(session, self.case_id)

    def step(self, need_id: UUID, step: NeedStep, *, days: int = 0) -> None:
        """Note what happened about a need."""
        version = next(each.version for each in self.see(needs.needs_of) if each.id == need_id)
        self.do(needs.take_step, need_id, step, version=version, days=days)


@pytest.fixture
def bench(vault: Vault) -> Bench:
    with vault.writing() as session:
        by = a_staff_member(session)
        return Bench(vault, a_case(session, assigned_to=by), by)


def test_what_was_offered_accepted_and_done_is_kept_by_day(bench: Bench) -> None:
    need_id = bench.do(needs.note_need, NewNeed(NeedKind.SHELTER, NeedSource.HERS, "with two children"))
    for days, step in enumerate((NeedStep.OFFERED, NeedStep.ACCEPTED, NeedStep.DONE)):
        bench.step(need_id, step, days=days)

    (card,) = bench.see(needs.needs_of)
    assert [(each.step, date.fromisoformat(each.on) - TODAY) for each in card.steps] == [
        ("offered", timedelta(0)),
        ("accepted", timedelta(1)),
        ("done", timedelta(2)),
    ]
    assert (card.kind, card.note, card.is_open, card.next_steps) == (NeedKind.SHELTER, "with two children", False, ())


def test_a_need_that_is_closed_stays_and_the_same_later_is_a_new_one(bench: Bench) -> None:
    first = bench.do(needs.note_need, NewNeed(NeedKind.FOOD, NeedSource.HERS))
    assert bench.do(needs.note_need, NewNeed(NeedKind.FOOD, NeedSource.OURS)) == first
    bench.step(first, NeedStep.DECLINED)

    assert bench.do(needs.note_need, NewNeed(NeedKind.FOOD, NeedSource.HERS)) != first
    assert len(bench.see(needs.needs_of)) == 2
    with pytest.raises(WrongNeedStep):
        bench.step(first, NeedStep.DONE)


@pytest.mark.req("82")
@pytest.mark.parametrize("note", ["She is undocumented", "needs papers, no visa", "sin papeles"])
def test_her_leave_to_be_in_the_country_is_answered_with_legal_and_not_stored(bench: Bench, note: str) -> None:
    with pytest.raises(NeverStored, match="Legal"):
        bench.do(needs.note_need, NewNeed(NeedKind.OTHER, NeedSource.HERS, note))

    with bench.vault.reading() as session:
        assert session.query(NeedRecord).count() == 0


def test_two_people_at_one_need_are_not_merged(bench: Bench) -> None:
    need_id = bench.do(needs.note_need, NewNeed(NeedKind.MONEY, NeedSource.HERS))
    bench.do(needs.take_step, need_id, NeedStep.OFFERED, version=1)

    with pytest.raises(StaleVersion):
        bench.do(needs.take_step, need_id, NeedStep.DONE, version=1)


def test_what_is_of_another_case_is_not_there(bench: Bench) -> None:
    need_id = bench.do(needs.note_need, NewNeed(NeedKind.MONEY, NeedSource.HERS))
    with bench.vault.writing() as session:
        bench.case_id = a_case(session)

    with pytest.raises(NoSuchRecord):
        bench.do(needs.take_step, need_id, NeedStep.DONE, version=1)


@pytest.mark.req("20")
def test_what_an_officer_heard_at_level_a_has_a_clock_until_it_is_met(world: World) -> None:
    world.send(level="A", on_scene={"needs": ["medical"], "safe_to_call": "yes"})
    world.drain()
    case_id = world.only_case()
    with world.vault.writing() as session:
        bench = Bench(world.vault, case_id, a_staff_member(session))
    (card,) = bench.see(needs.needs_of)
    task = world.tasks(case_id)[Step.NEED_NOW]
    assert (card.kind, card.source, world.detail(task).need) == (NeedKind.MEDICAL, NeedSource.OFFICERS, "medical")
    assert task.due_at - NOW <= timedelta(hours=4, seconds=1)

    bench.step(card.id, NeedStep.OFFERED)
    assert Step.NEED_NOW in world.tasks(case_id)
    bench.step(card.id, NeedStep.DONE)
    assert Step.NEED_NOW not in world.tasks(case_id)


def test_at_other_levels_what_an_officer_heard_is_kept_without_a_clock(world: World) -> None:
    world.send(level="C", on_scene={"needs": ["medical", "money"]})
    world.drain()

    assert Step.NEED_NOW not in world.tasks(world.only_case())
    with world.vault.reading() as session:
        assert {each.kind for each in needs.needs_of(session, world.only_case())} == {"medical", "money"}


# The directory


@pytest.mark.parametrize("phone", ["(336) 555-0100", "336-555-0100", "988", "+1 336 555 0100"])
def test_a_service_is_kept_with_the_day_of_its_last_check(bench: Bench, phone: str) -> None:
    service_id = bench.house(services.add_service, LODGE._replace(phone=phone))

    with bench.vault.reading() as session:
        card = services.service_of(session, service_id)
    assert (card.checked_on, card.is_stale(TODAY + timedelta(days=90))) == (TODAY, False)
    assert card.is_stale(TODAY + timedelta(days=91))
    bench.house(services.note_checked, service_id, version=card.version, days=95)
    with bench.vault.reading() as session:
        assert not services.service_of(session, service_id).is_stale(TODAY + timedelta(days=95))


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "  "), ("kinds", ()), ("phone", "call Rosa"), ("phone", "12"), ("notes", "x" * 301), ("what", "x" * 161)],
)
def test_a_service_that_could_not_be_called_or_read_is_refused_beside_its_field(
    bench: Bench, field: str, value: Any
) -> None:
    with pytest.raises(BadService) as refusal:
        bench.house(services.add_service, LODGE._replace(**{field: value}))

    assert refusal.value.field == field


def test_a_service_taken_off_is_offered_no_more(bench: Bench) -> None:
    service_id = bench.house(services.add_service, LODGE)
    bench.house(services.take_off, service_id, version=1)

    with bench.vault.reading() as session:
        assert services.services(session) == ()
    with pytest.raises(NoSuchRecord):
        bench.do(referrals.refer, NewReferral(service_id, How.NUMBER_GIVEN))


# Releases and referrals


@pytest.fixture
def lodge(bench: Bench) -> UUID:
    return bench.house(services.add_service, LODGE)


def a_release(service_id: UUID, **changes: Any) -> NewRelease:
    fields = {
        "service_id": service_id,
        "recipient": "Harbor House",
        "items": (Item.FIRST_NAME, Item.NEED),
        "purpose": "a bed tonight",
        "signed_on": TODAY,
        "expires_on": TODAY + timedelta(days=30),
        "is_written": True,
        "risks_explained": True,
        "cancel_explained": True,
    }
    return NewRelease(**{**fields, **changes})


def told(bench: Bench, service_id: UUID, *, days: int = 0) -> Any:
    return bench.do(referrals.refer, NewReferral(service_id, How.WITH_RELEASE, "shelter"), days=days)


@pytest.mark.req("71")
@pytest.mark.req("72")
def test_a_service_is_told_only_while_a_release_for_it_lives_and_what_it_says(bench: Bench, lodge: UUID) -> None:
    with pytest.raises(NoLiveRelease):
        told(bench, lodge)
    bench.do(releases.keep_release, a_release(lodge))
    told(bench, lodge, days=30)

    (card,) = bench.see(referrals.referrals_of)
    assert (card.service_name, card.told) == ("Harbor House", (Item.FIRST_NAME, Item.NEED))
    with pytest.raises(NoLiveRelease):
        told(bench, lodge, days=31)


@pytest.mark.req("71")
def test_a_release_for_one_service_opens_no_other(bench: Bench, lodge: UUID) -> None:
    other = bench.house(services.add_service, LODGE._replace(name="Night Clinic"))
    bench.do(releases.keep_release, a_release(lodge))

    with pytest.raises(NoLiveRelease):
        told(bench, other)


@pytest.mark.req("71")
def test_a_release_she_takes_back_opens_nothing_from_then_on(bench: Bench, lodge: UUID) -> None:
    release_id = bench.do(releases.keep_release, a_release(lodge))
    bench.do(releases.revoke, release_id, version=1)

    with pytest.raises(NoLiveRelease):
        told(bench, lodge)


@pytest.mark.req("71")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("items", ()),
        ("purpose", " "),
        ("purpose", "her visa"),
        ("expires_on", TODAY + timedelta(days=91)),
        ("expires_on", TODAY - timedelta(days=1)),
        ("signed_on", TODAY + timedelta(days=1)),
        ("is_written", False),
        ("risks_explained", False),
        ("cancel_explained", False),
    ],
)
def test_what_lacks_anything_the_law_asks_is_no_release(bench: Bench, lodge: UUID, field: str, value: Any) -> None:
    with pytest.raises(BadRelease) as refusal:
        bench.do(releases.keep_release, a_release(lodge, **{field: value}))

    assert refusal.value.field == field


@pytest.mark.req("71")
def test_the_ninetieth_day_counts_and_the_next_does_not(lodge: UUID) -> None:
    releases.refuse_unfit(a_release(lodge, expires_on=TODAY + timedelta(days=90)), today=TODAY)
    with pytest.raises(BadRelease):
        releases.refuse_unfit(a_release(lodge, expires_on=TODAY + timedelta(days=91)), today=TODAY)


def test_she_gets_the_number_without_any_release(bench: Bench, lodge: UUID) -> None:
    bench.do(referrals.refer, NewReferral(lodge, How.NUMBER_GIVEN, "shelter"))

    (card,) = bench.see(referrals.referrals_of)
    assert (card.how, card.told) == (How.NUMBER_GIVEN, ())


@pytest.mark.req("84")
def test_a_call_of_three_is_a_referral_only_when_she_spoke_herself(bench: Bench, lodge: UUID) -> None:
    with pytest.raises(SheDidNotSpeak):
        bench.do(referrals.refer, NewReferral(lodge, How.THREE_WAY))
    bench.do(referrals.refer, NewReferral(lodge, How.THREE_WAY, she_spoke=True))

    assert [each.how for each in bench.see(referrals.referrals_of)] == [How.THREE_WAY]


@pytest.mark.req("72")
def test_planted_referral_that_asks_for_no_release_is_caught(
    bench: Bench, lodge: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(referrals, "_leave", lambda *_: (None, ()))

    with pytest.raises(pytest.fail.Exception):
        test_a_service_is_told_only_while_a_release_for_it_lives_and_what_it_says(bench, lodge)


def test_nothing_of_need_or_referral_stands_in_the_open(bench: Bench, lodge: UUID) -> None:
    told_columns = {column.name for table in (NeedRecord, ReferralRecord) for column in table.__table__.columns}

    assert told_columns == {"id", "case_id", "need_box", "referral_box", "version"}
