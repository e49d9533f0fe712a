"""Texts of the outbox as rows, and what the phone company still has, in plain words."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import url_for

from outreach.messaging.outbox import OutboxLine, Part, PartOfOutbox
from outreach.messaging.provider.report import ProviderReport
from outreach.messaging.rescheduling import MOVABLE
from outreach.terms import TextState
from portal.advocate import words
from portal.advocate.cards import Fact, Hold, Step
from portal.advocate.moments import moment
from portal.advocate.texts import sent
from portal.advocate.texts.outbox_pages import OutboxRow, OutboxSection

TITLES = {
    Part.HELD: ("Held", "will not leave until you decide", "Nothing is held. A text that may not leave waits here."),
    Part.UNKNOWN: (
        "Not known",
        "may have arrived, and is never sent again",
        "Nothing is unclear. A text waits here when nobody can say if it arrived.",
    ),
    Part.UNDER_WAY: ("On the way", "at the phone company", "Nothing is on the way."),
    Part.WAITING: (
        "Waiting to go",
        "at a time inside her hours",
        "Nothing waits. A text you release shows here first.",
    ),
    Part.FAILED: ("Did not arrive", "in the last 7 days", "Every text of the last 7 days arrived, or is above."),
    Part.DELIVERED: ("Delivered", "in the last 7 days", "No text was delivered in the last 7 days."),
}
SENTENCES = {
    TextState.SENDING: "It is leaving now.",
    TextState.ACCEPTED: "The phone company has it.",
    TextState.SENT: "It left. No word yet that it arrived.",
    TextState.UNKNOWN: "Nobody knows if it arrived.",
    TextState.FAILED: "It could not be sent.",
    TextState.UNDELIVERED: "It did not reach the phone.",
    TextState.DELIVERED: "It reached the phone. That does not say who read it.",
}
NO_DAYS = Hold(
    "There is no day to move it to.",
    "Her hours are not known, or what she asked for is over. Cancel it, ask her, and write a new text.",
    (),
)
GONE = Hold("This text has left, or was cancelled.", "Look at the case to see what came of it.", ())


def section(found: PartOfOutbox, *, now: datetime, all_href: str = "") -> OutboxSection:
    """Return one part as a page shows it."""
    title, gloss, empty = TITLES[found.part]
    if found.part in (Part.DELIVERED, Part.FAILED) and found.today:
        gloss = f"{found.today} since yesterday, {found.total} in the last 7 days"
    shown = tuple(row(line, now=now) for line in found.lines)
    return OutboxSection(
        key=found.part.value, title=title, gloss=gloss, rows=shown, empty=empty, all_href=all_href, total=found.total
    )


def row(line: OutboxLine, *, now: datetime) -> OutboxRow:
    """Return one text as a row."""
    zone = ZoneInfo(line.zone)
    when = line.release_at if line.state is TextState.PLANNED else line.state_at
    held = sent.why_held(line.held_reason) if line.state is TextState.HELD else None
    return OutboxRow(
        handle=line.handle,
        href=url_for("cases.show", case_id=line.case_id),
        when=moment(when, now=now, zone=zone),
        state=words.TEXT_STATES[line.state],
        sentence=held.cause if held else _sentence(line),
        remedy=held.remedy if held else "",
        steps=_steps(line),
    )


def opening(found: Iterable[PartOfOutbox]) -> str:
    """Return what needs a person, in a sentence."""
    by_part = {each.part: each.total for each in found}
    held, unknown = by_part[Part.HELD], by_part[Part.UNKNOWN]
    if not held and not unknown:
        waiting = by_part[Part.WAITING]
        return f"Nothing needs you. {_number(waiting)} to go." if waiting else "Nothing needs you."
    parts = [f"{_number(held)} held"] * bool(held) + [f"{_number(unknown)} not known to have arrived"] * bool(unknown)
    return f"{' and '.join(parts)}. Look at {'it' if held + unknown == 1 else 'them'} first."


def provider(report: ProviderReport, *, now: datetime, zone: ZoneInfo) -> tuple[Fact, ...]:
    """Return what the phone company still has, and what checking phones cost."""
    facts = [Fact("Still to delete there", _still(report)), Fact("Last full check", _swept(report, now=now, zone=zone))]
    if report.lookups_this_month is not None:
        facts.append(Fact("Checks of phones", _lookups(report)))
    return tuple(facts)


def _number(count: int) -> str:
    return "One text" if count == 1 else f"{count} texts"


def _sentence(line: OutboxLine) -> str:
    if line.state is TextState.PLANNED:
        return "She asked for it." if line.was_asked_for else "You released it. The minute was picked by chance."
    return SENTENCES.get(line.state, "Something is wrong in what we know of it.")


def _steps(line: OutboxLine) -> tuple[Step, ...]:
    found = []
    if line.task_id is not None:
        found.append(Step("What to do", url_for("tasks.show", task_id=line.task_id)))
    if line.state in MOVABLE:
        found.append(Step("Another day", url_for("outbox.new_time", text_id=line.id)))
        found.append(Step("Cancel", url_for("outbox.cancel", text_id=line.id), "post"))
    return tuple(found)


def _still(report: ProviderReport) -> str:
    if not report.waiting:
        return "Nothing. Texts on the way are deleted when they end."
    late = f" {report.late} did not go at the first try; we go on." if report.late else ""
    return f"{_number(report.waiting)}, deleted as soon as they may be.{late}"


def _swept(report: ProviderReport, *, now: datetime, zone: ZoneInfo) -> str:
    if report.swept_at is None:
        return "Not made yet. One is made each hour once texting is set up."
    at = moment(report.swept_at, now=now, zone=zone).words
    left = "none is left" if not report.left else f"{report.left} could not be deleted and are tried again"
    missed = f" {_number(report.not_taken_in)} came in there and never reached us." if report.not_taken_in else ""
    counts = f"{report.seen} seen, {report.deleted} deleted, {report.under_way} on the way"
    return f"{at[0].upper()}{at[1:]}: {counts}, {left}.{missed}"


def _lookups(report: ProviderReport) -> str:
    count, spent = report.lookups_this_month or 0, report.spent_mills / 1000
    each = f"Each costs about ${report.cost_mills / 1000:.2f}. " if report.cost_mills else ""
    return f"{each}{count} this month: ${spent:.2f}."
