"""What assessments are called on screen: her own view, a result, what to do after a yes on choking."""

from outreach.risk.assessments import SCALE
from outreach.risk.cards import AssessmentCard, State
from outreach.risk.results import Answer, NoBand
from outreach.risk.triggers import Trigger
from portal.advocate.cards import Hold

DOCTOR = Hold(
    "A yes on choking: talk about a doctor now.",
    "Harm inside the neck can show hours or days later, even with no mark. Offer to go along, today. "
    "Bad signs: it is hard to breathe, swallow or speak; a bad headache; fainting; wetting; lost time; pregnancy. "
    "Then offer an ambulance at once. The choice is hers.",
    (),
)
"""Medical guidance after a yes on strangulation (requirement 59)."""

LIMITS = (
    "Before you tell me anything: I keep what you say to myself. There is one limit. If I learn that a child is hurt, "
    "the law may make me tell someone. You choose what you say."
)
"""The reporting limits where a site has written none of its own (requirement 20b)."""

ANSWERS = {
    Answer.YES: "Yes",
    Answer.NO: "No",
    Answer.REFUSED: "Rather not",
    Answer.NOT_ANSWERED: "No answer",
    Answer.NOT_ASKED: "Not asked",
}

CHANGES = {
    Trigger.LEAVING: "Leaving, or plans to",
    Trigger.PREGNANCY: "Pregnant",
    Trigger.RELEASE: "The partner is out of jail",
    Trigger.ORDER: "A court order was served, or ran out",
    Trigger.OTHER: "Something else",
}

NO_BANDS = {
    NoBand.NOT_VALIDATED: "No band: this tool was not tested for people like her.",
    NoBand.NO_TOTAL: "No band: there is no total.",
}


def own_view(card: AssessmentCard) -> str:
    """Return how she sees it: on the scale and in her words."""
    scale = SCALE[card.kept.own_scale] if card.kept.own_scale is not None else ""
    quoted = f"“{card.kept.own_words}”" if card.kept.own_words else ""
    return " ".join(filter(None, (f"{scale}." if scale else "", quoted))) or "She did not say."


def own_scale(card: AssessmentCard) -> str:
    """Return how she sees it without her words, for a page that others may glance at."""
    scale = f"{SCALE[card.kept.own_scale]}." if card.kept.own_scale is not None else ""
    quoted = "Her words are inside." if card.kept.own_words else ""
    return " ".join(filter(None, (scale, quoted))) or "She did not say."


def result(card: AssessmentCard) -> str:
    """Return the result in a few words."""
    kept = card.kept
    if card.state is State.SKIPPED:
        return "Skipped"
    if card.state is State.BEGUN:
        return "Not finished"
    if not kept.instrument:
        return "Her own view"
    if not kept.label:
        return "No result"
    return f"{kept.label}, or higher" if kept.may_be_higher else kept.label


def explained(card: AssessmentCard) -> tuple[str, ...]:
    """Return what a result means, how it came about, and what leaves it open."""
    kept = card.kept
    found = [kept.words] if kept.words else []
    if not kept.label and not kept.no_band:
        found.append("Too little was answered to say. That is fine. What was not answered is not a no.")
    elif kept.may_be_higher:
        found.append("It may be higher: some questions are open.")
    if kept.no_band:
        found.append(NO_BANDS[NoBand(kept.no_band)])
    found += [f"How: {way}" for way in kept.routes]
    if kept.reason:
        found.append(f"Why we judge it higher: {kept.reason}")
    return tuple(found)
