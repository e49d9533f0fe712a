"""What the pages for contacting her show: call card, attempt, ways of reaching her, texts, letters."""

from dataclasses import dataclass
from typing import Literal

from portal.advocate.cards import Chip, Form, Hold, Moment, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCardPage:
    """To hold while calling: which name to use, until when, no voicemail, opening line, outcomes."""

    title: str
    back: Step
    number: str
    """The number in full: opening this page is a recorded read."""
    chip: Chip
    until: Moment | None
    hold: Hold | None
    """Set when the gate does not allow this call: no outcome buttons then except with "She asked"."""
    name_to_use: str
    opening: str
    if_another_answers: str
    rules: tuple[str, ...]
    """ "Leave no message." "Do not say …" Plain sentences."""
    outcomes: tuple[Step, ...]
    someone_else: Step
    placing: tuple[str, ...] = ()
    """How to place it, by relay or to a video phone; empty for a plain call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailCardPage:
    """To hold beside a work mailbox: the address, subject, what may be said, how it went. Nothing on it sends."""

    title: str
    back: Step
    address: str
    """In full, and only while the gate says yes: opening this page is a recorded read."""
    chip: Chip
    until: Moment | None
    hold: Hold | None
    subject: str
    sender: str
    """Which sender's name she wants to see; may be empty."""
    may_say: tuple[str, ...]
    rules: tuple[str, ...]
    outcomes: tuple[Step, ...]
    no_email: Step
    someone_else: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptPage:
    """Two taps for an outcome; typing optional."""

    title: str
    handle: str
    back: Step
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationPage:
    """Way by way: verdict per channel, hours, words, who shares it."""

    title: str
    handle: str
    back: Step
    same_as_before: Step | None
    """ "Same as before": renews the verdicts she gave, one tap."""
    form: Form
    near: str = ""
    """How the partner may be near it, and that she is to be asked; empty where nothing speaks for it."""
    known: Step | None = None
    """Leads to the way that is on the case already, when it was to be added once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticularsPage:
    """Who she is, as she says it."""

    title: str
    handle: str
    back: Step
    full_name: str
    """As an agency sent it; not changed here."""
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class SomeoneElsePage:
    """What to say now, and one tap that stops this phone or everything."""

    title: str
    handle: str
    say: str
    """Empty where somebody wrote: nothing is answered."""
    form: Form
    back: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class SheAskedPage:
    """What she wants, when, how it was verified."""

    title: str
    handle: str
    form: Form
    back: Step


@dataclass(frozen=True, slots=True)
class TextPreview:
    """A text exactly as it would leave."""

    words: str
    segments: int
    letters: int
    encoding: str
    leaves: str
    """When it leaves, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPage:
    """Choose the words, see them, release them."""

    title: str
    handle: str
    back: Step
    chip: Chip
    hold: Hold | None
    preview: TextPreview | None
    """None until the words were chosen and the preview was asked for."""
    form: Form | None
    """None where no text is approved."""
    release: Form | None = None
    """The release itself, with the words fixed; only beside a preview the gate allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPage:
    """The envelope as a scanned-mail preview shows it; then the page; then its release."""

    title: str
    handle: str
    back: Step
    sender: tuple[str, ...]
    """The return address, as it stands on the envelope."""
    envelope: tuple[str, ...]
    """What its window shows; empty for a letter that is handed over, or that cannot be written."""
    words: tuple[str, ...]
    """The letter, one paragraph each."""
    language: str = "en"
    direction: Literal["ltr", "rtl"] = "ltr"
    notes: tuple[str, ...] = ()
    """What to know before it is released, a sentence each."""
    steps: tuple[Step, ...] = ()
    """What else may be done about it, beside the release."""
    hold: Hold | None
    form: Form | None
    shelf: Step | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfRow:
    """One letter of the deployment: who approved it, how it reads, what is wrong with it."""

    label: str
    standing: Chip
    says: str
    reading: str
    approved: str
    faults: tuple[str, ...]
    command: str
    """What an operator types to approve it."""
    is_waiting: bool
    language: str
    direction: Literal["ltr", "rtl"]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfPage:
    """Every letter there is."""

    title: str
    rows: tuple[ShelfRow, ...]
