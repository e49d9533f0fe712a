"""How a stack of letters reads: what to do next in a sentence, its letters by code, its forms."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for

from outreach.gate.reasons import REASONS
from outreach.messaging.letters.batch_view import IN_HAND, BatchLine, BatchView, PlaceLine, VoidLine
from outreach.messaging.letters.codes import typed_form
from outreach.messaging.letters.printers import PrinterKind
from outreach.terms import BatchState, PlaceState
from portal.advocate.cards import Chip, Form, Hold, Step
from portal.advocate.languages import language_words
from portal.advocate.letters.batch_pages import BatchPage, PlaceRow, Progress, VoidRow
from portal.advocate.moments import moment
from portal.advocate.texts.sent import LETTERS, void_words

STATES = {
    BatchState.PLANNED: Chip("Waits for a second person", "ask", "question"),
    BatchState.MAKING: Chip("Being made", "calm", "clock"),
    BatchState.READY: Chip("Ready to print", "calm", "tick"),
    BatchState.HANDING: Chip("Going to the printer", "calm", "clock"),
    BatchState.UNSURE: Chip("Look at the printer", "late", "question"),
    BatchState.PRINTED: Chip("Printed", "calm", "tick"),
    BatchState.SHORT: Chip("The count is off", "late", "cross"),
    BatchState.COUNTED: Chip("Ready to mail", "safe", "tick"),
    BatchState.MAILING: Chip("Being checked", "calm", "clock"),
    BatchState.MAILED: Chip("Mailed", "safe", "tick"),
    BatchState.UNDONE: Chip("Given up", "calm", "dash"),
}
PLACES = {
    PlaceState.PLANNED: Chip("Not made yet", "calm", "clock"),
    PlaceState.MADE: Chip("In the stack", "calm", "tick"),
    PlaceState.OUT: Chip("Not in the stack", "late", "cross"),
    PlaceState.MAILED: Chip("Mailed", "safe", "tick"),
}
HEADINGS = {
    BatchState.PLANNED: "Next: a second person",
    BatchState.MAKING: "The pages are being made",
    BatchState.READY: "Next: print it",
    BatchState.HANDING: "The printer is getting it",
    BatchState.UNSURE: "Next: look at the printer",
    BatchState.PRINTED: "Next: fold and count",
    BatchState.SHORT: "Next: find what is missing",
    BatchState.COUNTED: "Next: mail it",
    BatchState.MAILING: "Next: finish the last check",
    BatchState.MAILED: "It is in the mail",
    BatchState.UNDONE: "It was given up",
}
SENTENCES = {
    BatchState.MAKING: "Each letter is checked once more. You can leave this page and come back.",
    BatchState.HANDING: "Wait a minute and look again.",
    BatchState.UNSURE: "The program stopped while it gave this to the printer. Look at the tray. Did it come out?",
    BatchState.PRINTED: "Fold each letter by its marks, put it into a window envelope, and count the letters.",
    BatchState.COUNTED: "The count is right. Press the button before you go: each letter is checked once more.",
    BatchState.MAILING: "Each letter is checked before it goes. Some are not checked yet: press the button again.",
    BatchState.MAILED: "Take it to the mail now. When a letter comes back, type its code on the page for that.",
    BatchState.UNDONE: "Its letters wait for the next stack, or are held.",
}

TAKE_OUT = "Next: take out what may not go"
OUT_FIRST = "Find each code below, take its page out of the pile and shred it."
NONE_GOES = "No letter of this stack goes any more."
PROGRESS = {BatchState.MAKING: "made", BatchState.MAILING: "checked and may go"}


def stack_name(line: BatchLine) -> str:
    """Return how people name a stack."""
    return f"Stack {line.number}"


def page(view: BatchView, forms: tuple[Form, ...], give_up: Form | None, *, now: datetime, zone: ZoneInfo) -> BatchPage:
    """Return the page of one stack."""
    line = view.line
    return BatchPage(
        title=stack_name(line),
        back=Step("Letters", url_for("letter_board.show")),
        summary=_summary(view, now=now, zone=zone),
        heading=TAKE_OUT if _is_to_take_out(view) else HEADINGS[line.state],
        sentence=_sentence(view),
        progress=_progress(line),
        hold=_hold(view, now=now, zone=zone),
        steps=_steps(view),
        forms=forms,
        pull_out=tuple(_row(each, line) for each in view.pull_out),
        void=tuple(_void_row(each) for each in view.void),
        inside=tuple(_row(each, line) for each in view.inside),
        give_up=give_up,
    )


def list_chip(line: BatchLine) -> Chip:
    """Return how a stack stands, for a list: a page that may not go comes before all else."""
    return Chip("Take a page out", "late", "cross") if line.is_to_take_out else STATES[line.state]


def list_sentence(line: BatchLine) -> str:
    """Return how far a stack is, for a list."""
    many = letters_words(line.total)
    if line.state is BatchState.MAKING:
        return f"{line.done} of {line.total} made."
    who = "You prepared it." if line.is_mine else f"{line.prepared_by} prepared it."
    return f"{many}. {who}"


def letters_words(many: int) -> str:
    """Return a number of letters as people say it."""
    return "1 letter" if many == 1 else f"{many} letters"


def _summary(view: BatchView, *, now: datetime, zone: ZoneInfo) -> str:
    line = view.line
    prepared = f"Prepared by {line.prepared_by}, {moment(line.prepared_at, now=now, zone=zone).words}"
    released = f" · released by {view.released_by}" if view.released_by else ""
    return f"{letters_words(line.total)} · {prepared}{released}"


def _is_to_take_out(view: BatchView) -> bool:
    return bool(view.pull_out) and view.line.state in IN_HAND


def _sentence(view: BatchView) -> str:
    if _is_to_take_out(view):
        return f"{OUT_FIRST} {_of_the_state(view) if view.inside else NONE_GOES}"
    return _of_the_state(view)


def _of_the_state(view: BatchView) -> str:
    line = view.line
    if line.state is BatchState.PLANNED:
        return "Nothing is printed until another person than the one who prepared it says yes."
    if line.state is BatchState.READY:
        if view.printer not in ("", PrinterKind.DOWNLOAD):
            return "It goes to the printer by itself. If it stays here, the printer does not take it."
        return "Take the pages out once. Print on one side, at full size (100 %). Then close the file and delete it."
    if line.state is BatchState.SHORT:
        return f"You counted {view.counted}. The list has {len(view.inside)}. Look for each code on the list."
    if line.state is BatchState.PRINTED and view.printer == PrinterKind.PROVIDER:
        return "The provider has it. What it reports shows here. You can also count by hand."
    return SENTENCES[line.state]


def _progress(line: BatchLine) -> Progress | None:
    done = PROGRESS.get(line.state)
    if done is None:
        return None
    return Progress(line.done, max(line.total, 1), f"{line.done} of {line.total} letters are {done}")


def _hold(view: BatchView, *, now: datetime, zone: ZoneInfo) -> Hold | None:
    line = view.line
    if line.state is BatchState.PLANNED and not line.may_release:
        if line.is_mine:
            return Hold("You prepared it, so another person releases it.", "Ask a supervisor, or a colleague.", ())
        opens = moment(line.released_from, now=now, zone=zone).words
        return Hold("A supervisor is asked first.", f"When none answers, you may release it {opens}.", ())
    if line.state is BatchState.READY and not view.is_theirs:
        return Hold("Some of these cases are not yours.", f"{line.prepared_by} or a supervisor takes them out.", ())
    return None


def _steps(view: BatchView) -> tuple[Step, ...]:
    line = view.line
    named: dict[str, Any] = {"batch_id": line.id}
    again = Step("Look again", url_for("letter_batches.show", **named))
    if line.state is BatchState.PLANNED and line.may_release:
        return (Step("Release it", url_for("letter_batches.release", **named), "post", "main"),)
    if line.state is BatchState.READY and view.is_theirs and view.printer in ("", PrinterKind.DOWNLOAD):
        take = Step("Take the pages out", url_for("letter_batches.take_out", **named), "post", "main")
        return (take, Step("I have them: go on", url_for("letter_batches.show", **named)))
    if line.state is BatchState.UNSURE and view.may_handle:
        href = url_for("letter_batches.settle", **named)
        came = Step("It came out", href, "post", "main", (("came_out", "yes"),))
        return (came, Step("Nothing came out", href, "post", "plain", (("came_out", "no"),)))
    return (again,) if line.state in (BatchState.MAKING, BatchState.HANDING, BatchState.READY) else ()


def _row(place: PlaceLine, line: BatchLine) -> PlaceRow:
    steps: Sequence[Step] = ()
    if line.state is BatchState.PLANNED and place.handle:
        named: dict[str, Any] = {"batch_id": line.id, "letter_id": place.letter_id}
        steps = (Step("Leave it out", url_for("letter_batches.leave_out", **named), "post"),)
    return PlaceRow(
        place=str(place.place),
        code=typed_form(place.code) or "No code",
        handle=place.handle,
        href=url_for("cases.show", case_id=place.case_id) if place.case_id else "",
        words=_words(place),
        state=PLACES[place.state],
        steps=tuple(steps),
    )


def _void_row(line: VoidLine) -> VoidRow:
    return VoidRow(
        place=str(line.place),
        handle=line.handle,
        href=url_for("cases.show", case_id=line.case_id),
        words=void_words(line.page),
    )


def _words(place: PlaceLine) -> str:
    if place.card is None:
        return ""
    said = f"{LETTERS.get(place.card.template, 'A letter')}, {language_words(place.card.language)}."
    if place.card.held is not None:
        return f"{said} {REASONS[place.card.held].worded().cause}"
    return f"{said} {place.card.held_because}".strip()
