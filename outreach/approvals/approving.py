"""Decisions the gate asks a person for: who may give which, for how long, and that a second person is another one."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import audit, cases, people
from outreach.access import Action, NoSuchCase, StaffCard, find_case
from outreach.approvals import mail_approvals
from outreach.approvals.mail_approvals import WishWords
from outreach.cases import Approved
from outreach.gate.facts import CASE_WIDE, Approval
from outreach.her_word import danger_try
from outreach.her_word.danger_try import OneWay
from outreach.terms import Channel, Role

LASTS: dict[Approval, timedelta] = {
    Approval.FIRST_CONTACT: timedelta(days=7),
    Approval.SHARED_PHONE_CALL: timedelta(hours=24),
    Approval.CONDITION_HOLDS: timedelta(hours=24),
    Approval.PARTNER_WILL_NOT_SEE: timedelta(days=14),
    Approval.SUPERVISOR: timedelta(days=7),
    Approval.COLD_MAIL: timedelta(days=7),
    Approval.COLD_MAIL_SECOND_PERSON: timedelta(days=7),
    Approval.MORE_TEXTS: timedelta(days=4),
    Approval.MORE_ATTEMPTS: timedelta(hours=24),
    Approval.ONCE_IF_DANGER: timedelta(hours=72),
}
"""How long each holds before it must be decided again. One more text or try is one: it ends with that one too."""

_ALL = tuple(Channel)
CHANNELS: dict[Approval, tuple[Channel, ...]] = {
    Approval.FIRST_CONTACT: (Channel.CALL, Channel.MEETING),
    Approval.SHARED_PHONE_CALL: (Channel.CALL,),
    Approval.CONDITION_HOLDS: _ALL,
    Approval.PARTNER_WILL_NOT_SEE: (Channel.TEXT, Channel.VOICEMAIL, Channel.LETTER, Channel.PAGE),
    Approval.COLD_MAIL: (Channel.LETTER,),
    Approval.COLD_MAIL_SECOND_PERSON: (Channel.LETTER,),
    Approval.MORE_TEXTS: (Channel.TEXT,),
    Approval.MORE_ATTEMPTS: (Channel.CALL, Channel.VOICEMAIL, Channel.TEXT, Channel.LETTER, Channel.EMAIL),
    Approval.ONCE_IF_DANGER: (Channel.CALL, Channel.MEETING),
}
"""The ways each can be about. What is not here is about the whole case."""

SUPERVISORS_ONLY = frozenset(
    {Approval.SUPERVISOR, Approval.MORE_ATTEMPTS, Approval.COLD_MAIL_SECOND_PERSON, Approval.ONCE_IF_DANGER}
)


class NotTheirsToDecide(Exception):
    """This decision needs a supervisor, or another person than the one who gave the first half of it."""


class Decided(NamedTuple):
    """What was decided, and the one way it is about (None: the whole case)."""

    approval: Approval
    way: tuple[UUID, Channel] | None = None


def may_decide(staff: StaffCard, approval: Approval) -> bool:
    """Return whether a person's role may give this decision at all."""
    return staff.role is Role.SUPERVISOR or approval not in SUPERVISORS_ONLY


def decide(
    session: Session, staff: StaffCard, case_id: UUID, *, decided: Decided, reason: str, now: datetime
) -> datetime:
    """
    Keep a decision about a case this person may see; return when it ends.

    Raises:
        NoSuchCase: also for a way that is not this case's, or that the decision is not about.
        NotTheirsToDecide: it needs a supervisor, or the second of two people is the first again.
        ValueError: no reason was given.
    """
    find_case(session, staff, case_id)
    if not may_decide(staff, decided.approval):
        raise NotTheirsToDecide
    return _give(session, staff, case_id, decided=decided, reason=reason, now=now)


def decide_on_call(
    session: Session, staff: StaffCard, case_id: UUID, *, decided: Decided, reason: str, now: datetime
) -> datetime:
    """
    Keep a decision of the colleague on call about a case of the night card; return when it ends.

    That the case is on their card is the caller's to check (outreach.on_duty.night). Raises as `decide` does.
    """
    if decided.approval in SUPERVISORS_ONLY or not staff.may(Action.SEE_NIGHT):
        raise NotTheirsToDecide
    return _give(session, staff, case_id, decided=decided, reason=reason, now=now)


