"""
What an advocate learns of her: the name she chose, her pronouns, her birth date, her language.

Her full name stays as the agency sent it. The gate reads the birth date each time it is asked, so mail opens and shuts
with it at once; a birth date that is new is also one by which a later event finds this case.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import match_tokens, people
from outreach.gate_facts import ADULT, age_on
from outreach.likeness import Person

OLDEST = 120
"""Years. A birth date before that is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What the page asks; everything else about her stays as it is."""

    chosen_name: str
    pronouns: str
    born_on: date | None
    language: str | None
    needs_interpreter: bool


class NoBirthDate(Exception):
    """Nobody living was born on that day."""


def note(session: Session, case_id: UUID, learned: Learned, *, version: int, by: UUID, now: datetime) -> None:
    """
    Keep what was learned of her, if nobody changed it since this version. Audited.

    Raises StaleVersion, NoSuchRecord, or NoBirthDate for a day to come or beyond any life.
    """
    if learned.born_on is not None and not 0 <= age_on(now.date(), learned.born_on) <= OLDEST:
        raise NoBirthDate
    card = people.amend(
        session,
        case_id,
        version=version,
        by=by,
        now=now,
        chosen_name=learned.chosen_name,
        pronouns=learned.pronouns,
        date_of_birth=learned.born_on.isoformat() if learned.born_on else None,
        language=learned.language,
        needs_interpreter=learned.needs_interpreter,
    )
    match_tokens.remember_birth(session, case_id, Person(card.full_name, learned.born_on, frozenset()))


def is_under_age(born_on: date | None, today: date) -> bool:
    """Tell whether she is known to be a minor: then a supervisor must know today."""
    return born_on is not None and age_on(today, born_on) < ADULT
