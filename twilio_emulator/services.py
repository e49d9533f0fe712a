"""A messaging service and its settings, as Twilio shows them."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

MADE = "2026-01-05T09:00:00Z"


@dataclass(frozen=True)
class Service:
    """A messaging service's settings, by Twilio's own names. Source: twilio.com/docs/messaging/api/service-resource."""

    account_sid: str
    sid: str = "MG" + "0" * 32
    friendly_name: str = "Front desk"
    inbound_request_url: str | None = None
    inbound_method: str = "POST"
    fallback_url: str | None = None
    fallback_method: str = "POST"
    status_callback: str | None = None
    sticky_sender: bool = True
    mms_converter: bool = True
    smart_encoding: bool = False
    scan_message_content: str = "inherit"
    fallback_to_long_code: bool = True
    area_code_geomatch: bool = True
    synchronous_validation: bool = False
    validity_period: int = 36_000
    usecase: str = "notifications"
    us_app_to_person_registered: bool = True
    use_inbound_webhook_on_number: bool = False

    def changed(self, said: dict[str, Any]) -> "Service":
        """Return it with some settings changed; ValueError names what it does not have."""
        unknown = set(said) - {field.name for field in fields(self)}
        if unknown:
            raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
        return replace(self, **said)

    def as_json(self) -> dict[str, Any]:
        """Return the resource."""
        address = f"https://messaging.twilio.com/v1/Services/{self.sid}"
        links = ("phone_numbers", "short_codes", "alpha_senders", "messages")
        settings = {field.name: getattr(self, field.name) for field in fields(self)}
        return settings | {
            "date_created": MADE,
            "date_updated": MADE,
            "url": address,
            "links": {name: f"{address}/{''.join(part.title() for part in name.split('_'))}" for name in links},
        }

    def numbers_as_json(self, senders: Iterable[str]) -> dict[str, Any]:
        """Return the list of the numbers it sends from: all of the account's."""
        address = f"https://messaging.twilio.com/v1/Services/{self.sid}/PhoneNumbers"
        numbers = [
            {
                "sid": f"PN{number.lstrip('+').zfill(32)}",
                "account_sid": self.account_sid,
                "service_sid": self.sid,
                "date_created": MADE,
                "date_updated": MADE,
                "phone_number": number,
                "country_code": "US",
                "capabilities": ["SMS"],
                "url": f"{address}/PN{number.lstrip('+').zfill(32)}",
            }
            for number in sorted(senders)
        ]
        meta = {"page": 0, "page_size": 50, "first_page_url": f"{address}?PageSize=50&Page=0", "url": address}
        meta |= {"previous_page_url": None, "next_page_url": None, "key": "phone_numbers"}
        return {"phone_numbers": numbers, "meta": meta}
