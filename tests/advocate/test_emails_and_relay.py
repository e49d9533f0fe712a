"""An e-mail of hers from its first word to her last; a phone that is called by relay or video."""

from datetime import timedelta

import pytest
from builders import NOW, a_destination, a_verdict
from case_visits import asked, changed, reads, settle, words
from sqlalchemy import select

from outreach import people
from outreach.meetings.boxes import veto_of
from outreach.records.work import Attempt
from outreach.terms import Channel, DestinationKind, ReachedBy, Verdict

ADDRESS = "canary.maria@example.org"
TYPED = {"value": " Canary.Maria@Example.org ", "label": "her own", "subject": "Library books"}
SAID = {"source": "victim", "email": "safe", "confirmed": "yes", "with_others": "safe"}


def emails(vault, case_id):
    with vault.reading() as session:
        return [each for each in people.destinations(session, case_id) if each.kind is DestinationKind.EMAIL]


def add(desk, at_case, **said):
    page = desk.get(f"{at_case}/destinations/new?kind=email")
    return desk.post(f"{at_case}/destinations", changed(page, **{**TYPED, **SAID, **said}))


@pytest.fixture
def at_email(desk, vault, world, at_case):
    """An e-mail address she read back and said is safe, where she was spoken with before."""
    settle(vault, world)
    spoken = {"way": f"{world.phone.id}:call", "outcome": "reached", "she_contacted_us": "yes"}
    assert desk.post(f"{at_case}/attempts", spoken).status_code == 303
    assert add(desk, at_case).status_code == 303
    return f"{at_case}/destinations/{emails(vault, world.case_id)[0].id}"


@pytest.mark.req("82")
def test_an_email_is_kept_as_she_said_it_and_named_without_showing_it(desk, vault, world, at_case, at_email):
    (kept,) = emails(vault, world.case_id)
    assert (kept.value, kept.subject, kept.confirmed_at) == (ADDRESS, "Library books", NOW)
    page = words(desk.get(at_case))
    assert "E-mail c···, her own" in page
    assert ADDRESS not in page
    assert ADDRESS in words(desk.post(f"{at_case}/reveal"))


@pytest.mark.parametrize(
    ("said", "mend"),
    [
        ({"value": "maria at example"}, "Write one address, like name@example.org."),
        ({"subject": ""}, "Ask which subject line is fine"),
        ({"subject": "Your shelter place"}, "This subject tells too much."),
        ({"words_to_avoid": "books, Lee"}, "This holds a word to avoid."),
    ],
)
def test_what_is_wrong_with_an_email_is_said_beside_its_field(desk, vault, world, at_case, said, mend):
    answer = add(desk, at_case, **said)
    assert answer.status_code == 422
    assert mend in words(answer)
    assert emails(vault, world.case_id) == []


def test_the_same_mailbox_is_not_added_twice(desk, vault, world, at_case, at_email):
    answer = add(desk, at_case, value="CANARY.MARIA+home@example.org")
    assert answer.status_code == 422
    assert "This e-mail address is on the case already." in words(answer)
    assert len(emails(vault, world.case_id)) == 1


@pytest.mark.req("82")
@pytest.mark.req("21")
def test_the_card_beside_the_mailbox_shows_what_to_write_and_leads_nowhere_else(desk, vault, world, at_email):
    before = reads(vault, world.case_id)
    page = desk.get(f"{at_email}/email")
    said = words(page)
    assert all(each in said for each in (ADDRESS, "Library books", "Nothing of the partner", "Sent, no answer yet"))
    assert sorted(reads(vault, world.case_id)) == sorted([*before, "email.read"])
    assert "mailto:" not in page.text
    assert not [link for link in page.text.split('href="')[1:] if ADDRESS in link.split('"')[0]]
    assert "10:05 am" in said


@pytest.mark.req("27")
@pytest.mark.parametrize("unsaid", [{"confirmed": ""}, {"source": "advocate"}, {"email": "unknown"}])
def test_an_address_she_has_not_vouched_for_is_not_even_shown_on_the_card(desk, vault, world, at_case, unsaid):
    settle(vault, world)
    desk.post(f"{at_case}/attempts", {"way": f"{world.phone.id}:call", "outcome": "reached", "she_contacted_us": "yes"})
    given = {name: value for name, value in {**SAID, **unsaid}.items() if value}
    page = desk.get(f"{at_case}/destinations/new?kind=email")
    desk.post(f"{at_case}/destinations", changed(page, **TYPED, **given))
    (kept,) = emails(vault, world.case_id)
    said = words(desk.get(f"{at_case}/destinations/{kept.id}/email"))
    assert ADDRESS not in said
    assert "Sent" not in said
    assert "I asked her" in said


def test_an_email_that_was_sent_is_recorded_in_two_taps(desk, vault, world, at_case, at_email):
    card = desk.get(f"{at_email}/email")
    first = next(each for each in card.text.split('href="') if "outcome=no_answer" in each).split('"')[0]
    page = desk.get(words_of_link(first))
    assert desk.post(f"{at_case}/attempts", changed(page)).status_code == 303
    assert "E-mail: no answer." in words(desk.get(at_case))
    held = words(desk.get(f"{at_email}/email"))
    assert "There were enough tries for today." in held
    assert "It came back" in held
    assert ADDRESS not in held
    answer = next(each for each in held.split('href="') if "outcome=reached" in each).split('"')[0]
    assert changed(desk.get(answer))["she_contacted_us"] == "yes"
    more = next(each for each in held.split('href="') if "/wishes/more_attempts" in each).split('"')[0]
    assert desk.get(more).status_code == 200


