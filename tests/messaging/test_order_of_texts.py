"""Texts of one woman leave in the order in which they were released; one that must wait lets no later one by."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from builders import a_case
from linked_cases import a_linked_case
from sqlalchemy import select, true, update
from texting import HER_PHONE, REMINDER, Desk

from outreach.messaging import claims, outcomes, texts, turns
from outreach.messaging.claims import Claim, claim_several
from outreach.messaging.holding import hold
from outreach.messaging.sms import Outcome, SendResult
from outreach.messaging.wording import Typed
from outreach.records.engine import Vault
from outreach.records.work import Text

OTHER_PHONE = "+13365550198"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A desk where her code word was just checked: several texts may be typed."""
    desk.how = "code_word"
    return desk


def say(desk: Desk, words: str, *, case: UUID | None = None) -> UUID:
    """Release typed words, a second after the last; the same code-word check covers them all."""
    desk.clock.advance(timedelta(seconds=1))
    case_id, now = case or desk.case, desk.clock.now()
    with desk.vault.writing() as session:
        (phone,) = texts.people.destinations(session, case_id)
        request = desk.a_request(destination_id=phone.id)
        return texts.release(
            session, case_id, phone.id, wording=Typed(body=words), request=request, by=desk.staff, now=now
        )


def set_row(desk: Desk, text_id: UUID, **values: Any) -> None:
    with desk.vault.writing() as session:
        session.execute(update(Text).where(Text.id == text_id).values(**values))


def busy(desk: Desk, text_id: UUID, wait: timedelta) -> None:
    """Let Twilio say of one text that its line is busy."""
    set_row(desk, text_id, state="sending", tries=1, claimed_at=desk.clock.now())
    result = SendResult(Outcome.BUSY, retry_after=wait, ends_at=desk.clock.now() + timedelta(hours=6))
    outcomes.record_result(desk.vault, text_id, result, now=desk.clock.now())


def said(desk: Desk) -> list[str]:
    return [accepted["Body"] for accepted in desk.accepts]


def claim_now(desk: Desk, *, at_most: int = 16) -> list[UUID]:
    found = claim_several(
        desk.vault, desk.drain, at_most=at_most, callback_base_url="https://x.test", now=desk.clock.now()
    )
    return [each.text_id for each in found if isinstance(each, Claim)]


def check_order_of_those_due_together(desk: Desk) -> None:
    """Of several due at the very same moment, with ids that say otherwise, the first released is the first to leave."""
    words = [f"Come to door {number}" for number in range(9)]  # By chance in order once in 300,000 runs.
    released = [say(desk, each) for each in words]
    for each in released:
        set_row(desk, each, release_at=desk.clock.now())
    desk.run()
    assert said(desk) == words


@pytest.mark.req("24")
def test_texts_due_together_leave_in_the_order_in_which_they_were_released(desk: Desk) -> None:
    check_order_of_those_due_together(desk)


@pytest.mark.req("24")
def test_planted_texts_without_an_order_are_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "next_number", lambda *_: 0)

    with pytest.raises(AssertionError):
        check_order_of_those_due_together(desk)


def check_a_later_one_waits(desk: Desk) -> None:
    """While a busy line is let alone for the first, the second waits; then both leave, in order."""
    first, _ = say(desk, "Come at noon"), say(desk, "Or not, call me")
    busy(desk, first, timedelta(minutes=3))
    desk.run()
    assert said(desk) == []
    desk.clock.advance(timedelta(minutes=4))
    desk.run()
    assert said(desk) == ["Come at noon", "Or not, call me"]


@pytest.mark.req("24")
def test_a_text_put_off_by_a_busy_line_is_not_overtaken(desk: Desk) -> None:
    check_a_later_one_waits(desk)


@pytest.mark.req("24")
def test_planted_overtaking_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "is_next_of_case", lambda *_: true())
    for name, are_late in (("_ON_TIME", False), ("_LATE", True)):
        monkeypatch.setattr(claims, name, claims._due_query((), (), are_late=are_late))

    with pytest.raises(AssertionError):
        check_a_later_one_waits(desk)


def test_one_that_was_meant_for_a_later_moment_but_released_first_still_goes_first(desk: Desk) -> None:
    first, second = say(desk, "Come at noon"), say(desk, "Side door")
    now = desk.clock.now()
    set_row(desk, second, release_at=now - timedelta(minutes=9))
    set_row(desk, first, release_at=now - timedelta(minutes=1))
    desk.run()

    assert said(desk) == ["Come at noon", "Side door"]


def test_while_one_is_being_sent_no_other_sender_takes_the_next(desk: Desk) -> None:
    first, second = say(desk, "Come at noon"), say(desk, "Side door")
    assert claim_now(desk) == [first]
    assert claim_now(desk) == []

    outcomes.record_result(desk.vault, first, SendResult(Outcome.ACCEPTED, "SM" + "0" * 32), now=desk.clock.now())
    assert claim_now(desk) == [second]


def test_a_held_text_dams_nothing(desk: Desk) -> None:
    first, _ = say(desk, "Come at noon"), say(desk, "Side door")
    with desk.vault.writing() as session:
        hold(session, session.get_one(Text, first), "busy", desk.clock.now())
    desk.run()

    assert said(desk) == ["Side door"]


def test_an_unknown_text_dams_nothing(desk: Desk) -> None:
    desk.fault("drop_before_accept")
    first = say(desk, "Come at noon")
    desk.run()
    say(desk, "Side door")
    desk.run()

    assert (desk.text(first)[0], said(desk)) == ("unknown", ["Side door"])


