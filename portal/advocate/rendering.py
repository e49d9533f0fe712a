"""From a page card to an answer: the frame around it, the strict template environment, the notices."""

import hashlib
from pathlib import Path

from flask import Flask, flash, get_flashed_messages, render_template, request, url_for
from flask_login import current_user
from jinja2 import StrictUndefined

from outreach.access import Action
from portal.advocate.cards import Frame, NavLink, Notice, Step
from portal.advocate.parts import parts

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
STATIC = Path(__file__).resolve().parent / "static"

LINKS: tuple[tuple[str, str, Action], ...] = ()

NOTICES = {
    "enrolled": "Your account is ready. Sign in.",
    "signed_out": "You are signed out.",
    "attempt": "Saved.",
    "paused": "All contact is paused. What was waiting to go out is stopped.",
    "lifted": "Contact is open again. Check each way before you use it.",
    "destination": "Saved.",
    "stopped": "This way is stopped.",
    "asked": "What she asked for is on record.",
    "text": "The text is on its way out. Its state shows below.",
    "text_cancelled": "The text is cancelled.",
    "consent": "Her yes to texts is on record.",
    "letter": "The letter is ready to print.",
    "task": "Done.",
    "match": "Your decision is on record.",
    "assigned": "The case has been handed over.",
}
"""What was just done, by key: the cookie carries the key and never a word about anyone."""


def notice(key: str) -> None:
    """Say on the next page what was just done."""
    flash(key if key in NOTICES else _unknown(key))


def _unknown(key: str) -> str:
    raise KeyError(key)


def frame(*, with_forms: bool = True) -> Frame:
    """Return what surrounds the page of whoever is signed in; error pages carry no form, so that alike stay alike."""
    notices = tuple(Notice(NOTICES[key]) for key in get_flashed_messages() if key in NOTICES) if with_forms else ()
    if not current_user.is_authenticated:
        return Frame(notices=notices, is_practice=_is_practice())
    card = current_user.card
    links = tuple(
        NavLink(label, url_for(endpoint), is_here=(request.endpoint or "").split(".")[0] == endpoint.split(".")[0])
        for label, endpoint, action in LINKS
        if card.may(action)
    )
    lock = Step("Lock", url_for("account.sign_out"), "post", "quiet") if with_forms else None
    return Frame(card.name, links, notices, _is_practice(), lock, url_for("account.session_state"))


def show(template: str, page: object) -> str:
    """Render one page card with its template."""
    return render_template(template, page=page, frame=frame())


def prepare_templates(app: Flask) -> None:
    """Make templates strict: undefined names fail, everything is escaped whatever its file is called."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.autoescape = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    marks = {path.relative_to(STATIC).as_posix(): _mark(path) for path in STATIC.rglob("*") if path.is_file()}

    def asset(name: str) -> str:
        """Return the address of a style, font or picture; it changes when the file does."""
        return url_for("static", filename=name, v=marks[name])

    app.jinja_env.globals["asset"] = asset


def _mark(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _is_practice() -> bool:

    return parts().is_practice
