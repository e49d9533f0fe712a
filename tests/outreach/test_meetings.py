"""Planning a meeting, beginning it, and how it went: what the gate, the safety check and the pairing let through."""

from datetime import timedelta
from uuid import uuid4

import pytest
from builders import NOW, a_destination, a_verdict
from meeting_world import MINUTE, POINT, START, Watch
from sqlalchemy import select

from outreach import cases, people
from outreach.access import NoSuchCase
from outreach.gate.facts import Request
from outreach.gate.reasons import Reason
from outreach.her_word.requests import record_request
from outreach.meetings import keeping as meeting_keeping
from outreach.meetings import planning as meeting_planning
from outreach.meetings.keeping import NotReady, NotTheirs
from outreach.meetings.planning import PlanHeld, UnfitPlan, WrongState, initials
from outreach.meetings.rules import Answer, HowItWent, PlaceKind, Whereabouts
from outreach.meetings.view import find_to_change, meetings, meetings_today, read_meeting
from outreach.protocols.plans import PlannedTask
from outreach.protocols.steps import Step
from outreach.records.ledger import AuditEntry, AuditSubject
from outreach.records.meetings import Meeting
from outreach.records.work import Task
from outreach.safe_contact import may_contact
from outreach.tasks import add_task
from outreach.terms import Channel, ContentLevel, DestinationKind, Verdict

DAY = timedelta(hours=24)


@pytest.fixture
def watch(vault):
    return Watch.begin(vault)


def stop(watch, **standing):
    with watch.vault.writing() as session:
        cases.change_standing(session, watch.case_id, by=watch.dana.id, now=NOW, **standing)


def needs(watch, meeting_id, now=START):
    with pytest.raises(NotReady) as refused:
        watch.does(meeting_keeping.check_in, meeting_id, now=now)
    return [each.needs for each in refused.value.blocks]


# Planning


@pytest.mark.req("21")
@pytest.mark.req("50")
def test_a_meeting_is_planned_only_where_the_gate_says_yes_at_that_hour(watch):
    stop(watch, paused=True)
    with pytest.raises(PlanHeld) as held:
        watch.planned()
    assert held.value.decision.reason is Reason.PAUSED


@pytest.mark.req("22")
def test_a_place_nobody_asked_her_about_is_no_place_to_meet(watch):
    with watch.vault.writing() as session:
        watch.place = a_destination(session, watch.case_id, kind=DestinationKind.PLACE, value="Pier", verdicts={})
    with pytest.raises(PlanHeld) as held:
        watch.planned()
    assert held.value.decision.reason is Reason.FIRST_CONTACT_DECISION


@pytest.mark.req("27")
def test_what_she_asked_for_live_opens_a_place_nobody_asked_about(watch):
    with watch.vault.writing() as session:
        watch.place = a_destination(session, watch.case_id, kind=DestinationKind.PLACE, value="Pier", verdicts={})
        asked = Request(
            channel=Channel.MEETING,
            destination_id=watch.place.id,
            what="Meet me at the pier.",
            verified_how="live_call",
            asked_at=NOW,
            expires_at=NOW + DAY,
            by=watch.dana.id,
        )
        record_request(session, watch.case_id, asked, now=NOW)
    assert watch.planned()


def test_a_phone_call_can_stand_in_for_a_meeting(watch):
    with watch.vault.writing() as session:
        watch.place = a_destination(session, watch.case_id)
    meeting_id = watch.planned(channel=Channel.CALL, place=PlaceKind.PHONE_CALL, second=None)
    watch.checked(meeting_id)
    assert watch.state(meeting_id) == "confirmed"


def test_a_plan_that_can_not_be_is_not_kept(watch):
    with pytest.raises(UnfitPlan):
        watch.planned(buddy=watch.dana.id)
    with watch.vault.reading() as session:
        assert session.scalar(select(Meeting.id)) is None


