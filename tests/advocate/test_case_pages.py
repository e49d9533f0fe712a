"""What an advocate sees and does on a case, end to end through the portal."""

from dataclasses import replace
from datetime import timedelta
from html import unescape
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from builders import NOW, a_case, a_destination
from sqlalchemy import select

from outreach import audit, cases, people
from outreach.destinations import ChannelVerdict
from outreach.event_terms import Custody, OrderStep
from outreach.facts import Request
from outreach.people import Particulars
from outreach.plans import PlannedTask
from outreach.records.cases import CaseRecord
from outreach.records.ledger import AuditEntry, AuditSubject
from outreach.records.work import Attempt, Letter, Task, Text
from outreach.requests import record_request
from outreach.steps import Step
from outreach.tasks import add_task
from outreach.terms import Channel, DestinationKind, LetterState, Level, TaskState, TextState, Verdict, VerdictSource
from portal.advocate.happened import CUSTODY, ORDERS, agency_words

NAME, PHONE, STREET = "Lena Ortiz", "(336) 555-0199", "9 Canary Lane"
SECRETS = (NAME, "Ortiz", PHONE, "5550199", STREET, "1990-09-12")


@pytest.fixture
def at_case(desk, world):
    desk.sit_down(world.dana.card)
    return f"/cases/{world.case_id}"


def reads(vault, case_id: UUID) -> list[str]:
    """Return the actions of the entries about a case that record a read, in order."""
    with vault.reading() as session:
        query = select(AuditEntry.action).join(AuditSubject, AuditSubject.entry_id == AuditEntry.id)
        about = query.where(AuditSubject.case_id == case_id).order_by(AuditEntry.at)
        return [action for action in session.scalars(about) if action.endswith((".read", ".page", ".call", ".print"))]


def destination(vault, world, which: str = "phone"):
    with vault.reading() as session:
        wanted = getattr(world, which).id
        return next(each for each in people.destinations(session, world.case_id) if each.id == wanted)


def standing(vault, world):
    with vault.reading() as session:
        return cases.standing(session, world.case_id)[0]


def words(answer) -> str:
    return unescape(answer.text)


# What is hidden, and what is shown


@pytest.mark.req("70")
@pytest.mark.parametrize("path", ["/today", "/cases", "/team"])
def test_lists_show_handles_and_nothing_that_names_or_locates_her(desk, world, path):
    page = words(desk.sit_down(world.supervisor.card).get(path))

    assert not [each for each in SECRETS if each in page]


def test_a_case_page_hides_her_name_and_number_until_they_are_asked_for(desk, world, at_case):
    page = words(desk.get(at_case))
    assert world.handle in page
    assert not [each for each in SECRETS if each in page]
    assert "··· 0199" in page

    shown = words(desk.post(f"{at_case}/reveal"))
    assert all(each in shown for each in (NAME, PHONE, STREET))
    assert desk.last.headers["Cache-Control"] == "no-store"
    assert not [each for each in SECRETS if each in words(desk.get(at_case))]


READING = {
    "/conversation": "thread.read",
    "": "case.read",
    "/attempts/new": "case.read",
    "/requests/new": "case.read",
    "/someone-else": "case.read",
    "/destinations/{phone}": "case.read",
    "/destinations/{phone}/call": "contact.call",
    "/destinations/{phone}/consents": "consent.read",
    "/destinations/{phone}/consents/new": "consent.read",
    "/destinations/{phone}/consents/withdrawal": "consent.read",
    "/destinations/{phone}/consents/evidence": "consent.print",
    "/destinations/{phone}/texts/new": "case.read",
    "/destinations/{address}/letters/new": "particulars.read",
}


def leaves_one_read(desk, vault, world, path: str, action: str) -> None:
    before = reads(vault, world.case_id)
    filled = path.format(phone=world.phone.id, address=world.address.id)
    assert desk.get(f"/cases/{world.case_id}{filled}").status_code == 200
    assert sorted(reads(vault, world.case_id)) == sorted([*before, action])


