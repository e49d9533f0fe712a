"""`wayside letters check|approve`: which letters a person has approved, how they read, and writing an approval down."""

from collections.abc import Iterator
from datetime import UTC, datetime

import click

from cli.faults import Mendable


@click.group()
def letters() -> None:
    """Look at the letters of this deployment, and approve them."""


@letters.command()
def check() -> None:
    """Say of each letter who approved it, how it reads, and what is wrong with it. Exits 1 when something is."""
    from outreach.messaging.letters.shelf_check import looked_at
    from outreach.messaging.letters.templates import ROOT, FaultyLetterFile, LetterShelf

    try:
        found = looked_at(LetterShelf.read(ROOT))
    except FaultyLetterFile as fault:
        raise Mendable(str(fault)) from None
    for each in found:
        who = f"by {each.by} on {each.on}" if each.by else "nobody has approved these words"
        grade = "-" if each.grade is None else f"{each.grade:.0f}"
        click.echo(f"{each.name:<16} {each.standing:<9} grade {grade:<3} {each.says:<8} {who}")
        for wrong in each.faults:
            click.echo(f"{'':<16} mend: {wrong}")
    click.echo(
        '`practice` is for a demo only. After reading one aloud: wayside letters approve en/short --by "Full Name"'
    )
    raise SystemExit(1 if any(each.faults for each in found) else 0)


@letters.command()
@click.argument("letter")
@click.option("--by", required=True, help="The full name of the person who read these words.")
@click.option("--practice", is_flag=True, help="For a demo only, where nobody is real.")
def approve(letter: str, by: str, practice: bool) -> None:
    """Write down that a person approved exactly the words of LETTER, such as en/short. Refuses what reads too hard."""
    from outreach.messaging.letters.shelf_check import UnfitTemplate, approve_letter
    from outreach.messaging.letters.templates import ROOT, FaultyLetterFile
    from outreach.messaging.text_approvals import FaultyApprovals, Standing

    standing = Standing.PRACTICE if practice else Standing.APPROVED
    try:
        approve_letter(ROOT, letter, by=by, on=datetime.now(UTC).date(), standing=standing)
    except (FaultyApprovals, FaultyLetterFile, UnfitTemplate) as fault:
        raise Mendable(str(fault)) from None
    except OSError as fault:
        raise Mendable(f"{ROOT / 'approved.toml'} cannot be written: {fault.strerror}") from None
    click.echo(f"{letter} is {standing}. Restart the portal to take it up.")


def letter_lines(*, is_practice: bool) -> Iterator[tuple[str, str]]:
    """
    Yield what `doctor` says of letters: a fault in their folder and, in a real home, those that may not be used.

    Args:
        is_practice: whether the home is a demo, where letters that are good for practice may be used.
    """
    from outreach.messaging.letters import templates as letter_templates
    from outreach.messaging.letters.templates import FaultyLetterFile, LetterShelf
    from outreach.messaging.text_approvals import Standing

    try:
        found = LetterShelf.read(letter_templates.ROOT).letters
    except (FaultyLetterFile, OSError) as fault:
        yield "mend", f"letters can not be read: {fault}"
        return
    off = {f"{language}/{name}": each for (language, name), each in found.items()}
    off = {name: each for name, each in sorted(off.items()) if not each.may_leave(is_practice=is_practice)}
    unread = [name for name, each in off.items() if each.approved.standing is Standing.DRAFT]
    practice = [name for name, each in off.items() if each.approved.standing is Standing.PRACTICE]
    unfit = [name for name, each in off.items() if each.approved.standing is Standing.APPROVED]
    mend = "Read each aloud, then `wayside letters approve NAME --by ...`"
    if unread:
        yield "note", f"letters that nobody approved, so none is sent: {', '.join(unread)}. {mend}"
    if practice:
        yield "note", f"letters approved for practice only, so none is sent here: {', '.join(practice)}. {mend}"
    if unfit:
        yield "note", f"letters approved and unfit all the same: {', '.join(unfit)}. See `wayside letters check`"
