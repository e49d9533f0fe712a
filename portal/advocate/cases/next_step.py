"""The next thing to do on a case: the task, the safest way to do it, or what to try where none is safe."""

from datetime import datetime
from zoneinfo import ZoneInfo

from outreach.case_file.view import CaseView
from outreach.protocols.steps import STEPS
from outreach.reaching.next_way import SafestWay, next_way
from outreach.safe_contact import Allowed
from outreach.today import Duty
from portal.advocate import words
from portal.advocate.call_ins.words import try_words
from portal.advocate.cards import Step
from portal.advocate.cases import brought
from portal.advocate.cases.pages import NextStep
from portal.advocate.contact import ways
from portal.advocate.moments import lateness, moment
from portal.advocate.sentences import duty_sentence, duty_steps, hold_of, hold_steps


def next_step(view: CaseView, *, now: datetime) -> NextStep:
    """Return the next task this person can act on, with the safest way to do it or what to try where none is safe."""
    open_ones = [each for each in view.duties if not each.missed_cause]
    if not open_ones:
        if view.head.standing.brought_over is not None:
            return NextStep(title=brought.TITLE, sentence=brought.sentence(view), steps=_steps_to_ask(view, now=now))
        return NextStep(title="Nothing is due", sentence="New tasks come when an agency sends news.", steps=())
    free = [each for each in open_ones if hold_of(each) is None]
    first = next((each for each in free if duty_steps(each)), (free or open_ones)[0])
    held = hold_of(first)
    if held is not None:
        return NextStep(title="Wait", sentence=held[1], steps=hold_steps(first, first.detail.match_id))
    zone = ZoneInfo(view.head.standing.zone)
    needs_contact = bool(STEPS[first.step].channels)
    steps = duty_steps(first)[:1]
    sentence = f"{duty_sentence(first)} {try_words(view.next_try, now=now, zone=zone)}".strip()
    if needs_contact and isinstance(view.next_way, SafestWay):
        best = _fitting_way(view, first, now=now)
        sentence = f"{sentence} {_safest(best, now=now, zone=zone) if best else 'There is no safe way for this yet.'}"
        if best:
            steps = (*_way_steps(view, best, now=now), *(Step(each.label, each.href) for each in steps))
    return NextStep(
        title=f"Next: {lateness(first.due_at, now=now)}",
        sentence=sentence,
        when=moment(first.due_at, now=now, zone=zone),
        steps=steps,
    )


def _steps_to_ask(view: CaseView, *, now: datetime) -> tuple[Step, ...]:
    """Return what asking her in the safest way takes, where one is open."""
    best = view.next_way
    return _way_steps(view, best, now=now) if isinstance(best, SafestWay) else ()


def _fitting_way(view: CaseView, duty: Duty, *, now: datetime) -> SafestWay | None:
    """Return the safest way that fits the task: what must be spoken is never offered as a text."""
    known = {way.destination.id: way.destination for way in view.ways}.values()
    found = next_way(known, at=now, facts=view.facts, channels=STEPS[duty.step].channels)
    return found if isinstance(found, SafestWay) else None


def _safest(best: SafestWay, *, now: datetime, zone: ZoneInfo) -> str:
    label = words.destination_label(best.destination, best.channel)
    if isinstance(best.decision, Allowed):
        return f"The safest way now: {label[0].lower()}{label[1:]}."
    opens = best.decision.opens_at
    when = f" It opens {moment(opens, now=now, zone=zone).words}." if opens else ""
    return f"The safest way: {label[0].lower()}{label[1:]}. {best.decision.cause}{when}"


def _way_steps(view: CaseView, best: SafestWay, *, now: datetime) -> tuple[Step, ...]:
    way = next(
        each for each in view.ways if each.destination.id == best.destination.id and each.channel == best.channel
    )
    if not isinstance(best.decision, Allowed):
        return ways.mending_steps(view, way, now=now)[:1]
    return ways.open_steps(view.head.id, way)