@pytest.mark.req("C-12")
@pytest.mark.parametrize("path", READING)
def test_every_page_about_her_leaves_exactly_one_read_entry(desk, vault, world, at_case, path):
    leaves_one_read(desk, vault, world, path, READING[path])


@pytest.mark.req("C-12")
def test_showing_her_details_and_deciding_a_match_leave_one_read_entry_each(desk, vault, world, at_case):
    desk.post(f"{at_case}/reveal")
    desk.get(f"/matches/{world.match_id}")

    assert sorted(reads(vault, world.case_id)) == ["contact.page", "contact.read"]


def test_a_planted_page_that_reads_without_a_trace_is_caught(desk, vault, world, at_case, app):
    from outreach.access import Action
    from portal.advocate.doors import requires

    app.view_functions["cases.show"] = requires(Action.SEE_CASES)(lambda case_id: NAME)
    with pytest.raises(AssertionError):
        leaves_one_read(desk, vault, world, "", READING[""])


@pytest.mark.req("70")
def test_a_supervisors_look_at_anothers_case_is_on_the_record_under_their_name(desk, vault, world):
    desk.sit_down(world.supervisor.card).post(f"/cases/{world.case_id}/reveal")

    with vault.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "contact.read")).one()
    assert entry.actor_id == world.supervisor.card.id


@pytest.mark.req("9")
def test_the_other_side_of_a_match_is_only_compared_where_it_is_not_theirs_to_see(desk, vault, world, at_case):
    with vault.writing() as session:
        other = a_case(session, particulars=Particulars("Lena Ortizz", "1990-09-12"), assigned_to=world.other.card.id)
        match = cases_match(session, world.case_id, other)
    page = words(desk.get(f"/matches/{match}"))
    assert "Ortizz" not in page
    assert "Much alike" in page

    assert "Ortizz" in words(desk.sit_down(world.supervisor.card).get(f"/matches/{match}"))


def cases_match(session, case_id, other) -> UUID:
    from uuid import uuid4

    from outreach import audit
    from outreach.records.cases import PossibleMatch

    match = PossibleMatch(id=uuid4(), case_id=case_id, other_case_id=other)
    session.add(match)
    audit.record(session, action="test.match", by=None, cases=[case_id], now=NOW)
    return match.id


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


def version_in(page) -> str:
    return page.text.split('name="version" value="')[1].split('"')[0]


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


# Ways of reaching her


def changed(page, **changes) -> dict:
    """Return the fields of the page's form as a browser would send them, with changes."""
    from html.parser import HTMLParser

    class Fields(HTMLParser):
        found: dict = {}
        area = ""

        def handle_starttag(self, tag, attrs):
            at = dict(attrs)
            if tag == "form":
                self.found = {}
            if tag == "textarea":
                self.area = at["name"]
                self.found[self.area] = ""
            if tag != "input" or not at.get("name") or at["name"] == "csrf_token":
                return
            if at.get("type") in ("radio", "checkbox"):
                if "checked" in at:
                    known = self.found.get(at["name"])
                    value = at.get("value")
                    self.found[at["name"]] = (
                        value if known is None else [*([known] if isinstance(known, str) else known), value]
                    )
            else:
                self.found[at["name"]] = at.get("value", "")

    reader = Fields()
    reader.feed(page.text)
    return {**reader.found, **changes}


@pytest.mark.req("22")
def test_what_she_says_of_a_way_is_kept_with_its_source_and_hour(desk, vault, world, at_case):
    at = f"{at_case}/destinations/{world.phone.id}"
    page = desk.get(at)
    said = {
        "text": "safe",
        "source": "victim",
        "name_to_use": "Dana from the library",
        "words_to_avoid": "court, police",
    }
    hours = {"days_1": ["2", "5"], "begins_1": "09:00", "ends_1": "12:00"}
    assert desk.post(at, changed(page, **said, **hours)).status_code == 303

    known = destination(vault, world)
    assert known.verdicts[Channel.TEXT].verdict is Verdict.SAFE
    assert known.verdicts[Channel.TEXT].verified_at == NOW
    assert known.words_to_avoid == ("court", "police")
    assert known.windows[0].days == (2, 5)
    assert "Wed and Sat 9 am to 12 pm" in desk.get(at_case).text


