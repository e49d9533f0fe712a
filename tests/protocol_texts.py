"""The lengths of time that the text of a protocol names."""

import re

LENGTH = re.compile(r'"(\d+) (minutes?|hours?|business days?)"')


def lengths(text: str) -> list[tuple[int, str]]:
    """Return each length of time a file names: where it stands, and the words around it."""
    return [
        (each.start(1), text[max(0, text.rfind("\n", 0, each.start())) : each.end()].strip())
        for each in LENGTH.finditer(text)
    ]
