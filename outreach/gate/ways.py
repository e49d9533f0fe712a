"""
The gate's rules for each way of reaching her, after the stops that hold for all of them. Pure.

Each rule returns a Leave (what may be said, and until when), Held or Refused. Only the gate turns a Leave
into an Allowed. A rule starts from no and looks for a reason to say yes.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from outreach.gate import hours
from outreach.gate.answers import Held, Refused
from outreach.gate.facts import Approval
from outreach.gate.hours import Window
from outreach.gate.questions import Answer, Leave, Question
from outreach.gate.reasons import Reason
from outreach.gate.verdicts import Footing, Weighed
from outreach.proximity import Near
from outreach.terms import AccountHolder, Channel, ContentLevel, DestinationKind, Level, Verdict, VerdictSource
from outreach.workdays import mail_days_around


def call(q: Question) -> Answer:
    """Answer for a live call: where her yes has worn thin, a call that asks is still possible."""
    weighed = q.weighed()
    if weighed.footing is Footing.NONE:
        return _first_call(q, weighed)
    if weighed.reason in (Reason.EXPIRED, Reason.BROUGHT_OVER) and _asked_already(q):
        return Held(Reason.ASKED_ALREADY)
    is_on_call_advocates = _is_on_call_advocates_to_decide(q, weighed)
    is_decided = is_on_call_advocates and q.approved(Approval.FIRST_CONTACT)
    until = None if is_decided else _in_hours(q, q.destination.windows or q.facts.policy.call_hours)
    if isinstance(until, Held):
        return Held(Reason.LEVEL_A_DECISION, until.opens_at) if is_on_call_advocates else until
    return _soonest(_call_leave(q, weighed), until, weighed.until)


def voicemail(q: Question) -> Answer:
    """Answer for a message left on a phone: only where she said so herself, and nobody else hears it."""
    calls = q.destination.verdicts.get(Channel.CALL)
    if calls is not None and calls.verdict == Verdict.UNSAFE:
        return Refused(Reason.UNSAFE)
    if not q.facts.first_contact_done:
        return Held(Reason.FIRST_CONTACT_LIVE_ONLY)
    if q.destination.may_leave_message is not True:
        return Held(Reason.NO_MESSAGE)
    if q.destination.safe_with_others == Verdict.UNSAFE:
        return Held(Reason.OTHERS_MAY_HEAR)
    return _recorded(q, q.destination.windows or q.facts.policy.call_hours)


def text(q: Question) -> Answer:
    """Answer for a text: her own confirmed yes, on her own word, in hours she named, under the caps."""
    verdict = q.destination.verdicts.get(Channel.TEXT)
    if verdict is not None and verdict.source == VerdictSource.ON_SCENE:
        return Held(Reason.NOT_HER_OWN_WORD)
    if not q.destination.windows:
        return Held(Reason.NO_HOURS)
    answer = _recorded(q, q.destination.windows)
    facts, policy = q.facts, q.facts.policy
    too_many = facts.texts_in_24h >= policy.texts_in_24h or facts.texts_in_7d >= policy.texts_in_7d
    if isinstance(answer, Leave) and too_many and not q.approved(Approval.MORE_TEXTS):
        return Held(Reason.TEXT_CAP)
    return answer


def letter(q: Question) -> Answer:
    """Answer for a letter: mail known to be safe, or two people's decision; never beside the offender's letter."""
    seen = q.seen_by_others
    if seen:
        return Held(seen)
    weighed = q.weighed()
    if q.facts.has_substitute_address and not q.destination.is_substitute_address:
        return Held(Reason.SUBSTITUTE_ADDRESS)
    answer = _cold_letter(q) if not _carries(q, weighed) else Leave(Reason.SAFE, _said_in_a_letter(q), weighed.until)
    quiet_until = _quiet_until(q)
    if isinstance(answer, Leave) and quiet_until:
        return Held(Reason.OFFENDERS_LETTER, quiet_until)
    return answer


def meeting(q: Question) -> Answer:
    """Answer for a meeting at a place: hers to choose; a first one in court or hospital by an advocate's decision."""
    if q.near is not None:
        return Held(Reason.PARTNER_MAY_BE_THERE)
    until = _in_hours(q, q.destination.windows) if q.destination.windows else None
    if isinstance(until, Held):
        return until
    weighed = q.weighed()
    if _carries(q, weighed):
        reason = Reason.LOCATION_IS_SEEN if q.facts.location_is_seen else Reason.SAFE
        return _soonest(Leave(reason, ContentLevel.NAMED), until, weighed.until)
    if weighed.footing is not Footing.NONE or q.facts.first_contact_done:
        return Held(weighed.reason)
    if not q.approved(Approval.FIRST_CONTACT):
        return Held(Reason.FIRST_CONTACT_DECISION)
    return Leave(Reason.FIRST_CONTACT, ContentLevel.NEUTRAL, until)


