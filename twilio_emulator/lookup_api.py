"""The Lookup resource, version 2."""

from typing import TYPE_CHECKING

from twilio_emulator import lookups
from twilio_emulator.asking import Answer, Asked, Route, as_json
from twilio_emulator.faults import Operation

if TYPE_CHECKING:
    from twilio_emulator.app import App


def routes(app: "App") -> list[Route]:
    """Return the resource's route."""

    def fetch(asked: Asked, number: str) -> Answer:
        def look_up() -> Answer:
            given = dict(asked.query)
            found, wrong = lookups.read_number(number, given.get("CountryCode") or "US")
            phone = app.exchange.phones.get(found)
            line = phone.line if phone else lookups.Line()
            return as_json(200, lookups.describe(found, wrong, line, given))

        return app.perform(Operation.LOOKUP, asked, look_up)

    return [Route("GET", r"/v2/PhoneNumbers/(?P<number>[^/]+)", fetch)]
