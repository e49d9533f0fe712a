"""Letters in stacks, as the people of a print desk see and do it."""

import re
from datetime import timedelta

import pytest
from advocate_desk import Desk
from builders import NOW, FrozenClock, a_case, a_destination, a_verdict
from sqlalchemy import select
from stacks import quick_page

from outreach import audit
from outreach.messaging.letters import desk as letters
from outreach.messaging.letters.batch_making import make_batches
from outreach.messaging.letters.codes import typed_form
from outreach.messaging.letters.desk import Order
from outreach.messaging.letters.printers import Download
from outreach.messaging.letters.rows import content_of
from outreach.records.cases import CaseRecord
from outreach.records.letters import LetterBatch, LetterCode
from outreach.records.work import Letter
from outreach.terms import Channel, DestinationKind, LetterState, Role
from outreach.walls.conflicts import wall_off
from portal.advocate.parts import PortalParts

pytestmark = pytest.mark.req("49")
LATER = NOW + timedelta(hours=60)
STREET = "7 Canary Court"


@pytest.fixture
def boss(hire):
    return hire(Role.SUPERVISOR, name="Kit Lane")


@pytest.fixture
def two_letters(vault, world, parts: PortalParts):
    """Two letters of Dana's, due at LATER."""
    found = []
    with vault.writing() as session:
        for number in range(2):
            case_id = a_case(session, assigned_to=world.dana.card.id)
            home = a_destination(
                session, case_id, kind=DestinationKind.ADDRESS, value=f"{STREET} {number}\nHigh Point, NC 27260",
                label="home", verdicts={Channel.LETTER: a_verdict()}, name_to_use="Lena",
            )  # fmt: skip
            order = Order(case_id, home.id, "short")
            found.append(letters.release(session, order, parts.letterhead, by=world.dana.card.id, now=NOW))
    return found


def at(desk: Desk, moment) -> None:
    desk.clock.advance(moment - desk.clock.now())


def stack_of(answer) -> str:
    assert answer.status_code == 303
    return re.search(r"/letter-batches/[0-9a-f-]{36}", answer.location).group(0)


def prepared(desk, world) -> str:
    at(desk, LATER)
    desk.sit_down(world.dana.card).get("/letters")
    return stack_of(desk.post("/letter-batches"))


def released(desk, world, boss, vault) -> str:
    stack = prepared(desk, world)
    desk.sit_down(boss.card).get(stack)
    desk.post(f"{stack}/release")
    make_batches(vault, quick_page, Download(), clock=FrozenClock(LATER).now)
    return stack


def code_of(vault, letter_id) -> str:
    with vault.reading() as session:
        return content_of(session, session.get_one(Letter, letter_id)).code


def state_of(vault, letter_id) -> str:
    with vault.reading() as session:
        return session.get_one(Letter, letter_id).state


def test_a_stack_goes_from_the_list_to_the_mailbox(desk, vault, world, boss, two_letters):
    stack = released(desk, world, boss, vault)
    assert "Next: print it" in desk.sit_down(world.dana.card).get(stack).text
    pages = desk.post(f"{stack}/pages")
    assert (pages.mimetype, pages.headers["Content-Disposition"]) == (
        "application/pdf", 'attachment; filename="pages.pdf"',
    )  # fmt: skip
    assert "Next: fold and count" in desk.get(stack).text
    desk.post(f"{stack}/count", {"counted": "2"})
    desk.get(stack)
    desk.post(f"{stack}/mailing")

    assert "It is in the mail" in desk.get(stack).text
    assert {state_of(vault, each) for each in two_letters} == {LetterState.MAILED}
    assert "Mailed" in desk.get("/letters").text


def test_a_counted_stack_nobody_mails_is_on_today_of_who_released_it_and_on_team(
    desk, vault, world, boss, hire, two_letters
):
    stack = released(desk, world, boss, vault)
    desk.sit_down(world.dana.card).get(stack)
    desk.post(f"{stack}/pages")
    desk.get(stack)
    desk.post(f"{stack}/count", {"counted": "2"})
    said = "is counted and not in the mail since"
    assert said not in desk.sit_down(boss.card).get("/today").text
    at(desk, LATER + timedelta(days=4))

    assert "You released it." in desk.sit_down(boss.card).get("/today").text
    assert stack in desk.last.text
    assert said not in desk.sit_down(world.dana.card).get("/today").text
    assert "Kit Lane released it." in desk.sit_down(hire(Role.SUPERVISOR, name="Mo Sand").card).get("/team").text


