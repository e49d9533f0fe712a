"""Her STOP that is read while the sender takes its last look: it is in no spool any more, and not in the look."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from texting import Desk

from outreach.messaging import sending
from outreach.messaging.sms import TwilioSms
from outreach.records.watching import WatchedVault

PLACES: dict[str, tuple[object, str]] = {
    "in a look": (sending, "still_allowed"),
    "as nobody had written": (WatchedVault, "is_unchanged"),
}


def she_stops(desk: Desk, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """Let her STOP come after the claim, and be read and gone from the spool when the sender has looked."""
    monkeypatch.setattr(sending, "FRESH", -1.0 if place == "in a look" else 60.0)
    where, name = PLACES[place]
    really_ask, really_reach = getattr(where, name), TwilioSms.reach
    left: list[Callable[[], object]] = [desk.take_in, lambda: desk.she_writes("please stop texting me")]

    def reach_as_she_writes(client: TwilioSms) -> bool:
        if len(left) == 2:
            left.pop()()
        return really_reach(client)

    def ask_before_it_is_read(*args: Any, **named: Any) -> Any:
        found = really_ask(*args, **named)
        if left:
            assert left.pop()() == 1
        return found

    monkeypatch.setattr(TwilioSms, "reach", reach_as_she_writes)
    monkeypatch.setattr(where, name, ask_before_it_is_read)
    desk.release()
    desk.run()
    assert left == []
    assert desk.accepts == []


@pytest.mark.req("S-4")
@pytest.mark.req("24")
@pytest.mark.parametrize("place", PLACES)
def test_a_stop_that_is_read_while_the_sender_looks_keeps_the_text_here(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    she_stops(desk, monkeypatch, place)

    desk.clock.advance(timedelta(seconds=2))
    desk.run()
    assert (desk.accepts, desk.states()) == ([], ["held"])


@pytest.mark.req("S-4")
def test_planted_sender_that_asks_the_spool_after_its_look_alone_is_caught(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Two, as on PostgreSQL the claim counts as well.
    counts, really_count = [0, 0], type(desk.drain).count
    monkeypatch.setattr(type(desk.drain), "count", lambda drain: counts.pop() if counts else really_count(drain))

    with pytest.raises(AssertionError):
        she_stops(desk, monkeypatch, "in a look")
