"""Twilio's own Python client, pointed at the emulator: each operation does what Twilio documents."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from provider_description import Called, check_answer
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from twilio_emulator import listing
from twilio_emulator.app import Account, Answer, App, Asked
from twilio_emulator.exchange import Exchange
from twilio_emulator.faults import Fault
from twilio_emulator.journal import Journal
from twilio_emulator.lookups import Line
from twilio_emulator.messages import Message
from twilio_emulator.server import Emulator

SID = "AC" + "0" * 32
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SENDER, HERS = "+13365550100", "+13365550199"


class Redirected(TwilioHttpClient):
    """The official HTTP client; only the address differs. This is all a caller has to change."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    def request(self, method: str, url: str, *args: Any, **named: Any) -> Response:
        parts = urlsplit(url)
        return super().request(
            method, self._address + parts.path + (f"?{parts.query}" if parts.query else ""), *args, **named
        )


class HandClock:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def app(clock: HandClock) -> App:
    account = Account(SID, "SKkey", "secret", frozenset({SENDER}), auth_token="token")  # noqa: S106
    app = App(account, Exchange(SID), clock, Journal())
    really_answer = app.answer

    def answer(asked: Asked) -> Answer:
        given = really_answer(asked)
        if asked.path.startswith("/2010-04-01/"):
            called = Called(asked.method, asked.path, asked.query, asked.form)
            check_answer(called, given.status, given.body)
        return given

    app.answer = answer
    return app


@pytest.fixture
def emulator(app: App) -> Iterator[Emulator]:
    with Emulator(app, "token", runs_courier=False) as running:
        yield running


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Client]:
    http = Redirected(emulator.address)
    yield Client("SKkey", "secret", SID, http_client=http)
    http.session.close()


def send(client: Client, **said: Any) -> Any:
    return client.messages.create(**{"to": HERS, "from_": SENDER, "body": "Ana: OK?"} | said)


def finish(app: App, clock: HandClock) -> None:
    clock.now += timedelta(seconds=10)
    app.exchange.advance(clock.now)


def refused(code: int, status: int) -> Any:
    return pytest.raises(TwilioRestException, check=lambda fault: (fault.code, fault.status) == (code, status))


def test_a_message_is_created_and_fetched(client: Client, app: App, clock: HandClock) -> None:
    created = send(client)
    assert (created.status, created.direction, created.num_segments) == ("queued", "outbound-api", "1")
    assert (created.date_sent, created.price, created.error_code) == (None, None, None)

    finish(app, clock)
    fetched = client.messages(created.sid).fetch()

    assert (fetched.status, fetched.to, fetched.from_, fetched.body) == ("delivered", HERS, SENDER, "Ana: OK?")
    assert fetched.date_sent is not None


def test_the_auth_token_opens_the_account_too(emulator: Emulator) -> None:
    http = Redirected(emulator.address)
    client = Client(SID, "token", http_client=http)

    assert send(client).sid.startswith("SM")
    http.session.close()


def test_wrong_credentials_are_refused_as_documented(emulator: Emulator) -> None:
    http = Redirected(emulator.address)
    with refused(20003, 401):
        send(Client(SID, "wrong", http_client=http))
    http.session.close()


@pytest.mark.req("36")
def test_a_deleted_message_is_gone_for_good(client: Client, app: App, clock: HandClock) -> None:
    created = send(client)
    finish(app, clock)

    assert client.messages(created.sid).delete() is True

    with refused(20404, 404):
        client.messages(created.sid).fetch()
    with refused(20404, 404):
        client.messages(created.sid).delete()
    assert client.messages.list() == []


@pytest.mark.req("36")
@pytest.mark.parametrize("status", ["queued", "sending", "sent"])
def test_a_message_on_its_way_is_not_deleted_and_keeps_its_words(client: Client, app: App, status: str) -> None:
    created = send(client)
    app.exchange.messages[created.sid].move(status, NOW)

    with refused(20009, 409):
        client.messages(created.sid).delete()
    with refused(20009, 409):
        client.messages(created.sid).update(body="")
    assert client.messages(created.sid).fetch().body == "Ana: OK?"


