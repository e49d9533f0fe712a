"""The forms on the page of one meeting, and those of them that were refused."""

from typing import NamedTuple

from wtforms import HiddenField, TextAreaField
from wtforms.validators import AnyOf, Optional

from portal.advocate.forms import StrictForm, at_most, need

LATER = "later"


class CheckOutForm(StrictForm):
    """The end of a meeting. `timesheet` is what the second button sends (outreach.meetings.help)."""

    note = TextAreaField("Anything to add", [at_most(1000)], description="May stay empty.")
    timesheet = HiddenField(validators=[Optional(), AnyOf((LATER,))])


class NoteForm(CheckOutForm):
    """A note at any other time."""


class StepForm(StrictForm):
    """A step without words, such as the start of a meeting; `timesheet` as at its end."""

    timesheet = HiddenField(validators=[Optional(), AnyOf((LATER,))])


class CallOffForm(StrictForm):
    """Why a meeting is called off."""

    because = TextAreaField("Why?", [need("Write why, in a few words."), at_most(300)])


class AgreeForm(StrictForm):
    """A supervisor's reason for one worker."""

    because = TextAreaField("Why is one worker enough?", [need("Write why, in a few words."), at_most(300)])


class AskForm(StrictForm):
    """Asking for one worker: one tap, with a reason or without."""

    because = TextAreaField("Why is one worker enough?", [at_most(300)], description="May stay empty.")


class Refused(NamedTuple):
    """The forms of a page that were refused, with what was typed."""

    call_off: CallOffForm | None = None
    agree: AgreeForm | None = None
    ask: AskForm | None = None
    check_out: CheckOutForm | None = None
    note: NoteForm | None = None
