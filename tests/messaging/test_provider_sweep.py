"""The sweep: what Twilio still has of ours and is over goes, whatever we know of it; the counts say so."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from texting import SENDER, Desk

from outreach.messaging import inbound
from outreach.messaging.provider import copies as provider_copies
from outreach.messaging.provider import sweep as provider_sweep
from outreach.messaging.provider.api import ProviderApi, ProviderSilent
from outreach.messaging.provider.report import report
from outreach.messaging.provider.sweep import Swept
from outreach.messaging.suppression import has_stopped
from outreach.records.provider import ProviderSweep

pytestmark = pytest.mark.req("36")


def sweep(desk: Desk) -> Swept:
    return provider_sweep.sweep(desk.vault, ProviderApi(desk.client.account), clock=desk.clock.now)


def left_at_twilio(desk: Desk) -> int:
    return len(desk.app.exchange.messages)


def a_text_nobody_here_knows_of(desk: Desk) -> None:
    """Let Twilio accept a text while we never hear so, nor of its end."""
    desk.app.exchange.habits.drop = 99
    desk.fault("drop_after_accept")
    desk.release()
    desk.run()
    desk.pass_time(timedelta(seconds=4))


def nothing_is_left(desk: Desk) -> None:
    """The promise of the sweep, also for a text whose id we never learned."""
    a_text_nobody_here_knows_of(desk)
    found = sweep(desk)
    assert (found.seen, found.deleted, found.left) == (1, 1, 0)
    assert left_at_twilio(desk) == 0


def test_a_text_whose_id_we_never_learned_is_found_and_deleted(desk: Desk) -> None:
    nothing_is_left(desk)

    assert desk.states() == ["unknown"]


def test_planted_sweep_of_known_records_alone_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider_sweep, "_is_ours", lambda message, sender: False)

    with pytest.raises(AssertionError):
        nothing_is_left(desk)


def the_counts_are_true(desk: Desk) -> None:
    """Nothing is called gone because we asked: the second look decides."""
    a_text_nobody_here_knows_of(desk)
    assert sweep(desk).left == left_at_twilio(desk)


def test_planted_count_of_requests_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ProviderApi, "delete_message", lambda self, sid: None)
    the_counts_are_true(desk)
    looks = iter([provider_sweep._look, lambda *_: Swept()])
    monkeypatch.setattr(provider_sweep, "_look", lambda *given: next(looks)(*given))

    with pytest.raises(AssertionError):
        assert sweep(desk).left == left_at_twilio(desk)


def test_a_text_that_is_over_for_us_is_swept_and_one_on_its_way_is_not(desk: Desk) -> None:
    desk.release()
    desk.run()

    assert (sweep(desk).under_way, left_at_twilio(desk)) == (1, 1)

    desk.pass_time(timedelta(seconds=4))
    desk.take_in()

    assert (sweep(desk).deleted, left_at_twilio(desk)) == (1, 0)


def what_never_reached_us_stays(desk: Desk) -> None:
    """P5: the only copy of what she wrote is not deleted."""
    desk.app.exchange.inbound_address = None
    desk.she_writes("STOP")
    desk.clock.advance(timedelta(minutes=20))
    found = sweep(desk)
    assert (found.not_taken_in, found.deleted, left_at_twilio(desk)) == (1, 0, 1)


@pytest.mark.req("P5")
def test_what_came_in_at_twilio_and_never_here_is_left_there_and_counted(desk: Desk) -> None:
    what_never_reached_us_stays(desk)

    with desk.vault.reading() as session:
        assert report(session, now=desk.clock.now()).not_taken_in == 1


@pytest.mark.req("P5")
def test_planted_deletion_of_her_only_copy_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider_sweep, "_is_known", lambda vault, sid: True)

    with pytest.raises(AssertionError):
        what_never_reached_us_stays(desk)


def test_texts_of_other_numbers_of_the_account_are_left_alone(desk: Desk) -> None:
    desk.app.exchange.reply("+13365550177", "+13365550111", "not for us", desk.clock.now())
    desk.clock.advance(timedelta(hours=1))

    assert sweep(desk).seen == 0
    assert left_at_twilio(desk) == 1


def test_no_list_ever_names_a_phone(desk: Desk) -> None:
    a_text_nobody_here_knows_of(desk)
    sweep(desk)

    lists = [each for each in desk.app.journal.requests if each["method"] == "GET"]
    assert lists
    for each in lists:
        assert not {"To", "From"} & {name for name, _ in each["parameters"]}
        assert desk.phone.value[1:] not in str(each)
        assert SENDER[1:] not in str(each)


def test_a_sweep_that_could_not_look_at_everything_is_not_recorded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def torn(self: ProviderApi):  # noqa: ANN202
        raise ProviderSilent("no answer")

    monkeypatch.setattr(ProviderApi, "messages", torn)

    with pytest.raises(ProviderSilent):
        sweep(desk)
    with desk.vault.reading() as session:
        assert session.scalars(select(ProviderSweep)).all() == []


def test_a_day_has_one_row_that_adds_up_what_was_deleted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    a_text_nobody_here_knows_of(desk)
    with monkeypatch.context() as still:
        still.setattr(ProviderApi, "delete_message", lambda self, sid: None)
        assert sweep(desk).left == 1
    sweep(desk)
    sweep(desk)

    with desk.vault.reading() as session:
        row = session.scalars(select(ProviderSweep)).one()
        assert (row.deleted, row.left, row.seen) == (1, 0, 0)


def a_lost_stop_counts(desk: Desk) -> None:
    """Requirement 32 where Twilio could not reach us: her STOP holds once the sweep has seen it."""
    desk.app.exchange.inbound_address = None
    desk.she_writes("STOP")
    desk.clock.advance(timedelta(minutes=20))
    sweep(desk)
    with desk.vault.reading() as session:
        assert has_stopped(session, desk.case)


@pytest.mark.req("32")
def test_a_stop_that_never_reached_us_counts_once_and_asks_a_person_once(desk: Desk) -> None:
    a_lost_stop_counts(desk)
    sweep(desk)

    assert desk.tasks().count("text_question") == 1


@pytest.mark.req("32")
def test_planted_deaf_sweep_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider_sweep, "_heed_stop", lambda *_: None)

    with pytest.raises(AssertionError):
        a_lost_stop_counts(desk)


def show(monkeypatch: pytest.MonkeyPatch, **instead: str) -> None:
    """Let Twilio's list show something else of what came in than was sent, as with its redaction on."""
    real = ProviderApi.messages

    def redacted(api: ProviderApi) -> Iterator[dict[str, Any]]:
        for each in real(api):
            yield {**each, **instead} if each.get("direction") == "inbound" else each

    monkeypatch.setattr(ProviderApi, "messages", redacted)


