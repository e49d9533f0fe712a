"""A case, and the pages on which an advocate reaches her."""

from dataclasses import replace
from typing import Any

from browser.samples.marks import (
    ASK,
    BACK,
    HANDLE,
    HELD,
    LEVEL_B,
    NOON,
    NOT_SAFE,
    SAFE,
    SHE_ASKED,
    SIGNED_IN,
    STOPPED,
    at,
    choices,
    do,
    form,
    go,
    radio,
)

from outreach.her_word.code_word_claims import Claim
from portal.advocate.call_ins.words import LATE
from portal.advocate.cards import Chip, Fact, Field, Frame, Hold
from portal.advocate.cases import pages as case
from portal.advocate.cases.banners import QUESTION
from portal.advocate.cases.known_by import HOW, LATELY, SAID
from portal.advocate.contact import pages as contact
from portal.advocate.contact.attempts import LIVE_ONLY
from portal.advocate.talks.pages import TalkCard

# A case

WAYS = (
    case.SafeContactRow(
        label="Text ··· 0142",
        chip=SAFE,
        until=NOON,
        detail="Wed and Sat, 9 to 12. Her own phone. Say you are Dana.",
        said="She said so on Nov 2.",
        steps=(go("Write a text"),),
        change_href="/somewhere",
    ),
    case.SafeContactRow(
        label="Call ··· 0142",
        chip=SAFE,
        until=NOON,
        detail="Ask the code word first. The partner pays for it or shares the plan.",
        said="She said so on Nov 2.",
        hold=Hold("The partner may see on the bill that we called.", "Keep it short. Leave no message.", ()),
        steps=(go("Call card", "main"),),
        change_href="/somewhere",
    ),
    case.SafeContactRow(
        label="Message ··· 0142",
        chip=NOT_SAFE,
        detail="Leave none.",
        said="She said so on Nov 2.",
        change_href="/somewhere",
    ),
    case.SafeContactRow(
        label="Mail, 27262",
        chip=ASK,
        detail="",
        said="An officer wrote it down on Nov 14.",
        hold=Hold(
            "The partner may see mail here.", "Ask her first, or choose another way.", (go("Ask her"), SHE_ASKED)
        ),
        change_href="/somewhere",
    ),
)
TALK = TalkCard(
    sentences=(
        "Her own view: Very. Her words are inside.",
        "Lethality screen, Nov 14: High danger.",
        "Safety plan: last looked at on Nov 18. No copy was given.",
    ),
    due=at("Dec 14, 11 am", day=30),
    steps=(go("Talk about danger"), go("Safety plan")),
)
CASE = case.CasePage(
    title=HANDLE,
    level=LEVEL_B,
    level_words="since Nov 14",
    summary="Spanish, wants an interpreter. Your case since Aug 2.",
    show=do("Show", "quiet"),
    partner_work=Hold(
        "Ask her where the partner works.", f"“{QUESTION}” A yes restricts this case.", (go("Note her answer"),)
    ),
    age=Hold(
        "We do not know that she is 18 or older.",
        "Mail and e-mail are off. Calls go on. Read out before you ask anything: “What you say stays here.”",
        (do("She is an adult"), go("Her birth date")),
    ),
    needs=("Open: shelter, medical help.", go("Needs and services")),
    next_step=case.NextStep(
        title="Next: tell her before the call-in",
        sentence="The call-in is Tuesday, November 24, at 6 pm. Two tries so far. One is left before a supervisor decides.",  # noqa: E501  (reads better whole)
        when=at("in 40 min"),
        steps=(go("Call card", "main"), go("Write a text"), go("Record a try")),
    ),
    safe_contact=WAYS,
    talk=TALK,
    meetings=case.MeetingsCard(
        sentence="Dana and Lee go. Sam is the buddy.",
        when=at("tomorrow, 2 pm"),
        state=SAFE,
        steps=(go("Open the meeting"), go("Plan a meeting")),
    ),
    someone_else=go("Someone else answered", "stop"),
    pause=do("Pause all contact", "stop"),
    steps=(go("She asked"), go("Add a way"), go("Write a letter")),
    call_ins=(
        case.CallInLine(
            when=at("Wednesday, 6 pm"),
            state=LATE,
            sentence="3 days left. She was to know by Nov 29, 6 pm. Tell her now, live.",
            steps=(go("See what to try", "main"),),
        ),
    ),
    tasks=(
        case.TaskRow(sentence="Tell her before the call-in.", when=at("by 11:00"), steps=(go("Close"),)),
        case.TaskRow(sentence="Talk about risk, if she wants to.", when=at("by Monday"), steps=(go("Close"),)),
        case.TaskRow(
            sentence="The agency moved the call-in to December 1. The old time stands until you agree.",
            when=at("now"),
            state=Chip("To agree", "ask", "question"),
            steps=(go("Look"),),
        ),
    ),
    texts=(
        case.TextRow(
            label="To ··· 0142",
            state=Chip("Arrived", "safe", "tick"),
            when=at("Nov 18, 9:05 am", 9, 18),
            words="Dana: Your Tuesday 10:00 time is set.",
        ),
        case.TextRow(
            label="To ··· 0142",
            state=HELD,
            when=at("Nov 20", 9, 20),
            words="Dana: I have time on Saturday.",
            hold=Hold(
                "Her safe hours were over.", "Send it on Saturday, 9 to 12.", (do("Plan for Saturday"), SHE_ASKED)
            ),
        ),
    ),
    letters=(
        case.LetterRow(
            label="To her mother's",
            state=Chip("Printed", "calm", "dot"),
            when=at("Nov 3", 9, 3),
            steps=(do("It was mailed"),),
        ),
    ),
    timeline=(
        case.TimelineRow(
            when=at("Nov 20, 4:10 pm", 16, 20), by="Dana R.", title="Call, no answer.", words="Left no message."
        ),
        case.TimelineRow(when=at("Nov 18, 9:05 am", 9, 18), by="Dana R.", title="Text arrived."),
        case.TimelineRow(
            when=at("Nov 14, 11:20 pm", 23, 14),
            by="High Point PD",
            title="Level C to B.",
            words="Call-in set for Nov 24. Two level C steps replaced.",
            side="agency",
        ),
        case.TimelineRow(
            when=at("Aug 2", 9, 2),
            by="High Point PD",
            title="Level C.",
            words="On scene: safe to call, not safe to leave a message.",
            side="agency",
        ),
    ),
)
CASE_SHOWN = replace(
    CASE,
    show=None,
    details=(
        Fact("Name", "Marisol Vega (she goes by Mari)"),
        Fact("Born", "September 12, 1990"),
        Fact("Phone", "+1 336 555 0142"),
        Fact("Address", "12 Fable Lane\nHigh Point, NC 27262"),
    ),
)
CASE_STOPPED = replace(
    CASE,
    banner=Hold(
        "All contact is paused since Nov 20.",
        "A phone of hers may be known to the partner. A supervisor can lift this.",
        (go("Ask to lift it"),),
    ),
    next_step=case.NextStep(title="Next: wait", sentence="Nothing leaves while this case is paused."),
    safe_contact=tuple(replace(each, chip=STOPPED, until=None, steps=(), hold=None) for each in WAYS),
    no_safe_way=Hold(
        "There is no safe way yet.",
        "Try court, a hospital, or the officer's card. A meeting in person is best.",
        (SHE_ASKED,),
    ),
    pause=None,
    lift=go("Lift the pause"),
    tasks=(),
    texts=(),
    letters=(),
    timeline=(),
)

