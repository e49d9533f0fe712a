"""How a call is placed where she is Deaf or hard of hearing, by relay or video; and what those in between hear."""

from outreach.reaching.destinations import Destination
from outreach.terms import ReachedBy

OPENING = "Can you talk freely? Just say yes or no."
OPENING_SEEN = "Can you talk freely? Just nod or shake your head."
PLACING: dict[ReachedBy, tuple[str, ...]] = {
    ReachedBy.VOICE: (),
    ReachedBy.RELAY: (
        "Dial 711. Ask the operator not to say your name or group. Then give the number.",
        "The operator types what you say and reads you what she types. Speak to her, not to the operator.",
        "Say “go ahead” when it is her turn.",
    ),
    ReachedBy.VIDEO: (
        "If you sign, call from a video phone. From any other phone an interpreter comes on by itself.",
        "If she knows the interpreter, hang up and call again: another one comes on.",
        "A video call shows the room, and whoever stands behind her. Ask who is there. Sit alone, before a plain wall.",
    ),
}


def opening_for(destination: Destination) -> str:
    """Return what to say first."""
    return OPENING_SEEN if destination.reached_by is ReachedBy.VIDEO else OPENING


def placing_rules(destination: Destination) -> tuple[str, ...]:
    """Return what to keep in mind of whoever is in between; nothing for a plain call."""
    if destination.reached_by is ReachedBy.VOICE:
        return ()
    hears = "An operator or interpreter hears all that is said."
    may = (
        "She says that they may hear details." if destination.operator_may_hear else "Say no details until she agrees."
    )
    return (f"{hears} {may}", "Leave no message with them, and no video message.")
