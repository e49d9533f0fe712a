"""What the pages about her yes and her no to texts show: frozen cards, as in `portal.advocate.pages`."""

from dataclasses import dataclass

from portal.advocate.cards import Chip, Fact, Form, Hold, Moment, Step
from portal.advocate.cases.pages import TimelineRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentPage:
    """Recording that she agreed to texts at one phone: how, in which words, who heard it."""

    title: str
    handle: str
    back: Step
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """What she is told to send from her phone, and until when it counts."""

    digits: str
    until: Moment
    hint: str
    """What else to tell her; empty when nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecordPage:
    """Where texts to one phone stand, what to do next, and all she ever said about them."""

    title: str
    handle: str
    back: Step
    chip: Chip
    sentence: str
    code: Code | None
    reply: Hold | None
    """A yes came from the phone, and a person must say whether it was hers."""
    steps: tuple[Step, ...]
    history: tuple[TimelineRow, ...]
    print_step: Step
    number_form: Form | None
    """For a supervisor: why the whole number must be on the print."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalPage:
    """She wants no texts: how and when she said so, who heard it, and for which phones."""

    title: str
    handle: str
    back: Step
    form: Form


@dataclass(frozen=True, slots=True)
class EvidenceEntry:
    """One yes or one no, as it is printed."""

    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class EvidenceText:
    """That a text went out, and what is known of its arrival."""

    when: str
    became: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidencePage:
    """The record for a regulator: a phone number, in part or whole, and nothing else that says who she is."""

    title: str
    back: Step
    number: str
    state: str
    printed: str
    zone: str
    entries: tuple[EvidenceEntry, ...]
    texts: tuple[EvidenceText, ...]
    counted: str
