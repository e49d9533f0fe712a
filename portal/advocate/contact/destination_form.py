"""The form of one way of reaching her, and what it makes of a destination. What is not known is left at "not known"."""

from dataclasses import replace
from datetime import datetime, time
from uuid import UUID

import phonenumbers
from wtforms import BooleanField, HiddenField, RadioField, SelectMultipleField, StringField, TextAreaField, TimeField
from wtforms.validators import AnyOf, Optional
from wtforms.widgets import TelInput

from outreach.gate.hours import Window
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.reaching.postal_addresses import faults_of
from outreach.terms import AccountHolder, Channel, DestinationKind, Verdict, VerdictSource
from portal.advocate import words
from portal.advocate.forms import StrictForm, at_most, need, offer

SAFE_OR_NOT = offer((each.value, words.VERDICTS[each]) for each in (Verdict.SAFE, Verdict.UNSAFE, Verdict.UNKNOWN))
YES_NO = offer([("yes", "Yes"), ("no", "No"), ("unknown", "Not known")])
DAYS = offer((str(number), name) for number, name in enumerate(words.DAYS))
SAID_BY = offer([(VerdictSource.VICTIM.value, "She said so, now"), (VerdictSource.ADVOCATE.value, "I noted it")])
ACCOUNTS = offer((each.value, words.ACCOUNTS[each]) for each in AccountHolder)
WINDOWS = ("1", "2")
KINDS = (DestinationKind.PHONE, DestinationKind.ADDRESS, DestinationKind.PLACE)
"""What is added by hand. A page of hers comes into being when she opens it, and in no other way."""
ASKED_CHANNELS = tuple(channel for kind in KINDS for channel in kind.channels)


ASKED_FOR = {
    DestinationKind.PHONE: "Phone number",
    DestinationKind.ADDRESS: "Address",
    DestinationKind.PLACE: "Where is it?",
}


class DestinationForm(StrictForm):
    """All that is asked of a way. `for_kind` takes away what does not fit the kind."""

    kind = HiddenField(validators=[AnyOf([each.value for each in KINDS])])
    value = TextAreaField("Number, address or place", [need("Write it down."), at_most(300)])
    as_typed = BooleanField("Keep the address as I wrote it")
    label = StringField("What we call it", [at_most(60)], description="Such as: her sister's. No names.")
    call = RadioField("Is a call safe?", [Optional()], choices=SAFE_OR_NOT, default=Verdict.UNKNOWN.value)
    voicemail = RadioField("Is a message after the tone safe?", [Optional()], choices=SAFE_OR_NOT, default="unknown")
    text = RadioField("Is a text safe?", [Optional()], choices=SAFE_OR_NOT, default=Verdict.UNKNOWN.value)
    letter = RadioField("Is mail safe?", [Optional()], choices=SAFE_OR_NOT, default=Verdict.UNKNOWN.value)
    meeting = RadioField("Is meeting there safe?", [Optional()], choices=SAFE_OR_NOT, default=Verdict.UNKNOWN.value)
    source = RadioField("Who says so?", [need("Choose who says so.")], choices=SAID_BY)
    condition = StringField("Only when", [at_most(120)], description="Such as: only while the partner is in jail.")
    with_others = RadioField("Safe if someone else answers or sees it?", choices=SAFE_OR_NOT, default="unknown")
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
            gone |= {"may_leave_message", "account", "shows_elsewhere", "location_is_seen"}
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
            elif kind is DestinationKind.ADDRESS:
                self.value.description = "Street on one line, then city, state and ZIP: High Point, NC 27260."
        for name in gone & {each.name for each in self}:
            del self[name]
        return self

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
        if "as_typed" in self and self.value.data and not self.as_typed.data:
            for fault in faults_of(self.value.data):
                self.error_of("value", str(fault))
        return not self.errors

    def without_second_thoughts(self) -> "DestinationForm":
        """Take away the choice to keep an address that looks wrong, where none looks wrong so far."""
        if "as_typed" in self and not (self.as_typed.data or self.value.errors):
            del self["as_typed"]
        return self


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
    value = read_phone(typed) or "" if kind is DestinationKind.PHONE else lines
    return Destination(id=destination_id, kind=kind, value=value, verdicts={})


