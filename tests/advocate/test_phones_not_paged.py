"""Who can not be paged on their phone stands on the on-call page and on Team, with what to do."""

from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from builders import NOW

from outreach.on_duty import on_call, pagers, paging
from outreach.on_duty.on_call import NewShift, Turn
from outreach.on_duty.pagers import NotPaged, push_due
from outreach.terms import PageAbout
from portal.advocate.on_duty import unreached

pytestmark = pytest.mark.req("20")


class DeadService:
    """A push service that is not there."""

    def page(self, topic: str) -> None:
        """Take nothing."""
        raise NotPaged("unreachable")


@pytest.fixture
def rota(vault, world, app, parts, desk):
    """Put a colleague on call in a home with a push service; return their desk."""
    app.extensions["wayside"] = replace(parts, pager_base="https://push.example.org")
    with vault.writing() as session:
        shift = NewShift(world.other.card.id, Turn.FIRST, NOW, NOW + timedelta(hours=8))
        on_call.add_shift(session, shift, by=None, now=NOW)
    return desk


def words(desk, who, where: str) -> str:
    return unescape(desk.sit_down(who.card).get(where).text)


def fail_a_push(vault, who) -> None:
    with vault.writing() as session:
        pagers.new_topic(session, who.card.id, now=NOW)
        paging.call(session, [who.card.id], PageAbout.ON_CALL, now=NOW)
    push_due(vault, DeadService(), clock=lambda: NOW)


def check_a_failed_push_is_said(vault, world, rota) -> None:
    fail_a_push(vault, world.other)
    said = f"The last page to the phone of {world.other.card.name} did not arrive"
    for page in (words(rota, world.supervisor, "/team"), words(rota, world.supervisor, "/on-call")):
        assert said in page
        assert "The push service did not answer." in page
        assert "Call them yourself." in page
    assert said in words(rota, world.dana, "/on-call")


def test_a_failed_push_names_the_colleague_on_both_pages_with_what_to_do(vault, world, rota):
    check_a_failed_push_is_said(vault, world, rota)


def test_whoever_is_on_call_without_a_phone_is_named_with_what_to_press(world, rota):
    for where in ("/team", "/on-call"):
        page = words(rota, world.supervisor, where)
        assert "These phones are not set up for pages: " in page
        assert world.other.card.name in page.partition("not set up for pages: ")[2].partition(".")[0]
        assert "presses “Set up my phone”" in page
    assert "You are one of them" in words(rota, world.other, "/on-call")


def test_without_a_push_service_team_says_that_pages_stand_on_screens_only(world, rota, app, parts):
    app.extensions["wayside"] = parts
    assert "No phone can be paged here." in words(rota, world.supervisor, "/team")
    assert "Pages stand on your screen only." in words(rota, world.supervisor, "/on-call")


def test_planted_page_that_says_nothing_of_failed_pushes_is_caught(vault, world, rota, monkeypatch):
    monkeypatch.setattr(unreached, "unreached_phones", lambda *_, **__: ())

    with pytest.raises(AssertionError):
        check_a_failed_push_is_said(vault, world, rota)
