"""The conversation: what was texted both ways, who may be on each line, and one tap when it is not she."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from outreach import people
from outreach.access import Action, NoSuchCase
from outreach.attempts.recording import Made, log_attempt
from outreach.case_file.view import CaseHead, Way, head_of, ways_of
from outreach.gate.gate_facts import facts_for_gate
from outreach.her_word.code_words import given_lately
from outreach.her_word.requests import live_requests
from outreach.messaging.stop_words import STOPPING, Said
from outreach.messaging.suppression import has_stopped
from outreach.messaging.threads import CameIn, Conversation, TextCard, conversation
from outreach.records.errors import NoSuchRecord
from outreach.terms import Channel, DestinationKind, Outcome
from portal.advocate import words
from portal.advocate.cards import Chip, Step
from portal.advocate.cases.page import case_link
from portal.advocate.contact import ways
from portal.advocate.doors import requires
from portal.advocate.forms import NoFields
from portal.advocate.moments import moment
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.texts import sent
from portal.advocate.texts.conversation_pages import ConversationPage, LineCard, MessageRow

bp = Blueprint("conversations", __name__)

UNVERIFIED = Chip("Unverified sender", "ask", "question")
VERIFIED = Chip("Her code word was checked", "safe", "tick")
FROZEN = Chip("Do not use", "unsafe", "cross")
NOTES = {
    Said.STOP: "This stopped texts.",
    Said.PERHAPS_STOP: "This may mean stop, so texts are stopped. Ask her, live.",
    Said.NO: "This may mean stop, so texts are stopped. Ask her, live.",
    Said.START: "This opens nothing. Ask her, live, if texts are OK again.",
}


@bp.get("/cases/<uuid:case_id>/conversation")
@requires(Action.READ_THREAD)
def show(case_id: UUID) -> ResponseReturnValue:
    """Show the thread; the look is recorded."""
    at = now()
    with parts().vault.writing() as session:
        head = head_of(session, current_user.card, case_id)
        found = conversation(session, case_id, by=current_user.card.id, now=at)
        checked = {each.destination_id for each in given_lately(session, case_id, now=at)}
        facts, asked = facts_for_gate(session, case_id, at=at), live_requests(session, case_id, at=at)
        phones = [each for each in people.destinations(session, case_id) if each.kind is DestinationKind.PHONE]
        open_ways = ways_of(phones, facts, asked, now=at, has_stopped=has_stopped(session, case_id))
    return render("conversations/show.html", _page(head, found, open_ways, at, checked=checked))


@bp.post("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/someone-else")
@requires(Action.PAUSE_CONTACT)
def freeze(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """Someone else has this phone: stop it with one tap."""
    return _freeze(case_id, destination_id, Outcome.UNSAFE, "Someone else answered.")


@bp.post("/cases/<uuid:case_id>/destinations/<uuid:destination_id>/wrong-number")
@requires(Action.PAUSE_CONTACT)
def wrong_number(case_id: UUID, destination_id: UUID) -> ResponseReturnValue:
    """It is not her number: stop it with one tap."""
    return _freeze(case_id, destination_id, Outcome.WRONG_NUMBER, "Wrong number.")


def one_tap(case_id: UUID, destination_id: UUID) -> tuple[Step, Step]:
    """Return the two buttons that stop one phone at once."""
    named: dict[str, Any] = {"case_id": case_id, "destination_id": destination_id}
    return (
        Step("Someone else answered", url_for("conversations.freeze", **named), "post", "stop"),
        Step("Wrong number", url_for("conversations.wrong_number", **named), "post"),
    )


def _freeze(case_id: UUID, destination_id: UUID, outcome: Outcome, note: str) -> ResponseReturnValue:
    NoFields.posted()
    made = Made(Channel.CALL, outcome, destination_id, she_contacted_us=True, note=note)
    try:
        with parts().vault.writing() as session:
            head_of(session, current_user.card, case_id)
            known = next((d for d in people.destinations(session, case_id) if d.id == destination_id), None)
            if known is None or known.kind is not DestinationKind.PHONE:
                raise NoSuchCase
            log_attempt(session, case_id, made, by=current_user.card.id, now=now())
    except NoSuchRecord:
        raise NoSuchCase from None
    notice("frozen")
    return redirect(url_for("cases.show", case_id=case_id), 303)


def _page(
    head: CaseHead, found: Conversation, open_ways: tuple[Way, ...], at: datetime, *, checked: Collection[str | None]
) -> ConversationPage:
    zone = ZoneInfo(head.standing.zone)
    labels = {way.destination.id: words.destination_label(way.destination) for way in open_ways}
    by_line: dict[UUID, list[Way]] = {}
    for way in open_ways:
        by_line.setdefault(way.destination.id, []).append(way)
    in_other_hands = {line for line, several in by_line.items() if several[0].destination.compromised}
    return ConversationPage(
        title="Conversation",
        handle=head.handle,
        back=case_link(head.id, head.handle),
        sentence="Whoever holds the phone can read this, and can write it. Check her code word before you say more.",
        lines=tuple(_line(head.id, several, is_verified=str(line) in checked) for line, several in by_line.items()),
        rows=tuple(_row(_doubted(each, in_other_hands), labels, at, zone) for each in found.messages),
        has_more=found.has_more,
    )


def _doubted(message: TextCard | CameIn, in_other_hands: Collection[UUID]) -> TextCard | CameIn:
    """Nothing from a phone that somebody else held is said to be hers, whatever was checked before."""
    if isinstance(message, CameIn) and message.destination_id in in_other_hands:
        return replace(message, is_verified=False)
    return message


def _line(case_id: UUID, several: list[Way], *, is_verified: bool) -> LineCard:
    phone = several[0].destination
    spoken = (way for way in several if way.channel in (Channel.CALL, Channel.TEXT))
    steps = [step for way in spoken for step in ways.open_steps(case_id, way)]
    check = Step("Check her code word", url_for("code_words.show", case_id=case_id))
    if phone.compromised:
        return LineCard(label=words.destination_label(phone), chip=FROZEN)
    chip = VERIFIED if is_verified else UNVERIFIED
    stops = one_tap(case_id, phone.id)
    return LineCard(label=words.destination_label(phone), chip=chip, steps=(check, *steps), stops=stops)


def _row(message: TextCard | CameIn, labels: dict[UUID, str], at: datetime, zone: ZoneInfo) -> MessageRow:
    if isinstance(message, TextCard):
        is_planned = message.state in sent.NOT_GONE
        return MessageRow(
            side="ours",
            label=f"To {labels.get(message.destination_id, 'a phone')}",
            when=moment(message.release_at if is_planned else message.state_at, now=at, zone=zone),
            chip=words.TEXT_STATES[message.state],
            words=message.body,
            hold=sent.text_hold(message),
            steps=sent.text_steps(message),
        )
    return came_in_row(
        f"From {labels.get(message.destination_id, 'a phone') if message.destination_id else 'a phone'}",
        moment(message.at, now=at, zone=zone),
        message.body,
        chip=VERIFIED if message.is_verified else UNVERIFIED,
        note=note_of(message.said, message.pictures),
    )


def came_in_row(label: str, when: object, body: str, *, chip: Chip, note: str) -> MessageRow:
    """Return a text that came in, without letters that hide or turn round what stands there."""
    shown = "".join(each for each in body if each.isprintable() or each == "\n").strip()
    return MessageRow(side="theirs", label=label, when=when, chip=chip, words=shown, note=note)  # type: ignore[arg-type]


def note_of(said: str, pictures: int) -> str:
    """Return what is to be said of a text besides its words."""
    picture = "A picture came with it. We do not open those." if pictures else ""
    stopped = NOTES.get(Said(said), "") if said in {*STOPPING, Said.START} else ""
    return f"{stopped} {picture}".strip()
