"""What pages about texting as a whole show."""

from dataclasses import dataclass

from portal.advocate.cards import Form, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class SignaturePage:
    """What is signed for, line by line, and the one thing to do with it: sign, or take it back."""

    title: str
    handle: str = ""
    """None: it is about no case."""
    sentence: str
    lines: tuple[str, ...]
    back: Step
    form: Form
    is_stop: bool = False
