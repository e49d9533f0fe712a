"""A stack of letters: prepared by one, released by another, made, taken out once, counted, mailed."""

from datetime import timedelta

import pytest
from builders import NOW
from letter_world import LATER, SOON
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from stacks import PrintDesk, code_in, quick_page, staff_card

from outreach.access import NoSuchCase
from outreach.messaging.errors import NeedsStack
from outreach.messaging.letters import batches as letter_batches
from outreach.messaging.letters import desk as letters
from outreach.messaging.letters import returned_mail
from outreach.messaging.letters.batch_rows import InBatch, WrongBatchState, places
from outreach.messaging.letters.batches import NeedsAnother, NothingToPrint
from outreach.messaging.letters.pile import StillInPile
from outreach.messaging.letters.returned_mail import VoidPage
from outreach.records.boxes import BoxNumber
from outreach.records.keys import unseal
from outreach.records.ledger import AuditEntry, AuditSubject
from outreach.records.letters import LetterBatch, VoidedPage
from outreach.records.work import Letter
from outreach.terms import BatchState, LetterState, PlaceState

pytestmark = pytest.mark.req("49")


def test_a_stack_goes_from_planned_to_mailed(print_desk: PrintDesk) -> None:
    batch_id = print_desk.plan()
    assert print_desk.make().made == 0, "nothing is made before a second person released it"
    print_desk.release(batch_id)

    assert print_desk.make().made == 3
    assert print_desk.state(batch_id) is BatchState.READY
    pages = print_desk.take_out(batch_id).pages
    assert [code_in(each) for each in pages] == print_desk.codes(batch_id, PlaceState.MADE)
    assert print_desk.count(batch_id, 3)
    assert print_desk.mail(batch_id).mailed == 3

    assert print_desk.state(batch_id) is BatchState.MAILED
    assert {print_desk.letter_state(each) for each in print_desk.letters} == {LetterState.MAILED}


@pytest.mark.req("20a")
def test_who_prepared_a_stack_never_releases_it(print_desk: PrintDesk) -> None:
    batch_id = print_desk.plan()
    for now in (LATER, LATER + timedelta(days=3)):
        with pytest.raises(NeedsAnother):
            print_desk.release(batch_id, print_desk.mo, now=now)


@pytest.mark.req("20a")
def test_planted_release_by_one_person_is_caught_by_the_database(
    print_desk: PrintDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letter_batches, "may_release", lambda *given, **named: True)
    batch_id = print_desk.plan()
    with pytest.raises(IntegrityError):
        print_desk.release(batch_id, print_desk.mo)


@pytest.mark.req("20a")
def test_a_colleague_releases_a_stack_only_after_half_an_hour(print_desk: PrintDesk) -> None:
    batch_id, ana = print_desk.plan(), staff_card(print_desk.vault)
    with pytest.raises(NeedsAnother):
        print_desk.release(batch_id, ana, now=LATER + timedelta(minutes=29))
    print_desk.release(batch_id, ana, now=LATER + timedelta(minutes=30))

    assert print_desk.state(batch_id) is BatchState.MAKING


@pytest.mark.req("P6")
def test_pages_with_names_go_only_to_who_may_see_every_case(print_desk: PrintDesk) -> None:
    batch_id, ana = print_desk.released(), staff_card(print_desk.vault)
    print_desk.make()
    with pytest.raises(NoSuchCase):
        print_desk.take_out(batch_id, ana)

    assert print_desk.take_out(batch_id, print_desk.kit).pages


def test_a_stack_is_taken_out_once(print_desk: PrintDesk) -> None:
    batch_id = print_desk.printed()
    with pytest.raises(WrongBatchState):
        print_desk.take_out(batch_id)


def test_a_letter_is_in_one_stack_at_a_time(print_desk: PrintDesk) -> None:
    print_desk.plan()
    with pytest.raises(NothingToPrint):
        print_desk.plan()


def test_a_letter_whose_delay_is_not_over_is_in_no_stack(print_desk: PrintDesk) -> None:
    with pytest.raises(NothingToPrint):
        print_desk.plan(now=SOON - timedelta(minutes=59))
    assert NOW < SOON


def test_a_letter_in_a_stack_is_neither_opened_nor_mailed_alone(print_desk: PrintDesk) -> None:
    batch_id = print_desk.released()
    print_desk.make()
    world, letter_id = print_desk.worlds[0], print_desk.letters[0]

    with pytest.raises(InBatch):
        world.pdf(letter_id)
    with pytest.raises(InBatch), world.vault.writing() as session:
        letters.mark_mailed(session, letter_id, by=world.by, now=LATER)
    print_desk.undo(batch_id)
    with pytest.raises(NeedsStack):
        world.pdf(letter_id)


@pytest.mark.req("24")
def test_the_gate_is_asked_when_a_letter_is_made_taken_out_and_mailed(print_desk: PrintDesk) -> None:
    first, second, third = print_desk.worlds
    batch_id = print_desk.released()
    first.stand(paused=True)
    assert (print_desk.make().made, print_desk.letter_state(print_desk.letters[0])) == (2, LetterState.HELD)

    second.stand(compromised=True)
    taken = print_desk.take_out(batch_id)
    assert (taken.pages, taken.pulled) == ((), 1)
    assert len(print_desk.take_out(batch_id).pages) == 1

    print_desk.count(batch_id, 1)
    third.stand(do_not_contact=True)
    code = print_desk.code(print_desk.letters[2])
    mailed = print_desk.mail(batch_id)
    assert (mailed.mailed, mailed.pull_out) == (0, (code,))
    assert {print_desk.letter_state(each) for each in print_desk.letters} == {LetterState.HELD}


