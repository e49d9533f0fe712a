"""The pages people look at: the phones, one phone, the demo's sign-in codes."""

from typing import TYPE_CHECKING

from twilio_emulator import codes, pages
from twilio_emulator.asking import Answer, Asked, Route
from twilio_emulator.refusals import not_found

if TYPE_CHECKING:
    from twilio_emulator.app import App


def routes(app: "App") -> list[Route]:
    """Return the pages' routes."""
    views = PhonePages(app)
    phone = r"/phones/(?P<number>[^/]+)"
    return [
        Route("GET", r"/", views.all_phones),
        Route("GET", r"/style\.css", views.style),
        Route("GET", r"/codes", views.codes),
        Route("GET", phone, views.one_phone),
        Route("POST", rf"{phone}/replies", views.reply),
    ]


class PhonePages:
    """Plain pages without script."""

    def __init__(self, app: "App") -> None:
        self._app = app

    def all_phones(self, asked: Asked) -> Answer:
        """Show every phone."""
        phones = sorted(self._app.exchange.phones.values(), key=lambda phone: phone.number)
        return _page(pages.all_phones(phones, self._app.clock()))

    def one_phone(self, asked: Asked, number: str) -> Answer:
        """Show one phone and its thread."""
        if number not in self._app.exchange.phones:
            raise not_found(asked.path)
        return _page(pages.one_phone(self._app.exchange.phones[number], self._app.clock()))

    def codes(self, asked: Asked) -> Answer:
        """Show the codes with which the demo's colleagues sign in."""
        found = codes.read(self._app.authenticators) if self._app.authenticators else []
        return _page(pages.page("Sign-in codes", codes.table(found, self._app.clock()), refresh=True))

    def style(self, asked: Asked) -> Answer:
        """Return the stylesheet."""
        return Answer(200, pages.style(), {"Content-Type": "text/css; charset=utf-8"})

    def reply(self, asked: Asked, number: str) -> Answer:
        """Let a phone's holder write."""
        form = dict(asked.form)
        sender = form.get("sender") or min(self._app.account.senders)
        self._app.exchange.reply(number, sender, form.get("body", ""), self._app.clock())
        return Answer(303, b"", {"Location": f"/phones/{number.replace('+', '%2B')}"})


def _page(text: str) -> Answer:
    return Answer(200, text.encode(), pages.HEADERS)
