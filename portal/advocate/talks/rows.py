"""Rows about talks: one past assessment, one change, and the section of a case page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import url_for
from flask_login import current_user

from outreach.access import Action
from outreach.case_file.view import CaseView
from outreach.protocols.steps import STEPS
from outreach.risk.boxes import KeptChange
from outreach.risk.cards import AssessmentCard, State
from outreach.risk.safety_plans import PlanCard, What
from outreach.risk.triggers import Trigger
from portal.advocate.cards import Step
from portal.advocate.moments import day, moment
from portal.advocate.talks.pages import Change, PastTalk, TalkCard
from portal.advocate.talks.words import CHANGES, own_scale, own_view, result


def past(
    case_id: UUID, card: AssessmentCard, cards: Sequence[AssessmentCard], *, now: datetime, zone: ZoneInfo
) -> PastTalk:
    """Return the row of one assessment."""
    corrected = next((each for each in cards if each.corrects == card.id), None)
    corrects = next((each for each in cards if each.id == card.corrects), None)
    notes = [
        f"Corrects the one of {day(corrects.at, zone=zone).words}." if corrects else "",
        f"Corrected on {day(corrected.at, zone=zone).words}." if corrected else "",
    ]
    return PastTalk(
        when=moment(card.at, now=now, zone=zone),
        title=card.kept.title or "Talk",
        hers=own_view(card) if card.state is not State.SKIPPED else "",
        result=result(card),
        note=" ".join(filter(None, notes)),
        steps=_steps(case_id, card),
    )


def _steps(case_id: UUID, card: AssessmentCard) -> tuple[Step, ...]:
    if card.state is State.SKIPPED:
        return ()
    label = "Go on" if card.state is State.BEGUN else "Open"
    return (Step(label, url_for("questions.show", case_id=case_id, assessment_id=card.id)),)


def change(kept: KeptChange, names: Mapping[str, str], *, now: datetime, zone: ZoneInfo) -> Change:
    """Return the row of one change."""
    what = ". ".join(CHANGES[Trigger(str(each))] for each in kept.what)
    when = moment(datetime.fromisoformat(kept.at), now=now, zone=zone)
    return Change(when=when, by=names.get(kept.by, "A colleague"), words=f"{what}. {kept.words}".strip())


def talk_card(view: CaseView, *, now: datetime, zone: ZoneInfo) -> TalkCard | None:
    """Return the section of a case page; none for whoever may not talk with her."""
    if not current_user.card.may(Action.TALK_TOGETHER):
        return None
    case_id, talks = view.head.id, view.talks
    due = [each.due_at for each in view.duties if STEPS[each.step].action == "assess" and not each.missed_cause]
    steps = [Step("Talk about danger", url_for("assessments.index", case_id=case_id))]
    if talks.begun is not None:
        go_on = url_for("questions.show", case_id=case_id, assessment_id=talks.begun.id)
        steps.insert(0, Step("Go on where it stopped", go_on, look="main"))
    steps.append(Step("Safety plan", url_for("safety_plans.show", case_id=case_id)))
    return TalkCard(
        sentences=(*_results(talks.made, zone), _plan(talks.plan, zone)),
        due=moment(min(due), now=now, zone=zone) if due else None,
        steps=tuple(steps),
    )


def _results(made: AssessmentCard | None, zone: ZoneInfo) -> tuple[str, ...]:
    if made is None:
        return ("Nobody has talked with her about danger yet.",)
    on = day(made.at, zone=zone).words
    tool = f"{made.kept.title}, {on}: {result(made)}." if made.kept.instrument else f"No questions were asked on {on}."
    return (f"Her own view: {own_scale(made)}", tool)


def _plan(plan: PlanCard | None, zone: ZoneInfo) -> str:
    if plan is None:
        return "There is no safety plan."
    on = day(plan.at, zone=zone).words
    if plan.what is What.NOT_WANTED:
        kept = " What there was stays." if not plan.is_empty else " It is offered again when something new happens."
        return f"A plan was offered on {on}, and not wanted then.{kept}"
    return f"Safety plan: last looked at on {on}. {'A copy was given.' if plan.copy_where else 'No copy was given.'}"
