"""What stops a text or a letter. Each error says whether trying again later can help; none repeats what was written."""

from collections.abc import Sequence

from outreach.reaching.postal_addresses import AddressFault
from outreach.safe_contact import Held, Refused


class MessagingError(Exception):
    """Base of every error of texts and letters."""

    permanent = True


class NotAllowed(MessagingError):
    """The gate said no. `decision` holds the reason and what would change it."""

    def __init__(self, decision: Held | Refused) -> None:
        super().__init__(f"the gate says no: {decision.reason.value}")
        self.decision = decision
        self.permanent = isinstance(decision, Refused)


class NoApprovedLetter(MessagingError):
    """There is no approved letter of this name in her language: none goes out, and somebody has to write one."""

    def __init__(self, template: str, language: str) -> None:
        super().__init__(f"there is no approved letter {template!r} in {language!r}")
        self.template = template
        self.language = language


class NoLetterhead(MessagingError):
    """The site has not said where its letters come from, so none can be written."""

    def __init__(self) -> None:
        super().__init__("no return address or phone is set: WAYSIDE_LETTER_RETURN_ADDRESS, WAYSIDE_LETTER_PHONE")


class UnfitLetter(MessagingError):
    """A letter holds what none may hold, inside or outside; `found` says what kind of thing, never the thing."""

    def __init__(self, found: str, *, is_outside: bool = False) -> None:
        super().__init__(f"a letter may not hold {found}{' on its outside' if is_outside else ''}")
        self.found, self.is_outside = found, is_outside


class UnfitAddress(MessagingError):
    """The address looks wrong; `faults` say how and the mend, and never the address. Or use it as it is typed."""

    def __init__(self, faults: Sequence[AddressFault]) -> None:
        super().__init__("the address looks wrong: mend it, or say that it is to be used as typed")
        self.faults = tuple(faults)


class AlreadyReleased(MessagingError):
    """A letter to this address was released and not mailed yet."""

    def __init__(self) -> None:
        super().__init__("a letter to this address is under way; cancel it first")


class WrongState(MessagingError):
    """The letter is past or before this: somebody else was faster, or it was held. Read it again."""

    def __init__(self, state: str, wanted: str) -> None:
        super().__init__(f"the letter is {state}, not {wanted}")


class NeedsStack(MessagingError):
    """She did not ask for this letter, so one person alone does not print or mail it: it goes in a stack."""

    permanent = False

    def __init__(self) -> None:
        super().__init__("two people release this letter: it is printed and mailed in a stack")


class ChangedSince(MessagingError):
    """The address or the name there is another than on the page, or its words tell too much by now: do not mail it."""

    def __init__(self) -> None:
        super().__init__("something changed since this letter was printed")


class UnprintableLetter(MessagingError):
    """The page cannot be printed as written: a letter of a name is in no font here, or it does not fit the window."""
