"""
The sending role's work: settle what was left behind, then claim, send and write down, a few texts at a time.

Each text is `sending` and committed before Twilio hears of it, and what Twilio said is written down after: a crash in
between leaves it unknown, for a person, and never sends it twice (P4).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from outreach.messaging import breaker
from outreach.messaging.claims import Claim, claim_several
from outreach.messaging.kill_switch import StopSwitch
from outreach.messaging.last_look import hold_back, nothing_may_leave, still_allowed
from outreach.messaging.outcomes import put_back, record_results, settle
from outreach.messaging.provider.codes import Meaning, meaning_of
from outreach.messaging.sms import NotForThis, Outcome, SendResult, TwilioSms, send
from outreach.records.engine import Vault
from outreach.records.spool import SpoolDrain
from outreach.records.watching import WatchedVault, watching

MOST_AT_ONCE = 128
"""Texts in one round."""
MOST_CLAIMED = 32
"""Texts claimed together at most: those a crash may leave unknown."""
SOON = 0.25
"""Seconds after a claim in which its calls are begun; what could not be is put back, and asked about again."""
FRESH = 0.1
"""Seconds for which a look counts while nobody writes to the vault: time alone can change the answer then."""
LOOKED_AT = 4
"""Texts asked about again together: where others write all the time, an answer is good for the next call alone."""
LONGEST_CLAIM = timedelta(seconds=2)
"""How old a claim may be when its call is begun. A process that was frozen since then knows nothing of the world."""
BREATH = 0.02
"""Seconds in which others may write after a claim that called for nothing; else they may while a call is made."""
Clock = Callable[[], datetime]


@dataclass(slots=True)
class Sender:
    """The sending role, from round to round. For one thread."""

    vault: Vault
    client: TwilioSms
    drain: SpoolDrain
    clock: Clock
    stop: StopSwitch | None = None
    checks_phones: bool = False
    """Leave texts alone whose phone Twilio was not asked about (outreach.messaging.provider.lookups)."""
    at_once: int = 1
    """How many texts to claim together at first, by how quick Twilio was lately."""

    def run_due(self) -> int:
        """
        Send what is due, as far as the gate lets it; return how many texts left or were held.

        Ends early when texts are stopped or rest, a deposit of Twilio's waits to be read, our account is at fault, or
        a late one left.
        """
        with watching(self.vault) as watched:
            settle(watched, now=self.clock())
            if self.stop is not None:
                _note_file(watched, self.stop.is_on, self.clock())
            return _Round(self, watched).send_due()


class Pace:
    """
    How many texts to claim at once: as many as can be called for at once, by how long the last ones took.

    With a phone company that takes its time that is one. What is claimed is out of reach of a later STOP or pause,
    so nothing may wait there.
    """

    def __init__(self, at_once: int) -> None:
        """Begin with as many as fitted lately."""
        self.at_once, self._begun = at_once, time.monotonic()

    def learn(self) -> None:
        """Note that all that were claimed are done with."""
        now = time.monotonic()
        each = (now - self._begun) / self.at_once
        fitting = int(SOON / each) if each > 0 else MOST_CLAIMED
        self.at_once, self._begun = max(1, min(4 * self.at_once, MOST_CLAIMED, fitting)), now


@dataclass(slots=True)
class _Round:
    """What one round of sending works with."""

    sender: Sender
    watched: WatchedVault
    """
    The same vault, on one connection: on SQLite what another commits, were it our own, empties the memory of pages.
    A look ends with the next transaction on it, so that what is written in between counts as anybody's.
    """

    def send_due(self) -> int:
        """Claim and call, a few texts at a time; return how many left or were held."""
        sender = self.sender
        claim = partial(
            claim_several,
            self.watched,
            sender.drain,
            callback_base_url=sender.client.account.callback_base_url,
            checks_phones=sender.checks_phones,
        )
        done, pace = 0, Pace(sender.at_once)
        while done < MOST_AT_ONCE and not (sender.stop is not None and sender.stop.is_on):
            found = claim(at_most=min(pace.at_once, MOST_AT_ONCE - done), now=sender.clock())
            claims = [each for each in found if isinstance(each, Claim)]
            called, may_go_on = self._call_all(claims)
            done += len(found) - len(claims) + called
            if not found or not may_go_on or any(each.is_late for each in claims):
                break
            if not claims:
                time.sleep(BREATH)
            pace.learn()
            sender.at_once = pace.at_once
        return done

    def _call_all(self, claims: Sequence[Claim]) -> tuple[int, bool]:
        """
        Call for these texts, write down what came of it, and put back what was claimed too long ago to be called for.

        Returns:
            How many were called for or held after all, and whether there is a point in going on.
        """
        sender, now = self.sender, self.sender.clock
        waiting, results = list(claims), list[tuple[UUID, SendResult]]()
        allowed = {claim.text_id: claim for claim in claims}
        asked = set(allowed)
        until, looked_at = time.monotonic() + SOON, time.monotonic()
        may_go_on, called = True, 0
        try:
            while waiting and may_go_on and (not called or time.monotonic() < until):
                is_reached = sender.client.reach()
                waits = sender.drain.count()  # Before the look: what was taken in by now, the look sees.
                is_known = self.watched.is_unchanged() and waiting[0].text_id in asked
                is_known = is_known and time.monotonic() < looked_at + FRESH
                if not is_known:
                    looked_at, few = time.monotonic(), waiting[:LOOKED_AT]
                    allowed, asked = still_allowed(self.watched, few, now=now()), {each.text_id for each in few}
                # Asked after the look as well: a stop that came before it is in no later change.
                if waits or nothing_may_leave(sender.vault, sender.drain, is_known):
                    return called, False
                if now() - waiting[0].message.claimed_at > LONGEST_CLAIM:
                    return called, False
                claim = waiting.pop(0)  # From here on it is never put back: Twilio may hear of it.
                called += 1
                if claim.text_id not in allowed:
                    hold_back(self.watched, claim, now=now())
                    continue
                result = SendResult(Outcome.NOT_SENT, ends_at=claim.message.ends_at)
                if is_reached:
                    result = _call(allowed[claim.text_id], sender.client, clock=now, stop=sender.stop)
                results.append((claim.text_id, result))
                may_go_on = not _is_pointless_to_go_on(result)
        finally:
            record_results(self.watched, results, now=now())
            put_back(self.watched, {claim.text_id: claim.version for claim in waiting}, now=now())
        return called, may_go_on


def _call(claim: Claim, client: TwilioSms, *, clock: Clock, stop: StopSwitch | None) -> SendResult:
    if stop is not None and stop.is_on:
        return SendResult(Outcome.NOT_TRIED)
    try:
        return send(claim.allowed, claim.message, client, at=clock())
    except NotForThis:
        return SendResult(Outcome.NOT_TRIED)


def _note_file(vault: Vault, is_on: bool, now: datetime) -> None:
    with vault.reading() as session:
        if not breaker.is_news(session, is_on):
            return
    with vault.writing() as session:
        breaker.note_file(session, is_on, now=now)


def _is_pointless_to_go_on(result: SendResult) -> bool:
    if result.outcome in (Outcome.NOT_SENT, Outcome.NOT_TRIED, Outcome.BUSY, Outcome.UNKNOWN):
        return True
    return result.outcome is Outcome.REFUSED and meaning_of(result.error_code) is Meaning.OURS
