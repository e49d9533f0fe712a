"""
The emulator's middle: accepts messages, moves them through their statuses, and says which callbacks are due.

Knows no socket and no clock: every call is given the time. Safe to use from several threads.
"""

import heapq
import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import RLock

from twilio_emulator.messages import API_VERSION, Message
from twilio_emulator.parameters import Change, Order
from twilio_emulator.phones import Behaviour, Line, Phone
from twilio_emulator.refusals import not_cancellable, not_complete_yet, not_found, refused_number
from twilio_emulator.services import Service

LAST_TRY = 5


@dataclass(frozen=True)
class Callback:
    """One POST to make: where, with which parameters, and how often it was tried."""

    address: str
    form: list[tuple[str, str]]
    tries: int = 0


@dataclass(frozen=True)
class Step:
    """One status a message will take."""

    sid: str
    status: str
    error_code: int | None = None


@dataclass
class CallbackHabits:
    """How badly the network treats status callbacks."""

    reorder: bool = False
    duplicate: bool = False
    drop: int = 0


@dataclass
class Exchange:
    """All messages and phones of one account."""

    account_sid: str
    inbound_address: str | None = None
    step: timedelta = timedelta(seconds=1)
    habits: CallbackHabits = field(default_factory=CallbackHabits)
    messages: dict[str, Message] = field(default_factory=dict)
    phones: dict[str, Phone] = field(default_factory=dict)
    service: Service = field(init=False)
    _agenda: list[tuple[datetime, int, Step | Callback]] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    _arrived: dict[str, int] = field(default_factory=dict)
    """The place in the order of arrival of every message there ever was; a page's token may name a deleted one."""
    _lock: RLock = field(default_factory=RLock, repr=False)

    def __post_init__(self) -> None:
        self.service = Service(self.account_sid, inbound_request_url=self.inbound_address)

    def accept(self, order: Order, at: datetime) -> Message:
        """
        Take a message.

        Raises:
            Refusal: 21610 when the phone's holder stopped this sender.
        """
        with self._lock:
            phone = self.phone(order.to)
            if order.sender in phone.stopped:
                raise refused_number(21610, order.to)
            message = self._keep(Message(self.account_sid, order, at))
            self._plan(message, phone.behaviour, at)
            return message

    def _keep(self, message: Message) -> Message:
        message.number = self._arrived[message.sid] = len(self._arrived)
        self.messages[message.sid] = message
        return message

    def _plan(self, message: Message, behaviour: Behaviour, at: datetime) -> None:
        self._call_back(message, at)
        leaves_at = at + self.step + timedelta(seconds=behaviour.queue_seconds)
        if leaves_at > at + timedelta(seconds=message.order.validity_seconds):
            expires_at = at + timedelta(seconds=message.order.validity_seconds)
            self._put(expires_at, Step(message.sid, "failed", 30036))
        elif behaviour.ends_as == "failed":
            self._put(leaves_at, Step(message.sid, "failed", behaviour.error_code or 30008))
        else:
            self._put(leaves_at, Step(message.sid, "sent"))
            if behaviour.ends_as != "sent":
                code = behaviour.error_code or 30008 if behaviour.ends_as == "undelivered" else None
                self._put(leaves_at + self.step, Step(message.sid, behaviour.ends_as, code))

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
        """Let a phone's holder text back; return the sid of the inbound message."""
        with self._lock:
            self.phone(number).reply(Line(at, sender, body, from_phone=True))
            order = Order(
                to=sender,
                sender=number,
                body=body,
                validity_seconds=0,
                status_callback=None,
                keeps_content=True,
                shows_address=True,
            )
            message = Message(self.account_sid, order, at, direction="inbound", status="received", sent_at=at)
            sid = self._keep(message).sid
            if self.inbound_address:
                self._put(at, Callback(self.inbound_address, self._inbound_form(sid, number, sender, body)))
            return sid

    def _inbound_form(self, sid: str, number: str, sender: str, body: str) -> list[tuple[str, str]]:
        return [
            ("AccountSid", self.account_sid),
            ("ApiVersion", API_VERSION),
            ("Body", body),
            ("From", number),
            ("MessageSid", sid),
            ("NumMedia", "0"),
            ("NumSegments", "1"),
            ("SmsMessageSid", sid),
            ("SmsSid", sid),
            ("SmsStatus", "received"),
            ("To", sender),
        ]

    def advance(self, at: datetime) -> list[Callback]:
        """Do everything that is due by `at`; return the callbacks to post, in order."""
        due: list[Callback] = []
        with self._lock:
            while self._agenda and self._agenda[0][0] <= at:
                when, _, item = heapq.heappop(self._agenda)
                if isinstance(item, Callback):
                    due.append(item)
                else:
                    self._take_step(item, when)
        return due

    def try_again(self, callback: Callback, at: datetime) -> None:
        """Plan another try of a callback nobody took, one, two, four … steps later; give up after the last."""
        if callback.tries + 1 < LAST_TRY:
            with self._lock:
                later = at + self.step * 2**callback.tries
                self._put(later, Callback(callback.address, callback.form, callback.tries + 1))

    def next_at(self) -> datetime | None:
        """Return when something is next due."""
        with self._lock:
            return self._agenda[0][0] if self._agenda else None

    def _take_step(self, step: Step, at: datetime) -> None:
        message = self.messages.get(step.sid)
        if message is None:
            return
        message.move(step.status, at, step.error_code)
        if step.status == "sent" and self.phone(message.order.to).behaviour.ends_as != "undelivered":
            self.phone(message.order.to).lines.append(Line(at, message.order.sender, message.order.body))
        self._call_back(message, at)

    def _call_back(self, message: Message, at: datetime) -> None:
        if not message.order.status_callback:
            return
        if self.habits.drop:
            self.habits.drop -= 1
            return
        late = {"queued": 4, "sent": 2}.get(message.status, 0) if self.habits.reorder else 0
        callback = Callback(message.order.status_callback, message.status_callback_form())
        for _ in range(2 if self.habits.duplicate else 1):
            self._put(at + self.step * late, callback)

    def _put(self, at: datetime, item: Step | Callback) -> None:
        heapq.heappush(self._agenda, (at, next(self._numbers), item))
