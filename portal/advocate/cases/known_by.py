"""How it was known to be she, on any form: live, or by her code word, which counts only when it was weighed."""

from uuid import UUID

from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import PasswordField

from outreach.access import find_case
from outreach.her_word import code_words
from outreach.her_word.code_word_claims import Claim, weigh
from outreach.her_word.code_words import Find
from portal.advocate.forms import StrictForm, at_most
from portal.advocate.parts import now, parts

CODE_WORD = "code_word"
HOW = {
    "live_call": "In a live call, I know her voice",
    CODE_WORD: "She gave her code word",
    "in_person": "In person",
}
NO_WORD = "No code word is set: set one when you speak with her."
HELP = "Help her all the same. Tell nothing of what we know."
LATELY = "May stay empty if it was checked on this phone in the last 30 minutes."
SAID = {
    Claim.UNTYPED: "Type the word she gave, or choose how else you know her.",
    Claim.WRONG: f"That is not her word. {HELP}",
    Claim.RESTING: f"Too many words were wrong, so checks rest for now. {HELP}",
    Claim.NOT_SET: NO_WORD,
}


def word_field(hint: str = LATELY) -> PasswordField:
    """Return the field for the word; it is never shown back."""
    none_shown = {"autocomplete": "off"}
    return PasswordField("Her code word, if she gave it", [at_most(100)], description=hint, render_kw=none_shown)


def offer_word(form: StrictForm, how: str, session: Session, case_id: UUID) -> None:
    """Take her code word from a form where none is set, and say what mends that beside the question `how`."""
    if code_words.standing_of(session, case_id, now=now()).is_set:
        return
    asked = form[how]
    asked.choices = [each for each in asked.choices if each.value != CODE_WORD]
    asked.description = NO_WORD
    del form.code_word


def weigh_word(form: StrictForm, how: str, case_id: UUID, *, line: UUID | None, find: Find = find_case) -> Claim:
    """
    Weigh the code word of a form that was checked; what is wrong stands beside its field.

    A word that was typed is weighed whatever was chosen: it may be her word for danger.
    """
    typed = form.code_word.data if "code_word" in form else ""
    if form[how].data != CODE_WORD and not typed.strip():
        return Claim.HOLDS
    claim = weigh(parts().vault, current_user.card, case_id, typed, line=line, now=now(), find=find)
    if claim in SAID:
        form.error_of("code_word", SAID[claim])
    return claim