# Reaching her

CALL = contact.CallCardPage(
    title="Call card",
    back=BACK,
    number="(336) 555-0142",
    chip=SAFE,
    until=NOON,
    hold=None,
    name_to_use="Dana from the library",
    opening="Can you talk freely? Just say yes or no.",
    if_another_answers="Is this the Lee home? No? Sorry to bother you.",
    rules=("Leave no message.", "Ask the code word before you say more.", "Do not say shelter or court."),
    outcomes=(
        do("We talked", "main"),
        do("No answer"),
        do("Wrong number"),
        do("She said no"),
        do("She will call us"),
        do("Do not contact her", "stop"),
    ),
    someone_else=go("Someone else answered", "stop"),
)
CALL_HELD = replace(
    CALL,
    chip=HELD,
    until=None,
    outcomes=(),
    hold=Hold(
        "This OK is 34 days old.",
        "Call once, 9 to 12. Leave no message. Ask if it is still OK.",
        (go("Other ways"), SHE_ASKED),
    ),
)
ATTEMPT = contact.AttemptPage(
    title="Record a try",
    handle=HANDLE,
    back=BACK,
    form=form(
        "Save",
        Field(
            "destination", "Which way?", "list", choices=choices("Call ··· 0142", "In person", chosen="Call ··· 0142")
        ),
        radio("outcome", "What happened?", "We talked", "No answer", "Wrong number", "She said no", "She will call us"),
        Field("note", "Note", "lines", hint="You can skip this.", max_length=2000),
    ),
)
ATTEMPT_WRONG = replace(
    ATTEMPT,
    form=form(
        "Save",
        radio("outcome", "What happened?", "We talked", "No answer", "Wrong number", error="Choose one."),
        Field("note", "Note", "lines", value="She sounded well & calm <3", hint="You can skip this."),
    ),
)
ATTEMPT_CALL_IN = replace(
    ATTEMPT,
    form=form(
        "Save",
        radio("outcome", "What happened?", "We talked", "No answer", "She said no", hint=LIVE_ONLY),
        Field("note", "Note", "lines", hint="You can skip this.", max_length=2000),
    ),
)
DESTINATION = contact.DestinationPage(
    title="Phone ··· 0142",
    handle=HANDLE,
    back=BACK,
    same_as_before=do("Same as before", "main"),
    near="We were told that this is the partner's too. Ask her if the partner sees it.",
    form=form(
        "Save",
        Field("version", "", "hidden", value="3"),
        radio("call", "Is a call safe?", "Safe", "Not safe", "Not known", chosen="Safe"),
        radio("text", "Is a text safe?", "Safe", "Not safe", "Not known", chosen="Not known"),
        radio("message", "May we leave a message?", "Safe", "Not safe", "Not known", chosen="Not safe"),
        Field(
            "days",
            "On which days?",
            "ticks",
            choices=choices("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", chosen="Wed"),
        ),
        Field("begins", "From", "time", value="09:00"),
        Field("ends", "To", "time", value="12:00", error="The end must come after the start."),
        Field("name", "Name to use", "line", value="Dana", hint="Who do we say we are?"),
        Field("avoid", "Words to avoid", "line"),
        Field("shared", "The partner has this phone too", "tick"),
        Field("until", "Good until", "date"),
    ),
)
SOMEONE_ELSE = contact.SomeoneElsePage(
    title="Someone else answered",
    handle=HANDLE,
    say="Is this the Lee home? No? Sorry to bother you.",
    back=BACK,
    form=form(
        "Stop",
        radio("stop", "What should stop?", "This phone", "All contact with her", chosen="This phone"),
        Field("note", "What did they say?", "lines", hint="You can skip this."),
    ),
)
SHE_ASKED_PAGE = contact.SheAskedPage(
    title="She asked",
    handle=HANDLE,
    back=BACK,
    form=form(
        "Save what she asked",
        Field("way", "What does she want?", "list", choices=choices("A call", "A text", "A letter", "A meeting")),
        Field("what", "In her words", "line", hint="For example: call me today after 4."),
        radio("verified", "How do you know it was she?", *(HOW[each] for each in HOW)),
        Field(
            "code_word",
            "Her code word, if she gave it",
            "secret",
            hint=LATELY,
            error=SAID[Claim.WRONG],
        ),
        Field("hours", "For how long?", "list", choices=choices("1 hour", "Today", "Until tomorrow noon")),
    ),
)

