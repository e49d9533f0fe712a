"""A case whose keys are lost stops contact in her other cases; its texts are told of, and a lift goes on without it."""

from datetime import timedelta
from html import unescape
from uuid import UUID, uuid4

import pytest
from advocate_desk import Desk
from builders import NOW, a_case, a_destination
from html_forms import form_on
from sqlalchemy import delete, select, update

from outreach import audit, cases, people
from outreach.attempts import recording as attempting
from outreach.attempts.recording import Made
from outreach.audit import WORKER
from outreach.gate import gate_facts
from outreach.gate.reasons import Reason
from outreach.identity import deciding
from outreach.meetings.boxes import keep_veto
from outreach.meetings.interpreters import Veto
from outreach.messaging import holding
from outreach.messaging.text_boxes import TextContent, seal_text
from outreach.records.cases import CaseKeyRecord, CaseRecord, PossibleMatch
from outreach.records.ledger import AuditEntry, AuditSubject
from outreach.records.meetings import InterpreterVeto
from outreach.records.people import DestinationRecord
from outreach.records.work import Task, Text
from outreach.safe_contact import may_contact
from outreach.terms import Channel, ContentLevel, Outcome, TextState

CAN_NOT_BE_OPENED = "Another case of hers can not be opened"


@pytest.fixture
def other(vault, world) -> UUID:
    """Another case of hers, which a person decided is hers."""
    with vault.writing() as session:
        deciding.decide(session, world.match_id, same=False, by=world.dana.card.id, now=NOW)
    with vault.writing() as session:
        other = a_case(session, assigned_to=world.dana.card.id)
        a_destination(session, other, value="+13365550155")
        match = PossibleMatch(id=uuid4(), case_id=other, other_case_id=world.case_id)
        session.add(match)
        session.flush()
        deciding.decide(session, match.id, same=True, by=world.dana.card.id, now=NOW)
    return other


def lose_keys(vault, case_id: UUID) -> None:
    """Take away every key of a case, as a torn restore would."""
    with vault.writing() as session:
        session.execute(delete(CaseKeyRecord).where(CaseKeyRecord.owner_id == case_id))
        session.info["case_keys"].forget(case_id)
    vault.case_keys = type(vault.case_keys)()


@pytest.fixture
def lost(desk: Desk, vault, other) -> UUID:
    lose_keys(vault, other)
    return other


def words(answer) -> str:
    return unescape(answer.text)


def reason(vault, world, *, at=NOW) -> Reason:
    with vault.reading() as session:
        way = next(each for each in people.destinations(session, world.case_id) if each.id == world.phone.id)
        facts = cases.facts_for_gate(session, world.case_id, at=at, destination_id=way.id, channel=Channel.CALL)
    return may_contact(way, Channel.CALL, ContentLevel.NEUTRAL, at=at, facts=facts).reason


def lift(desk: Desk, world, *, how="live_call", phone="safe"):
    """Lift as the supervisor does."""
    desk.sit_down(world.supervisor.card)
    at = f"/cases/{world.case_id}/pause/lift"
    form = form_on(desk.get(at).text, "pause/lift")
    given = {name: values[0] for name, values in form.values.items() if name != "csrf_token"}
    ways = {f"way_{world.phone.id.hex}": phone, f"way_{world.address.id.hex}": "unknown"}
    return desk.post(at, {**given, **ways, "verified_how": how, "reason": "She came in."})


def contact_waits(desk: Desk, vault, world) -> None:
    """Nothing leaves in any case of hers, the page opens, says why and what to do."""
    assert reason(vault, world) is Reason.OTHER_CASE_UNREADABLE
    page = words(desk.sit_down(world.dana.card).get(f"/cases/{world.case_id}"))
    assert CAN_NOT_BE_OPENED in page
    assert "Pause contact here." in page


@pytest.mark.req("26")
@pytest.mark.req("P5")
def test_a_case_of_hers_that_does_not_open_stops_contact_and_the_page_says_so(desk, vault, world, lost):
    contact_waits(desk, vault, world)


@pytest.mark.req("26")
def test_planted_gate_that_counts_what_opens_alone_is_caught(desk, vault, world, lost, monkeypatch):
    really = gate_facts._standings

    def forgetful(session, case_id, hers):
        found = really(session, case_id, hers)
        without = tuple(str(each) for each in hers)
        return {**found, case_id: found[case_id]._replace(without=without)}

    monkeypatch.setattr(gate_facts, "_standings", forgetful)

    with pytest.raises(AssertionError):
        contact_waits(desk, vault, world)


