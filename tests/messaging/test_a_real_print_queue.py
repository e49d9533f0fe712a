"""
A stack given to a real CUPS, run as an ordinary user in a folder of the test: what it takes, and what it writes down.

Where CUPS is not installed this is not tested, and fails where CI=true; `WAYSIDE_TEST_CUPS` names the root of one
that lies elsewhere.
"""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from socket import create_server

import pytest
from stacks import PrintDesk

from outreach.messaging.letters.print_folder import QueuePrinter
from outreach.messaging.letters.printers import PrinterFault, Stack
from outreach.terms import BatchState

CUPS = Path(os.environ.get("WAYSIDE_TEST_CUPS", "/"))
LP, LPADMIN, CUPSD = CUPS / "usr/bin/lp", CUPS / "usr/sbin/lpadmin", CUPS / "usr/sbin/cupsd"
pytestmark = pytest.mark.assurance
NOBODY = 65534
FILES = """
ServerRoot {0}/etc
StateDir {0}/state
RequestRoot {0}/spool
CacheDir {0}/cache
TempDir {0}/spool/tmp
DataDir {1}/usr/share/cups
ServerBin {1}/usr/lib/cups
AccessLog {0}/access
ErrorLog {0}/error
PageLog {0}/page
FileDevice Yes
User nobody
Group nogroup
"""
DAEMON = """
Listen 127.0.0.1:{port}
PreserveJobFiles No
PreserveJobHistory No
<Location />
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order deny,allow
    Allow all
  </Limit>
</Policy>
"""


@pytest.fixture
def cups(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Run CUPS on loopback with one queue, `front_desk`, that prints into a file."""
    if not CUPSD.exists():
        message = f"these tests need Debian's cups at {CUPSD}"
        pytest.fail(message) if os.environ.get("CI") == "true" else pytest.skip(message)
    home = Path(f"/tmp/wayside-cups-{os.getpid()}")  # noqa: S108 - nobody must be able to enter it
    for each in ("etc/ssl", "state", "spool/tmp", "cache", "out"):
        (home / each).mkdir(parents=True)
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (home / "etc/files.conf").write_text(FILES.format(home, str(CUPS).rstrip("/")))
    (home / "etc/cupsd.conf").write_text(DAEMON.format(port=port))
    is_root = os.getuid() == 0
    if is_root:
        for each in (home, *home.rglob("*")):
            os.chown(each, NOBODY, NOBODY)
    libraries = {"LD_LIBRARY_PATH": str(CUPS / "usr/lib/x86_64-linux-gnu")}
    monkeypatch.setenv("CUPS_SERVER", f"127.0.0.1:{port}")
    monkeypatch.setenv("LD_LIBRARY_PATH", libraries["LD_LIBRARY_PATH"])
    command = [CUPSD, "-f", "-c", home / "etc/cupsd.conf", "-s", home / "etc/files.conf"]
    who = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if is_root else {}
    with subprocess.Popen(command, env=libraries, stderr=subprocess.DEVNULL, **who) as daemon:  # noqa: S603
        try:
            add = [LPADMIN, "-p", "front_desk", "-E", "-v", f"file:{home}/out/pages"]
            assert _within(20, lambda: subprocess.run(add, capture_output=True, check=False).returncode == 0)  # noqa: S603
            yield home
        finally:
            daemon.terminate()
    subprocess.run(["/bin/rm", "-rf", home], check=True)  # noqa: S603


def _within(seconds: float, is_so) -> bool:
    until = time.monotonic() + seconds
    while not (found := is_so()) and time.monotonic() < until:
        time.sleep(0.1)
    return found


@pytest.mark.req("49")
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_real_queue_takes_a_stack_under_a_title_that_tells_nothing_and_keeps_no_page(
    print_desk: PrintDesk, cups: Path
) -> None:
    batch_id = print_desk.released()
    print_desk.make(QueuePrinter("front_desk", str(LP)))

    assert print_desk.state(batch_id) is BatchState.PRINTED
    log = cups / "page"
    assert _within(20, lambda: log.exists() and "front_desk" in log.read_text())
    assert " Pages " in log.read_text()
    written = b"".join(each.read_bytes() for each in cups.rglob("*") if each.is_file() and "out" not in each.parts)
    for code in print_desk.codes(batch_id):
        assert code.encode() not in written, "what CUPS keeps names a letter"
    assert _within(20, lambda: not list((cups / "spool").glob("d*"))), "CUPS kept the pages"


def test_a_real_queue_that_is_not_there_leaves_the_stack_waiting(cups: Path) -> None:
    with pytest.raises(PrinterFault) as fault:
        QueuePrinter("another", str(LP)).hand_over(Stack("000001", ()))
    assert not fault.value.is_unsure
