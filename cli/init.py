"""`wayside init`: make a home with its keys, its vault and its spools, all or nothing."""

import json
import secrets
import shutil
from pathlib import Path

import click

from cli.faults import Mendable
from cli.granting import apply, databases
from cli.opening import demo_root_key, key_paths
from config.home import Home
from config.settings import WorkerSettings, load
from crypto.keyfiles import write_new
from crypto.keyring import ALL_CLASSES, Keyring, create_keys
from crypto.kit import write_kit
from crypto.root import KeyFileRoot, create_root_key, read_root_key
from outreach.records.engine import create_vault
from outreach.records.spool import create_spool

PRIVATE_FOLDERS = ("intake", "callbacks", "vault", "epoch", "ingest", "portal", "send")
FOLDERS = {**dict.fromkeys(PRIVATE_FOLDERS, 0o700), "public": 0o755}
"""What a home is made of, and who may open it."""
CALLBACK_ADDRESS = "http://127.0.0.1:8102"


class InitError(Mendable):
    """The home cannot be made; nothing was left behind."""


@click.command()
@click.option("--non-interactive", is_flag=True, help="Ask nothing; fail when an option is missing.")
@click.option("--root-key", type=click.Path(path_type=Path, dir_okay=False), help="Root key file; made when absent.")
@click.option("--kit", type=click.Path(path_type=Path, dir_okay=False), help="Where to write the recovery kit.")
@click.option("--single-user", is_flag=True, help="One operating-system user runs everything (a recorded weakness).")
@click.option("--demo", is_flag=True, help="A home for fictional people only; keys may lie inside it.")
def init(non_interactive: bool, root_key: Path | None, kit: Path | None, single_user: bool, demo: bool) -> None:
    """Make a new home at WAYSIDE_HOME (default ./var): keys, encrypted database, spools."""
    home = load(WorkerSettings).place
    if demo:
        root_key, kit = root_key or demo_root_key(home), kit or home.root / "demo" / "kit.txt"
    elif not non_interactive:
        root_key = root_key or click.prompt("Root key file (best on another mount)", type=Path)
        kit = kit or click.prompt("Recovery kit file (print it, then delete it)", type=Path)
    if root_key is None or kit is None:
        raise InitError("--root-key and --kit are needed: both outside WAYSIDE_HOME, in folders only you can open")
    make_home(
        home, root_key.expanduser().resolve(), kit.expanduser().resolve(), is_demo=demo, is_single_user=single_user
    )
    _echo(home, root_key, kit, is_single_user=single_user)
    for name, url in databases(load(WorkerSettings)).items():
        apply(name, url)  # Last: the home stands by itself, and `wayside grants` does this again.


def _echo(home: Home, root_key: Path, kit: Path, *, is_single_user: bool) -> None:
    click.echo(f"Home:         {home.root}\nRoot key:     {root_key}  (keep a copy apart; without it nothing opens)")
    click.echo(f"Recovery kit: {kit}  (print it, give the shares to different people, delete the file)")
    if is_single_user:
        click.echo("One user runs every process here. `wayside doctor` will repeat that this is a weakness.")


def make_home(
    home: Home, root_key: Path, kit: Path, *, is_demo: bool, is_single_user: bool, is_practice: bool = False
) -> None:
    """Make everything a deployment keeps; when a step fails, take away what was made and raise."""
    _refuse_bad_places(home, root_key, kit, is_demo)
    settings = load(WorkerSettings, home=home.root)
    home.root.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    try:
        for path in (root_key, kit):
            if not path.parent.exists():
                path.parent.mkdir(mode=0o700, parents=True)
        if not root_key.exists():
            create_root_key(root_key)
            made.append(root_key)
        home.root.chmod(0o711)
        for name, mode in FOLDERS.items():
            (home.root / name).mkdir(mode=mode)
            made.append(home.root / name)
        write_kit(kit, read_root_key(root_key))
        made.append(kit)
        _make_contents(home, settings, root_key)
        marker = {"format": 1, "demo": is_demo, "single_user": is_single_user, "practice": is_practice}
        _write(home.marker, marker, mode=0o644)
    except BaseException:
        for path in made:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        raise


def _refuse_bad_places(home: Home, root_key: Path, kit: Path, is_demo: bool) -> None:
    if home.marker.exists():
        raise InitError(f"{home.root} is a Wayside home already: choose another WAYSIDE_HOME")
    if home.root.exists() and any((home.root / name).exists() for name in FOLDERS):
        raise InitError(f"{home.root} holds part of a home: move it away first, nothing is overwritten")
    for option, path in (("--root-key", root_key), ("--kit", kit)):
        if not is_demo and path.is_relative_to(home.root):
            raise InitError(f"{option} {path} lies inside WAYSIDE_HOME: a backup would hold lock and key together")
    if kit.exists():
        raise InitError(f"--kit {kit} exists already: name a new file")


def _make_contents(home: Home, settings: WorkerSettings, root_key: Path) -> None:
    """Fill the folders; the vault last, for on a server nothing takes it away again when a later step fails."""
    root = KeyFileRoot(root_key)
    create_keys(key_paths(home), root)
    keys = Keyring.load(key_paths(home), root, ALL_CLASSES)
    _write(home.agencies, [], mode=0o644)
    _write(home.site, {"callback_base_url": CALLBACK_ADDRESS}, mode=0o644)
    _write_text(home.portal_cookie, secrets.token_hex(32), mode=0o600)
    create_spool(settings.inbox_url or home.intake_spool)
    create_spool(settings.callbacks_url or home.callbacks_spool)
    create_vault(settings.database_url or f"sqlite:///{home.vault}", keys).close()


def _write(path: Path, content: object, *, mode: int) -> None:
    _write_text(path, json.dumps(content, indent=2) + "\n", mode=mode)


def _write_text(path: Path, text: str, *, mode: int) -> None:
    write_new(path, text.encode(), mode=mode)
