"""
What a text says: approved templates, filled only from closed lists, and the checks every body passes.

Reads templates/texts, approved.toml in it and config/deny_words once. Her name has no place in a text, so no place for
it exists here.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter

from outreach.messaging.deny_list import DenyList, holds_any
from outreach.messaging.segments import Segments, count_segments, plain, without_rare_accents
from outreach.messaging.text_approvals import Approved, Standing, digests, standings

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "templates" / "texts"
PLACES = frozenset({"sender", "day", "time"})
MOST_SEGMENTS = 1
MOST_EVER = 2
"""Typed words may take two where the advocate says so; more is refused (requirement 42)."""
SIGN_OFFS = "sign_offs"
DAYS: Mapping[str, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
}
_HOUR = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")


class UnfitWording(Exception):
    """A body that may not be sent; the message says why, and never repeats the body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FromTemplate:
    """A choice of approved words: every value comes from a list, so nothing personal can slip in."""

    template: str
    language: str
    sender: str
    """One of the language's sign-off themes, the one she picked."""
    day: str | None = None
    time: str | None = None
    """Hours and minutes of the day, as 10:00."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """Words an advocate typed, in the half hour after her code word was checked (requirement 29a)."""

    body: str
    may_be_two: bool = False
    """Whether it may travel as two texts: two sounds, and two times on the lock screen."""

    @property
    def most_segments(self) -> int:
        """Return how many texts it may be split into."""
        return MOST_EVER if self.may_be_two else MOST_SEGMENTS


Wording = FromTemplate | Typed


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """The approved words of a deployment."""

    templates: Mapping[tuple[str, str], str]
    """(language, name) -> text with its places."""
    senders: Mapping[str, tuple[str, ...]]
    deny: DenyList
    standings: Mapping[str, Approved] = field(default_factory=dict)
    """By name, as `en/reminder` or `en/sign_offs`; what is not in it is a draft."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """By name: of exactly the words there are now."""

    @classmethod
    def read(cls, root: Path) -> "Phrasebook":
        """Read templates/texts and config/deny_words under `root`; UnfitWording names a faulty file."""
        texts = root / "templates" / "texts"
        found = {(path.parent.name, path.stem): _template(path) for path in sorted(texts.glob("*/*.txt"))}
        senders = {path.parent.name: tuple(_lines(path)) for path in sorted(texts.glob("*/sign_offs.list"))}
        deny = DenyList.read(path.read_text(encoding="utf-8") for path in sorted(root.glob("config/deny_words/*.txt")))
        if not found or not deny.words:
            raise UnfitWording(f"{root} has no templates/texts or no config/deny_words: nothing can be sent from it")
        return cls(found, senders, deny, standings(texts), digests(texts))

    def standing(self, language: str, template: str) -> Approved:
        """Return how far a template may go: no further than the sign-offs it is signed with."""
        both = [self.standings.get(name, Approved(Standing.DRAFT)) for name in _files(language, template)]
        return min(both, key=lambda each: list(Standing).index(each.standing))

    def digests_of(self, language: str, template: str) -> tuple[str, ...]:
        """Return the digests of the words a text of a template is made from: its own, and its sign-offs'."""
        return tuple(self.digests.get(name, "") for name in _files(language, template))

    def refuse_unapproved(self, choice: FromTemplate, *, is_practice: bool) -> None:
        """Raise UnfitWording unless a person approved exactly these words; in a demo, to practise with is enough."""
        if not self.standing(choice.language, choice.template).may_leave(is_practice=is_practice):
            raise UnfitWording("nobody has approved these words for use here: ask a supervisor, or choose others")

    def compose(self, choice: FromTemplate) -> str:
        """
        Return the body a choice makes.

        Raises:
            UnfitWording: no approved template of that name in that language, or a value that is in no list.
        """
        text = self.templates.get((choice.language, choice.template))
        if text is None:
            raise UnfitWording(f"there is no approved text {choice.template!r} in {choice.language!r}")
        if choice.sender not in self.senders.get(choice.language, ()):
            raise UnfitWording("the sender is none of the sign-offs she can pick from")
        values = {"sender": choice.sender, "day": choice.day, "time": choice.time}
        needed = {name for _, name, _, _ in Formatter().parse(text) if name}
        if "day" in needed and choice.day not in DAYS.get(choice.language, ()):
            raise UnfitWording("the day is not a day of the week in the text's language")
        if "time" in needed and not _HOUR.fullmatch(choice.time or ""):
            raise UnfitWording("the time is not written like 10:00")
        return without_rare_accents(plain(text.format(**values)))

    def check(
        self, body: str, *, names: Iterable[str] = (), avoid: Iterable[str] = (), most_segments: int = MOST_SEGMENTS
    ) -> Segments:
        """
        Return how a body travels, or raise UnfitWording: forbidden words, names, empty, or too long.

        Args:
            names: of people and organisations that must not appear in it.
            avoid: words she asked us not to use there.
        """
        if not body.strip():
            raise UnfitWording("there is nothing to send")
        found = self.deny.found_in(body, names=names)
        if found is not None:
            raise UnfitWording(f"a text may not hold {found}: say it in a call")
        if holds_any(body, avoid):
            raise UnfitWording("this holds a word she asked us to avoid: choose other words")
        segments = count_segments(body)
        if segments.pieces > min(most_segments, MOST_EVER):
            raise UnfitWording(too_long(segments, most_segments))
        return segments


def too_long(segments: Segments, most: int) -> str:
    """Return what to do about words that do not fit."""
    is_wide = segments.encoding != "GSM-7"
    why = "a letter in it is not in a phone's short alphabet, which halves the room; " if is_wide else ""
    room = "it may be two at most" if most > MOST_SEGMENTS else "one must do"
    return f"this is {segments.pieces} texts long, and {room}: {why}use fewer words"


@cache
def phrasebook() -> Phrasebook:
    """Return the deployment's own words, read once."""
    return Phrasebook.read(ROOT)


def _files(language: str, template: str) -> tuple[str, str]:
    return f"{language}/{template}", f"{language}/{SIGN_OFFS}"


def _template(path: Path) -> str:
    text = path.read_text(encoding="utf-8").strip()
    strange = {name for _, name, _, _ in Formatter().parse(text) if name is not None} - PLACES
    if strange or "{sender}" not in text:
        raise UnfitWording(f"{path}: a text needs {{sender}}, may have {{day}} and {{time}}, and nothing else")
    return text


def _lines(path: Path) -> list[str]:
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
