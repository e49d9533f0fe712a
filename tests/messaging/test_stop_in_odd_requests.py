"""A STOP counts in whatever shape the phone company hands it over: with a field missing, or said twice."""

from urllib.parse import urlencode

import pytest
from texting import BASE, HER_PHONE, SENDER, TOKEN, Desk

from outreach.messaging import inbound, receipts, suppression
from twilio_emulator.signing import signature

Fields = list[tuple[str, str]]
WHOLE: Fields = [("From", HER_PHONE), ("To", SENDER), ("MessageSid", "SM" + "7" * 32)]
ODD: dict[str, Fields] = {
    "no words but Twilio's own reading": [*WHOLE, ("OptOutType", "STOP")],
    "words said twice": [*WHOLE, ("Body", "see you at ten"), ("Body", "STOP")],
    "read twice": [*WHOLE, ("Body", "x"), ("OptOutType", "STOP"), ("OptOutType", "HELP")],
    "no sid": [*WHOLE[:2], ("Body", "STOP")],
    "two sids": [*WHOLE, ("MessageSid", "SM" + "8" * 32), ("Body", "please stop")],
}


def came_in(desk: Desk, fields: Fields) -> None:
    """Hand a request over, signed as Twilio signs it, and let the worker read it."""
    address = BASE + "/twilio/inbound"
    signed = {"X-Twilio-Signature": signature(TOKEN, address, sorted(set(fields)))}
    form = "application/x-www-form-urlencoded"
    assert (
        desk.web.post("/twilio/inbound", data=urlencode(fields), headers=signed, content_type=form).status_code == 200
    )
    desk.take_in()


def check_it_stops(desk: Desk, fields: Fields) -> None:
    desk.release()
    came_in(desk, fields)
    desk.run()
    assert desk.accepts == []
    with desk.vault.reading() as session:
        assert suppression.has_stopped(session, desk.case)


@pytest.mark.req("31")
@pytest.mark.req("32")
@pytest.mark.parametrize("how", ODD)
def test_a_stop_in_an_odd_request_stops(desk: Desk, how: str) -> None:
    check_it_stops(desk, ODD[how])


@pytest.mark.req("32")
@pytest.mark.parametrize("how", ODD)
def test_planted_reading_of_what_is_whole_alone_is_caught(
    desk: Desk, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbound, "_values", lambda callback, name: [callback.one(name)] if name == "Body" else [""])
    monkeypatch.setattr(receipts, "take_unproven_stop", lambda *_, **__: None)

    with pytest.raises(AssertionError):
        check_it_stops(desk, ODD[how])


@pytest.mark.req("31")
def test_an_odd_request_without_a_stop_stops_nothing(desk: Desk) -> None:
    came_in(desk, [*WHOLE, ("Body", "see you"), ("Body", "at ten")])

    with desk.vault.reading() as session:
        assert not suppression.has_stopped(session, desk.case)
