"""What a program says in answer to an inbound text: TwiML, whose messages Twilio sends at once."""

import re
from html import unescape

_MESSAGE = re.compile(r"<(Message|Sms)(?:\s[^>]*)?>(.*?)</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def replies(kind: str, body: str) -> list[str]:
    """Return the words of every message in an answer; plain text, unless it is empty, is one message by itself."""
    if kind.startswith("text/plain"):
        return [body.strip()] if body.strip() else []
    return [words for _, inner in _MESSAGE.findall(body) if (words := unescape(_TAG.sub("", inner)).strip())]