def test_a_verdict_that_an_advocate_leaves_as_it_was_keeps_its_age(desk, vault, world, at_case):
    before = destination(vault, world).verdicts[Channel.CALL]
    at = f"{at_case}/destinations/{world.phone.id}"
    desk.post(at, changed(desk.get(at), source="advocate", label="her work phone"))

    assert destination(vault, world).label == "her work phone"
    assert destination(vault, world).verdicts[Channel.CALL] == before


def test_same_as_before_stamps_her_answers_anew(desk, vault, world, at_case, clock):
    clock.advance(timedelta(minutes=5))
    at = f"{at_case}/destinations/{world.phone.id}"
    desk.get(at)
    desk.post(f"{at}/same-as-before", {"version": str(destination(vault, world).version)})

    assert destination(vault, world).verdicts[Channel.CALL].verified_at == clock.now()


def test_when_two_change_a_way_the_second_is_told_and_loses_nothing(desk, vault, world, at_case):
    at = f"{at_case}/destinations/{world.phone.id}"
    mine = changed(desk.get(at), source="victim", name_to_use="The library")
    desk.post(at, changed(desk.get(at), source="victim", name_to_use="The choir"))
    answer = desk.post(at, mine)

    assert answer.status_code == 409
    assert "Someone changed this way" in answer.text
    assert 'value="The library"' in answer.text
    assert "The choir" in answer.text
    assert destination(vault, world).name_to_use == "The choir"
    assert desk.post(at, changed(answer)).status_code == 303
    assert destination(vault, world).name_to_use == "The library"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"ends_1": ""}, "Give both times"),
        ({"begins_1": "09:00", "ends_1": "09:00"}, "the same"),
        ({"begins_1": "25:00", "ends_1": "26:00"}, "Write a time like 18:00."),
        ({"days_1": ["9"]}, "Choose from the answers."),
        ({"call": "perhaps"}, "Choose one of the answers."),
        ({"label": "x" * 61}, "60 characters"),
    ],
)
def test_what_is_wrong_with_a_way_is_said_beside_its_field(desk, vault, world, at_case, changes, sentence):
    at = f"{at_case}/destinations/{world.phone.id}"
    given = {"source": "victim", "name_to_use": "Kept words", **changes}
    answer = desk.post(at, changed(desk.get(at), **given))

    assert answer.status_code == 422
    assert sentence in words(answer)
    assert "Kept words" in answer.text
    assert destination(vault, world).version == world.phone.version


def test_a_new_phone_is_read_as_people_write_it(desk, vault, world, at_case):
    page = desk.get(f"{at_case}/destinations/new?kind=phone")
    typed = changed(page, value="336 555 0188", source="victim", call="safe", label="her sister's")
    assert desk.post(f"{at_case}/destinations", typed).status_code == 303

    with vault.reading() as session:
        assert "+13365550188" in {each.value for each in people.destinations(session, world.case_id)}


def test_a_number_that_cannot_be_one_is_refused_with_the_mend(desk, world, at_case):
    page = desk.get(f"{at_case}/destinations/new?kind=phone")
    answer = desk.post(f"{at_case}/destinations", changed(page, value="12", source="victim"))

    assert answer.status_code == 422
    assert "area code" in answer.text


# Rule zero and decisions


def asked(world, channel: str = "call", which: str = "phone") -> dict:
    way = f"{getattr(world, which).id}:{channel}"
    return {"way": way, "what": "Call me now.", "lasts": "24h", "verified_how": "live_call"}


def test_what_she_asked_for_opens_the_way_outside_its_hours(desk, vault, world, at_case, clock):
    settle(vault, world)
    clock.advance(timedelta(hours=12))
    desk.sit_down(world.dana.card)
    assert "These are not safe hours." in words(desk.get(at_case))
    desk.get(f"{at_case}/requests/new")
    desk.post(f"{at_case}/requests", asked(world))

    assert "She asked" in words(desk.get(f"{at_case}/destinations/{world.phone.id}/call"))
    assert "Not now" not in words(desk.last)