def words_taken_out_count_as_a_stop(desk: Desk, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """She asked us to stop; we never heard, and the words are gone from Twilio's list."""
    desk.app.exchange.inbound_address = None
    desk.she_writes("please stop texting me")
    show(monkeypatch, body=body)
    desk.clock.advance(timedelta(minutes=20))
    assert sweep(desk).nameless == 0
    with desk.vault.reading() as session:
        assert has_stopped(session, desk.case)
    assert desk.tasks().count("text_question") == 1


@pytest.mark.req("32")
@pytest.mark.parametrize("body", ["", "XXXXXX", "***", " "])
def test_words_taken_out_of_what_never_reached_us_count_as_perhaps_a_stop(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    words_taken_out_count_as_a_stop(desk, monkeypatch, body)


@pytest.mark.req("32")
def test_planted_sweep_that_heeds_only_words_it_can_read_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbound, "_READABLE", re.compile(""))

    with pytest.raises(AssertionError):
        words_taken_out_count_as_a_stop(desk, monkeypatch, "")


@pytest.mark.req("32")
@pytest.mark.parametrize("sender", ["", "+1336555XXXX", "+1336555****", "unknown"])
def test_what_does_not_say_whose_phone_it_came_from_is_counted_apart_each_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, sender: str
) -> None:
    desk.app.exchange.inbound_address = None
    desk.she_writes("STOP")
    show(monkeypatch, **{"from": sender})
    desk.clock.advance(timedelta(minutes=20))

    assert [sweep(desk).nameless for _ in range(2)] == [1, 1]
    assert left_at_twilio(desk) == 1


@pytest.mark.parametrize("sender", ["62966", "CHOIR", "+13365550155"])
def test_a_short_code_or_a_firms_name_hides_no_phone(sender: str) -> None:
    assert not inbound.hides_a_phone(sender)


def test_what_reaches_us_late_is_taken_in_and_deleted(desk: Desk) -> None:
    what_never_reached_us_stays(desk)
    sid = next(iter(desk.app.exchange.messages))
    with desk.vault.writing() as session:
        provider_copies.keep(session, sid, due_at=desk.clock.now())

    found = sweep(desk)

    assert (found.not_taken_in, found.deleted, left_at_twilio(desk)) == (0, 1, 0)


def test_many_pages_are_read_to_the_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from outreach.messaging.provider import api as provider_api

    monkeypatch.setattr(provider_api, "PAGE_SIZE", 2)
    for number in range(5):
        desk.she_writes(f"hello {number}")
    desk.take_in()

    assert sweep(desk).deleted == 5
    assert left_at_twilio(desk) == 0
