"""The form of one way of reaching her, and what it makes of a destination. What is not known is left at "not known"."""

from datetime import time
from uuid import UUID

import phonenumbers
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import AnyOf, Optional
from wtforms.widgets import EmailInput, TelInput

from outreach.messaging.wording import phrasebook
from outreach.reaching.destinations import Destination
from outreach.reaching.email_addresses import read_email
from outreach.reaching.postal_addresses import faults_of
from outreach.terms import AccountHolder, DestinationKind, ReachedBy, Verdict, VerdictSource
from portal.advocate import words
from portal.advocate.forms import StrictForm, at_most, need, offer
from portal.advocate.when import WHEN

SAFE_OR_NOT = offer((each.value, words.VERDICTS[each]) for each in (Verdict.SAFE, Verdict.UNSAFE, Verdict.UNKNOWN))
YES_NO = offer([("yes", "Yes"), ("no", "No"), ("unknown", "Not known")])
DAYS = offer((str(number), name) for number, name in enumerate(words.DAYS))
SAID_BY = offer([(VerdictSource.VICTIM.value, "She said so, now"), (VerdictSource.ADVOCATE.value, "I noted it")])
ACCOUNTS = offer((each.value, words.ACCOUNTS[each]) for each in AccountHolder)
EMAIL_ACCOUNTS = offer((each.value, words.EMAIL_ACCOUNTS[each]) for each in AccountHolder)
WINDOWS = ("1", "2")
KINDS = (DestinationKind.PHONE, DestinationKind.ADDRESS, DestinationKind.EMAIL, DestinationKind.PLACE)
"""What is added by hand. A page of hers comes into being when she opens it, and in no other way."""
ASKED_CHANNELS = tuple(channel for kind in KINDS for channel in kind.channels)


ASKED_FOR = {
    DestinationKind.PHONE: "Phone number",
    DestinationKind.ADDRESS: "Address",
    DestinationKind.EMAIL: "E-mail address",
    DestinationKind.PLACE: "Where is it?",
}
PLACED = offer((each.value, said) for each, said in words.PLACED.items())
ONLY_PHONES = ("may_leave_message", "location_is_seen", "reached_by", "operator_may_hear")
NO_SUBJECT = "Ask which subject line is fine, such as: Library books."
AVOIDED = "This holds a word to avoid. Ask for another one."
TELLING = "This subject tells too much. Ask for another one, such as: Library books."


