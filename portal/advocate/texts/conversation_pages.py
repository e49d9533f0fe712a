"""What the pages of talking with her by text show: the thread, her code word, numbers nobody knows."""

from dataclasses import dataclass
from typing import Literal

from portal.advocate.cards import Chip, Form, Hold, Moment, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """One text of either side."""

    side: Literal["ours", "theirs"]
    label: str
    when: Moment
    chip: Chip
    words: str
    note: str = ""
    """What else is to be said of it: pictures, a stop."""
    hold: Hold | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCard:
    """One phone of hers: who may be on it, and what can be done there."""

    label: str
    chip: Chip
    steps: tuple[Step, ...] = ()
    stops: tuple[Step, ...] = ()
    """One tap each: someone else has it, it is the wrong number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationPage:
    """Verified or not; then the thread, newest first."""

    title: str
    handle: str
    back: Step
    sentence: str
    lines: tuple[LineCard, ...]
    rows: tuple[MessageRow, ...]
    has_more: bool
    empty: str = "Nothing was texted yet. What comes in, and what we send, will line up here."


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeWordPage:
    """Checking a word she gives, what came of it, and the way to set one."""

    title: str
    handle: str
    back: Step
    answer: Hold | None
    """Of the word just checked, or why none can be checked now."""
    is_right: bool
    form: Form | None
    new: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCodeWordPage:
    """Choosing her words with her, live."""

    title: str
    handle: str
    back: Step
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownRow:
    """One number nobody knows; what it is and what it says is inside."""

    sentence: str
    when: Moment
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownNumbersPage:
    """Numbers that wrote and are in no case."""

    rows: tuple[UnknownRow, ...]
    more: int
    back: Step
    title: str = "Unknown numbers"
    sentence: str = "They wrote to us and are in no case. Nothing was sent back."
    empty: str = "No number waits. A text from a number that is in no case comes here."


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownNumberPage:
    """One number, its texts, and whose it is."""

    title: str
    handle: str
    back: Step
    rows: tuple[MessageRow, ...]
    more: int
    attach: Form
    dismiss: Form
