"""She rang in while the office was shut: what she asked, taken down by who is on call, answered alike whoever it is."""

from contextlib import suppress
from datetime import datetime
from functools import partial
from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import BooleanField, RadioField, StringField, TextAreaField

from outreach.access import Action, NoSuchCase
from outreach.case_file.view import names_of
from outreach.her_word.code_word_claims import Claim
from outreach.on_duty import night, night_calls
from outreach.on_duty.night_calls import KeptCall, Said
from outreach.protocols.steps import NOTICES, STEPS, TALKS
from outreach.terms import Channel
from outreach.today import Duty
from portal.advocate.cards import Step
from portal.advocate.cases.known_by import HELP, HOW, offer_word, weigh_word, word_field
from portal.advocate.cases.pages import TaskPage
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, need, offer
from portal.advocate.moments import moment
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render

bp = Blueprint("night_calls", __name__)

NOT_KNOWN = "not_known"
LIVE = ("live_call", "in_person")
"""What is passed on to her advocate as it was chosen, also where it counts as no contact."""
ASKED = "What did she ask for, in her words?"


class RangInForm(StrictForm):
    """A call from her, about a case of the card."""

    asked = TextAreaField(ASKED, [need("Write what she asked for."), at_most(2000)])
    known_by = RadioField(
        "How do you know it was she?",
        [need("Choose one.")],
        choices=offer([(NOT_KNOWN, "I do not know, or did not ask"), *HOW.items()]),
        default=NOT_KNOWN,
    )
    code_word = word_field("May stay empty. It is never needed to be helped.")
    is_done = BooleanField("Done in this call: what was due")


class OtherCallForm(StrictForm):
    """A call from someone whose case is not on the card."""

    asked = TextAreaField("What was asked for, in their words?", [need("Write what was asked for."), at_most(2000)])
    handle = StringField(
        "The case, if you know it", [at_most(60)], description="Its two words, like Cedar Wren. May stay empty."
    )


class WhoseForm(StrictForm):
    """Whose call it was, or what was done about it."""

    handle = StringField("Whose case is it?", [at_most(60)], description="Its two words, like Cedar Wren.")
    done = TextAreaField("Or: what did you do about it?", [at_most(500)], description="Where it is nobody's we know.")


@bp.get("/night/cases/<uuid:case_id>/calls/new")
@requires(Action.SEE_NIGHT)
def new(case_id: UUID) -> ResponseReturnValue:
    """Ask what she asked for."""
    form = RangInForm()
    _offer(case_id, form)
    return _page(case_id, form)


@bp.post("/night/cases/<uuid:case_id>/calls")
@requires(Action.SEE_NIGHT)
def create(case_id: UUID) -> ResponseReturnValue:
    """Keep it. Her word for danger keeps no contact as hers, and answers alike."""
    try:
        return _keep_on_card(case_id)
    except NoSuchCase:  # The shift ended while it was typed, or a colleague did what was due.
        return _keep_off_card(case_id)


def _keep_on_card(case_id: UUID) -> ResponseReturnValue:
    form = RangInForm.posted(prepare=lambda form: _offer(case_id, form))
    if not form.validate():
        return _page(case_id, form), 422
    find = partial(night.find_waiting, now=now())
    claim = weigh_word(form, "known_by", case_id, line=None, find=find)
    known_by = "" if form.known_by.data == NOT_KNOWN else form.known_by.data
    if "is_done" in form and form.is_done.data and not known_by:
        form.error_of("is_done", "Only where you know that it was she.")
    if form.errors:
        return _page(case_id, form), 422
    said = Said(form.asked.data, "" if claim is Claim.COERCED else known_by)
    with parts().vault.writing() as session:
        first = _first_due(session, case_id)
        done = first.task_id if first and "is_done" in form and form.is_done.data and said.known_by else None
        night_calls.note_on_card(session, current_user.card, case_id, said, done=done, now=now())
    notice("rang_in")
    return redirect(url_for("night.show"), 303)


def _keep_off_card(case_id: UUID) -> ResponseReturnValue:
    """Keep what was asked, and no contact as hers: alike for every case and for none. Her word for danger is heeded."""
    form, at = RangInForm.posted(), now()
    with parts().vault.reading() as session:
        night.was_on_duty(session, current_user.card, now=at)
    claim = None
    with suppress(NoSuchCase):
        claim = weigh_word(form, "known_by", case_id, line=None, find=partial(night.find_lately, now=at))
    if not form.validate():
        del form.is_done  # What was due is of the card, and this says nothing of any case.
        return _again_page(case_id, form), 422
    with parts().vault.writing() as session:
        said = Said(form.asked.data, form.known_by.data if claim is Claim.HOLDS and form.known_by.data in LIVE else "")
        night_calls.note_off_card(session, current_user.card, case_id, said, now=at)
    return _noted()


def _noted() -> ResponseReturnValue:
    """Say that it is noted: on the night's page, or on Today when the shift is over."""
    notice("rang_in")
    try:
        with parts().vault.reading() as session:
            night.on_duty(session, current_user.card, now=now())
    except NoSuchCase:
        return redirect(url_for("today.show"), 303)
    return redirect(url_for("night.show"), 303)


@bp.get("/night/calls/new")
@requires(Action.SEE_NIGHT)
def new_other() -> ResponseReturnValue:
    """Ask what somebody asked for whose case is not on the card."""
    return _other_page(OtherCallForm())


