"""Asking the gate in one line, for tests: a way that is safe unless said otherwise, at AT."""

from datetime import datetime, timedelta

from gate_builders import AT, a_page, a_phone, a_place, an_address, an_email, some_facts

from outreach.safe_contact import Allowed, CaseFacts, Decision, Destination, Reason, may_contact
from outreach.terms import Channel, ContentLevel

CALL, VOICEMAIL, TEXT, LETTER, MEETING, PAGE, EMAIL = Channel
NONE, NEUTRAL, NAMED = ContentLevel
MINUTE = timedelta(minutes=1)
ONE_TICK = timedelta(microseconds=1)


def ask(
    destination: Destination,
    channel: Channel,
    content: ContentLevel = NEUTRAL,
    *,
    at: datetime = AT,
    facts: CaseFacts | None = None,
) -> Decision:
    return may_contact(destination, channel, content, at=at, facts=facts or some_facts())


def reason(*args, **kwargs) -> Reason:
    return ask(*args, **kwargs).reason


def is_allowed(*args, **kwargs) -> bool:
    return isinstance(ask(*args, **kwargs), Allowed)


def where(channel: Channel) -> Destination:
    ways = {LETTER: an_address, MEETING: a_place, PAGE: a_page, EMAIL: an_email}
    return ways.get(channel, a_phone)()
