"""The forms of talking together. Everything may stay empty; what is chosen by default is never a no."""

from collections.abc import Sequence
from typing import Any, cast

from wtforms import BooleanField, Field, Form, HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import ValidationError

from outreach.risk.assessments import SCALE
from outreach.risk.instruments import Instrument, Item
from outreach.risk.permissions import Offered, Shelf
from outreach.risk.plan_sections import LONGEST, SECTIONS
from outreach.risk.results import Answer
from outreach.risk.safety_plans import as_kept
from outreach.risk.triggers import SAID
from portal.advocate.forms import StrictForm, at_most, need, offer
from portal.advocate.talks.words import ANSWERS, CHANGES

UNSAID = "unsaid"
"""She did not say."""
NO_TOOL = "none"
YES, NO, UNKNOWN = "yes", "no", "unknown"
TOO_LONG = "This part is too long to keep. All you typed is still here: make it shorter, or put some in another part."
WITHOUT_BAND = "With no total, or where the bands were not tested for her, it is kept as your judgement, with no band."
PART = 6
"""Questions on one page."""


class ChangeForm(StrictForm):
    """What changed for her."""

    what = SelectMultipleField(
        "What is new?", [need("Tick what is new.")], choices=offer((each.value, CHANGES[each]) for each in SAID)
    )
    words = StringField("In a few words", [at_most(300)], description="It may stay empty.")


def begin_form(tools: Sequence[Offered], *, must_read: bool, is_correction: bool) -> type[StrictForm]:
    """Return the form for what this site may use: her own view first. Fields that do not apply are not there."""
    scale = offer([*((str(place), words) for place, words in enumerate(SCALE)), (UNSAID, "She did not say")])
    asked: dict[str, Any] = {
        "own_scale": RadioField("How much danger does she feel?", choices=scale, default=UNSAID),
        "own_words": TextAreaField("In her words", [at_most(1000)], description="What worries her most?"),
    }
    if must_read and tools:
        asked["limits_read"] = BooleanField("I read this out to her")
    if tools:
        choices = [(each.instrument.key, f"{each.instrument.title}. {each.instrument.about}") for each in tools]
        choices.append((NO_TOOL, "No questions. Her own view is enough today."))
        asked["instrument"] = RadioField("And then?", choices=offer(choices), default=NO_TOOL)
    if is_correction:
        asked["why"] = StringField("What was wrong the last time?", [need("Say what was wrong."), at_most(300)])
        asked["corrects"] = HiddenField()
    return _form("BeginForm", asked)


def usable(shelf: Shelf) -> tuple[Offered, ...]:
    """Return the instruments in the order of their titles."""
    return tuple(sorted(shelf.usable(), key=lambda each: each.instrument.title))


def parts_of(instrument: Instrument) -> list[tuple[Item, ...]]:
    """Return the questions, a page at a time."""
    return [instrument.items[start : start + PART] for start in range(0, len(instrument.items), PART)]


def questions_form(offered: Offered, items: Sequence[Item]) -> type[StrictForm]:
    """Return the form of one page of questions; whatever is not touched was not asked."""
    answers = offer((answer.value, ANSWERS[answer]) for answer in Answer)
    asked: dict[str, Any] = {
        name_of(item): RadioField(
            f"{item.number}. {offered.words_of(item)}",
            choices=answers,
            default=Answer.NOT_ASKED.value,
            description="For you to answer. Do not ask her." if item.is_for_us else "",
        )
        for item in items
    }
    asked["version"] = HiddenField()
    return _form("QuestionsForm", asked)


def name_of(item: Item) -> str:
    """Return the name of a question's field."""
    return f"q{item.number}"


def ending_form(instrument: Instrument) -> type[StrictForm]:
    """Return the form of the end: the total where there is one, and judgement, which raises and never lowers."""
    asked: dict[str, Any] = {}
    total = instrument.total
    if total is not None and total.validated_for:
        question = f"Is she {total.validated_for}? The bands were tested for no one else."
        choices = offer([(YES, "Yes"), (NO, "No"), (UNKNOWN, "Not sure")])
        asked["is_validated"] = RadioField(question, choices=choices, default=UNKNOWN)
    if total is not None and instrument.takes_total:
        asked["total"] = StringField("The total", [at_most(4)], description=f"{total.hint} It may stay empty.")
        if total.certified:
            asked["certified"] = BooleanField(total.certified)
    higher = offer([(NO, "No"), *((each.key, f"Yes: {each.label}") for each in instrument.results[1:])])
    asked["raise_to"] = RadioField(
        "Do you judge it higher?",
        choices=higher,
        default=NO,
        description=f"{instrument.judgement} {WITHOUT_BAND}" if instrument.bands else instrument.judgement,
    )
    asked["reason"] = StringField("Why higher?", [at_most(300)], description="Only when you judge it higher.")
    asked["note"] = TextAreaField("A note", [at_most(1000)], description="It goes with the answers after 30 days.")
    asked["version"] = HiddenField()
    return _form("EndingForm", asked)


def plan_form() -> type[StrictForm]:
    """Return the form of a plan: every section, whether a copy was given, the version that was shown."""
    asked: dict[str, Any] = {each.key: TextAreaField(each.title, [_fits], description=each.hint) for each in SECTIONS}
    asked["copy"] = RadioField(
        "A copy for her",
        choices=offer([(NO, "No copy given"), (YES, "She asked for one")]),
        default=NO,
        description="A copy can be found and read: on paper, in a picture, in a mail. Say so first.",
    )
    asked["copy_where"] = StringField("Where will she keep it?", [at_most(200)])
    asked["number"] = HiddenField()
    return _form("PlanForm", asked)


def _fits(form: Form, field: Field) -> None:
    """Refuse what is too long in words; the box takes it all the same, so that nothing pasted is cut off unseen."""
    if len(as_kept(field.data or "")) > LONGEST:
        raise ValidationError(TOO_LONG)


def _form(name: str, fields: dict[str, Any]) -> type[StrictForm]:
    return cast("type[StrictForm]", type(name, (StrictForm,), fields))
