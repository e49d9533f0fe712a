"""Twilio's own handling of STOP and its kin: single words, per sender, by itself, whatever the account thinks of it."""

from dataclasses import dataclass, fields
from typing import Any

WORDS = {
    **dict.fromkeys(("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"), "STOP"),
    **dict.fromkeys(("start", "unstop", "yes"), "START"),
    **dict.fromkeys(("help", "info"), "HELP"),
}
"""Twilio's defaults. Source: help.twilio.com, "Twilio support for opt-out keywords (SMS STOP filtering)"."""
REPLIES = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


@dataclass(frozen=True)
class OptOut:
    """
    How the account has it set.

    `default`: the words block and unblock. `advanced`: so they do, and inbound webhooks carry OptOutType. `off`:
    Twilio does nothing. `replies`: whether the words are answered by Twilio; a site that must not answer has it off.
    """

    handling: str = "default"
    replies: bool = False

    @classmethod
    def parse(cls, said: dict[str, Any]) -> "OptOut":
        """Read a control request; ValueError says what is wrong with it."""
        unknown = set(said) - {field.name for field in fields(cls)}
        if unknown:
            raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
        found = cls(**said)
        if found.handling not in ("default", "advanced", "off"):
            raise ValueError("handling is default, advanced or off")
        return found

    def kind(self, body: str) -> str | None:
        """Return which of the three a text is, when Twilio looks at it at all."""
        return None if self.handling == "off" else WORDS.get(body.strip().lower())

    def reply(self, kind: str | None) -> str | None:
        """Return what Twilio answers by itself."""
        return REPLIES[kind] if kind and self.replies else None
