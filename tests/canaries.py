"""One row of every sealed kind, each full of words that must be found nowhere in the clear. For tests only."""

from datetime import timedelta
from uuid import UUID, uuid4

from builders import NOW, a_case, a_destination, a_staff_member, a_verdict
from sqlalchemy import select
from sqlalchemy.orm import Session
from talks import INSTRUMENTS, a_talk_begun

from outreach import audit, cases
from outreach.audit import WORKER
from outreach.cases import Approved
from outreach.people import Particulars
from outreach.records.approvals import ApprovalWish
from outreach.records.boxes import COLUMNS, BoxNumber
from outreach.records.brought import BroughtCase
from outreach.records.call_ins import NoticeClosing
from outreach.records.cases import LevelEventRecord, ProtocolText
from outreach.records.conversation import CodeWord, CodeWordCheck, InboundText, UnknownText
from outreach.records.keys import HOUSE, seal
from outreach.records.ledger import QuarantinedDeposit
from outreach.records.letters import LetterCode, MailApproval, VoidedPage
from outreach.records.meetings import DangerPhrase, InterpreterVeto, Meeting, MeetingCheck
from outreach.records.needs import LocalService, NeedRecord, ReferralRecord, ReleaseRecord
from outreach.records.on_call import NightCall, StaffPager
from outreach.records.people import LiveRequest, SuppressedPhone, TextConsent, TextWithdrawal
from outreach.records.protocols import ProtocolChange
from outreach.records.provider import PhoneLookup, ProviderCopy
from outreach.records.walls import ConflictWall, Restriction
from outreach.records.work import Attempt, Letter, Task, Text, TextingStop
from outreach.risk import assessments, reassessment, safety_plans
from outreach.risk.results import Answer
from outreach.risk.triggers import Trigger
from outreach.terms import Channel, DestinationKind, VerdictSource

CANARIES = {
    "her name": "Zyxwena Canaryfield",
    "chosen name": "Canarina Ó Tweet",
    "birth date": "1987-03-29",
    "phone": "+13365550177",
    "address": "77 Canary Roost\nHigh Point, NC 27262",
    "label": "canary's aunt",
    "condition": "only when the canary sings",
    "name to use": "Wren from the seed shop",
    "word to avoid": "birdcage",
    "offender": "Feliks Gatto-Canaryeater",
    "incident": "26-CANARY-118204",
    "approval": "the canary asked twice",
    "task": "canary task detail",
    "note": "she said: meet me by the canary house",
    "text": "Call the canary line after nine",
    "letter": "Dear canary, we write to you",
    "code word": "canary-feather-nine",
    "consent": "May we text this canary?",
    "request": "please call my canary phone",
    "deposit": "raw canary deposit body",
    "second factor": "CANARYSECRETBASE32",
    "her own view": "afraid of the canary cellar",
    "plan": "the canary door behind the shed",
    "what changed": "leaving by the canary bus",
    "place": "the canary library, back door",
    "need": "a crib for the canary baby",
    "provider's id": "SMcanarycanarycanarycanary1187",
}


def write_everything(session: Session) -> UUID:
    """Write one row of every sealed kind, each full of canaries, through the doors there are."""
    say = CANARIES
    staff = a_staff_member(session)
    case_id = a_case(
        session, particulars=Particulars(say["her name"], say["birth date"], "es", "no", say["chosen name"]), level="A"
    )
    approved = Approved("first_contact", str(staff), NOW.isoformat(), (NOW + timedelta(1)).isoformat())
    cases.approve(session, case_id, approved, because=say["approval"], now=NOW)
    phone = a_destination(session, case_id, **phone_fields())
    home = a_destination(session, case_id, kind=DestinationKind.ADDRESS, value=say["address"], verdicts={})
    write_work(session, case_id, staff, {"phone": phone.id, "home": home.id})
    write_texting(session, case_id, phone.id)
    write_talks(session, case_id, staff)
    write_outreach(session, case_id, staff, {"phone": phone.id, "home": home.id})
    audit.record(session, action="test.everything", by=WORKER, cases=[case_id], now=NOW)
    return case_id


def phone_fields() -> dict:
    said = a_verdict(condition=CANARIES["condition"], source=VerdictSource.VICTIM, said_by=CANARIES["her name"])
    return {
        "value": CANARIES["phone"],
        "label": CANARIES["label"],
        "name_to_use": CANARIES["name to use"],
        "words_to_avoid": (CANARIES["word to avoid"],),
        "verdicts": {Channel.CALL: said},
    }


