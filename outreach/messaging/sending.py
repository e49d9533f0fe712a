"""
The sending role's work: settle what was left behind, then claim, send and write down, one text after another.

Each text is `sending` and committed before Twilio hears of it, and what Twilio said is written down after: a crash in
between leaves it unknown, for a person, and never sends it twice (P4).
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from outreach.messaging.claims import Claim, claim_next
from outreach.messaging.last_look import held_back
from outreach.messaging.outcomes import record_result, settle
from outreach.messaging.provider_codes import Meaning, meaning_of
from outreach.messaging.sms import NotForThis, Outcome, SendResult, TwilioSms, send
from outreach.records.engine import Vault
from outreach.records.spool import SpoolDrain

MOST_AT_ONCE = 100
Clock = Callable[[], datetime]


class StopSwitch:
    """The kill switch: a file that stops all sending while it is there, restarts included."""

    def __init__(self, path: Path) -> None:
        """Take the file's place."""
        self._path = path

    @property
    def is_on(self) -> bool:
        """Say whether nothing may leave; also when that cannot be found out."""
        try:
            self._path.lstat()
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return True

    def turn_on(self) -> None:
        """Stop all sending."""
        self._path.touch(mode=0o600)

    def turn_off(self) -> None:
        """Let texts leave again; late ones are held for a person, so there is no burst."""
        self._path.unlink(missing_ok=True)


def run_due(
    vault: Vault, client: TwilioSms, *, clock: Clock, spool_drain: SpoolDrain, stop: StopSwitch | None = None
) -> int:
    """
    Send what is due, as far as the gate lets it; return how many texts left or were held.

    Ends early when the kill switch is on, a deposit of Twilio's waits to be read, or our account is at fault.
    """
    settle(vault, now=clock())
    base_url = client.account.callback_base_url
    for done in range(MOST_AT_ONCE):
        if stop is not None and stop.is_on:
            return done
        claim = claim_next(vault, spool_drain, callback_base_url=base_url, now=clock())
        if claim is None:
            return done
        if isinstance(claim, Claim) and not held_back(vault, claim.text_id, now=clock()):
            result = _call(claim, client, clock=clock, stop=stop)
            record_result(vault, claim.text_id, result, now=clock())
            if _is_pointless_to_go_on(result):
                return done + 1
    return MOST_AT_ONCE


def _call(claim: Claim, client: TwilioSms, *, clock: Clock, stop: StopSwitch | None) -> SendResult:
    if stop is not None and stop.is_on:
        return SendResult(Outcome.NOT_SENT)
    try:
        return send(claim.allowed, claim.message, client, at=clock())
    except NotForThis:
        return SendResult(Outcome.NOT_SENT)


def _is_pointless_to_go_on(result: SendResult) -> bool:
    if result.outcome in (Outcome.NOT_SENT, Outcome.BUSY):
        return True
    return result.outcome is Outcome.REFUSED and meaning_of(result.error_code) is Meaning.OURS
