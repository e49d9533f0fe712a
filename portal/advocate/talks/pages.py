"""What the pages of talking together show: her own view first, then questions, the result, the plan. Frozen cards."""

from dataclasses import dataclass

from portal.advocate.cards import Fact, Form, Hold, Moment, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkCard:
    """The section of a case page: the last result in plain words, her own view, the plan, what is due."""

    sentences: tuple[str, ...]
    due: Moment | None
    steps: tuple[Step, ...]
    title: str = "Talk together"


@dataclass(frozen=True, slots=True)
class Dot:
    """One point of the picture, in its own units."""

    x: int
    y: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Results and her own view over time, as points; the table behind it says the same in words."""

    width: int
    height: int
    results: tuple[Dot, ...]
    hers: tuple[Dot, ...]
    words: str
    begins: str
    """The day of the first talk shown; `ends` is that of the last."""
    ends: str

    @property
    def line(self) -> str:
        """Return the results as the points of one line."""
        return " ".join(f"{dot.x},{dot.y}" for dot in self.results)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTalk:
    """One assessment in the table: the day, her own view, the result."""

    when: Moment
    title: str
    hers: str
    result: str
    note: str = ""
    """That it corrects another, that she skipped it, that it is not finished."""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that changed for her."""

    when: Moment
    by: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkPage:
    """Where a talk begins, and all there were."""

    handle: str
    back: Step
    sentence: str
    limits: Hold | None
    """What is read out first when she is under 18 or of unknown age."""
    form: Form
    off: tuple[str, ...]
    """Instruments that are off here, each with the reason."""
    skip: Step
    past: tuple[PastTalk, ...]
    picture: Picture | None
    changes: tuple[Change, ...]
    change_form: Form
    title: str = "Talk together"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionsPage:
    """One part of the questions, with her own view above."""

    title: str
    handle: str
    back: Step
    hers: str
    doctor: Hold | None
    sentence: str
    form: Form
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultPage:
    """What it came to, her own view beside it."""

    title: str
    handle: str
    back: Step
    hers: str
    doctor: Hold | None
    result: str
    words: tuple[str, ...]
    facts: tuple[Fact, ...]
    answers: tuple[Fact, ...]
    answers_until: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """A plan to read together, calm and large."""

    handle: str
    back: Step
    hide: Step
    sentence: str
    sections: tuple[Fact, ...]
    copy: str
    steps: tuple[Step, ...]
    older: tuple[Step, ...]
    title: str = "Our notes"
    """Nothing on the tab says what it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFormPage:
    """Writing a plan, section by section."""

    handle: str
    back: Step
    sentence: str
    form: Form
    title: str = "Write the plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietPage:
    """What a quick hide shows: a day, and a way back."""

    sentence: str
    back: Step
    title: str = "Today"
