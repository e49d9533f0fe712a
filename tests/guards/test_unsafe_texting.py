"""Texting does not start on unsafe Twilio settings, and each refusal says what, where and how to mend it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import FrozenClock
from texting import SENDER, new_client_at, running_emulator

from cli.faults import Mendable
from cli.texting import twilio_account
from cli.texting_checks import ASK_AGAIN, GOOD_FOR, TwilioCheck, doctor_lines
from config.settings import WorkerSettings
from outreach.messaging.provider import settings as provider_settings
from outreach.messaging.provider.api import ProviderApi, ProviderSilent
from outreach.messaging.provider.codes import Meaning, meaning_of
from outreach.messaging.provider.settings import Stated, faults_at_twilio, faults_of_account
from outreach.messaging.sms import TwilioAccount
from twilio_emulator.server import Server

pytestmark = pytest.mark.req("36")

HEX = "5" * 32
GOOD = TwilioAccount(
    account_sid="AC" + HEX,
    api_key="SK" + HEX,
    api_secret="hush",
    sender="+13365550100",
    callback_base_url="https://inbox.example",
)
SAID = Stated(messaging_service="MG" + HEX, phone_redaction="off", body_redaction="on", opt_out="off")
UNSAFE = {
    "both redaction and STOP handling": ({}, {"phone_redaction": "on", "opt_out": "on"}, "both on"),
    "phone redaction unsaid": ({}, {"phone_redaction": None}, "WAYSIDE_TWILIO_PHONE_REDACTION"),
    "body redaction unsaid": ({}, {"body_redaction": None}, "WAYSIDE_TWILIO_BODY_REDACTION"),
    "STOP handling unsaid": ({}, {"opt_out": None}, "WAYSIDE_TWILIO_OPT_OUT"),
    "no service": ({}, {"messaging_service": None}, "WAYSIDE_TWILIO_MESSAGING_SERVICE"),
    "toll-free": ({"sender": "+18005550100"}, {}, "toll-free"),
    "toll-free 833": ({"sender": "+18335550100"}, {}, "toll-free"),
    "test number": ({"sender": "+15005550006"}, {}, "test numbers"),
    "no number": ({"sender": "Front desk"}, {}, "no phone number"),
    "open callbacks": ({"callback_base_url": "http://inbox.example"}, {}, "https"),
    "callbacks on this machine": ({"callback_base_url": "https://127.0.0.1:8102"}, {}, "https"),
    "auth token for a key": ({"api_key": "AC" + HEX}, {}, "opens everything"),
    "no key": ({"api_key": "SKkey"}, {}, "WAYSIDE_TWILIO_API_KEY"),
    "no account": ({"account_sid": "AC1"}, {}, "WAYSIDE_TWILIO_ACCOUNT_SID"),
}


def is_refused(account: dict[str, Any], stated: dict[str, Any], words: str) -> None:
    """One unsafe setting alone is refused, in words that name it and how to mend it."""
    faults = faults_of_account(replace(GOOD, **account), replace(SAID, **stated))
    assert len(faults) == 1, faults
    assert words in faults[0]
    assert ":" in faults[0]


def test_a_safe_account_is_accepted() -> None:
    assert faults_of_account(GOOD, SAID) == []


@pytest.mark.parametrize("unsafe", UNSAFE)
def test_an_unsafe_setting_is_refused_by_name(unsafe: str) -> None:
    is_refused(*UNSAFE[unsafe])


@pytest.mark.parametrize(
    ("check", "unsafe"), [("_stated_faults", "both redaction and STOP handling"), ("_sender_faults", "toll-free")]
)
def test_planted_leniency_is_caught(check: str, unsafe: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider_settings, check, lambda *_: [])

    with pytest.raises(AssertionError):
        is_refused(*UNSAFE[unsafe])


@pytest.fixture
def emulator(clock: FrozenClock) -> Iterator[Server]:
    with running_emulator(clock) as server:
        yield server


def at_twilio(server: Server, *, account: dict[str, Any] | None = None, **stated: Any) -> list[str]:
    client = new_client_at(server.address)
    said = replace(SAID, messaging_service=server.app.exchange.service.sid, **stated)
    return faults_at_twilio(ProviderApi(replace(client.account, **(account or {}))), said)


def a_deaf_service_is_refused(server: Server) -> None:
    """Nothing leaves while an answer of hers would go elsewhere."""
    for change in (
        {"inbound_request_url": "https://elsewhere.example/"},
        {"inbound_request_url": None},
        {"inbound_method": "GET"},
        {"use_inbound_webhook_on_number": True},
        {"fallback_url": "https://elsewhere.example/"},
        {"account_sid": "AC" + HEX},
    ):
        good = server.app.exchange.service
        server.app.exchange.service = good.changed(change)
        faults = at_twilio(server)
        server.app.exchange.service = good
        assert len(faults) == 1, (change, faults)


def test_a_service_that_sends_her_answers_to_us_is_accepted(emulator: Server) -> None:
    assert at_twilio(emulator) == []


@pytest.mark.req("32")
def test_an_address_of_ours_may_ask_twilio_to_try_again(emulator: Server) -> None:
    service = emulator.app.exchange.service
    ours = f"{service.inbound_request_url}{provider_settings.RETRIES}"
    emulator.app.exchange.service = service.changed({"inbound_request_url": ours, "fallback_url": ours})

    assert at_twilio(emulator) == []


@pytest.mark.req("32")
def test_a_service_that_sends_her_answers_elsewhere_is_refused(emulator: Server) -> None:
    a_deaf_service_is_refused(emulator)


@pytest.mark.req("32")
def test_planted_deaf_check_is_caught(emulator: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider_settings, "_service_faults", lambda *_: [])

    with pytest.raises(AssertionError):
        a_deaf_service_is_refused(emulator)


@pytest.mark.parametrize(
    ("account", "words"),
    [
        ({"api_key": "SKother"}, "does not know this API key"),
        ({"sender": "+13365550111"}, "does not hold WAYSIDE_TWILIO_SENDER"),
    ],
)
def test_a_key_or_number_of_another_account_is_refused(emulator: Server, account: dict[str, str], words: str) -> None:
    (fault,) = at_twilio(emulator, account=account)

    assert words in fault


def test_an_unknown_service_is_refused(emulator: Server) -> None:
    client = new_client_at(emulator.address)

    (fault,) = faults_at_twilio(ProviderApi(client.account), SAID)

    assert "no messaging service" in fault


Home = Callable[..., WorkerSettings]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Write a real home's texting files, and return its worker's settings."""

    def make(**said: str) -> WorkerSettings:
        for folder in ("send", "public"):
            (tmp_path / folder).mkdir()
        (tmp_path / "home.json").write_text(json.dumps({"format": 1, "demo": False, "single_user": True}))
        account = {"account_sid": GOOD.account_sid, "api_key": GOOD.api_key, "api_secret": "hush", "sender": SENDER}
        (tmp_path / "send" / "twilio.json").write_text(json.dumps(account))
        (tmp_path / "public" / "site.json").write_text(json.dumps({"callback_base_url": "https://inbox.example"}))
        monkeypatch.setenv("WAYSIDE_HOME", str(tmp_path))
        for name in ("phone_redaction", "body_redaction", "opt_out", "messaging_service"):
            monkeypatch.setenv(f"WAYSIDE_TWILIO_{name.upper()}", said.get(name, getattr(SAID, name)))
        return WorkerSettings()

    return make


