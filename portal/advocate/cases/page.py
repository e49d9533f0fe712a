"""The page of one case, from what `outreach.case_file.view` found: next step, safe contact, then the rest."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_login import current_user

from outreach.case_file.view import CaseView
from outreach.reaching.destinations import Destination
from outreach.reaching.next_way import TRIES, NoSafeWay
from outreach.safe_contact import Allowed
from outreach.terms import Channel, DestinationKind, Level, TextState
from outreach.today import Duty
from portal.advocate import words
from portal.advocate.call_ins import rows as call_in_rows
from portal.advocate.cards import Chip, Fact, Hold, Step
from portal.advocate.cases import banners, brought, happened
from portal.advocate.cases.next_step import next_step
from portal.advocate.cases.pages import CasePage, TaskRow
from portal.advocate.contact import ways
from portal.advocate.languages import language_words
from portal.advocate.meetings import words as meeting_words
from portal.advocate.moments import day, moment
from portal.advocate.sentences import CAUSES, duty_sentence, duty_steps, hold_of
from portal.advocate.support import words as need_words
from portal.advocate.talks.rows import talk_card
from portal.advocate.texts import sent

ADDED = {
    DestinationKind.PHONE: "a phone",
    DestinationKind.ADDRESS: "an address",
    DestinationKind.EMAIL: "an e-mail",
    DestinationKind.PLACE: "a place to meet",
}
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
        banner=banners.banner(view, now),
        age=banners.age(view),
        partner_work=banners.partner_work(view),
        next_step=next_step(view, now=now),
        safe_contact=strip,
        no_safe_way=_no_safe_way(view),
        someone_else=_someone_else(view),
        pause=None
        if standing.paused
        else Step("Pause all contact", url_for("pauses.create", case_id=case_id), "post", "stop"),
        lift=banners.lift(view),
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
