"""
What is never written down of her: whether she may be in the country (requirement 82). Pure.

The need is "legal", and no more. A lawyer asks the rest; what is not stored can not be asked of us by any court.
"""

import re
import unicodedata

_WORDS = (
    r"\w*immigra\w*",
    r"emigra\w*",
    r"migrator\w*",
    r"inmigra\w*",
    r"migra",
    r"un ?documented",
    r"in ?documentad[ao]s?",
    r"deport\w*",
    r"asylum",
    r"asilo",
    r"refugee",
    r"refugiad[ao]",
    r"visas?(?! cards?)",
    r"green ?cards?",
    r"(?:no|without|legal|immigration) papers?(?! (?:towels?|plates?|bags?|work))",
    r"papers? status",
    r"sin papeles",
    r"no tiene papeles",
    r"(?:non |un )?citizen(?:ship|s)?",
    r"ciudadan[iao]\w*",
    r"(?:legal|residence|residency|permanent) status",
    r"permanent resident",
    r"residencia permanente",
    r"(?:is|are|am|being|here) (?:she |he |they )?illegal(?:ly)?",
    r"illegals?(?: (?:alien|immigrant|status))",
    r"ilegal(?:es)?",
    r"ice (?:hold|agents?|detain\w*|raid)",
    r"daca",
    r"tps",
    r"uscis",
    r"work permit",
    r"permiso de trabajo",
    r"country of (?:origin|birth)",
    r"(?:over ?stay\w*)",
    r"self ?petition\w*",
)
_STATUS = re.compile(rf"(?<!\w)(?:{'|'.join(_WORDS)})(?!\w)")

SAY_LEGAL = "Never write this down here. Choose the need “Legal help”, and leave these words out."
"""What a screen says instead of storing it."""


def tells_status(words: str) -> bool:
    """Say whether words may tell of her leave to be in the country, in English or Spanish, in any dress."""
    return bool(_STATUS.search(_folded(words)))


def _folded(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words.casefold())
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return " ".join(re.findall(r"\w+", letters.replace("’", "'")))
