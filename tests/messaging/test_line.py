"""The line texts are posted on: what is known after whatever happens to a connection, and no request twice."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

import pytest
from provider_calls import MESSAGES

from outreach.messaging import line
from outreach.messaging.line import Line, NoAnswer, NotSent, Waits

ANSWER = b'HTTP/1.1 201 Created\r\nContent-Length: 13\r\n\r\n{"sid": "SM"}'
FORM = {
    "To": "+13365550199",
    "From": "+13365550100",
    "Body": "é & ü",
    "ValidityPeriod": "3600",
    "ContentRetention": "discard",
    "AddressRetention": "obfuscate",
    "StatusCallback": "https://inbox.example/twilio/status/t",
}

_really_look = line._has_something_to_say
Talk = Callable[[socket.socket], None]


@contextmanager
def somebody(*talks: Talk) -> Iterator[tuple[str, list[bytes]]]:
    """Listen, and let each connection be talked to in its turn; gives the address and what was asked."""
    asked: list[bytes] = []

    def listen(listening: socket.socket) -> None:
        for talk in talks:
            try:
                came, _ = listening.accept()
            except OSError:  # Nobody comes any more: the test is over.
                return
            with came as connection:
                connection.settimeout(5)
                asked.append(connection.recv(65536))
                talk(connection)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=listen, args=(listening,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}{MESSAGES}", asked
        thread.join(5)


@contextmanager
def a_line(address: str) -> Iterator[Line]:
    made = Line(address, name="SKkey", secret="secret", waits=Waits(0.5, 0.5))
    yield made
    made.close()


def answers(connection: socket.socket) -> None:
    connection.sendall(ANSWER)


def twice_on_one(connection: socket.socket) -> None:
    connection.sendall(ANSWER)
    connection.recv(65536)
    connection.sendall(ANSWER.replace(b"SM", b"S2"))


BROKEN: dict[str, Talk] = {
    "closes": lambda connection: None,
    "half an answer": lambda connection: connection.sendall(ANSWER[:-5]),
    "no http": lambda connection: connection.sendall(b"hello\r\n\r\n"),
    "silence": lambda connection: connection.recv(65536) and None,
    "endless": lambda connection: connection.sendall(ANSWER.replace(b": 13", b": 99999999")),
}


def test_a_form_arrives_as_it_is_and_the_connection_is_kept() -> None:
    with somebody(twice_on_one) as (address, asked), a_line(address) as ours:
        first, second = ours.post(FORM), ours.post(FORM)

    assert (first.status, first.content, second.content) == (201, b'{"sid": "SM"}', b'{"sid": "S2"}')
    head, _, body = asked[0].partition(b"\r\n\r\n")
    assert body.startswith(b"To=%2B13365550199&From=%2B13365550100&Body=%C3%A9+%26+%C3%BC&ValidityPeriod=3600&")
    assert head.startswith(f"POST {MESSAGES} HTTP/1.1\r\nHost: 127.0.0.1:".encode())
    assert f"Content-Length: {len(body)}".encode() in head
    assert b"Authorization: Basic U0trZXk6c2VjcmV0" in head


@pytest.mark.req("39")
@pytest.mark.parametrize("how", BROKEN)
def test_after_a_byte_left_nobody_knows_what_came_of_it(how: str) -> None:
    with somebody(BROKEN[how], answers) as (address, asked), a_line(address) as ours:
        with pytest.raises(NoAnswer):
            ours.post(FORM)
        assert ours.post(FORM).status == 201

    assert len(asked) == 2


@pytest.mark.req("S-6")
def test_without_a_connection_no_byte_left() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        for address in (f"http://127.0.0.1:{closed.getsockname()[1]}", "http://nobody.invalid", "https://127.0.0.1:9"):
            with a_line(address + MESSAGES) as ours, pytest.raises(NotSent):
                ours.post(FORM)


def no_request_is_lost_on_a_dead_connection() -> None:
    with somebody(answers, answers) as (address, asked), a_line(address) as ours:
        ours.post(FORM)
        until = time.monotonic() + 10
        while not _really_look(ours._connection):
            assert time.monotonic() < until, "the other end did not close"
        assert ours.post(FORM).status == 201
    assert len(asked) == 2


@pytest.mark.req("S-6")
def test_a_connection_that_was_closed_meanwhile_is_not_used_again() -> None:
    no_request_is_lost_on_a_dead_connection()


def test_planted_line_that_trusts_an_old_connection_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "_has_something_to_say", lambda connection: False)
    with pytest.raises(NoAnswer):
        no_request_is_lost_on_a_dead_connection()


@pytest.mark.req("P4")
def test_no_answer_is_taken_for_that_of_another_text() -> None:
    has_read = Event()

    def says_more_later(connection: socket.socket) -> None:
        connection.sendall(ANSWER)
        has_read.wait(5)
        connection.sendall(ANSWER)
        with suppress(ConnectionResetError):
            connection.recv(65536)

    with somebody(says_more_later, answers) as (address, asked), a_line(address) as ours:
        ours.post(FORM)
        has_read.set()
        while not line._has_something_to_say(ours._connection):
            pass
        ours.post(FORM)

    assert len(asked) == 2


@pytest.mark.req("26")
def test_a_request_is_posted_on_the_connection_that_was_reached_for_it_or_not_at_all() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        with a_line(f"http://127.0.0.1:{listening.getsockname()[1]}{MESSAGES}") as ours:
            assert ours.reach()
            listening.accept()[0].close()
            while not _really_look(ours._connection):
                pass
            with pytest.raises(NotSent):
                ours.post(FORM)
            assert ours._connection.sock is None
        listening.settimeout(0)
        with pytest.raises(BlockingIOError):
            listening.accept()


@pytest.mark.req("26")
def test_planted_line_that_forgets_that_it_was_reached_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Line, "_hold_or_connect", Line._connect)
    with pytest.raises((pytest.fail.Exception, NoAnswer)):
        test_a_request_is_posted_on_the_connection_that_was_reached_for_it_or_not_at_all()
