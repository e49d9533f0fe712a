"""What Twilio keeps of a text is deleted there once it may be, both ways, and tried again until it is gone."""

from datetime import timedelta

import pytest
from openapi_schema_validator import OAS30Validator
from provider_calls import _OPENAPI
from sqlalchemy import select
from texting import Desk

from outreach.messaging.provider import copies as provider_copies
from outreach.messaging.provider.api import ASKED, ProviderApi, UnexpectedQuestion, refuse_unasked
from outreach.messaging.sms import TwilioAccount
from outreach.records.provider import ProviderCopy

pytestmark = pytest.mark.req("36")


def delete_due(desk: Desk) -> int:
    """Let the worker delete what is due."""
    return provider_copies.delete_due(desk.vault, ProviderApi(desk.client.account), clock=desk.clock.now)


def left_at_twilio(desk: Desk) -> list[str]:
    """Return the states of what the emulator still has."""
    return [message.status for message in desk.app.exchange.messages.values()]


def waiting(desk: Desk) -> list[ProviderCopy]:
    with desk.vault.reading() as session:
        return list(session.scalars(select(ProviderCopy).where(ProviderCopy.gone_on.is_(None))))


def a_delivered_text(desk: Desk) -> None:
    desk.release()
    desk.run()
    desk.pass_time(timedelta(seconds=4))
    desk.take_in()


def nothing_is_left(desk: Desk) -> None:
    """The promise of requirement 36, as far as one text goes."""
    a_delivered_text(desk)
    delete_due(desk)
    assert left_at_twilio(desk) == []


def test_a_delivered_text_is_deleted_at_twilio_at_once(desk: Desk) -> None:
    nothing_is_left(desk)

    assert waiting(desk) == []
    assert desk.states() == ["delivered"]


def test_planted_deletion_nobody_asks_for_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ProviderApi, "delete_message", lambda self, sid: None)

    with pytest.raises(AssertionError):
        nothing_is_left(desk)


def test_a_text_under_way_is_left_alone_until_it_ended(desk: Desk) -> None:
    desk.release()
    desk.run()

    assert delete_due(desk) == 0
    assert left_at_twilio(desk) == ["queued"]


@pytest.mark.parametrize("ends_as", ["failed", "undelivered"])
def test_a_text_that_did_not_arrive_is_deleted_too(desk: Desk, ends_as: str) -> None:
    desk.app.exchange.phone(desk.phone.value).behaviour = type(
        desk.app.exchange.phone(desk.phone.value).behaviour
    ).parse({"ends_as": ends_as})
    a_delivered_text(desk)

    assert delete_due(desk) == 1
    assert left_at_twilio(desk) == []


def test_a_text_nobody_heard_of_is_deleted_after_three_days(desk: Desk) -> None:
    desk.app.exchange.habits.drop = 99
    desk.release()
    desk.run()
    desk.pass_time(timedelta(seconds=4))
    desk.clock.advance(timedelta(hours=71))
    assert delete_due(desk) == 0

    desk.clock.advance(timedelta(hours=2))

    assert delete_due(desk) == 1
    assert left_at_twilio(desk) == []


def test_what_came_in_is_deleted_at_twilio_once_it_is_here(desk: Desk) -> None:
    desk.she_writes("I can talk on Tuesday")
    desk.take_in()

    assert delete_due(desk) == 1
    assert desk.tasks() == ["text_message"]
    assert left_at_twilio(desk) == []


