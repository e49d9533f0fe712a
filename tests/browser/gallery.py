"""Every page of the portal with fictional cards, rendered through Jinja as the app renders it. For tests only."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from browser.samples.call_ins import CALL_INS_PAGES
from browser.samples.cases import CASES_PAGES
from browser.samples.channels import CHANNELS_PAGES
from browser.samples.conversations import CONVERSATIONS_PAGES
from browser.samples.day_one import DAY_ONE_PAGES
from browser.samples.decisions import DECISIONS_PAGES
from browser.samples.lists import LISTS_PAGES
from browser.samples.meetings import MEETINGS_PAGES
from browser.samples.needs import NEEDS_PAGES
from browser.samples.night import NIGHT_PAGES
from browser.samples.outbox import OUTBOX_PAGES
from browser.samples.papers import PAPERS_PAGES
from browser.samples.protocols import PROTOCOLS_PAGES
from browser.samples.stacks import STACKS_PAGES
from browser.samples.talks import TALKS_PAGES
from browser.samples.walls import WALL_PAGES
from flask import Flask, abort, render_template, request
from jinja2 import StrictUndefined

from portal.advocate.cards import Frame

ROOT = Path(__file__).parents[2]
PAGES: dict[str, tuple[str, Any, Frame]] = {
    **LISTS_PAGES,
    **CASES_PAGES,
    **CHANNELS_PAGES,
    **CALL_INS_PAGES,
    **PAPERS_PAGES,
    **DECISIONS_PAGES,
    **DAY_ONE_PAGES,
    **OUTBOX_PAGES,
    **NIGHT_PAGES,
    **NEEDS_PAGES,
    **CONVERSATIONS_PAGES,
    **MEETINGS_PAGES,
    **PROTOCOLS_PAGES,
    **TALKS_PAGES,
    **STACKS_PAGES,
    **WALL_PAGES,
}

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def create_gallery(extra: Callable[[Flask], None] | None = None) -> Flask:
    """Return a small app that shows `/NAME` for each page; `extra` may add planted faults."""
    app = Flask("gallery", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "portal/advocate/static"))
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.autoescape = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["asset"] = lambda name: f"/static/{name}"
    app.jinja_env.globals["csrf_token"] = lambda: "token"

    @app.get("/<name>")
    def show(name: str) -> str:
        template, page, frame = PAGES.get(name) or abort(404)
        return render_template(template, page=page, frame=frame)

    @app.get("/session")
    def session() -> dict[str, str]:
        return {"csrf": "fresh"}

    @app.post("/somewhere")
    def arrive() -> dict[str, Any]:
        return request.form.to_dict(flat=False)

    @app.after_request
    def strict(response: Any) -> Any:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    if extra:
        extra(app)
    return app