def write_work(session: Session, case_id: UUID, staff: UUID, ways: dict[str, UUID]) -> None:
    def sealed(number: BoxNumber, *fields: object, owner: UUID = case_id, words: BoxNumber | None = None) -> dict:
        """Return a row with one box, and with the same words in a second one where it has two."""
        row = uuid4()
        boxes = (number, words) if words else (number,)
        return {"id": row, **{COLUMNS[each][1]: seal(session, each, fields, owner=owner, row=row) for each in boxes}}

    say, case = CANARIES, {"case_id": case_id}
    event = {"offender": {"full_name": say["offender"]}, "incident_number": say["incident"]}
    token = session.info["keyring"].token
    times = {"release_at": NOW, "state_at": NOW}
    letter = sealed(BoxNumber.LETTER, say["letter"], words=BoxNumber.LETTER_PDF)
    session.add_all(
        [
            LevelEventRecord(
                **case,
                **sealed(BoxNumber.LEVEL_EVENT, "high-point-pd", say["incident"], event),
                event_token=token("event", "high-point-pd", say["incident"]),
                body_token=token("body", say["deposit"]),
                received_on=NOW.date(),
            ),
            Task(
                **case,
                **sealed(BoxNumber.TASK_DETAIL, say["task"]),
                step="first_contact",
                state="open",
                opens_at=NOW,
                due_at=NOW,
            ),
            Attempt(**case, **sealed(BoxNumber.ATTEMPT, say["note"], say["phone"], words=BoxNumber.ATTEMPT_NOTE)),
            Text(
                **case,
                **times,
                **sealed(BoxNumber.TEXT, say["text"], say["phone"]),
                destination_id=ways["phone"],
                released_by_id=staff,
                state="planned",
                callback_token=token("callback", "x"),
            ),
            Letter(**case, **times, **letter, destination_id=ways["home"], released_by_id=staff, state="released"),
            TextConsent(**case, **sealed(BoxNumber.TEXT_CONSENT, say["consent"]), destination_id=ways["phone"]),
            TextWithdrawal(**case, **sealed(BoxNumber.TEXT_WITHDRAWAL, say["consent"])),
            LiveRequest(**case, **sealed(BoxNumber.LIVE_REQUEST, say["request"], words=BoxNumber.REQUEST_WORDS)),
            InboundText(**case, **sealed(BoxNumber.INBOUND_TEXT, say["text"], say["phone"]), number=1),
            CodeWord(**case, **sealed(BoxNumber.CODE_WORD, say["code word"])),
            CodeWordCheck(**case, **sealed(BoxNumber.CODE_WORD_CHECK, say["code word"])),
            UnknownText(
                **sealed(BoxNumber.UNKNOWN_TEXT, say["text"], say["phone"], owner=HOUSE),
                token=session.info["keyring"].phone_token(say["phone"]),
                number=1,
                came_on=NOW.date(),
            ),
            SuppressedPhone(
                **sealed(BoxNumber.SUPPRESSED_NUMBER, say["phone"], owner=HOUSE),
                token=session.info["keyring"].phone_token(say["phone"]),
            ),
            QuarantinedDeposit(
                **sealed(BoxNumber.QUARANTINED_DEPOSIT, say["deposit"], owner=HOUSE),
                reason="unreadable",
                set_aside_on=NOW.date(),
            ),
        ]
    )
    session.flush()


def write_texting(session: Session, case_id: UUID, phone: UUID) -> None:
    """Write what is kept about texting as a whole, and about a phone at the provider."""
    say = CANARIES

    def box(number: BoxNumber, row: UUID, said: str, owner: UUID = HOUSE) -> dict:
        return {"id": row, COLUMNS[number][1]: seal(session, number, [said], owner=owner, row=row)}

    session.add_all(
        [
            TextingStop(**box(BoxNumber.TEXTING_STOP, uuid4(), say["note"]), begun_at=NOW),
            ProviderCopy(
                **box(BoxNumber.PROVIDER_COPY, uuid4(), say["provider's id"]),
                token=session.info["keyring"].token("provider-copy", say["provider's id"]),
                due_at=NOW,
            ),
            PhoneLookup(
                **box(BoxNumber.PHONE_LOOKUP, uuid4(), say["phone"], case_id),
                case_id=case_id,
                destination_id=phone,
                looked_up_on=NOW.date(),
                cost_mills=8,
            ),
        ]
    )
    session.flush()


