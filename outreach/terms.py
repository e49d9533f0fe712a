"""The field's words as enumerations. Pure; imported everywhere, imports nothing of ours."""

from enum import StrEnum


class Level(StrEnum):
    """The offender's class as the agency sent it, A gravest. Never computed, compared only by `gravity`."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"

    @property
    def gravity(self) -> int:
        """Return 4 for A down to 1 for D."""
        return 4 - "ABCD".index(self.value)


class Channel(StrEnum):
    """A way of reaching her; each has its own verdict on each destination."""

    CALL = "call"
    VOICEMAIL = "voicemail"
    TEXT = "text"
    LETTER = "letter"
    MEETING = "meeting"
    PAGE = "page"
    """A page of her own that she opens herself: nothing is sent, but what stands there can be read by who holds it."""
    EMAIL = "email"
    """Written by an advocate from their own work mailbox: this program sends none."""


class DestinationKind(StrEnum):
    """What a destination is; decides which channels it can carry."""

    PHONE = "phone"
    ADDRESS = "address"
    PLACE = "place"
    PAGE = "page"
    EMAIL = "email"

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Return the channels this kind can carry, in the order screens show them."""
        return {
            "phone": (Channel.CALL, Channel.VOICEMAIL, Channel.TEXT),
            "address": (Channel.LETTER,),
            "place": (Channel.MEETING,),
            "page": (Channel.PAGE,),
            "email": (Channel.EMAIL,),
        }[self.value]


class ReachedBy(StrEnum):
    """How a call to a phone is placed. Where it is not by voice, an operator or an interpreter hears all of it."""

    VOICE = "voice"
    RELAY = "relay"
    """Through an operator at 711, who types what is said."""
    VIDEO = "video"
    """Her video phone: it shows the room, and rings as a light or on a screen."""


class AccountHolder(StrEnum):
    """Who pays for a phone or holds an account: whoever does may see who called and wrote."""

    HERS = "hers"
    PARTNERS = "partners"
    SHARED = "shared"
    """A plan she shares with the partner."""
    ANOTHERS = "anothers"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """Whether a destination is known to be safe for a channel. Unknown means no."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    UNKNOWN = "unknown"


class VerdictSource(StrEnum):
    """Who said so."""

    VICTIM = "victim"
    ON_SCENE = "on_scene"
    ADVOCATE = "advocate"
    BROUGHT_OVER = "brought_over"
    """It stood in papers the team had before. A no counts; a yes is asked for first, whatever its age."""


class ContentLevel(StrEnum):
    """How much a contact may say: nothing, neutral words, or her name and ours."""

    NONE = "none"
    NEUTRAL = "neutral"
    NAMED = "named"


class Outcome(StrEnum):
    """How an attempt ended."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    DECLINED = "declined"
    DO_NOT_CONTACT = "do_not_contact"
    SHE_WILL_CONTACT_US = "she_will_contact_us"
    UNSAFE = "unsafe"
    RETURNED_MAIL = "returned_mail"


class TaskState(StrEnum):
    """Where a task stands. `missed` is for ever and keeps its cause."""

    OPEN = "open"
    DONE = "done"
    SUPERSEDED = "superseded"
    MISSED = "missed"
    CLOSED = "closed"
    """A notice that was not given and is looked for no more: signed by a supervisor, or by her own word."""


class ClosedAs(StrEnum):
    """Why a notice before a call-in is closed without having been given. Each is counted apart, never as told."""

    NO_SAFE_WAY = "no_safe_way"
    TRIED_ENOUGH = "tried_enough"
    HER_WORD = "her_word"


class MissedCause(StrEnum):
    """Why notice before a call-in was not given."""

    TOLD_TOO_LATE = "told_too_late"
    NO_SAFE_WAY = "no_safe_way"
    NOT_DONE = "not_done"


class TextState(StrEnum):
    """Where a text stands. From `sending` on it is never sent again."""

    PLANNED = "planned"
    HELD = "held"
    SENDING = "sending"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class LetterState(StrEnum):
    """Where a letter stands."""

    RELEASED = "released"
    HELD = "held"
    PRINTED = "printed"
    MAILED = "mailed"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class BatchState(StrEnum):
    """Where a stack of letters stands."""

    PLANNED = "planned"
    MAKING = "making"
    READY = "ready"
    HANDING = "handing"
    UNSURE = "unsure"
    """The program stopped while it gave the stack to a printer: a person looks at the printer and says."""
    PRINTED = "printed"
    SHORT = "short"
    """Not as many letters were counted as are on the list; nothing is mailed until they are found or void."""
    COUNTED = "counted"
    MAILING = "mailing"
    """Being checked for the last time, a few letters at once: those that may go are mailed, the others pulled."""
    MAILED = "mailed"
    UNDONE = "undone"


class PlaceState(StrEnum):
    """Where one letter of a stack stands. `out` is for ever: a letter that comes again has a new place."""

    PLANNED = "planned"
    MADE = "made"
    OUT = "out"
    MAILED = "mailed"


class Role(StrEnum):
    """What a staff member may do. Administrators see no case."""

    ADVOCATE = "advocate"
    SUPERVISOR = "supervisor"
    CUSTODIAN = "custodian"
    ADMINISTRATOR = "administrator"


class Employer(StrEnum):
    """Who employs a staff member; law enforcement and prosecution hold no role that sees a case."""

    ADVOCACY = "advocacy"
    HEALTH = "health"
    LEGAL_AID = "legal_aid"
    LAW_ENFORCEMENT = "law_enforcement"
    PROSECUTION = "prosecution"


class KeyClass(StrEnum):
    """What a case key protects."""

    CONTACT = "contact"
    NARRATIVE = "narrative"
    THREAD = "thread"


class PageAbout(StrEnum):
    """Why somebody is paged. It decides where the screen leads; the words of the page are alike for all."""

    ON_CALL = "on_call"
    CODE_WORD = "code_word"
    APPROVAL = "approval"
    MEETING_OVERDUE = "meeting_overdue"
    MEETING_DURESS = "meeting_duress"
    CALL_IN = "call_in"
    TEXTS_STOPPED = "texts_stopped"
    NEWS_ASIDE = "news_aside"
    TAKEN = "taken"
    """A wall took a case from who held it, so that nobody has it."""
    UNSEEN = "unseen"
    """Nobody who may see a case was there to be paged about it: Today says what to do."""
