"""
Reading an e-mail address as it is typed, and telling whether two are one mailbox. Pure.

Plain letters only: a look-alike letter of another alphabet is another person's mailbox.
"""

import re

LONGEST = 254
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,64})*")
_HOST = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_DOTS_DO_NOT_COUNT = "gmail.com"
_SAME_HOST = {"googlemail.com": _DOTS_DO_NOT_COUNT}


def read_email(typed: str) -> str | None:
    """Return one typed address in small letters, or None when it can not be one; a name around it makes it none."""
    address = typed.strip().lower()
    local, _, host = address.rpartition("@")
    is_one = len(address) <= LONGEST and _LOCAL.fullmatch(local) and _HOST.fullmatch(host)
    return address if is_one else None


def mailbox(address: str) -> str:
    """
    Return the mailbox an address leads to, to be compared: without what follows a plus.

    Fails towards "the same": where a provider tells two such addresses apart, she is asked once more.
    """
    local, _, host = address.strip().lower().rpartition("@")
    host = _SAME_HOST.get(host, host)
    kept = local.partition("+")[0] or local
    return f"{kept.replace('.', '') if host == _DOTS_DO_NOT_COUNT else kept}@{host}"
