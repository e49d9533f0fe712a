"""What a look-up tells of a number: its form, its line, whether it was given to someone else. Knows no request."""

import re
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from twilio_emulator.refusals import Refusal

LINE_TYPES = frozenset(
    {
        "mobile",
        "landline",
        "fixedVoip",
        "nonFixedVoip",
        "personal",
        "tollFree",
        "premium",
        "sharedCost",
        "uan",
        "voicemail",
        "pager",
        "unknown",
    }
)
WITHOUT_CARRIER = LINE_TYPES - {"mobile", "landline", "fixedVoip", "nonFixedVoip"}
"""Types for which Twilio documents that no carrier is known."""
REASSIGNED = frozenset({"yes", "no", "no_data_available"})
PACKAGES = (
    "caller_name",
    "sim_swap",
    "call_forwarding",
    "line_status",
    "line_type_intelligence",
    "identity_match",
    "reassigned_number",
    "sms_pumping_risk",
    "phone_number_quality_score",
    "pre_fill",
)
FIELDS = frozenset({*PACKAGES, "validation"})
VALIDATION_ERRORS = frozenset(
    {"TOO_SHORT", "TOO_LONG", "INVALID_BUT_POSSIBLE", "INVALID_COUNTRY_CODE", "INVALID_LENGTH", "NOT_A_NUMBER"}
)


@dataclass(frozen=True)
class Line:
    """What is known of a number at the carriers."""

    type: str = "mobile"
    carrier_name: str = "Example Wireless"
    reassigned: str = "no"
    invalid: str | None = None
    line_error_code: int | None = None
    reassigned_error_code: int | None = None

    @classmethod
    def parse(cls, said: dict[str, Any]) -> "Line":
        """Read a control request; ValueError says what is wrong with it."""
        unknown = set(said) - {field.name for field in fields(cls)}
        if unknown:
            raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
        line = cls(**said)
        if line.type not in LINE_TYPES:
            raise ValueError(f"type is one of {', '.join(sorted(LINE_TYPES))}")
        if line.reassigned not in REASSIGNED:
            raise ValueError("reassigned is yes, no or no_data_available")
        if line.invalid is not None and line.invalid not in VALIDATION_ERRORS:
            raise ValueError(f"invalid is one of {', '.join(sorted(VALIDATION_ERRORS))}")
        return line


def read_number(said: str, country: str = "US") -> tuple[str, str | None]:
    """Return a number in E.164 as far as it can be read, and what is wrong with it, by Twilio's word, if anything."""
    digits = re.sub(r"[\s().-]", "", said)
    if not re.fullmatch(r"\+?\d+", digits):
        return said, "NOT_A_NUMBER"
    if not digits.startswith("+"):
        if country.upper() not in ("US", "CA"):
            return said, "INVALID_COUNTRY_CODE"
        digits = "+" + digits if len(digits) == 11 and digits[0] == "1" else "+1" + digits
    if digits.startswith("+0"):
        return digits, "INVALID_COUNTRY_CODE"
    return digits, _wrong_length(digits)


def _wrong_length(number: str) -> str | None:
    shortest, longest = (12, 12) if number.startswith("+1") else (8, 16)
    if len(number) < shortest:
        return "TOO_SHORT"
    return "TOO_LONG" if len(number) > longest else None


def describe(number: str, wrong: str | None, line: Line, asked: dict[str, str]) -> dict[str, Any]:
    """
    Return the PhoneNumber resource with the packages that were asked for; the others are null.

    Source: https://www.twilio.com/docs/lookup/v2-api.

    Raises:
        Refusal: for packages Twilio does not have, and a reassigned-number question without its date.
    """
    wanted = {name.strip() for name in asked.get("Fields", "").split(",") if name.strip()}
    if not wanted <= FIELDS:
        raise Refusal(20001, 400, f"Invalid parameter: Fields: {', '.join(sorted(wanted - FIELDS))}")
    wrong = wrong or line.invalid
    american = wrong is None and number.startswith("+1")
    shown: dict[str, Any] = {
        "calling_country_code": "1" if american else None,
        "country_code": "US" if american else None,
        "phone_number": number,
        "national_format": f"({number[2:5]}) {number[5:8]}-{number[8:]}" if american else None,
        "valid": wrong is None,
        "validation_errors": [wrong] if wrong else [],
    }
    packages = {name: _package(name, line, asked) if name in wanted and wrong is None else None for name in PACKAGES}
    return shown | packages | {"url": f"https://lookups.twilio.com/v2/PhoneNumbers/{number}"}


def _package(name: str, line: Line, asked: dict[str, str]) -> dict[str, Any]:
    if name == "line_type_intelligence":
        return _line_type(line)
    if name == "reassigned_number":
        return _reassigned(line, asked.get("LastVerifiedDate", ""))
    # 60606: the package is not enabled. Whoever asks for it is answered, and is seen asking in the journal.
    return {"error_code": 60606}


def _line_type(line: Line) -> dict[str, Any]:
    failed, mobile = line.line_error_code is not None, line.type in ("mobile", "nonFixedVoip")
    return {
        "mobile_country_code": "311" if mobile and not failed else None,
        "mobile_network_code": "480" if mobile and not failed else None,
        "carrier_name": None if failed or line.type in WITHOUT_CARRIER else line.carrier_name,
        "type": None if failed else line.type,
        "error_code": line.line_error_code,
    }


def _reassigned(line: Line, said: str) -> dict[str, Any]:
    try:
        verified_on = datetime.strptime(said, "%Y%m%d").date()  # noqa: DTZ007  # a date without a zone, as documented
    except ValueError:
        raise Refusal(20001, 400, "Invalid parameter: LastVerifiedDate is a date of the form YYYYMMDD") from None
    failed = line.reassigned_error_code is not None
    return {
        "last_verified_date": verified_on.isoformat(),
        "is_number_reassigned": None if failed else line.reassigned,
        "error_code": line.reassigned_error_code,
    }