def test_who_prepared_a_stack_finds_no_button_to_release_it(desk, vault, world, two_letters):
    stack = prepared(desk, world)
    page = desk.get(stack).text
    assert "another person releases it" in page
    assert f"{stack}/release" not in page
    desk.post(f"{stack}/release")

    with vault.reading() as session:
        assert session.query(LetterBatch).filter_by(number=2).one().state == "planned"


@pytest.mark.req("20a")
def test_a_colleague_releases_after_half_an_hour_and_sees_codes_without_handles(desk, vault, world, two_letters):
    stack = prepared(desk, world)
    page = desk.sit_down(world.other.card).get(stack).text
    assert "A supervisor is asked first." in page
    assert typed_form(code_of(vault, two_letters[0])) in page
    assert "/cases/" not in page.partition("The list")[2]
    at(desk, LATER + timedelta(minutes=30))
    assert f"{stack}/release" in desk.sit_down(world.other.card).get(stack).text
    desk.post(f"{stack}/release")

    make_batches(vault, quick_page, Download(), clock=FrozenClock(LATER).now)
    assert "Some of these cases are not yours." in desk.get(stack).text
    assert desk.post(f"{stack}/pages").status_code == 404


@pytest.mark.req("P6")
def test_a_stack_in_other_hands_is_looked_at_and_not_touched(desk, vault, world, boss, two_letters):
    stack = released(desk, world, boss, vault)
    page = desk.sit_down(world.other.card).get(stack).text
    assert "Give this stack up" not in page
    for way in ("end", "count", "mailing", "void-pages", "tray"):
        assert desk.post(f"{stack}/{way}", {"reason": "mischief"}).status_code == 404

    assert "Give this stack up" in desk.sit_down(world.dana.card).get(stack).text


@pytest.mark.req("P6")
def test_no_page_about_stacks_shows_a_name_or_an_address(desk, vault, world, boss, two_letters):
    stack = released(desk, world, boss, vault)
    for who in (boss.card, world.dana.card):
        desk.sit_down(who)
        for page in ("/letters", "/letters/ready", stack):
            shown = desk.get(page).text
            assert "Lena" not in shown
            assert STREET not in shown


def test_a_count_that_is_off_names_the_codes_and_the_missing_one_is_made_again(desk, vault, world, boss, two_letters):
    stack = released(desk, world, boss, vault)
    desk.sit_down(world.dana.card).get(stack)
    desk.post(f"{stack}/pages")
    assert desk.post(f"{stack}/count", {"counted": "two"}).status_code == 422
    desk.post(f"{stack}/count", {"counted": "1"})
    page = desk.get(stack).text
    assert "You counted 1. The list has 2." in page
    lost, old = two_letters[0], code_of(vault, two_letters[0])
    assert typed_form(old) in page
    assert desk.post(f"{stack}/void-pages", {"letters": str(lost), "reason": ""}).status_code == 422

    desk.post(f"{stack}/void-pages", {"letters": str(lost), "reason": "the printer ate it"})

    page = desk.get(stack).text
    assert "Next: mail it" in page
    void = page.partition('id="void"')[2].partition("</section>")[0]
    assert "the printer ate it" in void, "why a page is void is told to whoever holds the paper"
    assert "(Dana Reyes)" in void
    assert code_of(vault, lost) != old
    assert state_of(vault, lost) == LetterState.RELEASED


def test_a_letter_that_may_not_go_any_more_is_named_to_be_pulled_out(desk, vault, world, boss, two_letters):
    stack = released(desk, world, boss, vault)
    desk.sit_down(world.dana.card).get(stack)
    desk.post(f"{stack}/pages")
    desk.post(f"{stack}/count", {"counted": "2"})
    with vault.reading() as session:
        case_id = session.get_one(Letter, two_letters[0]).case_id
    desk.get(f"/cases/{case_id}")
    desk.post(f"/cases/{case_id}/pause")

    desk.get(stack)
    desk.post(f"{stack}/mailing")
    page = desk.get(stack).text

    assert typed_form(code_of(vault, two_letters[0])) in page.partition("Pull these out")[2].partition("The list")[0]
    assert state_of(vault, two_letters[1]) == LetterState.MAILED
    assert state_of(vault, two_letters[0]) == LetterState.HELD