@pytest.mark.parametrize("which", ["destination_id", "buddy", "task_id"])
def test_what_is_none_of_this_case_or_of_ours_is_as_if_it_were_not(watch, which):
    with pytest.raises(NoSuchCase):
        watch.planned(**{which: uuid4()})


def test_the_same_people_are_not_sent_to_two_places_at_once(watch):
    watch.planned()
    with pytest.raises(UnfitPlan) as refused:
        watch.planned(starts_at=START + 30 * MINUTE, check_in_by=START + 30 * MINUTE, ends_at=START + 90 * MINUTE)
    assert [each.field for each in refused.value.faults] == ["lead"]


@pytest.mark.req("82")
def test_an_interpreter_she_does_not_want_is_remembered_for_the_next_meeting(watch):
    watch.planned(vetoed=("Maria Lopez",))
    with watch.vault.writing() as session:
        assert meeting_planning.sketch(session, watch.dana, watch.case_id, now=NOW).veto.names == ("Maria Lopez",)


# Beginning


@pytest.mark.req("50")
def test_without_a_safety_check_of_the_last_day_nobody_checks_in(watch):
    meeting_id = watch.planned()
    assert needs(watch, meeting_id) == ["check"]
    watch.checked(meeting_id, now=START - DAY - timedelta(seconds=1))
    assert needs(watch, meeting_id) == ["check"]
    watch.checked(meeting_id, now=START - DAY)
    watch.does(meeting_keeping.check_in, meeting_id, now=START)
    assert watch.state(meeting_id) == "under_way"


def begins_without_a_check(watch):
    meeting_id = watch.planned()
    with pytest.raises(NotReady):
        watch.does(meeting_keeping.check_in, meeting_id, now=START)


def test_planted_check_in_that_asks_for_no_safety_check_is_caught(watch, monkeypatch):
    monkeypatch.setattr(meeting_keeping, "blocks_of_check", lambda *_, **__: iter(()))
    with pytest.raises(pytest.fail.Exception):
        begins_without_a_check(watch)


@pytest.mark.req("50")
@pytest.mark.parametrize(
    "answers", [{"whereabouts": Whereabouts.NEAR}, {"lives_there": Answer.YES}, {"goes_ahead": False}]
)
def test_a_safety_check_that_says_no_takes_the_confirmation_back(watch, answers):
    meeting_id = watch.planned()
    watch.checked(meeting_id)
    assert watch.state(meeting_id) == "confirmed"
    watch.checked(meeting_id, now=NOW + MINUTE, **answers)
    assert watch.state(meeting_id) == "planned"


def gate_is_asked_again(watch):
    meeting_id = watch.planned()
    watch.checked(meeting_id)
    stop(watch, paused=True)
    with pytest.raises(NotReady) as refused:
        watch.does(meeting_keeping.check_in, meeting_id, now=START)
    assert [each.needs for each in refused.value.blocks] == ["gate"]


@pytest.mark.req("24")
def test_the_gate_is_asked_again_when_they_go_in(watch):
    gate_is_asked_again(watch)


def test_planted_check_in_that_trusts_the_plan_is_caught(watch, monkeypatch):
    with watch.vault.writing() as session:
        facts = cases.facts_for_gate(session, watch.case_id, at=NOW)
        place = people.destination_of(session, watch.case_id, watch.place.id)
    old = may_contact(place, Channel.MEETING, ContentLevel.NEUTRAL, at=NOW, facts=facts)
    monkeypatch.setattr(meeting_keeping, "ask_gate", lambda *_, **__: old)
    with pytest.raises(pytest.fail.Exception):
        gate_is_asked_again(watch)


@pytest.mark.req("21")
def test_leave_for_another_place_confirms_nothing(watch):
    meeting_id = watch.planned()
    with watch.vault.writing() as session:
        elsewhere = a_destination(
            session, watch.case_id, kind=DestinationKind.PLACE, value="Pier", verdicts={Channel.MEETING: a_verdict()}
        )
        leave = meeting_planning.ask_gate(session, watch.case_id, elsewhere.id, Channel.MEETING, now=NOW)
        with pytest.raises(WrongState):
            meeting_keeping.confirm(find_to_change(session, watch.dana, meeting_id), leave)


