"""How a case that was brought over from before reads: what to ask first, and where it came from."""

from collections.abc import Iterator
from datetime import datetime

from outreach.case_file.view import CaseView
from outreach.terms import Channel, Verdict, VerdictSource
from portal.advocate.cards import Fact

TITLE = "Brought over from before"


def sentence(view: CaseView) -> str:
    """Return what to do first with such a case; while contact is stopped, that nothing is."""
    standing = view.head.standing
    if standing.do_not_contact or standing.paused or standing.compromised:
        return "Make no contact. When she gets in touch, ask what is OK now."
    if standing.she_will_contact_us:
        return "Wait until she gets in touch. Then ask what is OK now."
    asked = " ".join(_asked(view))
    has_note = view.papers is not None and view.papers.ask_first
    papers = " Press Show: your papers say what to ask first." if has_note else ""
    return f"Nothing has a clock. Ask her first, live: {asked}{papers}"


def _asked(view: CaseView) -> Iterator[str]:
    yield "Is each way still OK, and when?"
    verdicts = [(way.channel, way.destination.verdicts.get(way.channel)) for way in view.ways]
    ours = [(channel, said) for channel, said in verdicts if said and said.source is VerdictSource.BROUGHT_OVER]
    if any(channel is Channel.TEXT and said.verdict is Verdict.SAFE for channel, said in ours):
        yield "Are texts still OK? No text leaves without a new yes."
    if view.victim.date_of_birth is None:
        yield "How old is she?"


def facts(view: CaseView) -> tuple[Fact, ...]:
    """Return what the papers said, for the details that show on a recorded reveal."""
    if view.papers is None:
        return ()
    ask = (Fact("Ask first", view.papers.ask_first),) if view.papers.ask_first else ()
    return (*ask, Fact("Your own number", view.papers.reference))


def at(view: CaseView) -> datetime | None:
    """Return when the case was brought over; None where it began here."""
    brought = view.head.standing.brought_over
    return datetime.fromisoformat(brought.at) if brought is not None else None
