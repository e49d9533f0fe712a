"""The demo's nights and its neighbourhood: who is on call, and a directory of services that do not exist."""

from datetime import timedelta

from cli import opening
from cli.demo.making import Colleague
from outreach.on_duty.on_call import NewShift, Turn, add_shift
from outreach.records.engine import Vault
from outreach.support.services import ServiceContent, add_service

ON_CALL = timedelta(days=14)
SERVICES = (
    ServiceContent(
        "Harbor House", ("shelter", "children"), "Beds for women with children.", "(336) 555-0110", "All day, all week"
    ),
    ServiceContent("Night Clinic", ("medical",), "Doctors without an appointment.", "(336) 555-0111", "6 pm to 6 am"),
    ServiceContent(
        "Open Door Law", ("legal",), "Lawyers for orders, custody and leases.", "(336) 555-0112", "Mon to Fri, 9 to 5"
    ),
    ServiceContent(
        "Neighbors' Fund", ("money", "food", "transport"), "Bus passes, food boxes, first rent.", "(336) 555-0113"
    ),
)


def settle_in(vault: Vault, colleagues: list[Colleague]) -> None:
    """Put the advocate on call, the supervisor second, and the services into the directory."""
    advocate, supervisor = colleagues[:2]
    now = opening.now()
    with vault.writing() as session:
        for who, turn in ((advocate, Turn.FIRST), (supervisor, Turn.SECOND)):
            add_shift(session, NewShift(who.id, turn, now, now + ON_CALL), by=supervisor.id, now=now)
        for content in SERVICES:
            add_service(session, content, by=supervisor.id, now=now)
