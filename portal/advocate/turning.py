"""Long lists that are turned page by page: which page an address asks for, and the ways to those before and after."""

from typing import Any

from flask import request, url_for

from portal.advocate.cards import Step


def asked_page() -> int:
    """Return which page the address names, from 1; the first where it names none."""
    asked = request.args.get("page", "1")[:6]
    return max(1, int(asked)) if asked.isascii() and asked.isdecimal() else 1


def turn(endpoint: str, page: int, *, is_more: bool, **named: Any) -> tuple[Step, ...]:
    """Return the ways to the page before this one, and to the one after where there is more."""
    before = Step("The ones before", url_for(endpoint, **named, page=page - 1)) if page > 1 else None
    after = Step("The ones after", url_for(endpoint, **named, page=page + 1)) if is_more else None
    return tuple(filter(None, (before, after)))
