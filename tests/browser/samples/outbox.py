"""Every text that waits, is on its way or did not arrive."""

from dataclasses import replace
from typing import Any

from browser.samples.marks import ALARM, HANDLE, HELD, SIGNED_IN, at, do, form, go, radio

from outreach.messaging.outbox import Part
from outreach.terms import TextState
from portal.advocate.cards import Chip, Fact, Frame, Hold
from portal.advocate.texts import outbox_pages as outbox
from portal.advocate.texts.outbox_rows import SENTENCES as OF_TEXTS
from portal.advocate.texts.outbox_rows import TITLES as PARTS

OUTBOX_SENTENCES = {
    "held": "Her OK is 34 days old.",
    "unknown": OF_TEXTS[TextState.UNKNOWN],
    "under-way": OF_TEXTS[TextState.ACCEPTED],
    "waiting": "You released it. The minute was picked by chance.",
    "failed": OF_TEXTS[TextState.UNDELIVERED],
    "delivered": OF_TEXTS[TextState.DELIVERED],
}
OUTBOX_STEPS = {
    "held": (go("What to do"), go("Another day"), do("Cancel")),
    "unknown": (go("What to do"),),
    "waiting": (go("Another day"), do("Cancel")),
    "failed": (go("What to do"),),
}
OUTBOX_TITLES = {
    "held": ("Held", "will not leave until you decide", HELD),
    "unknown": ("Not known", "may have arrived, and is never sent again", Chip("Not known", "ask", "question")),
    "under-way": ("On the way", "at the phone company", Chip("Sent, not yet there", "calm", "clock")),
    "waiting": ("Waiting to go", "at a time inside her hours", Chip("Waiting to go", "calm", "clock")),
    "failed": ("Did not arrive", "in the last 7 days", Chip("Did not arrive", "late", "cross")),
    "delivered": ("Delivered", "3 since yesterday, 9 in the last 7 days", Chip("Delivered", "safe", "tick")),
}
OUTBOX_SECTIONS = tuple(
    outbox.OutboxSection(
        key=key,
        title=title,
        gloss=gloss,
        empty=PARTS[Part(key)][2],
        all_href="/outbox/waiting" if key == "waiting" else "",
        total=31,
        rows=tuple(
            outbox.OutboxRow(
                handle=handle,
                href="/cases/1",
                when=at("Tuesday, 6 pm"),
                state=state,
                sentence=OUTBOX_SENTENCES[key],
                remedy="Call once, 9 to 12. Leave no message. Ask if it is still OK." if key == "held" else "",
                steps=OUTBOX_STEPS.get(key, ()),
            )
            for handle in ("Amber Finch", "Cedar Wren")
        ),
    )
    for key, (title, gloss, state) in OUTBOX_TITLES.items()
)
OUTBOX = outbox.OutboxPage(
    sentence="2 texts held and 2 texts not known to have arrived. Look at them first.",
    alarms=(ALARM,),
    sections=OUTBOX_SECTIONS,
    provider=(
        Fact("Still to delete there", "2 texts, deleted as soon as they may be."),
        Fact("Last full check", "Today, 9:40 am: 12 seen, 3 deleted, 1 on the way, none is left."),
        Fact("Checks of phones", "Each costs about $0.03. 12 this month: $0.36."),
    ),
)
QUIET_OUTBOX = replace(
    OUTBOX,
    sentence="Nothing needs you.",
    alarms=(),
    sections=tuple(replace(each, rows=(), all_href="") for each in OUTBOX_SECTIONS),
)
OUTBOX_PART = outbox.OutboxPartPage(
    title="Waiting to go",
    sentence="31 in all, at a time inside her hours.",
    back=go("Back to the outbox"),
    alarms=(),
    section=OUTBOX_SECTIONS[3],
    older_href="/outbox/waiting?page=1",
)
NEW_TIME = outbox.NewTimePage(
    title="Another day for this text",
    handle=HANDLE,
    back=go("Back to the outbox"),
    sentence="You choose the day. The minute is picked by chance, inside her hours.",
    hold=None,
    form=form(
        "Move it",
        radio(
            "day",
            "Which day?",
            "Monday, November 23, between 9:01 am and 4:54 pm",
            "Tuesday, November 24, between 9:01 am and 4:54 pm",
        ),
    ),
)

OUTBOX_PAGES: dict[str, tuple[str, Any, Frame]] = {
    "outbox": ("outbox/show.html", OUTBOX, SIGNED_IN),
    "outbox-quiet": ("outbox/show.html", QUIET_OUTBOX, SIGNED_IN),
    "outbox-part": ("outbox/part.html", OUTBOX_PART, SIGNED_IN),
    "new-time": ("outbox/new-time.html", NEW_TIME, SIGNED_IN),
    "new-time-none": (
        "outbox/new-time.html",
        replace(
            NEW_TIME,
            form=None,
            hold=Hold("There is no day to move it to.", "Cancel it, ask her, and write a new text.", ()),
        ),
        SIGNED_IN,
    ),
}
