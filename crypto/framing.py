"""Joins byte strings so that no two different lists of parts give the same bytes."""


def framed(*parts: str | bytes) -> bytes:
    """Return each part (text as UTF-8) behind its length as four big-endian bytes."""
    pieces: list[bytes] = []
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        pieces += (len(data).to_bytes(4), data)
    return b"".join(pieces)
