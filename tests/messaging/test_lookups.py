"""Where a site turns it on, a phone is asked about before a text goes there; a bad answer stops texts there."""

import logging
from datetime import timedelta
from urllib.parse import unquote

import pytest
from builders import NOW, a_case, a_destination, a_verdict
from sqlalchemy import select, update
from texting import HER_PHONE, REMINDER, WEEKDAYS, Desk, check_every_call

from outreach.her_word.requests import record_request
from outreach.messaging import claims, sending, texts
from outreach.messaging.provider import lookups
from outreach.messaging.provider.api import ProviderApi, ProviderSilent
from outreach.messaging.provider.lookups import Lookups, read_answer
from outreach.messaging.provider.report import report
from outreach.records.provider import PhoneLookup
from outreach.records.work import Text
from outreach.terms import Channel
from twilio_emulator.lookups import Line

pytestmark = pytest.mark.req("41")

BOTH = frozenset({"line_type_intelligence", "reassigned_number"})
BAD = {"landline": "phone_landline", "nonFixedVoip": "phone_voip"}


@pytest.fixture
def checks(desk: Desk) -> Lookups:
    return Lookups(ProviderApi(desk.client.account), BOTH, 28)


def look(desk: Desk, checks: Lookups) -> int:
    return lookups.check_due(desk.vault, checks, clock=desk.clock.now)


def run(desk: Desk) -> int:
    return sending.Sender(desk.vault, desk.client, desk.drain, desk.clock.now, checks_phones=True).run_due()


def line(desk: Desk, **said: str) -> None:
    """Set what Twilio knows of her phone."""
    desk.app.exchange.phone(HER_PHONE).line = Line.parse(said)


def asked(desk: Desk) -> list[str]:
    """Return the paths of the look-ups Twilio got."""
    paths = [unquote(entry["path"]) for entry in desk.app.journal.requests]
    return [path for path in paths if "/v2/PhoneNumbers/" in path]


def no_text_leaves_unchecked(desk: Desk, checks: Lookups) -> None:
    """The promise where it is on: first the question, then the text."""
    desk.release()
    run(desk)
    assert desk.accepts == []
    look(desk, checks)
    run(desk)
    assert len(desk.accepts) == 1


def test_no_text_leaves_before_its_phone_was_asked_about(desk: Desk, checks: Lookups) -> None:
    no_text_leaves_unchecked(desk, checks)

    assert asked(desk) == [f"/v2/PhoneNumbers/{HER_PHONE}"]


def test_planted_text_to_an_unchecked_phone_is_caught(
    desk: Desk, checks: Lookups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "is_checked", lambda destination, now: True)

    with pytest.raises(AssertionError):
        no_text_leaves_unchecked(desk, checks)


def texts_stop_there(desk: Desk, checks: Lookups, reason: str) -> None:
    """A bad answer holds the text with its reason, takes her yes back there, and asks a person."""
    text_id = desk.release()
    look(desk, checks)
    run(desk)
    assert desk.accepts == []
    state, content = desk.text(text_id)
    assert (state, content.held_reason) == ("held", reason)
    assert desk.hers().text_consent_at is None
    assert desk.hers().line_fault == reason
    assert desk.tasks() == ["text_check"]


@pytest.mark.parametrize("kind", BAD)
def test_a_phone_that_gets_no_texts_or_that_anyone_may_hold_is_suspended(
    desk: Desk, checks: Lookups, kind: str
) -> None:
    line(desk, type=kind)
    texts_stop_there(desk, checks, BAD[kind])


def test_a_number_that_changed_hands_is_suspended(desk: Desk, checks: Lookups) -> None:
    line(desk, reassigned="yes")
    texts_stop_there(desk, checks, "phone_reassigned")


def test_planted_deafness_to_the_answer_is_caught(desk: Desk, checks: Lookups, monkeypatch: pytest.MonkeyPatch) -> None:
    line(desk, reassigned="yes")
    monkeypatch.setattr(lookups, "read_answer", lambda answer: lookups.LookupContent("mobile", "yes", None))

    with pytest.raises(AssertionError):
        texts_stop_there(desk, checks, "phone_reassigned")


@pytest.mark.parametrize("kind", ["mobile", "fixedVoip", "personal", "unknown"])
def test_other_lines_stand_against_nothing(desk: Desk, checks: Lookups, kind: str) -> None:
    line(desk, type=kind, reassigned="no_data_available")
    no_text_leaves_unchecked(desk, checks)


def test_it_is_asked_again_after_thirty_days_and_not_before(desk: Desk, checks: Lookups) -> None:
    desk.release()
    look(desk, checks)
    look(desk, checks)
    assert len(asked(desk)) == 1
    phone = desk.hers()

    assert lookups.is_checked(phone, now=desk.clock.now() + timedelta(days=29))
    assert not lookups.is_checked(phone, now=desk.clock.now() + timedelta(days=30))


