"""“She gave her code word” on every form: true only where a word was weighed. Her word for danger keeps nothing."""

import re
from datetime import timedelta

import pytest
from builders import NOW
from html_forms import form_on
from sqlalchemy import select

from outreach import cases, people
from outreach.her_word import code_words, pausing
from outreach.her_word.code_word_claims import Claim
from outreach.her_word.code_word_rules import NewWord
from outreach.her_word.code_words import MOST_TRIES, REST
from outreach.her_word.requests import live_requests
from outreach.messaging import consent
from outreach.messaging.consent_rows import yeses_of
from outreach.records.ledger import AuditEntry
from portal.advocate.cases.known_by import NO_WORD
from portal.advocate.contact import pauses, requests
from portal.advocate.texts import consents

WORD, DANGER = "Blue Heron", "mañana lluvia"
YES = {"language": "en", "spoken": "", "how": "code_word", "heard_by": "Dana Reyes", "confirms": "call"}


@pytest.fixture
def word(vault, world):
    new = NewWord(word=WORD, danger=DANGER, wanted="call my sister", police=False, how="live_call")
    with vault.writing() as session:
        code_words.keep(session, world.case_id, new, by=world.dana.card.id, now=NOW)
    return WORD


@pytest.fixture
def dana(desk, world):
    return desk.sit_down(world.dana.card)


def ask(desk, world, said: str = "", *, how: str = "code_word", **changed: str):
    given = {"way": f"{world.phone.id}:call", "what": "Call me at my mother's.", "lasts": "24h", "verified_how": how}
    return desk.post(f"/cases/{world.case_id}/requests", {**given, "code_word": said, **changed})


def say_yes(desk, world, said: str = "", **changed: str):
    at = f"/cases/{world.case_id}/destinations/{world.phone.id}/consents"
    return desk.post(at, {**YES, "code_word": said, **changed})


def lift(desk, world, said: str = "", *, how: str = "code_word", again: str = "safe"):
    at = f"/cases/{world.case_id}/pause/lift"
    form = form_on(desk.get(at).text, "pause/lift")
    given = {name: values[0] for name, values in form.values.items() if name != "csrf_token"}
    ways = {f"way_{way.id.hex}": again for way in (world.phone, world.address)}
    return desk.post(at, {**given, **ways, "verified_how": how, "code_word": said, "reason": "She came in."})


def check(desk, world, said: str, line: str):
    assert desk.post(f"/cases/{world.case_id}/code-word/checks", {"line": line, "word": said}).status_code == 200


def kept_requests(vault, world) -> list[str]:
    with vault.reading() as session:
        return [each.verified_how for each in live_requests(session, world.case_id, at=NOW) if each.channel == "call"]


def kept_yeses(vault, world) -> list[str]:
    with vault.reading() as session:
        return [each.said.how for each in yeses_of(session, world.case_id, world.phone.id)]


def has_text_consent(vault, world) -> bool:
    with vault.reading() as session:
        [phone] = [each for each in people.destinations(session, world.case_id) if each.id == world.phone.id]
        return phone.text_consent_at == NOW


def is_paused(vault, world) -> bool:
    with vault.reading() as session:
        return cases.standing(session, world.case_id)[0].paused


def a_claim_needs_a_weighed_word(desk, vault, world) -> None:
    for said in ("", "wrong"):
        for answer in (ask(desk, world, said), say_yes(desk, world, said)):
            assert answer.status_code == 422
            assert "code_word-error" in answer.text
    assert kept_requests(vault, world) == kept_yeses(vault, world) == []


# A claim is a check


@pytest.mark.req("28")
def test_no_tick_says_that_a_word_was_given_which_nobody_weighed(dana, vault, world, word):
    a_claim_needs_a_weighed_word(dana, vault, world)


@pytest.mark.req("28")
@pytest.mark.parametrize("form", [requests, consents])
def test_planted_tick_that_claims_a_check_is_caught(dana, vault, world, word, monkeypatch, form):
    monkeypatch.setattr(form, "weigh_word", lambda *_, **__: Claim.HOLDS)
    with pytest.raises(AssertionError):
        a_claim_needs_a_weighed_word(dana, vault, world)


@pytest.mark.req("28")
def test_her_typed_word_makes_it_true_and_opens_nothing_more(dana, vault, world, word):
    assert ask(dana, world, "blue heron").status_code == 303
    assert say_yes(dana, world, WORD).status_code == 303

    assert kept_requests(vault, world) == kept_yeses(vault, world) == ["code_word"]
    assert has_text_consent(vault, world)
    with vault.reading() as session:
        assert len(live_requests(session, world.case_id, at=NOW)) == 1


@pytest.mark.req("28")
def test_what_was_typed_beside_a_wrong_word_is_still_there_and_the_word_is_not(dana, world, word):
    page = ask(dana, world, "not this one", what="Call me at the choir.")

    assert "Call me at the choir." in page.text
    assert "not this one" not in page.text
    assert re.search(r'value="code_word"\s+checked', page.text)
    assert "Help her all the same." in page.text


@pytest.mark.req("28")
def test_a_check_on_that_phone_counts_for_half_an_hour_and_on_another_line_never(dana, clock, vault, world, word):
    check(dana, world, WORD, "in_person")
    assert ask(dana, world).status_code == 422
    check(dana, world, WORD, str(world.phone.id))
    assert ask(dana, world, way=f"{world.address.id}:letter").status_code == 422
    clock.advance(timedelta(minutes=29))
    dana.sit_down(world.dana.card)
    assert ask(dana, world).status_code == 303
    assert say_yes(dana, world).status_code == 303

    clock.advance(timedelta(minutes=1))
    assert ask(dana, world).status_code == 422


