"""What keeps a meeting from beginning: the safety check, one worker too few, an interpreter she refused. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from outreach.gate.contact_policy import STANDARD, Policy
from outreach.meetings.interpreters import Veto, refusal_of
from outreach.meetings.rules import Answer, Block, Checked, PlaceKind, Whereabouts

CHECK, PLACE, WORKERS, GATE, INTERPRETER = "check", "place", "workers", "gate", "interpreter"


def is_fresh(check: Checked | None, *, now: datetime, policy: Policy = STANDARD) -> bool:
    """Tell whether a safety check still counts: one from the day before the meeting, to the second."""
    if check is None:
        return False
    return timedelta(0) <= now - check.at <= timedelta(hours=policy.meeting_check_hours)


def blocks_of_check(
    check: Checked | None, place: PlaceKind, *, now: datetime, policy: Policy = STANDARD
) -> Iterator[Block]:
    """Yield what the safety check says against beginning now."""
    if check is None:
        yield Block(CHECK, "There is no safety check yet.", "Do it now: five questions, in the day before you meet.")
        return
    if not is_fresh(check, now=now, policy=policy):
        hours = policy.meeting_check_hours
        yield Block(CHECK, f"The safety check is older than {hours} hours.", "Do it again: things change fast.")
        return
    if not check.goes_ahead:
        yield Block(CHECK, "The safety check said not to go.", "Call it off, or check again when things change.")
    if check.whereabouts is Whereabouts.NEAR:
        yield Block(PLACE, "The partner is near.", "Do not go. Meet at another place, or call.")
    if check.lives_there is Answer.YES:
        yield Block(PLACE, "The partner lives at this place.", "Meet at another place, or call.")
    elif place is PlaceKind.HOME and _is_unsure(check):
        yield Block(PLACE, "At home, we must be sure of each answer.", "Meet at another place, or call.")


def blocks_of_pairing(place: PlaceKind, *, is_alone: bool, has_met: bool, check: Checked | None) -> Iterator[Block]:
    """
    Yield what is missing when one worker would go alone to a first meeting, or where weapons are (requirement 53).

    `is_alone`: there is no second worker, and no supervisor agreed to one.
    """
    if place is PlaceKind.PHONE_CALL or not is_alone:
        return
    mend = "Plan it with a second worker, or ask a supervisor to agree to one."
    if not has_met:
        yield Block(WORKERS, "A first meeting needs two workers.", mend)
    elif check is not None and check.weapons is Answer.YES:
        yield Block(WORKERS, "There may be a weapon, so this needs two workers.", mend)


def blocks_of_interpreter(named: str, veto: Veto, *, is_from_elsewhere: bool) -> Iterator[Block]:
    """Yield what she said, since the meeting was planned or before, against who would interpret."""
    refused = refusal_of(named, veto, is_from_elsewhere=is_from_elsewhere)
    if refused is not None:
        yield Block(INTERPRETER, refused.cause, f"{refused.mend} Plan it anew.")


def _is_unsure(check: Checked) -> bool:
    return (
        check.whereabouts is Whereabouts.UNKNOWN
        or check.lives_there is Answer.UNKNOWN
        or check.weapons is not Answer.NO
    )