def test_a_sender_that_died_dams_her_texts_until_its_text_is_given_up(desk: Desk) -> None:
    first, second = say(desk, "Come at noon"), say(desk, "Side door")
    assert claim_now(desk) == [first]
    desk.clock.advance(timedelta(seconds=46))
    desk.run()

    assert (desk.text(first)[0], desk.text(second)[0]) == ("unknown", "accepted")


def check_two_cases(desk: Desk) -> None:
    """Over two cases of hers, the first released leaves first, and the second does not while the first is put off."""
    other = a_linked_case(desk, desk.case, phone=OTHER_PHONE)
    first, second = say(desk, "Come at noon", case=other), say(desk, "Side door")
    set_row(desk, second, release_at=desk.clock.now() - timedelta(minutes=2))
    set_row(desk, first, release_at=desk.clock.now() - timedelta(minutes=1))
    assert claim_now(desk, at_most=1) == [first]
    assert claim_now(desk) == []
    busy(desk, first, timedelta(minutes=3))
    assert claim_now(desk) == []
    desk.clock.advance(timedelta(minutes=4))
    desk.run()
    assert said(desk) == ["Come at noon", "Side door"]


@pytest.mark.req("24")
def test_the_order_holds_over_all_her_cases(desk: Desk) -> None:
    check_two_cases(desk)


@pytest.mark.req("24")
def test_planted_order_of_one_case_alone_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims.turns, "in_turn", lambda _session, found, _persons, **_: found)

    with pytest.raises(AssertionError):
        check_two_cases(desk)


def check_nobody_else_waits(desk: Desk) -> None:
    """Of a woman with two cases one text is put off: another woman's, due later, leaves though one is taken a time."""
    other = a_linked_case(desk, desk.case, phone=OTHER_PHONE)
    first, second = say(desk, "Come at noon", case=other), say(desk, "Side door")
    busy(desk, first, timedelta(minutes=14))
    desk.clock.advance(timedelta(minutes=1))
    desk.case = _another_woman(desk)
    third = say(desk, "See you at ten")
    assert claim_now(desk, at_most=1) == [third]
    assert desk.text(second)[0] == "planned"


def _another_woman(desk: Desk) -> UUID:
    with desk.vault.writing() as session:
        case_id = a_case(session, assigned_to=desk.staff)
        desk.case = case_id
        desk.a_phone(session, value="+13365550197")
    return case_id


@pytest.mark.req("P5")
def test_a_woman_who_must_wait_makes_nobody_else_wait(desk: Desk) -> None:
    check_nobody_else_waits(desk)


@pytest.mark.req("P5")
def test_planted_queue_behind_one_woman_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    due = claims._due
    monkeypatch.setattr(claims, "_due", lambda *said: due(*said[:4], ()) if not said[4] else [])

    with pytest.raises(AssertionError):
        check_nobody_else_waits(desk)


def test_a_phone_that_was_not_asked_about_dams_no_other_phone_of_hers(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with desk.vault.writing() as session:
        other = desk.a_phone(session, value=OTHER_PHONE)
    first = _release_to(desk, desk.phone.id, "Come at noon")
    second = _release_to(desk, other.id, "Side door")

    def unasked(_vault: Vault, **_: object) -> list[UUID]:
        return [first]

    monkeypatch.setattr(claims, "unchecked", unasked)
    monkeypatch.setattr(claims, "is_checked", lambda to, **_: to.id == other.id)
    found = claim_several(
        desk.vault, desk.drain, at_most=9, callback_base_url="https://x", now=desk.clock.now(), checks_phones=True
    )

    assert [each.text_id for each in found] == [second]


def _release_to(desk: Desk, phone: UUID, words: str) -> UUID:
    now = desk.clock.now()
    with desk.vault.writing() as session:
        request = desk.a_request(destination_id=phone)
        return texts.release(
            session, desk.case, phone, wording=Typed(body=words), request=request, by=desk.staff, now=now
        )


def check_moments_in_order(desk: Desk) -> None:
    """A second unprompted text, allowed by a supervisor's reason, is drawn after the first, twenty times over."""
    for _ in range(20):
        first = desk.release(asked=False)
        second = desk.release(replace(REMINDER, day="Monday"), asked=False)
        with desk.vault.writing() as session:
            at = dict(session.execute(select(Text.id, Text.release_at).where(Text.id.in_((first, second)))).all())
            assert at[first] <= at[second]
            session.execute(update(Text).values(state="cancelled"))


@pytest.fixture
def uncapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        texts,
        "_ask_for_one_more",
        lambda session, case_id, way, *, at, was_asked_for: texts.ask_gate(
            session, case_id, way, at=at, was_asked_for=was_asked_for
        )[0],
    )


@pytest.mark.usefixtures("uncapped")
def test_an_unprompted_text_gets_a_moment_after_the_one_before_it(desk: Desk) -> None:
    check_moments_in_order(desk)


@pytest.mark.usefixtures("uncapped")
def test_planted_moments_drawn_without_the_one_before_are_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "planned_until", lambda *_: None)

    with pytest.raises(AssertionError):
        check_moments_in_order(desk)


def test_what_she_asks_for_live_leaves_before_an_unprompted_one_whose_moment_is_to_come(desk: Desk) -> None:
    desk.release(asked=False)
    say(desk, "Come at noon")
    desk.run()

    assert said(desk) == ["Come at noon"]
    assert {accepted["To"] for accepted in desk.accepts} == {HER_PHONE}
