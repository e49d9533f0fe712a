"""The check of every call against Twilio's own description: what it lets pass, and the bugs it is seen to catch."""

from typing import Any

import pytest
from jsonschema.exceptions import ValidationError
from openapi_spec_validator import validate
from provider_calls import Watch, check_question
from provider_description import DESCRIPTION, Called, Undescribed, check_answer, check_request

from outreach.messaging.provider.api import ProviderApi
from outreach.messaging.sms import TwilioAccount
from twilio_emulator.app import Account, App
from twilio_emulator.clock import Clock
from twilio_emulator.exchange import Exchange
from twilio_emulator.journal import Journal
from twilio_emulator.server import Emulator

SID, MESSAGE, SERVICE = "AC" + "0" * 32, "SM" + "a" * 32, "MG" + "0" * 32
ALL = f"/2010-04-01/Accounts/{SID}/Messages.json"
ONE = f"/2010-04-01/Accounts/{SID}/Messages/{MESSAGE}.json"
LOOK_UP = "/v2/PhoneNumbers/%2B13365550199"
TEXT = (("To", "+13365550199"), ("From", "+13365550100"), ("Body", "Hello"), ("ValidityPeriod", "600"))
DESCRIBED = {
    "create": Called("POST", ALL, form=TEXT),
    "list": Called("GET", ALL, [("PageSize", "50"), ("DateSent>", "2026-11-23T00:00:00Z")]),
    "fetch": Called("GET", ONE),
    "redact": Called("POST", ONE, form=[("Body", "")]),
    "cancel": Called("POST", ONE, form=[("Status", "canceled")]),
    "delete": Called("DELETE", ONE),
}
PLANTED = {
    "an unknown parameter": Called("POST", ALL, form=[*TEXT, ("Urgent", "yes")]),
    "a parameter twice": Called("POST", ALL, form=[*TEXT, ("To", "+13365550198")]),
    "no recipient": Called("POST", ALL, form=TEXT[1:]),
    "a validity in words": Called("POST", ALL, form=[*TEXT[:3], ("ValidityPeriod", "ten minutes")]),
    "a retention nobody has": Called("POST", ALL, form=[*TEXT, ("ContentRetention", "forget")]),
    "an account that is none": Called("DELETE", ONE.replace(SID, "AC1")),
    "a message that is none": Called("DELETE", ONE.replace(MESSAGE, "SM1")),
    "a deletion of all": Called("DELETE", ALL),
    "a deletion with a body": Called("DELETE", ONE, form=[("Body", "")]),
    "a method nobody has": Called("PUT", ONE),
    "a path nobody has": Called("GET", ALL.replace("Messages", "Letters")),
    "a filter nobody has": Called("GET", ALL, [("Body", "Hello")]),
    "a page beyond the limit": Called("GET", ALL, [("PageSize", "1001")]),
    "another status": Called("POST", ONE, form=[("Status", "sent")]),
}


@pytest.mark.req("S-9")
def test_twilios_description_is_itself_valid() -> None:
    validate(DESCRIPTION)


@pytest.mark.req("S-9")
@pytest.mark.parametrize("name", DESCRIBED)
def test_what_twilio_describes_passes(name: str) -> None:
    check_request(DESCRIBED[name])


@pytest.mark.req("S-9")
@pytest.mark.parametrize("name", PLANTED)
def test_planted_request_that_twilio_does_not_describe_is_caught(name: str) -> None:
    with pytest.raises((Undescribed, ValidationError)):
        check_request(PLANTED[name])


@pytest.mark.req("S-9")
@pytest.mark.parametrize(
    ("status", "body"),
    [(202, b"{}"), (200, b'{"sid": 7}'), (200, b'{"status": "on its way"}'), (200, b"{}"), (404, b'{"code": 20404}')],
)
def test_planted_answer_that_twilio_would_not_give_is_caught(status: int, body: bytes) -> None:
    with pytest.raises((AssertionError, ValidationError)):
        check_answer(DESCRIBED["fetch"], status, body)


ASKED: dict[str, tuple[str, str, dict[str, str]]] = {
    "delete": ("DELETE", ONE, {}),
    "list": ("GET", ALL, {"PageSize": "1000"}),
    "service": ("GET", f"/v1/Services/{SERVICE}", {}),
    "line": ("GET", LOOK_UP, {"Fields": "line_type_intelligence"}),
    "both": ("GET", LOOK_UP, {"Fields": "line_type_intelligence,reassigned_number", "LastVerifiedDate": "20261001"}),
}
NEVER_ASKED: dict[str, tuple[str, str, dict[str, str]]] = {
    "who she is": ("GET", LOOK_UP, {"Fields": "identity_match"}),
    "her details": ("GET", LOOK_UP, {"Fields": "line_type_intelligence,pre_fill"}),
    "her name told": ("GET", LOOK_UP, {"Fields": "line_type_intelligence", "FirstName": "Ana"}),
    "a reassignment without its day": ("GET", LOOK_UP, {"Fields": "reassigned_number"}),
    "a list that names her phone": ("GET", ALL, {"To": "+13365550199"}),
    "a change of the service": ("POST", f"/v1/Services/{SERVICE}", {}),
    "another resource": ("GET", f"/2010-04-01/Accounts/{SID}/Calls.json", {}),
}


@pytest.mark.req("S-9")
@pytest.mark.parametrize("name", ASKED)
def test_the_questions_we_agreed_on_pass(name: str) -> None:
    check_question(*ASKED[name])


@pytest.mark.req("S-9")
@pytest.mark.req("41")
@pytest.mark.parametrize("name", NEVER_ASKED)
def test_planted_question_that_we_never_ask_is_caught(name: str) -> None:
    with pytest.raises(AssertionError):
        check_question(*NEVER_ASKED[name])


@pytest.fixture
def api() -> Any:
    account = Account(SID, "SKkey", "secret", frozenset({"+13365550100"}))
    app = App(account, Exchange(SID), Clock(), Journal())
    with Emulator(app, "token", runs_courier=False) as emulator:
        keys = {"account_sid": SID, "api_key": "SKkey", "api_secret": "secret", "sender": "+13365550100"}
        yield ProviderApi(TwilioAccount(**keys, callback_base_url="https://x.example", base_url=emulator.address))


@pytest.mark.req("S-9")
@pytest.mark.req("36")
def test_every_question_is_watched_in_whatever_test(api: ProviderApi, provider_calls: Watch) -> None:
    api.delete_message(MESSAGE)
    assert list(api.messages()) == []
    api.service(SERVICE)
    assert api.numbers_of_service(SERVICE) == {"+13365550100"}
    api.look_up("+13365550199", frozenset({"line_type_intelligence", "reassigned_number"}), last_verified="20261001")

    assert [(method, path) for method, path, _ in provider_calls.questions] == [
        ("DELETE", ONE),
        ("GET", ALL),
        ("GET", f"/v1/Services/{SERVICE}"),
        ("GET", f"/v1/Services/{SERVICE}/PhoneNumbers"),
        ("GET", LOOK_UP),
    ]


@pytest.mark.req("S-9")
@pytest.mark.req("41")
def test_planted_look_up_of_who_she_is_is_caught_in_whatever_test(
    api: ProviderApi, provider_calls: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    from outreach.messaging.provider import api as provider_api

    asked = frozenset({"identity_match"})
    monkeypatch.setattr(provider_api, "LOOKUP_FIELDS", asked)
    api.look_up("+13365550199", asked, last_verified="20261001")

    assert len(provider_calls.faults) == 1
    provider_calls.faults.clear()
