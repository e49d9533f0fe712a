"""What the worker needs for texts: Twilio's account from settings or the home, and the rounds of both roles."""

import json
import logging
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from cli import opening
from cli.faults import Mendable
from cli.texting_checks import TwilioCheck, lookups
from config.settings import WorkerSettings
from outreach.scheduling.runner import Round
from outreach.scheduling.ticks import ticked

if TYPE_CHECKING:
    from crypto.unsealing import UnsealingKeys
    from outreach.messaging.sms import TwilioAccount
    from outreach.records.engine import Vault

EVERY = timedelta(seconds=2)
DELETE_EVERY = timedelta(seconds=20)
SWEEP_EVERY = timedelta(hours=1)
"""How often everything at Twilio is looked at: little is there, and a STOP that never reached us is found by it."""
STOP_FILE = "stop"
"""In the home's `send` folder: while this file is there, no text leaves."""
DEMO_ACCOUNT = "AC" + 12 * "0"
"""How every demo's account begins, so that no other home takes it for a real one."""

NO_ACCOUNT = (
    "no Twilio account is set up, so no text leaves: set WAYSIDE_TWILIO_ACCOUNT_SID and the rest, or write "
    "send/twilio.json, and start this worker again"
)
_log = logging.getLogger(__name__)


def sending_rounds(settings: WorkerSettings, stack: ExitStack, *, is_alone: bool = True) -> list[Round]:
    """Return the rounds of the sending role; none, said plainly, while no Twilio account is set up."""
    account = twilio_account(settings)
    if account is None:
        _log.warning("texting.off reason=%r", NO_ACCOUNT)
        return []
    from outreach.messaging.kill_switch import StopSwitch
    from outreach.messaging.provider.api import ProviderApi
    from outreach.messaging.provider.copies import delete_due
    from outreach.messaging.provider.lookups import check_due
    from outreach.messaging.provider.sweep import sweep as sweep_all
    from outreach.messaging.sending import Sender
    from outreach.messaging.sms import TwilioSms
    from outreach.records.spool import open_drain

    check = TwilioCheck(settings, account, opening.now)
    phones = lookups(settings, account)
    check.ask_at_start(is_alone=is_alone)
    vault = opening.vault(settings, "send", opening.root_key(settings))
    drain, client = open_drain(opening.callbacks_spool_place(settings)), TwilioSms(account)
    for each in (vault, drain, client):
        stack.callback(each.close)
    stop = StopSwitch(settings.place.twilio_account.parent / STOP_FILE)

    sender = Sender(vault, client, drain, opening.now, stop, checks_phones=phones is not None)

    def send() -> dict[str, int]:
        check.ensure()
        return {"texts": sender.run_due()}

    def look_up() -> dict[str, int]:
        return {"phones": check_due(vault, phones, clock=opening.now)} if phones is not None else {}

    def delete() -> dict[str, int]:
        return {"deleted_at_twilio": delete_due(vault, ProviderApi(account), clock=opening.now)}

    def sweep() -> dict[str, int]:
        found = sweep_all(vault, ProviderApi(account), clock=opening.now)
        if found.nameless:  # It may be anybody's STOP: nothing leaves until a person has read it there.
            stop.turn_on()
        return {"swept": found.deleted, "left_at_twilio": found.left, "never_reached_us": found.not_taken_in}

    looking = [Round("lookups", EVERY, look_up)] if phones is not None else []
    rounds = [*looking, Round("send", EVERY, send)]
    rounds += [Round("copies", DELETE_EVERY, delete), Round("sweep", SWEEP_EVERY, sweep)]
    return [ticked(vault, each, clock=opening.now) for each in rounds]


def callback_rounds(
    settings: WorkerSettings, vault: "Vault", unsealing: "UnsealingKeys", stack: ExitStack
) -> list[Round]:
    """Return the round that takes in what Twilio told us; none while no token is set up, as nothing can come then."""
    token = _auth_token(settings)
    if token is None:
        return []
    from outreach.messaging import receipts
    from outreach.records.spool import open_drain

    drain = open_drain(opening.callbacks_spool_place(settings))
    stack.callback(drain.close)

    def take_in() -> dict[str, int]:
        twilio = receipts.Twilio(token, callback_base_url(settings))
        return {"callbacks": receipts.drain(vault, drain, unsealing, twilio=twilio, clock=opening.now)}

    return [ticked(vault, Round("callbacks", EVERY, take_in), clock=opening.now)]


