"""
What an incoming text does by itself: STOP stops, a YES may confirm, everything else is for a person. Pure.

Keywords count only alone ("ending the lease" is not END). Phrases, slips of the thumb and ambiguous refusals stop
too, and a person asks her: a text too few is repairable. START re-enables nothing.
Source: 47 CFR 64.1200(a)(10); requirements 31 and 33.
"""

import re
import unicodedata
from enum import StrEnum


class Said(StrEnum):
    """What an incoming text amounts to."""

    STOP = "stop"
    PERHAPS_STOP = "perhaps_stop"
    NO = "no"
    """A bare no: a refusal, unless she is being talked with right now."""
    START = "start"
    YES = "yes"
    OTHER = "other"


def _words_of(line: str) -> frozenset[str]:
    return frozenset(line.split())


STOPPING = frozenset({Said.STOP, Said.PERHAPS_STOP, Said.NO})
"""What stops texts to the phone at once."""

KEYWORDS = _words_of(
    "stop stopall end quit revoke cancel unsubscribe unsub optout remove removeme"
    " alto parar pare parese para basta cancelar cancele detener deten detente salir baja fin termina terminar nomas"
    " revocar revoco"
)
"""The exact set: alone, in any case, spacing, punctuation and accents, said once or again, letters drawn out."""

_START = _words_of("start unstop startall resume empezar comenzar reanudar")
_YES = _words_of("yes y ok okay si sip yesplease siporfavor")
_NO = _words_of("no nope nah nothanks nothankyou nogracias noplease noporfavor")

_REFUSALS = re.compile(
    r"\b(stop|alto|basta|unsubscribed?|unsuscribe|opt(ing)? out|wrong (number|person)|not (her|me|she)|"
    r"leave (me|us) alone|"
    r"(do not|dont|never|cant|cannot|can not) (ever )?(text|txt|message|msg|contact|write|call|send)|"
    r"(do not|dont) want (any|more|your|these|texts?|messages?|to (get|receive|hear))|"
    r"no (more |mas )?(texts?|texting|txts?|messages?|msgs|mensajes?)|no more$|"
    r"(quit|end|cancel) (the |these |this |my |all |sending |texting |messaging )*(texts?|texting|messages|me)|"
    r"no (me |nos |le )?(vuelva[ns]?( a)? |siga[ns]? )?(escrib|mand|envi|contact|llam|text|molest)\w*|"
    r"ya no (quiero|mas|me)|numero equivocado|persona equivocada|dejenme|dejeme|dejame|dejen de|deje de|deja de|"
    r"(quite|quiten|saque|saquen|borre|borren|elimine|eliminen) ?me|who (is|s|are|r) (this|dis|you|u)|"
    r"whos this|who dis|new phone|quien (es|eres|habla)|de quien es|take me off|"
    r"(remove|delete|lose|erase) (me|my|this)|"
    r"not interested|no me interesa|no quiero( mas| recibir| mensajes?| textos?| nada| que me| saber|$)|"
    r"no gracias|no thanks|no thank you)\b"
)
_HERSELF_NO_MORE = re.compile(
    r"\b((dar(me|nos)?|da(me|nos)|den(me|nos)) de baja|desu?s[cu]*scri\w*|cancel\w* (la |mi |esta )?suscrip\w*|"
    r"(saqu?e?|saca|quita|borra|elimina)(me|nos)\b|no (me |nos )?molest\w*|ya no$|no mas$|"
    r"no (soy (ella|el|yo|esa)|es mi (numero|telefono|celular))|quien (manda|envia|escribe)|"
    r"no more$|spam\w*|harass\w*|go away|(fuck|piss|f|eff|bug|buzz|back) off|let me be|leave (me|us) be|"
    r"(block|blocked|blocking|report|reported|reporting) (you|u|this|ur|your|the number)|do not disturb|"
    r"(dont|do not|stop) (bother|disturb|reply|respond|use (this|my))|not (now|any ?more)$|"
    r"no longer (interested|want|wish)|(dont|do not) want (this|it|them)$|"
    r"chang(ed|e) my mind|wrong (no|phone|cell|num)\b|not my (number|phone|cell)|whos? (is )?(texting|writing|sending)|"
    r"(delete|take|remove|lose|erase) (this |my |the )*(number|phone)|"
    r"this (is not|isnt) (?!urgent|fair|good|right|working|easy|bad|true|ok|okay|new|mine|for)\w+$|"
    r"(no|not|never|revoke|withdraw|take back|without) (\w+ )?consent)\b"
)
"""Further ways to say that no text is wanted here."""
_WHO = r"(he|she|hes|they|somebody|someone|husband|boyfriend|partner|ex|esposo|marido|novio|pareja|el|ella|alguien)"
_NOT_ALONE = re.compile(
    r"\b((not|isnt|no longer|never|aint) safe|unsafe|no (es|esta|estoy|soy) segur[oa]|es peligroso|"
    rf"{_WHO} (is |can |will |just |keeps? |always )*"
    r"(has|got|took|found|reads?|reading|sees?|saw|checks?|checked|checking|watching|looking at|going through|"
    r"lee|leyo|ve|vio|revisa|reviso|tiene|encontro|agarro) "
    r"((my |this |the |these |mi |mis |este |esta )?(phone|cell|texts?|messages?|telefono|celular|mensajes?|textos?)"
    r"|this|it|them|everything|esto|eso|todo)|"
    rf"{_WHO} (is |esta )?(here|home|aqui|en casa|watching|next to me)$)\b"
)
"""She is not alone with this phone: no text may come there until a person has asked her."""
_ALONE = frozenset(
    _words_of("block blocked report reported spam enough cease desist halt refuse decline withdraw dont unsafe wrong")
    | _words_of("desuscribir desuscribirme eliminar borrar quitar yano yanomas")
)
"""Words that say no by themselves, and nothing inside a sentence."""
_AROUND_IT = frozenset(
    {"please", "pls", "plz", "now", "already", "it", "this", "that", "all", "me", "us", "texting", "text", "texts"}
    | {"message", "messages", "por", "favor", "porfa", "porfis", "ya", "esto", "mensaje", "mensajes", "los", "just"}
    | {"thanks", "thank", "you", "gracias", "hi", "hello", "hola", "ok", "the", "con", "eso", "de", "enviar", "pues"}
)
"""Words that leave a stop word what it is: "please quit", "para ya". A person asks her all the same."""
_OFTEN_MISTYPED = ("stop", "stopall", "quit", "cancel", "unsubscribe", "revoke", "optout", "cancelar", "detener")
_REAL_WORDS = _words_of(
    "shop step top stoop stomp slop stow store story quiet quite quilt suit quid quip quits cancer canela evoke provoke"
    " detenerse cancelas cancelan spot finn parra"
)
"""Words a slip away from a keyword that mean something else."""
_STOP_SIGNS = re.compile("[\U0001f6d1⛔\U0001f6ab✋\U0001f590]")
_CYRILLIC_AND_GREEK = str.maketrans("аеорстхуіѕαεοντυ$", "aeopctxyisaeovtus")
_LINES = re.compile(r"\n|\r| --? ")
_DRAWN_OUT = re.compile(r"(.)\1+")


