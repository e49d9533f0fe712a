"""
From one line of the spreadsheet to one case to open: every fault of it at once, and nothing guessed. Pure.

What she said against contact is read first and kept whatever else is empty: a no to mail without its address is a no to
all mail. A no about a phone that is not named could be kept nowhere, so that row is refused.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple, TypeVar

from outreach.gate.hours import Window
from outreach.identity.likeness import Person
from outreach.importing import cells
from outreach.importing.cells import BadCell
from outreach.importing.spreadsheet import Fault, Line
from outreach.people import Particulars
from outreach.terms import Channel, DestinationKind

T = TypeVar("T")


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class WayInFile:
    """A phone or an address of hers with what the file says of it: yes, no, or nothing."""

    kind: DestinationKind
    value: str
    said: Mapping[Channel, bool | None]
    windows: tuple[Window, ...] = ()
    is_shared: bool = False
    is_substitute: bool = False


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class PartnerInFile:
    """What the file says of the partner, so that nothing names or reaches them by mistake."""

    name: str = ""
    born_on: date | None = None
    phone: str = ""
    address: str = ""
    is_officer: bool = False
    """Works where records are kept: the case is restricted from its first moment."""


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Stops:
    """What she said against contact."""

    do_not_contact: bool
    may_try_if_danger: bool
    she_will_contact_us: bool
    no_mail: bool
    no_texts: bool


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class Row:
    """One case to open."""

    number: int
    reference: str
    particulars: Particulars
    level: str | None
    level_since: date | None
    stops: Stops
    ways: tuple[WayInFile, ...]
    partner: PartnerInFile
    advocate: str
    """An e-mail, small; empty where a supervisor hands the case out."""
    ask_first: str

    @property
    def person(self) -> Person:
        """Return what is compared of her."""
        born = self.particulars.date_of_birth
        phones = (way.value for way in self.ways if way.kind is DestinationKind.PHONE)
        return Person(self.particulars.full_name, date.fromisoformat(born) if born else None, frozenset(phones))

    @property
    def partner_as_person(self) -> Person:
        """Return what is compared of the partner."""
        return Person(self.partner.name, self.partner.born_on, frozenset(filter(None, (self.partner.phone,))))


class Rules(NamedTuple):
    """What a row is held against besides itself."""

    today: date
    languages: Mapping[str, str]
    """The tag of each language by its name in small letters."""
    advocates: frozenset[str]
    """E-mails, small, of colleagues who may be given a case."""


class _Cells:
    """The cells of one row; what can not be used is gathered, so that a person mends a row once."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.faults: list[Fault] = []

    def take(self, column: str, read: Callable[[str], T]) -> T | None:
        try:
            return read(self._line.cells[column])
        except BadCell as bad:
            self.refuse(column, str(bad))
            return None

    def words(self, column: str) -> str:
        return self.take(column, cells.line) or ""

    def is_yes(self, column: str) -> bool:
        return self.take(column, cells.yes_or_no) is True

    def several(self, columns: Sequence[str]) -> list[str]:
        return [self._line.cells[column] for column in columns]

    def refuse(self, column: str, mend: str) -> None:
        self.faults.append(Fault(self._line.number, column, mend))


def row_of(line: Line, rules: Rules) -> Row | tuple[Fault, ...]:
    """Return the case a line asks for, or every fault of it."""
    found = _Cells(line)
    stops, ways = _stops(found), _ways(found)
    mail = found.take("mail", cells.yes_or_no)
    address = _address_of_hers(found, mail)
    if address is None and mail is False:
        stops = replace(stops, no_mail=True)
    row = Row(
        number=line.number,
        reference=_needed(found, "reference"),
        particulars=_particulars(found, rules),
        level=found.take("level", cells.level),
        level_since=found.take("level_since", lambda cell: cells.past_day(cell, today=rules.today)),
        stops=stops,
        ways=tuple(_heeding(stops, way) for way in (*ways, *([address] if address else []))),
        partner=_partner(found, rules),
        advocate=_advocate(found, rules),
        ask_first=found.take("ask_first", cells.note) or "",
    )
    return tuple(found.faults) or row


