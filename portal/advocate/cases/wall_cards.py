"""From what `outreach.walls.view` found to the card of its page: who sees a case, who does not, and why."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import url_for
from flask_login import current_user

from outreach.access import Action
from outreach.walls.restricting import Cause
from outreach.walls.view import Part, Wall, WallView, Why
from portal.advocate.cards import Form, Step
from portal.advocate.cases.page import case_link
from portal.advocate.moments import moment

CAUSES = {
    Cause.OFFICER.value: "The partner, or someone close, works in police, courts, dispatch or a phone company",
    Cause.STAFF.value: "It is about one of us, or someone close to one of us",
    Cause.OTHER.value: "Another reason",
}

WARNINGS = {
    Part.PLANNED: "They have a part in a meeting that is planned. Call it off, and plan it anew. Tell them not to go.",
    Part.WATCHES: "They watch over a meeting that goes on. If it runs late, a supervisor is paged instead.",
    Part.IS_THERE: "They are at a meeting now. They see that meeting until they check out, and can call for help.",
}


@dataclass(frozen=True, slots=True)
class WallRow:
    """One restriction that holds, or one colleague who is kept away."""

    title: str
    words: str
    said: str
    warning: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WallPage:
    """Who may see a case, and why others may not."""

    title: str
    handle: str
    back: Step
    sentence: str
    whys: tuple[WallRow, ...]
    walls: tuple[WallRow, ...]
    restrict: Form
    wall: Form
    lift: Form | None


def page(view: WallView, *, now: datetime, restrict: Form, wall: Form, lift: Form | None) -> WallPage:
    """Return the page."""
    zone = ZoneInfo(view.head.standing.zone)
    seen = "Its advocate sees it, and each supervisor who is not kept away."
    rest = " Nobody else does. What an officer wrote counts for nothing." if view.is_restricted else ""
    return WallPage(
        title="Who may see this case",
        handle=view.head.handle,
        back=case_link(view.head.id, view.head.handle),
        sentence=f"{'This case is restricted. ' if view.is_restricted else ''}{seen}{rest}",
        whys=tuple(_why(each, now, zone) for each in view.whys),
        walls=tuple(_wall(view, each, now, zone) for each in view.walls),
        restrict=restrict,
        wall=wall,
        lift=lift,
    )


def _why(why: Why, now: datetime, zone: ZoneInfo) -> WallRow:
    return WallRow(CAUSES[why.cause.value], why.words, f"{why.by}, {moment(why.at, now=now, zone=zone).words}")


def _wall(view: WallView, wall: Wall, now: datetime, zone: ZoneInfo) -> WallRow:
    when = f", {moment(wall.at, now=now, zone=zone).words}" if wall.at else ""
    back = Step("Let them back", url_for("walls.ending", case_id=view.head.id, wall_id=wall.id))
    return WallRow(
        title=wall.who,
        words=wall.words,
        said=f"{wall.by}{when}",
        warning=WARNINGS[wall.part] if wall.part else "",
        steps=(back,) if current_user.card.may(Action.LIFT_RESTRICTION) else (),
    )
