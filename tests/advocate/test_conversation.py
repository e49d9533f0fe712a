"""The conversation, her code word, one tap for a phone in other hands, and numbers nobody knows, through the portal."""

import re
from datetime import timedelta

import pytest
from builders import NOW, a_case, a_destination, a_text_from_nobody
from sqlalchemy import select

from outreach import audit, cases, people
from outreach.audit import WORKER
from outreach.gate.gate_facts import facts_for_gate
from outreach.her_word import code_words
from outreach.her_word.code_word_rules import NewWord, UnfitWord
from outreach.her_word.code_words import MOST_TRIES, REST
from outreach.her_word.requests import live_requests
from outreach.messaging.incoming import Incoming, incoming_of, keep_incoming
from outreach.records.conversation import CodeWord
from outreach.records.ledger import AuditEntry
from outreach.records.work import Task, Text
from outreach.safe_contact import Allowed, may_contact
from outreach.staff import pass_phrases
from outreach.terms import Channel, ContentLevel, DestinationKind

WORD, DANGER = "Blue Heron", "mañana lluvia"
WANTED = "call my sister Ana, not the police"


@pytest.fixture
def word(vault, world):
    new = NewWord(word=WORD, danger=DANGER, wanted=WANTED, police=False, how="live_call")
    with vault.writing() as session:
        code_words.keep(session, world.case_id, new, by=world.dana.card.id, now=NOW)
    return WORD


@pytest.fixture
def dana(desk, world):
    return desk.sit_down(world.dana.card)


def check(desk, world, said: str, line: str | None = None):
    data = {"line": str(world.phone.id) if line is None else line, "word": said}
    return desk.post(f"/cases/{world.case_id}/code-word/checks", data)


def seen(answer) -> str:
    """Return an answer without what is new in every answer."""
    return re.sub(r'(value|content)="[^"]{60,}"', "", answer.text)


def steps_of(vault, case_id) -> list[str]:
    with vault.reading() as session:
        return sorted(session.scalars(select(Task.step).where(Task.case_id == case_id, Task.state == "open")))


# Her code word


@pytest.mark.req("28")
@pytest.mark.parametrize("said", [WORD, "blue heron", "BLUEHERON", "  blue-héron "])
def test_her_word_is_known_whatever_its_case_accents_and_spaces(dana, world, word, said):
    assert check(dana, world, said).status_code == 200


@pytest.mark.req("28")
@pytest.mark.req("29a")
def test_a_right_word_on_a_phone_opens_half_an_hour_of_her_own_words_there(dana, vault, world, word):
    check(dana, world, WORD)

    with vault.reading() as session:
        [asked] = live_requests(session, world.case_id, at=NOW + timedelta(minutes=29))
        assert not live_requests(session, world.case_id, at=NOW + timedelta(minutes=31))
    assert (asked.channel, asked.destination_id, asked.verified_how) == (Channel.TEXT, world.phone.id, "code_word")


def looks_alike_and_pauses(desk, vault, world) -> None:
    right, danger = check(desk, world, WORD), check(desk, world, DANGER)

    assert seen(danger) == seen(right)
    assert (danger.status_code, sorted(danger.headers.keys())) == (right.status_code, sorted(right.headers.keys()))
    with vault.reading() as session:
        assert cases.standing(session, world.case_id)[0].paused
    assert "supervisor_urgent" in steps_of(vault, world.case_id)


@pytest.mark.req("28")
def test_the_word_for_danger_looks_like_the_right_one_and_pauses_everything(dana, vault, world, word):
    looks_alike_and_pauses(dana, vault, world)


@pytest.mark.req("28")
def test_planted_answer_that_shows_danger_is_caught(dana, vault, world, word, monkeypatch):
    kept = code_words.check

    def tells(*args, **kwargs):
        answer = kept(*args, **kwargs)
        return code_words.Answer.WRONG if args[3] == DANGER else answer

    monkeypatch.setattr(code_words, "check", tells)
    with pytest.raises(AssertionError):
        looks_alike_and_pauses(dana, vault, world)


