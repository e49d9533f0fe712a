"""What the night card says of her own word: a text or a call of hers tonight, and the door to what she asked for."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import url_for

from outreach.case_file.view import CaseView, Way
from outreach.on_duty.night import Hers, Waiting
from outreach.reaching.next_way import NoSafeWay, SafestWay
from outreach.safe_contact import Held
from portal.advocate.cards import Step
from portal.advocate.moments import moment


def said(hers: Hers, now: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """Return what came from her tonight, and when; never a word of it (requirement 43)."""
    told = []
    if hers.message_at:
        when = moment(hers.message_at, now=now, zone=zone).words
        told.append(f"New message, {when}. Nobody knows who typed it: it opens no way. Call, if a call is safe.")
    if hers.contact_at:
        told.append(f"She got in touch with us, {moment(hers.contact_at, now=now, zone=zone).words}.")
    return tuple(told)


def in_short(hers: Hers) -> str:
    """Return the same for a row of the list, before what is due."""
    return ("New message. " if hers.message_at else "") + ("She got in touch. " if hers.contact_at else "")


def rang_in(case_id: UUID) -> Step:
    """Return the step that takes down a call of hers, whoever it was and whatever is open."""
    return Step("She rang in", url_for("night_calls.new", case_id=case_id))


def asked_of_way(case_id: UUID, way: Way) -> tuple[Step, ...]:
    """Return the step that records what she asked for, for a way that is held; a refused one is opened by nothing."""
    if not isinstance(way.decision, Held):
        return ()
    named: dict[str, Any] = {"destination": way.destination.id, "channel": way.channel.value}
    return (_asked(case_id, **named),)


def asked_of_any(view: CaseView) -> tuple[Step, ...]:
    """Return the same where no way is safe: she says which one she means."""
    return (_asked(view.head.id),) if view.ways else ()


def asked_of_row(row: Waiting) -> tuple[Step, ...]:
    """Return the same for a row whose safest way is held, or that has none."""
    is_held = isinstance(row.way, NoSafeWay) or (isinstance(row.way, SafestWay) and isinstance(row.way.decision, Held))
    return (_asked(row.case_id),) if is_held else ()


def _asked(case_id: UUID, **named: Any) -> Step:
    return Step("She asked", url_for("night_asked.new", case_id=case_id, **named))
