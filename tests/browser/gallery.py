# ruff: noqa: E501  (sample sentences read better whole)
"""Every page of the portal with fictional cards, rendered through Jinja as the app renders it. For tests only."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask, abort, render_template, request
from jinja2 import StrictUndefined

from outreach.aside import SENTENCES
from outreach.code_word_claims import Claim
from outreach.code_words import Answer
from outreach.messaging.outbox import Part
from outreach.messaging.stop_words import Said
from outreach.terms import TextState
from portal.advocate import case_pages as case
from portal.advocate import consent_cards as consents
from portal.advocate import contact_pages as contact
from portal.advocate import conversation_pages as talk
from portal.advocate import outbox_pages as outbox
from portal.advocate import pages, words
from portal.advocate.cards import Chip, Choice, Fact, Field, Form, Frame, Hold, Moment, NavLink, Notice, Step
from portal.advocate.code_words import ANSWERS, HELP, CheckForm, NewWordForm
from portal.advocate.conversations import FROZEN, NOTES, UNVERIFIED, VERIFIED
from portal.advocate.forms import StrictForm, offer
from portal.advocate.known_by import HOW, LATELY, NO_WORD, SAID
from portal.advocate.outbox_rows import SENTENCES as OF_TEXTS
from portal.advocate.outbox_rows import TITLES as PARTS
from portal.advocate.unknown_numbers import AttachForm, DismissForm

ROOT = Path(__file__).parents[2]

# Marks

LEVEL_A, LEVEL_B, LEVEL_C = (Chip(f"Level {each}", "level", "letter") for each in "ABC")
SAFE = Chip("Safe now", "safe", "tick")
NOT_SAFE = Chip("Not safe", "unsafe", "cross")
ASK = Chip("Ask first", "ask", "question")
UNKNOWN = Chip("Not known", "unknown", "dash")
HELD = Chip("Held", "ask", "question")
STOPPED = Chip("Stopped", "unsafe", "cross")
MISSED = Chip("Missed", "late", "clock")

NOON = Moment("12 noon", "Saturday, November 21, 2099, 12:00 pm EST", "2099-11-21T12:00:00-05:00")


def at(words: str, hour: int = 11, day: int = 21) -> Moment:
    """Return a moment said as `words`."""
    return Moment(words, f"November {day}, 2026, {hour}:00 EST", f"2026-11-{day:02}T{hour:02}:00:00-05:00")


def go(label: str, look: str = "plain") -> Step:
    """Return a link."""
    return Step(label, "/somewhere", look=look)  # type: ignore[arg-type]


def do(label: str, look: str = "plain", **hidden: str) -> Step:
    """Return a one-button form."""
    return Step(label, "/somewhere", "post", look, tuple(hidden.items()))  # type: ignore[arg-type]


LINKS = (
    NavLink("Today", "/today", True),
    NavLink("Cases", "/cases"),
    NavLink("Outbox", "/outbox"),
    NavLink("Team", "/team"),
)
SIGNED_IN = Frame("Dana R.", LINKS, lock=do("Lock", "quiet"), session_href="/session")
SIGNED_OUT = Frame()
BACK = go("Back to Cedar Wren")
HANDLE = "Cedar Wren"
SHE_ASKED = go("She asked")


def choices(*words: str, chosen: str = "") -> tuple[Choice, ...]:
    """Return one choice per word."""
    return tuple(Choice(each.lower().replace(" ", "_"), each, each == chosen) for each in words)


def radio(name: str, label: str, *words: str, chosen: str = "", error: str = "", hint: str = "") -> Field:
    """Return a radio group."""
    return Field(name, label, "radio", error=error, hint=hint, choices=choices(*words, chosen=chosen), is_required=True)


def form(button: str, *fields: Field, error: str = "") -> Form:
    """Return a form with one button and a way back."""
    return Form("/somewhere", button, fields, error=error, cancel_href="/somewhere")


# Signed out

SIGN_IN = pages.SignInPage(
    form=Form(
        "/sign-in",
        "Sign in",
        (
            Field("email", "Work e-mail", "line", is_required=True, autocomplete="username"),
            Field("passphrase", "Pass phrase", "secret", is_required=True, autocomplete="current-password"),
        ),
    )
)
SECOND = pages.SecondFactorPage(
    form=Form("/sign-in/code", "Sign in", (Field("code", "Six digits", "code", is_required=True),))
)
ENROL = pages.EnrolPage(
    staff_name="Dana",
    qr_src="/static/icon.svg",
    secret_words="JBSW Y3DP EHPK 3PXP",
    form=Form(
        "/enrol",
        "Finish",
        (
            Field("passphrase", "Pass phrase", "secret", hint="15 letters or more", is_required=True),
            Field("again", "The same again", "secret", is_required=True),
            Field(
                "code",
                "Six digits from the app",
                "code",
                error="This code is old. Type the next one.",
                is_required=True,
            ),
        ),
    ),
)

# Lists

TODAY = pages.TodayPage(
    title="Saturday, November 21",
    sentence="Two things need you before noon.",
    sections=(
        pages.TodaySection(
            key="now",
            title="Now",
            gloss="late, or within two hours",
            empty="Nothing is due. New cases and calls that come due show up here.",
            rows=(
                pages.TodayRow(
                    handle="Amber Finch",
                    href="/cases/1",
                    when=at("9:30"),
                    lateness="2 h late",
                    level=LEVEL_A,
                    state=Chip("Late", "late", "clock"),
                    sentence="Needs from the scene: a doctor, a place tonight. Call first; say you are Dana from the library.",
                    steps=(go("Call card", "main"),),
                ),
                pages.TodayRow(
                    handle="Cedar Wren",
                    href="/cases/2",
                    when=at("by 11:00"),
                    lateness="in 40 min",
                    level=LEVEL_B,
                    sentence="Tell her before the call-in on Tuesday, 6 pm. One try is left of three.",
                    steps=(go("Call card", "main"), go("Plan a meeting")),
                ),
            ),
        ),
        pages.TodaySection(
            key="held",
            title="Held",
            gloss="will not leave until you decide",
            empty="Nothing is held.",
            rows=(
                pages.TodayRow(
                    handle="Juniper Vale",
                    href="/cases/3",
                    when=at("Text"),
                    state=HELD,
                    sentence="It is 34 days since she said this phone is safe. Ask her again, or pick a new way.",
                    steps=(go("Ask her now"), go("She asked", "quiet")),
                ),
                pages.TodayRow(
                    handle="Maple Grey",
                    href="/cases/4",
                    when=at("Letter"),
                    state=STOPPED,
                    sentence="The partner has this address too, from the news of October 3. A letter could reach the partner.",
                    steps=(go("Other ways"),),
                ),
            ),
        ),
        pages.TodaySection(
            key="due",
            title="Today",
            gloss="",
            empty="Nothing more today.",
            more=4,
            rows=(
                pages.TodayRow(
                    handle="Hazel Storm",
                    href="/cases/5",
                    when=at("any time"),
                    level=LEVEL_C,
                    state=Chip("Safe now", "safe", "tick"),
                    sentence="Ask how she is since October 20.",
                    steps=(go("Start"),),
                ),
            ),
        ),
        pages.TodaySection(
            key="later",
            title="Later",
            gloss="",
            rows=(),
            empty="Nothing is planned yet. Steps with a later time wait here.",
        ),
    ),
    caseload=(
        pages.Count(38, "open cases"),
        pages.Count(3, "new since yesterday"),
        pages.Count(2, "call-ins this week"),
        pages.Count(5, "no word for 14 days"),
    ),
    call_ins=(
        pages.CallIn(at("Tue 6 pm", 18, 24), "Cedar Wren", "/cases/2", "not told yet", False),
        pages.CallIn(at("Thu 6 pm", 18, 26), "Olive Marsh", "/cases/6", "told Nov 18", True),
    ),
)
EMPTY_TODAY = replace(
    TODAY,
    sentence="Nothing needs you right now.",
    sections=tuple(replace(each, rows=(), more=0) for each in TODAY.sections),
    call_ins=(),
)
CASES = pages.CaseListPage(
    sentence="38 open cases, by what comes next.",
    empty="You have no cases yet. Your supervisor gives you the first one.",
    older_href="/cases?page=2",
    rows=tuple(
        pages.CaseListRow(handle=handle, href="/cases/1", level=level, sentence=sentence, next_due=due)
        for handle, level, sentence, due in (
            ("Amber Finch", LEVEL_A, "3 things to do", at("2 h late")),
            ("Cedar Wren", LEVEL_B, "2 things to do", at("in 40 min")),
            ("Juniper Vale", LEVEL_C, "1 thing to do", at("Monday, 9 am")),
            ("Olive Marsh", None, "Nothing to do now", None),
        )
    ),
)
NO_CASES = pages.CaseListPage(rows=(), sentence="No open cases.", empty=CASES.empty)

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
CASE = case.CasePage(
    title=HANDLE,
    level=LEVEL_B,
    level_words="since Nov 14",
    summary="Spanish, wants an interpreter. Your case since Aug 2.",
    show=do("Show", "quiet"),
    next_step=case.NextStep(
        title="Next: tell her before the call-in",
        sentence="The call-in is Tuesday, November 24, at 6 pm. Two tries so far. One is left before a supervisor decides.",
        when=at("due in 40 min"),
        steps=(go("Call card", "main"), go("Write a text"), go("Record a try")),
    ),
    safe_contact=WAYS,
    someone_else=go("Someone else answered", "stop"),
    pause=do("Pause all contact", "stop"),
    steps=(go("She asked"), go("Add a way"), go("Write a letter")),
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
DESTINATION = contact.DestinationPage(
    title="Phone ··· 0142",
    handle=HANDLE,
    back=BACK,
    same_as_before=do("Same as before", "main"),
    near="An agency gave this as the partner's too. Ask her if the partner sees it.",
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
TEXT = contact.TextPage(
    title="Write a text",
    handle=HANDLE,
    back=BACK,
    chip=SAFE,
    hold=None,
    preview=None,
    form=form("Look at it", radio("wording", "Words", "Your time is set", "Call when you can", "I have news")),
)
TEXT_PREVIEW = replace(
    TEXT,
    preview=contact.TextPreview(
        words="Book club: Your Tuesday 10:00 time is set.",
        segments=1,
        letters=43,
        encoding="GSM-7",
        leaves="It leaves at a minute picked by chance, in her hours, in the next two days or so.",
    ),
    release=Form("/somewhere", "Send it", (Field("wording", "", "hidden", value="set"),)),
)
TEXT_TWO_PARTS = replace(
    TEXT_PREVIEW,
    preview=contact.TextPreview(
        words="I can come at ten or at four, as you like. " * 4,
        segments=2,
        letters=172,
        encoding="GSM-7",
        leaves="She asked for it, so it leaves at once.",
    ),
)
TEXT_NONE_APPROVED = replace(
    TEXT,
    form=None,
    hold=Hold(
        "No text is approved for use here.",
        "Ask the person who runs Wayside: someone must read the texts and agree to them. Until then, call.",
        (),
    ),
)
TEXT_HELD = replace(
    TEXT,
    chip=HELD,
    hold=Hold("She has not said yes to texts here.", "Ask her when you talk next.", (go("She said yes"), SHE_ASKED)),
)
CONSENT = consents.ConsentPage(
    title="Ask her about texts",
    handle=HANDLE,
    back=BACK,
    form=form(
        "Save her yes",
        radio("language", "Ask her, word for word", "May we send you short reminders by text to this phone?", "Other"),
        Field("spoken", "Which other language?", "line", error="Write the language."),
        radio("how", "How did she say yes?", "In a live call, I know her voice", "In person", hint=NO_WORD),
        Field("heard_by", "Who heard her?", "line", value="Dana R.", is_required=True),
        radio("confirms", "How does this phone confirm it?", "We called this very number", "She will send us a code"),
        Field("after_stop", "She stopped texts before. She says now that she wants them again", "tick"),
    ),
)
CONSENT_RECORD = consents.ConsentRecordPage(
    title="Texts to phone ··· 0142",
    handle=HANDLE,
    back=BACK,
    chip=Chip("Waits", "ask", "clock"),
    sentence="She said yes. Texts stay off until this phone confirms it.",
    code=consents.Code(
        digits="4821",
        until=at("Tuesday, 11 am", 11, 24),
        hint="If she had stopped them with the word STOP, ask her to send START first, then the code.",
    ),
    reply=Hold(
        "A yes without the code came from this phone today, 10 am.",
        "Anyone who holds the phone can write. Was it she? Ask her live if you are not sure.",
        (do("It was hers, start texts"),),
    ),
    steps=(do("I called this number and she said yes"), go("She wants no texts", "stop")),
    history=(
        case.TimelineRow(
            when=at("today, 9 am", 9),
            by="Dana R.",
            title="She said yes to texts.",
            words="In a live call, in Spanish: “¿Podemos mandarle recordatorios cortos por mensaje a este teléfono?”",
        ),
        case.TimelineRow(
            when=at("Nov 2", 9, 2),
            by="This phone",
            title="She wanted no more texts.",
            words="By text. For all her phones.",
        ),
    ),
    print_step=go("Print the record"),
    number_form=form(
        "Print with the whole number",
        Field("reason", "Why is the whole number needed?", "lines", error="Write why.", is_required=True),
    ),
)
CONSENT_NONE = replace(
    CONSENT_RECORD,
    chip=UNKNOWN,
    sentence="She has not said yes to texts here. Ask her in person or in a live call.",
    code=None,
    reply=None,
    steps=(go("She says yes", "main"), go("She wants no texts", "stop")),
    history=(),
    number_form=None,
)
WITHDRAWAL = consents.WithdrawalPage(
    title="She wants no texts",
    handle=HANDLE,
    back=BACK,
    form=form(
        "Stop texts now",
        radio("route", "How did she say it?", "In a call", "In person", "In a letter", "By text", error="Choose how."),
        radio("scope", "Which phones?", "All her phones. Choose this if you are not sure", "This phone only, she said"),
        Field("said_on", "On which day?", "date", hint="Leave it for today."),
        Field("said_at", "At what time?", "time"),
        Field("heard_by", "Who heard or read it?", "line", value="Dana R.", is_required=True),
    ),
)
EVIDENCE = consents.EvidencePage(
    title="Record of consent to text messages",
    back=BACK,
    number="ending in 0142",
    state="Withdrawn. No texts are sent to this number.",
    printed="November 21, 2026, 11:00:00 EST",
    zone="EST",
    entries=(
        consents.EvidenceEntry(
            "Consent given",
            (
                Fact("When", "October 20, 2026, 10:02:11 EDT"),
                Fact("How", "In a live call, to a member of staff"),
                Fact("Question, word for word", "May we send you short reminders by text to this phone?"),
                Fact("Language", "English"),
                Fact("Confirmed from this number", "October 20, 2026, 10:09:40 EDT. By a text from this number"),
            ),
        ),
        consents.EvidenceEntry("Consent withdrawn", (Fact("When", "November 2, 2026, 09:00:00 EST"),)),
    ),
    texts=(consents.EvidenceText("October 22, 2026, 09:11:05 EDT", "delivered"),),
    counted="One text was sent.",
)
LETTER = contact.LetterPage(
    title="Write a letter",
    handle=HANDLE,
    back=BACK,
    envelope=("M. Vega", "12 Fable Lane", "High Point, NC 27262"),
    words=(
        "My name is Ana. I work for a local group, not the police. Our help is free.",
        "You do not have to answer. You choose if we talk.",
    ),
    hold=None,
    form=form("Let it go", Field("sure", "She said mail is safe here", "tick")),
)
LETTER_HELD = replace(
    LETTER,
    form=None,
    hold=Hold("The partner may see mail here.", "Ask her first, or choose another way.", (go("Other ways"), SHE_ASKED)),
)
TASK = case.TaskPage(
    title="The call-in moved",
    handle=HANDLE,
    back=BACK,
    sentence="It was November 24. The agency now says December 1. Until you agree, the old time stands.",
    form=form("Save", radio("answer", "Which time holds?", "The new time", "Keep the old time")),
)
MATCH = case.MatchPage(
    title="The same person?",
    back=BACK,
    this=case.MatchSide(
        "Cedar Wren", (Fact("Name", "Marisol Vega"), Fact("Born", "September 12, 1990"), Fact("Phone", "··· 0142"))
    ),
    other=case.MatchSide(
        "Iron Lark", (Fact("Name", "M. Vega-Ruiz"), Fact("Born", "September 12, 1990"), Fact("Phone", "··· 0142"))
    ),
    form=form("Save", radio("decision", "What do you think?", "Two people", "The same person")),
)
TEAM = pages.TeamPage(
    sections=(
        pages.TeamSection(
            key="unassigned",
            title="No one has these yet",
            empty="Every case has someone.",
            more=1,
            rows=(
                pages.TeamRow(
                    handle="Amber Finch",
                    href="/cases/1",
                    level=LEVEL_A,
                    waits=at("2 h left"),
                    sentence="New at 9:30. Speaks Spanish.",
                    form=Form(
                        "/somewhere", "Give", (Field("staff", "Give to", "list", choices=choices("Dana R.", "Lee K.")),)
                    ),
                ),
                pages.TeamRow(
                    handle="Iron Lark",
                    href="/cases/2",
                    level=LEVEL_C,
                    waits=at("2 days left"),
                    sentence="New at 10:10.",
                    form=Form(
                        "/somewhere", "Give", (Field("staff", "Give to", "list", choices=choices("Dana R.", "Lee K.")),)
                    ),
                ),
            ),
        ),
        pages.TeamSection(key="holds", title="Waiting for your word", empty="Nothing waits for you.", rows=()),
        pages.TeamSection(
            key="matches",
            title="The same person?",
            empty="No doubts now.",
            rows=(
                pages.TeamRow(
                    handle="Cedar Wren",
                    href="/cases/3",
                    level=LEVEL_B,
                    waits=at("15 min left"),
                    sentence="May be a person we know.",
                    steps=(go("Look", "main"),),
                ),
            ),
        ),
    ),
    aside=pages.AsideSection(
        rows=tuple(
            pages.AsideRow(day=at("Nov 20"), sender="An agency", cause=each.cause, remedy=each.remedy, steps=steps)
            for each, steps in zip(SENTENCES.values(), ((do("Dealt with"),), ()) * len(SENTENCES), strict=False)
        ),
        more=3,
    ),
    people=(Fact("Dana R.", "38 cases, 2 late"), Fact("Lee K.", "21 cases")),
    alarms=(
        Hold(
            "Texts are stopped: a text went to a wrong number.",
            "No text leaves. Call where it can not wait.",
            (Step("Let texts leave again", "/somewhere", "post"),),
        ),
        Hold("Texts are resting: the phone company does not take them.", "We try again in 4 min.", ()),
    ),
    stop_texts=go("Stop all texts"),
    unknown=pages.UnknownTexts(sentence="Texts from numbers we do not know: 2", steps=(go("See them", "main"),)),
)
QUIET_TEAM = pages.TeamPage(
    sections=tuple(replace(each, rows=(), more=0) for each in TEAM.sections),
    aside=pages.AsideSection(rows=()),
    people=(),
    unknown=pages.UnknownTexts(sentence="No text waits from a number we do not know.", steps=()),
)
LIFT = case.LiftPausePage(
    title="Lift the pause",
    handle=HANDLE,
    back=BACK,
    form=form(
        "Lift the pause",
        radio("way_1", "Phone ··· 0142: safe again?", "She says it is as safe as before", "Not safe", "Not asked yet"),
        radio(
            "way_2",
            "Phone ··· 0177: safe again?",
            "She says it is hers alone again",
            "Not safe",
            "Not asked yet",
            error="Choose one. “Not asked yet” is fine.",
            hint="Someone else answered here. If it is hers again, ask her next what is safe.",
        ),
        radio("verified_how", "How do you know it was she?", "In person", "In a live call, I know her voice"),
        Field("reason", "Why may contact go on?", "lines", is_required=True),
    ),
    lifts_others=True,
)
STOP = case.StopPage(
    title="All contact is paused",
    handle=HANDLE,
    back=BACK,
    since=at("today, 11 am"),
    stopped="Stopped in time: 2 texts and one letter.",
    rows=(
        case.UnderWayRow(
            label="Text, phone ··· 0142",
            state=Chip("Sending", "calm", "clock"),
            when=at("today, 11 am"),
            sentence="It was leaving as you stopped. It can not be called back. It may arrive.",
        ),
        case.UnderWayRow(
            label="Letter, address, her mother's",
            state=Chip("Printed", "calm", "tick"),
            when=at("Nov 20", 9, 20),
            sentence="It is on paper, or can be. Take it out of the mail pile and tear it up.",
            steps=(do("It is torn up"), do("It is in the mail")),
        ),
    ),
    empty="Nothing was on its way.",
    next_sentence="You can lift it, with a reason and a new answer for each way.",
    lift=go("Lift the pause"),
)
STOP_EMPTY = replace(
    STOP,
    stopped="Nothing was waiting to go out.",
    rows=(),
    next_sentence="Only a supervisor can lift it. Was it a wrong tap? Tell a supervisor.",
    lift=None,
)
ALARM = Hold(
    "No worker has looked at texts for 7 minutes.",
    "No text leaves until it does. Tell the person who runs Wayside now. Call where it can not wait.",
    (),
)
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
        Fact("Last full check", "Nov 21: 12 seen, 3 deleted, 1 on the way, none is left."),
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

# Talking with her by text

ONE_TAP = (do("Someone else answered", "stop"), do("Wrong number"))
CALL_OR_TEXT = (go("Check her code word"), go("Call", "main"), go("Text"))
FROM_HER = talk.MessageRow(
    side="theirs",
    label="From phone ··· 0142",
    when=at("today, 10:40 am", 10),
    chip=UNVERIFIED,
    words="ok yes\ncall me after 5 but not the house phone",
)
CONVERSATION = talk.ConversationPage(
    title="Conversation",
    handle=HANDLE,
    back=BACK,
    sentence="Whoever holds the phone can read this, and can write it. Check her code word before you say more.",
    lines=(
        talk.LineCard(label="Phone ··· 0142, cell", chip=UNVERIFIED, steps=CALL_OR_TEXT, stops=ONE_TAP),
        talk.LineCard(label="Phone ··· 0177, her sister's", chip=FROZEN),
    ),
    rows=(
        FROM_HER,
        talk.MessageRow(
            side="ours",
            label="To phone ··· 0142",
            when=at("today, 10:02 am", 10),
            chip=words.TEXT_STATES[TextState.DELIVERED],
            words="Choir: Call when you have a moment. No rush.",
        ),
        replace(FROM_HER, when=at("Nov 20", 9, 20), words="STOP", note=NOTES[Said.STOP]),
        replace(FROM_HER, when=at("Nov 19", 9, 19), words="", note="A picture came with it. We do not open those."),
        talk.MessageRow(
            side="ours",
            label="To phone ··· 0142",
            when=at("Nov 23", 9, 23),
            chip=words.TEXT_STATES[TextState.HELD],
            words="Choir: Your time on Tuesday is set.",
            hold=Hold("She stopped texts.", "Ask her, live, if texts are OK again.", (go("Texts to this phone"),)),
            steps=(do("Cancel"),),
        ),
    ),
    has_more=True,
)
CONVERSATION_CHECKED = replace(
    CONVERSATION,
    lines=(talk.LineCard(label="Phone ··· 0142, cell", chip=VERIFIED, steps=CALL_OR_TEXT, stops=ONE_TAP),),
    rows=(replace(FROM_HER, chip=VERIFIED, words="yes i can talk"), *CONVERSATION.rows[1:2]),
    has_more=False,
)
CONVERSATION_EMPTY = replace(CONVERSATION, rows=(), has_more=False)


def as_shown(kind: type[StrictForm], button: str, **more: object) -> Form:
    """Return a form of the portal as its page shows it, empty."""
    form = kind()
    for name, choices in more.items():
        form[name].choices = choices
    return form.card("/somewhere", button)


CODE_WORD = talk.CodeWordPage(
    title="Code word",
    handle=HANDLE,
    back=BACK,
    answer=None,
    is_right=False,
    form=as_shown(CheckForm, "Check it", line=offer([("1", "Phone ··· 0142, cell"), ("2", "In person")])),
    new=go("Choose a new word with her"),
)
CODE_WORD_RIGHT = replace(
    CODE_WORD, answer=Hold(*ANSWERS[Answer.RIGHT], (go("Conversation", "main"),)), is_right=True, form=None
)
CODE_WORD_WRONG = replace(CODE_WORD, answer=Hold(*ANSWERS[Answer.WRONG], ()))
CODE_WORD_NONE = replace(CODE_WORD, answer=Hold(*ANSWERS[Answer.NOT_SET], ()), form=None)
CODE_WORD_RESTING = replace(
    CODE_WORD, answer=Hold("Too many words were wrong.", f"Checks rest until 11:15 am. {HELP}", ()), form=None
)
CODE_WORD_NEW = talk.NewCodeWordPage(
    title="Choose her code word", handle=HANDLE, back=BACK, form=as_shown(NewWordForm, "Keep it")
)
UNKNOWN_NUMBERS = talk.UnknownNumbersPage(
    rows=tuple(
        talk.UnknownRow(
            sentence=f"A number we do not know. {texts}", when=at("Nov 20", 9, 20), steps=(go("Read", "main"),)
        )
        for texts in ("One text.", "61 texts.")
    ),
    more=3,
    back=go("Team"),
)
NO_UNKNOWN_NUMBERS = replace(UNKNOWN_NUMBERS, rows=(), more=0)
UNKNOWN_NUMBER = talk.UnknownNumberPage(
    title="A number we do not know",
    handle="(336) 555-0188",
    back=go("Unknown numbers"),
    rows=(replace(FROM_HER, label="From this number", words="its me on my new phone pls call"),),
    more=2,
    attach=as_shown(AttachForm, "It belongs to this case"),
    dismiss=as_shown(DismissForm, "Take it off the list"),
)
CHANGED = pages.ChangedPage(
    title="This was changed meanwhile",
    handle=HANDLE,
    sentence="Lee K. saved this page at 10:20. Look at both, then save again.",
    now_says=(Fact("Call", "Not safe"), Fact("Text", "Not known")),
    form=DESTINATION.form,
    back=BACK,
)


def error(title: str, cause: str, remedy: str) -> pages.ErrorPage:
    """Return a page that says what went wrong."""
    return pages.ErrorPage(title=title, cause=cause, remedy=remedy, steps=(go("Today", "main"),))


MISSING = error("Nothing here", "This page does not exist, or it is not yours to see.", "Go back to your day.")
LOCKED = error(
    "Wayside is locked",
    "The key is not loaded, so no page can open.",
    "Ask the person who runs Wayside to start it again.",
)

PAGES: dict[str, tuple[str, Any, Frame]] = {
    "sign-in": ("account/sign-in.html", SIGN_IN, SIGNED_OUT),
    "sign-in-wrong": (
        "account/sign-in.html",
        replace(SIGN_IN, form=replace(SIGN_IN.form, error="That did not work. Check both and try again.")),
        SIGNED_OUT,
    ),
    "second-factor": ("account/second-factor.html", SECOND, SIGNED_OUT),
    "enrol": ("account/enrol.html", ENROL, SIGNED_OUT),
    "today": ("today/show.html", TODAY, replace(SIGNED_IN, is_practice=True)),
    "today-empty": ("today/show.html", EMPTY_TODAY, replace(SIGNED_IN, notices=(Notice("The try is saved."),))),
    "today-alarm": ("today/show.html", replace(TODAY, alarms=(ALARM,)), SIGNED_IN),
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
    "cases": ("cases/list.html", CASES, SIGNED_IN),
    "cases-empty": ("cases/list.html", NO_CASES, SIGNED_IN),
    "case": ("cases/show.html", CASE, SIGNED_IN),
    "case-shown": ("cases/show.html", CASE_SHOWN, SIGNED_IN),
    "case-stopped": ("cases/show.html", CASE_STOPPED, SIGNED_IN),
    "call": ("cases/call.html", CALL, SIGNED_IN),
    "call-held": ("cases/call.html", CALL_HELD, SIGNED_IN),
    "attempt": ("attempts/new.html", ATTEMPT, SIGNED_IN),
    "attempt-wrong": ("attempts/new.html", ATTEMPT_WRONG, SIGNED_IN),
    "destination": ("destinations/edit.html", DESTINATION, SIGNED_IN),
    "someone-else": ("someone-else/new.html", SOMEONE_ELSE, SIGNED_IN),
    "she-asked": ("requests/new.html", SHE_ASKED_PAGE, SIGNED_IN),
    "text": ("texts/new.html", TEXT, SIGNED_IN),
    "text-preview": ("texts/new.html", TEXT_PREVIEW, SIGNED_IN),
    "text-two-parts": ("texts/new.html", TEXT_TWO_PARTS, SIGNED_IN),
    "text-none-approved": ("texts/new.html", TEXT_NONE_APPROVED, SIGNED_IN),
    "text-held": ("texts/new.html", TEXT_HELD, SIGNED_IN),
    "consent": ("consents/new.html", CONSENT, SIGNED_IN),
    "consent-record": ("consents/show.html", CONSENT_RECORD, SIGNED_IN),
    "consent-none": ("consents/show.html", CONSENT_NONE, SIGNED_IN),
    "withdrawal": ("consents/withdrawal.html", WITHDRAWAL, SIGNED_IN),
    "evidence": ("consents/evidence.html", EVIDENCE, SIGNED_IN),
    "conversation": ("conversations/show.html", CONVERSATION, SIGNED_IN),
    "conversation-checked": ("conversations/show.html", CONVERSATION_CHECKED, SIGNED_IN),
    "conversation-empty": ("conversations/show.html", CONVERSATION_EMPTY, SIGNED_IN),
    "code-word": ("code-words/show.html", CODE_WORD, SIGNED_IN),
    "code-word-right": ("code-words/show.html", CODE_WORD_RIGHT, SIGNED_IN),
    "code-word-wrong": ("code-words/show.html", CODE_WORD_WRONG, SIGNED_IN),
    "code-word-resting": ("code-words/show.html", CODE_WORD_RESTING, SIGNED_IN),
    "code-word-none": ("code-words/show.html", CODE_WORD_NONE, SIGNED_IN),
    "code-word-new": ("code-words/new.html", CODE_WORD_NEW, SIGNED_IN),
    "unknown-numbers": ("unknown-numbers/list.html", UNKNOWN_NUMBERS, SIGNED_IN),
    "unknown-numbers-empty": ("unknown-numbers/list.html", NO_UNKNOWN_NUMBERS, SIGNED_IN),
    "unknown-number": ("unknown-numbers/show.html", UNKNOWN_NUMBER, SIGNED_IN),
    "letter": ("letters/new.html", LETTER, SIGNED_IN),
    "letter-held": ("letters/new.html", LETTER_HELD, SIGNED_IN),
    "task": ("tasks/show.html", TASK, SIGNED_IN),
    "match": ("matches/show.html", MATCH, SIGNED_IN),
    "team": ("team/show.html", TEAM, SIGNED_IN),
    "team-empty": ("team/show.html", QUIET_TEAM, SIGNED_IN),
    "lift": ("pauses/lift.html", LIFT, SIGNED_IN),
    "stop": ("pauses/show.html", STOP, SIGNED_IN),
    "stop-empty": ("pauses/show.html", STOP_EMPTY, SIGNED_IN),
    "changed": ("errors/changed.html", CHANGED, SIGNED_IN),
    "missing": ("errors/error.html", MISSING, SIGNED_IN),
    "locked": ("errors/error.html", LOCKED, SIGNED_OUT),
}

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def create_gallery(extra: Callable[[Flask], None] | None = None) -> Flask:
    """Return a small app that shows `/NAME` for each page; `extra` may add planted faults."""
    app = Flask("gallery", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "portal/advocate/static"))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.autoescape = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["asset"] = lambda name: f"/static/{name}"
    app.jinja_env.globals["csrf_token"] = lambda: "token"

    @app.get("/<name>")
    def show(name: str) -> str:
        template, page, frame = PAGES.get(name) or abort(404)
        return render_template(template, page=page, frame=frame)

    @app.get("/session")
    def session() -> dict[str, str]:
        return {"csrf": "fresh"}

    @app.post("/somewhere")
    def arrive() -> dict[str, Any]:
        return request.form.to_dict(flat=False)

    @app.after_request
    def strict(response: Any) -> Any:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    if extra:
        extra(app)
    return app
