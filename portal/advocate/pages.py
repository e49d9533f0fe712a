"""
What each page of the advocate portal shows: frozen cards, filled by the routes and handed to one template each.

The small pieces are in `cards`; the pages of an area in its own folder's `pages`.

Templates get `page` (one of the pages below) and `frame` (what surrounds every page), and nothing else: no rows,
no queries, no rules. Every address and every sentence is already made. A template never builds one.

| template                   | page              | template                   | page               |
|----------------------------|-------------------|----------------------------|--------------------|
| account/sign-in.html       | SignInPage        | requests/new.html          | SheAskedPage       |
| account/second-factor.html | SecondFactorPage  | texts/new.html             | TextPage           |
| account/enrol.html         | EnrolPage         | consents/new.html          | ConsentPage        |
| today/show.html            | TodayPage         | letters/new.html           | LetterPage         |
| cases/list.html            | CaseListPage      | tasks/show.html            | TaskPage           |
| cases/show.html            | CasePage          | matches/show.html          | MatchPage          |
| cases/call.html            | CallCardPage      | team/show.html             | TeamPage           |
| attempts/new.html          | AttemptPage       | pauses/lift.html           | LiftPausePage      |
| destinations/edit.html     | DestinationPage   | errors/changed.html        | ChangedPage        |
| someone-else/new.html      | SomeoneElsePage   | errors/error.html          | ErrorPage          |
| outbox/show.html           | OutboxPage        | outbox/part.html           | OutboxPartPage     |
| outbox/new-time.html       | NewTimePage       |                            |                    |
"""

from dataclasses import dataclass, field
from typing import Literal

from portal.advocate.cards import Chip, Fact, Form, Hold, Moment, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage:
    """E-mail and pass phrase."""

    form: Form
    title: str = "Sign in"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorPage:
    """The six digits from the phone app."""

    form: Form
    title: str = "One more step"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolPage:
    """A new colleague sets a pass phrase and scans the second factor."""

    staff_name: str
    qr_src: str
    """Address of the QR picture (SVG, own route)."""
    secret_words: str
    """The same secret in groups of four, for those who cannot scan."""
    form: Form
    title: str = "Set up your account"


# Today and the lists


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayRow:
    """One thing to do. `handle` is two plain words; nothing here names or locates anyone."""

    handle: str
    href: str
    when: Moment
    lateness: str = ""
    """ "2 h late" or "in 40 min", under the time."""
    level: Chip | None = None
    state: Chip | None = None
    """Held, stopped, late or missed."""
    sentence: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TodaySection:
    """A titled run of rows. `empty` teaches what will appear here."""

    key: Literal["now", "held", "due", "later"]
    title: str
    gloss: str
    rows: tuple[TodayRow, ...]
    empty: str
    more: int = 0
    """How many more there are than shown."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number with its words, for the caseload card."""

    number: int
    words: str


@dataclass(frozen=True, slots=True)
class CallIn:
    """A call-in ahead: the day, whose it is, and whether she has been told."""

    day: Moment
    handle: str
    href: str
    words: str
    is_told: bool
    """Nothing is left to do: she was told, or it ended in another way, which the words say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayPage:
    """The few things now; then held, due, later."""

    title: str
    """The day in words."""
    sentence: str
    """What to do and how much time is left."""
    sections: tuple[TodaySection, ...]
    caseload: tuple[Count, ...]
    call_ins: tuple[CallIn, ...]
    alarms: tuple[Hold, ...] = ()
    """Queues nobody looks at."""
    meetings: tuple[TodayRow, ...] = ()
    """Today's meetings that one goes to or watches, and alarms about any one may answer, those first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseListRow:
    """One case of the list: its handle, its level, how many tasks are open, when the next is due."""

    handle: str
    href: str
    level: Chip | None
    sentence: str
    next_due: Moment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseListPage:
    """The caseload by handle."""

    rows: tuple[CaseListRow, ...]
    sentence: str
    empty: str
    newer_href: str = ""
    older_href: str = ""
    title: str = "Cases"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRow:
    """One case waiting for a supervisor: its clock, what is wanted, and the form or step that settles it."""

    handle: str
    href: str
    level: Chip | None
    waits: Moment | None
    """None where nothing has a clock."""
    sentence: str
    form: Form | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamSection:
    """Unassigned, holds, matches or proposals."""

    key: Literal["unassigned", "call-ins", "paper", "holds", "matches", "proposals", "brought"]
    title: str
    rows: tuple[TeamRow, ...]
    empty: str
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideRow:
    """Something that came in and could not be used: the day, from whom, why, the mend. Nothing of what is inside."""

    day: Moment
    sender: str
    cause: str
    remedy: str
    due: str = ""
    """How long a supervisor has for it, or how late it is; empty where it has no deadline."""
    steps: tuple[Step, ...] = ()
    """None where it comes in by itself once its cause is mended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideSection:
    """What is set aside, newest first. `empty` teaches what will appear here."""

    rows: tuple[AsideRow, ...]
    more: int = 0
    title: str = "Set aside"
    gloss: str = "It came in and we could not use it. The rest goes on."
    empty: str = "Nothing is set aside. What comes in and can not be used waits here. The rest goes on."


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownTexts:
    """Texts that came from numbers in no case: how many wait, and the way to them. Nothing of what they are or say."""

    sentence: str
    steps: tuple[Step, ...]
    title: str = "Unknown numbers"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPage:
    """What waits for a supervisor, and who is behind."""

    sections: tuple[TeamSection, ...]
    aside: AsideSection
    people: tuple[Fact, ...]
    """Per colleague: "12 cases, 2 late"."""
    unknown: UnknownTexts
    night_calls: UnknownTexts
    alarms: tuple[Hold, ...] = ()
    rota: tuple[Step, ...] = ()
    """To who is on call, and to the directory of services."""
    stop_texts: Step | None = None
    """To the page that stops every text."""
    signature: Step | None = None
    """To who signed for texts, and to signing."""
    protocols: Step | None = None
    changes_waiting: int = 0
    """Changes of a protocol that a second person has not looked at."""
    letters: Step | None = None
    letters_waiting: int = 0
    """Letters and stacks that wait for this person's yes or no."""
    title: str = "Team"


# When something is wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """One sentence of what happened, one of what to do."""

    title: str
    cause: str
    remedy: str
    steps: tuple[Step, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedPage:
    """Someone changed this meanwhile: what it says now, what was typed, and the form again with what was typed."""

    title: str
    handle: str
    sentence: str
    now_says: tuple[Fact, ...]
    form: Form
    back: Step
