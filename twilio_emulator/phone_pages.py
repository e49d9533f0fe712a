"""The pages people look at: the phones, what Twilio keeps, trouble to make, the demo's sign-in codes."""

from typing import TYPE_CHECKING
from urllib.parse import quote

from twilio_emulator import codes, pages, trouble_pages
from twilio_emulator.asking import Answer, Asked, Route
from twilio_emulator.faults import Fault
from twilio_emulator.parameters import E164, LONGEST_BODY
from twilio_emulator.phones import Phone
from twilio_emulator.refusals import not_found

if TYPE_CHECKING:
    from twilio_emulator.app import App
    from twilio_emulator.exchange import Exchange


def routes(app: "App") -> list[Route]:
    """Return the pages' routes."""
    views = PhonePages(app)
    phone = r"/phones/(?P<number>[^/]+)"
    return [
        Route("GET", r"/", views.all_phones),
        Route("GET", r"/style\.css", views.style),
        Route("GET", r"/codes", views.codes),
        Route("GET", r"/kept", views.kept),
        Route("GET", r"/trouble", views.trouble),
        Route("POST", r"/trouble", views.make_trouble),
        Route("POST", r"/trouble/end", views.end_trouble),
        Route("GET", r"/phones", views.pick_up),
        Route("GET", phone, views.one_phone),
        Route("POST", rf"{phone}/replies", views.reply),
    ]


class PhonePages:
    """Plain pages without script; looking at one changes nothing."""

    def __init__(self, app: "App") -> None:
        self._app = app

    def all_phones(self, asked: Asked) -> Answer:
        """Show every phone."""
        phones = sorted(self._settled().phones.values(), key=lambda phone: phone.number)
        return self._answer(pages.all_phones(phones, self._app.clock(), watch=_watch(asked)))

    def pick_up(self, asked: Asked) -> Answer:
        """Lead to the phone whose number was typed."""
        number = dict(asked.query).get("number", "").replace(" ", "")
        if not E164.fullmatch(number):
            wrong = "Write the number with + and its country first, such as +13365550142."
            phones = sorted(self._app.exchange.phones.values(), key=lambda phone: phone.number)
            return self._answer(pages.all_phones(phones, self._app.clock(), wrong=wrong, typed=number), status=422)
        return Answer(303, b"", {"Location": f"/phones/{quote(number, safe='')}"})

    def one_phone(self, asked: Asked, number: str) -> Answer:
        """Show one phone and its thread; one that was never used is empty."""
        return self._answer(self._phone_page(asked, number, watch=_watch(asked)))

    def _phone_page(self, asked: Asked, number: str, *, watch: str | None = None, wrong: str = "") -> pages.Page:
        if not E164.fullmatch(number):
            raise not_found(asked.path)
        phone = self._settled().phones.get(number) or Phone(number)
        typed = dict(asked.form).get("body", "")
        thread = pages.Thread(sorted(self._app.account.senders), wrong, typed, watch)
        return pages.one_phone(phone, self._app.clock(), thread)

    def reply(self, asked: Asked, number: str) -> Answer:
        """Let a phone's holder write."""
        form = dict(asked.form)
        sender = form.get("sender") or min(self._app.account.senders)
        body = form.get("body", "")
        if not body.strip() or len(body) > LONGEST_BODY or sender not in self._app.account.senders:
            wrong = f"Write something, up to {LONGEST_BODY} letters, to a number of the account."
            return self._answer(self._phone_page(asked, number, wrong=wrong), status=422)
        if not E164.fullmatch(number):
            raise not_found(asked.path)
        self._app.exchange.reply(number, sender, body, self._app.clock())
        return Answer(303, b"", {"Location": f"/phones/{quote(number, safe='')}"})

    def kept(self, asked: Asked) -> Answer:
        """Show what Twilio still has of every message."""
        return self._answer(trouble_pages.kept(self._settled().newest_first(), watch=_watch(asked)))

    def trouble(self, asked: Asked) -> Answer:
        """Show what shall go wrong."""
        return self._answer(trouble_pages.trouble(self._app.faults.waiting()))

    def make_trouble(self, asked: Asked) -> Answer:
        """Let something go wrong."""
        try:
            self._app.faults.add(Fault.parse(dict(asked.form)))
        except ValueError:
            wrong = "Choose what happens and when, and give numbers as digits."
            return self._answer(trouble_pages.trouble(self._app.faults.waiting(), wrong=wrong), status=422)
        return Answer(303, b"", {"Location": "/trouble"})

    def end_trouble(self, asked: Asked) -> Answer:
        """Let all be well again."""
        self._app.faults.clear()
        return Answer(303, b"", {"Location": "/trouble"})

    def codes(self, asked: Asked) -> Answer:
        """Show the codes with which the demo's colleagues sign in."""
        if self._app.authenticators is None:
            raise not_found(asked.path)
        found = codes.read(self._app.authenticators)
        return self._answer(pages.Page("Sign-in codes", codes.table(found, self._app.clock()), watch=_watch(asked)))

    def style(self, asked: Asked) -> Answer:
        """Return the stylesheet."""
        return Answer(200, pages.style(), {"Content-Type": "text/css; charset=utf-8"})

    def _answer(self, page: pages.Page, *, status: int = 200) -> Answer:
        return Answer(status, page.html(is_demo=self._app.authenticators is not None).encode(), pages.HEADERS)

    def _settled(self) -> "Exchange":
        self._app.exchange.settle(self._app.clock())
        return self._app.exchange


def _watch(asked: Asked) -> str | None:
    return f"{asked.path}?watch=1" if "watch" in dict(asked.query) else None
