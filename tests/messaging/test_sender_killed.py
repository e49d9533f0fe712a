"""The sender is killed at every commit and every call: no text twice, none lost, every unknown one a task (P4, P5)."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from killing import KILLED, Edges, in_child
from texting import Desk, new_client

from outreach.messaging import outcomes, sending
from outreach.messaging.sms import OutgoingText, TwilioSms
from outreach.messaging.wording import Typed
from outreach.records.engine import Vault, VaultSession, open_postgres, open_sqlite
from outreach.records.spool import open_drain

EDGES = {"sqlite": range(12), "postgres": range(2, 9)}
"""At which edge to kill: before and after the claim's commit, the call, and the result's commit."""


class EdgedSms(TwilioSms):
    """A client whose call is two edges."""

    edges: Edges

    def create(self, message: OutgoingText, validity_seconds: int) -> str:
        self.edges.reach()
        sid = super().create(message, validity_seconds)
        self.edges.reach()
        return sid


class Killing:
    """Rounds of releasing one text, killing its sender at an edge, and letting the next sender clean up."""

    def __init__(self, desk: Desk, vault_url: str, spool_address: str) -> None:
        self.desk, self.vault_url, self.spool_address = desk, vault_url, spool_address

    def round(self, edge: int) -> str:
        """Return the state the text ends in."""
        body = f"Message number {edge}"
        self.desk.how = "code_word"
        text_id = self.desk.release(Typed(body=body))
        was_killed = in_child(lambda: self._send(Edges(edge))) == KILLED
        self.desk.clock.advance(timedelta(seconds=46))
        self.desk.run()
        state, _ = self.desk.text(text_id)
        sent = Counter(accepted["Body"] for accepted in self.desk.accepts)[body]
        assert sent <= 1, f"sent {sent} times when killed at edge {edge}"
        assert state in ("accepted", "unknown"), f"{state} when killed at edge {edge}"
        assert sent == 1 or (was_killed and state == "unknown")
        return state

    def rounds(self, edges: range) -> list[str]:
        """Return the states the texts of a round for each edge end in."""
        return [self.round(edge) for edge in edges]

    def _send(self, edges: Edges) -> None:
        """What the child does: open connections of its own, and send until killed."""
        vault = self._open()
        edges.watch(VaultSession)
        client = EdgedSms(new_client(self.desk.server).account)
        client.edges = edges
        sending.Sender(vault, client, open_drain(self.spool_address), self.desk.clock.now).run_due()

    def _open(self) -> Vault:
        if self.vault_url.startswith("sqlite:///"):
            vault = open_sqlite(Path(self.vault_url.removeprefix("sqlite:///")), self.desk.vault.keyring)
        else:
            vault = open_postgres(self.vault_url, self.desk.vault.keyring)
        vault.is_practice = self.desk.vault.is_practice
        return vault


@pytest.fixture
def killing(desk: Desk, vault_url: str, spool_address: str) -> Killing:
    return Killing(desk, vault_url, spool_address)


@pytest.mark.req("S-5")
@pytest.mark.req("P4")
def test_killed_at_every_edge_no_text_is_sent_twice_and_none_is_lost(killing: Killing, database: str) -> None:
    states = killing.rounds(EDGES[database])

    assert "unknown" in states
    assert killing.desk.tasks() == ["text_check"] * states.count("unknown")


@pytest.mark.req("S-5")
def test_planted_resend_of_what_was_being_sent_is_caught(killing: Killing, monkeypatch: pytest.MonkeyPatch) -> None:
    def plan_again(session: object, text: Any, now: object) -> None:
        text.state, text.release_at = "planned", now

    monkeypatch.setattr(outcomes, "make_unknown", plan_again)

    with pytest.raises(AssertionError):
        killing.rounds(range(2, 9))
