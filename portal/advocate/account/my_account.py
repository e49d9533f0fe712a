"""One's own account: the address of a calendar that says only "Busy", and words for danger."""

from flask import Blueprint, Response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import PasswordField

from outreach.access import Action
from outreach.meetings import calendar as meeting_calendar
from outreach.meetings import help as meeting_help
from portal.advocate.cards import Step
from portal.advocate.doors import public, requires
from portal.advocate.errors import NOT_HERE, answer
from portal.advocate.forms import NoFields, StrictForm, at_most, need
from portal.advocate.meetings.pages import AccountPage
from portal.advocate.moments import whole_day
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render

bp = Blueprint("my_account", __name__)


class PhraseForm(StrictForm):
    """Words for danger."""

    words = PasswordField(
        "Your words for danger",
        [need("Write your words."), at_most(80)],
        description="Two words or more, that sound plain, and that no note of yours would hold by chance.",
        render_kw={"autocomplete": "off"},
    )


@bp.get("/account")
@requires(Action.SEE_MEETINGS)
def show() -> ResponseReturnValue:
    """Show what one keeps for meetings."""
    return _page(PhraseForm())


@bp.post("/account/calendar")
@requires(Action.SEE_MEETINGS)
def make_calendar() -> ResponseReturnValue:
    """Make a new address and show it this once; the one before ends."""
    NoFields.posted()
    with parts().vault.writing() as session:
        token = meeting_calendar.make_feed(session, current_user.card.id, now=now())
    return _page(PhraseForm(), address=url_for("my_account.calendar", token=token, _external=True))


@bp.post("/account/calendar/ending")
@requires(Action.SEE_MEETINGS)
def end_calendar() -> ResponseReturnValue:
    """End the address."""
    NoFields.posted()
    with parts().vault.writing() as session:
        meeting_calendar.end_feed(session, current_user.card.id, now=now())
    notice("calendar_ended")
    return redirect(url_for("my_account.show"), 303)


@bp.post("/account/phrase")
@requires(Action.SEE_MEETINGS)
def keep_phrase() -> ResponseReturnValue:
    """Keep one's words for danger; they are never shown again."""
    form = PhraseForm.posted()
    if form.validate():
        try:
            with parts().vault.writing() as session:
                meeting_help.keep_phrase(session, current_user.card.id, form.words.data, now=now())
        except meeting_help.UnfitPhrase as unfit:
            form.error_of("words", str(unfit))
    if form.errors:
        return _page(form), 422
    notice("phrase")
    return redirect(url_for("my_account.show"), 303)


@bp.get("/calendars/<token>.ics")
@public("a calendar program has no session: its address is the key, and says only when somebody is busy")
def calendar(token: str) -> ResponseReturnValue:
    """Answer the calendar at an address; any other address, ended ones included, is as if it were not."""
    with parts().vault.reading() as session:
        found = meeting_calendar.calendar_at(session, token, zone=parts().zone, now=now())
    if found is None:
        return answer(NOT_HERE)
    return Response(found, mimetype="text/calendar")


def _page(form: PhraseForm, *, address: str = "") -> str:
    card = current_user.card
    with parts().vault.reading() as session:
        made_on = meeting_calendar.made_on(session, card.id)
        has_phrase = meeting_help.has_phrase(session, card.id)
    make = Step(
        "Make a new address" if made_on else "Make an address", url_for("my_account.make_calendar"), "post", "main"
    )
    end = Step("End it", url_for("my_account.end_calendar"), "post")
    since = f"Your calendar has an address, made {whole_day(made_on).words}. A new one ends it." if made_on else ""
    page = AccountPage(
        name=card.name,
        calendar_sentence=since or "Your calendar has no address.",
        calendar_address=address,
        calendar_steps=(make, end) if made_on else (make,),
        phrase_sentence="Your words are kept. New ones take their place." if has_phrase else "You have no words yet.",
        phrase=form.card(url_for("my_account.keep_phrase"), "Keep my words"),
        paper=Step("Paper forms", url_for("paper_forms.index")),
    )
    return render("account/show.html", page)
