"""Addresses, places and requests for tests of the page of a letter."""

from datetime import timedelta
from typing import Any

from builders import NOW, a_destination, a_verdict
from case_visits import settle

from outreach import audit, people
from outreach.gate.facts import Request
from outreach.her_word.requests import record_request
from outreach.reaching.destinations import Destination
from outreach.terms import Channel, DestinationKind


def drafted_at(vault: Any, world: Any, at_case: str, value: str, *, language: str = "en", **more: Any) -> str:
    """Let mail be safe at a new address of hers, in her language, and return where its short letter is drafted."""
    way = _a_way(
        vault, world, kind=DestinationKind.ADDRESS, value=value, verdicts={Channel.LETTER: a_verdict()}, **more
    )
    if language != "en":
        _speaks(vault, world, language)
    return f"{at_case}/destinations/{way.id}/letters/new"


def a_place(vault: Any, world: Any) -> Destination:
    """Let it be safe to meet her at our office."""
    return _a_way(vault, world, kind=DestinationKind.PLACE, value="Our office", verdicts={Channel.MEETING: a_verdict()})


def she_asked_for(vault: Any, world: Any, channel: Channel, where: Destination) -> None:
    """Record that she asked for it on a live call."""
    request = Request(
        channel=channel, destination_id=where.id, what="I will pick it up", verified_how="live_call",
        asked_at=NOW, expires_at=NOW + timedelta(days=5), by=world.dana.card.id,
    )  # fmt: skip
    with vault.writing() as session:
        record_request(session, world.case_id, request, now=NOW)


def address_form(value: str, **more: str) -> dict[str, str]:
    """Return what a browser sends for a new address."""
    return {
        "kind": "address", "value": value, "label": "home", "letter": "safe", "source": "victim", "condition": "",
        "with_others": "unknown", "begins_1": "", "ends_1": "", "begins_2": "", "ends_2": "", "name_to_use": "Lena",
        "words_to_avoid": "", "who_else": "", "version": "", **more,
    }  # fmt: skip


def _a_way(vault: Any, world: Any, **fields: Any) -> Destination:
    settle(vault, world)
    with vault.writing() as session:
        way = a_destination(session, world.case_id, label="here", name_to_use="Lena", **fields)
        audit.record(session, action="test.way", by=None, cases=[world.case_id], now=NOW)
    return way


def _speaks(vault: Any, world: Any, language: str) -> None:
    with vault.writing() as session:
        card = people.read(session, world.case_id, by=world.dana.card.id, now=NOW)
        people.amend(session, world.case_id, version=card.version, by=world.dana.card.id, now=NOW, language=language)
