"""What tests of a case's pages look at and fill in."""

from html import unescape
from uuid import UUID

from builders import NOW
from sqlalchemy import select

from outreach import cases, people
from outreach.records.ledger import AuditEntry, AuditSubject

NAME, PHONE, STREET = "Lena Ortiz", "(336) 555-0199", "9 Canary Lane"
SECRETS = (NAME, "Ortiz", PHONE, "5550199", STREET, "1990-09-12")


def reads(vault, case_id: UUID) -> list[str]:
    """Return the actions of the entries about a case that record a read, in order."""
    with vault.reading() as session:
        query = select(AuditEntry.action).join(AuditSubject, AuditSubject.entry_id == AuditEntry.id)
        about = query.where(AuditSubject.case_id == case_id).order_by(AuditEntry.at)
        return [action for action in session.scalars(about) if action.endswith((".read", ".page", ".call", ".print"))]


def destination(vault, world, which: str = "phone"):
    with vault.reading() as session:
        wanted = getattr(world, which).id
        return next(each for each in people.destinations(session, world.case_id) if each.id == wanted)


def standing(vault, world):
    with vault.reading() as session:
        return cases.standing(session, world.case_id)[0]


def words(answer) -> str:
    return unescape(answer.text)


def version_in(page) -> str:
    return page.text.split('name="version" value="')[1].split('"')[0]


# Ways of reaching her


def changed(page, **changes) -> dict:
    """Return the fields of the page's form as a browser would send them, with changes."""
    from html.parser import HTMLParser

    class Fields(HTMLParser):
        found: dict = {}
        area = ""

        def handle_starttag(self, tag, attrs):
            at = dict(attrs)
            if tag == "form":
                self.found = {}
            if tag == "textarea":
                self.area = at["name"]
                self.found[self.area] = ""
            if tag != "input" or not at.get("name") or at["name"] == "csrf_token":
                return
            if at.get("type") in ("radio", "checkbox"):
                if "checked" in at:
                    known = self.found.get(at["name"])
                    value = at.get("value")
                    self.found[at["name"]] = (
                        value if known is None else [*([known] if isinstance(known, str) else known), value]
                    )
            else:
                self.found[at["name"]] = at.get("value", "")

    reader = Fields()
    reader.feed(page.text)
    return {**reader.found, **changes}


# Rule zero and decisions


def asked(world, channel: str = "call", which: str = "phone") -> dict:
    way = f"{getattr(world, which).id}:{channel}"
    return {"way": way, "what": "Call me now.", "lasts": "24h", "verified_how": "live_call"}


def settle(vault, world) -> None:
    """Take the open match away, so that the gate weighs the rest."""
    from outreach.identity import deciding

    with vault.writing() as session:
        deciding.decide(session, world.match_id, same=False, by=world.dana.card.id, now=NOW)


# Texts

CALLED = {"language": "en", "spoken": "", "how": "live_call", "heard_by": "Dana Reyes", "confirms": "call"}
CHOSEN = {"template": "call_me", "sender": "Choir", "day": "", "time": ""}
