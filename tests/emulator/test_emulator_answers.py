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
from twilio_emulator.refusals import LATER_ERRORS
from twilio_emulator.signing import signature
from twilio_emulator.webhooks import NO_ANSWER, NO_CONNECTION, prepare

SID = "AC" + "0" * 32
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
HER_PHONE = "+13365550199"
SENDER, OTHER_SENDER = "+13365550100", "+13365550101"
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
    account = Account(SID, "SKkey", "secret", frozenset({SENDER, OTHER_SENDER}))
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
        ({"From": "+13365550102"}, 21606, 400),
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
    assert app.exchange.advance(clock.now) == [], "Twilio calls back for changes, not for the first status"
    seen = app.exchange.advance(clock.pass_seconds(1)) + app.exchange.advance(clock.pass_seconds(1))

    assert statuses(seen) == ["sent", "delivered"]
    for callback in seen:
        signed = signature("token", callback.address, callback.form)
        assert RequestValidator("token").validate(callback.address, dict(callback.form), signed)


@pytest.mark.parametrize(
    ("overrides", "status", "tries"),
    [
        ("", NO_CONNECTION, 2),
        ("", NO_ANSWER, 1),
        ("", 503, 1),
        ("#rc=5&rp=5xx", 503, 6),
        ("#rc=5&rp=5xx", 404, 1),
        ("#rc=2&rp=all", 404, 3),
        ("#rc=2&rp=ct,rt", NO_ANSWER, 3),
        ("#rc=0", NO_CONNECTION, 1),
        ("#rc=5&rp=all", 204, 1),
    ],
)
def test_a_callback_is_tried_again_as_its_address_asks_and_twilios_defaults_say(
    app: App, clock: HandClock, overrides: str, status: int | None, tries: int
) -> None:
    create(app, StatusCallback="http://127.0.0.1:8102/twilio/status/x" + overrides)
    seen: list[Callback] = []

    def take(callback: Callback) -> int | None:
        seen.append(callback)
        return status

    for _ in range(60):
        deliver_due(app.exchange, clock.pass_seconds(1), take)

    assert [callback.tries for callback in seen if dict(callback.form)["MessageStatus"] == "sent"] == list(range(tries))
    assert len({callback.once for callback in seen}) == 2, "the tries of one callback share a mark"


@pytest.mark.parametrize("overrides", ["#rc=6", "#rp=3xx", "#ct=1", "#rt=20000", "#tt=x"])
def test_connection_overrides_beyond_twilios_limits_are_refused(app: App, overrides: str) -> None:
    answer = create(app, StatusCallback="http://127.0.0.1:8102/twilio/status/x" + overrides)

    assert json.loads(answer.body)["code"] == 21609


@pytest.mark.req("37")
@pytest.mark.parametrize("as_json", [False, True])
def test_the_signature_covers_the_address_without_its_overrides(as_json: bool) -> None:
    form = [("MessageSid", "SM1"), ("MessageStatus", "sent")]
    webhook = prepare("https://inbox.example/x?a=1#rc=2", form, "token", once="m", as_json=as_json)

    checked = webhook.body.decode() if as_json else dict(form)
    assert "#" not in webhook.address
    assert RequestValidator("token").validate(webhook.address, checked, webhook.headers["X-Twilio-Signature"])


def test_callbacks_can_come_out_of_order_and_twice(app: App, clock: HandClock) -> None:
    control(app, "callbacks", reorder=True, duplicate=True)
    create(app)

    seen = [name for _ in range(8) for name in statuses(app.exchange.advance(clock.pass_seconds(1)))]

    assert seen == ["delivered", "delivered", "sent", "sent"]


@pytest.mark.req("35")
@pytest.mark.parametrize("ends", ["failed", "undelivered"])
def test_a_text_that_waits_longer_than_its_validity_never_arrives(app: App, clock: HandClock, ends: str) -> None:
    control(app, f"phones/{HER_PHONE}", queue_seconds=600, expires_as=ends)
    create(app, ValidityPeriod="300")

    seen = app.exchange.advance(clock.pass_seconds(700))

    assert statuses(seen) == [ends]
    assert dict(seen[-1].form)["ErrorCode"] == "30036"
    assert app.exchange.phone(HER_PHONE).lines == []


@pytest.mark.parametrize("code", [30003, 30004, 30005, 30006, 30007, 30008, 30034])
def test_a_phone_can_be_set_to_end_texts_in_any_documented_way(app: App, clock: HandClock, code: int) -> None:
    control(app, f"phones/{HER_PHONE}", ends_as="undelivered", error_code=code)
    sid = json.loads(create(app).body)["sid"]

    seen = app.exchange.advance(clock.pass_seconds(5))

    assert statuses(seen) == ["sent", "undelivered"]
    assert dict(seen[-1].form)["ErrorCode"] == str(code)
    shown = json.loads(app.answer(Asked("GET", CREATE.replace(".json", f"/{sid}.json"), AUTH)).body)
    assert (shown["error_code"], shown["error_message"]) == (code, LATER_ERRORS[code])
    assert app.exchange.phone(HER_PHONE).lines == []


