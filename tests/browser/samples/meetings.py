"""The list of meetings, one meeting in each of its states, planning, the sheet, and one's own account."""

from dataclasses import replace
from typing import Any

from browser.samples.marks import HANDLE, HELD, SIGNED_IN, at, choices, do, form, go, radio

from portal.advocate.cards import Chip, Fact, Field, Form, Frame, Hold
from portal.advocate.meetings import pages
from portal.advocate.pages import TodayRow

CALL_NOW = Chip("Call now", "unsafe", "cross")
GOING_ON = Chip("Going on", "calm", "clock")
OPEN = (go("Open", "main"),)
ROW = TodayRow(
    handle=HANDLE,
    href="/meetings/1",
    when=at("in 40 min"),
    state=GOING_ON,
    sentence="Dana and Lee go. Sam is the buddy. Check out by 2 pm.",
    steps=OPEN,
)
LIST = pages.MeetingListPage(
    sentence="2 meetings need a look.",
    sections=(
        pages.MeetingSection(
            key="now",
            title="Check-in or check-out due",
            rows=(
                replace(ROW, state=CALL_NOW, lateness="12 min late", sentence="No word from Dana and Lee. Call now."),
                ROW,
            ),
        ),
        pages.MeetingSection(
            key="tell",
            title="How did it go?",
            rows=(replace(ROW, when=at("yesterday, 2 pm"), state=HELD, sentence="Say how it went. Two taps."),),
        ),
        pages.MeetingSection(
            key="ahead",
            title="Planned",
            rows=(replace(ROW, when=at("Friday, 1 pm"), state=None, sentence="Dana and Lee go. Sam is the buddy."),),
        ),
    ),
    turn=(go("The ones before"), go("The ones after")),
    more=42,
)
FACTS = (
    Fact("When", "Friday, November 20, 1 pm to 2 pm"),
    Fact("There by", "1:10 pm"),
    Fact("Who goes", "Dana Reyes, Lee Park"),
    Fact("Buddy", "Sam Brook 336 555 0100"),
    Fact("Safety check", "Friday, November 20, 2026, 9 am EST"),
)
UNDER_WAY = pages.MeetingPage(
    title="M. V.",
    point="Main library, side door",
    when=at("in 40 min"),
    state=GOING_ON,
    back=go("Meetings"),
    alarm=None,
    holds=(),
    next_title="Next: check out",
    next_sentence="Your buddy expects you by 2 pm, in 40 min.",
    next_steps=(do("Need 30 more minutes"), do("Need 30 more minutes, timesheet later")),
    note_href="/somewhere",
    check_out=Form("/somewhere", "Check out", (Field("note", "Anything to add", "lines", hint="May stay empty."),)),
    agree=None,
    facts=FACTS,
    steps=(go("Print a sheet"), go("The case")),
    call_off=None,
)
BLOCKED = replace(
    UNDER_WAY,
    state=Chip("Not ready yet", "ask", "question"),
    holds=(
        Hold(
            "There is no safety check yet.",
            "Do it now: five questions, in the day before you meet.",
            (go("Do the safety check", "main"),),
        ),
        Hold("A first meeting needs two workers.", "Plan it with a second worker, or ask a supervisor.", ()),
    ),
    next_title="Not ready yet",
    next_sentence="What is in the way stands above.",
    next_steps=(),
    check_out=None,
    ask=form("Ask a supervisor", Field("because", "Why is one worker enough?", "lines", hint="May stay empty.")),
    agree=form("Agree to one worker", Field("because", "Why is one worker enough?", "lines", is_required=True)),
    call_off=form("Call it off", Field("because", "Why?", "lines", is_required=True)),
    instead=(do("She did not come"), do("Moved to another day"), do("Talked in a call instead")),
    note=form("Keep the note", Field("note", "Anything to add", "lines", hint="May stay empty.")),
)
ALARM = replace(
    UNDER_WAY,
    state=CALL_NOW,
    alarm=pages.AlarmPart(
        cause="No word from Dana and Lee.",
        remedy="It was due today, 2 pm.",
        todo=("Call Dana and Lee now.", "Ask something that a yes or a no answers.", "Nobody goes in alone."),
        note="",
        steps=(do("I reached them: all is well", "main"), do("Help is on its way", "stop")),
    ),
    next_title="Going on",
    next_sentence="They are to check out by 2 pm, 12 min late.",
    next_steps=(),
    check_out=None,
)
OVER = replace(
    UNDER_WAY,
    state=HELD,
    next_title="How did it go?",
    next_sentence="One tap. It is on record as a try to reach her.",
    next_steps=(
        do("She came"),
        do("She did not come"),
        do("Moved to another day"),
        do("Talked in a call instead"),
    ),
    check_out=None,
)
PLAN = pages.MeetingFormPage(
    title="Plan a meeting",
    handle=HANDLE,
    lead="She chooses the place. Ask her each time if it still fits. Her home is the last choice, not the first.",
    back=go("Back to Cedar Wren"),
    hold=Hold(
        "We know of no place where she wants to meet.", "Ask her, and add it here first.", (go("Add it", "main"),)
    ),
    form=form(
        "Plan it",
        radio("way", "Where does she want to meet?", "Meet, library", "Call ··· 0142"),
        radio("place", "What kind of place is it?", "Our office", "A library", "Court", "Her home"),
        Field("on", "Day", "date", is_required=True),
        Field("starts", "From", "time", error="This has passed. Choose a later time.", is_required=True),
        Field("second", "Second worker", "list", choices=choices("No one yet", "Lee Park")),
        Field(
            "vetoed",
            "Interpreters she does not want",
            "lines",
            hint="One name on each line. Names are only added here: “Name, birth date, interpreter” takes one out.",
        ),
    ),
    aside=("vetoed",),
)
CHECK = pages.MeetingFormPage(
    title="Safety check",
    handle="M. V. Main library, side door",
    lead="Do this in the day before you meet. Ask her, where you can. Not known is an answer.",
    back=go("The meeting"),
    form=form(
        "Save the check",
        radio("whereabouts", "Where is the partner?", "In jail", "Somewhere else, far from there", "Not known"),
        radio("weapons", "May there be a weapon?", "No", "Yes", "Not known"),
    ),
)
SHEET_FORM = pages.SheetFormPage(
    handle=HANDLE,
    back=go("The meeting"),
    form=form("Make the sheet", Field("reason", "Why do you print it once more?", "line")),
)
SHEET = pages.SheetPage(
    title="M. V.",
    facts=(Fact("Where", "Main library, side door"), Fact("Out by", "2 pm"), Fact("Call", "Sam 336 555 0100")),
    destroy="Shred this by Friday, November 20, 4 pm.",
    back=go("The meeting"),
)
FROM_PAPER = pages.FromPaperPage(
    handle=HANDLE,
    back=go("The meeting"),
    form=form(
        "Save",
        Field("on", "Day", "date", is_required=True),
        Field("came", "You came at", "time", is_required=True),
        Field("left", "You left at", "time", is_required=True),
        Field("note", "Anything to add", "lines", hint="May stay empty."),
    ),
)
ACCOUNT = pages.AccountPage(
    name="Dana Reyes",
    calendar_sentence="Your calendar has an address, made Nov 20. A new one ends it.",
    calendar_address="https://portal.example/calendars/Zk3vX0w1y2z3A4B5C6D7E8F9G0H1I2J3K4L5M6N7O8P.ics",
    calendar_steps=(do("Make a new address", "main"), do("End it")),
    phrase_sentence="Your words are kept. New ones take their place.",
    phrase=form("Keep my words", Field("words", "Your words for danger", "secret", is_required=True)),
    paper=go("Paper forms"),
)

MEETINGS_PAGES: dict[str, tuple[str, Any, Frame]] = {
    "meetings": ("meetings/list.html", LIST, SIGNED_IN),
    "meeting-under-way": ("meetings/show.html", UNDER_WAY, SIGNED_IN),
    "meeting-blocked": ("meetings/show.html", BLOCKED, SIGNED_IN),
    "meeting-alarm": ("meetings/show.html", ALARM, SIGNED_IN),
    "meeting-over": ("meetings/show.html", OVER, SIGNED_IN),
    "meeting-plan": ("meetings/form.html", PLAN, SIGNED_IN),
    "meeting-check": ("meetings/form.html", CHECK, SIGNED_IN),
    "meeting-sheet-form": ("meetings/sheet-form.html", SHEET_FORM, SIGNED_IN),
    "meeting-sheet": ("meetings/sheet.html", SHEET, SIGNED_IN),
    "meeting-from-paper": ("meetings/from-paper.html", FROM_PAPER, SIGNED_IN),
    "account": ("account/show.html", ACCOUNT, SIGNED_IN),
}
"""Every page of meetings."""
