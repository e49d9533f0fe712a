"""The measurement of intake measures what it says: real events, really stored, nothing answered but 202."""

import pytest

from cli.bench import intake


def test_a_short_measurement_has_every_goal_and_loses_nothing():
    found = intake.run(turns=1, turn_seconds=0.3)

    goals = {name: each["goal"] for name, each in found.items() if isinstance(each, dict)}
    assert goals == {
        "durable / the same without the commit": "≥ 0.8",
        "99th percentile, ms": "≤ 50",
        "sealing, µs": "≤ 250",
    }
    assert found["events per second"] > 0


def test_a_measurement_that_lost_an_event_is_refused(tmp_path):
    site = intake._Site.make(tmp_path)
    with pytest.raises(RuntimeError, match="1 events were called received"):
        intake._check_stored(site, 1)
