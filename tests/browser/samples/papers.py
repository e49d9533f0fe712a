"""Texts, her yes to them and her no, letters, and blank sheets."""

from dataclasses import replace
from typing import Any

from browser.samples.marks import BACK, HANDLE, HELD, SAFE, SHE_ASKED, SIGNED_IN, UNKNOWN, at, do, form, go, radio

from portal.advocate.cards import Chip, Fact, Field, Form, Frame, Hold
from portal.advocate.cases import pages as case
from portal.advocate.cases.known_by import NO_WORD
from portal.advocate.contact import pages as contact
from portal.advocate.letters.pages import CHANCE
from portal.advocate.paper import pages as paper
from portal.advocate.paper.sheets import ABOUT
from portal.advocate.texts import consent_cards as consents
from portal.advocate.texts.sent import FOR_TWO

TEXT = contact.TextPage(
    title="Write a text",
    handle=HANDLE,
    back=BACK,
    chip=SAFE,
    hold=None,
    preview=None,
    form=form("Look at it", radio("wording", "Words", "Your time is set", "Call when you can", "I have news")),
)
TEXT_PREVIEW = replace(
    TEXT,
    preview=contact.TextPreview(
        words="Book club: Your Tuesday 10:00 time is set.",
        segments=1,
        letters=43,
        encoding="GSM-7",
        leaves="It leaves at a minute picked by chance, in her hours, in the next two days or so.",
    ),
    release=Form("/somewhere", "Send it", (Field("wording", "", "hidden", value="set"),)),
)
TEXT_TWO_PARTS = replace(
    TEXT_PREVIEW,
    preview=contact.TextPreview(
        words="I can come at ten or at four, as you like. " * 4,
        segments=2,
        letters=172,
        encoding="GSM-7",
        leaves="She asked for it, so it leaves at once.",
    ),
)
TEXT_NONE_APPROVED = replace(
    TEXT,
    form=None,
    hold=Hold(
        "No text is approved for use here.",
        "Ask the person who runs Wayside: someone must read the texts and agree to them. Until then, call.",
        (),
    ),
)
TEXT_HELD = replace(
    TEXT,
    chip=HELD,
    hold=Hold("She has not said yes to texts here.", "Ask her when you talk next.", (go("She said yes"), SHE_ASKED)),
)
CONSENT = consents.ConsentPage(
    title="Ask her about texts",
    handle=HANDLE,
    back=BACK,
    form=form(
        "Save her yes",
        radio("language", "Ask her, word for word", "May we send you short reminders by text to this phone?", "Other"),
        Field("spoken", "Which other language?", "line", error="Write the language."),
        radio("how", "How did she say yes?", "In a live call, I know her voice", "In person", hint=NO_WORD),
        Field("heard_by", "Who heard her?", "line", value="Dana R.", is_required=True),
        radio("confirms", "How does this phone confirm it?", "We called this very number", "She will send us a code"),
        Field("after_stop", "She stopped texts before. She says now that she wants them again", "tick"),
    ),
)
CONSENT_RECORD = consents.ConsentRecordPage(
    title="Texts to phone ··· 0142",
    handle=HANDLE,
    back=BACK,
    chip=Chip("Waits", "ask", "clock"),
    sentence="She said yes. Texts stay off until this phone confirms it.",
    code=consents.Code(
        digits="4821",
        until=at("Tuesday, 11 am", 11, 24),
        hint="If she had stopped them with the word STOP, ask her to send START first, then the code.",
    ),
    reply=Hold(
        "A yes without the code came from this phone today, 10 am.",
        "Anyone who holds the phone can write. Was it she? Ask her live if you are not sure.",
        (do("It was hers, start texts"),),
    ),
    steps=(do("I called this number and she said yes"), go("She wants no texts", "stop")),
    history=(
        case.TimelineRow(
            when=at("today, 9 am", 9),
            by="Dana R.",
            title="She said yes to texts.",
            words="In a live call, in Spanish: “¿Podemos mandarle recordatorios cortos por mensaje a este teléfono?”",
        ),
        case.TimelineRow(
            when=at("Nov 2", 9, 2),
            by="This phone",
            title="She wanted no more texts.",
            words="By text. For all her phones.",
        ),
    ),
    print_step=go("Print the record"),
    number_form=form(
        "Print with the whole number",
        Field("reason", "Why is the whole number needed?", "lines", error="Write why.", is_required=True),
    ),
)
CONSENT_NONE = replace(
    CONSENT_RECORD,
    chip=UNKNOWN,
    sentence="She has not said yes to texts here. Ask her in person or in a live call.",
    code=None,
    reply=None,
    steps=(go("She says yes", "main"), go("She wants no texts", "stop")),
    history=(),
    number_form=None,
)
WITHDRAWAL = consents.WithdrawalPage(
    title="She wants no texts",
    handle=HANDLE,
    back=BACK,
    form=form(
        "Stop texts now",
        radio("route", "How did she say it?", "In a call", "In person", "In a letter", "By text", error="Choose how."),
        radio("scope", "Which phones?", "All her phones. Choose this if you are not sure", "This phone only, she said"),
        Field("said_on", "On which day?", "date", hint="Leave it for today."),
        Field("said_at", "At what time?", "time"),
        Field("heard_by", "Who heard or read it?", "line", value="Dana R.", is_required=True),
    ),
)
EVIDENCE = consents.EvidencePage(
    title="Record of consent to text messages",
    back=BACK,
    number="ending in 0142",
    state="Withdrawn. No texts are sent to this number.",
    printed="November 21, 2026, 11:00:00 EST",
    zone="EST",
    entries=(
        consents.EvidenceEntry(
            "Consent given",
            (
                Fact("When", "October 20, 2026, 10:02:11 EDT"),
                Fact("How", "In a live call, to a member of staff"),
                Fact("Question, word for word", "May we send you short reminders by text to this phone?"),
                Fact("Language", "English"),
                Fact("Confirmed from this number", "October 20, 2026, 10:09:40 EDT. By a text from this number"),
            ),
        ),
        consents.EvidenceEntry("Consent withdrawn", (Fact("When", "November 2, 2026, 09:00:00 EST"),)),
    ),
    texts=(consents.EvidenceText("October 22, 2026, 09:11:05 EDT", "delivered"),),
    counted="One text was sent.",
)
LETTER = contact.LetterPage(
    title="The full letter",
    handle=HANDLE,
    back=BACK,
    sender=("PO Box 1417", "High Point, NC 27261"),
    envelope=("M. Vega", "12 FABLE LN APT 4", "HIGH POINT NC 27262"),
    words=(
        "My name is Ana. I work for a local group, not the police. Our help is free.",
        "You do not have to answer. You choose if we talk.",
    ),
    notes=(
        "This is a substitute address. Mail takes about a week more. Send it first class. Send no packages there.",
        FOR_TWO,
        CHANCE,
    ),
    hold=None,
    form=form("Release this letter"),
    shelf=go("See the letters we have"),
)
LETTER_ODD_ADDRESS = replace(
    LETTER,
    envelope=("M. Vega", "12 Fable Lane", "High Point, NC 10001"),
    notes=(),
    form=form(
        "Release this letter",
        Field(
            "as_typed",
            "Use the address as it is written",
            "tick",
            hint="The ZIP code 10001 is not in NC. Check ZIP and state.",
            error="Tick this to send it there all the same, or write the address anew.",
        ),
    ),
    steps=(go("Write the address anew"),),
)
LETTER_ARABIC = replace(
    LETTER,
    title="The short letter",
    language="ar",
    direction="rtl",
    notes=(),
    words=("مرحبًا،", "اسمي آنا. أعمل مع مجموعة محلية. مساعدتنا مجانية.", "لا يلزمك الرد. القرار لك."),
)
LETTER_TO_PICK_UP = replace(
    LETTER,
    envelope=(),
    sender=(),
    notes=(
        "She picks this one up. Hand it to her. No address is on it, and it needs no envelope.",
        "She asked for it, so it is printed at once.",
    ),
)
LETTER_HELD = replace(
    LETTER,
    form=None,
    hold=Hold("The partner may see mail here.", "Ask her first, or choose another way.", (go("Other ways"), SHE_ASKED)),
)
ADDRESS_ODD = contact.DestinationPage(
    title="Add an address",
    handle=HANDLE,
    back=BACK,
    same_as_before=None,
    form=form(
        "Save",
        Field(
            "value",
            "Address",
            "lines",
            value="12 Fable Lane\nHigh Point, NC 10001",
            hint="Street on one line, then city, state and ZIP: High Point, NC 27260.",
            error="The ZIP code 10001 is not in NC. Check ZIP and state.",
        ),
        Field("as_typed", "Keep the address as I wrote it", "tick"),
        Field("label", "What we call it", "line", hint="Such as: her sister's. No names."),
        radio("letter", "Is mail safe?", "Safe", "Not safe", "Not known", chosen="Safe"),
    ),
)
SHELF = contact.ShelfPage(
    title="The letters we have",
    rows=(
        contact.ShelfRow(
            label="The full letter, English",
            standing=Chip("Approved", "safe", "tick"),
            says="Says what we do, where mail is safe",
            reading="Grade 2.",
            approved="Approved by Ana Ruiz, November 24, 2026.",
            faults=(),
            command="wayside letters approve en/full",
            is_waiting=False,
            language="en",
            direction="ltr",
            words=LETTER.words,
        ),
        contact.ShelfRow(
            label="The short letter, Arabic",
            standing=Chip("Draft", "ask", "question"),
            says="Says little, for mail nobody checked",
            reading="No measure for this language: ask someone who grew up with it.",
            approved="Approved by nobody yet.",
            faults=("Its title shows in a print queue. Take one that tells nothing, such as Letter.",),
            command='wayside letters approve ar/short --by "Full Name"',
            is_waiting=True,
            language="ar",
            direction="rtl",
            words=LETTER_ARABIC.words,
        ),
    ),
)

