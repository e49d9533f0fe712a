"""What the pages of the outbox show: frozen cards, one template each (see `pages`)."""

from dataclasses import dataclass

from portal.advocate.cards import Chip, Fact, Form, Hold, Moment, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """One text: whose by handle, when, where it stands, why it is held, what can be done."""

    handle: str
    href: str
    when: Moment
    state: Chip
    sentence: str
    remedy: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxSection:
    """One part of the outbox. `empty` teaches what will appear here."""

    key: str
    title: str
    gloss: str
    rows: tuple[OutboxRow, ...]
    empty: str
    all_href: str = ""
    """Where all of them are listed, when there are more than shown."""
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxPage:
    """Held, not known, on the way, waiting, and what came of the rest."""

    sentence: str
    alarms: tuple[Hold, ...]
    sections: tuple[OutboxSection, ...]
    provider: tuple[Fact, ...]
    """What the phone company still has, and what checking phones cost."""
    title: str = "Outbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxPartPage:
    """All texts of one part, page by page."""

    title: str
    sentence: str
    back: Step
    alarms: tuple[Hold, ...]
    section: OutboxSection
    newer_href: str = ""
    older_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTimePage:
    """Choosing another day for a text."""

    title: str
    handle: str
    back: Step
    sentence: str
    hold: Hold | None
    form: Form | None
