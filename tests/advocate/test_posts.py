"""What is true of every post and every answer: tokens, strict fields, headers, and that a look changes nothing."""

import pytest
from advocate_desk import HOST
from advocate_routes import TABLE, address
from sqlalchemy import text

from outreach.access import Action
from outreach.her_word import pausing
from outreach.records.base import Base
from portal.advocate import headers
from portal.advocate.doors import requires
from portal.advocate.errors import _unforeseen

POSTS = sorted(rule for method, rule in TABLE if method == "POST")
GETS = sorted(rule for method, rule in TABLE if method == "GET")
CHANGED_BY_A_LOOK = ("staff_session", "audit_entry", "audit_subject")
"""What a look may change: when the session was last seen, and the log of reads."""
FROM_ELSEWHERE = (
    {"Origin": "https://elsewhere.test"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Referer": "https://elsewhere.test/"},
)
NAUGHTY = ("", "\x00", "\u202e", "'; DROP TABLE task; --", "<script>alert(1)</script>", "{{7*7}}", "\U0001f600" * 9)
INLINE = ("<style", " style=", "<script>", " onclick=", "javascript:")
NOT_FIELDS = {"csrf_token", "viewport", "robots", "referrer", "wayside-session"}


@pytest.fixture
def vault(sqlite_vault):
    """One database is enough: what is proved here happens before any."""
    return sqlite_vault


@pytest.fixture
def anyone(desk, world):
    """A supervisor, who may do everything there is."""
    return desk.sit_down(world.supervisor.card)


def contents(vault) -> dict[str, list]:
    """Return every row of every table that a look, and a refused post, must leave alone."""
    names = [name for name in Base.metadata.tables if name not in CHANGED_BY_A_LOOK]
    with vault.reading() as session:
        return {name: sorted(map(str, session.execute(text(f"SELECT * FROM {name}")))) for name in names}


def answers(desk, world, **kwargs) -> dict[str, int]:
    return {rule: desk.post(address(rule, world), **kwargs).status_code for rule in POSTS}


REFUSED = dict.fromkeys(POSTS, 400)

# Tokens


@pytest.mark.req("Z-11")
@pytest.mark.parametrize("token", ["", "x", "ImFiYyI.abc.def"])
def test_no_post_counts_without_its_token(anyone, vault, world, token):
    before = contents(vault)

    assert answers(anyone, world, token=token) == REFUSED
    assert contents(vault) == before


@pytest.mark.req("Z-11")
def test_anothers_token_does_not_count(app, anyone, vault, world, clock):
    theirs = type(anyone)(app.test_client(), clock, vault).sit_down(world.dana.card).token

    assert answers(anyone, world, token=theirs) == REFUSED


@pytest.mark.req("Z-11")
@pytest.mark.parametrize("sent", FROM_ELSEWHERE)
def test_a_post_from_elsewhere_is_refused_even_with_the_token(anyone, vault, world, sent):
    before = contents(vault)

    assert answers(anyone, world, headers=sent) == REFUSED
    assert contents(vault) == before


def refuses_without_token(desk, world) -> None:
    assert desk.post(f"/cases/{world.case_id}/pause", token="").status_code == 400


def test_a_planted_app_with_its_tokens_off_is_caught(app, anyone, world):
    refuses_without_token(anyone, world)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    with pytest.raises(AssertionError):
        refuses_without_token(anyone, world)


# Fields


def refuses_extra_fields(desk, vault, world, rules=POSTS) -> None:
    before = contents(vault)
    assert {rule: desk.post(address(rule, world), {"is_admin": "1"}).status_code for rule in rules} == dict.fromkeys(
        rules, 400
    )
    assert contents(vault) == before


@pytest.mark.req("Z-3")
def test_a_field_nobody_offered_is_refused(anyone, vault, world):
    refuses_extra_fields(anyone, vault, world)


@pytest.mark.req("Z-3")
def test_a_planted_form_that_takes_anything_is_caught(anyone, vault, world, monkeypatch):
    monkeypatch.setattr("portal.advocate.forms.refuse_what_was_not_offered", lambda given, offered, files: None)
    with pytest.raises(AssertionError):
        refuses_extra_fields(anyone, vault, world, ["/cases/<uuid:case_id>/pause"])


@pytest.mark.req("Z-3")
def test_the_token_twice_or_a_query_on_a_post_is_refused(anyone, vault, world):
    before = contents(vault)
    twice = {"data": {"csrf_token": [anyone.token, anyone.token]}, "headers": {"Referer": HOST + "/"}}
    for rule in POSTS:
        path = address(rule, world)
        assert anyone.client.post(path, base_url=HOST, buffered=True, **twice).status_code == 400, rule
        assert anyone.post(f"{path}?to=1").status_code == 400, rule
    assert contents(vault) == before


@pytest.mark.req("Z-3")
def test_the_same_field_twice_is_refused(anyone, vault, world):
    at = f"/cases/{world.case_id}"
    before = contents(vault)
    for path, field in ((f"{at}/attempts", "outcome"), (f"{at}/requests", "what"), ("/sign-in", "email")):
        assert anyone.post(path, {field: ["reached", "declined"]}).status_code == 400
    assert contents(vault) == before


@pytest.mark.parametrize("junk", NAUGHTY)
def test_naughty_words_in_an_address_break_no_page(anyone, world, junk):
    desk = anyone.sit_down(world.dana.card)
    for method, rule in TABLE:
        if method == "GET" and not rule.startswith(("/static", "/enrolment")):
            given = dict.fromkeys(("after", "destination", "channel", "kind", "task", "outcome", "template"), junk)
            assert desk.get(address(rule, world), query_string=given).status_code in (200, 303, 404, 409), rule


def test_a_post_that_is_too_large_is_refused(anyone, world):
    assert anyone.post(f"/cases/{world.case_id}/attempts", {"note": "x" * 70_000}).status_code == 413


@pytest.mark.req("W-2")
@pytest.mark.parametrize("junk", NAUGHTY)
def test_naughty_words_break_no_form_and_come_back_as_words(anyone, world, junk):
    for rule in POSTS:
        path = address(rule, world)
        page = anyone.sit_down(world.supervisor.card).get(path) if ("GET", rule) in TABLE else None
        names = {part.split('"')[0] for part in page.text.split('name="')[1:]} if page is not None else set()
        answer = anyone.post(path, dict.fromkeys(names - NOT_FIELDS, junk))

        assert answer.status_code in (200, 303, 400, 401, 404, 409, 422), rule
        assert "<script>alert(1)</script>" not in answer.text, rule


# Looks and headers


@pytest.mark.req("W-1")
def test_a_look_changes_nothing_but_the_log_of_reads(anyone, vault, world):
    before = contents(vault)
    for rule in GETS:
        anyone.get(address(rule, world))
        assert contents(vault) == before, rule


def test_a_planted_look_that_changes_something_is_caught(app, anyone, vault, world):
    def pause(case_id):
        with vault.writing() as session:
            pausing.pause(session, world.supervisor.card, case_id, now=anyone.clock.now())
        return "paused"

    app.view_functions["cases.show"] = requires(Action.SEE_CASES)(pause)
    before = contents(vault)
    anyone.get(f"/cases/{world.case_id}")
    with pytest.raises(AssertionError):
        assert contents(vault) == before


@pytest.mark.req("W-1")
def test_every_answer_carries_the_whole_set_of_headers(anyone, world):
    for rule in GETS:
        answer = anyone.get(address(rule, world))
        assert {**headers.HEADERS, **headers.FOR_TLS}.items() <= dict(answer.headers).items(), rule
        kept = headers.KEPT_FILES if rule.startswith("/static") else "no-store"
        assert answer.headers["Cache-Control"] == kept, rule


@pytest.mark.req("W-1")
@pytest.mark.parametrize("path", ["/no-such-page", "/sign-in/", "/static/no-such-file", "/static/../app.py"])
def test_refusals_carry_them_too(desk, path):
    answer = desk.get(path)

    assert answer.status_code == 404
    assert headers.HEADERS.items() <= dict(answer.headers).items()
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.req("W-1")
def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere():
    policy = headers.CONTENT_SECURITY_POLICY

    assert policy.startswith("default-src 'none'")
    assert not [part for part in ("unsafe", "http", "*", "data:") if part in policy]
    for part in ("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
        assert part in policy


@pytest.mark.req("W-1")
def test_no_page_has_anything_inline(anyone, world):
    for rule in (rule for rule in GETS if not rule.startswith("/static")):
        answer = anyone.get(address(rule, world))
        page = answer.text if answer.mimetype != "application/pdf" else ""
        assert [part for part in INLINE if part in page] == [], rule


@pytest.mark.req("73")
@pytest.mark.usefixtures("own_app")
def test_a_fault_nobody_foresaw_says_nothing_of_what_was_typed(app, desk, world, caplog):
    def broken(case_id):
        raise ValueError("Lena Ortiz +13365550199")

    app.register_error_handler(Exception, _unforeseen)
    app.view_functions["cases.show"] = requires(Action.SEE_CASES)(broken)
    answer = desk.sit_down(world.dana.card).get(f"/cases/{world.case_id}")

    assert answer.status_code == 500
    assert "Ortiz" not in answer.text + caplog.text
    assert "5550199" not in answer.text + caplog.text
