"""
The rules of the gate said a second time, from the domain's page alone: which answer, and how much may be said.

Shares no rule with the program: only the values it is asked about. Time is python-dateutil's. It lists everything
that speaks against a contact and looks whether anything is left, where the gate goes step by step.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from dateutil.relativedelta import MO, TH, relativedelta
from hours_oracle import oracle as inside
from hours_oracle import zone_of

from outreach.gate.facts import CaseFacts
from outreach.reaching.destinations import Destination
from outreach.safe_contact import Window
from outreach.terms import Verdict

CARRIES = {"phone": "call voicemail text", "address": "letter", "place": "meeting", "page": "page", "email": "email"}
SAID_WHEN_ASKED = {"call": 2, "voicemail": 1, "text": 1, "letter": 2, "meeting": 2, "page": 2, "email": 1}
LOUD = {"none": 0, "neutral": 1, "named": 2}
OUR_HOURS = (Window((0, 1, 2, 3, 4), time(9), time(15)),)


class HisPlace(NamedTuple):
    """A place of the partner's: one of `spellings` that mean the same, how we know and since when."""

    spellings: frozenset[str]
    how: str
    told_at: datetime | None


class Asked(NamedTuple):
    """One question to the gate, with what its facts were made from."""

    destination: Destination
    channel: str
    content: str
    at: datetime
    facts: CaseFacts
    his: tuple[HisPlace, ...]


def answer(q: Asked) -> str:
    """Return allowed, held or refused."""
    q = _without_officers(q)
    if any(_never(q)):
        return "refused"
    if q.facts.match_pending or (q.channel == "text" and not _opted_in(q)):
        return "held"
    if q.channel == "email" and not _read_back(q):
        return "held"
    if _she_asks(q):
        most = 1 if _someone_in_between(q) else SAID_WHEN_ASKED[q.channel]
        return "allowed" if _fits(q, most) else "held"
    if q.facts.she_will_contact_us or (q.facts.supervisor_hold and not _decided(q, "supervisor", _news(q))):
        return "held"
    if q.channel == "voicemail" and _verdict_word(q.destination, "call") == "unsafe":
        return "refused"
    against, most = _WAYS[q.channel](q)
    return "held" if any(against) or any(_too_often(q)) or not _fits(q, most) else "allowed"


# --- requirements 9, 17, 20b, 22, 26, 32: what nothing opens


def _never(q: Asked) -> Iterator[bool]:
    yield q.channel not in CARRIES[q.destination.kind.value].split()
    yield q.facts.paused or q.facts.compromised or q.facts.other_case_unreadable
    yield q.facts.do_not_contact and not _once(q)
    yield q.destination.compromised
    yield q.channel == "text" and q.destination.id in q.facts.suppressed
    yield _verdict_word(q.destination, q.channel) == "unsafe"
    yield q.channel in ("letter", "email") and not q.facts.is_adult
    yield q.channel == "voicemail" and q.destination.reached_by.value in ("relay", "video")
    yield q.channel == "letter" and q.facts.no_mail_at is not None and not _says_yes_to_mail_since(q)
    if q.channel == "text" and q.facts.no_texts_at is not None:
        yield q.destination.text_consent_at is None or q.destination.text_consent_at <= q.facts.no_texts_at
    can_be_read = q.destination.account.value in ("partners", "shared") and q.destination.kind.value == "phone"
    yield q.facts.restricted and can_be_read and not (q.channel == "call" and _she_asks(q))


def _says_yes_to_mail_since(q: Asked) -> bool:
    v = _verdict(q.destination, "letter")
    is_hers = v is not None and (v.source.value, v.verdict.value) == ("victim", "safe")
    return is_hers and v.verified_at > q.facts.no_mail_at


def _without_officers(q: Asked) -> Asked:
    """Requirement 11: where the case is restricted, or was when he said it, an officer has said nothing."""
    if not q.facts.restricted and q.facts.restriction_lifted_at is None:
        return q
    said = q.destination.verdicts
    left = {
        channel: v
        for channel, v in said.items()
        if v.source.value != "on_scene"
        or not (q.facts.restricted or v.verified_at < q.facts.restriction_lifted_at)
    }  # fmt: skip
    if len(left) == len(said):
        return q
    nothing = {} if left else {"windows": (), "may_leave_message": None, "safe_with_others": Verdict.UNKNOWN}
    return q._replace(destination=replace(q.destination, verdicts=left, **nothing))


def _nobody_knows_who_pays(q: Asked) -> bool:
    return q.facts.restricted and q.destination.account.value == "unknown"


def _once(q: Asked) -> bool:
    return q.channel in ("call", "meeting") and q.facts.may_try_if_danger and _decided(q, "once_if_danger")


def _verdict_word(destination: Destination, channel: str) -> str | None:
    verdict = _verdict(destination, channel)
    return verdict.verdict.value if verdict else None


def _verdict(destination: Destination, channel: str):
    return next((v for each, v in destination.verdicts.items() if each.value == channel), None)


