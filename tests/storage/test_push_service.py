"""A page as it really goes out: over a socket, to a push service that answers, refuses, redirects or is not there."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from outreach.on_duty.pagers import NotPaged, PushPager
from outreach.on_duty.paging import WORDS

pytestmark = pytest.mark.req("20")


class Service(HTTPServer):
    """A push service on this machine."""

    answers = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Listener)
        self.taken: list[tuple[str, str, bytes]] = []


class Listener(BaseHTTPRequestHandler):
    """Takes a page."""

    server: Service

    def do_POST(self) -> None:  # noqa: N802 - the library's name
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.path, self.headers.get("Authorization", ""), body))
        self.send_response(self.server.answers)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def pager(service: Service) -> PushPager:
    return PushPager(f"http://127.0.0.1:{service.server_port}/base/", token="t0k", on_loopback=True)


def test_the_constant_words_go_to_the_topic_and_nothing_else(service: Service) -> None:
    pager(service).page("opaque-topic")

    assert service.taken == [("/base/opaque-topic", "Bearer t0k", WORDS.encode())]


@pytest.mark.parametrize("answers", [302, 401, 404, 500])
def test_an_answer_that_is_no_yes_is_a_failure_and_is_followed_nowhere(service: Service, answers: int) -> None:
    service.answers = answers

    with pytest.raises(NotPaged, match="refused"):
        pager(service).page("opaque-topic")
    assert len(service.taken) == 1


def test_a_service_that_is_not_there_is_a_failure() -> None:
    with pytest.raises(NotPaged, match="unreachable"):
        PushPager("http://127.0.0.1:9", on_loopback=True).page("opaque-topic")
