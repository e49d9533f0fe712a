"""Tasks, matches, the team's page and stopping all contact."""

from dataclasses import replace
from typing import Any

from browser.samples.marks import BACK, HANDLE, LEVEL_A, LEVEL_B, LEVEL_C, SIGNED_IN, at, choices, do, form, go, radio

from outreach.ingesting.aside import SENTENCES
from portal.advocate import pages
from portal.advocate.cards import Chip, Fact, Field, Form, Frame, Hold, Step
from portal.advocate.cases import pages as case

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
    protocols=go("Protocols"),
    changes_waiting=1,
    unknown=pages.UnknownTexts(sentence="Texts from numbers we do not know: 2", steps=(go("See them", "main"),)),
    night_calls=pages.UnknownTexts(
        sentence="Calls at night of no case we know: 1", steps=(go("Read the oldest", "main"),), title="Calls at night"
    ),
)
QUIET_TEAM = pages.TeamPage(
    sections=tuple(replace(each, rows=(), more=0) for each in TEAM.sections),
    aside=pages.AsideSection(rows=()),
    people=(),
    unknown=pages.UnknownTexts(sentence="No text waits from a number we do not know.", steps=()),
    night_calls=pages.UnknownTexts(sentence="No call of the night waits for you.", steps=(), title="Calls at night"),
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

DECISIONS_PAGES: dict[str, tuple[str, Any, Frame]] = {
    "task": ("tasks/show.html", TASK, SIGNED_IN),
    "match": ("matches/show.html", MATCH, SIGNED_IN),
    "team": ("team/show.html", TEAM, SIGNED_IN),
    "team-empty": ("team/show.html", QUIET_TEAM, SIGNED_IN),
    "lift": ("pauses/lift.html", LIFT, SIGNED_IN),
    "lift-without-a-case": ("pauses/lift.html", replace(LIFT, goes_on_without=1), SIGNED_IN),
    "stop": ("pauses/show.html", STOP, SIGNED_IN),
    "stop-empty": ("pauses/show.html", STOP_EMPTY, SIGNED_IN),
}