class DestinationForm(StrictForm):
    """All that is asked of a way. `for_kind` takes away what does not fit the kind."""

    kind = HiddenField(validators=[AnyOf([each.value for each in KINDS])])
    value = TextAreaField("Number, address or place", [need("Write it down."), at_most(300)])
    as_typed = BooleanField("Keep the address as I wrote it")
    confirmed = BooleanField("She read this address back to me letter by letter, or wrote to us from it")
    label = StringField("What we call it", [at_most(60)], description="Such as: her sister's. No names.")
    call = RadioField("Is a call safe?", [Optional()], choices=SAFE_OR_NOT, default=Verdict.UNKNOWN.value)
    voicemail = RadioField("Is a message after the tone safe?", [Optional()], choices=SAFE_OR_NOT, default="unknown")
    text = RadioField("Is a text safe?", [Optional()], choices=SAFE_OR_NOT, default=Verdict.UNKNOWN.value)
    letter = RadioField("Is mail safe?", [Optional()], choices=SAFE_OR_NOT, default=Verdict.UNKNOWN.value)
    email = RadioField("Is e-mail safe?", [Optional()], choices=SAFE_OR_NOT, default=Verdict.UNKNOWN.value)
    meeting = RadioField("Is meeting there safe?", [Optional()], choices=SAFE_OR_NOT, default=Verdict.UNKNOWN.value)
    subject = StringField("Subject line she accepts", [at_most(60)], description="Such as: Library books.")
    source = RadioField("Who says so?", [need("Choose who says so.")], choices=SAID_BY)
    said_on = DateField("On which day, if not today?", [Optional()], description=WHEN)
    said_at = TimeField("At what time, if not now?", [Optional()])
    condition = StringField("Only when", [at_most(120)], description="Such as: only while the partner is in jail.")
    with_others = RadioField("Safe if someone else answers or sees it?", choices=SAFE_OR_NOT, default="unknown")
    reached_by = RadioField("How is it called?", [Optional()], choices=PLACED, default=ReachedBy.VOICE.value)
    operator_may_hear = RadioField(
        "May a relay operator or video interpreter hear details?", [Optional()], choices=YES_NO, default="unknown"
    )
    may_leave_message = RadioField("May we leave a message?", choices=YES_NO, default="unknown")
    days_1 = SelectMultipleField("Safe days", choices=DAYS, description="All days if none is ticked.")
    begins_1 = TimeField("Safe from", [Optional()])
    ends_1 = TimeField("until", [Optional()])
    days_2 = SelectMultipleField("More safe days", choices=DAYS)
    begins_2 = TimeField("from", [Optional()])
    ends_2 = TimeField("until", [Optional()])
    name_to_use = StringField("Who shall we say we are?", [at_most(60)], description="The name she wants to hear.")
    words_to_avoid = StringField("Words to avoid", [at_most(200)], description="With commas between them.")
    who_else = StringField("Who else uses or opens it?", [at_most(80)], description="Such as: her mother. No names.")
    account = RadioField(
        "Who pays for this phone?", [Optional()], choices=ACCOUNTS, default=AccountHolder.UNKNOWN.value
    )
    shows_elsewhere = RadioField(
        "Do calls or texts show on another device too?",
        [Optional()],
        choices=YES_NO,
        default="unknown",
        description="Such as a shared tablet, a watch or a car.",
    )
    location_is_seen = RadioField(
        "Can someone else see where this phone is?", [Optional()], choices=YES_NO, default="unknown"
    )
    shared = BooleanField("The partner uses or sees this one")
    cleared = BooleanField("She says the partner does not see this one")
    is_substitute = BooleanField("This is a substitute address from the state program")
    version = HiddenField(validators=[Optional()])

    def for_kind(self, kind: DestinationKind, *, is_new: bool) -> "DestinationForm":
        """Take away the fields that do not fit, and return the form."""
        gone = {channel.value for channel in ASKED_CHANNELS if channel not in kind.channels}
        if kind is not DestinationKind.PHONE:
            gone |= {*ONLY_PHONES, "account", "shows_elsewhere"}
        if kind is DestinationKind.EMAIL:
            gone -= {"account", "shows_elsewhere"}
            self._ask_of_email()
        else:
            gone |= {"subject", "confirmed"}
        if kind is not DestinationKind.ADDRESS:
            gone |= {"is_substitute", "as_typed"}
        else:
            self.shared.label.text = "It is the partner's mailbox too, or the partner gets the mail there"
            self.cleared.label.text = "She says the partner does not get into this mailbox"
        if not is_new:
            gone |= {"kind", "value", "as_typed"}
        else:
            self.value.label.text = ASKED_FOR[kind]
            if kind is DestinationKind.PHONE:
                self.value.widget = TelInput()
            elif kind is DestinationKind.EMAIL:
                self.value.widget = EmailInput()
            elif kind is DestinationKind.ADDRESS:
                self.value.description = "Street on one line, then city, state and ZIP: High Point, NC 27260."
        for name in gone & {each.name for each in self}:
            del self[name]
        return self

    def _ask_of_email(self) -> None:
        """Ask the same things in the words that fit an e-mail address."""
        labels = {
            "account": "Who set up this e-mail?",
            "shows_elsewhere": "Does it open on a device someone else uses too?",
            "with_others": "Safe if someone else opens it?",
            "who_else": "Who else can open it or knows the password?",
            "name_to_use": "Which sender may it show?",
            "shared": "The partner reads it or has its password",
            "cleared": "She says the partner does not get into it",
        }
        for name, label in labels.items():
            self[name].label.text = label
        self.account.choices = EMAIL_ACCOUNTS
        self.shows_elsewhere.description = "Such as a shared tablet or a family computer."
        self.name_to_use.description = "She should know which name and address will show."

    def check(self) -> bool:
        """Validate, hours and numbers included; what is wrong stands beside its field."""
        self.validate()
        for number in WINDOWS:
            begins, ends = self[f"begins_{number}"].data, self[f"ends_{number}"].data
            if (begins is None) != (ends is None):
                self.error_of(f"ends_{number}", "Give both times, or neither.")
            elif begins is not None and begins == ends != time(0):
                self.error_of(f"ends_{number}", "The two times are the same.")
            elif begins is None and self[f"days_{number}"].data:
                self.error_of(f"begins_{number}", "Give the hours for these days.")
        is_new_phone = "kind" in self and self.kind.data == DestinationKind.PHONE
        if is_new_phone and self.value.data and read_phone(self.value.data) is None:
            self.error_of("value", "Write the number with its area code, like (336) 555-0142.")
        if "subject" in self:
            self._check_email()
        if "as_typed" in self and self.value.data and not self.as_typed.data:
            for fault in faults_of(self.value.data):
                self.error_of("value", str(fault))
        return not self.errors

    def _check_email(self) -> None:
        if "value" in self and self.value.data and read_email(self.value.data) is None:
            self.error_of("value", "Write one address, like name@example.org. Plain letters only.")
        if self.email.data == Verdict.SAFE and not self.subject.data:
            self.error_of("subject", NO_SUBJECT)
        elif self.subject.data and phrasebook().deny.found_in(self.subject.data):
            self.error_of("subject", TELLING)
        elif any(each in self.subject.data.casefold() for each in words_in(self.words_to_avoid.data.casefold())):
            self.error_of("subject", AVOIDED)

    def without_second_thoughts(self) -> "DestinationForm":
        """Take away the choice to keep an address that looks wrong, where none looks wrong so far."""
        if "as_typed" in self and not (self.as_typed.data or self.value.errors):
            del self["as_typed"]
        return self


def words_in(typed: str) -> tuple[str, ...]:
    """Return what stands between the commas."""
    return tuple(each.strip() for each in typed.split(",") if each.strip())


def read_phone(typed: str) -> str | None:
    """Return a typed number as E.164, or None when it cannot be one. Numbers without a country are read as US ones."""
    try:
        number = phonenumbers.parse(typed, "US")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def fresh(form: DestinationForm, destination_id: UUID) -> Destination:
    """Return an empty destination of what was typed; `applied` fills in the rest."""
    kind = DestinationKind(form.kind.data)
    typed = form.value.data
    lines = "\n".join(line.strip() for line in typed.splitlines() if line.strip())
    readers = {DestinationKind.PHONE: read_phone, DestinationKind.EMAIL: read_email}
    value = readers[kind](typed) or "" if kind in readers else lines
    return Destination(id=destination_id, kind=kind, value=value, verdicts={})
