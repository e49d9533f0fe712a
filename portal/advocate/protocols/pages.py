"""What the pages of protocols show: which are in force, a text with its faults, a dry run beside what is in force."""

from dataclasses import dataclass

from portal.advocate.cards import Chip, Fact, Form, Hold, Moment, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class InForceCard:
    """The protocol of one place: since when, by whom, and what can be done."""

    place: str
    facts: tuple[Fact, ...]
    steps: tuple[Step, ...]
    waits: Hold | None = None
    """A change that one person asked for and a second has not looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierRow:
    """A protocol that was in force, or a change that was taken back."""

    when: Moment
    title: str
    words: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolsPage:
    """What is in force in each place; then what was."""

    back: Step
    in_force: tuple[InForceCard, ...]
    earlier: tuple[EarlierRow, ...]
    new: Step
    more: int = 0
    title: str = "Protocols"
    sentence: str = "What is due at each level, and by when."
    empty: str = "None is in force yet. The worker puts those in force that came with Wayside, at its first start."


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRow:
    """One thing to mend in a text: where, what, how."""

    place: str
    wrong: str
    mend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolTextPage:
    """A protocol to paste or to pick as a file; what was given comes back with every fault."""

    back: Step
    form: Form
    faults: tuple[FaultRow, ...] = ()
    title: str = "Try a protocol"
    sentence: str = "First you see what it would do. Nothing changes yet."


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRow:
    """One moment of the sample, with when the task was due and would be."""

    at: str
    was: str
    would_be: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """One task that differs, alike at these moments."""

    chip: Chip
    task: str
    how: str
    """ "24 h later, each time." """
    first: TimeRow
    others: tuple[TimeRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenePart:
    """What differs when one thing happens."""

    scene: str
    rows: tuple[TaskRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarefulRow:
    """Something that would come later, or not at all; or a number that differs."""

    chip: Chip
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRunPage:
    """What a text would do beside what is in force, and the one thing to decide about it."""

    title: str
    handle: str
    """The place and both versions."""
    back: Step
    sentence: str
    facts: tuple[Fact, ...]
    careful: tuple[CarefulRow, ...]
    parts: tuple[ScenePart, ...]
    same: tuple[str, ...]
    """What happens and asks for the same as before."""
    hold: Hold | None
    """Why it can not go on from here."""
    form: Form | None
    """Asks for it, or makes it current."""
    take_back: Form | None = None
    numbers: tuple[CarefulRow, ...] = ()
    """Every number of the text that differs, old and new."""
