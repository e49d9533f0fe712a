"""The picture of assessments over time: results as a line, her own view as rings. Pure; plain numbers for the page."""

from collections.abc import Sequence

from outreach.risk.assessments import SCALE
from outreach.risk.cards import AssessmentCard, State
from portal.advocate.talks.pages import Dot, Picture
from portal.advocate.talks.words import own_view, result

WIDTH, HEIGHT, EDGE = 320, 120, 16
MOST = 12
"""The newest so many; the table has them all."""


def picture(cards: Sequence[AssessmentCard]) -> Picture | None:
    """Return the picture of what was made, oldest first; None where there is nothing to compare."""
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
    return Picture(width=WIDTH, height=HEIGHT, results=tuple(results), hers=tuple(hers), words=words)


def _height(rank: int, ranks: int) -> int:
    """Return how far down: tools differ in their steps, so each is drawn by its own share."""
    return HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * rank // max(ranks - 1, 1)