@pytest.mark.req("28")
def test_planted_word_for_danger_that_pauses_nothing_is_caught(dana, vault, world, word, monkeypatch):
    monkeypatch.setattr(code_words, "_raise_alarm", lambda *args, **kwargs: None)
    with pytest.raises(AssertionError):
        looks_alike_and_pauses(dana, vault, world)


@pytest.mark.req("28")
def test_what_she_wants_done_is_shown_in_the_urgent_task_and_the_look_is_recorded(desk, dana, vault, world, word):
    check(dana, world, DANGER)
    desk.sit_down(world.supervisor.card)
    with vault.reading() as session:
        task = session.scalars(select(Task.id).where(Task.step == "supervisor_urgent")).one()
    assert WANTED not in desk.get("/team").text
    page = desk.get(f"/tasks/{task}").text

    assert WANTED in page
    assert "did not choose the police" in page
    with vault.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "code_word.alarm")).one()
    assert entry.actor_id == world.supervisor.card.id


def tries_before_the_rest(desk, world) -> int:
    for tried in range(1, 30):
        if "Too many words" in check(desk, world, f"wrong {tried}").text:
            return tried
    raise AssertionError("it never rests")


@pytest.mark.req("28")
def test_five_wrong_words_rest_and_the_page_still_says_to_help_her(dana, clock, world, word):
    assert tries_before_the_rest(dana, world) == MOST_TRIES
    during = check(dana, world, WORD)
    assert during.status_code == 422
    assert "Help her all the same" in during.text

    clock.advance(REST + timedelta(seconds=1))
    assert check(dana.sit_down(world.dana.card), world, WORD).status_code == 200


@pytest.mark.req("28")
def test_planted_limit_that_forgets_is_caught(dana, world, word, monkeypatch):
    monkeypatch.setattr(code_words, "MOST_TRIES", 10**6)
    with pytest.raises(AssertionError):
        assert tries_before_the_rest(dana, world) == 5


@pytest.mark.req("28")
def test_a_try_is_counted_before_its_word_is_weighed(dana, vault, world, word, monkeypatch):
    counted, matches = [], pass_phrases.matches

    def looks(*given):
        with vault.reading() as session:
            counted.append(session.scalars(select(CodeWord.failed_tries)).one())
        return matches(*given)

    monkeypatch.setattr(pass_phrases, "matches", looks)
    check(dana, world, "wrong")
    assert counted == [1, 1]


@pytest.mark.req("28")
def test_no_page_and_no_box_can_show_her_word_again(dana, vault, world, word):
    pages = [dana.get(f"/cases/{world.case_id}{path}").text for path in ("", "/code-word", "/code-word/new")]
    with vault.reading() as session:
        row = session.scalars(select(CodeWord)).one()
        kept = code_words._kept(session, row)
    for text in (*pages, kept.word, kept.danger):
        assert not [each for each in (WORD, "blueheron", DANGER, "mananalluvia") if each in text]
    assert kept.word.startswith("$argon2id$")


@pytest.mark.req("28")
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"word": "abc"}, "word"),
        ({"word": "Ortiz"}, "word"),
        ({"danger": "blue  HERON"}, "danger"),
        ({"danger": "heron", "wanted": "x"}, "danger"),
        ({"wanted": " "}, "wanted"),
        ({"how": "text"}, "how"),
    ],
)
def test_words_that_are_too_easy_or_too_alike_are_sent_back(vault, world, fields, wrong):
    given = {"word": WORD, "danger": DANGER, "wanted": WANTED, "how": "live_call", **fields}
    with vault.writing() as session, pytest.raises(UnfitWord) as unfit:
        code_words.keep(session, world.case_id, NewWord(**given), by=world.dana.card.id, now=NOW)
    assert unfit.value.field == wrong


def test_she_chooses_her_words_through_the_page(dana, world):
    data = {"how": "in_person", "word": WORD, "danger": DANGER, "wanted": WANTED, "police": "yes"}
    assert dana.post(f"/cases/{world.case_id}/code-word", data).status_code == 303
    assert check(dana, world, WORD, "in_person").status_code == 200


