"""
What an officer wrote down counts for nothing in a restricted case: an officer may be the partner, or his friend. Pure.

What she or an advocate said stays. Source: requirement 11, "voids police-sourced answers".
"""

from dataclasses import replace
from datetime import datetime

from outreach.gate.facts import CaseFacts
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.terms import Verdict, VerdictSource


def as_heard(destination: Destination, facts: CaseFacts) -> Destination:
    """
    Return a destination as the gate may weigh it: without an officer's word while the case is restricted.

    Once the restriction is lifted, none that was given before it was lifted comes back.
    """
    if facts.restricted is not False:
        return without_officers_word(destination)
    if facts.restriction_lifted_at is not None:
        return without_officers_word(destination, before=facts.restriction_lifted_at)
    return destination


def without_officers_word(destination: Destination, *, before: datetime | None = None) -> Destination:
    """
    Return a destination with every answer of an officer's made unknown; equal where there is none.

    Hours and messages go with them where nobody else has said a word of it: they were the officer's, too.

    Args:
        before: only answers from before this instant; None for all.
    """

    def is_void(verdict: ChannelVerdict) -> bool:
        return verdict.source is VerdictSource.ON_SCENE and (before is None or verdict.verified_at < before)

    if not any(is_void(each) for each in destination.verdicts.values()):
        return destination
    verdicts = {
        channel: replace(each, verdict=Verdict.UNKNOWN, condition=None) if is_void(each) else each
        for channel, each in destination.verdicts.items()
    }
    if not all(is_void(each) for each in destination.verdicts.values()):
        return replace(destination, verdicts=verdicts)
    return replace(destination, verdicts=verdicts, windows=(), may_leave_message=None, safe_with_others=Verdict.UNKNOWN)