def twilio_account(settings: WorkerSettings) -> "TwilioAccount | None":
    """
    Return the account from WAYSIDE_TWILIO_* or the home's send/twilio.json; None when neither says anything.

    A demo reaches its emulator and nothing else; a real home reaches Twilio and nothing else, and never as a demo.
    """
    from outreach.messaging.sms import TwilioAccount, UnsafeAccount

    said = _account_file(settings)
    for name in ("account_sid", "api_key", "api_secret", "sender"):
        value = getattr(settings, f"twilio_{name}")
        if value is not None:
            said[name] = value.get_secret_value() if hasattr(value, "get_secret_value") else value
    if not said:
        return None
    missing = [f"WAYSIDE_TWILIO_{name.upper()}" for name in _NEEDED if not said.get(name)]
    if missing:
        raise Mendable(f"texting is half set up: set {', '.join(missing)} too, or complete send/twilio.json")
    fields = {name: said[name] for name in _NEEDED}
    base_url = _provider_address(settings, fields["account_sid"])
    try:
        return TwilioAccount(**fields, callback_base_url=callback_base_url(settings), base_url=base_url)
    except UnsafeAccount as fault:
        raise Mendable(str(fault)) from None


def callback_base_url(settings: WorkerSettings) -> str:
    """Return the public address of our callbacks, from public/site.json."""
    path = settings.place.site
    address = _read_json(path.read_text, str(path)).get("callback_base_url")
    if not isinstance(address, str) or not address:
        raise Mendable(f"{path} names no callback_base_url: write the address at which Twilio reaches our callbacks")
    return address


def refuse_deaf_sending(settings: WorkerSettings) -> None:
    """Raise Mendable when texts would leave while nobody could hear her STOP. For a worker that does both."""
    if twilio_account(settings) is not None and _auth_token(settings) is None:
        raise Mendable("texting is half set up: without WAYSIDE_TWILIO_AUTH_TOKEN nobody would hear her STOP")


_NEEDED = ("account_sid", "api_key", "api_secret", "sender")


def _provider_address(settings: WorkerSettings, account_sid: str) -> str:
    from outreach.messaging.sms import TWILIO, is_on_loopback

    base_url = settings.twilio_base_url
    marker = settings.place.read_marker()
    if marker.is_demo:
        if base_url is None or not is_on_loopback(base_url):
            raise Mendable(
                "a demo texts through its emulator only: set WAYSIDE_TWILIO_BASE_URL to http://127.0.0.1:PORT"
            )
        if marker.is_practice and not account_sid.startswith(DEMO_ACCOUNT):
            raise Mendable("practice takes no real Twilio account: run `wayside practice --reset`")
        return base_url
    if base_url not in (None, TWILIO):
        raise Mendable("WAYSIDE_TWILIO_BASE_URL is for demos: take it away, or her texts go to another than Twilio")
    if account_sid.startswith(DEMO_ACCOUNT):
        raise Mendable("this is a demo's Twilio account: set the real one, or use a home made by `wayside demo`")
    return TWILIO


def _account_file(settings: WorkerSettings) -> dict[str, str]:
    path = settings.place.twilio_account
    return _read_json(path.read_text, str(path)) if path.exists() else {}


def _auth_token(settings: WorkerSettings) -> str | None:
    if settings.twilio_auth_token is not None:
        return settings.twilio_auth_token.get_secret_value() or None
    path = settings.place.twilio_token
    return path.read_text().strip() or None if path.exists() else None


def _read_json(read: Callable[[], str], name: str) -> dict[str, Any]:
    try:
        found = json.loads(read())
    except OSError as fault:
        raise Mendable(f"{name} cannot be read ({fault.strerror}): check its owner") from None
    except ValueError:
        raise Mendable(f"{name} is not JSON: write it again") from None
    if not isinstance(found, dict):
        raise Mendable(f"{name} is not a JSON object: write it again")
    return found