# The thread


def she_wrote(vault, world, body: str, at=NOW) -> None:
    with vault.writing() as session:
        row = Incoming(at.isoformat(), world.phone.value, body, "other", 0, str(world.phone.id))
        keep_incoming(session, world.case_id, row)
        audit.record(session, action="test.inbound", by=WORKER, cases=[world.case_id], now=at)


@pytest.mark.req("43")
def test_what_came_in_is_unverified_until_her_word_is_checked_on_that_line(dana, clock, vault, world, word):
    she_wrote(vault, world, "before the word", at=NOW - timedelta(minutes=1))
    check(dana, world, WORD)
    she_wrote(vault, world, "after the word", at=NOW + timedelta(minutes=1))
    clock.advance(timedelta(minutes=2))
    page = dana.get(f"/cases/{world.case_id}/conversation").text

    thread = page[page.index("Newest first") :]
    after, before = thread.index("after the word"), thread.index("before the word")
    assert after < before
    assert "Her code word was checked" in thread[:after]
    assert "Unverified sender" in thread[after:before]


@pytest.mark.req("43")
def line_of(desk, world) -> str:
    """Return what the page says of her phone before the thread."""
    page = desk.sit_down(world.dana.card).get(f"/cases/{world.case_id}/conversation").text
    return page[: page.index("Newest first")]


@pytest.mark.req("28")
def test_a_checked_word_says_who_is_on_the_line_for_half_an_hour_and_no_longer(desk, dana, clock, vault, world, word):
    check(dana, world, WORD)
    she_wrote(vault, world, "it is me", at=NOW + timedelta(minutes=1))
    clock.advance(timedelta(minutes=29))
    assert "Her code word was checked" in line_of(desk, world)

    clock.advance(timedelta(minutes=2))

    assert "Her code word was checked" not in line_of(desk, world)
    assert "Unverified sender" in line_of(desk, world)


@pytest.mark.req("28")
def test_nothing_from_a_phone_in_other_hands_is_said_to_be_hers(dana, clock, vault, world, word):
    check(dana, world, WORD)
    dana.get(f"/cases/{world.case_id}")
    dana.post(f"/cases/{world.case_id}/destinations/{world.phone.id}/someone-else")
    she_wrote(vault, world, "call me now", at=NOW + timedelta(minutes=1))
    clock.advance(timedelta(minutes=2))

    page = dana.get(f"/cases/{world.case_id}/conversation").text

    assert "Her code word was checked" not in page


def test_her_words_are_on_no_list_and_no_case_page(dana, vault, world):
    she_wrote(vault, world, "the blue house on Elm")
    for path in ("/today", "/cases", f"/cases/{world.case_id}"):
        assert "blue house" not in dana.get(path).text
    assert "blue house" in dana.get(f"/cases/{world.case_id}/conversation").text


def test_letters_that_hide_or_turn_round_are_not_shown(dana, vault, world):
    she_wrote(vault, world, "a\u202eb\u200bc <script>alert(1)</script>")
    page = dana.get(f"/cases/{world.case_id}/conversation").text
    assert "\u202e" not in page
    assert "<script>alert(1)" not in page


# One tap


def frozen_with_everything(desk, vault, world, path: str) -> None:
    with vault.writing() as session:
        other = a_case(session)
        same = a_destination(session, other, value=world.phone.value, text_consent_at=NOW)
        audit.record(session, action="test.other", by=WORKER, cases=[other], now=NOW)
    assert desk.post(f"/cases/{world.case_id}/destinations/{world.phone.id}/{path}").status_code == 303
    with vault.reading() as session:
        hers = next(d for d in people.destinations(session, world.case_id) if d.id == world.phone.id)
        facts = facts_for_gate(session, world.case_id, at=NOW)
        assert hers.compromised
        assert not isinstance(may_contact(hers, Channel.CALL, ContentLevel.NONE, at=NOW, facts=facts), Allowed)
        assert session.get_one(Text, world.text_id).state == "cancelled"
        [sibling] = people.destinations(session, other)
        assert sibling.id == same.id
        assert sibling.text_consent_at is None
    assert "check_ways" in steps_of(vault, world.case_id)
    assert "check_ways" in steps_of(vault, other)


