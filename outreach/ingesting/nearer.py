"""In which of her cases an event brings the partner near a way of hers, as the gate weighs it; a human hears there."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from outreach import cases
from outreach.case_file.history import Kept, Sent, places_of_partner
from outreach.case_file.of_hers import Told, told_in
from outreach.gate.facts import Approval
from outreach.gate.partner_facts import places_near
from outreach.identity.same_person import cases_of_person
from outreach.proximity import standing_hits
from outreach.records.errors import UNREADABLE


def cases_nearer(session: Session, case_id: UUID, earlier: tuple[Kept, ...], sent: Sent) -> list[UUID]:
    """
    Return her cases, this one too, where the event brings the partner near a way of hers that was open to that.

    In each a human must hear of it (P2b). It was open where nothing spoke against it, where she herself had cleared it
    in any of her cases, or where a person had decided.

    Args:
        earlier: the events of this case before it, which is not kept yet.
    """
    kept = (*earlier, Kept(uuid4(), sent))
    if len(places_of_partner(kept)) == len(places_of_partner(earlier)):
        return []  # It can give places to its own case alone: whom she lives with is read from each apart.
    before = told_in(session, case_id, sorted(cases_of_person(session, case_id)))
    after = {**before, case_id: Told(kept, before[case_id].ways)}
    return [each for each in before if _comes_near(each, before, after, decided=_decided(session, each))]


def _comes_near(
    case_id: UUID, before: Mapping[UUID, Told], after: Mapping[UUID, Told], *, decided: Collection[str | None]
) -> bool:
    """Tell whether we are told more of one of the ways of a case that nothing held before, as the gate weighs it."""
    was, now = places_near(case_id, before), places_near(case_id, after)
    for way in before[case_id].ways:
        known = standing_hits(way, was)
        is_open = not known or str(way.id) in decided
        if is_open and any(hit not in known for hit in standing_hits(way, now)):
            return True
    return False


def _decided(session: Session, case_id: UUID) -> frozenset[str | None]:
    """Return the ways of a case of which somebody decided that the partner will not see what comes there."""
    with suppress(*UNREADABLE):
        given = cases.standing(session, case_id)[0].approvals
        return frozenset(each.destination_id for each in given if each.approval == Approval.PARTNER_WILL_NOT_SEE)
    return frozenset()
