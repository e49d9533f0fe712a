"""
A letter to where mail is not known to be safe: an advocate's reason, and a second person who agrees (20a, 44, 46a, 47).

A supervisor may answer at once, on a phone as well; when none did in half an hour, any colleague may. The letter waits
meanwhile. Whoever answers sees a handle, the reason and the plain words, never her name or where she lives.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from outreach import audit, cases, people
from outreach.access import StaffCard, find_case
from outreach.approvals import approving, mail_approvals
from outreach.approvals.approving import Decided, NotTheirsToDecide
from outreach.approvals.mail_approvals import OPEN, Address, WishWords
from outreach.approvals.second_person import Wish, may_see, wish_of
from outreach.case_file.history import Kept
from outreach.case_file.news import has_news, news_since
from outreach.gate.facts import Approval
from outreach.messaging.errors import NoApprovedLetter
from outreach.messaging.letters.templates import shelf
from outreach.on_duty import on_call, paging
from outreach.on_duty.paging import OfCase
from outreach.records.cases import CaseRecord
from outreach.records.errors import NoSuchRecord
from outreach.records.letters import MailApproval
from outreach.records.staff import Staff
from outreach.terms import Channel, Level, PageAbout

MOST = 50
COLD = "short"
"""The template that goes there: neutral words, nothing of us."""


class SharedMailbox(ValueError):
    """Her mailbox is the partner's too: no letter goes there unless she says so herself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WishToAnswer:
    """What a second person weighs."""

    wish: Wish
    reason: str
    mailbox: str
    level: Level | None
    where: str
    """What we call the address, such as "her sister's"; never the address."""
    words: tuple[str, ...]
    """The letter's paragraphs, with a blank for who writes and the phone; empty where none is approved."""
    has_news: bool
    """An event came after it was asked: a yes opens nothing until it is asked anew."""
    news: tuple[Kept, ...]
    """Those events, oldest first."""


def wish_to_write(
    session: Session, staff: StaffCard, address: Address, *, reason: str, mailbox: str, now: datetime
) -> None:
    """
    Keep an advocate's reason for a letter where mail is not known to be safe; it waits for a second person.

    Supervisors are paged, in the words that every page has.

    Args:
        mailbox: whether hers is the partner's too: yes, no or unknown.

    Raises:
        SharedMailbox: it is; nothing was kept.
        NoSuchCase, NotTheirsToDecide, ValueError: as approving.decide.
    """
    if mailbox not in ("no", "unknown"):
        raise SharedMailbox
    about = Decided(Approval.COLD_MAIL, (address.destination_id, Channel.LETTER))
    approving.decide(session, staff, address.case_id, decided=about, reason=reason, now=now)
    mail_approvals.note_wish(session, address, WishWords(reason.strip(), mailbox), by=staff.id, now=now)
    paging.call(session, on_call.supervisors(session), OfCase(PageAbout.APPROVAL, address.case_id), now=now)
    audit.record(session, action="cold_mail.ask", by=staff.id, cases=[address.case_id], now=now)


def waiting(session: Session, staff: StaffCard, *, now: datetime) -> tuple[Wish, ...]:
    """Return the wishes this person may answer now, and their own, oldest first. Handles only; unaudited."""
    rows = session.execute(_visible(staff, now).limit(MOST)).all()
    return tuple(wish_of(row.MailApproval, row.handle, row.name, staff) for row in rows)


def count_to_answer(session: Session, staff: StaffCard, *, now: datetime) -> int:
    """Return how many wishes this person may answer now. Unaudited: a number."""
    others = _visible(staff, now).where(MailApproval.asked_by_id != staff.id).order_by(None)
    return session.scalar(select(func.count()).select_from(others.subquery())) or 0