def check_of(settings: WorkerSettings, clock: FrozenClock) -> TwilioCheck:
    account = twilio_account(settings)
    assert account is not None
    return TwilioCheck(settings, account, clock.now)


def test_the_worker_does_not_start_and_says_everything_at_once(home: Home, clock: FrozenClock) -> None:
    with pytest.raises(Mendable) as refused:
        check_of(home(phone_redaction="on", opt_out="on", messaging_service="MG1"), clock)

    assert "both on" in str(refused.value)
    assert "WAYSIDE_TWILIO_MESSAGING_SERVICE" in str(refused.value)


def nothing_leaves_unchecked(check: TwilioCheck) -> None:
    """While Twilio has not said that all is well, no text may leave; a worker with other work starts all the same."""
    check.ask_at_start(is_alone=False)
    with pytest.raises((Mendable, ProviderSilent)):
        check.ensure()


def test_nothing_leaves_while_twilio_does_not_answer(
    home: Home, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object) -> list[str]:
        raise ProviderSilent("no answer")

    monkeypatch.setattr("cli.texting_checks.faults_at_twilio", silent)
    check = check_of(home(), clock)
    nothing_leaves_unchecked(check)

    monkeypatch.setattr("cli.texting_checks.faults_at_twilio", lambda *_: [])
    clock.advance(ASK_AGAIN)

    check.ensure()


def test_planted_trust_in_silence_is_caught(home: Home, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.texting_checks.faults_at_twilio", lambda *_: [])
    check = check_of(home(), clock)

    with pytest.raises(pytest.fail.Exception):
        nothing_leaves_unchecked(check)


def test_a_sender_alone_refuses_to_start_on_a_fault_at_twilio_and_a_whole_worker_only_sends_nothing(
    home: Home, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.texting_checks.faults_at_twilio", lambda *_: ["nobody would hear her STOP"])
    check = check_of(home(), clock)

    nothing_leaves_unchecked(check)
    with pytest.raises(Mendable, match="STOP"):
        check.ask_at_start(is_alone=True)


def test_what_changed_at_twilio_is_noticed_within_a_day(
    home: Home, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.texting_checks.faults_at_twilio", lambda *_: [])
    check = check_of(home(), clock)
    check.ask_at_start(is_alone=True)
    monkeypatch.setattr("cli.texting_checks.faults_at_twilio", lambda *_: ["nobody would hear her STOP"])
    check.ensure()

    clock.advance(GOOD_FOR + timedelta(seconds=1))

    with pytest.raises(Mendable):
        check.ensure()


def test_doctor_says_what_was_only_said_and_never_read(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.texting_checks.faults_at_twilio", lambda *_: [])
    settings = home(opt_out="on")
    account = twilio_account(settings)
    assert account is not None

    lines = dict(enumerate(doctor_lines(settings, account)))

    assert {kind for kind, _ in lines.values()} == {"note"}
    said = " ".join(line for _, line in lines.values())
    assert "phone redaction off, body redaction on, opt out on" in said
    assert "Twilio answers STOP" in said


@pytest.mark.req("40")
@pytest.mark.parametrize("code", [20008, 30029, 30030])
def test_an_account_that_may_not_redact_is_our_fault_and_never_her_phones(code: int) -> None:
    assert meaning_of(code) is Meaning.OURS
