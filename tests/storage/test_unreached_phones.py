"""Requirement 20: a page that reaches no phone is said aloud, to whoever can mend it, until one gets through."""

from datetime import timedelta
from uuid import UUID

import pytest
from builders import NOW, FrozenClock, a_staff_member

from outreach.on_duty import on_call, pagers, paging, unreached_phones
from outreach.on_duty.on_call import NewShift, Turn
from outreach.on_duty.pagers import NotPaged, push_due
from outreach.on_duty.unreached_phones import Cause
from outreach.records.engine import Vault
from outreach.records.staff import Staff
from outreach.terms import PageAbout, Role

pytestmark = pytest.mark.req("20")
LATER = NOW + timedelta(minutes=20)


class Phones:
    """A push service that answers as it is told."""

    def __init__(self, fault: str = "") -> None:
        self.fault = fault

    def page(self, topic: str) -> None:
        """Take a page, or not."""
        if self.fault:
            raise NotPaged(self.fault)


@pytest.fixture
def dana(vault: Vault) -> UUID:
    """Return a colleague on call whose phone is set up."""
    with vault.writing() as session:
        dana = a_staff_member(session, role=Role.ADVOCATE, name="Dana")
        on_call.add_shift(session, NewShift(dana, Turn.FIRST, NOW, NOW + timedelta(hours=8)), by=None, now=NOW)
        pagers.new_topic(session, dana, now=NOW)
    return dana


def page(vault: Vault, who: UUID, fault: str = "", *, at=NOW) -> None:
    with vault.writing() as session:
        paging.call(session, [who], PageAbout.ON_CALL, now=at)
    push_due(vault, Phones(fault), clock=FrozenClock(at).now)


def found(vault: Vault, *, at=LATER) -> list[tuple[str, Cause]]:
    with vault.reading() as session:
        return [(each.name, each.cause) for each in unreached_phones.unreached_phones(session, now=at)]


@pytest.mark.parametrize("fault", ["unreachable", "refused"])
def test_a_push_that_failed_names_the_colleague_and_why_until_one_arrives(vault: Vault, dana: UUID, fault: str) -> None:
    assert found(vault) == []
    page(vault, dana, fault)
    assert found(vault) == [("Dana", Cause(fault))]

    page(vault, dana, at=NOW + timedelta(minutes=5))

    assert found(vault) == []


def test_whoever_is_on_call_and_every_supervisor_without_a_phone_is_named(vault: Vault, dana: UUID) -> None:
    with vault.writing() as session:
        eli = a_staff_member(session, role=Role.ADVOCATE, name="Eli")
        a_staff_member(session, role=Role.ADVOCATE, name="Fay, never on call")
        a_staff_member(session, role=Role.SUPERVISOR, name="Sol")
        in_a_week = NOW + timedelta(days=6)
        shift = NewShift(eli, Turn.SECOND, in_a_week, in_a_week + timedelta(hours=8))
        on_call.add_shift(session, shift, by=None, now=NOW)

    assert found(vault) == [("Eli", Cause.NO_PHONE), ("Sol", Cause.NO_PHONE)]


def test_who_left_is_named_no_more_and_an_old_failure_says_nothing(vault: Vault, dana: UUID) -> None:
    page(vault, dana, "unreachable")
    assert found(vault, at=NOW + timedelta(days=29)) == [("Dana", Cause.UNREACHABLE)]
    assert found(vault, at=NOW + timedelta(days=31)) == []

    with vault.writing() as session:
        session.get_one(Staff, dana).is_active = False
    assert found(vault) == []


def test_planted_silence_about_failed_pushes_is_caught(
    vault: Vault, dana: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unreached_phones, "_failed", lambda *_: {})

    with pytest.raises(AssertionError):
        test_a_push_that_failed_names_the_colleague_and_why_until_one_arrives(vault, dana, "refused")
