"""
How long letters take to print: gate, words, page, seal and record of each, beside WeasyPrint drawing the same pages.

The goal is a ratio, taken in turns in one run, each side in a process of its own. The bare side is what WeasyPrint's
documentation shows, with the style in the page: it looks for the machine's fonts anew for each letter. Memory is what
the printing process holds after the last letter, beside what it held after the first turn.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from cli import opening
from cli.bench import many_letters
from cli.bench.senders import Place, Process
from crypto.keyring import KeyPaths, Keyring, create_keys
from crypto.root import KeyFileRoot, create_root_key
from outreach.messaging.letters.printing import BATCH
from outreach.records.engine import create_vault, open_vault
from outreach.records.work import Letter
from outreach.terms import LetterState

LETTERS = 1_000
TURN = 2 * BATCH
"""Whole rounds of the print role, so that no turn prints more than it counts."""
MOST_RATIO = 1.15
MOST_DRIFT = 30.0
"""Megabytes."""


def run(*, cases: int = 0, letters: int = LETTERS, turn: int = TURN) -> dict[str, Any]:  # noqa: ARG001 - as other parts
    """
    Measure printing; the number of cases cannot matter to it.

    Raises:
        RuntimeError: a letter was not printed, or a page is not the one that was ordered.
    """
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        place = _place(Path(folder), letters + turn)
        ours, bare = _start(stack, printing, place), _start(stack, drawing)
        for each in (ours, bare):
            _timed(each, turn)  # Warms both; the first page loads fonts.
        before = _held(ours)
        pairs = [(_timed(bare, turn), _timed(ours, turn)) for _ in range(letters // turn)]
        after = _held(ours)
    ratio = statistics.median(our / their for their, our in pairs)
    drift = max(after["now"], after["most"]) - before["now"]
    return {
        "our printing / bare WeasyPrint": {"value": ratio, "goal": f"<= {MOST_RATIO}", "met": ratio <= MOST_RATIO},
        "memory gained from first turn to the most, MB": {
            "value": drift,
            "goal": f"<= {MOST_DRIFT:.0f}",
            "met": drift <= MOST_DRIFT,
        },
        "letters": len(pairs) * turn,
        "milliseconds a letter, ours": 1000 * statistics.median(our for _, our in pairs),
        "milliseconds a letter, bare": 1000 * statistics.median(their for their, _ in pairs),
        "memory after the last letter, MB": after["now"],
    }


def printing(line: Connection, place: Place) -> None:
    """Print as the print role does, as many as asked for, and say in which time; for none, say what memory it holds."""
    from outreach.messaging.letters.press import print_letter
    from outreach.messaging.letters.printing import print_due

    keyring = Keyring.load(place.keys, KeyFileRoot(place.root_key), opening.CLASSES["print"])
    vault = open_vault(place.vault, keyring, is_practice=True)
    opening.started()

    def print_some(wanted: int) -> int:
        done = 0
        while done < wanted:
            found = print_due(vault, print_letter, clock=opening.now)
            if found.printed != found.total or not found.total:
                raise RuntimeError(f"{found} instead of letters that are all printed")
            done += found.printed
        return done

    def printed() -> int:
        with vault.reading() as session:
            return session.scalar(select(func.count()).where(Letter.state == LetterState.PRINTED.value)) or 0

    _serve(line, print_some, printed)


def drawing(line: Connection) -> None:
    """Draw the same pages with WeasyPrint alone: as many as asked for; say in which time."""
    from weasyprint import HTML

    from outreach.messaging.letters import press

    done = 0

    def draw(wanted: int) -> int:
        nonlocal done
        for _ in range(wanted):
            page = press.page_of(many_letters.a_letter(done))
            style = f"<style>{press.style_text(page.sheet)}</style></head>"
            html = press.page_text(page).replace("</head>", style)
            HTML(string=html).write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
            done += 1
        return wanted

    _serve(line, draw, lambda: done)


def _serve(line: Connection, work: Callable[[int], int], count: Callable[[], int]) -> None:
    line.send("ready")
    while True:
        wanted, begun = line.recv(), time.perf_counter()
        if wanted:
            done = work(wanted)
            line.send((done, time.perf_counter() - begun))
        else:
            line.send({**_memory(), "done": count()})


def _memory() -> dict[str, float]:
    """Return the memory this process holds now, and the most it ever held, in megabytes."""
    said = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    now, most = (int(said[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return {"now": now, "most": most}


def _held(process: Process) -> dict[str, float]:
    process.ask(0)
    answer: dict[str, float] = process.answer()
    return answer


def _timed(process: Process, letters: int) -> float:
    """Let a process print so many; return seconds a letter."""
    process.ask(letters)
    done, seconds = process.answer()
    if done != letters:
        raise RuntimeError(f"{done} instead of {letters} letters were printed")
    return float(seconds / letters)


def _start(stack: ExitStack, work: Any, *given: Any) -> Process:
    process = Process(work, *given)
    stack.callback(process.close)
    return process


def _place(folder: Path, letters: int) -> Place:
    names = ("keys.json", "a.key", "b.key", "unsealing.json", "sealing.json")
    keys, root = KeyPaths(*(folder / name for name in names)), folder / "root.key"
    create_root_key(root)
    create_keys(keys, KeyFileRoot(root))
    url = f"sqlite:///{folder / 'vault.db'}"
    made = create_vault(url, Keyring.load(keys, KeyFileRoot(root)))
    many_letters.build(made, letters, now=opening.now())
    made.close()
    return Place(keys, root, url, os.devnull)