def read(session: Session, staff: StaffCard, wish_id: UUID, *, now: datetime) -> WishToAnswer:
    """Return what a second person weighs. Audited. Raises NoSuchRecord, also for what is not theirs to see yet."""
    row, wish = _find(session, staff, wish_id, now)
    said = mail_approvals.words_of(session, row)
    standing, _ = cases.standing(session, row.case_id)
    destination = people.destination_of(session, row.case_id, row.destination_id)
    victim = people.read(session, row.case_id, by=staff.id, now=now)
    audit.record(session, action="cold_mail.read", by=staff.id, cases=[row.case_id], now=now)
    return WishToAnswer(
        wish=wish,
        reason=said.reason,
        mailbox=said.mailbox,
        level=Level(standing.level) if standing.level else None,
        where=destination.label,
        has_news=has_news(session, row.case_id, row.asked_at),
        news=news_since(session, row.case_id, row.asked_at),
        words=_plain_words(victim.language or "en", is_practice=session.info["is_practice"]),
    )


def answer(session: Session, staff: StaffCard, wish_id: UUID, *, agrees: bool, reason: str, now: datetime) -> UUID:
    """
    Give the second person's answer, and return the case. A no takes the first reason back. Audited.

    Raises:
        NoSuchRecord: it is answered already, or not theirs to see.
        NotTheirsToDecide: they asked themselves. ValueError: no reason.
    """
    row, wish = _find(session, staff, wish_id, now)
    if wish.is_mine:
        raise NotTheirsToDecide
    if not reason.strip():
        raise ValueError("an answer needs a reason")
    if agrees:
        approving.agree_to_cold_mail(session, staff, row.case_id, row.destination_id, reason=reason, now=now)
        return row.case_id
    _take_back(session, row, by=staff.id, because=reason.strip(), now=now)
    about = Address(row.case_id, row.destination_id)
    mail_approvals.note_answer(session, about, reason.strip(), agrees=False, by=staff.id, now=now)
    audit.record(session, action="cold_mail.refuse", by=staff.id, cases=[row.case_id], now=now)
    return row.case_id


def may_open_case(session: Session, staff: StaffCard, case_id: UUID) -> bool:
    """Say whether the page of the case is theirs too; a colleague who only answered goes back to the list."""
    try:
        find_case(session, staff, case_id)
    except LookupError:
        return False
    return True


def _visible(staff: StaffCard, now: datetime) -> Select[MailApproval, str, str]:
    return (
        select(MailApproval, CaseRecord.handle, Staff.name)
        .join(CaseRecord, CaseRecord.id == MailApproval.case_id)
        .join(Staff, Staff.id == MailApproval.asked_by_id)
        .where(MailApproval.state == OPEN, CaseRecord.closed_on.is_(None))
        .where(may_see(staff, MailApproval, now=now))
        .order_by(MailApproval.asked_at)
    )


def _find(session: Session, staff: StaffCard, wish_id: UUID, now: datetime) -> tuple[MailApproval, Wish]:
    row = session.execute(_visible(staff, now).where(MailApproval.id == wish_id)).first()
    if row is None:
        raise NoSuchRecord("wish to write", wish_id)
    return row.MailApproval, wish_of(row.MailApproval, row.handle, row.name, staff)


def _take_back(session: Session, row: MailApproval, *, by: UUID, because: str, now: datetime) -> None:
    """End the first half, so that nobody completes later what was refused."""
    standing, _ = cases.standing(session, row.case_id)
    here = str(row.destination_id)
    halves = (Approval.COLD_MAIL.value, Approval.COLD_MAIL_SECOND_PERSON.value)
    left = tuple(each for each in standing.approvals if not (each.approval in halves and each.destination_id == here))
    cases.change_standing(session, row.case_id, by=by, now=now, because=because, approvals=left)


def _plain_words(language: str, *, is_practice: bool) -> tuple[str, ...]:
    try:
        return shelf().letter(COLD, language, is_practice=is_practice).filled(advocate="___", phone="___")
    except NoApprovedLetter:
        return ()
