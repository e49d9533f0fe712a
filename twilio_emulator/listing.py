"""Pages of messages, as Twilio lists them: filters, page sizes, and tokens that survive deletions on the way."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from twilio_emulator.exchange import Exchange
from twilio_emulator.messages import Message
from twilio_emulator.refusals import Refusal

PAGE_SIZE, LARGEST_PAGE = 50, 1000
FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")


@dataclass(frozen=True)
class Wish:
    """What a list request asks for."""

    filters: dict[str, str]
    size: int = PAGE_SIZE
    page: int = 0
    token: str | None = None

    @classmethod
    def parse(cls, query: list[tuple[str, str]]) -> "Wish":
        """Read the query; Refusal 20001 names what cannot be read."""
        given = dict(query)
        filters = {name: given[name] for name in FILTERS if given.get(name)}
        for name in filters.keys() & {"DateSent", "DateSent<", "DateSent>"}:
            _moment(filters[name], name)
        return cls(
            filters=filters,
            size=min(LARGEST_PAGE, max(1, _number(given, "PageSize", PAGE_SIZE))),
            page=_number(given, "Page", 0),
            token=given.get("PageToken"),
        )

    def wants(self, message: Message) -> bool:
        """Whether a message passes the filters. What Twilio shows is what it compares: a masked number is masked."""
        shown = {"To": message.shown_recipient(), "From": message.shown_sender()}
        if any(shown[name] != self.filters[name] for name in self.filters.keys() & shown.keys()):
            return False
        return all(_was_sent(message.sent_at, name, said) for name, said in self.filters.items() if name[0] == "D")


def page(exchange: Exchange, wish: Wish, *, path: str) -> dict[str, Any]:
    """Return one page, newest first, with the addresses of those around it."""
    wanted = [message for message in exchange.newest_first() if wish.wants(message)]
    found = _cut(exchange, wanted, wish)
    more = bool(found) and found[-1].number > wanted[-1].number
    start = wish.page * wish.size
    return {
        "end": start + len(found) - 1 if found else 0,
        "first_page_uri": _address(path, wish, 0),
        "messages": [message.as_json() for message in found],
        "next_page_uri": _address(path, wish, wish.page + 1, f"PA{found[-1].sid}") if more else None,
        "page": wish.page,
        "page_size": wish.size,
        "previous_page_uri": (
            _address(path, wish, wish.page - 1, f"PB{found[0].sid}") if wish.page and found else None
        ),
        "start": start if found else 0,
        "uri": _address(path, wish, wish.page, wish.token),
    }


def _cut(exchange: Exchange, wanted: list[Message], wish: Wish) -> list[Message]:
    """Return the messages after the one that a token names, or those before it, even when it is deleted by now."""
    if wish.token is None:
        return wanted[wish.page * wish.size : (wish.page + 1) * wish.size]
    number = exchange.number_of(wish.token[2:])
    if number is None or wish.token[:2] not in ("PA", "PB"):
        raise Refusal(20001, 400, "Invalid parameter: PageToken")
    if wish.token.startswith("PA"):
        return [message for message in wanted if message.number < number][: wish.size]
    return [message for message in wanted if message.number > number][-wish.size :]


def _address(path: str, wish: Wish, page: int, token: str | None = None) -> str:
    said = {**wish.filters, "PageSize": str(wish.size), "Page": str(page)}
    return f"{path}?{urlencode(said | ({'PageToken': token} if token else {}))}"


def _number(given: dict[str, str], name: str, usual: int) -> int:
    said = given.get(name, str(usual))
    if not re.fullmatch(r"\d{1,9}", said):
        raise Refusal(20001, 400, f"Invalid parameter: {name}")
    return int(said)


def _moment(said: str, name: str) -> tuple[datetime, bool]:
    """Read a date or a time in GMT; the second part says whether it is a whole day."""
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        raise Refusal(20001, 400, f"Invalid parameter: {name}") from None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)), re.fullmatch(r"\d{4}-\d{2}-\d{2}", said) is not None


def _was_sent(sent_at: datetime | None, name: str, said: str) -> bool:
    """
    Compare as documented: `<` is "on and before", `>` is "on and after", a day is a whole day in GMT.

    A message that was not sent yet has no date and fits none.
    """
    if sent_at is None:
        return False
    at, is_day = _moment(said, name)
    begins = datetime.combine(at.astimezone(UTC).date(), time(), UTC) if is_day or name == "DateSent" else at
    ends = begins + timedelta(days=1) if is_day or name == "DateSent" else at + timedelta(seconds=1)
    if name == "DateSent<":
        return sent_at < ends
    if name == "DateSent>":
        return sent_at >= begins
    return begins <= sent_at < ends
