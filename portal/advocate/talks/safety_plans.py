"""The safety plan: read together, calm and large; written section by section; nothing typed is lost."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from outreach.access import Action, NoSuchCase
from outreach.case_file.view import CaseHead, head_of
from outreach.records.errors import NoSuchRecord, StaleVersion
from outreach.risk import safety_plans
from outreach.risk.plan_sections import SECTIONS
from outreach.risk.safety_plans import PlanCard, TooMuchToKeep, UnfitPlan, What, Written
from portal.advocate.cards import Fact, Step
from portal.advocate.cases.page import case_link
from portal.advocate.doors import requires
from portal.advocate.forms import NoFields, StrictForm, version_in
from portal.advocate.moments import day, long_day
from portal.advocate.pages import ChangedPage
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.talks.forms import NO, YES, plan_form
from portal.advocate.talks.pages import PlanFormPage, PlanPage, QuietPage

bp = Blueprint("safety_plans", __name__)

LARGEST_PLAN = 320 * 1024
"""Of one post: ten full sections in any script, each letter sent as up to twelve."""
TOO_MUCH = "The plan as a whole is too long to keep. All you typed is still here: make this part, the longest, shorter."


def make_room() -> None:
    """Let the post of a plan be larger than any other; called before anything reads it."""
    if request.endpoint == "safety_plans.write":
        request.max_content_length = request.max_form_memory_size = LARGEST_PLAN


@bp.get("/cases/<uuid:case_id>/safety-plan")
@requires(Action.TALK_TOGETHER)
def show(case_id: UUID) -> ResponseReturnValue:
    """Show the plan to read together; the look is recorded."""
    return _page(case_id, None)


@bp.get("/cases/<uuid:case_id>/safety-plan/versions/<int:number>")
@requires(Action.TALK_TOGETHER)
def version(case_id: UUID, number: int) -> ResponseReturnValue:
    """Show an older version; the look is recorded."""
    return _page(case_id, version_in(str(number)))


@bp.get("/cases/<uuid:case_id>/safety-plan/edit")
@requires(Action.TALK_TOGETHER)
def edit(case_id: UUID) -> ResponseReturnValue:
    """Ask for each section, with what stands there now."""
    head, plan = _read(case_id)
    filled = dict(plan.sections) if plan else {}
    copy = {"copy": YES if plan and plan.copy_where else NO, "copy_where": plan.copy_where if plan else ""}
    number = str(plan.number if plan else 0)
    return _form_page(head, plan_form()(data={**filled, **copy, "number": number}))


@bp.post("/cases/<uuid:case_id>/safety-plan")
@requires(Action.TALK_TOGETHER)
def write(case_id: UUID) -> ResponseReturnValue:
    """Keep a new version; when somebody else wrote meanwhile, nothing is kept and nothing typed is lost."""
    form = plan_form().posted()
    with parts().vault.reading() as session:
        head = head_of(session, current_user.card, case_id)
    if not (form.validate() and _is_whole(form)):
        return _form_page(head, form), 422
    sections = {each.key: form[each.key].data for each in SECTIONS}
    written = Written(sections=sections, copy_where=form["copy_where"].data if form["copy"].data == YES else "")
    try:
        with parts().vault.writing() as session:
            by, number = current_user.card.id, version_in(form["number"].data)
            safety_plans.write(session, case_id, written, number=number, by=by, now=now())
    except TooMuchToKeep as longest:
        form.error_of(longest.section, TOO_MUCH)
        return _form_page(head, form), 422
    except UnfitPlan:
        form.error_of(SECTIONS[0].key, "Write in one section at least.")
        return _form_page(head, form), 422
    except StaleVersion:
        return _changed_page(case_id, form), 409
    notice("plan_written")
    return redirect(url_for("safety_plans.show", case_id=case_id), 303)


@bp.post("/cases/<uuid:case_id>/safety-plan/review")
@requires(Action.TALK_TOGETHER)
def review(case_id: UUID) -> ResponseReturnValue:
    """Note that the newest version was looked at together and stays."""
    NoFields.posted()
    _, plan = _read(case_id)
    if plan is not None and not plan.is_empty:
        with parts().vault.writing() as session:
            by, number = current_user.card.id, plan.number
            safety_plans.look_again(session, case_id, number=number, by=by, now=now())
        notice("plan_looked_at")
    return redirect(url_for("safety_plans.show", case_id=case_id), 303)


@bp.post("/cases/<uuid:case_id>/safety-plan/refusal")
@requires(Action.TALK_TOGETHER)
def decline(case_id: UUID) -> ResponseReturnValue:
    """Note that a plan was offered, and not wanted now. What there is stays."""
    NoFields.posted()
    with parts().vault.writing() as session:
        head_of(session, current_user.card, case_id)
        safety_plans.decline(session, case_id, by=current_user.card.id, now=now())
    notice("plan_declined")
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.get("/quiet")
@requires(Action.TALK_TOGETHER)
def quiet() -> ResponseReturnValue:
    """Show a page that says nothing, for when someone looks over."""
    page = QuietPage(sentence=long_day(now(), zone=parts().zone), back=Step("Go on", url_for("today.show")))
    return render("safety-plans/quiet.html", page)


def _read(case_id: UUID, number: int | None = None) -> tuple[CaseHead, PlanCard | None]:
    try:
        with parts().vault.writing() as session:
            head = head_of(session, current_user.card, case_id)
            return head, safety_plans.read(session, case_id, number=number, by=current_user.card.id, now=now())
    except NoSuchRecord:
        raise NoSuchCase from None


def _is_whole(form: StrictForm) -> bool:
    if form["copy"].data == YES and not form["copy_where"].data:
        form.error_of("copy_where", "Write where it is kept: a safe place, or with someone.")
    elif form["copy"].data == NO and form["copy_where"].data:
        form.error_of("copy_where", "Empty this, or choose that she asked for a copy.")
    return not form.errors


def _page(case_id: UUID, number: int | None) -> str:
    head, plan = _read(case_id, number)
    with parts().vault.reading() as session:
        numbers = [each for each in safety_plans.versions(session, case_id) if each.what is What.WRITTEN]
    zone = ZoneInfo(head.standing.zone)
    here = url_for("safety_plans.show", case_id=case_id)
    older = tuple(
        Step(day(each.at, zone=zone).words, url_for("safety_plans.version", case_id=case_id, number=each.number))
        for each in numbers
        if plan is None or each.number != plan.number
    )
    page = PlanPage(
        handle=head.handle,
        back=case_link(case_id, head.handle),
        hide=Step("Hide this", url_for("safety_plans.quiet"), look="main"),
        sentence=_sentence(plan, zone, is_older=number is not None),
        sections=_sections(plan),
        copy=_copy(plan),
        steps=(Step("Back to the plan", here),) if number is not None else _steps(case_id, plan),
        older=older,
    )
    return render("safety-plans/show.html", page)


def _sections(plan: PlanCard | None) -> tuple[Fact, ...]:
    if plan is None:
        return ()
    return tuple(Fact(each.title, plan.sections[each.key]) for each in SECTIONS if plan.sections.get(each.key))


def _sentence(plan: PlanCard | None, zone: ZoneInfo, *, is_older: bool) -> str:
    if plan is None:
        return "Nothing is written yet. A plan for staying is as good as one for leaving. She says what goes in."
    on = day(plan.at, zone=zone).words
    if is_older:
        return f"This is how it stood on {on}."
    if plan.what is What.NOT_WANTED:
        kept = "What was there stays." if not plan.is_empty else "Offer it again when something new happens."
        return f"It was offered on {on}, and not wanted then. {kept}"
    return f"Last looked at on {on}."


def _copy(plan: PlanCard | None) -> str:
    if plan is None or plan.is_empty:
        return ""
    return f"A copy was given. It is kept here: {plan.copy_where}" if plan.copy_where else "No copy was given."


def _steps(case_id: UUID, plan: PlanCard | None) -> tuple[Step, ...]:
    is_empty = plan is None or plan.is_empty
    label = "Write it together" if is_empty else "Change it"
    write_it = Step(label, url_for("safety_plans.edit", case_id=case_id), look="main")
    looked = Step("We read it. Nothing is new", url_for("safety_plans.review", case_id=case_id), "post")
    not_now = Step("She does not want this now", url_for("safety_plans.decline", case_id=case_id), "post", "quiet")
    return (write_it, not_now) if is_empty else (write_it, looked, not_now)


def _form_page(head: CaseHead, form: StrictForm) -> str:
    here = url_for("safety_plans.show", case_id=head.id)
    page = PlanFormPage(
        handle=head.handle,
        back=case_link(head.id, head.handle),
        sentence="Her plan, in her words. Leave empty what does not fit.",
        form=form.card(url_for("safety_plans.write", case_id=head.id), "Keep this plan", cancel_href=here),
    )
    return render("safety-plans/edit.html", page)


def _changed_page(case_id: UUID, form: StrictForm) -> str:
    head, plan = _read(case_id)
    form["number"].data = str(plan.number if plan else 0)
    page = ChangedPage(
        title="Someone changed this plan",
        handle=head.handle,
        sentence="It changed while you wrote. Your words are still here. Look at what it says now, then send again.",
        now_says=_sections(plan),
        form=form.card(url_for("safety_plans.write", case_id=case_id), "Keep mine"),
        back=case_link(case_id, head.handle),
    )
    return render("errors/changed.html", page)
