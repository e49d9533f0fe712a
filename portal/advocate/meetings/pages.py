"""What the pages of meetings show: frozen cards, as in `portal.advocate.pages`."""

from dataclasses import dataclass

from portal.advocate.cards import Chip, Fact, Form, Hold, Moment, Step
from portal.advocate.pages import TodayRow


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingSection:
    """A titled run of meetings. `empty` teaches what will appear here; without it an empty section is left out."""

    key: str
    title: str
    rows: tuple[TodayRow, ...]
    empty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingListPage:
    """Meetings by handle, what is due first. Nothing here names or locates anyone."""

    sentence: str
    sections: tuple[MeetingSection, ...]
    alarms: tuple[Hold, ...] = ()
    turn: tuple[Step, ...] = ()
    """To the pages before and after."""
    more: int = 0
    title: str = "Meetings"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmPart:
    """Somebody may be in trouble: what is known, what to do in order, and how to answer. Never for those there."""

    cause: str
    remedy: str
    todo: tuple[str, ...]
    note: str
    """What was written with a call for help."""
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPage:
    """One meeting: her initials and where, and the next thing."""

    title: str
    """Her initials."""
    point: str
    when: Moment
    state: Chip
    back: Step
    alarm: AlarmPart | None
    holds: tuple[Hold, ...]
    next_title: str
    next_sentence: str
    next_steps: tuple[Step, ...]
    check_out: Form | None
    agree: Form | None
    facts: tuple[Fact, ...]
    steps: tuple[Step, ...]
    call_off: Form | None
    ask: Form | None = None
    """Asking a second person to let one worker go."""
    instead: tuple[Step, ...] = ()
    """How it may end without having begun, beside being called off."""
    note: Form | None = None
    """A note of those who are there, where no other form of the page takes one."""
    note_href: str = ""
    """Where the note of a check-out goes that is to be kept without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FromPaperPage:
    """When they came and left, from the sheet."""

    handle: str
    back: Step
    form: Form
    title: str = "Enter from paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingFormPage:
    """A form about a meeting: planning one, or its safety check."""

    title: str
    handle: str
    lead: str
    back: Step
    form: Form
    hold: Hold | None = None
    aside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFormPage:
    """Before a sheet is printed: what is on it, and a reason where it was printed before."""

    handle: str
    back: Step
    form: Form
    title: str = "A sheet of paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPage:
    """The paper: no surname, no case, never where she lives."""

    title: str
    facts: tuple[Fact, ...]
    destroy: str
    back: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """What a colleague keeps for meetings: a calendar, and words for danger."""

    name: str
    calendar_sentence: str
    calendar_address: str
    """Shown once, just after it was made."""
    calendar_steps: tuple[Step, ...]
    phrase_sentence: str
    phrase: Form
    paper: Step
    """To blank sheets, for when the network is down."""
    title: str = "Your account"
