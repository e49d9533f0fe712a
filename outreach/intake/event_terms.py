"""The words an agency may use in a level event, as enumerations. Pure; imports nothing of ours."""

from enum import StrEnum


class EventKind(StrEnum):
    """What happened on the agency's side."""

    LEVEL_ASSIGNED = "level_assigned"
    LEVEL_CHANGED = "level_changed"
    CALL_IN_SCHEDULED = "call_in_scheduled"
    CALL_IN_RESCHEDULED = "call_in_rescheduled"
    CALL_IN_CANCELLED = "call_in_cancelled"
    INDIVIDUAL_NOTIFICATION_SCHEDULED = "individual_notification_scheduled"
    OFFENDER_NOTIFIED = "offender_notified"
    CUSTODY_CHANGED = "custody_changed"
    ORDER_CHANGED = "order_changed"
    REMOVED = "removed"
    CORRECTION = "correction"


class NotificationChannel(StrEnum):
    """How the offender was notified."""

    LETTER = "letter"
    IN_PERSON = "in_person"
    CALL_IN = "call_in"
    PHONE = "phone"


class Custody(StrEnum):
    """Whether the offender is held."""

    IN = "in"
    OUT = "out"


class OrderStep(StrEnum):
    """What became of a protection order."""

    ISSUED = "issued"
    SERVED = "served"
    MODIFIED = "modified"
    EXPIRED = "expired"
    DISMISSED = "dismissed"


class RemovalReason(StrEnum):
    """Why the agency took the offender off its list."""

    COMPLETED = "completed"
    ERROR = "error"
    MOVED = "moved"
    DECEASED = "deceased"
    OTHER = "other"


class Answer(StrEnum):
    """What was answered; absent is unknown, and unknown is no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Need(StrEnum):
    """What she needed at the scene."""

    MEDICAL = "medical"
    SHELTER = "shelter"
    TRANSPORT = "transport"
    CHILDREN = "children"
    INTERPRETER = "interpreter"
    MONEY = "money"
    OTHER = "other"


class LethalityScreen(StrEnum):
    """How the officer's screen at the scene ended."""

    HIGH_DANGER = "high_danger"
    NOT_HIGH = "not_high"
    DECLINED = "declined"
    NOT_DONE = "not_done"
