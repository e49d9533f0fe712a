"""Talks for tests of the portal: instruments that a site signed for, one talk that was begun, one plan."""

from datetime import date
from pathlib import Path
from uuid import UUID

from builders import NOW
from sqlalchemy.orm import Session

from outreach.risk import assessments, safety_plans
from outreach.risk.assessments import OwnView, Start
from outreach.risk.permissions import InstrumentFile, Permit, Shelf, shelf, signed
from outreach.risk.safety_plans import Written

FOLDER = Path(__file__).parent.parent / "config" / "instruments"
FILES = tuple(InstrumentFile(path.name, path.read_text()) for path in sorted(FOLDER.glob("*.toml")))


def _permit(file: InstrumentFile) -> str:
    key = file.name.removesuffix(".toml")
    return signed(Permit(key, file.sha256, False, "Kim Example", date(2026, 3, 2), "Letter of the makers"))


INSTRUMENTS: Shelf = shelf(FILES, "".join(map(_permit, FILES)), is_practice=False)
NONE_SIGNED: Shelf = shelf(FILES, "", is_practice=False)


def a_talk_begun(session: Session, case_id: UUID, *, by: UUID, own_words: str = "canary: worse since May") -> UUID:
    """Begin the lethality screen with her own view; keep a first plan, too."""
    plan = Written(sections={"home": "canary: the back door"})
    safety_plans.write(session, case_id, plan, number=0, by=by, now=NOW)
    own = OwnView(words=own_words, scale=3)
    start = Start(own=own, offered=INSTRUMENTS.find("lap"))
    return assessments.begin(session, case_id, start, must_read_limits=False, by=by, now=NOW)
