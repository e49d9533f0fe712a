"""The page of one meeting: the next thing first, her initials and where, and alarms for those who are not there."""

from datetime import datetime
from typing import Any

from flask import url_for
from flask_login import current_user

from outreach.access import Action
from outreach.approvals.second_person import PEERS_AFTER
from outreach.meetings.checks import CHECK, GATE, INTERPRETER, PLACE, WORKERS
from outreach.meetings.from_paper import EARLY
from outreach.meetings.rules import AHEAD, LIVE, AlarmKind, Block, HowItWent, MeetingState
from outreach.meetings.view import MeetingCard
from portal.advocate.cards import Fact, Form, Hold, Step
from portal.advocate.meetings import words as say
from portal.advocate.meetings.forms import LATER, AgreeForm, AskForm, CallOffForm, CheckOutForm, NoteForm, Refused
from portal.advocate.meetings.pages import AlarmPart, MeetingPage
from portal.advocate.moments import clock_words, lateness, moment


def page(card: MeetingCard, *, now: datetime, refused: Refused | None = None) -> MeetingPage:
    """Return the page of a meeting; forms that were refused come back with what was typed."""
    refused = refused or Refused()
    line = card.line
    title, sentence, steps = _next(card, now=now)
    return MeetingPage(
        title=card.detail.initials or line.handle,
        point=card.point,
        when=moment(line.starts_at, now=now, zone=say.zone_of(line)),
        state=say.state_chip(line, now=now),
        back=Step("Meetings", url_for("meetings.index")),
        alarm=_alarm(card, now=now),
        holds=tuple(_hold(card, each, now=now) for each in card.blocks),
        next_title=title,
        next_sentence=sentence,
        next_steps=steps,
        check_out=_check_out(card, refused.check_out or refused.note or CheckOutForm()),
        note=_note(card, refused.note or NoteForm()),
        note_href=url_for("meetings.note", **_here(card)),
        agree=_agree(card, refused.agree or AgreeForm()),
        ask=_ask(card, refused.ask or AskForm()),
        facts=_facts(card),
        steps=_more(card, now=now),
        call_off=_call_off(card, refused.call_off or CallOffForm()),
    )


def _next(card: MeetingCard, *, now: datetime) -> tuple[str, str, tuple[Step, ...]]:
    line, here = card.line, _here(card)
    if card.is_faded and line.state in AHEAD:
        return "It has passed", "Say how it went. Her initials and the place are no longer shown.", _instead(card)
    if line.state in AHEAD and not card.blocks and line.am_there:
        go_in = Step("Check in", url_for("meetings.check_in", **here), "post", "main")
        by = _clock(card, line.check_in_by)
        return "Next: check in", f"Press it when you are there, by {by}.", (go_in, _quiet(go_in), *_more_time(card))
    if line.state is MeetingState.UNDER_WAY:
        return _next_under_way(card, now=now)
    if line.state is MeetingState.OVER:
        return "How did it go?", "One tap. It is on record as a try to reach her.", _outcomes(card, HowItWent)
    if line.state in AHEAD and not card.blocks:
        return "Ready", "They check in when they are there.", ()
    if line.state in AHEAD:
        return "Not ready yet", "What is in the way stands above.", ()
    went = card.detail.went
    return "Nothing is left to do", f"{say.WENT[HowItWent(went)]}." if went else "It was called off.", ()


def _next_under_way(card: MeetingCard, *, now: datetime) -> tuple[str, str, tuple[Step, ...]]:
    line, is_late = card.line, card.line.is_late(now)
    by = f"by {_clock(card, line.ends_at)}, {lateness(line.ends_at, now=now)}."
    if not line.am_there:
        return "Going on", f"They {'were' if is_late else 'are'} to check out {by}", ()
    says = (
        f"Your buddy expected you {by} Check out, or ask for more time." if is_late else f"Your buddy expects you {by}"
    )
    return "Next: check out", says, _more_time(card)


def _more_time(card: MeetingCard) -> tuple[Step, ...]:
    later = Step("Need 30 more minutes", url_for("meetings.more_time", **_here(card)), "post")
    return later, _quiet(later)


def _quiet(step: Step) -> Step:
    """Return a step that does the same, and calls for help."""
    return Step(f"{step.label}, timesheet later", step.href, "post", "plain", (("timesheet", LATER),))


def _outcomes(card: MeetingCard, which: Any) -> tuple[Step, ...]:
    where = url_for("meetings.outcome", **_here(card))
    return tuple(Step(say.WENT[each], where, "post", "plain", (("went", each.value),)) for each in which)


def _alarm(card: MeetingCard, *, now: datetime) -> AlarmPart | None:
    line = card.line
    if not line.alarms:
        return None
    who = say.people(line)
    answer = url_for("meetings.settle", **_here(card))
    steps = (
        Step("I reached them: all is well", answer, "post", "main", (("answer", "safe"),)),
        Step("Help is on its way", answer, "post", "stop", (("answer", "help_sent"),)),
    )
    help_wanted = AlarmKind.DURESS in line.alarms
    cause = f"{who} asked for help, and nobody there can tell." if help_wanted else f"No word from {who}."
    about = min(each.about_at for each in card.alarms if each.settled_at is None)
    due = moment(about, now=now, zone=say.zone_of(line)).words
    first = "Do not write to them about this. Someone may see their phone." if help_wanted else f"Call {who} now."
    todo = (
        first,
        "Ask something that a yes or a no answers. Listen for words that do not fit.",
        "No answer, or you are not sure: follow your office's plan for this. Nobody goes in alone.",
    )
    return AlarmPart(
        cause=cause,
        remedy=f"It came {due}." if help_wanted else f"It was due {due}.",
        todo=todo,
        note=card.detail.help_note,
        steps=steps,
    )


