"""The pages of phones: what someone glancing at each lock screen would read. Plain HTML, no script."""

from dataclasses import dataclass
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
    "Referrer-Policy": "same-origin",  # Without any, browsers send a form's Origin as "null", which is refused.
    "X-Content-Type-Options": "nosniff",
}
LINKS = (("/", "Phones"), ("/kept", "Kept at Twilio"), ("/trouble", "Make trouble"))
OF_A_DEMO = (("/codes", "Sign-in codes"),)
"""Without a demo nobody signs in anywhere, and the menu has no such entry."""


def style() -> bytes:
    """Return the page's own stylesheet."""
    return files("twilio_emulator").joinpath("phones.css").read_bytes()


@dataclass(frozen=True)
class Thread:
    """What a phone's page holds besides the phone: whom one may write to, and a try that was amiss."""

    senders: list[str]
    wrong: str = ""
    typed: str = ""
    watch: str | None = None


@dataclass(frozen=True)
class Page:
    """A page of the emulator, without its frame."""

    title: str
    body: str
    wide: bool = False
    """Two columns where there is room."""
    changes: bool = True
    """There may be something new when one looks again."""
    watch: str | None = None
    """An address at which the page loads itself anew every few seconds, for those who ask for it."""

    def html(self, *, is_demo: bool) -> str:
        """Frame it; a demo's menu leads to its sign-in codes too."""
        again = f"<meta http-equiv='refresh' content='4;url={escape(self.watch)}'>" if self.watch else ""
        look, room = _looking(self.watch) if self.changes else "", "wide" if self.wide else "plain"
        entries = (*LINKS, *OF_A_DEMO) if is_demo else LINKS
        links = "".join(f"<li><a href='{address}'>{name}</a></li>" for address, name in entries)
        title = escape(self.title)
        return (
            f"<!doctype html><html lang='en'><head><meta charset='utf-8'>{again}"
            "<meta name='viewport' content='width=device-width, initial-scale=1'>"
            f"<title>{title} – practice phones</title><link rel='stylesheet' href='/style.css'></head>"
            f"<body><header><nav aria-label='Pages'><ul>{links}</ul></nav></header><main><h1>{title}</h1>"
            f"{look}<div class='{room}'>{self.body}</div></main></body></html>"
        )


def all_phones(
    phones: list[Phone], now: datetime, *, wrong: str = "", typed: str = "", watch: str | None = None
) -> Page:
    """Draw every phone, and a way to pick up another one; `wrong` says what was amiss with the number typed."""
    if not phones:
        body = "<p class='empty'>No text has arrived yet. Send one, and look again.</p>"
    else:
        body = "<ul class='shelf'>" + "".join(f"<li>{_lock_screen(phone, now)}</li>" for phone in phones) + "</ul>"
    intro = "<p>These are not real phones. Each shows what anyone who picks it up can read.</p>"
    other = _other_phone_form(wrong, typed)
    return Page("Phones", intro + (other + body if wrong else body + other), watch=watch)


def one_phone(phone: Phone, now: datetime, thread: Thread) -> Page:
    """Draw one phone with its whole thread and a way to write as its holder."""
    lines = "".join(_bubble(line) for line in phone.lines) or "<li class='empty'>Nothing yet.</li>"
    return Page(
        phone.number,
        _lock_screen(phone, now)
        + f"<section aria-labelledby='thread'><h2 id='thread'>Thread</h2><ol class='thread'>{lines}</ol>"
        + f"{_blocked(phone)}{_answer_form(phone, thread)}</section>",
        wide=True,
        watch=thread.watch,
    )


def _lock_screen(phone: Phone, now: datetime) -> str:
    cards = "".join(_notice(line) for line in _arrived(phone)[-NEWEST_SHOWN:][::-1])
    return (
        f"<article class='phone' aria-label='Phone {escape(phone.number)}'>"
        f"<p class='time'>{now:%H:%M}</p><p class='date'>{now:%A} {now.day} {now:%B}, UTC</p>"
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
    side, who = ("mine", f"To {line.other}") if line.from_phone else ("theirs", f"From {line.other}")
    return (
        f"<li class='{side}'><p>{escape(line.body)}</p><p class='fine'>{escape(who)}, "
        f"<time datetime='{line.at.isoformat()}'>{line.at:%H:%M}</time></p></li>"
    )


def _blocked(phone: Phone) -> str:
    if not phone.stopped:
        return ""
    return (
        f"<p class='note'>Twilio lets no text through from {escape(', '.join(sorted(phone.stopped)))}: "
        "the last word from here was STOP. START lets them through again.</p>"
    )


def _wrong(said: str) -> tuple[str, str]:
    """Return a complaint, and what ties its field to it."""
    if not said:
        return "", ""
    return f"<p class='wrong' id='wrong'>{escape(said)}</p>", " aria-describedby='wrong' aria-invalid='true'"


def _answer_form(phone: Phone, thread: Thread) -> str:
    senders = thread.senders
    last = phone.lines[-1].other if phone.lines else senders[0]
    options = "".join(f"<option{' selected' if sender == last else ''}>{escape(sender)}</option>" for sender in senders)
    error, tied = _wrong(thread.wrong)
    to = (
        f"<label for='sender'>To</label><select id='sender' name='sender'>{options}</select>"
        if len(senders) > 1
        else f"<input type='hidden' name='sender' value='{escape(senders[0])}'>"
    )
    return (
        f"<form method='post' action='/phones/{quote(phone.number, safe='')}/replies'>{to}"
        f"<label for='body'>Write as the person holding this phone</label>{error}"
        f"<input id='body' name='body' maxlength='1600' required autocomplete='off' "
        f"value='{escape(thread.typed)}'{tied}>"
        "<button type='submit'>Send</button></form>"
    )


def _other_phone_form(wrong: str, typed: str) -> str:
    error, tied = _wrong(wrong)
    return (
        "<h2>Pick up another phone</h2><form method='get' action='/phones'>"
        f"<label for='number'>Its number, such as +13365550142</label>{error}"
        f"<input id='number' name='number' required autocomplete='off' value='{escape(typed)}'{tied}>"
        "<button type='submit'>Pick up</button></form>"
    )


def _looking(watch: str | None) -> str:
    """Return the links with which a person looks again, keeps looking or stops looking."""
    if watch:
        return "<p class='look'>Looking again every 4 seconds. <a href='?'>Stop looking</a></p>"
    return "<p class='look'><a href='?'>Look again</a> <a href='?watch=1'>Keep looking</a></p>"
