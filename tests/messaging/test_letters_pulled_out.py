"""A letter stopped by a wall or a restriction while its page lies in a printed pile: named, taken out, never mailed."""

from uuid import UUID

import pytest
from letter_world import LATER
from linked_cases import lose_keys
from sqlalchemy import select
from stacks import PrintDesk, staff_card

from outreach.access import StaffCard
from outreach.messaging.letters import apart, batch_mailing
from outreach.messaging.letters import desk as letters
from outreach.messaging.letters.batch_rows import MAY_BE_PAPER
from outreach.messaging.letters.batch_view import BatchView, open_batches, view
from outreach.messaging.letters.pile import StillInPile
from outreach.records.cases import CaseRecord
from outreach.records.errors import NoSuchRecord
from outreach.records.letters import LetterBatch, VoidedPage
from outreach.terms import BatchState, LetterState, PlaceState
from outreach.walls import conflicts, restricting
from outreach.walls.restricting import Cause

pytestmark = [pytest.mark.req("11"), pytest.mark.req("49"), pytest.mark.req("70")]


def restrict(desk: PrintDesk, number: int = 0) -> None:
    with desk.vault.writing() as session:
        case_id = desk.worlds[number].case_id
        restricting.restrict(session, desk.kit, case_id, Cause.OFFICER, words="He is a deputy.", now=LATER)


def wall(desk: PrintDesk, number: int = 0) -> None:
    """Keep Mo, who prepared the stack, away from one case of it."""
    with desk.vault.writing() as session:
        case_id = desk.worlds[number].case_id
        conflicts.wall_off(session, desk.kit, case_id, desk.mo.id, words="Knows the partner.", now=LATER)


def seen(desk: PrintDesk, batch_id: UUID, who: StaffCard) -> BatchView:
    with desk.vault.writing() as session:
        return view(session, who, batch_id, now=LATER)


def codes_to_take_out(desk: PrintDesk, batch_id: UUID, who: StaffCard) -> list[str]:
    return [each.code for each in seen(desk, batch_id, who).pull_out]


@pytest.mark.parametrize("stop", [restrict, wall])
def test_a_page_that_a_wall_or_a_restriction_stopped_is_void_and_named_and_not_mailed(
    print_desk: PrintDesk, stop
) -> None:
    batch_id = print_desk.printed()
    assert print_desk.count(batch_id, 3)
    letter_id, code = print_desk.letters[0], print_desk.code(print_desk.letters[0])

    stop(print_desk)

    for who in (print_desk.mo, print_desk.kit):
        assert codes_to_take_out(print_desk, batch_id, who) == [code]
    (page,) = seen(print_desk, batch_id, print_desk.kit).void
    assert page.page.why == apart.WALLED_SINCE
    with pytest.raises(StillInPile):
        print_desk.mail(batch_id)
    assert print_desk.state(batch_id) is BatchState.COUNTED
    assert print_desk.mail(batch_id, taken_out=[letter_id]) == (2, (code,))
    assert print_desk.letter_state(letter_id) is LetterState.HELD


def test_a_letter_cancelled_and_written_anew_leaves_its_void_page_named_in_the_pile(print_desk: PrintDesk) -> None:
    batch_id = print_desk.printed()
    print_desk.count(batch_id, 3)
    code = print_desk.code(print_desk.letters[0])
    wall(print_desk)

    world = print_desk.worlds[0]
    with world.vault.writing() as session:
        letters.cancel(session, print_desk.letters[0], by=world.by, now=LATER)
    world.release(now=LATER)

    assert codes_to_take_out(print_desk, batch_id, print_desk.mo) == [code]
    with pytest.raises(StillInPile):
        print_desk.mail(batch_id)


@pytest.mark.req("P6")
def test_who_is_kept_away_learns_the_code_of_a_page_in_their_hands_and_no_more(print_desk: PrintDesk) -> None:
    batch_id = print_desk.printed()
    wall(print_desk)

    found = seen(print_desk, batch_id, print_desk.mo)

    (page,) = found.pull_out
    assert (page.handle, page.case_id, page.card, found.void) == ("", None, None, ())
    assert {each.letter_id for each in found.inside} == set(print_desk.letters[1:])
    ana = staff_card(print_desk.vault)
    restrict(print_desk, 1)
    assert codes_to_take_out(print_desk, batch_id, ana) == [page.code], "not in her hands: only what is no secret"


def test_a_stack_of_one_walled_case_is_shown_to_who_has_its_paper_and_to_nobody_else_kept_away(make, vault) -> None:
    desk = PrintDesk(vault, [make()])
    batch_id, code = desk.printed(), desk.code(desk.letters[0])
    other = staff_card(vault, role=desk.mo.role, name="Jo Hart")
    for colleague in (desk.mo, other):
        with vault.writing() as session:
            conflicts.wall_off(session, desk.kit, desk.worlds[0].case_id, colleague.id, words="Kin.", now=LATER)

    with vault.reading() as session:
        assert [each.id for each in open_batches(session, desk.mo, now=LATER)] == [batch_id]
        assert open_batches(session, other, now=LATER) == ()
    assert codes_to_take_out(desk, batch_id, desk.mo) == [code]
    with pytest.raises(NoSuchRecord):
        seen(desk, batch_id, other)
    assert desk.state(batch_id) is BatchState.COUNTED, "one press ends it, once the page is said to be out"
    assert desk.mail(batch_id, taken_out=desk.letters).mailed == 0
    assert desk.state(batch_id) is BatchState.UNDONE


