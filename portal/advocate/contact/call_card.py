"""The card to hold while calling: the number, which name to use, until when, what to say, how it went."""

from datetime import datetime
from typing import Any

from flask import url_for

from outreach.case_file.view import CaseView, Way
from outreach.gate.reasons import Reason
from outreach.identity.minors import rules_for
from outreach.meetings.interpreters import words_of
from outreach.reaching.destinations import Destination
from outreach.safe_contact import Allowed
from outreach.terms import Channel, Outcome, Verdict
from portal.advocate import words
from portal.advocate.cards import Step
from portal.advocate.cases.page import case_link
from portal.advocate.contact import ways
from portal.advocate.contact.call_placing import PLACING, opening_for, placing_rules
from portal.advocate.contact.pages import CallCardPage

OTHER = "Is this the Lee home? No? Sorry to bother you."
OUTCOMES = (
    Outcome.REACHED,
    Outcome.NO_ANSWER,
    Outcome.DECLINED,
    Outcome.SHE_WILL_CONTACT_US,
    Outcome.DO_NOT_CONTACT,
    Outcome.WRONG_NUMBER,
)


def card(view: CaseView, way: Way, *, now: datetime) -> CallCardPage:
    """Return the call card of one phone. Opening it was recorded."""
    case_id = view.head.id
    is_open = isinstance(way.decision, Allowed)
    back = case_link(case_id, view.head.handle)
    return CallCardPage(
        title=f"{words.CALLS[way.destination.reached_by]}, {view.head.handle}",
        back=back,
        number=words.phone_words(way.destination.value),
        chip=words.gate_chip(way.decision),
        until=ways.safe_until(view, way, now=now),
        hold=ways.hold(view, way, now=now),
        name_to_use=way.destination.name_to_use,
        opening=opening_for(way.destination),
        if_another_answers=OTHER,
        rules=_rules(view, way),
        outcomes=tuple(_outcome(view, way, each) for each in OUTCOMES) if is_open else (),
        someone_else=Step(
            "Someone else answered",
            url_for("someone_else.new", case_id=case_id, destination=way.destination.id),
            look="stop",
        ),
        placing=PLACING[way.destination.reached_by],
    )


def _outcome(view: CaseView, way: Way, outcome: Outcome) -> Step:
    chosen: dict[str, Any] = {
        "destination": way.destination.id,
        "channel": Channel.CALL.value,
        "outcome": outcome.value,
    }
    href = url_for("attempts.new", case_id=view.head.id, **chosen)
    return Step(words.OUTCOMES[outcome], href, look="main" if outcome is Outcome.REACHED else "plain")


def _rules(view: CaseView, way: Way) -> tuple[str, ...]:
    destination, decision = way.destination, way.decision
    rules = []
    if isinstance(decision, Allowed) and decision.reason not in (Reason.SAFE, Reason.OPERATOR_HEARS):
        rules.append(" ".join(filter(None, (decision.cause, decision.remedy))))
    if not view.facts.is_adult:
        rules += rules_for(view.read_out)
    rules += placing_rules(destination) or _message_rule(destination)
    if destination.safe_with_others is not Verdict.SAFE:
        rules.append("If anyone else may hear, say nothing about who you are.")
    if destination.words_to_avoid:
        rules.append(f"Do not say: {', '.join(destination.words_to_avoid)}.")
    if view.victim.needs_interpreter:
        rules.append("She wants an interpreter. Never a child, never someone from the family.")
    rules += words_of(view.veto)
    if decision.reason is Reason.FIRST_CONTACT:
        rules.append("Ask which other ways are safe: mail, text, e-mail, relay, video phone. Ask who may interpret.")
    rules.append("Check that it is she before you say why you call.")
    return tuple(rules)


def _message_rule(destination: Destination) -> tuple[str, ...]:
    return ("Leave a message only if the strip says so." if destination.may_leave_message else "Leave no message.",)
