"""Who may see a case: restricted, with a colleague kept away; and as any case is."""

from dataclasses import replace
from typing import Any

from browser.samples.marks import BACK, HANDLE, SIGNED_IN, choices, form, go

from portal.advocate.cards import Field, Frame
from portal.advocate.cases.wall_cards import CAUSES, WallPage, WallRow

COLLEAGUE = Field("colleague", "Who?", "list", choices=choices("Choose a colleague", "Lee Park", "Rae Lim"))
WALL = WallPage(
    title="Who may see this case",
    handle=HANDLE,
    back=BACK,
    sentence="This case is restricted. Its advocate sees it, and each supervisor who is not kept away. "
    "Nobody else does. What an officer wrote counts for nothing.",
    whys=(WallRow(CAUSES["officer"], "Her partner is a deputy in the next county.", "Dana Reyes, yesterday"),),
    walls=(
        WallRow(
            "Kim Osei",
            "Plays ball with the partner.",
            "Dana Reyes, yesterday",
            "They are at a meeting now. They see that meeting until they check out, and can call for help.",
            (go("Let them back"),),
        ),
    ),
    restrict=form(
        "Restrict this case",
        Field("cause", "Why?", "radio", choices=choices(*CAUSES.values()), is_required=True),
        replace(COLLEAGUE, label="Which colleague?", hint="If it is one of us. They lose the case at once."),
        Field("words", "Say more", "lines", is_required=True, max_length=500),
    ),
    wall=form("Keep them away", COLLEAGUE, Field("words", "Why?", "lines", is_required=True, max_length=500)),
    lift=form("Lift the restriction", Field("because", "Your reason", "lines", is_required=True, max_length=500)),
)
OPEN = replace(
    WALL,
    sentence="Its advocate sees it, and each supervisor who is not kept away.",
    whys=(),
    walls=(),
    lift=None,
    wall=form(
        "Keep them away",
        replace(
            COLLEAGUE,
            error="Nobody else would be left to see it, or a case that may be hers too. "
            "Have it given to someone else first, or ask the person who runs Wayside to add a supervisor.",
        ),
        Field("words", "Why?", "lines", value="We play ball together."),
    ),
)

WALL_PAGES: dict[str, tuple[str, Any, Frame]] = {
    "wall": ("cases/wall.html", WALL, SIGNED_IN),
    "wall-wrong": ("cases/wall.html", OPEN, SIGNED_IN),
}
