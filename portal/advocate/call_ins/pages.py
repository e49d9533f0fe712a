"""What the pages about call-ins show: frozen cards, one template each (see `pages`)."""

from dataclasses import dataclass, field

from portal.advocate.cards import Chip, Fact, Form, Hold, Moment, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class CallInRow:
    """One call-in: whose by handle, how much time is left, whether she knows, what to do next."""

    handle: str
    href: str
    when: Moment
    left: str
    """ "3 days left"; empty once it has passed."""
    level: Chip | None
    state: Chip
    sentence: str
    whose: str
    """Whose case it is, as a sentence."""
    notes: tuple[str, ...] = ()
    """What an agency wants to change, and what stands until somebody has checked it."""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallInDay:
    """The call-ins of one day, with their counts in words."""

    key: str
    title: str
    gloss: str
    rows: tuple[CallInRow, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """How many call-ins of a day stand in one way, drawn as that state's shape beside a number."""

    count: int
    chip: Chip
    x: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """One day of the picture, at its place. Without call-ins it leads nowhere."""

    x: int
    y: int
    number: str
    words: str
    href: str = ""
    marks: tuple[Mark, ...] = ()
    is_today: bool = False
    is_chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The weeks ahead as a picture; the same as a table stands behind it."""

    width: int
    height: int
    names: tuple[tuple[int, str], ...]
    """Weekdays with their place."""
    days: tuple[CalendarDay, ...]
    words: str
    heads: tuple[str, ...]
    table: tuple[tuple[str, tuple[str, ...]], ...]
    """Day in words, and per head a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallInsPage:
    """All coming call-ins: by day, those of which she was not told first."""

    sentence: str
    calendar: Calendar
    counts: tuple[Fact, ...]
    days: tuple[CallInDay, ...]
    passed: tuple[CallInRow, ...]
    empty: str
    all_days: Step | None = None
    """Back to every day, where one was chosen."""
    holds: tuple[Hold, ...] = ()
    turn: tuple[Step, ...] = ()
    """To the pages before and after."""
    more: int = 0
    title: str = "Call-ins"


@dataclass(frozen=True, slots=True, kw_only=True)
class LatePart:
    """A telling before a call-in that was written down after it, and a supervisor's look at it."""

    sentence: str
    facts: tuple[Fact, ...]
    form: Form | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallInPage:
    """One call-in: how much time is left, what to try, and how it may be closed without her having been told."""

    title: str
    handle: str
    back: Step
    state: Chip
    lead: str
    facts: tuple[Fact, ...]
    todo: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    changes: tuple[Hold, ...] = ()
    signed: tuple[Fact, ...] = ()
    """Who signed, when and why."""
    late: LatePart | None = None
    lacking: tuple[Fact, ...] = field(default=())
    """Per way of closing it: what is still missing."""
    closing: Form | None = None
    ask: Step | None = None
    """Brings it before a supervisor now."""
    open_again: Step | None = None
