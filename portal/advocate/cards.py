"""The small frozen pieces pages are made of: chips, moments, steps, holds, forms, and the frame around a page."""

from dataclasses import dataclass
from typing import Literal

Tone = Literal["safe", "ask", "unsafe", "unknown", "level", "late", "calm"]
"""safe green, ask amber, unsafe red (stop only), unknown grey, level violet, late dark amber, calm no colour."""

Shape = Literal["tick", "question", "cross", "dash", "letter", "clock", "mark", "dot"]
"""The small drawing in a chip, so that colour is never the only sign."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A word with a colour and a shape."""

    word: str
    tone: Tone
    shape: Shape


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as people say it ("in 40 min"), with the full time for hover and screen readers."""

    words: str
    full: str
    iso: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something to press. `get` is a link; `post` is a one-button form with the CSRF token and the hidden fields."""

    label: str
    href: str
    method: Literal["get", "post"] = "get"
    look: Literal["main", "plain", "stop", "quiet"] = "plain"
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Hold:
    """Why something waits: one sentence of cause, one of remedy, the remedy as the first step, "She asked" beside."""

    cause: str
    remedy: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a radio group, check-box group or list."""

    value: str
    label: str
    is_chosen: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field with what was typed and what is wrong with it. `error` empty means nothing is wrong."""

    name: str
    label: str
    kind: Literal["line", "secret", "code", "lines", "radio", "ticks", "list", "date", "time", "tick", "hidden"]
    value: str = ""
    error: str = ""
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    is_required: bool = False
    max_length: int | None = None
    autocomplete: str = "off"


@dataclass(frozen=True, slots=True)
class Form:
    """A form as a page shows it: where it goes, its fields in order, the words on its button."""

    action: str
    button: str
    fields: tuple[Field, ...]
    error: str = ""
    """What is wrong with the form as a whole; shown above it, beside nothing."""
    cancel_href: str = ""

    def __getitem__(self, name: str) -> Field:
        """Return a field by name, for pages that place fields by hand."""
        return next(each for each in self.fields if each.name == name)

    @property
    def wrong(self) -> tuple[Field, ...]:
        """Return the fields with an error, for the summary at the top that links to each."""
        return tuple(each for each in self.fields if each.error)


@dataclass(frozen=True, slots=True)
class NavLink:
    """One entry of the menu; only what this person may open is there."""

    label: str
    href: str
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence about what was just done. Never anything about a victim."""

    words: str
    tone: Literal["done", "warn"] = "done"


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds a page. Signed out: no name, no links."""

    staff_name: str = ""
    links: tuple[NavLink, ...] = ()
    notices: tuple[Notice, ...] = ()
    is_practice: bool = False
    lock: Step | None = None
    session_href: str = ""
    """Address that answers {"csrf": token} while signed in and 401 when not; empty when signed out."""
    account_href: str = ""
    """One's own account; empty where the role has none."""
    paged: Hold | None = None
    """A page to this colleague that nobody has seen yet."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label with what it says."""

    label: str
    words: str
