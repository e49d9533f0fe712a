"""What the night card, one case of it, the hand-over and the rota show: frozen cards, as in `portal.advocate.pages`."""

from dataclasses import dataclass

from portal.advocate.cards import Chip, Form, Hold, Moment, Step
from portal.advocate.cases.pages import SafeContactRow
from portal.advocate.pages import TodayRow


@dataclass(frozen=True, slots=True, kw_only=True)
class NightPage:
    """Who waits, for whoever is on call."""

    sentence: str
    rows: tuple[TodayRow, ...]
    empty: str
    steps: tuple[Step, ...]
    """To the hand-over and the rota."""
    more: str = ""
    """How many wait on the pages after this one."""
    turn: tuple[Step, ...] = ()
    """To the pages before and after."""
    title: str = "Night"


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedRow:
    """One thing she needs: what came of it so far, and what can be noted with one tap."""

    label: str
    chip: Chip
    said: str
    note: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NightCasePage:
    """One case as the colleague on call sees it: what is due, her ways, what she needs now. No notes."""

    title: str
    back: Step
    level: Chip | None
    summary: str
    hers: tuple[str, ...]
    """What came from her tonight, without a word of it."""
    rang_in: Step
    """Takes down a call of hers."""
    alarm: Hold | None
    due: tuple[TodayRow, ...]
    ways: tuple[SafeContactRow, ...]
    no_safe_way: Hold | None
    needs: tuple[NeedRow, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DoneRow:
    """Something done in the shift."""

    when: Moment
    handle: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverPage:
    """The end of a shift: what was done, who still waits, and one button."""

    back: Step
    sentence: str
    done: tuple[DoneRow, ...]
    waits: tuple[TodayRow, ...]
    tell: Step | None
    more: str = ""
    turn: tuple[Step, ...] = ()
    """As on the night card."""
    title: str = "Hand over"


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """One shift of the rota."""

    name: str
    turn: Chip
    begins: Moment
    ends: Moment
    said: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RotaPage:
    """Who is on call and when nobody is."""

    sentence: str
    gaps: tuple[Hold, ...]
    shifts: tuple[ShiftRow, ...]
    phone: Hold
    """How this colleague's own phone is paged."""
    topic: str = ""
    """The address their phone listens to, on the answer to a new one only."""
    form: Form | None
    more_gaps: int = 0
    weeks: Step | None = None
    """To filling it a week at a time."""
    title: str = "On call"


@dataclass(frozen=True, slots=True, kw_only=True)
class RotaWeekPage:
    """A week that repeats: the form, and, once it was looked at, each shift it makes and the gaps that stay."""

    back: Step
    sentence: str
    form: Form
    folded: tuple[str, ...]
    """Fields few people need."""
    gaps: tuple[Hold, ...] = ()
    more_gaps: int = 0
    shifts: tuple[ShiftRow, ...] = ()
    more: int = 0
    keep: Form | None = None
    """Keeps what was looked at; None before that."""
    title: str = "A week that repeats"
    handle: str = "On call"