def _opted_in(q: Asked) -> bool:
    return q.destination.text_consent_at is not None and q.destination.text_consent_at <= q.at


# --- requirement 82: e-mail, relay, video phone


def _read_back(q: Asked) -> bool:
    return q.destination.confirmed_at is not None and q.destination.confirmed_at <= q.at


def _someone_in_between(q: Asked) -> bool:
    by_voice = q.destination.reached_by.value == "voice"
    return q.channel == "call" and not by_voice and q.destination.operator_may_hear is not True


# --- rule zero


def _she_asks(q: Asked) -> bool:
    r = q.facts.request
    if r is None or (r.destination_id, r.channel.value) != (q.destination.id, q.channel):
        return False
    begun = r.asked_at <= q.at and not _is_before_the_lift(q, r.asked_at)
    return begun and q.at < r.expires_at and q.at < r.asked_at + relativedelta(days=30)


def _is_before_the_lift(q: Asked, moment: datetime) -> bool:
    return q.facts.lifted_at is not None and moment < q.facts.lifted_at


def _fits(q: Asked, most: int) -> bool:
    if q.channel == "letter" and q.content == "named" and not q.destination.name_to_use:
        return False
    return LOUD[q.content] <= most


# --- people's decisions: for this way, and none from before a stop was lifted


def _news(q: Asked) -> datetime | None:
    told = [moment for moment in (q.facts.last_event_at, q.facts.news_at) if moment is not None]
    return max(told) if told else None


def _decided(q: Asked, what: str, since: datetime | None = None) -> bool:
    for given in q.facts.approvals:
        here = what == "supervisor" or (given.destination_id, given.channel) == (q.destination.id, q.channel)
        in_time = not _is_before_the_lift(q, given.at) and (since is None or since <= given.at)
        if given.approval.value == what and here and in_time:
            return True
    return False


# --- requirements 22a and 23: how far her word carries


def _standing(q: Asked) -> str:
    """Return yes, condition, ask, ask-old or no."""
    v = _verdict(q.destination, q.channel)
    if v is None or v.verdict.value != "safe" or v.verified_at > q.at or _is_before_the_lift(q, v.verified_at):
        return "no"
    if v.source.value == "brought_over":  # Requirement 81: whatever its age, she is asked.
        return "ask-old" if q.at < v.verified_at + relativedelta(days=60) else "no"
    ends = v.verified_at + relativedelta(days=14 if v.source.value == "on_scene" else 30)
    if q.destination.kind.value == "phone":
        spoken = q.destination.last_live_contact_at or v.verified_at
        ends = min(ends, spoken + relativedelta(days=45))
    if q.at >= ends:
        return "ask-old" if v.source.value == "victim" and q.at < ends + relativedelta(days=60) else "no"
    if q.facts.last_event_at is not None and q.facts.last_event_at > v.verified_at:
        return "ask"
    return "condition" if v.condition else "yes"


def _carries(q: Asked) -> bool:
    standing = _standing(q)
    return standing == "yes" or (standing == "condition" and _decided(q, "condition_holds"))


# --- requirement 45: where the partner may be near


def _hits(q: Asked) -> list[tuple[str, datetime | None]]:
    d = q.destination
    cleared = d.proximity_cleared_at
    if cleared is not None and _is_before_the_lift(q, cleared):
        cleared = None
    told = [(each.how, each.told_at) for each in q.his if d.value in each.spellings]
    # Told again is not told anew: each way of knowing counts from the first time.
    found = [(how, min(at for each, at in told if each == how)) for how in {how for how, _ in told}]
    if d.shared_with_offender:
        found.append(("marked", None))
    elif d.shared_marked_at is not None:
        found.append(("once_shared", None))
    if d.account.value in ("partners", "shared"):
        found.append(("account", None))
    return [hit for hit in found if cleared is None or (hit[1] is not None and hit[1] > cleared)]


def _read_by_others(q: Asked) -> Iterator[bool]:
    d = q.destination
    by_us = q.channel != "email"
    yield any(not (by_us and _decided(q, "partner_will_not_see", told_at)) for _, told_at in _hits(q))
    weighed = q.channel != "email" and _decided(q, "partner_will_not_see")
    yield d.shows_elsewhere is True and not weighed
    yield q.channel != "letter" and bool(d.who_else) and d.safe_with_others.value == "unsafe" and not weighed


# --- each way: what speaks against it, and the most it may say


def _call(q: Asked):
    standing, d = _standing(q), q.destination
    again = _decided(q, "more_attempts")
    if standing == "no":
        return _first_call(q, again), 1
    v = _verdict(d, "call")
    on_call = (
        q.facts.level is not None and q.facts.level.value == "A" and v.source.value == "on_scene"
        and standing in ("yes", "ask", "ask-old") and not d.windows and _decided(q, "first_contact")
    )  # fmt: skip
    against = [
        standing == "ask-old" and d.id in q.facts.asked_once and not again,
        not on_call and not inside(d.windows or OUR_HOURS, q.facts.zone, q.at),
    ]
    checked = standing == "yes" or (standing == "condition" and _decided(q, "condition_holds"))
    plain = checked and not _hits(q) and d.safe_with_others.value != "unsafe" and q.facts.first_contact_done
    return against, 2 if plain and not _someone_in_between(q) else 1