@pytest.mark.req("70")
def test_nothing_is_marked_as_mailed_before_a_page_that_was_stopped_is_said_to_be_out(
    desk, vault, world, boss, two_letters
):
    stack = released(desk, world, boss, vault)
    desk.sit_down(world.dana.card).get(stack)
    desk.post(f"{stack}/pages")
    desk.post(f"{stack}/count", {"counted": "2"})
    with vault.writing() as session:
        hers = session.get_one(CaseRecord, session.get_one(Letter, two_letters[0]).case_id)
        wall_off(session, world.supervisor.card, hers.id, boss.card.id, words="Kin.", now=LATER)
    code = typed_form(code_of(vault, two_letters[0]))
    assert "Take a page out" in desk.sit_down(boss.card).get("/letters").text
    page = desk.get(stack).text
    assert "Next: take out what may not go" in page
    assert (code in page, hers.handle in page, str(hers.id) in page) == (True, False, False)

    refused = desk.post(f"{stack}/mailing")
    assert (refused.status_code, "Take each of these pages out" in refused.text) == (422, True)
    assert desk.post(f"{stack}/mailing", {"taken_out": str(two_letters[0])}).status_code == 303

    assert "The stack is in the mail." in desk.get(stack).text
    assert [state_of(vault, each) for each in two_letters] == [LetterState.HELD, LetterState.MAILED]


@pytest.mark.req("70")
def test_a_stack_of_which_nothing_goes_any_more_is_ended_once_its_pages_are_out(desk, vault, world, boss, two_letters):
    stack = released(desk, world, boss, vault)
    desk.sit_down(world.dana.card).get(stack)
    desk.post(f"{stack}/pages")
    with vault.writing() as session:
        for each in two_letters:
            case_id = session.get_one(Letter, each).case_id
            wall_off(session, world.supervisor.card, case_id, boss.card.id, words="Kin.", now=LATER)

    page = desk.sit_down(boss.card).get(stack).text
    assert "No letter of this stack goes any more." in page
    assert "End this stack" in page
    assert "No letter is left in this stack." in page
    assert desk.post(f"{stack}/mailing", {"taken_out": str(two_letters[0])}).status_code == 422
    desk.post(f"{stack}/mailing", {"taken_out": [str(each) for each in two_letters]})

    assert "The stack is ended. No letter of it goes." in desk.get(stack).text


def test_a_letter_of_a_stack_says_so_on_its_case(desk, vault, world, two_letters):
    stack = prepared(desk, world)
    with vault.reading() as session:
        case_id = session.get_one(Letter, two_letters[0]).case_id

    assert stack in desk.get(f"/cases/{case_id}").text


def test_a_spoiled_page_is_made_again_from_its_case(desk, vault, world):
    desk.sit_down(world.dana.card).get(f"/letters/{world.letter_id}/new-page")
    assert desk.post(f"/letters/{world.letter_id}/new-page", {"reason": "coffee"}).status_code == 303

    assert ": coffee" in desk.get(f"/cases/{world.case_id}").text
    assert state_of(vault, world.letter_id) == LetterState.RELEASED
    assert len(code_of(vault, world.letter_id)) == 8


def mailed(desk, vault, world, letter_id) -> str:
    with vault.writing() as session:
        letter = session.get_one(Letter, letter_id)
        letter.state = LetterState.MAILED.value
    return typed_form(code_of(vault, letter_id))


def test_mail_that_came_back_is_typed_once_and_says_what_was_done(desk, vault, world, two_letters):
    code = mailed(desk, vault, world, two_letters[0])
    desk.sit_down(world.dana.card).get("/returned-mail")
    page = desk.post("/returned-mail", {"code": code.lower()}).text

    assert "Noted. It was a letter for" in page
    assert "Mail there is off from now on." in page
    assert state_of(vault, two_letters[0]) == LetterState.RETURNED
    assert "Somebody had noted it before." in desk.post("/returned-mail", {"code": code}).text


def test_a_letter_given_by_hand_that_is_found_says_so_and_asks_where(desk, vault, world, two_letters):
    code = mailed(desk, vault, world, two_letters[0])
    with vault.writing() as session:
        letter = session.get_one(Letter, two_letters[0])
        letter.is_handed = True
        audit.record(session, action="test.handed", by=None, cases=[letter.case_id], now=NOW)
    desk.sit_down(world.dana.card).get("/returned-mail")
    page = desk.post("/returned-mail", {"code": code}).text

    assert "It was given to her by hand." in page
    assert "Nothing is marked as not safe. A task asks where it was found, and by whom." in page
    assert "Mail there is off" not in page
    assert state_of(vault, two_letters[0]) == LetterState.MAILED


