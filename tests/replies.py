"""What people write back: stops, refusals, slips of the thumb, and ordinary sentences. Lists for tests."""

STOPS = ["stop all", "opt out", "OPT-OUT", "no más", "NO MÁS", "¡Pare!", "remove me", "stop, STOP. stop"]
PERHAPS = [
    "please stop texting me", "STOP please", "stop it", "ok stop", "para ya", "ya para", "pare por favor", "Basta ya!",
    "wrong number", "don't text me", "DON’T TEXT", "do not contact me again", "never call me", "no more messages",
    "no me escriban más", "no me escriba", "no escribas mas", "ya no me manden mensajes", "no me moleste",
    "no vuelvan a escribir", "no quiero mensajes", "no quiero", "dejen de escribirme", "déjeme en paz", "quítenme",
    "bórreme de la lista", "Número equivocado", "persona equivocada", "leave me alone", "who is this?", "who dis",
    "new phone who dis", "¿Quién es?", "quien habla", "quit texting me", "please quit", "cancel please",
    "end this please", "no texts", "detener mensajes", "no mas por favor", "take me off your list", "lose this number",
    "not interested", "no thanks", "no gracias", "\U0001f6d1", "stop by on Monday", "I said STOP", "this is not her",
]  # fmt: skip
MISTYPED = ["stpo", "sotp", "stp", "stopo", "srop", "stip", "qiut", "cancl", "cancle", "unsubcribe", "unsuscribe",
            "unsubscrib", "revok", "detner", "cancelra"]  # fmt: skip
HARMLESS = [
    "I am ending the lease", "ending the lease", "the bus is late", "canceled my other thing", "at the end of May",
    "OK see you", "", "👍", "yes I can quit early on Friday", "START", "UNSTOP", "HELP", "I quit my job", "END of May",
    "cancel my Tuesday", "para mi hermana el martes", "la baja de mi hermano", "el fin de semana", "call me",
    "shop", "step", "quite", "Finn", "I dont want him to know", "no quiero volver a casa", "yes", "sí", "¿a qué hora?",
]  # fmt: skip
