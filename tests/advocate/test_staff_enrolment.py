"""A new colleague's one-time link, and who may be given which role."""

from datetime import timedelta

import pyotp
import pytest
from advocate_desk import PHRASE, Colleague, sign_in
from sqlalchemy import select

from outreach.access import ACTIONS, Action, actions_of
from outreach.records.staff import EnrolmentLink, Staff
from outreach.staff import staffing
from outreach.terms import Employer, Role

OUTSIDE = (Employer.LAW_ENFORCEMENT, Employer.PROSECUTION)


@pytest.fixture
def link(vault, clock):
    with vault.writing() as session:
        staff_id, token = staffing.add_staff(
            session, "Lee@Example.org ", "Lee Park", role=Role.ADVOCATE, employer=Employer.ADVOCACY, now=clock.now()
        )
    return staff_id, token


def secret_of(vault, staff_id) -> str:
    with vault.reading() as session:
        return staffing.second_factor_secret(session, session.get_one(Staff, staff_id))


def typed(vault, clock, staff_id, **changes) -> dict:
    code = pyotp.TOTP(secret_of(vault, staff_id)).at(clock.now())
    return {"phrase": PHRASE, "again": PHRASE, "code": code, **changes}


def test_a_link_sets_pass_phrase_and_second_factor_once(desk, vault, clock, link):
    staff_id, token = link
    page = desk.get(f"/enrolment/{token}")
    assert "Lee Park" in page.text

    assert desk.post(f"/enrolment/{token}", typed(vault, clock, staff_id)).status_code == 303
    with vault.reading() as session:
        lee = Colleague(staffing.card(session.get_one(Staff, staff_id)), PHRASE, secret_of(vault, staff_id))
    assert sign_in(desk, lee).status_code == 422, "the digits of the enrolment are spent"
    clock.advance(timedelta(seconds=30))
    assert sign_in(desk, lee).status_code == 303


def test_looking_at_a_link_changes_nothing(desk, vault, clock, link):
    staff_id, token = link
    for _ in range(3):
        assert desk.get(f"/enrolment/{token}").status_code == 200
        assert desk.get(f"/enrolment/{token}/picture.svg").mimetype == "image/svg+xml"

    assert desk.post(f"/enrolment/{token}", typed(vault, clock, staff_id)).status_code == 303


@pytest.mark.req("W-2")
def test_unknown_used_and_old_links_are_answered_alike(desk, vault, clock, link):
    staff_id, token = link
    desk.get(f"/enrolment/{token}")
    desk.post(f"/enrolment/{token}", typed(vault, clock, staff_id))
    used = desk.get(f"/enrolment/{token}")
    unknown = desk.get("/enrolment/" + "x" * 43)
    with vault.writing() as session:
        fresh = staffing.issue_link(session, staff_id, now=clock.now())
    clock.advance(staffing.LINK_LASTS)
    old = desk.get(f"/enrolment/{fresh}")

    assert {answer.status_code for answer in (used, unknown, old)} == {404}
    assert used.data == unknown.data == old.data


def test_a_newer_link_ends_the_older(desk, vault, clock, link):
    staff_id, token = link
    with vault.writing() as session:
        staffing.issue_link(session, staff_id, now=clock.now())

    assert desk.get(f"/enrolment/{token}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"phrase": "password", "again": "password"}, "easy to guess"),
        ({"again": "something else"}, "not the same"),
        ({"code": "000000"}, "do not match"),
        ({"code": ""}, "six digits"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_link_stays_good(desk, vault, clock, link, changes, words):
    staff_id, token = link
    desk.get(f"/enrolment/{token}")
    answer = desk.post(f"/enrolment/{token}", typed(vault, clock, staff_id, **changes))

    assert answer.status_code == 422
    assert words in answer.text
    assert PHRASE not in answer.text
    assert desk.post(f"/enrolment/{token}", typed(vault, clock, staff_id)).status_code == 303


def test_the_link_is_kept_as_a_hash_only(vault, link):
    with vault.reading() as session:
        kept = session.scalars(select(EnrolmentLink)).one()

    assert kept.token_hash == staffing.token_hash(link[1])
    assert link[1].encode() not in kept.token_hash


@pytest.mark.req("69")
@pytest.mark.parametrize("employer", OUTSIDE)
@pytest.mark.parametrize("role", [Role.ADVOCATE, Role.SUPERVISOR, Role.CUSTODIAN])
def test_law_enforcement_and_prosecution_can_hold_no_role_that_sees_a_case(vault, clock, employer, role):
    with vault.writing() as session, pytest.raises(staffing.RoleNotAllowed):
        staffing.add_staff(session, "sam@example.org", "Sam", role=role, employer=employer, now=clock.now())


@pytest.mark.req("69")
@pytest.mark.parametrize("employer", OUTSIDE)
@pytest.mark.parametrize("role", list(Role))
def test_even_a_wrong_row_opens_nothing_to_those_outside_the_wall(employer, role):
    assert actions_of(role, employer) == frozenset()


def lets_nobody_outside_in(rule) -> None:
    for role in Role:
        assert rule(role, Employer.PROSECUTION) == frozenset()


def test_a_planted_rule_that_forgets_the_employer_is_caught():
    lets_nobody_outside_in(actions_of)
    with pytest.raises(AssertionError):
        lets_nobody_outside_in(lambda role, employer: ACTIONS[role])


@pytest.mark.req("70")
def test_administrators_may_do_nothing_with_cases():
    assert actions_of(Role.ADMINISTRATOR, Employer.ADVOCACY) == frozenset()
    assert Action.SEE_CASES in actions_of(Role.ADVOCATE, Employer.HEALTH)


@pytest.mark.parametrize("email", ["", "lee", "lee@", "@example.org", "a b@example.org", "<lee@example.org>"])
def test_an_address_that_cannot_be_one_is_refused(vault, clock, email):
    with vault.writing() as session, pytest.raises(staffing.NotAnEmail):
        staffing.add_staff(session, email, "Lee", role=Role.ADVOCATE, employer=Employer.ADVOCACY, now=clock.now())


def test_an_address_is_on_staff_once_whatever_its_case(vault, clock, link):
    with vault.writing() as session, pytest.raises(staffing.AlreadyOnStaff):
        staffing.add_staff(
            session, "LEE@example.org", "Lee", role=Role.ADVOCATE, employer=Employer.ADVOCACY, now=clock.now()
        )
