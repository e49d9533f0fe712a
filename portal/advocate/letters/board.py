"""The page "Letters": what waits for a second person, stacks, what is held, ready, waiting, mailed and came back."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from outreach.access import Action
from outreach.approvals.second_person import Wish
from outreach.gate.reasons import REASONS
from outreach.messaging.letters import cold_mail
from outreach.messaging.letters.batch_view import BatchLine, open_batches
from outreach.messaging.letters.board import LetterLine, Part, PartOfBoard, part_of
from outreach.terms import BatchState, LetterState
from portal.advocate import words
from portal.advocate.cards import Chip, Step
from portal.advocate.doors import requires
from portal.advocate.languages import language_words
from portal.advocate.letters.batch_cards import letters_words, list_chip, list_sentence, stack_name
from portal.advocate.letters.batch_pages import BoardPage, BoardRow, BoardSection
from portal.advocate.moments import moment, whole_day
from portal.advocate.parts import now, parts
from portal.advocate.rendering import show as render
from portal.advocate.texts.sent import LETTERS

bp = Blueprint("letter_board", __name__)

SHOWN, ALL = 6, 200
TITLES = {
    Part.HELD: ("Held", "will not leave until you decide", "No letter is held. One is, when something changed."),
    Part.ASKED: (
        "She asked for these",
        "one person prints and mails each, from its case",
        "No letter that she asked for waits to be mailed.",
    ),
    Part.READY: ("Ready for a stack", "their time has come", "Nothing to print. Release a letter on a case first."),
    Part.DELAYED: (
        "Waiting",
        "ready for a stack after some hours, so that no one can tell what set it off",
        "No letter waits.",
    ),
    Part.RETURNED: ("Came back", "in the last 30 days; mail there is off", "No letter came back."),
    Part.MAILED: ("Mailed", "in the last 14 days", "No letter was mailed."),
}
WAITS = Chip("Waits", "calm", "clock")
TEACHING = (
    "No letter is on its way. Release a letter on a case first. Then one person puts it into a stack, another person "
    "releases the stack, and it is printed, counted and mailed."
)
ASKED = Chip("Needs a second person", "ask", "question")


@bp.get("/letters")
@requires(Action.RELEASE_LETTER)
def show() -> ResponseReturnValue:
    """Show the first letters of each part."""
    at, card, zone = now(), current_user.card, parts().zone
    with parts().vault.reading() as session:
        wishes = cold_mail.waiting(session, card, now=at)
        stacks = open_batches(session, card, now=at)
        found = [part_of(session, card, each, now=at, most=SHOWN) for each in Part]
    totals = {each.part: each.total for each in found}
    sections = (_wishes(wishes, at, zone), _stacks(stacks, at, zone), *(_section(each, at, zone) for each in found))
    is_quiet = not any(each.rows for each in sections)
    page = BoardPage(
        sentence=TEACHING if is_quiet else _opening(wishes, stacks, totals),
        steps=_steps(totals[Part.READY], is_quiet=is_quiet),
        sections=tuple(each for each in sections if each.rows),
    )
    return render("letter-batches/board.html", page)


@bp.get("/letters/<which>")
@requires(Action.RELEASE_LETTER)
def show_part(which: str) -> ResponseReturnValue:
    """Show all letters of one part."""
    if which not in {each.value for each in Part}:
        abort(404)
    at = now()
    with parts().vault.reading() as session:
        found = part_of(session, current_user.card, Part(which), now=at, most=ALL)
    section = _section(found, at, parts().zone, is_whole=True)
    back = Step("All letters", url_for("letter_board.show"))
    page = BoardPage(title=section.title, sentence=f"{letters_words(found.total)}.", steps=(back,), sections=(section,))
    return render("letter-batches/board.html", page)


def _opening(wishes: tuple[Wish, ...], stacks: tuple[BatchLine, ...], totals: dict[Part, int]) -> str:
    ready, asked = totals[Part.READY], totals[Part.ASKED]
    yours = sum(1 for each in wishes if not each.is_mine) + sum(1 for each in stacks if each.may_release)
    if yours:
        return f"{yours} {'waits' if yours == 1 else 'wait'} for your yes or no."
    if any(each.state in (BatchState.UNSURE, BatchState.SHORT) for each in stacks):
        return "A stack needs a look before it can go."
    if asked:
        was, which = ("was", "it") if asked == 1 else ("were", "them")
        return f"{letters_words(asked)} {was} asked for. Print and mail {which} first."
    if ready:
        return f"{letters_words(ready)} ready to print. Put them into a stack; another person releases it."
    return "Letters go out in stacks: one person prepares, another releases, then they are counted and mailed."


def _steps(ready: int, *, is_quiet: bool) -> tuple[Step, ...]:
    back = Step("A letter came back", url_for("returned_mail.new"))
    if is_quiet:
        return (Step("Find a case", url_for("cases.index"), look="main"), back)
    if not ready:
        return (back,)
    return (Step(f"Prepare a stack ({ready})", url_for("letter_batches.create"), "post", "main"), back)


def _wishes(wishes: tuple[Wish, ...], at: datetime, zone: ZoneInfo) -> BoardSection:
    rows = tuple(
        BoardRow(
            handle=each.handle,
            href=url_for("cold_mail.show", wish_id=each.id),
            when=moment(each.asked_at, now=at, zone=zone),
            state=ASKED,
            sentence="You asked. The letter waits for another person."
            if each.is_mine
            else f"{each.asked_by} wants to write where we do not know if mail is safe.",
            steps=() if each.is_mine else (Step("Yes or no", url_for("cold_mail.show", wish_id=each.id), look="main"),),
        )
        for each in wishes
    )
    return BoardSection(key="asked", title="Needs a second person", gloss="", rows=rows, total=len(rows))


def _stacks(stacks: tuple[BatchLine, ...], at: datetime, zone: ZoneInfo) -> BoardSection:
    rows = tuple(
        BoardRow(
            handle=stack_name(each),
            href=url_for("letter_batches.show", batch_id=each.id),
            when=moment(each.prepared_at, now=at, zone=zone),
            state=list_chip(each),
            sentence=list_sentence(each),
            steps=(Step("Open", url_for("letter_batches.show", batch_id=each.id)),),
        )
        for each in stacks
    )
    return BoardSection(key="stacks", title="Stacks", gloss="", rows=rows, total=len(rows))


def _section(found: PartOfBoard, at: datetime, zone: ZoneInfo, *, is_whole: bool = False) -> BoardSection:
    title, gloss, empty = TITLES[found.part]
    more = found.total > len(found.lines) and not is_whole
    return BoardSection(
        key=found.part.value,
        title=title,
        gloss=gloss,
        rows=tuple(_row(each, at, zone) for each in found.lines),
        empty=empty,
        total=found.total,
        all_href=url_for("letter_board.show_part", which=found.part.value) if more else "",
    )


def _row(line: LetterLine, at: datetime, zone: ZoneInfo) -> BoardRow:
    card, here = line.card, url_for("cases.show", case_id=line.case_id)
    is_ahead = card.state is LetterState.RELEASED
    sentence, remedy = f"{LETTERS.get(card.template, 'A letter')}, {language_words(card.language)}.", ""
    if card.state is LetterState.HELD:
        said = REASONS[card.held].worded() if card.held else None
        sentence = said.cause if said else card.held_because
        remedy = said.remedy if said else "Cancel it and look at it again."
    return BoardRow(
        handle=line.handle,
        href=here,
        # Of what became of a letter the day alone is kept.
        when=moment(card.release_at, now=at, zone=zone) if is_ahead else whole_day(card.state_at.date()),
        state=WAITS if is_ahead and card.release_at > at else words.LETTER_STATES[card.state],
        sentence=sentence,
        remedy=remedy,
        steps=(Step("Open the case", here),) if card.state is LetterState.HELD or card.goes_alone else (),
    )
