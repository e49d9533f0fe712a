"""
The emulator's middle: accepts messages, moves them through their statuses, and says which callbacks are due.

Knows no socket and no clock: every call is given the time. Safe to use from several threads.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import RLock

from twilio_emulator import segments
from twilio_emulator.agenda import Agenda, Callback, Step
from twilio_emulator.messages import API_VERSION, Message
from twilio_emulator.opt_out import OptOut
from twilio_emulator.parameters import Change, Order
from twilio_emulator.phones import Behaviour, Line, Phone
from twilio_emulator.refusals import not_cancellable, not_complete_yet, not_found, refused_number
from twilio_emulator.services import Service
from twilio_emulator.webhooks import Connection

__all__ = ["Callback", "CallbackHabits", "Exchange", "Step"]


@dataclass
class CallbackHabits:
    """How badly the network treats status callbacks."""

    reorder: bool = False
    duplicate: bool = False
    drop: int = 0
    as_json: bool = False


@dataclass
class Exchange:
    """All messages and phones of one account."""

    account_sid: str
    inbound_address: str | None = None
    step: timedelta = timedelta(seconds=1)
    habits: CallbackHabits = field(default_factory=CallbackHabits)
    opt_out: OptOut = OptOut()
    messages: dict[str, Message] = field(default_factory=dict)
    phones: dict[str, Phone] = field(default_factory=dict)
    service: Service = field(init=False)
    _agenda: Agenda = field(default_factory=Agenda)
    _arrived: dict[str, int] = field(default_factory=dict)
    """The place in the order of arrival of every message there ever was; a page's token may name a deleted one."""
    _lock: RLock = field(default_factory=RLock, repr=False)

    def __post_init__(self) -> None:
        self.service = Service(self.account_sid, inbound_request_url=self.inbound_address)

    def accept(self, order: Order, at: datetime) -> Message:
        """
        Take a message.

        Raises:
            Refusal: 21610 when the phone's holder stopped this sender; the code that is set for the phone.
        """
        with self._lock:
            phone = self.phone(order.to)
            if phone.behaviour.refused_with is not None:
                raise refused_number(phone.behaviour.refused_with, order.to)
            if order.sender in phone.stopped:
                raise refused_number(21610, order.to)
            message = self._keep(Message(self.account_sid, order, at))
            message.status = "scheduled" if order.send_at else "accepted" if order.service_sid else "queued"
            if order.send_at:
                self._agenda.put(order.send_at, Step(message.sid, "queued"))
            elif order.service_sid:
                self._agenda.put(at, Step(message.sid, "queued"))
            else:
                self._plan(message, phone.behaviour, at)
            return message

    def _keep(self, message: Message) -> Message:
        message.number = self._arrived[message.sid] = len(self._arrived)
        self.messages[message.sid] = message
        return message

    def _plan(self, message: Message, behaviour: Behaviour, at: datetime) -> None:
        """Lay out what becomes of a queued message."""
        leaves_at = at + self.step + timedelta(seconds=behaviour.queue_seconds)
        expires_at = at + timedelta(seconds=message.order.validity_seconds)
        put, sid = self._agenda.put, message.sid
        if leaves_at > expires_at:
            put(expires_at, Step(sid, behaviour.expires_as, 30036))
        elif behaviour.ends_as == "failed":
            put(leaves_at, Step(sid, "failed", behaviour.error_code or 30008))
        else:
            sent_at = leaves_at + timedelta(seconds=behaviour.sending_seconds)
            if sent_at > leaves_at:
                put(leaves_at, Step(sid, "sending"))
            put(sent_at, Step(sid, "sent"))
            if behaviour.ends_as != "sent":
                code = behaviour.error_code or 30008 if behaviour.ends_as == "undelivered" else None
                put(sent_at + self.step, Step(sid, behaviour.ends_as, code))

    def phone(self, number: str) -> Phone:
        """Return a phone, made on first sight."""
        with self._lock:
            return self.phones.setdefault(number, Phone(number))

    def find(self, sid: str) -> Message:
        """Return a message; Refusal 20404 when there is none."""
        with self._lock:
            if sid not in self.messages:
                raise not_found(f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{sid}.json")
            return self.messages[sid]

    def delete(self, sid: str) -> None:
        """Remove a finished message; Refusal 20009 while it is on its way."""
        with self._lock:
            if not self.find(sid).is_terminal:
                raise not_complete_yet()
            del self.messages[sid]

    def change(self, sid: str, change: Change, at: datetime) -> Message:
        """
        Take a message's words away, or cancel it.

        Raises:
            Refusal: 20404 no such message; 20009 it is on its way still; 30409 it does not wait for its time.
        """
        with self._lock:
            message = self.find(sid)
            if change.cancels:
                if message.status != "scheduled":
                    raise not_cancellable()
                message.move("canceled", at)
            if change.redacts:
                if not message.is_terminal:
                    raise not_complete_yet()
                message.redact(at)
            return message

    def newest_first(self) -> list[Message]:
        """Return all messages, the newest first."""
        with self._lock:
            return list(reversed(self.messages.values()))

    def number_of(self, sid: str) -> int | None:
        """Return a message's place in the order of arrival, even when it is deleted by now."""
        return self._arrived.get(sid)

    def reply(self, number: str, sender: str, body: str, at: datetime) -> str:
        """Let a phone's holder write to one of the senders; return the sid of the inbound message."""
        with self._lock:
            phone, kind = self.phone(number), self.opt_out.kind(body)
            phone.lines.append(Line(at, sender, body, from_phone=True))
            phone.heed(kind, sender)
            message = self._note(number, sender, body, at, direction="inbound")
            if self.inbound_address:
                form = self._inbound_form(message, kind)
                self._agenda.put(at, Callback(self.inbound_address, form, as_json=self.habits.as_json))
            answer = self.opt_out.reply(kind)
            if answer:
                phone.lines.append(Line(at, sender, answer))
                self._note(sender, number, answer, at, direction="outbound-reply")
            return message.sid

    def answer(self, callback: Callback, words: list[str], at: datetime) -> None:
        """Send what a program answered to an inbound text, as Twilio does with TwiML; a status has no answer."""
        given = dict(callback.form)
        if given.get("SmsStatus") != "received":
            return
        with self._lock:
            phone = self.phone(given["From"])
            for body in words:
                if given["To"] not in phone.stopped:
                    phone.lines.append(Line(at, given["To"], body))
                    self._note(given["To"], phone.number, body, at, direction="outbound-reply")

    def _note(self, sender: str, to: str, body: str, at: datetime, *, direction: str) -> Message:
        """Keep a message that Twilio took in or made by itself."""
        order = Order(to, sender, body, 0, None, keeps_content=True, shows_address=True)
        status = "received" if direction == "inbound" else "delivered"
        return self._keep(Message(self.account_sid, order, at, direction=direction, status=status, sent_at=at))

    def _inbound_form(self, message: Message, kind: str | None) -> list[tuple[str, str]]:
        order, sid = message.order, message.sid
        form = [
            ("AccountSid", self.account_sid),
            ("ApiVersion", API_VERSION),
            ("Body", order.body),
            ("From", order.sender),
            ("MessageSid", sid),
            ("NumMedia", "0"),
            ("NumSegments", str(segments.count(order.body))),
            ("SmsMessageSid", sid),
            ("SmsSid", sid),
            ("SmsStatus", "received"),
            ("To", order.to),
        ]
        return [*form, ("OptOutType", kind)] if kind and self.opt_out.handling == "advanced" else form

    def settle(self, at: datetime) -> None:
        """Let every message be where it is by `at`; the callbacks of that wait to be posted."""
        with self._lock:
            for when, step in self._agenda.steps(at):
                self._take_step(step, when)

    def advance(self, at: datetime) -> list[Callback]:
        """Do everything that is due by `at`; return the callbacks to post, in order."""
        with self._lock:
            self.settle(at)
            return list(self._agenda.callbacks(at))

    def try_again(self, callback: Callback, at: datetime) -> None:
        """Plan another try of a callback, one, two, four … steps later, as often as its address asks for."""
        if callback.tries < Connection.of(callback.address).retries:
            with self._lock:
                self._agenda.put(at + self.step * 2**callback.tries, replace(callback, tries=callback.tries + 1))

    def next_at(self) -> datetime | None:
        """Return when something is next due."""
        with self._lock:
            return self._agenda.next_at()

    def _take_step(self, step: Step, at: datetime) -> None:
        message = self.messages.get(step.sid)
        if message is None or message.is_terminal:
            return
        message.move(step.status, at, step.error_code)
        behaviour = self.phone(message.order.to).behaviour
        if step.status == "queued":
            self._plan(message, behaviour, at)
        if step.status == "sent" and behaviour.ends_as != "undelivered":
            self.phone(message.order.to).lines.append(Line(at, message.order.sender, message.order.body))
        if step.status != "sending":
            self._call_back(message, at)

    def _call_back(self, message: Message, at: datetime) -> None:
        """Twilio calls back when a status changes, so never for the first; and not for the short `sending`."""
        if not message.order.status_callback:
            return
        if self.habits.drop:
            self.habits.drop -= 1
            return
        late = {"queued": 4, "sent": 2}.get(message.status, 0) if self.habits.reorder else 0
        form = message.status_callback_form()
        callback = Callback(message.order.status_callback, form, as_json=self.habits.as_json)
        for _ in range(2 if self.habits.duplicate else 1):
            self._agenda.put(at + self.step * late, callback)
