"""The control of the emulator: faults, callbacks' habits, how phones behave, and what was seen."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from twilio_emulator.asking import Answer, Asked, Route, as_json, control
from twilio_emulator.clock import Clock
from twilio_emulator.exchange import CallbackHabits
from twilio_emulator.faults import Fault
from twilio_emulator.lookups import Line
from twilio_emulator.opt_out import OptOut
from twilio_emulator.phones import Behaviour

if TYPE_CHECKING:
    from twilio_emulator.app import App


def routes(app: "App") -> list[Route]:
    """Return the routes of the control."""
    api = ControlApi(app)
    phone = r"/control/phones/(?P<number>[^/]+)"
    return [
        Route("POST", r"/control/faults", api.add_fault),
        Route("DELETE", r"/control/faults", api.clear_faults),
        Route("POST", r"/control/callbacks", api.set_habits),
        Route("POST", phone, api.set_behaviour),
        Route("POST", rf"{phone}/line", api.set_line),
        Route("POST", r"/control/service", api.set_service),
        Route("POST", r"/control/opt-out", api.set_opt_out),
        Route("GET", r"/control/clock", api.show_clock),
        Route("POST", r"/control/clock", api.set_clock),
        Route("GET", r"/control/journal", api.show_journal),
        Route("DELETE", r"/control/journal", api.clear_journal),
    ]


class ControlApi:
    """Whoever can reach the emulator may control it: it holds nothing real."""

    def __init__(self, app: "App") -> None:
        self._app = app

    def add_fault(self, asked: Asked) -> Answer:
        """Let the next requests go wrong."""
        self._app.faults.add(Fault.parse(control(asked)))
        return as_json(200, {"ok": True})

    def clear_faults(self, asked: Asked) -> Answer:
        """Let all be well again."""
        self._app.faults.clear()
        self._app.exchange.habits = CallbackHabits()
        return as_json(200, {"ok": True})

    def set_habits(self, asked: Asked) -> Answer:
        """Say how badly callbacks travel."""
        try:
            self._app.exchange.habits = CallbackHabits(**control(asked))
        except TypeError as fault:
            raise ValueError(str(fault)) from None
        return as_json(200, {"ok": True})

    def set_behaviour(self, asked: Asked, number: str) -> Answer:
        """Say how texts to one phone end."""
        self._app.exchange.phone(number).behaviour = Behaviour.parse(control(asked))
        return as_json(200, {"ok": True})

    def set_line(self, asked: Asked, number: str) -> Answer:
        """Say what a look-up tells of one number."""
        self._app.exchange.phone(number).line = Line.parse(control(asked))
        return as_json(200, {"ok": True})

    def set_service(self, asked: Asked) -> Answer:
        """Change settings of the messaging service."""
        self._app.exchange.service = self._app.exchange.service.changed(control(asked))
        return as_json(200, self._app.exchange.service.as_json())

    def set_opt_out(self, asked: Asked) -> Answer:
        """Say what Twilio does by itself on STOP and its kin."""
        self._app.exchange.opt_out = OptOut.parse(control(asked))
        return as_json(200, {"ok": True})

    def show_clock(self, asked: Asked) -> Answer:
        """Show the time."""
        clock = self._app.clock
        return as_json(200, {"now": clock().isoformat(), "frozen": isinstance(clock, Clock) and clock.is_frozen})

    def set_clock(self, asked: Asked) -> Answer:
        """
        Freeze the clock, move it on, or let it run; then do what is due and post its callbacks before answering.

        `{"freeze": true}` or a time, `{"advance": seconds}`, `{"run": true}`; more than one in this order.
        """
        said, clock = control(asked), self._app.clock
        if not isinstance(clock, Clock):
            raise ValueError("this clock is in the hand of whoever started the emulator")
        if unknown := set(said) - {"freeze", "advance", "run"}:
            raise ValueError(f"unknown fields: {', '.join(sorted(unknown))}")
        if said.get("freeze"):
            clock.freeze(None if said["freeze"] is True else datetime.fromisoformat(said["freeze"]))
        if "advance" in said:
            clock.advance(timedelta(seconds=float(said["advance"])))
        if said.get("run"):
            clock.run()
        delivered = self._app.deliver()
        return as_json(200, {"now": clock().isoformat(), "frozen": clock.is_frozen, "delivered": delivered})

    def show_journal(self, asked: Asked) -> Answer:
        """Show every request and every accept; with `?since=N` only the requests from the N-th on."""
        return as_json(200, self._app.journal.as_json(int(dict(asked.query).get("since", "0"))))

    def clear_journal(self, asked: Asked) -> Answer:
        """Forget what was seen; the file of accepts stays."""
        self._app.journal.clear()
        return as_json(200, {"ok": True})
