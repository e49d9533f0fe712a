"""What stands on each blank sheet: the questions of the screens, in their order, in words fit to lie on a desk."""

from collections.abc import Iterable, Iterator

from wtforms import BooleanField, Field, HiddenField, RadioField, SelectMultipleField

from outreach.paper_sheets import BlankSheet, Line
from outreach.terms import Outcome
from portal.advocate import words
from portal.advocate.contact.attempts import CHANNELS
from portal.advocate.contact.destination_form import DestinationForm

TWO_WORDS = "Write the two words a case is called by, and never a name."
LEAVE_EMPTY = "What you do not know stays empty."
PLAIN = (
    ("Safe if someone else answers or sees it?", "Fine if someone else answers or sees it?"),
    ("Subject line she accepts", "Subject line"),
    ("She read this address back to me letter by letter", "Read back letter by letter"),
    ("the partner's", "P.'s"),
    ("The partner", "P."),
    ("the partner", "P."),
    ("She says ", "I heard: "),
    ("She said so, now", "Heard so"),
    ("She does", "Own"),
    ("Reached her", "Reached"),
    ("She said no thanks", "No, thanks"),
    ("She asked for no contact", "No contact wanted"),
    ("She will contact us", "Will call us"),
    ("It was not safe", "Not safe: stop"),
    ("substitute address from the state program", "substitute address"),
)
"""What reads otherwise on paper than on a screen, longest first: a sheet lies where anybody may see it."""
_OFF_PAPER = ("kind", "version", "as_typed")
_NUMBERED = tuple(enumerate(Outcome, start=1))


def plain(said: str) -> str:
    """Return a label of a screen as it stands on paper."""
    for screen, paper in PLAIN:
        said = said.replace(screen, paper)
    return said


def asked_of_a_way() -> tuple[Field, ...]:
    """Return the questions of the safe-contact form, in the order of the screen."""
    return tuple(
        each for each in DestinationForm() if not isinstance(each, HiddenField) and each.name not in _OFF_PAPER
    )


def _lines(fields: Iterable[Field]) -> Iterator[Line]:
    for each in fields:
        if isinstance(each, RadioField | SelectMultipleField):
            answers = tuple(plain(str(choice.label)) for choice in each.iter_choices())
        else:
            answers = ("Yes",) if isinstance(each, BooleanField) else ()
        yield Line(plain(each.label.text), answers)


def _tries() -> BlankSheet:
    ways = ", ".join(f"{way.value[0].upper()} {words.CHANNELS[way].lower()}" for way in CHANNELS)
    happened = ", ".join(f"{number} {plain(words.OUTCOMES[each]).lower()}" for number, each in _NUMBERED)
    return BlankSheet(
        title="Calls",
        hint=TWO_WORDS,
        columns=(
            ("Day", 8),
            ("Time", 8),
            ("Two words", 16),
            ("Way", 7),
            ("What happened", 9),
            ("Told of the day? Y / N", 10),
            ("To add", 28),
        ),
        rows=13,
        key=(f"Way: {ways}.", f"What happened: {happened}."),
    )


def _way() -> BlankSheet:
    return BlankSheet(
        title="One way",
        hint=f"{TWO_WORDS} A number or an address only where it is new. {LEAVE_EMPTY}",
        top=("Two words",),
        columns=(("Asked", 34), ("Answer", 49)),
        lines=tuple(_lines(asked_of_a_way())),
        is_wide=False,
    )


def _meeting() -> BlankSheet:
    return BlankSheet(
        title="In and out",
        hint=f"{TWO_WORDS} Call who waits for you when you are in, and when you are out.",
        columns=(
            ("Two words", 16),
            ("Who goes", 14),
            ("Who waits, phone", 18),
            ("Day", 8),
            ("There by", 8),
            ("In", 7),
            ("Out by", 8),
            ("Out", 7),
        ),
        rows=13,
    )


def _night() -> BlankSheet:
    return BlankSheet(
        title="Night",
        hint=TWO_WORDS,
        columns=(
            ("Day, time", 11),
            ("Two words", 15),
            ("What was due or asked", 20),
            ("Way", 6),
            ("What happened", 18),
            ("Next, by when", 16),
        ),
        rows=13,
        key=("Read it out when you hand over. Then enter each line.",),
    )


SHEETS = {"calls": _tries(), "way": _way(), "meeting": _meeting(), "night": _night()}
ABOUT = {
    "calls": ("Calls and tries", "Each try to reach someone, one a line."),
    "way": ("Safe contact", "All that is asked of one way, in the order of the screen."),
    "meeting": ("Meetings", "In and out, and who waits for your call."),
    "night": ("Night", "Who waited, what was done, and what is next."),
}
"""Each kind of sheet on the page that offers it."""