@pytest.mark.req("38")
def test_sent_may_be_the_last_that_is_ever_heard(app: App, clock: HandClock) -> None:
    control(app, f"phones/{HER_PHONE}", ends_as="sent")
    sid = json.loads(create(app).body)["sid"]

    assert statuses(app.exchange.advance(clock.pass_seconds(10**6))) == ["sent"]
    deleted = app.answer(Asked("DELETE", CREATE.replace(".json", f"/{sid}.json"), AUTH))
    assert json.loads(deleted.body)["code"] == 20009


@pytest.mark.parametrize(("code", "status"), [(21211, 400), (21408, 400), (21614, 400), (20429, 429), (63038, 429)])
def test_a_phone_can_be_set_to_be_refused(app: App, code: int, status: int) -> None:
    control(app, f"phones/{HER_PHONE}", refused_with=code)

    answer = create(app)

    assert (answer.status, json.loads(answer.body)["code"]) == (status, code)
    assert app.journal.accepts == []


def test_a_services_message_is_accepted_then_queued_then_sent(app: App, clock: HandClock) -> None:
    said = json.loads(create(app, From=None, MessagingServiceSid=app.exchange.service.sid).body)
    assert (said["status"], said["from"], said["num_segments"]) == ("accepted", None, "0")
    valid_message(said)

    seen = app.exchange.advance(clock.pass_seconds(5))

    assert statuses(seen) == ["queued", "sent", "delivered"]
    assert dict(seen[0].form)["MessagingServiceSid"] == app.exchange.service.sid


def test_a_scheduled_message_waits_and_can_be_cancelled(app: App, clock: HandClock) -> None:
    at = (NOW + timedelta(hours=1)).isoformat()
    plan = {"From": None, "MessagingServiceSid": app.exchange.service.sid, "ScheduleType": "fixed", "SendAt": at}
    said = json.loads(create(app, **plan).body)
    assert said["status"] == "scheduled"
    path = CREATE.replace(".json", f"/{said['sid']}.json")

    cancelled = app.answer(Asked("POST", path, AUTH, b"Status=canceled"))

    assert json.loads(cancelled.body)["status"] == "canceled"
    assert app.exchange.advance(clock.pass_seconds(7200)) == []
    for changed, code in (({"SendAt": NOW.isoformat()}, 35114), ({"SendAt": None}, 35111)):
        assert json.loads(create(app, **(plan | changed)).body)["code"] == code
    assert json.loads(create(app, ScheduleType="fixed", SendAt=at).body)["code"] == 35118


@pytest.mark.req("33")
@pytest.mark.parametrize("word", ["Stop ", "STOPALL", "unsubscribe", "Cancel", "END", "quit", "revoke", "OptOut"])
def test_a_phone_that_answers_stop_is_blocked_by_twilio_too_for_that_sender(
    app: App, clock: HandClock, word: str
) -> None:
    app.exchange.reply(HER_PHONE, SENDER, word, clock.now)

    assert json.loads(create(app).body)["code"] == 21610
    assert create(app, From=OTHER_SENDER).status == 201
    [inbound] = app.exchange.advance(clock.now)
    assert dict(inbound.form)["Body"] == word
    assert "OptOutType" not in dict(inbound.form)

    app.exchange.reply(HER_PHONE, SENDER, "Start", clock.now)
    assert create(app).status == 201


@pytest.mark.parametrize("word", ["please stop", "ending the lease", "stop it", "no"])
def test_twilio_blocks_on_the_single_word_alone(app: App, clock: HandClock, word: str) -> None:
    app.exchange.reply(HER_PHONE, SENDER, word, clock.now)

    assert create(app).status == 201


@pytest.mark.parametrize(("word", "kind"), [("stop", "STOP"), ("unstop", "START"), ("info", "HELP"), ("hm", None)])
def test_advanced_opt_out_says_which_word_it_was_and_answers_only_when_told_to(
    app: App, clock: HandClock, word: str, kind: str | None
) -> None:
    for replies in (False, True):
        control(app, "opt-out", handling="advanced", replies=replies)
        app.exchange.reply(HER_PHONE, SENDER, word, clock.now)
        [inbound] = app.exchange.advance(clock.now)
        assert dict(inbound.form).get("OptOutType") == kind

    arrived = [line for line in app.exchange.phone(HER_PHONE).lines if not line.from_phone]
    assert len(arrived) == (kind is not None)


def test_with_opt_out_handling_off_twilio_blocks_nothing(app: App, clock: HandClock) -> None:
    control(app, "opt-out", handling="off")
    app.exchange.reply(HER_PHONE, SENDER, "STOP", clock.now)

    assert create(app).status == 201


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


def test_looking_at_a_phone_changes_nothing(app: App) -> None:
    answer = app.answer(Asked("GET", "/phones/%2B13365550187", AUTH))

    assert (answer.status, app.exchange.phones) == (200, {})
    assert app.answer(Asked("GET", "/phones/front-desk", AUTH)).status == 404


@pytest.mark.parametrize("body", [b"", b"body=+", b"body=Hello&sender=%2B13365550199"])
def test_a_text_that_cannot_be_written_is_kept_on_the_page_with_the_mend(app: App, body: bytes) -> None:
    answer = app.answer(Asked("POST", f"/phones/%2B{HER_PHONE[1:]}/replies", AUTH, body))

    assert answer.status == 422
    assert b"Write something" in answer.body
    assert app.exchange.messages == {}
