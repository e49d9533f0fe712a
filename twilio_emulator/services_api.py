"""The Messaging Service resource, to be read: the settings a careful caller checks before it sends."""

from typing import TYPE_CHECKING

from twilio_emulator.asking import Answer, Asked, Route, as_json
from twilio_emulator.faults import Operation
from twilio_emulator.refusals import not_found

if TYPE_CHECKING:
    from twilio_emulator.app import App


def routes(app: "App") -> list[Route]:
    """Return the resource's route."""

    def fetch(asked: Asked, sid: str) -> Answer:
        def show() -> Answer:
            if sid != app.exchange.service.sid:
                raise not_found(asked.path)
            return as_json(200, app.exchange.service.as_json())

        return app.perform(Operation.SERVICE, asked, show)

    return [Route("GET", r"/v1/Services/(?P<sid>[A-Za-z0-9]+)", fetch)]
