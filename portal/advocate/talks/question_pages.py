"""What the questions of an instrument look like, a page at a time; their end; and what they came to."""

from typing import NamedTuple
from zoneinfo import ZoneInfo

from flask import url_for

from outreach.case_file.view import CaseHead
from outreach.risk import assessments
from outreach.risk.cards import AssessmentCard
from outreach.risk.permissions import Offered
from outreach.risk.results import Answer, wants_doctor
from portal.advocate.cards import Fact, Hold, Step
from portal.advocate.forms import StrictForm
from portal.advocate.moments import day, moment
from portal.advocate.parts import now
from portal.advocate.rendering import show as render
from portal.advocate.talks import words as talk_words
from portal.advocate.talks.forms import name_of, parts_of
from portal.advocate.talks.pages import QuestionsPage, ResultPage


class OpenTalk(NamedTuple):
    """An assessment on the page: its case, its card, and its instrument while that is still the one it began with."""

    head: CaseHead
    card: AssessmentCard
    known: Offered | None

    @property
    def offered(self) -> Offered | None:
        """Return the instrument while it may be used."""
        return self.known if self.known is not None and self.known.is_on else None


def place(found: OpenTalk, endpoint: str, part: int | None = None) -> str:
    """Return the address of one of its pages."""
    case_id, row = found.head.id, found.card.id
    if part is None:
        return url_for(endpoint, case_id=case_id, assessment_id=row)
    return url_for(endpoint, case_id=case_id, assessment_id=row, part=part)


def _doctor(found: OpenTalk, form: StrictForm | None = None) -> Hold | None:
    """Return the guidance after a yes on choking: kept before, or only just typed."""
    if found.known is None:
        return None
    instrument, answers = found.known.instrument, dict(found.card.answers)
    for item in instrument.items if form is not None else ():
        if form is not None and name_of(item) in form and form[name_of(item)].data in set(Answer):
            answers[item.number] = Answer(form[name_of(item)].data)
    return talk_words.DOCTOR if wants_doctor(instrument, answers) else None


def _there(found: OpenTalk) -> Offered:
    if found.offered is None:
        raise LookupError("the instrument is off: its questions are not shown")
    return found.offered


def _back(href: str) -> tuple[Step, ...]:
    return (Step("The page before", href, look="quiet"),) if href else ()


def _all_talks(found: OpenTalk) -> Step:
    return Step(f"{found.head.handle}, talk together", url_for("assessments.index", case_id=found.head.id))


def part_page(found: OpenTalk, part: int, form: StrictForm, *, error: str = "") -> str:
    """Return a page of questions."""
    offered = _there(found)
    of, here = len(parts_of(offered.instrument)), place(found, "questions.answer", part=part)
    before = place(found, "questions.part", part=part - 1) if part > 1 else ""
    page = QuestionsPage(
        title=f"Questions, {part} of {of}",
        handle=found.head.handle,
        back=_all_talks(found),
        hers=talk_words.own_view(found.card),
        doctor=_doctor(found, form),
        sentence="Skip what does not fit. What is not asked is not a no.",
        form=form.card(here, "Go on", error=error),
        steps=(*_back(before), Step("To the end", place(found, "questions.ending"), look="quiet")),
    )
    return render("assessments/questions.html", page)


def ending_page(found: OpenTalk, form: StrictForm, *, error: str = "") -> str:
    """Return the page of the end: a total, and judgement."""
    offered = _there(found)
    instrument, answers = offered.instrument, found.card.answers
    yes = sum(1 for item in instrument.items if answers.get(item.number) is Answer.YES)
    open_ = sum(1 for item in instrument.items if answers.get(item.number) not in (Answer.YES, Answer.NO))
    is_asked = bool(instrument.items)
    last = place(found, "questions.part", part=len(parts_of(instrument))) if is_asked else ""
    page = QuestionsPage(
        title="Questions, the end",
        handle=found.head.handle,
        back=_all_talks(found),
        hers=talk_words.own_view(found.card),
        doctor=_doctor(found),
        sentence=f"{yes} yes so far, {open_} open." if is_asked else instrument.about,
        form=form.card(place(found, "questions.finish"), "Show the result", error=error),
        steps=(Step("Back to the questions", last, look="quiet"),) if is_asked else (),
    )
    return render("assessments/questions.html", page)


def result_page(found: OpenTalk) -> str:
    """Return what it came to."""
    card, case_id = found.card, found.head.id
    zone = ZoneInfo(found.head.standing.zone)
    items = found.known.instrument.items if found.known else ()
    labels = {item.number: item.label for item in items}
    answers = tuple(
        Fact(f"{number}. {labels.get(number, 'Question')}", talk_words.ANSWERS[answer])
        for number, answer in sorted(card.answers.items())
    )
    total = (Fact("Total", str(card.kept.total)),) if card.kept.total is not None else ()
    why = (Fact("It corrects another", card.kept.why_corrected),) if card.kept.why_corrected else ()
    note = (Fact("Note", card.note),) if card.note else ()
    tool = (Fact("Asked with", f"{card.kept.title}, version {card.kept.version}"),) if card.kept.instrument else ()
    page = ResultPage(
        title="What it came to" if card.kept.instrument else "Her own view",
        handle=found.head.handle,
        back=_all_talks(found),
        hers=talk_words.own_view(card),
        doctor=_doctor(found),
        result=talk_words.result(card),
        words=talk_words.explained(card) if card.kept.instrument else (),
        facts=(Fact("When", moment(card.at, now=now(), zone=zone).words), *tool, *total, *why, *note),
        answers=answers if card.has_answers else (),
        answers_until=day(card.at + assessments.KEEP_ANSWERS, zone=zone).words,
        steps=(
            Step("Safety plan", url_for("safety_plans.show", case_id=case_id), look="main"),
            Step("Correct this", url_for("assessments.index", case_id=case_id, corrects=card.id)),
        ),
    )
    return render("assessments/result.html", page)
