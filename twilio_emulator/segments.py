"""How many segments a body takes: GSM-7 160/153 septets, UCS-2 70/67 units. Source: 3GPP TS 23.038."""

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = "^{}\\[~]|€\f"
_SEPTETS = dict.fromkeys(BASIC, 1) | dict.fromkeys(EXTENDED, 2)


def count(body: str) -> int:
    """Return the number of segments, at least one."""
    if all(letter in _SEPTETS for letter in body):
        length, single, part = sum(_SEPTETS[letter] for letter in body), 160, 153
    else:
        length, single, part = len(body.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= single else -(-length // part)