def settle(vault, world) -> None:
    """Take the open match away, so that the gate weighs the rest."""
    from outreach import deciding

    with vault.writing() as session:
        deciding.decide(session, world.match_id, same=False, by=world.dana.card.id, now=NOW)


def test_asking_again_lifts_her_own_no(desk, vault, world, at_case):
    with vault.writing() as session:
        cases.change_standing(session, world.case_id, by=world.dana.card.id, now=NOW, do_not_contact=True)
    assert "She wants us to be in touch again" in desk.get(f"{at_case}/requests/new").text
    desk.post(f"{at_case}/requests", {**asked(world), "wants_contact_again": "yes"})

    assert not standing(vault, world).do_not_contact


def test_the_first_contact_waits_for_an_advocates_recorded_decision(desk, vault, world, at_case):
    settle(vault, world)
    with vault.writing() as session:
        new = a_destination(session, world.case_id, value="+13365550177", verdicts={})
    page = words(desk.get(at_case))
    assert "Nobody has checked this way yet." in page
    assert f"{at_case}/approvals/first_contact" in page
    desk.get(f"{at_case}/approvals/first_contact")
    desk.post(
        f"{at_case}/approvals/first_contact", {"way": f"{new.id}:call", "reason": "The officer gave her our card."}
    )

    assert "Can you talk freely" in words(desk.get(f"{at_case}/destinations/{new.id}/call"))
    assert "How did it go?" in desk.last.text


@pytest.mark.parametrize("what", ["supervisor", "more_attempts", "cold_mail_second_person", "anything"])
def test_decisions_of_a_supervisor_do_not_exist_for_an_advocate(desk, world, at_case, what):
    assert desk.get(f"{at_case}/approvals/{what}").status_code == 404


@pytest.mark.req("44")
def test_cold_mail_takes_two_people(desk, vault, world):
    at = f"/cases/{world.case_id}/approvals"
    with vault.writing() as session:
        home = {"kind": DestinationKind.ADDRESS, "value": "2 Elm St\nHigh Point, NC 27262", "verdicts": {}}
        way = f"{a_destination(session, world.case_id, **home).id}:letter"
    desk.sit_down(world.supervisor.card).get(f"{at}/cold_mail")
    assert desk.post(f"{at}/cold_mail", {"way": way, "reason": "No phone is known."}).status_code == 303
    desk.get(f"{at}/cold_mail_second_person")
    answer = desk.post(f"{at}/cold_mail_second_person", {"way": way, "reason": "I agree with myself."})

    assert answer.status_code == 422
    assert "Another person must decide" in answer.text


# Texts


CALLED = {"language": "en", "spoken": "", "how": "live_call", "heard_by": "Dana Reyes", "confirms": "call"}


@pytest.fixture
def practice_words(app):
    """Texts that come with the program are approved for practice; everything else stays as in a real home."""
    app.extensions["wayside"] = replace(app.extensions["wayside"], is_practice=True)


@pytest.fixture
def opted_in(desk, vault, world, at_case, practice_words):
    settle(vault, world)
    at = f"{at_case}/destinations/{world.phone.id}"
    desk.get(f"{at}/consents/new")
    desk.post(f"{at}/consents", CALLED)
    desk.get(f"{at_case}/requests/new")
    desk.post(f"{at_case}/requests", asked(world, "text"))
    return at


CHOSEN = {"template": "call_me", "sender": "Choir", "day": "", "time": ""}


def test_a_text_is_seen_before_it_is_released_and_can_be_cancelled(desk, vault, world, at_case, opted_in):
    desk.get(f"{opted_in}/texts/new")
    seen = desk.post(f"{opted_in}/texts/preview", CHOSEN)
    assert "Choir: Call when you have a moment. No rush." in words(seen)
    with vault.reading() as session:
        assert len(session.scalars(select(Text)).all()) == 1, "a preview stores nothing"
    assert desk.post(f"{opted_in}/texts", {**CHOSEN, "body": ""}).status_code == 303

    with vault.reading() as session:
        text = session.scalars(select(Text).where(Text.id != world.text_id)).one()
    assert text.state == TextState.PLANNED
    assert "Choir: Call when you have a moment." in words(desk.get(at_case))
    desk.post(f"/texts/{text.id}/cancellation")
    with vault.reading() as session:
        assert session.get_one(Text, text.id).state == TextState.CANCELLED


