"""Routes of one's own account: signing in, the second factor, setting up, locking."""

import io

import segno
from flask import Blueprint, Response, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user
from flask_wtf.csrf import generate_csrf
from wtforms import PasswordField, StringField

from outreach.access import Action
from outreach.staff import enrolment as staff_enrolment
from outreach.staff import sessions as staff_sessions
from outreach.staff import signing_in
from portal.advocate.doors import public, signed_in
from portal.advocate.forms import CodeField, NoFields, StrictForm, at_most, need
from portal.advocate.pages import EnrolPage, ErrorPage, SecondFactorPage, SignInPage
from portal.advocate.parts import now, parts
from portal.advocate.rendering import notice, show
from portal.advocate.visitor import load_visitor

bp = Blueprint("account", __name__)

HALF = "half"
BEFORE, KEPT = "before", "kept_token"
"""What an earlier session of this browser was called, and the token its open pages carry."""
FORGET = '"cache", "storage"'
"""What the browser forgets at sign-out: no page can be called back with its "back" button either."""
NO_MATCH = "That did not match, or the account is resting after many tries. Check both, or wait a few minutes."


class SignInForm(StrictForm):
    """E-mail and pass phrase."""

    email = StringField(
        "E-mail", [need("Write your work e-mail."), at_most(254)], render_kw={"autocomplete": "username"}
    )
    phrase = PasswordField(
        "Pass phrase", [need("Write your pass phrase."), at_most(128)], render_kw={"autocomplete": "current-password"}
    )


class SecondFactorForm(StrictForm):
    """Six digits."""

    code = CodeField(
        "Six digits",
        [need("Write the six digits."), at_most(12)],
        description="From the app on your phone.",
        render_kw={"autocomplete": "one-time-code"},
    )


