"""The forms of a stack of letters: its count, what is missing, what stays behind, giving it up; which is asked when."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import url_for
from wtforms import HiddenField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import AnyOf, Regexp

from outreach.messaging.letters.batch_view import BatchView, PlaceLine
from outreach.messaging.letters.codes import typed_form
from outreach.terms import BatchState, PlaceState
from portal.advocate.cards import Form
from portal.advocate.forms import StrictForm, at_most, need, offer

ON_PAPER = (BatchState.PRINTED, BatchState.SHORT, BatchState.COUNTED)
GIVEN_UP_FROM = (BatchState.PLANNED, BatchState.MAKING, BatchState.READY, BatchState.UNSURE, *ON_PAPER)
MAY_BE_PAPER = (BatchState.UNSURE, *ON_PAPER)


class CountForm(StrictForm):
    """How many letters there are."""

    counted = StringField(
        "How many letters did you count?",
        [need("Write the number."), Regexp(r"[0-9]{1,4}\Z", message="Write a number, like 12.")],
        description="Envelopes, not sheets.",
    )


class AgainForm(StrictForm):
    """Which letters are missing or spoiled, and why."""

    letters = SelectMultipleField(
        "Which are missing or spoiled?", [need("Tick at least one.")], choices=[], description="By the code inside."
    )
    reason = TextAreaField("What happened?", [need("Write what happened."), at_most(300)])


class MailForm(StrictForm):
    """Which pages that may not go are out of the pile, all of them; which letters stay behind."""

    taken_out = SelectMultipleField(
        "Which of these pages did you take out and shred?", choices=[], description="All must be out before you go."
    )
    letters = SelectMultipleField("Does one stay behind?", choices=[], description="It is made again later.")

    def for_pile(self, found: BatchView) -> None:
        """Ask what fits a stack as it is now: of pages to take out only where there are some."""
        self.letters.choices = choices(found.inside)
        if not self.letters.choices:
            del self.letters
        self.taken_out.choices = offer((str(each.letter_id), out_words(each.code)) for each in found.pull_out)
        if not found.pull_out:
            del self.taken_out

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Let nothing go while a page that may not go is not said to be out."""
        is_good = super().validate(extra_validators)
        if "taken_out" in self and len(self.taken_out.data or ()) < len(self.taken_out.choices):
            self.error_of("taken_out", "Take each of these pages out of the pile, shred it, and tick it.")
            return False
        return is_good


class GiveUpForm(StrictForm):
    """Why a stack is given up."""

    reason = TextAreaField("Why?", [need("Write why."), at_most(300)])


class CameOutForm(StrictForm):
    """What was in the printer's tray."""

    came_out = HiddenField(validators=[AnyOf(("yes", "no"))])


def out_words(code: str) -> str:
    """Return what a tick says of a page that may not go."""
    return f"{typed_form(code) or 'The page without a code'} is out of the pile"


def choices(inside: Iterable[PlaceLine]) -> list[Any]:
    """Return the letters that can be ticked, by code; the handle only of one's own cases."""
    made = (each for each in inside if each.state is PlaceState.MADE)
    return offer((str(each.letter_id), f"{typed_form(each.code)} {each.handle}".strip()) for each in made)


def forms_of(found: BatchView, typed: dict[str, Any]) -> tuple[Form, ...]:
    """Return what is asked now: the count; what is missing, once the count is off; the mailing, once it is right."""
    state = found.line.state
    if not found.may_handle:
        return ()
    named: dict[str, Any] = {"batch_id": found.line.id}
    forms: list[Form] = []
    if state in (BatchState.COUNTED, BatchState.MAILING):
        mailing = typed.get("mail_form")
        if mailing is None:
            mailing = MailForm()
            mailing.for_pile(found)
        button = "Check and mark as mailed" if found.inside else "End this stack"
        forms.append(mailing.card(url_for("letter_batches.mail", **named), button))
    if state in (BatchState.PRINTED, BatchState.SHORT):
        counting = typed.get("count_form") or CountForm()
        forms.append(counting.card(url_for("letter_batches.count", **named), "This is the count"))
    if state in ON_PAPER and found.inside:
        again = typed.get("again_form") or AgainForm()
        again.letters.choices = choices(found.inside)
        forms.append(again.card(url_for("letter_batches.make_again", **named), "Make them again"))
    return tuple(forms)


def give_up_form(found: BatchView, typed: dict[str, Any]) -> Form | None:
    """Return the form that gives a stack up; None where it cannot be."""
    if found.line.state not in GIVEN_UP_FROM or not found.may_handle:
        return None
    form = typed.get("give_up_form") or GiveUpForm()
    return form.card(url_for("letter_batches.give_up", batch_id=found.line.id), "Give this stack up")
