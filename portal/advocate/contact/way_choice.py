"""Choosing a way to reach her on a form: masked labels, one value for destination and channel together."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from wtforms.fields.choices import SelectChoice

from outreach.reaching.destinations import Destination
from outreach.terms import Channel
from portal.advocate import words
from portal.advocate.forms import offer

ELSEWHERE = "elsewhere"

Choices = list[SelectChoice]


def way_value(destination: str, channel: str) -> str:
    """Return the value of a way in a form."""
    return f"{destination}:{channel}"


def named_way(address: Mapping[str, str]) -> dict[str, str]:
    """Return what a page's address fills in of the field `way`; nothing unless it names destination and channel."""
    if not {"destination", "channel"} <= {*address}:
        return {}
    return {"way": way_value(address["destination"], address["channel"])}


def choices(destinations: Iterable[Destination], channels: Iterable[Channel], *, elsewhere: bool = True) -> Choices:
    """Return the ways one can choose from: each destination by what it carries, then anywhere else."""
    wanted = tuple(channels)
    known = [
        (way_value(str(each.id), channel.value), words.destination_label(each, channel))
        for each in destinations
        for channel in each.channels
        if channel in wanted
    ]
    if not elsewhere:
        return offer(known)
    other = [
        (way_value(ELSEWHERE, each.value), OTHERS[each]) for each in (Channel.CALL, Channel.MEETING) if each in wanted
    ]
    return offer([*known, *other])


OTHERS = {Channel.CALL: "Call, somewhere else", Channel.MEETING: "In person, such as at court"}


def chosen(value: str) -> tuple[UUID | None, Channel]:
    """Return the destination (None: somewhere else) and the channel of a value that was among the choices."""
    destination, _, channel = value.partition(":")
    return (None if destination == ELSEWHERE else UUID(destination)), Channel(channel)