def give_meanwhile(
    session: Session, staff: StaffCard, case_id: UUID, *, decided: Decided, reason: str, now: datetime
) -> datetime:
    """Let an advocate's one more call proceed on their own reason while a second person is asked (20a)."""
    if decided.approval is not Approval.MORE_ATTEMPTS or decided.way is None or decided.way[1] is not Channel.CALL:
        raise NotTheirsToDecide
    return _give(session, staff, case_id, decided=decided, reason=reason, now=now)


def give_instead(
    session: Session, staff: StaffCard, case_id: UUID, *, decided: Decided, reason: str, now: datetime
) -> datetime:
    """Give a supervisor's decision as one, or as a peer after a wait, which the caller checks (approval_wishes)."""
    if not staff.may(Action.DECIDE):
        raise NotTheirsToDecide
    return _give(session, staff, case_id, decided=decided, reason=reason, now=now)


def agree_to_cold_mail(
    session: Session, staff: StaffCard, case_id: UUID, destination_id: UUID, *, reason: str, now: datetime
) -> datetime:
    """
    Give the second half of a cold-mail decision, as a supervisor or as any colleague after a wait; return its end.

    Whether the wait is over is the caller's to check (outreach.messaging.letters.cold_mail). Raises as `decide` does.
    """
    if not staff.may(Action.DECIDE):
        raise NotTheirsToDecide
    decided = Decided(Approval.COLD_MAIL_SECOND_PERSON, (destination_id, Channel.LETTER))
    return _give(session, staff, case_id, decided=decided, reason=reason, now=now)


def _give(
    session: Session, staff: StaffCard, case_id: UUID, *, decided: Decided, reason: str, now: datetime
) -> datetime:
    refuse_other_ways(session, case_id, decided)
    if decided.approval is Approval.ONCE_IF_DANGER and not cases.standing(session, case_id)[0].may_try_if_danger:
        raise NoSuchCase  # She never said that we may: there is nothing to decide.
    if _is_first_again(session, staff, case_id, decided, now):
        raise NotTheirsToDecide
    until = now + LASTS[decided.approval]
    destination_id, channel = decided.way or (None, None)
    given = Approved(
        approval=decided.approval.value,
        by=str(staff.id),
        at=now.isoformat(),
        until=until.isoformat(),
        destination_id=str(destination_id) if destination_id else None,
        channel=channel.value if channel else None,
    )
    cases.approve(session, case_id, given, because=reason, now=now)
    if decided.approval is Approval.ONCE_IF_DANGER and decided.way is not None:
        danger_try.ask(session, case_id, OneWay(*decided.way), until=until, by=staff.id, now=now)
    if decided.way is not None:
        about = mail_approvals.Address(case_id, decided.way[0])
        _note_wish(session, decided.approval, about, reason=reason.strip(), by=staff.id, now=now)
    return until


def _note_wish(
    session: Session, approval: Approval, about: mail_approvals.Address, *, reason: str, by: UUID, now: datetime
) -> None:
    """A wish to write where mail is not known to be safe is shown to others until one of them answers it."""
    if approval is Approval.COLD_MAIL:
        mail_approvals.note_wish(session, about, WishWords(reason), by=by, now=now)
    elif approval is Approval.COLD_MAIL_SECOND_PERSON:
        mail_approvals.note_answer(session, about, reason, agrees=True, by=by, now=now)
    else:
        return
    audit.record(session, action="cold_mail.decide", by=by, cases=[about.case_id], now=now)


def refuse_other_ways(session: Session, case_id: UUID, decided: Decided) -> None:
    """Raise NoSuchCase for a way that is not this case's, or that the decision is not about."""
    if decided.approval in CASE_WIDE:
        if decided.way is not None:
            raise NoSuchCase
        return
    known = {(way.id, channel) for way in people.destinations(session, case_id) for channel in way.kind.channels}
    if decided.way not in known or decided.way[1] not in CHANNELS[decided.approval]:
        raise NoSuchCase


def _is_first_again(session: Session, staff: StaffCard, case_id: UUID, decided: Decided, now: datetime) -> bool:
    """Two people means two: whoever gave one half of a cold-mail decision cannot give the other."""
    halves = {Approval.COLD_MAIL, Approval.COLD_MAIL_SECOND_PERSON}
    if decided.approval not in halves or decided.way is None:
        return False
    (other,) = halves - {decided.approval}
    standing, _ = cases.standing(session, case_id)
    here = str(decided.way[0])
    live = (each for each in standing.live_approvals(now) if each.destination_id == here)
    return any(each.approval == other and each.by == str(staff.id) for each in live)
