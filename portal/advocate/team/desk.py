"""The supervisors' page: what waits for a decision, who holds how much; and handing a case to a colleague."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice

from outreach.access import Action
from outreach.call_ins.board import CallIn, red_ones
from outreach.case_file.listing import CaseLine
from outreach.case_file.view import head_of
from outreach.messaging import unknown_numbers
from outreach.messaging.letters.board import count_to_decide
from outreach.on_duty import night_calls
from outreach.on_duty.night_calls import CallLine
from outreach.protocols import versions as protocol_versions
from outreach.records.errors import NoSuchRecord, StaleVersion
from outreach.staff import team as waiting
from outreach.staff.assigning import CannotTakeCases, assign_case
from outreach.terms import Level
from outreach.today import Duty
from portal.advocate import words
from portal.advocate.call_ins import late_tellings
from portal.advocate.call_ins.rows import row_steps
from portal.advocate.call_ins.words import chip, left_words
from portal.advocate.cards import Fact, Form, Step
from portal.advocate.cases import aside, brought
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, need, offer, version_in
from portal.advocate.letters.stacks_lying import asked_for, stacks_lying
from portal.advocate.moments import moment
from portal.advocate.on_duty import rota
from portal.advocate.on_duty.unreached import phone_holds
from portal.advocate.pages import TeamPage, TeamRow, TeamSection, UnknownTexts
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.sentences import duty_sentence, duty_steps
from portal.advocate.team.alarms import alarms

bp = Blueprint("team", __name__)


class AssignForm(StrictForm):
    """Who takes the case."""

    to = SelectField("Hand to", [need("Choose a colleague.")], choices=[])
    version = HiddenField()


@bp.get("/team")
@requires(Action.SEE_TEAM)
def show() -> ResponseReturnValue:
    """Show what waits for a supervisor."""
    return _page()


@bp.post("/cases/<uuid:case_id>/assignment")
@requires(Action.ASSIGN_CASE)
def assign(case_id: UUID) -> ResponseReturnValue:
    """Hand a case to a colleague, unless it changed hands since the page was made."""
    form, card = AssignForm.posted(), current_user.card
    with parts().vault.writing() as session:
        head_of(session, card, case_id)
        form.to.choices = _colleagues(waiting.team_of(session, card, now=now()).people)
        is_good = form.validate()
        if is_good:
            try:
                shown = version_in(form.version.data)
                assign_case(session, case_id, UUID(form.to.data), by=card.id, now=now(), version=shown)
            except (CannotTakeCases, NoSuchRecord, StaleVersion):
                is_good = False
    if not is_good:
        return _page(refused=case_id, typed=form.to.data), 409 if not form.errors else 422
    notice("assigned")
    return redirect(url_for("team.show"), 303)


def _page(*, refused: UUID | None = None, typed: str | None = None) -> str:
    at = now()
    with parts().vault.reading() as session:
        team = waiting.team_of(session, current_user.card, now=at)
        stands_still = alarms(session, now=at)
        red = red_ones(session, current_user.card, now=at)
        nobody_on_call = rota.gap_holds(session, at)
        unreached = phone_holds(session, at)
        lying = (*stacks_lying(session, at), *asked_for(session, current_user.card, at))
        unknown = unknown_numbers.count_waiting(session)
        calls = night_calls.waiting(session)
        changes = protocol_versions.count_waiting(session)
        letters = count_to_decide(session, current_user.card, now=at)
    rows = tuple(
        _unassigned_row(line, team, at, typed=typed if line.id == refused else None, is_refused=line.id == refused)
        for line in team.unassigned
    )
    more = max(0, team.unassigned_total - len(rows))
    page = TeamPage(
        sections=(
            TeamSection(key="unassigned", title="Nobody's yet", rows=rows, empty="Every case has someone.", more=more),
            _call_ins(red, at),
            *filter(None, (late_tellings.section(at),)),
            _section("holds", "Waits for you", "Nothing waits for a supervisor.", team.holds, at),
            _matches(team, at),
            _section("proposals", "Changes to check", "No change to check.", team.proposals, at),
            *((_brought_over(team, at, typed=typed, refused=refused),) if team.brought_over else ()),
        ),
        aside=aside.section(team.aside),
        people=tuple(
            Fact(each.colleague.name, f"{each.open_cases} cases, {each.late_tasks} late tasks") for each in team.people
        ),
        unknown=_unknown(unknown),
        night_calls=_night_calls(calls),
        alarms=(*stands_still, *nobody_on_call, *unreached, *lying),
        rota=(Step("Who is on call", url_for("rota.show")), Step("Services", url_for("services.index"))),
        stop_texts=Step("Stop all texts", url_for("texting.new")),
        signature=Step("Who signed for texts", url_for("signature.show")),
        protocols=Step("Protocols", url_for("protocols.index")),
        changes_waiting=changes,
        letters_waiting=letters,
        letters=Step("Letters", url_for("letter_board.show")),
    )
    return render("team/show.html", page)


def _night_calls(calls: tuple[CallLine, ...]) -> UnknownTexts:
    if not calls:
        return UnknownTexts(sentence="No call of the night waits for you.", steps=(), title="Calls at night")
    read = Step("Read the oldest", url_for("night_calls.show", call_id=calls[0].id), look="main")
    said = f"Calls at night of no case we know: {len(calls)}"
    return UnknownTexts(sentence=said, steps=(read,), title="Calls at night")


def _unknown(waiting_texts: int) -> UnknownTexts:
    if not waiting_texts:
        return UnknownTexts(sentence="No text waits from a number we do not know.", steps=())
    read = Step("See them", url_for("unknown_numbers.index"), look="main")
    return UnknownTexts(sentence=f"Texts from numbers we do not know: {waiting_texts}", steps=(read,))


def _matches(team: waiting.Team, at: datetime) -> TeamSection:
    """Return what may be the same person: what has a clock first, then cases from before, which have none."""
    found = _section("matches", "Maybe the same person", "No match to decide.", team.matches, at)
    rows = tuple(
        TeamRow(
            handle=each.handle,
            href=url_for("cases.show", case_id=each.case_id),
            level=None,
            waits=None,
            sentence=f"{brought.TITLE}. Nothing leaves until someone decides.",
            steps=(Step("Decide", url_for("matches.show", match_id=each.match_id)),),
        )
        for each in team.undecided[: waiting.SHOWN]
    )
    return replace(found, rows=(*found.rows, *rows), more=found.more + len(team.undecided) - len(rows))


def _brought_over(team: waiting.Team, at: datetime, *, typed: str | None, refused: UUID | None) -> TeamSection:
    """Return cases from before that nobody has: to hand out, at leisure."""
    rows = tuple(
        _unassigned_row(line, team, at, typed=typed if line.id == refused else None, is_refused=line.id == refused)
        for line in team.brought_over
    )
    more = team.brought_over_total - len(rows)
    return TeamSection(key="brought", title=brought.TITLE, rows=rows, empty="", more=max(0, more))


def _unassigned_row(
    line: CaseLine, team: waiting.Team, at: datetime, *, typed: str | None, is_refused: bool
) -> TeamRow:
    zone = ZoneInfo(line.standing.zone)
    due = line.next_due_at
    return TeamRow(
        handle=line.handle,
        href=url_for("cases.show", case_id=line.id),
        level=words.level_chip(Level(line.standing.level)) if line.standing.level else None,
        waits=moment(due, now=at, zone=zone) if due else None,
        sentence="The first task is due then." if due else "Nothing is due yet.",
        form=_assign_form(line, team, typed=typed, is_refused=is_refused),
    )


def _assign_form(line: CaseLine, team: waiting.Team, *, typed: str | None, is_refused: bool) -> Form:
    form = AssignForm(data={"to": typed, "version": str(line.version)})
    form.to.choices = _colleagues(team.people)
    error = "This case changed, or they cannot take it. Look again and choose." if is_refused else ""
    return form.card(url_for("team.assign", case_id=line.id), "Hand over", error=error)


def _colleagues(people: tuple[waiting.Holding, ...]) -> list[SelectChoice]:
    """Nobody is chosen beforehand: one tap in haste would hand a case to whoever stands first."""
    named = ((str(each.colleague.id), f"{each.colleague.name} ({each.open_cases} cases)") for each in people)
    return offer([("", "Choose a colleague"), *named])


def _call_ins(red: tuple[CallIn, ...], at: datetime) -> TeamSection:
    """Return the call-ins of which somebody was not told in time: what a supervisor has to see without looking."""
    rows = tuple(
        TeamRow(
            handle=each.handle,
            href=url_for("cases.show", case_id=each.case_id),
            level=words.level_chip(each.level),
            waits=moment(each.at, now=at, zone=ZoneInfo(each.zone)),
            sentence=f"{chip(each.countdown).word}, {left_words(each.countdown)}. "
            + words.full_stop(each.holder or "Nobody has it"),
            steps=row_steps(each, is_ahead=True),
        )
        for each in red[: waiting.SHOWN]
    )
    empty = "Everyone was told of their call-in in time, or time is left."
    more = max(0, len(red) - len(rows))
    return TeamSection(key="call-ins", title="Call-ins: not told in time", rows=rows, empty=empty, more=more)


def _section(key: str, title: str, empty: str, found: waiting.Waiting, at: datetime) -> TeamSection:
    rows = tuple(_duty_row(each, at) for each in found.duties)
    return TeamSection(key=key, title=title, rows=rows, empty=empty, more=max(0, found.total - len(rows)))  # type: ignore[arg-type]


def _duty_row(duty: Duty, at: datetime) -> TeamRow:
    return TeamRow(
        handle=duty.handle,
        href=url_for("cases.show", case_id=duty.case_id),
        level=words.level_chip(duty.level),
        waits=moment(duty.due_at, now=at, zone=ZoneInfo(duty.standing.zone)),
        sentence=duty_sentence(duty),
        steps=duty_steps(duty),
    )
