"""What the form of a way makes of a destination, and what of a destination it shows."""

from dataclasses import replace
from datetime import datetime

from outreach.gate.hours import Window
from outreach.reaching.destinations import ChannelVerdict, Destination
from outreach.terms import AccountHolder, Channel, DestinationKind, ReachedBy, Verdict, VerdictSource
from portal.advocate.contact.destination_form import WINDOWS, DestinationForm, words_in


def filled(destination: Destination, *, version: int, is_near: bool) -> dict[str, object]:
    """
    Return what the form shows of a destination.

    Args:
        is_near: the partner may see it, whatever she said earlier: then that is asked again, and not filled in.
    """
    data: dict[str, object] = {
        "label": destination.label,
        "condition": next((each.condition for each in destination.verdicts.values() if each.condition), ""),
        "with_others": destination.safe_with_others.value,
        "may_leave_message": _ANSWERS[destination.may_leave_message],
        "name_to_use": destination.name_to_use,
        "words_to_avoid": ", ".join(destination.words_to_avoid),
        "shared": destination.shared_with_offender,
        "cleared": destination.proximity_cleared_at is not None and not is_near,
        "is_substitute": destination.is_substitute_address,
        "who_else": destination.who_else,
        "account": destination.account.value,
        "shows_elsewhere": _ANSWERS[destination.shows_elsewhere],
        "location_is_seen": _ANSWERS[destination.location_is_seen],
        "reached_by": destination.reached_by.value,
        "operator_may_hear": _ANSWERS[destination.operator_may_hear],
        "subject": destination.subject,
        "confirmed": destination.confirmed_at is not None,
        "version": str(version),
    }
    for channel in destination.kind.channels:
        verdict = destination.verdicts.get(channel)
        data[channel.value] = verdict.verdict.value if verdict else Verdict.UNKNOWN.value
    for number, window in zip(WINDOWS, destination.windows, strict=False):
        data[f"days_{number}"] = [str(each) for each in window.days]
        data[f"begins_{number}"], data[f"ends_{number}"] = window.begins, window.ends
    return data


def applied(
    form: DestinationForm, destination: Destination, *, by_name: str, now: datetime, said_at: datetime | None = None
) -> Destination:
    """
    Return the destination as the form says it is, said at another time than `now` where one is given.

    A verdict is stamped anew when it changed or when she says it now; one that an advocate left as it was keeps
    its age and its source.
    """
    said_at = said_at or now
    changes = {
        "label": form.label.data,
        "answered_at": now,
        "verdicts": {
            each: _verdict(form, destination.verdicts.get(each), each, by_name=by_name, now=said_at)
            for each in destination.kind.channels
        },
        "windows": (*_windows(form), *destination.windows[len(WINDOWS) :]),
        "safe_with_others": Verdict(form.with_others.data),
        "name_to_use": form.name_to_use.data,
        "words_to_avoid": words_in(form.words_to_avoid.data),
        "who_else": form.who_else.data,
    }
    if destination.kind is DestinationKind.PHONE:
        changes["may_leave_message"] = _SAID.get(form.may_leave_message.data)
        changes["location_is_seen"] = _SAID.get(form.location_is_seen.data)
        changes["reached_by"] = ReachedBy(form.reached_by.data or ReachedBy.VOICE)
        changes["operator_may_hear"] = _SAID.get(form.operator_may_hear.data)
    if destination.kind in (DestinationKind.PHONE, DestinationKind.EMAIL):
        changes["account"] = AccountHolder(form.account.data or AccountHolder.UNKNOWN)
        changes["shows_elsewhere"] = _SAID.get(form.shows_elsewhere.data)
    if destination.kind is DestinationKind.EMAIL:
        changes["subject"] = form.subject.data
        changes["confirmed_at"] = (destination.confirmed_at or said_at) if form.confirmed.data else None
    if destination.kind is DestinationKind.ADDRESS:
        changes["is_substitute_address"] = form.is_substitute.data
    return _with_partner(form, destination, replace(destination, **changes), now=said_at)


_ANSWERS = {True: "yes", False: "no", None: "unknown"}
_SAID = {word: said for said, word in _ANSWERS.items()}


def _with_partner(form: DestinationForm, before: Destination, after: Destination, *, now: datetime) -> Destination:
    """
    Return the destination with what the form says of the partner.

    "The partner does not see this one" counts from when she says it: said again now it is new, and what was learned
    of the account after she said it takes it away until she is asked.
    """
    is_hers_now = form.source.data == VerdictSource.VICTIM.value
    is_account_new = after.account is not before.account and after.account in (
        AccountHolder.PARTNERS,
        AccountHolder.SHARED,
    )
    is_newly_cleared = form.cleared.data and before.proximity_cleared_at is None
    is_newly_marked = form.shared.data and not before.shared_with_offender
    cleared_at = None if is_account_new else before.proximity_cleared_at
    if is_hers_now or is_newly_cleared:
        cleared_at = now
    return replace(
        after,
        shared_with_offender=form.shared.data,
        shared_marked_at=now if is_newly_marked else before.shared_marked_at,
        proximity_cleared_at=cleared_at if form.cleared.data else None,
    )


def renewed(destination: Destination, *, by_name: str, now: datetime) -> Destination:
    """Return the destination with every yes and no she gave stamped as of now: "same as before"."""
    known = (Verdict.SAFE, Verdict.UNSAFE)
    verdicts = {
        channel: replace(verdict, source=VerdictSource.VICTIM, verified_at=now, said_by=by_name)
        if verdict.verdict in known
        else verdict
        for channel, verdict in destination.verdicts.items()
    }
    return replace(destination, verdicts=verdicts, answered_at=now)


def _verdict(
    form: DestinationForm, before: ChannelVerdict | None, channel: Channel, *, by_name: str, now: datetime
) -> ChannelVerdict:
    said, source = Verdict(form[channel.value].data or Verdict.UNKNOWN), VerdictSource(form.source.data)
    condition = form.condition.data or None if said is Verdict.SAFE else None
    is_news = source is VerdictSource.VICTIM and said is not Verdict.UNKNOWN
    if before is not None and before.verdict is said and before.condition == condition and not is_news:
        return before
    return ChannelVerdict(said, source, now, condition, by_name)


def _windows(form: DestinationForm) -> tuple[Window, ...]:
    found = []
    for number in WINDOWS:
        begins, ends = form[f"begins_{number}"].data, form[f"ends_{number}"].data
        if begins is not None and ends is not None:
            days = tuple(int(each) for each in form[f"days_{number}"].data or ()) or tuple(range(7))
            found.append(Window(days, begins, ends))
    return tuple(found)
