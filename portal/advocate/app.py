"""Builds the portal's app from its parts. Deny by default: a route that declares nothing stops it from starting."""

from flask import Flask, Response, send_from_directory
from flask.typing import ResponseReturnValue
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

from portal.advocate import errors, headers, today
from portal.advocate.account import my_account
from portal.advocate.account import signing_in as account
from portal.advocate.call_ins import board as call_ins
from portal.advocate.call_ins import closing as call_in_closing
from portal.advocate.call_ins import paper_looks
from portal.advocate.cases import aside, matches, particulars, tasks, walls
from portal.advocate.cases import desk as cases
from portal.advocate.contact import attempts, code_words, destinations, emails, if_danger, pauses, requests, stops
from portal.advocate.doors import check_doors, guard, public
from portal.advocate.letters import batches as letter_batches
from portal.advocate.letters import board as letter_board
from portal.advocate.letters import cold_mail, reprints, returned_mail
from portal.advocate.letters import desk as letters
from portal.advocate.meetings import checks as meeting_checks
from portal.advocate.meetings import desk as meetings
from portal.advocate.meetings import from_paper as meetings_from_paper
from portal.advocate.meetings import plans as meeting_plans
from portal.advocate.meetings import sheets as meeting_sheets
from portal.advocate.on_duty import night, night_asked, night_calls, rota, rota_weeks
from portal.advocate.origin import refuse_other_origins
from portal.advocate.paper import desk as paper_forms
from portal.advocate.parts import PortalParts
from portal.advocate.protocols import decisions as protocol_decisions
from portal.advocate.protocols import desk as protocols
from portal.advocate.rendering import STATIC, TEMPLATES, prepare_templates
from portal.advocate.support import needs, referrals, services
from portal.advocate.talks import assessments, questions, safety_plans
from portal.advocate.team import approvals, wishes
from portal.advocate.team import desk as team
from portal.advocate.texts import (
    consents,
    conversations,
    evidence,
    outbox,
    signature,
    texting,
    unknown_numbers,
    withdrawals,
)
from portal.advocate.texts import desk as texts
from portal.advocate.visitor import NoCookieLogin, load_visitor

COOKIE, PRACTICE_COOKIE = "wayside_portal", "wayside_practice"
"""Ports share cookies: practice beside a real portal has its own."""
LARGEST_POST = 64 * 1024
BLUEPRINTS = (
    account.bp,
    today.bp,
    cases.bp,
    attempts.bp,
    if_danger.bp,
    call_ins.bp,
    call_in_closing.bp,
    paper_looks.bp,
    approvals.bp,
    requests.bp,
    destinations.bp,
    emails.bp,
    stops.someone_else,
    pauses.bp,
    tasks.bp,
    matches.bp,
    needs.bp,
    night.bp,
    night_asked.bp,
    night_calls.bp,
    referrals.bp,
    services.bp,
    rota.bp,
    rota_weeks.bp,
    team.bp,
    aside.bp,
    consents.bp,
    withdrawals.bp,
    wishes.bp,
    evidence.bp,
    texts.bp,
    texting.bp,
    signature.bp,
    outbox.bp,
    particulars.bp,
    walls.bp,
    letters.bp,
    letter_board.bp,
    letter_batches.bp,
    reprints.bp,
    returned_mail.bp,
    cold_mail.bp,
    conversations.bp,
    code_words.bp,
    unknown_numbers.bp,
    meetings.bp,
    meeting_plans.bp,
    meeting_checks.bp,
    meeting_sheets.bp,
    meetings_from_paper.bp,
    my_account.bp,
    paper_forms.bp,
    protocols.bp,
    protocol_decisions.bp,
    assessments.bp,
    questions.bp,
    safety_plans.bp,
)


def create_app(parts: PortalParts) -> Flask:
    """Return the portal, ready to serve. UndeclaredRoute when a view declares no door."""
    app = Flask("portal.advocate", template_folder=str(TEMPLATES), static_folder=None)
    app.config.update(_settings(parts))
    app.extensions["wayside"] = parts
    app.url_map.strict_slashes = True
    prepare_templates(app)
    _sign_in_machinery(app)
    app.before_request(refuse_other_origins)
    app.before_request(safety_plans.make_room)
    CSRFProtect(app)
    app.before_request(guard)
    app.add_url_rule("/static/<path:filename>", "static", _static, methods=["GET"])
    for each in BLUEPRINTS:
        app.register_blueprint(each)
    errors.register(app)

    @app.after_request
    def finish(response: Response) -> Response:
        return headers.set_headers(response, is_secure=not parts.is_practice)

    check_doors(app)
    return app


def _settings(parts: PortalParts) -> dict[str, object]:
    return {
        "SECRET_KEY": parts.cookie_secret,
        "SESSION_COOKIE_NAME": PRACTICE_COOKIE if parts.is_practice else COOKIE,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "SESSION_COOKIE_SECURE": not parts.is_practice,
        "SESSION_COOKIE_PATH": "/",
        "MAX_CONTENT_LENGTH": LARGEST_POST,
        "MAX_FORM_MEMORY_SIZE": LARGEST_POST,
        "MAX_FORM_PARTS": 200,
        "PROVIDE_AUTOMATIC_OPTIONS": False,
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": True,
        "TEMPLATES_AUTO_RELOAD": False,
        "PROPAGATE_EXCEPTIONS": False,
    }


def _sign_in_machinery(app: Flask) -> None:
    """Flask-Login with its address fingerprint and remember cookie off: the session row decides alone."""
    login: LoginManager = NoCookieLogin()
    login.session_protection = None
    login.user_loader(load_visitor)
    login.init_app(app)


@public("styles, fonts and pictures of the portal itself; they say nothing about anyone")
def _static(filename: str) -> ResponseReturnValue:
    return send_from_directory(STATIC, filename)
