"""No text leaves until a named person has signed for texts, and none once that is taken back (requirement 81)."""

import pytest
from builders import NOW, a_staff_member

from outreach.messaging import breaker, kill_switch, signature
from outreach.messaging.last_look import nothing_may_leave
from outreach.messaging.signature import NotSigned, sign, take_back
from outreach.terms import Role, TextState

pytestmark = pytest.mark.req("81")


@pytest.fixture
def real(desk, monkeypatch):
    """The desk in a home where people are real; only the words stay those for practice."""
    desk.vault.is_practice = False
    monkeypatch.setattr("outreach.messaging.text_approvals.Approved.may_leave", lambda said, *, is_practice: True)
    with desk.vault.writing() as session:
        take_back(session, by=desk.staff, now=NOW)
        desk.ines = a_staff_member(session, role=Role.SUPERVISOR, name="Ines Mora")
    return desk


def signed(desk):
    with desk.vault.writing() as session:
        sign(session, agreed=True, by=desk.ines, now=NOW)


def nothing_leaves_unsigned(desk) -> bool:
    """Release a text, sign, take it back: say whether it left with the signature and not before."""
    desk.release()
    desk.run()
    before = len(desk.accepts)
    signed(desk)
    desk.run()
    with_signature = len(desk.accepts)
    with desk.vault.writing() as session:
        take_back(session, by=desk.ines, now=NOW)
    return (before, with_signature, kill_switch_says_stopped(desk)) == (0, 1, True)


def kill_switch_says_stopped(desk) -> bool:
    with desk.vault.reading() as session:
        return kill_switch.is_stopped(session)


def test_a_text_waits_for_the_signature_and_leaves_with_it(real):
    assert nothing_leaves_unsigned(real)


def test_planted_claim_that_ignores_the_signature_is_caught(real, monkeypatch):
    monkeypatch.setattr(kill_switch, "is_signed", lambda session: True)
    assert not nothing_leaves_unsigned(real)


def test_taking_it_back_counts_for_what_is_claimed_already(real):
    signed(real)
    assert not nothing_may_leave(real.vault, real.drain, False)
    with real.vault.writing() as session:
        assert take_back(session, by=real.ines, now=NOW)
        assert not take_back(session, by=real.ines, now=NOW)
    assert nothing_may_leave(real.vault, real.drain, False)


def test_a_text_that_misses_its_time_meanwhile_is_held_for_a_person(real):
    text_id = real.release()
    real.clock.advance(3 * breaker.LONGEST_REST * 2)
    real.run()
    assert real.accepts == []
    assert real.text(text_id)[0] == TextState.HELD
    signed(real)
    real.run()
    assert real.accepts == []


def test_who_signed_which_words_is_kept_and_a_second_signature_changes_nothing(real):
    with real.vault.writing() as session:
        with pytest.raises(NotSigned):
            sign(session, agreed=False, by=real.ines, now=NOW)
        sign(session, agreed=True, by=real.ines, now=NOW)
        sign(session, agreed=True, by=real.staff, now=NOW)
        held = signature.signature(session)
    assert (held.by, held.name, held.at, held.statement) == (real.ines, "Ines Mora", NOW, signature.STATEMENT)


def test_a_demo_signs_for_itself(desk):
    desk.release()
    desk.run()
    assert len(desk.accepts) == 1
