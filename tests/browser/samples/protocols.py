"""Protocols: which are in force, a text with faults, and a dry run of a change."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from browser.samples.marks import SIGNED_IN, as_shown, at, go

from outreach.protocols.preview import preview
from outreach.protocols.protocol import ProtocolError, parse
from portal.advocate.cards import Fact, Frame, Hold
from portal.advocate.protocols.cards import fault_row
from portal.advocate.protocols.decisions import AgreeForm, TakeBackForm
from portal.advocate.protocols.desk import AskForm, TextForm
from portal.advocate.protocols.dry_run import Looked, dry_run_page
from portal.advocate.protocols.pages import EarlierRow, FaultRow, InForceCard, ProtocolsPage, ProtocolTextPage

FILES = Path(__file__).parents[3] / "config" / "protocols"
HIGH_POINT = (FILES / "high-point.toml").read_text()
CHANGED = (
    HIGH_POINT.replace('"first_contact", due = "24 hours"', '"first_contact", due = "36 hours"')
    .replace('  { step = "safety_plan", due = "72 hours" },\n', "")
    .replace('"5 business days"', '"3 business days"')
    .replace("2027-05-31,", "2027-05-31, 2027-06-18,")
    .replace('version = "2026-01"', 'version = "2026-02"')
    .replace("[minors]", '[meetings]\nbuddy_after = "5 minutes"\n\n[again]\nsoon = "96 hours"\n\n[minors]')
)
PLAIN = "\n".join(line for line in HIGH_POINT.splitlines() if not line.startswith("#"))
FAULTY = PLAIN.replace('"first_contact"', '"frist_contact"').replace("[office]", "[ofice]")
FACTS = (
    Fact("Version", "2026-02"),
    Fact("Asked for by", "Sam R., today, 9 am"),
    Fact("Why", "We can reach her sooner."),
    Fact("Mark of the file", "3f1c77a0b2d4"),
)


def looked(text: str, current: str) -> Looked:
    proposed, was = parse(text), parse(current)
    return Looked(preview(proposed, was, after=datetime(2026, 11, 21, 16, tzinfo=UTC)), proposed, was, "0" * 64)


def faults(text: str) -> tuple[FaultRow, ...]:
    try:
        parse(text)
    except ProtocolError as error:
        return tuple(map(fault_row, error.faults))
    raise AssertionError("a sample of faults has none")


PROTOCOLS = ProtocolsPage(
    back=go("Team"),
    in_force=(
        InForceCard(
            place="high-point",
            facts=FACTS,
            steps=(go("Change it"),),
            waits=Hold(
                "A change to version 2026-03 waits.", "A second supervisor decides.", (go("Look at it", "main"),)
            ),
        ),
        InForceCard(
            place="guilford-da",
            facts=(Fact("Version", "2026-03"), Fact("From", "It came with Wayside")),
            steps=(go("Change it"),),
        ),
    ),
    earlier=(
        EarlierRow(
            when=at("Nov 20", 9, 20),
            title="high-point, version 2026-01",
            words="Was in force. It came with Wayside.",
            steps=(go("Read it or use it again"),),
        ),
    ),
    more=2,
    new=go("Try a protocol", "main"),
)
NOTHING = ProtocolsPage(back=go("Team"), in_force=(), earlier=(), new=go("Try a protocol", "main"))
TEXT = ProtocolTextPage(back=go("Protocols"), form=as_shown(TextForm, "See what it does"))
WITH_FAULTS = ProtocolTextPage(
    back=go("Protocols"), form=TextForm(data={"text": "[ofice]"}).card("/x", "See what it does"), faults=faults(FAULTY)
)
ASKING = dry_run_page(
    looked(CHANGED, HIGH_POINT),
    title="What it would do",
    back=go("Protocols"),
    hold=None,
    form=as_shown(AskForm, "Ask a second person"),
)
DECIDING = dry_run_page(
    looked(CHANGED, HIGH_POINT),
    title="A change to decide",
    back=go("Protocols"),
    hold=None,
    form=as_shown(AgreeForm, "Make it current"),
    take_back=as_shown(TakeBackForm, "Take it back"),
    facts=FACTS,
)
OWN = dry_run_page(
    looked(HIGH_POINT, HIGH_POINT),
    title="A change to decide",
    back=go("Protocols"),
    hold=Hold("You asked for this change.", "Another supervisor makes it current.", ()),
    form=None,
    facts=FACTS,
)

PROTOCOLS_PAGES: dict[str, tuple[str, Any, Frame]] = {
    "protocols": ("protocols/list.html", PROTOCOLS, SIGNED_IN),
    "protocols-none": ("protocols/list.html", NOTHING, SIGNED_IN),
    "protocol-text": ("protocols/new.html", TEXT, SIGNED_IN),
    "protocol-faults": ("protocols/new.html", WITH_FAULTS, SIGNED_IN),
    "protocol-asking": ("protocols/dry-run.html", ASKING, SIGNED_IN),
    "protocol-deciding": ("protocols/dry-run.html", DECIDING, SIGNED_IN),
    "protocol-own": ("protocols/dry-run.html", OWN, SIGNED_IN),
}
