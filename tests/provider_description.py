"""
Twilio's own OpenAPI description of messages, as a check of requests and answers.

The schemas are judged by openapi-schema-validator, which knows neither our code nor the emulator's. What the
description does not name (a path, a method, a parameter) is a fault here, although the schemas alone would let it pass.
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from openapi_schema_validator import OAS30Validator, oas30_format_checker

DESCRIPTION = json.loads((Path(__file__).parent / "data" / "twilio_messages_openapi.json").read_text())


class Undescribed(AssertionError):
    """The description has no such path, method, parameter or status."""


class Called(NamedTuple):
    """One request: the path without host and query, and its parameters as they came."""

    method: str
    path: str
    query: Iterable[tuple[str, str]] = ()
    form: Iterable[tuple[str, str]] = ()


def check_request(called: Called) -> None:
    """Raise Undescribed, or the validator's own error, for a request that Twilio does not describe."""
    item, named = _item(called.path)
    operation = _operation(item, called)
    declared = {(each["in"], each["name"]): each for each in operation.get("parameters", [])}
    for name, value in named.items():
        _check(declared[("path", name)]["schema"], value)
    for name, value in _once(called.query).items():
        if ("query", name) not in declared:
            raise Undescribed(f"query parameter {name}")
        _check(declared[("query", name)]["schema"], value)
    _check_form(operation, _once(called.form))


def check_answer(called: Called, status: int, body: bytes) -> None:
    """Raise Undescribed, or the validator's own error, for an answer that Twilio would not give."""
    if status >= 400:
        said = json.loads(body)
        assert set(said) == {"code", "message", "more_info", "status"}
        assert said["status"] == status
        return
    responses = _operation(_item(called.path)[0], called)["responses"]
    if str(status) not in responses:
        raise Undescribed(f"status {status}")
    content = responses[str(status)].get("content", {}).get("application/json")
    if content is None:
        assert body == b""
        return
    _validator(content["schema"]).validate(json.loads(body))
    required = set(_resolved(content["schema"])["properties"])
    assert set(json.loads(body)) == required, "an answer has every field, and no other"


def _item(path: str) -> tuple[dict[str, Any], dict[str, str]]:
    for template, item in DESCRIPTION["paths"].items():
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
        found = re.fullmatch(pattern, path)
        if found and not (template.endswith("Messages.json") and "Sid" in found.groupdict()):
            return item, found.groupdict()
    raise Undescribed(f"path {path}")


def _operation(item: dict[str, Any], called: Called) -> dict[str, Any]:
    if called.method.lower() not in item:
        raise Undescribed(f"method {called.method}")
    return item[called.method.lower()]


def _once(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    given = list(pairs)
    if len(dict(given)) != len(given):
        raise Undescribed("a parameter given twice")
    return dict(given)


def _check_form(operation: Mapping[str, Any], form: dict[str, str]) -> None:
    if "requestBody" not in operation:
        if form:
            raise Undescribed("a body")
        return
    schema = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    unknown = set(form) - set(schema["properties"])
    if unknown:
        raise Undescribed(f"form parameters {sorted(unknown)}")
    typed = {name: _typed(schema["properties"][name], value) for name, value in form.items()}
    _validator(schema).validate(typed)


def _check(schema: dict[str, Any], said: str) -> None:
    _validator(schema).validate(_typed(schema, said))


def _typed(schema: dict[str, Any], said: str) -> Any:
    """Return a parameter as the type its schema names: on the wire all are text."""
    kind = _resolved(schema).get("type")
    if kind == "integer" and re.fullmatch(r"-?\d+", said):
        return int(said)
    if kind == "boolean" and said in ("true", "false"):
        return said == "true"
    return said


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return DESCRIPTION["components"]["schemas"][name] if name else schema


def _validator(schema: dict[str, Any]) -> OAS30Validator:
    return OAS30Validator({**schema, "components": DESCRIPTION["components"]}, format_checker=oas30_format_checker)
