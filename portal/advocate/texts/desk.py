"""Texts: choose approved words, see them as they would stand on her screen, release or cancel."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from outreach.access import Action, NoSuchCase, find_case
from outreach.case_file.view import CaseView, Way, head_of, open_case_view
from outreach.messaging import half_hour, text_words, texts
from outreach.messaging.errors import NotAllowed
from outreach.messaging.wording import DAYS, FromTemplate, Typed, UnfitWording, Wording, phrasebook
from outreach.records.errors import NoSuchRecord
from outreach.records.work import Text
from outreach.safe_contact import Allowed, Reason
from outreach.terms import Channel, Level
from portal.advocate import words
from portal.advocate.cards import Form, Hold
from portal.advocate.cases.page import case_link
from portal.advocate.contact import ways
from portal.advocate.contact.pages import TextPage, TextPreview
from portal.advocate.doors import requires
from portal.advocate.forms import NoFields, StrictForm, at_most, need, offer
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render

bp = Blueprint("texts", __name__)

OWN = "own"
NOT_APPROVED = Hold(
    "No text is approved for use here.",
    "Ask the person who runs Wayside: someone must read the texts and agree to them. Until then, call.",
    (),
)


class TextForm(StrictForm):
    """The words: an approved text with its blanks, or one's own while she asked for it."""

    template = RadioField("Which text?", [need("Choose a text.")], choices=[])
    sender = SelectField(
        "Signed as",
        [need("Choose what it is signed with.")],
        choices=[],
        description="She picks it. Ask her which one fits.",
    )
    day = SelectField("Day", [Optional()], choices=[])
    time = StringField("Time", [Optional(), at_most(5)], description="Like 10:00.")
    body = TextAreaField(
        "Your own words", [at_most(320)], description="For half an hour after you checked her code word."
    )

    two_parts = BooleanField("My own words may take two texts", description="Then it may make two sounds.")

    def offered(self, language: str, *, may_type: bool) -> "TextForm":
        """Fill in what can be chosen in her language, and return the form."""
        book = phrasebook()
        named = [(name, book.templates[language, name].replace("{sender}: ", "")) for name in _approved(language)]
        shown = [(name, text.replace("{day}", "(day)").replace("{time}", "(time)")) for name, text in named]
        self.template.choices = offer([*shown, *([(OWN, "Your own words")] if may_type else [])])
        self.sender.choices = offer((each, each) for each in book.senders[language])
        self.day.choices = offer([("", "No day"), *((each, each) for each in DAYS[language])])
        if not may_type:
            del self.body
            del self.two_parts
        return self

    def wording(self, language: str) -> Wording:
        """Return the choice as the texts take it."""
        if self.template.data == OWN:
            return Typed(body=self.body.data, may_be_two=bool(self.two_parts.data))
        return FromTemplate(
            template=self.template.data,
            language=language,
            sender=self.sender.data,
            day=self.day.data or None,
            time=self.time.data or None,
        )


class ReleaseForm(StrictForm):
    """The words of the preview, fixed."""

    template = HiddenField()
    sender = HiddenField()
    day = HiddenField()
    time = HiddenField()
    body = HiddenField()
    two_parts = HiddenField()