class EnrolForm(StrictForm):
    """A new pass phrase, twice, and the first code."""

    phrase = PasswordField(
        "Pass phrase",
        [need("Choose a pass phrase."), at_most(128)],
        description="Four plain words are easy to keep in mind.",
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField("The same again", [need("Write it once more.")], render_kw={"autocomplete": "new-password"})
    code = CodeField(
        "Six digits",
        [need("Write the six digits the app shows."), at_most(12)],
        render_kw={"autocomplete": "one-time-code"},
    )


@bp.get("/")
@signed_in
def home() -> ResponseReturnValue:
    """Send people to their work; tell those whose role opens no page why there is none."""
    if current_user.card.may(Action.SEE_TODAY):
        return redirect(url_for("today.show"), 303)
    page = ErrorPage(
        title="You are signed in",
        cause="Your role sees no case, so there is no page for you here.",
        remedy="Accounts are looked after with the wayside command.",
    )
    return show("errors/error.html", page)


@bp.get("/sign-in")
@public("the way in")
def sign_in() -> ResponseReturnValue:
    """Ask for e-mail and pass phrase."""
    return _sign_in_page(SignInForm())


@bp.post("/sign-in")
@public("the way in; tries are counted per account")
def check_sign_in() -> ResponseReturnValue:
    """Check the pass phrase and go on to the second factor."""
    form = SignInForm.posted()
    if not form.validate():
        return _sign_in_page(form), 422
    try:
        token = signing_in.check_pass_phrase(parts().vault, form.email.data, form.phrase.data, now=now())
    except signing_in.SignInRefused:
        return _sign_in_page(form, error=NO_MATCH), 422
    before = {BEFORE: session.get("_user_id", session.get(BEFORE)), KEPT: session.get("csrf_token")}
    session.clear()
    session.update({HALF: token, **before})
    return redirect(url_for("account.second_factor"), 303)


@bp.get("/second-factor")
@public("the second step of the way in; shows nothing")
def second_factor() -> ResponseReturnValue:
    """Ask for the six digits."""
    if HALF not in session:
        return redirect(url_for("account.sign_in"), 303)
    return _second_factor_page(SecondFactorForm())


@bp.post("/second-factor")
@public("the second step of the way in; needs the first, tries are counted per account")
def check_second_factor() -> ResponseReturnValue:
    """Check the code and open the session under a new token."""
    form = SecondFactorForm.posted()
    if HALF not in session:
        return redirect(url_for("account.sign_in"), 303)
    if not form.validate():
        return _second_factor_page(form), 422
    try:
        token = signing_in.check_second_factor(parts().vault, session[HALF], form.code.data, now=now())
    except signing_in.SignInRefused:
        wrong = "These digits did not match, or were used before. Wait for the next six. If it goes on, sign in again."
        return _second_factor_page(form, error=wrong), 422
    _open_session(token)
    return redirect(url_for("account.home"), 303)


@bp.post("/lock")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End the session here and now."""
    NoFields.posted()
    with parts().vault.writing() as db:
        staff_sessions.end(db, current_user.token, now=now())
    session.clear()
    notice("signed_out")
    answer = redirect(url_for("account.sign_in"), 303)
    answer.headers["Clear-Site-Data"] = FORGET
    return answer


@bp.get("/session")
@public("says only whether this browser is signed in, so that a page can wait before it sends what was typed")
def session_state() -> ResponseReturnValue:
    """Answer the token for forms while signed in, 401 when not."""
    return ({"csrf": generate_csrf()}, 200) if current_user.is_authenticated else ({}, 401)


@bp.get("/enrolment/<token>")
@public("the one-time link of a new colleague")
def enrolment(token: str) -> ResponseReturnValue:
    """Show the second factor to scan and ask for a pass phrase; changes nothing."""
    return _enrol_page(token, EnrolForm())


@bp.get("/enrolment/<token>/picture.svg")
@public("the QR picture of a one-time link; as secret as the link")
def enrolment_picture(token: str) -> ResponseReturnValue:
    """Return the QR picture as a file of its own, since nothing inline is allowed."""
    with parts().vault.reading() as db:
        invitation = staff_enrolment.open_link(db, token, now=now())
    out = io.BytesIO()
    segno.make(invitation.uri, error="m").save(out, kind="svg", scale=4, border=4, dark="#000", light="#fff")
    return Response(out.getvalue(), mimetype="image/svg+xml")


@bp.post("/enrolment/<token>")
@public("the one-time link of a new colleague")
def enrol(token: str) -> ResponseReturnValue:
    """Keep the pass phrase and the second factor, once."""
    form = EnrolForm.posted()
    if form.validate() and form.phrase.data != form.again.data:
        form.error_of("again", "The two are not the same.")
    if form.errors:
        return _enrol_page(token, form), 422
    try:
        with parts().vault.writing() as db:
            staff_enrolment.enrol(db, token, phrase=form.phrase.data, code=form.code.data, now=now())
    except staff_enrolment.EnrolmentRefused as refused:
        for name, sentences in refused.faults.items():
            form.error_of(name, " ".join(sentences))
        return _enrol_page(token, form), 422
    notice("enrolled")
    return redirect(url_for("account.sign_in"), 303)


def _open_session(token: str) -> None:
    """
    Sign in under a new token, and with new tokens for forms.

    Except when the same person comes back to the same browser after a time-out: then the pages still open
    there keep working, and nothing typed on them is lost.
    """
    before, kept = session.get(BEFORE), session.get(KEPT)
    visitor = load_visitor(token)
    if visitor is None:
        raise RuntimeError("a session begun in this request is not live")
    session.clear()
    login_user(visitor, remember=False)
    with parts().vault.reading() as db:
        is_same = before is not None and staff_sessions.owner_of(db, before) == visitor.card.id
    if is_same and kept:
        session["csrf_token"] = kept


def _sign_in_page(form: SignInForm, *, error: str = "") -> str:
    return show(
        "account/sign-in.html", SignInPage(form=form.card(url_for("account.check_sign_in"), "Go on", error=error))
    )


def _second_factor_page(form: SecondFactorForm, *, error: str = "") -> str:
    start_again = url_for("account.sign_in")
    card = form.card(url_for("account.check_second_factor"), "Sign in", error=error, cancel_href=start_again)
    return show("account/second-factor.html", SecondFactorPage(form=card))


def _enrol_page(token: str, form: EnrolForm) -> str:
    with parts().vault.reading() as db:
        invitation = staff_enrolment.open_link(db, token, now=now())
    groups = " ".join(invitation.secret[at : at + 4] for at in range(0, len(invitation.secret), 4))
    page = EnrolPage(
        staff_name=invitation.name,
        qr_src=url_for("account.enrolment_picture", token=token),
        secret_words=groups,
        form=form.card(url_for("account.enrol", token=token), "Finish"),
    )
    return show("account/enrol.html", page)