def test_a_deletion_that_failed_is_tried_again_later_and_later(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    a_delivered_text(desk)
    good = desk.client.account
    shut = TwilioAccount(
        account_sid=good.account_sid,
        api_key="SKother",
        api_secret="wrong",
        sender=good.sender,
        callback_base_url=good.callback_base_url,
        base_url=good.base_url,
    )
    for _ in range(3):
        provider_copies.delete_due(desk.vault, ProviderApi(shut), clock=desk.clock.now)
        desk.clock.advance(timedelta(minutes=1))
    assert len(left_at_twilio(desk)) == 1
    assert waiting(desk)[0].tries == 2

    desk.clock.advance(timedelta(minutes=5))

    assert delete_due(desk) == 1
    assert left_at_twilio(desk) == []


def test_a_record_that_is_gone_already_counts_as_gone(desk: Desk) -> None:
    a_delivered_text(desk)
    desk.app.exchange.messages.clear()

    assert delete_due(desk) == 1
    assert waiting(desk) == []


def test_nothing_of_a_text_is_kept_here_once_twilio_has_it_no_longer(desk: Desk) -> None:
    nothing_is_left(desk)

    with desk.vault.reading() as session:
        copy = session.scalars(select(ProviderCopy)).one()
        assert provider_copies._sid(session, copy) == ""
        assert copy.due_at is None


def test_a_worker_that_died_after_claiming_leaves_the_rest_to_another(desk: Desk) -> None:
    a_delivered_text(desk)
    provider_copies._claim(desk.vault, desk.clock.now())
    assert delete_due(desk) == 0

    desk.clock.advance(timedelta(minutes=6))

    assert delete_due(desk) == 1


def test_every_question_we_may_ask_of_messages_is_one_of_twilios(desk: Desk) -> None:
    described = _OPENAPI["paths"]
    deletion = described["/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json"]
    listing = described["/2010-04-01/Accounts/{AccountSid}/Messages.json"]["get"]

    assert "delete" in deletion
    assert {"PageSize", "Page", "PageToken"} <= {each["name"] for each in listing["parameters"]}
    sizes = next(each["schema"] for each in listing["parameters"] if each["name"] == "PageSize")
    OAS30Validator(sizes).validate(1000)


LIST = "/2010-04-01/Accounts/AC0000/Messages.json"
PHONE = "/v2/PhoneNumbers/%2B13365550199"
UNASKED = [
    ("POST", "api.twilio.com", LIST, {}),
    ("GET", "api.twilio.com", LIST, {"To": "+13365550199"}),
    ("GET", "api.twilio.com", LIST, {"From": "+13365550199"}),
    ("GET", "lookups.twilio.com", PHONE, {"Fields": "identity_match"}),
    ("GET", "lookups.twilio.com", PHONE, {"Fields": "line_type_intelligence,pre_fill"}),
    ("GET", "lookups.twilio.com", PHONE, {"Fields": "line_type_intelligence", "FirstName": "Lena"}),
    ("GET", "api.twilio.com", "/2010-04-01/Accounts/AC0000/Messages/../Keys.json", {}),
    ("DELETE", "api.twilio.com", "/2010-04-01/Accounts/AC0000.json", {}),
]


def asks_nothing_else() -> None:
    """Requirement 41 and the ban on lists by phone: what is not agreed is not asked."""
    for method, host, path, query in UNASKED:
        with pytest.raises(UnexpectedQuestion):
            refuse_unasked(method, host, path, query)


@pytest.mark.req("41")
def test_no_list_names_a_phone_and_no_look_up_asks_who_she_is() -> None:
    asks_nothing_else()


@pytest.mark.req("41")
def test_planted_wider_look_up_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    from outreach.messaging.provider import api as provider_api

    monkeypatch.setattr(provider_api, "LOOKUP_FIELDS", provider_api.LOOKUP_FIELDS | {"pre_fill"})

    with pytest.raises(pytest.fail.Exception):
        asks_nothing_else()


@pytest.mark.req("41")
def test_planted_list_by_phone_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    from outreach.messaging.provider import api as provider_api

    wider = tuple((method, host, path, names | {"To"}) for method, host, path, names in ASKED)
    monkeypatch.setattr(provider_api, "ASKED", wider)

    with pytest.raises(pytest.fail.Exception):
        asks_nothing_else()
