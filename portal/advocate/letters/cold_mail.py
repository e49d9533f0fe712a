"""A letter to where mail is not known to be safe: one person asks, a second one answers, on a phone as well."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import RadioField, TextAreaField

from outreach.access import Action, NoSuchCase
from outreach.approvals.approving import NotTheirsToDecide
from outreach.approvals.mail_approvals import Address
from outreach.case_file.news import news_since_decided
from outreach.case_file.view import known_ways
from outreach.gate.facts import Approval
from outreach.messaging.letters import cold_mail
from outreach.messaging.letters.cold_mail import SharedMailbox, WishToAnswer
from outreach.records.errors import NoSuchRecord
from outreach.terms import Channel
from portal.advocate import words
from portal.advocate.cards import Hold, Step
from portal.advocate.cases.happened import news_hold
from portal.advocate.cases.page import case_link
from portal.advocate.cases.pages import TaskPage
from portal.advocate.doors import requires
from portal.advocate.forms import StrictForm, at_most, need, offer
from portal.advocate.letters.batch_pages import WishPage
from portal.advocate.moments import moment
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice
from portal.advocate.rendering import show as render
from portal.advocate.team.approvals import SINCE_DECIDED

bp = Blueprint("cold_mail", __name__)

MAILBOX = offer([("no", "No"), ("unknown", "Not known"), ("yes", "Yes")])
MAILBOXES = {"no": "No, as far as we know", "unknown": "Not known"}
ANSWERS = offer([("yes", "Yes, the short letter may go"), ("no", "No, it may not")])
ASK = "Ask for a letter where mail is not known to be safe"
ANEW = "It must be asked anew before a letter can go."


class AskForm(StrictForm):
    """Why mail is the best way, and whose mailbox it is."""

    mailbox = RadioField("Is her mailbox the partner's too?", [need("Choose one.")], choices=MAILBOX)
    reason = TextAreaField("Why is mail the best way?", [need("Write your reason."), at_most(500)])


class AnswerForm(StrictForm):
    """Yes or no, and why."""

    answer = RadioField("May it go?", [need("Choose yes or no.")], choices=ANSWERS)
    reason = TextAreaField("Why?", [need("Write why."), at_most(500)])


@bp.get("/cases/<uuid:case_id>/addresses/<uuid:address_id>/cold-mail")
@requires(Action.DECIDE)
def new(case_id: UUID, address_id: UUID) -> ResponseReturnValue:
    """Ask for the reason."""
    return _ask_page(Address(case_id, address_id), AskForm())


@bp.post("/cases/<uuid:case_id>/addresses/<uuid:address_id>/cold-mail")
@requires(Action.DECIDE)
def create(case_id: UUID, address_id: UUID) -> ResponseReturnValue:
    """Keep the wish until a second person answers."""
    form, address, card = AskForm.posted(), Address(case_id, address_id), current_user.card
    if not form.validate():
        return _ask_page(address, form), 422
    try:
        with parts().vault.writing() as session:
            given = {"reason": form.reason.data, "mailbox": form.mailbox.data}
            cold_mail.wish_to_write(session, card, address, **given, now=now())
    except SharedMailbox:
        form.error_of("mailbox", "Then no letter goes there. Choose another way, or ask her first.")
        return _ask_page(address, form), 422
    except NotTheirsToDecide:
        form.error_of("reason", "You agreed to a letter there. Another person must ask.")
        return _ask_page(address, form), 422
    notice("cold_mail_asked")
    return redirect(url_for("cases.show", case_id=case_id), 303)


@bp.get("/cold-mail/<uuid:wish_id>")
@requires(Action.DECIDE)
def show(wish_id: UUID) -> ResponseReturnValue:
    """Show what a second person weighs; recorded."""
    return _answer_page(wish_id, AnswerForm())


@bp.post("/cold-mail/<uuid:wish_id>")
@requires(Action.DECIDE)
def answer(wish_id: UUID) -> ResponseReturnValue:
    """Keep the second person's answer."""
    form, card = AnswerForm.posted(), current_user.card
    if not form.validate():
        return _answer_page(wish_id, form), 422
    agrees = form.answer.data == "yes"
    try:
        with parts().vault.writing() as session:
            case_id = cold_mail.answer(session, card, wish_id, agrees=agrees, reason=form.reason.data, now=now())
            is_theirs = cold_mail.may_open_case(session, card, case_id)
    except NoSuchRecord:
        raise NoSuchCase from None
    except NotTheirsToDecide:
        form.error_of("answer", "You asked for it, so another person must answer.")
        return _answer_page(wish_id, form), 422
    notice("decided")
    return redirect(url_for("cases.show", case_id=case_id) if is_theirs else url_for("letter_board.show"), 303)


def _ask_page(address: Address, form: AskForm) -> str:
    with parts().vault.writing() as session:
        head, ways = known_ways(session, current_user.card, address.case_id, now=now())
        known = {way.id: way for way in ways}
        news = news_since_decided(session, address.case_id, Approval.COLD_MAIL)
    if address.destination_id not in known or Channel.LETTER not in known[address.destination_id].kind.channels:
        raise NoSuchCase
    here = url_for("cases.show", case_id=address.case_id)
    action = url_for("cold_mail.create", case_id=address.case_id, address_id=address.destination_id)
    page = TaskPage(
        title=ASK,
        handle=head.handle,
        sentence="A second person must agree. Only the short, plain letter can go. It says nothing of us or of her.",
        back=case_link(address.case_id, head.handle),
        form=form.card(action, "Ask a second person", cancel_href=here),
        hold=news_hold(news, *SINCE_DECIDED, zone=ZoneInfo(head.standing.zone)),
    )
    return render("tasks/show.html", page)


def _answer_page(wish_id: UUID, form: AnswerForm) -> str:
    at, card = now(), current_user.card
    try:
        with parts().vault.writing() as session:
            found = cold_mail.read(session, card, wish_id, now=at)
    except NoSuchRecord:
        raise NoSuchCase from None
    mine = Hold("You asked for this letter.", "Another person answers. It waits until then.", ())
    page = WishPage(
        title="May this letter go?",
        handle=found.wish.handle,
        back=Step("Letters", url_for("letter_board.show")),
        sentence=f"{found.wish.asked_by} asks. We do not know if mail is safe there. Two people must agree.",
        facts=_facts(found),
        words=found.words,
        hold=news_hold(found.news, "you were asked", ANEW, zone=parts().zone) or (mine if found.wish.is_mine else None),
        form=None if found.wish.is_mine else form.card(url_for("cold_mail.answer", wish_id=wish_id), "Answer"),
    )
    return render("letter-batches/wish.html", page)


def _facts(found: WishToAnswer) -> tuple[tuple[str, str], ...]:
    asked = moment(found.wish.asked_at, now=now(), zone=parts().zone).words
    level = words.level_chip(found.level)
    news = (("News", f"Some came since. {ANEW}"),) if found.has_news and not found.news else ()
    return (
        *news,
        ("The reason", found.reason),
        ("Whose mailbox", f"The partner's too? {MAILBOXES[found.mailbox]}."),
        ("Where", found.where or "An address of hers"),
        ("Level", level.word if level else "None"),
        ("Asked", asked),
    )
