"""
Who may come through which route. Every view declares `requires(action)` or `public(reason)`; nothing opens by default.

The check runs before every view, in one place. A view that declares nothing stops the app from starting, and would
answer 404 if it ever ran. What a person may not do looks exactly like what does not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from outreach.access import Action
from portal.advocate import errors

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Door:
    """What a view declared: an action it needs, or why everyone may come."""

    action: Action | None
    reason: str = ""


class UndeclaredRoute(RuntimeError):
    """A view says neither what it requires nor that it is public."""


def requires(action: Action) -> Callable[[View], View]:
    """Declare that a view needs a signed-in person who may do `action`."""
    return _declare(Door(action))


def public(reason: str) -> Callable[[View], View]:
    """Declare that a view is open to everyone, and why."""
    return _declare(Door(None, reason))


def signed_in(view: View) -> View:
    """Declare that a view is open to whoever signed in, whatever their role."""
    return _declare(Door(None, ""))(view)


def door_of(app: Flask, endpoint: str) -> Door:
    """Return what the view of an endpoint declared; UndeclaredRoute when nothing."""
    door = getattr(app.view_functions[endpoint], "door", None)
    if not isinstance(door, Door):
        raise UndeclaredRoute(f"the route {endpoint} declares neither requires(...) nor public(...)")
    return door


def check_doors(app: Flask) -> None:
    """Raise UndeclaredRoute when any route of the app declares nothing."""
    for rule in app.url_map.iter_rules():
        door_of(app, rule.endpoint)


def guard() -> ResponseReturnValue | None:
    """Let the request through, send a stranger to sign in, or answer as if the page did not exist."""
    if request.endpoint is None:
        return None
    try:
        door = door_of(current_app, request.endpoint)
    except UndeclaredRoute:
        abort(404)
    if door.reason:
        return None
    if not current_user.is_authenticated:
        if request.method not in ("GET", "HEAD"):
            return errors.answer(errors.LOCKED_OUT)
        return redirect(url_for("account.sign_in"), 303)
    if door.action is not None and not current_user.card.may(door.action):
        abort(404)
    return None


def _declare(door: Door) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.door = door  # type: ignore[attr-defined]
        return view

    return mark
