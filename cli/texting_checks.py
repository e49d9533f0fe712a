"""The start check of texting: what must hold of Twilio before a text may leave, asked at the start and every day."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cli.faults import Mendable
from config.settings import WorkerSettings
from outreach.messaging.provider.api import LOOKUP_FIELDS, ProviderApi, ProviderSilent
from outreach.messaging.provider.lookups import Lookups
from outreach.messaging.provider.settings import Stated, faults_at_twilio, faults_of_account, notes_of

if TYPE_CHECKING:
    from outreach.messaging.sms import TwilioAccount

GOOD_FOR = timedelta(days=1)
ASK_AGAIN = timedelta(minutes=1)
_log = logging.getLogger(__name__)


def stated(settings: WorkerSettings) -> Stated:
    """Return what whoever runs the system says of Twilio."""
    return Stated(
        messaging_service=settings.twilio_messaging_service,
        phone_redaction=settings.twilio_phone_redaction,
        body_redaction=settings.twilio_body_redaction,
        opt_out=settings.twilio_opt_out,
    )


class TwilioCheck:
    """Says whether texts may leave. A demo's may: they reach its emulator and nobody else."""

    def __init__(self, settings: WorkerSettings, account: "TwilioAccount", clock: Callable[[], datetime]) -> None:
        """Take what is to be checked. Raises Mendable for what shows without asking Twilio."""
        self._is_waived = settings.place.read_marker().is_demo
        self._stated, self._api, self._clock = stated(settings), ProviderApi(account), clock
        self._ask_at = clock()
        self._fault: Mendable | ProviderSilent | None = None
        if not self._is_waived:
            _refuse(faults_of_account(account, self._stated))

    def ask_at_start(self, *, is_alone: bool) -> None:
        """
        Ask Twilio before anything starts.

        Args:
            is_alone: this worker does nothing but send, so it refuses to start (Mendable) when Twilio is set up
                wrongly. One that takes in news as well starts, sends nothing, and says so.
        """
        try:
            self.ensure()
        except ProviderSilent:
            _log.warning("texting.unchecked reason=no_answer")
        except Mendable:
            if is_alone:
                raise

    def ensure(self) -> None:
        """Raise Mendable or ProviderSilent unless Twilio said within a day that all is well."""
        if self._is_waived:
            return
        if self._clock() >= self._ask_at:
            self._ask()
        if self._fault is not None:
            raise self._fault

    def _ask(self) -> None:
        try:
            faults = faults_at_twilio(self._api, self._stated)
            for fault in faults:
                _log.error("texting.unsafe fault=%r", fault)
            _refuse(faults)
        except (Mendable, ProviderSilent) as fault:
            self._fault, self._ask_at = fault, self._clock() + ASK_AGAIN
        else:
            self._fault, self._ask_at = None, self._clock() + GOOD_FOR


def lookups(settings: WorkerSettings, account: "TwilioAccount") -> Lookups | None:
    """Return what is asked about phones, or None while that is off. Mendable when it is half set up."""
    fields = frozenset(each.strip() for each in settings.twilio_lookups.split(",") if each.strip())
    if not fields:
        return None
    if not fields <= LOOKUP_FIELDS:
        known = ", ".join(sorted(LOOKUP_FIELDS))
        raise Mendable(f"WAYSIDE_TWILIO_LOOKUPS asks for more than it may: name {known}, or both, or leave it out")
    if settings.twilio_lookup_cost is None:
        raise Mendable("WAYSIDE_TWILIO_LOOKUP_COST is not set: say what one check costs in dollars, such as 0.03")
    return Lookups(ProviderApi(account), fields, int(settings.twilio_lookup_cost * 1000))


def doctor_lines(settings: WorkerSettings, account: "TwilioAccount") -> Iterator[tuple[str, str]]:
    """Yield ("mend" or "note", line) for `wayside doctor`."""
    if settings.place.read_marker().is_demo:
        return
    said = stated(settings)
    faults = faults_of_account(account, said)
    yield from (("mend", f"texting: {fault}") for fault in faults)
    yield from (("note", f"texting: {note}") for note in notes_of(said))
    try:
        checks = lookups(settings, account)
    except Mendable as fault:
        yield "mend", f"texting: {fault}"
    else:
        if checks is not None:
            yield "note", f"texting: phones are checked; each check costs about ${checks.cost_mills / 1000:.3f}"
    if faults:
        return
    try:
        yield from (("mend", f"texting: {fault}") for fault in faults_at_twilio(ProviderApi(account), said))
    except ProviderSilent:
        yield "note", "texting: Twilio does not answer, so its settings could not be checked; no text leaves until then"


def _refuse(faults: list[str]) -> None:
    if faults:
        raise Mendable("texting is not set up safely:\n" + "\n".join(f"  - {fault}" for fault in faults))
