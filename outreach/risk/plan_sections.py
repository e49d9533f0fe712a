"""
The sections of a safety plan, in the order in which they are talked through. Pure.

Staying is as good a plan as leaving (requirement 84): it comes first, and leaving is only what she may choose. No
hint promises safety, says to leave, or says to wipe a phone: what vanishes at once can tell a partner (domain.md 3).
"""

from typing import NamedTuple

LONGEST = 2000
"""Letters in one section: a page of it. Ten full ones in any living script fit one box, and are kept whole."""


class Section(NamedTuple):
    """One section: its key for ever, its title, and what to talk about in it."""

    key: str
    title: str
    hint: str


SECTIONS = (
    Section("home", "At home, day by day", "Rooms with a way out. Where keys and phone are. A word for: get help."),
    Section("worse", "When it gets bad", "What are the first signs? What has worked before? Where to go in the house?"),
    Section("children", "Children and pets", "Who can take them? What do they know to do? They carry no messages."),
    Section("work", "At work or school", "Who may know? Who takes calls at the door? How to get there and back."),
    Section(
        "phone",
        "Phone and tech",
        "Who can see the phone, mail or place? Change bit by bit: a sudden change shows.",
    ),
    Section("money", "Money and papers", "Some money put by. Copies of papers, with someone to be trusted."),
    Section("people", "People who help", "Names, and how to reach them. Who must not know?"),
    Section("leaving", "If leaving is the choice", "When, where to, with what? The days around it can be the hardest."),
    Section("after", "Later on", "Locks, ways to work, school, court. What if there is contact?"),
    Section("feelings", "What gives strength", "What helps on a bad day? Who is good to be with?"),
)
"""New sections may be added; a key once used is never used for something else."""

KEYS = tuple(each.key for each in SECTIONS)
