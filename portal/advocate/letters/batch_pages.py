"""What the pages of letters in stacks show: frozen cards, one template each."""

from dataclasses import dataclass

from portal.advocate.cards import Chip, Form, Hold, Moment, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One letter, one stack or one wish: whose by handle or number, when, where it stands, what can be done."""

    handle: str
    href: str
    when: Moment
    state: Chip
    sentence: str
    remedy: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardSection:
    """One part of the page. `empty` says that nothing is here, on a page that shows this part alone."""

    key: str
    title: str
    gloss: str
    rows: tuple[BoardRow, ...]
    empty: str = ""
    total: int = 0
    all_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPage:
    """Where letters stand."""

    sentence: str
    steps: tuple[Step, ...]
    sections: tuple[BoardSection, ...]
    title: str = "Letters"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long work is."""

    done: int
    total: int
    words: str


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One letter of a stack by its code; the handle only where the case is the reader's."""

    place: str
    code: str
    handle: str
    href: str
    words: str
    state: Chip
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class VoidRow:
    """One void page of a stack: whose, and why."""

    place: str
    handle: str
    href: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage:
    """One stack: what to do next, then its list."""

    title: str
    back: Step
    summary: str
    heading: str
    sentence: str
    progress: Progress | None
    hold: Hold | None
    steps: tuple[Step, ...]
    forms: tuple[Form, ...]
    pull_out: tuple[PlaceRow, ...]
    void: tuple[VoidRow, ...]
    inside: tuple[PlaceRow, ...]
    give_up: Form | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WishPage:
    """A letter to where mail is not known to be safe, as a second person weighs it."""

    title: str
    handle: str
    back: Step
    sentence: str
    facts: tuple[tuple[str, str], ...]
    words: tuple[str, ...]
    hold: Hold | None
    form: Form | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedPage:
    """One field for the code of a letter that came back; what was done about the last one."""

    form: Form
    done: Hold | None
    back: Step
    handle: str = ""
    title: str = "A letter came back"
