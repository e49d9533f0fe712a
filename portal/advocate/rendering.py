"""From a page card to an answer: the frame around it, the strict template environment, the notices."""

import hashlib
from pathlib import Path

from flask import Flask, flash, get_flashed_messages, render_template, request, url_for
from flask_login import current_user
from jinja2 import StrictUndefined

from outreach.access import Action
from outreach.attempts.outcomes import CALL_IN_STAYS_OPEN, SUPERVISOR_DECIDES, effects_of
from outreach.terms import Channel, Outcome, Role
from portal.advocate.cards import Frame, Hold, NavLink, Notice, Step
from portal.advocate.moments import moment
from portal.advocate.parts import parts

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
STATIC = Path(__file__).resolve().parent / "static"

LINKS = (
    ("Today", "today.show", Action.SEE_TODAY),
    ("Cases", "cases.index", Action.SEE_CASES),
    ("Call-ins", "call_ins.index", Action.SEE_CALL_INS),
    ("Meetings", "meetings.index", Action.SEE_MEETINGS),
    ("Letters", "letter_board.show", Action.RELEASE_LETTER),
    ("Outbox", "outbox.show", Action.SEE_OUTBOX),
    ("Night", "night.show", Action.SEE_NIGHT),
    ("Team", "team.show", Action.SEE_TEAM),
)

UNDER = {
    "matches": "Cases",
    "tasks": "Cases",
    "cold-mail": "Letters",
    "letter-batches": "Letters",
    "letter-templates": "Letters",
    "returned-mail": "Letters",
    "protocols": "Team",
    "set-aside": "Team",
    "texting-signature": "Team",
    "texting-stops": "Team",
    "unknown-numbers": "Team",
}
"""The link under which a page stands that is reached from there, by how its path begins."""

NOTICES = {
    "enrolled": "Your account is ready. Sign in.",
    "signed_out": "You are signed out.",
    "saved": "Saved.",
    "known_against": "Saved. It was known before that this is not safe. That still holds: look at what it says.",
    "under_age": "Saved. She is under 18: mail stays off, and a supervisor is asked today. Call no parent.",
    "ended": "Somebody settled this while you looked. It stays as they left it.",
    "paused": "All contact is paused. What was waiting to go out is stopped.",
    "lifted": "The stop is lifted. A way counts again once she said so, now or later.",
    "not_paused": "Contact is not stopped.",
    "stopped": "This way is stopped. Check the other ways too: someone may know of them.",
    "decided": "Your decision is on record.",
    "asked": "What she asked for is on record.",
    "assigned": "The case has been handed over.",
    "dealt_with": "It is off the list.",
    "closed_untold": "It is closed, with your name under it. It does not count as told.",
    "open_again": "It is open again. Tell her before the call-in.",
    "supervisor_asked": "A supervisor has been asked to look at it.",
    "aside_stays": "It was off the list before, or it comes in by itself. Nothing changed.",
    "text": "The text is released. Its state shows below.",
    "texts_stopped": "All texts are stopped.",
    "texts_leave": "Texts leave again.",
    "texts_left_already": "Nobody had stopped texts.",
    "signed_for_texts": "You have signed. Texts may leave.",
    "signature_taken_back": "The signature is taken back. No text leaves.",
    "nobody_had_signed": "Nobody had signed for texts.",
    "text_cancelled": "The text is cancelled.",
    "letter": "The letter is released. If she asked for it, it is printed now. If not, it goes in a stack.",
    "letter_mailed": "It is noted as mailed. Take it to the mail now.",
    "letter_handed": "Noted: she has it.",
    "letter_under_way": "A letter to this address is under way. Cancel it first.",
    "cold_mail_asked": "Asked. The letter waits until a second person says yes.",
    "page_again": "The old page is void: shred it. The letter is made again.",
    "nothing_to_print": "No letter is ready for a stack.",
    "stack_prepared": "The stack is ready for a second person. Nothing is printed until then.",
    "stack_gone_on": "The pages were taken out before, or the stack is not ready. Each stack is taken out once.",
    "stack_pulled": "Something changed for a letter, so it was taken out. Look at the list, then take the pages out.",
    "stack_mailed": "The stack is in the mail.",
    "stack_ended": "The stack is ended. No letter of it goes.",
    "take_out_first": "A letter was stopped. Take its page out of the pile and shred it, then tick its code.",
    "stack_mailed_but": "Some letters may not go. Pull out each one on the list before you go.",
    "needs_another": "Another person releases this one: a supervisor first, any colleague after half an hour.",
    "translation": "The letter in her language is asked for.",
    "text_moved": "The text has another day.",
    "outbox_cancelled": "The text is cancelled. It will not leave.",
    "text_gone": "The text had left, or was cancelled, before.",
    "consent": "Her yes is on record. Texts open once this phone confirms it.",
    "consent_on": "Texts to this phone are on.",
    "frozen": "This phone is stopped, with what waited for it. Check the other ways too: someone may know of them.",
    "code_word": "Her code word is kept. No one can look it up.",
    "page_seen": "You have seen the page. Nobody else is paged about it.",
    "handed_over": "It is noted that you told the next one.",
    "rang_in": "It is noted. Her advocate or a supervisor reads it.",
    "rota_filled": "The shifts are on the rota.",
    "referred": "It is noted. Ask her soon how it went.",
    "release": "What she signed is kept. It ends by itself, and she can take it back at any time.",
    "revoked": "It is taken back. They may be told nothing more.",
    "adult": "It is noted that she is an adult.",
    "not_adult": "Her birth date says she is under 18. If that is wrong, change it first.",
    "wish_asked": "Asked. A supervisor is paged; after half an hour any colleague may answer.",
    "need_noted": "It is noted.",
    "need_changed": "Somebody noted something about this meanwhile. Look at it again.",
    "attached": "The number is in this case now. No way is open there until she is asked.",
    "protocol_asked": "A second supervisor can now look at it. Until then nothing changes.",
    "protocol_current": "It is in force. New cases follow it; the others go on as they began.",
    "protocol_taken_back": "It is taken back. What is in force stays.",
    "talked": "Her own view is kept.",
    "skipped": "It is noted that she skipped it. Our help stays the same.",
    "changed": "It is noted. A talk is on the list, unless she wants no contact.",
    "talk_ended": "This one is closed. It stays as it is.",
    "plan_written": "The plan is kept. No copy leaves by itself.",
    "plan_looked_at": "It is noted that you read it together.",
    "plan_declined": "It is noted. You can offer it again.",
    "no_email": "E-mail is stopped, as she asked.",
    "no_texts": "Texts are stopped, as she asked.",
    "meeting": "The meeting is planned. Do the safety check in the day before.",
    "checked": "The safety check is kept.",
    "checked_in": "You are checked in. Your buddy expects you back.",
    "checked_out": "You are checked out.",
    "more_time": "You have 30 more minutes.",
    "called_off": "The meeting is called off.",
    "moved": "It is noted that the meeting is moved. Plan the new one: all is filled in but the day.",
    "calendar_ended": "The address of your calendar has ended.",
    "phrase": "Your words are kept. No one can look them up.",
    "restricted": "This case is restricted now. Ask her about each way to reach her.",
    "unrestricted": "The restriction is lifted. What was void stays void: ask her about each way.",
    "walled": "It is done. They find no trace of the case any more. If they held it, a supervisor gives it on.",
    "let_back": "They may see the case again. It stays with who has it now.",
    "no_texts_here": "Texts to this phone are stopped, as she asked.",
}
"""What was just done, by key: the cookie carries the key and never a word about anyone."""

