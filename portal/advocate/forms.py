"""
Forms: strict on the way in, frozen cards on the way out.

A field nobody asked for, or the same field twice, is refused outright: such a post was not made by our pages.
What was typed always comes back, except secrets.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, ClassVar, Self

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest
from wtforms import (
    BooleanField,
    DateField,
    Field,
    Form,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.fields.core import UnboundField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import TextArea

from outreach.support.never_stored import SAY_LEGAL, tells_status
from portal.advocate import cards

ASIDE = "csrf_token"
YEARS = range(1900, 2200)
"""In which a date can lie that somebody means."""
LONGEST_VERSION = 9
"""In digits: more the database can not hold."""


class CodeField(StringField):
    """Six digits."""


KINDS: Mapping[type[Field], str] = {
    BooleanField: "tick",
    CodeField: "code",
    DateField: "date",
    HiddenField: "hidden",
    PasswordField: "secret",
    RadioField: "radio",
    SelectField: "list",
    SelectMultipleField: "ticks",
    StringField: "line",
    TextAreaField: "lines",
    TimeField: "time",
}


class Sentences:
    """What WTForms says, in our words."""

    WORDS: ClassVar[Mapping[str, str]] = {
        "Not a valid choice.": "Choose one of the answers.",
        "Invalid Choice: could not coerce.": "Choose one of the answers.",
        "Invalid choice(s): one or more data inputs could not be coerced.": "Choose from the answers.",
        "Not a valid date value.": "Write a date like 11/24/2026.",
        "Not a valid time value.": "Write a time like 18:00.",
        "This field is required.": "Please fill this in.",
    }

    def gettext(self, string: str) -> str:
        """Return our sentence for one of theirs."""
        return self.WORDS.get(string, string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Return our sentence for one of theirs, by number."""
        if "is not a valid choice" in singular:
            return "Choose from the answers."
        return singular if n == 1 else plural


class StrictForm(Form):
    """A form that refuses what its page did not offer."""

    FILES: ClassVar[tuple[str, ...]] = ()
    """The files a form takes, one each. Whoever reads one does so from the request."""
    OF_NO_ONE: ClassVar[tuple[str, ...]] = ()
    """Texts about no person, such as a directory's: they may hold words that are never written of anyone."""

    class Meta:
        """Use our sentences."""

        def get_translations(self, form: Form) -> Sentences:
            """Return our sentences."""
            return Sentences()

        def bind_field(self, form: Form, unbound_field: UnboundField, options: dict[str, Any]) -> Field:
            """Make every text field a text, never None, without the blanks around it; a pass phrase keeps its own."""
            if issubclass(unbound_field.field_class, StringField):
                is_secret = issubclass(unbound_field.field_class, PasswordField)
                options = {**options, "filters": (_as_typed if is_secret else _without_blanks,)}
            return unbound_field.bind(form=form, **options)

    @classmethod
    def posted(cls, prepare: Callable[[Self], object] | None = None) -> Self:
        """
        Return the form of this request; 400 when it carries a field too many, a field twice, or a query.

        `prepare` takes away fields the page did not offer, before anything is checked.
        """
        form = cls(request.form)
        if prepare is not None:
            prepare(form)
        refuse_what_was_not_offered(request.form, {each.name: each for each in form}, cls.FILES)
        return form

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """
        Say whether all is well, and that every year is one somebody may mean.

        Words about whether she may be in the country are never kept (requirement 82).
        """
        is_good: bool = super().validate(extra_validators)
        for field in self:
            if isinstance(field, DateField) and field.data is not None and field.data.year not in YEARS:
                self.error_of(field.name, "Check the year.")
                is_good = False
            if isinstance(field, TextAreaField) and field.name not in self.OF_NO_ONE and tells_status(field.data or ""):
                self.error_of(field.name, SAY_LEGAL)
                is_good = False
        return is_good

    def error_of(self, name: str, sentence: str) -> None:
        """Put a sentence beside a field."""
        field = self._fields[name]
        field.errors = [*field.errors, sentence]

    def card(self, action: str, button: str, *, error: str = "", cancel_href: str = "") -> cards.Form:
        """Return the form as its page shows it."""
        fields = tuple(_field_card(each) for each in self)
        return cards.Form(action, button, fields, error=error, cancel_href=cancel_href)


def refuse_what_was_not_offered(
    given: MultiDict[str, str], offered: Mapping[str, Field], files: Collection[str] = ()
) -> None:
    """Raise 400 for unknown fields, repeated fields, files nobody asked for, and query strings on a post."""
    sent = [name for name, _ in request.files.items(multi=True)]
    if request.args or len(sent) > len(set(sent)) or not set(sent) <= set(files):
        raise BadRequest
    for name, values in given.lists():
        if name == ASIDE:
            allowed = 1
        elif name not in offered:
            raise BadRequest
        else:
            allowed = len(set(values)) if isinstance(offered[name], SelectMultipleField) else 1
        if len(values) > allowed:
            raise BadRequest


def offer(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Return the answers to choose from, of (value, label)."""
    return [SelectChoice(value, label) for value, label in pairs]


def lines_of(typed: str) -> tuple[str, ...]:
    """Return what was written on each line, without the empty ones."""
    return tuple(filter(None, (each.strip() for each in typed.splitlines())))


def version_in(typed: str | None) -> int:
    """Return which version a page showed; 0, which is none, where that is no number a version can be."""
    is_one = typed is not None and typed.isascii() and typed.isdecimal() and len(typed) <= LONGEST_VERSION
    return int(typed or 0) if is_one else 0


class NoFields(StrictForm):
    """A post that is only a button."""


def _as_typed(text: str | None) -> str:
    return text or ""


def _without_blanks(text: str | None) -> str:
    return (text or "").strip()


def need(sentence: str) -> Callable[[Form, Field], None]:
    """Return a validator that asks for the field in its own words."""

    needed: Callable[[Form, Field], None] = DataRequired(message=sentence)
    return needed


def at_most(length: int) -> Callable[[Form, Field], None]:
    """Return a validator for the longest text a field takes."""

    short: Callable[[Form, Field], None] = Length(max=length, message=f"Use {length} characters or fewer.")
    return short


def _field_card(field: Field) -> cards.Field:
    kind = next(KINDS[each] for each in type(field).__mro__ if each in KINDS)
    if kind == "lines" and not isinstance(field.widget, TextArea):
        kind = "line"
    extra = field.render_kw or {}
    return cards.Field(
        name=field.name,
        label=field.label.text,
        kind=kind,  # type: ignore[arg-type]
        value=_typed(field, kind),
        error=" ".join(str(each) for each in field.errors),
        hint=field.description or "",
        choices=_choices(field),
        is_required=bool(field.flags.required),
        max_length=getattr(field.flags, "maxlength", None),
        autocomplete=extra.get("autocomplete", "off"),
    )


def _typed(field: Field, kind: str) -> str:
    if kind in ("secret", "code", "radio", "ticks", "list"):
        return ""
    if kind == "tick":
        return "yes" if field.data else ""
    return str(field._value()) if hasattr(field, "_value") else str(field.data or "")


def _choices(field: Field) -> tuple[cards.Choice, ...]:
    if not isinstance(field, SelectField | SelectMultipleField):
        return ()
    offered = field.iter_choices()
    return tuple(cards.Choice(str(each.value), str(each.label), is_chosen=bool(each.selected)) for each in offered)
