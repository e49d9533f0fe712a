"""A protocol's dry run beside what is in force, as a page. Two pages show it: before it is asked for, and after."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from outreach.protocols.numbers import changed_numbers
from outreach.protocols.planning import protocol_of
from outreach.protocols.preview import Preview, preview
from outreach.protocols.protocol import Protocol
from outreach.protocols.versions import current_of
from portal.advocate.cards import Fact, Form, Hold, Step
from portal.advocate.protocols.cards import careful_rows, number_row, same_scenes, scene_parts
from portal.advocate.protocols.pages import DryRunPage


@dataclass(frozen=True, slots=True)
class Looked:
    """A dry run, and what it was compared with."""

    found: Preview
    proposed: Protocol
    current: Protocol | None
    instead_of: str
    """Digest of what is in force; empty where nothing is."""


def look(session: Session, text: str, *, after: datetime) -> Looked:
    """Try a text on the sample beside what is in force in its place. Raises ProtocolError."""
    proposed = protocol_of(text)
    known = current_of(session, proposed.jurisdiction)
    current = protocol_of(known[1]) if known else None
    return Looked(preview(proposed, current, after=after), proposed, current, known[0] if known else "")


def dry_run_page(
    looked: Looked,
    *,
    title: str,
    back: Step,
    hold: Hold | None,
    form: Form | None,
    take_back: Form | None = None,
    facts: tuple[Fact, ...] = (),
) -> DryRunPage:
    """Return the page of a dry run."""
    zone = ZoneInfo((looked.current or looked.proposed).calendar.zone)
    numbers = changed_numbers(looked.current, looked.proposed)
    was = f"version {looked.current.version}" if looked.current else "nothing"
    return DryRunPage(
        title=title,
        handle=f"{looked.proposed.jurisdiction}: version {looked.proposed.version} in place of {was}",
        back=back,
        sentence=_sentence(looked.found, len(numbers)),
        facts=facts,
        careful=careful_rows(looked.found, numbers),
        parts=scene_parts(looked.found, zone),
        same=same_scenes(looked.found),
        hold=hold,
        form=form,
        take_back=take_back,
        numbers=tuple(map(number_row, numbers)),
    )


def _sentence(found: Preview, numbers: int) -> str:
    more = f" {'One number of its text changes' if numbers == 1 else f'{numbers} numbers of its text change'}."
    return _of_events(found) + (more if numbers else "")


def _of_events(found: Preview) -> str:
    if not found.changed:
        return "On our made-up events, it asks for the same things at the same times."
    worse = len(found.worse)
    if not worse:
        return "On our made-up events, nothing comes later and nothing is left out."
    return f"On our made-up events, {worse} {'task comes' if worse == 1 else 'tasks come'} later or not at all."