def words_of_link(link: str) -> str:
    return link.replace("&amp;", "&")


@pytest.mark.req("25")
def test_when_she_wants_no_email_one_tap_stops_every_address_of_hers(desk, vault, world, at_case, at_email):
    add(desk, at_case, value="second@example.org")
    assert desk.post(f"{at_email}/email-stop").status_code == 303
    assert {each.verdicts[Channel.EMAIL].verdict for each in emails(vault, world.case_id)} == {Verdict.UNSAFE}
    ask = {**asked(world), "way": f"{at_email.rpartition('/')[2]}:email"}
    desk.post(f"{at_case}/requests", ask)
    assert ADDRESS not in words(desk.get(f"{at_email}/email"))
    assert desk.post(f"{at_case}/destinations/{world.phone.id}/email-stop").status_code == 404


@pytest.mark.req("26")
def test_an_email_somebody_else_answered_is_shut_and_must_be_read_back_again(desk, vault, world, at_case, at_email):
    way = f"{at_email.rpartition('/')[2]}:email"
    asked = words(desk.get(f"{at_case}/someone-else?destination={at_email.rpartition('/')[2]}&channel=email"))
    assert "Do not write back." in asked
    assert "hang up" not in asked
    assert desk.post(f"{at_case}/someone-else", {"way": way, "stop": "way"}).status_code == 303
    (kept,) = emails(vault, world.case_id)
    assert kept.compromised
    assert kept.confirmed_at is None


@pytest.mark.req("70")
def test_nobody_else_sees_or_stops_her_email(desk, world, at_email):
    desk.sit_down(world.other.card)
    assert desk.get(f"{at_email}/email").status_code == 404
    assert desk.post(f"{at_email}/email-stop").status_code == 404


def test_same_as_before_renews_an_email_like_any_other_way(desk, vault, world, at_email, clock):
    (kept,) = emails(vault, world.case_id)
    desk.post(f"{at_email}/same-as-before", {"version": str(kept.version)})
    assert emails(vault, world.case_id)[0].verdicts[Channel.EMAIL].verified_at == clock.now()


# Relay and video phone


@pytest.mark.req("82")
@pytest.mark.parametrize(
    ("by", "label", "place"), [("relay", "Relay call", "Dial 711."), ("video", "Video call", "shows the room")]
)
def test_the_card_says_how_to_place_the_call_and_who_hears_it(desk, vault, world, at_case, by, label, place):
    settle(vault, world)
    at = f"{at_case}/destinations/{world.phone.id}"
    assert desk.post(at, changed(desk.get(at), reached_by=by, source="victim", call="safe")).status_code == 303
    page = words(desk.get(at_case))
    assert f"{label} ··· 0199" in page
    assert "Voicemail" not in page
    card = words(desk.get(f"{at}/call"))
    assert all(each in card for each in (place, "Say no details until she agrees.", "no video message"))

    assert desk.post(at, changed(desk.get(at), operator_may_hear="yes", source="victim")).status_code == 303
    assert "She says that they may hear details." in words(desk.get(f"{at}/call"))


def test_how_a_call_was_placed_stands_in_what_happened(desk, vault, world, at_case):
    at = f"{at_case}/destinations/{world.phone.id}"
    desk.post(at, changed(desk.get(at), reached_by="relay", source="advocate"))
    desk.post(f"{at_case}/attempts", {"way": f"{world.phone.id}:call", "outcome": "no_answer"})
    desk.post(at, changed(desk.get(at), reached_by="voice", source="advocate"))
    assert "Relay call: no answer." in words(desk.get(at_case))
    with vault.reading() as session:
        assert len(session.scalars(select(Attempt.id)).all()) == 1


def test_a_mark_by_an_advocate_renews_no_yes_of_hers(desk, vault, world, at_case):
    with vault.writing() as session:
        old = a_destination(
            session,
            world.case_id,
            verdicts={Channel.CALL: a_verdict(verified_at=NOW - timedelta(days=20))},
            value="+13365550111",
        )
    at = f"{at_case}/destinations/{old.id}"
    desk.post(at, changed(desk.get(at), reached_by="video", source="advocate"))
    with vault.reading() as session:
        kept = people.destination_of(session, world.case_id, old.id)
    assert kept.reached_by is ReachedBy.VIDEO
    assert kept.verdicts[Channel.CALL] == old.verdicts[Channel.CALL]


# Who must not interpret


@pytest.mark.req("82")
def test_whom_she_does_not_want_as_interpreter_is_kept_and_said_on_the_call_card(desk, vault, world, at_case):
    page = desk.get(f"{at_case}/particulars")
    typed = {"vetoed": "Maria Lopez\n\nJo Kim", "veto_town": "yes", "language": ""}
    assert desk.post(f"{at_case}/particulars", changed(page, **typed)).status_code == 303
    with vault.reading() as session:
        assert veto_of(session, world.case_id).names == ("Maria Lopez", "Jo Kim")
    card = words(desk.get(f"{at_case}/destinations/{world.phone.id}/call"))
    assert "Not as interpreter: Maria Lopez, Jo Kim." in card
    assert "own town" in card
    assert "Maria Lopez" in words(desk.get(f"{at_case}/particulars"))
