"""
What we ask of Twilio besides sending: delete, list, read our settings, look up a phone. Nothing here can send.

Exactly the questions of ASKED are possible. A list never names a phone: Twilio would log it. The standard library's
client is used because it logs nothing: the address of a look-up holds a number.
"""

import base64
import json
import re
import ssl
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from outreach.messaging.sms import TWILIO, TwilioAccount

API, MESSAGING, LOOKUPS = "api.twilio.com", "messaging.twilio.com", "lookups.twilio.com"
SECONDS: Final = 15.0
PAGE_SIZE: Final = 1000
MOST_PAGES: Final = 500
MOST_BYTES: Final = 16 * 1024 * 1024
LOOKUP_FIELDS: Final = frozenset({"line_type_intelligence", "reassigned_number"})
"""What may be asked about a phone. Others would send Twilio her name or birth date, or bring us what is not ours."""

_SID = r"[A-Za-z0-9]{4,64}"
ASKED: Final = (
    ("DELETE", API, rf"/2010-04-01/Accounts/{_SID}/Messages/{_SID}\.json", frozenset[str]()),
    ("GET", API, rf"/2010-04-01/Accounts/{_SID}/Messages\.json", frozenset({"PageSize", "Page", "PageToken"})),
    ("GET", MESSAGING, rf"/v1/Services/{_SID}", frozenset[str]()),
    ("GET", MESSAGING, rf"/v1/Services/{_SID}/PhoneNumbers", frozenset({"PageSize"})),
    ("GET", LOOKUPS, r"/v2/PhoneNumbers/%2B[0-9]{7,15}", frozenset({"Fields", "LastVerifiedDate"})),
)
"""Method, host, path and the names a query may hold."""


class UnexpectedQuestion(RuntimeError):
    """A question that is not among those agreed; nothing was asked."""


class ProviderSilent(Exception):
    """Twilio did not answer, or not now (429, 5xx): asking later can help."""


class ProviderRefuses(Exception):
    """Twilio said no: its status and code, and never its words."""

    def __init__(self, status: int, code: int | None) -> None:
        super().__init__(f"Twilio answered {status}, code {code}")
        self.status, self.code = status, code

    @property
    def is_about_us(self) -> bool:
        """Say whether our key or account is at fault, so that nothing else will fare better."""
        return self.status in (401, 403)


class ProviderApi:
    """One account's records at Twilio."""

    def __init__(self, account: TwilioAccount) -> None:
        """Take the account; nothing is opened yet."""
        self.account = account
        self._elsewhere = None if account.base_url == TWILIO else urlsplit(account.base_url)
        key = base64.b64encode(f"{account.api_key}:{account.api_secret}".encode()).decode()
        self._headers = {"Authorization": f"Basic {key}", "Accept": "application/json", "Connection": "close"}

    def delete_message(self, sid: str) -> None:
        """Delete the record of a text; one that is gone already counts. Raises ProviderSilent, ProviderRefuses."""
        status, answer = self._ask("DELETE", API, f"{self._account_path}/Messages/{sid}.json", {})
        if status not in (204, 404):
            raise ProviderRefuses(status, _code(answer))

    def messages(self) -> Iterator[dict[str, Any]]:
        """
        Yield every record of a text the account still has, page by page, without naming any phone.

        Not by the day they were sent: one that failed before it was sent has no such day, and would never show.

        Raises:
            ProviderSilent, ProviderRefuses; also for a list that does not end.
        """
        query, path = {"PageSize": str(PAGE_SIZE)}, f"{self._account_path}/Messages.json"
        for _ in range(MOST_PAGES):
            page = self._get(API, path, query)
            yield from page.get("messages") or ()
            following = page.get("next_page_uri")
            if not following:
                return
            query = dict(parse_qsl(urlsplit(following).query))
        raise ProviderSilent("the list does not end")

    def service(self, sid: str) -> dict[str, Any]:
        """Return the settings of a messaging service. Raises ProviderSilent, ProviderRefuses."""
        return self._get(MESSAGING, f"/v1/Services/{sid}", {})

    def numbers_of_service(self, sid: str) -> frozenset[str]:
        """Return the numbers a messaging service sends from. Raises ProviderSilent, ProviderRefuses."""
        page = self._get(MESSAGING, f"/v1/Services/{sid}/PhoneNumbers", {"PageSize": "400"})
        return frozenset(str(each.get("phone_number")) for each in page.get("phone_numbers") or ())

    def look_up(self, phone: str, fields: frozenset[str], *, last_verified: str) -> dict[str, Any]:
        """
        Ask about a phone.

        Args:
            fields: some of LOOKUP_FIELDS.
            last_verified: the day (YYYYMMDD) on which we last knew that it was hers.

        Raises:
            ProviderSilent, ProviderRefuses, UnexpectedQuestion.
        """
        if not fields or not fields <= LOOKUP_FIELDS:
            raise UnexpectedQuestion("a look-up may ask for the line's type and for reassignment, nothing else")
        query = {"Fields": ",".join(sorted(fields))}
        if "reassigned_number" in fields:
            query["LastVerifiedDate"] = last_verified
        return self._get(LOOKUPS, f"/v2/PhoneNumbers/{quote(phone, safe='')}", query)

    @property
    def _account_path(self) -> str:
        return f"/2010-04-01/Accounts/{self.account.account_sid}"

    def _get(self, host: str, path: str, query: dict[str, str]) -> dict[str, Any]:
        status, answer = self._ask("GET", host, path, query)
        if status != 200:
            raise ProviderRefuses(status, _code(answer))
        return answer

    def _ask(self, method: str, host: str, path: str, query: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        refuse_unasked(method, host, path, query)
        connection = self._connection(host)
        try:
            connection.request(method, f"{path}?{urlencode(query)}" if query else path, headers=self._headers)
            response = connection.getresponse()
            content = response.read(MOST_BYTES)
        except (OSError, HTTPException):
            raise ProviderSilent("no answer") from None
        finally:
            connection.close()
        if response.status == 429 or response.status >= 500:
            raise ProviderSilent(f"status {response.status}")
        return response.status, _as_object(content, response.status)

    def _connection(self, host: str) -> HTTPConnection:
        if self._elsewhere is not None:
            return HTTPConnection(self._elsewhere.hostname or "", self._elsewhere.port, timeout=SECONDS)
        context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
        return HTTPSConnection(host, timeout=SECONDS, context=context)


def refuse_unasked(method: str, host: str, path: str, query: Mapping[str, str]) -> None:
    """Raise UnexpectedQuestion for whatever is not exactly one of ASKED."""
    for asked_method, asked_host, pattern, names in ASKED:
        if (method, host) == (asked_method, asked_host) and re.fullmatch(pattern, path):
            fields = set(filter(None, query.get("Fields", "").split(",")))
            if set(query) <= names and fields <= LOOKUP_FIELDS:
                return
    raise UnexpectedQuestion("not among the questions we ask of Twilio")


def _as_object(content: bytes, status: int) -> dict[str, Any]:
    try:
        found = json.loads(content) if content else {}
    except ValueError:
        if status == 200:
            raise ProviderSilent("an answer cut short") from None
        return {}
    return found if isinstance(found, dict) else {}


def _code(answer: dict[str, Any]) -> int | None:
    code = answer.get("code")
    return code if isinstance(code, int) else None
