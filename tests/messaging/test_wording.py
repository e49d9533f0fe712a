"""What a text may say: nothing that tells the person who glances at the screen what this is about."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.messaging.deny_list import DenyList
from outreach.messaging.segments import count_segments, plain
from outreach.messaging.wording import DAYS, FromTemplate, Phrasebook, UnfitWording, phrasebook

WORDS = phrasebook()


SOMEBODYS = ("Lena Ortiz", "Jordan Pike", "Rosa Ames", "high-point", "High Point")
"""Names that no merge may hold: hers, the partner's, a colleague's, the agency's."""


def every_choice() -> list[FromTemplate]:
    """Every template in every language with every sign-off, day and a run of hours: over a thousand merges each."""
    hours = [f"{minutes // 60}:{minutes % 60:02}" for minutes in range(0, 24 * 60, 48)]
    return [
        FromTemplate(template=name, language=language, sender=sender, day=day, time=hour)
        for language, name in WORDS.templates
        for sender, day, hour in itertools.product(WORDS.senders[language], DAYS[language], hours)
    ]


def faults_in(book: Phrasebook) -> list[str]:
    faults = []
    for choice in every_choice():
        try:
            segments = book.check(book.compose(choice), names=SOMEBODYS)
            assert segments.encoding == "GSM-7"
        except (UnfitWording, AssertionError) as fault:
            faults.append(f"{choice.language}/{choice.template}: {fault}")
    return faults


@pytest.mark.req("S-10")
@pytest.mark.req("30")
def test_every_template_with_every_value_is_clean_and_one_segment() -> None:
    assert len(every_choice()) >= 1_000 * len(WORDS.senders)
    assert faults_in(WORDS) == []


@pytest.mark.req("S-10")
def test_planted_template_that_tells_is_caught() -> None:
    telling = Phrasebook(
        dict(WORDS.templates) | {("en", "reminder"): "{sender}: Shelter at {time}"}, WORDS.senders, WORDS.deny
    )

    assert faults_in(telling)


@pytest.mark.req("S-10")
@pytest.mark.req("29a")
@pytest.mark.parametrize("planted", ["Rosa", "Lena's friends", "www.choir.org", "A" * 140, "Coro \u2665"])
def test_planted_sign_off_is_caught(planted: str) -> None:
    book = Phrasebook(WORDS.templates, WORDS.senders | {"en": (planted,)}, WORDS.deny)
    choice = FromTemplate(template="reminder", language="en", sender=planted, day="Monday", time="10:00")

    with pytest.raises(UnfitWording):
        book.check(book.compose(choice), names=SOMEBODYS)


@pytest.mark.req("30")
@pytest.mark.parametrize(
    "said",
    [
        "Court is on Monday",
        "COURT",
        "the pólice came",
        "p o l i c e",
        "p-o-l-i-c-e",
        "p0lice",
        "poIice"[:2] + "lice",
        "роlice",
        "shelters are open",
        "about the s.h.e.l.t.e.r",
        "orden de proteccion",
        "víctima",
        "VICTIMA",
        "Level B",
        "nivel a",
        "see https://x.example",
        "go to example.org now",
        "mail me a@b",
        "your safety plan",
        "restraining   order",
        "the hearing's at 10",
        "domestic",
        "d0mest1c",
        "my w\u2060ife",
        "call the ja\u00adil",
        "w i f e",
        "\u2119olice",
        "pol\u0131ce",
        "\u0282helter",
        "shelte\u0433",
        "pol¡ce",
        "sh€lter",
        "lvl B",
        "see wayside.health",
        "192.0.2.1/x",
        "example dot com",
        "POLlCE",
        "pollce",
        "PoLlCe",
        "\u0440\u043e\u04cf\u0456\u0441\u0435",
        "\u1d18\u1d0f\u029f\u026a\u1d04\u1d07",
        "\uff50\uff4f\uff4c\uff49\uff43\uff45",
        "\U0001d4f9\U0001d4f8\U0001d4f5\U0001d4f2\U0001d4ec\U0001d4ee",
        "p\u0335o\u0335lice",
        "pol\ufe0fice",
        "po\u3164lice",
        "po\u034flice",
        "po\nlice",
        "s\u03bf\u03bfn in c\u03bfurt",
        "C0URT",
        "c()urt"[:1] + "ourt",
        "D0MEST1C",
        "dornestic",
        "5h3lt3r",
        "po!ice",
        "POL|CE",
        "1eveI B",
        "clase B",
        "is it a B",
        "See gate A",
        "v\u00edctlma",
        "\U0001f693 is here",
        "\u2696 at ten",
        "\u202eecilop",
        "Meet me at the courthouse",
        "Courtroom 3, 9:00",
        "The policeman called",
        "Ask the cops",
        "call 911",
        "DV office at 10",
        "your DVPO is ready",
        "50B is signed",
        "the DA called",
        "the jailhouse",
        "abusing",
        "advocating",
        "pol:ce",
        "poliice",
        "policce",
        "she7ter",
        "sh\u00a3lter",
        "p\u00a4lice",
        "\u00a2ustody",
        "attomey",
        "hp[.]org",
        "hp\u3002org",
        "hp(dot)org",
    ],
)
def test_a_body_that_tells_is_refused_however_it_is_written(said: str) -> None:
    with pytest.raises(UnfitWording):
        WORDS.check(said)


