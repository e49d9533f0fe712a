"""The published contract: generated, current, valid OpenAPI 3.1, and in agreement with what intake does."""

import json
from pathlib import Path

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from signed_events import EVERY_KIND, an_event

from portal.intake.openapi import document

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"


@pytest.fixture(scope="module")
def event_schema() -> OAS31Validator:
    whole = document()
    return OAS31Validator({"$ref": "#/components/schemas/LevelEvent", "components": whole["components"]})


def test_the_committed_document_is_what_the_models_say():
    assert json.loads(COMMITTED.read_text()) == document(), "run `make openapi`"


def test_the_document_is_valid_openapi():
    OpenAPIV31SpecValidator(document()).validate()


def test_a_planted_fault_in_the_document_is_caught():
    broken = document()
    broken["paths"]["/v1/level-events"]["post"]["responses"] = []
    with pytest.raises(Exception, match="responses|valid"):
        OpenAPIV31SpecValidator(broken).validate()


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_the_schema_accepts_every_kind_and_refuses_unknown_fields(event_schema, kind):
    assert list(event_schema.iter_errors(an_event(kind))) == []
    assert list(event_schema.iter_errors(an_event(kind, narrative="x")))


def test_the_schema_says_when_a_letter_needs_no_time(event_schema):
    letter = an_event("offender_notified")
    assert event_schema.is_valid(letter)
    assert not event_schema.is_valid({**letter, "channel": "phone"})
    assert not event_schema.is_valid({name: value for name, value in letter.items() if name != "mailed_on"})


@pytest.mark.req("2")
def test_every_answer_is_in_the_document(desk):
    answers = document()["paths"]["/v1/level-events"]["post"]["responses"]
    assert set(answers) == {"202", "401", "404", "405", "413", "415", "422", "503"}
    schemas = document()["components"]
    for path, method, status in (
        ("/v1/level-events", "POST", "415"),
        ("/", "GET", "404"),
        ("/v1/level-events", "PUT", "405"),
    ):
        answer = desk.client.open(path, method=method)
        assert str(answer.status_code) == status
        assert OAS31Validator({"$ref": "#/components/schemas/Problem", "components": schemas}).is_valid(answer.json)
    invalid = desk.post(b"{}").json
    assert OAS31Validator({"$ref": "#/components/schemas/Invalid", "components": schemas}).is_valid(invalid)
