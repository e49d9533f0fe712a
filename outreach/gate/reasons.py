"""Why the gate answered as it did, in words an advocate reads: one sentence of cause, one of remedy."""

from enum import StrEnum
from typing import NamedTuple


class Sentence(NamedTuple):
    """
    What a screen says: the cause, and what would change it (empty when nothing need change).

    `{Name}` and `{name}` become her chosen name, `{Partner}` the partner's or "The partner".
    """

    cause: str
    remedy: str = ""

    def worded(self, name: str = "", partner: str = "") -> "Sentence":
        """Return the sentence with the names filled in; without names it says "She", "her", "The partner"."""
        words = {"Name": name or "She", "name": name or "her", "Partner": partner or "The partner"}
        return Sentence(self.cause.format(**words), self.remedy.format(**words))


class Reason(StrEnum):
    """The gate's reason codes. Codes are for storage and tests; people read REASONS."""

    # Allowed because …
    SHE_ASKED = "she_asked"
    SAFE = "safe"
    CHECK_CONDITION = "check_condition"
    ASK_IF_STILL_OK = "ask_if_still_ok"
    ASK_AFTER_EVENT = "ask_after_event"
    BROUGHT_OVER = "brought_over"
    PARTNER_MAY_ANSWER = "partner_may_answer"
    CALLS_ARE_SEEN = "calls_are_seen"
    OTHERS_MAY_ANSWER = "others_may_answer"
    LOCATION_IS_SEEN = "location_is_seen"
    OPERATOR_HEARS = "operator_hears"
    FIRST_CONTACT = "first_contact"
    COLD_MAIL = "cold_mail"
    # Refused because …
    CANNOT_TELL = "cannot_tell"
    WRONG_KIND = "wrong_kind"
    COMPROMISED = "compromised"
    CASE_COMPROMISED = "case_compromised"
    PAUSED = "paused"
    OTHER_CASE_UNREADABLE = "other_case_unreadable"
    DO_NOT_CONTACT = "do_not_contact"
    SUPPRESSED = "suppressed"
    UNSAFE = "unsafe"
    UNDER_AGE_MAIL = "under_age_mail"
    NO_MAIL = "no_mail"
    NO_TEXTS = "no_texts"
    NO_MESSAGE_THERE = "no_message_there"
    SHARED_PLAN = "shared_plan"
    # Held because …
    MATCH_PENDING = "match_pending"
    SUPERVISOR_HOLD = "supervisor_hold"
    NEWS_SINCE_LEAVE = "news_since_leave"
    SHE_WILL_CONTACT_US = "she_will_contact_us"
    NOT_KNOWN_SAFE = "not_known_safe"
    EXPIRED = "expired"
    EXPIRED_LONG_AGO = "expired_long_ago"
    OFFICERS_NOTE_EXPIRED = "officers_note_expired"
    NEW_EVENT = "new_event"
    SINCE_STOP = "since_stop"
    CONDITION = "condition"
    ASKED_ALREADY = "asked_already"
    NO_TEXT_CONSENT = "no_text_consent"
    PHONE_UNFIT = "phone_unfit"
    PARTNER_MAY_BE_THERE = "partner_may_be_there"
    FIRST_CALLS_OFF = "first_calls_off"
    SHARED_FIRST_CALL = "shared_first_call"
    COLD_MAIL_OFF = "cold_mail_off"
    NOT_HER_OWN_WORD = "not_her_own_word"
    NO_MESSAGE = "no_message"
    OTHERS_MAY_HEAR = "others_may_hear"
    PARTNER_MAY_SEE = "partner_may_see"
    PARTNERS_ACCOUNT = "partners_account"
    ACCOUNT_NOT_KNOWN = "account_not_known"
    SHOWS_ELSEWHERE = "shows_elsewhere"
    OTHERS_MAY_SEE = "others_may_see"
    PAGE_NOT_OPENED = "page_not_opened"
    FIRST_CONTACT_DECISION = "first_contact_decision"
    LEVEL_A_DECISION = "level_a_decision"
    FIRST_CALL_MADE = "first_call_made"
    FIRST_CONTACT_LIVE_ONLY = "first_contact_live_only"
    COLD_MAIL_DECISION = "cold_mail_decision"
    OFFENDERS_LETTER = "offenders_letter"
    NO_HOURS = "no_hours"
    OUTSIDE_HOURS = "outside_hours"
    TEXT_CAP = "text_cap"
    ATTEMPTS_TODAY = "attempts_today"
    ATTEMPTS_FOR_EVENT = "attempts_for_event"
    TOO_MUCH_SAID = "too_much_said"
    NAME_NOT_KNOWN = "name_not_known"
    SUBSTITUTE_ADDRESS = "substitute_address"
    PICK_UP_NOT_ASKED = "pick_up_not_asked"
    EMAIL_NOT_CONFIRMED = "email_not_confirmed"
    EMAIL_NOT_HER_WORD = "email_not_her_word"


