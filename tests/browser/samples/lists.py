# ruff: noqa: E501  (sample sentences read better whole)
"""Signing in, the lists of a day, and pages that say what went wrong."""

from dataclasses import replace
from typing import Any

from browser.samples.cases import DESTINATION
from browser.samples.marks import (
    ALARM,
    BACK,
    HANDLE,
    HELD,
    LEVEL_A,
    LEVEL_B,
    LEVEL_C,
    SIGNED_IN,
    SIGNED_OUT,
    STOPPED,
    at,
    go,
)

from portal.advocate import pages
from portal.advocate.cards import Chip, Fact, Field, Form, Frame, Hold, Notice
from portal.advocate.team.alarms import unreadable_cases

UNREADABLE_TEXT = Hold(
    "A text was held, and its case can not be opened, so no task could be made.",
    "Tell the person who runs Wayside today. Find another way to reach Amber Harbor.",
    (),
)

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
    meetings=(
        pages.TodayRow(
            handle="Iron Lark",
            href="/meetings/1",
            when=at("today, 10:30 am"),
            lateness="12 min late",
            state=Chip("Call now", "unsafe", "cross"),
            sentence="No word from Lee and Sam. Call now.",
            steps=(go("Open", "main"),),
        ),
        pages.TodayRow(
            handle=HANDLE,
            href="/meetings/2",
            when=at("today, 2 pm"),
            state=Chip("Ready", "safe", "tick"),
            sentence="Dana and Lee go. Sam is the buddy.",
            steps=(go("Open", "main"),),
        ),
    ),
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

LISTS_PAGES: dict[str, tuple[str, Any, Frame]] = {
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
    "today-unreadable": (
        "today/show.html",
        replace(TODAY, alarms=(*unreadable_cases(("Amber Harbor",)), UNREADABLE_TEXT)),
        SIGNED_IN,
    ),
    "today-alarm": ("today/show.html", replace(TODAY, alarms=(ALARM,)), SIGNED_IN),
    "cases": ("cases/list.html", CASES, SIGNED_IN),
    "cases-empty": ("cases/list.html", NO_CASES, SIGNED_IN),
    "changed": ("errors/changed.html", CHANGED, SIGNED_IN),
    "missing": ("errors/error.html", MISSING, SIGNED_IN),
    "locked": ("errors/error.html", LOCKED, SIGNED_OUT),
}
