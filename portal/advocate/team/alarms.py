"""When nobody looks at a queue: what stands still, since when, and whom to tell."""

from datetime import datetime, timedelta

from flask_login import current_user
from sqlalchemy.orm import Session

from outreach.access import Action
from outreach.messaging.holding import without_task
from outreach.messaging.provider.report import never_reached_us
from outreach.on_duty.paging import waiting_for
from outreach.scheduling.ticks import Queue, Silent, silent
from outreach.terms import PageAbout
from outreach.walls.left import count_unseen
from portal.advocate.cards import Hold
from portal.advocate.moments import span
from portal.advocate.texts.texting import why_none_leaves

WORDS = {
    Queue.TEXTS: ("texts", "No text leaves until it does."),
    Queue.CALLBACKS: ("what phones told us", "A STOP may be waiting, so no text leaves."),
    Queue.NEWS: ("news from agencies", "New cases may be waiting."),
    Queue.DUE: ("what is due", "Nothing is marked late or missed until it does."),
    Queue.LETTERS: ("letters", "No letter is printed until it does."),
    Queue.PAGES: ("who must be paged", "Nobody on call hears of news until it does."),
    Queue.MEETINGS: ("meetings", "Nobody is told of a missed check-out until it does. Call your buddy yourself."),
    Queue.PAGERS: ("pages to phones", "Pages stand on screens only until it does."),
}
"""What nobody looks at, and what that stops."""
MEND = "Tell the person who runs Wayside now. Call where it can not wait."


def alarms(session: Session, *, now: datetime) -> tuple[Hold, ...]:
    """Return an alarm for each reason why no text leaves, for what nobody reads or sees, for each silent queue."""
    missed = never_reached_us(session)
    lost = (_lost(missed),) if missed else ()
    unread = _unreadable(without_task(session, current_user.card.id, now=now))
    return (
        *why_none_leaves(session, now=now),
        *lost,
        *unread,
        *_unseen(count_unseen(session)),
        *_unanswered(session),
        *(_alarm(each, now) for each in silent(session, now=now)),
    )


OF_MEETINGS = (Queue.MEETINGS, Queue.PAGES, Queue.PAGERS)
"""What an alarm about a meeting waits for."""


def meeting_alarms(session: Session, *, now: datetime) -> tuple[Hold, ...]:
    """Return an alarm for each queue whose silence keeps alarms about meetings from people; Today has the others."""
    return tuple(_alarm(each, now) for each in silent(session, now=now) if each.queue in OF_MEETINGS)


def _unreadable(handles: tuple[str, ...]) -> tuple[Hold, ...]:
    """Nobody could be given a task about these texts; which cases they are of is for supervisors to see."""
    if not handles:
        return ()
    what = "A text was held, and its case can not be opened, so no task could be made."
    which = f" Find another way to reach {', '.join(handles)}." if current_user.card.may(Action.STOP_TEXTS) else ""
    return (Hold(what, f"Tell the person who runs Wayside today.{which}", ()),)


def unreadable_cases(handles: tuple[str, ...]) -> tuple[Hold, ...]:
    """Return an alarm for cases of one's own that do not open; nothing of them is on the page."""
    if not handles:
        return ()
    what = "A case of yours" if len(handles) == 1 else f"{len(handles)} cases of yours"
    return (
        Hold(
            f"{what} can not be opened: {', '.join(handles)}.",
            "What waits there is not on this page. Tell the person who runs Wayside now, and your supervisor.",
            (),
        ),
    )


def _unseen(unseen: int) -> tuple[Hold, ...]:
    """Which cases these are, and about whom, nobody may read here."""
    if not unseen:
        return ()
    what = "A case is" if unseen == 1 else f"{unseen} cases are"
    mend = "Tell the person who runs Wayside now. They add a supervisor who knows nobody in it."
    return (Hold(f"{what} kept from everyone who works here.", mend, ()),)


def _unanswered(session: Session) -> tuple[Hold, ...]:
    """For who was paged about it alone: whoever is where help was called for must see the same as ever."""
    if PageAbout.UNSEEN not in {each.about for each in waiting_for(session, current_user.card.id)}:
        return ()
    mend = (
        "Someone may need help. Ask colleagues who was paged, but no one who is at a meeting. "
        "Then tell the person who runs Wayside: they add a supervisor who knows nobody in that case."
    )
    return (Hold("No one who may see a case has answered a page about it.", mend, ()),)


def _lost(missed: int) -> Hold:
    what = "A text" if missed == 1 else f"{missed} texts"
    return Hold(
        f"{what} came in at the phone company and never reached us.",
        "From a phone we know, a STOP counts all the same. We can not read each one: ask the person who runs Wayside "
        "to read it there now.",
        (),
    )


def _alarm(each: Silent, now: datetime) -> Hold:
    what, stops = WORDS[each.queue]
    if each.since is None:
        return Hold(f"No worker has ever looked at {what}.", f"{stops} {MEND}", ())
    return Hold(f"No worker has looked at {what} for {_long(now - each.since)}.", f"{stops} {MEND}", ())


def _long(silence: timedelta) -> str:
    seconds = int(silence.total_seconds())
    return f"{seconds // 60} minutes" if seconds < 3600 else span(seconds)
