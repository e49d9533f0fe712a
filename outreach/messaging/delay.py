"""When something unprompted leaves: after a random delay, so that no one can tell which event it follows. Pure."""

from datetime import datetime, timedelta
from random import Random

from outreach.contact_policy import Policy


def leaves_at(now: datetime, *, deadline: datetime | None, policy: Policy, chance: Random) -> datetime:
    """
    Return when an unprompted letter or text may leave: in 2 to 48 hours, never past half of the time to a deadline.

    Source: assurance P2; domain, safe contact, "above all".
    """
    most = policy.delay_most
    if deadline is not None and deadline > now:
        most = min(most, (deadline - now) / 2)
    least = min(policy.delay_least, most / 2)
    seconds = chance.uniform(least.total_seconds(), most.total_seconds())
    return now + timedelta(seconds=int(seconds))
