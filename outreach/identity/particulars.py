"""
What an advocate learns of her: the name she chose, her pronouns, her birth date, her language, who must not interpret.

Her full name stays as the agency sent it. The gate reads the birth date each time it is asked, so mail opens and shuts
with it at once; a birth date that is new is also one by which a later event finds this case.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from outreach import people
from outreach.identity import match_tokens, minors_tasks
from outreach.identity.likeness import Person
from outreach.identity.minors import Age, age_of, age_on
from outreach.identity.same_person import lock_person
from outreach.meetings.interpreters import Veto
from outreach.meetings.vetoes import change_veto

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
    veto: Veto | None = None
    """Whom she does not want as an interpreter; none where that was not asked."""


class NoBirthDate(Exception):
    """Nobody living was born on that day."""


def note(session: Session, case_id: UUID, learned: Learned, *, version: int, by: UUID, now: datetime) -> None:
    """
    Keep what was learned of her, if nobody changed it since this version. Audited.

    Raises StaleVersion, NoSuchRecord, or NoBirthDate for a day to come or beyond any life.
    """
    if learned.born_on is not None and not 0 <= age_on(now.date(), learned.born_on) <= OLDEST:
        raise NoBirthDate
    lock_person(session, case_id)  # Before her particulars are written: her no to an interpreter goes to each case.
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
    if learned.veto is not None:
        change_veto(session, case_id, learned.veto, by=by, now=now)
    match_tokens.remember_birth(session, case_id, Person(card.full_name, learned.born_on, frozenset()))
    age = age_of(learned.born_on, said_adult=card.said_adult, today=now.date())
    minors_tasks.follow(session, case_id, age, by=by, now=now)


def note_adult(session: Session, case_id: UUID, *, by: UUID, now: datetime) -> None:
    """
    Keep that she is an adult, where nobody knows her birth date; mail opens as far as the gate lets it. Audited.

    Raises NoBirthDate where her birth date says that she is under 18: that has to be put right first.
    """
    born_on, is_said = people.birth_and_word(session, case_id)
    if age_of(born_on, said_adult=True, today=now.date()) is Age.UNDER:
        raise NoBirthDate
    if not is_said:
        card = people.read(session, case_id, by=by, now=now)
        people.amend(session, case_id, version=card.version, by=by, now=now, said_adult=True)
    minors_tasks.follow(session, case_id, Age.ADULT, by=by, now=now)


def is_under_age(born_on: date | None, today: date) -> bool:
    """Tell whether she is known to be a minor: then a supervisor must know today."""
    return age_of(born_on, said_adult=False, today=today) is Age.UNDER
