"""What the pages of one case show: frozen cards, as in `portal.advocate.pages`."""

from dataclasses import dataclass
from typing import Literal

from portal.advocate.cards import Chip, Fact, Form, Hold, Moment, Step
from portal.advocate.talks.pages import TalkCard


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeContactRow:
    """One way of reaching her: what the gate says now, and what would change it."""

    label: str
    """ "Text ··· 0142"."""
    chip: Chip
    detail: str
    """Hours, who shares it, the name to use."""
    said: str
    """Who said so and when."""
    until: Moment | None = None
    hold: Hold | None = None
    """Why it is shut and what opens it; or, without steps, what to mind while it is open."""
    steps: tuple[Step, ...] = ()
    change_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRow:
    """One thing that happened, newest first."""

    when: Moment
    by: str
    title: str
    words: str = ""
    side: Literal["ours", "agency"] = "ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """One task of the case."""

    sentence: str
    when: Moment
    state: Chip | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CallInLine:
    """One call-in on the page of its case: the time left, whether she knows, what comes next."""

    when: Moment
    state: Chip
    sentence: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """One text: what it says, where it stands."""

    label: str
    state: Chip
    when: Moment
    words: str
    hold: Hold | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRow:
    """One letter and where it stands."""

    label: str
    state: Chip
    when: Moment
    words: str = ""
    """Never shown: a letter is read on its own page."""
    notes: tuple[str, ...] = ()
    hold: Hold | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingsCard:
    """The next meeting of a case and where it stands, or that none is planned; and planning one."""

    sentence: str
    when: Moment | None
    state: Chip | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """The next thing on this case, with its steps."""

    title: str
    sentence: str
    when: Moment | None = None
    hold: Hold | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """Next step and the safe-contact strip; then the timeline. Name and numbers only after a recorded reveal."""

    title: str
    """The handle."""
    level: Chip | None
    level_words: str
    """ "Level B since Nov 14"."""
    summary: str
    """Languages and whose case it is."""
    show: Step | None
    """The reveal; None while the details are shown."""
    details: tuple[Fact, ...] = ()
    """Her name, birth date and each number or address in full, on the answer to a reveal only."""
    banner: Hold | None = None
    """A stop on the whole case: paused, do not contact, a match to decide."""
    age: Hold | None = None
    """She is or may be under 18: what is off, what is read out first."""
    partner_work: Hold | None = None
    """What to ask her once in the first conversation: where the partner works."""
    next_step: NextStep
    safe_contact: tuple[SafeContactRow, ...]
    no_safe_way: Hold | None = None
    """Set when no row allows anything: says so and offers what to try."""
    someone_else: Step
    pause: Step | None
    lift: Step | None = None
    steps: tuple[Step, ...] = ()
    """The other things one may do on a case: she asked, add a way, write a text."""
    call_ins: tuple[CallInLine, ...] = ()
    """Its call-ins ahead, and those missed in the last week."""
    needs: tuple[str, Step] | None = None
    """What she needs in a sentence, and the way to it."""
    tasks: tuple[TaskRow, ...] = ()
    no_text_leaves: tuple[Hold, ...] = ()
    """Why none of her texts leaves now, whatever her case says: they are stopped or rest for everybody."""
    texts: tuple[TextRow, ...] = ()
    letters: tuple[LetterRow, ...] = ()
    talk: TalkCard | None = None
    meetings: MeetingsCard | None = None
    timeline: tuple[TimelineRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """Closing or acknowledging one task."""

    title: str
    handle: str
    sentence: str
    back: Step
    form: Form
    is_stop: bool = False
    """Its button stops something, and looks it."""
    hold: Hold | None = None
    """What to mind before an answer, such as news since it was asked."""


@dataclass(frozen=True, slots=True)
class MatchSide:
    """One of two cases that may be the same person; facts side by side."""

    handle: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchPage:
    """Two cases side by side; a human says whether they are the same person."""

    title: str
    this: MatchSide
    other: MatchSide
    form: Form
    back: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftPausePage:
    """A supervisor lifts a pause, with a reason and an answer for every way."""

    title: str
    handle: str
    form: Form
    back: Step
    lifts_others: bool
    """Whether other cases of hers start again with it."""
    goes_on_without: int = 0
    """How many cases of hers do not open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWayRow:
    """One text or letter that had left, or was on paper, when contact was stopped."""

    label: str
    state: Chip
    when: Moment
    sentence: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPage:
    """What a stop on all contact found under way, and who can lift it."""

    title: str
    handle: str
    back: Step
    since: Moment | None
    stopped: str
    """How much was cancelled, in a sentence."""
    rows: tuple[UnderWayRow, ...]
    empty: str
    next_sentence: str
    lift: Step | None