@bp.post("/night/calls")
@requires(Action.SEE_NIGHT)
def create_other() -> ResponseReturnValue:
    """Keep it, and answer the same whether there is such a case or not."""
    form = OtherCallForm.posted()
    if not form.validate():
        return _other_page(form), 422
    with parts().vault.writing() as session:
        night.was_on_duty(session, current_user.card, now=now())
        said = Said(form.asked.data, handle=form.handle.data)
        night_calls.note_of_other(session, current_user.card, said, now=now())
    return _noted()


@bp.get("/night-calls/<uuid:call_id>")
@requires(Action.SEE_UNKNOWN_NUMBERS)
def show(call_id: UUID) -> ResponseReturnValue:
    """Show a supervisor one call that is no case's; recorded."""
    return _whose_page(call_id, WhoseForm())


@bp.post("/night-calls/<uuid:call_id>")
@requires(Action.SEE_UNKNOWN_NUMBERS)
def settle(call_id: UUID) -> ResponseReturnValue:
    """Give the call to its case, or keep what was done about it."""
    form = WhoseForm.posted()
    if form.validate() and bool(form.handle.data) is bool(form.done.data):
        form.error_of("handle", "Write whose case it is, or what you did: one of the two.")
    if form.errors:
        return _whose_page(call_id, form), 422
    with parts().vault.writing() as session:
        is_good = _settled(session, call_id, form)
    if not is_good:
        return _whose_page(call_id, form), 422
    notice("dealt_with")
    return redirect(url_for("team.show"), 303)


def _settled(session: Session, call_id: UUID, form: WhoseForm) -> bool:
    if form.done.data:
        night_calls.settle(session, call_id, done=form.done.data, by=current_user.card.id, now=now())
        return True
    night_calls.read(session, call_id, by=current_user.card.id, now=now())  # None: there is no such page at all.
    try:
        night_calls.attach(session, current_user.card, call_id, form.handle.data, now=now())
    except NoSuchCase:
        form.error_of("handle", "There is no case of these two words.")
        return False
    return True


def _first_due(session: Session, case_id: UUID) -> Duty | None:
    """Return the contact that is due first and that a call of hers can settle; a notice she is told of by name."""
    found = night.duties_on_card(session, current_user.card, case_id, now=now())
    calls = (each for each in found if Channel.CALL in STEPS[each.step].channels and each.step not in NOTICES)
    return next((each for each in calls if STEPS[each.step].action not in TALKS), None)


def _offer(case_id: UUID, form: RangInForm) -> None:
    with parts().vault.reading() as session:
        first = _first_due(session, case_id)
        offer_word(form, "known_by", session, case_id)
    if first is None:
        del form.is_done
    else:
        form.is_done.label.text = (
            f"Done in this call: {STEPS[first.step].title[0].lower()}{STEPS[first.step].title[1:]}"
        )


def _page(case_id: UUID, form: RangInForm) -> str:
    with parts().vault.reading() as session:
        handle = night.find_waiting(session, current_user.card, case_id, now=now()).handle
    here = url_for("night.case", case_id=case_id)
    page = TaskPage(
        title="She rang in",
        handle=handle,
        sentence=f"{HELP} What she asked goes to her advocate.",
        back=Step(handle, here),
        form=form.card(url_for("night_calls.create", case_id=case_id), "Save", cancel_href=here),
    )
    return render("tasks/show.html", page)


def _again_page(case_id: UUID, form: RangInForm) -> str:
    """Return the page of a call about a case off the card: the same for every case and none, and sent there again."""
    here = url_for("night.show")
    page = TaskPage(
        title="She rang in",
        handle="Night",
        sentence=f"{HELP} It was not saved yet.",
        back=Step("Night", here),
        form=form.card(url_for("night_calls.create", case_id=case_id), "Save", cancel_href=here),
    )
    return render("tasks/show.html", page)


def _other_page(form: OtherCallForm) -> str:
    with parts().vault.reading() as session:
        night.was_on_duty(session, current_user.card, now=now())
    here = url_for("night.show")
    page = TaskPage(
        title="Someone else rang in",
        handle="Night",
        sentence="Help all the same, and tell nothing of what we know. Do not say if there is a case.",
        back=Step("Night", here),
        form=form.card(url_for("night_calls.create_other"), "Save", cancel_href=here),
    )
    return render("tasks/show.html", page)


def _whose_page(call_id: UUID, form: WhoseForm) -> str:
    with parts().vault.writing() as session:
        kept = night_calls.read(session, call_id, by=current_user.card.id, now=now())
        by = names_of(session, {kept.by}).get(kept.by, "A colleague")
        has_it = night_calls.is_with_its_case(session, current_user.card, kept)
    page = TaskPage(
        title="A call in the night",
        handle="Night",
        sentence=_told(kept, by, has_it=has_it),
        back=Step("Team", url_for("team.show")),
        form=form.card(url_for("night_calls.settle", call_id=call_id), "Save", cancel_href=url_for("team.show")),
    )
    return render("tasks/show.html", page)


def _told(kept: KeptCall, by: str, *, has_it: bool) -> str:
    which = "and that case has it too" if has_it else "and no open case is called so"
    named = f" They named “{kept.handle}”, {which}." if kept.handle else ""
    when = moment(datetime.fromisoformat(kept.at), now=now(), zone=parts().zone).words
    return f"{by} took it down {when}: “{kept.asked}”{named}"
