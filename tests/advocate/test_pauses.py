"""One tap stops everything, the page says what had left, and a lift needs a fresh answer for every way."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from advocate_desk import TOKEN
from builders import NOW, a_case, a_destination, a_verdict
from html_forms import form_on
from sqlalchemy import select

from outreach import audit, cases, people
from outreach.case_file.standing import Approved
from outreach.gate.facts import Request
from outreach.gate.reasons import Reason
from outreach.her_word import pausing
from outreach.her_word.requests import record_request
from outreach.identity import deciding
from outreach.messaging.letters.rows import content_of
from outreach.messaging.text_boxes import open_text
from outreach.records.cases import PossibleMatch
from outreach.records.work import Letter, Text
from outreach.safe_contact import Allowed, Held, may_contact
from outreach.terms import Channel, ContentLevel, LetterState, TextState, Verdict, VerdictSource


@pytest.fixture
def at_case(desk, world):
    desk.sit_down(world.dana.card)
    return f"/cases/{world.case_id}"


def move_text(vault, world, state, *, claimed_at=NOW - timedelta(minutes=1)):
    with vault.writing() as session:
        text = session.get_one(Text, world.text_id)
        text.state, text.claimed_at = state.value, claimed_at
        audit.record(session, action="test.text", by=None, cases=[world.case_id], now=NOW)


def move_letter(vault, world, state):
    with vault.writing() as session:
        session.get_one(Letter, world.letter_id).state = state.value
        audit.record(session, action="test.letter", by=None, cases=[world.case_id], now=NOW)


def paused(desk, at_case) -> str:
    """Tap the button on the case page, and return the page that follows."""
    desk.get(at_case)
    answer = desk.post(f"{at_case}/pause")
    return desk.get(answer.location).text


# What waits


@pytest.mark.req("26")
def test_a_stop_cancels_the_texts_and_letters_that_wait_and_says_so(desk, vault, world, at_case):
    move_letter(vault, world, LetterState.RELEASED)

    page = paused(desk, at_case)

    with vault.reading() as session:
        text, letter = session.get_one(Text, world.text_id), session.get_one(Letter, world.letter_id)
        assert (text.state, open_text(session, text).held_reason) == ("cancelled", "paused")
        assert (letter.state, content_of(session, letter).held) == ("cancelled", "paused")
    assert "Stopped in time: one text and one letter." in page
    assert "Nothing was on its way." in page


# What had left


@pytest.mark.req("26")
@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (TextState.SENDING, "It was leaving as you stopped."),
        (TextState.UNKNOWN, "It may have left before the stop."),
        (TextState.ACCEPTED, "It left before the stop. It can not be called back."),
        (TextState.SENT, "It left before the stop."),
    ],
)
def test_what_had_left_is_shown_at_once_and_never_said_to_be_stopped(desk, vault, world, at_case, state, sentence):
    move_text(vault, world, state)

    page = paused(desk, at_case)

    assert sentence in page
    assert "0199" in page
    assert "Stopped in time" not in page
    assert "canary words" not in page


@pytest.mark.req("26")
@pytest.mark.parametrize(
    ("state", "sentence"), [(LetterState.PRINTED, "tear it up"), (LetterState.MAILED, "It is in the mail.")]
)
def test_a_letter_on_paper_or_in_the_mail_is_shown_with_what_to_do(desk, vault, world, at_case, state, sentence):
    move_letter(vault, world, state)

    assert sentence in paused(desk, at_case)


def test_the_page_of_a_stop_is_one_recorded_read(desk, vault, world, at_case):
    paused(desk, at_case)
    before = reads(vault)
    desk.get(f"{at_case}/pause")
    assert reads(vault) == before + 1


def reads(vault) -> int:
    from outreach.records.ledger import AuditEntry

    with vault.reading() as session:
        return len(session.scalars(select(AuditEntry.id).where(AuditEntry.action == "case.read")).all())


def test_a_wrong_tap_is_undone_by_the_lift_alone(desk, world, at_case):
    page = paused(desk, at_case)

    assert "Was it a wrong tap? Tell a supervisor." in page
    assert "/pause/lift" not in page
    assert TOKEN.search(page), "the page carries what its buttons need without a script"


# Lifting


def lift_with(desk, world, *, how="live_call", reason="She came in.", **answers):
    """Lift as the supervisor does: open the form, answer, press."""
    desk.sit_down(world.supervisor.card)
    at = f"/cases/{world.case_id}/pause/lift"
    form = form_on(desk.get(at).text, "pause/lift")
    given = {name: values[0] for name, values in form.values.items() if name != "csrf_token"}
    names = {"phone": world.phone, "address": world.address}
    ways = {f"way_{names[name].id.hex}": answer for name, answer in answers.items()}
    return desk.post(at, {**given, **ways, "verified_how": how, "reason": reason})


def decide(vault, world, way, *, at):
    with vault.reading() as session:
        fresh = next(each for each in people.destinations(session, world.case_id) if each.id == way.id)
        facts = cases.facts_for_gate(session, world.case_id, at=at, destination_id=way.id, channel=Channel.CALL)
    return may_contact(fresh, Channel.CALL, ContentLevel.NEUTRAL, at=at, facts=replace(facts, match_pending=False))


@pytest.mark.req("26")
def test_a_lift_without_an_answer_for_every_way_is_refused_beside_the_way(desk, vault, world, at_case):
    paused(desk, at_case)

    answer = lift_with(desk, world, phone="safe")

    assert answer.status_code == 422
    assert "Not asked yet" in answer.text
    with vault.reading() as session:
        assert cases.standing(session, world.case_id)[0].paused


@pytest.mark.req("26")
def test_no_way_is_safe_again_unless_she_said_so_live(desk, vault, world, at_case):
    paused(desk, at_case)

    answer = lift_with(desk, world, how="not_yet", phone="safe", address="unknown")

    assert answer.status_code == 422
    assert "Only she can say that a way is safe." in answer.text


def check_that_only_fresh_answers_count(desk, vault, world, at_case) -> None:
    """Lift without having asked her: nothing said before the stop may open anything."""
    assert isinstance(decide(vault, world, world.phone, at=NOW), Allowed)
    paused(desk, at_case)
    desk.clock.advance(timedelta(minutes=5))
    assert lift_with(desk, world, how="not_yet", phone="unknown", address="unknown").status_code == 303

    decision = decide(vault, world, world.phone, at=desk.clock.now())

    assert isinstance(decision, Held), decision
    assert decision.reason is Reason.FIRST_CONTACT_DECISION


@pytest.mark.req("26")
def test_after_a_lift_nothing_said_before_the_stop_counts(desk, vault, world, at_case):
    check_that_only_fresh_answers_count(desk, vault, world, at_case)


@pytest.mark.req("26")
def test_planted_old_answers_that_count_after_a_lift_are_caught(desk, vault, world, at_case, monkeypatch):
    monkeypatch.setattr("outreach.case_file.standing.Standing.lifted_at", property(lambda standing: None))

    with pytest.raises(AssertionError):
        check_that_only_fresh_answers_count(desk, vault, world, at_case)


@pytest.mark.req("26")
def test_a_fresh_answer_at_the_lift_opens_the_way_and_an_unsafe_one_shuts_it(desk, vault, world, at_case):
    paused(desk, at_case)
    desk.clock.advance(timedelta(minutes=5))

    assert lift_with(desk, world, phone="safe", address="unsafe").status_code == 303

    assert isinstance(decide(vault, world, world.phone, at=desk.clock.now()), Allowed)
    with vault.reading() as session:
        address = next(each for each in people.destinations(session, world.case_id) if each.id == world.address.id)
    assert address.verdicts[Channel.LETTER].verdict is Verdict.UNSAFE


@pytest.mark.req("26")
def test_a_phone_someone_else_answered_is_hers_again_only_to_be_asked_about(desk, vault, world, at_case):
    desk.get(at_case)
    desk.post(f"{at_case}/someone-else", {"way": f"{world.phone.id}:call", "stop": "all"})
    desk.clock.advance(timedelta(minutes=5))
    desk.sit_down(world.supervisor.card)
    assert "hers alone again" in desk.get(f"{at_case}/pause/lift").text

    assert lift_with(desk, world, phone="safe", address="unknown").status_code == 303

    with vault.reading() as session:
        phone = next(each for each in people.destinations(session, world.case_id) if each.id == world.phone.id)
    assert (phone.compromised, phone.verdicts) == (False, {})
    assert isinstance(decide(vault, world, world.phone, at=desk.clock.now()), Held)


@pytest.mark.req("26")
def test_what_she_asked_for_and_what_was_decided_before_the_stop_end_with_it(desk, vault, world, at_case):
    with vault.writing() as session:
        asked = Request(
            channel=Channel.CALL,
            destination_id=world.phone.id,
            what="call me",
            verified_how="live_call",
            asked_at=NOW,
            expires_at=NOW + timedelta(days=2),
            by=world.dana.card.id,
        )
        record_request(session, world.case_id, asked, now=NOW)
        until = (NOW + timedelta(days=3)).isoformat()
        decided = Approved("first_contact", str(world.dana.card.id), NOW.isoformat(), until)
        cases.approve(session, world.case_id, decided, because="a clerk gave it", now=NOW)
    assert decide(vault, world, world.phone, at=NOW).reason is Reason.SHE_ASKED
    paused(desk, at_case)
    desk.clock.advance(timedelta(minutes=5))
    lift_with(desk, world, how="not_yet", phone="unknown", address="unknown")

    decision = decide(vault, world, world.phone, at=desk.clock.now())

    assert (type(decision), decision.reason) == (Held, Reason.FIRST_CONTACT_DECISION)


@pytest.mark.req("26")
def test_a_way_added_while_the_supervisor_reads_must_be_answered_too(desk, vault, world, at_case):
    paused(desk, at_case)
    desk.sit_down(world.supervisor.card)
    form = form_on(desk.get(f"{at_case}/pause/lift").text, "pause/lift")
    version = form.values["version"][0]
    answers = {f"way_{each.id.hex}": "unknown" for each in (world.phone, world.address)}
    with vault.writing() as session:
        pausing.pause(session, world.dana.card, world.case_id, now=desk.clock.now())
        cases.change_standing(session, world.case_id, by=world.dana.card.id, now=desk.clock.now(), zone="UTC")

    answer = desk.post(
        f"{at_case}/pause/lift", {**answers, "verified_how": "not_yet", "reason": "She wrote", "version": version}
    )

    assert answer.status_code == 409
    assert "Someone changed this case" in answer.text
    assert "She wrote" in answer.text
    with vault.reading() as session:
        assert cases.standing(session, world.case_id)[0].paused


def test_lifting_what_is_not_paused_says_so(desk, world, at_case):
    desk.sit_down(world.supervisor.card)

    answer = desk.get(f"{at_case}/pause/lift", follow_redirects=True)

    assert "Contact is not stopped." in answer.text


@pytest.mark.req("26")
def test_a_fresh_yes_after_the_lift_counts_like_any_other(desk, vault, world, at_case):
    paused(desk, at_case)
    desk.clock.advance(timedelta(minutes=5))
    lift_with(desk, world, how="not_yet", phone="unknown", address="unknown")
    at = desk.clock.now() + timedelta(minutes=1)
    with vault.writing() as session:
        phone = next(each for each in people.destinations(session, world.case_id) if each.id == world.phone.id)
        hers = {Channel.CALL: a_verdict(source=VerdictSource.VICTIM, verified_at=at)}
        people.save_destination(
            session, world.case_id, replace(phone, verdicts=hers), version=phone.version, by=world.dana.card.id, now=at
        )

    assert isinstance(decide(vault, world, world.phone, at=at), Allowed)


def test_a_second_phone_is_asked_about_too(desk, vault, world, at_case):
    with vault.writing() as session:
        second = a_destination(session, world.case_id, value="+13365550142")
    paused(desk, at_case)
    desk.sit_down(world.supervisor.card)

    assert f"way_{second.id.hex}" in desk.get(f"{at_case}/pause/lift").text


@pytest.mark.req("26")
def test_the_lift_says_that_it_reaches_her_other_case(desk, vault, world, at_case):
    paused(desk, at_case)
    desk.sit_down(world.supervisor.card)
    assert "She has another case here." not in desk.get(f"{at_case}/pause/lift").text

    with vault.writing() as session:
        match = PossibleMatch(id=uuid4(), case_id=a_case(session), other_case_id=world.case_id)
        session.add(match)
        session.flush()
        deciding.decide(session, match.id, same=True, by=world.dana.card.id, now=NOW)

    assert "She has another case here." in desk.get(f"{at_case}/pause/lift").text
