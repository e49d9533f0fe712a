"""The columns a spreadsheet of existing cases may have, and what each is for. Pure."""

import re
from typing import NamedTuple

from outreach.support.never_stored import tells_status


class Column(NamedTuple):
    """One column: its name in the first line, and what to write in it."""

    name: str
    says: str
    is_needed: bool = False


_YES_NO = "yes, no, or empty for not known"

COLUMNS: tuple[Column, ...] = (
    Column("reference", "your own number for this case, each once; it is kept sealed", is_needed=True),
    Column("full_name", "her name, as in your papers", is_needed=True),
    Column("chosen_name", "what she wants to be called"),
    Column("pronouns", "such as she/her"),
    Column("date_of_birth", "such as 1990-09-12 or 12 Sep 1990"),
    Column("language", "such as Spanish, or es"),
    Column("needs_interpreter", _YES_NO),
    Column("lives_with_partner", _YES_NO),
    Column("level", "A, B, C or D as the agency sent it, or empty"),
    Column("level_since", "the day of that level"),
    Column("do_not_contact", f"she asked for no contact: {_YES_NO}"),
    Column("may_try_if_danger", f"she said that you may try once if danger grows: {_YES_NO}"),
    Column("she_will_contact_us", _YES_NO),
    Column("no_mail", f"she wants no mail, at any address: {_YES_NO}"),
    Column("no_texts", f"she wants no texts, at any phone: {_YES_NO}"),
    *(
        column
        for phone in ("phone", "phone_2")
        for column in (
            Column(phone, "a phone of hers, with area code; leave out one she no longer has"),
            Column(f"{phone}_call", f"calls are OK there: {_YES_NO}"),
            Column(f"{phone}_message", f"a voice message is OK there: {_YES_NO}"),
            Column(f"{phone}_text", f"texts are OK there: {_YES_NO}; a yes is asked for again before any text"),
            Column(f"{phone}_times", "when calls are OK, such as weekdays 9am-12pm"),
            Column(f"{phone}_shared", f"the partner uses, pays for or sees it: {_YES_NO}"),
        )
    ),
    Column("street", "her mail: street and number, or PO box"),
    Column("street_2", "flat or unit"),
    Column("city", "town"),
    Column("state", "such as NC"),
    Column("zip", "such as 27260"),
    Column("mail", f"letters are OK there: {_YES_NO}"),
    Column("substitute_address", f"it is her address confidentiality program's: {_YES_NO}"),
    Column("partner_is_officer", f"the partner works in police, courts, dispatch or a phone company: {_YES_NO}"),
    Column("partner_name", "so that no text or letter names the partner"),
    Column("partner_date_of_birth", "as above"),
    Column("partner_phone", "so that it is never called by mistake"),
    Column("partner_street", "so that no letter goes there by mistake"),
    Column("partner_city", "town"),
    Column("partner_state", "such as NC"),
    Column("partner_zip", "such as 27260"),
    Column("advocate", "the e-mail of the colleague who keeps the case; empty: a supervisor hands it out"),
    Column("ask_first", "what to ask her first, in a few words"),
)

NAMES = tuple(column.name for column in COLUMNS)
NEEDED = tuple(column.name for column in COLUMNS if column.is_needed)
_NEVER = re.compile(r"\b(?:ssn|ss ?#|social ?sec\w*|soc ?sec\w*|alien|a ?number|tin|itin|passport)\b")
_SEPARATORS = re.compile(r"[\s_\-./]+")


def header_name(cell: str) -> str:
    """Return a cell of the first line as a column is called: small letters, one underscore between words."""
    return _SEPARATORS.sub("_", cell.strip().casefold()).strip("_")


def is_never_stored(name: str) -> bool:
    """Tell whether a column would hold what is never written down here, by its name."""
    words = name.replace("_", " ")
    return bool(_NEVER.search(words)) or tells_status(words)
