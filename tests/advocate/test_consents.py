"""The pages about her yes and her no to texts, and the print for a regulator, which says nothing of who she is."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from builders import NOW
from html_forms import form_on
from sqlalchemy import select

from outreach import audit, people
from outreach.case_file.words import reasons_of
from outreach.her_word.consent_view import PRINTED, PRINTED_NUMBER
from outreach.messaging import consent
from outreach.messaging.consent_rows import noes_of, yeses_of
from outreach.records.cases import CaseRecord
from outreach.records.ledger import AuditEntry
from outreach.records.work import Text
from outreach.terms import TextState
from portal.advocate.texts import evidence

YES = {"language": "es", "spoken": "", "how": "live_call", "heard_by": "Dana Reyes", "confirms": "code"}
NO = {"route": "letter", "scope": "all", "said_on": "", "said_at": "", "heard_by": "Dana Reyes"}


@pytest.fixture
def at(desk, world):
    desk.sit_down(world.dana.card)
    path = f"/cases/{world.case_id}/destinations/{world.phone.id}/consents"
    desk.get(path)
    return path


def words_of(answer) -> str:
    """Return what a person reads on a page, or on its print: what stands between the tags."""
    body = re.sub(r"(?s)<head>.*?</head>|<script.*?</script>", " ", answer.text)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def phone_of(vault, world):
    with vault.reading() as session:
        return next(each for each in people.destinations(session, world.case_id) if each.id == world.phone.id)


def yeses(vault, world):
    with vault.reading() as session:
        return yeses_of(session, world.case_id, world.phone.id)


# Her yes


@pytest.mark.req("29")
def test_her_yes_waits_with_a_code_that_she_is_told_live(desk, vault, world, at):
    answer = desk.post(at, YES)

    page = words_of(desk.get(answer.location))
    (yes,) = yeses(vault, world)
    assert f"send {yes.said.code} from this phone" in page
    assert "Texts stay off until this phone confirms it." in page
    assert yes.said.wording == consent.WORDINGS["es"]
    assert phone_of(vault, world).text_consent_at is None
    assert yes.said.code not in desk.get(f"/cases/{world.case_id}").text


@pytest.mark.req("29")
def test_a_yes_in_a_call_to_that_number_is_confirmed_at_once(desk, vault, world, at):
    assert desk.post(at, {**YES, "confirms": "call"}).status_code == 303

    assert phone_of(vault, world).text_consent_at == NOW
    assert "She said yes, and this phone confirmed it." in words_of(desk.get(at))


@pytest.mark.req("29")
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"language": "other"}, "Write the language."),
        ({"how": "in_person", "confirms": "call"}, "Call this number too, or let her send the code."),
        ({"heard_by": " "}, "Write who heard her."),
        ({"how": "text"}, "Choose one of the answers."),
    ],
    ids=str,
)
def test_what_is_missing_stands_beside_its_field_and_nothing_is_kept(desk, vault, world, at, changed, sentence):
    answer = desk.post(at, {**YES, **changed})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert yeses(vault, world) == ()


@pytest.mark.req("29")
def test_a_question_read_by_an_interpreter_is_kept_in_the_words_that_were_read(desk, vault, world, at):
    desk.post(at, {**YES, "language": "other", "spoken": "Arabic"})

    (yes,) = yeses(vault, world)
    assert (yes.said.wording, yes.said.language) == (consent.WORDINGS["en"], "Arabic (interpreter)")


@pytest.mark.req("29")
def test_an_advocate_confirms_after_a_call_with_one_tap(desk, vault, world, at):
    desk.post(at, {**YES, "how": "in_person"})
    form = form_on(desk.get(at).text, "confirmation$")

    assert form.values["how"] == ["call"]
    assert desk.post(form.action, {"how": "call"}).status_code == 303
    assert phone_of(vault, world).text_consent_at is not None


@pytest.mark.req("29")
def test_a_confirmation_of_nothing_is_no_confirmation(desk, vault, world, at):
    for how in ("call", "seen"):
        assert desk.post(f"{at}/confirmation", {"how": how}).status_code == 409
    assert desk.post(f"{at}/confirmation", {"how": "code"}).status_code == 422
    assert phone_of(vault, world).text_consent_at is None


@pytest.mark.req("33")
def test_a_yes_that_came_by_text_asks_a_person_whether_it_was_hers(desk, vault, world, at):
    desk.post(at, YES)
    with vault.writing() as session:
        consent.take_reply(session, world.case_id, world.phone.value, "YES", now=desk.clock.now())
        audit.record(session, action="callback.take", by=None, cases=[world.case_id], now=desk.clock.now())

    page = desk.get(at)
    assert "A yes without the code came from this phone" in words_of(page)
    assert desk.post(f"{at}/confirmation", {"how": "seen"}).status_code == 303
    assert yeses(vault, world)[0].said.confirmed_how == "seen"


# Her no


@pytest.mark.req("32")
@pytest.mark.parametrize("route", ["call", "in_person", "letter", "text", "other"])
def test_her_no_is_one_form_filled_but_for_the_route(desk, vault, world, at, route):
    form = form_on(desk.get(f"{at}/withdrawal").text, "withdrawal$")
    filled = {name: values[0] for name, values in form.values.items() if name != "csrf_token"}
    assert "route" not in filled
    assert filled["scope"] == "all"

    assert desk.post(f"{at}/withdrawal", {**filled, "route": route}).status_code == 303

    with vault.reading() as session:
        (no,) = noes_of(session, world.case_id)
    assert (no.route, no.heard_by) == (route, world.dana.card.name)
    assert "None goes to any phone of hers." in words_of(desk.get(at))


@pytest.mark.req("32")
def test_a_letter_of_yesterday_keeps_its_own_day(desk, vault, world, at):
    desk.post(f"{at}/withdrawal", {**NO, "said_on": "2026-11-18", "said_at": "09:30"})

    with vault.reading() as session:
        (no,) = noes_of(session, world.case_id)
    assert no.said_at == "2026-11-18T09:30:00-05:00"
    assert no.recorded_at == NOW.isoformat()


def test_a_no_of_tomorrow_is_asked_again(desk, vault, world, at):
    answer = desk.post(f"{at}/withdrawal", {**NO, "said_on": "2026-11-27"})

    assert answer.status_code == 422
    assert "still to come" in answer.text


@pytest.mark.req("33")
def test_after_a_no_her_new_yes_needs_to_be_said_as_such(desk, vault, world, at):
    desk.post(f"{at}/withdrawal", NO)
    desk.clock.advance(timedelta(minutes=1))
    assert "She stopped texts before" in desk.get(f"{at}/new").text

    assert desk.post(at, YES).status_code == 422
    assert desk.post(at, {**YES, "after_stop": "yes"}).status_code == 303
    page = words_of(desk.get(at))
    assert "send START first, then the code" in page
    desk.post(f"{at}/confirmation", {"how": "call"})

    page = words_of(desk.get(at))
    assert "She said yes, and this phone confirmed it." in page
    assert "She wanted no more texts. In a letter. For all her phones." in page


# The print


def with_a_history(desk, vault, world, at) -> None:
    """A yes, a text, a no."""
    desk.post(at, {**YES, "confirms": "call"})
    with vault.writing() as session:
        text = session.get_one(Text, world.text_id)
        text.state, text.claimed_at = TextState.DELIVERED.value, NOW
        audit.record(session, action="test.text", by=None, cases=[world.case_id], now=NOW)
    desk.clock.advance(timedelta(days=1))
    desk.sit_down(world.dana.card)
    assert desk.post(f"{at}/withdrawal", NO).status_code == 303


def check_that_a_print_names_nobody(desk, vault, world, at) -> str:
    """Return what the print says, after making sure that it says nothing of who she is, or whose case."""
    with_a_history(desk, vault, world, at)
    answer = desk.get(f"{at}/evidence")
    assert answer.status_code == 200
    said = words_of(answer)
    with vault.reading() as session:
        handle = session.get_one(CaseRecord, world.case_id).handle
    title = answer.text.split("<title>")[1].split("<")[0]
    telling = ("Lena", "Ortiz", "Canary", handle, "Dana", "Wayside", "victim", "advocate", "partner", "case", "level")
    for word in (*telling, "canary words", "36 555", "336", str(world.case_id)):
        assert word.lower() not in f"{title} {said}".lower(), word
    return said


@pytest.mark.req("29")
def test_the_print_says_what_a_regulator_asks_and_names_nobody(desk, vault, world, at):
    said = check_that_a_print_names_nobody(desk, vault, world, at)

    for part in (
        "ending in 0199",
        "Withdrawn. No texts are sent to this number.",
        "1. Consent given When November 20, 2026, 10:00:00 EST How In a live call, to a member of staff",
        consent.WORDINGS["es"],
        "Language Spanish",
        "In a call we made to this number",
        "2. Consent withdrawn When November 21, 2026, 10:00:00 EST",
        "How In a letter For Every number of the person",
        "One text was sent. November 20, 2026, 10:00:00 EST: delivered",
    ):
        assert part in said


@pytest.mark.req("29")
def test_planted_print_with_the_handle_is_caught(desk, vault, world, at, monkeypatch):
    real = evidence.evidence_page

    def telling(record, back, **named):
        return replace(real(record, back, **named), counted=f"Texts of {world.handle}")

    monkeypatch.setattr(evidence, "evidence_page", telling)

    with pytest.raises(AssertionError, match=world.handle):
        check_that_a_print_names_nobody(desk, vault, world, at)


def entries(vault, action) -> int:
    with vault.reading() as session:
        return len(session.scalars(select(AuditEntry.id).where(AuditEntry.action == action)).all())


@pytest.mark.req("73")
def test_the_whole_number_is_a_supervisors_with_a_reason_on_record(desk, vault, world, at):
    assert "Print with the whole number" not in desk.get(at).text
    assert desk.post(f"{at}/evidence", {"reason": "asked by the FCC"}).status_code == 404
    desk.get(f"{at}/evidence")
    assert (entries(vault, PRINTED), entries(vault, PRINTED_NUMBER)) == (1, 0)

    desk.sit_down(world.supervisor.card)
    assert "Print with the whole number" in desk.get(at).text
    wrong = desk.post(f"{at}/evidence", {"reason": " "})
    assert wrong.status_code == 422
    assert "Write why." in wrong.text
    answer = desk.post(f"{at}/evidence", {"reason": "complaint 26-118 names it"})

    assert "(336) 555-0199" in answer.text
    assert (entries(vault, PRINTED), entries(vault, PRINTED_NUMBER)) == (1, 1)
    with vault.reading() as session:
        assert "complaint 26-118 names it" in reasons_of(session, world.case_id).values()


def test_a_phone_never_asked_about_prints_an_empty_record(desk, at):
    said = words_of(desk.get(f"{at}/evidence"))

    assert "No consent was ever recorded for this number." in said
    assert "No text was sent." in said


@pytest.mark.req("29")
def test_the_print_tells_things_in_the_order_in_which_they_happened(desk, vault, world, at):
    """What is typed by the wall clock here and what is noted by itself are told in one order."""
    desk.post(at, {**YES, "confirms": "call"})
    desk.clock.advance(timedelta(hours=3))
    desk.sit_down(world.dana.card)
    assert desk.post(f"{at}/withdrawal", {**NO, "said_on": "2026-11-20", "said_at": "12:00"}).status_code == 303

    said = words_of(desk.get(f"{at}/evidence"))

    assert said.index("1. Consent given") < said.index("2. Consent withdrawn When November 20, 2026, 12:00:00 EST")
