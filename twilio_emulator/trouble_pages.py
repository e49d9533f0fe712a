"""Two pages for whoever tests: what Twilio still keeps, and what shall go wrong next."""

from html import escape

from twilio_emulator.faults import Fault, FaultKind, Operation
from twilio_emulator.messages import Message
from twilio_emulator.pages import Page

KINDS = {
    FaultKind.STATUS_429: "Too many requests (429)",
    FaultKind.QUEUE_FULL: "The sender's queue is full (429, 21611)",
    FaultKind.STATUS_500: "Twilio fails (500), nothing done",
    FaultKind.STATUS_500_AFTER_ACCEPT: "Twilio fails (500), but it was done",
    FaultKind.STATUS_503: "Twilio is away (503)",
    FaultKind.UNAUTHORISED: "The key is refused (401)",
    FaultKind.REFUSE: "Refused with the code below",
    FaultKind.DELAY: "Answered late",
    FaultKind.SLOW_BODY: "Answered drop by drop",
    FaultKind.TRUNCATE: "Half an answer, but it was done",
    FaultKind.GARBLED: "An answer that is no JSON, but it was done",
    FaultKind.STALL_BEFORE_ACCEPT: "Silence, nothing done",
    FaultKind.STALL_AFTER_ACCEPT: "Silence, but it was done",
    FaultKind.DROP_BEFORE_ACCEPT: "The line drops, nothing done",
    FaultKind.DROP_AFTER_ACCEPT: "The line drops, but it was done",
    FaultKind.RESET_BEFORE_ACCEPT: "The line is cut, nothing done",
    FaultKind.RESET_AFTER_ACCEPT: "The line is cut, but it was done",
}
COLUMNS = ("When", "From", "To", "Words", "Status")
OPERATIONS = {
    Operation.CREATE: "Sending a text",
    Operation.FETCH: "Reading one message",
    Operation.LIST: "Listing messages",
    Operation.UPDATE: "Changing a message",
    Operation.DELETE: "Deleting a message",
    Operation.LOOKUP: "Looking a number up",
    Operation.SERVICE: "Reading a service",
    Operation.ANY: "Whatever comes next",
}


def kept(messages: list[Message], *, watch: str | None) -> Page:
    """Show every message that Twilio still has, newest first, with what it would show of it."""
    if not messages:
        return Page("Kept at Twilio", "<p class='empty'>Nothing is kept.</p>", watch=watch)
    rows = "".join(_row(message.as_json()) for message in messages)
    head = "".join(f"<th scope='col'>{name}</th>" for name in COLUMNS)
    count = f"<p>{len(messages)} kept. This is what anyone with the account's keys could read.</p>"
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return Page(
        "Kept at Twilio",
        f"{count}<div class='scrolls' role='region' aria-label='Messages' tabindex='0'>{table}</div>",
        watch=watch,
    )


def _row(shown: dict[str, object]) -> str:
    code = f", {shown['error_code']}" if shown["error_code"] else ""
    cells = (
        str(shown["date_created"]).removesuffix(" +0000"),
        str(shown["from"] or "not chosen yet"),
        str(shown["to"]),
        str(shown["body"]) or "none kept",
        f"{shown['status']}{code}",
    )
    return (
        "<tr>"
        + "".join(f"<td data-label='{name}'>{escape(cell)}</td>" for name, cell in zip(COLUMNS, cells, strict=True))
        + "</tr>"
    )


def trouble(waiting: list[Fault], *, wrong: str = "") -> Page:
    """Show what shall go wrong, and a form for more of it."""
    items = "".join(
        f"<li>{escape(OPERATIONS[each.on])}: {escape(KINDS[each.kind])}{_often(each)}</li>" for each in waiting
    )
    now = (
        f"<ol class='waiting'>{items}</ol><form method='post' action='/trouble/end'>"
        "<button type='submit'>Let all be well</button></form>"
        if items
        else "<p class='empty'>All is well.</p>"
    )
    error = f"<p class='wrong' id='wrong' role='alert'>{escape(wrong)}</p>" if wrong else ""
    return Page(
        "Make trouble",
        f"<section aria-labelledby='next'><h2 id='next'>What goes wrong next</h2>{now}</section>"
        f"<section aria-labelledby='more'><h2 id='more'>Let something go wrong</h2>{error}"
        "<form method='post' action='/trouble'>"
        f"<label for='on'>When</label><select id='on' name='on'>{_options(OPERATIONS)}</select>"
        f"<label for='kind'>What happens</label><select id='kind' name='kind'>{_options(KINDS)}</select>"
        "<label for='times'>How often</label><input id='times' name='times' type='number' min='1' max='1000' value='1'>"
        "<label for='seconds'>Seconds, where it takes time</label>"
        "<input id='seconds' name='seconds' type='number' min='0' max='60' value='0'>"
        "<label for='code'>Code, where it is refused</label>"
        "<input id='code' name='code' type='number' min='10000' max='99999' value='21211'>"
        "<button type='submit'>Let it go wrong</button></form></section>",
        wide=True,
        changes=False,
    )


def _often(fault: Fault) -> str:
    return f", {fault.times} times" if fault.times > 1 else ""


def _options(names: dict[FaultKind, str] | dict[Operation, str]) -> str:
    return "".join(f"<option value='{value}'>{escape(name)}</option>" for value, name in names.items())
