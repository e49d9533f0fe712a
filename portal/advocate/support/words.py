"""How needs read on screens, and the one-tap steps that note what came of each."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for

from outreach.support.needs import NeedCard, NeedKind, NeedSource, NeedStep
from portal.advocate.cards import Chip
from portal.advocate.cards import Step as Press
from portal.advocate.moments import whole_day
from portal.advocate.on_duty.night_pages import NeedRow

KINDS: Mapping[str, str] = {
    NeedKind.SHELTER: "Shelter",
    NeedKind.MEDICAL: "Medical help",
    NeedKind.LEGAL: "Legal help",
    NeedKind.MONEY: "Money",
    NeedKind.CHILDREN: "Help with children",
    NeedKind.HOUSING: "Housing",
    NeedKind.TRANSPORT: "A ride",
    NeedKind.FOOD: "Food",
    NeedKind.WORK: "Work",
    NeedKind.COUNSELLING: "Someone to talk to",
    NeedKind.INTERPRETER: "An interpreter",
    NeedKind.OTHER: "Something else",
}
SOURCES = {
    NeedSource.HERS: "She said so",
    NeedSource.OFFICERS: "An officer heard it",
    NeedSource.OURS: "We saw it",
}
TAPS = {
    NeedStep.OFFERED: "Offered",
    NeedStep.ACCEPTED: "She said yes",
    NeedStep.DONE: "Done",
    NeedStep.DECLINED: "She said no",
    NeedStep.NOT_NEEDED: "Not needed",
}
STATES = {
    None: Chip("Not offered yet", "ask", "question"),
    NeedStep.OFFERED: Chip("Offered", "calm", "clock"),
    NeedStep.ACCEPTED: Chip("She said yes", "ask", "clock"),
    NeedStep.DONE: Chip("Done", "safe", "tick"),
    NeedStep.DECLINED: Chip("She said no", "calm", "dash"),
    NeedStep.NOT_NEEDED: Chip("Not needed", "calm", "dash"),
}


def need_row(card: NeedCard, *, names: Mapping[str, str], steps: tuple[Press, ...]) -> NeedRow:
    """Return one need as a row; `names` are colleagues by id, for who noted what."""
    said = [f"{SOURCES[card.source]}, {whole_day(card.noted_on).words}"]
    if card.written_on is not None:
        said.append(f"written down {whole_day(card.written_on).words}")
    for each in card.steps:
        by = f" by {names[each.by]}" if each.by in names else ""
        said.append(f"{TAPS[NeedStep(each.step)].lower()} {whole_day(date.fromisoformat(each.on)).words}{by}")
    return NeedRow(
        label=KINDS[card.kind], chip=STATES[card.last], said="; ".join(said) + ".", note=card.note, steps=steps
    )


def step_presses(endpoint: str, case_id: UUID, card: NeedCard) -> tuple[Press, ...]:
    """Return one button for each thing that may be noted next."""
    named: dict[str, Any] = {"case_id": case_id, "need_id": card.id}
    href = url_for(endpoint, **named)
    return tuple(
        Press(
            TAPS[step],
            href,
            "post",
            "plain" if place == 0 else "quiet",
            (("step", step.value), ("version", str(card.version))),
        )
        for place, step in enumerate(card.next_steps)
    )


def in_short(case_id: UUID, kept: tuple[NeedCard, ...]) -> tuple[str, Press]:
    """Return the state of a case's needs in a sentence, and the way to them."""
    link = Press("Needs and services", url_for("needs.index", case_id=case_id))
    open_ones = [each for each in kept if each.is_open]
    if not open_ones:
        return ("Everything she named is closed." if kept else "Nothing is noted yet. Ask what would help."), link
    named = ", ".join(KINDS[each.kind].lower() for each in open_ones)
    return f"Open: {named}.", link
