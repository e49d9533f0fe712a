"""What the sender asks in every round, as the database answers it: by index, without sorting or reading what waits."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from builders import NOW
from sqlalchemy import ColumnElement, and_, event, or_, text
from texting import BASE

from cli.bench import many_texts
from outreach.messaging import claims, outcomes
from outreach.messaging.claims import claim_several
from outreach.records.engine import Vault
from outreach.records.spool import SpoolDrain
from outreach.records.work import Text

WAITING = 400
"""Texts that are due: enough that sorting them all would be dear."""


@pytest.fixture
def vault(vault: Vault) -> Vault:
    """A vault in which many texts are due, and whose database knows it."""
    many_texts.build(vault, WAITING, now=NOW)
    with vault.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    return vault


def plan(vault: Vault, work: Callable[[], object]) -> list[str]:
    """Do the sender's work; return how the database answers its first question about texts by their moment."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT") and "text.release_at <" in statement:
            asked.append((statement, values))

    event.listen(vault.engine, "before_cursor_execute", note)
    work()
    event.remove(vault.engine, "before_cursor_execute", note)
    statement, values = asked[0]
    explain = "EXPLAIN QUERY PLAN " if vault.dialect == "sqlite" else "EXPLAIN "
    with vault.writing() as session:
        return [
            str(row[-1] if vault.dialect == "sqlite" else row[0]) for row in _run(session, explain + statement, values)
        ]


def _run(session: Any, statement: str, values: Any) -> Any:
    return session.connection().exec_driver_sql(statement, values).all()


def check_what_is_due(vault: Vault, drain: SpoolDrain) -> None:
    """What is due comes from its index, in order; only texts of one moment are sorted, and no other table is read."""

    def claim() -> object:
        return claim_several(vault, drain, at_most=8, callback_base_url=BASE, now=NOW)

    steps = plan(vault, claim)
    sorts = [step for step in steps if "TEMP B-TREE" in step or "Sort  (" in step]
    assert all("LAST 2 TERMS" in step or "Incremental Sort" in step for step in sorts), steps
    assert any(
        "text USING INDEX ix_text_due (state=? AND release_at>? AND release_at<?)" in step for step in steps
    ) or any("Index Scan using ix_text_due" in step for step in steps), steps
    assert not any("SCAN text" in step or "Seq Scan" in step for step in steps), steps


def check_what_is_lost(vault: Vault) -> None:
    """Each kind of text that is given up on is looked for by its state and its moment, however many left lately."""
    steps = plan(vault, lambda: outcomes.settle(vault, now=NOW))
    by_moment = [step for step in steps if "ix_text_due (state=? AND release_at<?)" in step]
    by_moment += [step for step in steps if "Index Cond" in step and "release_at <" in step]
    assert len(by_moment) == 3, steps
    assert not any("SCAN text" in step or "Seq Scan" in step for step in steps), steps


def test_what_is_due_is_found_by_index_and_not_sorted(vault: Vault, drain: SpoolDrain) -> None:
    check_what_is_due(vault, drain)


def test_planted_order_that_no_index_has_is_caught(
    vault: Vault, drain: SpoolDrain, monkeypatch: pytest.MonkeyPatch
) -> None:
    disordered = claims._ON_TIME.order_by(None).order_by(Text.number, Text.release_at, Text.id)
    monkeypatch.setattr(claims, "_ON_TIME", disordered)

    with pytest.raises(AssertionError):
        check_what_is_due(vault, drain)


def test_what_is_given_up_on_is_found_without_reading_what_left_lately(vault: Vault) -> None:
    check_what_is_lost(vault)


def test_planted_look_at_every_text_that_left_is_caught(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_lost(now: datetime) -> ColumnElement[bool]:
        silent = and_(Text.state == "accepted", Text.state_at < now - timedelta(hours=72))
        return or_(silent, and_(Text.state == "planned", Text.release_at < now - timedelta(hours=1)))

    monkeypatch.setattr(outcomes, "_is_lost", is_lost)

    with pytest.raises(AssertionError):
        check_what_is_lost(vault)