def page(q: Question) -> Answer:
    """
    Answer for what stands on her own page. She comes to it herself, so it has no hours, caps or attempts.

    Whoever holds her device can read it: only neutral words, until she asks for more with her code word (then it is
    a live request, and no rule of this one).
    """
    verdict = q.destination.verdicts.get(Channel.PAGE)
    if not q.facts.first_contact_done or verdict is None or verdict.source != VerdictSource.VICTIM:
        return Held(Reason.PAGE_NOT_OPENED)
    seen = q.seen_by_others
    if seen:
        return Held(seen)
    weighed = q.weighed()
    if not _carries(q, weighed):
        return Held(weighed.reason)
    return Leave(Reason.SAFE, ContentLevel.NEUTRAL, weighed.until)


def email(q: Question) -> Answer:
    """
    Answer for an e-mail: on her own word alone, to an address she confirmed, where nobody else reads it.

    It lies there for whoever opens the mailbox later, so it says little, and without hours of hers it keeps to ours.
    """
    if not q.facts.first_contact_done:
        return Held(Reason.FIRST_CONTACT_LIVE_ONLY)
    verdict = q.destination.verdicts.get(Channel.EMAIL)
    if verdict is not None and verdict.source != VerdictSource.VICTIM:
        return Held(Reason.EMAIL_NOT_HER_WORD)
    return _recorded(q, q.destination.windows or q.facts.policy.call_hours)


RULES: dict[Channel, Callable[[Question], Answer]] = {
    Channel.CALL: call,
    Channel.VOICEMAIL: voicemail,
    Channel.TEXT: text,
    Channel.LETTER: letter,
    Channel.MEETING: meeting,
    Channel.PAGE: page,
    Channel.EMAIL: email,
}


def _first_call(q: Question, weighed: Weighed) -> Answer:
    # Requirement 27: one live call to a way nobody checked, by a person's decision, in daytime on weekdays.
    if q.facts.first_contact_done:
        return Held(weighed.reason)
    if not q.facts.policy.first_calls:
        return Held(Reason.FIRST_CALLS_OFF)
    if not q.approved(Approval.FIRST_CONTACT):
        return Held(Reason.FIRST_CONTACT_DECISION)
    if q.near is not None and not q.approved(Approval.SHARED_PHONE_CALL):
        return Held(Reason.SHARED_FIRST_CALL)
    if _asked_already(q):
        return Held(Reason.FIRST_CALL_MADE)
    until = _in_hours(q, q.facts.policy.call_hours)
    if isinstance(until, Held):
        return until
    named_until = _in_hours(q, q.destination.windows) if q.destination.windows else until
    if isinstance(named_until, Held):
        return named_until
    return _soonest(Leave(Reason.FIRST_CONTACT, ContentLevel.NEUTRAL), until, named_until)


_ASKED_AS = {Reason.EXPIRED: Reason.ASK_IF_STILL_OK, Reason.BROUGHT_OVER: Reason.BROUGHT_OVER}


def _call_leave(q: Question, weighed: Weighed) -> Leave:
    if weighed.footing is Footing.ASK_FIRST:
        return Leave(_ASKED_AS.get(weighed.reason, Reason.ASK_AFTER_EVENT), ContentLevel.NEUTRAL)
    near = q.near
    if near is not None:
        reason = Reason.CALLS_ARE_SEEN if near.how is Near.ACCOUNT else Reason.PARTNER_MAY_ANSWER
        return Leave(reason, ContentLevel.NEUTRAL)
    if q.destination.safe_with_others == Verdict.UNSAFE:
        return Leave(Reason.OTHERS_MAY_ANSWER, ContentLevel.NEUTRAL)
    if weighed.footing is Footing.CONDITION and not q.approved(Approval.CONDITION_HOLDS):
        return Leave(Reason.CHECK_CONDITION, ContentLevel.NEUTRAL)
    if not q.facts.first_contact_done:
        return Leave(Reason.FIRST_CONTACT, ContentLevel.NEUTRAL)
    if q.destination.is_overheard:
        return Leave(Reason.OPERATOR_HEARS, ContentLevel.NEUTRAL)
    return Leave(Reason.SAFE, ContentLevel.NAMED)


