"""S-3: whatever she, her advocates and time do, in whatever order, no text leaves that breaks P3."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from lives import broken_in, lives_of, tell, walk_every_road
from texting import Desk

from outreach import safe_contact
from outreach.gate import gate_facts, hours, verdicts
from outreach.gate.reasons import Reason
from outreach.messaging import claims, texts

WOMEN = {"sqlite": 40, "postgres": 6}
Plant = Callable[[pytest.MonkeyPatch], None]


def gate_without(reason: Reason) -> Plant:
    """A gate in which one stop of its list counts for nothing."""
    real = safe_contact._stop
    return lambda patch: patch.setattr(safe_contact, "_stop", lambda q: None if real(q) is reason else real(q))


def no_stop_on_a_case(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(safe_contact, "_CASE_STOPS", ())


def no_consent(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(safe_contact, "_consents_to_texts", lambda _: True)


def no_stop_by_her(patch: pytest.MonkeyPatch) -> None:
    """Two lines of defence: a stop of any phone she ever had, and the gate's own list of stopped phones."""
    patch.setattr(texts, "has_stopped", lambda *_: False)
    patch.setattr(gate_facts, "_suppressed", lambda *_: frozenset())


def no_hours(patch: pytest.MonkeyPatch) -> None:
    """Both who asks the gate and who asks how long a text may be under way read the hours here."""
    patch.setattr(hours, "open_until", lambda _windows, _zone, at: at + timedelta(days=1))


def no_age(patch: pytest.MonkeyPatch) -> None:
    """Two lines of defence: the gate, and until when a text may be under way."""
    for reader in (verdicts, claims):
        patch.setattr(reader, "expires_at", lambda _, verdict, __: verdict.verified_at + timedelta(days=999))


def no_caps(patch: pytest.MonkeyPatch) -> None:
    """Two lines of defence: what left, and what waits."""
    patch.setattr(gate_facts, "_texts_since", lambda *_, **__: [])
    patch.setattr(texts, "with_planned_texts", lambda _session, _case, facts, **_: facts)


PLANTS: dict[str, tuple[Plant, set[str]]] = {
    "case": (no_stop_on_a_case, {"sent while paused", "sent although the case is compromised"}),
    "consent": (no_consent, {"sent without consent"}),
    "stop": (no_stop_by_her, {"sent after STOP"}),
    "frozen": (gate_without(Reason.COMPROMISED), {"sent to a frozen phone"}),
    "unsafe": (gate_without(Reason.UNSAFE), {"sent where texts are unsafe"}),
    "hours": (no_hours, {"sent outside her hours"}),
    "age": (no_age, {"sent on an old verdict"}),
    "caps": (no_caps, {"more than one a day", "more than three a week"}),
}


@pytest.mark.req("S-3")
@pytest.mark.req("P3")
@pytest.mark.req("S-17")
def test_whatever_happens_no_text_leaves_that_breaks_a_rule(
    desk: Desk, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lives = lives_of(desk, monkeypatch)
    walk_every_road(lives)
    on_the_roads = len(lives.left)
    tell(lives, WOMEN[database])

    assert lives.broken == []
    assert len(lives.left) - on_the_roads >= WOMEN[database] / 2, "too few texts left by chance to prove anything"


@pytest.mark.req("S-3")
@pytest.mark.parametrize("plant", sorted(PLANTS))
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_planted_sender_that_forgets_one_rule_is_caught(
    desk: Desk, plant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant_it, caught_as = PLANTS[plant]
    plant_it(monkeypatch)

    assert broken_in(lives_of(desk, monkeypatch), walk_every_road) & caught_as


@pytest.mark.req("S-3")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_lives_that_are_told_again_go_the_same_way(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, again = (lives_of(desk, monkeypatch) for _ in range(2))
    for lives in (first, again):
        walk_every_road(lives)
        tell(lives, 2)

    assert first.left == again.left != []
