"""The picture of assessments over time: results as a line, her own view as rings. Pure; plain numbers for the page."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from outreach.risk.assessments import SCALE
from outreach.risk.cards import AssessmentCard, State
from portal.advocate.moments import day
from portal.advocate.talks.pages import Dot, Picture
from portal.advocate.talks.words import own_view, result

WIDTH, HEIGHT, EDGE = 320, 172, 16
TOP, BOTTOM = 34, 124
"""How far down the most and the least danger stand: above and below them is room for words."""
MOST = 12
"""The newest so many; the table has them all."""


def picture(cards: Sequence[AssessmentCard], zone: ZoneInfo) -> Picture | None:
    """Return the picture of what was made, oldest first, by days in `zone`; None where there is nothing to compare."""
    made = [card for card in reversed(cards) if card.state is State.MADE][-MOST:]
    results, hers = [], []
    for place, card in enumerate(made):
        x = EDGE + (WIDTH - 2 * EDGE) * place // max(len(made) - 1, 1)
        if card.kept.rank >= 0:
            results.append(Dot(x, _height(card.kept.rank, card.kept.ranks), result(card)))
        if card.kept.own_scale is not None:
            hers.append(Dot(x, _height(card.kept.own_scale, len(SCALE)), own_view(card)))
    if len(results) + len(hers) < 2 or len(made) < 2:
        return None
    words = f"{len(made)} talks from left to right. Higher up is more danger. Dots: results. Rings: her own view."
    return Picture(
        width=WIDTH,
        height=HEIGHT,
        results=tuple(results),
        hers=tuple(hers),
        words=words,
        begins=day(made[0].at, zone=zone).words,
        ends=day(made[-1].at, zone=zone).words,
    )


def _height(rank: int, ranks: int) -> int:
    """Return how far down: tools differ in their steps, so each is drawn by its own share."""
    return BOTTOM - (BOTTOM - TOP) * rank // max(ranks - 1, 1)
