"""The page of one case, from what `outreach.case_file.view` found: next step, safe contact, then the rest."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_login import current_user

from outreach.access import Action
from outreach.approvals.approving import may_decide
from outreach.case_file.view import CaseView
from outreach.gate.facts import Approval
from outreach.gate.reasons import REASONS, Reason
from outreach.identity.minors import rules_for
from outreach.protocols.steps import STEPS
from outreach.reaching.destinations import Destination
from outreach.reaching.next_way import TRIES, NoSafeWay, SafestWay, next_way
from outreach.safe_contact import Allowed
from outreach.terms import Channel, DestinationKind, Level, TextState
from outreach.today import Duty
from outreach.walls.partner_work import PartnerWork
from portal.advocate import words
from portal.advocate.call_ins import rows as call_in_rows
from portal.advocate.call_ins.words import try_words
from portal.advocate.cards import Chip, Fact, Hold, Step
from portal.advocate.cases import brought, happened
from portal.advocate.cases.pages import CasePage, NextStep, TaskRow
from portal.advocate.contact import ways
from portal.advocate.languages import language_words
from portal.advocate.meetings import words as meeting_words
from portal.advocate.moments import day, lateness, moment
from portal.advocate.sentences import CAUSES, duty_sentence, duty_steps, hold_of, hold_steps, is_once_allowed
from portal.advocate.support import words as need_words
from portal.advocate.talks.rows import talk_card
from portal.advocate.texts import sent

ADDED = {
    DestinationKind.PHONE: "a phone",
    DestinationKind.ADDRESS: "an address",
    DestinationKind.EMAIL: "an e-mail",
    DestinationKind.PLACE: "a place to meet",
}
QUESTION = "Does your partner, or someone close to them, work in police, a court, 911 or a phone company?"
LIVES = {"yes": "Lives with the partner", "no": "Does not live with the partner"}


def page(view: CaseView, *, now: datetime, is_shown: bool, no_text_leaves: tuple[Hold, ...] = ()) -> CasePage:
    """
    Return the page; with her name and each way in full only on the answer to a recorded reveal.

    Args:
        no_text_leaves: why texts are stopped for everybody; told where one of hers is to leave.
    """
    case_id, standing = view.head.id, view.head.standing
    level = Level(standing.level) if standing.level else None
    zone = ZoneInfo(standing.zone)
    open_first = sorted(view.ways, key=lambda way: not isinstance(way.decision, Allowed))
    strip = tuple(ways.row(view, way, now=now) for way in open_first)
    return CasePage(
        title=view.head.handle,
        level=words.level_chip(level),
        level_words=_level_since(view, zone),
        summary=_summary(view),
        show=None if is_shown else Step("Show", url_for("cases.reveal", case_id=case_id), "post", "plain"),
        details=_details(view, zone) if is_shown else (),
        banner=_banner(view, now),
        age=_age(view),
        partner_work=_partner_work(view),
        next_step=_next_step(view, now=now),
        safe_contact=strip,
        no_safe_way=_no_safe_way(view),
        someone_else=_someone_else(view),
        pause=None
        if standing.paused
        else Step("Pause all contact", url_for("pauses.create", case_id=case_id), "post", "stop"),
        lift=_lift(view),
        steps=_other_steps(view),
        call_ins=tuple(call_in_rows.line(each, at=now) for each in view.call_ins),
        needs=need_words.in_short(case_id, view.needs),
        tasks=tuple(_task(each, now=now, zone=zone) for each in view.duties),
        no_text_leaves=no_text_leaves if any(each.state is TextState.PLANNED for each in view.texts) else (),
        texts=sent.text_rows(view, now=now),
        letters=sent.letter_rows(view, now=now),
        talk=talk_card(view, now=now, zone=zone),
        meetings=meeting_words.case_card(view.head.id, view.meetings, now=now),
        timeline=happened.rows(view, now=now),
    )


def _someone_else(view: CaseView) -> Step:
    """One tap where there is one phone to stop; else the page that asks which."""
    phones = {
        way.destination.id for way in view.ways if way.channel is Channel.CALL and not way.destination.compromised
    }
    named: dict[str, Any] = {"case_id": view.head.id}
    if len(phones) == 1:
        one = url_for("conversations.freeze", **named, destination_id=phones.pop())
        return Step("Someone else answered", one, "post", "stop")
    return Step("Someone else answered", url_for("someone_else.new", **named), look="stop")


def case_link(case_id: object, handle: str) -> Step:
    """Return the way back to a case."""
    return Step(handle, url_for("cases.show", case_id=case_id))


def _level_since(view: CaseView, zone: ZoneInfo) -> str:
    since = view.head.standing.level_since
    if not view.head.standing.level or not since:
        return ""
    at = datetime.fromisoformat(since)
    return f"since {day(at if at.tzinfo else at.replace(hour=12, tzinfo=zone), zone=zone).words}"


def _summary(view: CaseView) -> str:
    victim, parts = view.victim, []
    if victim.language:
        parts.append(language_words(victim.language))
    if victim.needs_interpreter:
        parts.append("interpreter wanted")
    if victim.lives_with_offender in LIVES:
        parts.append(LIVES[victim.lives_with_offender].lower())
    holder = view.names.get(str(view.head.assigned_to_id))
    mine = view.head.assigned_to_id == current_user.card.id
    if view.head.is_restricted:
        parts.append("restricted")
    parts.append("your case" if mine else f"{holder}'s case" if holder else "nobody's case yet")
    opened = view.head.opened_on
    text = ", ".join(parts)
    return f"{text[0].upper()}{text[1:]} · opened {opened:%b} {opened.day}"


def _details(view: CaseView, zone: ZoneInfo) -> tuple[Fact, ...]:
    victim = view.victim
    facts = [Fact("Name", victim.full_name)]
    if victim.chosen_name and victim.chosen_name != victim.full_name:
        facts.append(Fact("Called", victim.chosen_name))
    if victim.pronouns:
        facts.append(Fact("Pronouns", victim.pronouns))
    if victim.date_of_birth:
        born = victim.date_of_birth
        facts.append(Fact("Born", f"{born:%B} {born.day}, {born.year}"))
    seen = {way.destination.id: way.destination for way in view.ways}
    facts += brought.facts(view)
    return (*facts, *(Fact(each.label or words.KINDS[each.kind], _in_full(each)) for each in seen.values()))


def _in_full(destination: Destination) -> str:
    is_phone = destination.kind is DestinationKind.PHONE
    return words.phone_words(destination.value) if is_phone else destination.value


def _banner(view: CaseView, now: datetime) -> Hold | None:
    standing, case_id = view.head.standing, view.head.id
    lift = _lift(view)
    if standing.paused or standing.compromised:
        found = Step("What was on its way", url_for("pauses.show", case_id=case_id))
        steps = (found, lift) if lift else (found,)
        return Hold("All contact is paused.", "Nothing leaves until a supervisor lifts it.", steps)
    if view.facts.other_case_unreadable:
        return Hold(*REASONS[Reason.OTHER_CASE_UNREADABLE], ())
    if standing.do_not_contact:
        return _no_contact(view)
    if view.facts.match_pending:
        asked = next((each for each in view.duties if each.detail.match_id and not each.missed_cause), None)
        match_id = asked.detail.match_id if asked else view.match_to_decide
        decide = (Step("Decide", url_for("matches.show", match_id=match_id), look="main"),) if match_id else ()
        return Hold(
            "This may be a person we know.", "Decide if it is the same person. Nothing leaves until then.", decide
        )
    if standing.waits_for_supervisor(now):
        return _waits_for_supervisor(view, now)
    if standing.she_will_contact_us:
        return Hold("She will contact us.", "Wait for her, unless she asks for a call.", ())
    if standing.without:
        return Hold(
            "Another case of hers could not be opened when the pause was lifted.",
            "It stays stopped. Ask her what you would have read there, and tell the person who runs Wayside.",
            (),
        )
    return None


def _waits_for_supervisor(view: CaseView, now: datetime) -> Hold:
    """Return why new contact waits; one who let it begin did not know of what came since."""
    standing, steps = view.head.standing, ways.supervisor_step(view.head.id)
    given = [each for each in standing.live_approvals(now) if each.approval == Approval.SUPERVISOR]
    if not given:
        return Hold("A supervisor must agree before contact begins.", "Ask a supervisor.", steps)
    last = max(datetime.fromisoformat(each.at) for each in given)
    news = tuple(each for each in view.events if max(each.event.occurred_at, each.sent.received_at) > last)
    flag = happened.news_hold(news, "a supervisor agreed", "Ask a supervisor again.", zone=ZoneInfo(standing.zone))
    cause, remedy = (flag.cause, flag.remedy) if flag else REASONS[Reason.NEWS_SINCE_LEAVE]
    return Hold(cause, remedy, steps)


def _age(view: CaseView) -> Hold | None:
    """Return what holds for someone who is or may be under 18, with what ends it; None for an adult."""
    if view.facts.is_adult:
        return None
    case_id, known = view.head.id, view.victim.date_of_birth is not None
    birth = Step("Her birth date", url_for("particulars.edit", case_id=case_id))
    adult = Step("She is an adult", url_for("particulars.note_adult", case_id=case_id), "post")
    cause = "She is under 18." if known else "We do not know that she is 18 or older."
    say = " ".join(rules_for(view.read_out))
    return Hold(cause, f"Mail is off. Calls go on. {say}", (birth,) if known else (adult, birth))


def _partner_work(view: CaseView) -> Hold | None:
    """Return what is asked once in the first conversation; None before it, and once it is known."""
    is_known = view.head.is_restricted or view.victim.partner_work != PartnerWork.UNKNOWN
    if is_known or not view.facts.first_contact_done:
        return None
    note = Step("Note her answer", url_for("walls.ask", case_id=view.head.id))
    return Hold("Ask her where the partner works.", f"“{QUESTION}” A yes restricts this case.", (note,))


def _no_contact(view: CaseView) -> Hold:
    """Return her no; with her leave for one try if the danger grows, the way to a supervisor's word that it has."""
    said = "She asked for no contact."
    if is_once_allowed(view.head.standing):
        return Hold(f"{said} A supervisor allowed one live try, as she had said.", "Then stop again.", ())
    wait = "Wait. When she says otherwise, note it here first."
    if not view.head.standing.may_try_if_danger or not may_decide(current_user.card, Approval.ONCE_IF_DANGER):
        return Hold(said, wait, ())
    once = url_for("approvals.new", case_id=view.head.id, what=Approval.ONCE_IF_DANGER.value)
    return Hold(said, wait, (Step("The danger has grown: try once", once),))


