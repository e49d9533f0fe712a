"""A demo texts its emulator, a real home texts Twilio, and half an account texts nobody."""

import json
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from cli import opening
from cli.faults import Mendable
from cli.texting import DEMO_ACCOUNT, refuse_deaf_sending, sending_rounds, twilio_account
from cli.worker_roles import open_roles
from config.settings import WorkerSettings
from outreach.messaging.sms import TWILIO
from outreach.records import engine

ACCOUNT = {"account_sid": "AC" + "5" * 32, "api_key": "SKkey", "api_secret": "hush", "sender": "+13365550100"}
EMULATOR = "http://127.0.0.1:8105"
Home = Callable[..., WorkerSettings]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Write a home's texting files, and return its worker's settings."""

    def make(*, is_demo: bool, base_url: str | None = None, token: str = "token", **account: Any) -> WorkerSettings:
        for folder in ("send", "public", "callbacks"):
            (tmp_path / folder).mkdir()
        (tmp_path / "home.json").write_text(json.dumps({"format": 1, "demo": is_demo, "single_user": True}))
        (tmp_path / "send" / "twilio.json").write_text(json.dumps(ACCOUNT | account))
        (tmp_path / "public" / "site.json").write_text(json.dumps({"callback_base_url": "https://inbox.example"}))
        if token:
            (tmp_path / "callbacks" / "twilio-token").write_text(token)
        monkeypatch.setenv("WAYSIDE_HOME", str(tmp_path))
        if base_url is not None:
            monkeypatch.setenv("WAYSIDE_TWILIO_BASE_URL", base_url)
        return WorkerSettings()

    return make


def address_of(settings: WorkerSettings) -> str:
    account = twilio_account(settings)
    assert account is not None
    return account.base_url


def test_a_demo_texts_its_emulator(home: Home) -> None:
    assert address_of(home(is_demo=True, base_url=EMULATOR)) == EMULATOR


def test_a_real_home_texts_twilio(home: Home) -> None:
    assert address_of(home(is_demo=False)) == TWILIO


@pytest.mark.parametrize(
    "base_url",
    [
        None,
        TWILIO,
        "https://elsewhere.example",
        "http://192.0.2.7:8105",
        "http://127.0.0.1:8105@elsewhere.example",
        "file://127.0.0.1/",
    ],
)
def test_a_demo_never_reaches_further_than_this_machine(home: Home, base_url: str | None) -> None:
    with pytest.raises(Mendable, match="demo"):
        twilio_account(home(is_demo=True, base_url=base_url))


@pytest.mark.parametrize("base_url", [EMULATOR, "https://elsewhere.example", "http://api.twilio.com"])
def test_a_real_home_sends_her_texts_to_nobody_but_twilio(home: Home, base_url: str) -> None:
    with pytest.raises(Mendable, match="WAYSIDE_TWILIO_BASE_URL"):
        twilio_account(home(is_demo=False, base_url=base_url))


def test_a_demos_account_is_refused_in_a_real_home(home: Home) -> None:
    with pytest.raises(Mendable, match="demo's Twilio account"):
        twilio_account(home(is_demo=False, account_sid=DEMO_ACCOUNT + "7" * 20))


@pytest.mark.parametrize("missing", ACCOUNT)
def test_half_an_account_is_named_and_starts_nothing(home: Home, missing: str) -> None:
    with pytest.raises(Mendable, match=f"WAYSIDE_TWILIO_{missing.upper()}"):
        twilio_account(home(is_demo=False, **{missing: ""}))


def test_nothing_is_sent_while_nobody_could_hear_her_stop(home: Home) -> None:
    deaf = home(is_demo=False, token="")

    with pytest.raises(Mendable, match="STOP"):
        refuse_deaf_sending(deaf)
    with pytest.raises(Mendable, match="STOP"), open_roles(("ingest", "send", "print"), Event(), {}):
        pass


@pytest.mark.parametrize("content", ["[]", "{", '{"callback_base_url": ""}', "{}"])
def test_a_site_file_without_our_address_is_named(home: Home, tmp_path: Path, content: str) -> None:
    settings = home(is_demo=False)
    (tmp_path / "public" / "site.json").write_text(content)

    with pytest.raises(Mendable, match=r"site\.json"):
        twilio_account(settings)


def test_without_an_account_no_round_sends_and_the_worker_says_so(
    home: Home, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = home(is_demo=False)
    (tmp_path / "send" / "twilio.json").unlink()

    assert sending_rounds(settings, None) == []  # type: ignore[arg-type]
    assert "no text leaves: set WAYSIDE_TWILIO_ACCOUNT_SID" in caplog.text


@pytest.mark.req("S-4")
@pytest.mark.parametrize(
    ("callbacks_url", "attached"),
    [(None, "callbacks/callbacks.db"), ("postgresql://there/callbacks", None), ("elsewhere.db", None)],
)
def test_the_sender_looks_for_a_stop_in_the_spool_that_is_really_used(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, callbacks_url: str | None, attached: str | None
) -> None:
    settings = home(is_demo=False)
    settings.callbacks_url = callbacks_url
    seen: list[Path | None] = []
    monkeypatch.setattr(engine, "open_vault", lambda *_, callbacks, **__: seen.append(callbacks))
    monkeypatch.setattr(opening, "keyring", lambda *_: None)

    opening.vault(settings, "send", None)  # type: ignore[arg-type]

    assert seen == [None if attached is None else tmp_path / attached]
