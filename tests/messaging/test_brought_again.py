"""What became of a text is brought again when it could not be taken in: no full disk makes it look lost."""

from datetime import timedelta
from typing import Any
from urllib.parse import urldefrag

import pytest
from texting import BASE, Desk

from outreach.messaging import claims
from outreach.messaging.provider.settings import RETRIES
from outreach.messaging.signed_callbacks import STATUS_PATH
from outreach.records.errors import SpoolUnavailable


def told_while_the_disk_is_full(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Twilio tell everything for the first time while nothing can be stored, and then mend it."""

    def insert(*_: Any, **__: Any) -> None:
        raise SpoolUnavailable("the disk is full")

    text_id = desk.release()
    desk.run()
    with monkeypatch.context() as full:
        full.setattr(desk.spool, "insert", insert)
        desk.pass_time(timedelta(seconds=4))
    for _ in range(20):
        desk.pass_time(timedelta(seconds=4))
    desk.take_in()
    assert desk.text(text_id)[0] == "delivered"


@pytest.mark.req("P5")
def test_a_callback_that_met_a_full_disk_comes_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told_while_the_disk_is_full(desk, monkeypatch)


@pytest.mark.req("P5")
def test_planted_address_that_asks_for_no_other_try_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "RETRIES", "")

    with pytest.raises(AssertionError):
        told_while_the_disk_is_full(desk, monkeypatch)


@pytest.mark.req("37")
def test_what_asks_for_other_tries_is_no_part_of_the_path_that_is_called(desk: Desk) -> None:
    desk.release()
    desk.run()

    address, overrides = urldefrag(desk.accepts[0]["StatusCallback"])
    assert f"#{overrides}" == RETRIES
    assert STATUS_PATH.fullmatch(address.removeprefix(BASE))
