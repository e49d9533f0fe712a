"""What the page of blank sheets shows: frozen cards (see `portal.advocate.pages`)."""

from dataclasses import dataclass

from portal.advocate.cards import Step


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One kind of sheet, and its files by the size of paper."""

    title: str
    said: str
    files: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFormsPage:
    """The sheets, and how what is on them comes back in."""

    back: Step
    rows: tuple[SheetRow, ...]
    handle: str = "For when the network is down"
    title: str = "Paper forms"
