"""Talking with her by text, her code word, and numbers nobody knows."""

from dataclasses import replace
from typing import Any

from browser.samples.marks import BACK, HANDLE, SIGNED_IN, as_shown, at, do, go

from outreach.her_word.code_words import Answer
from outreach.messaging.stop_words import Said
from outreach.terms import TextState
from portal.advocate import words
from portal.advocate.cards import Frame, Hold
from portal.advocate.contact.code_words import ANSWERS, HELP, CheckForm, NewWordForm
from portal.advocate.forms import offer
from portal.advocate.texts import conversation_pages as talk
from portal.advocate.texts.conversations import FROZEN, NOTES, UNVERIFIED, VERIFIED
from portal.advocate.texts.unknown_numbers import AttachForm, DismissForm

# Talking with her by text

ONE_TAP = (do("Someone else answered", "stop"), do("Wrong number"))
CALL_OR_TEXT = (go("Check her code word"), go("Call", "main"), go("Text"))
FROM_HER = talk.MessageRow(
    side="theirs",
    label="From phone ··· 0142",
    when=at("today, 10:40 am", 10),
    chip=UNVERIFIED,
    words="ok yes\ncall me after 5 but not the house phone",
)
CONVERSATION = talk.ConversationPage(
    title="Conversation",
    handle=HANDLE,
    back=BACK,
    sentence="Whoever holds the phone can read this, and can write it. Check her code word before you say more.",
    lines=(
        talk.LineCard(label="Phone ··· 0142, cell", chip=UNVERIFIED, steps=CALL_OR_TEXT, stops=ONE_TAP),
        talk.LineCard(label="Phone ··· 0177, her sister's", chip=FROZEN),
    ),
    rows=(
        FROM_HER,
        talk.MessageRow(
            side="ours",
            label="To phone ··· 0142",
            when=at("today, 10:02 am", 10),
            chip=words.TEXT_STATES[TextState.DELIVERED],
            words="Choir: Call when you have a moment. No rush.",
        ),
        replace(FROM_HER, when=at("Nov 20", 9, 20), words="STOP", note=NOTES[Said.STOP]),
        replace(FROM_HER, when=at("Nov 19", 9, 19), words="", note="A picture came with it. We do not open those."),
        talk.MessageRow(
            side="ours",
            label="To phone ··· 0142",
            when=at("Nov 23", 9, 23),
            chip=words.TEXT_STATES[TextState.HELD],
            words="Choir: Your time on Tuesday is set.",
            hold=Hold("She stopped texts.", "Ask her, live, if texts are OK again.", (go("Texts to this phone"),)),
            steps=(do("Cancel"),),
        ),
    ),
    has_more=True,
)
CONVERSATION_CHECKED = replace(
    CONVERSATION,
    lines=(talk.LineCard(label="Phone ··· 0142, cell", chip=VERIFIED, steps=CALL_OR_TEXT, stops=ONE_TAP),),
    rows=(replace(FROM_HER, chip=VERIFIED, words="yes i can talk"), *CONVERSATION.rows[1:2]),
    has_more=False,
)
CONVERSATION_EMPTY = replace(CONVERSATION, rows=(), has_more=False)
CODE_WORD = talk.CodeWordPage(
    title="Code word",
    handle=HANDLE,
    back=BACK,
    answer=None,
    is_right=False,
    form=as_shown(CheckForm, "Check it", line=offer([("1", "Phone ··· 0142, cell"), ("2", "In person")])),
    new=go("Choose a new word with her"),
)
CODE_WORD_RIGHT = replace(
    CODE_WORD, answer=Hold(*ANSWERS[Answer.RIGHT], (go("Conversation", "main"),)), is_right=True, form=None
)
CODE_WORD_WRONG = replace(CODE_WORD, answer=Hold(*ANSWERS[Answer.WRONG], ()))
CODE_WORD_NONE = replace(CODE_WORD, answer=Hold(*ANSWERS[Answer.NOT_SET], ()), form=None)
CODE_WORD_RESTING = replace(
    CODE_WORD, answer=Hold("Too many words were wrong.", f"Checks rest until 11:15 am. {HELP}", ()), form=None
)
CODE_WORD_NEW = talk.NewCodeWordPage(
    title="Choose her code word", handle=HANDLE, back=BACK, form=as_shown(NewWordForm, "Keep it")
)
UNKNOWN_NUMBERS = talk.UnknownNumbersPage(
    rows=tuple(
        talk.UnknownRow(
            sentence=f"A number we do not know. {texts}", when=at("Nov 20", 9, 20), steps=(go("Read", "main"),)
        )
        for texts in ("One text.", "61 texts.")
    ),
    more=3,
    back=go("Team"),
)
NO_UNKNOWN_NUMBERS = replace(UNKNOWN_NUMBERS, rows=(), more=0)
UNKNOWN_NUMBER = talk.UnknownNumberPage(
    title="A number we do not know",
    handle="(336) 555-0188",
    back=go("Unknown numbers"),
    rows=(replace(FROM_HER, label="From this number", words="its me on my new phone pls call"),),
    more=2,
    attach=as_shown(AttachForm, "It belongs to this case"),
    dismiss=as_shown(DismissForm, "Take it off the list"),
)

CONVERSATIONS_PAGES: dict[str, tuple[str, Any, Frame]] = {
    "conversation": ("conversations/show.html", CONVERSATION, SIGNED_IN),
    "conversation-checked": ("conversations/show.html", CONVERSATION_CHECKED, SIGNED_IN),
    "conversation-empty": ("conversations/show.html", CONVERSATION_EMPTY, SIGNED_IN),
    "code-word": ("code-words/show.html", CODE_WORD, SIGNED_IN),
    "code-word-right": ("code-words/show.html", CODE_WORD_RIGHT, SIGNED_IN),
    "code-word-wrong": ("code-words/show.html", CODE_WORD_WRONG, SIGNED_IN),
    "code-word-resting": ("code-words/show.html", CODE_WORD_RESTING, SIGNED_IN),
    "code-word-none": ("code-words/show.html", CODE_WORD_NONE, SIGNED_IN),
    "code-word-new": ("code-words/new.html", CODE_WORD_NEW, SIGNED_IN),
    "unknown-numbers": ("unknown-numbers/list.html", UNKNOWN_NUMBERS, SIGNED_IN),
    "unknown-numbers-empty": ("unknown-numbers/list.html", NO_UNKNOWN_NUMBERS, SIGNED_IN),
    "unknown-number": ("unknown-numbers/show.html", UNKNOWN_NUMBER, SIGNED_IN),
}
