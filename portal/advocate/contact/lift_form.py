"""The form that lifts a stop: a fresh answer for every way, how she was known, and why contact may go on."""

from collections.abc import Sequence
from typing import cast

from wtforms import Field, HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired

from outreach.her_word.pausing import Again, Lift
from outreach.reaching.destinations import Destination
from portal.advocate import words
from portal.advocate.cases.known_by import HOW, word_field
from portal.advocate.forms import StrictForm, at_most, need, offer

NOT_YET = "not_yet"
ASKED = {**HOW, NOT_YET: "Nobody has spoken with her yet"}
AGAIN = {
    Again.SAFE: "She says it is as safe as before",
    Again.UNSAFE: "Not safe",
    Again.UNKNOWN: "Not asked yet",
}
FROZEN = {**AGAIN, Again.SAFE: "She says it is hers alone again"}
ONLY_HERS = "Someone else answered here. If it is hers again, ask her next what is safe."


class LiftForm(StrictForm):
    """What a lift asks; `lift_form` makes one with a question for each way."""

    def check(self) -> bool:
        """Validate; a way can be safe again only by her own word, live."""
        self.validate()
        says_safe = any(each.data == Again.SAFE for each in self if each.name.startswith("way_"))
        if says_safe and self.verified_how.data == NOT_YET:
            self.error_of("verified_how", "Only she can say that a way is safe. Choose how she told you.")
        return not self.errors


def lift_form(ways: Sequence[Destination]) -> type[LiftForm]:
    """Return the form for these ways, each with its own question and no answer chosen."""
    asked = {_name(each): _ask(each) for each in ways}
    asked["verified_how"] = RadioField(
        "How do you know it was she?", [need("Choose how.")], choices=offer(ASKED.items())
    )
    asked["code_word"] = word_field("Type it each time: no check made before counts here.")
    asked["reason"] = TextAreaField("Why may contact go on?", [need("Write why."), at_most(500)])
    asked["version"] = HiddenField(validators=[InputRequired()])
    return cast("type[LiftForm]", type("LiftFormOfTheseWays", (LiftForm,), asked))


def answers_of(form: LiftForm, ways: Sequence[Destination]) -> Lift:
    """Return what a form that was checked says."""
    how = form.verified_how.data
    answers = {each.id: Again(form[_name(each)].data) for each in ways}
    return Lift(reason=form.reason.data, ways=answers, verified_how=None if how == NOT_YET else how)


def _name(way: Destination) -> str:
    return f"way_{way.id.hex}"


def _ask(way: Destination) -> Field:
    label = f"{words.destination_label(way)}: safe again?"
    choices = offer((each.value, said) for each, said in (FROZEN if way.compromised else AGAIN).items())
    hint = ONLY_HERS if way.compromised else ""
    return RadioField(label, [need("Choose one. “Not asked yet” is fine.")], choices=choices, description=hint)