@bp.get("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/texts/new")
@requires(Action.RELEASE_TEXT)
def new(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Ask for the words."""
    view, way = _open(case_id, destination_id)
    picked = TextForm(data={"sender": way.destination.sign_off})
    return _page(view, way, picked.offered(_language(view), may_type=_may_type(case_id, way)))


@bp.post("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/texts/preview")
@requires(Action.RELEASE_TEXT)
def preview(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Show the text exactly as it would leave; nothing is stored."""
    view, way = _open(case_id, destination_id)
    # Words that were typed come back, though the half hour for them ended meanwhile.
    may_type = "body" in request.form or _may_type(case_id, way)
    form = TextForm.posted(prepare=lambda form: form.offered(_language(view), may_type=may_type))
    seen = _preview(view, form, way) if form.validate() else None
    return _page(view, way, form, seen=seen), 200 if seen else 422


@bp.post("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/texts")
@requires(Action.RELEASE_TEXT)
def create(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Release the text of the preview; the gate is asked again."""
    view, way = _open(case_id, destination_id)
    form = TextForm.posted(prepare=lambda form: form.offered(_language(view), may_type=True))
    if not form.validate():
        return _page(view, way, form), 422
    try:
        with parts().vault.writing() as session:
            head_of(session, current_user.card, case_id)
            wording, by = form.wording(_language(view)), current_user.card.id
            if isinstance(wording, FromTemplate):
                texts.keep_sign_off(session, case_id, destination_id, wording.sender, by=by, now=now())
            texts.release(session, case_id, destination_id, wording=wording, request=None, by=by, now=now())
    except UnfitWording as unfit:
        form.error_of(_told_by(form), _sentence(unfit))
        return _page(view, way, form), 422
    except NotAllowed as refused:
        return _page(view, Way(way.destination, way.channel, refused.decision), form), 409
    notice("text")
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.post("/texts/<uuid:text_id>/cancellation")
@requires(Action.RELEASE_TEXT)
def cancel(text_id: UUID) -> ResponseReturnValue:
    """Cancel a text that has not left."""
    NoFields.posted()
    key = "text_cancelled"
    with parts().vault.writing() as session:
        text = session.get(Text, text_id)
        if text is None:
            raise NoSuchCase
        case_id = find_case(session, current_user.card, text.case_id).id
        try:
            texts.cancel(session, text_id, by=current_user.card.id, now=now())
        except (texts.TextGone, NoSuchRecord):
            key = "text_gone"
    notice(key)
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _open(case_id: UUID, destination_id: UUID) -> tuple[CaseView, Way]:
    with parts().vault.writing() as session:
        view = open_case_view(session, current_user.card, case_id, now=now())
    found = next((w for w in view.ways if w.destination.id == destination_id and w.channel is Channel.TEXT), None)
    if found is None:
        raise NoSuchCase
    return view, found


def _language(view: CaseView) -> str:
    tag = (view.victim.language or "en").partition("-")[0]
    return tag if tag in phrasebook().senders else "en"


def _may_type(case_id: UUID, way: Way) -> bool:
    if not (isinstance(way.decision, Allowed) and way.decision.reason is Reason.SHE_ASKED):
        return False
    with parts().vault.reading() as session:
        return half_hour.may_type_now(session, case_id, way.destination, now=now())


def _approved(language: str) -> list[str]:
    """Return the texts in a language that may be used here, by name."""
    book, is_practice = phrasebook(), parts().is_practice
    return [
        name
        for tag, name in book.templates
        if tag == language and book.standing(tag, name).may_leave(is_practice=is_practice)
    ]


def _preview(view: CaseView, form: TextForm, way: Way) -> TextPreview | None:
    avoid = way.destination.words_to_avoid
    try:
        with parts().vault.reading() as session:
            if form.template.data == OWN:
                half_hour.check_typed_now(session, view.head.id, way.destination, now=now())
            found = text_words.preview(session, view.head.id, form.wording(_language(view)), avoid=avoid)
    except UnfitWording as unfit:
        form.error_of(_told_by(form), _sentence(unfit))
        return None
    return TextPreview(
        words=found.body,
        segments=found.segments.pieces,
        letters=found.segments.units,
        encoding=found.segments.encoding,
        leaves=_leaves(view, way),
    )


def _told_by(form: TextForm) -> str:
    """Return the field beside which it is said what is wrong with the words."""
    return "body" if form.template.data == OWN else "template"


def _leaves(view: CaseView, way: Way) -> str:
    if isinstance(way.decision, Allowed) and way.decision.reason is Reason.SHE_ASKED:
        return "She asked for it, so it leaves at once."
    if view.facts.level == Level.A:
        return "At level A it leaves at once, in her hours."
    return "It leaves at a minute picked by chance, in her hours, in the next two days or so."


def _sentence(unfit: UnfitWording) -> str:
    text = str(unfit)
    return f"{text[0].upper()}{text[1:]}."


def _page(view: CaseView, way: Way, form: TextForm, *, seen: TextPreview | None = None) -> str:
    named: dict[str, Any] = {"case_id": view.head.id, "destination_id": way.destination.id}
    hold = ways.hold(view, way, now=now()) if form.template.choices else NOT_APPROVED
    page = TextPage(
        title=words.destination_label(way.destination, Channel.TEXT),
        handle=view.head.handle,
        back=case_link(view.head.id, view.head.handle),
        chip=words.gate_chip(way.decision),
        hold=hold,
        preview=seen,
        form=form.card(url_for("texts.preview", **named), "Show it first") if form.template.choices else None,
        release=_release_form(form, named, hold) if seen else None,
    )
    return render("texts/new.html", page)


def _release_form(form: TextForm, named: dict[str, Any], hold: Hold | None) -> Form | None:
    if hold is not None:
        return None
    fixed = {each.name: each.data or "" for each in form}
    return ReleaseForm(data={"body": "", **fixed}).card(url_for("texts.create", **named), "Release this text")
