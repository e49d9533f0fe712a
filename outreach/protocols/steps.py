"""The steps a protocol may name: what each asks of an advocate, in plain words, and the way it is done."""

from enum import StrEnum
from typing import NamedTuple

from outreach.terms import Channel


class Step(StrEnum):
    """One kind of task. Protocol files name these; an unknown name is an error."""

    DECIDE_MATCH = "decide_match"
    EMERGENCY_CONTACT = "emergency_contact"
    OFFER_SERVICES = "offer_services"
    FIRST_CONTACT = "first_contact"
    NOTICE_BEFORE_CALL_IN = "notice_before_call_in"
    NOTICE_BEFORE_NOTIFICATION = "notice_before_notification"
    RISK_ASSESSMENT = "risk_assessment"
    SAFETY_PLAN = "safety_plan"
    REASSESS = "reassess"
    REVIEW_PLAN = "review_plan"
    SERVICES_NOTICE = "services_notice"
    OFFER_MEETING = "offer_meeting"
    LETTER_DECISION = "letter_decision"
    OUTREACH = "outreach"
    ACKNOWLEDGE_RESCHEDULE = "acknowledge_reschedule"
    ACKNOWLEDGE_CANCEL = "acknowledge_cancel"
    ACKNOWLEDGE_REMOVAL = "acknowledge_removal"
    ACKNOWLEDGE_CORRECTION = "acknowledge_correction"
    ACKNOWLEDGE_STEP_DOWN = "acknowledge_step_down"
    CUSTODY_CHECK = "custody_check"
    ORDER_CHECK = "order_check"
    NOTIFIED_CHECK = "notified_check"
    TOLD_TOO_LATE = "told_too_late"
    SUPERVISOR_ALERT = "supervisor_alert"
    TRANSLATE_LETTER = "translate_letter"
    TEXT_CHECK = "text_check"
    TEXT_QUESTION = "text_question"
    TEXT_MESSAGE = "text_message"
    TEXT_STOPPED = "text_stopped"
    CHECK_WAYS = "check_ways"
    CHECK_RETURNED_MAIL = "check_returned_mail"
    CHECK_FOUND_LETTER = "check_found_letter"
    SUPERVISOR_URGENT = "supervisor_urgent"
    NEED_NOW = "need_now"
    SUPERVISOR_MINOR = "supervisor_minor"
    ONCE_IF_DANGER = "once_if_danger"
    RANG_IN = "rang_in"


class StepWords(NamedTuple):
    """How a step reads on a screen, and the next thing to do for it."""

    title: str
    action: str
    """What the button leads to: call, letter, meeting, assess, plan, decide."""
    channels: tuple[Channel, ...] = ()
    """Ways an attempt at it can be made, the usual one first; empty when no contact is part of it."""


_LIVE = (Channel.CALL, Channel.MEETING)
_ANY = (Channel.CALL, Channel.MEETING, Channel.TEXT, Channel.LETTER)

STEPS: dict[Step, StepWords] = {
    Step.DECIDE_MATCH: StepWords("Decide if this is the same person", "decide"),
    Step.EMERGENCY_CONTACT: StepWords("Reach her now", "call", _LIVE),
    Step.OFFER_SERVICES: StepWords("Offer all our help", "call", _LIVE),
    Step.FIRST_CONTACT: StepWords("Make the first contact", "call", _LIVE),
    Step.NOTICE_BEFORE_CALL_IN: StepWords("Tell her before the call-in", "call", _LIVE),
    Step.NOTICE_BEFORE_NOTIFICATION: StepWords("Tell her before the partner is told", "call", _LIVE),
    Step.RISK_ASSESSMENT: StepWords("Talk about the danger", "assess", _LIVE),
    Step.SAFETY_PLAN: StepWords("Make a safety plan together", "plan", _LIVE),
    Step.REASSESS: StepWords("Talk about the danger again", "assess", _LIVE),
    Step.REVIEW_PLAN: StepWords("Look at the safety plan again", "plan", _LIVE),
    Step.SERVICES_NOTICE: StepWords("Tell her about our help", "call", _ANY),
    Step.OFFER_MEETING: StepWords("Offer to meet", "meeting", _ANY),
    Step.LETTER_DECISION: StepWords("Decide on a letter", "letter", (Channel.LETTER,)),
    Step.OUTREACH: StepWords("Reach out", "call", _ANY),
    Step.ACKNOWLEDGE_RESCHEDULE: StepWords("Check the new call-in date", "decide"),
    Step.ACKNOWLEDGE_CANCEL: StepWords("Check that the call-in is off", "decide"),
    Step.ACKNOWLEDGE_REMOVAL: StepWords("Check what changes now that the partner is off the list", "decide"),
    Step.ACKNOWLEDGE_CORRECTION: StepWords("Check what the agency corrected", "decide"),
    Step.ACKNOWLEDGE_STEP_DOWN: StepWords("Check what changes with the lower level", "decide"),
    Step.CUSTODY_CHECK: StepWords("Tell her about jail or release", "call", _LIVE),
    Step.ORDER_CHECK: StepWords("Talk about the court order", "call", _LIVE),
    Step.NOTIFIED_CHECK: StepWords("See how she is after the partner was told", "call", _LIVE),
    Step.TOLD_TOO_LATE: StepWords("We were told too late. See how she is", "call", _LIVE),
    Step.SUPERVISOR_ALERT: StepWords("Something new happened. Decide what to do", "decide"),
    Step.TRANSLATE_LETTER: StepWords("Have a letter put into her language", "decide"),
    Step.TEXT_CHECK: StepWords("A text may not have arrived. Find another way", "call", _LIVE),
    Step.TEXT_QUESTION: StepWords("Ask if texts are still OK", "call", _LIVE),
    Step.TEXT_MESSAGE: StepWords("A new message came. Read it, then call her if that is safe", "decide"),
    Step.TEXT_STOPPED: StepWords("Texts were stopped from her phone. See which other way is safe", "decide"),
    Step.CHECK_WAYS: StepWords("Someone else may have a phone of hers. Check each way before you use it", "decide"),
    Step.CHECK_RETURNED_MAIL: StepWords("A letter came back. Find another way to reach her", "call", _LIVE),
    Step.CHECK_FOUND_LETTER: StepWords("A letter for her own hands was found. Ask where and by whom", "decide"),
    Step.SUPERVISOR_URGENT: StepWords("Urgent. Open this where no one else can see your screen", "decide"),
    Step.NEED_NOW: StepWords("Help with what she needs now", "needs"),
    Step.ONCE_IF_DANGER: StepWords("Try once, live: she said we may if the danger grows", "call", _LIVE),
    Step.RANG_IN: StepWords("She rang in. Read what was asked, and call her if that is safe", "decide"),
    Step.SUPERVISOR_MINOR: StepWords("She may be under 18. Decide today how we reach her", "decide"),
}

_OURS = (
    "decide_", "acknowledge_", "told_", "supervisor_", "notice_", "translate_",
    "text_", "check_", "need_", "once_", "rang_",
)  # fmt: skip

PROTOCOL_STEPS: tuple[Step, ...] = tuple(step for step in Step if not step.startswith(_OURS))
"""The steps a protocol file may name; the others come from events by themselves."""

TALKS = ("assess", "plan")
"""Actions of steps that a talk completes, on a page of its own: being reached is no assessment and no plan."""

NOTICES = frozenset({Step.NOTICE_BEFORE_CALL_IN, Step.NOTICE_BEFORE_NOTIFICATION})
"""Steps that are missed for ever once what they come before has passed."""
