"""The protocols that come with the program: the files of config/protocols, one for each jurisdiction."""

from pathlib import Path

from cli.faults import Mendable

PROTOCOLS = Path(__file__).parent.parent / "config" / "protocols"


def read_protocols(folder: Path = PROTOCOLS) -> dict[str, str]:
    """
    Return the text of every file, by jurisdiction.

    Raises:
        Mendable: a file is not a protocol, or two are of one jurisdiction; the text lists every fault.
    """
    from outreach.protocols.protocol import ProtocolError, parse

    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            text = path.read_text(encoding="utf-8")
            jurisdiction = parse(text).jurisdiction
        except UnicodeDecodeError:
            raise Mendable(f"{path} can not be used: it is not UTF-8 text. Save it as UTF-8.") from None
        except ProtocolError as error:
            raise Mendable(f"{path} can not be used:\n{error}") from None
        if jurisdiction in found:
            raise Mendable(f"{path}: there is another protocol of {jurisdiction}. Keep one.")
        found[jurisdiction] = text
    return found


def without_protocol(jurisdiction: str, known: dict[str, str]) -> str | None:
    """Return what to say of a jurisdiction that no protocol is of; None when there is one."""
    if jurisdiction in known:
        return None
    return (
        f"no protocol is of {jurisdiction}: what its agencies send is kept, but nobody is asked to do anything about "
        f"it. Write {PROTOCOLS}/{jurisdiction}.toml and start the worker again. There are: {', '.join(known)}"
    )