def test_a_finished_messages_words_can_be_taken_away(client: Client, app: App, clock: HandClock) -> None:
    created = send(client)
    finish(app, clock)

    assert client.messages(created.sid).update(body="").body == ""
    assert client.messages(created.sid).fetch().body == ""
    with refused(20001, 400):
        client.messages(created.sid).update(body="other words")


def test_what_was_sent_already_cannot_be_cancelled(client: Client) -> None:
    created = send(client)

    with refused(30409, 409):
        client.messages(created.sid).update(status="canceled")


@pytest.mark.req("36")
def test_every_message_is_listed_once_over_all_pages_newest_first(client: Client) -> None:
    sids = [send(client).sid for _ in range(7)]

    assert [each.sid for each in client.messages.list(page_size=3)] == sids[::-1]
    assert [each.sid for each in client.messages.list(limit=2)] == sids[:4:-1]


@pytest.mark.req("36")
def test_a_sweep_that_deletes_as_it_lists_misses_nothing(client: Client, app: App, clock: HandClock) -> None:
    nothing_is_missed(client, app, clock)


@pytest.mark.req("36")
def test_planted_pages_by_place_instead_of_token_are_caught(
    client: Client, app: App, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_place(exchange: Exchange, wanted: list[Message], wish: listing.Wish) -> list[Message]:
        return wanted[wish.page * wish.size : (wish.page + 1) * wish.size]

    monkeypatch.setattr(listing, "_cut", by_place)

    with pytest.raises(AssertionError):
        nothing_is_missed(client, app, clock)


def nothing_is_missed(client: Client, app: App, clock: HandClock) -> None:
    """A sweep over several pages, during which what was seen goes away."""
    for _ in range(7):
        send(client)
    app.exchange.reply(HERS, SENDER, "Yes", clock.now)
    finish(app, clock)

    for each in client.messages.stream(page_size=3):
        each.delete()

    assert client.messages.list() == []


def test_pages_lead_back_as_well(client: Client) -> None:
    sids = [send(client).sid for _ in range(5)]
    second = client.messages.page(page_size=2).next_page()

    assert [each.sid for each in second.previous_page()] == sids[:2:-1]
    assert second.next_page().next_page_url is None


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ({"date_sent": date(2026, 11, 24)}, [24]),
        ({"date_sent_before": date(2026, 11, 24)}, [23]),  # The client says midnight, not the day.
        ({"date_sent_after": date(2026, 11, 24)}, [25, 24]),
        ({"date_sent_after": date(2026, 11, 24), "date_sent_before": date(2026, 11, 25)}, [24]),
        ({"date_sent_after": datetime(2026, 11, 24, 15, 0, 30, tzinfo=UTC)}, [25]),
        ({"to": HERS}, [25, 24, 23]),
        ({"to": "+13365550198"}, []),
        ({"from_": SENDER, "date_sent_before": date(2026, 11, 22)}, []),
    ],
)
def test_lists_are_filtered_as_documented(
    client: Client, app: App, clock: HandClock, said: dict[str, Any], days: list[int]
) -> None:
    for day in (23, 24, 25):
        clock.now = NOW.replace(day=day)
        send(client)
        finish(app, clock)

    assert [each.date_sent.day for each in client.messages.list(**said)] == days


@pytest.mark.parametrize(("bound", "days"), [("<", [24, 23]), (">", [25, 24]), ("", [24])])
def test_a_bound_that_is_a_day_takes_the_whole_day_in(
    client: Client, app: App, clock: HandClock, bound: str, days: list[int]
) -> None:
    for day in (23, 24, 25):
        clock.now = NOW.replace(day=day)
        send(client)
        finish(app, clock)

    address = f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages.json"
    found = client.request("GET", address, params={f"DateSent{bound}": "2026-11-24"})

    assert [parsedate_to_datetime(each["date_sent"]).day for each in json.loads(found.text)["messages"]] == days


def test_discarded_words_and_masked_numbers_are_not_listed_either(client: Client) -> None:
    send(client, content_retention="discard", address_retention="obfuscate")

    [shown] = client.messages.list()

    assert (shown.body, shown.to, shown.from_) == ("", "+1336555XXXX", SENDER)
    assert client.messages.list(to=HERS) == []


