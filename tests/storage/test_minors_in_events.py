"""What an event says of her age: a supervisor is asked the same day where she is, or may be, under 18."""

from datetime import timedelta

import pytest
from agency_world import ANA, NOW, World

from outreach.protocols.steps import Step

pytestmark = pytest.mark.req("20b")


@pytest.mark.parametrize(("born_on", "asks"), [(None, True), ("2010-05-01", True), ("1990-09-12", False)])
@pytest.mark.parametrize("level", "AD")
def test_a_supervisor_is_asked_within_four_hours(world: World, born_on: str | None, asks: bool, level: str) -> None:
    victim = {name: value for name, value in {**ANA, "date_of_birth": born_on}.items() if value is not None}
    world.send(level=level, victim=victim)
    world.drain()

    task = world.tasks(world.only_case()).get(Step.SUPERVISOR_MINOR)
    assert (task is not None) is asks
    assert task is None or task.due_at - NOW <= timedelta(hours=4, seconds=1)
