"""Mail that came back is found by the code on its page, and shuts that address wherever it stands (requirement 49)."""

from hashlib import blake2b, sha256
from uuid import UUID, uuid4

import pytest
from builders import NOW, a_case, a_destination
from letter_world import LATER, World, safe_mail
from sqlalchemy import select

from outreach import people
from outreach.messaging.errors import WrongState
from outreach.messaging.letters import desk as letters
from outreach.messaging.letters import returned_mail
from outreach.messaging.letters.codes import NotACode, typed_form
from outreach.messaging.letters.returned_mail import CameBack, UnknownCode, VoidPage
from outreach.messaging.letters.rows import content_of
from outreach.people import Particulars
from outreach.protocols.steps import Step
from outreach.records.cases import PossibleMatch
from outreach.records.letters import LetterCode
from outreach.records.work import Letter
from outreach.tasks import tasks_of
from outreach.terms import Channel, LetterState, TaskState, Verdict

pytestmark = pytest.mark.req("49")


def code_of(world: World, letter_id: UUID) -> str:
    with world.vault.reading() as session:
        return content_of(session, session.get_one(Letter, letter_id)).code


def a_mailed_letter(world: World) -> UUID:
    letter_id = world.release(is_hers=True)
    world.print_due()
    with world.vault.writing() as session:
        letters.mark_mailed(session, letter_id, by=world.by, now=LATER)
    return letter_id


def take_in(world: World, typed: str) -> CameBack:
    with world.vault.writing() as session:
        return returned_mail.take_in(session, typed, by=world.by, now=LATER)


def mail_at_home(world: World, case_id: UUID | None = None) -> list[Verdict]:
    with world.vault.reading() as session:
        ways = people.destinations(session, case_id or world.case_id)
        return [way.verdicts[Channel.LETTER].verdict for way in ways if Channel.LETTER in way.verdicts]


def returned_tasks(world: World, case_id: UUID | None = None) -> int:
    with world.vault.reading() as session:
        found = tasks_of(session, case_id or world.case_id)
    return sum(1 for each in found if each.step == Step.CHECK_RETURNED_MAIL and each.state == TaskState.OPEN)


def test_a_letter_is_found_by_its_code_however_it_is_typed(world: World) -> None:
    letter_id = a_mailed_letter(world)
    code = code_of(world, letter_id)

    back = take_in(world, f" {typed_form(code).lower()} ")

    assert back == CameBack(world.case_id, 0, is_news=True)
    assert world.card().state is LetterState.RETURNED
    assert mail_at_home(world) == [Verdict.UNSAFE]
    assert returned_tasks(world) == 1


def test_a_second_scan_changes_nothing(world: World) -> None:
    code = code_of(world, a_mailed_letter(world))
    take_in(world, code)

    assert take_in(world, code) == CameBack(world.case_id, 0, is_news=False)
    assert returned_tasks(world) == 1


def test_a_page_that_nobody_noted_as_mailed_still_came_back(world: World) -> None:
    letter_id = world.release()
    world.print_due()

    assert take_in(world, code_of(world, letter_id)).is_news


def test_a_code_that_is_wrong_is_told_apart_from_one_nobody_has(world: World) -> None:
    code = code_of(world, a_mailed_letter(world))
    swapped = code[1] + code[0] + code[2:] if code[0] != code[1] else "0" + code[1:]

    with pytest.raises(NotACode):
        take_in(world, swapped)
    with pytest.raises(UnknownCode):
        take_in(world, "00000000")
    assert world.card().state is LetterState.MAILED


def test_a_cancelled_letters_page_is_void(world: World) -> None:
    letter_id = world.release()
    world.print_due()
    code = code_of(world, letter_id)
    with world.vault.writing() as session:
        letters.cancel(session, letter_id, by=world.by, now=LATER)

    with pytest.raises(VoidPage):
        take_in(world, code)
    assert mail_at_home(world) == [Verdict.SAFE]


def test_a_void_page_that_the_mail_brought_back_shuts_the_address_too(world: World) -> None:
    letter_id = world.release()
    world.print_due()
    code = code_of(world, letter_id)
    with world.vault.writing() as session:
        letters.cancel(session, letter_id, by=world.by, now=LATER)

    with world.vault.writing() as session:
        assert returned_mail.take_in_void(session, code, by=world.by, now=LATER).is_news

    assert mail_at_home(world) == [Verdict.UNSAFE]
    assert returned_tasks(world) == 1


def test_what_is_under_way_to_the_same_front_door_is_cancelled_in_each_of_her_cases(world: World) -> None:
    letter_id = a_mailed_letter(world)
    with world.vault.writing() as session:
        other = a_case(session, particulars=Particulars("Lena Ortiz", "1990-09-12", "en"), assigned_to=world.by)
        home = a_destination(session, other, **safe_mail(value="2 Elm Street, Apt 4\nHigh Point NC 27260"))
        a_destination(session, other, **safe_mail(value="9 Oak Ave\nHigh Point NC 27262", label="work"))
        session.add(_the_same(world.case_id, other))
    waiting = World(vault=world.vault, case_id=other, by=world.by, home=home).release("full", now=LATER)

    assert take_in(world, code_of(world, letter_id)).cancelled == 1

    with world.vault.reading() as session:
        assert session.get_one(Letter, waiting).state == LetterState.CANCELLED
    assert sorted(mail_at_home(world, other)) == [Verdict.SAFE, Verdict.UNSAFE]
    assert returned_tasks(world, other) == 1


def _the_same(case_id: UUID, other: UUID) -> PossibleMatch:
    return PossibleMatch(id=uuid4(), case_id=other, other_case_id=case_id, decision="same")


def test_a_code_is_not_found_in_the_table_by_who_has_no_key(world: World) -> None:
    """A token that is not keyed would let a stolen table be searched for codes."""
    code = code_of(world, a_mailed_letter(world))
    with world.vault.reading() as session:
        tokens = session.scalars(select(LetterCode.token)).all()

    plain = {code.encode(), sha256(code.encode()).digest(), blake2b(code.encode(), digest_size=32).digest()}
    assert not plain & set(tokens)


def test_a_letter_that_was_never_printed_cannot_come_back(world: World) -> None:
    letter_id = world.release(now=NOW)

    with pytest.raises(WrongState):
        take_in(world, code_of(world, letter_id))


def test_no_two_letters_have_one_code(world: World) -> None:
    codes = set()
    for _ in range(5):
        letter_id = world.release()
        codes.add(code_of(world, letter_id))
        with world.vault.writing() as session:
            letters.cancel(session, letter_id, by=world.by, now=NOW)

    assert len(codes) == 5
