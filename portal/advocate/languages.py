"""Languages by their tag, as people say them: those an advocacy organisation in the United States is asked for."""

WORDS = {
    "en": "English",
    "es": "Spanish",
    "am": "Amharic",
    "ar": "Arabic",
    "ase": "American Sign Language",
    "bn": "Bengali",
    "my": "Burmese",
    "zh": "Chinese",
    "fa": "Farsi or Dari",
    "fr": "French",
    "de": "German",
    "gu": "Gujarati",
    "ht": "Haitian Creole",
    "hi": "Hindi",
    "hmn": "Hmong",
    "ja": "Japanese",
    "kar": "Karen",
    "km": "Khmer",
    "rw": "Kinyarwanda",
    "ko": "Korean",
    "lo": "Lao",
    "ne": "Nepali",
    "ps": "Pashto",
    "pl": "Polish",
    "pt": "Portuguese",
    "pa": "Punjabi",
    "ru": "Russian",
    "so": "Somali",
    "sw": "Swahili",
    "tl": "Tagalog",
    "th": "Thai",
    "ti": "Tigrinya",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
}


def language_words(tag: str) -> str:
    """Return what a language is called; a tag we have no word for as it is."""
    return WORDS.get(tag) or WORDS.get(tag.split("-")[0], tag)


def offered(known: str | None) -> list[tuple[str, str]]:
    """Return the languages to choose from; what an agency sent stays one of them, whatever it is."""
    own = [] if not known or known in WORDS else [(known, language_words(known))]
    return [("", "Not known"), *own, *WORDS.items()]