@pytest.mark.req("49")
def test_a_void_page_asks_whether_the_mail_brought_it_and_shuts_the_address_if_so(desk, vault, world, two_letters):
    code = mailed(desk, vault, world, two_letters[0])
    with vault.writing() as session:
        session.scalars(select(LetterCode).where(LetterCode.letter_id == two_letters[0])).one().is_void = True
        audit.record(session, action="test.void", by=None, cases=[world.case_id], now=NOW)
    desk.sit_down(world.dana.card).get("/returned-mail")
    asked = desk.post("/returned-mail", {"code": code})
    done = desk.post("/returned-mail/void-pages", {"code": code})

    assert (asked.status_code, "It came in the mail" in asked.text) == (422, True)
    assert "Mail there is off from now on." in done.text


@pytest.mark.req("P6")
def test_whoever_opens_the_box_learns_nothing_of_anothers_case(desk, vault, world, two_letters):
    code = mailed(desk, vault, world, two_letters[0])
    desk.sit_down(world.other.card).get("/returned-mail")
    page = desk.post("/returned-mail", {"code": code}).text

    assert "Noted." in page
    assert "It was a letter for" not in page
    assert "/cases/" not in page


@pytest.mark.parametrize(
    ("typed", "mend"),
    [("K7QM", "not a whole code"), ("0000-0000", "No letter of ours has this code"), ("", "Type or scan the code")],
)
def test_a_wrong_code_says_how_to_mend_it_and_stays_in_its_field(desk, world, typed, mend):
    desk.sit_down(world.dana.card).get("/returned-mail")
    answer = desk.post("/returned-mail", {"code": typed})

    assert answer.status_code == 422
    assert mend in answer.text
    assert f'value="{typed}"' in answer.text


@pytest.mark.req("44")
@pytest.mark.req("20a")
def test_a_wish_to_write_is_answered_on_its_own_page_by_another_person(desk, vault, world):
    desk.sit_down(world.dana.card).get("/letters")
    ask = f"/cases/{world.case_id}/addresses/{world.address.id}/cold-mail"
    desk.get(ask)
    shared = desk.post(ask, {"mailbox": "yes", "reason": "No phone."})
    assert (shared.status_code, "no letter goes there" in shared.text) == (422, True)
    assert desk.post(ask, {"mailbox": "no", "reason": "No phone is known."}).status_code == 303
    wish = re.search(r"/cold-mail/[0-9a-f-]{36}", desk.get("/letters").text).group(0)
    assert "Another person answers." in desk.get(wish).text
    assert desk.post(wish, {"answer": "yes", "reason": "Me too."}).status_code == 422

    assert desk.sit_down(world.other.card).get(wish).status_code == 404
    at(desk, NOW + timedelta(minutes=30))
    page = desk.sit_down(world.other.card).get(wish).text
    assert "No phone is known." in page
    assert "9 Canary Lane" not in page
    answer = desk.post(wish, {"answer": "yes", "reason": "No other way."})
    assert (answer.status_code, answer.location) == (303, "/letters")

    desk.sit_down(world.dana.card)
    assert wish not in desk.get("/letters").text


@pytest.mark.req("20a")
def test_who_may_say_yes_hears_of_it_on_today_and_on_team(desk, vault, world, two_letters):
    stack = prepared(desk, world)
    assert "On Letters, 1 waits" in desk.get("/today").text, "a colleague's of days ago, not her own"
    desk.sit_down(world.supervisor.card)
    assert "On Letters, 3 wait for your yes or no." in desk.get("/today").text
    assert "3 wait for your yes or no." in desk.get("/team").text
    desk.get(stack)
    desk.post(f"{stack}/release")

    assert "On Letters, 2 wait" in desk.get("/today").text


def test_an_empty_page_teaches_what_comes_here(desk, hire):
    desk.sit_down(hire(name="New Person").card)
    page = desk.get("/letters").text

    assert "Release a letter on a case first." in page
    assert "one person puts it into a stack, another person releases the stack" in page
    assert page.count("<h2") == 0, "no list of empty headings"
    assert "Find a case" in page


@pytest.mark.req("P2")
def test_what_she_asked_for_stands_first_on_the_board_and_is_offered_to_no_stack(desk, world):
    desk.sit_down(world.dana.card)
    page = desk.get("/letters").text

    assert "1 letter was asked for. Print and mail it first." in page
    assert "Prepare a stack" not in page
    assert world.handle in page.partition('id="asked-for"')[2].partition("</section>")[0]