@pytest.mark.req("24")
def test_planted_mailing_without_the_gate_is_caught(print_desk: PrintDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.messaging.letters.batch_mailing.why_not", lambda *given, **named: "")
    with pytest.raises(AssertionError):
        test_the_gate_is_asked_when_a_letter_is_made_taken_out_and_mailed(print_desk)


def test_a_count_that_does_not_fit_holds_the_stack(print_desk: PrintDesk) -> None:
    batch_id = print_desk.printed()
    for wrong in (2, 4):
        assert not print_desk.count(batch_id, wrong)
        assert print_desk.state(batch_id) is BatchState.SHORT
        with pytest.raises(WrongBatchState):
            print_desk.mail(batch_id)


def test_a_missing_page_is_void_and_its_letter_is_made_again_with_another_code(print_desk: PrintDesk) -> None:
    batch_id = print_desk.printed()
    print_desk.count(batch_id, 2)
    lost = print_desk.letters[1]
    old = print_desk.code(lost)

    print_desk.make_again(batch_id, lost)

    assert print_desk.state(batch_id) is BatchState.COUNTED
    assert print_desk.mail(batch_id).mailed == 2
    assert print_desk.code(lost) != old
    with print_desk.vault.reading() as session:
        page = session.scalars(select(VoidedPage)).one()
        owner = session.get_one(Letter, lost).case_id
        assert unseal(session, BoxNumber.VOIDED_PAGE, page.why_box, owner=owner, row=page.id) == ["a jam"]
    with pytest.raises(VoidPage), print_desk.vault.writing() as session:
        returned_mail.take_in(session, old, by=print_desk.mo.id, now=LATER)
    again = print_desk.released()
    print_desk.make()
    assert [code_in(each) for each in print_desk.take_out(again).pages] == [print_desk.code(lost)]


def test_a_letter_left_behind_is_made_again_and_the_others_are_mailed(print_desk: PrintDesk) -> None:
    batch_id = print_desk.printed()
    print_desk.count(batch_id, 3)

    assert print_desk.mail(batch_id, print_desk.letters[0]).mailed == 2

    assert print_desk.letter_state(print_desk.letters[0]) is LetterState.RELEASED


def test_a_letter_cancelled_after_printing_is_not_mailed_with_the_others(print_desk: PrintDesk) -> None:
    batch_id = print_desk.printed()
    print_desk.count(batch_id, 3)
    world = print_desk.worlds[0]
    with world.vault.writing() as session:
        letters.cancel(session, print_desk.letters[0], by=world.by, now=LATER)

    with pytest.raises(StillInPile):
        print_desk.mail(batch_id)
    mailed = print_desk.mail(batch_id, taken_out=[print_desk.letters[0]])
    assert mailed == (2, (print_desk.code(print_desk.letters[0]),))
    assert print_desk.letter_state(print_desk.letters[0]) is LetterState.CANCELLED


def test_a_stack_given_up_before_printing_waits_for_the_next_one(print_desk: PrintDesk) -> None:
    batch_id = print_desk.released()
    print_desk.make()
    codes = print_desk.codes(batch_id)
    print_desk.undo(batch_id)

    again = print_desk.released()
    print_desk.make()
    assert print_desk.codes(again, PlaceState.MADE) == codes


def test_a_stack_given_up_after_printing_makes_every_page_void(print_desk: PrintDesk) -> None:
    batch_id = print_desk.printed()
    codes = set(print_desk.codes(batch_id))
    print_desk.undo(batch_id)

    again = print_desk.released()
    print_desk.make()
    assert len(print_desk.take_out(again).pages) == 3
    assert not codes & set(print_desk.codes(again))


def test_one_letter_that_nobody_foresaw_does_not_keep_the_others(print_desk: PrintDesk) -> None:
    batch_id = print_desk.released()
    odd = print_desk.code(print_desk.letters[1])

    def refuses(allowed: object, content: object, **named: object) -> bytes:
        if content.code == odd:  # type: ignore[attr-defined]
            raise RuntimeError
        return quick_page(allowed, content)

    made = print_desk.make(page=refuses)

    assert (made.made, made.out) == (2, 1)
    assert print_desk.state(batch_id) is BatchState.READY


def test_taking_one_letter_out_before_release_leaves_it_for_the_next_stack(print_desk: PrintDesk) -> None:
    batch_id = print_desk.plan()
    with print_desk.vault.writing() as session:
        letter_batches.leave_out(session, batch_id, print_desk.letters[0], by=print_desk.mo.id, now=LATER)

    with print_desk.vault.reading() as session:
        assert len(places(session, print_desk.plan())) == 1
        assert session.get_one(LetterBatch, batch_id).number == 1


def test_every_step_is_in_the_log_with_every_case(print_desk: PrintDesk) -> None:
    batch_id = print_desk.printed()
    print_desk.count(batch_id, 3)
    print_desk.mail(batch_id)

    with print_desk.vault.reading() as session:
        rows = session.execute(
            select(AuditEntry.action, func.count(AuditSubject.id))
            .join(AuditSubject, AuditSubject.entry_id == AuditEntry.id)
            .where(AuditEntry.action.in_(["batch.plan", "batch.release", "batch.take_out", "batch.mail"]))
            .group_by(AuditEntry.action)
        )
        assert dict(map(tuple, rows)) == dict.fromkeys(
            ("batch.plan", "batch.release", "batch.take_out", "batch.mail"), 3
        )