def filled(destination: Destination, *, version: int, is_near: bool) -> dict[str, object]:
    """
    Return what the form shows of a destination.

    Args:
        is_near: the partner may see it, whatever she said earlier: then that is asked again, and not filled in.
    """
    data: dict[str, object] = {
        "label": destination.label,
        "condition": next((each.condition for each in destination.verdicts.values() if each.condition), ""),
        "with_others": destination.safe_with_others.value,
        "may_leave_message": _ANSWERS[destination.may_leave_message],
        "name_to_use": destination.name_to_use,
        "words_to_avoid": ", ".join(destination.words_to_avoid),
        "shared": destination.shared_with_offender,
        "cleared": destination.proximity_cleared_at is not None and not is_near,
        "is_substitute": destination.is_substitute_address,
        "who_else": destination.who_else,
        "account": destination.account.value,
        "shows_elsewhere": _ANSWERS[destination.shows_elsewhere],
        "location_is_seen": _ANSWERS[destination.location_is_seen],
        "version": str(version),
    }
    for channel in destination.kind.channels:
        verdict = destination.verdicts.get(channel)
        data[channel.value] = verdict.verdict.value if verdict else Verdict.UNKNOWN.value
    for number, window in zip(WINDOWS, destination.windows, strict=False):
        data[f"days_{number}"] = [str(each) for each in window.days]
        data[f"begins_{number}"], data[f"ends_{number}"] = window.begins, window.ends
    return data


def applied(form: DestinationForm, destination: Destination, *, by_name: str, now: datetime) -> Destination:
    """
    Return the destination as the form says it is.

    A verdict is stamped anew when it changed or when she says it now; one that an advocate left as it was keeps
    its age and its source.
    """
    changes = {
        "label": form.label.data,
        "verdicts": {
            each: _verdict(form, destination.verdicts.get(each), each, by_name=by_name, now=now)
            for each in destination.kind.channels
        },
        "windows": (*_windows(form), *destination.windows[len(WINDOWS) :]),
        "safe_with_others": Verdict(form.with_others.data),
        "name_to_use": form.name_to_use.data,
        "words_to_avoid": tuple(each.strip() for each in form.words_to_avoid.data.split(",") if each.strip()),
        "who_else": form.who_else.data,
    }
    if destination.kind is DestinationKind.PHONE:
        changes["may_leave_message"] = _SAID.get(form.may_leave_message.data)
        changes["account"] = AccountHolder(form.account.data or AccountHolder.UNKNOWN)
        changes["shows_elsewhere"] = _SAID.get(form.shows_elsewhere.data)
        changes["location_is_seen"] = _SAID.get(form.location_is_seen.data)
    if destination.kind is DestinationKind.ADDRESS:
        changes["is_substitute_address"] = form.is_substitute.data
    return _with_partner(form, destination, replace(destination, **changes), now=now)


_ANSWERS = {True: "yes", False: "no", None: "unknown"}
_SAID = {word: said for said, word in _ANSWERS.items()}


def _with_partner(form: DestinationForm, before: Destination, after: Destination, *, now: datetime) -> Destination:
    """
    Return the destination with what the form says of the partner.

    "The partner does not see this one" counts from when she says it: said again now it is new, and what was learned
    of the account after she said it takes it away until she is asked.
    """
    is_hers_now = form.source.data == VerdictSource.VICTIM.value
    is_account_new = after.account is not before.account and after.account in (
        AccountHolder.PARTNERS,
        AccountHolder.SHARED,
    )
    is_newly_cleared = form.cleared.data and before.proximity_cleared_at is None
    is_newly_marked = form.shared.data and not before.shared_with_offender
    cleared_at = None if is_account_new else before.proximity_cleared_at
    if is_hers_now or is_newly_cleared:
        cleared_at = now
    return replace(
        after,
        shared_with_offender=form.shared.data,
        shared_marked_at=now if is_newly_marked else before.shared_marked_at,
        proximity_cleared_at=cleared_at if form.cleared.data else None,
    )


def renewed(destination: Destination, *, by_name: str, now: datetime) -> Destination:
    """Return the destination with every yes and no she gave stamped as of now: "same as before"."""
    known = (Verdict.SAFE, Verdict.UNSAFE)
    verdicts = {
        channel: replace(verdict, source=VerdictSource.VICTIM, verified_at=now, said_by=by_name)
        if verdict.verdict in known
        else verdict
        for channel, verdict in destination.verdicts.items()
    }
    return replace(destination, verdicts=verdicts)


def _verdict(
    form: DestinationForm, before: ChannelVerdict | None, channel: Channel, *, by_name: str, now: datetime
) -> ChannelVerdict:
    said, source = Verdict(form[channel.value].data or Verdict.UNKNOWN), VerdictSource(form.source.data)
    condition = form.condition.data or None if said is Verdict.SAFE else None
    is_news = source is VerdictSource.VICTIM and said is not Verdict.UNKNOWN
    if before is not None and before.verdict is said and before.condition == condition and not is_news:
        return before
    return ChannelVerdict(said, source, now, condition, by_name)


def _windows(form: DestinationForm) -> tuple[Window, ...]:
    found = []
    for number in WINDOWS:
        begins, ends = form[f"begins_{number}"].data, form[f"ends_{number}"].data
        if begins is not None and ends is not None:
            days = tuple(int(each) for each in form[f"days_{number}"].data or ()) or tuple(range(7))
            found.append(Window(days, begins, ends))
    return tuple(found)
