"""What the pages of needs, services, referrals and releases show: frozen cards, as in `portal.advocate.pages`."""

from dataclasses import dataclass

from portal.advocate.cards import Chip, Form, Hold, Moment, Step
from portal.advocate.on_duty.night_pages import NeedRow


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """One time she was put in touch with a service."""

    when: Moment
    service: str
    said: str


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """One release: who may be told what, until when, and the button that takes it back."""

    recipient: str
    chip: Chip
    said: str
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsPage:
    """What she needs, what came of it, and to whom she was sent."""

    handle: str
    back: Step
    rows: tuple[NeedRow, ...]
    form: Form
    refer: Step
    referrals: tuple[ReferralRow, ...]
    releases: tuple[ReleaseRow, ...]
    title: str = "Needs and services"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferPage:
    """One service, the number to give her, and the ways to put her in touch."""

    title: str
    handle: str
    back: Step
    number: str
    said: str
    stale: Hold | None
    form: Form
    release: Step
    """To noting what she signed, before anyone is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRow:
    """One service of the directory."""

    name: str
    phone: str
    said: str
    checked: str
    is_stale: bool
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicesPage:
    """The directory; for a case, what of it fits a need."""

    title: str
    sentence: str
    back: Step | None
    rows: tuple[ServiceRow, ...]
    filters: tuple[Step, ...]
    empty: str
    add: Step | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OneFormPage:
    """A page with one form and one sentence about it."""

    title: str
    handle: str
    back: Step
    sentence: str
    form: Form
    steps: tuple[Step, ...] = ()
