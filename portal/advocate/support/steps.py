"""Noting what came of a need: the one-tap form, alike on the night card and on a case."""

from uuid import UUID

from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import HiddenField
from wtforms.validators import AnyOf, Regexp

from outreach.access import NoSuchCase
from outreach.records.errors import NoSuchRecord, StaleVersion
from outreach.support import needs
from outreach.support.needs import NeedStep, WrongNeedStep
from portal.advocate.forms import StrictForm, version_in
from portal.advocate.parts import now


class NeedStepForm(StrictForm):
    """What happened, and the need as it was shown."""

    step = HiddenField(validators=[AnyOf([each.value for each in NeedStep])])
    version = HiddenField(validators=[Regexp(r"\d{1,9}$")])


def take_step(session: Session, case_id: UUID, need_id: UUID, form: NeedStepForm) -> str:
    """Note it and return which notice says so. Whether the case is theirs is checked by the caller. NoSuchCase."""
    by, version = current_user.card.id, version_in(form.version.data)
    try:
        needs.take_step(session, case_id, need_id, NeedStep(form.step.data), version=version, by=by, now=now())
    except NoSuchRecord:
        raise NoSuchCase from None
    except (StaleVersion, WrongNeedStep):
        return "need_changed"
    return "need_noted"
