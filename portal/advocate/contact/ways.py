"""How a way of reaching her reads: the gate's answer as a chip, the hold with its remedy as the button."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import url_for
from flask_login import current_user

from outreach.access import Action
from outreach.approvals.approving import CHANNELS, may_decide
from outreach.approvals.wishes import ASKABLE
from outreach.case_file.view import CaseView, Way
from outreach.gate.facts import CASE_WIDE, Approval
from outreach.gate.hours import open_until
from outreach.gate.reasons import Reason
from outreach.proximity import nearness
from outreach.reaching.destinations import Destination
from outreach.safe_contact import Allowed, Held
from outreach.terms import AccountHolder, Channel, ContentLevel, DestinationKind, ReachedBy, Verdict
from portal.advocate import words
from portal.advocate.cards import Hold, Moment, Step
from portal.advocate.cases.pages import SafeContactRow
from portal.advocate.moments import day, moment

DECISIONS = {
    Reason.FIRST_CONTACT_DECISION: (Approval.FIRST_CONTACT, "Decide on the first contact"),
    Reason.LEVEL_A_DECISION: (Approval.FIRST_CONTACT, "Decide to call now"),
    Reason.SHARED_FIRST_CALL: (Approval.SHARED_PHONE_CALL, "Decide on this call"),
    Reason.PARTNER_MAY_SEE: (Approval.PARTNER_WILL_NOT_SEE, "Decide without her"),
    Reason.PARTNERS_ACCOUNT: (Approval.PARTNER_WILL_NOT_SEE, "Decide without her"),
    Reason.SHOWS_ELSEWHERE: (Approval.PARTNER_WILL_NOT_SEE, "Decide without her"),
    Reason.OTHERS_MAY_SEE: (Approval.PARTNER_WILL_NOT_SEE, "Decide without her"),
    Reason.CONDITION: (Approval.CONDITION_HOLDS, "It still holds"),
    Reason.SUPERVISOR_HOLD: (Approval.SUPERVISOR, "Let contact begin"),
    Reason.NEWS_SINCE_LEAVE: (Approval.SUPERVISOR, "Let contact begin"),
    Reason.TEXT_CAP: (Approval.MORE_TEXTS, "One more text"),
    Reason.ATTEMPTS_TODAY: (Approval.MORE_ATTEMPTS, "One more try"),
    Reason.ATTEMPTS_FOR_EVENT: (Approval.MORE_ATTEMPTS, "One more try"),
    Reason.ASKED_ALREADY: (Approval.MORE_ATTEMPTS, "One more call"),
    Reason.FIRST_CALL_MADE: (Approval.MORE_ATTEMPTS, "One more call"),
}
ASK_HER = frozenset(
    {
        Reason.NOT_KNOWN_SAFE,
        Reason.BROUGHT_OVER,
        Reason.EXPIRED,
        Reason.EXPIRED_LONG_AGO,
        Reason.NEW_EVENT,
        Reason.SINCE_STOP,
        Reason.NO_HOURS,
        Reason.NAME_NOT_KNOWN,
        Reason.NO_MESSAGE,
        Reason.OTHERS_MAY_HEAR,
        Reason.PARTNER_MAY_SEE,
        Reason.PARTNERS_ACCOUNT,
        Reason.SHOWS_ELSEWHERE,
        Reason.OTHERS_MAY_SEE,
        Reason.PARTNER_MAY_BE_THERE,
        Reason.OFFICERS_NOTE_EXPIRED,
        Reason.SINCE_STOP,
        Reason.COLD_MAIL_DECISION,
        Reason.EMAIL_NOT_CONFIRMED,
        Reason.EMAIL_NOT_HER_WORD,
    }
)


def row(view: CaseView, way: Way, *, now: datetime) -> SafeContactRow:
    """Return one way of the safe-contact strip."""
    zone = ZoneInfo(view.head.standing.zone)
    return SafeContactRow(
        label=words.destination_label(way.destination, way.channel),
        chip=words.gate_chip(way.decision),
        detail=_detail(view, way),
        said=_who_said(way, zone),
        until=safe_until(view, way, now=now),
        hold=hold(view, way, now=now) or _warning(way),
        steps=open_steps(view.head.id, way),
        change_href=url_for("destinations.edit", case_id=view.head.id, destination_id=way.destination.id),
    )


def safe_until(view: CaseView, way: Way, *, now: datetime) -> Moment | None:
    """Return when an open way shuts: with the end of what she asked for, else with her hours where she named some."""
    if not isinstance(way.decision, Allowed):
        return None
    zone = ZoneInfo(view.head.standing.zone)
    if way.decision.reason is Reason.SHE_ASKED:
        asked = (each for each in view.requests if each.destination_id == way.destination.id)
        ends: datetime | None = next(each.expires_at for each in asked if each.channel is way.channel)
    else:
        ends = open_until(way.destination.windows, zone, now)
    return moment(ends, now=now, zone=zone) if ends else None


def hold(view: CaseView, way: Way, *, now: datetime) -> Hold | None:
    """Return why a way is shut and what opens it; None while it is open."""
    decision = way.decision
    if isinstance(decision, Allowed):
        return None
    remedy = decision.remedy
    if isinstance(decision, Held) and decision.opens_at is not None:
        opens = moment(decision.opens_at, now=now, zone=ZoneInfo(view.head.standing.zone))
        remedy = f"{remedy} It opens {opens.words}."
    return Hold(decision.cause, remedy, mending_steps(view, way, now=now))


def _warning(way: Way) -> Hold | None:
    """Return what to mind in a way that is open; None where she simply said that it is OK."""
    return Hold(way.decision.cause, way.decision.remedy, ()) if way.decision.remedy else None


def no_texts(case_id: UUID, way: Way) -> Step:
    """Return the step that stops texts by her word."""
    named: dict[str, Any] = {"case_id": case_id, "destination_id": way.destination.id}
    return Step("She wants no texts", url_for("withdrawals.new", **named), look="quiet")


def no_email(case_id: UUID, way: Way) -> Step:
    """Return the step that stops e-mail by her word, in one tap."""
    named: dict[str, Any] = {"case_id": case_id, "destination_id": way.destination.id}
    return Step("She wants no e-mail", url_for("emails.stop", **named), "post", "quiet")


def she_asked(case_id: UUID, destination: Destination, channel: Channel) -> Step:
    """Return the step that records what she asked for herself."""
    way: dict[str, Any] = {"destination": destination.id, "channel": channel.value}
    return Step("She asked", url_for("requests.new", case_id=case_id, **way))


def supervisor_step(case_id: UUID) -> tuple[Step, ...]:
    """Return the step by which a supervisor lets contact begin; nothing for others."""
    if not may_decide(current_user.card, Approval.SUPERVISOR):
        return (Step("Ask a supervisor", url_for("wishes.new", case_id=case_id, what=Approval.SUPERVISOR.value)),)
    return (Step("Let contact begin", url_for("approvals.new", case_id=case_id, what=Approval.SUPERVISOR.value)),)


def mending_steps(view: CaseView, way: Way, *, now: datetime) -> tuple[Step, ...]:
    """Return what opens a way that is shut, the remedy first; on every hold also what she asked for herself."""
    case_id = view.head.id
    if not isinstance(way.decision, Held):
        return _after_refusal(case_id, way)
    steps = _remedies(view, way, now=now)
    steps.append(she_asked(case_id, way.destination, way.channel))
    if way.channel is Channel.TEXT and way.destination.text_consent_at is not None:
        steps.append(no_texts(case_id, way))
    return tuple(steps)


def _after_refusal(case_id: UUID, way: Way) -> tuple[Step, ...]:
    """A request opens no refusal, so none is offered as if it did; what she says of the way itself may be noted."""
    if way.decision.reason in (Reason.UNSAFE, Reason.NO_MAIL, Reason.CANNOT_TELL):
        label = "Check the details" if way.decision.reason is Reason.CANNOT_TELL else "She says it is OK now"
        return (Step(label, _change_href(case_id, way)),)
    if way.decision.reason in (Reason.SUPPRESSED, Reason.NO_TEXTS):
        named: dict[str, Any] = {"case_id": case_id, "destination_id": way.destination.id}
        return (Step("See her yes and no to texts", url_for("consents.show", **named)),)
    if way.decision.reason is Reason.UNDER_AGE_MAIL:
        adult = Step("She is an adult", url_for("particulars.note_adult", case_id=case_id), "post")
        return (adult, Step("Her birth date", url_for("particulars.edit", case_id=case_id)))
    if way.decision.reason is Reason.DO_NOT_CONTACT:
        return (she_asked(case_id, way.destination, way.channel),)
    return ()


def _change_href(case_id: UUID, way: Way) -> str:
    return url_for("destinations.edit", case_id=case_id, destination_id=way.destination.id)


def _remedies(view: CaseView, way: Way, *, now: datetime) -> list[Step]:
    case_id, reason = view.head.id, way.decision.reason
    steps = [Step("I asked her", _change_href(case_id, way))] if reason in ASK_HER else []
    if reason in DECISIONS and way.channel in CHANNELS.get(DECISIONS[reason][0], tuple(Channel)):
        approval, label = DECISIONS[reason]
        if approval in ASKABLE and not may_decide(current_user.card, approval):
            asked: dict[str, Any] = {"case_id": case_id, "what": approval.value}
            if approval not in CASE_WIDE:
                asked |= {"destination": way.destination.id, "channel": way.channel.value}
            ask = url_for("wishes.new", **asked)
            steps.append(Step(f"Ask: {label[0].lower()}{label[1:]}", ask))
        elif may_decide(current_user.card, approval):
            steps.append(_decision_step(case_id, way, approval, label))
    if reason is Reason.COLD_MAIL_DECISION:
        steps += _cold_mail_steps(view, way, now=now)
    elif reason in (Reason.NO_TEXT_CONSENT, Reason.NOT_HER_OWN_WORD):
        named: dict[str, Any] = {"case_id": case_id, "destination_id": way.destination.id}
        steps.append(Step("She said yes to texts", url_for("consents.show", **named)))
    return steps


def _decision_step(case_id: UUID, way: Way, approval: Approval, label: str) -> Step:
    about = {"destination": way.destination.id, "channel": way.channel.value}
    what = {"what": approval.value} if approval in CASE_WIDE else {"what": approval.value, **about}
    return Step(label, url_for("approvals.new", case_id=case_id, **what))


def _cold_mail_steps(view: CaseView, way: Way, *, now: datetime) -> list[Step]:
    live, here = view.head.standing.live_approvals(now), str(way.destination.id)
    given = {each.approval: each.by for each in live if each.destination_id == here}
    mine = str(current_user.card.id)
    if mine in given.values():
        return [Step("See who may agree", url_for("letter_board.show"))] if len(given) == 1 else []
    steps = []
    if Approval.COLD_MAIL.value not in given:
        named: dict[str, Any] = {"case_id": view.head.id, "address_id": way.destination.id}
        steps.append(Step("Ask a second person", url_for("cold_mail.new", **named)))
    second = Approval.COLD_MAIL_SECOND_PERSON
    if second.value not in given and may_decide(current_user.card, second):
        steps.append(_decision_step(view.head.id, way, second, "Agree as second person"))
    return steps


def open_steps(case_id: UUID, way: Way) -> tuple[Step, ...]:
    """Return what can be done in a way that is open now."""
    if not isinstance(way.decision, Allowed):
        return ()
    named: dict[str, Any] = {"case_id": case_id, "destination_id": way.destination.id}
    if way.channel is Channel.CALL:
        return (Step(words.CALLS[way.destination.reached_by], url_for("cases.call", **named), look="main"),)
    if way.channel is Channel.EMAIL:
        return (Step("Write an e-mail", url_for("emails.show", **named), look="main"), no_email(case_id, way))
    if way.channel is Channel.TEXT:
        return (Step("Write a text", url_for("texts.new", **named), look="main"), no_texts(case_id, way))
    if way.channel is Channel.LETTER:
        short = Step("The short letter", url_for("letters.new", template="short", **named), look="main")
        full = Step("The full letter", url_for("letters.new", template="full", **named))
        return (short, full) if way.decision.content is ContentLevel.NAMED else (short,)
    if way.channel is Channel.MEETING and current_user.card.may(Action.LOG_ATTEMPT):
        new = url_for("attempts.new", case_id=case_id, destination=way.destination.id, channel=way.channel.value)
        to_pick_up = Step("A letter to pick up", url_for("letters.new", template="full", **named), look="quiet")
        return (Step("Record a meeting", new), to_pick_up)
    return ()


def _detail(view: CaseView, way: Way) -> str:
    """Return hours, who shares it and what to say, in sentences."""
    destination = way.destination
    parts = [words.window_words(each) for each in destination.windows]
    near = nearness(destination, view.facts.near, lifted_at=view.facts.lifted_at)
    if near is not None:
        parts.append(words.NEAR[near.how])
    parts += _access(destination)
    if destination.name_to_use:
        parts.append(f"Say you are {destination.name_to_use}")
    is_by_voice = destination.reached_by is ReachedBy.VOICE
    if way.channel in (Channel.CALL, Channel.VOICEMAIL) and not (is_by_voice and destination.may_leave_message):
        parts.append("Leave no message")
    if way.channel is Channel.CALL and destination.operator_may_hear and not is_by_voice:
        parts.append("She says the operator may hear details")
    if destination.subject:
        parts.append(f"Subject: {destination.subject}")
    if destination.safe_with_others is Verdict.UNSAFE:
        parts.append("Not safe when someone else answers" if _is_phone(destination) else "Not safe when others see it")
    if destination.is_substitute_address:
        parts.append("A substitute address; allow more days")
    verdict = destination.verdicts.get(way.channel)
    if verdict and verdict.condition:
        parts.append(f"Only when: {verdict.condition}")
    return ". ".join(parts) + ("." if parts else "")


def _access(destination: Destination) -> list[str]:
    """Return who else uses it, and what of a phone others can see."""
    parts = [f"Also used by {destination.who_else}"] if destination.who_else else []
    if destination.account is AccountHolder.ANOTHERS:
        parts.append("Someone else pays for it" if _is_phone(destination) else "Someone else set it up")
    if destination.shows_elsewhere:
        parts.append("It shows on another device too")
    if destination.location_is_seen:
        parts.append("Someone can see where it is")
    return parts


def _who_said(way: Way, zone: ZoneInfo) -> str:
    verdict = way.destination.verdicts.get(way.channel)
    if verdict is None or verdict.verdict is Verdict.UNKNOWN:
        return "Nobody has asked her about this yet."
    when = day(verdict.verified_at, zone=zone).words
    return f"{words.VERDICTS[verdict.verdict]}. {words.SOURCES[verdict.source]}, {when}."


def _is_phone(destination: Destination) -> bool:
    return destination.kind is DestinationKind.PHONE