@pytest.mark.req("30")
@pytest.mark.parametrize(
    "said",
    [
        "See you Tuesday",
        "Running ten late",
        "Is 10:00 OK?",
        "Thanks. Talk soon",
        "10.30am is OK",
        "До вторника",
        "¿Está bien a las 10:00?",
        "All good, call at 11:11",
        "A friend can come",
        "A las diez",
        "10 A.M. is fine!",
        "Bring the ball (blue) & $5",
        "Καλημέρα",
        "Il fait beau",
        "Nos vemos el miércoles",
        "The coop, Monday: 9 to 5; see you",
        "Good book. I will call, soon",
        "Come, organize with us",
    ],
)
def test_an_ordinary_body_passes(said: str) -> None:
    assert WORDS.check(said).pieces == 1


@pytest.mark.req("30")
@pytest.mark.parametrize(
    "said",
    [
        "Is Jordan out?",
        "JORDAN",
        "jórdan",
        "About Pike's car",
        "about jordan pike",
        "P\u00adike",
        "p i k e",
        "P\u0131ke",
        "P1KE",
        "PlKE",
        "J0rdan",
        "\u0458ordan",
        "PIK\u0395",
        "Pike-Lee",
        "Is Li out?",
        "L\u0131",
    ],
)
def test_the_partners_name_is_refused(said: str) -> None:
    with pytest.raises(UnfitWording):
        WORDS.check(said, names=["Jordan O'Pike-Li", "Jordan Pike"])


ANYBODY = ("Darnell Quick", "Sean O'Brien", "Anne-Marie Roe")


def finds_names_however_they_are_written(deny: DenyList) -> None:
    said = ("\u00d0arnell is in", "Damell called", "Darrnell", "Mr Obrien moved", "OBRIEN", "Annemarie")
    assert [each for each in said if deny.found_in(each, names=ANYBODY) is None] == []


@pytest.mark.req("30")
def test_a_name_is_found_without_its_apostrophe_with_doubled_letters_and_with_m_for_rn() -> None:
    finds_names_however_they_are_written(WORDS.deny)