PAPER_FORMS = paper.PaperFormsPage(
    back=go("Your account"),
    rows=tuple(paper.SheetRow(title, said, (go("US Letter"), go("A4"))) for title, said in ABOUT.values()),
)

PAPERS_PAGES: dict[str, tuple[str, Any, Frame]] = {
    "paper-forms": ("paper/index.html", PAPER_FORMS, SIGNED_IN),
    "text": ("texts/new.html", TEXT, SIGNED_IN),
    "text-preview": ("texts/new.html", TEXT_PREVIEW, SIGNED_IN),
    "text-two-parts": ("texts/new.html", TEXT_TWO_PARTS, SIGNED_IN),
    "text-none-approved": ("texts/new.html", TEXT_NONE_APPROVED, SIGNED_IN),
    "text-held": ("texts/new.html", TEXT_HELD, SIGNED_IN),
    "consent": ("consents/new.html", CONSENT, SIGNED_IN),
    "consent-record": ("consents/show.html", CONSENT_RECORD, SIGNED_IN),
    "consent-none": ("consents/show.html", CONSENT_NONE, SIGNED_IN),
    "withdrawal": ("consents/withdrawal.html", WITHDRAWAL, SIGNED_IN),
    "evidence": ("consents/evidence.html", EVIDENCE, SIGNED_IN),
    "letter": ("letters/new.html", LETTER, SIGNED_IN),
    "letter-odd-address": ("letters/new.html", LETTER_ODD_ADDRESS, SIGNED_IN),
    "letter-arabic": ("letters/new.html", LETTER_ARABIC, SIGNED_IN),
    "letter-to-pick-up": ("letters/new.html", LETTER_TO_PICK_UP, SIGNED_IN),
    "letter-held": ("letters/new.html", LETTER_HELD, SIGNED_IN),
    "address-odd": ("destinations/edit.html", ADDRESS_ODD, SIGNED_IN),
    "letter-shelf": ("letters/shelf.html", SHELF, SIGNED_IN),
}
