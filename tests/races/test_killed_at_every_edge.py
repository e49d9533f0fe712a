"""S-5: real workers killed with SIGKILL at every commit and socket edge; the provider's own journal is the witness."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from crash_site import CrashSite, a_crash_site
from texting import trusting

from crypto.keyring import KeyPaths, Keyring
from outreach.messaging import claims, holding, outcomes, sending

KILLS = {"sqlite": 200, "postgres": 50}
SEND_EDGES = 60
"""More than the edges of a sender that has one text to send."""

SiteMaker = Callable[[], AbstractContextManager[CrashSite]]


@pytest.fixture
def a_site(tmp_path: Path, vault_url: str, key_paths: KeyPaths, keyring: Keyring) -> SiteMaker:
    """Make the site when asked: its workers inherit what is planted by then."""
    return lambda: a_crash_site(tmp_path / "site", vault_url, key_paths, keyring)


def kill_and_count(site: CrashSite, kills: int) -> None:
    """Kill this many workers, let the last ones finish, and account for every text and every event."""
    site.every_edge(kills=kills)
    site.settle()

    states = site.check_every_text()
    site.check_every_event()
    assert site.kills == kills
    assert states["unknown"] > 0, "no kill fell between claim and call"
    assert states["delivered"] > 0, "one kill leaves at most a batch not known, never all"


@pytest.mark.req("S-5")
@pytest.mark.req("P4")
@pytest.mark.req("P5")
def test_no_kill_sends_a_text_twice_or_loses_one(a_site: SiteMaker, database: str) -> None:
    with a_site() as site:
        kill_and_count(site, KILLS[database])


@pytest.mark.assurance
@pytest.mark.req("S-5")
def test_five_hundred_kills_send_no_text_twice_and_lose_none(a_site: SiteMaker) -> None:
    with a_site() as site:
        kill_and_count(site, 500)


def caught(a_site: SiteMaker, match: str) -> None:
    """See that killed senders, with what is planted, do not pass."""
    with a_site() as site:
        site.every_edge(kills=SEND_EDGES, role="send", hears=False)
        site.settle()
        with pytest.raises(AssertionError, match=match):
            site.check_every_text()


@pytest.mark.req("S-5")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_planted_resend_of_an_unknown_text_is_caught(a_site: SiteMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    def plan_again(session: object, text: Any, now: Any) -> None:
        text.state, text.release_at = "planned", now

    monkeypatch.setattr(outcomes, "make_unknown", plan_again)
    caught(a_site, "sent twice")


@pytest.mark.req("S-5")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_planted_claim_that_is_committed_after_the_call_is_caught(
    a_site: SiteMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_claim = sending.claim_several

    def claim_without_commit(vault: Any, *args: Any, now: Any, **named: Any) -> Any:
        found = really_claim(vault, *args, now=now, **named)
        claimed = [each for each in found if isinstance(each, claims.Claim)]
        outcomes.put_back(vault, {each.text_id: each.version for each in claimed}, now=now)
        return found

    monkeypatch.setattr(sending, "claim_several", claim_without_commit)
    monkeypatch.setattr(sending, "still_allowed", trusting)
    caught(a_site, "sent twice")


@pytest.mark.req("S-5")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_planted_loss_of_the_callbacks_token_is_caught(a_site: SiteMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "token_hash", lambda *_: os.urandom(32))
    with a_site() as site:
        site.release()
        site.settle(rounds=5)  # No more change anything: what was told of the text found none.
        with pytest.raises(AssertionError, match="it arrived, and stands as accepted"):
            site.check_every_text()


@pytest.mark.req("S-5")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_planted_unknown_text_without_a_task_is_caught(a_site: SiteMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "ask_to_check", lambda *_, **__: None)
    caught(a_site, "nobody is asked about it")
