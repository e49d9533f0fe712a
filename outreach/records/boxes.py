"""
The registry of box numbers: each kind of sealed record, for ever.

A box is sealed to its number and its row. Numbers are owned by this file, never derived from a table
name, and never used again for something else. docs/boxes.md says which fields each holds.
"""

from enum import IntEnum

from outreach.terms import KeyClass


class BoxNumber(IntEnum):
    """What a box holds."""

    CASE_STANDING = 1
    VICTIM_PARTICULARS = 2
    DESTINATION = 3
    LEVEL_EVENT = 4
    TASK_DETAIL = 5
    ATTEMPT = 6
    TEXT = 7
    LETTER = 8
    LETTER_PDF = 9
    TEXT_CONSENT = 10
    LIVE_REQUEST = 11
    POSSIBLE_MATCH = 12
    STAFF_SECRETS = 13
    SUPPRESSED_NUMBER = 14
    QUARANTINED_DEPOSIT = 15
    ATTEMPT_NOTE = 16
    REQUEST_WORDS = 17
    CASE_REASONS = 19
    TEXTING_STOP = 23
    INBOUND_TEXT = 26
    UNKNOWN_TEXT = 27
    CODE_WORD = 28
    CODE_WORD_CHECK = 29
    TEXT_WITHDRAWAL = 31
    PROVIDER_COPY = 34
    PHONE_LOOKUP = 35
    MEETING = 45
    MEETING_CHECK = 46
    INTERPRETER_VETO = 47
    DANGER_PHRASE = 48
    PROTOCOL_CHANGE = 69
    VOIDED_PAGE = 40
    MAIL_APPROVAL = 41
    STAFF_PAGER = 62
    NOTICE_CLOSING = 50
    ASSESSMENT_RESULT = 55
    ASSESSMENT_ANSWERS = 56
    DANGER_CHANGE = 57
    SAFETY_PLAN = 58
    NEED = 63
    LOCAL_SERVICE = 64
    RELEASE = 65
    REFERRAL = 66
    APPROVAL_WISH = 67
    NIGHT_CALL = 80
    BROUGHT_PAPERS = 72
    RESTRICTION = 77
    CONFLICT_WALL = 78


KEY_CLASSES = {
    # What the gate or a letter needs is sealed under `contact`, and nothing else is: the print role holds that class.
    BoxNumber.CASE_STANDING: KeyClass.CONTACT,
    BoxNumber.VICTIM_PARTICULARS: KeyClass.CONTACT,
    BoxNumber.DESTINATION: KeyClass.CONTACT,
    BoxNumber.LEVEL_EVENT: KeyClass.CONTACT,
    BoxNumber.TASK_DETAIL: KeyClass.CONTACT,
    BoxNumber.ATTEMPT: KeyClass.CONTACT,
    BoxNumber.TEXT: KeyClass.THREAD,
    BoxNumber.LETTER: KeyClass.CONTACT,
    BoxNumber.LETTER_PDF: KeyClass.CONTACT,
    BoxNumber.TEXT_CONSENT: KeyClass.THREAD,
    BoxNumber.LIVE_REQUEST: KeyClass.CONTACT,
    BoxNumber.POSSIBLE_MATCH: KeyClass.CONTACT,
    BoxNumber.STAFF_SECRETS: KeyClass.NARRATIVE,
    BoxNumber.SUPPRESSED_NUMBER: KeyClass.CONTACT,
    BoxNumber.QUARANTINED_DEPOSIT: KeyClass.NARRATIVE,
    BoxNumber.ATTEMPT_NOTE: KeyClass.NARRATIVE,
    BoxNumber.REQUEST_WORDS: KeyClass.NARRATIVE,
    BoxNumber.CASE_REASONS: KeyClass.NARRATIVE,
    BoxNumber.TEXTING_STOP: KeyClass.NARRATIVE,
    BoxNumber.INBOUND_TEXT: KeyClass.THREAD,
    BoxNumber.UNKNOWN_TEXT: KeyClass.NARRATIVE,
    BoxNumber.CODE_WORD: KeyClass.NARRATIVE,
    BoxNumber.CODE_WORD_CHECK: KeyClass.NARRATIVE,
    BoxNumber.TEXT_WITHDRAWAL: KeyClass.THREAD,
    BoxNumber.PROVIDER_COPY: KeyClass.THREAD,
    BoxNumber.PHONE_LOOKUP: KeyClass.CONTACT,
    BoxNumber.MEETING: KeyClass.NARRATIVE,
    BoxNumber.MEETING_CHECK: KeyClass.NARRATIVE,
    BoxNumber.INTERPRETER_VETO: KeyClass.NARRATIVE,
    BoxNumber.DANGER_PHRASE: KeyClass.NARRATIVE,
    BoxNumber.PROTOCOL_CHANGE: KeyClass.NARRATIVE,
    BoxNumber.VOIDED_PAGE: KeyClass.NARRATIVE,
    BoxNumber.MAIL_APPROVAL: KeyClass.NARRATIVE,
    BoxNumber.STAFF_PAGER: KeyClass.THREAD,
    BoxNumber.NOTICE_CLOSING: KeyClass.NARRATIVE,
    BoxNumber.ASSESSMENT_RESULT: KeyClass.NARRATIVE,
    BoxNumber.ASSESSMENT_ANSWERS: KeyClass.NARRATIVE,
    BoxNumber.DANGER_CHANGE: KeyClass.NARRATIVE,
    BoxNumber.SAFETY_PLAN: KeyClass.NARRATIVE,
    BoxNumber.NEED: KeyClass.NARRATIVE,
    BoxNumber.LOCAL_SERVICE: KeyClass.NARRATIVE,
    BoxNumber.RELEASE: KeyClass.NARRATIVE,
    BoxNumber.REFERRAL: KeyClass.NARRATIVE,
    BoxNumber.APPROVAL_WISH: KeyClass.NARRATIVE,
    BoxNumber.NIGHT_CALL: KeyClass.NARRATIVE,
    BoxNumber.BROUGHT_PAPERS: KeyClass.NARRATIVE,
    BoxNumber.RESTRICTION: KeyClass.NARRATIVE,
    BoxNumber.CONFLICT_WALL: KeyClass.NARRATIVE,
}
"""Which of the owner's keys seals which box. What belongs to no case (docs/boxes.md) is the house's."""

