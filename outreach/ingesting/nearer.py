"""In which of her cases an event brings the partner near a way of hers, as the gate weighs it; a human hears there."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from outreach.case_file.history import Kept, Sent, places_of_partner
from outreach.case_file.of_hers import Told, told_in
from outreach.gate.partner_facts import places_near
from outreach.identity.same_person import cases_of_person
from outreach.proximity import nearness


def cases_nearer(session: Session, case_id: UUID, earlier: tuple[Kept, ...], sent: Sent) -> list[UUID]:
    """
    Return her cases, this one too, where the event brings the partner near a way of hers that was open to that.

    In each a human must hear of it (P2b). What she said there, or in another, that the partner does not see counts.

    Args:
        earlier: the events of this case before it, which is not kept yet.
    """
    kept = (*earlier, Kept(uuid4(), sent))
    if len(places_of_partner(kept)) == len(places_of_partner(earlier)):
        return []  # It can give places to its own case alone: whom she lives with is read from each apart.
    before = told_in(session, case_id, sorted(cases_of_person(session, case_id)))
    after = {**before, case_id: Told(kept, before[case_id].ways)}
    return [each for each in before if _comes_near(each, before, after)]


def _comes_near(case_id: UUID, before: Mapping[UUID, Told], after: Mapping[UUID, Told]) -> bool:
    """Tell whether the gate weighs one of the ways of a case as near the partner now, and did not before."""
    was, now = places_near(case_id, before), places_near(case_id, after)
    ways = before[case_id].ways
    return any(nearness(each, now) is not None and nearness(each, was) is None for each in ways)