@pytest.mark.req("28")
def test_five_wrong_words_on_a_form_rest_and_she_is_still_heard_in_person_or_by_voice(dana, clock, vault, world, word):
    for _ in range(MOST_TRIES):
        assert "That is not her word" in ask(dana, world, "wrong").text
    assert "Too many words were wrong" in ask(dana, world, WORD).text
    assert ask(dana, world, how="in_person").status_code == 303
    assert ask(dana, world, how="live_call").status_code == 303

    clock.advance(REST + timedelta(seconds=1))
    assert ask(dana.sit_down(world.dana.card), world, WORD).status_code == 303


@pytest.mark.req("28")
def test_where_no_word_is_set_none_is_offered_and_none_can_be_claimed(desk, dana, vault, world):
    with vault.writing() as session:
        pausing.pause(session, world.dana.card, world.case_id, now=NOW)
    at = f"/cases/{world.case_id}"
    pages = [dana.get(f"{at}{path}").text for path in ("/requests/new", asking_for_yes(world))]
    assert dana.post(f"{at}/requests", claim_of(world)).status_code == 422
    pages.append(desk.sit_down(world.supervisor.card).get(f"{at}/pause/lift").text)

    for page in pages:
        assert NO_WORD in page
        assert "She gave her code word" not in page
        assert 'name="code_word"' not in page
    assert kept_requests(vault, world) == []


def asking_for_yes(world) -> str:
    return f"/destinations/{world.phone.id}/consents/new"


def claim_of(world) -> dict[str, str]:
    return {"way": f"{world.phone.id}:call", "what": "Call me.", "lasts": "24h", "verified_how": "code_word"}


# Lifting a pause


def a_lift_needs_a_typed_word(desk, dana, vault, world) -> None:
    check(dana, world, WORD, str(world.phone.id))
    with vault.writing() as session:
        pausing.pause(session, world.dana.card, world.case_id, now=NOW)
    desk.sit_down(world.supervisor.card)

    for said in ("", "wrong"):
        assert "code_word-error" in lift(desk, world, said).text
        assert is_paused(vault, world)
    assert lift(desk, world, WORD).status_code == 303
    assert not is_paused(vault, world)


@pytest.mark.req("28")
def test_a_lift_by_her_word_needs_it_typed_then(desk, dana, vault, world, word):
    a_lift_needs_a_typed_word(desk, dana, vault, world)


@pytest.mark.req("28")
def test_planted_lift_that_takes_a_tick_for_her_word_is_caught(desk, dana, vault, world, word, monkeypatch):
    monkeypatch.setattr(pauses, "weigh_word", lambda *_, **__: Claim.HOLDS)
    with pytest.raises(AssertionError):
        a_lift_needs_a_typed_word(desk, dana, vault, world)


# Her word for danger


def danger_looks_alike_and_opens_nothing(desk, vault, world) -> None:
    right, danger = ask(desk, world, WORD), ask(desk, world, DANGER, what="He wants you to text me.")
    assert (danger.status_code, danger.location) == (right.status_code, right.location)
    assert kept_requests(vault, world) == ["code_word"]
    answer = say_yes(desk, world, DANGER)
    assert "Please check" not in answer.text
    assert answer.status_code == 303
    assert not has_text_consent(vault, world)
    assert is_paused(vault, world)


@pytest.mark.req("28")
def test_her_word_for_danger_is_answered_as_the_right_one_pauses_all_and_opens_nothing(dana, vault, world, word):
    danger_looks_alike_and_opens_nothing(dana, vault, world)


@pytest.mark.req("28")
@pytest.mark.parametrize("form", [requests, consents])
def test_planted_form_that_keeps_what_she_was_made_to_say_is_caught(dana, vault, world, word, monkeypatch, form):
    real = form.weigh_word

    def keeps(*args, **kwargs):
        real(*args, **kwargs)
        return Claim.HOLDS

    monkeypatch.setattr(form, "weigh_word", keeps)
    with pytest.raises(AssertionError):
        danger_looks_alike_and_opens_nothing(dana, vault, world)


@pytest.mark.req("28")
def test_a_yes_she_was_made_to_say_is_confirmed_by_nothing_that_her_phone_sends(dana, vault, world, word):
    say_yes(dana, world, DANGER, confirms="code")
    with vault.writing() as session:
        [yes] = yeses_of(session, world.case_id, world.phone.id)
        consent.take_reply(session, world.case_id, world.phone.value, yes.said.code, now=NOW)

    assert not has_text_consent(vault, world)


@pytest.mark.req("28")
def test_her_word_for_danger_counts_whatever_was_chosen_and_lasts_as_a_check_does(dana, vault, world, word):
    assert ask(dana, world, DANGER, how="live_call").status_code == 303
    assert is_paused(vault, world)
    check(dana, world, DANGER, str(world.phone.id))
    assert ask(dana, world).status_code == 303
    assert kept_requests(vault, world) == []


@pytest.mark.req("28")
def test_a_pause_stays_when_she_gives_her_word_for_danger_at_the_lift(desk, dana, vault, world, word):
    with vault.writing() as session:
        pausing.pause(session, world.dana.card, world.case_id, now=NOW)
    desk.sit_down(world.supervisor.card)

    assert lift(desk, world, DANGER).status_code == 303
    assert is_paused(vault, world)
    with vault.reading() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
    assert actions.count("code_word.check") == 1
