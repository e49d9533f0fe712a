"""Talking together: her own view, questions, a result, a plan, and the page that hides it."""

from typing import Any

from browser.samples.marks import BACK, HANDLE, SIGNED_IN, as_shown, at, do, go
from talks import INSTRUMENTS

from portal.advocate.cards import Fact, Frame, Hold
from portal.advocate.talks import forms as talk_forms
from portal.advocate.talks import pages as talk_pages
from portal.advocate.talks import words as talk_words
from portal.advocate.talks.picture import BOTTOM, HEIGHT, TOP, WIDTH

LAP = INSTRUMENTS.find("lap")
DA = INSTRUMENTS.find("danger-assessment")
HERS = "Very. “It gets worse at night.”"
PICTURE = talk_pages.Picture(
    width=WIDTH,
    height=HEIGHT,
    results=(talk_pages.Dot(16, BOTTOM, "Not high on this screen"), talk_pages.Dot(160, TOP, "High danger")),
    hers=(talk_pages.Dot(16, 79, "Somewhat"), talk_pages.Dot(160, 57, "Very"), talk_pages.Dot(304, 102, "A little")),
    words="3 talks from left to right. Higher up is more danger. Dots: results. Rings: her own view.",
    begins="Nov 2",
    ends="Nov 20",
)


def past(day: int, title: str, result: str, hers: str, note: str = "") -> talk_pages.PastTalk:
    """Return a row of the table behind the picture."""
    when = at(f"Nov {day}, 11 am", day=day)
    return talk_pages.PastTalk(when=when, title=title, result=result, hers=hers, note=note, steps=(go("Open"),))


TALK = talk_pages.TalkPage(
    handle=HANDLE,
    back=BACK,
    sentence="Ask first how she sees it. She can skip any part, and our help stays the same.",
    limits=Hold("We do not know her age. Read this out before any question.", f"“{talk_words.LIMITS}”", ()),
    form=as_shown(talk_forms.begin_form(talk_forms.usable(INSTRUMENTS), must_read=True, is_correction=False), "Go on"),
    off=("Our own check: Nobody has written down a permission. Someone must sign for it.",),
    skip=do("She does not want this now"),
    past=(
        past(20, "Talk", "Her own view", "A little."),
        past(14, "Lethality screen", "High danger", HERS, "Corrects the one of Nov 2."),
        past(2, "Lethality screen", "Not high on this screen", "Somewhat.", "Corrected on Nov 14."),
    ),
    picture=PICTURE,
    changes=(
        talk_pages.Change(when=at("Nov 18, 2 pm", day=18), by="Dana R.", words="Leaving, or plans to. On Friday."),
    ),
    change_form=as_shown(talk_forms.ChangeForm, "Save this"),
)
QUESTIONS = talk_pages.QuestionsPage(
    title="Questions, 2 of 2",
    handle=HANDLE,
    back=BACK,
    hers=HERS,
    doctor=talk_words.DOCTOR,
    sentence="Skip what does not fit. What is not asked is not a no.",
    form=as_shown(talk_forms.questions_form(LAP, LAP.instrument.items[6:]), "Go on"),
    steps=(go("The page before", "quiet"), go("To the end", "quiet")),
)
ENDING = talk_pages.QuestionsPage(
    title="Questions, the end",
    handle=HANDLE,
    back=BACK,
    hers=HERS,
    doctor=None,
    sentence=DA.instrument.about,
    form=as_shown(talk_forms.ending_form(DA.instrument), "Show the result"),
    steps=(),
)
RESULT = talk_pages.ResultPage(
    title="What it came to",
    handle=HANDLE,
    back=BACK,
    hers=HERS,
    doctor=talk_words.DOCTOR,
    result="High danger",
    words=(
        "Offer a call with the hotline now, and make or look at the plan today, if that is wanted.",
        "How: A yes to one of the first three.",
        "Why we judge it higher: Out of jail today.",
    ),
    facts=(Fact("When", "Today, 11 am"), Fact("Asked with", "Lethality screen, version 2026-01")),
    answers=(Fact("1. A weapon, used or threatened", "Yes"), Fact("2. Threats to kill", "Rather not")),
    answers_until="Dec 21",
    steps=(go("Safety plan", "main"), go("Correct this")),
)
PLAN = talk_pages.PlanPage(
    handle=HANDLE,
    back=BACK,
    hide=go("Hide this", "main"),
    sentence="Last looked at on Nov 18.",
    sections=(
        Fact("At home, day by day", "The back door sticks. Keys hang by it.\nThe word is “marigold”."),
        Fact("If leaving is the choice", "To Ana, on a day when the shift is long."),
    ),
    copy="No copy was given.",
    steps=(go("Change it", "main"), do("We read it. Nothing is new"), do("She does not want this now", "quiet")),
    older=(go("Nov 2"),),
)
NO_PLAN = talk_pages.PlanPage(
    handle=HANDLE,
    back=BACK,
    hide=go("Hide this", "main"),
    sentence="Nothing is written yet. A plan for staying is as good as one for leaving. She says what goes in.",
    sections=(),
    copy="",
    steps=(go("Write it together", "main"), do("She does not want this now", "quiet")),
    older=(),
)
PLAN_FORM = talk_pages.PlanFormPage(
    handle=HANDLE,
    back=BACK,
    sentence="Her plan, in her words. Leave empty what does not fit.",
    form=as_shown(talk_forms.plan_form(), "Keep this plan"),
)
QUIET = talk_pages.QuietPage(sentence="Saturday, November 21", back=go("Go on"))

TALKS_PAGES: dict[str, tuple[str, Any, Frame]] = {
    "talk-together": ("assessments/index.html", TALK, SIGNED_IN),
    "talk-questions": ("assessments/questions.html", QUESTIONS, SIGNED_IN),
    "talk-ending": ("assessments/questions.html", ENDING, SIGNED_IN),
    "talk-result": ("assessments/result.html", RESULT, SIGNED_IN),
    "plan": ("safety-plans/show.html", PLAN, SIGNED_IN),
    "plan-none": ("safety-plans/show.html", NO_PLAN, SIGNED_IN),
    "plan-form": ("safety-plans/edit.html", PLAN_FORM, SIGNED_IN),
    "plan-hidden": ("safety-plans/quiet.html", QUIET, SIGNED_IN),
}
