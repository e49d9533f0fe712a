"""How referrals and releases read on a case."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for

from outreach.support.referrals import How, ReferralCard
from outreach.support.releases import Item, ReleaseCard
from portal.advocate.cards import Chip, Step
from portal.advocate.moments import whole_day
from portal.advocate.support.pages import ReferralRow, ReleaseRow

ITEMS = {
    Item.FIRST_NAME: "Her first name",
    Item.FULL_NAME: "Her full name",
    Item.SAFE_NUMBER: "A number that is safe to call",
    Item.LANGUAGE: "The language she speaks",
    Item.CHILDREN: "How many children come along, and how old",
    Item.NEED: "What she needs from them",
}
HOW = {
    How.NUMBER_GIVEN: "She has the number and calls when she likes",
    How.THREE_WAY: "We called together, and she spoke herself",
    How.WITH_RELEASE: "We told them what she signed for",
}


def items_words(items: tuple[Item, ...]) -> str:
    """Return items as one runs them together: "her first name, what she needs from them"."""
    return ", ".join(f"{ITEMS[each][0].lower()}{ITEMS[each][1:]}" for each in items)


def referral(card: ReferralCard, names: Mapping[str, str]) -> ReferralRow:
    """Return one referral."""
    told = f": {items_words(card.told)}" if card.told else ""
    by = f" {names[card.made_by]}." if card.made_by in names else ""
    return ReferralRow(whole_day(card.made_on), card.service_name, f"{HOW[card.how]}{told}.{by}")


def release(case_id: UUID, card: ReleaseCard, *, today: date) -> ReleaseRow:
    """Return one release with the button that takes it back."""
    named: dict[str, Any] = {"case_id": case_id, "release_id": card.id}
    if card.is_live(today):
        chip = Chip("Holds", "safe", "tick")
        hidden = (("version", str(card.version)),)
        back = Step("She takes it back", url_for("referrals.revoke", **named), "post", "stop", hidden)
        steps: tuple[Step, ...] = (back,)
    else:
        chip, steps = Chip("Taken back" if card.revoked_on else "Over", "calm", "dash"), ()
    ends = card.revoked_on or card.expires_on
    said = f"They may know {items_words(card.items)}. For: {card.purpose}. Signed {whole_day(card.signed_on).words}"
    return ReleaseRow(card.recipient, chip, f"{said}, until {whole_day(ends).words}.", steps)
