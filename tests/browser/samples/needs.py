# ruff: noqa: E501  (sample sentences read better whole)
"""Needs, services, referrals and releases."""

from typing import Any

from browser.samples.marks import BACK, HANDLE, SIGNED_IN, at, choices, do, go, radio
from browser.samples.night import NEEDS

from portal.advocate.cards import Chip, Field, Form, Frame, Hold
from portal.advocate.support import pages

PAGE = pages.NeedsPage(
    handle=HANDLE,
    back=BACK,
    rows=NEEDS,
    form=Form(
        "/somewhere",
        "Note it",
        (
            radio(
                "kind",
                "What does she need?",
                "Shelter",
                "Medical help",
                "Legal help",
                "Money",
                "Help with children",
                "A ride",
                "Something else",
            ),
            radio("source", "Who named it?", "She said so", "We saw it", chosen="She said so"),
            Field(
                "note",
                "Anything to add",
                "lines",
                error="Never write this down here. Choose the need “Legal help”, and leave these words out.",
            ),
        ),
    ),
    refer=go("Find a service", "main"),
    referrals=(
        pages.ReferralRow(at("Nov 20", 9, 20), "Harbor House", "She has the number and calls when she likes. Dana R."),
    ),
    releases=(
        pages.ReleaseRow(
            "Harbor House",
            Chip("Holds", "safe", "tick"),
            "They may know her first name, what she needs from them. For: a bed tonight. Signed Nov 20, until Dec 20.",
            (do("She takes it back", "stop"),),
        ),
        pages.ReleaseRow(
            "Night Clinic",
            Chip("Over", "calm", "dash"),
            "They may know her first name. For: a first talk. Signed Aug 1, until Sep 1.",
        ),
    ),
)
REFER = pages.ReferPage(
    title="Harbor House",
    handle=HANDLE,
    back=go("Needs and services"),
    number="(336) 555-0100",
    said="Beds for women with children. All day. English, Spanish.",
    stale=Hold("Nobody has checked this since Jul 2.", "Call first, and see that they are still there.", ()),
    form=Form(
        "/somewhere",
        "Save",
        (
            radio(
                "how",
                "How?",
                "She has the number and calls when she likes",
                "We called together, and she spoke herself",
                "We told them what she signed for",
            ),
            Field("she_spoke", "In a call of three: she was on the line and spoke herself", "tick"),
        ),
    ),
    release=go("Note what she signed"),
)
RELEASE = pages.OneFormPage(
    title="She lets Harbor House know",
    handle=HANDLE,
    back=go("Harbor House"),
    sentence="Our help never hangs on this. Only what is ticked may be said, to them alone, by voice or by hand: nothing is sent from here.",
    form=Form(
        "/somewhere",
        "Keep it",
        (
            Field(
                "items",
                "What may they know?",
                "ticks",
                choices=choices(
                    "Her first name", "Her full name", "A number that is safe to call", "What she needs from them"
                ),
            ),
            Field("purpose", "What is it for?", "line", is_required=True, error="Write it in a few words."),
            Field("signed_on", "She signed on", "date", value="2026-11-20", is_required=True),
            Field("expires_on", "It ends on", "date", value="2026-12-20", hint="90 days at most.", is_required=True),
            Field("is_written", "It is on paper, signed by her and no one for her", "tick"),
            Field("risks_explained", "I told her what may go wrong when they know", "tick"),
        ),
        cancel_href="/somewhere",
    ),
)
SERVICES = pages.ServicesPage(
    title="Services",
    sentence="Services near here, as last checked.",
    back=None,
    rows=(
        pages.ServiceRow(
            name="Harbor House",
            phone="(336) 555-0100",
            said="Helps with shelter. Beds for women with children.",
            checked="Last checked Nov 2.",
            is_stale=False,
            steps=(go("Change"), do("Checked today", "quiet")),
        ),
        pages.ServiceRow(
            name="Night Clinic",
            phone="211",
            said="Helps with medical help.",
            checked="Last checked Jul 2.",
            is_stale=True,
            steps=(go("Change"), do("Checked today", "quiet")),
        ),
    ),
    filters=(go("Shelter"), go("Medical help", "quiet"), go("Legal help", "quiet"), go("Money", "quiet")),
    empty="No service is listed for this yet. A supervisor can add one.",
    add=go("Add a service"),
)

NEEDS_PAGES: dict[str, tuple[str, Any, Frame]] = {
    "needs": ("needs/index.html", PAGE, SIGNED_IN),
    "needs-refer": ("needs/refer.html", REFER, SIGNED_IN),
    "needs-release": ("needs/one-form.html", RELEASE, SIGNED_IN),
    "services": ("services/index.html", SERVICES, SIGNED_IN),
}
