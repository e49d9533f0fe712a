"""What shows of a letter while it is closed: on the envelope, on the first fold, in a print queue."""

from collections.abc import Callable
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from builders import NOW
from letter_world import HEAD, World, tell
from pypdf import PdfReader
from signed_events import an_event

from outreach.events import WIRE
from outreach.messaging.errors import UnfitLetter
from outreach.messaging.letters import checks as letter_checks
from outreach.messaging.letters import desk as letters
from outreach.messaging.letters import discretion
from outreach.messaging.letters.desk import Order
from outreach.messaging.letters.discretion import Outside, telling_outside
from outreach.messaging.letters.rows import Letterhead, TellingLetterhead
from outreach.messaging.telling_words import Telling, telling_of
from outreach.messaging.wording import phrasebook

DENY = phrasebook().deny
EVENT = WIRE.validate_python(an_event("level_assigned", incident_number="26-118204"))
TELLING = telling_of([EVENT], zone=ZoneInfo("America/New_York"), her_names=("Lena Ortiz",))
FROM = ("PO Box 1417", "High Point, NC 27261")
PLAIN = Outside("Lena Ortiz", ("2 ELM ST APT 4", "HIGH POINT NC 27260"), FROM, "Letter")

TELLS = {
    "the name of the partner": [
        PLAIN._replace(recipient="Lena and Dale"),
        PLAIN._replace(recipient="Mrs. Dale Fictional"),
        PLAIN._replace(address=("c/o Dale", *PLAIN.address)),
        PLAIN._replace(address=("Home of Dale Fictional", *PLAIN.address)),
        PLAIN._replace(title="For Dale Fictional"),
    ],
    "our name": [
        PLAIN._replace(return_address=("Wayside", *PLAIN.return_address)),
        PLAIN._replace(title="Wayside letter"),
    ],
    "a word that tells, in the address": [
        PLAIN._replace(address=("Family Shelter", *PLAIN.address)),
        PLAIN._replace(address=("Women's Shelter, 2 Elm St", PLAIN.address[1])),
        PLAIN._replace(address=("SHELTER", *PLAIN.address)),
    ],
    "a word that tells, in the return address": [
        PLAIN._replace(return_address=("Victim Services", *PLAIN.return_address)),
    ],
    "a word that tells, in the title": [PLAIN._replace(title="Safety: domestic violence")],
    "a number of the case": [
        PLAIN._replace(recipient="Lena Ortiz 26-118204"),
        PLAIN._replace(title="Letter 26-118204"),
    ],
}
TELLS_NOTHING = [
    PLAIN,
    PLAIN._replace(address=("12 Court Street", "Dale City, VA 22193")),
    PLAIN._replace(address=("14 Police Memorial Blvd Apt B", "HIGH POINT NC 27260")),
    PLAIN._replace(recipient="Ana Fictional"),  # A name they share.
    PLAIN._replace(recipient="لينا أورتيز"),
    PLAIN._replace(title="信"),
]


def check_outside(look: Callable[[Outside, Telling], str | None]) -> None:
    for kind, several in TELLS.items():
        for outside in several:
            assert look(outside, TELLING) == kind, outside
    for outside in TELLS_NOTHING:
        assert look(outside, TELLING) is None, outside


@pytest.mark.req("47")
def test_what_tells_on_the_outside_is_found_and_streets_and_towns_are_left_alone() -> None:
    check_outside(lambda outside, telling: telling_outside(outside, telling, DENY))


@pytest.mark.req("47")
@pytest.mark.parametrize("planted", ["recipient", "address", "return_address", "title"])
def test_planted_search_that_forgets_one_part_of_the_outside_is_caught(planted: str) -> None:
    def forgets(outside: Outside, telling: Telling) -> str | None:
        empty = "" if planted in ("recipient", "title") else ()
        return telling_outside(outside._replace(**{planted: empty}), telling, DENY)

    with pytest.raises(AssertionError):
        check_outside(forgets)


@pytest.mark.req("47")
@pytest.mark.parametrize("planted", [{"OUR_NAMES": frozenset()}, {"_without_streets": list}])
def test_planted_search_with_a_hole_is_caught(planted: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in planted.items():
        monkeypatch.setattr(discretion, name, value)
    with pytest.raises(AssertionError):
        check_outside(lambda outside, telling: telling_outside(outside, telling, DENY))


@pytest.mark.req("47")
def test_a_letter_whose_envelope_names_the_partner_is_not_released(make: Callable[..., World]) -> None:
    world = make(home={"value": "c/o Dale Fictional\n2 Elm St\nHigh Point, NC 27260"})
    tell(world)
    with pytest.raises(UnfitLetter) as refusal:
        world.release()
    assert refusal.value.is_outside


@pytest.mark.req("47")
def test_planted_draft_that_looks_at_the_words_alone_is_caught(
    make: Callable[..., World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letter_checks, "telling_outside", lambda *given: None)
    with pytest.raises(pytest.fail.Exception):
        test_a_letter_whose_envelope_names_the_partner_is_not_released(make)


@pytest.mark.req("47")
def test_a_return_address_that_says_who_writes_stops_the_portal_at_its_start() -> None:
    with pytest.raises(TellingLetterhead):
        Letterhead.read("Family Shelter; High Point, NC 27261", "(336) 555-0142")
    assert Letterhead.read("PO Box 1417; High Point, NC 27261", "(336) 555-0142")


@pytest.mark.req("47")
def test_nothing_but_the_letter_itself_is_in_the_printed_file(world: World) -> None:
    """No date, author, program path or name of hers beside the page: a spool and a download folder keep files."""
    tell(world)
    letter_id = world.release()
    world.print_due()
    pdf = world.page(letter_id)
    reader = PdfReader(BytesIO(pdf))
    root = reader.trailer["/Root"]

    assert set(reader.metadata or {}) == {"/Title", "/Producer"}
    assert (reader.metadata or {})["/Title"] == "Letter"
    assert not {"/Names", "/AcroForm", "/OpenAction", "/AA"} & set(root)
    said = root["/Metadata"].get_data().decode()
    for telling in ("Lena", "Ortiz", "Dale", "2026", "Rosa", "Elm", HEAD.phone, "CreateDate", "creator"):
        assert telling not in said
    assert b"/CreationDate" not in pdf


@pytest.mark.req("46a")
def test_the_envelope_on_the_draft_is_the_one_that_is_printed(world: World) -> None:
    with world.vault.writing() as session:
        drafted = letters.draft(session, Order(world.case_id, world.home.id, "full"), HEAD, by=world.by, now=NOW)
    letter_id = world.release()
    world.print_due()
    page = PdfReader(BytesIO(world.page(letter_id))).pages[0].extract_text()

    assert drafted.envelope == ("Lena", "2 ELM ST APT 4", "HIGH POINT NC 27260")
    assert all(line in page for line in drafted.envelope)