def test_nobody_is_asked_about_without_a_text_the_gate_lets_out(desk: Desk, checks: Lookups) -> None:
    look(desk, checks)
    desk.release()
    with desk.vault.writing() as session:
        from outreach.cases import change_standing

        change_standing(session, desk.case, by=desk.staff, now=desk.clock.now(), paused=True)

    look(desk, checks)

    assert asked(desk) == []


def who_she_is_is_never_asked(desk: Desk) -> None:
    """identity_match and pre_fill are never requested, and nothing of her but the number is sent."""
    for entry in desk.app.journal.requests:
        if "/v2/PhoneNumbers/" in entry["path"]:
            given = dict(entry["parameters"])
            assert set(given) <= {"Fields", "LastVerifiedDate"}
            assert set(given["Fields"].split(",")) <= BOTH


def test_only_the_line_and_reassignment_are_asked_about(desk: Desk, checks: Lookups) -> None:
    no_text_leaves_unchecked(desk, checks)

    who_she_is_is_never_asked(desk)
    with pytest.raises(ValueError, match="reassignment"):
        Lookups(checks.api, BOTH | {"identity_match"}, 1)


def test_planted_question_about_her_name_is_caught(desk: Desk, checks: Lookups) -> None:
    import requests

    where = f"{desk.server.address}/v2/PhoneNumbers/{HER_PHONE}"
    account = desk.client.account
    requests.get(where, {"Fields": "identity_match"}, auth=(account.api_key, account.api_secret), timeout=5)

    with pytest.raises(AssertionError):
        who_she_is_is_never_asked(desk)
    with pytest.raises(AssertionError):
        check_every_call(desk.app)
    desk.app.journal.clear()


def test_after_three_times_without_an_answer_the_text_is_held_for_a_person(
    desk: Desk, checks: Lookups, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object, **__: object) -> None:
        raise ProviderSilent("no answer")

    monkeypatch.setattr(ProviderApi, "look_up", silent)
    text_id = desk.release()
    for _ in range(2):
        with pytest.raises(ProviderSilent):
            look(desk, checks)
        assert run(desk) == 0

    look(desk, checks)

    state, content = desk.text(text_id)
    assert (state, content.held_reason) == ("held", "phone_not_checked")
    assert desk.tasks() == ["text_check"]


def test_what_it_cost_is_counted_and_the_answer_is_sealed(desk: Desk, checks: Lookups) -> None:
    no_text_leaves_unchecked(desk, checks)

    with desk.vault.reading() as session:
        found = report(session, now=desk.clock.now())
        row = session.scalars(select(PhoneLookup)).one()
    assert (found.lookups_this_month, found.spent_mills, found.cost_mills) == (1, 28, 28)
    assert b"mobile" not in row.lookup_box


@pytest.mark.req("NI-11")
def test_no_log_holds_her_number(desk: Desk, checks: Lookups, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    no_text_leaves_unchecked(desk, checks)

    assert HER_PHONE[1:] not in caplog.text


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ({}, None),
        ({"valid": False}, "phone_invalid"),
        ({"valid": True, "line_type_intelligence": None, "reassigned_number": None}, None),
        ({"line_type_intelligence": {"type": None, "error_code": 60600}}, None),
        ({"line_type_intelligence": {"type": "pager"}}, "phone_landline"),
        ({"reassigned_number": {"is_number_reassigned": "yes"}}, "phone_reassigned"),
    ],
)
def test_every_answer_means_one_thing(answer: dict, fault: str | None) -> None:
    assert read_answer(answer).fault == fault


def no_checked_phone_waits_behind_an_unchecked_one(desk: Desk, checks: Lookups) -> None:
    """The older text's phone gets no answer; the younger one's was asked about."""
    desk.release()
    another = "+13365550155"
    with desk.vault.writing() as session:
        case_id = a_case(session, assigned_to=desk.staff)
        phone = a_destination(
            session,
            case_id,
            value=another,
            verdicts={Channel.CALL: a_verdict(), Channel.TEXT: a_verdict()},
            windows=(WEEKDAYS,),
            text_consent_at=NOW - timedelta(days=1),
            line_checked_on=NOW.date(),
        )
        record_request(session, case_id, desk.a_request(destination_id=phone.id), now=desk.clock.now())
        text_id = texts.release(
            session, case_id, phone.id, wording=REMINDER, request=None, by=desk.staff, now=desk.clock.now()
        )
        younger = desk.clock.now() + timedelta(seconds=1)
        session.execute(update(Text).where(Text.id == text_id).values(release_at=younger))
    desk.clock.advance(timedelta(seconds=2))
    run(desk)
    assert [accepted["To"] for accepted in desk.accepts] == [another]


def test_no_text_to_a_checked_phone_waits_behind_an_unchecked_one(desk: Desk, checks: Lookups) -> None:
    no_checked_phone_waits_behind_an_unchecked_one(desk, checks)


def test_planted_claim_that_takes_unchecked_phones_first_is_caught(
    desk: Desk, checks: Lookups, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "unchecked", lambda vault, now: [])

    with pytest.raises(AssertionError):
        no_checked_phone_waits_behind_an_unchecked_one(desk, checks)
