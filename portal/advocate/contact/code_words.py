"""Her code word: checking one she gives, with one answer for every right word; choosing new ones with her, live."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import BooleanField, PasswordField, RadioField, StringField, TextAreaField

from outreach import people
from outreach.access import Action, NoSuchCase
from outreach.case_file.view import CaseHead, head_of
from outreach.her_word import code_words
from outreach.her_word.code_word_rules import NewWord, UnfitWord
from outreach.her_word.code_words import Answer
from outreach.records.errors import NoSuchRecord
from outreach.terms import DestinationKind
from portal.advocate import words
from portal.advocate.cards import Hold, Step
from portal.advocate.cases.page import case_link
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, need, offer
from portal.advocate.moments import moment
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.texts.conversation_pages import CodeWordPage, NewCodeWordPage

bp = Blueprint("code_words", __name__)

IN_PERSON = "in_person"
HELP = "Help her all the same: safety, a doctor, a place to go. Tell nothing of what we know."
ANSWERS = {
    Answer.RIGHT: (
        "That is her word.",
        'Ask first: "Can you talk freely? Just say yes or no." A checked phone takes your own words for 30 minutes.',
    ),
    Answer.WRONG: ("That is not her word.", f"{HELP} She may try again."),
    Answer.NOT_SET: ("She has no code word yet.", f"{HELP} Choose a word with her when you know it is she."),
}


class CheckForm(StrictForm):
    """Where she gave it, and the word."""

    line = RadioField("Where did she give it?", [need("Choose where.")], choices=[])
    word = PasswordField(
        "The word she gave",
        [need("Type the word."), at_most(100)],
        description="Case, accents and spaces do not count.",
        render_kw={"autocomplete": "off"},
    )


class NewWordForm(StrictForm):
    """What she chose."""

    how = RadioField(
        "How do you know it is she?",
        [need("Choose how.")],
        choices=offer([("in_person", "We are together"), ("live_call", "In a live call, I know her voice")]),
    )
    word = StringField(
        "Her code word", [need("Write the word she chose."), at_most(100)], description="Four letters or more. No name."
    )
    danger = StringField(
        "Her word for danger",
        [at_most(100)],
        description="May stay empty. It looks like the right word to all who watch, and stops all contact.",
    )
    wanted = TextAreaField("If she says it, what should we do?", [at_most(500)], description="In her words.")
    police = BooleanField("She wants us to call the police then", description="Only if she chose so.")


@bp.get("/cases/<uuid:case_id>/code-word")
@requires(Action.CHECK_CODE_WORD)
def show(case_id: UUID) -> ResponseReturnValue:
    """Ask for a word she gives."""
    return _page(case_id, CheckForm())


@bp.post("/cases/<uuid:case_id>/code-word/checks")
@requires(Action.CHECK_CODE_WORD)
def check(case_id: UUID) -> ResponseReturnValue:
    """Check it; every right word is answered with the same page."""
    form = CheckForm.posted(prepare=lambda form: _offer_lines(case_id, form))
    if not form.validate():
        return _page(case_id, form), 422
    line = None if form.line.data == IN_PERSON else UUID(form.line.data)
    try:
        answer = code_words.check(
            parts().vault, current_user.card, case_id, form.word.data, destination_id=line, now=now()
        )
    except NoSuchRecord:
        raise NoSuchCase from None
    return _page(case_id, form, answer=answer), 200 if answer is Answer.RIGHT else 422


@bp.get("/cases/<uuid:case_id>/code-word/new")
@requires(Action.SET_CODE_WORD)
def new(case_id: UUID) -> ResponseReturnValue:
    """Ask which words she chooses."""
    return _new_page(case_id, NewWordForm())


@bp.post("/cases/<uuid:case_id>/code-word")
@requires(Action.SET_CODE_WORD)
def create(case_id: UUID) -> ResponseReturnValue:
    """Keep what she chose; the words themselves are never shown again."""
    form = NewWordForm.posted()
    if not form.validate():
        return _new_page(case_id, form), 422
    chosen = NewWord(
        word=form.word.data,
        danger=form.danger.data,
        wanted=form.wanted.data,
        police=form.police.data,
        how=form.how.data,
    )
    try:
        with parts().vault.writing() as session:
            head_of(session, current_user.card, case_id)
            code_words.keep(session, case_id, chosen, by=current_user.card.id, now=now())
    except UnfitWord as unfit:
        form.error_of(unfit.field, str(unfit))
        return _new_page(case_id, form), 422
    notice("code_word")
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _offer_lines(case_id: UUID, form: CheckForm) -> CaseHead:
    with parts().vault.reading() as session:
        head = head_of(session, current_user.card, case_id)
        known = people.destinations(session, case_id)
    phones = [(str(each.id), words.destination_label(each)) for each in known if each.kind is DestinationKind.PHONE]
    form.line.choices = offer([*phones, (IN_PERSON, "In person")])
    return head


def _page(case_id: UUID, form: CheckForm, *, answer: Answer | None = None) -> str:
    head = _offer_lines(case_id, form)
    with parts().vault.reading() as session:
        standing = code_words.standing_of(session, case_id, now=now())
    rests = standing.rests_until
    if answer is not Answer.RIGHT and rests is not None:
        until = moment(rests, now=now(), zone=ZoneInfo(head.standing.zone)).words
        said: Hold | None = Hold("Too many words were wrong.", f"Checks rest until {until}. {HELP}", ())
    elif answer is not None or not standing.is_set:
        said = Hold(*ANSWERS[answer or Answer.NOT_SET], _after(case_id) if answer is Answer.RIGHT else ())
    else:
        said = None
    may_check = standing.is_set and answer is not Answer.RIGHT and (rests is None)
    page = CodeWordPage(
        title="Code word",
        handle=head.handle,
        back=case_link(case_id, head.handle),
        answer=said,
        is_right=answer is Answer.RIGHT,
        form=form.card(url_for("code_words.check", case_id=case_id), "Check it") if may_check else None,
        new=Step("Choose a new word with her", url_for("code_words.new", case_id=case_id)),
    )
    return render("code-words/show.html", page)


def _after(case_id: UUID) -> tuple[Step, ...]:
    return (Step("Conversation", url_for("conversations.show", case_id=case_id), look="main"),)


def _new_page(case_id: UUID, form: NewWordForm) -> str:
    with parts().vault.reading() as session:
        head = head_of(session, current_user.card, case_id)
    here = url_for("cases.show", case_id=case_id)
    page = NewCodeWordPage(
        title="Choose her code word",
        handle=head.handle,
        back=case_link(case_id, head.handle),
        form=form.card(url_for("code_words.create", case_id=case_id), "Keep it", cancel_href=here),
    )
    return render("code-words/new.html", page)
