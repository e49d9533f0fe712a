"""A messaging service and its settings, as Twilio shows them."""

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