@pytest.mark.req("26")
@pytest.mark.parametrize("path", ["someone-else", "wrong-number"])
def test_one_tap_freezes_a_phone_cancels_what_waits_and_flags_its_siblings(dana, vault, world, path):
    frozen_with_everything(dana, vault, world, path)


@pytest.mark.req("26")
@pytest.mark.parametrize("forgets", ["cancel_waiting", "_same_number", "ask_to_check_ways"])
def test_planted_freeze_that_forgets_one_thing_is_caught(dana, vault, world, monkeypatch, forgets):
    from outreach.reaching import freezing

    monkeypatch.setattr(freezing, forgets, lambda *_, **__: [])
    with pytest.raises(AssertionError):
        frozen_with_everything(dana, vault, world, "someone-else")


# Numbers nobody knows


@pytest.mark.req("21")
def test_a_number_nobody_knows_joins_a_case_with_no_way_open(desk, vault, world):
    supervisor = desk.sit_down(world.supervisor.card)
    assert "canary" not in supervisor.get("/unknown-numbers").text
    assert "canary words of nobody" in supervisor.get(f"/unknown-numbers/{world.unknown_id}").text
    given = {"handle": world.handle.upper()}
    assert supervisor.post(f"/unknown-numbers/{world.unknown_id}/case", given).status_code == 303

    with vault.reading() as session:
        ways = people.destinations(session, world.case_id)
        [new] = [each for each in ways if each.value == "+13365550188"]
        facts = facts_for_gate(session, world.case_id, at=NOW)
        for channel in DestinationKind.PHONE.channels:
            decision = may_contact(new, channel, ContentLevel.NONE, at=NOW, facts=facts)
            assert not isinstance(decision, Allowed)
        [kept] = incoming_of(session, world.case_id, most=5)
        read = session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("unknown.%"))).all()
    assert (kept.body, kept.destination_id) == ("canary words of nobody", str(new.id))
    assert sorted(read) == ["unknown.attach", "unknown.read"]
    assert "text_message" in steps_of(vault, world.case_id)
    assert "No number waits" in supervisor.get("/unknown-numbers").text


def test_a_wrong_handle_or_no_reason_changes_nothing_and_says_what_to_mend(desk, vault, world):
    supervisor = desk.sit_down(world.supervisor.card)
    at = f"/unknown-numbers/{world.unknown_id}"

    assert "no such case" in supervisor.post(f"{at}/case", {"handle": "No Such"}).text
    assert supervisor.post(f"{at}/dismissal", {"reason": ""}).status_code == 422
    assert supervisor.post(f"{at}/dismissal", {"reason": "a shop's advert"}).status_code == 303
    assert supervisor.post(f"{at}/dismissal", {"reason": "again"}).status_code == 303
    assert "No number waits" in supervisor.get("/unknown-numbers").text


def test_the_team_page_counts_what_unknown_numbers_wrote_and_says_nothing_of_it(desk, vault, world):
    with vault.writing() as session:
        a_text_from_nobody(session, "canary again")
    supervisor = desk.sit_down(world.supervisor.card)
    team = supervisor.get("/team").text
    assert "Texts from numbers we do not know: 2" in team
    assert 'href="/unknown-numbers"' in team
    assert not [each for each in ("canary", "0188") if each in team]

    supervisor.post(f"/unknown-numbers/{world.unknown_id}/dismissal", {"reason": "a shop's advert"})
    after = supervisor.get("/team").text
    assert "No text waits from a number we do not know." in after
    assert 'href="/unknown-numbers"' not in after


def test_a_flood_from_one_number_is_one_line(desk, vault, world):
    with vault.writing() as session:
        for n in range(60):
            a_text_from_nobody(session, f"flood {n}")
    page = desk.sit_down(world.supervisor.card).get("/unknown-numbers").text

    assert page.count("A number we do not know.") == 1 + page.count(": A number we do not know.")
    assert "61 texts" in page
