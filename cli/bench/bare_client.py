"""Twilio's own client and nothing else, posting what the sender posts: what sending is measured beside."""

from twilio.rest import Client

from cli.bench.many_texts import BODY
from outreach.messaging.provider.settings import RETRIES
from outreach.messaging.sms import TwilioAccount

TOKEN = "t" * 43
"""As long as the random token of a callback's address."""


class BareClient:
    """One account's client."""

    def __init__(self, account: TwilioAccount) -> None:
        """Take the account; its address is put in the place of Twilio's."""
        self._account = account
        self._client = Client(account.api_key, account.api_secret, account.account_sid)
        self._client.http_client.logger.disabled = True
        self._messages = self._client.messages
        self._messages._version.domain.base_url = account.base_url

    def post(self, number: str) -> None:
        """Post one text."""
        self._messages.create(
            to=number,
            from_=self._account.sender,
            body=BODY,
            validity_period=36_000,
            content_retention="discard",
            address_retention="obfuscate",
            status_callback=f"{self._account.callback_base_url}/twilio/status/{TOKEN}{RETRIES}",
        )
