"""Every answer of intake: what it takes, what it refuses and how, and that nothing else is there."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from signed_events import EVERY_KIND, SourceAgency, a_body, an_event, bytes_of

from crypto.root import KeyFileRoot
from crypto.unsealing import UnsealingKeys
from outreach.inbox import PURPOSE, unpack
from outreach.intake.agencies import AgencyError, read_agencies, without_keys, write_agencies
from portal.intake import IntakeParts, create_app

CHUNKED = {"wsgi.input_terminated": True, "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
FIXED = {"cache-control": "no-store", "x-content-type-options": "nosniff", "server": "wayside"}


def headers_of(answer) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items()}


def assert_problem(answer, status: int, **more) -> None:
    found = headers_of(answer)
    length = found.pop("content-length")
    assert answer.status_code == status
    assert found == {**FIXED, "content-type": "application/problem+json", **more}
    assert int(length) == len(answer.data)
    assert {"type", "title", "status", "detail"} <= set(answer.json)
    assert answer.json["status"] == status


@pytest.mark.req("2")
@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_well_formed_signed_event_is_received_in_the_same_words(desk, kind):
    body = a_body(kind)
    answer = desk.post(body, desk.agency.headers(body, at=desk.clock.now(), id="evt_42"))

    assert answer.status_code == 202
    assert answer.json == {"received": "evt_42"}
    assert headers_of(answer) == {**FIXED, "content-type": "application/json", "content-length": "22"}


def test_the_worker_finds_the_event_as_it_was_signed(desk, key_paths):
    body = a_body()
    desk.post(body)

    ((deposit, received_at, sealed),) = desk.spool.deposits
    keys = UnsealingKeys.load(key_paths.unsealing, KeyFileRoot(key_paths.keys.parent / "root.key"))
    event = unpack(keys.unseal(sealed, purpose=PURPOSE, deposit=deposit))

    signed = desk.agency.headers(body, at=desk.clock.now())
    assert (event.agency, event.event_id, event.body) == (desk.agency.slug, "evt_1", body)
    assert (str(event.timestamp), event.signature) == (signed["webhook-timestamp"], signed["webhook-signature"])
    assert received_at == desk.clock.now()
    assert b"Fictional" not in sealed


@pytest.mark.req("1")
def test_a_replay_is_answered_like_the_first(desk):
    first, second = desk.post(a_body()), desk.post(a_body())
    assert bytes_of(first) == bytes_of(second)
    assert len(desk.spool.deposits) == 2


@pytest.mark.req("1")
@pytest.mark.parametrize(
    "change",
    [
        {"webhook_signature": None}, {"webhook_signature": ""}, {"webhook_signature": "v1a,AAAA"},
        {"webhook_signature": "v1,AAAA"}, {"webhook_id": None}, {"webhook_id": "evt_2"}, {"webhook_id": "evt 1"},
        {"webhook_id": "x" * 65}, {"webhook_timestamp": None}, {"webhook_timestamp": "soon"},
        {"webhook_timestamp": "-1"}, {"webhook_timestamp": "1e9"}, {"webhook_timestamp": "9" * 40},
        {"wayside_agency": None}, {"wayside_agency": "unknown"}, {"wayside_agency": "High-Point-PD"},
        {"wayside_agency": "\xff\xfe"}, {"webhook_id": "\xe9"}, {"webhook_signature": "v1a,\xe9"},
    ],
)  # fmt: skip
def test_whatever_is_wrong_with_a_signature_the_answer_is_one(desk, change):
    answer = desk.post(a_body(), **change)
    assert_problem(answer, 401, **{"www-authenticate": "Webhook-Signature"})
    assert bytes_of(answer) == bytes_of(desk.post(b"{}", {"content-type": "application/json"}))
    assert desk.spool.deposits == []


@pytest.mark.req("1")
def test_an_event_signed_with_an_odd_id_is_refused_even_if_the_signature_is_right(desk):
    for odd in ("", "evt 1", "evt.1", "x" * 65, "é"):
        body = a_body()
        assert desk.post(body, desk.agency.headers(body, at=desk.clock.now(), id=odd)).status_code in (401,)


@pytest.mark.req("Z-13")
@pytest.mark.parametrize(
    ("seconds", "status"), [(0, 202), (300, 202), (-300, 202), (301, 401), (-301, 401), (86400, 401)]
)
def test_an_event_counts_for_five_minutes_either_way(desk, seconds, status):
    body = a_body()
    signed = desk.agency.headers(body, at=desk.clock.now() + timedelta(seconds=seconds))
    assert desk.post(body, signed).status_code == status


@pytest.mark.req("Z-13")
def test_an_ended_key_is_refused_at_the_next_request_and_a_new_one_accepted(desk):
    assert desk.post(a_body()).status_code == 202

    ended = without_keys(read_agencies(desk.agencies), desk.agency.slug, now=desk.clock.now())
    write_agencies(desk.agencies, ended)
    assert desk.post(a_body()).status_code == 401

    desk.agency = SourceAgency()
    desk.agency.register(desk.agencies, now=desk.clock.now())
    assert desk.post(a_body()).status_code == 202


@pytest.mark.req("Z-13")
def test_both_keys_count_while_an_agency_changes_its_key(desk):
    old, new = desk.agency, SourceAgency()
    desk.clock.advance(timedelta(days=1))
    new.register(desk.agencies, now=desk.clock.now())

    for agency, days, status in ((old, 0, 202), (new, 0, 202), (old, 7, 401), (new, 0, 202)):
        desk.clock.advance(timedelta(days=days))
        body = a_body()
        assert desk.post(body, agency.headers(body, at=desk.clock.now())).status_code == status


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", None, "application/json+x",
                                  "application/jsonx", "application/json; charset=latin-1", "*/*"])  # fmt: skip
def test_anything_but_json_is_refused_before_the_signature(desk, kind):
    assert_problem(desk.post(a_body(), content_type=kind, webhook_signature="x"), 415)


def test_a_compressed_body_is_refused(desk):
    assert_problem(desk.post(a_body(), content_encoding="gzip"), 415)


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "Application/JSON", 'application/json;charset="UTF-8"']
)
def test_json_may_say_that_it_is_utf8(desk, kind):
    assert desk.post(a_body(), content_type=kind).status_code == 202


def test_a_body_over_64_kib_is_refused_first_of_all(desk):
    exact, over = a_body().ljust(65_536), a_body().ljust(65_537)
    assert desk.post(exact).status_code == 202
    assert_problem(desk.post(over, content_type="text/plain", webhook_signature="x"), 413)


@pytest.mark.parametrize("told", [65_537, 10**8, 10**30])
def test_a_body_said_to_be_too_long_is_not_read(desk, told):
    stream = BytesIO(b"x")
    answer = desk.client.post("/v1/level-events", input_stream=stream, environ_overrides={"CONTENT_LENGTH": str(told)})
    assert_problem(answer, 413)
    assert stream.tell() == 0


def test_a_body_without_a_length_is_read_no_further_than_needed(desk):
    stream = BytesIO(b"x" * 10**6)
    answer = desk.client.post("/v1/level-events", input_stream=stream, environ_overrides=CHUNKED)
    assert_problem(answer, 413)
    assert stream.tell() == 65_537


def test_a_chunked_event_is_received(desk):
    body = a_body()
    answer = desk.client.post(
        "/v1/level-events",
        input_stream=BytesIO(body),
        headers=desk.agency.headers(body, at=desk.clock.now()),
        environ_overrides=CHUNKED,
    )
    assert answer.status_code == 202


@pytest.mark.req("8")
def test_a_wrong_event_is_answered_with_every_wrong_field(desk):
    answer = desk.post(a_body(level="E", narrative="canary", occurred_at="canary"))

    assert_problem(answer, 422)
    assert [each["pointer"] for each in answer.json["errors"]] == ["/level", "/narrative", "/occurred_at"]
    assert all(each["detail"] for each in answer.json["errors"])
    assert b"canary" not in answer.data
    assert desk.spool.deposits == []


@pytest.mark.req("6")
@pytest.mark.parametrize(("ahead", "status"), [(300, 202), (301, 422), (73 * 365 * 86400, 422)])
def test_an_event_must_have_happened_by_the_time_its_request_says(desk, ahead, status):
    """A function of the request alone: it is the signed timestamp that counts, not when the request came."""
    sent_at = desk.clock.now() + timedelta(seconds=200)
    body = a_body(occurred_at=(sent_at + timedelta(seconds=ahead)).isoformat())
    answers = []
    for late in (0, 400):
        desk.clock.advance(timedelta(seconds=late))
        answers.append(desk.post(body, desk.agency.headers(body, at=sent_at)))

    assert {answer.status_code for answer in answers} == {status}
    assert bytes_of(answers[0]) == bytes_of(answers[1])
    if status == 422:
        assert [each["pointer"] for each in answers[0].json["errors"]] == ["/occurred_at"]
        assert desk.spool.deposits == []


@pytest.mark.req("6")
def test_what_is_corrected_must_have_happened_too(desk):
    body = a_body("correction", corrected=an_event(occurred_at="2099-01-01T00:00:00Z"))
    answer = desk.post(body)
    assert [each["pointer"] for each in answer.json["errors"]] == ["/corrected/occurred_at"]


def test_what_is_no_json_is_answered_with_the_whole_body_as_its_place(desk):
    answer = desk.post(b'{"kind":')
    assert_problem(answer, 422)
    assert [each["pointer"] for each in answer.json["errors"]] == [""]


def test_a_wrong_event_from_a_stranger_is_answered_as_from_a_stranger(desk):
    assert_problem(desk.post(b"{", webhook_signature="x"), 401, **{"www-authenticate": "Webhook-Signature"})


METHODS = ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "CANARY"]


@pytest.mark.req("3")
@pytest.mark.parametrize("method", METHODS)
def test_the_address_takes_posts_only(desk, method):
    answer = desk.client.open("/v1/level-events", method=method)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    if method != "HEAD":
        assert_problem(answer, 405, allow="POST")


@pytest.mark.req("3")
@pytest.mark.parametrize("method", ["POST", *METHODS])
@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/", "/v1/level-events/", "//v1//level-events", "/v1/level-events/evt_1", "/static/x",
             "/v1/LEVEL-EVENTS", "/openapi.json", "/health", "/v1/level-events%00", "/v1/../v1/level-events", "/é"],
)  # fmt: skip
def test_every_other_address_is_not_there(desk, method, path):
    answer = desk.client.open(path, method=method)
    if method == "HEAD":
        assert (answer.status_code, answer.data) == (404, b"")
    else:
        assert_problem(answer, 404)


@pytest.mark.req("3")
@pytest.mark.parametrize(
    "odd",
    [
        {"host": "a b"}, {"host": "evil.example:99999"}, {"expect": "100-continue"},
        {"x-forwarded-for": "1.2.3.4", "x-http-method-override": "GET"},
    ],
)  # fmt: skip
def test_odd_headers_change_nothing(desk, odd):
    plain = desk.client.post("/v1/level-events", content_type="application/json")
    assert bytes_of(desk.client.post("/v1/level-events", content_type="application/json", headers=odd)) == bytes_of(
        plain
    )


@pytest.mark.req("3")
def test_there_is_one_route(build_desk, key_paths, tmp_path):
    app = create_app(IntakeParts(None, tmp_path / "agencies.json", key_paths.sealing, None))
    assert [(rule.rule, rule.methods) for rule in app.url_map.iter_rules()] == [("/v1/level-events", {"POST"})]


@pytest.mark.req("R-6")
def test_what_could_not_be_stored_is_never_called_received(desk):
    desk.spool.fails = True
    assert_problem(desk.post(a_body()), 503, **{"retry-after": "30"})
    desk.spool.fails = False
    assert desk.post(a_body()).status_code == 202


def test_an_unforeseen_failure_is_answered_like_full_storage_and_its_words_are_not_logged(desk, caplog):
    def explode(*_):
        raise ValueError("canary")

    desk.spool.insert = explode
    assert_problem(desk.post(a_body()), 503, **{"retry-after": "30"})
    assert [record.getMessage() for record in caplog.records] == ["an event was not stored: ValueError"]


def test_a_public_file_that_cannot_be_understood_stops_the_start_and_stores_nothing_later(desk, build_desk, key_paths):
    desk.agencies.write_text("{")
    assert_problem(desk.post(a_body()), 503, **{"retry-after": "30"})
    with pytest.raises(AgencyError, match="wayside agency add"):
        create_app(IntakeParts(None, desk.agencies, key_paths.sealing, None))


def test_the_answer_is_json_that_names_no_agency(desk):
    assert json.loads(desk.post(a_body(), webhook_signature="x").data) == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "The signature, its time or the agency is not accepted.",
    }