def _first_call(q: Asked, again: bool) -> list[bool]:
    d = q.destination
    return [
        q.facts.first_contact_done,
        not _decided(q, "first_contact"),
        bool(_hits(q)) and not _decided(q, "shared_phone_call"),
        d.id in q.facts.asked_once and not again,
        not inside(OUR_HOURS, q.facts.zone, q.at),
        bool(d.windows) and not inside(d.windows, q.facts.zone, q.at),
    ]


def _voicemail(q: Asked):
    d = q.destination
    return [
        _nobody_knows_who_pays(q),
        not q.facts.first_contact_done,
        d.may_leave_message is not True,
        d.safe_with_others.value == "unsafe",
        not _carries(q),
        not inside(d.windows or OUR_HOURS, q.facts.zone, q.at),
        *_read_by_others(q),
    ], 1


def _text(q: Asked):
    d, v = q.destination, _verdict(q.destination, "text")
    capped = q.facts.texts_in_24h >= 1 or q.facts.texts_in_7d >= 3
    return [
        _nobody_knows_who_pays(q),
        v is None or v.source.value == "on_scene",
        not d.windows or not inside(d.windows, q.facts.zone, q.at),
        not _carries(q),
        capped and not _decided(q, "more_texts"),
        *_read_by_others(q),
    ], 1


def _letter(q: Asked):
    cold = all(_decided(q, each, _news(q)) for each in ("cold_mail", "cold_mail_second_person"))
    known = _carries(q)
    quiet = any(_is_quiet(q, mailed) for mailed in q.facts.offender_letters)
    most = 2 if known and q.destination.safe_with_others.value != "unsafe" else 1
    elsewhere = q.facts.has_substitute_address and not q.destination.is_substitute_address
    return [not known and not cold, quiet, elsewhere, *_read_by_others(q)], most


def _meeting(q: Asked):
    d = q.destination
    against = [bool(_hits(q)), bool(d.windows) and not inside(d.windows, q.facts.zone, q.at)]
    if _carries(q):
        return against, 2
    first = _standing(q) == "no" and not q.facts.first_contact_done and _decided(q, "first_contact")
    return [*against, not first], 1


def _page(q: Asked):
    v = _verdict(q.destination, "page")
    hers = v is not None and v.source.value == "victim" and q.facts.first_contact_done
    return [not hers, not _carries(q), *_read_by_others(q)], 1


def _email(q: Asked):
    d, v = q.destination, _verdict(q.destination, "email")
    return [
        not q.facts.first_contact_done,
        v is None or v.source.value != "victim",
        not _carries(q),
        not inside(d.windows or OUR_HOURS, q.facts.zone, q.at),
        *_read_by_others(q),
    ], 1


_WAYS = {
    "call": _call,
    "voicemail": _voicemail,
    "text": _text,
    "letter": _letter,
    "meeting": _meeting,
    "page": _page,
    "email": _email,
}


def _too_often(q: Asked) -> Iterator[bool]:
    if q.channel in ("meeting", "page") or _decided(q, "more_attempts"):
        return
    grave = q.channel == "call" and q.facts.level is not None and q.facts.level.value in "AB"
    yield q.facts.attempts_for_event >= 5
    yield q.facts.attempts_today >= (2 if grave else 1)


# --- requirements 27, 44, 46: mail days


def _is_quiet(q: Asked, mailed: date) -> bool:
    today = q.at.astimezone(zone_of(q.facts.zone)).date()
    first, last = _around(mailed)
    lead = 7 if q.destination.is_substitute_address else 0
    return first - relativedelta(days=lead) <= today <= last


@lru_cache(maxsize=10_000)
def _around(mailed: date) -> tuple[date, date]:
    ends = []
    for step in (-1, 1):
        day, left = mailed, 5
        while left:
            day += timedelta(days=step)
            left -= _has_mail(day)
        ends.append(day)
    return ends[0], ends[1]


def _has_mail(day: date) -> bool:
    return day.isoweekday() != 7 and day not in _no_mail(day.year)


@lru_cache(maxsize=100)
def _no_mail(year: int) -> frozenset[date]:
    """Return the federal holidays on which no mail is carried; one on a Sunday is kept on the Monday."""
    fixed = [date(year, *each) for each in ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))]
    kept = [day + relativedelta(days=day.isoweekday() == 7) for day in fixed]
    moving = [(1, MO(3)), (2, MO(3)), (9, MO(1)), (10, MO(2)), (11, TH(4))]
    kept += [date(year, month, 1) + relativedelta(weekday=which) for month, which in moving]
    return frozenset([*kept, date(year, 5, 31) + relativedelta(weekday=MO(-1))])
