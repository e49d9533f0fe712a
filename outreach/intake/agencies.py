"""
The source agencies and their public keys: a public file, written by `wayside agency`, read by intake and the worker.

An agency has one key per deployment, and two while it changes from one to the next. Nothing here is secret.
"""

import base64
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from crypto.signatures import public_from_raw
from outreach.records.errors import RecordsError

OVERLAP = timedelta(days=7)
"""How long an agency's old key counts beside the new one, unless told otherwise."""

KEYS_AT_ONCE = 2
"""How many keys of one agency may count at one moment."""


class AgencyError(RecordsError):
    """The file of agencies, or a change to it, is wrong; the text says what, where and how to mend it."""


@dataclass(frozen=True, slots=True)
class AgencyKey:
    """A public key and the time in which its signatures count: from the first moment, until the last excluded."""

    public: Ed25519PublicKey
    valid_from: datetime
    valid_until: datetime | None = None

    def counts(self, at: datetime) -> bool:
        """Tell whether signatures made with it count at this moment."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


@dataclass(frozen=True, slots=True)
class Agency:
    """A source agency. Every event it sends must name its jurisdiction."""

    slug: str
    jurisdiction: str
    keys: tuple[AgencyKey, ...]

    def keys_at(self, at: datetime) -> tuple[Ed25519PublicKey, ...]:
        """Return the keys whose signatures count at this moment."""
        return tuple(key.public for key in self.keys if key.counts(at))


Agencies = Mapping[str, Agency]
"""Agencies by slug."""


def read_agencies(path: Path) -> Agencies:
    """Read the file; where there is none, there are no agencies. Raises AgencyError when it cannot be understood."""
    try:
        entries = json.loads(path.read_bytes())
        agencies = [_agency(entry) for entry in entries]
    except FileNotFoundError:
        return {}
    except OSError as fault:
        raise AgencyError(f"{path}: cannot be read ({fault.strerror}). Give this process leave to read it.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        mend = "Restore it, or remove it and add each agency again with `wayside agency add`."
        raise AgencyError(f"{path}: is not a list of agencies. {mend}") from None
    return {agency.slug: agency for agency in agencies}


def write_agencies(path: Path, agencies: Agencies) -> None:
    """Write the file whole: who reads it sees the old one or the new one, never half."""
    content = json.dumps([_entry(agency) for agency in agencies.values()], indent=1).encode() + b"\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(number, "wb") as new:
        new.write(content)
        new.flush()
        os.fchmod(number, 0o644)
        os.fsync(number)
    Path(name).replace(path)


def with_key(
    agencies: Agencies,
    slug: str,
    *,
    jurisdiction: str,
    public: Ed25519PublicKey,
    now: datetime,
    overlap: timedelta = OVERLAP,
) -> Agencies:
    """
    Return the agencies with this key added: a new agency's first, or a known one's next.

    The keys an agency had stop counting after `overlap`, or earlier where that was already settled.

    Raises:
        AgencyError: the key is in use, the jurisdiction is another, or two keys already count.
    """
    _refuse_used_key(agencies, public)
    known = agencies.get(slug)
    if known is None:
        return {**agencies, slug: Agency(slug, jurisdiction, (AgencyKey(public, now),))}
    if known.jurisdiction != jurisdiction:
        raise AgencyError(
            f"{slug} is an agency of {known.jurisdiction}. Name that jurisdiction, or choose another slug."
        )
    if overlap and len(known.keys_at(now)) >= KEYS_AT_ONCE:
        raise AgencyError(
            f"{slug} is already changing its key: {KEYS_AT_ONCE} count now. Wait until the older one stops, "
            "or end the older ones at once with --overlap-days 0."
        )
    keys = (*(_ending(key, now + overlap) for key in known.keys), AgencyKey(public, now))
    return {**agencies, slug: replace(known, keys=keys)}


def without_keys(agencies: Agencies, slug: str, *, now: datetime) -> Agencies:
    """Return the agencies with every key of one ended now; its past events stay verifiable."""
    if slug not in agencies:
        raise AgencyError(f"There is no agency {slug}. `wayside agency list` shows those there are.")
    known = agencies[slug]
    return {**agencies, slug: replace(known, keys=tuple(_ending(key, now) for key in known.keys))}


def _ending(key: AgencyKey, at: datetime) -> AgencyKey:
    until = at if key.valid_until is None else min(key.valid_until, at)
    return replace(key, valid_until=max(until, key.valid_from))


def _refuse_used_key(agencies: Agencies, public: Ed25519PublicKey) -> None:
    raw = public.public_bytes_raw()
    for agency in agencies.values():
        if any(key.public.public_bytes_raw() == raw for key in agency.keys):
            mend = "Each agency makes its own key, and a new one each time: wayside events keygen --out FILE"
            raise AgencyError(f"This key is or was {agency.slug}'s. {mend}")


def _agency(entry: Mapping[str, Any]) -> Agency:
    keys = tuple(_key(each) for each in entry["keys"])
    return Agency(str(entry["slug"]), str(entry["jurisdiction"]), keys)


def _key(entry: Mapping[str, Any]) -> AgencyKey:
    until = entry["valid_until"]
    return AgencyKey(
        public_from_raw(base64.b64decode(entry["public"], validate=True)),
        _moment(entry["valid_from"]),
        None if until is None else _moment(until),
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment


def _entry(agency: Agency) -> dict[str, Any]:
    keys = [
        {
            "public": base64.b64encode(key.public.public_bytes_raw()).decode(),
            "valid_from": key.valid_from.isoformat(),
            "valid_until": key.valid_until and key.valid_until.isoformat(),
        }
        for key in agency.keys
    ]
    return {"slug": agency.slug, "jurisdiction": agency.jurisdiction, "keys": keys}
