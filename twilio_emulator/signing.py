"""Twilio's request signature, written from its documentation and not from its library."""

import base64
import hashlib
import hmac


def signature(token: str, address: str, form: list[tuple[str, str]]) -> str:
    """
    Sign a callback as Twilio does: base64 of HMAC-SHA1 over the address and every parameter, sorted by name.

    The receiver never sees what stands behind the `#` of an address, so it is not signed.

    Source: https://www.twilio.com/docs/usage/security#validating-requests.
    """
    said = address.partition("#")[0] + "".join(name + value for name, value in sorted(set(form)))
    return base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()
