"""The Messaging Service resource, to be read: the settings a careful caller checks before it sends."""

from typing import TYPE_CHECKING

from twilio_emulator.asking import Answer, Asked, Route, as_json
from twilio_emulator.faults import Operation
from twilio_emulator.refusals import not_found

if TYPE_CHECKING:
    from twilio_emulator.app import App


def routes(app: "App") -> list[Route]:
    """Return the resource's routes."""

    def fetch(asked: Asked, sid: str) -> Answer:
        def show() -> Answer:
            if sid != app.exchange.service.sid:
                raise not_found(asked.path)
            return as_json(200, app.exchange.service.as_json())

        return app.perform(Operation.SERVICE, asked, show)

    def numbers(asked: Asked, sid: str) -> Answer:
        def show() -> Answer:
            if sid != app.exchange.service.sid:
                raise not_found(asked.path)
            return as_json(200, app.exchange.service.numbers_as_json(app.account.senders))

        return app.perform(Operation.SERVICE, asked, show)

    one = r"/v1/Services/(?P<sid>[A-Za-z0-9]+)"
    return [Route("GET", one, fetch), Route("GET", rf"{one}/PhoneNumbers", numbers)]
