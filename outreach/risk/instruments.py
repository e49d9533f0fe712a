"""
Risk instruments: versioned files that say what is asked and what the answers amount to. Pure: text in, an Instrument
or every fault out. Weighing answers: `outreach.risk.results`; whether a site may use one: `permissions`.
"""

import re
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from outreach.protocols.lines import not_toml, placed
from outreach.protocols.reading import Fault, Reading

Permission = Literal["needed", "own"]
"""Whose leave its use takes: its makers', or the site's own word that it wrote the instrument itself."""

_PROMISES = re.compile(
    r"\b(?:is|are|be|keeps?|now) safe\b|\b(?:no|not in|without) danger\b|\blow risk\b", re.IGNORECASE
)
"""No result may promise safety (requirement 83)."""


@dataclass(frozen=True, slots=True)
class Item:
    """One question, by its number. The label is a short neutral reminder; licensed words come from a site's file."""

    number: int
    label: str
    is_strangulation: bool = False
    """A yes asks for a doctor at once."""
    is_for_us: bool = False
    """For the advocate to answer; never asked of her."""
    weight: int | None = None
    """What a yes adds to a total; only in a licensed file or a site's own instrument."""


@dataclass(frozen=True, slots=True)
class ResultKind:
    """One result an instrument can have."""

    key: str
    label: str
    words: str
    is_high: bool


@dataclass(frozen=True, slots=True)
class Route:
    """One way to a result: so many yes among these questions."""

    key: str
    words: str
    result: str
    at_least: int
    of: frozenset[int]


@dataclass(frozen=True, slots=True)
class Band:
    """From this total on, the result."""

    start: int
    result: str


@dataclass(frozen=True, slots=True)
class Total:
    """A total that somebody works out by hand, and who may."""

    lowest: int
    highest: int
    hint: str
    certified: str
    """What the assessor confirms; empty when anyone may."""
    validated_for: str
    """For whom the tool was tested: for nobody else has it a band (requirement 60). Empty: for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One instrument in one version. Results stand from the lightest to the gravest."""

    key: str
    version: str
    title: str
    source: str
    licence: str
    permission: Permission
    about: str
    judgement: str
    results: tuple[ResultKind, ...]
    items: tuple[Item, ...] = ()
    routes: tuple[Route, ...] = ()
    bands: tuple[Band, ...] = ()
    total: Total | None = None

    def rank(self, key: str | None) -> int:
        """Return the place of a result, 0 the lightest; -1 for none."""
        return next((place for place, each in enumerate(self.results) if each.key == key), -1)

    @property
    def takes_total(self) -> bool:
        """Say whether a total is written down instead of single answers."""
        return self.total is not None and not self.items


class InstrumentError(ValueError):
    """A file that can not be used; lists every fault at once, each with its place and mend."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(fault.said for fault in faults))


def digest(text: str) -> str:
    """Return the SHA-256 of a file's text in hexadecimal: what a permission is given for."""
    return sha256(text.encode()).hexdigest()