@pytest.mark.req("30")
def test_own_words_that_say_too_much_come_back_with_the_reason(desk, vault, world, opted_in):
    desk.clock.advance(timedelta(minutes=1))
    at = desk.clock.now()
    checked = Request(
        channel=Channel.TEXT,
        destination_id=world.phone.id,
        verified_how="code_word",
        asked_at=at,
        expires_at=at + timedelta(minutes=30),
        by=world.dana.card.id,
        what="A chat.",
    )
    with vault.writing() as session:
        record_request(session, world.case_id, checked, now=at)
    desk.get(f"{opted_in}/texts/new")
    typed = "The shelter has a bed for you"
    answer = desk.post(f"{opted_in}/texts/preview", {**CHOSEN, "template": "own", "body": typed})

    assert answer.status_code == 422
    assert typed in answer.text


def test_without_her_yes_a_text_is_held_with_the_mend_and_cannot_be_released(
    desk, vault, world, at_case, practice_words
):
    settle(vault, world)
    at = f"{at_case}/destinations/{world.phone.id}"
    page = desk.get(f"{at}/texts/new")
    assert "There is no yes to texts that this phone has confirmed." in page.text
    assert desk.post(f"{at}/texts", {**CHOSEN}).status_code == 409

    with vault.reading() as session:
        assert len(session.scalars(select(Text)).all()) == 1


@pytest.mark.req("32")
def test_her_no_stops_texts_at_once(desk, vault, world, at_case, opted_in):
    desk.get(at_case)
    desk.clock.advance(timedelta(seconds=1))
    desk.post(f"{opted_in}/consents/withdrawal", {"route": "call", "scope": "all", "heard_by": "Dana Reyes"})

    assert "Texts to this phone were stopped." in words(desk.get(at_case))
    assert desk.post(f"{opted_in}/texts", {**CHOSEN}).status_code == 409


# Letters


def test_a_letter_shows_its_envelope_and_waits_where_mail_is_not_known_to_be_safe(desk, vault, world, at_case):
    settle(vault, world)
    at = f"{at_case}/destinations/{world.address.id}/letters"
    page = words(desk.get(f"{at}/new"))
    assert STREET in page
    assert "My name is Dana." in page
    assert "She asked" in page
    assert desk.post(at, {"template": "short"}).status_code in (303, 409)

    with vault.reading() as session:
        assert len(session.scalars(select(Letter)).all()) == 1


def test_a_printed_letter_is_mailed_and_a_returned_one_makes_mail_unsafe(desk, vault, world, at_case):
    desk.get(at_case)
    desk.post(f"/letters/{world.letter_id}/mailing")
    assert desk.get(f"/letters/{world.letter_id}/page.pdf").data == b"%PDF-1.7"
    assert desk.last.mimetype == "application/pdf"
    desk.post(f"/letters/{world.letter_id}/return")

    with vault.reading() as session:
        assert session.get_one(Letter, world.letter_id).state == LetterState.RETURNED
    assert destination(vault, world, "address").verdicts[Channel.LETTER].verdict is Verdict.UNSAFE


def test_a_printed_letter_is_not_handed_out_when_the_gate_says_no_meanwhile(desk, world, at_case):
    answer = desk.get(f"/letters/{world.letter_id}/page.pdf")

    assert answer.status_code == 409
    assert "Do not mail this letter" in answer.text


# Tasks, matches, handing over


def test_a_task_is_closed_once_and_a_second_tap_is_told_so(desk, vault, world, at_case):
    at = f"/tasks/{world.done_task_id}"
    desk.get(at)
    assert desk.post(at, {"answer": "yes"}).status_code == 303
    assert desk.get(at).status_code == 404
    with vault.reading() as session:
        assert session.get_one(Task, world.done_task_id).state == TaskState.DONE


