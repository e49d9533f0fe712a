"""
"She gave her code word": true only where one was weighed, just now or on that phone within the half hour.

Her word for danger answers as the right one does; `COERCED` is for the caller alone, who then keeps nothing that
could open a way, and shows what it would have shown.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from outreach.access import StaffCard, find_case
from outreach.her_word import code_words
from outreach.her_word.code_words import Answer, Find
from outreach.records.engine import Vault


class Claim(StrEnum):
    """What became of a claim."""

    HOLDS = "holds"
    COERCED = "coerced"
    """She gave her word for danger: everything is paused, and nobody who watches may see a difference."""
    UNTYPED = "untyped"
    """No word was typed, and none was checked on that phone within the half hour."""
    WRONG = "wrong"
    RESTING = "resting"
    NOT_SET = "not_set"


def weigh(
    vault: Vault,
    staff: StaffCard,
    case_id: UUID,
    said: str,
    *,
    line: UUID | None,
    now: datetime,
    find: Find = find_case,
) -> Claim:
    """
    Weigh the claim that she gave her code word. A typed word is one more try, and opens nothing by itself.

    Args:
        said: the word as typed; empty to count on a check made before.
        line: the phone she gave it on; None where only a typed word counts.
        find: which cases are open to this colleague, as in `code_words.take`.

    Raises:
        NoSuchCase.
    """
    if said.strip():
        given = code_words.take(vault, staff, case_id, said, destination_id=None, now=now, find=find)
        if isinstance(given, Answer):
            return Claim(given.value)
        return Claim.COERCED if given.is_danger else Claim.HOLDS
    with vault.reading() as session:
        find(session, staff, case_id)
        lately = code_words.given_lately(session, case_id, now=now)
    if line is None or str(line) not in {each.destination_id for each in lately}:
        return Claim.UNTYPED
    return Claim.COERCED if any(each.is_danger for each in lately) else Claim.HOLDS
