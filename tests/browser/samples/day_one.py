"""What day one brings: cases from before, on their page and on the team's, and signing for texts."""

from dataclasses import replace
from typing import Any

from browser.samples.cases import CASE
from browser.samples.decisions import TEAM
from browser.samples.marks import LEVEL_C, SIGNED_IN, choices, form, go

from outreach.messaging.signature import STATEMENT
from portal.advocate import pages
from portal.advocate.cards import Field, Form, Frame, Hold
from portal.advocate.cases import pages as case
from portal.advocate.texts.pages import SignaturePage

BROUGHT = replace(
    CASE,
    next_step=case.NextStep(
        title="Brought over from before",
        sentence="Nothing has a clock. Ask her first, live: Is each way still OK, and when? Are texts still OK? No "
        "text leaves without a new yes. How old is she? Press Show: your papers say what to ask first.",
        steps=(go("Call", "main"),),
    ),
    call_ins=(),
    needs=None,
    tasks=(),
    texts=(),
    letters=(),
    timeline=(case.TimelineRow(when=CASE.timeline[0].when, by="Your own papers", title="Brought over from before."),),
)
ROWS = tuple(
    pages.TeamRow(
        handle=handle,
        href="/cases/1",
        level=level,
        waits=None,
        sentence="Nothing is due yet.",
        form=Form("/somewhere", "Hand over", (Field("to", "Hand to", "list", choices=choices("Dana R.", "Lee K.")),)),
    )
    for handle, level in (("Velvet Thrush", LEVEL_C), ("Quiet Maple", None))
)
TEAM_FROM_BEFORE = replace(
    TEAM,
    alarms=(
        Hold(
            "Nobody has signed for texts yet.",
            "No text leaves. Call where it can not wait. Read what is signed for.",
            (go("Sign for texts"),),
        ),
    ),
    sections=(
        *TEAM.sections,
        pages.TeamSection(key="brought", title="Brought over from before", rows=ROWS, empty="", more=31),
    ),
    stop_texts=go("Stop all texts"),
    signature=go("Who signed for texts"),
)
SIGN = SignaturePage(
    title="Sign for texts",
    sentence="No text leaves until a supervisor has signed. You sign that:",
    lines=STATEMENT,
    back=go("Back to the team"),
    form=form("Sign", Field("agreed", "Both lines hold, and I sign for it with my name", "tick")),
)
SIGNED = replace(
    SIGN,
    title="Signed for texts",
    sentence="Ines Mora signed on Nov 20. When you take it back, no text leaves from that moment.",
    form=form("Take it back"),
    is_stop=True,
)

DAY_ONE_PAGES: dict[str, tuple[str, Any, Frame]] = {
    "case-from-before": ("cases/show.html", BROUGHT, SIGNED_IN),
    "team-from-before": ("team/show.html", TEAM_FROM_BEFORE, SIGNED_IN),
    "sign-for-texts": ("texts/signature.html", SIGN, SIGNED_IN),
    "signed-for-texts": ("texts/signature.html", SIGNED, SIGNED_IN),
}