def write_talks(session: Session, case_id: UUID, staff: UUID) -> None:
    """Write an assessment with answers, something that changed, and a plan, through their own doors."""
    say, row = CANARIES, a_talk_begun(session, case_id, by=staff, own_words=CANARIES["her own view"])
    answers = {2: Answer.YES}
    version = assessments.save_answers(session, case_id, row, answers, version=1, by=staff, now=NOW)
    done = assessments.Finish(note=say["note"])
    offered = INSTRUMENTS.find("lap")
    assessments.finish(session, case_id, row, done, offered=offered, version=version, by=staff, now=NOW)
    reassessment.note_change(session, case_id, [Trigger.LEAVING], words=say["what changed"], by=staff, now=NOW)
    plan = safety_plans.Written(sections={"home": say["plan"]}, copy_where=say["address"])
    safety_plans.write(session, case_id, plan, number=1, by=staff, now=NOW)


def a_box(session: Session, number: BoxNumber, said: str, *, owner: UUID = HOUSE) -> dict:
    """Return the id and the box of a new row, sealed to it."""
    row = uuid4()
    return {"id": row, COLUMNS[number][1]: seal(session, number, [said], owner=owner, row=row)}


def write_outreach(session: Session, case_id: UUID, staff: UUID, ways: dict[str, UUID]) -> None:
    """Write what is kept about meetings, needs, decisions of two people, spoiled letters and call-ins."""
    say, case = CANARIES, {"case_id": case_id}

    def hers(number: BoxNumber, said: str) -> dict:
        return {**case, **a_box(session, number, said, owner=case_id)}

    task = session.scalars(select(Task.id).where(Task.case_id == case_id)).first()
    meeting = Meeting(
        **hers(BoxNumber.MEETING, say["place"]),
        destination_id=ways["home"],
        lead_id=staff,
        buddy_id=staff,
        state="planned",
        wall_starts="2026-11-20T10:00",
        wall_ends="2026-11-20T10:00",
        zone="America/New_York",
        starts_at=NOW,
        check_in_by=NOW,
        ends_at=NOW,
    )
    asked = {"asked_by_id": staff, "asked_at": NOW, "state": "open"}
    session.add(meeting)
    session.flush()
    session.add_all(
        [
            MeetingCheck(**hers(BoxNumber.MEETING_CHECK, say["place"]), meeting_id=meeting.id),
            InterpreterVeto(**hers(BoxNumber.INTERPRETER_VETO, say["label"])),
            NoticeClosing(**hers(BoxNumber.NOTICE_CLOSING, say["note"]), task_id=task),
            NeedRecord(**hers(BoxNumber.NEED, say["need"])),
            ReleaseRecord(**hers(BoxNumber.RELEASE, say["need"])),
            ReferralRecord(**hers(BoxNumber.REFERRAL, say["need"])),
            ApprovalWish(**hers(BoxNumber.APPROVAL_WISH, say["approval"]), **asked),
            NightCall(**hers(BoxNumber.NIGHT_CALL, say["note"]), came_on=NOW.date()),
            MailApproval(**hers(BoxNumber.MAIL_APPROVAL, say["approval"]), **asked, destination_id=ways["home"]),
            BroughtCase(
                **hers(BoxNumber.BROUGHT_PAPERS, say["note"]),
                row_token=session.info["keyring"].token("brought row", "high-point", say["incident"]),
                brought_by_id=staff,
                brought_on=NOW.date(),
            ),
            Restriction(**hers(BoxNumber.RESTRICTION, say["note"]), is_staffs=False),
            ConflictWall(**hers(BoxNumber.CONFLICT_WALL, say["note"]), staff_id=staff),
            LocalService(**a_box(session, BoxNumber.LOCAL_SERVICE, say["need"])),
            DangerPhrase(**a_box(session, BoxNumber.DANGER_PHRASE, say["code word"]), staff_id=staff),
            StaffPager(**a_box(session, BoxNumber.STAFF_PAGER, say["second factor"]), staff_id=staff),
        ]
    )
    write_papers(session, case_id, staff)


def write_papers(session: Session, case_id: UUID, staff: UUID) -> None:
    """Write a spoiled page of her letter, and a change of the protocol with its reason."""
    letter = session.scalars(select(Letter.id).where(Letter.case_id == case_id)).first()
    digest = session.scalars(select(ProtocolText.digest)).first()
    code = LetterCode(id=uuid4(), letter_id=letter, token=session.info["keyring"].token("letter-code", "canary"))
    session.add(code)
    session.flush()
    why = {
        number: a_box(session, number, CANARIES["note"])
        for number in (BoxNumber.VOIDED_PAGE, BoxNumber.PROTOCOL_CHANGE)
    }
    session.add_all(
        [
            VoidedPage(**why[BoxNumber.VOIDED_PAGE], code_id=code.id, voided_by_id=staff, voided_on=NOW.date()),
            ProtocolChange(
                **why[BoxNumber.PROTOCOL_CHANGE],
                jurisdiction="high-point",
                digest=digest,
                proposed_by_id=staff,
                proposed_at=NOW,
            ),
        ]
    )
    session.flush()