@pytest.mark.req("41")
@pytest.mark.parametrize("line_type", ["mobile", "landline", "fixedVoip", "nonFixedVoip", "tollFree", "unknown"])
def test_a_look_up_tells_the_line_type(client: Client, app: App, line_type: str) -> None:
    app.exchange.phone(HERS).line = Line(type=line_type)

    found = client.lookups.v2.phone_numbers(HERS).fetch(fields="line_type_intelligence")

    assert (found.valid, found.country_code, found.national_format) == (True, "US", "(336) 555-0199")
    assert found.line_type_intelligence["type"] == line_type
    assert set(found.line_type_intelligence) == {
        "type",
        "carrier_name",
        "mobile_country_code",
        "mobile_network_code",
        "error_code",
    }
    assert (found.reassigned_number, found.caller_name) == (None, None)


@pytest.mark.req("41")
@pytest.mark.parametrize("answer", ["yes", "no", "no_data_available"])
def test_a_look_up_tells_whether_the_number_was_given_to_someone_else(client: Client, app: App, answer: str) -> None:
    app.exchange.phone(HERS).line = Line(reassigned=answer)

    found = client.lookups.v2.phone_numbers(HERS).fetch(
        fields="line_type_intelligence,reassigned_number", last_verified_date="20261001"
    )

    assert found.reassigned_number == {
        "last_verified_date": "2026-10-01",
        "is_number_reassigned": answer,
        "error_code": None,
    }
    with refused(20001, 400):
        client.lookups.v2.phone_numbers(HERS).fetch(fields="reassigned_number")


@pytest.mark.parametrize(
    ("number", "wrong"), [("+1336555019", "TOO_SHORT"), ("+133655501999", "TOO_LONG"), ("ana", "NOT_A_NUMBER")]
)
def test_an_impossible_number_is_described_not_refused(client: Client, number: str, wrong: str) -> None:
    found = client.lookups.v2.phone_numbers(number).fetch(fields="line_type_intelligence")

    assert (found.valid, found.validation_errors, found.line_type_intelligence) == (False, [wrong], None)


@pytest.mark.req("41")
def test_whoever_asks_who_someone_is_is_seen_asking(client: Client, app: App) -> None:
    found = client.lookups.v2.phone_numbers(HERS).fetch(fields="identity_match,pre_fill", first_name="Ana")

    assert found.identity_match == {"error_code": 60606}
    [seen] = [dict(entry["parameters"]) for entry in app.journal.requests]
    assert seen == {"Fields": "identity_match,pre_fill", "FirstName": "Ana"}


def test_a_messaging_services_settings_can_be_read(client: Client, app: App) -> None:
    app.exchange.service = app.exchange.service.changed({"smart_encoding": True, "validity_period": 600})
    sid = app.exchange.service.sid

    found = client.messaging.v1.services(sid).fetch()

    assert (found.sid, found.smart_encoding, found.validity_period) == (sid, True, 600)
    with refused(20404, 404):
        client.messaging.v1.services("MG" + "1" * 32).fetch()


@pytest.mark.parametrize("operation", ["list", "delete", "lookup", "fetch"])
def test_each_operation_can_be_made_to_go_wrong(client: Client, emulator: Emulator, operation: str) -> None:
    created = send(client)
    emulator.app.exchange.messages[created.sid].move("delivered", NOW)
    emulator.app.faults.add(Fault.parse({"kind": "status_429", "on": operation}))
    calls = {
        "list": lambda: client.messages.page(),
        "delete": lambda: client.messages(created.sid).delete(),
        "fetch": lambda: client.messages(created.sid).fetch(),
        "lookup": lambda: client.lookups.v2.phone_numbers(HERS).fetch(),
    }

    send(client)
    with pytest.raises(Exception, match="429|Too Many Requests"):
        calls[operation]()
    calls[operation]()


@pytest.mark.req("S-9")
def test_planted_answer_that_lacks_a_field_is_caught(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Message.as_json
    monkeypatch.setattr(Message, "as_json", lambda self: {k: v for k, v in whole(self).items() if k != "uri"})

    with pytest.raises(requests.ConnectionError):
        send(client)
