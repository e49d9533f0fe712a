"""
Which instruments a site may use: its signed permissions, and the licensed words it adds. Pure; texts in.

An instrument is off until a named person has written down which permission the site has for exactly this file and
exactly these licensed words (requirement 55). A changed file is off again. What is off says why, in one sentence.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from outreach.protocols.lines import placed
from outreach.protocols.reading import Fault, Reading
from outreach.risk.instruments import Instrument, InstrumentError, Item, Total, digest, parse, read_table

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Permit:
    """One signed permission: who wrote it down, when, and which it is."""

    instrument: str
    sha256: str
    is_practice: bool
    """For a home where nobody is real; it counts nowhere else."""
    by: str
    on: date
    permission: str


@dataclass(frozen=True, slots=True)
class InstrumentFile:
    """One instrument as its files hold it: the name of the file, its text, and the site's licensed words for it."""

    name: str
    text: str
    licensed: str = ""

    @property
    def sha256(self) -> str:
        """Return what a permission is given for: the file, and the licensed words with it."""
        return digest(f"{self.text}\n{self.licensed}" if self.licensed else self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One instrument at this site: usable, or off with the reason."""

    instrument: Instrument
    sha256: str
    wording: Mapping[int, str] = field(default_factory=dict)
    """The licensed words of each question, by its number; empty where only the labels are known."""
    permit: Permit | None = None
    why_off: str = ""

    @property
    def is_on(self) -> bool:
        """Say whether it may be used."""
        return self.permit is not None and not self.why_off

    def words_of(self, item: Item) -> str:
        """Return what to ask: the licensed words, or the label."""
        return self.wording.get(item.number, item.label)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The instruments of a site: those read, and the files that could not be."""

    offered: tuple[Offered, ...] = ()
    faulty: tuple[tuple[str, str], ...] = ()
    """(name of the file, what is wrong with it)."""
    limits: str = ""
    """The state's reporting limits in the site's own words; empty: the words that come with the program."""

    def usable(self) -> tuple[Offered, ...]:
        """Return those that may be used."""
        return tuple(each for each in self.offered if each.is_on)

    def find(self, key: str) -> Offered | None:
        """Return one that may be used, by its key."""
        return next((each for each in self.usable() if each.instrument.key == key), None)

    def as_it_was(self, key: str, sha256: str) -> Offered | None:
        """Return one, on or off, while its files are still those with this digest."""
        return next((e for e in self.offered if (e.instrument.key, e.sha256) == (key, sha256)), None)


def shelf(files: Iterable[InstrumentFile], permits: str, *, is_practice: bool, limits: str = "") -> Shelf:
    """
    Return the instruments of a site. A file that can not be read is off, and keeps no other off.

    Args:
        permits: the text of permissions.toml; empty where there is none.
        is_practice: a home where nobody is real.

    Raises:
        InstrumentError: permissions.toml itself can not be read.
    """
    signed = read_permits(permits)
    offered: dict[str, Offered] = {}
    faulty = []
    for each in files:
        try:
            instrument, wording = _with_licensed(parse(each.text), each.licensed)
        except InstrumentError as error:
            faulty.append((each.name, str(error)))
            continue
        if instrument.key in offered:
            faulty.append((each.name, f"key: there is another instrument {instrument.key}. Give it a key of its own."))
            continue
        permit, why = _permit_of(instrument, each.sha256, signed, is_practice=is_practice)
        offered[instrument.key] = Offered(
            instrument=instrument, sha256=each.sha256, wording=wording, permit=permit, why_off=why
        )
    return Shelf(tuple(offered.values()), tuple(faulty), limits.strip())


def read_permits(text: str) -> tuple[Permit, ...]:
    """Return every signed permission, in the order of the file. Raises InstrumentError with every fault."""
    top = read_table(text)
    found = tuple(_permit(each) for each in top.parts("permitted", required=False))
    top.no_others()
    if top.faults:
        raise InstrumentError(placed(top.faults, text))
    return found


def _permit(part: Reading) -> Permit:
    sha256 = part.sentence("sha256", most=64)
    if sha256 and not _SHA256.fullmatch(sha256):
        part.fault("sha256", "must be the 64 signs of a SHA-256", "Run `wayside instruments enable` instead.")
    found = Permit(
        part.slug("instrument"),
        sha256,
        part.choice("standing", ("permitted", "practice")) == "practice",
        part.sentence("by", most=80),
        part.day("on"),
        part.sentence("permission"),
    )
    part.no_others()
    return found


def _permit_of(
    instrument: Instrument, sha256: str, signed: Iterable[Permit], *, is_practice: bool
) -> tuple[Permit | None, str]:
    """Return the newest permission for exactly this file, or why it is off."""
    hers = [each for each in signed if each.instrument == instrument.key]
    exact = [each for each in hers if each.sha256 == sha256]
    counting = [each for each in exact if is_practice or not each.is_practice]
    if counting:
        return counting[-1], ""
    if exact:
        return None, "It was permitted for practice only, and people here are real."
    if hers:
        return (
            None,
            "Its file or its licensed words changed after the permission was written down. Look, and sign again.",
        )
    whose = "Its makers must permit its use" if instrument.permission == "needed" else "Someone must sign for it"
    return None, f"Nobody has written down a permission. {whose}: see `wayside instruments enable`."


def _with_licensed(instrument: Instrument, text: str) -> tuple[Instrument, dict[int, str]]:
    """Return the instrument with the site's licensed words and weights. Raises InstrumentError."""
    if not text:
        return instrument, {}
    top = read_table(text)
    if top.number("format") not in (None, 1):
        top.fault("format", "this program reads format 1", "Set format = 1.")
    top.choice("for", (instrument.key,), what="instrument")
    top.choice("version", (instrument.version,), what="version")
    top.sentence("licence")
    items, wording = [], {}
    for part in top.parts("items"):
        item, words = _licensed_item(part, instrument)
        items.append(item)
        wording[item.number] = words
    top.no_others()
    if len(wording) < len(items):
        top.fault("items", "a question is named twice", "Name each once.")
    if top.faults:
        raise InstrumentError(placed(top.faults, text))
    return _merged(instrument, items), wording


def _licensed_item(part: Reading, instrument: Instrument) -> tuple[Item, str]:
    number, words = part.number("number") or 0, part.sentence("text", most=600)
    known = next((each for each in instrument.items if each.number == number), None)
    weight = part.number("weight", required=False)
    is_strangulation = part.yes("is_strangulation")
    part.no_others()
    if instrument.items and known is None:
        part.fault("number", "the instrument has no such question", "Use the numbers of its file.")
    if known is not None and weight is not None:
        part.fault("weight", "this instrument counts by its own rules", "Leave the weight out.")
    if known is None and weight is None:
        part.fault("weight", "this is missing", "Write what a yes adds to the total.")
    return known or Item(number, words, is_strangulation, weight=weight), words


def _merged(instrument: Instrument, items: list[Item]) -> Instrument:
    """Return an instrument whose total is now worked out from licensed questions; others keep their questions."""
    if instrument.items:
        return instrument
    total = instrument.total
    without = Total(total.lowest, total.highest, "", "", total.validated_for) if total else None
    return replace(instrument, items=tuple(items), total=without)


def signed(permit: Permit) -> str:
    """Return the entry of permissions.toml for a permission. Raises InstrumentError where a word of it does not fit."""
    for name, value in (("by", permit.by), ("permission", permit.permission)):
        if not value.strip() or any(sign in value for sign in '"\\') or not value.isprintable():
            raise InstrumentError((Fault(name, "must be one line without quotation marks", f"Say {name} plainly."),))
    standing = "practice" if permit.is_practice else "permitted"
    return (
        f'\n[[permitted]]\ninstrument = "{permit.instrument}"\nsha256 = "{permit.sha256}"\nstanding = "{standing}"\n'
        f'by = "{permit.by.strip()}"\non = {permit.on}\npermission = "{permit.permission.strip()}"\n'
    )
