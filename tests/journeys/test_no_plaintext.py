"""After a whole journey, nothing anyone said of her is in a column, a file, a log line or an error page."""

import base64
import logging
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from test_main_path import case_of, give_every_case_to_the_advocate, send_all, take_her_word
from town import Browser, Town

from cli.demo.cast import invalid_event
from outreach.records.base import Base

SAID = {
    "her name": "Marisol Vega",
    "her first name": "Marisol",
    "his name": "Odell Barnes",
    "her phone": "3365550142",
    "her street": "12 Larkspur Lane",
    "her birth date": "1990-09-12",
    "the incident": "26-118204",
    "the agency's reference": "HP-2201",
    "safe times": "weekdays 9-12",
    "a note": "she keeps a grey canary",
    "her own words": "text me about the canary seed",
    "who we say we are": "Dana from the canary club",
    "a word to avoid": "canarybird",
    "her own view": "the cellar with the canary",
    "her plan": "out by the canary door",
    "the text": "Llame cuando tenga un momento",
    "a faulty event's secret": "not for here",
}


def spellings(said: str) -> Iterator[bytes]:
    plain = said.encode()
    yield plain
    yield plain.hex().encode()
    yield quote(said).encode()
    yield quote_plus(said).encode()
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + plain)
        yield coded[4 if shift else 0 : len(coded) // 4 * 4 - 4]


def found_in(content: bytes) -> list[str]:
    return [what for what, said in SAID.items() if any(each in content for each in spellings(said) if len(each) > 6)]


def everything_kept(town: Town, databases: list[str], urls: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    for path in town.home.root.rglob("*"):
        if path.is_file():
            yield str(path.relative_to(town.home.root)), path.read_bytes()
    with town.vault.reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(text(f"SELECT * FROM {table.name}")):
                yield f"table {table.name}", b"|".join(_bytes(value) for value in row)
    for name, url in urls.items():
        engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
        with engine.connect() as connection:
            tables = "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname NOT LIKE 'pg_%'"
            for table in connection.scalars(text(tables)).all():
                if not table.startswith("information_schema"):
                    for row in connection.execute(text(f"SELECT * FROM {table}")):
                        yield f"{name}: {table}", b"|".join(_bytes(value) for value in row)
        engine.dispose()


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


@pytest.fixture
def urls(databases: list[str], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> dict[str, str]:
    """The addresses of this town's databases on PostgreSQL."""
    if not databases:
        return {}
    cluster = request.getfixturevalue("postgres_cluster")
    return {name: cluster.url(name) for name in databases}


def live_a_little(town: Town) -> list[str]:
    """Do what an advocate does in a day, mistakes included; return the pages that only say something is wrong."""
    send_all(town)
    assert town.police_send(invalid_event(town.clock.now())).status_code == 422
    give_every_case_to_the_advocate(town)
    dana = town.sign_in("advocate")
    case = case_of(dana, "Marisol Vega")
    take_her_word(dana, case)
    phone = re.search(r"/destinations/([0-9a-f-]{36})", dana.get(case)).group(1)
    dana.get(f"{case}/destinations/{phone}")
    dana.submit(
        f"/destinations/{phone}$", name_to_use=SAID["who we say we are"], words_to_avoid=SAID["a word to avoid"]
    )
    dana.get(f"{case}/attempts/new?destination={phone}&channel=call")
    dana.submit("/attempts$", outcome="reached", note=SAID["a note"])
    dana.get(f"{case}/destinations/{phone}/consents/new")
    dana.submit("/consents$", how="live_call", language="es", confirms="call")
    dana.get(f"{case}/requests/new?destination={phone}&channel=text")
    dana.submit("/requests$", what=SAID["her own words"], verified_how="live_call")
    dana.get(f"{case}/destinations/{phone}/texts/new")
    dana.submit("/texts/preview", template="call_me", sender="Club de lectura")
    dana.submit("/texts$")
    town.work()
    assert town.provider_calls_back() > 0
    town.work()
    talk_together(dana, case)
    wrong = [dana.get(f"{case}/nothing"), dana.get("/cases/00000000-0000-4000-8000-000000000000")]
    alex = town.sign_in("administrator")
    return [*wrong, alex.get(case), alex.get("/cases")]


def talk_together(dana: Browser, case: str) -> None:
    """Ask how she sees it and a few questions, note what changed, and write a plan."""
    dana.get(f"{case}/assessments")
    dana.submit("/assessments$", own_scale="3", own_words=SAID["her own view"], instrument="lap")
    dana.submit("/parts/1$", q1="no", q5="yes")
    dana.submit("/parts/2$")
    dana.submit("/ending$", note=SAID["a note"])
    dana.get(f"{case}/assessments")
    dana.submit("/danger-changes$", what="leaving", words=SAID["her own words"])
    dana.get(f"{case}/safety-plan/edit")
    dana.submit("/safety-plan$", home=SAID["her plan"])
    assert SAID["her plan"] in dana.get(f"{case}/safety-plan")


@pytest.mark.req("68")
@pytest.mark.req("C-5")
@pytest.mark.req("NI-11")
def test_nothing_she_or_an_agency_said_is_kept_or_logged_in_plain(town, databases, urls, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    wrong_pages = live_a_little(town)

    kept = {place: hits for place, content in everything_kept(town, databases, urls) if (hits := found_in(content))}
    assert kept == {}
    assert found_in(caplog.text.encode()) == []
    printed = capfd.readouterr()
    assert found_in((printed.out + printed.err).encode()) == []
    assert [found_in(page.encode()) for page in wrong_pages] == [[]] * len(wrong_pages)


@pytest.mark.parametrize("said", SAID)
def test_a_planted_canary_is_found_in_every_spelling(said):
    for spelling in spellings(SAID[said]):
        if len(spelling) > 6:
            assert said in found_in(b"....{" + spelling + b"}....")


def test_a_planted_plain_column_is_caught(town, databases, urls):
    with town.vault.writing() as session:
        session.execute(text("UPDATE staff SET name = 'Marisol Vega' WHERE role = 'advocate'"))
    places = {place for place, content in everything_kept(town, databases, urls) if "her name" in found_in(content)}
    assert "table staff" in places


def test_a_planted_log_line_is_caught(caplog):
    logging.getLogger("outreach.planted").debug("saved %s", SAID["her name"])
    assert "her name" in found_in(caplog.text.encode())
