"""The Messages resource: create, list, fetch, update and delete."""

from typing import TYPE_CHECKING

from twilio_emulator import listing
from twilio_emulator.asking import Answer, Asked, Route, as_json
from twilio_emulator.faults import Operation
from twilio_emulator.parameters import read_change, read_order

if TYPE_CHECKING:
    from twilio_emulator.app import App


def routes(app: "App") -> list[Route]:
    """Return the resource's routes."""
    api = MessagesApi(app)
    messages = rf"/2010-04-01/Accounts/{app.account.sid}/Messages"
    one = rf"{messages}/(?P<sid>[A-Za-z0-9]+)\.json"
    return [
        Route("POST", rf"{messages}\.json", api.create),
        Route("GET", rf"{messages}\.json", api.list),
        Route("GET", one, api.fetch),
        Route("POST", one, api.update),
        Route("DELETE", one, api.delete),
    ]


class MessagesApi:
    """The five operations, each of which can be made to go wrong."""

    def __init__(self, app: "App") -> None:
        self._app = app

    def create(self, asked: Asked) -> Answer:
        """Accept a message."""

        def accept() -> Answer:
            app, now = self._app, self._app.clock()
            order = read_order(asked.form, app.account.senders, service_sid=app.exchange.service.sid, now=now)
            message = self._app.exchange.accept(order, now)
            self._app.journal.note_accept(now, message.sid, asked.form)
            return as_json(201, message.as_json())

        return self._app.perform(Operation.CREATE, asked, accept)

    def list(self, asked: Asked) -> Answer:
        """Show one page of the messages, newest first."""

        def show() -> Answer:
            return as_json(200, listing.page(self._app.exchange, listing.Wish.parse(asked.query), path=asked.path))

        return self._app.perform(Operation.LIST, asked, show)

    def fetch(self, asked: Asked, sid: str) -> Answer:
        """Show one message."""
        return self._app.perform(Operation.FETCH, asked, lambda: as_json(200, self._app.exchange.find(sid).as_json()))

    def update(self, asked: Asked, sid: str) -> Answer:
        """Take a message's words away, or cancel one that waits for its time."""

        def change() -> Answer:
            message = self._app.exchange.change(sid, read_change(asked.form), self._app.clock())
            return as_json(200, message.as_json())

        return self._app.perform(Operation.UPDATE, asked, change)

    def delete(self, asked: Asked, sid: str) -> Answer:
        """Remove a finished message for good."""

        def remove() -> Answer:
            self._app.exchange.delete(sid)
            return Answer(204, b"")

        return self._app.perform(Operation.DELETE, asked, remove)
