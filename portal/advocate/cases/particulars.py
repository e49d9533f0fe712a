"""Who she is: the name she chose, pronouns, birth date, language, who must not interpret. Nothing typed is lost."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from outreach import people
from outreach.access import Action
from outreach.case_file.view import CaseHead, head_of
from outreach.identity.particulars import Learned, NoBirthDate, is_under_age, note
from outreach.identity.particulars import note_adult as keep_adult
from outreach.meetings.boxes import veto_of
from outreach.meetings.interpreters import Veto, words_of
from outreach.people import VictimCard
from outreach.records.errors import StaleVersion
from portal.advocate.cards import Fact
from portal.advocate.cases.page import case_link
from portal.advocate.contact.pages import ParticularsPage
from portal.advocate.doors import requires
from portal.advocate.forms import NoFields, StrictForm, at_most, lines_of, offer, version_in
from portal.advocate.languages import language_words, offered
from portal.advocate.pages import ChangedPage
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render

bp = Blueprint("particulars", __name__)


class ParticularsForm(StrictForm):
    """All that is asked; every field may stay empty."""

    chosen_name = StringField("Name she wants to hear", [at_most(80)])
    pronouns = StringField("Pronouns", [at_most(40)], description="Such as: she/her.")
    born_on = DateField("Birth date", [Optional()], description="Mail stays off until we know that she is 18 or older.")
    language = SelectField("Language she wants to speak", choices=[])
    needs_interpreter = BooleanField("She wants an interpreter")
    vetoed = TextAreaField(
        "Interpreters she does not want",
        [at_most(400)],
        description="One name on each line. A child never interprets, and no one from the family.",
    )
    veto_town = BooleanField("No interpreter from her own town or community")
    veto_all = BooleanField("No interpreter at all")
    version = HiddenField(validators=[Optional()])


@bp.get("/cases/<uuid:case_id>/particulars")
@requires(Action.CHANGE_PARTICULARS)
def edit(case_id: UUID) -> ResponseReturnValue:
    """Ask what she says of herself; the look is recorded."""
    head, known, veto = _open(case_id)
    return _page(head, known, _offering(ParticularsForm(data=_filled(known, veto)), known))


@bp.post("/cases/<uuid:case_id>/particulars")
@requires(Action.CHANGE_PARTICULARS)
def save(case_id: UUID) -> ResponseReturnValue:
    """Keep it; when somebody else changed it meanwhile, nothing is kept and nothing typed is lost."""
    form = ParticularsForm.posted()
    head, known, _ = _open(case_id)
    if not _offering(form, known).validate():
        return _page(head, known, form), 422
    learned = _learned(form)
    try:
        with parts().vault.writing() as session:
            note(session, case_id, learned, version=version_in(form.version.data), by=current_user.card.id, now=now())
    except NoBirthDate:
        form.error_of("born_on", "Check the year.")
        return _page(head, known, form), 422
    except StaleVersion:
        return _changed_page(case_id, form), 409
    today = now().astimezone(ZoneInfo(head.standing.zone)).date()
    notice("under_age" if is_under_age(learned.born_on, today) else "saved")
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.post("/cases/<uuid:case_id>/adulthood")
@requires(Action.CHANGE_PARTICULARS)
def note_adult(case_id: UUID) -> ResponseReturnValue:
    """Keep that she is an adult, with one tap."""
    NoFields.posted()
    try:
        with parts().vault.writing() as session:
            head_of(session, current_user.card, case_id)
            keep_adult(session, case_id, by=current_user.card.id, now=now())
        notice("adult")
    except NoBirthDate:
        notice("not_adult")
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _open(case_id: UUID) -> tuple[CaseHead, VictimCard, Veto]:
    with parts().vault.writing() as session:
        head = head_of(session, current_user.card, case_id)
        known = people.read(session, case_id, by=current_user.card.id, now=now())
        return head, known, veto_of(session, case_id)


def _offering(form: ParticularsForm, known: VictimCard) -> ParticularsForm:
    form.language.choices = offer(offered(known.language))
    return form


def _filled(known: VictimCard, veto: Veto) -> dict[str, object]:
    return {
        "chosen_name": known.chosen_name,
        "pronouns": known.pronouns,
        "born_on": known.date_of_birth,
        "language": known.language or "",
        "needs_interpreter": known.needs_interpreter,
        "vetoed": "\n".join(veto.names),
        "veto_town": veto.is_of_her_town,
        "veto_all": veto.is_of_all,
        "version": str(known.version),
    }


def _learned(form: ParticularsForm) -> Learned:
    return Learned(
        form.chosen_name.data,
        form.pronouns.data,
        form.born_on.data,
        form.language.data or None,
        form.needs_interpreter.data,
        Veto(lines_of(form.vetoed.data), form.veto_town.data, form.veto_all.data),
    )


def _page(head: CaseHead, known: VictimCard, form: ParticularsForm) -> str:
    here = url_for("cases.show", case_id=head.id)
    page = ParticularsPage(
        title="Name, birth date, interpreter",
        handle=head.handle,
        back=case_link(head.id, head.handle),
        full_name=known.full_name,
        form=form.card(url_for("particulars.save", case_id=head.id), "Save", cancel_href=here),
    )
    return render("particulars/edit.html", page)


def _changed_page(case_id: UUID, form: ParticularsForm) -> str:
    head, known, veto = _open(case_id)
    _offering(form, known)
    form.version.data = str(known.version)
    page = ChangedPage(
        title="Someone changed this page",
        handle=head.handle,
        sentence="It changed while you wrote. Your words are still here. Look at what it says now, then send again.",
        now_says=_facts(known, veto),
        form=form.card(url_for("particulars.save", case_id=case_id), "Save mine"),
        back=case_link(case_id, head.handle),
    )
    return render("errors/changed.html", page)


def _facts(known: VictimCard, veto: Veto) -> tuple[Fact, ...]:
    born = known.date_of_birth
    return (
        Fact("Name she wants to hear", known.chosen_name or "Not known"),
        Fact("Pronouns", known.pronouns or "Not known"),
        Fact("Birth date", f"{born:%B} {born.day}, {born.year}" if born else "Not known"),
        Fact("Language", language_words(known.language) if known.language else "Not known"),
        Fact("Interpreter", "Wanted" if known.needs_interpreter else "Not asked for"),
        Fact("Not as interpreter", " ".join(words_of(veto)) or "Nobody named"),
    )