COLUMNS = {
    BoxNumber.CASE_STANDING: ("case_file", "standing_box"),
    BoxNumber.VICTIM_PARTICULARS: ("victim_record", "contact_box"),
    BoxNumber.DESTINATION: ("destination", "contact_box"),
    BoxNumber.LEVEL_EVENT: ("level_event", "event_box"),
    BoxNumber.TASK_DETAIL: ("task", "detail_box"),
    BoxNumber.ATTEMPT: ("attempt", "attempt_box"),
    BoxNumber.TEXT: ("text", "text_box"),
    BoxNumber.LETTER: ("letter", "letter_box"),
    BoxNumber.LETTER_PDF: ("letter", "pdf_box"),
    BoxNumber.TEXT_CONSENT: ("text_consent", "thread_box"),
    BoxNumber.LIVE_REQUEST: ("live_request", "request_box"),
    BoxNumber.STAFF_SECRETS: ("staff", "secrets_box"),
    BoxNumber.SUPPRESSED_NUMBER: ("suppressed_phone", "number_box"),
    BoxNumber.QUARANTINED_DEPOSIT: ("quarantined_deposit", "deposit_box"),
    BoxNumber.ATTEMPT_NOTE: ("attempt", "note_box"),
    BoxNumber.REQUEST_WORDS: ("live_request", "words_box"),
    BoxNumber.CASE_REASONS: ("case_file", "reasons_box"),
    BoxNumber.TEXTING_STOP: ("texting_stop", "reason_box"),
    BoxNumber.INBOUND_TEXT: ("inbound_text", "inbound_box"),
    BoxNumber.UNKNOWN_TEXT: ("unknown_text", "unknown_box"),
    BoxNumber.CODE_WORD: ("code_word", "word_box"),
    BoxNumber.CODE_WORD_CHECK: ("code_word_check", "check_box"),
    BoxNumber.TEXT_WITHDRAWAL: ("text_withdrawal", "withdrawal_box"),
    BoxNumber.PROVIDER_COPY: ("provider_copy", "sid_box"),
    BoxNumber.PHONE_LOOKUP: ("phone_lookup", "lookup_box"),
    BoxNumber.MEETING: ("meeting", "meeting_box"),
    BoxNumber.MEETING_CHECK: ("meeting_check", "check_box"),
    BoxNumber.INTERPRETER_VETO: ("interpreter_veto", "veto_box"),
    BoxNumber.DANGER_PHRASE: ("danger_phrase", "phrase_box"),
    BoxNumber.PROTOCOL_CHANGE: ("protocol_change", "why_box"),
    BoxNumber.VOIDED_PAGE: ("voided_page", "why_box"),
    BoxNumber.MAIL_APPROVAL: ("mail_approval", "words_box"),
    BoxNumber.STAFF_PAGER: ("staff_pager", "topic_box"),
    BoxNumber.NOTICE_CLOSING: ("notice_closing", "closing_box"),
    BoxNumber.ASSESSMENT_RESULT: ("assessment", "result_box"),
    BoxNumber.ASSESSMENT_ANSWERS: ("assessment", "answers_box"),
    BoxNumber.DANGER_CHANGE: ("danger_change", "change_box"),
    BoxNumber.SAFETY_PLAN: ("safety_plan", "plan_box"),
    BoxNumber.NEED: ("need", "need_box"),
    BoxNumber.LOCAL_SERVICE: ("local_service", "service_box"),
    BoxNumber.RELEASE: ("release_given", "release_box"),
    BoxNumber.REFERRAL: ("referral", "referral_box"),
    BoxNumber.APPROVAL_WISH: ("approval_wish", "wish_box"),
    BoxNumber.NIGHT_CALL: ("night_call", "call_box"),
    BoxNumber.BROUGHT_PAPERS: ("brought_case", "papers_box"),
    BoxNumber.RESTRICTION: ("restriction", "restriction_box"),
    BoxNumber.CONFLICT_WALL: ("conflict_wall", "wall_box"),
}
"""Where each box lives today: (table, column). A table may be renamed; the number stays."""
