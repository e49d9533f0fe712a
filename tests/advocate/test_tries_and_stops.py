"""What an advocate records of a try, and what one tap stops."""

import pytest
from case_visits import destination, standing, version_in, words
from sqlalchemy import select

from outreach.records.work import Attempt, Task
from outreach.terms import TaskState

# Tries


def a_try(world, outcome: str, **more) -> dict:
    return {"way": f"{world.phone.id}:call", "outcome": outcome, **more}


def test_two_taps_record_a_try(desk, vault, world, at_case):
    desk.get(f"{at_case}/attempts/new?destination={world.phone.id}&channel=call&outcome=no_answer")
    assert 'value="no_answer" checked' in " ".join(desk.last.text.split())

    assert desk.post(f"{at_case}/attempts", a_try(world, "no_answer")).status_code == 303
    assert "Call: no answer." in words(desk.get(at_case))


def test_reaching_her_for_a_task_ends_it(desk, vault, world, at_case):
    desk.get(f"{at_case}/attempts/new?task={world.task_id}")
    desk.post(f"{at_case}/attempts", a_try(world, "reached", task=str(world.task_id)))

    with vault.reading() as session:
        assert session.get_one(Task, world.task_id).state == TaskState.DONE


@pytest.mark.req("17")
def test_that_she_wants_no_contact_is_kept_and_what_to_ask_is_said(desk, vault, world, at_case):
    desk.get(f"{at_case}/attempts/new")
    desk.post(f"{at_case}/attempts", a_try(world, "do_not_contact"))

    assert "may we try once" in words(desk.get(at_case))
    assert "She asked for no contact." in desk.last.text
    assert standing(vault, world).do_not_contact


def test_a_try_that_lies_in_the_future_is_refused_and_nothing_typed_is_lost(desk, vault, world, at_case):
    desk.get(f"{at_case}/attempts/new")
    typed = a_try(world, "reached", note="She sounded tired & calm.", on="2030-01-01", at="10:00")
    answer = desk.post(f"{at_case}/attempts", typed)

    assert answer.status_code == 422
    assert "She sounded tired & calm." in words(answer)
    assert "This lies in the future." in answer.text
    with vault.reading() as session:
        assert session.scalars(select(Attempt)).all() == []


@pytest.mark.req("13")
@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("declined", "The call-in stays open: ask her live, in a call or in person."),
        ("do_not_contact", "All contact waits, and a supervisor decides about the call-in."),
    ],
)
def test_an_answer_by_text_leaves_a_call_in_open_and_the_page_says_what_to_do(
    desk, vault, world, at_case, outcome, said
):
    desk.get(f"{at_case}/attempts/new?task={world.task_id}")
    assert "Only her own live word" not in words(desk.last)
    desk.get(f"{at_case}/attempts/new?task={world.notice_id}")
    assert "Only her own live word settles a call-in" in words(desk.last)
    by_text = {"way": f"{world.phone.id}:text", "outcome": outcome, "task": str(world.notice_id)}
    assert desk.post(f"{at_case}/attempts", by_text).status_code == 303

    assert said in words(desk.get(desk.last.location))
    with vault.reading() as session:
        assert session.get_one(Task, world.notice_id).state == TaskState.OPEN


# Stops


@pytest.mark.req("26")
def test_one_tap_pauses_all_contact_and_only_a_supervisor_lifts_it_with_a_reason(desk, vault, world, at_case):
    desk.get(at_case)
    desk.post(f"{at_case}/pause")
    assert standing(vault, world).paused
    assert "All contact is paused." in desk.get(at_case).text
    assert desk.get(f"{at_case}/pause/lift").status_code == 404

    desk.sit_down(world.supervisor.card)
    page = desk.get(f"{at_case}/pause/lift")
    answers = {f"way_{each.id.hex}": "unknown" for each in (world.phone, world.address)}
    said = {**answers, "verified_how": "not_yet", "version": version_in(page)}
    assert desk.post(f"{at_case}/pause/lift", {**said, "reason": " "}).status_code == 422
    assert desk.post(f"{at_case}/pause/lift", {**said, "reason": "She called."}).status_code == 303
    assert not standing(vault, world).paused
    assert "She called." in words(desk.get(at_case))


def test_pausing_twice_is_no_error(desk, vault, world, at_case):
    desk.get(at_case)
    for _ in range(2):
        assert desk.post(f"{at_case}/pause").status_code == 303
    assert len(standing(vault, world).stops) == 1


@pytest.mark.req("26")
@pytest.mark.parametrize(("stop", "is_paused"), [("way", False), ("all", True)])
def test_someone_else_answered_freezes_the_phone_or_everything(desk, vault, world, at_case, stop, is_paused):
    page = desk.get(f"{at_case}/someone-else?destination={world.phone.id}")
    assert "Is this the Lee home?" in page.text
    desk.post(f"{at_case}/someone-else", {"way": f"{world.phone.id}:call", "stop": stop})

    assert destination(vault, world).compromised
    assert standing(vault, world).paused is is_paused
    assert "Not safe" in desk.get(at_case).text
