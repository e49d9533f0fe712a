"""E-mail, relay and video phone: the cards to hold beside them, and the forms as they are asked."""

from dataclasses import replace
from typing import Any

from browser.samples.cases import CALL, DESTINATION, SOMEONE_ELSE
from browser.samples.marks import BACK, HELD, NOON, SAFE, SHE_ASKED, SIGNED_IN, do, go

from outreach.terms import DestinationKind, ReachedBy
from portal.advocate.cards import Form, Frame, Hold
from portal.advocate.contact import emails
from portal.advocate.contact.call_placing import OPENING_SEEN, PLACING
from portal.advocate.contact.destination_form import DestinationForm
from portal.advocate.contact.pages import EmailCardPage

RELAY = replace(
    CALL,
    title="Relay call, Cedar Wren",
    placing=PLACING[ReachedBy.RELAY],
    rules=(
        "An operator or interpreter hears all that is said. Say no details until she agrees.",
        "Leave no message with them, and no video message.",
        "Check that it is she before you say why you call.",
    ),
)
VIDEO = replace(
    RELAY,
    title="Video call, Cedar Wren",
    opening=OPENING_SEEN,
    placing=PLACING[ReachedBy.VIDEO],
    rules=("She wants no interpreter from her own town or community.", *RELAY.rules),
)
EMAIL = EmailCardPage(
    title="E-mail, Cedar Wren",
    back=BACK,
    address="marisol.vega@example.org",
    chip=SAFE,
    until=NOON,
    hold=None,
    subject="Library books",
    sender="Dana R.",
    may_say=emails.MAY_SAY,
    rules=("Do not write: court, police.", *emails.RULES),
    outcomes=(do("Sent, no answer yet", "main"), do("An answer came"), do("It came back")),
    no_email=do("She wants no e-mail", "quiet"),
    someone_else=go("Someone else wrote back", "stop"),
)
EMAIL_HELD = replace(
    EMAIL,
    address="",
    chip=HELD,
    until=None,
    outcomes=(do("An answer came"), do("It came back")),
    hold=Hold(
        "She has not confirmed this address, so it may be someone else's.",
        "Ask in a live call to read it back letter by letter. Then note that.",
        (go("I asked her", "main"), SHE_ASKED),
    ),
)


def _asked(kind: DestinationKind) -> Form:
    """Return the very form that is asked of a way of this kind."""
    return DestinationForm().for_kind(kind, is_new=True).card("/save", "Save", cancel_href="/case")


CHANNELS_PAGES: dict[str, tuple[str, Any, Frame]] = {
    "call-relay": ("cases/call.html", RELAY, SIGNED_IN),
    "call-video": ("cases/call.html", VIDEO, SIGNED_IN),
    "email": ("cases/email.html", EMAIL, SIGNED_IN),
    "email-held": ("cases/email.html", EMAIL_HELD, SIGNED_IN),
    "someone-wrote": (
        "someone-else/new.html",
        replace(SOMEONE_ELSE, title="Someone else wrote back", say=""),
        SIGNED_IN,
    ),
    "destination-email": (
        "destinations/edit.html",
        replace(DESTINATION, title="Add an e-mail", same_as_before=None, near="", form=_asked(DestinationKind.EMAIL)),
        SIGNED_IN,
    ),
    "destination-phone": (
        "destinations/edit.html",
        replace(DESTINATION, title="Add a phone", same_as_before=None, near="", form=_asked(DestinationKind.PHONE)),
        SIGNED_IN,
    ),
}