@pytest.mark.req("53")
def test_one_worker_alone_waits_for_a_supervisor_who_is_somebody_else(watch):
    meeting_id = watch.planned(second=None)
    watch.checked(meeting_id)
    assert needs(watch, meeting_id) == ["workers"]
    watch.does(meeting_keeping.agree_to_one, meeting_id, who=watch.supervisor, because="She knows her.", now=NOW)
    watch.does(meeting_keeping.check_in, meeting_id, now=START)
    assert watch.state(meeting_id) == "under_way"


@pytest.mark.req("53")
def test_leave_to_go_alone_does_not_hold_for_a_weapon_named_since(watch):
    meeting_id = watch.planned(second=None)
    agree = {"who": watch.supervisor, "because": "She knows her."}
    watch.does(meeting_keeping.agree_to_one, meeting_id, **agree, now=NOW)
    watch.checked(meeting_id, now=NOW + MINUTE, weapons=Answer.YES)
    assert needs(watch, meeting_id) == ["workers"]
    watch.does(meeting_keeping.agree_to_one, meeting_id, **agree, now=NOW + 2 * MINUTE)
    watch.does(meeting_keeping.check_in, meeting_id, now=START)
    assert watch.state(meeting_id) == "under_way"


@pytest.mark.req("53")
def test_a_supervisor_does_not_agree_to_go_alone(watch):
    meeting_id = watch.planned(second=None, lead=watch.supervisor.id)
    with pytest.raises(NotTheirs):
        watch.does(meeting_keeping.agree_to_one, meeting_id, who=watch.supervisor, because="Fine.", now=NOW)


@pytest.mark.req("53")
def test_once_she_came_one_worker_may_go(watch):
    met = watch.under_way()
    watch.does(lambda s, _, m, now: meeting_keeping.close(s, m, by=watch.dana.id, now=now), met, now=START)
    watch.does(meeting_keeping.tell_outcome, met, HowItWent.CAME, now=START + 60 * MINUTE)
    later = {"starts_at": START + DAY, "check_in_by": START + DAY, "ends_at": START + DAY + 60 * MINUTE}
    meeting_id = watch.planned(second=None, now=START, **later)
    watch.checked(meeting_id, now=START + DAY)
    assert watch.state(meeting_id) == "confirmed"


def test_only_those_who_go_check_in(watch):
    meeting_id = watch.planned()
    watch.checked(meeting_id)
    for who in (watch.sam, watch.supervisor):
        with pytest.raises(NotTheirs):
            watch.does(meeting_keeping.check_in, meeting_id, who=who, now=START)


# Who sees it


def every_line(session, who):
    found = meetings(session, who, now=NOW)
    return found.due + found.others


def test_a_meeting_is_seen_by_those_who_go_by_its_buddy_and_by_those_of_its_case(watch):
    meeting_id = watch.planned()
    with watch.vault.writing() as session:
        for who in (watch.dana, watch.lee, watch.sam, watch.supervisor):
            assert [each.id for each in every_line(session, who)] == [meeting_id]
            assert read_meeting(session, who, meeting_id, now=NOW).point == POINT
        assert every_line(session, watch.stranger) == ()
        with pytest.raises(NoSuchCase):
            read_meeting(session, watch.stranger, meeting_id, now=NOW)


@pytest.mark.req("54")
def test_a_list_says_nothing_of_her_and_her_page_only_initials_and_where(watch):
    meeting_id = watch.planned()
    with watch.vault.writing() as session:
        line = str(meetings(session, watch.sam, now=NOW)) + str(meetings_today(session, watch.sam, until=NOW + DAY))
        shown = str(read_meeting(session, watch.sam, meeting_id, now=NOW))
    assert not any(word in line for word in ("Lena", "Ortiz", "L. O.", "Canary", "Library"))
    assert "L. O." in shown
    assert not any(word in shown for word in ("Lena", "Ortiz", "5550199"))


