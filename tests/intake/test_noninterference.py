"""What an agency sees is a function of what it sends: whatever is known of her, and whatever else was sent."""

import itertools
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from builders import NOW
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from intake_worlds import BROKEN, Past, World, assert_alike, limiting, remembering
from signed_events import EVERY_KIND, SourceAgency, an_event

from crypto.keyring import KeyPaths, Keyring
from outreach.terms import TaskState

Request = tuple[bytes, dict[str, str]]
AGENCY = SourceAgency()
PHONES = (f"+1{area}55501{line:02d}" for area, line in itertools.product(range(201, 990), range(100)))
OTHERS = "+12005550100"


MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


@pytest.fixture
def worlds(vault_file: Path, keyring: Keyring, key_paths: KeyPaths) -> Iterator[Sequence[World]]:
    """Two worlds, in memory where there is a place for it: thousands of commits that need not outlive the test."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        built = [
            World(Path(folder) / name, vault=vault_file, keyring=keyring, keys=key_paths, agency=AGENCY)
            for name in ("first", "second")
        ]
        yield built
        for world in built:
            world.close()


def a_request(kind: str, phone: str, *, event_id: str = "evt_1", wrong: str = "") -> Request:
    """Return an event about the woman with this phone, right or wrong in a named way."""
    event = an_event(kind)
    if "victim" in event:
        event["victim"]["phones"] = [phone]
    if wrong == "field":
        event["narrative"] = phone
    body = json.dumps(event).encode()
    headers = AGENCY.headers(body, at=NOW, id=event_id)
    if wrong == "signature":
        body += b" "
    if wrong == "agency":
        headers["wayside-agency"] = "nobody"
    return body, headers


ALL = list(HealthCheck)
HERS = "hers"
FLAGS = ["paused", "compromised", "do_not_contact", "she_will_contact_us"]
pasts = st.builds(
    Past,
    phones=st.sampled_from([(), (), (HERS,), (OTHERS,), (HERS, OTHERS)]),
    flags=st.frozensets(
        st.sampled_from(["paused", "compromised", "do_not_contact", "she_will_contact_us"]), max_size=2
    ),
    is_closed=st.booleans(),
    is_suppressed=st.booleans(),
    waiting=st.sampled_from([0, 0, 0, 1, 2]),
    is_drained=st.sampled_from([False, False, True]),
    notice=st.sampled_from(["", "", *TaskState]),
)
orders = st.lists(
    st.tuples(st.sampled_from(sorted(EVERY_KIND)), st.sampled_from(["", "", "", "field", "signature", "agency"])),
    min_size=1,
    max_size=3,
)


def of(past: Past, phone: str) -> Past:
    """Return this past for a woman with this phone; a STOP of hers is stored once."""
    phones = tuple(phone if each == HERS else OTHERS for each in past.phones)
    return replace(past, phones=phones, is_suppressed=past.is_suppressed and phones[:1] == (phone,))


def check_pairs(worlds: Sequence[World], *, pairs: int) -> None:
    """Try this many pairs of pasts, each with the same input from the agency."""

    @settings(max_examples=pairs, phases=[Phase.generate], deadline=None, database=None, suppress_health_check=ALL)
    @given(st.tuples(pasts, pasts), orders)
    def differ_in_nothing(pair: tuple[Past, Past], order: list[tuple[str, str]]) -> None:
        phone = next(PHONES)
        for world, past in zip(worlds, pair, strict=True):
            world.live(of(past, phone))
        assert_alike(worlds, [a_request(kind, phone, wrong=wrong) for kind, wrong in order])

    differ_in_nothing()


@pytest.mark.req("NI-1")
@pytest.mark.req("14")
def test_two_thousand_pairs_of_pasts_cannot_be_told_apart(worlds: Sequence[World]) -> None:
    check_pairs(worlds, pairs=2_000)


@pytest.mark.req("NI-1")
@pytest.mark.parametrize("broken", ["looks her up", "counts what waits", "tells that she was told"])
def test_planted_intake_that_looks_is_caught(worlds: Sequence[World], broken: str) -> None:
    for world in worlds:
        world.serve(BROKEN[broken])
    with pytest.raises(BaseException, match="tell the worlds apart|[Ff]laky|distinct failures"):
        check_pairs(worlds, pairs=200)


def odd_requests(chance: random.Random, count: int) -> list[Request]:
    """Return requests that are malformed, unauthorised, oversized, or said before."""
    ways: list[Callable[[bytes, dict[str, str]], Request]] = [
        lambda body, headers: (body[: chance.randrange(len(body))], headers),
        lambda body, headers: (body, {**headers, "webhook-signature": chance.choice(["", "v1,AA==", "v1a,AA=="])}),
        lambda body, headers: (body, {**headers, "wayside-agency": chance.choice(["", "nobody", "sheriff"])}),
        lambda body, headers: (body, {**headers, "webhook-timestamp": str(chance.randrange(2**40))}),
        lambda body, headers: (body.ljust(chance.randrange(65_537, 70_000)), headers),
        lambda body, headers: (body, {**headers, "content-type": chance.choice(["text/plain", "", "a/b"])}),
        lambda _, __: _signed(chance.choice([b"", b"[]", b"\xff", b'{"kind":NaN}', b"[" * 999, b'{"kind":"x"}'])),
        lambda body, _: _signed(
            json.dumps({**json.loads(body), "level": "Z", "x" * chance.randrange(1, 9): 1}).encode()
        ),
        lambda body, headers: (body, headers),
    ]
    right = [a_request(kind, "+13365550199", event_id=f"evt_{kind}") for kind in EVERY_KIND]
    return [chance.choice(ways)(*chance.choice(right)) for _ in range(count)]


def _signed(body: bytes) -> Request:
    return body, AGENCY.headers(body, at=NOW)


def check_odd_requests(worlds: Sequence[World], *, count: int) -> set[bytes]:
    """Send the same odd requests to both worlds, to the second in another order and some twice."""
    chance = random.Random(5)  # noqa: S311 - a repeatable mixture
    requests = odd_requests(chance, count)
    worlds[1].live(Past(phones=("+13365550199", OTHERS), is_suppressed=True, waiting=50))
    first = [worlds[0].answer(*each) for each in requests]
    order = list(range(count)) + chance.sample(range(count), count // 4)
    chance.shuffle(order)
    for place in order:
        assert worlds[1].answer(*requests[place]) == first[place], "an answer is not a function of the request alone"
    return {answer[:3] for answer in first}


@pytest.mark.req("NI-5")
def test_a_thousand_odd_requests_are_answered_by_what_they_are(worlds: Sequence[World]) -> None:
    assert check_odd_requests(worlds, count=1_000) == {b"202", b"401", b"413", b"415", b"422"}


@pytest.mark.req("NI-5")
@pytest.mark.parametrize("broken", [limiting, remembering])
def test_planted_intake_that_remembers_is_caught(worlds: Sequence[World], broken: Callable) -> None:
    for world in worlds:
        world.serve(broken)
    with pytest.raises(AssertionError, match="function of the request alone"):
        check_odd_requests(worlds, count=1_000)


@pytest.mark.req("NI-6")
def test_a_thousand_rows_of_each_kind_change_nothing_an_agency_sees(worlds: Sequence[World]) -> None:
    requests = [a_request(kind, "+13365550199", event_id=f"evt_{kind}") for kind in EVERY_KIND]
    requests += odd_requests(random.Random(6), 20)  # noqa: S311 - a repeatable mixture
    before = [worlds[0].answer(*each) for each in requests]

    worlds[0].live(Past(phones=("+13365550199",) * 1_000, is_suppressed=True, waiting=1_000))

    assert [worlds[0].answer(*each) for each in requests] == before