def _lift(view: CaseView) -> Step | None:
    standing = view.head.standing
    if not (standing.paused or standing.compromised) or not current_user.card.may(Action.LIFT_PAUSE):
        return None
    return Step("Lift the pause", url_for("pauses.lift", case_id=view.head.id))


def _next_step(view: CaseView, *, now: datetime) -> NextStep:
    """Return the next task this person can act on, with the safest way to do it or what to try where none is safe."""
    open_ones = [each for each in view.duties if not each.missed_cause]
    if not open_ones:
        if view.head.standing.brought_over is not None:
            return NextStep(title=brought.TITLE, sentence=brought.sentence(view), steps=_steps_to_ask(view, now=now))
        return NextStep(title="Nothing is due", sentence="New tasks come when an agency sends news.", steps=())
    free = [each for each in open_ones if hold_of(each) is None]
    first = next((each for each in free if duty_steps(each)), (free or open_ones)[0])
    held = hold_of(first)
    if held is not None:
        return NextStep(title="Wait", sentence=held[1], steps=hold_steps(first, first.detail.match_id))
    zone = ZoneInfo(view.head.standing.zone)
    needs_contact = bool(STEPS[first.step].channels)
    steps = duty_steps(first)[:1]
    sentence = f"{duty_sentence(first)} {try_words(view.next_try, now=now, zone=zone)}".strip()
    if needs_contact and isinstance(view.next_way, SafestWay):
        best = _fitting_way(view, first, now=now)
        sentence = f"{sentence} {_safest(best, now=now, zone=zone) if best else 'There is no safe way for this yet.'}"
        if best:
            steps = (*_way_steps(view, best, now=now), *(Step(each.label, each.href) for each in steps))
    return NextStep(
        title=f"Next: {lateness(first.due_at, now=now)}",
        sentence=sentence,
        when=moment(first.due_at, now=now, zone=zone),
        steps=steps,
    )


