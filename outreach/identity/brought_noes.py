"""Her noes in papers from before: of two cases of one person, a no to a phone or an address holds in both. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from outreach.reaching.destinations import Destination
from outreach.terms import Verdict, VerdictSource


def with_noes(way: Destination, papers: Iterable[Destination]) -> Destination:
    """Return a way with every no that papers give for the same phone or address; only she takes one back."""
    same = (each for each in papers if (each.kind, each.value) == (way.kind, way.value))
    noes = {
        channel: verdict
        for each in same
        for channel, verdict in each.verdicts.items()
        if verdict.verdict is Verdict.UNSAFE and verdict.source is VerdictSource.BROUGHT_OVER
    }
    return replace(way, verdicts={**way.verdicts, **noes}) if noes else way
