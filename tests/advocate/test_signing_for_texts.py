"""A supervisor signs for texts on a page of two lines, and takes it back; everyone is told while nobody has signed."""

import pytest
from sqlalchemy import select

from outreach.messaging.kill_switch import is_stopped
from outreach.messaging.signature import STATEMENT
from outreach.records.ledger import AuditEntry

pytestmark = pytest.mark.req("81")


@pytest.fixture
def real(vault, portal_vault):
    """Both ends of the vault, in a home where people are real."""
    vault.is_practice = portal_vault.is_practice = False


def test_a_supervisor_signs_with_a_tick_and_takes_it_back(desk, world, vault, real):
    ines = desk.sit_down(world.supervisor.card)
    assert "Nobody has signed for texts yet." in ines.get("/team").text
    page = ines.get("/texting-signature").text
    assert [line for line in STATEMENT if line not in page] == []

    assert ines.post("/texting-signature", {}).status_code == 422
    assert "Read both lines." in ines.last.text
    assert ines.post("/texting-signature", {"agreed": "yes"}).status_code == 303
    with vault.reading() as session:
        assert not is_stopped(session)
    assert "Nobody has signed" not in ines.get("/team").text
    assert f"{world.supervisor.card.name} signed on Nov 20." in ines.get("/texting-signature").text

    assert ines.post("/texting-signature/ending", {}).status_code == 303
    with vault.reading() as session:
        assert is_stopped(session)
        said = list(session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("texting.%"))))
    assert said == ["texting.sign", "texting.unsign"]


def test_an_advocate_is_told_and_can_not_sign(desk, world, real):
    dana = desk.sit_down(world.dana.card)
    for path in ("/today", "/outbox"):
        page = dana.get(path).text
        assert "Nobody has signed for texts yet." in page
        assert "Ask a supervisor to sign." in page
        assert "/texting-signature" not in page
    assert dana.post("/texting-signature", {"agreed": "yes"}).status_code == 404
