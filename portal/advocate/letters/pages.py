"""The page of a letter before it is released, and the list of letters a deployment has."""

from typing import Any

from flask import url_for
from wtforms import BooleanField, HiddenField
from wtforms.validators import AnyOf

from outreach.case_file.view import CaseHead
from outreach.messaging.errors import NoApprovedLetter, NoLetterhead, UnfitLetter
from outreach.messaging.letters.checks import way_of
from outreach.messaging.letters.desk import Draft, Order
from outreach.messaging.letters.shelf_check import LookedAt
from outreach.messaging.letters.templates import is_right_to_left
from outreach.messaging.text_approvals import Standing
from outreach.safe_contact import Allowed
from outreach.terms import ContentLevel
from portal.advocate.cards import Chip, Hold, Step
from portal.advocate.cases.page import case_link
from portal.advocate.contact.pages import LetterPage, ShelfPage, ShelfRow
from portal.advocate.forms import StrictForm
from portal.advocate.languages import language_words
from portal.advocate.texts.sent import FOR_TWO

SHORT, FULL = "short", "full"
TITLES = {SHORT: "The short letter", FULL: "The full letter"}
STANDINGS = {
    Standing.DRAFT: Chip("Draft", "ask", "question"),
    Standing.PRACTICE: Chip("For practice", "calm", "dot"),
    Standing.APPROVED: Chip("Approved", "safe", "tick"),
}
SAYS = {
    ContentLevel.NEUTRAL: "Says little, for mail nobody checked",
    ContentLevel.NAMED: "Says what we do, where mail is safe",
}
CHANCE = "It may go into one at a minute picked by chance, in the next two days or so."
FORWARDED = "This is a substitute address. Mail takes about a week more. Send it first class. Send no packages there."


class LetterForm(StrictForm):
    """Which letter was on the page, and what to do about an address that looks wrong."""

    template = HiddenField(validators=[AnyOf((SHORT, FULL))])
    as_typed = BooleanField("Use the address as it is written")


def letter_page(
    head: CaseHead, order: Order, drafted: Draft | None, hold: Hold | None, *, form: LetterForm
) -> LetterPage:
    """Return the page: the envelope first, then the letter, then its release, where nothing stands against it."""
    named: dict[str, Any] = {"case_id": order.case_id, "destination_id": order.destination_id}
    form.template.data = order.template
    form.as_typed.description = " ".join(map(str, drafted.address_faults)) if drafted else ""
    is_odd = bool(form.as_typed.description)
    if not is_odd:
        del form.as_typed
    content = drafted.content if drafted else None
    anew = Step("Write the address anew", url_for("destinations.new", case_id=order.case_id, kind="address"))
    return LetterPage(
        title=TITLES[order.template],
        handle=head.handle,
        back=case_link(order.case_id, head.handle),
        envelope=drafted.envelope if drafted else (),
        sender=tuple(content.return_address.splitlines()) if content else (),
        words=tuple(content.paragraphs) if content else (),
        language=content.language if content else "en",
        direction="rtl" if content and is_right_to_left(content.language) else "ltr",
        notes=_notes(drafted) if drafted else (),
        steps=(anew,) if is_odd else (),
        hold=hold,
        form=None if hold or drafted is None else form.card(url_for("letters.create", **named), "Release this letter"),
        shelf=Step("See the letters we have", url_for("letters.shelf"), look="quiet"),
    )


def gate_hold(drafted: Draft, order: Order) -> Hold | None:
    """Return why the gate says no to a letter, with what she may have asked for herself; None where it says yes."""
    if isinstance(drafted.decision, Allowed):
        return None
    way: dict[str, Any] = {"destination": order.destination_id, "channel": way_of(drafted.content).value}
    asked = Step("She asked", url_for("requests.new", case_id=order.case_id, **way))
    return Hold(drafted.decision.cause, drafted.decision.remedy, (asked,))


def fault_hold(fault: Exception, order: Order) -> Hold:
    """Return why a letter cannot be written, and what to do."""
    named: dict[str, Any] = {"case_id": order.case_id, "destination_id": order.destination_id}
    if isinstance(fault, NoApprovedLetter):
        ask = Step("Ask for it in her language", url_for("letters.translate", **named), "post", "main")
        return Hold("There is no approved letter in her language.", "None goes out until there is one.", (ask,))
    if isinstance(fault, NoLetterhead):
        return Hold("Letters are off here.", "Ask whoever looks after Wayside to set the return address and phone.", ())
    if isinstance(fault, UnfitLetter) and fault.is_outside:
        anew = Step("Write the address anew", url_for("destinations.new", case_id=order.case_id, kind="address"))
        return Hold(f"The outside would show {fault.found}.", "Use only a name and a street, a box or a town.", (anew,))
    return Hold("This letter says too much.", "Choose the short letter, or tell her in a call.", ())


def shelf_page(found: tuple[LookedAt, ...]) -> ShelfPage:
    """Return the list of letters, with who approved each and how it reads."""
    return ShelfPage(
        title="The letters we have",
        rows=tuple(
            ShelfRow(
                label=f"{TITLES.get(each.name.partition('/')[2], each.name)}, {language_words(each.language)}",
                standing=STANDINGS[each.standing],
                says=SAYS[each.says],
                reading=_reading(each.grade),
                approved=f"Approved by {each.by}, {each.on:%B} {each.on.day}, {each.on.year}."
                if each.on
                else "Approved by nobody yet.",
                faults=each.faults,
                command=f'wayside letters approve {each.name} --by "Full Name"',
                is_waiting=each.standing is not Standing.APPROVED,
                language=each.language,
                direction="rtl" if is_right_to_left(each.language) else "ltr",
                words=each.words,
            )
            for each in found
        ),
    )


def _reading(grade: float | None) -> str:
    return "No measure for this language: ask someone who grew up with it." if grade is None else f"Grade {grade:.0f}."


def _notes(drafted: Draft) -> tuple[str, ...]:
    """Return what to know before it is released, a sentence each."""
    notes = []
    if drafted.content.is_handed:
        notes.append("She picks this one up. Hand it to her. No address is on it, and it needs no envelope.")
    elif drafted.lead:
        notes.append(FORWARDED)
    if drafted.is_asked:
        notes.append("She asked for it. It is printed at once, and you may mail it yourself.")
    elif isinstance(drafted.decision, Allowed):
        notes.append(FOR_TWO)
        notes.append("It may go into one now." if drafted.is_urgent else CHANCE)
    return tuple(notes)
