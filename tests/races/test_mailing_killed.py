"""
The last check of a stack killed with SIGKILL at every edge, and others who write while it runs.

A person presses the button again: no letter is noted as mailed twice, none is missing, and nobody waits for long.
"""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any
from uuid import UUID

import pytest
from builders import FrozenClock
from killing import KILLED, Edges, in_child
from letter_world import LATER, World, make
from sqlalchemy import select
from stacks import PrintDesk, print_desk

from crypto.keyring import Keyring
from outreach.messaging.letters import asking_again, batch_mailing
from outreach.messaging.letters.pile import Pile
from outreach.records.engine import Vault, VaultSession, open_vault
from outreach.records.ledger import AuditEntry, AuditSubject
from outreach.records.work import Letter
from outreach.terms import BatchState, LetterState

__all__ = ["make", "print_desk"]
LETTERS = 3
EDGES = 2 + 2 * LETTERS
ROUNDS = {"sqlite": EDGES, "postgres": 3}


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (asking_again, batch_mailing):
        monkeypatch.setattr(module, "AT_ONCE", 1)


class Mailers:
    """Rounds of a counted stack whose last check is killed, and of a person who presses the button again."""

    def __init__(self, vault: Vault, make: Callable[..., World], keyring: Keyring, url: str) -> None:
        self.vault, self._make, self._keyring, self._url = vault, make, keyring, url
        self.letters: list[UUID] = []
        self.killed = 0

    def round(self, edge: int) -> None:
        desk = PrintDesk(self.vault, [self._make() for _ in range(LETTERS)])
        self.letters += desk.letters
        batch_id = desk.printed()
        assert desk.count(batch_id, LETTERS)
        self.vault.engine.dispose()
        self.killed += in_child(lambda: self._mail(batch_id, desk.mo.id, Edges(edge))) == KILLED
        if desk.state(batch_id) in (BatchState.COUNTED, BatchState.MAILING):
            desk.mail(batch_id)
        assert desk.state(batch_id) is BatchState.MAILED

    def _mail(self, batch_id: UUID, by: UUID, edges: Edges) -> None:
        vault = open_vault(self._url, self._keyring)
        vault.is_practice = True
        edges.watch(VaultSession)
        batch_mailing.mail(vault, batch_id, Pile(), by=by, clock=FrozenClock(LATER).now)

    def check(self) -> None:
        with self.vault.reading() as session:
            states = {session.get_one(Letter, each).state for each in self.letters}
            query = select(AuditSubject.case_id).join(AuditEntry, AuditEntry.id == AuditSubject.entry_id)
            mailed = Counter(session.scalars(query.where(AuditEntry.action == "letter.mail")))
        assert states == {LetterState.MAILED}, "missing"
        assert list(mailed.values()) == [1] * len(self.letters), "noted twice"


@pytest.fixture
def mailers(vault: Vault, make: Callable[..., World], keyring: Keyring, vault_url: str) -> Mailers:
    return Mailers(vault, make, keyring, vault_url)


@pytest.mark.req("49")
@pytest.mark.req("P4")
@pytest.mark.req("P5")
@pytest.mark.usefixtures("one_at_a_time")
def test_a_killed_last_check_goes_on_with_no_letter_twice_and_none_missing(mailers: Mailers, database: str) -> None:
    chance = Random(4)  # noqa: S311 (which edge kills is no secret)
    for number in range(ROUNDS[database]):
        mailers.round(number if database == "sqlite" else chance.randrange(EDGES))

    assert mailers.killed == ROUNDS[database]
    mailers.check()


@pytest.mark.usefixtures("one_at_a_time")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_planted_stack_that_is_mailed_before_its_letters_is_caught(
    mailers: Mailers, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = batch_mailing.move_batch

    def too_early(session: Any, batch: Any, state: BatchState, *, now: Any) -> None:
        real(session, batch, BatchState.MAILED if state is BatchState.MAILING else state, now=now)

    monkeypatch.setattr(batch_mailing, "move_batch", too_early)
    mailers.round(1)
    with pytest.raises(AssertionError, match="missing"):
        mailers.check()


def check_others_may_write_in_between(desk: PrintDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail when more letters are asked about in one transaction than a moment allows."""
    asked, most = [0], []
    real = asking_again.why_not

    def counted(*given: Any, **named: Any) -> str:
        asked[0] += 1
        return real(*given, **named)

    for module in (asking_again, batch_mailing):
        monkeypatch.setattr(module, "why_not", counted)
    writing = Vault.writing

    def watched(vault: Vault) -> Any:
        most.append(asked[0])
        asked[0] = 0
        return writing(vault)

    monkeypatch.setattr(Vault, "writing", watched)
    batch_id = desk.printed()
    desk.count(batch_id, len(desk.letters))
    assert desk.mail(batch_id).mailed == len(desk.letters)
    assert 0 < max(most) <= 2


@pytest.mark.req("49")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_others_may_write_while_a_stack_is_taken_out_and_mailed(
    print_desk: PrintDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (asking_again, batch_mailing):
        monkeypatch.setattr(module, "AT_ONCE", 2)
    check_others_may_write_in_between(print_desk, monkeypatch)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_planted_check_of_a_whole_stack_at_once_is_caught(
    print_desk: PrintDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AssertionError):
        check_others_may_write_in_between(print_desk, monkeypatch)


def check_a_stop_while_the_rest_is_asked_counts(desk: PrintDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pause the first letter's case after it was asked about and before the stack is taken out."""
    batch_id = desk.released()
    desk.make()
    real = asking_again.ask_each

    def asked_and_then_stopped(*given: Any, **named: Any) -> asking_again.Asked:
        found = real(*given, **named)
        desk.worlds[0].stand(paused=True)
        return found

    monkeypatch.setattr(batch_mailing, "ask_each", asked_and_then_stopped)
    assert desk.take_out(batch_id).pulled == 1
    assert desk.letter_state(desk.letters[0]) is LetterState.HELD


@pytest.mark.req("24")
def test_a_stop_that_comes_while_the_other_letters_are_asked_about_counts(
    print_desk: PrintDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_a_stop_while_the_rest_is_asked_counts(print_desk, monkeypatch)


@pytest.mark.req("24")
def test_planted_trust_in_an_older_answer_is_caught(print_desk: PrintDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch_mailing, "ask_of_news", lambda *given, **named: 0)
    with pytest.raises(AssertionError):
        check_a_stop_while_the_rest_is_asked_counts(print_desk, monkeypatch)
