"""What a case that was brought over from before says of itself, where the gate looks: her noes, the partner."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from outreach.identity.likeness import Person
from outreach.proximity import KnownPlace, Near, Nearness


class BroughtOver(NamedTuple):
    """Part of box CASE_STANDING, in sealing order. New fields go at the end with a default."""

    at: str
    """When it was brought over, RFC 3339."""
    no_mail: bool = False
    """She wants no mail, at any address; only her own yes to one, given later, changes it there."""
    partner_name: str = ""
    partner_born_on: str | None = None
    partner_phones: tuple[str, ...] = ()
    partner_addresses: tuple[str, ...] = ()
    homes_together: tuple[str, ...] = ()
    """Addresses of hers where the partner lives too."""
    no_texts: bool = False
    """She wants no texts, at any phone; only her own yes at one, confirmed later, changes it there."""

    @classmethod
    def from_fields(cls, fields: Sequence[Any]) -> "BroughtOver":
        """Return it from what an opened box holds."""
        kept = cls(*fields)
        return kept._replace(
            partner_phones=tuple(kept.partner_phones),
            partner_addresses=tuple(kept.partner_addresses),
            homes_together=tuple(kept.homes_together),
        )

    @property
    def no_mail_at(self) -> datetime | None:
        """Return when her no to all mail was noted; None where she gave none."""
        return datetime.fromisoformat(self.at) if self.no_mail else None

    @property
    def no_texts_at(self) -> datetime | None:
        """Return when her no to all texts was noted; None where she gave none."""
        return datetime.fromisoformat(self.at) if self.no_texts else None

    @property
    def partner(self) -> Person | None:
        """Return what is compared of the partner; None where no name is known."""
        if not self.partner_name:
            return None
        born_on = date.fromisoformat(self.partner_born_on) if self.partner_born_on else None
        return Person(self.partner_name, born_on, frozenset(self.partner_phones))

    @property
    def places(self) -> list[KnownPlace]:
        """Return where the partner may be reached."""
        at = datetime.fromisoformat(self.at)
        named, home = Nearness(Near.NAMED, at), Nearness(Near.HOUSEHOLD, at)
        found = [KnownPlace(True, phone, named) for phone in self.partner_phones]
        found += [KnownPlace(False, address, named) for address in self.partner_addresses]
        return found + [KnownPlace(False, address, home) for address in self.homes_together]