@pytest.mark.parametrize(
    ("counted", "then"), [(None, BatchState.PRINTED), (2, BatchState.PRINTED), (3, BatchState.COUNTED)]
)
def test_the_count_fits_what_is_left_after_a_page_was_stopped(print_desk: PrintDesk, counted, then) -> None:
    """A count that was off is made anew: the missing page may be the one that was stopped."""
    batch_id = print_desk.printed()
    if counted is not None:
        print_desk.count(batch_id, counted)

    restrict(print_desk)

    assert print_desk.state(batch_id) is then
    assert not print_desk.count(batch_id, 3)
    assert print_desk.count(batch_id, 2)
    assert print_desk.mail(batch_id, taken_out=print_desk.letters[:1]).mailed == 2


@pytest.mark.parametrize("state", [BatchState.HANDING, BatchState.UNSURE])
def test_a_page_that_may_be_on_paper_is_void_while_a_printer_has_it(print_desk: PrintDesk, state: BatchState) -> None:
    batch_id, code = print_desk.printed(), print_desk.code(print_desk.letters[0])
    with print_desk.vault.writing() as session:
        session.get_one(LetterBatch, batch_id).state = state.value

    restrict(print_desk)

    assert print_desk.state(batch_id) is state
    assert codes_to_take_out(print_desk, batch_id, print_desk.mo) == [code]


def test_a_letter_of_a_stack_that_is_not_on_paper_yet_just_leaves_it(print_desk: PrintDesk) -> None:
    batch_id = print_desk.released()
    print_desk.make()

    restrict(print_desk)

    assert codes_to_take_out(print_desk, batch_id, print_desk.mo) == []
    with print_desk.vault.reading() as session:
        assert session.scalar(select(VoidedPage.id)) is None
    assert len(print_desk.take_out(batch_id).pages) == 2
    assert print_desk.count(batch_id, 2)
    assert print_desk.mail(batch_id).mailed == 2


@pytest.mark.req("P5")
def test_a_case_that_does_not_open_is_restricted_all_the_same_and_goes_with_no_stack(print_desk: PrintDesk) -> None:
    batch_id = print_desk.printed()
    print_desk.count(batch_id, 3)
    lose_keys(print_desk, print_desk.worlds[0].case_id)

    restrict(print_desk)

    with print_desk.vault.reading() as session:
        assert session.get_one(CaseRecord, print_desk.worlds[0].case_id).is_restricted
    assert len(seen(print_desk, batch_id, print_desk.kit).inside) == 2
    assert not print_desk.count(batch_id, 3), "its code can not be read, so the count is what finds the page"
    assert print_desk.count(batch_id, 2)
    assert print_desk.mail(batch_id).mailed == 2


@pytest.mark.parametrize("database", ["sqlite"])
def test_planted_wall_that_leaves_a_page_live_is_caught(print_desk: PrintDesk, monkeypatch) -> None:
    monkeypatch.setattr(apart, "make_void", lambda *given, **named: None)
    with pytest.raises(AssertionError):
        test_a_page_that_a_wall_or_a_restriction_stopped_is_void_and_named_and_not_mailed(print_desk, wall)


@pytest.mark.parametrize("database", ["sqlite"])
def test_planted_mailing_that_asks_nobody_for_the_page_is_caught(print_desk: PrintDesk, monkeypatch) -> None:
    monkeypatch.setattr(batch_mailing, "refuse_still_inside", lambda *given: None)
    with pytest.raises(pytest.fail.Exception, match="StillInPile"):
        test_a_page_that_a_wall_or_a_restriction_stopped_is_void_and_named_and_not_mailed(print_desk, wall)


@pytest.mark.parametrize("database", ["sqlite"])
def test_planted_page_hidden_from_who_has_it_in_hand_is_caught(print_desk: PrintDesk, monkeypatch) -> None:
    monkeypatch.setattr("outreach.messaging.letters.batch_view.may_handle", lambda *given: False)
    monkeypatch.setattr("outreach.messaging.letters.batch_view.holds_paper", lambda *given: False)
    with pytest.raises(AssertionError):
        test_a_page_that_a_wall_or_a_restriction_stopped_is_void_and_named_and_not_mailed(print_desk, wall)


def test_a_wall_at_the_moment_the_pages_are_taken_out_stops_one_of_the_two(
    print_desk: PrintDesk, monkeypatch, database: str
) -> None:
    """On PostgreSQL both write at once: without the lock the page would go out and not be void."""
    batch_id = print_desk.released()
    print_desk.make()
    real = batch_mailing.sheets

    def walled_meanwhile(session, of):
        pages = list(real(session, of))
        if database == "postgres":
            wall(print_desk)
        return iter(pages)

    monkeypatch.setattr(batch_mailing, "sheets", walled_meanwhile)
    pages = print_desk.take_out(batch_id).pages
    assert (pages == ()) == (database == "postgres")
    if database == "sqlite":
        wall(print_desk)

    state = print_desk.state(batch_id)
    assert (state in MAY_BE_PAPER) == bool(codes_to_take_out(print_desk, batch_id, print_desk.mo))
    assert print_desk.codes(batch_id, PlaceState.OUT) == [print_desk.code(print_desk.letters[0])]


@pytest.mark.parametrize("database", ["postgres"])
def test_planted_wall_that_does_not_touch_the_stack_is_caught(print_desk: PrintDesk, monkeypatch, database) -> None:
    monkeypatch.setattr("outreach.messaging.letters.pile.flag_modified", lambda *given: None)
    with pytest.raises(AssertionError):
        test_a_wall_at_the_moment_the_pages_are_taken_out_stops_one_of_the_two(print_desk, monkeypatch, database)