PARTICULARS = contact.ParticularsPage(
    title="Name, birth date, interpreter",
    handle=HANDLE,
    back=BACK,
    full_name="Marisol Vega",
    form=form(
        "Save",
        Field("chosen_name", "Name she wants to hear", "line", value="Mari"),
        Field("pronouns", "Pronouns", "line", hint="Such as: she/her."),
        Field("born_on", "Birth date", "date", hint="Mail stays off until we know that she is 18 or older."),
        Field("language", "Language she wants to speak", "list", choices=choices("Not known", "English", "Spanish")),
        Field("needs_interpreter", "She wants an interpreter", "tick"),
        Field(
            "vetoed",
            "Interpreters she does not want",
            "lines",
            hint="One name on each line. A child never interprets, and no one from the family.",
        ),
        Field("veto_town", "No interpreter from her own town or community", "tick"),
        Field("veto_all", "No interpreter at all", "tick"),
        Field("version", "", "hidden", value="1"),
    ),
)
PARTICULARS_WRONG = replace(
    PARTICULARS,
    form=form("Save", Field("born_on", "Birth date", "date", value="0190-09-12", error="Check the year.")),
)

CASES_PAGES: dict[str, tuple[str, Any, Frame]] = {
    "case": ("cases/show.html", CASE, SIGNED_IN),
    "case-shown": ("cases/show.html", CASE_SHOWN, SIGNED_IN),
    "case-stopped": ("cases/show.html", CASE_STOPPED, SIGNED_IN),
    "call": ("cases/call.html", CALL, SIGNED_IN),
    "call-held": ("cases/call.html", CALL_HELD, SIGNED_IN),
    "attempt": ("attempts/new.html", ATTEMPT, SIGNED_IN),
    "attempt-call-in": ("attempts/new.html", ATTEMPT_CALL_IN, SIGNED_IN),
    "attempt-wrong": ("attempts/new.html", ATTEMPT_WRONG, SIGNED_IN),
    "destination": ("destinations/edit.html", DESTINATION, SIGNED_IN),
    "particulars": ("particulars/edit.html", PARTICULARS, SIGNED_IN),
    "particulars-wrong": ("particulars/edit.html", PARTICULARS_WRONG, SIGNED_IN),
    "someone-else": ("someone-else/new.html", SOMEONE_ELSE, SIGNED_IN),
    "she-asked": ("requests/new.html", SHE_ASKED_PAGE, SIGNED_IN),
}
