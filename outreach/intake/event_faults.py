"""Turn pydantic's findings into faults an agency can act on: a JSON pointer and plain words, never a value."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from outreach.intake.event_terms import EventKind
from outreach.intake.strict_json import Fault, pointer

_DETAILS = {
    "missing": "is required",
    "extra_forbidden": "is not a field we accept; leave it out",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "string_too_long": "must not be longer than {max_length} characters",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "tuple_type": "must be a list",
    "bool_type": "must be true or false",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "enum": "must be one of: {expected}",
    "literal_error": "must be one of: {expected}",
    "union_tag_invalid": "must be one of: " + ", ".join(EventKind),
    "union_tag_not_found": "is required",
}

_PATTERNS = {
    "phones": "must be a phone number in E.164 form, such as +13365550142",
    "language": "must be a language tag, such as es or zh-Hans",
    "postal_code": "must be a ZIP code, such as 27260 or 27260-0001",
    "jurisdiction": "must be lower-case letters, digits and single hyphens, such as high-point",
    "refers_to": "must be the webhook-id of an earlier event: 1 to 64 letters, digits, - or _",
}


def faults_of(error: ValidationError) -> Iterator[Fault]:
    """Yield one fault for each finding."""
    for finding in error.errors(include_url=False, include_input=False):
        steps = _steps(finding["loc"])
        context = finding.get("ctx", {})
        if finding["type"] in {"union_tag_invalid", "union_tag_not_found"}:
            steps.append("kind")
        yield {
            "pointer": pointer(*steps) + context.get("below", ""),
            "detail": _detail(finding["type"], steps, context),
        }


def _steps(place: tuple[int | str, ...]) -> list[int | str]:
    """Return the steps in the sender's own document: pydantic adds the kind where it chose among events."""
    steps = list(place[1:])
    if steps[:1] == ["corrected"]:
        del steps[1:2]
    return steps


def _detail(finding: str, steps: list[int | str], context: dict[str, Any]) -> str:
    if finding == "plain":
        return str(context["detail"])
    if finding == "string_pattern_mismatch":
        field = next((step for step in reversed(steps) if isinstance(step, str)), "")
        return _PATTERNS.get(field, "is not in the form we accept")
    return _DETAILS.get(finding, "is not a value we accept").format(**context).replace("'", "")
