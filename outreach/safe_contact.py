"""
The one gate: may she be contacted here, in this way, now? Pure, default deny, closed on any error.

`Allowed` is made nowhere else; every sender takes one. Docs: docs/adr/0005-the-gate.md.
"""

from dataclasses import InitVar, dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from outreach.gate import hours
from outreach.gate.answers import Explained, Held, Refused
from outreach.gate.contact_policy import Policy
from outreach.gate.facts import Approval, CaseFacts, Request
from outreach.gate.hours import Window
from outreach.gate.officers_word import as_heard
from outreach.gate.questions import Leave, Question
from outreach.gate.reasons import REASONS, Reason, Sentence
from outreach.gate.ways import RULES
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.terms import (
    AccountHolder,
    Channel,
    ContentLevel,
    DestinationKind,
    Level,
    ReachedBy,
    Verdict,
    VerdictSource,
)

__all__ = [
    "REASONS",
    "Allowed",
    "Approval",
    "CaseFacts",
    "ChannelVerdict",
    "Decision",
    "Destination",
    "Held",
    "NotFromTheGate",
    "Policy",
    "Reason",
    "Refused",
    "Request",
    "Sentence",
    "Window",
    "live_request",
    "may_contact",
]

_MADE_HERE = object()


class NotFromTheGate(TypeError):
    """Something other than the gate tried to make an Allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed(Explained):
    """Leave to contact her: here, in this way, saying no more than `content`, before `until` (UTC)."""

    destination_id: UUID
    channel: Channel
    content: ContentLevel
    until: datetime
    reason: Reason
    made_by: InitVar[object]

    def __post_init__(self, made_by: object) -> None:
        if made_by is not _MADE_HERE:
            raise NotFromTheGate("Allowed is made only by outreach.safe_contact.may_contact")


Decision = Allowed | Held | Refused


def may_contact(
    destination: Destination, channel: Channel, content_level: ContentLevel, *, at: datetime, facts: CaseFacts
) -> Decision:
    """
    Answer whether she may be contacted at `destination` by `channel`, saying `content_level`, at the instant `at`.

    Any error inside becomes Refused: what can not be weighed is not safe. Nothing is read besides the arguments.
    """
    try:
        heard = as_heard(destination, facts)
        return _decide(Question(heard, Channel(channel), _instant(at), facts), ContentLevel(content_level))
    except Exception:
        # Closed on any error, on purpose: a fault in the data or in a rule must never let something out.
        return Refused(Reason.CANNOT_TELL)


def live_request(destination: Destination, channel: Channel, *, at: datetime, facts: CaseFacts) -> Request | None:
    """Return what she asked for live, while it lasts and only for this destination and channel (rule zero)."""
    request = facts.request
    if request is None or request.destination_id != destination.id or request.channel != channel:
        return None
    if request.verified_how not in ("in_person", "code_word", "live_call"):
        return None
    if facts.lifted_at is not None and request.asked_at < facts.lifted_at:
        return None
    return request if request.asked_at <= at < _request_ends_at(request, facts.policy) else None


def _decide(q: Question, content: ContentLevel) -> Decision:
    stop = _stop(q)
    if stop:
        return Refused(stop)
    if q.facts.match_pending is not False:
        return Held(Reason.MATCH_PENDING)
    if q.channel is Channel.TEXT and not _consents_to_texts(q):
        return Held(Reason.PHONE_UNFIT if q.destination.line_fault else Reason.NO_TEXT_CONSENT)
    if q.channel is Channel.EMAIL and not _is_confirmed(q):
        return Held(Reason.EMAIL_NOT_CONFIRMED)
    request = live_request(q.destination, q.channel, at=q.at, facts=q.facts)
    if request:
        asked = Leave(Reason.SHE_ASKED, _MOST_SAID[q.channel], _request_ends_at(request, q.facts.policy))
        return _said(q, content, asked)
    hold = _case_hold(q)
    if hold:
        return hold
    answer = RULES[q.channel](q)
    if not isinstance(answer, Leave):
        return answer
    return _too_many_attempts(q) or _said(q, content, answer)


# What stops everything, her own request included. Anything but a plain False stops: unknown is yes here.
_CASE_STOPS = (
    ("compromised", Reason.CASE_COMPROMISED),
    ("paused", Reason.PAUSED),
    ("do_not_contact", Reason.DO_NOT_CONTACT),
    ("other_case_unreadable", Reason.OTHER_CASE_UNREADABLE),
)
_MOST_SAID = {
    Channel.CALL: ContentLevel.NAMED,
    Channel.VOICEMAIL: ContentLevel.NEUTRAL,
    Channel.TEXT: ContentLevel.NEUTRAL,
    Channel.LETTER: ContentLevel.NAMED,
    Channel.MEETING: ContentLevel.NAMED,
    Channel.PAGE: ContentLevel.NAMED,
    Channel.EMAIL: ContentLevel.NEUTRAL,
}
_MAIL = (Channel.LETTER, Channel.EMAIL)
_CARRIED = {kind: kind.channels for kind in DestinationKind}
_RANK = {ContentLevel.NONE: 0, ContentLevel.NEUTRAL: 1, ContentLevel.NAMED: 2}


def _stop(q: Question) -> Reason | None:
    if q.channel not in _CARRIED[q.destination.kind]:
        return Reason.WRONG_KIND
    for name, reason in _CASE_STOPS:
        if getattr(q.facts, name) is not False and not (reason is Reason.DO_NOT_CONTACT and _may_try_once(q)):
            return reason
    if q.destination.compromised is not False:
        return Reason.COMPROMISED
    if q.channel is Channel.TEXT and q.destination.id in q.facts.suppressed:
        return Reason.SUPPRESSED
    verdict = q.destination.verdicts.get(q.channel)
    if verdict is not None and verdict.verdict == Verdict.UNSAFE:
        return Reason.UNSAFE
    if q.channel is Channel.VOICEMAIL and q.destination.reached_by is not ReachedBy.VOICE:
        return Reason.NO_MESSAGE_THERE
    if q.channel in _MAIL and q.facts.is_adult is not True:
        return Reason.UNDER_AGE_MAIL
    return _unwanted(q) or (Reason.SHARED_PLAN if _is_barred(q) else None)


def _unwanted(q: Question) -> Reason | None:
    if q.channel is Channel.LETTER and not _wants_mail_here(q):
        return Reason.NO_MAIL
    return Reason.NO_TEXTS if q.channel is Channel.TEXT and not _wants_texts_here(q) else None


def _wants_mail_here(q: Question) -> bool:
    """Say whether she said no to no mail at all, or has since said yes to this address herself."""
    no_at, verdict = q.facts.no_mail_at, q.destination.verdicts.get(Channel.LETTER)
    if no_at is None:
        return True
    is_hers = verdict is not None and verdict.source == VerdictSource.VICTIM and verdict.verdict == Verdict.SAFE
    return is_hers and verdict is not None and verdict.verified_at > no_at


def _wants_texts_here(q: Question) -> bool:
    """Say whether she said no to no text at all, or has since said yes at this phone herself."""
    no_at, yes_at = q.facts.no_texts_at, q.destination.text_consent_at
    return no_at is None or (yes_at is not None and yes_at > no_at)


def _is_barred(q: Question) -> bool:
    # Requirement 11: in a restricted case whoever holds the account may read who was called and written to. A live call
    # that she asks for herself is hers to weigh; a message or a text leaves a trace there, and stays shut.
    if q.facts.restricted is False or q.destination.account not in (AccountHolder.PARTNERS, AccountHolder.SHARED):
        return False
    asked = q.channel is Channel.CALL and live_request(q.destination, q.channel, at=q.at, facts=q.facts)
    return q.destination.kind is DestinationKind.PHONE and not asked


def _may_try_once(q: Question) -> bool:
    # Requirement 17: her own word, given with her no, and a supervisor's that the danger has grown. One live try.
    is_live = q.channel in (Channel.CALL, Channel.MEETING)
    return is_live and q.facts.may_try_if_danger is True and q.approved(Approval.ONCE_IF_DANGER)


def _case_hold(q: Question) -> Held | None:
    # Who let it begin weighed what was known then: after news a supervisor is asked anew, as for cold mail.
    if q.facts.supervisor_hold is not False and not q.approved(Approval.SUPERVISOR, since=q.news_at):
        return Held(Reason.NEWS_SINCE_LEAVE if q.approved(Approval.SUPERVISOR) else Reason.SUPERVISOR_HOLD)
    if q.facts.she_will_contact_us is not False:
        return Held(Reason.SHE_WILL_CONTACT_US)
    return None


def _consents_to_texts(q: Question) -> bool:
    consent_at = q.destination.text_consent_at
    return consent_at is not None and consent_at <= q.at


def _is_confirmed(q: Question) -> bool:
    # Not even what she asked for opens an address that was only heard or copied: a slip is another person's mailbox.
    confirmed_at = q.destination.confirmed_at
    return confirmed_at is not None and confirmed_at <= q.at


def _too_many_attempts(q: Question) -> Held | None:
    # An agreed meeting is no attempt, nor is what waits on her own page. Only live calls may be more at A and B: an
    # event must not open a text.
    if q.channel in (Channel.MEETING, Channel.PAGE) or q.approved(Approval.MORE_ATTEMPTS):
        return None
    facts, policy = q.facts, q.facts.policy
    if facts.attempts_for_event >= policy.attempts_for_event:
        return Held(Reason.ATTEMPTS_FOR_EVENT)
    is_urgent_call = q.channel is Channel.CALL and facts.level in (Level.A, Level.B)
    if facts.attempts_today >= (policy.attempts_a_day_at_a_and_b if is_urgent_call else policy.attempts_a_day):
        return Held(Reason.ATTEMPTS_TODAY, hours.next_midnight(ZoneInfo(facts.zone), q.at))
    return None


def _said(q: Question, content: ContentLevel, leave: Leave) -> Decision:
    is_overheard = q.channel is Channel.CALL and q.destination.is_overheard
    most = min(leave.content, ContentLevel.NEUTRAL, key=_RANK.__getitem__) if is_overheard else leave.content
    if _RANK[content] > _RANK[most]:
        return Held(Reason.TOO_MUCH_SAID)
    is_written = q.channel is Channel.LETTER
    if is_written and content is ContentLevel.NAMED and not q.destination.name_to_use:
        return Held(Reason.NAME_NOT_KNOWN)
    soon = q.at + timedelta(minutes=q.facts.policy.allowed_minutes)
    return Allowed(
        destination_id=q.destination.id,
        channel=q.channel,
        content=content,
        until=soon if leave.until is None else min(soon, leave.until),
        reason=leave.reason,
        made_by=_MADE_HERE,
    )


def _request_ends_at(request: Request, policy: Policy) -> datetime:
    return min(request.expires_at, request.asked_at + timedelta(days=policy.request_days))


def _instant(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError("the gate takes aware times only")
    return at.astimezone(UTC)