def _steps_to_ask(view: CaseView, *, now: datetime) -> tuple[Step, ...]:
    """Return what asking her in the safest way takes, where one is open."""
    best = view.next_way
    return _way_steps(view, best, now=now) if isinstance(best, SafestWay) else ()


def _fitting_way(view: CaseView, duty: Duty, *, now: datetime) -> SafestWay | None:
    """Return the safest way that fits the task: what must be spoken is never offered as a text."""
    known = {way.destination.id: way.destination for way in view.ways}.values()
    found = next_way(known, at=now, facts=view.facts, channels=STEPS[duty.step].channels)
    return found if isinstance(found, SafestWay) else None


def _safest(best: SafestWay, *, now: datetime, zone: ZoneInfo) -> str:
    label = words.destination_label(best.destination, best.channel)
    if isinstance(best.decision, Allowed):
        return f"The safest way now: {label[0].lower()}{label[1:]}."
    opens = best.decision.opens_at
    when = f" It opens {moment(opens, now=now, zone=zone).words}." if opens else ""
    return f"The safest way: {label[0].lower()}{label[1:]}. {best.decision.cause}{when}"


def _way_steps(view: CaseView, best: SafestWay, *, now: datetime) -> tuple[Step, ...]:
    way = next(
        each for each in view.ways if each.destination.id == best.destination.id and each.channel == best.channel
    )
    if not isinstance(best.decision, Allowed):
        return ways.mending_steps(view, way, now=now)[:1]
    return ways.open_steps(view.head.id, way)


