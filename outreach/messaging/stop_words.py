"""
What an incoming text does by itself: STOP stops, a YES may confirm, everything else is for a person. Pure.

Keywords count only alone ("ending the lease" is not END). Phrases and ambiguous refusals stop too, and a person asks
her: a text too few is repairable. START re-enables nothing. Source: 47 CFR 64.1200(a)(10); requirements 31 and 33.
"""

import re
import unicodedata
from enum import StrEnum


class Said(StrEnum):
    """What an incoming text amounts to."""

    STOP = "stop"
    PERHAPS_STOP = "perhaps_stop"
    START = "start"
    YES = "yes"
    OTHER = "other"


_STOP = frozenset(
    {
        "stop",
        "stopall",
        "stopp",
        "stoppp",
        "end",
        "quit",
        "revoke",
        "revoco",
        "cancel",
        "unsubscribe",
        "unsub",
        "optout",
        "remove",
        "removeme",
        "alto",
        "parar",
        "pare",
        "parese",
        "para",
        "basta",
        "cancelar",
        "cancele",
        "detener",
        "deten",
        "detente",
        "salir",
        "baja",
        "fin",
        "termina",
        "terminar",
        "nomas",
    }
)
_START = frozenset({"start", "unstop", "startall", "resume", "empezar", "comenzar", "reanudar"})
_YES = frozenset({"yes", "y", "ok", "okay", "si", "sip", "yesplease", "siporfavor"})
_REFUSALS = re.compile(
    r"\b(stop|alto|basta|unsubscribe|opt out|wrong number|wrong person|not (her|me|she)|leave me alone|"
    r"(do not|dont|never) (text|txt|message|msg|contact|write|call)|"
    r"no (more |mas )?(text|texts|texting|message|messages|mensajes)|"
    r"no (me )?(escriba|escribas|escriban|mande|mandes|manden|contacte|contactes|contacten|llame|llames)|"
    r"numero equivocado|persona equivocada|dejeme en paz|dejame en paz|dejen de|deje de|deja de|"
    r"who is this|quien es|quien eres|take me off|lose this number|not interested|no me interesa|no quiero)\b"
)

_AROUND_IT = frozenset(
    {"please", "pls", "now", "already", "it", "this", "that", "all", "me", "us", "texting", "text", "texts"}
    | {"message", "messages", "por", "favor", "porfa", "ya", "esto", "mensaje", "mensajes", "los"}
)
"""Words that leave a stop word what it is: "please quit", "pare por favor". A person asks her all the same."""
_STOP_SIGNS = re.compile("[\U0001f6d1⛔\U0001f6ab]")


def read_reply(body: str) -> Said:
    """Return what an incoming text amounts to, whatever its case, accents, spacing and punctuation."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", body.casefold()) if not unicodedata.combining(c))
    words = re.findall(r"[^\W_]+", bare.replace("'", "").replace("’", ""))
    joined = "".join(words)
    if joined in _STOP:
        return Said.STOP
    bare_of_manners = "".join(word for word in words if word not in _AROUND_IT)
    if bare_of_manners in _STOP or _REFUSALS.search(" ".join(words)) or _STOP_SIGNS.search(body):
        return Said.PERHAPS_STOP
    if joined in _START:
        return Said.START
    return Said.YES if joined in _YES else Said.OTHER
