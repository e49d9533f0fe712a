"""Letters in stacks: where they stand, one stack at each of its turns, a wish to write, a letter that came back."""

from dataclasses import replace
from typing import Any

from browser.samples.marks import HANDLE, HELD, SIGNED_IN, as_shown, at, do, go

from outreach.messaging.letters.board import Part
from outreach.terms import BatchState, LetterState, PlaceState
from portal.advocate import words
from portal.advocate.cards import Frame, Hold, Step
from portal.advocate.forms import offer
from portal.advocate.letters import batch_pages as pages
from portal.advocate.letters.batch_cards import HEADINGS, OUT_FIRST, PLACES, SENTENCES, STATES, TAKE_OUT
from portal.advocate.letters.batch_forms import AgainForm, CountForm, GiveUpForm, MailForm, out_words
from portal.advocate.letters.board import ASKED, TEACHING, TITLES, WAITS
from portal.advocate.letters.cold_mail import ANSWERS, AnswerForm
from portal.advocate.letters.returned_mail import FAULTS, CodeForm, NotACode

ROW_STATES = {
    Part.HELD: HELD,
    Part.ASKED: words.LETTER_STATES[LetterState.PRINTED],
    Part.READY: words.LETTER_STATES[LetterState.PRINTED],
    Part.DELAYED: WAITS,
    Part.RETURNED: words.LETTER_STATES[LetterState.RETURNED],
    Part.MAILED: words.LETTER_STATES[LetterState.MAILED],
}


def row(handle: str, state: Any, sentence: str, *steps: Step, remedy: str = "") -> pages.BoardRow:
    when = at("Tuesday, 6 pm")
    return pages.BoardRow(
        handle=handle, href="/cases/1", when=when, state=state, sentence=sentence, remedy=remedy, steps=steps
    )


WISHES = pages.BoardSection(
    key="asked",
    title="Needs a second person",
    gloss="",
    empty="",
    total=1,
    rows=(
        row(HANDLE, ASKED, "Ana B. wants to write where we do not know if mail is safe.", go("Yes or no", "main")),
        row("Amber Finch", ASKED, "You asked. The letter waits for another person."),
    ),
)
STACKS = pages.BoardSection(
    key="stacks",
    title="Stacks",
    gloss="",
    empty="",
    total=2,
    rows=(
        row("Stack 12", STATES[BatchState.MAKING], "5 of 12 made.", go("Open")),
        row("Stack 11", STATES[BatchState.SHORT], "9 letters. You prepared it.", go("Open")),
    ),
)
SECTIONS = tuple(
    pages.BoardSection(
        key=part.value,
        title=title,
        gloss=gloss,
        empty=empty,
        total=9,
        all_href="/letters/ready" if part is Part.READY else "",
        rows=tuple(
            row(
                handle,
                ROW_STATES[part],
                "The partner may see what comes here." if part is Part.HELD else "The short letter, Spanish.",
                *((go("Open the case"),) if part in (Part.HELD, Part.ASKED) else ()),
                remedy="Ask her first, or choose another way." if part is Part.HELD else "",
            )
            for handle in ("Amber Finch", "Cedar Wren")
        ),
    )
    for part, (title, gloss, empty) in TITLES.items()
)
BOARD = pages.BoardPage(
    sentence="1 waits for your yes or no.",
    steps=(do("Prepare a stack (9)", "main"), go("A letter came back")),
    sections=(WISHES, STACKS, *SECTIONS),
)
QUIET = pages.BoardPage(sentence=TEACHING, steps=(go("Find a case", "main"), go("A letter came back")), sections=())


def place(number: int, code: str, state: PlaceState, handle: str = HANDLE, *steps: Step) -> pages.PlaceRow:
    return pages.PlaceRow(str(number), code, handle, "/cases/1" if handle else "", "The short letter, Spanish.",
                          PLACES[state], steps)  # fmt: skip


INSIDE = (
    place(1, "K7QM-2F9D", PlaceState.MADE),
    place(2, "3HTX-90BN", PlaceState.MADE, ""),
    place(3, "QW4R-77CY", PlaceState.MADE, "Amber Finch"),
)
CODES = offer([("1", "K7QM-2F9D Cedar Wren"), ("2", "3HTX-90BN"), ("3", "QW4R-77CY Amber Finch")])
GIVE_UP = as_shown(GiveUpForm, "Give this stack up")
AGAIN = as_shown(AgainForm, "Make them again", letters=CODES)
COUNT = as_shown(CountForm, "This is the count")
OUT = offer([("4", out_words("XX2P1B8G"))])
_MAIL = as_shown(MailForm, "Check and mark as mailed", letters=CODES)
MAIL = replace(_MAIL, fields=tuple(each for each in _MAIL.fields if each.name != "taken_out"))  # Nothing to pull out.


def stack(state: BatchState, **more: Any) -> pages.BatchPage:
    return pages.BatchPage(
        **{
            "title": "Stack 12",
            "back": go("Letters"),
            "summary": "3 letters · Prepared by Ana B., today, 9:10 am · released by Kit L.",
            "heading": HEADINGS[state],
            "sentence": SENTENCES.get(state, "Nothing is printed until another person says yes."),
            "progress": None,
            "hold": None,
            "steps": (),
            "forms": (),
            "pull_out": (),
            "void": (),
            "inside": INSIDE,
            "give_up": GIVE_UP,
            **more,
        }
    )