def _hold(card: MeetingCard, block: Block, *, now: datetime) -> Hold:
    line, here = card.line, _here(card)
    steps: list[Step] = []
    if block.needs == CHECK:
        steps.append(Step("Do the safety check", url_for("meeting_checks.new", **here), look="main"))
    if block.needs == GATE and line.sees_case:
        steps.append(Step("See the case", url_for("cases.show", case_id=line.case_id), look="main"))
        steps.append(Step("She asked", url_for("requests.new", case_id=line.case_id)))
    if block.needs in (PLACE, WORKERS, INTERPRETER) and line.sees_case:
        steps.append(Step("Plan it anew", url_for("meeting_plans.new", case_id=line.case_id)))
    waits = block.needs == WORKERS and card.asked_at is not None
    return Hold(block.cause, _waits(card, now=now) if waits else block.remedy, tuple(steps))


def _waits(card: MeetingCard, *, now: datetime) -> str:
    """Return that somebody was asked to let one worker go, and who may answer by now."""
    peers_at = (card.asked_at or now) + PEERS_AFTER
    if peers_at <= now:
        return "A supervisor was asked. Any colleague who does not go may answer now, on Today. It waits until then."
    return f"A supervisor was asked. From {_clock(card, peers_at)} any colleague may answer. It waits until then."


def _check_out(card: MeetingCard, form: CheckOutForm) -> Form | None:
    if card.line.state is not MeetingState.UNDER_WAY or not card.line.am_there:
        return None
    return form.card(url_for("meetings.check_out", **_here(card)), "Check out")


def _note(card: MeetingCard, form: NoteForm) -> Form | None:
    """Return a note of its own, or none where the form of a check-out has it."""
    if not card.line.am_there or card.line.state not in (*AHEAD, MeetingState.OVER):
        return None
    return form.card(url_for("meetings.note", **_here(card)), "Keep the note")


def _agree(card: MeetingCard, form: AgreeForm) -> Form | None:
    waits = any(each.needs == WORKERS for each in card.blocks)
    if not waits or card.line.am_there or not current_user.card.may(Action.AGREE_TO_ONE_WORKER):
        return None
    return form.card(url_for("meetings.agree", **_here(card)), "Agree to one worker")


def _ask(card: MeetingCard, form: AskForm) -> Form | None:
    waits = any(each.needs == WORKERS for each in card.blocks)
    is_theirs_to_decide = current_user.card.may(Action.AGREE_TO_ONE_WORKER) and not card.line.am_there
    if not waits or card.asked_at is not None or is_theirs_to_decide:
        return None
    return form.card(url_for("meetings.ask", **_here(card)), "Ask a supervisor")


def _call_off(card: MeetingCard, form: CallOffForm) -> Form | None:
    if card.line.state not in AHEAD:
        return None
    return form.card(url_for("meetings.call_off", **_here(card)), "Call it off")


def _facts(card: MeetingCard) -> tuple[Fact, ...]:
    line, detail = card.line, card.detail
    facts = [
        Fact("When", say.span_words(line)),
        Fact("There by", _clock(card, line.check_in_by)),
        Fact("Who goes", ", ".join(each for each in (line.lead, line.second) if each)),
        Fact("Buddy", f"{line.buddy} {detail.buddy_phone}".strip()),
    ]
    if detail.interpreter:
        facts.append(Fact("Interpreter", detail.interpreter))
    if detail.agreed_by:
        facts.append(Fact("One worker", f"{card.names.get(detail.agreed_by, 'A supervisor')} agreed"))
    if card.check:
        at = moment(card.check.weighed().at, now=line.starts_at, zone=say.zone_of(line))
        facts.append(Fact("Safety check", at.full))
    if detail.came_at:
        came, left, written = map(datetime.fromisoformat, (detail.came_at, detail.left_at, detail.written_at))
        later = moment(written, now=line.starts_at, zone=say.zone_of(line)).full
        facts.append(Fact("On paper", f"{_clock(card, came)} to {_clock(card, left)}. Written down {later}"))
    return tuple(facts)


def _more(card: MeetingCard, *, now: datetime) -> tuple[Step, ...]:
    line, here, steps = card.line, _here(card), []
    if line.state in AHEAD and not card.is_faded and not any(each.needs == CHECK for each in card.blocks):
        steps.append(Step("Check safety again", url_for("meeting_checks.new", **here)))
    if line.state in LIVE and not card.is_faded:
        steps.append(Step("Print a sheet", url_for("meeting_sheets.new", **here)))
    if line.state in LIVE and line.am_there and line.starts_at - EARLY <= now:
        steps.append(Step("Enter from paper", url_for("meetings_from_paper.new", **here)))
    if line.sees_case:
        steps.append(Step("The case", url_for("cases.show", case_id=line.case_id)))
    return tuple(steps)


def _instead(card: MeetingCard) -> tuple[Step, ...]:
    """Return how a meeting that has not begun may end all the same."""
    if card.line.state not in AHEAD:
        return ()
    return _outcomes(card, (HowItWent.DID_NOT_COME, HowItWent.MOVED, HowItWent.REACHED_OTHERWISE))


def _here(card: MeetingCard) -> dict[str, Any]:
    return {"meeting_id": card.line.id}


def _clock(card: MeetingCard, at: datetime) -> str:
    return clock_words(at.astimezone(say.zone_of(card.line)))
