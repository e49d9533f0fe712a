"""A name that an event brings is kept out of typed words, and takes no approved text from her (P2b)."""

from uuid import UUID

import pytest
from linked_cases import a_linked_case
from signed_events import PAIR, a_body
from texting import REMINDER, Desk

from outreach import audit
from outreach.audit import WORKER
from outreach.case_file import history
from outreach.case_file.history import EventTokens, Sent
from outreach.events import parse_event
from outreach.messaging import text_words
from outreach.messaging.wording import Typed, UnfitWording, phrasebook

pytestmark = pytest.mark.req("30")
OUR_OWN_WORDS = "Front Desk Your Call Ring Send Tuesday Time Set Reminder Dub Yourtuesday Hora Cita Llamo"


def an_event_names_him(desk: Desk, name: str, *, case_id: UUID | None = None) -> None:
    """Keep an event of her case, or of another of hers, whose offender is called this."""
    case_id = case_id or desk.case
    offender = {**PAIR["offender"], "full_name": name}
    event = parse_event(a_body(**{**PAIR, "offender": offender}))
    with desk.vault.writing() as session:
        token = session.info["keyring"].token
        tokens = EventTokens(token("event", name), token("body", name))
        history.keep(session, case_id, Sent("high-point", "evt_names", desk.clock.now(), event), tokens)
        audit.record(session, action="event.keep", by=WORKER, cases=[case_id], now=desk.clock.now())


def released(desk: Desk, *, before_the_event: bool) -> UUID:
    """Release an approved text, before or after an event made its words a name."""
    if before_the_event:
        text_id = desk.release(REMINDER)
        an_event_names_him(desk, OUR_OWN_WORDS)
        return text_id
    an_event_names_him(desk, OUR_OWN_WORDS)
    return desk.release(REMINDER)


def no_event_takes_approved_words_from_her(desk: Desk, *, before_the_event: bool = False) -> None:
    text_id = released(desk, before_the_event=before_the_event)
    desk.run()
    assert desk.text(text_id)[0] == "accepted"


@pytest.mark.req("P2b")
@pytest.mark.parametrize("before_the_event", [False, True], ids=["at the release", "at the claim"])
def test_no_event_takes_an_approved_text_from_her(desk: Desk, before_the_event: bool) -> None:
    no_event_takes_approved_words_from_her(desk, before_the_event=before_the_event)


@pytest.mark.req("P2b")
def test_planted_check_of_approved_words_for_names_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    book, check = phrasebook(), type(phrasebook()).check

    def for_names_too(self: object, body: str, **said: object) -> object:
        return check(book, body, **{"names": [OUR_OWN_WORDS], **said})

    monkeypatch.setattr(type(book), "check", for_names_too)

    with pytest.raises((AssertionError, UnfitWording)):
        no_event_takes_approved_words_from_her(desk)


def typed_words_hold_no_name_of_an_event(desk: Desk) -> None:
    an_event_names_him(desk, "Quill Tuesday")
    desk.how = "code_word"
    for said in ("Is Quill there?", "See you Tuesday"):
        with pytest.raises(UnfitWording, match="a name"):
            desk.release(Typed(body=said))


def test_typed_words_hold_no_name_of_an_event_even_one_made_of_our_words(desk: Desk) -> None:
    typed_words_hold_no_name_of_an_event(desk)


def test_planted_typed_words_without_names_are_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_words, "names_to_keep_out", lambda *_: set())

    with pytest.raises(pytest.fail.Exception):
        typed_words_hold_no_name_of_an_event(desk)


def typed_words_hold_no_name_her_other_case_knows(desk: Desk) -> None:
    other = a_linked_case(desk, desk.case)
    an_event_names_him(desk, "Quill Tuesday", case_id=other)
    desk.how = "code_word"
    with pytest.raises(UnfitWording, match="a name"):
        desk.release(Typed(body="Is Quill there?"))


def test_typed_words_hold_no_name_that_her_other_case_knows(desk: Desk) -> None:
    typed_words_hold_no_name_her_other_case_knows(desk)


def test_planted_typed_words_that_know_one_case_alone_are_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_words, "cases_of_person", lambda _session, case_id: frozenset({case_id}))

    with pytest.raises(pytest.fail.Exception):
        typed_words_hold_no_name_her_other_case_knows(desk)
