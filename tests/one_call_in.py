"""One call-in of one woman, as the agency changes it and we act on it: what tests of its dates are told in."""

from datetime import datetime, timedelta
from uuid import uuid4

from agency_world import NOW, World, add_colleague
from sqlalchemy import select

from outreach.access import StaffCard
from outreach.attempts.recording import Made, log_attempt
from outreach.call_ins.board import CallIn, board_of
from outreach.identity.deciding import acknowledge
from outreach.protocols.steps import Step
from outreach.records.work import Task
from outreach.tasks import detail_of
from outreach.terms import Channel, Employer, Outcome, Role

KIM = StaffCard(uuid4(), "kim@example.org", "Kim", Role.SUPERVISOR, Employer.ADVOCACY)
FIRST, LATER = NOW + timedelta(days=10), NOW + timedelta(days=17)


class CallInOf:
    """One call-in of one woman: what the agency says of it, a day apart, and what we do about it."""

    def __init__(self, world: World) -> None:
        self.world = world
        with world.vault.writing() as session:
            add_colleague(session, KIM.id)
        self.event = world.send(call_in_at=FIRST.isoformat())
        world.drain()

    def says(self, kind: str, at: datetime | None = None, *, days_ago: int = 0) -> None:
        """Let the agency say something a day later, or be heard so late."""
        self.world.now += timedelta(days=1)
        said_at = (self.world.now - timedelta(days=days_ago)).isoformat()
        fields = {"call_in_at": at.isoformat()} if at else {}
        self.world.send(f"call_in_{kind}", refers_to=self.event, occurred_at=said_at, **fields)
        self.world.drain()

    def tell_her(self) -> None:
        """Tell her of the one date that is open."""
        with self.world.vault.writing() as session:
            (notice,) = session.scalars(select(Task).where(Task.step == "notice_before_call_in", Task.state == "open"))
            made = Made(Channel.MEETING, Outcome.REACHED, task_id=notice.id)
            log_attempt(session, notice.case_id, made, by=KIM.id, now=self.world.now)

    def accept(self, step: Step) -> None:
        """Agree to what the agency wants."""
        with self.world.vault.writing() as session:
            task = session.scalars(select(Task).where(Task.step == step.value, Task.state == "open")).one()
            acknowledge(session, task.id, accept=True, by=KIM.id, now=self.world.now)

    def open_tasks(self) -> dict[str, Task]:
        return self.world.tasks(self.world.only_case())

    def notices(self) -> list[tuple[str, datetime]]:
        """Return each notice's state and date, in the order they were opened."""
        with self.world.vault.reading() as session:
            rows = session.scalars(select(Task).where(Task.step == "notice_before_call_in").order_by(Task.opens_at))
            return [(row.state, datetime.fromisoformat(detail_of(session, row).call_in_at or "")) for row in rows]

    def on_board(self) -> CallIn:
        """Return what the board shows of it, which is one thing."""
        with self.world.vault.reading() as session:
            (shown,) = board_of(session, KIM, now=self.world.now).ahead
            return shown

    def stops(self, channel: Channel) -> None:
        """Write down that no contact is wanted: said or sent in this way, for no task."""
        with self.world.vault.writing() as session:
            made = Made(channel, Outcome.DO_NOT_CONTACT)
            log_attempt(session, self.world.only_case(), made, by=KIM.id, now=self.world.now)