def _no_safe_way(view: CaseView) -> Hold | None:
    if not isinstance(view.next_way, NoSafeWay):
        return None
    tries = " ".join(TRIES[each].format(name="her") for each in view.next_way.try_next)
    return Hold("There is no safe way yet.", f"Try, in this order: {tries}", ())


def _other_steps(view: CaseView) -> tuple[Step, ...]:
    case_id = view.head.id
    return (
        Step("Conversation", url_for("conversations.show", case_id=case_id)),
        Step("Code word", url_for("code_words.show", case_id=case_id)),
        Step("Name, birth date, interpreter", url_for("particulars.edit", case_id=case_id)),
        Step("Who may see this case", url_for("walls.show", case_id=case_id)),
        Step("Record a try", url_for("attempts.new", case_id=case_id)),
        Step("She asked for something", url_for("requests.new", case_id=case_id)),
        *(
            Step(f"Add {name}", url_for("destinations.new", case_id=case_id, kind=kind.value))
            for kind, name in ADDED.items()
        ),
    )


def _task(duty: Duty, *, now: datetime, zone: ZoneInfo) -> TaskRow:
    held, is_late = hold_of(duty), duty.due_at < now
    state: Chip | None = words.MISSED if duty.missed_cause else held[0] if held else words.LATE if is_late else None
    cause = f" {CAUSES[duty.missed_cause]}" if duty.missed_cause else ""
    steps = () if duty.missed_cause else duty_steps(duty)
    return TaskRow(
        sentence=duty_sentence(duty) + cause,
        when=moment(duty.due_at, now=now, zone=zone),
        state=state,
        steps=steps,
    )
