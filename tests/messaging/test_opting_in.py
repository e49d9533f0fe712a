"""Her yes to texts: heard live, kept word for word, confirmed by that phone; and her no, by any route."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from builders import NOW
from texting import HER_PHONE, Desk

from outreach import people
from outreach.audit import WORKER
from outreach.gate.reasons import Reason
from outreach.messaging import consent, inbound, suppression, withdrawals
from outreach.messaging.consent import WORDINGS, Asked, NoConsent
from outreach.messaging.consent_rows import ConfirmedHow, ConsentContent, Route, close_phones, noes_of, yeses_of
from outreach.messaging.errors import NotAllowed
from outreach.messaging.stop_words import Said, read_reply
from outreach.messaging.withdrawals import Withdrawal, withdraw

ASKED = Asked(how="live_call", wording=WORDINGS["en"], language="en", heard_by="Rosa Ames")


def opt_in(desk: Desk, **changed: object) -> str:
    """Record her live yes, and return the code she was told."""
    with desk.vault.writing() as session:
        asked = replace(ASKED, **changed)
        consent.record_opt_in(session, desk.case, desk.phone.id, asked, by=desk.staff, now=desk.clock.now())
        return yeses_of(session, desk.case, desk.phone.id)[0].said.code


def confirm(desk: Desk, how: ConfirmedHow = ConfirmedHow.SEEN) -> None:
    with desk.vault.writing() as session:
        consent.confirm(session, desk.case, desk.phone.id, how=how, by=desk.staff, now=desk.clock.now())


def she_sends(desk: Desk, *bodies: str, number: str = HER_PHONE) -> None:
    for body in bodies:
        desk.clock.advance(timedelta(seconds=1))
        desk.she_writes(body, number=number)
    desk.take_in()


def newest(desk: Desk) -> ConsentContent:
    with desk.vault.reading() as session:
        return yeses_of(session, desk.case, desk.phone.id)[0].said


def are_on(desk: Desk) -> bool:
    """Say whether the gate would let a text go to her phone now: the only thing that counts."""
    try:
        desk.release()
    except NotAllowed as refused:
        if refused.decision.reason not in (Reason.NO_TEXT_CONSENT, Reason.SUPPRESSED):
            raise
        return False
    return True


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10_000:04}"


# The two halves


@pytest.mark.req("29")
@pytest.mark.parametrize("written", ["{}", "YES {}", "sí, {}!", " code: {} "])
def test_the_code_she_was_told_live_confirms_from_that_phone(desk: Desk, written: str) -> None:
    code = opt_in(desk)
    assert not are_on(desk), "one half is not enough"

    she_sends(desk, written.format(code))

    kept = newest(desk)
    assert are_on(desk)
    assert (kept.wording, kept.language, kept.heard_by, kept.how) == (WORDINGS["en"], "en", "Rosa Ames", "live_call")
    assert (kept.confirmed_how, kept.confirmed_by) == ("code", str(WORKER))
    assert desk.tasks() == []


@pytest.mark.req("29")
def test_a_bare_yes_opens_texts_only_when_an_advocate_has_looked_at_it(desk: Desk) -> None:
    opt_in(desk)
    she_sends(desk, "Yes!")
    assert not are_on(desk)
    assert desk.tasks() == ["text_message"]

    confirm(desk)

    assert are_on(desk)
    assert newest(desk).confirmed_how == "seen"


@pytest.mark.req("29")
def test_a_call_to_that_very_number_confirms(desk: Desk) -> None:
    opt_in(desk)
    confirm(desk, ConfirmedHow.CALL)

    assert are_on(desk)


@pytest.mark.req("29")
def test_an_advocate_cannot_look_at_a_yes_that_never_came(desk: Desk) -> None:
    opt_in(desk)

    with pytest.raises(NoConsent, match="nothing came"):
        confirm(desk)


@pytest.mark.req("29")
@pytest.mark.parametrize("changed", [{"how": "text"}, {"wording": " "}, {"language": ""}, {"heard_by": ""}], ids=str)
def test_a_yes_needs_to_be_live_with_its_exact_words_and_who_heard_it(desk: Desk, changed: dict[str, str]) -> None:
    with pytest.raises(NoConsent):
        opt_in(desk, **changed)


# Whoever holds the phone


def guess_all_but_one(desk: Desk) -> None:
    """Three wrong codes, and then the right one."""
    code = opt_in(desk)
    she_sends(desk, wrong(code), wrong(code), wrong(code), code)


def too_late(desk: Desk) -> None:
    code = opt_in(desk)
    desk.clock.advance(timedelta(hours=72, minutes=1))
    she_sends(desk, code, "YES")


def from_elsewhere(desk: Desk) -> None:
    she_sends(desk, opt_in(desk), number="+13365550177")


def after_her_no(desk: Desk) -> None:
    code = opt_in(desk)
    she_sends(desk, "STOP", code, f"YES {code}", "START")


def without_a_live_yes(desk: Desk) -> None:
    with desk.vault.writing() as session:
        close_phones(session, desk.case, by=desk.staff, now=desk.clock.now())
    she_sends(desk, "YES", "START", "1234", "si", "UNSTOP", "YES 0000")


def re_armed_after_a_stop(desk: Desk) -> None:
    """She stopped; whoever holds the phone now wants texts to come again."""
    she_sends(desk, "STOP", "START", "YES", "0000", "UNSTOP")


def re_armed_with_her_code(desk: Desk) -> None:
    """She stopped, asked again live; even the right code opens nothing until a person looked."""
    she_sends(desk, "STOP")
    desk.clock.advance(timedelta(seconds=1))
    she_sends(desk, opt_in(desk, after_stop=True))


HOLDERS = (
    guess_all_but_one,
    too_late,
    from_elsewhere,
    after_her_no,
    without_a_live_yes,
    re_armed_after_a_stop,
    re_armed_with_her_code,
)


def check_that_a_message_opens_nothing(desk: Desk, attack: Callable[[Desk], None]) -> None:
    attack(desk)
    assert not are_on(desk)
    desk.run()
    assert desk.accepts == []


@pytest.mark.req("29")
@pytest.mark.req("33")
@pytest.mark.parametrize("attack", HOLDERS)
def test_whoever_holds_the_phone_cannot_opt_her_in(desk: Desk, attack: Callable[[Desk], None]) -> None:
    check_that_a_message_opens_nothing(desk, attack)


def any_yes_opens(session, case_id, phone, body, *, now):  # type: ignore[no-untyped-def]
    """A confirmation that asks nobody: a yes, or four digits, from her phone opens texts, after a stop as well."""
    if read_reply(body) is Said.YES or body.strip().isdigit():
        suppression.lift_stops(session, case_id, by=WORKER, now=now)
        for way in people.destinations(session, case_id):
            opened = replace(way, text_consent_at=now)
            people.save_destination(session, case_id, opened, version=way.version, by=WORKER, now=now)
    return False


@pytest.mark.req("29")
@pytest.mark.parametrize(
    "attack", [guess_all_but_one, too_late, after_her_no, without_a_live_yes, re_armed_after_a_stop]
)
def test_planted_yes_that_opens_by_itself_is_caught(
    desk: Desk, attack: Callable[[Desk], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbound.consent, "take_reply", any_yes_opens)

    with pytest.raises(AssertionError):
        check_that_a_message_opens_nothing(desk, attack)


# After a stop


@pytest.mark.req("33")
def test_after_a_stop_a_person_opens_texts_with_her_live_word_and_the_phones_answer(desk: Desk) -> None:
    she_sends(desk, "STOP")
    desk.clock.advance(timedelta(minutes=1))
    with pytest.raises(NoConsent, match="stopped texts before"):
        opt_in(desk)
    she_sends(desk, "START", opt_in(desk, after_stop=True))
    assert newest(desk).reply_was_code

    confirm(desk)

    assert are_on(desk)


@pytest.mark.req("33")
def test_with_a_stop_lifted_no_older_yes_comes_back(desk: Desk) -> None:
    with desk.vault.writing() as session:
        other = desk.a_phone(session, value="+13365550142")
    she_sends(desk, "STOP")
    desk.clock.advance(timedelta(minutes=1))
    opt_in(desk, after_stop=True)
    confirm(desk, ConfirmedHow.CALL)
    assert are_on(desk)

    desk.phone = other

    assert not are_on(desk)


@pytest.mark.req("33")
def test_a_machine_lifts_no_stop(desk: Desk) -> None:
    she_sends(desk, "STOP")
    desk.clock.advance(timedelta(minutes=1))
    she_sends(desk, opt_in(desk, after_stop=True))

    with desk.vault.writing() as session, pytest.raises(NoConsent, match="only a person"):
        consent.confirm(session, desk.case, desk.phone.id, how=ConfirmedHow.SEEN, by=WORKER, now=desk.clock.now())


@pytest.mark.req("32")
def test_a_stop_after_a_stop_was_lifted_stops_again(desk: Desk) -> None:
    she_sends(desk, "STOP")
    desk.clock.advance(timedelta(minutes=1))
    she_sends(desk, opt_in(desk, after_stop=True))
    confirm(desk)
    desk.clock.advance(timedelta(minutes=1))

    she_sends(desk, "please stop")

    assert not are_on(desk)


# Her no


def say_no(desk: Desk, *, route: Route = Route.CALL, is_for_all: bool = True) -> None:
    said = Withdrawal(
        route=route, said_at=desk.clock.now() - timedelta(hours=1), heard_by="Dana", is_for_all=is_for_all
    )
    with desk.vault.writing() as session:
        withdraw(session, desk.case, desk.phone.id, said, by=desk.staff, now=desk.clock.now())


@pytest.mark.req("32")
@pytest.mark.req("66")
@pytest.mark.parametrize("route", Route)
def test_a_no_by_any_route_counts_at_once_and_cancels_what_waits(desk: Desk, route: Route) -> None:
    text_id = desk.release()

    say_no(desk, route=route)
    desk.run()

    assert desk.accepts == []
    assert desk.text(text_id)[0] == "cancelled"
    assert not are_on(desk)
    with desk.vault.reading() as session:
        (no,) = noes_of(session, desk.case)
    assert (no.route, no.heard_by, no.destination_id) == (route.value, "Dana", None)
    assert no.said_at == (desk.clock.now() - timedelta(hours=1)).isoformat()


def check_that_a_no_counts_for_every_phone(desk: Desk) -> None:
    with desk.vault.writing() as session:
        other = desk.a_phone(session, value="+13365550142")
    say_no(desk)
    desk.phone = other
    assert not are_on(desk)


@pytest.mark.req("32")
def test_a_no_counts_for_every_phone_of_hers(desk: Desk) -> None:
    check_that_a_no_counts_for_every_phone(desk)


@pytest.mark.req("32")
def test_planted_no_that_stops_one_phone_alone_is_caught(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def suppress_one(session, phone, *, by, now, said):  # type: ignore[no-untyped-def]
        close_phones(session, desk.case, by=by, now=now, only=(desk.phone.id,))

    monkeypatch.setattr(withdrawals, "suppress", suppress_one)

    with pytest.raises(AssertionError):
        check_that_a_no_counts_for_every_phone(desk)


@pytest.mark.req("32")
def test_a_no_for_one_phone_leaves_the_others_as_she_wants(desk: Desk) -> None:
    with desk.vault.writing() as session:
        other = desk.a_phone(session, value="+13365550142")
    text_id = desk.release()

    say_no(desk, is_for_all=False)

    assert desk.text(text_id)[0] == "cancelled"
    assert not are_on(desk)
    desk.phone = other
    assert are_on(desk)


@pytest.mark.req("32")
@pytest.mark.parametrize("is_for_all", [True, False])
def test_a_no_ends_a_yes_that_still_waits(desk: Desk, is_for_all: bool) -> None:
    code = opt_in(desk)
    desk.clock.advance(timedelta(seconds=1))
    say_no(desk, is_for_all=is_for_all)

    she_sends(desk, code)

    assert not are_on(desk)


@pytest.mark.req("29")
@pytest.mark.req("32")
def test_a_later_yes_erases_no_earlier_no_and_a_later_no_no_earlier_yes(desk: Desk) -> None:
    opt_in(desk)
    confirm(desk, ConfirmedHow.CALL)
    desk.clock.advance(timedelta(days=1))
    say_no(desk, route=Route.LETTER)
    desk.clock.advance(timedelta(days=1))
    opt_in(desk, after_stop=True)
    confirm(desk, ConfirmedHow.CALL)

    with desk.vault.reading() as session:
        yeses, noes = yeses_of(session, desk.case, desk.phone.id), noes_of(session, desk.case)
    assert [yes.said.after_stop for yes in yeses] == [True, False]
    assert all(yes.said.confirmed_at for yes in yeses)
    assert [no.route for no in noes] == ["letter"]


@pytest.mark.req("32")
def test_a_stop_by_text_is_kept_with_what_she_said(desk: Desk) -> None:
    she_sends(desk, "alto")

    with desk.vault.reading() as session:
        assert [(no.route, no.destination_id) for no in noes_of(session, desk.case)] == [("text", None)]


def test_what_she_will_say_tomorrow_is_no_withdrawal(desk: Desk) -> None:
    said = Withdrawal(route=Route.CALL, said_at=NOW + timedelta(days=1), heard_by="Dana")

    with desk.vault.writing() as session, pytest.raises(ValueError, match="later than now"):
        withdraw(session, desk.case, desk.phone.id, said, by=desk.staff, now=desk.clock.now())


@pytest.mark.req("29")
def test_a_stop_that_waited_to_be_read_keeps_the_hour_at_which_it_came(desk: Desk) -> None:
    """A regulator asks when she said it; when a worker read it is beside it."""
    came_at = desk.clock.now()
    desk.she_writes("STOP")
    desk.clock.advance(timedelta(hours=3))
    desk.take_in()

    with desk.vault.reading() as session:
        (no,) = noes_of(session, desk.case)
    assert (no.route, no.said_at) == ("text", came_at.isoformat())
    assert no.recorded_at == desk.clock.now().isoformat()
