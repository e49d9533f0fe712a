"""What each route of the portal answers to each kind of person: the one table, and how to fill an address."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Flask

PRINCIPALS = ("stranger", "dana", "other", "supervisor", "custodian", "administrator", "outsider")
NOBODY_ELSE = ("custodian", "administrator", "outsider")


def case_page(get: int, *, supervisors: bool = False) -> dict[str, int]:
    """Return the answers of a page about Dana's case: hers and the supervisor's, nobody else's."""
    dana = 404 if supervisors else get
    return {"dana": dana, "supervisor": get, "other": 404, **dict.fromkeys(NOBODY_ELSE, 404)}


def staff_page(status: int, *, supervisors: bool = False) -> dict[str, int]:
    return {**case_page(status, supervisors=supervisors), **({} if supervisors else {"other": status})}


TABLE: dict[tuple[str, str], dict[str, int]] = {
    ("GET", "/"): {**dict.fromkeys(("dana", "other", "supervisor"), 303), **dict.fromkeys(NOBODY_ELSE, 200)},
    ("GET", "/sign-in"): dict.fromkeys(PRINCIPALS, 200),
    ("POST", "/sign-in"): dict.fromkeys(PRINCIPALS, 422),
    ("GET", "/second-factor"): dict.fromkeys(PRINCIPALS, 303),
    ("POST", "/second-factor"): dict.fromkeys(PRINCIPALS, 303),
    ("POST", "/lock"): dict.fromkeys(PRINCIPALS[1:], 303),
    ("GET", "/session"): {**dict.fromkeys(PRINCIPALS, 200), "stranger": 401},
    ("GET", "/enrolment/<token>"): dict.fromkeys(PRINCIPALS, 404),
    ("POST", "/enrolment/<token>"): dict.fromkeys(PRINCIPALS, 404),
    ("GET", "/enrolment/<token>/picture.svg"): dict.fromkeys(PRINCIPALS, 404),
    ("GET", "/static/<path:filename>"): dict.fromkeys(PRINCIPALS, 200),
    ("GET", "/today"): staff_page(200),
    ("GET", "/cases"): staff_page(200),
    ("GET", "/cases/<uuid:case_id>"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/reveal"): case_page(200),
    ("GET", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/call"): case_page(200),
    ("GET", "/cases/<uuid:case_id>/attempts/new"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/attempts"): case_page(422),
    ("GET", "/cases/<uuid:case_id>/approvals/<what>"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/approvals/<what>"): case_page(422),
    ("GET", "/cases/<uuid:case_id>/requests/new"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/requests"): case_page(422),
    ("GET", "/cases/<uuid:case_id>/destinations/new"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/destinations"): case_page(422),
    ("GET", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>"): case_page(422),
    ("POST", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/same-as-before"): case_page(409),
    ("GET", "/cases/<uuid:case_id>/particulars"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/particulars"): case_page(422),
    ("GET", "/cases/<uuid:case_id>/someone-else"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/someone-else"): case_page(422),
    ("GET", "/cases/<uuid:case_id>/pause"): case_page(303),
    ("POST", "/cases/<uuid:case_id>/pause"): case_page(303),
    ("GET", "/cases/<uuid:case_id>/pause/lift"): case_page(303, supervisors=True),
    ("POST", "/cases/<uuid:case_id>/pause/lift"): case_page(422, supervisors=True),
    ("GET", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents"): case_page(200),
    ("GET", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents/new"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents"): case_page(422),
    ("POST", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents/confirmation"): case_page(422),
    ("GET", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents/withdrawal"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents/withdrawal"): case_page(422),
    ("GET", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents/evidence"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/consents/evidence"): case_page(
        422, supervisors=True
    ),
    ("GET", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/texts/new"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/texts/preview"): case_page(422),
    ("POST", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/texts"): case_page(422),
    ("POST", "/texts/<uuid:text_id>/cancellation"): case_page(303),
    ("GET", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/letters/new"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/letters"): case_page(422),
    ("POST", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/translations"): case_page(303),
    ("GET", "/letters/<uuid:letter_id>/page.pdf"): case_page(409),
    ("POST", "/letters/<uuid:letter_id>/mailing"): case_page(303),
    ("POST", "/letters/<uuid:letter_id>/return"): case_page(303),
    ("POST", "/letters/<uuid:letter_id>/cancellation"): case_page(303),
    ("GET", "/letters/<uuid:letter_id>/new-page"): case_page(200),
    ("POST", "/letters/<uuid:letter_id>/new-page"): case_page(422),
    ("GET", "/letters"): staff_page(200),
    ("GET", "/letters/<which>"): staff_page(200),
    ("POST", "/letter-batches"): staff_page(303),
    ("GET", "/letter-batches/<uuid:batch_id>"): staff_page(200),
    ("POST", "/letter-batches/<uuid:batch_id>/release"): staff_page(303),
    ("POST", "/letter-batches/<uuid:batch_id>/letters/<uuid:letter_id>/removal"): staff_page(404),
    ("POST", "/letter-batches/<uuid:batch_id>/pages"): staff_page(303),
    ("POST", "/letter-batches/<uuid:batch_id>/tray"): staff_page(422),
    ("POST", "/letter-batches/<uuid:batch_id>/count"): staff_page(422),
    ("POST", "/letter-batches/<uuid:batch_id>/void-pages"): staff_page(422),
    ("POST", "/letter-batches/<uuid:batch_id>/mailing"): staff_page(303),
    ("POST", "/letter-batches/<uuid:batch_id>/end"): staff_page(422),
    ("GET", "/cases/<uuid:case_id>/addresses/<uuid:address_id>/cold-mail"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/addresses/<uuid:address_id>/cold-mail"): case_page(422),
    ("GET", "/cold-mail/<uuid:wish_id>"): case_page(200),
    ("POST", "/cold-mail/<uuid:wish_id>"): case_page(422),
    ("GET", "/returned-mail"): staff_page(200),
    ("POST", "/returned-mail"): staff_page(422),
    ("GET", "/tasks/<uuid:task_id>"): case_page(200),
    ("POST", "/tasks/<uuid:task_id>"): case_page(422),
    ("GET", "/call-ins"): staff_page(200),
    ("GET", "/call-ins/<uuid:notice_id>"): case_page(200),
    ("POST", "/call-ins/<uuid:notice_id>/closing"): case_page(422, supervisors=True),
    ("POST", "/call-ins/<uuid:notice_id>/opening"): case_page(303, supervisors=True),
    ("POST", "/call-ins/<uuid:notice_id>/question"): case_page(303),
    ("GET", "/cases/<uuid:case_id>/assessments"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/assessments"): case_page(303),
    ("POST", "/cases/<uuid:case_id>/assessments/skipped"): case_page(303),
    ("POST", "/cases/<uuid:case_id>/danger-changes"): case_page(422),
    ("GET", "/cases/<uuid:case_id>/assessments/<uuid:assessment_id>"): case_page(303),
    ("GET", "/cases/<uuid:case_id>/assessments/<uuid:assessment_id>/parts/<int:part>"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/assessments/<uuid:assessment_id>/parts/<int:part>"): case_page(409),
    ("GET", "/cases/<uuid:case_id>/assessments/<uuid:assessment_id>/ending"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/assessments/<uuid:assessment_id>/ending"): case_page(409),
    ("GET", "/cases/<uuid:case_id>/safety-plan"): case_page(200),
    ("GET", "/cases/<uuid:case_id>/safety-plan/versions/<int:number>"): case_page(200),
    ("GET", "/cases/<uuid:case_id>/safety-plan/edit"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/safety-plan"): case_page(422),
    ("POST", "/cases/<uuid:case_id>/safety-plan/review"): case_page(303),
    ("POST", "/cases/<uuid:case_id>/safety-plan/refusal"): case_page(303),
    ("GET", "/quiet"): staff_page(200),
    ("GET", "/matches/<uuid:match_id>"): case_page(200),
    ("POST", "/matches/<uuid:match_id>"): case_page(422),
    ("GET", "/outbox"): staff_page(200),
    ("GET", "/outbox/<part>"): staff_page(200),
    ("POST", "/outbox/texts/<uuid:text_id>/cancellation"): case_page(303),
    ("GET", "/outbox/texts/<uuid:text_id>/new-time"): case_page(200),
    ("POST", "/outbox/texts/<uuid:text_id>/new-time"): case_page(422),
    ("GET", "/cases/<uuid:case_id>/conversation"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/someone-else"): case_page(303),
    ("POST", "/cases/<uuid:case_id>/destinations/<uuid:destination_id>/wrong-number"): case_page(303),
    ("GET", "/cases/<uuid:case_id>/code-word"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/code-word/checks"): case_page(422),
    ("GET", "/cases/<uuid:case_id>/code-word/new"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/code-word"): case_page(422),
    ("GET", "/unknown-numbers"): staff_page(200, supervisors=True),
    ("GET", "/unknown-numbers/<uuid:unknown_id>"): staff_page(200, supervisors=True),
    ("POST", "/unknown-numbers/<uuid:unknown_id>/case"): staff_page(422, supervisors=True),
    ("POST", "/unknown-numbers/<uuid:unknown_id>/dismissal"): staff_page(422, supervisors=True),
    ("GET", "/protocols"): staff_page(200, supervisors=True),
    ("GET", "/protocols/new"): staff_page(200, supervisors=True),
    ("POST", "/protocols/previews"): staff_page(422, supervisors=True),
    ("POST", "/protocols"): staff_page(422, supervisors=True),
    ("GET", "/protocols/changes/<uuid:change_id>"): staff_page(200, supervisors=True),
    ("POST", "/protocols/changes/<uuid:change_id>/agreement"): staff_page(422, supervisors=True),
    ("POST", "/protocols/changes/<uuid:change_id>/withdrawal"): staff_page(422, supervisors=True),
    ("GET", "/night"): staff_page(200, supervisors=True),
    ("GET", "/night/hand-over"): staff_page(200, supervisors=True),
    ("POST", "/night/hand-over"): staff_page(404),
    ("GET", "/night/cases/<uuid:case_id>"): case_page(200, supervisors=True),
    ("GET", "/night/cases/<uuid:case_id>/destinations/<uuid:destination_id>/call"): case_page(200, supervisors=True),
    ("POST", "/night/cases/<uuid:case_id>/destinations/<uuid:destination_id>/outcome"): case_page(
        303, supervisors=True
    ),
    ("GET", "/night/cases/<uuid:case_id>/destinations/<uuid:destination_id>/decisions/<what>"): case_page(
        200, supervisors=True
    ),
    ("POST", "/night/cases/<uuid:case_id>/destinations/<uuid:destination_id>/decisions/<what>"): case_page(
        422, supervisors=True
    ),
    ("POST", "/night/cases/<uuid:case_id>/needs/<uuid:need_id>/steps"): case_page(303, supervisors=True),
    ("POST", "/pages/seen"): staff_page(303),
    ("GET", "/cases/<uuid:case_id>/needs"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/needs"): case_page(422),
    ("POST", "/cases/<uuid:case_id>/needs/<uuid:need_id>/steps"): case_page(303),
    ("GET", "/cases/<uuid:case_id>/services/<uuid:service_id>"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/services/<uuid:service_id>/referrals"): case_page(422),
    ("GET", "/cases/<uuid:case_id>/services/<uuid:service_id>/releases/new"): case_page(200),
    ("POST", "/cases/<uuid:case_id>/services/<uuid:service_id>/releases"): case_page(422),
    ("POST", "/cases/<uuid:case_id>/releases/<uuid:release_id>/revocation"): case_page(404),
    ("GET", "/services"): staff_page(200),
    ("GET", "/services/new"): staff_page(200, supervisors=True),
    ("POST", "/services"): staff_page(422, supervisors=True),
    ("GET", "/services/<uuid:service_id>"): staff_page(200, supervisors=True),
    ("POST", "/services/<uuid:service_id>"): staff_page(422, supervisors=True),
    ("POST", "/services/<uuid:service_id>/check"): staff_page(303, supervisors=True),
    ("POST", "/services/<uuid:service_id>/removal"): staff_page(303, supervisors=True),
    ("GET", "/on-call"): staff_page(200),
    ("POST", "/on-call/shifts"): staff_page(422, supervisors=True),
    ("POST", "/on-call/shifts/<uuid:shift_id>/removal"): staff_page(404),
    ("POST", "/on-call/phone"): staff_page(404),
    ("GET", "/team"): staff_page(200, supervisors=True),
    ("POST", "/cases/<uuid:case_id>/assignment"): case_page(422, supervisors=True),
    ("GET", "/texting-stops/new"): staff_page(200, supervisors=True),
    ("POST", "/texting-stops"): staff_page(422, supervisors=True),
    ("POST", "/texting-stops/ending"): staff_page(303, supervisors=True),
    ("POST", "/set-aside/<uuid:deposit_id>/settlement"): case_page(303, supervisors=True),
}
"""What each route answers to a bare request of each person; strangers are sent to sign in, or are locked out."""


def routes(app: Flask) -> Iterator[tuple[str, str]]:
    """Yield every (method, rule) the app answers."""
    for rule in app.url_map.iter_rules():
        for method in rule.methods - {"HEAD"}:
            yield method, rule.rule


def address(rule: str, world: Any) -> str:
    """Return a route's address for Dana's case."""
    filled = {
        "<uuid:case_id>": world.case_id,
        "<uuid:destination_id>": world.phone.id,
        "<uuid:task_id>": world.task_id,
        "<uuid:notice_id>": world.notice_id,
        "<uuid:text_id>": world.text_id,
        "<uuid:letter_id>": world.letter_id,
        "<uuid:match_id>": world.match_id,
        "<uuid:deposit_id>": world.deposit_id,
        "<uuid:unknown_id>": world.unknown_id,
        "<uuid:need_id>": UUID(int=5),
        "<uuid:shift_id>": UUID(int=5),
        "<uuid:release_id>": UUID(int=5),
        "<uuid:service_id>": world.service_id,
        "<uuid:change_id>": world.change_id,
        "<uuid:assessment_id>": world.assessment_id,
        "<int:part>": 1,
        "<int:number>": 1,
        "<token>": "x" * 43,
        "<uuid:address_id>": world.address.id,
        "<uuid:batch_id>": world.batch_id,
        "<uuid:wish_id>": world.wish_id,
        "<which>": "held",
        "<what>": "first_contact",
        "<part>": "waiting",
        "<path:filename>": "icon.svg",
    }
    for part, value in filled.items():
        rule = rule.replace(part, str(value))
    return rule