@pytest.mark.req("30")
@pytest.mark.parametrize("forgotten", ["_forms", "without_doubles", "_parts"])
def test_planted_look_at_names_as_they_stand_is_caught(forgotten: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from outreach.messaging import deny_list

    def words_of(name: str) -> list[str]:
        return re.split(r"[\s'.-]+", name)

    as_it_stands = {"_forms": lambda word: (word,), "without_doubles": lambda read: "", "_parts": words_of}[forgotten]
    monkeypatch.setattr(deny_list, forgotten, as_it_stands)

    with pytest.raises(AssertionError):
        finds_names_however_they_are_written(WORDS.deny)


def test_a_name_that_is_nearly_a_word_refuses_no_ordinary_text() -> None:
    assert WORDS.check("All is well. Let me know if it is not.", names=["Ali Liang", "Al Noor"]).pieces == 1


MIMICS = {
    "a": "аａ@4\u0251",
    "c": "сｃϲ",
    "e": "еｅ3€",
    "i": "іｉ1!|lI\u0131",
    "l": "ｌ1|I\u04cf",
    "o": "оｏο0",
    "s": "ѕｓ5$",
    "t": "ｔ7+",
}
"""Written by hand, apart from the program's own table."""


def disguises(word: str) -> list[str]:
    """Every way to write a word with one letter disguised throughout, plain and in capitals."""
    found = [word.replace(letter, mimic) for letter, mimics in MIMICS.items() if letter in word for mimic in mimics]
    return [
        *found,
        *(each.upper() for each in found),
        *(f"{word[:2]}{hidden}{word[2:]}" for hidden in "\u200b\u00ad\u0301\ufe0f\u2060"),
    ]


def passing(deny: DenyList) -> list[str]:
    """Return the disguised forbidden words a list lets through."""
    words = [word for word in sorted(deny.words) if len(word) >= 4]
    return [each for word in words for each in disguises(word) if deny.found_in(each) is None]


@pytest.mark.req("30")
def test_no_forbidden_word_passes_in_any_disguise() -> None:
    assert passing(WORDS.deny) == []


@pytest.mark.req("30")
def test_planted_list_without_look_alikes_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    from outreach.messaging import look_alikes

    monkeypatch.setattr(look_alikes, "_table", dict)

    assert passing(WORDS.deny)


def test_a_refusal_never_repeats_the_name_or_the_body() -> None:
    with pytest.raises(UnfitWording) as refused:
        WORDS.check("About Jordan", names=["Jordan Pike"])

    assert "ordan" not in str(refused.value)


@given(st.sampled_from(sorted(WORDS.deny.words)), st.text(" .,!?-", max_size=4), st.booleans())
@settings(max_examples=400, deadline=None)
def test_no_forbidden_word_passes_in_any_case_or_between_marks(word: str, marks: str, is_loud: bool) -> None:
    body = f"{marks} {word.upper() if is_loud else word} {marks}"

    assert WORDS.deny.found_in(body) is not None


def test_planted_list_that_forgets_case_is_caught() -> None:
    class CaseBound(DenyList):
        def found_in(self, said: str, *, names: object = ()) -> str | None:
            return next((word for word in self.words if word in said), None)

    bound = CaseBound(WORDS.deny.words)

    assert bound.found_in("COURT") is None
    assert WORDS.deny.found_in("COURT") is not None


@pytest.mark.req("42")
def test_one_curly_quote_no_longer_doubles_the_price() -> None:
    curly = "Don’t worry – it’s “set” …"

    assert count_segments(curly).encoding == "UCS-2"
    assert count_segments(plain(curly)).encoding == "GSM-7"


@pytest.mark.req("42")
@pytest.mark.parametrize(
    ("said", "encoding", "units", "count"),
    [
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("ł" * 70, "UCS-2", 70, 1),
        ("ł" * 71, "UCS-2", 71, 2),
        ("😀" * 35, "UCS-2", 70, 1),
        ("¿áé?", "UCS-2", 4, 1),
        ("¿éñ?", "GSM-7", 4, 1),
    ],
)
def test_units_and_segments_are_counted_as_phones_count_them(said: str, encoding: str, units: int, count: int) -> None:
    assert count_segments(said) == (encoding, units, count)


@pytest.mark.req("42")
def test_a_text_is_one_segment_unless_it_was_said_that_it_may_be_two_and_never_more() -> None:
    with pytest.raises(UnfitWording, match="2 texts long, and one must do"):
        WORDS.check("so " * 60)
    assert WORDS.check("so " * 60, most_segments=2).pieces == 2
    for most in (2, 3, 99):
        with pytest.raises(UnfitWording, match="two at most"):
            WORDS.check("so " * 110, most_segments=most)
    with pytest.raises(UnfitWording, match="short alphabet"):
        WORDS.check("ł" + "so " * 30)


@pytest.mark.parametrize(
    "changed",
    [
        {"sender": "Ana"},
        {"day": "Maria"},
        {"time": "10am Maria"},
        {"language": "xx"},
        {"template": "free"},
        {"day": None},
    ],
)
def test_only_values_from_the_lists_go_into_a_template(changed: dict[str, str | None]) -> None:
    choice = {"template": "reminder", "language": "en", "sender": "Front desk", "day": "Monday", "time": "10:00"}

    with pytest.raises(UnfitWording):
        WORDS.compose(FromTemplate(**(choice | changed)))  # type: ignore[arg-type]