def test_an_alert_for_supervisors_is_settled_by_one(desk, vault, world):
    at = f"/tasks/{world.alert_id}"
    assert desk.sit_down(world.dana.card).get(at).status_code == 404
    desk.sit_down(world.supervisor.card).get(at)
    desk.post(at, {"answer": "yes"})

    with vault.reading() as session:
        assert session.get_one(Task, world.alert_id).state == TaskState.DONE


def test_deciding_a_match_opens_the_gate(desk, vault, world, at_case):
    assert "This may be a person we know" in words(desk.get(at_case))
    desk.get(f"/matches/{world.match_id}")
    desk.post(f"/matches/{world.match_id}", {"answer": "different"})

    assert "This may be a person we know" not in words(desk.get(at_case))
    assert desk.get(f"/matches/{world.match_id}").status_code == 404


def test_a_supervisor_hands_a_case_over_and_it_moves_between_caseloads(desk, vault, world):
    at = f"/cases/{world.nobodys_case_id}"
    assert desk.sit_down(world.dana.card).get(at).status_code == 404
    page = desk.sit_down(world.supervisor.card).get("/team")
    version = version_in(page)
    dana = str(world.dana.card.id)
    assert page.text.index("Choose a colleague") < page.text.index(dana)
    assert desk.post(f"{at}/assignment", {"to": "", "version": version}).status_code == 422
    assert desk.post(f"{at}/assignment", {"to": dana, "version": version}).status_code == 303
    assert desk.post(f"{at}/assignment", {"to": dana, "version": version}).status_code == 409

    assert desk.sit_down(world.dana.card).get(at).status_code == 200


def test_nobody_outside_the_wall_can_be_handed_a_case(desk, world):
    page = desk.sit_down(world.supervisor.card).get("/team")
    given = {"to": str(world.outsider.card.id), "version": version_in(page)}

    assert "Sam Outside" not in page.text
    assert desk.post(f"/cases/{world.nobodys_case_id}/assignment", given).status_code == 422


@pytest.mark.req("70")
def test_another_advocates_case_leaves_no_trace_in_lists(desk, vault, world):
    desk.sit_down(world.other.card)

    assert world.handle not in words(desk.get("/cases"))
    assert world.handle not in words(desk.get("/today"))


def test_today_opens_with_what_is_urgent_and_counts_the_caseload(desk, vault, world, at_case, clock):
    clock.advance(timedelta(hours=3))
    page = words(desk.sit_down(world.dana.card).get("/today"))

    assert "within two hours" in page
    assert world.handle in page
    assert "open cases" in page


def test_level_a_is_for_now_however_much_time_is_left_and_todays_first_words_say_so(desk, vault, world, at_case):
    settle(vault, world)
    with vault.writing() as session:
        other = a_case(session, assigned_to=world.dana.card.id)
        handle = session.get_one(CaseRecord, other).handle
        add_task(session, other, PlannedTask(Step.EMERGENCY_CONTACT, Level.A, NOW, NOW + timedelta(hours=30)))
        audit.record(session, action="test.case", by=None, cases=[other], now=NOW)
    page = words(desk.get("/today"))

    assert f"Reach {handle} now: level A." in page
    assert "Nothing is urgent" not in page
    assert handle in page.partition('id="now"')[2].partition('id="held"')[0]


@pytest.mark.req("27")
def test_at_level_a_the_way_to_call_now_is_one_press_away_at_night(desk, vault, world, at_case, clock):
    settle(vault, world)
    officers = ChannelVerdict(Verdict.SAFE, VerdictSource.ON_SCENE, NOW)
    with vault.writing() as session:
        found = {"value": "+13365550177", "windows": (), "verdicts": {Channel.CALL: officers}}
        new = a_destination(session, world.case_id, **found)
        cases.change_standing(session, world.case_id, by=world.dana.card.id, now=NOW, level="A")
    clock.advance(timedelta(hours=12))
    page = words(desk.sit_down(world.dana.card).get(at_case))
    assert "At level A you may decide to call now." in page
    assert "Decide to call now" in page
    desk.get(f"{at_case}/approvals/first_contact")
    desk.post(
        f"{at_case}/approvals/first_contact", {"way": f"{new.id}:call", "reason": "On call; the officer noted a yes."}
    )

    assert "How did it go?" in words(desk.get(f"{at_case}/destinations/{new.id}/call"))


