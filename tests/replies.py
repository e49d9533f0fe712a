"""What people write back: stops, refusals, slips of the thumb, and ordinary sentences. Lists for tests."""

STOPS = ["stop all", "opt out", "OPT-OUT", "no más", "NO MÁS", "¡Pare!", "remove me", "stop, STOP. stop", "$TOP"]
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
PERHAPS += [
    "QUIT\nSent from my iPhone", "END\n\nSent from my Galaxy", "cancel -- Sent via T-Mobile",
    "darme de baja", "dame de baja", "quiero darme de baja", "me quiero dar de baja", "desuscribir", "desuscribirme",
    "cancelar suscripción", "eliminar", "borrar", "quitar", "quítame", "sácame de la lista",
    "no molestar", "no molesten", "ya no", "no soy ella", "i dont want this", "wrong #",
    "no es mi número", "quien manda esto", "no more pls", "No more, please",
    "spam", "this is spam", "reported", "block", "I'm blocking this number", "go away", "f off", "fuck off", "don't",
    "Do not reply", "not now", "not anymore", "no longer interested", "I changed my mind", "please dont", "leave me be",
    "let me be", "enough", "dont bother me", "do not disturb", "wrong no", "wrong phone", "not my number",
    "this isn't lena", "who's texting", "delete number", "do not use this number", "dont use this phone", "cease",
    "halt", "refuse", "no consent", "I do not consent", "revoke consent", "I revoke my consent", "withdraw consent",
]  # fmt: skip
NOT_ALONE = [
    "not safe", "it's not safe", "its not safe to text me", "unsafe", "he has my phone", "he reads my texts",
    "my husband sees this", "he is here", "hes home", "he can see it", "someone is reading my messages", "no es seguro",
    "no es seguro escribirme", "él ve mi teléfono", "él tiene mi celular", "mi esposo lee esto", "mi novio está aquí",
]  # fmt: skip
MISTYPED = ["stpo", "sotp", "stp", "stopo", "srop", "stip", "qiut", "cancl", "cancle", "unsubcribe", "unsuscribe",
            "unsubscrib", "revok", "detner", "cancelra"]  # fmt: skip
HARMLESS = [
    "I am ending the lease", "ending the lease", "the bus is late", "canceled my other thing", "at the end of May",
    "OK see you", "", "👍", "yes I can quit early on Friday", "START", "UNSTOP", "HELP", "I quit my job", "END of May",
    "cancel my Tuesday", "para mi hermana el martes", "la baja de mi hermano", "el fin de semana", "call me",
    "he has the kids on Friday", "is it safe to park there?", "he is here on Monday", "I am not hungry", "im not sure",
    "the block party is at six", "enough for everyone", "the report is due", "this is not urgent", "I feel safe now",
    "estoy segura", "no estoy", "he has a new job", "tell him it is at ten", "he sees the doctor at two", "back at six",
    "costs $5 to park", "no more than ten minutes late", "can you drop off the key", "I dont mind",
    "ella viene conmigo", "ya no tengo hambre", "me baja la fiebre", "Tuesday\nor Wednesday",
    "my phone is new", "she got the job",
    "shop", "step", "quite", "Finn", "I dont want him to know", "no quiero volver a casa", "yes", "sí", "¿a qué hora?",
]  # fmt: skip
