"""The callbacks process: verify, seal, store, answer with a constant; know nothing else."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from crypto.root import KeyFileRoot, create_root_key
from crypto.sealing import SealingKey
from crypto.unsealing import UnsealingKeys, create_key_pair
from outreach.messaging.signed_callbacks import PURPOSE, unpack
from outreach.records.errors import SpoolUnavailable
from portal.callbacks import CallbacksParts, create_app

TOKEN = "the-auth-token"
BASE = "https://inbox.example"
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
STATUS = "/twilio/status/" + "x" * 43
FORM = {"MessageSid": "SM" + "0" * 32, "MessageStatus": "delivered"}


class ListSpool:
    """A spool in memory that can be full."""

    def __init__(self) -> None:
        self.deposits: list[tuple[UUID, datetime, bytes]] = []
        self.is_full = False

    def insert(self, id: UUID, received_at: datetime, sealed: bytes) -> None:
        if self.is_full:
            raise SpoolUnavailable("full")
        self.deposits.append((id, received_at, sealed))


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[SealingKey, UnsealingKeys]:
    home = tmp_path_factory.mktemp("home")
    create_root_key(home / "root.key")
    root = KeyFileRoot(home / "root.key")
    create_key_pair(home / "unsealing.json", home / "sealing.json", root)
    return SealingKey.load(home / "sealing.json"), UnsealingKeys.load(home / "unsealing.json", root)


@pytest.fixture
def spool() -> ListSpool:
    return ListSpool()


@pytest.fixture
def twilio(keys: tuple[SealingKey, UnsealingKeys], spool: ListSpool) -> FlaskClient:
    parts = CallbacksParts(
        spool=spool, sealing_key=lambda: keys[0], public_base_url=lambda: BASE, token=TOKEN, clock=lambda: NOW
    )
    return create_app(parts).test_client()


def post(twilio: FlaskClient, path: str, form: dict[str, str], signature: str | None = None) -> TestResponse:
    signed = RequestValidator(TOKEN).compute_signature(BASE + path, form) if signature is None else signature
    headers = {"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded"}
    return twilio.post(path, data=urlencode(form), headers=headers)


def seen(response: TestResponse) -> tuple[int, list[tuple[str, str]], bytes]:
    return response.status_code, sorted(response.headers.items()), response.data


@pytest.mark.req("37")
def test_a_signed_callback_is_sealed_to_the_worker_before_the_answer(
    twilio: FlaskClient, spool: ListSpool, keys: tuple[SealingKey, UnsealingKeys]
) -> None:
    response = post(twilio, STATUS, FORM)

    assert (response.status_code, response.data) == (204, b"")
    [(deposit, received_at, sealed)] = spool.deposits
    kept = unpack(keys[1].unseal(sealed, purpose=PURPOSE, deposit=deposit))
    assert received_at == NOW
    assert (kept.path, dict(kept.fields)) == (STATUS, FORM)
    assert b"delivered" not in sealed


@pytest.mark.req("34")
def test_every_text_she_sends_gets_the_same_empty_answer(twilio: FlaskClient, spool: ListSpool) -> None:
    bodies = ["STOP", "stop", "START", "HELP", "who is this", "YES", "", "Ändern 😀"]
    answers = [
        seen(post(twilio, "/twilio/inbound", {"MessageSid": "SM1", "From": "+13365550199", "Body": body}))
        for body in bodies
    ]

    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == 200
    assert answers[0][2].endswith(b"<Response/>")
    assert len(spool.deposits) == len(bodies)


@pytest.mark.req("38")
def test_known_and_unknown_sids_are_answered_alike(twilio: FlaskClient) -> None:
    answers = [seen(post(twilio, "/twilio/status/" + c * 43, {"MessageSid": c, "MessageStatus": c})) for c in "abc"]

    assert answers[0] == answers[1] == answers[2]


@pytest.mark.req("37")
@pytest.mark.parametrize("signature", ["", "wrong", "é"])
def test_a_bad_signature_is_refused_and_nothing_is_written(
    twilio: FlaskClient, spool: ListSpool, signature: str
) -> None:
    response = post(twilio, STATUS, FORM, signature)

    assert (response.status_code, response.data) == (403, b"")
    assert spool.deposits == []


@pytest.mark.req("37")
def test_a_request_without_a_signature_or_of_another_type_is_refused(twilio: FlaskClient, spool: ListSpool) -> None:
    signed = {"X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(BASE + STATUS, {})}
    answers = [
        twilio.post(STATUS),
        twilio.post(STATUS, data=json.dumps(FORM), headers=signed, content_type="application/json"),
        twilio.post(STATUS, data=b"\xff", headers=signed, content_type="application/x-www-form-urlencoded"),
        twilio.post(STATUS, data={"a": "b"}, headers=signed, content_type="multipart/form-data"),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert spool.deposits == []


def test_the_host_header_decides_nothing(twilio: FlaskClient) -> None:
    form = urlencode(FORM)
    for_another = RequestValidator(TOKEN).compute_signature("https://evil.example" + STATUS, FORM)
    headers = {"X-Twilio-Signature": for_another, "Host": "evil.example", "X-Forwarded-Host": "evil.example"}

    answer = twilio.post(STATUS, data=form, headers=headers, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 403


def test_a_callback_that_cannot_be_stored_is_sent_back_to_twilio(twilio: FlaskClient, spool: ListSpool) -> None:
    spool.is_full = True

    response = post(twilio, STATUS, FORM)

    assert response.status_code == 503
    assert response.headers["Retry-After"]


def test_a_flood_of_bytes_is_cut_off(twilio: FlaskClient, spool: ListSpool) -> None:
    assert post(twilio, STATUS, FORM | {"Body": "x" * 70_000}).status_code == 413
    assert spool.deposits == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("POST", "/", 404),
        ("GET", STATUS, 405),
        ("HEAD", STATUS, 405),
        ("OPTIONS", STATUS, 405),
        ("GET", "/twilio/inbound", 405),
        ("POST", "/twilio/status/short", 404),
        ("POST", "/twilio/status/", 404),
        ("GET", "/static/x", 404),
    ],
)
def test_nothing_else_is_there(twilio: FlaskClient, method: str, path: str, status: int) -> None:
    response = twilio.open(path, method=method)

    assert (response.status_code, response.data) == (status, b"")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response.headers


FORBIDDEN = ("twilio", "requests", "sqlalchemy.orm", "outreach.people", "outreach.cases", "outreach.records.work")
ALLOWED_OF_OURS = {
    "crypto",
    "outreach",
    "outreach.messaging",
    "outreach.messaging.signed_callbacks",
    "outreach.records",
    "outreach.records.errors",
    "portal",
    "portal.callbacks",
    "portal.callbacks.app",
}


def modules_of(program: str) -> set[str]:
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(told.stdout))


def only_what_it_needs(program: str) -> None:
    loaded = modules_of(program)
    ours = {name for name in loaded if name.split(".")[0] in {"crypto", "outreach", "portal", "config", "cli"}}
    assert {name for name in ours if not name.startswith("crypto.")} <= ALLOWED_OF_OURS
    assert not [name for name in loaded if name.startswith(FORBIDDEN)]


PROGRAM = (
    "import json, sys; sys.path.insert(0, {root!r}); import portal.callbacks; print(json.dumps(list(sys.modules)))"
)
ROOT = str(Path(__file__).parents[2])


@pytest.mark.req("NI-8")
def test_the_callbacks_app_loads_nothing_that_knows_a_case() -> None:
    only_what_it_needs(PROGRAM.format(root=ROOT))


@pytest.mark.req("NI-8")
def test_planted_import_by_name_is_caught() -> None:
    planted = PROGRAM.replace(
        "import portal.callbacks;", "import portal.callbacks; __import__('outreach.records.work');"
    )

    with pytest.raises(AssertionError):
        only_what_it_needs(planted.format(root=ROOT))
