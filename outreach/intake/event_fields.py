"""
The kinds of value a level event is made of: short lines, times, dates, phones, languages, places, people.

Everything is capped, because every string ends up on a screen, in a letter or in a box with fixed padding.
Pure; shared by intake and the worker.
"""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

import phonenumbers
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from outreach.intake.event_terms import Answer, LethalityScreen, Need

EVENT_ID = r"^[A-Za-z0-9_-]{1,64}$"
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LANGUAGE = (
    r"^(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(?:-[0-9A-WY-Za-wy-z](?:-[A-Za-z0-9]{2,8})+)*"
    r"(?:-[Xx](?:-[A-Za-z0-9]{1,8})+)?$"
)


def fault(detail: str, *, below: str = "") -> PydanticCustomError:
    """Return an error whose words may be shown to the sender; `below` is a pointer from the field it is raised on."""
    return PydanticCustomError("plain", "{detail}", {"detail": detail, "below": below})


def _read_time(value: Any) -> datetime:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise fault("must be a date and time with its offset, such as 2026-11-20T22:14:00-05:00")
    try:
        when = datetime.fromisoformat(_within_microseconds(value.upper()))
        in_utc = when.astimezone(UTC)
    except (ValueError, OverflowError):
        raise fault("must be a date and time that exists") from None
    if not 2000 <= in_utc.year <= 2100:
        raise fault("must be between the years 2000 and 2100")
    return when


def _within_microseconds(value: str) -> str:
    """Cut a fraction of a second to six digits; Python reads no more before version 3.12."""
    return re.sub(r"\.(\d{1,9})", lambda found: "." + found[1][:6].ljust(6, "0"), value)


def _read_date(value: Any) -> date:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise fault("must be a date, such as 1990-09-12")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise fault("must be a date that exists") from None
    if not 1900 <= day.year <= 2100:
        raise fault("must be between the years 1900 and 2100")
    return day


def _check_phone(value: str) -> str:
    """Accept a number that has a country and the right count of digits; fictional 555-01xx numbers have both."""
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        raise fault(_PHONE_FAULT) from None
    possible = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    if not possible or phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) != value:
        raise fault(_PHONE_FAULT)
    return value


_PHONE_FAULT = "must be a phone number in E.164 form, such as +13365550142"


def _line(longest: int) -> Any:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest)


Name = Annotated[str, _line(200)]
Line = Annotated[str, _line(100)]
Reference = Annotated[str, _line(64)]
ShortLine = Annotated[str, _line(32)]
SafeTimes = Annotated[str, _line(120)]
EventId = Annotated[str, StringConstraints(pattern=EVENT_ID)]
Slug = Annotated[str, StringConstraints(pattern=SLUG, max_length=64)]
Language = Annotated[str, StringConstraints(pattern=_LANGUAGE, max_length=35)]
PostalCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{5}(-[0-9]{4})?$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$", max_length=16), AfterValidator(_check_phone)]
Moment = Annotated[datetime, BeforeValidator(_read_time), WithJsonSchema({"type": "string", "format": "date-time"})]
Day = Annotated[date, BeforeValidator(_read_date), WithJsonSchema({"type": "string", "format": "date"})]
Phones = Annotated[tuple[Phone, ...], Field(max_length=10)]
State = Literal[
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA",
    "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR",
    "PA", "RI", "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY",
    "AS", "GU", "MP", "PR", "VI", "UM", "FM", "MH", "PW", "AA", "AE", "AP",
]  # fmt: skip


class Part(BaseModel):
    """A part of a message: frozen, nothing unknown in it; null is read as left out; values never shown in errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_nulls(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {name: each for name, each in value.items() if each is not None or name not in cls.model_fields}


class Address(Part):
    """A postal address in the United States."""

    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=4)] = Field(repr=False)
    city: Line = Field(repr=False)
    state: State = Field(repr=False)
    postal_code: PostalCode | None = Field(default=None, repr=False)

    def as_lines(self) -> tuple[str, ...]:
        """Return the lines as they are written on an envelope."""
        return (*self.lines, f"{self.city}, {self.state} {self.postal_code or ''}".rstrip())


class Offender(Part):
    """The person the agency classifies; no more than the event says."""

    full_name: Name = Field(repr=False)
    date_of_birth: Day | None = Field(default=None, repr=False)
    addresses: Annotated[tuple[Address, ...], Field(max_length=5)] = Field(default=(), repr=False)
    phones: Phones = Field(default=(), repr=False)


class Victim(Part):
    """The person outreach is for."""

    full_name: Name = Field(repr=False)
    date_of_birth: Day | None = Field(default=None, repr=False)
    language: Language | None = Field(default=None, repr=False)
    phones: Phones = Field(default=(), repr=False)
    address: Address | None = Field(default=None, repr=False)
    lives_with_offender: Answer = Field(default=Answer.UNKNOWN, repr=False)


class OnScene(Part):
    """What the officer asked her, out of the offender's hearing."""

    told_advocate_will_contact: StrictBool | None = Field(default=None, repr=False)
    safe_to_call: Answer = Field(default=Answer.UNKNOWN, repr=False)
    safe_to_leave_message: Answer = Field(default=Answer.UNKNOWN, repr=False)
    safe_with_others: Answer = Field(default=Answer.UNKNOWN, repr=False)
    safe_times: SafeTimes | None = Field(default=None, repr=False)
    needs: Annotated[tuple[Need, ...], Field(max_length=7)] = Field(default=(), repr=False)
    lethality_screen: LethalityScreen | None = Field(default=None, repr=False)