def the_lift_goes_on_without(desk: Desk, vault, world, lost: UUID) -> None:
    """A supervisor lifts the pause here; the lost case stays stopped, it is on record, and a task asks about it."""
    desk.sit_down(world.dana.card).get(f"/cases/{world.case_id}")
    desk.post(f"/cases/{world.case_id}/pause")
    desk.clock.advance(timedelta(minutes=5))
    desk.sit_down(world.supervisor.card)
    page = words(desk.get(f"/cases/{world.case_id}/pause/lift"))
    assert CAN_NOT_BE_OPENED in page
    assert "This lifts the pause there as well" not in page
    assert lift(desk, world).status_code == 303

    with vault.reading() as session:
        standing, _ = cases.standing(session, world.case_id)
        asked = session.scalars(
            select(Task.due_at).where(
                Task.case_id == world.case_id, Task.state == "open", Task.step == "supervisor_alert"
            )
        ).all()
        about = session.scalars(
            select(AuditSubject.case_id).join(AuditEntry).where(AuditEntry.action == "lift.unreadable")
        ).all()
    assert (standing.paused, standing.without) == (False, (str(lost),))
    assert desk.clock.now() + timedelta(days=1) in asked
    assert about == [lost]
    assert reason(vault, world, at=desk.clock.now()) is not Reason.OTHER_CASE_UNREADABLE
    assert "could not be opened when the pause was lifted" in words(desk.get(f"/cases/{world.case_id}"))


@pytest.mark.req("26")
def test_a_lift_goes_on_without_a_case_that_does_not_open(desk, vault, world, lost):
    the_lift_goes_on_without(desk, vault, world, lost)


@pytest.mark.req("26")
@pytest.mark.req("45")
def test_a_case_of_which_one_of_her_ways_does_not_open_stops_contact_until_a_lift_without_it(desk, vault, world, other):
    with vault.writing() as session:
        torn = update(DestinationRecord).where(DestinationRecord.case_id == other)
        session.execute(torn.values(contact_box=b"\x01\x01" + bytes(99)))
        audit.record(session, action="test.tear", by=WORKER, cases=[other], now=NOW)
    contact_waits(desk, vault, world)
    the_lift_goes_on_without(desk, vault, world, other)


@pytest.mark.req("26")
def test_planted_lift_that_tells_nobody_of_the_lost_case_is_caught(desk, vault, world, lost, monkeypatch):
    monkeypatch.setattr("outreach.her_word.pausing._ask_supervisors", lambda *_, **__: None)

    with pytest.raises(AssertionError):
        the_lift_goes_on_without(desk, vault, world, lost)


@pytest.mark.req("26")
def test_nothing_said_before_such_a_lift_counts(desk, vault, world, lost):
    desk.sit_down(world.dana.card).get(f"/cases/{world.case_id}")
    desk.post(f"/cases/{world.case_id}/pause")
    desk.clock.advance(timedelta(minutes=5))
    assert lift(desk, world, how="not_yet", phone="unknown").status_code == 303

    assert reason(vault, world, at=desk.clock.now()) is Reason.FIRST_CONTACT_DECISION


@pytest.mark.req("26")
def test_a_case_that_is_lost_after_the_lift_stops_contact_anew(desk, vault, world, other):
    desk.sit_down(world.dana.card).get(f"/cases/{world.case_id}")
    desk.post(f"/cases/{world.case_id}/pause")
    desk.clock.advance(timedelta(minutes=5))
    assert lift(desk, world).status_code == 303
    assert reason(vault, world, at=desk.clock.now()) is not Reason.OTHER_CASE_UNREADABLE
    lose_keys(vault, other)

    assert reason(vault, world, at=desk.clock.now()) is Reason.OTHER_CASE_UNREADABLE


@pytest.mark.req("17")
def test_that_she_wants_no_contact_is_kept_though_another_case_does_not_open(vault, world, lost):
    with vault.writing() as session:
        made = Made(Channel.CALL, Outcome.DO_NOT_CONTACT, world.phone.id)
        attempting.log_attempt(session, world.case_id, made, by=world.dana.card.id, now=NOW)

    with vault.reading() as session:
        assert cases.standing(session, world.case_id)[0].do_not_contact


def check_the_rest_is_seen(desk: Desk, vault, world, handle: str) -> None:
    """Today, the list of cases and the team's page open, show the others, and say which one does not."""
    desk.sit_down(world.dana.card)
    today = words(desk.get("/today"))
    assert f"A case of yours can not be opened: {handle}." in today
    with vault.reading() as session:
        hers = session.get_one(CaseRecord, world.case_id).handle
    assert hers in today
    listed = words(desk.get("/cases"))
    assert hers in listed
    assert "It can not be opened." in listed
    for page in ("/team", "/today", "/cases", "/outbox"):
        assert desk.sit_down(world.supervisor.card).get(page).status_code == 200


@pytest.fixture
def handle(vault, lost) -> str:
    with vault.reading() as session:
        return session.get_one(CaseRecord, lost).handle


