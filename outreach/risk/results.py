"""
What the answers of an assessment amount to. Pure; the rules are an instrument's file, not code.

What was not asked, refused or not answered is never a no: where such a question could still change the result, the
result says so, or is none. Judgement raises a result, with a reason, and never lowers one (requirements 56, 57). Where
a tool has no band for her, it raises concern under a name of its own: no band comes in by that door (requirement 60).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from outreach.risk.instruments import Band, Instrument, ResultKind, Route


class Answer(StrEnum):
    """What became of one question. Four of the five are no yes, and only one is a no."""

    YES = "yes"
    NO = "no"
    REFUSED = "refused"
    NOT_ANSWERED = "not_answered"
    NOT_ASKED = "not_asked"


SETTLED = frozenset({Answer.YES, Answer.NO})
"""Answers that leave nothing open."""


class NoBand(StrEnum):
    """Why a total has no band."""

    NOT_VALIDATED = "not_validated"
    NO_TOTAL = "no_total"


OURS = ResultKind(
    "our-judgement", "Our judgement: there is more danger", "Look at the plan together, and talk often.", is_high=False
)
OURS_HIGH = ResultKind(
    "our-judgement-high",
    "Our judgement: danger is high",
    "Make or look at the plan now, if that is wanted. Tell a supervisor at once.",
    is_high=True,
)
"""What judgement comes to where there is no band: an advocate's words, and none of a tool's."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The advocate holds the danger to be higher: which result, and why."""

    result: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What an assessment has to weigh. A question that is not among the answers was not asked."""

    answers: Mapping[int, Answer]
    total: int | None = None
    is_validated: bool | None = None
    """Whether the tool was tested for people like her; None: not known, which counts as no."""
    judgement: Judgement | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What it amounts to."""

    result: ResultKind | None
    """None where too little was answered to say, or there is no band."""
    may_be_higher: bool
    """Questions that are open could still raise it."""
    routes: tuple[str, ...]
    """The words of every way by which the result was reached."""
    yes: int
    open: int
    """How many questions were not asked, refused or not answered."""
    total: int | None
    no_band: NoBand | None
    is_judgement: bool
    wants_doctor: bool
    """A yes on strangulation: medical guidance, at once."""


class JudgementLowers(ValueError):
    """Judgement may only raise a result."""


class NoReason(ValueError):
    """Judgement needs a reason."""


class BadTotal(ValueError):
    """The total is none the instrument can have."""


def weigh(instrument: Instrument, given: Given) -> Weighed:
    """
    Return what the answers amount to.

    Raises:
        JudgementLowers, NoReason, BadTotal.
    """
    answers = {each.number: given.answers.get(each.number, Answer.NOT_ASKED) for each in instrument.items}
    yes = frozenset(number for number, answer in answers.items() if answer is Answer.YES)
    still_open = frozenset(number for number, answer in answers.items() if answer not in SETTLED)
    total = _total(instrument, yes, given)
    no_band = _no_band(instrument, total, given)
    reached, routes = _reached(instrument, yes, None if no_band else total)
    if no_band is NoBand.NOT_VALIDATED:
        reached, routes = -1, ()  # Nothing that was tested on others says what her danger is.
    highest = _highest(instrument, yes, still_open, total) if no_band is None else -1
    result = reached if reached > 0 or highest <= reached else -1
    if given.judgement is not None:
        _refuse_unfit(instrument, given.judgement, result)
        result, routes = instrument.rank(given.judgement.result), (*routes, instrument.judgement)
    return Weighed(
        result=_kind(instrument, result, is_ours=no_band is not None and given.judgement is not None),
        may_be_higher=highest > result,
        routes=routes,
        yes=sum(1 for each in instrument.items if each.number in yes and not each.is_for_us),
        open=len(still_open),
        total=total,
        no_band=no_band,
        is_judgement=given.judgement is not None,
        wants_doctor=wants_doctor(instrument, given.answers),
    )


def _kind(instrument: Instrument, rank: int, *, is_ours: bool) -> ResultKind | None:
    """Return the result of this rank; of a judgement without a band only how grave it is, in words of our own."""
    if rank < 0:
        return None
    kind = instrument.results[rank]
    return (OURS_HIGH if kind.is_high else OURS) if is_ours else kind


def wants_doctor(instrument: Instrument, answers: Mapping[int, Answer]) -> bool:
    """Say whether a yes on strangulation asks for medical guidance now, however little else was answered."""
    return any(each.is_strangulation and answers.get(each.number) is Answer.YES for each in instrument.items)


def _total(instrument: Instrument, yes: frozenset[int], given: Given) -> int | None:
    if instrument.takes_total:
        if given.total is not None and not _fits(instrument, given.total):
            raise BadTotal
        return given.total
    if not instrument.bands or not any(answer in SETTLED for answer in given.answers.values()):
        return None
    return _sum(instrument, yes)


def _fits(instrument: Instrument, total: int) -> bool:
    return instrument.total is not None and instrument.total.lowest <= total <= instrument.total.highest


def _sum(instrument: Instrument, yes: frozenset[int]) -> int:
    lowest = instrument.total.lowest if instrument.total else 0
    return max(lowest, sum(each.weight or 0 for each in instrument.items if each.number in yes))


def _no_band(instrument: Instrument, total: int | None, given: Given) -> NoBand | None:
    if not instrument.bands:
        return None
    if instrument.total is not None and instrument.total.validated_for and given.is_validated is not True:
        return NoBand.NOT_VALIDATED
    return NoBand.NO_TOTAL if total is None else None


def _reached(instrument: Instrument, yes: frozenset[int], total: int | None) -> tuple[int, tuple[str, ...]]:
    """Return the rank of the gravest result reached, and by which routes; the lightest when by none."""
    ways = [(instrument.rank(each.result), each.words) for each in instrument.routes if _is_met(each, yes)]
    if instrument.bands:
        at = max((instrument.rank(each.result) for each in instrument.bands if _is_in(each, total)), default=-1)
        return max([at, *(rank for rank, _ in ways)]), tuple(words for _, words in ways)
    return max((rank for rank, _ in ways), default=0), tuple(words for _, words in ways)


def _is_met(route: Route, yes: frozenset[int]) -> bool:
    return len(route.of & yes) >= route.at_least


def _is_in(band: Band, total: int | None) -> bool:
    return total is not None and band.start <= total


def _highest(instrument: Instrument, yes: frozenset[int], still_open: frozenset[int], total: int | None) -> int:
    """Return the rank it would have if every open question that adds to it were a yes."""
    adding = frozenset(e.number for e in instrument.items if e.number in still_open and (e.weight or 1) > 0)
    could_be = yes | adding
    most = _sum(instrument, could_be) if instrument.bands and not instrument.takes_total else total
    return _reached(instrument, could_be, most)[0]


def _refuse_unfit(instrument: Instrument, judgement: Judgement, result: int) -> None:
    if instrument.rank(judgement.result) <= max(result, 0):
        raise JudgementLowers
    if not judgement.reason.strip():
        raise NoReason
