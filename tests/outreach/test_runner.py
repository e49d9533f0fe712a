"""The worker's rounds: a failure is recorded and stops nothing; time is kept by a clock that loses nothing."""

import logging
from datetime import timedelta
from threading import Event

import pytest

from outreach.scheduling.runner import Round, run_once, run_until

OFTEN = timedelta(milliseconds=5)


def failing() -> dict[str, int]:
    """Fail with words that must not be repeated."""
    raise ValueError("Ana Roe, +13365550199")


@pytest.mark.req("P5")
def test_a_round_that_fails_is_reported_and_the_others_run(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        report = run_once([Round("first", OFTEN, failing), Round("second", OFTEN, lambda: {"done": 2})])

    assert report.done == {"second": {"done": 2}}
    assert set(report.failed) == {"first"}
    assert "round.failed round=first" in caplog.text


@pytest.mark.req("NI-11")
def test_what_a_failure_says_is_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        report = run_once([Round("first", OFTEN, failing)])

    assert "Ana Roe" not in caplog.text + str(report)
    assert "0199" not in caplog.text + str(report)


def test_rounds_run_until_told_to_stop_and_one_failing_does_not_end_it() -> None:
    stop, ran = Event(), []

    def work() -> dict[str, int]:
        ran.append(1)
        if len(ran) == 3:
            stop.set()
        if len(ran) == 2:
            raise RuntimeError
        return {}

    run_until([Round("work", OFTEN, work)], stop)

    assert len(ran) >= 3