@pytest.mark.req("P5")
def test_a_case_that_does_not_open_hides_no_other_and_is_named(desk, vault, world, handle):
    check_the_rest_is_seen(desk, vault, world, handle)


@pytest.mark.req("P5")
@pytest.mark.parametrize("silent", ["portal.advocate.today.unreadable_cases", "outreach.today.unreadable"])
def test_planted_page_that_leaves_it_out_without_a_word_is_caught(desk, vault, world, handle, silent, monkeypatch):
    monkeypatch.setattr(silent, lambda *_: ())

    with pytest.raises(AssertionError):
        check_the_rest_is_seen(desk, vault, world, handle)


# Texts of a case that does not open


@pytest.fixture
def held(desk: Desk, vault, other) -> str:
    """A text of that case was held, and nobody could be asked about it; return the case's handle."""
    with vault.writing() as session:
        (way,) = people.destinations(session, other)
        row = uuid4()
        box = seal_text(session, TextContent("Choir: canary words.", None), case_id=other, row=row)
        session.add(
            Text(
                id=row,
                case_id=other,
                destination_id=way.id,
                released_by_id=world_staff(session, other),
                state=TextState.PLANNED.value,
                release_at=NOW,
                state_at=NOW,
                callback_token=row.bytes,
                text_box=box,
            )
        )
        session.flush()
        audit.record(session, action="test.text", by=WORKER, cases=[other], now=NOW)
    lose_keys(vault, other)
    with vault.writing() as session:
        holding.hold(session, session.get_one(Text, row), "too_old", NOW)
        return session.scalars(select(CaseRecord.handle).where(CaseRecord.id == other)).one()


def world_staff(session, case_id: UUID) -> UUID:
    return session.get_one(CaseRecord, case_id).assigned_to_id


def check_they_are_told(desk: Desk, world, handle: str) -> None:
    """Everyone sees that something is wrong; which case it is, supervisors alone."""
    for page in ("/today", "/outbox"):
        told = words(desk.sit_down(world.supervisor.card).get(page))
        assert "its case can not be opened" in told
        assert f"Find another way to reach {handle}." in told
        told = words(desk.sit_down(world.dana.card).get(page))
        assert "its case can not be opened" in told
        assert "Find another way to reach" not in told


@pytest.mark.req("P5")
def test_a_text_nobody_could_be_asked_about_is_told_of_on_the_pages(desk, world, held):
    check_they_are_told(desk, world, held)


@pytest.mark.req("P5")
def test_planted_alarm_that_is_lost_is_caught(desk, world, held, monkeypatch):
    monkeypatch.setattr("portal.advocate.team.alarms.without_task", lambda *_, **__: ())

    with pytest.raises(AssertionError):
        check_they_are_told(desk, world, held)


@pytest.mark.req("P5")
def test_the_alarm_ends_when_the_text_is_settled(desk, vault, world, held):
    with vault.writing() as session:
        session.execute(update(Text).where(Text.state == "held").values(state="cancelled"))

    assert "its case can not be opened" not in words(desk.sit_down(world.supervisor.card).get("/today"))


@pytest.mark.req("82")
def test_a_match_is_not_decided_while_her_no_to_an_interpreter_does_not_open_and_the_page_says_so(desk, vault, world):
    with vault.writing() as session:
        match = session.get_one(PossibleMatch, world.match_id)
        keep_veto(session, match.other_case_id, Veto(("Maria Lopez",)))
        session.execute(update(InterpreterVeto).values(veto_box=b"\x01\x01" + bytes(200)))
        audit.record(session, action="test.tear", by=WORKER, cases=[match.other_case_id], now=NOW)
    at = f"/matches/{world.match_id}"
    desk.sit_down(world.supervisor.card)
    desk.get(at)
    answer = desk.post(at, {"answer": "same"})

    assert (answer.status_code, "a part of one case does not open" in words(answer)) == (409, True)
    waits = "Contact waits in the newer case. Pause the older one if she asked for no contact."
    assert waits in words(answer)
    with vault.reading() as session:
        assert session.get_one(PossibleMatch, world.match_id).decision is None


@pytest.mark.req("9")
def test_a_match_of_a_newer_case_that_does_not_open_says_so_and_decides_nothing(desk, vault, world):
    with vault.writing() as session:
        match = session.get_one(PossibleMatch, world.match_id)
        newer = match.case_id
        session.execute(delete(PossibleMatch).where(PossibleMatch.case_id == newer, PossibleMatch.id != match.id))
    lose_keys(vault, newer)
    at = f"/matches/{world.match_id}"
    desk.sit_down(world.supervisor.card)

    answers = [desk.get(at), *(desk.post(at, {"answer": each}) for each in ("same", "different"))]

    assert [(each.status_code, "The newer case does not open" in words(each)) for each in answers] == [(409, True)] * 3
    with vault.reading() as session:
        assert session.get_one(PossibleMatch, world.match_id).decision is None
