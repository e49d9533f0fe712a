"""One table from what went wrong to what a person reads. No cause here names a person, a case or a rule's code."""

import logging
from typing import NamedTuple

from flask import Flask, Response, make_response, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from outreach.access import NoSuchCase
from outreach.staff.enrolment import DeadLink
from portal.advocate.cards import Step
from portal.advocate.pages import ErrorPage
from portal.advocate.rendering import frame

log = logging.getLogger("wayside.portal")


class Fault(NamedTuple):
    """How a fault is answered."""

    status: int
    title: str
    cause: str
    remedy: str


NOT_HERE = Fault(404, "Nothing here", "This page does not exist, or it is not yours to open.", "Go back to Today.")
REFUSED = Fault(
    400, "This did not arrive whole", "Nothing was saved.", "Go back, load the page again and send it again."
)
LOCKED_OUT = Fault(
    401,
    "You were locked out",
    "This was not saved yet, and it is not lost. Sign in in another tab or window.",
    "Then come back here and load this page again. When the browser asks to send it once more, say yes.",
)
BROKEN = Fault(
    500,
    "Something broke",
    "Nothing more was saved than what you saw confirmed.",
    "Try again. Tell your administrator if it stays.",
)

FAULTS: dict[type[Exception], Fault] = {
    NoSuchCase: NOT_HERE,
    DeadLink: Fault(
        404,
        "This link no longer works",
        "It was used, or it is older than 48 hours.",
        "Ask your administrator for a new one.",
    ),
    CSRFError: Fault(
        400,
        "This page was open too long",
        "Nothing was saved.",
        "Go back, copy what you typed, load the page again and send it.",
    ),
}
BY_STATUS: dict[int, Fault] = {
    404: NOT_HERE,
    405: Fault(405, "Nothing here", "This page cannot be used that way.", "Go back to Today."),
    413: Fault(413, "Too long", "What was sent is larger than this page takes.", "Shorten it and send it again."),
}


def register(app: Flask) -> None:
    """Answer every fault from the table."""
    for kind in FAULTS:
        app.register_error_handler(kind, _from_table)
    app.register_error_handler(HTTPException, _from_status)
    app.register_error_handler(Exception, _unforeseen)


def answer(fault: Fault) -> Response:
    """Return the page of a fault: for one visitor, alike to the byte wherever it arises."""
    steps = () if fault is LOCKED_OUT else (Step("Today", url_for("account.home"), look="main"),)
    page = ErrorPage(title=fault.title, cause=fault.cause, remedy=fault.remedy, steps=steps)
    html = render_template("errors/error.html", page=page, frame=frame(with_forms=False))
    return make_response(html, fault.status)


def _from_table(error: Exception) -> Response:
    return answer(next(FAULTS[kind] for kind in type(error).__mro__ if kind in FAULTS))


def _from_status(error: HTTPException) -> Response:
    response = error.get_response()
    if response.status_code < 400:
        return response  # type: ignore[return-value]
    known = BY_STATUS.get(response.status_code, REFUSED)
    told = answer(known._replace(status=response.status_code))
    if "Allow" in response.headers:
        told.headers["Allow"] = response.headers["Allow"]
    return told


def _unforeseen(error: Exception) -> Response:
    """Answer 500 and log the kind of fault and the route; never its words, which could hold what was typed."""
    log.error("request failed", extra={"route": request.endpoint, "fault": type(error).__name__})
    return answer(BROKEN)