@pytest.mark.req("73")
def test_each_look_at_a_meeting_is_one_entry(watch):
    meeting_id = watch.planned()
    with watch.vault.writing() as session:
        read_meeting(session, watch.sam, meeting_id, now=NOW)
    with watch.vault.reading() as session:
        theirs = select(AuditEntry.action).join(AuditSubject, AuditSubject.entry_id == AuditEntry.id)
        found = session.scalars(theirs.where(AuditEntry.actor_id == watch.sam.id)).all()
    assert found == ["meeting.read"]


def test_initials_are_all_letters_of_a_name_that_are_shown():
    assert initials("Lena Ortiz-Vega") == "L. O. V."
    assert initials("") == ""


# How it went


def a_task_of(watch, step):
    with watch.vault.writing() as session:
        planned = PlannedTask(step, None, NOW, NOW + DAY)
        task_id = add_task(session, watch.case_id, planned)
        meeting_planning.audit.record(session, action="test.task", by=None, cases=[watch.case_id], now=NOW)
    return task_id


def task_state(watch, task_id):
    with watch.vault.reading() as session:
        return session.get_one(Task, task_id).state


@pytest.mark.parametrize(
    ("went", "state"),
    [(HowItWent.CAME, "done"), (HowItWent.DID_NOT_COME, "open"), (HowItWent.REACHED_OTHERWISE, "done")],
)
def test_how_it_went_is_a_try_with_its_effects(watch, went, state):
    task_id = a_task_of(watch, Step.OFFER_SERVICES)
    meeting_id = watch.under_way(task_id=task_id)
    watch.does(lambda s, _, m, now: meeting_keeping.close(s, m, by=watch.dana.id, now=now), meeting_id, now=START)
    watch.does(meeting_keeping.tell_outcome, meeting_id, went, now=START + 60 * MINUTE)
    assert task_state(watch, task_id) == state
    assert watch.state(meeting_id) == "told"


def test_a_meeting_she_came_to_ends_the_offer_to_meet(watch):
    offer = a_task_of(watch, Step.OFFER_MEETING)
    meeting_id = watch.under_way()
    watch.does(lambda s, _, m, now: meeting_keeping.close(s, m, by=watch.dana.id, now=now), meeting_id, now=START)
    watch.does(meeting_keeping.tell_outcome, meeting_id, HowItWent.CAME, now=START)
    assert task_state(watch, offer) == "done"


def test_how_it_went_is_told_once_and_not_before_it_is_over(watch):
    meeting_id = watch.under_way()
    with pytest.raises(WrongState):
        watch.does(meeting_keeping.tell_outcome, meeting_id, HowItWent.CAME, now=START)
    watch.does(lambda s, _, m, now: meeting_keeping.close(s, m, by=watch.dana.id, now=now), meeting_id, now=START)
    watch.does(meeting_keeping.tell_outcome, meeting_id, HowItWent.MOVED, now=START)
    with pytest.raises(WrongState):
        watch.does(meeting_keeping.tell_outcome, meeting_id, HowItWent.CAME, now=START)


def test_a_place_marked_not_safe_after_planning_is_refused_at_the_door(watch):
    meeting_id = watch.planned()
    watch.checked(meeting_id)
    with watch.vault.writing() as session:
        place = people.destination_of(session, watch.case_id, watch.place.id)
        unsafe = {Channel.MEETING: a_verdict(Verdict.UNSAFE)}
        changed = type(place)(**{**{f: getattr(place, f) for f in place.__dataclass_fields__}, "verdicts": unsafe})
        people.save_destination(session, watch.case_id, changed, version=place.version, by=watch.dana.id, now=NOW)
    assert needs(watch, meeting_id) == ["gate"]