REASONS: dict[Reason, Sentence] = {
    Reason.SHE_ASKED: Sentence("{Name} asked for this."),
    Reason.SAFE: Sentence("{Name} said this is OK."),
    Reason.CHECK_CONDITION: Sentence("This is OK only under a condition.", "Check the condition before you go on."),
    Reason.ASK_IF_STILL_OK: Sentence(
        "This OK is old.", "Call once, in the hours shown. Leave no message. Ask if it is still OK."
    ),
    Reason.ASK_AFTER_EVENT: Sentence(
        "Something new happened since this was last OK.", "Call live. Leave no message. Ask if it is still OK."
    ),
    Reason.BROUGHT_OVER: Sentence(
        "This OK was brought over from before.", "Call live. Leave no message. Ask if it is still OK."
    ),
    Reason.PARTNER_MAY_ANSWER: Sentence("{Partner} may answer here.", "Call live. Leave no message. Say little."),
    Reason.CALLS_ARE_SEEN: Sentence(
        "{Partner} may see on the bill that we called.", "Keep it short. Leave no message. Ask for another number."
    ),
    Reason.OTHERS_MAY_ANSWER: Sentence(
        "Someone else may answer here, and that is not safe.", "Call live. Say little until you know who it is."
    ),
    Reason.LOCATION_IS_SEEN: Sentence(
        "{Name} said this is OK. Someone may see where her phone is.", "Plan with her how she gets there before you go."
    ),
    Reason.OPERATOR_HEARS: Sentence(
        "{Name} said this is OK. An operator or interpreter hears it all.",
        "Say no details. Ask {name} first if they may hear more.",
    ),
    Reason.FIRST_CONTACT: Sentence(
        "This is the first contact.", 'Leave no message. Ask: "Can you talk freely? Just say yes or no."'
    ),
    Reason.COLD_MAIL: Sentence("Two people agreed to this letter.", "Keep to the short, plain letter."),
    Reason.CANNOT_TELL: Sentence(
        "Something is wrong in what we know, so we can not tell if this is safe.",
        "Check the details of this way. Ask your supervisor if you can not find it.",
    ),
    Reason.WRONG_KIND: Sentence("This can not be done here.", "Choose another way."),
    Reason.COMPROMISED: Sentence(
        "Someone else may be using this one.", "Do not use it. Choose another way, or meet in person."
    ),
    Reason.CASE_COMPROMISED: Sentence(
        "All contact is stopped. Someone may be watching.", "Ask a supervisor. Check each way again before you use it."
    ),
    Reason.PAUSED: Sentence("All contact is paused.", "Wait until the pause is lifted."),
    Reason.OTHER_CASE_UNREADABLE: Sentence(
        "Another case of hers can not be opened, and it may say that contact stops.",
        "Pause contact here. A supervisor can lift the pause, with a new answer for each way.",
    ),
    Reason.DO_NOT_CONTACT: Sentence(
        "{Name} asked us not to make contact.", "Wait. When contact is wanted again, note it here first."
    ),
    Reason.SUPPRESSED: Sentence("Texts to this phone were stopped.", "Do not text. Ask about texts in a live call."),
    Reason.UNSAFE: Sentence("This is marked not safe.", "Choose another way."),
    Reason.UNDER_AGE_MAIL: Sentence(
        "We do not know that {name} is 18 or older, so mail and e-mail are off.",
        "Ask her live, and note her birth date or that she is an adult. Or choose another way.",
    ),
    Reason.NO_MAIL: Sentence(
        "{Name} wants no mail.", "Choose another way. When {name} says that mail is OK here, note it."
    ),
    Reason.NO_TEXTS: Sentence(
        "{Name} wants no texts, at any phone.", "Do not text. When {name} says live that texts are OK, note that yes."
    ),
    Reason.NO_MESSAGE_THERE: Sentence(
        "No message is left by relay or on a video phone: others may hear or see it.", "Call again later."
    ),
    Reason.SHARED_PLAN: Sentence(
        "This case is restricted, and {Partner} pays for this phone or shares the plan.",
        "Use another phone, or meet in person. Only a live call that {name} asks for is open here.",
    ),
    Reason.MATCH_PENDING: Sentence(
        "This may be a person we know under another case.", "Decide if it is the same person. Then go on."
    ),
    Reason.SUPERVISOR_HOLD: Sentence("A supervisor must agree first.", "Ask a supervisor."),
    Reason.NEWS_SINCE_LEAVE: Sentence("News came since a supervisor agreed.", "Ask a supervisor again."),
    Reason.SHE_WILL_CONTACT_US: Sentence("{Name} will contact us.", "Wait, unless you are asked to call."),
    Reason.NOT_KNOWN_SAFE: Sentence("We do not know if this is safe.", "Ask {name} first, or choose another way."),
    Reason.EXPIRED: Sentence("The OK for this way has run out.", "Call live. Ask if it is still OK."),
    Reason.EXPIRED_LONG_AGO: Sentence(
        "The OK for this way ran out long ago.", "Choose another way, and ask again there."
    ),
    Reason.OFFICERS_NOTE_EXPIRED: Sentence(
        "What the officer noted has run out.", "Choose another way, or decide again on a first contact."
    ),
    Reason.PARTNER_MAY_BE_THERE: Sentence("{Partner} may be here.", "Meet at another place."),
    Reason.FIRST_CALLS_OFF: Sentence(
        "We make no first calls to numbers nobody checked.", "Try court, the hospital or the officer's card."
    ),
    Reason.SHARED_FIRST_CALL: Sentence(
        "{Partner} may answer here, and nobody checked this number.",
        "Try another way first. If there is none, note why, and call live.",
    ),
    Reason.COLD_MAIL_OFF: Sentence("We send no mail where nobody checked.", "Ask {name} first, or choose another way."),
    Reason.NEW_EVENT: Sentence("Something new happened since this was last OK.", "Call live. Ask if it is still OK."),
    Reason.SINCE_STOP: Sentence(
        "All contact was stopped after this was said.", "Ask {name} again when she is in touch. Then note her answer."
    ),
    Reason.CONDITION: Sentence(
        "This is OK only under a condition.", "Check that it still holds, and note that you did."
    ),
    Reason.ASKED_ALREADY: Sentence(
        "We called once to ask, and got no answer.", "Choose another way, or ask a supervisor about one more call."
    ),
    Reason.NO_TEXT_CONSENT: Sentence(
        "There is no yes to texts that this phone has confirmed.",
        "Ask in person or in a live call. Then let this phone confirm it.",
    ),
    Reason.PHONE_UNFIT: Sentence(
        "The phone company says this phone gets no texts, or may be another person's now.",
        "Call and ask {name}. If it is her own phone and gets texts, note her yes anew.",
    ),
    Reason.NOT_HER_OWN_WORD: Sentence(
        "An officer gave us this number. That is not a yes to texts.", "Ask {name} in a live call."
    ),
    Reason.NO_MESSAGE: Sentence("We do not know that a message is safe here.", "Leave no message. Call again later."),
    Reason.OTHERS_MAY_HEAR: Sentence("Others may hear a message here.", "Leave no message. Call again later."),
    Reason.PARTNER_MAY_SEE: Sentence("{Partner} may see what comes here.", "Ask {name} first, or choose another way."),
    Reason.PARTNERS_ACCOUNT: Sentence(
        "{Partner} pays for this, set it up or shares it.", "Ask {name} first, or choose another way."
    ),
    Reason.ACCOUNT_NOT_KNOWN: Sentence(
        "This case is restricted, and we do not know who pays for this phone.", "Ask {name} in a live call first."
    ),
    Reason.SHOWS_ELSEWHERE: Sentence(
        "What comes here shows on another device too.", "Ask {name} who can open that one, or choose another way."
    ),
    Reason.OTHERS_MAY_SEE: Sentence(
        "Others use this one, and it is not safe if they see it.", "Ask {name} first, or choose another way."
    ),
    Reason.PAGE_NOT_OPENED: Sentence(
        "{Name} has not opened this page yet.", "Give the code for it in person or in a live call."
    ),
    Reason.FIRST_CONTACT_DECISION: Sentence(
        "Nobody has checked this way yet.", "Decide on the first contact, and note why. Then call live."
    ),
    Reason.LEVEL_A_DECISION: Sentence(
        "These are not our hours for calls.", "At level A you may decide to call now. An officer noted a yes to calls."
    ),
    Reason.FIRST_CALL_MADE: Sentence(
        "The one first call here was made.", "Try court, the hospital or the officer's card, or ask a supervisor."
    ),
    Reason.FIRST_CONTACT_LIVE_ONLY: Sentence(
        "The first contact must be live.", "Call live, or choose another way. Leave no message and write nothing."
    ),
    Reason.COLD_MAIL_DECISION: Sentence(
        "We do not know if mail is safe here.",
        "Ask {name} first. Or note your reason, and ask a second person to agree.",
    ),
    Reason.OFFENDERS_LETTER: Sentence(
        "{Partner} gets a letter from the police in these days.", "Wait until the day shown, or call live."
    ),
    Reason.NO_HOURS: Sentence("We do not know which hours are safe.", "Ask {name} which hours are OK."),
    Reason.OUTSIDE_HOURS: Sentence("These are not safe hours.", "Wait for the hours shown."),
    Reason.TEXT_CAP: Sentence("There were enough texts for now.", "Wait, or note a reason for one more."),
    Reason.ATTEMPTS_TODAY: Sentence(
        "There were enough tries for today.", "Try on another day, or ask a supervisor for one more."
    ),
    Reason.ATTEMPTS_FOR_EVENT: Sentence("There were enough tries for this.", "Ask a supervisor for one more."),
    Reason.TOO_MUCH_SAID: Sentence("This says too much for this way.", "Use plain words that tell nothing."),
    Reason.SUBSTITUTE_ADDRESS: Sentence(
        "{Name} has a substitute address for her mail.",
        "Write there; another case of hers may have it. Write here only if {name} asks for it.",
    ),
    Reason.PICK_UP_NOT_ASKED: Sentence(
        "{Name} has not asked to pick up a letter here.", "Ask live. Then note that she asked."
    ),
    Reason.EMAIL_NOT_CONFIRMED: Sentence(
        "{Name} has not confirmed this address, so it may be someone else's.",
        "Ask in a live call to read it back letter by letter. Then note that.",
    ),
    Reason.EMAIL_NOT_HER_WORD: Sentence(
        "{Name} has not said that e-mail is OK here. Nobody else can.", "Ask in person or in a live call."
    ),
    Reason.NAME_NOT_KNOWN: Sentence("We do not know which name is safe here.", "Ask which name to use, and note it."),
}