def read_reply(body: str, *, provider_says: str = "") -> Said:
    """
    Return what an incoming text amounts to, whatever its case, accents, spacing and punctuation.

    Args:
        provider_says: Twilio's OptOutType, where its own opt-out took the text for a keyword.
    """
    words = _words(body)
    joined = "".join(words)
    if provider_says.upper() == "STOP" or _is_keyword(joined) or (words and all(map(_is_keyword, words))):
        return Said.STOP
    bare = [word for word in words if word not in _AROUND_IT]
    around = "".join(bare)
    if _is_keyword(around) or around in _ALONE or _is_slip(around) or _STOP_SIGNS.search(body) or _refuses(words, bare):
        return Said.PERHAPS_STOP
    if any(_is_keyword("".join(_words(line))) for line in _LINES.split(body)):
        return Said.PERHAPS_STOP  # With what a phone signs beneath it.
    if joined in _NO or around in _NO:
        return Said.NO
    if provider_says.upper() == "START" or joined in _START:
        return Said.START
    return Said.YES if joined in _YES else Said.OTHER


def _refuses(words: list[str], bare: list[str]) -> bool:
    """Say whether a refusal stands among the words, or among those that are left without the polite ones."""
    whole = (" ".join(words), " ".join(bare))
    return any(each.search(said) for each in (_REFUSALS, _HERSELF_NO_MORE, _NOT_ALONE) for said in whole)


def _words(body: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", body).casefold().translate(_CYRILLIC_AND_GREEK)
    bare = "".join(c for c in folded if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return re.findall(r"[^\W_]+", bare.replace("'", "").replace("’", ""))


def _is_keyword(word: str) -> bool:
    return word in KEYWORDS or (word not in _REAL_WORDS and _DRAWN_OUT.sub(r"\1", word) in _SHORT_KEYWORDS)


def _is_slip(word: str) -> bool:
    """Say whether a lone word is one slip of the thumb from a keyword, and no word of its own."""
    return word not in _REAL_WORDS and any(_is_one_slip(word, each) for each in _OFTEN_MISTYPED)


def _is_one_slip(one: str, other: str) -> bool:
    """One letter too many, too few, another, or two swapped."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    pairs = enumerate(zip(one, other, strict=False))
    start = next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
    rest, theirs = one[start:], other[start:]
    swapped = len(rest) > 1 and len(theirs) > 1 and rest[:2] == theirs[1::-1] and rest[2:] == theirs[2:]
    return swapped or rest[1:] == theirs[1:] or rest[1:] == theirs or rest == theirs[1:]


_SHORT_KEYWORDS = frozenset(_DRAWN_OUT.sub(r"\1", each) for each in KEYWORDS)
"""Keywords with doubled letters made single, so that STOOOPP is one."""
