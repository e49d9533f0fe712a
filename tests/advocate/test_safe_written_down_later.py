"""A "safe" that was on paper counts from when she said it, and never beats what anybody learned since."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from builders import NOW, a_destination
from case_visits import changed, destination, words

from outreach.gate.hours import Window
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.reaching.late_noes import TakenIn, with_late_noes
from outreach.reaching.shared_hours import hours_in_both
from outreach.terms import Channel, Verdict, VerdictSource

pytestmark = [pytest.mark.req("81"), pytest.mark.req("22")]
HOUR = timedelta(hours=1)
ON_PAPER = {"source": "victim", "text": "safe", "said_on": "2026-11-20", "said_at": "12:00"}
"""She said it at noon. It is ten in the morning as the world begins."""


@pytest.fixture
def later(desk, world, clock):
    """Return the address of her phone, at six in the evening."""
    clock.advance(8 * HOUR)
    desk.sit_down(world.dana.card)
    return f"/cases/{world.case_id}/destinations/{world.phone.id}"


def test_what_she_said_on_paper_is_as_old_as_that(desk, vault, world, later):
    assert desk.post(later, changed(desk.get(later), **ON_PAPER)).status_code == 303

    kept = destination(vault, world)
    assert (kept.verdicts[Channel.TEXT].verdict, kept.verdicts[Channel.TEXT].verified_at) == (
        Verdict.SAFE,
        NOW + 2 * HOUR,
    )
    assert kept.answered_at == NOW + 8 * HOUR


def check_newer_knowledge_wins(desk, vault, world, later) -> None:
    """Someone else answers at once; then what she had said at noon is entered. Assert that the phone stays shut."""
    desk.get(f"/cases/{world.case_id}/someone-else")
    desk.post(f"/cases/{world.case_id}/someone-else", {"way": f"{world.phone.id}:call", "stop": "way"})
    answer = desk.post(later, changed(desk.get(later), call="safe", **ON_PAPER))

    assert destination(vault, world).verdicts[Channel.TEXT].verdict is Verdict.UNSAFE
    assert answer.status_code == 422
    assert "Something newer is on record for this way. Ask her again." in words(answer)


def test_what_was_learned_in_between_stands(desk, vault, world, later):
    check_newer_knowledge_wins(desk, vault, world, later)


def test_planted_safe_of_noon_that_beats_the_evening_is_caught(desk, vault, world, later, monkeypatch):
    monkeypatch.setattr(Destination, "is_overtaken", lambda *_: False)
    with pytest.raises(AssertionError):
        check_newer_knowledge_wins(desk, vault, world, later)


def test_a_card_with_no_verdict_in_it_is_newer_too(desk, vault, world, later):
    desk.post(later, changed(desk.get(later), source="advocate", may_leave_message="no"))
    answer = desk.post(later, changed(desk.get(later), may_leave_message="yes", **ON_PAPER))

    assert answer.status_code == 422
    assert destination(vault, world).may_leave_message is False


def test_the_same_phone_added_once_more_is_no_way_around(desk, vault, world, later):
    desk.get(f"/cases/{world.case_id}/someone-else")
    desk.post(f"/cases/{world.case_id}/someone-else", {"way": f"{world.phone.id}:call", "stop": "way"})
    new = f"/cases/{world.case_id}/destinations/new?kind=phone"
    typed = changed(desk.get(new), value=world.phone.value, call="safe", **ON_PAPER)
    answer = desk.post(f"/cases/{world.case_id}/destinations", typed)

    assert answer.status_code == 422
    assert "Something newer is on record" in words(answer)


def touch_the_card_then_say_no(desk, later) -> int:
    """A colleague changes who we say we are at six; then her no of noon is entered, with one yes beside it."""
    desk.post(later, changed(desk.get(later), source="advocate", name_to_use="Kim"))
    told = {**ON_PAPER, "text": "unsafe", "call": "unsafe", "may_leave_message": "yes", "shared": "y"}
    return desk.post(later, changed(desk.get(later), **told))


def check_a_late_no_binds(desk, vault, world, later) -> None:
    answer = touch_the_card_then_say_no(desk, later)
    kept = destination(vault, world)

    assert (kept.verdicts[Channel.CALL].verdict, kept.verdicts[Channel.TEXT].verdict) == (Verdict.UNSAFE,) * 2
    assert kept.verdicts[Channel.CALL].verified_at == NOW + 8 * HOUR
    assert kept.shared_with_offender
    assert kept.may_leave_message is not True
    assert answer.status_code == 422
    assert "What you wrote against this way is saved. Something newer is on record" in words(answer)


def test_a_late_no_and_the_partners_mark_bind_whatever_was_written_since_and_a_late_yes_does_not(
    desk, vault, world, later
):
    check_a_late_no_binds(desk, vault, world, later)


def test_planted_late_no_that_is_dropped_is_caught(desk, vault, world, later, monkeypatch):
    dropped = lambda known, told, *, now: TakenIn(known, True)  # noqa: E731 - one line says what is planted.
    monkeypatch.setattr("portal.advocate.contact.destinations.with_late_noes", dropped)
    with pytest.raises(AssertionError):
        check_a_late_no_binds(desk, vault, world, later)


def test_a_late_no_alone_is_saved_without_a_question(desk, vault, world, later):
    desk.post(later, changed(desk.get(later), source="advocate", name_to_use="Kim"))
    answer = desk.post(later, changed(desk.get(later), **{**ON_PAPER, "text": "unsafe"}))

    assert answer.status_code == 303
    assert destination(vault, world).verdicts[Channel.TEXT].verdict is Verdict.UNSAFE
    assert destination(vault, world).name_to_use == "Kim"


def test_late_hours_are_kept_where_they_are_among_those_known() -> None:
    known = (Window((0, 1, 2), time(10), time(16)), Window((6,), time(22), time(2)))
    told = (Window((1, 2, 3), time(9), time(12)), Window((0,), time(1), time(11)))
    assert set(hours_in_both(known, told)) == {
        Window((1, 2), time(10), time(12)),
        Window((0,), time(10), time(11)),
        Window((0,), time(1), time(2)),
    }
    assert (hours_in_both(known, ()), hours_in_both((), told)) == (known, told)
    assert hours_in_both(known, known) == known


def test_late_hours_that_never_meet_the_known_ones_open_no_hour() -> None:
    """No hours at all would be the office's hours: wider than either."""
    said = ChannelVerdict(Verdict.SAFE, VerdictSource.VICTIM, NOW)
    known = a_destination(verdicts={Channel.CALL: said}, windows=(Window((0, 1), time(9), time(11)),))
    told = replace(known, windows=(Window((0, 1), time(18), time(20)),))
    taken = with_late_noes(known, told, now=NOW)

    assert taken.leaves_out
    assert taken.way.windows == known.windows
    assert taken.way.verdicts[Channel.CALL].verdict is Verdict.UNKNOWN
