"""A second wall beside the CSRF token: a browser that says a post comes from elsewhere is believed."""

from urllib.parse import urlsplit

from flask import abort, request

SAFE_METHODS = frozenset({"GET", "HEAD"})
OURS = frozenset({"same-origin", "none"})


def refuse_other_origins() -> None:
    """Answer 400 to a post whose Sec-Fetch-Site or Origin names another place; tools that send neither pass here."""
    if request.method in SAFE_METHODS:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in OURS:
        abort(400)
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(400)
