"""
What the gate weighs of the partner, and of who else sees her: from every case that is decided to be hers.

An agency, or an advocate, knows it in one of them; what goes out from another would reach the partner all the same
(requirements 27, 45, 46).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from outreach.case_file.history import letters_to_offender, places_of_partner
from outreach.case_file.of_hers import Told, cleared_elsewhere
from outreach.case_file.standing import Standing
from outreach.proximity import KnownPlace, PartnersPlaces, shared_by_mark
from outreach.reaching.destinations import Destination
from outreach.terms import Verdict, VerdictSource


def of_partner(
    case_id: UUID, told: Mapping[UUID, Told], standings: Iterable[Standing], *, zone: ZoneInfo
) -> dict[str, Any]:
    """
    Return where the partner may be reached, when letters go there, and what any way of hers says about all of them.

    Args:
        told: what each case of hers says that opens, this one included.
        zone: hers, for the days of letters.
    """
    events = [kept for each in told.values() for kept in each.kept]
    ways = [way for each in told.values() for way in each.ways]
    return {
        "offender_letters": letters_to_offender(events, zone),
        "near": places_near(case_id, told, brought=_brought_places(standings)),
        "location_is_seen": any(way.location_is_seen is True for way in ways),
        "has_substitute_address": any(way.is_substitute_address for way in ways),
    }


def places_near(case_id: UUID, told: Mapping[UUID, Told], *, brought: Iterable[KnownPlace] = ()) -> PartnersPlaces:
    """Return where the partner may be reached, as this case weighs what each case of hers says."""
    named = places_of_partner(*(each.kept for each in told.values()))
    places = [*named, *brought, *shared_by_mark(_marked(case_id, told))]
    return PartnersPlaces.of(places, cleared=cleared_elsewhere(case_id, told) if len(told) > 1 else None)


def _marked(case_id: UUID, told: Mapping[UUID, Told]) -> Iterator[Destination]:
    """Yield every way of hers, as in nobody else's hands where she said so in this case since it was marked."""
    here = {(way.kind, way.value): way for way in told[case_id].ways}
    for other, each in told.items():
        for way in each.ways:
            mine = here.get((way.kind, way.value)) if other != case_id and way.compromised else None
            yield replace(way, compromised=False) if mine is not None and _is_hers_again(mine, way) else way


def _is_hers_again(here: Destination, marked: Destination) -> bool:
    """
    Tell whether she said live of a way here, since it was marked in another case, that it may be used.

    A mark writes a no beside it, so the newest answer there is no older than the mark. Every yes here must be newer.
    An officer's word neither opens it nor shuts it again (P2b).
    """
    noted_at = [said.verified_at for said in marked.verdicts.values() if said.source is not VerdictSource.ON_SCENE]
    said_here = [said for said in here.verdicts.values() if said.source is not VerdictSource.ON_SCENE]
    yes = [said for said in said_here if said.verdict is Verdict.SAFE]
    is_hers = any(said.source is VerdictSource.VICTIM for said in yes)
    return is_hers and bool(noted_at) and min(said.verified_at for said in yes) > max(noted_at)


def _brought_places(standings: Iterable[Standing]) -> list[KnownPlace]:
    """Return where the partner may be reached, as papers from before say in any case of hers."""
    brought = (each.brought_over for each in standings)
    return [place for each in brought if each is not None for place in each.places]