def _is_on_call_advocates_to_decide(q: Question, weighed: Weighed) -> bool:
    # At level A the on-call advocate's decision lifts our own hours, never hours that she named. News that came
    # after the officer's yes does not take that decision away: an event must not put off a call (P2b).
    if q.facts.level is not Level.A:
        return False
    verdict = q.destination.verdicts.get(Channel.CALL)
    officer_said_yes = verdict is not None and verdict.source == VerdictSource.ON_SCENE
    return officer_said_yes and weighed.footing in (Footing.HOLDS, Footing.ASK_FIRST) and not q.destination.windows


def _recorded(q: Question, windows: tuple[Window, ...]) -> Answer:
    """Answer for what leaves a trace: a message, a text or an e-mail."""
    is_phone = q.destination.kind is DestinationKind.PHONE
    if q.facts.restricted is not False and is_phone and q.destination.account is AccountHolder.UNKNOWN:
        return Held(Reason.ACCOUNT_NOT_KNOWN)
    seen = q.seen_by_others
    if seen:
        return Held(seen)
    weighed = q.weighed()
    if not _carries(q, weighed):
        return Held(weighed.reason)
    until = _in_hours(q, windows)
    if isinstance(until, Held):
        return until
    return _soonest(Leave(Reason.SAFE, ContentLevel.NEUTRAL), until, weighed.until)


def _carries(q: Question, weighed: Weighed) -> bool:
    """Say whether the verdict alone carries what no one can take back: a text, a message, a letter, a meeting."""
    if weighed.footing is Footing.CONDITION:
        return q.approved(Approval.CONDITION_HOLDS)
    return weighed.footing is Footing.HOLDS


def _cold_letter(q: Question) -> Answer:
    if not q.facts.policy.cold_mail:
        return Held(Reason.COLD_MAIL_OFF)
    # Both weighed what was known then: news since turns a verdict into "ask first", and this no less (22a).
    if not all(q.approved(each, since=q.news_at) for each in (Approval.COLD_MAIL, Approval.COLD_MAIL_SECOND_PERSON)):
        return Held(Reason.COLD_MAIL_DECISION)
    return Leave(Reason.COLD_MAIL, ContentLevel.NEUTRAL)


def _said_in_a_letter(q: Question) -> ContentLevel:
    # Where opening it by somebody else is not safe, even safe mail says nothing.
    unsafe_with_others = q.destination.safe_with_others == Verdict.UNSAFE
    return ContentLevel.NEUTRAL if unsafe_with_others else ContentLevel.NAMED


_FAR = timedelta(days=60)
FORWARDED = timedelta(days=7)
"""How much later mail comes that a state's address program sends on (requirement 46): beside his, if sent before."""


def _quiet_until(q: Question) -> datetime | None:
    """Return when the days around his letters end; where those of two run into each other, the later end."""
    day = today = q.at.astimezone(q.zone).date()
    for mailed_on in sorted(q.facts.offender_letters):
        if abs(mailed_on - day) > _FAR:
            continue
        first, last = mail_days_around(mailed_on, q.facts.policy.letter_quiet_mail_days)
        if q.destination.is_substitute_address:
            first -= FORWARDED
        if first <= day <= last:
            day = last + timedelta(days=1)
    return hours.day_after(day - timedelta(days=1), q.zone) if day > today else None


def _asked_already(q: Question) -> bool:
    return q.destination.id in q.facts.asked_once and not q.approved(Approval.MORE_ATTEMPTS)


def _in_hours(q: Question, windows: tuple[Window, ...]) -> datetime | Held:
    until = hours.open_until(windows, q.zone, q.at)
    return until or Held(Reason.OUTSIDE_HOURS, hours.next_opening(windows, q.zone, q.at))


def _soonest(leave: Leave, *ends: datetime | None) -> Leave:
    known = [end for end in (leave.until, *ends) if end is not None]
    return leave._replace(until=min(known, default=None))
