"""Where pages may be pushed to: a service of the organisation's own, and nothing that a public authority hosts."""

import pytest

from outreach.on_duty import pagers
from outreach.on_duty.pagers import UnfitPager, refuse_unfit

pytestmark = pytest.mark.req("20")

PUBLIC = (
    "https://push.highpointnc.gov",
    "https://ntfy.ci.high-point.nc.us/",
    "https://alerts.co.guilford.nc.us",
    "https://push.army.mil",
    "https://push.police.uk.gov.uk",
    "https://hppolice.example.org",
    "https://push.city.example.org",
    "https://cityofexample.org/push",
    "https://example-police.org",
    "https://push.guilfordsheriff.org.",
)
OPEN = ("http://push.example.org", "https://", "ftp://push.example.org", "https://10.0.0.7", "https://[::1]/")
TELLING = ("https://rosa:secret@push.example.org", "https://push.example.org/?to=rosa", "https://push.example.org/#x")


@pytest.mark.parametrize("address", PUBLIC)
def test_a_service_of_a_public_authority_is_refused_in_plain_words(address: str) -> None:
    with pytest.raises(UnfitPager, match="Choose a service your organisation runs"):
        refuse_unfit(address)


@pytest.mark.parametrize("address", ["https://push.highpointnc。gov", "https://push.highpointnc.ｇｏｖ"])
def test_a_name_that_turns_into_a_public_one_when_it_is_looked_up_is_refused(address: str) -> None:
    with pytest.raises(UnfitPager):
        refuse_unfit(address)


@pytest.mark.parametrize("address", [*OPEN, *TELLING])
def test_an_address_anybody_could_read_along_is_refused(address: str) -> None:
    with pytest.raises(UnfitPager):
        refuse_unfit(address)


@pytest.mark.parametrize(
    "address", ["https://push.example.org", "https://ntfy.example.net:8443/wayside", "https://ntfy.sh"]
)
def test_a_service_of_the_organisations_own_is_taken(address: str) -> None:
    refuse_unfit(address)


def test_a_demo_may_page_this_machine_and_nothing_else_without_tls() -> None:
    refuse_unfit("http://127.0.0.1:8110", on_loopback=True)
    with pytest.raises(UnfitPager):
        refuse_unfit("http://push.example.org", on_loopback=True)


def test_planted_deny_list_without_the_places_of_us_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagers, "_PUBLIC", pagers.re.compile(r"\.gov$"))
    monkeypatch.setattr(pagers, "_OFFICES", pagers.re.compile(r"(?!)"))
    refuse_unfit("https://ntfy.ci.high-point.nc.us/")
