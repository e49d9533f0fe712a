"""Each process is given what it may know, and refuses to start when it could know more."""

import json
import os
from pathlib import Path

import pytest

from config.home import FOREIGN_FILES, Home, HomeError
from config.settings import (
    SECRETS,
    CallbacksSettings,
    IntakeSettings,
    PortalSettings,
    SettingsError,
    WorkerSettings,
    load,
    refuse_what_is_not_ours,
)

MAY_HOLD = {
    "intake": IntakeSettings.may_hold,
    "callbacks": CallbacksSettings.may_hold,
    "portal": PortalSettings.may_hold,
    **WorkerSettings.may_hold_as,
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    place = Home(tmp_path)
    place.marker.write_text(json.dumps({"format": 1, "demo": False, "single_user": False}))
    return place


@pytest.mark.req("NI-8")
@pytest.mark.parametrize("process", MAY_HOLD)
def test_a_process_refuses_to_start_with_anothers_secret_in_its_environment(home, process):
    for name in set(SECRETS) - set(MAY_HOLD[process]):
        for end in ("", "_FILE"):
            with pytest.raises(SettingsError, match=f"WAYSIDE_{name}"):
                refuse_what_is_not_ours(process, MAY_HOLD[process], home, {f"WAYSIDE_{name}{end}": "x"})
            with pytest.raises(SettingsError, match=f"WAYSIDE_{name}"):
                refuse_what_is_not_ours(process, MAY_HOLD[process], home, {f"wayside_{name}{end}".lower(): "x"})


@pytest.mark.req("NI-8")
@pytest.mark.parametrize("process", MAY_HOLD)
def test_a_process_starts_with_its_own_secrets(home, process):
    refuse_what_is_not_ours(process, MAY_HOLD[process], home, {f"WAYSIDE_{name}": "x" for name in MAY_HOLD[process]})


@pytest.mark.req("NI-8")
@pytest.mark.parametrize("process", MAY_HOLD)
def test_a_process_refuses_to_start_when_it_can_open_anothers_file(home, process):
    for name in FOREIGN_FILES[process]:
        path: Path = getattr(home, name)
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
        with pytest.raises(SettingsError, match=path.name):
            refuse_what_is_not_ours(process, MAY_HOLD[process], home, {})
        path.unlink()


@pytest.mark.req("NI-8")
def test_the_intake_process_may_hold_no_secret_but_the_way_to_its_own_spool():
    assert set(IntakeSettings.may_hold) == {"INBOX_URL"}
    assert set(IntakeSettings.model_fields) == {"home", "inbox_url"}


def test_one_user_for_everything_must_be_recorded_in_the_home(home):
    environ = {"WAYSIDE_ROOT_KEY_FILE": "/keys/root"}
    with pytest.raises(SettingsError):
        refuse_what_is_not_ours("intake", (), home, environ)
    home.marker.write_text(json.dumps({"format": 1, "demo": False, "single_user": True}))
    refuse_what_is_not_ours("intake", (), home, environ)


def test_a_planted_check_that_knows_no_secret_is_caught(home, monkeypatch):
    monkeypatch.setattr("config.settings.SECRETS", ())
    with pytest.raises(pytest.fail.Exception), pytest.raises(SettingsError):
        refuse_what_is_not_ours("intake", (), home, {"WAYSIDE_ROOT_KEY_FILE": "/keys/root"})


def test_a_setting_can_come_from_a_file(tmp_path, monkeypatch):
    (tmp_path / "token").write_text("secret-token\n")
    monkeypatch.setenv("WAYSIDE_TWILIO_AUTH_TOKEN_FILE", str(tmp_path / "token"))
    assert load(CallbacksSettings).twilio_auth_token.get_secret_value() == "secret-token"


@pytest.mark.parametrize(
    "written", ["postgresql://a@db/vault", "postgres://a@db/vault", "postgresql+psycopg://a@db/vault"]
)
def test_a_server_is_found_however_its_address_begins(monkeypatch, written):
    """One spelling that a part of the program did not know made a file of that name, and left half a home."""
    for name in ("DATABASE", "INBOX", "CALLBACKS"):
        monkeypatch.setenv(f"WAYSIDE_{name}_URL", written)
    found = load(WorkerSettings)
    assert {found.database_url, found.inbox_url, found.callbacks_url} == {"postgresql://a@db/vault"}
    assert load(WorkerSettings, inbox_url="/elsewhere/intake.db").inbox_url == "/elsewhere/intake.db"


def test_a_setting_whose_file_cannot_be_read_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("WAYSIDE_INBOX_URL_FILE", str(tmp_path / "absent"))
    with pytest.raises(SettingsError, match=r"WAYSIDE_INBOX_URL_FILE names .*absent"):
        load(IntakeSettings)


def test_settings_never_print_their_secrets(monkeypatch):
    for name in SECRETS:
        monkeypatch.setenv(f"WAYSIDE_{name}", "canary-secret")
    for kind in (IntakeSettings, CallbacksSettings, PortalSettings, WorkerSettings):
        settings = load(kind, root_key_file=None) if kind in (PortalSettings, WorkerSettings) else load(kind)
        assert "canary-secret" not in repr(settings) + str(settings)


@pytest.mark.parametrize(
    ("content", "words"), [(None, "run `wayside init`"), ("{", "not JSON"), ('{"format": 9}', "upgrade Wayside")]
)
def test_a_home_that_is_not_one_is_named_with_its_mend(tmp_path, content, words):
    if content is not None:
        (tmp_path / "home.json").write_text(content)
    with pytest.raises(HomeError, match=words):
        Home(tmp_path).read_marker()


def test_no_setting_of_this_shell_leaks_into_the_tests():
    assert [name for name in os.environ if name.startswith("WAYSIDE_")] == []
