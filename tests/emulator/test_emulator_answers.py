"""What the emulator answers, against Twilio's own description and documentation."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from openapi_schema_validator import OAS30Validator
from twilio.request_validator import RequestValidator

from twilio_emulator.app import Account, Answer, App, Asked
from twilio_emulator.callbacks import deliver_due
from twilio_emulator.exchange import Callback, Exchange
from twilio_emulator.journal import Journal
from twilio_emulator.signing import signature

SID = "AC" + "0" * 32
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
HER_PHONE = "+13365550199"
SENDER = "+13365550100"
CREATE = f"/2010-04-01/Accounts/{SID}/Messages.json"
AUTH = {"authorization": "Basic " + base64.b64encode(b"SKkey:secret").decode(), "host": "127.0.0.1:8105"}
OPENAPI = json.loads((Path(__file__).parents[1] / "data" / "twilio_messages_openapi.json").read_text())
SCHEMAS = OPENAPI["components"]["schemas"]


class HandClock:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def app(clock: HandClock) -> App:
    account = Account(SID, "SKkey", "secret", frozenset({SENDER}))
    return App(account, Exchange(SID, "http://127.0.0.1:8102/twilio/inbound"), clock, Journal())


def create(app: App, **changed: str | None) -> Answer:
    form = {
        "To": HER_PHONE,
        "From": SENDER,
        "Body": "Ana: OK?",
        "StatusCallback": "http://127.0.0.1:8102/twilio/status/x",
    }
    form |= changed
    body = urlencode({name: value for name, value in form.items() if value is not None}).encode()
    return app.answer(Asked("POST", CREATE, AUTH, body))


def control(app: App, path: str, **said: object) -> Answer:
    headers = AUTH | {"content-type": "application/json"}
    return app.answer(Asked("POST", f"/control/{path}", headers, json.dumps(said).encode()))


def statuses(callbacks: list[Callback]) -> list[str]:
    return [dict(callback.form)["MessageStatus"] for callback in callbacks]


def valid_message(body: dict[str, object]) -> None:
    root = {"$ref": "#/components/schemas/api.v2010.account.message", "components": {"schemas": SCHEMAS}}
    OAS30Validator(root).validate(body)


@pytest.mark.req("S-9")
def test_an_accepted_message_is_valid_against_twilios_own_description(app: App, clock: HandClock) -> None:
    answer = create(app)
    sid = json.loads(answer.body)["sid"]

    assert answer.status == 201
    valid_message(json.loads(answer.body))
    for _ in range(3):
        app.exchange.advance(clock.pass_seconds(1))
        valid_message(json.loads(app.answer(Asked("GET", CREATE.replace(".json", f"/{sid}.json"), AUTH)).body))


@pytest.mark.parametrize(
    ("changed", "code", "status"),
    [
        ({"To": None}, 21604, 400),
        ({"To": "3365550199"}, 21211, 400),
        ({"To": "+15005550001"}, 21211, 400),
        ({"To": "+15005550009"}, 21614, 400),
        ({"From": None}, 21603, 400),
        ({"From": "+13365550101"}, 21606, 400),
        ({"Body": None}, 21602, 400),
        ({"Body": "x" * 1601}, 21617, 400),
        ({"ValidityPeriod": "36001"}, 21624, 400),
        ({"ValidityPeriod": "0"}, 21624, 400),
        ({"StatusCallback": "ftp://x"}, 21609, 400),
    ],
)
def test_a_faulty_message_gets_twilios_own_code(
    app: App, changed: dict[str, str | None], code: int, status: int
) -> None:
    answer = create(app, **changed)

    said = json.loads(answer.body)
    assert (answer.status, said["code"], said["status"]) == (status, code, status)
    assert said["more_info"].endswith(str(code))
    assert app.journal.accepts == []


def test_wrong_credentials_get_20003_and_nothing_is_accepted(app: App) -> None:
    answer = app.answer(Asked("POST", CREATE, AUTH | {"authorization": "Basic eDp5"}, b""))

    assert (answer.status, json.loads(answer.body)["code"]) == (401, 20003)
    assert app.journal.accepts == []


def test_statuses_come_over_time_and_callbacks_carry_twilios_signature(app: App, clock: HandClock) -> None:
    create(app)
    seen = app.exchange.advance(clock.now)
    seen += app.exchange.advance(clock.pass_seconds(1)) + app.exchange.advance(clock.pass_seconds(1))

    assert statuses(seen) == ["queued", "sent", "delivered"]
    for callback in seen:
        signed = signature("token", callback.address, callback.form)
        assert RequestValidator("token").validate(callback.address, dict(callback.form), signed)


def test_a_callback_nobody_takes_is_tried_again_and_given_up_at_last(app: App, clock: HandClock) -> None:
    create(app, StatusCallback="http://127.0.0.1:1/twilio/status/x")
    app.exchange.messages.clear()
    tried = []

    for _ in range(40):
        deliver_due(app.exchange, clock.pass_seconds(1), lambda callback: tried.append(callback))

    assert [callback.tries for callback in tried] == [0, 1, 2, 3, 4]


def test_callbacks_can_come_out_of_order_and_twice(app: App, clock: HandClock) -> None:
    control(app, "callbacks", reorder=True, duplicate=True)
    create(app)

    seen = [name for _ in range(8) for name in statuses(app.exchange.advance(clock.pass_seconds(1)))]

    assert sorted(set(seen)) == ["delivered", "queued", "sent"]
    assert seen.index("delivered") < seen.index("queued")
    assert len(seen) == 6


def test_a_text_that_waits_longer_than_its_validity_never_arrives(app: App, clock: HandClock) -> None:
    control(app, f"phones/{HER_PHONE}", queue_seconds=600)
    create(app, ValidityPeriod="300")

    seen = app.exchange.advance(clock.now) + app.exchange.advance(clock.pass_seconds(700))

    assert statuses(seen) == ["queued", "failed"]
    assert dict(seen[-1].form)["ErrorCode"] == "30036"
    assert app.exchange.phone(HER_PHONE).lines == []


def test_a_phone_that_answers_stop_is_blocked_by_twilio_too(app: App, clock: HandClock) -> None:
    app.exchange.reply(HER_PHONE, SENDER, "Stop ", clock.now)

    assert json.loads(create(app).body)["code"] == 21610
    [inbound] = app.exchange.advance(clock.now)
    assert dict(inbound.form)["Body"] == "Stop "


def test_discarded_content_and_obfuscated_addresses_are_not_shown_again(app: App) -> None:
    said = json.loads(create(app, ContentRetention="discard", AddressRetention="obfuscate").body)

    assert said["body"] == ""
    assert said["to"] == "+1336555XXXX"


def test_a_message_is_deleted_only_when_it_is_finished(app: App, clock: HandClock) -> None:
    path = CREATE.replace(".json", f"/{json.loads(create(app).body)['sid']}.json")

    assert app.answer(Asked("DELETE", path, AUTH)).status == 409
    app.exchange.advance(clock.pass_seconds(5))
    assert app.answer(Asked("DELETE", path, AUTH)).status == 204
    assert app.answer(Asked("GET", path, AUTH)).status == 404


def test_the_phones_page_shows_what_arrived_and_escapes_it(app: App, clock: HandClock) -> None:
    create(app, Body="<b>Ana</b>: OK?")
    app.exchange.advance(clock.pass_seconds(5))

    for path in ("/", "/phones/%2B13365550199"):
        answer = app.answer(Asked("GET", path, AUTH))
        assert answer.status == 200
        assert b"&lt;b&gt;Ana&lt;/b&gt;: OK?" in answer.body
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert b"<script" not in answer.body
        assert b"style=" not in answer.body


def test_another_sites_page_cannot_use_the_emulator(app: App) -> None:
    by_name = app.answer(Asked("GET", "/", AUTH | {"host": "evil.example:8105"}))
    by_form = app.answer(Asked("POST", "/phones/%2B1/replies", AUTH | {"origin": "http://evil.example"}))

    assert (by_name.status, by_form.status) == (404, 404)
