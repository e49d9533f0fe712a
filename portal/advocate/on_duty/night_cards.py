"""From what `outreach.on_duty.night` found to the cards of its pages: sentences, times, and what can be pressed."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import url_for
from flask_login import current_user

from outreach.access import Action
from outreach.case_file.view import Way
from outreach.gate.facts import Approval
from outreach.gate.reasons import REASONS, Reason
from outreach.identity.minors import rules_for
from outreach.meetings.interpreters import words_of
from outreach.on_duty.night import Done, NightCard, NightCase, Waiting
from outreach.on_duty.who_waits import Turn
from outreach.protocols.steps import STEPS, Step
from outreach.reaching.next_way import TRIES, NoSafeWay, SafestWay
from outreach.safe_contact import Allowed
from outreach.support.needs import NeedCard
from outreach.terms import Channel, Level, Outcome
from outreach.today import Duty
from portal.advocate import words
from portal.advocate.cards import Hold
from portal.advocate.cards import Step as Press
from portal.advocate.cases.pages import SafeContactRow
from portal.advocate.contact import call_card as day_card
from portal.advocate.contact import ways
from portal.advocate.contact.call_placing import opening_for
from portal.advocate.contact.pages import CallCardPage
from portal.advocate.languages import language_words
from portal.advocate.moments import lateness, moment
from portal.advocate.on_duty import night_signs
from portal.advocate.on_duty.night_pages import DoneRow, HandOverPage, NightCasePage, NightPage
from portal.advocate.pages import TodayRow
from portal.advocate.parts import parts
from portal.advocate.support.words import KINDS, need_row
from portal.advocate.turning import turn

DECISIONS = {
    Reason.FIRST_CONTACT_DECISION: (Approval.FIRST_CONTACT, "Decide on the first contact"),
    Reason.LEVEL_A_DECISION: (Approval.FIRST_CONTACT, "Decide to call now"),
    Reason.SHARED_FIRST_CALL: (Approval.SHARED_PHONE_CALL, "Decide on this call"),
}
BACK = "Night"
RESTRICTED = "Restricted: reach her, and ask a supervisor for the rest."


def page(card: NightCard, *, now: datetime) -> NightPage:
    """Return who waits."""
    steps = [Press("Who is on call", url_for("rota.show"))] if current_user.card.may(Action.SEE_ROTA) else []
    if card.shift is not None:
        steps.append(Press("Someone else rang in", url_for("night_calls.new_other")))
        steps.insert(0, Press("Hand over", url_for("night.hand_over"), look="main"))
    return NightPage(
        sentence=_sentence(card, now),
        rows=tuple(_row(each, now) for each in card.rows),
        more=_more(card.turn),
        turn=turn("night.show", card.turn.number, is_more=card.turn.after > 0),
        empty="No one waits. News of level A or B pages you, and shows up here.",
        steps=tuple(steps),
    )


def case_page(found: NightCase, *, now: datetime) -> NightCasePage:
    """Return one case, with the ways that are open first."""
    view, zone = found.view, ZoneInfo(found.view.head.standing.zone)
    level = Level(view.head.standing.level) if view.head.standing.level else None
    open_first = sorted(view.ways, key=lambda way: not isinstance(way.decision, Allowed))
    duties = (each for each in view.duties if not each.missed_cause)
    return NightCasePage(
        title=view.head.handle,
        back=Press(BACK, url_for("night.show")),
        level=words.level_chip(level) if level else None,
        summary=_summary(found),
        hers=night_signs.said(found.hers, now, zone),
        rang_in=night_signs.rang_in(view.head.id),
        alarm=_alarm(found, now, zone),
        due=tuple(_due(each, now, zone) for each in duties),
        ways=tuple(_way(found, way, now=now) for way in open_first if way.channel is not Channel.VOICEMAIL),
        no_safe_way=_no_way(view.next_way, night_signs.asked_of_any(view)),
        needs=tuple(need_row(each, names={}, steps=_need_steps(view.head.id, each)) for each in found.needs),
        rules=rules(found),
    )


def call_card(found: NightCase, way: Way, *, now: datetime) -> CallCardPage:
    """Return the call card, its outcomes kept with one tap each."""
    view = found.view
    card = day_card.card(view, way, now=now)
    named: dict[str, Any] = {"case_id": view.head.id, "destination_id": way.destination.id}
    href = url_for("night.outcome", **named)

    def press(outcome: Outcome, look: str, label: str) -> Press:
        return Press(label, href, "post", look, (("outcome", outcome.value),))  # type: ignore[arg-type]

    outcomes = tuple(
        press(each, "main" if each is Outcome.REACHED else "plain", words.OUTCOMES[each])
        for each in day_card.OUTCOMES
        if card.outcomes
    )
    return replace(
        card,
        back=Press(view.head.handle, url_for("night.case", case_id=view.head.id)),
        hold=_night_hold(view.head.id, way, card.hold),
        outcomes=outcomes,
        someone_else=press(Outcome.UNSAFE, "stop", "Someone else answered"),
    )


def hand_over_page(card: NightCard, done: tuple[Done, ...], *, now: datetime) -> HandOverPage:
    """Return what was done and who waits."""
    zone = parts().zone
    shift = card.shift
    tell = Press("I have told the next one", url_for("night.handed_over"), "post", "main") if shift else None
    said = "Tell whoever comes next, by voice. Say handles, never names. Then press the button."
    if shift is None:
        said = "You have no shift now, so there is nothing to hand over."
    return HandOverPage(
        back=Press(BACK, url_for("night.show")),
        sentence=said,
        done=tuple(
            DoneRow(moment(each.at, now=now, zone=zone), each.handle, f"{words.OUTCOMES[each.outcome]}.")
            for each in done
        ),
        waits=tuple(_row(each, now) for each in card.rows),
        more=_more(card.turn),
        turn=turn("night.hand_over", card.turn.number, is_more=card.turn.after > 0),
        tell=tell,
    )


def rules(found: NightCase) -> tuple[str, ...]:
    """Return what to keep in mind on any call of the night."""
    kept = [RESTRICTED] if found.is_way_alone else []
    kept += [] if found.view.facts.is_adult else [*rules_for(found.view.read_out)]
    kept += ["Say who you are only once you know it is she.", "Leave no message unless the way says so."]
    if found.view.victim.needs_interpreter:
        kept.append("She wants an interpreter. Never a child, never someone from the family.")
    kept += words_of(found.view.veto)
    return tuple(kept)


def _sentence(card: NightCard, now: datetime) -> str:
    count = card.turn.total
    who = "No one waits." if not count else "One case waits." if count == 1 else f"{count} cases wait."
    if card.shift is None:
        return f"You are not on call. {who}"
    return f"You are on call until {moment(card.until, now=now, zone=parts().zone).words}. {who}"


def _more(waiting: Turn) -> str:
    """Return how many wait on the pages after this one."""
    if not waiting.after:
        return ""
    return f"And {waiting.after} more. None has a task of level A."


def _row(row: Waiting, now: datetime) -> TodayRow:
    zone = ZoneInfo(row.zone)
    href = url_for("night.case", case_id=row.case_id)
    if row.way is None:
        lost = moment(now, now=now, zone=zone)
        sentence = "This case can not be opened. Tell the person who runs Wayside, and a supervisor, now."
        return TodayRow(handle=row.handle, href=url_for("night.show"), when=lost, sentence=sentence)
    first = min(row.duties, key=lambda each: each.due_at)
    return TodayRow(
        handle=row.handle,
        href=href,
        when=moment(first.due_at, now=now, zone=zone),
        lateness=lateness(first.due_at, now=now),
        level=words.level_chip(first.level) if first.level else None,
        state=words.LATE if first.due_at < now else None,
        sentence=_row_words(row, now, zone),
        steps=(
            Press("Open", href, look="main"),
            *night_signs.asked_of_row(row),
            night_signs.rang_in(row.case_id),
            *_match(row),
        ),
    )


def _row_words(row: Waiting, now: datetime, zone: ZoneInfo) -> str:
    if row.is_way_alone:
        return f"{RESTRICTED} {_way_words(row, now, zone)}"
    return f"{night_signs.in_short(row.hers)}{_asked(row.duties)} {_way_words(row, now, zone)}"


def _asked(duties: tuple[Duty, ...]) -> str:
    """Return what is due, each title once, with what she needs now named."""
    titles = dict.fromkeys(STEPS[each.step].title for each in duties)
    said = " ".join(f"{title}." for title in titles)
    needed = [KINDS[each.detail.need].lower() for each in duties if each.detail.need in KINDS]
    return (
        f"{said[:-1]}: {', '.join(needed)}."
        if len(titles) == 1 and needed
        else (f"{said} She needs: {', '.join(needed)}." if needed else said)
    )


def _way_words(row: Waiting, now: datetime, zone: ZoneInfo) -> str:
    if isinstance(row.way, NoSafeWay):
        return _no_way(row.way, ()).cause  # type: ignore[union-attr]
    if not isinstance(row.way, SafestWay):
        return ""
    label = words.destination_label(row.way.destination, row.way.channel)
    label = f"{label[0].lower()}{label[1:]}"
    if isinstance(row.way.decision, Allowed):
        say = f" Say first: “{opening_for(row.way.destination)}”" if row.way.channel is Channel.CALL else ""
        return f"Safest now: {label}.{say}"
    opens = row.way.decision.opens_at
    when = f" It opens {moment(opens, now=now, zone=zone).words}." if opens else ""
    return f"Safest: {label}. {row.way.decision.cause}{when}"


def _match(row: Waiting) -> tuple[Press, ...]:
    """A supervisor decides where the case is restricted."""
    return () if row.is_way_alone else _matches(row.duties)


def _matches(duties: tuple[Duty, ...]) -> tuple[Press, ...]:
    asked = (each.detail.match_id for each in duties if each.step is Step.DECIDE_MATCH and each.detail.match_id)
    return tuple(Press("Decide the match", url_for("matches.show", match_id=each)) for each in asked)


def _due(duty: Duty, now: datetime, zone: ZoneInfo) -> TodayRow:
    needed = f" She needs: {KINDS[duty.detail.need].lower()}." if duty.detail.need in KINDS else ""
    return TodayRow(
        handle=STEPS[duty.step].title,
        href="",
        when=moment(duty.due_at, now=now, zone=zone),
        lateness=lateness(duty.due_at, now=now),
        state=words.LATE if duty.due_at < now else None,
        sentence=needed.strip(),
        steps=_matches((duty,)),
    )


def _summary(found: NightCase) -> str:
    victim = found.view.victim
    said = [language_words(victim.language)] if victim.language else []
    if victim.needs_interpreter:
        said.append("interpreter wanted")
    return ", ".join(said)


def _alarm(found: NightCase, now: datetime, zone: ZoneInfo) -> Hold | None:
    if found.alarm is None:
        return None
    when = moment(found.alarm.at, now=now, zone=zone).words
    police = "She wants the police called." if found.alarm.police else "She did not choose the police: call none."
    return Hold(f"She gave her word for danger, {when}.", f"She wants this: “{found.alarm.wanted}” {police}", ())


def _way(found: NightCase, way: Way, *, now: datetime) -> SafeContactRow:
    row = ways.row(found.view, way, now=now)
    hold = ways.hold(found.view, way, now=now)
    return replace(
        row,
        hold=_night_hold(found.view.head.id, way, hold) if hold else row.hold,
        steps=_open_steps(found.view.head.id, way),
        change_href="",
    )


def _open_steps(case_id: UUID, way: Way) -> tuple[Press, ...]:
    if not isinstance(way.decision, Allowed) or way.channel is not Channel.CALL:
        return ()
    named: dict[str, Any] = {"case_id": case_id, "destination_id": way.destination.id}
    return (Press("Call", url_for("night.call", **named), look="main"),)


def _night_hold(case_id: UUID, way: Way, hold: Hold | None) -> Hold | None:
    """Return why a way is shut, with what a colleague on call may decide alone, and what she asked for herself."""
    if hold is None:
        return None
    asked = night_signs.asked_of_way(case_id, way)
    if way.channel is not Channel.CALL or way.decision.reason not in DECISIONS:
        return replace(hold, steps=asked)
    approval, label = DECISIONS[way.decision.reason]
    named: dict[str, Any] = {"case_id": case_id, "destination_id": way.destination.id, "what": approval.value}
    return replace(hold, steps=(Press(label, url_for("night.decide", **named), look="main"), *asked))


def _no_way(found: object, steps: tuple[Press, ...]) -> Hold | None:
    if not isinstance(found, NoSafeWay):
        return None
    tries = " ".join(TRIES[each].format(name="her") for each in found.try_next)
    return Hold(
        f"There is no safe way yet. {REASONS[found.reason].worded().cause}", f"Try, in this order: {tries}", steps
    )


def _need_steps(case_id: UUID, card: NeedCard) -> tuple[Press, ...]:
    from portal.advocate.support.words import step_presses

    return step_presses("night.need_step", case_id, card)
