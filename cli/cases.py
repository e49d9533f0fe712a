"""`wayside cases template|import`: bringing over the cases a team had before Wayside, from a spreadsheet."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli import opening
from cli.faults import Mendable
from config.settings import PortalSettings, load

if TYPE_CHECKING:
    from outreach.access import StaffCard
    from outreach.importing.bringing import Brought, Terms
    from outreach.importing.rows import Row
    from outreach.records.engine import Vault

AT_ONCE = 50
"""Rows in one transaction: advocates who work meanwhile wait for no longer than that takes."""


@click.group()
def cases() -> None:
    """Bring over the cases you had before Wayside."""


@cases.command()
def template() -> None:
    """Print the first line of a file of cases; what goes into each column is said on standard error."""
    from outreach.importing.columns import COLUMNS

    for column in COLUMNS:
        click.echo(f"{column.name:<26} {'needed: ' if column.is_needed else ''}{column.says}", err=True)
    click.echo(",".join(column.name for column in COLUMNS))


@cases.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--jurisdiction", required=True, help="Whose protocol the cases follow from now on.")
@click.option("--by", default="", help="The e-mail of the supervisor who answers for it. A dry run needs none.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and write nothing.")
def bring(file: Path, jurisdiction: str, by: str, dry_run: bool) -> None:
    """
    Open one case for each row of FILE. Any fault: nothing is brought over, and each is said.

    Nothing is sent, no task is made and nobody is paged. Rows go in fifty at a time: where it was stopped, what went in
    stays. Run it again then, and it goes on: no row comes twice.
    """
    if not by and not dry_run:
        raise click.UsageError("say who answers for it: --by EMAIL of a supervisor. Or try it with --dry-run")
    vault = _vault()
    content = file.read_bytes()
    terms = _terms(vault, jurisdiction, by)
    rows = _rows(content, terms)
    if dry_run:
        _say_what_would_happen(vault, rows, terms)
    else:
        _bring_over(vault, rows, terms)


def _terms(vault: "Vault", jurisdiction: str, by: str) -> "Terms":
    from uuid import UUID

    from outreach.access import Action
    from outreach.importing.bringing import Terms
    from outreach.protocols.versions import current_texts
    from outreach.staff.staffing import colleagues, normal_email

    with vault.reading() as session:
        texts, people = current_texts(session), colleagues(session)
    if jurisdiction not in texts:
        known = ", ".join(sorted(texts)) or "none yet: start the worker once"
        raise Mendable(f"no protocol is in force in {jurisdiction}. There is: {known}")
    answers = UUID(int=0)
    if by:
        answers = _supervisor(people, normal_email(by)).id
    keep_cases = {each.email.casefold(): each.id for each in people if each.may(Action.SEE_CASES)}
    return Terms(jurisdiction, texts[jurisdiction], answers, keep_cases, opening.now())


def _supervisor(people: "Sequence[StaffCard]", email: str) -> "StaffCard":
    from outreach.access import Action

    found = next((each for each in people if each.email.casefold() == email.casefold()), None)
    if found is None or not found.may(Action.ASSIGN_CASE):
        raise Mendable("--by is no supervisor who works here: give the e-mail with which one signs in")
    return found


def _rows(content: bytes, terms: "Terms") -> "tuple[Row, ...]":
    """Return the rows, or say every fault of them and end with 1."""
    from outreach.importing.checking import rows_of
    from outreach.importing.rows import Rules
    from outreach.importing.spreadsheet import Unreadable, read
    from portal.advocate.languages import WORDS

    languages = {name.casefold(): tag for tag, words in WORDS.items() for name in (words, *words.split(" or "))}
    try:
        return rows_of(read(content), Rules(terms.now.date(), languages, frozenset(terms.advocates)))
    except Unreadable as unreadable:
        for fault in unreadable.faults:
            click.echo(str(fault), err=True)
        many = len(unreadable.faults)
        click.echo(f"Nothing was brought over: {many} to mend. Then run it again.", err=True)
        raise SystemExit(1) from None


def _say_what_would_happen(vault: "Vault", rows: "Sequence[Row]", terms: "Terms") -> None:
    from outreach.importing.bringing import look
    from outreach.importing.checking import alike
    from outreach.importing.later_noes import noes_not_here

    with vault.reading() as session:
        found, noes = look(session, rows, terms), noes_not_here(session, rows, jurisdiction=terms.jurisdiction)
    click.echo(f"All {len(rows)} rows can be read. This was a dry run: nothing was written.")
    click.echo(f"cases that would open: {found.opened}")
    _say_rest(found)
    click.echo(f"rows that may be the same person as another row: {alike(rows)}")
    click.echo(f"she asked for no contact: {sum(row.stops.do_not_contact for row in rows)}")
    click.echo(f"she will contact you: {sum(row.stops.she_will_contact_us for row in rows)}")
    click.echo(f"she wants no mail: {sum(row.stops.no_mail for row in rows)}")
    click.echo(f"she wants no texts: {sum(row.stops.no_texts for row in rows)}")
    _say_noes(noes)


def _bring_over(vault: "Vault", rows: "Sequence[Row]", terms: "Terms") -> None:
    from outreach.importing.bringing import Brought, bring_over
    from outreach.importing.later_noes import noes_not_here

    found = Brought()
    for start in range(0, len(rows), AT_ONCE):
        with vault.writing() as session:
            one = bring_over(session, rows[start : start + AT_ONCE], terms)
        found = Brought(*map(sum, zip(found, one, strict=True)))
        click.echo(f"{min(start + AT_ONCE, len(rows))} of {len(rows)} rows", err=True)
    with vault.reading() as session:
        noes = noes_not_here(session, rows, jurisdiction=terms.jurisdiction)
    click.echo(f"cases opened: {found.opened}. Nothing was sent, no task was made, nobody was paged.")
    _say_rest(found)
    _say_noes(noes)
    click.echo("Now delete the file, its copies and what is in the bin: see docs/operations.md, “Bringing cases over”.")


def _say_rest(found: "Brought") -> None:
    click.echo(f"rows that are here already, left as they are: {found.here_already}")
    click.echo(f"cases that may be a person you know; someone decides before any contact: {found.to_decide}")
    click.echo(f"for a supervisor to hand out: {found.to_hand_out}")


def _say_noes(noes: Sequence[tuple[int, str]]) -> None:
    for number, handle in noes:
        click.echo(f"row {number} holds a no, or a stop of another kind, that {handle} lacks. Look at that case.")


def _vault() -> "Vault":
    settings = load(PortalSettings)
    if settings.place.read_marker().is_practice:
        raise Mendable("practice takes no case of a real person: give the path of a real home as WAYSIDE_HOME")
    return opening.vault(settings, "portal", opening.root_key(settings))
