"""The way in: pass phrase, then six digits, each try counted, each session dead when it should be."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from advocate_desk import PHRASE, sign_in
from sqlalchemy import select, update

from outreach.records.staff import Staff, StaffSession
from outreach.staff import pass_phrases, second_factor, signing_in, staffing
from outreach.staff import sessions as staff_sessions
from outreach.staff.signing_in import FREE_TRIES, LONGEST_REST
from outreach.terms import Role


def test_pass_phrase_and_digits_open_the_portal(desk, hire):
    answer = sign_in(desk, hire())

    assert answer.status_code == 303
    assert desk.is_signed_in()


@pytest.mark.req("Z-9")
@pytest.mark.parametrize("phrase", ["wrong river seven lantern", "x", "p" * 128])
def test_a_wrong_pass_phrase_opens_nothing_and_keeps_the_e_mail(desk, hire, phrase):
    dana = hire()

    answer = sign_in(desk, dana, phrase=phrase)

    assert answer.status_code == 422
    assert dana.card.email in answer.text
    assert phrase not in answer.text.replace(dana.card.email, "") or phrase == "x"
    assert not desk.is_signed_in()


@pytest.mark.req("67")
def test_an_unknown_e_mail_a_wrong_phrase_and_a_resting_account_are_told_apart_by_nobody(desk, hire):
    dana = hire()
    told = set()
    for email in [dana.card.email] * (FREE_TRIES + 1) + ["nobody@example.org"]:
        desk.get("/sign-in")
        answer = desk.post("/sign-in", {"email": email, "phrase": "wrong"})
        told.add((answer.status_code, answer.text.replace(email, "").replace(desk.token, "")))

    assert len({status for status, _ in told}) == 1
    assert len({text[: text.index("csrf_token")] for _, text in told}) == 1


@pytest.mark.req("Z-12")
def test_after_five_misses_even_the_right_phrase_waits_whatever_the_headers_say(desk, hire, clock):
    dana = hire()
    for turn in range(FREE_TRIES):
        desk.get("/sign-in")
        forged = {"X-Forwarded-For": f"198.51.100.{turn}", "X-Real-IP": "203.0.113.9", "User-Agent": f"b{turn}"}
        desk.post("/sign-in", {"email": dana.card.email.upper(), "phrase": "wrong"}, headers=forged)

    assert sign_in(desk, dana).status_code == 422
    clock.advance(LONGEST_REST)
    assert sign_in(desk, dana).status_code == 303


@pytest.mark.req("Z-12")
def test_tries_at_the_same_moment_all_count(vault, hire, clock):
    dana = hire()

    def guess(_: int) -> None:
        with pytest.raises(signing_in.SignInRefused):
            signing_in.check_pass_phrase(vault, dana.card.email, "wrong", now=clock.now())

    with ThreadPoolExecutor(8) as browsers:
        list(browsers.map(guess, range(8)))

    with pytest.raises(signing_in.SignInRefused):
        signing_in.check_pass_phrase(vault, dana.card.email, PHRASE, now=clock.now())


@pytest.mark.req("Z-12")
def test_guessing_digits_rests_the_account_too(desk, hire, clock):
    dana = hire()
    sign_in(desk, dana, code="000000")
    for _ in range(FREE_TRIES):
        desk.post("/second-factor", {"code": "000000"})

    assert desk.post("/second-factor", {"code": dana.code(clock)}).status_code == 422
    assert not desk.is_signed_in()


@pytest.mark.req("Z-8")
def test_digits_open_once_only(desk, app, vault, hire, clock):
    dana = hire()
    sign_in(desk, dana)

    second = type(desk)(app.test_client(), clock, vault)
    assert sign_in(second, dana).status_code == 422
    clock.advance(timedelta(seconds=30))
    assert sign_in(second, dana).status_code == 303


def replays(spend, vault, hire, clock) -> list[bool]:
    dana = hire()
    step = second_factor.step_of(dana.secret, dana.code(clock), now=clock.now())
    taken = []
    for _ in range(2):
        with vault.writing() as session:
            taken.append(spend(session, dana.card.id, step))
    return taken


@pytest.mark.req("Z-8")
def test_a_time_step_is_spent_once(vault, hire, clock):
    assert replays(second_factor.spend, vault, hire, clock) == [True, False]


def test_a_planted_second_factor_without_memory_is_caught(vault, hire, clock):
    with pytest.raises(AssertionError):
        assert replays(lambda session, staff_id, step: True, vault, hire, clock) == [True, False]


@pytest.mark.parametrize("offset", [-60, 60])
def test_digits_of_another_minute_do_not_count(desk, hire, clock, offset):
    dana = hire()
    old = dana.code(type(clock)(clock.now() + timedelta(seconds=offset)))

    assert sign_in(desk, dana, code=old).status_code == 422


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12 34 5x"])
def test_anything_but_six_digits_is_no_code(desk, hire, code):
    assert sign_in(desk, hire(), code=code).status_code == 422
    assert not desk.is_signed_in()


def test_the_first_step_alone_opens_nothing(desk, hire):
    dana = hire()
    desk.get("/sign-in")
    desk.post("/sign-in", {"email": dana.card.email, "phrase": dana.phrase})

    assert not desk.is_signed_in()
    with desk.client.session_transaction(base_url="https://portal.test") as cookie:
        cookie["_user_id"] = cookie["half"]
    assert not desk.is_signed_in()


def test_the_second_step_waits_five_minutes_at_most(desk, hire, clock):
    dana = hire()
    desk.get("/sign-in")
    desk.post("/sign-in", {"email": dana.card.email, "phrase": dana.phrase})
    clock.advance(staff_sessions.HALF_OPEN)
    desk.get("/second-factor")

    assert desk.post("/second-factor", {"code": dana.code(clock)}).status_code == 422


@pytest.mark.req("Z-10")
def test_fifteen_idle_minutes_end_a_session(desk, hire, clock):
    desk.sit_down(hire().card)
    for _ in range(3):
        clock.advance(staff_sessions.IDLE - timedelta(seconds=1))
        assert desk.is_signed_in()
    clock.advance(staff_sessions.IDLE)

    assert not desk.is_signed_in()


@pytest.mark.req("Z-10")
def test_twelve_hours_end_a_session_however_busy(desk, hire, clock):
    desk.sit_down(hire().card)
    for _ in range(72):
        assert desk.is_signed_in()
        clock.advance(timedelta(minutes=10))

    assert not desk.is_signed_in()


@pytest.mark.req("Z-4")
def test_a_colleague_who_left_is_out_at_the_next_request(desk, vault, hire, clock):
    dana = hire()
    desk.sit_down(dana.card)
    with vault.writing() as session:
        staffing.end_staff(session, dana.card.email, now=clock.now())

    assert not desk.is_signed_in()
    assert sign_in(desk, dana).status_code == 422


def is_dead_after_leaving(desk, vault, dana, leave) -> bool:
    desk.sit_down(dana.card)
    with vault.writing() as session:
        leave(session, dana)
    return not desk.is_signed_in()


def test_a_planted_leaving_that_forgets_sessions_and_the_row_is_caught(desk, vault, hire):
    with pytest.raises(AssertionError):
        assert is_dead_after_leaving(desk, vault, hire(), lambda session, dana: None)


def test_locking_ends_the_session_on_the_server(desk, hire, vault):
    desk.sit_down(hire().card)
    with desk.client.session_transaction(base_url="https://portal.test") as cookie:
        stolen = cookie["_user_id"]
    desk.post("/lock")
    with desk.client.session_transaction(base_url="https://portal.test") as cookie:
        cookie["_user_id"] = stolen

    assert not desk.is_signed_in()


def test_the_database_knows_sessions_by_hash_only(desk, hire, vault):
    desk.sit_down(hire().card)
    with desk.client.session_transaction(base_url="https://portal.test") as cookie:
        token = cookie["_user_id"]
    with vault.reading() as session:
        kept = session.scalars(select(StaffSession)).all()

    assert all(token.encode() not in row.id_hash for row in kept)
    assert kept[-1].id_hash == staffing.token_hash(token)


def test_the_cookie_is_for_this_app_alone_and_closed_to_scripts(desk, hire):
    sign_in(desk, hire())
    cookie = desk.last.headers["Set-Cookie"]

    assert cookie.startswith("wayside_portal=")
    for part in ("HttpOnly", "SameSite=Strict", "Secure", "Path=/"):
        assert part in cookie
    assert "Expires" not in cookie
    assert "Max-Age" not in cookie


def test_signing_in_keeps_no_remember_cookie_and_reads_none(desk, hire):
    sign_in(desk, hire())
    assert "remember_token" not in str(desk.last.headers)
    desk.client.set_cookie("remember_token", "anything", domain="portal.test")
    desk.token = desk.get("/session").json["csrf"]
    desk.post("/lock")

    assert not desk.is_signed_in()


def test_the_token_of_a_form_is_new_after_signing_in(desk, hire):
    desk.get("/sign-in")
    before = desk.token
    dana = hire()
    sign_in(desk, dana)
    answer = desk.post("/lock", token=before)

    assert answer.status_code == 400
    assert desk.is_signed_in()


def test_coming_back_to_the_same_desk_keeps_an_open_page_usable(desk, hire, clock):
    """A page with typed words survives a time-out: its token still counts when the same person signs in again."""
    dana = hire()
    sign_in(desk, dana)
    desk.get("/session")
    old_page = desk.last.json["csrf"]
    clock.advance(staff_sessions.IDLE)
    sign_in(desk, dana)

    assert desk.post("/lock", token=old_page).status_code == 303


def test_another_person_at_the_desk_gets_no_use_of_an_open_page(desk, hire, clock):
    sign_in(desk, hire())
    desk.get("/session")
    old_page = desk.last.json["csrf"]
    clock.advance(staff_sessions.IDLE)
    sign_in(desk, hire())

    assert desk.post("/lock", token=old_page).status_code == 400


def test_administrators_are_told_that_there_is_no_page_for_them(desk, hire):
    desk.sit_down(hire(Role.ADMINISTRATOR).card)
    answer = desk.get("/")

    assert answer.status_code == 200
    assert "sees no case" in answer.text


@pytest.mark.parametrize("phrase", ["short", "password", "P@ssw0rd", "11111111", "Wayside123", "dana reyes", "a" * 200])
def test_weak_pass_phrases_are_refused_with_a_mend(phrase):
    assert pass_phrases.faults(phrase, email="dana.reyes@example.org", name="Dana Reyes")


def test_four_plain_words_are_a_good_pass_phrase():
    assert pass_phrases.faults(PHRASE, email="dana@example.org", name="Dana Reyes") == []


def test_a_pass_phrase_typed_on_another_keyboard_is_the_same(vault, hire, clock):
    dana = hire()
    with vault.writing() as session:
        kept = {"password_hash": pass_phrases.keep("cafe\u0301 river seven lantern")}
        session.execute(update(Staff).where(Staff.id == dana.card.id).values(**kept))

    assert signing_in.check_pass_phrase(vault, dana.card.email, "caf\u00e9 river seven lantern", now=clock.now())
