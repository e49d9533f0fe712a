"""
What holds against a way: one rule for whatever was told of the same one, by whichever road it comes. Pure.

It comes late (told earlier, written down only now), from a row of the same case, or from another case of hers. Other
hands, a no, the partner's account or mark, fewer hours and a word to avoid are taken over. What makes her more
reachable never is: only she says it anew, in the case where it counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from outreach.gate.officers_word import without_officers_word
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.reaching.same_way import is_same_way
from outreach.reaching.shared_hours import hours_in_both
from outreach.terms import AccountHolder, Channel, Verdict, VerdictSource

PARTNERS = (AccountHolder.PARTNERS, AccountHolder.SHARED)
_SILENT: Mapping[str, object] = {
    "windows": (),
    "may_leave_message": None,
    "safe_with_others": Verdict.UNKNOWN,
    "words_to_avoid": (),
    "shared_with_offender": False,
    "shared_marked_at": None,
    "account": AccountHolder.UNKNOWN,
    "shows_elsewhere": None,
    "location_is_seen": None,
    "operator_may_hear": None,
    "compromised": False,
}
"""What a way says in each field that can be held against it, where nothing was said."""


def narrowed(way: Destination, told: Destination) -> Destination:
    """Return a way with all that was told against it. Hours that never meet leave none known to be safe."""
    said = {channel: _weighed(way.verdicts.get(channel), each) for channel, each in told.verdicts.items()}
    verdicts = {**way.verdicts, **{channel: each for channel, each in said.items() if each is not None}}
    windows = hours_in_both(way.windows, told.windows)
    if way.windows and not windows:
        windows, verdicts = way.windows, {channel: _not_known(each) for channel, each in verdicts.items()}
    is_marked = told.shared_with_offender and not way.shared_with_offender
    is_seen = is_marked or (told.account in PARTNERS and way.account not in PARTNERS)
    return replace(
        way,
        verdicts=verdicts,
        windows=windows,
        may_leave_message=False if told.may_leave_message is False else way.may_leave_message,
        safe_with_others=Verdict.UNSAFE if told.safe_with_others is Verdict.UNSAFE else way.safe_with_others,
        words_to_avoid=tuple(dict.fromkeys((*way.words_to_avoid, *told.words_to_avoid))),
        shared_with_offender=way.shared_with_offender or told.shared_with_offender,
        shared_marked_at=max(filter(None, (way.shared_marked_at, told.shared_marked_at)), default=None),
        proximity_cleared_at=None if is_seen else way.proximity_cleared_at,
        account=told.account if told.account in PARTNERS and way.account not in PARTNERS else way.account,
        shows_elsewhere=True if told.shows_elsewhere else way.shows_elsewhere,
        location_is_seen=True if told.location_is_seen else way.location_is_seen,
        operator_may_hear=False if told.operator_may_hear is False else way.operator_may_hear,
        compromised=way.compromised or told.compromised,
        confirmed_at=None if told.compromised else way.confirmed_at,
        text_consent_at=None if told.compromised else way.text_consent_at,
    )


def with_what_is_known(fresh: Destination, known: Iterable[Destination]) -> Destination:
    """Return a new way with what is known against the same one elsewhere, whoever said it and whenever."""
    for each in known:
        if is_same_way(each, fresh):
            fresh = narrowed(fresh, each)
    return fresh


def with_her_word(way: Destination, elsewhere: Iterable[Destination]) -> Destination:
    """
    Return a way she has with what she, or one of us, said against the same one in her other cases.

    An officer's word closes none of hers (P2b). Nor does a no there once she herself has said yes here since: that
    yes opens this case, and no other.
    """
    for each in elsewhere:
        if is_same_way(each, way):
            heard = but_no_officers(each)
            still = {
                channel: said for channel, said in heard.verdicts.items() if not _is_taken_back(way, channel, said)
            }
            way = narrowed(way, replace(heard, verdicts=still))
    return way


def but_no_officers(told: Destination) -> Destination:
    """Return what is said of a way, without an officer's word; hours go with it where nobody else wrote on the card."""
    heard = without_officers_word(told)
    return heard if told.answered_at is None else replace(told, verdicts=heard.verdicts)


def newly_said(before: Destination, after: Destination) -> Destination | None:
    """Return a way that says what she or one of us did not say of it before; None where nothing is new."""
    before, after = but_no_officers(before), but_no_officers(after)
    verdicts = {
        channel: said
        for channel, said in after.verdicts.items()
        if said.verdict is not Verdict.UNKNOWN and said != before.verdicts.get(channel)
    }
    kept = {name: silent for name, silent in _SILENT.items() if getattr(after, name) == getattr(before, name)}
    if not verdicts and len(kept) == len(_SILENT) and not _is_uncleared(before, after):
        return None
    return replace(after, verdicts=verdicts, **kept)  # type: ignore[arg-type]


def uncleared(way: Destination, before: Destination, after: Destination) -> Destination:
    """Return a way of another case without her word that the partner does not see it, if it was just taken back."""
    is_taken_back = _is_uncleared(before, after) and is_same_way(way, after)
    return replace(way, proximity_cleared_at=None) if is_taken_back else way


def but_no_closed_yes(way: Destination, before: Destination, elsewhere: Iterable[Destination]) -> Destination:
    """Return a way as it was just answered, without each new yes that her live no in another case closes."""
    held = with_her_word(way, [replace(each, windows=()) for each in elsewhere])
    closed = {
        channel: held.verdicts[channel]
        for channel, said in way.verdicts.items()
        if said.verdict is Verdict.SAFE and said != before.verdicts.get(channel)
    }
    return replace(way, verdicts={**way.verdicts, **closed})


def _is_uncleared(before: Destination, after: Destination) -> bool:
    return before.proximity_cleared_at is not None and after.proximity_cleared_at is None


def _weighed(here: ChannelVerdict | None, said: ChannelVerdict) -> ChannelVerdict | None:
    """Return what stands once this was said too: of two noes hers, then the newer; a yes with either's condition."""
    if said.verdict is Verdict.UNSAFE:
        is_weightier = here is None or here.verdict is not Verdict.UNSAFE or _weight(said) > _weight(here)
        return said if is_weightier else here
    if here is not None and here.verdict is said.verdict is Verdict.SAFE and said.condition and not here.condition:
        return replace(here, condition=said.condition)
    return here


def _weight(no: ChannelVerdict) -> tuple[bool, datetime]:
    return no.source is not VerdictSource.ON_SCENE, no.verified_at


def _is_taken_back(way: Destination, channel: Channel, said: ChannelVerdict) -> bool:
    here = way.verdicts.get(channel)
    is_hers = here is not None and here.verdict is Verdict.SAFE and here.source is VerdictSource.VICTIM
    return is_hers and here is not None and here.verified_at > said.verified_at


def _not_known(said: ChannelVerdict) -> ChannelVerdict:
    """Return what is left of a yes where no hour is known to be safe: she is asked."""
    return replace(said, verdict=Verdict.UNKNOWN) if said.verdict is Verdict.SAFE else said
