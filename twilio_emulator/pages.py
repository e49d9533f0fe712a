"""The page of phones: what someone glancing at each lock screen would read. Plain HTML, no script."""

from datetime import datetime
from html import escape
from importlib.resources import files
from urllib.parse import quote

from twilio_emulator.phones import Line, Phone

NEWEST_SHOWN = 4
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Content-Type": "text/html; charset=utf-8",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def style() -> bytes:
    """Return the page's own stylesheet."""
    return files("twilio_emulator").joinpath("phones.css").read_bytes()


def all_phones(phones: list[Phone], now: datetime) -> str:
    """Draw every phone; the page reloads itself every few seconds."""
    if not phones:
        body = "<p class='empty'>No text has arrived yet. Release one on a case page, and look here.</p>"
    else:
        body = "<ul class='shelf'>" + "".join(f"<li>{_lock_screen(phone, now)}</li>" for phone in phones) + "</ul>"
    intro = "<p>These are not real phones. Each shows what anyone who picks it up can read.</p>"
    return page("Phones", intro + body, refresh=True)


def one_phone(phone: Phone, now: datetime) -> str:
    """Draw one phone with its whole thread and a way to answer as its holder."""
    thread = "".join(_bubble(line) for line in phone.lines) or "<li class='empty'>Nothing yet.</li>"
    others = [line.other for line in phone.lines]
    form = _answer_form(phone, others[-1]) if others else ""
    body = f"<p><a href='/'>All phones</a></p>{_lock_screen(phone, now)}<h2>Thread</h2><ol class='thread'>{thread}</ol>"
    return page(phone.number, body + form, refresh=False)


def _lock_screen(phone: Phone, now: datetime) -> str:
    cards = "".join(_notice(line) for line in _arrived(phone)[-NEWEST_SHOWN:][::-1])
    return (
        f"<article class='phone' aria-label='Phone {escape(phone.number)}'>"
        f"<p class='time'>{now:%H:%M}</p><p class='date'>{now:%A} {now.day} {now:%B}</p>"
        f"<ul class='notices'>{cards or '<li class=quiet>No messages</li>'}</ul>"
        f"<p class='number'><a href='/phones/{quote(phone.number, safe='')}'>{escape(phone.number)}</a></p></article>"
    )


def _arrived(phone: Phone) -> list[Line]:
    return [line for line in phone.lines if not line.from_phone]


def _notice(line: Line) -> str:
    return (
        f"<li class='notice'><span class='from'>{escape(line.other)}</span> "
        f"<time datetime='{line.at.isoformat()}'>{line.at:%H:%M}</time><p>{escape(line.body)}</p></li>"
    )


def _bubble(line: Line) -> str:
    side = "mine" if line.from_phone else "theirs"
    return f"<li class='{side}'><p>{escape(line.body)}</p><time>{line.at:%H:%M}</time></li>"


def _answer_form(phone: Phone, sender: str) -> str:
    return (
        f"<form method='post' action='/phones/{quote(phone.number, safe='')}/replies'>"
        f"<input type='hidden' name='sender' value='{escape(sender)}'>"
        "<label for='body'>Answer as the person holding this phone</label>"
        "<input id='body' name='body' maxlength='320' required autocomplete='off'>"
        "<button type='submit'>Send</button></form>"
    )


def page(title: str, body: str, *, refresh: bool) -> str:
    """Frame a page of the emulator; with `refresh` it reloads itself every few seconds."""
    again = "<meta http-equiv='refresh' content='4'>" if refresh else ""
    return (
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'>{again}"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)} – practice phones</title><link rel='stylesheet' href='/style.css'></head>"
        f"<body><main><nav><a href='/'>Phones</a> <a href='/codes'>Sign-in codes</a></nav>"
        f"<h1>{escape(title)}</h1>{body}</main></body></html>"
    )