REMINDERS = (
    *dict.fromkeys(
        sentence
        for outcome in Outcome
        for sentence in effects_of(outcome, channel=Channel.CALL, step=None, kind=None).ask
    ),
    CALL_IN_STAYS_OPEN,
    SUPERVISOR_DECIDES,
)
"""What to ask or do after an outcome: a closed list, so that the cookie carries its place in it."""


def notice(key: str) -> None:
    """Say on the next page what was just done."""
    if key not in NOTICES:
        raise KeyError(key)
    flash(key)


def remind(sentence: str) -> None:
    """Say on the next page what to ask or do now: one of REMINDERS."""
    flash(f"remind {REMINDERS.index(sentence)}")


def _notices() -> tuple[Notice, ...]:
    found = []
    for key in map(str, get_flashed_messages()):
        if key in NOTICES:
            found.append(Notice(NOTICES[key]))
        elif key.startswith("remind "):
            found.append(Notice(REMINDERS[int(key.removeprefix("remind "))], "warn"))
    return tuple(found)


def frame(*, with_forms: bool = True) -> Frame:
    """Return what surrounds the page of whoever is signed in; error pages carry no form, so that alike stay alike."""
    notices = _notices() if with_forms else ()
    if not current_user.is_authenticated:
        return Frame(notices=notices, is_practice=_is_practice())
    card = current_user.card
    here = UNDER.get(request.path.split("/")[1], "")
    links = tuple(
        NavLink(
            label, url_for(endpoint), is_here=label == here or f"{request.path}/".startswith(f"{url_for(endpoint)}/")
        )
        for label, endpoint, action in LINKS
        if card.may(action) and (endpoint != "night.show" or current_user.is_on_call)
    )
    lock = Step("Lock", url_for("account.sign_out"), "post", "quiet") if with_forms else None
    account = url_for("my_account.show") if card.may(Action.SEE_MEETINGS) else ""
    return Frame(
        card.name,
        links,
        notices,
        _is_practice(),
        lock,
        url_for("account.session_state"),
        account_href=account,
        paged=_paged() if with_forms else None,
    )


def _paged() -> Hold | None:
    """Return the page to whoever is signed in, until they say that they have seen it."""
    if current_user.paged_at is None:
        return None
    at, now = current_user.paged_at, parts().clock()
    when = moment(at, now=now, zone=parts().zone).words
    look = Step("Look who waits", url_for("night.show"), look="main")
    may_look = current_user.is_on_call or current_user.card.role is Role.SUPERVISOR
    meetings = Step("Meetings", url_for("meetings.index"), look="plain" if may_look else "main")
    steps = (look, meetings) if may_look else (meetings,)
    seen = Step("I have seen it", url_for("night.seen"), "post")
    asked = "Others are paged too until you say that you have seen it."
    said = f"You were paged {when}." if at <= now else f"Someone waits. You are paged {when}."
    return Hold(said, asked, (*steps, seen))


def show(template: str, page: object) -> str:
    """Render one page card with its template."""
    return render_template(template, page=page, frame=frame())


def prepare_templates(app: Flask) -> None:
    """Make templates strict: undefined names fail, everything is escaped whatever its file is called."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.autoescape = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    marks = {path.relative_to(STATIC).as_posix(): _mark(path) for path in STATIC.rglob("*") if path.is_file()}

    def asset(name: str) -> str:
        """Return the address of a style, font or picture; it changes when the file does."""
        return url_for("static", filename=name, v=marks[name])

    app.jinja_env.globals["asset"] = asset


def _mark(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _is_practice() -> bool:

    return parts().is_practice
