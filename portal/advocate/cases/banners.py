"""What stands above everything on a case: why nothing leaves, her age, where the partner works. With what mends it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import url_for
from flask_login import current_user

from outreach.access import Action
from outreach.approvals.approving import may_decide
from outreach.case_file.view import CaseView
from outreach.gate.facts import Approval
from outreach.gate.reasons import REASONS, Reason
from outreach.identity.minors import rules_for
from outreach.walls.partner_work import PartnerWork
from portal.advocate.cards import Hold, Step
from portal.advocate.cases import happened
from portal.advocate.contact import ways
from portal.advocate.sentences import is_once_allowed

QUESTION = "Does your partner, or someone close to them, work in police, a court, 911 or a phone company?"


def banner(view: CaseView, now: datetime) -> Hold | None:
    """Return what holds for the whole case, the gravest alone, with what mends it; None where nothing does."""
    standing, case_id = view.head.standing, view.head.id
    lifting = lift(view)
    if standing.paused or standing.compromised:
        found = Step("What was on its way", url_for("pauses.show", case_id=case_id))
        steps = (found, lifting) if lifting else (found,)
        return Hold("All contact is paused.", "Nothing leaves until a supervisor lifts it.", steps)
    if view.facts.other_case_unreadable:
        return Hold(*REASONS[Reason.OTHER_CASE_UNREADABLE], ())
    if standing.do_not_contact:
        return _no_contact(view)
    if view.facts.match_pending:
        asked = next((each for each in view.duties if each.detail.match_id and not each.missed_cause), None)
        match_id = asked.detail.match_id if asked else view.match_to_decide
        decide = (Step("Decide", url_for("matches.show", match_id=match_id), look="main"),) if match_id else ()
        return Hold(
            "This may be a person we know.", "Decide if it is the same person. Nothing leaves until then.", decide
        )
    if standing.waits_for_supervisor(now):
        return _waits_for_supervisor(view, now)
    if standing.she_will_contact_us:
        return Hold("She will contact us.", "Wait for her, unless she asks for a call.", ())
    if standing.without:
        return Hold(
            "Another case of hers could not be opened when the pause was lifted.",
            "It stays stopped. Ask her what you would have read there, and tell the person who runs Wayside.",
            (),
        )
    return None


def _waits_for_supervisor(view: CaseView, now: datetime) -> Hold:
    """Return why new contact waits; one who let it begin did not know of what came since."""
    standing, steps = view.head.standing, ways.supervisor_step(view.head.id)
    given = [each for each in standing.live_approvals(now) if each.approval == Approval.SUPERVISOR]
    if not given:
        return Hold("A supervisor must agree before contact begins.", "Ask a supervisor.", steps)
    last = max(datetime.fromisoformat(each.at) for each in given)
    news = tuple(each for each in view.events if max(each.event.occurred_at, each.sent.received_at) > last)
    flag = happened.news_hold(news, "a supervisor agreed", "Ask a supervisor again.", zone=ZoneInfo(standing.zone))
    cause, remedy = (flag.cause, flag.remedy) if flag else REASONS[Reason.NEWS_SINCE_LEAVE]
    return Hold(cause, remedy, steps)


def age(view: CaseView) -> Hold | None:
    """Return what holds for someone who is or may be under 18, with what ends it; None for an adult."""
    if view.facts.is_adult:
        return None
    case_id, known = view.head.id, view.victim.date_of_birth is not None
    birth = Step("Her birth date", url_for("particulars.edit", case_id=case_id))
    adult = Step("She is an adult", url_for("particulars.note_adult", case_id=case_id), "post")
    cause = "She is under 18." if known else "We do not know that she is 18 or older."
    say = " ".join(rules_for(view.read_out))
    return Hold(cause, f"Mail and e-mail are off. Calls go on. {say}", (birth,) if known else (adult, birth))


def partner_work(view: CaseView) -> Hold | None:
    """Return what is asked once in the first conversation; None before it, and once it is known."""
    is_known = view.head.is_restricted or view.victim.partner_work != PartnerWork.UNKNOWN
    if is_known or not view.facts.first_contact_done:
        return None
    note = Step("Note her answer", url_for("walls.ask", case_id=view.head.id))
    return Hold("Ask her where the partner works.", f"“{QUESTION}” A yes restricts this case.", (note,))


def _no_contact(view: CaseView) -> Hold:
    """Return her no; with her leave for one try if the danger grows, the way to a supervisor's word that it has."""
    said = "She asked for no contact."
    if is_once_allowed(view.head.standing):
        return Hold(f"{said} A supervisor allowed one live try, as she had said.", "Then stop again.", ())
    wait = "Wait. When she says otherwise, note it here first."
    if not view.head.standing.may_try_if_danger or not may_decide(current_user.card, Approval.ONCE_IF_DANGER):
        return Hold(said, wait, ())
    once = url_for("approvals.new", case_id=view.head.id, what=Approval.ONCE_IF_DANGER.value)
    return Hold(said, wait, (Step("The danger has grown: try once", once),))


def lift(view: CaseView) -> Step | None:
    """Return the way to lift a pause; None where there is none, or for who may not."""
    standing = view.head.standing
    if not (standing.paused or standing.compromised) or not current_user.card.may(Action.LIFT_PAUSE):
        return None
    return Step("Lift the pause", url_for("pauses.lift", case_id=view.head.id))
