"""Marks, links and forms that sample pages are made of, in the words of one fictional day."""

from portal.advocate.cards import Chip, Choice, Field, Form, Frame, Hold, Moment, NavLink, Step
from portal.advocate.forms import StrictForm

# Marks

LEVEL_A, LEVEL_B, LEVEL_C = (Chip(f"Level {each}", "level", "letter") for each in "ABC")
SAFE = Chip("Safe now", "safe", "tick")
NOT_SAFE = Chip("Not safe", "unsafe", "cross")
ASK = Chip("Ask first", "ask", "question")
UNKNOWN = Chip("Not known", "unknown", "dash")
HELD = Chip("Held", "ask", "question")
STOPPED = Chip("Stopped", "unsafe", "cross")
MISSED = Chip("Missed", "late", "clock")
NOON = Moment("12 noon", "Saturday, November 21, 2099, 12:00 pm EST", "2099-11-21T12:00:00-05:00")


def at(words: str, hour: int = 11, day: int = 21) -> Moment:
    """Return a moment said as `words`."""
    return Moment(words, f"November {day}, 2026, {hour}:00 EST", f"2026-11-{day:02}T{hour:02}:00:00-05:00")


def go(label: str, look: str = "plain") -> Step:
    """Return a link."""
    return Step(label, "/somewhere", look=look)  # type: ignore[arg-type]


def do(label: str, look: str = "plain", **hidden: str) -> Step:
    """Return a one-button form."""
    return Step(label, "/somewhere", "post", look, tuple(hidden.items()))  # type: ignore[arg-type]


LINKS = (
    NavLink("Today", "/today", True),
    NavLink("Cases", "/cases"),
    NavLink("Call-ins", "/call-ins"),
    NavLink("Meetings", "/meetings"),
    NavLink("Letters", "/letters"),
    NavLink("Outbox", "/outbox"),
    NavLink("Night", "/night"),
    NavLink("Team", "/team"),
)
SIGNED_IN = Frame("Dana R.", LINKS, lock=do("Lock", "quiet"), session_href="/session", account_href="/account")
SIGNED_OUT = Frame()
BACK = go("Back to Cedar Wren")
HANDLE = "Cedar Wren"
SHE_ASKED = go("She asked")


def choices(*words: str, chosen: str = "") -> tuple[Choice, ...]:
    """Return one choice per word."""
    return tuple(Choice(each.lower().replace(" ", "_"), each, each == chosen) for each in words)


def radio(name: str, label: str, *words: str, chosen: str = "", error: str = "", hint: str = "") -> Field:
    """Return a radio group."""
    return Field(name, label, "radio", error=error, hint=hint, choices=choices(*words, chosen=chosen), is_required=True)


def form(button: str, *fields: Field, error: str = "") -> Form:
    """Return a form with one button and a way back."""
    return Form("/somewhere", button, fields, error=error, cancel_href="/somewhere")


ALARM = Hold(
    "No worker has looked at texts for 7 minutes.",
    "No text leaves until it does. Tell the person who runs Wayside now. Call where it can not wait.",
    (),
)


def as_shown(kind: type[StrictForm], button: str, **more: object) -> Form:
    """Return a form of the portal as its page shows it, empty."""
    form = kind()
    for name, choices in more.items():
        form[name].choices = choices
    return form.card("/somewhere", button)
