"""
What the boxes of the work hold, field by field in sealing order. Pure.

A box is a JSON array; these tuples name its places. New fields go at the end with a default, so that
older boxes still open (`read_as`). Times are RFC 3339 text in UTC, ids are text.
All of these are of key class `contact`: the gate weighs them, in every process that asks it. So no free words are
among them; those are in outreach.case_file.words.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar


class KeptEvent(NamedTuple):
    """Box LEVEL_EVENT: one accepted event, whole, and who sent it."""

    agency: str
    event_id: str
    occurred_at: str
    received_at: str
    event: dict[str, Any]
    """The event as JSON, as outreach.events.parse_event accepts it."""


class TaskDetail(NamedTuple):
    """Box TASK_DETAIL: what the row of a task does not say in the open."""

    level_event_id: str | None = None
    """Row id of the level event that made it; None for a task made by a decision of ours."""
    event_id: str = ""
    """The agency's id of the event that first scheduled the call-in, for the tasks of a call-in."""
    call_in_at: str | None = None
    """The call-in it has to come before; when that passes undone it is missed for ever."""
    looks_at: Sequence[str] = ()
    """Moments, earliest first, at which the worker looks again while it is open."""
    match_id: str | None = None
    """For `decide_match`: the possible match to decide."""
    concerns: Sequence[str] = ()
    """For an acknowledgement: row ids of the tasks that change when it is given, and not before (P2b)."""
    new_call_in_at: str | None = None
    new_due_at: str | None = None
    """For an acknowledgement: the new deadline; None with a cancellation, which closes what it concerns."""
    outcome: str | None = None
    """How it ended: an outcome of terms.Outcome, or acknowledged, kept, same, different."""
    ended_by: str | None = None
    text_id: str | None = None
    """For `text_check`: the text it is about."""
    told_at: str | None = None
    """For a notice whose call-in was moved earlier: when we were told of that date; None: when it opened."""
    need: str = ""
    """For `need_now`: what she needs."""
    way_id: str = ""
    way_channel: str = ""
    """For `once_if_danger`: the one way it is in, destination and channel."""


class AttemptDetail(NamedTuple):
    """Box ATTEMPT: one try to reach her and how it ended."""

    at: str
    by: str
    channel: str
    outcome: str
    destination_id: str | None = None
    event_id: str | None = None
    """Row id of the newest level event when the attempt was made: limits are counted per event."""
    was_prompted: bool = False
    """She asked for it or got in touch: such contact is never limited."""
    she_contacted_us: bool = False
    """She got in touch by herself. Attempts kept before this was say no."""
    written_at: str | None = None
    """When it was written down, where that was not when it was made."""
    reached_by: str = "voice"
    """How a call was placed: voice, relay or video."""


class RequestDetail(NamedTuple):
    """Box LIVE_REQUEST: what she asked for, live; the fields of safe_contact.Request but her words."""

    channel: str
    destination_id: str
    verified_how: str
    asked_at: str
    expires_at: str
    by: str
    met_at: str | None = None
    """When what she asked for was done: from then on it opens nothing."""


Content = TypeVar("Content", bound=tuple[Any, ...])


def read_as(kind: type[Content], fields: Sequence[Any]) -> Content:
    """Name the fields of an opened box; fields added since it was sealed take their defaults."""
    return kind(*fields)
