"""When nobody looks at a queue: what stands still, since when, and whom to tell."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from outreach.scheduling.ticks import Queue, Silent, silent
from portal.advocate.cards import Hold
from portal.advocate.moments import span
from portal.advocate.texting import why_none_leaves

WORDS = {
    Queue.TEXTS: ("texts", "No text leaves until it does."),
    Queue.CALLBACKS: ("what phones told us", "A STOP may be waiting, so no text leaves."),
    Queue.NEWS: ("news from agencies", "New cases may be waiting."),
    Queue.DUE: ("what is due", "Nothing is marked late or missed until it does."),
    Queue.LETTERS: ("letters", "No letter is printed until it does."),
}
"""What nobody looks at, and what that stops."""
MEND = "Tell the person who runs Wayside now. Call where it can not wait."


def alarms(session: Session, *, now: datetime) -> tuple[Hold, ...]:
    """Return one alarm for each queue nobody has looked at for two minutes, and for each reason why no text leaves."""
    return (*why_none_leaves(session, now=now), *(_alarm(each, now) for each in silent(session, now=now)))


def _alarm(each: Silent, now: datetime) -> Hold:
    what, stops = WORDS[each.queue]
    if each.since is None:
        return Hold(f"No worker has ever looked at {what}.", f"{stops} {MEND}", ())
    return Hold(f"No worker has looked at {what} for {_long(now - each.since)}.", f"{stops} {MEND}", ())


def _long(silence: timedelta) -> str:
    seconds = int(silence.total_seconds())
    return f"{seconds // 60} minutes" if seconds < 3600 else span(seconds)