def test_what_she_asked_for_is_shown_with_its_own_end(desk, vault, world, at_case, clock):
    settle(vault, world)
    desk.get(f"{at_case}/requests/new")
    desk.post(f"{at_case}/requests", asked(world))
    page = desk.get(at_case).text

    ends = (NOW + timedelta(hours=24)).astimezone(ZoneInfo("America/New_York"))
    assert f'data-until="{ends.isoformat(timespec="minutes")}"' in page


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("high-point-pd", "High Point PD"),
        ("guilford-da", "Guilford DA"),
        ("guilford-county-so", "Guilford County SO"),
        ("city-of-asheboro", "City of Asheboro"),
        ("hpd", "HPD"),
    ],
)
def test_an_agency_is_named_as_people_name_it(slug, name):
    assert agency_words(slug) == name


def test_a_hold_on_today_offers_what_ends_it(desk, vault, world, at_case):
    with vault.writing() as session:
        question = PlannedTask(Step.DECIDE_MATCH, None, NOW, NOW + timedelta(hours=4))
        add_task(session, world.case_id, question, match_id=str(world.match_id))
        cases.change_standing(session, world.case_id, by=world.dana.card.id, now=NOW, match_pending=True)
    held = words(desk.get("/today")).partition('id="held"')[2].partition('id="due"')[0]
    assert "This may be someone we know." in held
    assert f"/matches/{world.match_id}" in held

    settle(vault, world)
    with vault.writing() as session:
        cases.change_standing(session, world.case_id, by=world.dana.card.id, now=NOW, do_not_contact=True)
    held = words(desk.get("/today")).partition('id="held"')[2].partition('id="due"')[0]
    assert "She asked for no contact." in held
    assert f"{at_case}/requests/new" in held


@pytest.mark.parametrize("kind", [*Custody, *OrderStep])
def test_news_of_jail_and_court_is_told_in_words_without_codes(kind):
    told = CUSTODY[kind] if isinstance(kind, Custody) else ORDERS[kind]
    assert told.endswith(".")


def test_the_next_step_is_one_its_reader_can_take_not_a_supervisors(desk, vault, world, at_case):
    settle(vault, world)
    with vault.writing() as session:
        alert = PlannedTask(Step.SUPERVISOR_ALERT, Level.B, NOW, NOW + timedelta(hours=1))
        add_task(session, world.case_id, alert)
        audit.record(session, action="test.case", by=None, cases=[world.case_id], now=NOW)
    first = words(desk.get(at_case)).partition('id="next"')[2].partition("</section>")[0]

    assert "Something new happened" not in first
    assert "Reach out" in first or "Make a safety plan together" in first


@pytest.mark.parametrize(("kind", "asked_for"), [("phone", "Phone number"), ("address", "Address"), ("place", "Where")])
def test_adding_a_way_asks_for_what_that_kind_of_way_is(desk, world, at_case, kind, asked_for):
    page = words(desk.get(f"{at_case}/destinations/new?kind={kind}"))

    assert asked_for in page
    assert "Number, address or place" not in page


@pytest.mark.req("47")
def test_what_must_be_spoken_is_never_offered_as_a_text(desk, vault, world, at_case, opted_in, clock):
    with vault.writing() as session:
        spoken = PlannedTask(Step.NOTICE_BEFORE_CALL_IN, Level.B, NOW, NOW + timedelta(hours=1))
        add_task(session, world.case_id, spoken)
        audit.record(session, action="test.case", by=None, cases=[world.case_id], now=NOW)
    clock.advance(timedelta(hours=12))
    desk.sit_down(world.dana.card).get(f"{at_case}/requests/new")
    desk.post(f"{at_case}/requests", {**asked(world, "text"), "lasts": "24h"})
    first = words(desk.get(at_case)).partition('id="next"')[2].partition("</section>")[0]

    assert "Tell her before the call-in" in first
    assert "Write a text" not in first
    assert "text ···" not in first
