"""Two cases that are one woman's, and cases whose keys are gone or torn, for tests of what reaches across them."""

from datetime import timedelta
from uuid import UUID, uuid4

from builders import NOW, a_case, a_destination, a_verdict
from sqlalchemy import delete, select, update
from texting import HER_PHONE, REMINDER, WEEKDAYS, Desk

from outreach.access import StaffCard
from outreach.identity import deciding
from outreach.messaging import texts
from outreach.records.cases import CaseKeyRecord, PossibleMatch
from outreach.records.work import Text
from outreach.terms import Channel, Employer, Role


def a_linked_case(desk: Desk, older: UUID, *, phone: str = HER_PHONE) -> UUID:
    """Store another case of hers, with a phone of its own."""
    with desk.vault.writing() as session:
        newer = a_case(session, assigned_to=desk.staff)
    link(desk, newer, older)
    with desk.vault.writing() as session:
        a_destination(
            session,
            newer,
            value=phone,
            verdicts={Channel.CALL: a_verdict(), Channel.TEXT: a_verdict()},
            windows=(WEEKDAYS,),
            text_consent_at=NOW - timedelta(days=1),
            last_live_contact_at=NOW - timedelta(days=1),
        )
    return newer


def link(desk: Desk, newer: UUID, older: UUID) -> None:
    with desk.vault.writing() as session:
        row = uuid4()
        session.add(PossibleMatch(id=row, case_id=newer, other_case_id=older))
        session.flush()
        deciding.decide(session, row, same=True, by=desk.staff, now=desk.clock.now())


def release(desk: Desk, case_id: UUID) -> UUID:
    """Release a text nobody asked for, due now."""
    with desk.vault.writing() as session:
        (phone,) = (each for each in texts.people.destinations(session, case_id))
        text_id = texts.release(
            session, case_id, phone.id, wording=REMINDER, request=None, by=desk.staff, now=desk.clock.now()
        )
        session.execute(update(Text).where(Text.id == text_id).values(release_at=desk.clock.now()))
    return text_id


def dana(desk: Desk, role: Role = Role.ADVOCATE) -> StaffCard:
    return StaffCard(desk.staff, "d@x.test", "Dana", role, Employer.ADVOCACY)


def lose_keys(desk: Desk, case_id: UUID) -> None:
    """Take away every key of a case, as a torn restore would."""
    with desk.vault.writing() as session:
        session.execute(delete(CaseKeyRecord).where(CaseKeyRecord.owner_id == case_id))
        session.info["case_keys"].forget(case_id)


def flip_a_byte(desk: Desk, case_id: UUID) -> None:
    """Damage every key of a case by one bit."""
    hers = CaseKeyRecord.owner_id == case_id
    with desk.vault.writing() as session:
        for key_class, wrapped in session.execute(select(CaseKeyRecord.key_class, CaseKeyRecord.wrapped).where(hers)):
            torn = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
            session.execute(
                update(CaseKeyRecord).where(hers, CaseKeyRecord.key_class == key_class).values(wrapped=torn)
            )
        session.info["case_keys"].forget(case_id)
