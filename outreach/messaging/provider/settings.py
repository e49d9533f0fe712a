"""
Whether our Twilio account is set up so that it does her no harm. Nothing is sent until every question is answered well.

Part of it Twilio tells: our messaging service, its numbers, where an answer of hers goes. The rest no API tells
(https://www.twilio.com/docs/messaging/guides/privacy-message-redaction; API keys cannot read the account itself), so
whoever runs the system looks in Twilio's Console and says what is there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import phonenumbers

from outreach.messaging.provider.api import ProviderApi, ProviderRefuses
from outreach.messaging.signed_callbacks import INBOUND_PATH
from outreach.messaging.sms import TwilioAccount, is_on_loopback

_TEST_CREDENTIALS: Final = 20008
RETRIES: Final = "#rc=5&rp=ct,rt,5xx"
"""
Behind our addresses at Twilio, hers for her texts and ours for what became of one: bring it again when we could not
take it. Without it Twilio tries twice, and only when it found no connection; a STOP that met a full disk would be lost.
It is neither called nor signed.
Source: https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides.
"""
_CONSOLE = "look in Twilio's Console under Messaging, Settings, General"
_STATED = {
    "phone_redaction": "whether phone numbers are redacted for the whole account",
    "body_redaction": "whether message bodies are redacted for the whole account",
    "opt_out": "whether Twilio answers STOP, START and HELP itself",
}


@dataclass(frozen=True, slots=True)
class Stated:
    """What whoever runs the system says of the account: "on", "off", or None when nothing was said."""

    messaging_service: str | None = None
    phone_redaction: str | None = None
    body_redaction: str | None = None
    opt_out: str | None = None


def faults_of_account(account: TwilioAccount, stated: Stated) -> list[str]:
    """Return what is wrong as far as it shows without asking Twilio: each what, where, and how to mend."""
    return [*_key_faults(account), *_sender_faults(account.sender), *_address_faults(account), *_stated_faults(stated)]


def faults_at_twilio(api: ProviderApi, stated: Stated) -> list[str]:
    """Ask Twilio, and return what is wrong there. Raises ProviderSilent when it does not answer: ask again."""
    sid = stated.messaging_service or ""
    try:
        service, numbers = api.service(sid), api.numbers_of_service(sid)
    except ProviderRefuses as refusal:
        return [_refusal_words(refusal, sid)]
    return list(_service_faults(api.account, stated, service, numbers))


def notes_of(stated: Stated) -> Iterator[str]:
    """Yield what is allowed and still worth knowing, for `wayside doctor`."""
    if stated.opt_out == "on":
        yield "Twilio answers STOP, START and HELP in its own words on her phone: ask its support to turn that off"
    if stated.body_redaction == "off":
        yield "an answer of hers can be read at Twilio until we delete it, some seconds later: turn body redaction on"
    said = ", ".join(f"{name.replace('_', ' ')} {getattr(stated, name)}" for name in _STATED if getattr(stated, name))
    if said:
        yield f"said of Twilio and not told by its API: {said}; {_CONSOLE} when you change anything there"


def _key_faults(account: TwilioAccount) -> Iterator[str]:
    if not re.fullmatch(r"AC[0-9a-fA-F]{32}", account.account_sid):
        yield "WAYSIDE_TWILIO_ACCOUNT_SID is no account SID: copy it from the Console (AC and 32 characters)"
    if account.api_key.startswith("AC"):
        yield "WAYSIDE_TWILIO_API_KEY is the account itself, which opens everything: make an API key (SK…) and use that"
    elif not re.fullmatch(r"SK[0-9a-fA-F]{32}", account.api_key):
        yield "WAYSIDE_TWILIO_API_KEY is no API key: copy it from the Console (SK and 32 characters)"


def _sender_faults(sender: str) -> Iterator[str]:
    where = "WAYSIDE_TWILIO_SENDER"
    try:
        number = phonenumbers.parse(sender)
    except phonenumbers.NumberParseException:
        yield f"{where} is no phone number: write it like +13365550100"
        return
    if phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) != sender:
        yield f"{where} is not written in full: write it like +13365550100, without spaces"
    elif sender.startswith("+1500555"):
        yield f"{where} is one of Twilio's test numbers: use your own"
    elif phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.TOLL_FREE:
        yield (
            f"{where} is toll-free: that network answers STOP and START in its own words, and nobody can change it; "
            "use a local number registered for 10DLC"
        )


def _address_faults(account: TwilioAccount) -> Iterator[str]:
    parts = urlsplit(account.callback_base_url)
    if parts.scheme != "https" or is_on_loopback(account.callback_base_url) or not parts.hostname:
        yield "callback_base_url in public/site.json is not https at a public name: her answers would be open to read"
    elif parts.query or parts.fragment or parts.username:
        yield "callback_base_url in public/site.json holds more than a name and a path: take the rest away"


def _stated_faults(stated: Stated) -> Iterator[str]:
    if not re.fullmatch(r"MG[0-9a-fA-F]{32}", stated.messaging_service or ""):
        yield (
            "WAYSIDE_TWILIO_MESSAGING_SERVICE is missing: give the SID (MG…) of the service your number is registered "
            "in for 10DLC, so that we can check where her answers go"
        )
    for name, what in _STATED.items():
        if getattr(stated, name) not in ("on", "off"):
            yield f"WAYSIDE_TWILIO_{name.upper()} does not say {what}: {_CONSOLE} and set it to on or off"
    if stated.phone_redaction == stated.opt_out == "on":
        yield (
            "phone redaction and Twilio's own STOP handling are both on, and do not work together (23001, 23002, "
            "23004): ask Twilio's support to turn its opt-out handling off, then set WAYSIDE_TWILIO_OPT_OUT=off"
        )


def _service_faults(
    account: TwilioAccount, stated: Stated, service: dict[str, Any], numbers: frozenset[str]
) -> Iterator[str]:
    name = f"messaging service {stated.messaging_service}"
    if service.get("account_sid") != account.account_sid:
        yield f"{name} is another account's: use the account SID, API key and service of one account"
    if account.sender not in numbers:
        yield f"{name} does not hold WAYSIDE_TWILIO_SENDER: add the number to its senders, or name its service"
    ours = account.callback_base_url.rstrip("/") + INBOUND_PATH
    if service.get("use_inbound_webhook_on_number"):
        yield f"{name} leaves incoming texts to each number: choose 'send a webhook' there, with {ours}"
    elif _called(service, "inbound_request_url") != ours or service.get("inbound_method") != "POST":
        yield f"{name} does not send incoming texts to us, so nobody would hear her STOP: set {ours}{RETRIES} with POST"
    if _called(service, "fallback_url") not in ("", ours):
        yield f"{name} sends her texts elsewhere when we do not answer: take its fallback address away, or set {ours}"
    if stated.phone_redaction == "on" and service.get("fallback_to_long_code"):
        yield f"{name} has 'fallback to long code' on, which phone redaction forbids (23005): turn it off"


def _called(service: dict[str, Any], name: str) -> str:
    """Return the address Twilio calls: what stands behind its `#` only says how often and how long it tries."""
    return str(service.get(name) or "").partition("#")[0]


def _refusal_words(refusal: ProviderRefuses, sid: str) -> str:
    if refusal.code == _TEST_CREDENTIALS:
        return "these are Twilio's test credentials, with which no text arrives: use the live account and its API key"
    if refusal.status == 401:
        return "Twilio does not know this API key and secret: copy both again, from this account"
    if refusal.status == 403:
        return "the API key may not read the messaging service: give it the right to read services and their numbers"
    return f"Twilio has no messaging service {sid} in this account ({refusal}): check WAYSIDE_TWILIO_MESSAGING_SERVICE"