def _stops(found: _Cells) -> Stops:
    names = ("do_not_contact", "may_try_if_danger", "she_will_contact_us", "no_mail", "no_texts")
    return Stops(**{name: found.is_yes(name) for name in names})


def _heeding(stops: Stops, way: WayInFile) -> WayInFile:
    """Write a no that is for every phone or every address to this one too."""
    said = dict(way.said)
    if stops.no_texts and Channel.TEXT in said:
        said[Channel.TEXT] = False
    if stops.no_mail and Channel.LETTER in said:
        said[Channel.LETTER] = False
    return replace(way, said=said)


def _needed(found: _Cells, column: str) -> str:
    said = found.take(column, cells.line)
    if said == "":
        found.refuse(column, "is empty. Fill it in.")
    return said or ""


def _particulars(found: _Cells, rules: Rules) -> Particulars:
    born = found.take("date_of_birth", lambda cell: cells.past_day(cell, today=rules.today))
    together = found.take("lives_with_partner", cells.yes_or_no)
    return Particulars(
        full_name=_needed(found, "full_name"),
        date_of_birth=born.isoformat() if born else None,
        language=found.take("language", lambda cell: cells.language(cell, rules.languages)),
        lives_with_offender="unknown" if together is None else "yes" if together else "no",
        chosen_name=found.words("chosen_name"),
        pronouns=found.words("pronouns"),
        needs_interpreter=found.is_yes("needs_interpreter"),
    )


def _ways(found: _Cells) -> list[WayInFile]:
    ways = [way for column in ("phone", "phone_2") if (way := _phone(found, column)) is not None]
    if len({way.value for way in ways}) < len(ways):
        found.refuse("phone_2", "is the same as phone. Take one out.")
    return ways


def _phone(found: _Cells, column: str) -> WayInFile | None:
    number = found.take(column, cells.phone)
    said = {
        Channel.CALL: found.take(f"{column}_call", cells.yes_or_no),
        Channel.VOICEMAIL: found.take(f"{column}_message", cells.yes_or_no),
        Channel.TEXT: found.take(f"{column}_text", cells.yes_or_no),
    }
    windows = found.take(f"{column}_times", cells.hours) or ()
    is_shared = found.is_yes(f"{column}_shared")
    if not number:
        if number == "" and (windows or is_shared or any(each is not None for each in said.values())):
            found.refuse(column, _NO_SUCH_PHONE)
        return None
    return WayInFile(kind=DestinationKind.PHONE, value=number, said=said, windows=windows, is_shared=is_shared)


_NO_SUCH_PHONE = (
    "is empty, and the cells about it are not. Write the phone, or empty them; no to texts at any phone is no_texts."
)


def _address_of_hers(found: _Cells, mail: bool | None) -> WayInFile | None:
    lines = found.several(("street", "street_2", "city", "state", "zip"))
    value = found.take("street", lambda _: cells.address(lines))
    is_substitute = found.is_yes("substitute_address")
    if not value:
        return None
    return WayInFile(
        kind=DestinationKind.ADDRESS, value=value, said={Channel.LETTER: mail}, is_substitute=is_substitute
    )


def _partner(found: _Cells, rules: Rules) -> PartnerInFile:
    town = found.several([f"partner_{name}" for name in ("city", "state", "zip")])
    return PartnerInFile(
        name=found.words("partner_name"),
        born_on=found.take("partner_date_of_birth", lambda cell: cells.past_day(cell, today=rules.today)),
        phone=found.take("partner_phone", cells.phone) or "",
        is_officer=found.is_yes("partner_is_officer"),
        address=found.take("partner_street", lambda cell: cells.address((cell, "", *town))) or "",
    )


def _advocate(found: _Cells, rules: Rules) -> str:
    said = found.words("advocate").casefold()
    if said and said not in rules.advocates:
        found.refuse("advocate", "is no e-mail of a colleague here who may keep cases. Check it, or leave it empty.")
    return said