PLANNED = stack(
    BatchState.PLANNED,
    steps=(do("Release it", "main"),),
    inside=tuple(replace(each, state=PLACES[PlaceState.PLANNED], steps=(do("Leave it out"),)) for each in INSIDE),
)
MINE = stack(
    BatchState.PLANNED,
    hold=Hold("You prepared it, so another person releases it.", "Ask a supervisor, or a colleague.", ()),
)
MAKING = stack(
    BatchState.MAKING,
    progress=pages.Progress(5, 12, "5 of 12 letters are made"),
    steps=(go("Look again"),),
)
READY = stack(
    BatchState.READY,
    sentence="Take the pages out once. Print on one side, at full size (100 %). Then close the file and delete it.",
    steps=(do("Take the pages out", "main"), go("I have them: go on")),
)
UNSURE = stack(BatchState.UNSURE, steps=(do("It came out", "main"), do("Nothing came out")))
SHORT = stack(
    BatchState.SHORT,
    sentence="You counted 2. The list has 3. Look for each code on the list.",
    forms=(COUNT, AGAIN),
)
PULLED = pages.PlaceRow("4", "XX2P-1B8G", "", "", "", PLACES[PlaceState.OUT])
COUNTED = stack(
    BatchState.COUNTED, heading=TAKE_OUT, sentence=f"{OUT_FIRST} {SENTENCES[BatchState.COUNTED]}", pull_out=(PULLED,),
    forms=(as_shown(MailForm, "Check and mark as mailed", letters=CODES, taken_out=OUT), AGAIN),
)  # fmt: skip
VOID = pages.VoidRow("4", "Amber Finch", "/cases/1", "A page of it is void since Nov 22 (Ana B.): the printer ate it.")
CHECKING = stack(
    BatchState.MAILING, progress=pages.Progress(5, 12, "5 of 12 letters are checked and may go"), forms=(MAIL,),
    give_up=None,
)  # fmt: skip
MAILED = stack(BatchState.MAILED, give_up=None, pull_out=(place(4, "XX2P-1B8G", PlaceState.OUT),), void=(VOID,))

WISH = pages.WishPage(
    title="May this letter go?",
    handle=HANDLE,
    back=go("Letters"),
    sentence="Ana B. asks. We do not know if mail is safe there. Two people must agree.",
    facts=(
        ("The reason", "No phone is known, and court is in three weeks."),
        ("Whose mailbox", "The partner's too? No, as far as we know."),
        ("Where", "her mother's"),
        ("Level", "Level C"),
        ("Asked", "40 min ago"),
    ),
    words=("Hello,", "My name is ___. You can reach me at ___.", "Thank you."),
    hold=None,
    form=as_shown(AnswerForm, "Answer", answer=ANSWERS),
)


def came_back(error: str = "", done: Hold | None = None) -> pages.ReturnedPage:
    form = CodeForm(data={"code": "K7QM-2F" if error else ""})
    if error:
        form.validate()
        form.error_of("code", error)
    return pages.ReturnedPage(form=form.card("/somewhere", "It came back"), done=done, back=go("Letters"))


NOTED = Hold(
    "Noted. It was a letter for Cedar Wren.",
    "Mail there is off from now on. One more letter on its way there is cancelled. Shred the letter, or lock it away.",
    (go("Open the case"),),
)

FOUND = Hold(
    "Noted. It was a letter for Cedar Wren. It was given to her by hand.",
    "Nothing is marked as not safe. A task asks where it was found, and by whom. Write down what you know, and lock "
    "the letter away.",
    (go("Open the case"),),
)
STACKS_PAGES: dict[str, tuple[str, Any, Frame]] = {
    "letters": ("letter-batches/board.html", BOARD, SIGNED_IN),
    "letters-quiet": ("letter-batches/board.html", QUIET, SIGNED_IN),
    **{
        f"stack-{name}": ("letter-batches/show.html", page, SIGNED_IN)
        for name, page in {
            "planned": PLANNED, "mine": MINE, "making": MAKING, "ready": READY, "unsure": UNSURE, "short": SHORT,
            "counted": COUNTED, "checking": CHECKING, "mailed": MAILED,
        }.items()
    },
    "wish": ("letter-batches/wish.html", WISH, SIGNED_IN),
    "wish-mine": (
        "letter-batches/wish.html",
        replace(WISH, form=None, hold=Hold("You asked for this letter.", "Another person answers.", ())),
        SIGNED_IN,
    ),
    "returned": ("letter-batches/returned.html", came_back(), SIGNED_IN),
    "returned-wrong": ("letter-batches/returned.html", came_back(FAULTS[NotACode]), SIGNED_IN),
    "returned-found": ("letter-batches/returned.html", came_back(done=FOUND), SIGNED_IN),
    "returned-noted": ("letter-batches/returned.html", came_back(done=NOTED), SIGNED_IN),
}  # fmt: skip