def read_table(text: str) -> Reading:
    """Return the top of a TOML file, to be read and then asked for faults. Raises InstrumentError."""
    try:
        return Reading(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InstrumentError((not_toml(error, text),)) from None


def parse(text: str) -> Instrument:
    """
    Read an instrument file.

    Raises:
        InstrumentError: with every fault, in the order of the file's parts.
    """
    top = read_table(text)
    instrument = _read(top)
    if not top.faults:
        _check(top, instrument)
    if top.faults:
        raise InstrumentError(placed(top.faults, text))
    return instrument


def _read(top: Reading) -> Instrument:
    if top.number("format") not in (None, 1):
        top.fault("format", "this program reads format 1", "Set format = 1.")
    permission = top.choice("permission", ("needed", "own"))
    results = tuple(_result(each) for each in top.parts("results"))
    keys = [each.key for each in results]
    instrument = Instrument(
        key=top.slug("key"),
        version=top.line("version"),
        title=top.sentence("title", most=60),
        source=top.sentence("source"),
        licence=top.sentence("licence"),
        permission="own" if permission == "own" else "needed",
        about=top.sentence("about"),
        judgement=top.sentence("judgement"),
        results=results,
        total=_total(top.part("total")) if top.has("total") else None,
        items=tuple(_item(each) for each in top.parts("items", required=False)),
        routes=tuple(_route(each, keys) for each in top.parts("routes", required=False)),
        bands=tuple(_band(each, keys) for each in top.parts("bands", required=False)),
    )
    top.no_others()
    return instrument


def _result(part: Reading) -> ResultKind:
    found = ResultKind(part.slug("key"), part.sentence("label", most=60), part.sentence("words"), part.yes("is_high"))
    if _PROMISES.search(f"{found.label} {found.words}"):
        part.fault("words", "no result may promise that she is safe", "Say what the result asks for instead.")
    part.no_others()
    return found


def _total(part: Reading) -> Total:
    lowest, highest = part.number("lowest"), part.number("highest")
    found = Total(
        lowest or 0,
        highest or 0,
        part.sentence("hint"),
        part.sentence("certified", required=False),
        part.sentence("validated_for", required=False),
    )
    if lowest is not None and highest is not None and lowest >= highest:
        part.fault("highest", "must be more than lowest", "Write the highest total there can be.")
    part.no_others()
    return found


def _item(part: Reading) -> Item:
    weight = part.number("weight", required=False)
    found = Item(
        part.number("number") or 0,
        part.sentence("label", most=80),
        part.yes("is_strangulation"),
        part.yes("is_for_us"),
        weight,
    )
    part.no_others()
    return found


def _route(part: Reading, results: Sequence[str]) -> Route:
    key, words = part.slug("key"), part.sentence("words")
    result = part.choice("result", results, what="result")
    if part.has("any_yes"):
        least, of = 1, part.numbers("any_yes")
    else:
        least, of = part.number("at_least") or 1, part.numbers("of")
        if not 1 <= least <= max(len(of), 1):
            part.fault("at_least", "there are not so many questions in this route", "Write 1, or at most as many.")
    part.no_others()
    return Route(key, words, result, least, frozenset(of))


def _band(part: Reading, results: Sequence[str]) -> Band:
    found = Band(part.number("from") or 0, part.choice("result", results, what="result"))
    part.no_others()
    return found


def _check(top: Reading, read: Instrument) -> None:
    numbers = [each.number for each in read.items]
    _once(top, "items", numbers)
    _once(top, "results", [each.key for each in read.results])
    _once(top, "routes", [each.key for each in read.routes])
    for place, route in enumerate(read.routes):
        if strange := sorted(route.of - set(numbers)):
            top.fault(f"routes[{place}]", f"no question has the number {strange[0]}", "Name questions there are.")
    if len(read.results) < 2:
        top.fault("results", "there must be two results or more", "Name them from the lightest to the gravest.")
    if not (read.routes or read.bands):
        top.fault("routes", "nothing says what the answers amount to", "Add [[routes]], or [total] with [[bands]].")
    if not read.items and read.total is None:
        top.fault("items", "nothing is asked", "Add [[items]], or [total].")
    if read.bands:
        _check_bands(top, read)


def _check_bands(top: Reading, read: Instrument) -> None:
    starts = [each.start for each in read.bands]
    ranks = [read.rank(each.result) for each in read.bands]
    if starts != sorted(set(starts)) or ranks != sorted(ranks):
        top.fault("bands", "must rise, in their totals and in their results", "Write them from the lowest up.")
    if read.total is not None and starts[0] > read.total.lowest:
        top.fault("bands[0].from", "totals below it have no result", f"Begin with from = {read.total.lowest}.")
    if read.total is None and any(each.weight is None for each in read.items):
        top.fault("bands", "a total needs [total], or a weight for every question", "Add the one or the other.")


def _once(top: Reading, name: str, keys: Collection[object]) -> None:
    if len(set(keys)) < len(keys):
        top.fault(name, "something is named twice", "Name each once.")
